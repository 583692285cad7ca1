"""What the person at the printer says about a card in doubt: this is it, nothing came out, two people compared it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from station.printing.settle import Word
from station.services.staff import Colleague
from ui.desktop import text
from ui.desktop.screens.screen import label
from ui.desktop.widgets.form import Signer

KEYS = {Qt.Key.Key_1: Word.THIS_IS_IT, Qt.Key.Key_2: Word.NOTHING}


class SettleBar(QWidget):
    """Two words by key 1 and 2; where there is no camera, two people by key 3.

    Signals:
        said: a Word.
        out: the card inside is to come out into the reject box.
        compared: two people have compared the card; ask `given` for who.
    """

    said = Signal(object)
    out = Signal()
    compared = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        row = QHBoxLayout()
        self.buttons: dict[Word, QPushButton] = {}
        for word in KEYS.values():
            button = QPushButton(text.SETTLE_WORDS[word.value])
            button.clicked.connect(lambda _, word=word: self.said.emit(word))
            row.addWidget(button)
            self.buttons[word] = button
        self.eject = QPushButton(text.SETTLE_OUT)
        self.eject.clicked.connect(lambda _: self.out.emit())
        row.addWidget(self.eject)
        self.hint = label(text.SETTLE_HINT, "hint", wrap=True)
        row.addWidget(self.hint, 1)
        column.addLayout(row)
        self.pair = QWidget()
        pair = QHBoxLayout(self.pair)
        pair.setContentsMargins(0, 0, 0, 0)
        self.second = Signer(text.SETTLE_SECOND)
        self.both = QPushButton(text.SETTLE_BOTH)
        self.both.clicked.connect(lambda _: self.compared.emit())
        pair.addWidget(self.second)
        pair.addWidget(self.both)
        pair.addStretch(1)
        column.addWidget(self.pair)

    def show_pair(self, people: Sequence[Colleague], rehearsal: str) -> None:
        """Offer the two-person way to these; nobody: the camera decides."""
        self.second.show_people(people, "", rehearsal)
        self.pair.setVisible(bool(people))

    def given(self) -> tuple[str, str]:
        """Login and password of the second person."""
        return self.second.given()

    def key(self, event: QKeyEvent) -> bool:
        """A number key the screen was given: whether it was one of these."""
        key = Qt.Key(event.key())
        if not self.isVisible() or not self.isEnabled():
            return False
        if key in KEYS:
            self.said.emit(KEYS[key])
        elif key is Qt.Key.Key_4:
            self.out.emit()
        elif key is Qt.Key.Key_3 and self.pair.isVisible():
            self.compared.emit()
        else:
            return False
        return True
