"""Bytes of a serial or USB-COM code scanner become texts; no port and no clock in here (hardware.md §6).

A text ends with CR, LF, CRLF or a short silence. What a scanner adds around it (STX, ETX, AIM identifier) is taken off.
"""

from __future__ import annotations

import re

SILENCE = 0.08  # seconds without a byte after which a text without terminator is complete
LONGEST = 4096  # bytes; a longer run is line noise or another device, and is dropped whole
ENDS = re.compile(rb"[\r\n]+")
AIM = re.compile(r"\][A-Za-z][0-9a-zA-Z]")  # ISO/IEC 15424, e.g. ]Q1 for QR


class ScanLine:
    """Collects bytes and gives back complete texts. `dropped` counts runs that were too long or not text."""

    def __init__(self, silence: float = SILENCE) -> None:
        self._silence = silence
        self._pending = bytearray()
        self._last_at = 0.0
        self._overlong = False
        self.dropped = 0

    def feed(self, data: bytes, at: float) -> list[str]:
        """Take bytes that arrived at `at` seconds; answer the texts that are complete now."""
        texts = self.idle(at)
        if not data:
            return texts
        self._last_at = at
        *complete, rest = ENDS.split(data)
        for part in complete:
            self._keep(part)
            texts += self._finish()
        self._keep(rest)
        return texts

    def idle(self, at: float) -> list[str]:
        """Call now and then: what has been silent long enough is complete."""
        if at - self._last_at < self._silence:
            return []
        return self._finish()

    def _keep(self, part: bytes) -> None:
        self._overlong = self._overlong or len(self._pending) + len(part) > LONGEST
        if not self._overlong:
            self._pending += part

    def _finish(self) -> list[str]:
        raw, overlong = bytes(self._pending).strip(b"\x02\x03 \t"), self._overlong
        self._pending.clear()
        self._overlong = False
        text = None if overlong else _decode(raw)
        if text is None:
            self.dropped += 1
            return []
        if prefix := AIM.match(text):
            text = text[prefix.end() :]
        return [text] if text else []


def _decode(raw: bytes) -> str | None:
    """ASCII, else UTF-8, else GB18030, as scanners in China are set; None for none of them or control characters."""
    for encoding in ("ascii", "utf-8", "gb18030"):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue  # the next encoding
        return text if text.isprintable() else None
    return None
