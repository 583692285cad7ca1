"""What every answer passes on its way out, the framework's own too: limit, headers of trust.md §8.3, a log line.

It stands around the whole application, so that no error page of the framework goes past it.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable

from starlette.datastructures import MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOG = logging.getLogger("anxin.household")
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; img-src 'self'; style-src 'self'; script-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Strict-Transport-Security": "max-age=31536000",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
FREE = frozenset({"/style.css", "/code.js", "/robots.txt"})
"""What a page brings with it does not count against its reader."""


class Gate:
    """Around `app`: asks `allow` by address, else answers `too_often`; the log names 8 digits of a hash, no code."""

    def __init__(self, app: ASGIApp, allow: Callable[[str], bool], too_often: Callable[[], Response]) -> None:
        self._app = app
        self._allow = allow
        self._too_often = too_often

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        client = scope.get("client")
        may = scope["path"] in FREE or self._allow(client[0] if client else "")

        async def out(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                mark = hashlib.sha256(scope["path"].encode()).hexdigest()[:8]
                LOG.info("%s %s %s", scope["method"], mark, message["status"])
            await send(message)

        await (self._app if may else self._too_often())(scope, receive, out)
