"""A page that knows where work on it begins. No focus proxy: Tab would jump over everything that stands before it."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget


class Begins(QWidget):
    """Base of screens and of their pages."""

    _first: QWidget | None = None

    def begin_at(self, widget: QWidget) -> None:
        """Work begins at this widget, or where that page says."""
        self._first = widget

    def take_focus(self) -> None:
        """Put the keyboard where work begins."""
        first = self._first
        if isinstance(first, Begins):
            first.take_focus()
        elif first is not None:
            first.setFocus()
        else:
            self.setFocus()
