"""企业档案: a company found by name, its policies beside it, and every act on it by a number key."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from station.domain.worker import WorkerRecord
from station.services.done import Topic
from station.services.staff import REHEARSAL_PASSWORD, Colleague, Staff
from ui import text_acts
from ui import text_companies as text
from ui.acts import Values
from ui.company_table import FORMS, CompanyForm, CompanyHand
from ui.desktop.counter import Counter
from ui.desktop.drafts import Drafts
from ui.desktop.screens.file import scrolled
from ui.desktop.screens.screen import Screen, label, panel
from ui.desktop.tables.lines import LinesView
from ui.desktop.viewmodels.companies import CompanyView, company_view, find_companies
from ui.desktop.viewmodels.lines import TableLine
from ui.desktop.widgets.form import FormView, Signer

NOBODY = WorkerRecord("")
ONWARDS = (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter)


class CompaniesScreen(Screen):
    """Left the companies and the policies of the one in hand, right the act chosen. F9 does it."""

    topics = frozenset({Topic.COMPANIES})
    title = text.TITLE

    def __init__(self, counter: Counter, parent: QWidget | None = None) -> None:
        super().__init__(counter, parent)
        self.outer.addWidget(label(text.HINT, "hint"))
        self._look_soon = QTimer(self, singleShot=True, interval=150)
        self._look_soon.timeout.connect(self.refresh)
        self._keep_soon = QTimer(self, singleShot=True, interval=300)
        self._keep_soon.timeout.connect(self._keep)
        body = QHBoxLayout()
        body.setSpacing(12)
        body.addLayout(self._left(), 6)
        body.addWidget(self._right(), 5)
        self.outer.addLayout(body, 1)
        self.begin_at(self.query)
        self.act: CompanyForm = FORMS[0]
        self.view: CompanyView | None = None
        self._people: dict[str, list[Colleague]] = {}
        self._wanted = ""
        self._said = ""

    def _left(self) -> QVBoxLayout:
        left = QVBoxLayout()
        self.query = QLineEdit()
        self.query.setPlaceholderText(text.FIND)
        self.query.setAccessibleName(text.FIND)
        self.query.setMaxLength(80)
        self.query.textChanged.connect(lambda _: self._look_soon.start())
        self.query.installEventFilter(self)
        left.addWidget(self.query)
        self.lines = LinesView(text.TITLE, text.COLUMNS, text.WIDTHS)
        self.lines.chosen.connect(self._chosen)
        self.lines.opened.connect(lambda _: self.form.focus_first(self.do))
        self.lines.digit.connect(lambda n: self.choose(n - 1))
        left.addWidget(self.lines, 3)
        self.detail = label("", "hint", wrap=True)
        left.addWidget(self.detail)
        left.addWidget(label(text.POLICIES, "section"))
        self.policies = LinesView(text.POLICIES, text.POLICY_COLUMNS, text.POLICY_WIDTHS)
        self.policies.chosen.connect(lambda _: self._members())
        self.policies.digit.connect(lambda n: self.choose(n - 1))
        self.policies.opened.connect(lambda _: self.form.focus_first(self.do))
        left.addWidget(self.policies, 2)
        self.members = label("", "hint", wrap=True)
        left.addWidget(self.members)
        return left

    def _right(self) -> QWidget:
        frame, layout = panel()
        self.tabs: list[QPushButton] = []
        rows = (QHBoxLayout(), QHBoxLayout())
        for place, form in enumerate(FORMS):
            button = QPushButton(f"{place + 1} {form.title}")
            button.setObjectName("tab")
            button.setCheckable(True)
            button.setAutoExclusive(True)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.setAccessibleName(form.title)
            button.clicked.connect(lambda _, at=place: self.choose(at))
            self.tabs.append(button)
            rows[place // 4].addWidget(button)
        for row in rows:
            row.addStretch(1)
            layout.addLayout(row)
        self.effect = label("", "hint", wrap=True)
        layout.addWidget(self.effect)
        self.form = FormView(labels=text.FIELDS)
        self.form.changed.connect(self._keep_soon.start)
        asked = QWidget()
        column = QVBoxLayout(asked)
        column.setContentsMargins(0, 0, 0, 0)
        self.by = Signer(text_acts.BY)
        column.addWidget(self.form)
        column.addWidget(self.by)
        column.addStretch(1)
        layout.addWidget(scrolled(asked), 1)
        layout.addWidget(self.sentence)
        self.do = QPushButton(text_acts.DO)
        self.do.setObjectName("primary")
        self.do.clicked.connect(self.primary)
        layout.addWidget(self.do, 0, Qt.AlignmentFlag.AlignLeft)
        return frame

    # --- what is shown -----------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        desk, typed = self.counter.desk, self.query.text()

        def work() -> tuple[list[TableLine], dict[str, list[Colleague]]]:
            staff = Staff(desk)
            return find_companies(desk, typed), {form.rule: staff.able(form.rule) for form in FORMS}

        self.work(work, self._show)

    def _show(self, found: tuple[list[TableLine], dict[str, list[Colleague]]]) -> None:
        lines, self._people = found
        self.lines.show_lines(lines)
        if not lines:
            self.view = None
            self.detail.setText(text.NONE_FOUND if self.query.text().strip() else text.NO_COMPANIES)
            self.policies.show_lines([])
            self.members.setText("")
            self.choose(0)
        else:
            self._chosen(self.lines.key)

    def _chosen(self, uscc: str) -> None:
        desk = self.counter.desk
        self._wanted = uscc
        if uscc:
            self.work(lambda: company_view(desk, uscc), self._show_company)

    def _show_company(self, view: CompanyView) -> None:
        if view.record.uscc != self._wanted:
            return
        first = self.view is None or self.view.record.uscc != view.record.uscc
        changed = self.view is None or self.view.record != view.record
        self.view = view
        self.detail.setText(view.detail)
        self.policies.show_lines(view.policies)
        self._members()
        if first or changed:
            self.choose(FORMS.index(self.act))
        if self._said:
            self.say(self._said, wrong=False)
            self._said = ""

    def _members(self) -> None:
        self.members.setText(self.view.members.get(self.policies.key, "") if self.view is not None else "")

    def choose(self, place: int) -> None:
        """Another act; its form begins anew, or with its draft."""
        desk = self.counter.desk
        if desk is None or not 0 <= place < len(FORMS):
            return
        self.act = FORMS[place]
        self.tabs[place].setChecked(True)
        record = self.view.record if self.view is not None else None
        self.form.show_fields(self.act.fields_for(desk, record), NOBODY, self.counter.today())
        self.effect.setText(self.act.effect)
        able = self._people.get(self.act.rule, [])
        rehearsal = REHEARSAL_PASSWORD if desk.settings.rehearsal else ""
        self.by.show_people(able, self.counter.clerk.person, rehearsal)
        self.do.setEnabled(bool(able))
        self.say("" if able else text_acts.NOBODY)
        act, draft = self.act, self._draft
        self.work(lambda: Drafts(desk).get(draft), lambda kept: self._restore(act, draft, kept))

    def _restore(self, act: CompanyForm, draft: str, kept: dict[str, str]) -> None:
        if kept and self.act is act and self._draft == draft:
            self.form.load(kept)

    # --- drafts and keys ---------------------------------------------------------------------------------------------

    @property
    def _draft(self) -> str:
        about = self.view.record.uscc if self.view is not None and self.act.key != "register" else ""
        return f"company:{about}:{self.act.key}"

    def _keep(self) -> None:
        desk, draft, kept = self.counter.desk, self._draft, self.form.state()
        if desk is not None:
            self.work(lambda: Drafts(desk).keep(draft, kept), lambda _: None)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.query and isinstance(event, QKeyEvent):
            onwards = event.type() == QEvent.Type.KeyPress and event.key() in ONWARDS
            if onwards:
                self.lines.setFocus()
            return onwards
        return super().eventFilter(watched, event)

    # --- doing -------------------------------------------------------------------------------------------------------

    def primary(self) -> None:
        """Do the chosen act; what was typed stays when it is refused."""
        counter, desk, act, draft = self.counter, self.counter.desk, self.act, self._draft
        if desk is None or not self.do.isEnabled():
            return
        uscc = self.view.record.uscc if self.view is not None else ""
        values, by, clerk = Values(*self.form.values(), text.FIELDS), self.by.given(), counter.clerk

        def work() -> Any:
            actor = clerk if by[0] == clerk.person and not by[1] else Staff(desk).sign_in(*by)
            done = act.do(CompanyHand(desk, uscc, values, actor))
            Drafts(desk).forget(draft)
            return done

        def then(said: str) -> None:
            self._said = said
            self.form.show_fields(
                act.fields_for(desk, self.view.record if self.view else None), NOBODY, counter.today()
            )
            self.say(said, wrong=False)
            self.lines.setFocus()

        self._keep_soon.stop()
        self.say(text_acts.BUSY, wrong=False)
        self.work(work, then)
