"""One page of a screen with several: it is entered and left, has one main act, and lends its screen's voice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox

from ui.desktop.widgets.begins import Begins

if TYPE_CHECKING:
    from ui.desktop.screens.screen import Screen


class Pane(Begins):
    """Base of the pages of the devices screen."""

    def __init__(self, host: Screen) -> None:
        super().__init__()
        self.host = host
        self.counter = host.counter

    def enter(self) -> None:
        """It is in front now."""

    def leave(self) -> None:
        """Another page or another screen is."""

    def primary(self) -> None:
        """What F9 does here."""


class Choice(QComboBox):
    """A combo box that leaves digits to the screen around it."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.text().isdigit():
            event.ignore()
        else:
            super().keyPressEvent(event)
