"""The three pages of the batch desk – choose, who is in a new run, the run itself. They show views, no more."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from ui.desktop import text_batch as text
from ui.desktop.screens.screen import label, panel
from ui.desktop.tables.lines import LinesView
from ui.desktop.viewmodels.batch_run import Does, RunView
from ui.desktop.viewmodels.batches import NewRun, PickView
from ui.desktop.widgets.settle import SettleBar

Act = Callable[[], None]
INK = {"plain": "sentence", "good": "sentence", "warn": "wrong", "bad": "wrong"}


class PickPage(QWidget):
    """Unfinished runs, companies whose people wait, finished runs: one of them is opened by Enter."""

    def __init__(self, by_list: Act) -> None:
        super().__init__()
        column = _column(self)
        self.next = label("", "sentence", wrap=True)
        column.addWidget(self.next)
        self.lines = LinesView(text.TITLE, text.PICK_COLUMNS, text.PICK_WIDTHS)
        column.addWidget(self.lines, 1)
        row = QHBoxLayout()
        self.list = _button(row, text.LIST, by_list)
        row.addWidget(label(text.PICK_KEYS, "hint"))
        row.addStretch(1)
        column.addLayout(row)

    def show_view(self, view: PickView) -> None:
        """What there is to do now."""
        self.next.setText(view.sentence)
        self.lines.show_lines(view.lines)


class PeoplePage(QWidget):
    """Who is in the new run.

    Signals:
        toggled: this person is left out or taken in again; carries the permit number.
    """

    toggled = Signal(str)

    def __init__(self, make: Act, back: Act) -> None:
        super().__init__()
        column = _column(self)
        row = QHBoxLayout()
        self.next = label("", "sentence", wrap=True)
        row.addWidget(self.next, 1)
        self.make = _button(row, text.NEW_MAKE, make, primary=True)
        column.addLayout(row)
        column.addWidget(label(text.NEW_HINT, "hint", wrap=True))
        self.lines = LinesView(text.TITLE, text.NEW_COLUMNS, text.NEW_WIDTHS)
        self.lines.installEventFilter(self)
        self.lines.opened.connect(self.toggled)
        column.addWidget(self.lines, 1)
        row = QHBoxLayout()
        self.others = _button(row, text.OTHERS, back)
        row.addStretch(1)
        column.addLayout(row)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Space:
            self.toggled.emit(self.lines.key)
            return True
        return super().eventFilter(watched, event)

    def show_view(self, new: NewRun) -> None:
        """Everybody, and how many cards that is."""
        self.next.setText(new.sentence)
        self.lines.show_lines(new.lines())


class RunPage(QWidget):
    """One run: how far it is, what each printer does or needs, every order, and what may be done."""

    def __init__(
        self, primary: Callable[[], None], acts: Sequence[tuple[str, Callable[[], None]]], places: int
    ) -> None:
        super().__init__()
        column = _column(self)
        frame, row = panel(vertical=False)
        self.count, self.title, self.figures = label("", "number"), label("", "sentence"), label("", "hint")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(text.TITLE)
        row.addWidget(self.count)
        row.addSpacing(16)
        middle = QVBoxLayout()
        middle.addWidget(self.title)
        middle.addWidget(self.bar)
        middle.addWidget(self.figures)
        row.addLayout(middle, 1)
        row.addSpacing(16)
        self.do = _button(row, text.START, primary, primary=True)
        self.do.setMinimumWidth(300)
        column.addWidget(frame)
        self.printers: list[QLabel] = [label("", "sentence", wrap=True) for _ in range(places)]
        for one in self.printers:
            column.addWidget(one)
        self.settling = SettleBar()
        self.settling.show_pair([], "")
        self.settling.hide()
        column.addWidget(self.settling)
        self.lines = LinesView(text.TITLE, text.RUN_COLUMNS, text.RUN_WIDTHS)
        column.addWidget(self.lines, 1)
        buttons = QHBoxLayout()
        self.buttons = [_button(buttons, said, act) for said, act in acts]
        buttons.addStretch(1)
        column.addLayout(buttons)

    def show_view(self, view: RunView) -> None:
        """The run as it is now."""
        self.count.setText(text.COUNT_OF.format(done=view.progress.done, total=view.progress.total))
        self.title.setText(view.loaded.title)
        self.figures.setText(view.figures)
        self.bar.setRange(0, max(1, view.progress.total))
        self.bar.setValue(view.progress.done)
        self.do.setText(view.action)
        self.do.setEnabled(view.does is not Does.WAIT)
        for shown, printer in zip(self.printers, view.printers, strict=True):
            shown.setVisible(not view.ended)
            _ink(shown, INK[printer.state])
            shown.setText(printer.sentence)
        self.settling.setVisible(view.doubtful is not None)
        redo, _, pause, cancel, others = self.buttons
        redo.setEnabled(not view.ended and not view.working)
        pause.setEnabled(view.working and not view.pausing)
        cancel.setEnabled(not view.ended)
        others.setEnabled(not view.working)
        self.lines.show_lines(view.orders.lines)
        self._follow(view)

    def _follow(self, view: RunView) -> None:
        """The card that is made stays in sight, unless the person looks at another line."""
        keys = [line.key for line in self.lines.table.lines]
        if view.orders.latest in keys and self.lines.currentIndex().row() == 0:
            self.lines.scrollTo(self.lines.table.index(keys.index(view.orders.latest), 0))


def _column(page: QWidget) -> QVBoxLayout:
    column = QVBoxLayout(page)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(8)
    return column


def _button(
    row: QHBoxLayout | QVBoxLayout, said: str, act: Callable[[], None], *, primary: bool = False
) -> QPushButton:
    button = QPushButton(said)
    if primary:
        button.setObjectName("primary")
    button.clicked.connect(lambda _: act())
    row.addWidget(button)
    return button


def _ink(shown: QLabel, name: str) -> None:
    if shown.objectName() != name:
        shown.setObjectName(name)
        shown.style().polish(shown)
