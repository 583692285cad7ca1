"""The face desk: the person before the camera and the photo on file, side by side; a score as advice, people decide.

Consent comes first; whoever does not consent is looked at by two people, with the same outcome. Nothing but the
decision is kept.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFileDialog, QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from devices.contracts import Picture
from station.faces.face import Template
from station.faces.policy import Advice, Comparison
from station.services.staff import REHEARSAL_PASSWORD
from ui.desktop import text_capture
from ui.desktop import text_face as text
from ui.desktop.counter import Counter
from ui.desktop.operations import Lane, Topic
from ui.desktop.screens.live import LiveScreen
from ui.desktop.screens.screen import label, panel
from ui.desktop.tables.lines import LinesView
from ui.desktop.viewmodels import face
from ui.desktop.viewmodels.face import FaceView
from ui.desktop.widgets.picture import PictureView
from ui.desktop.widgets.two_people import TwoPeople
from ui.desktop.widgets.viewfinder import Viewfinder

TELL_EVERY = 10


class FaceScreen(LiveScreen):
    """For the worker in hand."""

    topics = frozenset({Topic.ROLL})
    title = text.TITLE

    def __init__(self, counter: Counter, parent: QWidget | None = None) -> None:
        super().__init__(counter, parent)
        self.frame: Picture | None = None
        self.found: Comparison | None = None
        self._centre: Template | None = None
        self._have_centre = self._consented = False
        body = QHBoxLayout()
        left = QVBoxLayout()
        self.live = Viewfinder(text.LIVE)
        left.addWidget(self.live, 1)
        self.two = TwoPeople()
        self.two.said.connect(self.by_two)
        left.addWidget(self.two)
        body.addLayout(left, 1)
        side, column = panel()
        top = QHBoxLayout()
        self.photo = PictureView(text.ON_FILE)
        self.photo.setFixedSize(150, 185)
        top.addWidget(self.photo)
        beside = QVBoxLayout()
        self.who, self.last = label("", "section", wrap=True), label("", "hint", wrap=True)
        self.consent, self.advice = label("", "hint", wrap=True), label(text.HINT, "sentence", wrap=True)
        self.basis = label("", "hint", wrap=True)
        for line in (self.who, self.last, self.consent):
            beside.addWidget(line)
        beside.addStretch(1)
        top.addLayout(beside, 1)
        column.addLayout(top)
        column.addWidget(self.advice)
        column.addWidget(self.basis)
        column.addLayout(self._buttons())
        self.alike_title = label(text.ALIKE, "hint", wrap=True)
        self.alike = LinesView(text.ALIKE, text.ALIKE_COLUMNS, text.ALIKE_WIDTHS)
        self.alike.opened.connect(self.chosen)
        column.addWidget(self.alike_title)
        column.addWidget(self.alike, 1)
        body.addWidget(side, 1)
        self.outer.addLayout(body, 1)
        self.outer.addWidget(self.sentence)
        self.begin_at(self.do)
        counter.picked.connect(lambda _: self._another())
        self._another()

    def _buttons(self) -> QGridLayout:
        grid = QGridLayout()
        self.do, self.file = QPushButton(text.COMPARE), QPushButton(text.FROM_FILE)
        self.agree, self.hints = QPushButton(text.CONSENT), QPushButton(text.DUPLICATES)
        self.do.setObjectName("primary")
        acts = (
            (self.do, self.primary), (self.file, self._choose), (self.agree, self._consent), (self.hints, self.look),
        )  # fmt: skip
        for index, (button, act) in enumerate(acts):
            button.clicked.connect(act)
            grid.addWidget(button, index // 2, index % 2)
        return grid

    # --- who, and what is known ---------------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.begin()

    def looking(self) -> bool:
        return bool(self.counter.subject)

    def seen(self, found: Picture) -> None:
        self.frame = found
        self.live.show_picture(found)

    def _another(self) -> None:
        """Nothing that was found about one person is shown beside another."""
        self._forget()
        self.frame = None
        self.show_alike(None)
        self.stale()

    def _forget(self) -> None:
        self.found = None
        self.advice.setText(text.HINT)
        self.basis.setText("")
        self.do.setText(text.COMPARE)
        self.live.show_good(False)

    def refresh(self) -> None:
        desk, subject = self.counter.desk, self.counter.subject
        if not subject:
            self.say(text.NOBODY)
            return
        self.work(lambda: face.face_view(desk, subject), self._show)

    def _show(self, view: FaceView) -> None:
        self.who.setText(view.name)
        self.last.setText(view.last)
        self.photo.show_picture(view.photo)
        self.consent.setText(text.CONSENTED if view.consented else text.NOT_CONSENTED)
        self.agree.setText(text.WITHDRAW if view.consented else text.CONSENT)
        self._consented = view.consented
        for button in (self.do, self.file, self.hints):
            button.setEnabled(view.consented and view.photo is not None)
        self.two.allow(view.photo is not None)
        rehearsal = REHEARSAL_PASSWORD if self.counter.desk.settings.rehearsal else ""
        self.two.show_people(view.first_people, view.second_people, self.counter.clerk.person, rehearsal)
        if view.photo is None:
            self.say(text.NO_PHOTO)

    def _consent(self) -> None:
        """Separate consent, or its withdrawal, each a fact."""
        desk, subject, clerk, given = self.counter.desk, self.counter.subject, self.counter.clerk, self._consented

        def work() -> Any:
            from station.services import facing

            return facing.consent(desk, subject, given=not given, actor=clerk)

        self._forget()
        self.work(work, lambda _: self.say(text.WITHDRAWN if given else text.CONSENT_KEPT, wrong=False))

    # --- comparing ----------------------------------------------------------------------------------------------------

    def primary(self) -> None:
        """F9: compare; after a match, keep it."""
        if self.found is not None and self.found.advice is Advice.MATCH:
            self._agree(self.found)
        elif self.frame is not None and self.do.isEnabled():
            frame = self.frame
            self._compare(lambda: frame)

    def _choose(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self, text.FROM_FILE, "", text_capture.PICTURES)
        if name:
            self.take_file(Path(name))

    def take_file(self, path: Path) -> None:
        """Compare a picture from a file, such as that of a paper, with the photo on file."""
        from devices.cameras.stills import load_picture

        self._compare(lambda: load_picture(path))

    def _compare(self, picture: Any) -> None:
        desk, subject = self.counter.desk, self.counter.subject

        def work() -> Comparison | None:
            from station.services import facing

            engine = self.engine()
            if engine is None:
                return None
            if not self._have_centre:
                self._centre, self._have_centre = facing.local_mean(desk, engine), True
            return facing.compare_with_file(desk, subject, picture(), engine, self._centre)

        self.say(text.COMPARING, wrong=False)
        self.work(work, self._compared, Lane.CAMERA)

    def _compared(self, found: Comparison | None) -> None:
        self.say("")
        self._forget()
        self.found = found
        if found is None:
            self.advice.setText(text.NO_ENGINE)
            return
        self.advice.setText(face.advice_words(found))
        self.basis.setText(text.MEASURED_ON.format(engine=found.named, data=found.data))
        if found.advice is Advice.MATCH:
            self.live.show_good(True)
            self.do.setText(text.AGREE)

    def _agree(self, found: Comparison) -> None:
        desk, subject, clerk = self.counter.desk, self.counter.subject, self.counter.clerk

        def work() -> Any:
            from station.services import facing

            return facing.agree(desk, subject, found, actor=clerk)

        self._keep(work, text.AGREED)

    def by_two(self, same: bool) -> None:
        """Two people looked, whatever the machine said or whether it was asked at all."""
        desk, subject, clerk, found = self.counter.desk, self.counter.subject, self.counter.clerk, self.found
        (by, second), consented = self.two.given(), self._consented

        def work() -> Any:
            from station.services import facing
            from station.services.staff import Staff

            staff = Staff(desk)
            actor = clerk if by[0] == clerk.person and not by[1] else staff.sign_in(*by)
            other = staff.sign_in(*second)
            unable = found is None and consented
            return facing.confirm_by_two(
                desk, subject, same=same, found=found, unable=unable, actor=actor, second=other
            )

        self._keep(work, text.KEPT_SAME if same else text.KEPT_OTHER)

    def _keep(self, work: Any, said: str) -> None:
        def then(_: Any) -> None:
            self._forget()
            self.say(said, wrong=False)

        self.work(work, then)

    # --- hints --------------------------------------------------------------------------------------------------------

    def look(self) -> None:
        """On request: who looks like this person."""
        desk, subject, clerk, operations = (
            self.counter.desk, self.counter.subject, self.counter.clerk, self.counter.operations
        )  # fmt: skip

        def tell(done: int) -> None:
            if done % TELL_EVERY == 0:
                operations.post(lambda: self.say(text.LOOKING.format(done=done), wrong=False))

        def work() -> Any:
            from station.services import facing

            engine = self.engine()
            found = facing.possible_duplicates(desk, subject, engine, actor=clerk, tell=tell) if engine else []
            return face.alike_lines(desk, found)

        self.say(text.LOOKING.format(done=0), wrong=False)
        self.work(work, self.show_alike, Lane.LONG)

    def show_alike(self, lines: Any) -> None:
        """The hints; None while nobody asked."""
        for widget in (self.alike_title, self.alike):
            widget.setVisible(bool(lines))
        self.alike.show_lines(lines or [])
        if lines is not None:
            self.say("" if lines else text.NOBODY_ALIKE, wrong=False)
