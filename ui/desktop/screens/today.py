"""Today: what is due, waiting, doubtful, expiring – and one list of what to do, most urgent first."""

from __future__ import annotations

from PySide6.QtWidgets import QGridLayout, QWidget

from ui.desktop import text
from ui.desktop.counter import Counter
from ui.desktop.operations import Topic
from ui.desktop.screens.lists import PeopleList
from ui.desktop.screens.screen import Screen, label, panel
from ui.desktop.viewmodels import work
from ui.desktop.viewmodels.work import TodayView


class TodayScreen(Screen):
    """Numbers on top, the list of what to do below; Enter opens the file."""

    topics = frozenset(Topic)
    title = text.TODAY_TITLE

    def __init__(self, counter: Counter, parent: QWidget | None = None) -> None:
        super().__init__(counter, parent)
        grid = QGridLayout()
        grid.setSpacing(10)
        self.numbers = {}
        for place, (name, words) in enumerate(text.TODAY_CARDS.items()):
            frame, layout = panel()
            number = label("–", "number")
            layout.setContentsMargins(16, 6, 16, 6)
            layout.addWidget(number)
            layout.addWidget(label(words, "hint"))
            self.numbers[name] = number
            grid.addWidget(frame, place // 4, place % 4)
        self.outer.addLayout(grid)
        self.outer.addWidget(label(text.TODAY_LIST, "section"))
        self.people = PeopleList(text.TODAY_LIST)
        self.people.chosen.connect(self.chosen)
        self.outer.addWidget(self.people, 1)
        self.outer.addWidget(self.sentence)
        self.setFocusProxy(self.people)

    def refresh(self) -> None:
        desk = self.counter.desk
        self.work(lambda: work.today(desk), self._show)

    def _show(self, view: TodayView) -> None:
        for name, count in view.counts.items():
            self.numbers[name].setText(str(count))
        self.people.show_rows(view.todo)
        self.say(text.TODAY_KEYS if view.todo else text.TODAY_EMPTY, wrong=False)
