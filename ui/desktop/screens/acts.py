"""办理: every act that makes sense for the worker in hand; choose, fill in, confirm. Also the supervisor's acts.

Who does it is asked each time: the clerk on duty needs no password, anybody else gives their own.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QListWidgetItem, QPushButton, QVBoxLayout, QWidget

from station.domain.decide.papers import missing
from station.domain.tiers import uncovered
from station.domain.worker import WorkerRecord
from station.services import capture
from station.services.done import Done
from station.services.staff import REHEARSAL_PASSWORD, Colleague, Staff
from ui import text_acts as words
from ui.act_table import file_of, offered
from ui.acts import Form, Hand, Values
from ui.desktop import text, text_papers
from ui.desktop.counter import Counter, Wish
from ui.desktop.drafts import Drafts
from ui.desktop.operations import Topic
from ui.desktop.screens.file import scrolled
from ui.desktop.screens.screen import Screen, label, panel
from ui.desktop.viewmodels.consequence import Consequence, consequences
from ui.desktop.viewmodels.people import gap_words, tier_words
from ui.desktop.widgets.colour import ColourPanel
from ui.desktop.widgets.form import FormView, Signer, entered
from ui.words import word

PAPER_AFTER = {
    "accept": "receipt",
    "return_papers": "defects",
    "extend": "extension",
    "hand_to_company": "handover",
    "refuse_review": "refusal",
    "refuse_credit": "refusal",
    "refuse_unfit": "refusal",
}
"""Which paper is handed out when the act is done."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What may be done for one worker now, by whom, and what their open application still lacks."""

    record: WorkerRecord
    forms: list[Form]
    people: dict[str, list[Colleague]]
    gaps: list[str]
    colours: dict[str, Consequence]
    above: tuple[str, ...] = ()  # categories the medical does not cover


