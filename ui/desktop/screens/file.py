"""The worker's file: who, colour today and what comes, what is missing, papers, and everything that happened."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from station.services import pictures
from station.services.looking import Opened, look
from ui.desktop import text, text_capture, text_face, text_papers
from ui.desktop.counter import Counter
from ui.desktop.operations import Lane, Topic, Trouble
from ui.desktop.screens.scans import ScansDialog
from ui.desktop.screens.screen import Screen, label, panel
from ui.desktop.theme import GREEN, INK, RED
from ui.desktop.viewmodels import people
from ui.desktop.viewmodels.people import FileView, Line
from ui.desktop.widgets.colour import ColourPanel
from ui.desktop.widgets.picture import PictureView

_INK = {"plain": INK, "good": GREEN, "warn": "#8A6100", "bad": RED}
_SIGN = {"plain": "", "good": "✓ ", "warn": "! ", "bad": "✕ "}


class FileScreen(Screen):
    """Everything of one worker on one page."""

    topics = frozenset({Topic.ROLL, Topic.APPLICATIONS, Topic.PERMITS, Topic.CARDS, Topic.SYNC})
    title = text.FILE_TITLE

    def __init__(self, counter: Counter, parent: QWidget | None = None) -> None:
        super().__init__(counter, parent)
        head = QHBoxLayout()
        self.photo = PictureView(text.PHOTO)
        self.photo.setFixedSize(150, 185)
        pictured = QVBoxLayout()
        pictured.addWidget(self.photo)
        self.take = QPushButton(text_capture.TO_CAPTURE)
        self.take.clicked.connect(lambda: self.wanted.emit("capture"))
        pictured.addWidget(self.take)
        pictured.addStretch(1)
        head.addLayout(pictured)
        who, self.who = panel()
        self.name = label("—", "big")
        self.who.addWidget(self.name)
        self.identity = QGridLayout()
        self.identity.setHorizontalSpacing(14)
        self.who.addLayout(self.identity)
        self.who.addStretch(1)
        head.addWidget(who, 3)
        side = QVBoxLayout()
        self.colour = ColourPanel(112, 38)
        side.addWidget(self.colour)
        self.next = QPushButton(text.FILE_TO_ISSUE)
        self.next.setObjectName("primary")
        self.next.clicked.connect(self.primary)
        self.look = QPushButton(text_face.TO_FACE)
        self.look.clicked.connect(lambda: self.wanted.emit("face"))
        first = QHBoxLayout()
        first.addWidget(self.next, 3)
        first.addWidget(self.look, 2)
        side.addLayout(first)
        self.more = QPushButton(text.FILE_TO_ACTS)
        self.more.clicked.connect(lambda: self.wanted.emit("acts"))
        self.sheets = QPushButton(text_papers.BUTTON)
        self.sheets.clicked.connect(self.papers)
        self.scans = QPushButton(text_papers.SCANS_BUTTON)
        self.scans.clicked.connect(self.show_scans)
        QShortcut(QKeySequence("Ctrl+O"), self, self.show_scans)
        QShortcut(QKeySequence("Ctrl+G"), self, self.to_rights)
        both = QHBoxLayout()
        both.addWidget(self.more)
        both.addWidget(self.sheets)
        both.addWidget(self.scans)
        side.addLayout(both)
        side.addStretch(1)
        head.addLayout(side, 3)
        self.outer.addLayout(head)
        body = QHBoxLayout()
        left_side = QWidget()
        left = QVBoxLayout(left_side)
        left.setContentsMargins(0, 0, 0, 0)
        gaps, self.gaps = panel()
        self.gaps_title = label(text.FILE_MISSING, "section")
        self.gaps.addWidget(self.gaps_title)
        self.gaps_list = label("", wrap=True)
        self.gaps.addWidget(self.gaps_list)
        left.addWidget(gaps)
        papers, layout = panel()
        layout.addWidget(label(text.FILE_EVIDENCE, "section"))
        self.evidence = QGridLayout()
        layout.addLayout(self.evidence)
        head_of_consents = QHBoxLayout()
        head_of_consents.addWidget(label(text.FILE_CONSENTS, "section"))
        head_of_consents.addStretch(1)
        self.rights = QPushButton(text.FILE_TO_RIGHTS)
        self.rights.clicked.connect(self.to_rights)
        head_of_consents.addWidget(self.rights)
        layout.addLayout(head_of_consents)
        self.consents = QGridLayout()
        layout.addLayout(self.consents)
        layout.addStretch(1)
        left.addWidget(papers, 1)
        body.addWidget(scrolled(left_side), 3)
        told, layout = panel()
        layout.addWidget(label(text.FILE_TIMELINE, "section"))
        self.timeline = label("", wrap=True)
        self.timeline.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.timeline.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByKeyboard)
        layout.addWidget(scrolled(self.timeline))
        body.addWidget(told, 2)
        self.outer.addLayout(body, 1)
        self.outer.addWidget(self.sentence)
        self.begin_at(self.next)
        counter.picked.connect(lambda _: self.stale())
        counter.manned.connect(lambda _: self.stale())  # whoever takes over looks, too

    def refresh(self) -> None:
        desk, subject, clerk = self.counter.desk, self.counter.subject, self.counter.clerk
        if not subject:
            self.say(text.FILE_NONE)
            return

        def work() -> FileView:
            look(desk, [subject], Opened.FILE, actor=clerk)
            return people.worker_file(desk, subject)

        self.work(work, self.show_file, otherwise=self._not_shown)

    def _not_shown(self, trouble: Trouble) -> None:
        """Nobody's papers stay under another person's name, and what could not be written down is not shown."""
        self.show_file(people.NOTHING)
        self.gaps_title.setText("")
        self.say(trouble.text)

    def show_scans(self) -> None:
        """The scanned papers of the worker in hand."""
        if self.counter.subject:
            ScansDialog(self.counter, self).open()

    def to_rights(self) -> None:
        """What the person may ask for: consents back, a copy, deletion; the first of them is chosen."""
        if self.counter.subject:
            self.counter.suggested = "withdraw_consents"
            self.wanted.emit("acts")

    def show_file(self, view: FileView) -> None:
        """Paint one file."""
        self.say("")
        self.name.setText(view.name)
        _fill(self.identity, view.lines, columns=2)
        _fill(self.evidence, view.evidence, columns=1)
        _fill(self.consents, view.consents, columns=1)
        self.colour.show_colour(view.colour, view.colour_word, view.colour_line)
        lacking = text.FILE_MISSING if view.missing else text.FILE_COMPLETE
        self.gaps_title.setText(text.FILE_ERASED if view.erased else lacking)
        self.gaps_list.setText("\n".join(f"· {gap}" for gap in view.missing))
        self.timeline.setText("\n".join(f"{when}  {what}" for when, what in view.timeline))
        self.photo.show_picture(picture_of(view.photo))
        if view.photo is None and view.subject and not view.erased:
            desk, subject = self.counter.desk, view.subject
            self.work(lambda: pictures.fetch_portrait(desk, subject), self._fetched, Lane.CENTRAL)

    def _fetched(self, came: bool) -> None:
        """The photo was taken at another station and is here now."""
        if came:
            self.refresh()


def scrolled(widget: QWidget) -> QScrollArea:
    """The widget with scroll bars where the window is too low for it; reachable by Tab and arrows."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setWidget(widget)
    return area


def picture_of(data: bytes | None) -> np.ndarray | None:
    """JPEG bytes from our own blobs as a picture."""
    if data is None:
        return None
    with Image.open(io.BytesIO(data), formats=("JPEG",)) as image:
        return np.asarray(image.convert("RGB"), dtype=np.uint8)


def _fill(grid: QGridLayout, lines: list[Line], *, columns: int) -> None:
    while (item := grid.takeAt(0)) is not None:
        widget = item.widget()
        if widget is not None:
            widget.deleteLater()
    for index, line in enumerate(lines):
        row, column = index // columns, index % columns * 2
        grid.addWidget(label(line.label, "label"), row, column)
        value = QLabel(f"{_SIGN[line.state]}{line.value}")
        value.setStyleSheet(f"color: {_INK[line.state]};")
        value.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
        grid.addWidget(value, row, column + 1)
    for column in range(columns):
        grid.setColumnStretch(column * 2 + 1, 1)
