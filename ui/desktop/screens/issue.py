"""The printing desk: what is missing, generate and release, the exact bitmap, print, read back, active – by F9."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from station.paper import label_of
from station.printing.settle import Word
from station.services.staff import REHEARSAL_PASSWORD, Staff
from ui import flows
from ui.desktop import text
from ui.desktop.counter import Counter
from ui.desktop.operations import Lane, Topic, Trouble
from ui.desktop.screens.screen import Screen, label, panel
from ui.desktop.widgets.picture import PictureView
from ui.desktop.widgets.settle import SettleBar
from ui.desktop.widgets.steps import StepBar
from ui.flows import IssueStep, IssueView

BY_TWO = "card.ACTIVATE_UNREAD"
_STAGE_STEP = {"checking": 3, "composing": 3, "proving": 3, "sending": 3, "looking": 4, "verified": 5, "active": 6}


class IssueScreen(Screen):
    """One worker's card from papers to active."""

    topics = frozenset({Topic.PERMITS, Topic.CARDS, Topic.APPLICATIONS, Topic.ROLL})
    title = text.ISSUE_TITLE

    def __init__(self, counter: Counter, parent: QWidget | None = None) -> None:
        super().__init__(counter, parent)
        self.steps = StepBar(text.STEPS_OF_ISSUE)
        self.outer.addWidget(self.steps)
        who, row = panel(vertical=False)
        self.name, self.state = label("—", "big"), label("", "sentence")
        row.addWidget(self.name)
        row.addSpacing(18)
        row.addWidget(self.state, 1)
        self.act = QPushButton(text.ISSUE_PRINT)
        self.act.setObjectName("primary")
        self.act.clicked.connect(self.primary)
        row.addWidget(self.act)
        self.other = QPushButton(text.ISSUE_STICKERS)
        self.other.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.other.clicked.connect(self.change_printer)
        QShortcut(QKeySequence("Ctrl+K"), self, self.change_printer)
        self.outer.addWidget(who)
        self.on_labels = label(text.ISSUE_ON_LABELS, "wrong", wrap=True)
        self.on_labels.hide()
        self.on_cards = label(text.ISSUE_ON_CARDS, "hint")
        choice = QHBoxLayout()
        choice.addWidget(self.on_cards, 1)
        choice.addWidget(self.on_labels, 1)
        choice.addWidget(self.other)
        self.outer.addLayout(choice)
        pictures = QHBoxLayout()
        captions = (text.ISSUE_FRONT, text.ISSUE_BACK, text.ISSUE_TRAY)
        self.front, self.back, self.tray = views = tuple(PictureView(caption) for caption in captions)
        for view, caption in zip(views, captions, strict=True):
            column = QVBoxLayout()
            column.addWidget(label(caption, "label"), 0, Qt.AlignmentFlag.AlignLeft)
            column.addWidget(view, 1)
            pictures.addLayout(column, 1)
        self.outer.addLayout(pictures, 1)
        self.missing = label("", "sentence", wrap=True)
        self.outer.addWidget(self.missing)
        self.settling = SettleBar()
        self.settling.said.connect(self._said)
        self.settling.compared.connect(self._compared)
        self.settling.out.connect(self._take_out)
        self.settling.hide()
        self.outer.addWidget(self.settling)
        self.outer.addWidget(self.sentence)
        self.view: IssueView | None = None
        self._running = False
        self._told = ""  # what the last look at this card said, until somebody else is in hand
        self.begin_at(self.act)
        counter.picked.connect(self._picked)

    def _picked(self, subject: str) -> None:
        self.tray.show_picture(None)
        self._told = ""
        self.say("")  # what was said was about somebody else's card
        self.stale()

    def refresh(self) -> None:
        desk, subject = self.counter.desk, self.counter.subject
        if not subject:
            self.say(text.ISSUE_NONE)
            self.act.setEnabled(False)
            return
        if not self._running:
            stickers = self.counter.stickers

            def look() -> IssueView:
                return flows.issue_view(desk, subject, label_of(desk.settings) if stickers else None)

            self.work(look, self.show_view)

    def change_printer(self) -> None:
        """Ctrl+K: stickers on the label printer instead of cards, and back; asks nothing of the printer in use."""
        counter = self.counter
        if self._running or counter.desk is None:
            return
        wanted = not counter.stickers
        settings = counter.desk.settings

        def work() -> None:
            if wanted:
                label_of(settings)
            counter.drop_devices()
            counter.stickers = wanted

        def then(_: object) -> None:
            self.other.setText(text.ISSUE_CARDS if wanted else text.ISSUE_STICKERS)
            self.on_labels.setVisible(wanted)
            self.on_cards.setVisible(not wanted)
            self.say("")
            self.refresh()
            counter.probe()

        self.work(work, then, Lane.DEVICE)

    def show_view(self, view: IssueView) -> None:
        """Where this worker's card stands, and the one thing to do next."""
        self.view = view
        self.name.setText(view.name)
        self.state.setText(view.state)
        self.missing.setText("\n".join(f"· {gap}" for gap in view.missing))
        self.front.show_picture(view.front)
        self.back.show_picture(view.back)
        self.steps.show_step(view.at, failed=view.step is IssueStep.SETTLE)
        words = {
            IssueStep.PAPERS: "",
            IssueStep.GENERATE: text.ISSUE_GENERATE,
            IssueStep.SYNC: text.ISSUE_SYNC,
            IssueStep.PRINT: text.ISSUE_STICKER if self.counter.stickers else text.ISSUE_PRINT,
            IssueStep.SETTLE: text.ISSUE_SETTLE,
            IssueStep.REDO: text.ISSUE_REDO,
            IssueStep.DONE: text.ISSUE_REISSUE,
        }[view.step]
        self._offer_words(view.step is IssueStep.SETTLE)
        self.act.setText(words or text.FILE_MISSING)
        self.act.setEnabled(bool(words) and not self._running)
        if view.step is IssueStep.DONE:
            self.say(text.ISSUE_DONE, wrong=False)
        elif view.task:
            self.say(self._told or view.task)

    def primary(self) -> None:
        """F9: the next step, whatever it is."""
        if self.view is None or self._running or not self.act.isEnabled():
            return
        step, desk, counter, subject = self.view.step, self.counter.desk, self.counter, self.counter.subject
        act = {IssueStep.GENERATE: "generate", IssueStep.DONE: "reissue"}.get(step)
        if act is not None and not counter.supervisor.roles:
            counter.pick(subject, act)  # a supervisor's act: at a real station they give their own password
            self.wanted.emit("acts")
            return
        self.say(text.BUSY, wrong=False)
        if step is IssueStep.GENERATE:
            self.once(lambda: flows.generate_and_release(desk, subject, counter.supervisor, counter.clerk), self._next)
        elif step is IssueStep.REDO:
            self.once(lambda: flows.redo(desk, subject, counter.clerk), self._next)
        elif step is IssueStep.SYNC:
            counter.sync(self._next, lambda trouble: self.say(trouble.text))
        elif step is IssueStep.DONE:
            self.once(lambda: flows.reissue(desk, subject, counter.supervisor), self._next)
        else:
            self._print(step)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self.settling.key(event):
            super().keyPressEvent(event)

    def _offer_words(self, doubt: bool) -> None:
        self.settling.setVisible(doubt)
        self.settling.setEnabled(not self._running)
        if not doubt:
            return
        desk = self.counter.desk
        bench = self.counter.bench
        blind = bench is not None and bench.camera is None
        rehearsal = REHEARSAL_PASSWORD if desk.settings.rehearsal else ""
        self.settling.show_pair(Staff(desk).able(BY_TWO) if blind else [], rehearsal)

    def _said(self, word: Word) -> None:
        """The person at the printer says what came out; counters and camera are asked all the same."""
        if self.view is not None and self.view.step is IssueStep.SETTLE and not self._running:
            self._print(IssueStep.SETTLE, word)

    def _take_out(self) -> None:
        desk, counter, subject = self.counter.desk, self.counter, self.counter.subject
        if not self._running:
            self._run(lambda: flows.take_out(desk, counter.open_devices(), subject, counter.clerk))

    def _compared(self) -> None:
        desk, counter, subject = self.counter.desk, self.counter, self.counter.subject
        given = self.settling.given()
        self._run(
            lambda: flows.settle_by_two(
                desk, counter.open_devices(), subject, counter.clerk, Staff(desk).sign_in(*given)
            )
        )

    def _print(self, step: IssueStep, word: Word = Word.LOOK) -> None:
        desk, counter, subject = self.counter.desk, self.counter, self.counter.subject

        def tell(stage: str) -> None:
            counter.operations.post(lambda: self.show_stage(stage))

        def work() -> Any:
            bench = counter.open_devices()
            if step is IssueStep.SETTLE:
                return flows.settle(desk, bench, subject, counter.clerk, tell, word)
            return flows.print_card(desk, bench, subject, counter.clerk, tell)

        self._run(work)

    def _run(self, work: Callable[[], Any]) -> None:
        self._running = True
        self.act.setEnabled(False)
        self.settling.setEnabled(False)
        self.work(work, self._printed, Lane.DEVICE, self._failed)

    def show_stage(self, stage: str) -> None:
        """Live progress of the press."""
        at = _STAGE_STEP.get(stage)
        if at is not None:
            self.steps.show_step(at)
        self.say(text.STAGES[stage], wrong=False)

    def _printed(self, result: flows.PrintResult) -> None:
        self._running = False
        self._told = "" if result.active else result.sentence
        self.tray.show_picture(result.seen)
        self.counter.operations.touched.emit(frozenset({Topic.CARDS}))
        self.say(result.sentence, wrong=not result.active)
        self.counter.probe()

    def _failed(self, trouble: Trouble) -> None:
        self._running = False
        self.steps.show_step(3, failed=True)
        self.refresh()
        self.say(trouble.text)
        self.counter.probe()

    def _next(self, _: object) -> None:
        self.say("")
        self.refresh()
