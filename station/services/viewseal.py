"""The seal of a household's page: nonces of views, opaque names of photos and of workers' own pages. Keeps no state."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from station.domain.errors import Refused

MINUTE_MS = 60_000
GONE = "页面已失效，请重新扫码。"


def views_key(city_key: bytes) -> bytes:
    """The key of a city's views from the key its stations share (HKDF-SHA256, RFC 5869): nothing more to hand out."""
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"anxin.views.1").derive(city_key)


@dataclass(frozen=True, slots=True)
class View:
    """One page view: what it showed, and the nonce its confirm button carries."""

    nonce: str
    number: str
    issue_number: int
    colour: str


class ViewSeal:
    """Makes and checks nonces without keeping any state: HMAC over what was shown and when.

    `key` is 32 secret bytes, the same at every station and page of one city (`views_key`).
    """

    def __init__(self, key: bytes) -> None:
        self._key = key

    def nonce(self, number: str, issue_number: int, colour: str, now_ms: int) -> str:
        """A fresh nonce for one view."""
        body = f"{number}.{issue_number}.{colour}.{now_ms}.{secrets.token_hex(6)}"
        return f"{body}.{self._mac(body)}"

    def opened(self, nonce: str, now_ms: int, life_minutes: int, late: str) -> View:
        """What the nonce was made for. Raises Refused when it is not ours, and with `late` when it is too old."""
        body, _, mac = nonce.rpartition(".")
        if len(nonce) > 200 or not hmac.compare_digest(mac.encode(), self._mac(body).encode()):
            raise Refused(GONE, "nonce_unknown")
        number, issue, colour, made, _ = body.split(".")
        if not 0 <= now_ms - int(made) <= life_minutes * MINUTE_MS:
            raise Refused(late, "nonce_expired")
        return View(nonce, number, int(issue), colour)

    def photo_id(self, subject: str, sha256: str, now_ms: int) -> str:
        """An opaque name for one photo, good for the life of a view: no number and no hash in any address."""
        return self._closed(b"anxin.photo.1", f"{subject} {sha256} {now_ms}")

    def opened_photo(self, name: str, now_ms: int, life_minutes: int) -> tuple[str, str]:
        """Subject and hash of that photo. Raises Refused for a name we did not make or that is too old."""
        subject, sha256 = self._opened(b"anxin.photo.1", name, now_ms, life_minutes * MINUTE_MS).split()
        return subject, sha256

    def link(self, number: str, now_ms: int) -> str:
        """An opaque name for a worker's own page."""
        return self._closed(b"anxin.link.1", f"{number} {now_ms}")

    def opened_link(self, name: str, now_ms: int, life_ms: int) -> str:
        """The permit number of that page. Raises Refused for a name we did not make or that is too old."""
        return self._opened(b"anxin.link.1", name, now_ms, life_ms)

    def visit(self, nonce: str, now_ms: int) -> str:
        """An opaque name for the page on which one confirmed entry may be evaluated."""
        return self._closed(b"anxin.visit.1", f"{nonce} {now_ms}")

    def opened_visit(self, name: str, now_ms: int, life_minutes: int, late: str) -> str:
        """The nonce of that entry. Raises Refused for a name we did not make, and with `late` when too old."""
        return self._opened(b"anxin.visit.1", name, now_ms, life_minutes * MINUTE_MS, late)

    def _closed(self, purpose: bytes, text: str) -> str:
        nonce = secrets.token_bytes(12)
        box = AESGCM(self._key).encrypt(nonce, text.encode(), purpose)
        return base64.urlsafe_b64encode(nonce + box).decode().rstrip("=")

    def _opened(self, purpose: bytes, name: str, now_ms: int, life_ms: int, late: str = GONE) -> str:
        try:
            raw = base64.urlsafe_b64decode(name[:400] + "=" * (-len(name) % 4))
            text, made = AESGCM(self._key).decrypt(raw[:12], raw[12:], purpose).decode().rsplit(" ", 1)
        except (ValueError, InvalidTag):
            raise Refused(GONE, "name_unknown") from None
        if not 0 <= now_ms - int(made) <= life_ms:
            raise Refused(late, "name_expired")
        return text

    def _mac(self, body: str) -> str:
        mac = hmac.new(self._key, b"anxin.view.1\x00" + body.encode(), hashlib.sha256).digest()
        return base64.b32encode(mac[:15]).decode().lower()
