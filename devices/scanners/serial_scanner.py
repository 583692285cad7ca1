"""A code scanner on a serial or USB-COM line: texts as they are scanned, again after the plug was pulled; no meaning.

The line is opened at the first reading. A scanner that fires twice for one press is heard once.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from devices.contracts import Transport
from devices.errors import BadUrl, DeviceError, Missing
from devices.scanners.serial_line import ScanLine

TRIGGERS: dict[str, tuple[bytes, bytes]] = {
    "none": (b"", b""),
    "honeywell": (b"\x16T\r", b"\x16U\r"),
    "gm65": (bytes.fromhex("7E00080100020102DA"), b""),
}
"""Commands that switch the beam on and off, where the scanner is set to wait for them (hardware.md §6)."""

TWICE = 1.0
"""Seconds within which the same text is the same press."""

BACK_OFF = (0.5, 1.0, 2.0, 5.0)
_PULLED = "扫码枪断开了，请重新插好；插好后会自动恢复。"


class SerialScanner:
    """Implements CodeScanner."""

    def __init__(
        self,
        transport: Transport,
        trigger: str = "none",
        clock: Callable[[], float] = time.monotonic,
        back_off: tuple[float, ...] = BACK_OFF,
    ) -> None:
        if trigger not in TRIGGERS:
            raise BadUrl(f"扫码枪的 trigger 可以是：{'、'.join(TRIGGERS)}。", "url_option")
        self.transport = transport
        self._on, self._off = TRIGGERS[trigger]
        self._clock, self._back_off = clock, back_off
        self._line = ScanLine()
        self._opened = False
        self._attempt, self._again_at = 0, 0.0
        self._last, self._last_at = "", -TWICE
        self.reopened = 0
        self.doubled = 0

    @property
    def dropped(self) -> int:
        """Runs that were too long or not text."""
        return self._line.dropped

    def read(self, timeout: float) -> tuple[str, ...]:
        """What was scanned since the last time, waiting up to `timeout`. Raises Missing while the plug is out."""
        self._ready()
        try:
            data = self.transport.read(4096, timeout)
        except DeviceError as error:
            self._lost()
            raise Missing(_PULLED, "scanner_gone") from error
        now = self._clock()
        return tuple(text for text in self._line.feed(data, now) if self._is_new(text, now))

    def light(self, on: bool) -> None:
        """Switch the beam of a scanner that waits for it. Raises Missing while the plug is out."""
        command = self._on if on else self._off
        if not command:
            return
        self._ready()
        try:
            self.transport.write(command, 1.0)
        except DeviceError as error:
            self._lost()
            raise Missing(_PULLED, "scanner_gone") from error

    def close(self) -> None:
        """Give the line back. Safe to call twice."""
        self.transport.close()
        self._opened = False

    def _ready(self) -> None:
        if self._opened:
            return
        if self._clock() < self._again_at:
            raise Missing(_PULLED, "scanner_gone")
        try:
            self.transport.open()
        except DeviceError as error:
            self._lost()
            raise Missing(error.sentence, "scanner_gone") from error
        self.reopened += self._attempt > 0
        self._opened, self._attempt = True, 0
        self._line = ScanLine()  # half a text from before is no text

    def _lost(self) -> None:
        self.close()
        wait = self._back_off[min(self._attempt, len(self._back_off) - 1)]
        self._again_at = self._clock() + wait
        self._attempt += 1

    def _is_new(self, text: str, now: float) -> bool:
        again = text == self._last and now - self._last_at < TWICE
        self._last, self._last_at = text, now
        self.doubled += again
        return not again
