"""A keyboard-wedge scanner is recognised by its speed, application-wide, and never types into a field.

Judged by the events' own timestamps, because queued keys arrive in bursts (desktop.md §4): keys reach the field as
usual; when Enter ends a burst that only a scanner can type, the field is put back and the code is delivered.
"""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QLineEdit

SHORTEST = 16  # a permit number; people do not type sixteen characters in a third of a second
MEDIAN_GAP_MS = 20
IDLE_MS = 120


class Wedge(QObject):
    """Signals: scanned – the text of one burst."""

    scanned = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._text = ""
        self._times: list[int] = []
        self._field: QLineEdit | None = None
        self._before = ""
        self._last = ""
        self._last_at = 0
        self._app = QApplication.instance()
        if self._app is not None:
            self._app.installEventFilter(self)

    def stop(self) -> None:
        """Listen no more."""
        if self._app is not None:
            self._app.removeEventFilter(self)
            self._app = None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if not isinstance(watched, QObject) or not watched.isWidgetType():
                return False
            return self._key(event)
        return False

    def _key(self, event: QKeyEvent) -> bool:
        at = event.timestamp()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab):
            return self._ended(at)
        typed = event.text()
        if not typed or not typed.isprintable():
            return False
        if not self._times or at - self._times[-1] > IDLE_MS:
            self._begin()
        self._text += typed
        self._times.append(at)
        return False

    def _begin(self) -> None:
        focus = QApplication.focusWidget()
        self._field = focus if isinstance(focus, QLineEdit) else None
        self._before = self._field.text() if self._field is not None else ""
        self._text, self._times = "", []

    def _ended(self, at: int) -> bool:
        text, times = self._text, self._times
        self._text, self._times = "", []
        if len(text) < SHORTEST or (times and at - times[-1] > IDLE_MS):
            return False
        gaps = sorted(later - earlier for earlier, later in pairwise(times))
        if not gaps or gaps[len(gaps) // 2] > MEDIAN_GAP_MS:
            return False
        if self._field is not None:
            self._field.setText(self._before)
        doubled = text == self._last and at - self._last_at < 1_000
        self._last, self._last_at = text, at
        if not doubled:
            self.scanned.emit(text)
        return True
