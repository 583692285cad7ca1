"""What a station does by itself: an exchange every few seconds, each new day's timers, a weekly sweep."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, QTimer

from ui.desktop.counter import Counter
from ui.desktop.operations import Trouble

EVERY_MS = 5_000
LONGEST_MS = 300_000
SWEEP_MS = 3_600_000
MINUTE_MS = 60_000
FIRST_SWEEP_MS = 120_000


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
        self.sweeps = QTimer(self, singleShot=True, interval=FIRST_SWEEP_MS)
        self.sweeps.timeout.connect(self._sweep)
        self.minutes = QTimer(self, interval=MINUTE_MS)
        self.minutes.timeout.connect(self._minute)
        counter.opened.connect(self._begin)

    def _minute(self) -> None:
        """A window that stays open over midnight keeps the new day's timers too."""
        if self._counter.kept != self._counter.today():
            self._counter.keep_day()

    def _sweep(self) -> None:
        """Every hour: is the week over? After a failure the next hour asks again."""
        self._counter.sweep(self._swept, self._swept, only_if_due=True)

    def _swept(self, _: Any) -> None:
        self.sweeps.start(SWEEP_MS)

    def _begin(self) -> None:
        self.sweeps.start()
        self.minutes.start()
        if self._counter.desk.settings.central:
            self.timer.start()

    def _exchange(self) -> None:
        self._counter.sync(self._done, self._failed, quiet=True)

    def _done(self, result: Any) -> None:
        self.timer.start(self._every_ms)

    def _failed(self, trouble: Trouble) -> None:
        self.timer.start(min(2 * self.timer.interval(), LONGEST_MS))
