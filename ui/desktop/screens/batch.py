"""制卡批次: choose what waits, see whether supplies will do, print, settle doubts, redo one, hand over with a sheet."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QFileDialog, QStackedWidget, QWidget

from station.domain.errors import Refused
from station.domain.reasons import REISSUE
from station.printing.queue import Phase
from station.printing.settle import Word
from station.services.desk import Topic
from station.services.staff import REHEARSAL_PASSWORD, Staff
from ui.acts import Field
from ui.desktop import text as words
from ui.desktop import text_batch as text
from ui.desktop.batch_runner import BatchRunner
from ui.desktop.counter import Counter
from ui.desktop.operations import Lane, Trouble
from ui.desktop.screens.screen import Screen
from ui.desktop.viewmodels.batch_run import Does, RunView
from ui.desktop.viewmodels.batches import (
    COMPANY,
    RUN,
    NewRun,
    PickView,
    from_company,
    from_list,
    pick_view,
    write_down,
)
from ui.desktop.widgets.ask import AskDialog, Question
from ui.desktop.widgets.batch_pages import PeoplePage, PickPage, RunPage
from ui.desktop.widgets.batch_report import ReportDialog

BY_TWO = "card.ACTIVATE_UNREAD"
REDO = "card.REISSUE"


class BatchScreen(Screen):
    """Three pages, one task each; digits and F9 do everything."""

    topics = frozenset({Topic.CARDS, Topic.PERMITS})
    title = text.TITLE

    def __init__(self, counter: Counter, parent: QWidget | None = None) -> None:
        super().__init__(counter, parent)
        self.runner = BatchRunner(counter, self)
        self.runner.changed.connect(self._show_run)
        self.runner.trouble.connect(self._trouble)
        self.runner.calls.connect(QApplication.beep)
        self.runner.leaves.connect(self.back_to_list)
        self.picks = PickPage(self.choose_list)
        self.people = PeoplePage(self.primary, self.back_to_list)
        acts = (
            (text.REDO, self.ask_redo), (text.REPORT, self.show_report), (text.PAUSE_KEY, self.pause),
            (text.CANCEL, self.ask_cancel), (text.OTHERS, self.back_to_list),
        )  # fmt: skip
        self.run = RunPage(self.primary, acts, counter.places)
        self.digits = dict(zip("56780", (act for _, act in acts), strict=True))
        self.pages = QStackedWidget()
        for page in (self.picks, self.people, self.run):
            self.pages.addWidget(page)
            page.lines.digit.connect(lambda digit: self.digit(str(digit)))
        self.outer.addWidget(self.pages, 1)
        self.outer.addWidget(self.sentence)
        self.picks.lines.opened.connect(self.open_line)
        self.people.toggled.connect(self.toggle)
        bar = self.run.settling
        bar.said.connect(lambda word: self._settle(partial(self.runner.say, word)))
        bar.out.connect(lambda: self._settle(self.runner.take_out))
        bar.compared.connect(lambda: self._settle(partial(self.runner.compared, bar.given())))
        this, nothing = bar.buttons[Word.THIS_IS_IT], bar.buttons[Word.NOTHING]
        self.answers = {"1": this, "2": nothing, "3": bar.both, "4": bar.eject}
        self.view: PickView | None = None
        self.new: NewRun | None = None
        self._said = ""
        self._blind: int | None = None
        self._go(self.picks)

    # --- pages ---------------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """The page in front is read again."""
        desk = self.counter.desk
        if self.pages.currentWidget() is self.run:
            self.runner.reload()
        elif self.pages.currentWidget() is self.picks:
            self.work(lambda: pick_view(desk), self._show_picks)

    def _show_picks(self, view: PickView) -> None:
        self.view = view
        self.picks.show_view(view)

    def _go(self, page: PickPage | PeoplePage | RunPage) -> None:
        focused = self.isAncestorOf(QApplication.focusWidget() or self)
        self.pages.setCurrentWidget(page)
        self.begin_at(page.lines)
        if focused:
            page.lines.setFocus()

    def back_to_list(self) -> None:
        """0: what else there is; not while printers work."""
        if self.runner.working and self.runner.view is not None:
            self.say(text.BUSY_RUN.format(name=self.runner.view.name))
            return
        self.say("")
        self._go(self.picks)
        self.refresh()

    def open_line(self, key: str) -> None:
        """Enter on a line: go on with a run, or see who would be in a new one."""
        self.say("")
        if key.startswith(RUN):
            self._take_up(key.removeprefix(RUN))
        elif key.startswith(COMPANY) and self.view is not None:
            self._show_new(from_company(self.view.companies[key.removeprefix(COMPANY)]))

    def _take_up(self, name: str) -> None:
        self._go(self.run)
        self.runner.take_up(name)

    # --- a new run -------------------------------------------------------------------------------------------------

    def choose_list(self) -> None:
        """1: a company's list decides who is in the run, and in which order."""
        path = QFileDialog.getOpenFileName(self, text.LIST, filter=text.LIST_FILTER)[0]
        if path:
            self.read_list(Path(path))

    def read_list(self, path: Path) -> None:
        """Check it row by row, off the GUI thread; leaving the window stops it."""
        desk, operations = self.counter.desk, self.counter.operations

        def tell(done: int, total: int) -> None:
            if operations.closed:
                raise Refused(words.SWEEP_STOPPED, "stopped")
            operations.post(lambda: self.say(text.READING.format(done=done, total=total), wrong=False))

        self.say(words.BUSY, wrong=False)
        self.work(lambda: from_list(desk, path, tell), self._show_new, Lane.LONG)

    def _show_new(self, new: NewRun) -> None:
        self.say("")
        if new.known:
            self._said = text.KNOWN
            self._take_up(new.name)
            return
        self.new = new
        self.people.show_view(new)
        self._go(self.people)

    def toggle(self, number: str) -> None:
        """Space or Enter: this person not this time, or again."""
        if self.new is not None:
            self.new.toggle(number)
            self.people.show_view(self.new)

    def _make(self, new: NewRun) -> None:
        desk, clerk = self.counter.desk, self.counter.clerk
        self.work(lambda: write_down(desk, new, clerk), self._take_up)

    # --- the run -----------------------------------------------------------------------------------------------------

    def primary(self) -> None:
        """F9: whatever comes next on this page."""
        page = self.pages.currentWidget()
        if page is self.run and self.runner.view is not None:
            self.runner.primary()
        elif page is self.people and self.new is not None:
            self._make(self.new)
        elif page is self.picks:
            self.open_line(self.picks.lines.key)

    def digit(self, digit: str) -> None:
        """A number key on this page."""
        page, answer = self.pages.currentWidget(), self.answers.get(digit)
        if page is self.run and answer is not None:
            if answer.isVisible() and answer.isEnabled():
                answer.click()
        elif page is self.run and digit in self.digits:
            self.digits[digit]()
        elif page is self.people and digit == "0":
            self.back_to_list()
        elif page is self.picks and digit == "1":
            self.choose_list()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.text().isdigit():
            self.digit(event.text())
        else:
            super().keyPressEvent(event)

    def pause(self) -> None:
        """7: also while another printer waits for somebody."""
        view = self.runner.view
        if view is not None and view.working and not view.pausing:
            self.runner.pause()

    def show_report(self) -> None:
        """6."""
        if self.runner.view is not None:
            ReportDialog(self.counter, self.runner.view.name, self).open()

    def _show_run(self) -> None:
        view = self.runner.view
        if view is None:
            return
        self.run.show_view(view)
        self._offer_pair(view)
        sentence, wrong = view.sentence
        self.say(self._said or sentence, wrong=wrong and not self._said)
        self._said = ""

    def _trouble(self, said: str) -> None:
        self.say(said)

    # --- doubts ------------------------------------------------------------------------------------------------------

    def _settle(self, act: Callable[[], None]) -> None:
        self.say(words.BUSY, wrong=False)
        act()

    def _offer_pair(self, view: RunView) -> None:
        """Two people, where that printer has no camera; asked for once for each doubt."""
        printer = view.doubtful
        place = printer.place if printer is not None and printer.ready is not None and printer.ready.blind else None
        if place == self._blind:
            return
        self._blind = place
        bar, desk = self.run.settling, self.counter.desk
        if place is None:
            bar.show_pair([], "")
            return
        rehearsal = REHEARSAL_PASSWORD if desk.settings.rehearsal else ""
        self.work(lambda: Staff(desk).able(BY_TWO), lambda people: bar.show_pair(people, rehearsal))

    # --- decisions ---------------------------------------------------------------------------------------------------

    def ask_redo(self) -> None:
        """5: exactly the chosen card once more."""
        view, number = self.runner.view, self.run.lines.key
        if view is None:
            return
        no = self._why_no_redo(view, number)
        if no:
            self.say(no)
            return
        hint = text.REDO_HINT.format(number=number, name=view.orders.name_of(number))
        fields = (Field("reason", "choice", lambda _: REISSUE), Field("note", optional=True))
        asked = AskDialog(self, Question(text.REDO_TITLE, hint, fields, text.FIELDS, text.DO, text.LEAVE, text.BY))
        counter, desk = self.counter, self.counter.desk
        rehearsal = REHEARSAL_PASSWORD if desk.settings.rehearsal else ""
        self.work(lambda: Staff(desk).able(REDO), lambda able: asked.sign(able, counter.clerk.person, rehearsal))

        def given() -> None:
            said = asked.values
            reason, note = said.text("reason"), said.text("note")
            self.runner.redo(number, reason, note, asked.by, asked.accept, lambda why: asked.say(why.text))

        asked.given.connect(given)
        asked.open()

    def _why_no_redo(self, view: RunView, number: str) -> str:
        if view.report.phase not in (Phase.OPEN, Phase.PAUSED):
            return text.NOT_OPEN
        if view.working:
            return text.NOT_WHILE
        return "" if view.orders.done(number) else text.NOT_DONE

    def ask_cancel(self) -> None:
        """8: end the run; what is made stays."""
        if self.runner.view is None or self.runner.view.does is Does.TO_LIST:
            return
        question = Question(text.CANCEL_TITLE, text.CANCEL_HINT, (Field("why"),), text.FIELDS, text.DO, text.LEAVE)
        asked = AskDialog(self, question)

        def otherwise(trouble: Trouble) -> None:
            asked.say(trouble.text)

        asked.given.connect(lambda: self.runner.cancel(asked.values.text("why"), asked.accept, otherwise))
        asked.open()
