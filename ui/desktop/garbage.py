"""Cycles are collected on the GUI thread only.

Python collects on whichever thread allocates. A lane that does so may destroy a widget, or free a Qt class whose
place in memory the next class takes while the GUI thread still remembers the first (PySide keeps the last class it
looked up per thread before Python 3.12): both end in a crash far away from their cause.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

EVERY_MS = 500
_keepers = 0


class Garbage(QObject):
    """From making to `stop` nothing is collected but here, by the thresholds of `gc`.

    A whole collection takes 65 ms with every screen loaded and comes at most once in 50 s.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        global _keepers
        _keepers += 1
        gc.disable()
        self._timer = QTimer(self, interval=EVERY_MS)
        self._timer.timeout.connect(collect)
        self._timer.start()

    def stop(self) -> None:
        """Python may collect wherever it likes again, once the last keeper has stopped; the lanes are gone by then."""
        global _keepers
        if self._timer.isActive():
            self._timer.stop()
            _keepers -= 1
            if not _keepers:
                gc.enable()


def collect() -> None:
    """The oldest generation that is due, as the interpreter would."""
    due = [count > limit for count, limit in zip(gc.get_count(), gc.get_threshold(), strict=True)]
    if not due[0]:
        return
    gc.collect(2 if due[1] and due[2] else 1 if due[1] else 0)
