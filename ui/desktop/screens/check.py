"""The check desk: scan, type, photograph – colour, word, sign and sound at once; the layout never jumps."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QFileDialog, QHBoxLayout, QLineEdit, QListWidget, QPushButton, QWidget

from station.domain.errors import Refused
from station.services import pictures
from station.services.inspecting import Inspection
from ui.desktop import sound, text
from ui.desktop.counter import Counter
from ui.desktop.operations import Lane, Trouble
from ui.desktop.screens.file import picture_of
from ui.desktop.screens.screen import Screen, label, panel
from ui.desktop.viewmodels import codes
from ui.desktop.viewmodels.codes import CheckView
from ui.desktop.widgets.colour import ColourStage
from ui.desktop.widgets.picture import PictureView
from ui.desktop.widgets.scan_pane import ScanPane


class CheckScreen(Screen):
    """What a code is worth now."""

    takes_scans = True
    title = text.CHECK_TITLE

    def __init__(self, counter: Counter, parent: QWidget | None = None) -> None:
        super().__init__(counter, parent)
        top = QHBoxLayout()
        self.field = QLineEdit()
        self.field.setPlaceholderText(text.CHECK_HINT)
        self.field.setAccessibleName(text.CHECK_HINT)
        self.field.setMaxLength(400)
        self.field.returnPressed.connect(self._enter)
        self.pane = ScanPane(text.SCAN_READY, text.SCAN_AWAY, self.field)
        self.pane.entered.connect(self.look)
        top.addWidget(self.pane, 1)
        top.addWidget(self.field, 1)
        self.camera = QPushButton(text.CHECK_CAMERA)
        self.camera.clicked.connect(self.look)
        top.addWidget(self.camera)
        self.file = QPushButton(text.CHECK_FILE)
        self.file.clicked.connect(self._choose)
        top.addWidget(self.file)
        self.outer.addLayout(top)
        self.panel = ColourStage(240, 300)
        self.panel.show_colour("unknown", text.CHECK_WAIT, text.CHECK_PANE)
        self.outer.addWidget(self.panel, 1)
        body = self.panel.below
        self.photo = PictureView(text.PHOTO)
        self.photo.setFixedSize(180, 222)
        body.addWidget(self.photo, 0, Qt.AlignmentFlag.AlignTop)
        who, layout = panel()
        self.name, self.number = label("", "big"), label("", "sentence")
        self.reasons, self.ahead = label("", "sentence", wrap=True), label("", "hint", wrap=True)
        self.proof, self.as_of = label("", "proof", wrap=True), label("", "proof")
        layout.setSpacing(4)
        for line in (self.name, self.number, self.reasons, self.ahead):
            layout.addWidget(line)
        layout.addStretch(1)
        layout.addWidget(self.proof)
        layout.addWidget(self.as_of)
        body.addWidget(who, 3)
        told, layout = panel()
        layout.addWidget(label(text.CHECK_HISTORY, "section"))
        self.history = QListWidget()
        self.history.setObjectName("history")
        self.history.setAccessibleName(text.CHECK_HISTORY)
        self.history.setSelectionMode(QListWidget.SelectionMode.NoSelection)
        layout.addWidget(self.history, 1)
        body.addWidget(told, 2)
        self.outer.addWidget(self.sentence)
        self.begin_at(self.pane)
        self._beep = QTimer(self, interval=160)
        self._beep.timeout.connect(self._beeps)
        self._left = 0
        self._fetched_for = ""
        self._asked: CheckView | None = None
        self._player = sound.player()

    def _enter(self) -> None:
        typed = self.field.text().strip()
        self.field.clear()
        self.scanned(typed) if typed else self.look()

    def scanned(self, typed: str) -> None:
        """A text from the scanner, the keyboard or the wedge."""
        desk = self.counter.desk
        if desk is not None:
            self.work(lambda: codes.check_text(desk, typed), self.show_result, otherwise=self._refused)

    def look(self) -> None:
        """Read the card under the camera."""
        desk, counter = self.counter.desk, self.counter

        def work() -> CheckView:
            bench = counter.open_devices()
            if bench.camera is None:
                raise Refused("没有设置摄像头，请用扫码枪或手工输入编号。", "no_camera")
            return codes.check_camera(desk, bench.reader, bench.camera)

        self.work(work, self.show_result, Lane.DEVICE, self._refused)

    def _choose(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self, text.CHECK_FILE, "", "*.png *.jpg *.jpeg *.bmp *.webp")
        if name:
            desk, counter = self.counter.desk, self.counter
            self.work(
                lambda: codes.check_file(desk, counter.open_devices().reader, Path(name)),
                self.show_result,
                Lane.DEVICE,
                self._refused,
            )

    def _refused(self, trouble: Trouble) -> None:
        self.show_result(CheckView("unknown", text.UNSURE, trouble.sentence, meaning="unsure"))

    def show_result(self, view: CheckView) -> None:
        """Paint one result and sound it."""
        self.panel.show_colour(view.colour, view.title, view.line)
        self.name.setText(view.name)
        self.number.setText(f"{view.company} · {view.number}" if view.number else "")
        self.reasons.setText("\n".join(f"· {reason}" for reason in view.reasons))
        self.ahead.setText(view.ahead)
        self.proof.setText(view.proof)
        self.as_of.setText(view.as_of)
        self.history.clear()
        self.history.addItems([f"{when}  {what}" for when, what in view.history])
        self.photo.show_picture(picture_of(view.photo))
        if view.subject and view.photo is None:
            self._fetch(view.subject)
        self.say("")
        self._asked = view
        if view.asking is not None:
            self._ask(view, view.asking)
        self._sound(view.meaning)
        self.pane.setFocus()

    def _ask(self, view: CheckView, asking: tuple[Inspection, str]) -> None:
        """The province about another city's permit; what is known without it stands there meanwhile, and after."""
        desk = self.counter.desk
        self.say(text.CHECK_ASKING, wrong=False)

        def answered(found: CheckView | None) -> None:
            if self._asked is not view:
                return  # another card lies here by now
            if found is None:
                self.say(text.CHECK_ASKED_NOBODY)
            else:
                self.show_result(found)

        def failed(trouble: Trouble) -> None:
            if self._asked is view:
                self.say(trouble.text)

        self.counter.operations.run(Lane.CENTRAL, lambda: codes.ask_province(desk, asking), answered, failed)

    def _fetch(self, subject: str) -> None:
        """The photo from the centre, when it was taken at another station; the result stands there meanwhile."""
        desk = self.counter.desk

        def work() -> bytes | None:
            record = desk.worker(subject)
            return pictures.picture(desk, subject, record.photo.sha256) if record.photo else None

        self._fetched_for = subject
        self.work(
            work,
            lambda data: self.photo.show_picture(picture_of(data)) if self._fetched_for == subject else None,
            Lane.CENTRAL,
        )

    def _sound(self, meaning: str) -> None:
        """One of the five sounds, off the GUI thread; beeps where the machine plays none."""
        play = self._player
        if play is not None:
            wav = sound.sound_of(meaning)
            self.counter.operations.run(
                Lane.SOUND, lambda: play(wav), lambda _: None, lambda _: self._fall_back(meaning), quiet=True
            )
        else:
            self._fall_back(meaning)

    def _fall_back(self, meaning: str) -> None:
        self._left = sound.BEEPS[meaning]
        self._beep.start()

    def _beeps(self) -> None:
        if self._left <= 0:
            self._beep.stop()
            return
        self._left -= 1
        QApplication.beep()
