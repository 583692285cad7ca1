"""The capture screen: the worker before the camera, taken by itself when good, by hand at any time, or from a file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QCheckBox, QFileDialog, QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from devices.contracts import Picture
from station.faces.capture import BestOf, look, ready
from station.faces.portrait import Portrait, portrait_of
from station.services.capture import uncut
from ui.desktop import text_capture as text
from ui.desktop.counter import Counter
from ui.desktop.operations import Lane
from ui.desktop.screens.live import LiveScreen
from ui.desktop.screens.screen import label, panel
from ui.desktop.widgets.picture import PictureView
from ui.desktop.widgets.viewfinder import Viewfinder
from ui.words import words

ROWS = 19


@dataclass(frozen=True, eq=False, slots=True)
class Live:
    """One frame and what was seen in it; `taken` once the row of good frames is complete."""

    picture: Picture
    made: Portrait
    taken: Portrait | None = None


class CaptureScreen(LiveScreen):
    """A photo for the worker in hand."""

    title = text.TITLE

    def __init__(self, counter: Counter, parent: QWidget | None = None) -> None:
        super().__init__(counter, parent)
        self.frame: Picture | None = None
        self.made: Portrait | None = None
        self.source = "camera"
        self._best = BestOf()
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
        for line in (self.who, self.advice):
            beside.addWidget(line)
        beside.addStretch(1)
        beside.addWidget(label(text.PERSON_LOOKS, "hint", wrap=True))
        beside.addLayout(self._ticks())
        top.addLayout(beside, 1)
        column.addLayout(top)
        column.addLayout(self._measures())
        column.addStretch(1)
        column.addLayout(self._buttons())
        body.addWidget(side, 4)
        self.outer.addLayout(body, 1)
        self.outer.addWidget(self.sentence)
        self.begin_at(self.hand)
        counter.picked.connect(lambda _: self.again())

    def _ticks(self) -> QGridLayout:
        """What only a person can tell; ticked for this photo, and recorded with it."""
        grid = QGridLayout()
        grid.setVerticalSpacing(0)
        self.looks: dict[str, QCheckBox] = {}
        for index, (name, said) in enumerate(words("looked").items()):
            self.looks[name] = QCheckBox(said)
            grid.addWidget(self.looks[name], index // 2, index % 2)
        return grid

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
        keys = ((Qt.Key.Key_Space, self._space), ("Ctrl+R", self.again))
        for key, act in keys:
            QShortcut(QKeySequence(key), self, act, context=Qt.ShortcutContext.WidgetWithChildrenShortcut)
        return grid

    # --- the live picture -------------------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.again()

    def again(self) -> None:
        """Forget what was taken and look anew."""
        self.made, self.source = None, "camera"
        self._best = BestOf()
        self.use.setEnabled(False)
        for box in self.looks.values():
            box.setChecked(False)
        self.photo.show_picture(None)
        self.advice.setText(text.HINT)
        self.say("")
        if not self.counter.subject:
            self.say(text.NOBODY)
            return
        desk, subject = self.counter.desk, self.counter.subject
        if desk is not None:
            self.work(lambda: _name(desk, subject), self.who.setText)
        self.begin()

    def looking(self) -> bool:
        """Until a photo was taken."""
        return self.made is None

    def measured(self, picture: Picture) -> Live:
        engine = self.engine()
        if engine is None:
            return Live(picture, Portrait(None, ()))
        made = look(picture, engine)
        best = self._best.see(picture, made)
        return Live(picture, made, None if best is None else portrait_of(best, engine))

    def seen(self, found: Live) -> None:
        if self.made is not None:
            return
        self.frame = found.picture
        self.live.show_picture(found.picture)
        good = ready(found.made)
        self.live.show_good(good)
        self._show_measures(found.made)
        hint = text.HINT if found.made.measures else text.NO_ENGINE
        self.advice.setText(text.HOLD if good else found.made.first_sentence or hint)
        if found.taken is not None:
            self._take(found.taken)

    # --- taking -------------------------------------------------------------------------------------------------------

    def _space(self) -> None:
        """Space takes the photo, and still ticks the box it stands on."""
        box = self.focusWidget()
        if isinstance(box, QCheckBox):
            box.toggle()
        else:
            self.by_hand()

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

        def then(made: Portrait) -> None:
            self.source = "file"
            self._take(made)

        self.work(work, then, Lane.CAMERA)

    def _judged(self, picture: Picture) -> Portrait:
        engine = self.engine()
        made = portrait_of(picture, engine) if engine is not None else Portrait(None, ())
        # Where no face is found, or nothing looks for one, the middle is cut: a person decides what it is worth.
        return made if made.picture is not None else uncut(picture, made)

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
        said = said if made.measures else text.UNMEASURED
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
        looked = [name for name, box in self.looks.items() if box.isChecked()]

        def work() -> Any:
            from station.services.facing import accept_portrait

            return accept_portrait(desk, subject, made, source=source, looked=looked, actor=actor)

        self.work(work, lambda _: self.chosen.emit(subject))


def _name(desk: Any, subject: str) -> str:
    person = desk.worker(subject).person
    return (person.name if person is not None else None) or "—"
