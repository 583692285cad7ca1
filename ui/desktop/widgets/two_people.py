"""Two people confirm by hand what no machine decided: who they are, their passwords, and what they say."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from station.services.staff import Colleague
from ui.desktop import text_face as text
from ui.desktop.screens.screen import label
from ui.desktop.widgets.form import Signer


class TwoPeople(QWidget):
    """The one on duty and another.

    Signals:
        said: they decided; whether it is the same person.
    """

    said = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(label(text.TWO, "hint", wrap=True))
        self.by, self.second = Signer(text.BY), Signer(text.SECOND)
        column.addWidget(self.by)
        column.addWidget(self.second)
        row = QHBoxLayout()
        self.same, self.other = QPushButton(text.SAME), QPushButton(text.OTHER)
        for button, same in ((self.same, True), (self.other, False)):
            button.clicked.connect(lambda _, same=same: self.said.emit(same))
            row.addWidget(button)
        column.addLayout(row)

    def show_people(
        self, able: Sequence[Colleague], second: Sequence[Colleague], on_duty: str, rehearsal: str
    ) -> None:
        """Offer these; whoever is on duty is never the second."""
        self.by.show_people(able, on_duty, rehearsal)
        self.second.show_people([one for one in second if one.person != on_duty], "", rehearsal)

    def allow(self, allowed: bool) -> None:
        """Whether there is anything to decide about."""
        self.same.setEnabled(allowed)
        self.other.setEnabled(allowed)

    def given(self) -> tuple[tuple[str, str], tuple[str, str]]:
        """Login and password of each; of the one on duty person and nothing."""
        return self.by.given(), self.second.given()
