"""卡库与日结: every pack and where its blanks are, what the evening still asks for, and the acts of the store."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from station.domain.worker import WorkerRecord
from station.services.desk import Topic
from station.services.staff import REHEARSAL_PASSWORD, Colleague, Staff
from ui import text_acts
from ui.acts import Values
from ui.desktop import text_stock
from ui.desktop.counter import Counter
from ui.desktop.drafts import Drafts
from ui.desktop.operations import Lane
from ui.desktop.screens.screen import Screen, label, panel
from ui.desktop.stock_table import FORMS, StockForm, StockHand
from ui.desktop.tables.lines import LinesView
from ui.desktop.viewmodels.stock import StockView, detail, stock_view
from ui.desktop.widgets.form import FormView, Signer

NOBODY = WorkerRecord("")


class StockScreen(Screen):
    """Above the packs, below the acts; what to do next stands in the sentence on top."""

    topics = frozenset({Topic.STOCK, Topic.CARDS})
    title = text_stock.TITLE

    def __init__(self, counter: Counter, parent: QWidget | None = None) -> None:
        super().__init__(counter, parent)
        self._soon = QTimer(self, singleShot=True, interval=300)
        self._soon.timeout.connect(self._keep)
        self.form = FormView(labels=text_stock.FIELDS)
        self.form.changed.connect(self._soon.start)
        self.do = QPushButton(text_acts.DO)
        self.next = label("", "sentence", wrap=True)
        self.outer.addWidget(self.next)
        self.lines = LinesView(text_stock.TITLE, text_stock.COLUMNS, text_stock.WIDTHS)
        self.lines.opened.connect(lambda _: self.form.focus_first(self.do))
        self.lines.digit.connect(lambda n: self.choose(n - 1))
        self.lines.chosen.connect(lambda _: self._expect())
        row = QHBoxLayout()
        self.tabs: list[QPushButton] = []
        for place, form in enumerate(FORMS):
            button = QPushButton(f"{place + 1} {text_stock.ACTS[form.key][0]}")
            button.setObjectName("tab")
            button.setCheckable(True)
            button.setAutoExclusive(True)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.setAccessibleName(text_stock.ACTS[form.key][0])
            button.clicked.connect(lambda _, at=place: self.choose(at))
            self.tabs.append(button)
            row.addWidget(button)
        row.addStretch(1)
        self.outer.addLayout(row)
        body = QHBoxLayout()
        body.setSpacing(12)
        left = QVBoxLayout()
        left.addWidget(self.lines, 1)
        self.detail, self.foot = label("", "hint", wrap=True), label("", "hint", wrap=True)
        self.warning = label("", "wrong", wrap=True)
        left.addWidget(self.detail)
        left.addWidget(self.warning)
        left.addWidget(self.foot)
        left.addWidget(label(text_stock.KEYS, "hint"))
        body.addLayout(left, 4)
        body.addWidget(self._panel(), 5)
        self.outer.addLayout(body, 1)
        self.begin_at(self.lines)
        self.act: StockForm = FORMS[0]
        self.view: StockView | None = None
        self._people: dict[str, list[Colleague]] = {}
        self._said = ""

    def _panel(self) -> QWidget:
        frame, layout = panel()
        self.effect = label("", "hint", wrap=True)
        layout.addWidget(self.effect)
        layout.addWidget(self.form)
        self.by, self.second = Signer(text_acts.BY), Signer(text_acts.SECOND)
        layout.addWidget(self.by)
        layout.addWidget(self.second)
        layout.addStretch(1)
        self.do.setObjectName("primary")
        self.do.clicked.connect(self.primary)
        foot = QHBoxLayout()
        foot.setSpacing(16)
        foot.addWidget(self.do)
        foot.addWidget(self.sentence, 1)
        layout.addLayout(foot)
        return frame

    # --- what is shown -----------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        desk = self.counter.desk

        def work() -> tuple[StockView, dict[str, list[Colleague]]]:
            staff = Staff(desk)
            people = {form.rule: staff.able(form.rule) for form in FORMS}
            people |= {f"{form.rule}+": staff.able(form.rule, second=True) for form in FORMS if form.two}
            return stock_view(desk), people

        self.work(work, self._show)

    def _show(self, found: tuple[StockView, dict[str, list[Colleague]]]) -> None:
        first = self.view is None
        self.view, self._people = found
        self.lines.show_lines(self.view.lines)
        self.next.setText(self.view.sentence)
        self.foot.setText(self.view.foot)
        self.warning.setText(self.view.warning)
        self.warning.setVisible(bool(self.view.warning))
        if first:
            self.choose(FORMS.index(self.act))
        self._expect()
        self.say(self._said, wrong=False)
        self._said = ""

    def choose(self, place: int) -> None:
        """Another act; its form begins anew, or with its draft."""
        if self.view is None or not 0 <= place < len(FORMS):
            return
        self.act = FORMS[place]
        self.tabs[place].setChecked(True)
        self.form.show_fields(self.act.fields, NOBODY, self.counter.today())
        rehearsal = REHEARSAL_PASSWORD if self.counter.desk.settings.rehearsal else ""
        able = self._people.get(self.act.rule, [])
        self.by.show_people(able, self.counter.clerk.person, rehearsal)
        self.second.setVisible(self.act.two)
        if self.act.two:
            first = self.by.people.currentText()
            others = sorted(self._people.get(f"{self.act.rule}+", []), key=lambda one: one.person == first)
            self.second.show_people(others, "", rehearsal)
        self.do.setEnabled(bool(able))
        self.say("" if able else text_acts.NOBODY)
        self._expect()
        desk, act, draft = self.counter.desk, self.act, self._draft
        self.work(lambda: Drafts(desk).get(draft), lambda kept: self.form.load(kept) if self.act is act else None)

    def _expect(self) -> None:
        said = text_stock.ACTS[self.act.key][1]
        line = self.view.packs.get(self.lines.key) if self.view is not None else None
        if self.act.key in ("count", "load", "sign") and line is not None:
            said = f"{line.pack}：{said} · {text_stock.EXPECTED.format(count=line.remaining)}"
        self.effect.setText(said)
        self.detail.setText(detail(line) if line is not None else "")

    # --- drafts ------------------------------------------------------------------------------------------------------

    @property
    def _draft(self) -> str:
        return f"stock:{self.act.key}"

    def _keep(self) -> None:
        desk, draft, kept = self.counter.desk, self._draft, self.form.state()
        if desk is not None:
            self.work(lambda: Drafts(desk).keep(draft, kept), lambda _: None)

    # --- doing -------------------------------------------------------------------------------------------------------

    def primary(self) -> None:
        """Do the chosen act; what was typed stays when it is refused."""
        if self.acting or self.view is None or not self.do.isEnabled():
            return
        counter, desk, act, pack, draft = self.counter, self.counter.desk, self.act, self.lines.key, self._draft
        values, by = Values(*self.form.values(), text_stock.FIELDS), self.by.given()
        second = self.second.given() if act.two else None
        clerk = counter.clerk

        def work() -> Any:
            staff = Staff(desk)
            actor = clerk if by[0] == clerk.person and not by[1] else staff.sign_in(*by)
            other = staff.sign_in(*second) if second is not None else None
            done = act.do(StockHand(desk, pack, values, actor, other, lambda: counter.open_devices().printer))
            Drafts(desk).forget(draft)
            return done

        def then(answer: Any) -> None:
            said = answer if isinstance(answer, str) else text_stock.DONE.format(act=text_stock.ACTS[act.key][0])
            self._said = said
            self.choose(FORMS.index(act))
            self.lines.setFocus()

        self._soon.stop()
        self.say(text_acts.BUSY, wrong=False)
        self.once(work, then, Lane.DEVICE if act.at_printer else Lane.LEDGER)
