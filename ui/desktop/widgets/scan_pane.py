"""A place for the focus while codes are scanned: no text field, so no input method can eat the scanner's keys.

Measured (desktop.md §4): with a Chinese input method on, a scanner's burst is swallowed even by a field that asks for
none; with the focus on a pane without text and the method reset, every scan arrives whole.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget


class ScanPane(QLabel):
    """Says whether it listens. Typed characters go on into `field`, where a number can be finished by hand.

    Signals: entered – Enter was pressed while nothing was typed.
    """

    entered = Signal()

    def __init__(self, ready: str, away: str, field: QLineEdit, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ready, self._away, self._field = ready, away, field
        self.setObjectName("scan-pane")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)
        self.setMinimumHeight(44)
        self._tell(away)

    def _tell(self, words: str) -> None:
        self.setText(words)
        self.setAccessibleName(words)

    def focusInEvent(self, event: QFocusEvent) -> None:
        method = QGuiApplication.inputMethod()
        method.reset()
        method.update(Qt.InputMethodQuery.ImEnabled)
        self._tell(self._ready)
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._tell(self._away)
        super().focusOutEvent(event)

    def mousePressEvent(self, event: object) -> None:
        self.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.entered.emit()
            return
        typed = event.text()
        if not typed.isprintable() or not typed or event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            super().keyPressEvent(event)
            return
        self._field.setFocus()
        self._field.insert(typed)
