"""One quiet exchange with the province every few seconds, so that a revocation travels while nobody touches a key."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, QTimer

from ui.desktop.counter import Counter
from ui.desktop.operations import Trouble

EVERY_MS = 5_000
LONGEST_MS = 300_000


class Beat(QObject):
    """Runs from the moment the station is open. After a failure it waits twice as long, up to five minutes.

    A station whose centre is its own machine has nobody to hear from: there it stays still.
    """

    def __init__(self, counter: Counter, every_ms: int = EVERY_MS) -> None:
        super().__init__(counter)
        self._counter = counter
        self._every_ms = every_ms
        self.timer = QTimer(self, singleShot=True, interval=every_ms)
        self.timer.timeout.connect(self._exchange)
        counter.opened.connect(self._begin)

    def _begin(self) -> None:
        if self._counter.desk.settings.central:
            self.timer.start()

    def _exchange(self) -> None:
        self._counter.sync(self._done, self._failed, quiet=True)

    def _done(self, result: Any) -> None:
        self.timer.start(self._every_ms)

    def _failed(self, trouble: Trouble) -> None:
        self.timer.start(min(2 * self.timer.interval(), LONGEST_MS))
