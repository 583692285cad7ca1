"""审核台: the lists of what waits – applications by their day, refresh, expiry, hand-over, transfers, conflicts."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QWidget

from ui import text_acts as words
from ui.desktop.counter import Counter, Wish
from ui.desktop.operations import Topic
from ui.desktop.screens.lists import PeopleList
from ui.desktop.screens.screen import Screen, label
from ui.desktop.viewmodels import queues
from ui.desktop.viewmodels.queues import QueueView, Waiting


class QueueScreen(Screen):
    """One list at a time; Enter takes a person in hand with the act that usually comes next."""

    topics = frozenset(Topic)
    title = words.QUEUE_TITLE

    def __init__(self, counter: Counter, parent: QWidget | None = None) -> None:
        super().__init__(counter, parent)
        row = QHBoxLayout()
        row.setSpacing(3)
        self.tabs: dict[str, QPushButton] = {}
        group = QButtonGroup(self)
        for name, said in words.QUEUES.items():
            button = QPushButton(said)
            button.setObjectName("tab")
            button.setCheckable(True)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.clicked.connect(lambda _, to=name: self.show_list(to))
            group.addButton(button)
            row.addWidget(button)
            self.tabs[name] = button
        row.addStretch(1)
        self.outer.addLayout(row)
        self.people = PeopleList(words.QUEUE_TITLE, (150, 130, 120, 215, 340))
        self.people.installEventFilter(self)
        self.people.chosen.connect(self._open)
        self.people.selectionModel().currentRowChanged.connect(self._tell)
        self.outer.addWidget(self.people, 1)
        self.outer.addWidget(self.sentence)
        self.keys = label(words.QUEUE_KEYS, "hint")
        self.outer.addWidget(self.keys)
        self.name = next(iter(words.QUEUES))
        self.tabs[self.name].setChecked(True)
        self.lines: list[Waiting] = []
        self.begin_at(self.people)

    def showEvent(self, event: QShowEvent) -> None:
        """The list another page asked for stands in front."""
        wanted, self.counter.list = self.counter.list, ""
        if wanted:
            self.name, self._stale = wanted, True
            self.tabs[wanted].setChecked(True)
        super().showEvent(event)

    def show_list(self, name: str) -> None:
        """Another list."""
        self.name = name
        self.tabs[name].setChecked(True)
        self.refresh()

    def primary(self) -> None:
        """F9 over the list of code health looks at all codes now."""
        if self.name != "health" or self.counter.desk is None:
            super().primary()
            return
        self.counter.sweep(
            lambda swept: self.say(
                words.SWEPT.format(workers=swept.workers, findings=len(swept.findings)), wrong=False
            ),
            lambda trouble: self.say(trouble.text),
            lambda done, total: self.say(words.SWEEPING.format(done=done, total=total), wrong=False),
        )  # fmt: skip

    def refresh(self) -> None:
        desk, name = self.counter.desk, self.name
        if desk is not None:
            self.work(lambda: queues.queue(desk, name), self._show)

    def _show(self, view: QueueView) -> None:
        if view.name != self.name:
            return
        self.lines = view.lines
        self.people.show_rows([line.person for line in view.lines])
        for name, button in self.tabs.items():
            button.setText(f"{words.QUEUES[name]}  {view.counts[name]}")
        self.keys.setText(words.QUEUE_SWEEP if self.name == "health" else words.QUEUE_KEYS)
        self._tell()

    def _tell(self) -> None:
        """The whole sentence of the line in hand: a cell may be too short for it."""
        row = self.people.currentIndex().row()
        self.say(self.lines[row].person.state if 0 <= row < len(self.lines) else words.QUEUE_EMPTY, wrong=False)

    def _open(self, subject: str) -> None:
        row = self.people.currentIndex().row()
        act = self.lines[row].act if 0 <= row < len(self.lines) else ""
        if not subject:
            return
        self.counter.pick(subject, "" if act == queues.PRINTING else act)
        if self.name == "expiring":
            self.counter.paper = Wish("expiry", (subject,))
        self.wanted.emit(queues.PRINTING if act == queues.PRINTING else "acts" if act else "file")

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.people and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
            if step is not None:
                names = list(words.QUEUES)
                self.show_list(names[(names.index(self.name) + step) % len(names)])
                return True
        return super().eventFilter(watched, event)
