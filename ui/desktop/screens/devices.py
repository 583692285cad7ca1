"""Devices: how they are, which stands where, the camera live, and in a rehearsal the misfortunes to practise with."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QHideEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QStackedWidget, QWidget

from station.services.done import Topic
from ui.desktop import text_devices as text
from ui.desktop.counter import Counter
from ui.desktop.screens.device_camera import CameraPane
from ui.desktop.screens.device_choice import ChoicePane
from ui.desktop.screens.device_practice import PracticePane
from ui.desktop.screens.device_state import StatePane
from ui.desktop.screens.screen import Screen, label
from ui.desktop.widgets.pane import Pane


class DevicesScreen(Screen):
    """Four pages behind the digits 1 to 4; what stands at the bottom is said by all of them."""

    title = text.TITLE
    topics: frozenset[Topic] = frozenset()

    def __init__(self, counter: Counter, parent: QWidget | None = None) -> None:
        super().__init__(counter, parent)
        self.state, self.choice = StatePane(self), ChoicePane(self)
        self.live, self.practice = CameraPane(self), PracticePane(self)
        self.pages: dict[str, Pane] = {
            "state": self.state, "choose": self.choice, "camera": self.live, "practice": self.practice,
        }  # fmt: skip
        self.choice.lines.digit.connect(self.digit)
        row = QHBoxLayout()
        self.tabs: dict[str, QPushButton] = {}
        self.stack = QStackedWidget()
        for place, (name, words) in enumerate(text.TABS.items(), start=1):
            button = self.tabs[name] = QPushButton(f"{place} {words}")
            button.setObjectName("tab")
            button.setCheckable(True)
            button.setAutoExclusive(True)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.setAccessibleName(words)
            button.clicked.connect(lambda _, to=name: self.turn(to))
            row.addWidget(button)
            self.stack.addWidget(self.pages[name])
        row.addStretch(1)
        self.outer.addLayout(row)
        self.outer.addWidget(self.stack, 1)
        self.outer.addWidget(self.sentence)
        self.outer.addWidget(label(text.KEYS, "hint"))
        self.page = "state"
        self.begin_at(self.state)
        self.tabs["state"].setChecked(True)

    def refresh(self) -> None:
        self.tabs["practice"].setVisible(self.counter.desk.settings.rehearsal)
        self.turn(self.page)

    def turn(self, name: str) -> None:
        """Another page comes in front and begins anew; what was said on the last one goes."""
        if self.counter.desk is None or (name == "practice" and not self.counter.desk.settings.rehearsal):
            return
        self.pages[self.page].leave()
        self.page = name
        self.tabs[name].setChecked(True)
        self.say("")
        self.stack.setCurrentWidget(self.pages[name])
        self.begin_at(self.pages[name])
        self.pages[name].enter()
        self.take_focus()

    def primary(self) -> None:
        """F9: the main act of the page in front."""
        self.pages[self.page].primary()

    def digit(self, number: int) -> None:
        """1 to 4 turn the page, 5 to 8 are the acts of the first one."""
        if 1 <= number <= len(self.pages):
            self.turn(list(self.pages)[number - 1])
        elif number in self.state.keys:
            if self.page != "state":
                self.turn("state")
            self.state.keys[number]()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.text().isdigit():
            self.digit(int(event.text()))
        else:
            super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        fresh = self._stale
        super().showEvent(event)
        if not fresh and self.counter.desk is not None:
            self.turn(self.page)

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks: nothing is asked, no frame is taken."""
        self.pages[self.page].leave()
        super().hideEvent(event)
