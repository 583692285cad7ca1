"""What every screen has: the counter, topics it listens to, a title, a sentence line, refresh when shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from ui.desktop.counter import Counter
from ui.desktop.operations import Lane, Topic, Trouble
from ui.desktop.widgets.begins import Begins


class Screen(Begins):
    """Base of all screens. `topics` says which acts make it stale; it refreshes itself only while it is visible.

    Signals:
        chosen: a person was opened; carries the subject.
        wanted: another screen is the next step; carries its name.
        papers: the papers of the worker in hand are asked for.
    """

    chosen = Signal(str)
    wanted = Signal(str)
    papers = Signal()
    takes_scans = False
    topics: frozenset[Topic] = frozenset()
    title = ""

    def __init__(self, counter: Counter, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self.counter = counter
        self._stale = True
        self.acting = False
        self.outer = QVBoxLayout(self)
        self.outer.setContentsMargins(20, 14, 20, 10)
        self.outer.setSpacing(10)
        self.heading = label(self.title, "title")
        self.outer.addWidget(self.heading)
        self.sentence = label("", "wrong")
        self.sentence.setWordWrap(True)
        counter.operations.touched.connect(self._touched)

    def refresh(self) -> None:
        """Gather anew what is shown; each screen's own."""

    def primary(self) -> None:
        """What F9 does here: unless a screen has its own, the card of the person in hand."""
        self.wanted.emit("issue" if self.counter.subject else "find")

    def scanned(self, typed: str) -> None:
        """A code from the scanner; only a screen that `takes_scans` is ever given one."""

    def say(self, words: str, *, wrong: bool = True) -> None:
        """One sentence for the person at the counter."""
        self.sentence.setObjectName("wrong" if wrong else "sentence")
        self.sentence.style().polish(self.sentence)
        self.sentence.setText(words)

    def work(
        self, work: Callable[[], Any], then: Callable[[Any], None], lane: Lane = Lane.LEDGER,
        otherwise: Callable[[Trouble], None] | None = None,
    ) -> None:  # fmt: skip
        """Run off the GUI thread; trouble is said on this screen unless somebody else takes it."""
        self.counter.operations.run(lane, work, then, otherwise or (lambda trouble: self.say(trouble.text)))

    def once(
        self, work: Callable[[], Any], then: Callable[[Any], None], lane: Lane = Lane.LEDGER
    ) -> None:
        """The same for the main act of a screen: while it is under way, a second F9 or click does nothing."""
        if self.acting:
            return

        def done(value: Any) -> None:
            self.acting = False
            then(value)

        def failed(trouble: Trouble) -> None:
            self.acting = False
            self.say(trouble.text)

        self.acting = True
        self.work(work, done, lane, failed)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale and self.counter.desk is not None:
            self._stale = False
            self.refresh()

    def stale(self) -> None:
        """Something changed: refresh now if visible, else when shown."""
        if self.isVisible() and self.counter.desk is not None:
            self.refresh()
        else:
            self._stale = True

    def _touched(self, topics: frozenset[Topic]) -> None:
        if topics & self.topics:
            self.stale()


def label(words: str, name: str = "", *, wrap: bool = False) -> QLabel:
    """A label of a style of the theme."""
    made = QLabel(words)
    if name:
        made.setObjectName(name)
    made.setWordWrap(wrap)
    return made


def panel(*, vertical: bool = True) -> tuple[QFrame, QVBoxLayout | QHBoxLayout]:
    """A white card with a layout in it."""
    frame = QFrame()
    frame.setObjectName("card")
    layout = QVBoxLayout(frame) if vertical else QHBoxLayout(frame)
    layout.setContentsMargins(16, 12, 16, 12)
    layout.setSpacing(8)
    return frame, layout


def stretch(widget: QWidget) -> QWidget:
    """Let it take all the room there is."""
    widget.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
    return widget


TOP = Qt.AlignmentFlag.AlignTop
