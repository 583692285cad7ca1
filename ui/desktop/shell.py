"""The window: navigation with words and F-keys, one screen at a time, status strip and key bar always visible."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QLabel,
    QMainWindow,
    QMessageBox,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from ui.desktop import text
from ui.desktop.counter import Counter
from ui.desktop.operations import Trouble
from ui.desktop.screens.check import CheckScreen
from ui.desktop.screens.devices import DevicesScreen
from ui.desktop.screens.file import FileScreen
from ui.desktop.screens.find import FindScreen
from ui.desktop.screens.intake import IntakeScreen
from ui.desktop.screens.issue import IssueScreen
from ui.desktop.screens.screen import Screen, label
from ui.desktop.screens.today import TodayScreen
from ui.desktop.theme import DOT
from ui.desktop.wedge import Wedge


class Shell(QMainWindow):
    """All screens of one counter."""

    def __init__(self, counter: Counter) -> None:
        super().__init__()
        self.counter = counter
        self.setWindowTitle(text.APP)
        self.setMinimumSize(1280, 680)
        self.resize(1366, 740)
        self.screens: dict[str, Screen] = {
            "today": TodayScreen(counter),
            "find": FindScreen(counter),
            "intake": IntakeScreen(counter),
            "check": CheckScreen(counter),
            "file": FileScreen(counter),
            "issue": IssueScreen(counter),
            "devices": DevicesScreen(counter),
        }
        self.stack = QStackedWidget()
        for screen in self.screens.values():
            self.stack.addWidget(screen)
        self._history: list[str] = []
        self._build()
        self._keys()
        self._connect()
        self.go("today")

    # --- building ---------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        root = QWidget()
        outer = QVBoxLayout(root)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(self._bar())
        middle = QHBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self._side())
        middle.addWidget(self.stack, 1)
        outer.addLayout(middle, 1)
        outer.addWidget(self._strip())
        outer.addWidget(self._key_bar())
        self.setCentralWidget(root)

    def _bar(self) -> QWidget:
        bar = QWidget()
        bar.setObjectName("bar")
        bar.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        row = QHBoxLayout(bar)
        row.setContentsMargins(18, 8, 18, 8)
        row.addWidget(label(text.APP, "app"))
        self.rehearsal = label(text.REHEARSAL, "rehearsal")
        self.rehearsal.hide()
        row.addSpacing(20)
        row.addWidget(self.rehearsal)
        row.addStretch(1)
        self.place = label("")
        row.addWidget(self.place)
        return bar

    def _side(self) -> QWidget:
        side = QWidget()
        side.setObjectName("side")
        side.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        side.setFixedWidth(150)
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 10, 0, 0)
        column.setSpacing(2)
        self.buttons: dict[str, QPushButton] = {}
        group = QButtonGroup(self)
        for name, (words, key) in text.SCREENS.items():
            button = QPushButton(f"{words}  {key}")
            button.setCheckable(True)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setAccessibleName(words)
            button.clicked.connect(lambda _, to=name: self.go(to))
            group.addButton(button)
            column.addWidget(button)
            self.buttons[name] = button
        column.addStretch(1)
        return side

    def _strip(self) -> QWidget:
        strip = QWidget()
        strip.setObjectName("strip")
        strip.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        row = QHBoxLayout(strip)
        row.setContentsMargins(18, 5, 18, 5)
        self.lamps: dict[str, QLabel] = {}
        for name in text.STATUS:
            lamp = QLabel()
            lamp.setTextFormat(Qt.TextFormat.RichText)
            self.lamps[name] = lamp
            row.addWidget(lamp)
            row.addSpacing(26)
            self.show_status(name, "wait", "")
        row.addStretch(1)
        self.busy = label(text.OPENING)
        row.addWidget(self.busy)
        return strip

    def _key_bar(self) -> QWidget:
        bar = QWidget()
        bar.setObjectName("keys")
        bar.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        row = QHBoxLayout(bar)
        row.setContentsMargins(18, 4, 18, 4)
        for key, words in text.KEYS:
            row.addWidget(label(f"{key} {words}"))
            row.addSpacing(14)
        row.addStretch(1)
        return bar

    def _keys(self) -> None:
        for name, (_, key) in text.SCREENS.items():
            if key != "F9":
                self._shortcut(key, lambda to=name: self.go(to))
        self._shortcut("F9", self._primary)
        self._shortcut("F1", self._help)
        self._shortcut("Esc", self.back)
        self._shortcut("F11", lambda: self.showNormal() if self.isFullScreen() else self.showFullScreen())

    def _shortcut(self, key: str, act: object) -> None:
        QShortcut(QKeySequence(key), self, act)  # type: ignore[call-overload]

    def _connect(self) -> None:
        counter = self.counter
        counter.opened.connect(self._opened)
        counter.failed.connect(self._failed)
        counter.status.connect(self.show_status)
        counter.operations.busy.connect(lambda n: self.busy.setText(text.BUSY if n else text.READY))
        for name in ("today", "find"):
            screen = self.screens[name]
            if isinstance(screen, TodayScreen | FindScreen):
                screen.chosen.connect(self.open_file)
        file = self.screens["file"]
        if isinstance(file, FileScreen):
            file.issue.connect(lambda: self.go("issue"))
        self.wedge = Wedge(self)
        self.wedge.scanned.connect(self._scanned)

    # --- moving about -------------------------------------------------------------------------------------------------

    def go(self, name: str) -> None:
        """Show a screen and put the focus where work begins."""
        now = self.current
        if now != name:
            self._history.append(now)
        self.stack.setCurrentWidget(self.screens[name])
        if name in self.buttons:
            self.buttons[name].setChecked(True)
        self.screens[name].setFocus()

    @property
    def current(self) -> str:
        widget = self.stack.currentWidget()
        return next(name for name, screen in self.screens.items() if screen is widget)

    def back(self) -> None:
        """Esc: where one came from."""
        if self._history:
            name = self._history.pop()
            self.stack.setCurrentWidget(self.screens[name])
            if name in self.buttons:
                self.buttons[name].setChecked(True)
            self.screens[name].setFocus()

    def open_file(self, subject: str) -> None:
        """This worker is in hand; their file is shown."""
        self.counter.pick(subject)
        self.go("file")

    def _scanned(self, code: str) -> None:
        check = self.screens["check"]
        self.go("check")
        if isinstance(check, CheckScreen):
            check.scanned(code)

    def _primary(self) -> None:
        if self.current in ("issue", "intake"):
            self.screens[self.current].primary()
        elif self.counter.subject:
            self.go("issue")
        else:
            self.go("find")

    def _help(self) -> None:
        QMessageBox.information(self, text.APP, text.HELP)

    # --- status -------------------------------------------------------------------------------------------------------

    def show_status(self, name: str, state: str, words: str) -> None:
        """A lamp of the strip: dot, name, word, and what to do as a tool tip."""
        shown = words if len(words) <= 24 else text.STATUS_WORDS[state]
        line = f"<span style='color:{DOT[state]}'>●</span> {text.STATUS[name]}:{shown or text.STATUS_WORDS[state]}"
        self.lamps[name].setText(line)
        self.lamps[name].setToolTip(words)
        self.lamps[name].setAccessibleName(f"{text.STATUS[name]} {words or text.STATUS_WORDS[state]}")

    def _opened(self) -> None:
        settings = self.counter.desk.settings
        self.rehearsal.setVisible(settings.rehearsal)
        self.place.setText(f"{settings.city.association} · {settings.station}")
        for screen in self.screens.values():
            screen.stale()
        self.busy.setText(text.READY)

    def _failed(self, trouble: Trouble) -> None:
        self.busy.setText(text.OPEN_FAILED)
        self.screens["today"].say(trouble.text)

    def closeEvent(self, event: QCloseEvent) -> None:
        self.wedge.stop()
        self.counter.close()
        super().closeEvent(event)
