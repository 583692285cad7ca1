"""Whether the address that every card names answers the way a household's phone needs it to (BAD-5)."""

from __future__ import annotations

import http.client
import ssl
from urllib.parse import urlsplit

PATIENCE_S = 5.0


def answers(prefix: str, *, trusted: ssl.SSLContext | None = None, patience: float = PATIENCE_S) -> bool:
    """Ask for the page once, over TLS with a certificate that is in order; a server in trouble is no answer.

    Nothing but the address is sent. Blocks for as long as the name service takes and `patience` seconds.
    """
    split = urlsplit(prefix)
    link = http.client.HTTPSConnection(
        split.hostname or "", split.port, timeout=patience, context=trusted or ssl.create_default_context()
    )
    try:
        link.request("HEAD", split.path or "/")
        return link.getresponse().status < http.client.INTERNAL_SERVER_ERROR
    except (OSError, http.client.HTTPException):
        return False
    finally:
        link.close()
