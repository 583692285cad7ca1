"""Find: one field for whatever a clerk knows; results while typing; Enter opens the file."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QLineEdit, QWidget

from ui.desktop import text
from ui.desktop.counter import Counter
from ui.desktop.operations import Topic
from ui.desktop.screens.lists import Arrows, PeopleList
from ui.desktop.screens.screen import Screen
from ui.desktop.viewmodels import people
from ui.desktop.viewmodels.people import PersonRow


class FindScreen(Screen):
    """One field and what answers it."""

    topics = frozenset({Topic.ROLL, Topic.PERMITS, Topic.APPLICATIONS})
    title = text.FIND_TITLE

    def __init__(self, counter: Counter, parent: QWidget | None = None) -> None:
        super().__init__(counter, parent)
        self.query = QLineEdit()
        self.query.setPlaceholderText(text.FIND_HINT)
        self.query.setAccessibleName(text.FIND_TITLE)
        self.query.setMaxLength(60)
        self.outer.addWidget(self.query)
        self.people = PeopleList(text.FIND_TITLE)
        self.people.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.people.chosen.connect(self.chosen)
        self.outer.addWidget(self.people, 1)
        self.outer.addWidget(self.sentence)
        self._soon = QTimer(self, singleShot=True, interval=60)
        self._soon.timeout.connect(self.refresh)
        self.query.textChanged.connect(lambda _: self._soon.start())
        self.query.returnPressed.connect(self._enter)
        self.query.installEventFilter(Arrows(self.people))
        self._shown: str | None = None
        self._wanted = False
        self.begin_at(self.query)

    def refresh(self) -> None:
        desk, query = self.counter.desk, self.query.text()
        self.work(lambda: people.find_people(desk, query), lambda rows: self._show(query, rows))

    def _enter(self) -> None:
        """Enter opens the result of what stands in the field, also when it was typed faster than it was found."""
        if self._soon.isActive() or self._shown != self.query.text():
            self._wanted = True
            self._soon.stop()
            self.refresh()
        else:
            self.people.open_current()

    def _show(self, query: str, rows: list[PersonRow]) -> None:
        if query != self.query.text():
            return
        self._shown = query
        self.people.show_rows(rows)
        self.say(text.FIND_COUNT.format(count=len(rows)) if rows else text.FIND_NONE, wrong=not rows)
        if self._wanted:
            self._wanted = False
            self.people.open_current()
