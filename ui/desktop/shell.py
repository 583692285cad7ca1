"""The window: navigation with words and F-keys, one screen at a time, status strip and key bar always visible."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QPaintEvent, QShortcut
from PySide6.QtWidgets import (
    QApplication,
    QButtonGroup,
    QHBoxLayout,
    QLabel,
    QMainWindow,
    QMessageBox,
    QPushButton,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from ui.desktop import text, text_papers, text_sign_on
from ui.desktop.beat import Beat
from ui.desktop.counter import Counter
from ui.desktop.hand_scanner import HandScanner
from ui.desktop.operations import Trouble
from ui.desktop.screens.places import OF_THE_PROVINCE, Screens, load_ahead
from ui.desktop.screens.screen import Screen, label
from ui.desktop.theme import DOT
from ui.desktop.wedge import Wedge

AHEAD_MS = 50  # between two screens that are loaded before they are asked for


class Shell(QMainWindow):
    """All screens of one counter."""

    def __init__(self, counter: Counter) -> None:
        super().__init__()
        self.counter = counter
        self.setWindowTitle(text.APP)
        self.setMinimumSize(1280, 680)
        self.resize(1366, 740)
        self.screens = Screens(self._make)
        self.stack = QStackedWidget()
        self.opening = Opening()
        self.stack.addWidget(self.opening)
        self._history: list[str] = []
        self._wanted = "today"
        self._build()
        self._keys()
        self._connect()
        self.buttons["today"].setChecked(True)

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
        self.duty = label("")
        row.addWidget(self.duty)
        row.addSpacing(20)
        row.addWidget(self.place)
        return bar

    def _side(self) -> QWidget:
        side = QWidget()
        side.setObjectName("side")
        side.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        side.setFixedWidth(164)
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
            button.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
            group.addButton(button)
            column.addWidget(button, 10)
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
        self.key_labels = {key: label(f"{key} {words}") for key, words in text.KEYS}
        for one in self.key_labels.values():
            row.addWidget(one)
            row.addSpacing(14)
        row.addStretch(1)
        return bar

    def _keys(self) -> None:
        for name, (_, key) in text.SCREENS.items():
            if key != "F9":
                self._shortcut(key, lambda to=name: self.go(to))
        self._shortcut("F9", self._primary)
        self._shortcut("F1", self._help)
        self._shortcut("Shift+F5", lambda: self.go("capture"))
        self._shortcut("Shift+F6", lambda: self.go("face"))
        self._shortcut("Ctrl+E", lambda: self.go("companies"))
        self._shortcut("Esc", self.back)
        self._shortcut("Ctrl+P", self.print_paper)
        self._shortcut("Ctrl+L", self.lock)
        self._shortcut("F11", lambda: self.showNormal() if self.isFullScreen() else self.showFullScreen())

    def _shortcut(self, key: str, act: object) -> None:
        made = QShortcut(QKeySequence(key), self, act)  # type: ignore[call-overload]
        made.setAutoRepeat(False)  # a key that is held down acts once

    def _connect(self) -> None:
        counter = self.counter
        counter.opened.connect(self._opened)
        counter.failed.connect(self._failed)
        counter.status.connect(self.show_status)
        counter.manned.connect(self._manned)
        counter.operations.busy.connect(lambda n: self.busy.setText(text.BUSY if n else text.READY))
        self.wedge = Wedge(self)
        self.wedge.scanned.connect(self._scanned)
        self.beat = Beat(counter)
        self.hand: HandScanner | None = None
        self._heard = ""
        counter.rewired.connect(self._listen)

    # --- moving about -------------------------------------------------------------------------------------------------

    def go(self, name: str) -> None:
        """Show a screen and put the focus where work begins; before the ledger is open, remember the wish."""
        if name in self.buttons:
            self.buttons[name].setChecked(True)
        if self.counter.desk is None:
            self._wanted = name
            return
        if not self._has(name):
            name = "figures"
            self.buttons[name].setChecked(True)
        now = self.current
        if now not in ("", name):
            self._history.append(now)
        self._show(name)

    def _has(self, name: str) -> bool:
        """Whether this station has that screen: the province's own have few."""
        return self.counter.desk.copies is None or name in OF_THE_PROVINCE

    @property
    def current(self) -> str:
        """The name of the screen in front; empty while the station opens."""
        return self.screens.name_of(self.stack.currentWidget())

    def back(self) -> None:
        """Esc: where one came from."""
        if self._history:
            self._show(self._history.pop())

    def _show(self, name: str) -> None:
        self.stack.setCurrentWidget(self.screens[name])
        if name in self.buttons:
            self.buttons[name].setChecked(True)
        self.screens[name].take_focus()

    def _make(self, kind: type[Screen]) -> Screen:
        screen = kind(self.counter)
        screen.chosen.connect(self.open_file)
        screen.wanted.connect(self.go)
        screen.papers.connect(self.print_paper)
        self.stack.addWidget(screen)
        return screen

    def open_file(self, subject: str) -> None:
        """This worker is in hand; their file is shown."""
        self.counter.pick(subject)
        self.go("file")

    def _scanned(self, code: str) -> None:
        if self.counter.desk is None or QApplication.activeModalWidget() is not None:
            QApplication.beep()  # a dialog stands open: the code is neither typed into it nor does it close it
            return
        if not self.screens[self.current].takes_scans:
            self.go("check")
        self.screens[self.current].scanned(code)

    def _primary(self) -> None:
        if self.current and not self.screens[self.current].acting:
            self.screens[self.current].primary()

    def print_paper(self) -> None:
        """Ctrl+P: the papers of the worker in hand, or of the pile just handed over."""
        if self.counter.desk is None:
            return
        if not self.counter.paper.subjects:
            self.screens[self.current].say(text_papers.NOBODY)
            return
        from ui.desktop.screens.papers import PaperDialog  # the layout engine and its templates: only when asked for

        PaperDialog(self.counter, self).open()

    def lock(self) -> None:
        """Ctrl+L: nobody works here until somebody signs on; what is on the screen stays as it is."""
        if self.counter.desk is None or QApplication.activeModalWidget() is not None:
            return
        from ui.desktop.screens.sign_on import SignOn

        behind = self.current
        self.opening.say(text_sign_on.SHUT, text_sign_on.SHUT_HINT)
        self.stack.setCurrentWidget(self.opening)  # nobody's papers stay in sight
        dialog = SignOn(self.counter, self)
        dialog.accepted.connect(lambda: self._show(behind))
        dialog.open()

    def _manned(self, person: str) -> None:
        self.duty.setText(text.PERSON.format(person=person))

    def _help(self) -> None:
        QMessageBox.information(self, text.APP, text.HELP)

    # --- status -------------------------------------------------------------------------------------------------------

    def show_status(self, name: str, state: str, words: str) -> None:
        """A lamp of the strip: dot, name, word, and what to do as a tool tip."""
        shown = words if len(words) <= 24 else text.STATUS_WORDS[state]
        line = f"<span style='color:{DOT[state]}'>●</span> {text.STATUS[name]}：{shown or text.STATUS_WORDS[state]}"
        self.lamps[name].setText(line)
        self.lamps[name].setToolTip(words)
        self.lamps[name].setAccessibleName(f"{text.STATUS[name]} {words or text.STATUS_WORDS[state]}")

    def _opened(self) -> None:
        settings = self.counter.desk.settings
        self.rehearsal.setVisible(settings.rehearsal)
        self.place.setText(f"{settings.city.association} · {settings.station}")
        self._manned(self.counter.clerk.person)
        self.busy.setText(text.READY)
        self._listen()
        for name, button in self.buttons.items():
            button.setVisible(self._has(name))
        for key, one in self.key_labels.items():
            one.setVisible(self.counter.desk.copies is None or key in text.PROVINCE_KEYS)
        self.go(self._wanted)
        self._ahead = load_ahead()
        QTimer.singleShot(AHEAD_MS, self, self._load_next)
        if not self.counter.clerk.roles:
            self.lock()

    def _load_next(self) -> None:
        if next(self._ahead, None) is not None:
            QTimer.singleShot(AHEAD_MS, self, self._load_next)

    def _listen(self) -> None:
        """To the serial scanner of the settings; a wedge needs none. Again when another one stands there."""
        from station.bootstrap import open_hand_scanner
        from station.domain.errors import Fault

        settings = self.counter.settings_now()
        if self._heard == settings.devices.scanner:
            return
        self._heard = settings.devices.scanner
        if self.hand is not None:
            self.hand.stop()
            self.hand = None
        if not settings.devices.scanner:
            return
        try:
            self.hand = HandScanner(open_hand_scanner(settings), self)
        except Fault as why:
            self.busy.setText(why.sentence)
            return
        self.hand.scanned.connect(self._scanned)
        self.hand.away.connect(lambda words: self.busy.setText(words or text.READY))
        self.hand.start()

    def _failed(self, trouble: Trouble) -> None:
        self.busy.setText(text.OPEN_FAILED)
        self.opening.say(text.OPEN_FAILED, trouble.text)

    def closeEvent(self, event: QCloseEvent) -> None:
        self.wedge.stop()
        if self.hand is not None:
            self.hand.stop()
        self.counter.close()
        super().closeEvent(event)


class Opening(QWidget):
    """What stands in the window until the ledger is open: that it opens, or why it does not.

    Signals:
        seen: it was painted for the first time; what is heavy may begin.
    """

    seen = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("page")
        self._painted = False
        column = QVBoxLayout(self)
        column.setContentsMargins(40, 40, 40, 40)
        self.heading, self.sentence = label(text.OPENING, "title"), label(text.OPENING_HINT, "sentence", wrap=True)
        column.addWidget(self.heading)
        column.addWidget(self.sentence)
        column.addStretch(1)

    def say(self, heading: str, sentence: str) -> None:
        """Replace both lines."""
        self.heading.setText(heading)
        self.sentence.setText(sentence)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._painted:
            self._painted = True
            self.seen.emit()
