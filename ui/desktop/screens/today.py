"""Today: numbers that lead to their lists by key, and one list of what to do, most urgent first."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from ui.desktop import text
from ui.desktop.counter import Counter
from ui.desktop.operations import Topic
from ui.desktop.screens.lists import PeopleList
from ui.desktop.screens.screen import Screen, label
from ui.desktop.viewmodels import work
from ui.desktop.viewmodels.work import TodayView

ACROSS = 4
STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -ACROSS, Qt.Key.Key_Down: ACROSS}
LISTS = {
    "overdue": "overdue",
    "due": "review",
    "open": "review",
    "refresh": "refresh",
    "expiring": "expiring",
    "complaints": "complaints",
    "to_print": "cards",
    "to_hand": "hand_over",
    "conflicts": "conflicts",
    "transfers": "transfers",
    "health": "health",
}
"""Which list of the 审核台 a number counts; the one without opens the search."""


class TodayScreen(Screen):
    """Numbers on top, each opens its list; below what to do, Enter opens the file."""

    topics = frozenset(Topic)
    title = text.TODAY_TITLE

    def __init__(self, counter: Counter, parent: QWidget | None = None) -> None:
        super().__init__(counter, parent)
        grid = QGridLayout()
        grid.setSpacing(8)
        self.cards: list[NumberCard] = []
        for place, (name, words) in enumerate(text.TODAY_CARDS.items()):
            made = NumberCard(words, self)
            made.clicked.connect(lambda _, of=name: self._open(of))
            grid.addWidget(made, place // ACROSS, place % ACROSS)
            self.cards.append(made)
        self.numbers = dict(zip(text.TODAY_CARDS, self.cards, strict=True))
        self.outer.addLayout(grid)
        self.outer.addWidget(label(text.TODAY_LIST, "section"))
        self.people = PeopleList(text.TODAY_LIST, (150, 130, 120, 215, 360))
        self.people.chosen.connect(self.chosen)
        self.outer.addWidget(self.people, 1)
        self.outer.addWidget(self.sentence)
        self.begin_at(self.people)

    def step(self, card: NumberCard, by: int) -> None:
        """The arrows go from number to number, and down into the list."""
        place = self.cards.index(card) + by
        if 0 <= place < len(self.cards):
            self.cards[place].setFocus(Qt.FocusReason.TabFocusReason)
        elif place >= len(self.cards):
            self.people.setFocus(Qt.FocusReason.TabFocusReason)

    def _open(self, name: str) -> None:
        self.counter.list = LISTS.get(name, "")
        self.wanted.emit("queue" if self.counter.list else "find")

    def refresh(self) -> None:
        desk = self.counter.desk
        self.work(lambda: work.today(desk), self._show)

    def _show(self, view: TodayView) -> None:
        for name, number in view.numbers.items():
            self.numbers[name].show_number(number.count, number.detail)
        self.people.show_rows(view.todo)
        if self.sentence.text() in ("", text.TODAY_KEYS, text.TODAY_EMPTY):  # what was said about an act stays
            self.say(text.TODAY_KEYS if view.todo else text.TODAY_EMPTY, wrong=False)


class NumberCard(QPushButton):
    """A number with what it counts and what it is made of; Enter or Space opens its list."""

    def __init__(self, words: str, page: TodayScreen) -> None:
        super().__init__()
        self._words, self._page = words, page
        self.setObjectName("number_card")
        self.setMinimumHeight(72)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 4, 10, 4)
        self._number = label("–", "number")
        row.addWidget(self._number)
        side = QVBoxLayout()
        side.setSpacing(0)
        self._detail = label("", "small")
        side.addWidget(label(words, "hint"))
        side.addWidget(self._detail)
        row.addLayout(side, 1)
        for child in (self._number, self._detail):
            child.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAccessibleName(words)

    def text(self) -> str:
        """The number that stands on it."""
        return self._number.text()

    def show_number(self, count: int, detail: str) -> None:
        """Replace both."""
        self._number.setText(str(count))
        self._detail.setText(detail)
        self._detail.setVisible(bool(detail))
        self.setAccessibleName(f"{self._words} {count} {detail}".strip())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = STEPS.get(Qt.Key(event.key()))
        if step is not None:
            self._page.step(self, step)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)
