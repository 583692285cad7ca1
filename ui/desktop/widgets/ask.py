"""A dialog that asks before an act: a few fields, who decides where that is another person; stays open when refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from station.domain.worker import WorkerRecord
from station.services.staff import Colleague
from ui.acts import Field, Values
from ui.desktop.screens.screen import label
from ui.desktop.widgets.form import FormView, Signer


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: words, fields with their labels, the words of both buttons, and who signs ("" for nobody)."""

    title: str
    hint: str
    fields: Sequence[Field]
    labels: Mapping[str, str]
    do: str
    leave: str
    signer: str = ""


class AskDialog(QDialog):
    """Title, hint, fields, a signer. Whoever listens accepts it when the act is done, or says why not.

    Signals:
        given: F9 or the button was pressed; ask `values` and `by`.
    """

    given = Signal()

    def __init__(self, parent: QWidget, asked: Question) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self.setWindowTitle(asked.title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(700)
        self._labels = asked.labels
        column = QVBoxLayout(self)
        column.setContentsMargins(28, 22, 28, 22)
        column.setSpacing(10)
        column.addWidget(label(asked.title, "title"))
        column.addWidget(label(asked.hint, "sentence", wrap=True))
        self.form = FormView(labels=asked.labels)
        self.form.show_fields(asked.fields, WorkerRecord(""), date.min)
        column.addWidget(self.form)
        self.signer = Signer(asked.signer)
        self.signer.hide()
        column.addWidget(self.signer)
        self.sentence = label("", "wrong", wrap=True)
        column.addWidget(self.sentence)
        row = QHBoxLayout()
        self.do, self.shut = QPushButton(asked.do), QPushButton(asked.leave)
        self.do.setObjectName("primary")
        for button, act in ((self.do, self.given.emit), (self.shut, self.reject)):
            button.setAutoDefault(False)  # Enter goes to the next field
            button.clicked.connect(act)
            row.addWidget(button)
        row.addStretch(1)
        column.addLayout(row)
        QShortcut(QKeySequence("F9"), self, self.given.emit)
        self.form.focus_first(self.do)

    def sign(self, able: Sequence[Colleague], on_duty: str, rehearsal: str) -> None:
        """Somebody of these decides."""
        self.signer.show_people(able, on_duty, rehearsal)
        self.adjustSize()

    @property
    def values(self) -> Values:
        """What was filled in."""
        return Values(*self.form.values(), self._labels)

    @property
    def by(self) -> tuple[str, str]:
        """Login and password of who decides."""
        return self.signer.given()

    def say(self, words: str) -> None:
        """Why it was not done."""
        self.sentence.setText(words)
