"""The capture screen: the worker before the camera, taken by itself when good, by hand at any time, or from a file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QHideEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QFileDialog, QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from devices.contracts import Picture
from station.faces.capture import BestOf, look, ready
from station.faces.face import FaceMatcher
from station.faces.portrait import Portrait, portrait_of
from station.services.capture import to_portrait
from ui.desktop import text_capture as text
from ui.desktop.counter import Counter
from ui.desktop.operations import Lane, Trouble
from ui.desktop.screens.screen import Screen, label, panel
from ui.desktop.widgets.picture import PictureView
from ui.desktop.widgets.viewfinder import Viewfinder
from ui.words import words

EVERY_MS = 80
WAIT = 0.3
ROWS = 19


@dataclass(frozen=True, eq=False, slots=True)
class Live:
    """One frame and what was seen in it; `taken` once the row of good frames is complete."""

    picture: Picture | None
    made: Portrait | None = None
    taken: Portrait | None = None


class CaptureScreen(Screen):
    """A photo for the worker in hand."""

    title = text.TITLE

    def __init__(self, counter: Counter, parent: QWidget | None = None) -> None:
        super().__init__(counter, parent)
        self.camera: Any = None
        self.matcher: FaceMatcher | None = None
        self.frame: Picture | None = None
        self.made: Portrait | None = None
        self.source = "camera"
        self._best = BestOf()
        self._running = False
        body = QHBoxLayout()
        self.live = Viewfinder(text.LIVE)
        body.addWidget(self.live, 5)
        side, column = panel()
        top = QHBoxLayout()
        self.photo = PictureView(text.TAKEN)
        self.photo.setFixedSize(128, 158)
        top.addWidget(self.photo)
        beside = QVBoxLayout()
        self.who = label("", "section", wrap=True)
        self.advice = label(text.HINT, "sentence", wrap=True)
        self.looks = label(text.PERSON_LOOKS, "hint", wrap=True)
        for line in (self.who, self.advice, self.looks):
            beside.addWidget(line)
        beside.addStretch(1)
        top.addLayout(beside, 1)
        column.addLayout(top)
        column.addLayout(self._measures())
        column.addStretch(1)
        column.addLayout(self._buttons())
        body.addWidget(side, 4)
        self.outer.addLayout(body, 1)
        self.outer.addWidget(self.sentence)
        self.setFocusProxy(self.hand)
        counter.picked.connect(lambda _: self.again())

    def _measures(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setVerticalSpacing(1)
        self.rows = [label("", "hint") for _ in range(ROWS)]
        for index, row in enumerate(self.rows):
            row.setFixedHeight(20)
            grid.addWidget(row, index % 7, index // 7)
        for column in range(3):
            grid.setColumnStretch(column, 1)
        return grid

    def _buttons(self) -> QGridLayout:
        grid = QGridLayout()
        self.hand, self.file = QPushButton(text.BY_HAND), QPushButton(text.IMPORT)
        self.redo, self.use = QPushButton(text.AGAIN), QPushButton(text.USE)
        self.use.setObjectName("primary")
        self.use.setEnabled(False)
        acts = ((self.hand, self.by_hand), (self.file, self._choose), (self.redo, self.again), (self.use, self.primary))
        for index, (button, act) in enumerate(acts):
            button.clicked.connect(act)
            grid.addWidget(button, index // 2, index % 2)
        keys = ((Qt.Key.Key_Space, self.by_hand), (Qt.Key.Key_F6, self.again))
        for key, act in keys:
            QShortcut(QKeySequence(key), self, act, context=Qt.ShortcutContext.WidgetWithChildrenShortcut)
        return grid

    # --- the live picture -------------------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.again()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks: the camera goes back."""
        self._running = False
        self.counter.operations.run(Lane.CAMERA, self._give_back, lambda _: None, lambda _: None, quiet=True)
        super().hideEvent(event)

    def _give_back(self) -> None:
        if self.camera is not None:
            self.camera.close()
            self.camera = None

    def again(self) -> None:
        """Forget what was taken and look anew."""
        self.made, self.source = None, "camera"
        self._best = BestOf()
        self.use.setEnabled(False)
        self.photo.show_picture(None)
        self.advice.setText(text.HINT)
        self.say("")
        if not self.counter.subject:
            self.say(text.NOBODY)
            return
        desk, subject = self.counter.desk, self.counter.subject
        if desk is not None:
            self.work(lambda: _name(desk, subject), self.who.setText)
        if self.isVisible() and not self._running:
            self._running = True
            self._begin()

    def _begin(self) -> None:
        """Where one camera sees cards and people, the bench lets go of it first; it opens again when it is needed."""
        settings = self.counter.desk.settings
        if settings.rehearsal or settings.devices.portrait:
            self._next()
            return
        operations = self.counter.operations
        operations.run(Lane.DEVICE, self.counter.drop_devices, lambda _: self._next(), self._lost, quiet=True)

    def _next(self) -> None:
        if self._running and self.made is None:
            self.counter.operations.run(Lane.CAMERA, self._look, self._seen, self._lost, quiet=True)
        else:
            self._running = False

    def _look(self) -> Live:
        """On the camera's lane: one frame, measured."""
        if self.matcher is None or self.camera is None:
            self._open()
        frame = self.camera.read(WAIT)
        if frame is None or self.matcher is None:
            return Live(None)
        made = look(frame.picture, self.matcher)
        best = self._best.see(frame.picture, made)
        return Live(frame.picture, made, None if best is None else portrait_of(best, self.matcher))

    def _open(self) -> None:
        from station.bootstrap import models_home, open_portrait_camera
        from station.services.facing import finder

        if self.camera is None:
            self.camera = open_portrait_camera(self.counter.desk.settings)
        self.matcher = self.matcher or finder(models_home())

    def _seen(self, live: Live) -> None:
        if live.picture is not None and live.made is not None and self.made is None:
            self.frame = live.picture
            self.live.show_picture(live.picture)
            good = ready(live.made)
            self.live.show_good(good)
            self._show_measures(live.made)
            self.advice.setText(text.HOLD if good else live.made.first_sentence or text.HINT)
            if live.taken is not None:
                self._take(live.taken)
        QTimer.singleShot(EVERY_MS, self._next)

    def _lost(self, trouble: Trouble) -> None:
        self._running = False
        self.say(trouble.text)

    # --- taking -------------------------------------------------------------------------------------------------------

    def by_hand(self) -> None:
        """Take the frame that is shown, whatever the measures say."""
        frame = self.frame
        if frame is not None and self.made is None:
            self.work(lambda: self._judged(frame), self._take, Lane.CAMERA)

    def take_file(self, path: Path) -> None:
        """A picture from a file goes the same way."""

        def work() -> Portrait:
            from devices.cameras.stills import load_picture

            return self._judged(load_picture(path))

        self.source = "file"
        self.work(work, self._take, Lane.CAMERA)

    def _judged(self, picture: Picture) -> Portrait:
        from station.bootstrap import models_home
        from station.services.facing import finder

        self.matcher = self.matcher or finder(models_home())
        made = portrait_of(picture, self.matcher)
        # Where no face is found the middle is cut: a person decides, the measures say what is wrong.
        return made if made.picture is not None else Portrait(to_portrait(picture), made.measures)

    def _choose(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self, text.IMPORT, "", text.PICTURES)
        if name:
            self.take_file(Path(name))

    def _take(self, made: Portrait) -> None:
        self._show_measures(made)
        self.made = made
        self.photo.show_picture(made.picture)
        self.use.setEnabled(True)
        self.use.setFocus()
        off = made.first_sentence
        said = text.GOOD if not off else (text.USABLE if made.acceptable else text.BAD).format(sentence=off)
        self.advice.setText(said)
        self.say(text.WHITENED if made.corrected else "", wrong=False)

    def _show_measures(self, made: Portrait) -> None:
        names = words("measure")
        for row, one in zip(self.rows, made.measures, strict=False):
            row.setText(f"{text.SIGNS[one.verdict.value]} {names[one.name]} {one.value:.4g}")
        for row in self.rows[len(made.measures) :]:
            row.setText("")

    def primary(self) -> None:
        """F9: keep it and go back to the file."""
        made = self.made
        if made is None:
            self.by_hand()
            return
        desk, subject, actor, source = self.counter.desk, self.counter.subject, self.counter.clerk, self.source

        def work() -> Any:
            from station.services.facing import accept_portrait

            return accept_portrait(desk, subject, made, source=source, actor=actor)

        self.work(work, lambda _: self.chosen.emit(subject))


def _name(desk: Any, subject: str) -> str:
    person = desk.worker(subject).person
    return (person.name if person is not None else None) or "—"
