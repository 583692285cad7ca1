"""A serial scanner behind the counter: its own thread reads it, the screens hear its texts; it knows no code."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from devices.errors import DeviceError

if TYPE_CHECKING:
    from devices.contracts import CodeScanner  # brings numpy, which the window does not wait for

LOOK = 0.2
AWAY = 0.5
QUIET = 0.02
"""Seconds: a reading, a pause while it is gone, and a breath between two readings of a line that never blocks."""


class HandScanner(QObject):
    """Signals: scanned – a text; away – the sentence when the plug is out, "" when it is in again."""

    scanned = Signal(str)
    away = Signal(str)

    def __init__(self, scanner: CodeScanner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._scanner = scanner
        self._stop = threading.Event()
        self._worker = threading.Thread(target=self._listen, name="scanner", daemon=True)

    def start(self) -> None:
        """Begin to listen."""
        self._worker.start()

    def stop(self) -> None:
        """Listen no more, and give the line back."""
        self._stop.set()
        self._worker.join(timeout=5)
        self._scanner.close()

    def _listen(self) -> None:
        said = ""
        while not self._stop.is_set():
            try:
                texts, now = self._scanner.read(LOOK), ""
            except DeviceError as why:
                texts, now = (), why.sentence
                self._stop.wait(AWAY)
            if now != said:
                said = now
                self.away.emit(said)
            for text in texts:
                self.scanned.emit(text)
            self._stop.wait(QUIET)
