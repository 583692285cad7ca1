"""A keyboard-wedge scanner is recognised by its speed, application-wide; it types into no field and works no screen.

Keys are seen where they enter the window and judged by their own timestamps, because queued keys arrive in bursts
(desktop.md §4). Over a text field they pass at once and the field is put back when the burst turns out to be a scan, so
that nothing typed is ever lost; anywhere else (a list whose digits act, a button) they are held back a moment and given
back in order when it was typing (hardware.md §6).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QWindow
from PySide6.QtWidgets import QApplication, QLineEdit

SHORTEST = 16  # a permit number; people do not type sixteen characters in a third of a second
MEDIAN_GAP_MS = 20
IDLE_MS = 120
HOLD_MS = 40
"""A single key waits so long for a second one; a scanner's keys are at most 20 ms apart."""
ENDS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab)
_COMMANDS = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier


@dataclass(frozen=True, slots=True)
class _Field:
    """A text field as it was before a burst."""

    widget: QLineEdit
    text: str
    cursor: int

    def put_back(self) -> None:
        self.widget.setText(self.text)
        self.widget.setCursorPosition(self.cursor)


class Wedge(QObject):
    """Signals: scanned – the text of one burst."""

    scanned = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._text = ""
        self._times: list[int] = []
        self._field: _Field | None = None
        self._held: list[QKeyEvent] = []
        self._giving = False
        self._last = ""
        self._last_at = 0
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._give_back)
        self._app = QApplication.instance()
        if self._app is not None:
            self._app.installEventFilter(self)

    def stop(self) -> None:
        """Listen no more."""
        self._timer.stop()
        if self._app is not None:
            self._app.removeEventFilter(self)
            self._app = None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Qt offers an ignored key to every ancestor of the focus; only the window's turn counts."""
        if self._giving or not isinstance(event, QKeyEvent) or not isinstance(watched, QWindow):
            return False
        if event.type() == QEvent.Type.KeyPress:
            return self._pressed(event)
        return event.type() == QEvent.Type.KeyRelease and any(held.key() == event.key() for held in self._held)

    def _pressed(self, event: QKeyEvent) -> bool:
        at = event.timestamp()
        if event.key() in ENDS:
            return self._ended(at)
        typed = event.text()
        if not typed or not typed.isprintable() or event.isAutoRepeat() or event.modifiers() & _COMMANDS:
            self._give_back()
            return False
        if not self._times or at - self._times[-1] > IDLE_MS:
            self._begin()
        self._text += typed
        self._times.append(at)
        if self._field is not None or (typed == " " and not self._held):
            return False
        self._held.append(event.clone())
        self._timer.start(HOLD_MS if len(self._held) == 1 else IDLE_MS)
        return True

    def _begin(self) -> None:
        self._give_back()
        focus = QApplication.focusWidget()
        self._field = _Field(focus, focus.text(), focus.cursorPosition()) if isinstance(focus, QLineEdit) else None
        self._text, self._times = "", []

    def _ended(self, at: int) -> bool:
        """Whether this Enter or Tab ended a scan; then it does nothing else."""
        text, times = self._text, self._times
        self._text, self._times = "", []
        if not _by_machine(text, times, at):
            self._give_back()
            return False
        self._timer.stop()
        self._held.clear()
        if self._field is not None:
            self._field.put_back()
        doubled = text == self._last and at - self._last_at < 1_000
        self._last, self._last_at = text, at
        if not doubled:
            self.scanned.emit(text)
        return True

    def _give_back(self) -> None:
        """It was typing: the keys go where the focus is, in their order."""
        self._timer.stop()
        held, self._held = self._held, []
        self._giving = True
        try:
            for press in held:
                window = QGuiApplication.focusWindow()
                if window is not None:
                    QCoreApplication.sendEvent(window, press)
                    QCoreApplication.sendEvent(window, _release(press))
        finally:
            self._giving = False


def _by_machine(text: str, times: list[int], ended: int) -> bool:
    if len(text) < SHORTEST or ended - times[-1] > IDLE_MS:
        return False
    gaps = sorted(later - earlier for earlier, later in pairwise(times))
    return gaps[len(gaps) // 2] <= MEDIAN_GAP_MS


def _release(press: QKeyEvent) -> QKeyEvent:
    return QKeyEvent(QEvent.Type.KeyRelease, press.key(), press.modifiers(), press.text())