class ActsScreen(Screen):
    """Left the acts, right the form of the one chosen. F9 does it."""

    topics = frozenset({Topic.ROLL, Topic.APPLICATIONS, Topic.PERMITS, Topic.CARDS})
    title = words.TITLE

    def __init__(self, counter: Counter, parent: QWidget | None = None) -> None:
        super().__init__(counter, parent)
        self.who = label(words.NONE, "sentence")
        self.outer.addWidget(self.who)
        self.gaps = label("", "hint", wrap=True)
        self.outer.addWidget(self.gaps)
        body = QHBoxLayout()
        self.list = QListWidget()
        self.list.setAccessibleName(words.TITLE)
        self.list.setFixedWidth(330)
        self.list.currentRowChanged.connect(self._chosen)
        self.list.installEventFilter(self)
        body.addWidget(self.list)
        frame, layout = panel()
        self.act_title = label("", "section")
        self.effect = label("", "hint", wrap=True)
        layout.addWidget(self.act_title)
        layout.addWidget(self.effect)
        self.before, self.after, self.turn = ColourPanel(88, 24), ColourPanel(88, 24), label("→", "big")
        turn = QHBoxLayout()
        turn.addWidget(self.before, 1)
        turn.addWidget(self.turn)
        turn.addWidget(self.after, 1)
        layout.addLayout(turn)
        self._show_colours("")
        self.form = FormView()
        self.form.changed.connect(self._changed)
        self.form.filed.connect(self._look)
        asked = QWidget()
        column = QVBoxLayout(asked)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.form)
        self.by = Signer(words.BY)
        self.second = Signer(words.SECOND)
        column.addWidget(self.by)
        column.addWidget(self.second)
        column.addStretch(1)
        layout.addWidget(scrolled(asked), 1)
        foot = QHBoxLayout()
        self.do = QPushButton(words.DO)
        self.do.setObjectName("primary")
        self.do.clicked.connect(self.primary)
        foot.addWidget(self.do)
        foot.addWidget(self.sentence, 1)
        layout.addLayout(foot)
        hint = label(words.CHOOSE, "hint")
        layout.addWidget(hint)
        side = QVBoxLayout()
        side.addWidget(frame, 1)
        body.addLayout(side, 1)
        self.outer.addLayout(body, 1)
        self.begin_at(self.list)
        self.forms: list[Form] = []
        self.record: WorkerRecord | None = None
        self._people: dict[str, list[Colleague]] = {}
        self._colours: dict[str, Consequence] = {}
        self._said = ""
        self._soon = QTimer(self, singleShot=True, interval=300)
        self._soon.timeout.connect(self._keep)
        counter.picked.connect(lambda _: self.stale())

    # --- what is offered ----------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        desk, subject = self.counter.desk, self.counter.subject
        if not subject:
            self.who.setText(words.NONE)
            return

        def work() -> Offer:
            record = desk.worker(subject)
            papers = record.open_application
            gaps = missing(record, papers, desk.today(), desk.in_business(papers.company)) if papers else []
            above = uncovered(record, desk.today())
            forms, staff = offered(record), Staff(desk)
            people = {f"{form.rule}": staff.able(form.rule_for(record)) for form in forms}
            people |= {f"{form.rule}+": staff.able(form.rule, second=True) for form in forms if form.two}
            colours = consequences(desk, record, [form.key for form in forms])
            return Offer(record, forms, people, [gap_words(item.code, item.detail) for item in gaps], colours, above)

        self.work(work, self._show)

    def _show(self, found: Offer) -> None:
        self.record, self.forms, self._people = found.record, found.forms, found.people
        self._colours = found.colours
        said = [words.MISSING.format(items="、".join(found.gaps))] if found.gaps else []
        said += [tier_words(found.above)] if found.above else []
        self.gaps.setText(" · ".join(said))
        self.gaps.setVisible(bool(said))
        name = (self.record.person.name if self.record.person else None) or "—"
        self.who.setText(words.FOR.format(name=name, state=_state(self.record)))
        chosen = self.counter.suggested or self._key()
        self.counter.suggested = ""
        self.list.blockSignals(True)
        self.list.clear()
        for form in self.forms:
            self.list.addItem(QListWidgetItem(f"{words.GROUPS[form.group]}   {form.title}"))
        self.list.blockSignals(False)
        keys = [form.key for form in self.forms]
        self.list.setCurrentRow(keys.index(chosen) if chosen in keys else 0 if keys else -1)
        self._chosen(self.list.currentRow())
        QTimer.singleShot(0, self._bring_into_view)  # the list is laid out only now
        if not self.forms:
            self.say(words.NOTHING, wrong=False)
        elif self._said:
            self.say(self._said, wrong=False)
            self._said = ""

    def _bring_into_view(self) -> None:
        """The act in hand is seen in the list, however far down it stands."""
        if self.list.currentRow() >= 0:
            self.list.scrollTo(self.list.currentIndex())

    def _key(self) -> str:
        row = self.list.currentRow()
        return self.forms[row].key if 0 <= row < len(self.forms) else ""

    def _chosen(self, row: int) -> None:
        if self.record is None or not 0 <= row < len(self.forms):
            self.act_title.setText("")
            self.effect.setText("")
            self.form.show_fields((), WorkerRecord(""), self.counter.today())
            self._show_colours("")
            self.by.hide()
            self.second.hide()
            self.do.setEnabled(False)
            return
        form = self.forms[row]
        self.say("")
        self.act_title.setText(form.title)
        self.effect.setText(words.EFFECT.format(effect=form.effect) if form.effect else "")
        self.form.show_fields(form.fields, self.record, self.counter.today())
        self._show_colours(form.key)
        rehearsal = REHEARSAL_PASSWORD if self.counter.desk.settings.rehearsal else ""
        on_duty = self.counter.clerk.person
        able = self._people.get(form.rule, [])
        self.by.show_people(able, on_duty, rehearsal)
        self.second.setVisible(form.two)
        if form.two:
            self.second.show_people(self._people.get(f"{form.rule}+", []), "", rehearsal)
        self.do.setEnabled(bool(able))
        if not able:
            self.say(words.NOBODY)
        desk, draft = self.counter.desk, self._draft(form)
        self.work(lambda: Drafts(desk).get(draft), lambda kept: self._restore(form, kept))

    def _show_colours(self, key: str) -> None:
        """What the code answers now and what it will answer, where the act changes it."""
        found = self._colours.get(key) if key else None
        for widget in (self.before, self.turn, self.after):
            widget.setVisible(found is not None)
        if found is not None:
            colour, said, reason = found.before
            self.before.show_colour(colour, words.BEFORE.format(word=said), reason)
            colour, said, reason = found.after
            self.after.show_colour(colour, words.AFTER.format(word=said), reason)

    def _look(self, name: str, typed: str) -> None:
        """Show the picture that was named; while it is being typed there is none, and that is no trouble."""

        def work() -> Any:
            path = Path(typed.strip())
            return capture.read_picture(file_of(typed.strip())) if path.is_file() else None

        self.work(work, lambda picture: self.form.show_picture(name, picture))

    # --- drafts -------------------------------------------------------------------------------------------------------

    def _draft(self, form: Form) -> str:
        return f"act:{self.counter.subject}:{form.key}"

    def _restore(self, form: Form, kept: dict[str, str]) -> None:
        if kept and self._key() == form.key:
            self.form.load(kept)

    def _changed(self) -> None:
        self._soon.start()

    def _keep(self) -> None:
        row = self.list.currentRow()
        if self.counter.desk is None or not 0 <= row < len(self.forms):
            return
        desk, draft, kept = self.counter.desk, self._draft(self.forms[row]), self.form.state()
        self.work(lambda: Drafts(desk).keep(draft, kept), lambda _: None)

    # --- doing --------------------------------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.list and entered(event) is not None:
            self.form.focus_first(self.do)
            return True
        return super().eventFilter(watched, event)

    def primary(self) -> None:
        """Do the chosen act; what was typed stays when it is refused."""
        row = self.list.currentRow()
        if self.acting or self.record is None or not 0 <= row < len(self.forms) or not self.do.isEnabled():
            return
        form, desk, subject = self.forms[row], self.counter.desk, self.counter.subject
        counter = self.counter
        values = Values(*self.form.values())
        clerk, by, second = self.counter.clerk, self.by.given(), self.second.given() if form.two else None
        draft = self._draft(form)

        def work() -> Any:
            staff = Staff(desk)
            actor = clerk if by[0] == clerk.person and not by[1] else staff.sign_in(*by)
            other = staff.sign_in(*second) if second is not None else None
            done = form.do(Hand(desk, subject, desk.worker(subject), values, actor, other))
            Drafts(desk).forget(draft)
            return Done(done.said, done.touched)

        def then(told: str) -> None:
            self._said = words.DONE.format(act=form.title) + (words.BUT.format(said=told) if told else "")
            kind = PAPER_AFTER.get(form.key)
            if kind is not None:
                counter.paper = Wish(kind, (subject,))
                self._said += text_papers.OFFER.format(title=words.PAPERS[kind])
            self.list.setFocus()

        self._soon.stop()
        self.say(text.BUSY, wrong=False)
        self.once(work, then)


def _state(record: WorkerRecord) -> str:
    papers, right = record.open_application, record.permit
    found = [word("application", papers.state.value)] if papers is not None else []
    if right is not None:
        found.append(f"{text.LABELS['permit_state']}：{word('permit', right.state.value)}")
    return " · ".join(found) or text.NO_PERMIT_YET
