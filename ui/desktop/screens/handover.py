"""交付台: every card is scanned again before it leaves; one collector signs for a company's pile (R27)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QListWidget, QPushButton, QWidget

from station.domain import card
from station.domain.errors import Refused
from station.services import supervising
from station.services.desk import Desk, Done, Topic
from station.services.inspecting import inspect_code
from ui import text_acts as words
from ui.desktop import text
from ui.desktop.counter import Counter, Wish
from ui.desktop.screens.screen import Screen, label
from ui.desktop.widgets.kept import Kept
from ui.desktop.widgets.scan_pane import ScanPane


@dataclass(frozen=True, slots=True)
class Piece:
    """One card on the pile."""

    subject: str
    number: str
    issue_number: int
    name: str
    company: str
    company_name: str


class HandoverScreen(Screen):
    """Scan, scan, scan; F9 hands the pile over."""

    takes_scans = True
    topics = frozenset({Topic.CARDS})
    title = words.HANDOVER_TITLE

    def __init__(self, counter: Counter, parent: QWidget | None = None) -> None:
        super().__init__(counter, parent)
        grid = QGridLayout()
        self.collector = QLineEdit()
        self.collector.setAccessibleName(words.HANDOVER_COLLECTOR)
        self.collector.setMaxLength(60)
        self.code = QLineEdit()
        self.pane = ScanPane(text.SCAN_READY, text.SCAN_AWAY, self.code)
        self.collector.returnPressed.connect(self.pane.setFocus)
        self.code.setAccessibleName(words.HANDOVER_SCAN)
        self.code.setPlaceholderText(words.HANDOVER_SCAN)
        self.code.setMaxLength(400)
        self.code.returnPressed.connect(self._typed)
        grid.addWidget(label(words.HANDOVER_COLLECTOR, "label"), 0, 0)
        grid.addWidget(self.collector, 0, 1, 1, 2)
        grid.addWidget(self.pane, 1, 0, 1, 2)
        grid.addWidget(self.code, 1, 2)
        self.outer.addLayout(grid)
        self.count = label(words.HANDOVER_LIST, "section")
        self.outer.addWidget(self.count)
        self.list = QListWidget()
        self.list.setAccessibleName(words.HANDOVER_LIST)
        self.outer.addWidget(self.list, 1)
        foot = QHBoxLayout()
        self.do = QPushButton(words.HANDOVER_DO)
        self.do.setObjectName("primary")
        self.do.clicked.connect(self.primary)
        foot.addWidget(self.do)
        foot.addWidget(self.sentence, 1)
        self.outer.addLayout(foot)
        self.begin_at(self.pane)
        self.pile: list[Piece] = []
        self.kept = Kept(self, "handover", self._state, self._load)
        self.collector.textChanged.connect(self.kept.changed)

    # --- drafts -------------------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        self.kept.restore()

    def _state(self) -> dict[str, str]:
        """The collector and the numbers on the pile."""
        numbers = " ".join(piece.number for piece in self.pile)
        return {"collector": self.collector.text(), "pile": numbers} if numbers or self.collector.text() else {}

    def _load(self, kept: dict[str, str]) -> None:
        """The cards that may still leave are on the pile again."""
        desk, numbers = self.counter.desk, kept.get("pile", "").split()
        self.collector.setText(kept.get("collector", ""))

        def work() -> list[Piece]:
            found: list[Piece] = []
            for number in numbers:
                try:
                    found.append(piece_of(desk, number, found))
                except Refused:
                    continue  # handed over or taken back since
            return found

        self.work(work, self._again)

    def _again(self, found: list[Piece]) -> None:
        for piece in found:
            self._add(piece)
        self.say(words.HANDOVER_DRAFT, wrong=False)

    # --- the pile -----------------------------------------------------------------------------------------------------

    def _typed(self) -> None:
        code = self.code.text().strip()
        self.code.clear()
        self.pane.setFocus()
        if code:
            self.scanned(code)

    def scanned(self, typed: str) -> None:
        """A card was scanned, or its number typed."""
        desk, pile = self.counter.desk, list(self.pile)
        self.work(lambda: piece_of(desk, typed, pile), self._add)

    def _add(self, piece: Piece) -> None:
        if piece in self.pile:
            return
        self.pile.append(piece)
        self.list.addItem(f"{len(self.pile)}   {piece.name}   {piece.number}   {piece.company_name}")
        self.count.setText(words.HANDOVER_COUNT.format(count=len(self.pile), company=piece.company_name))
        self.say("")
        self.kept.changed()

    def primary(self) -> None:
        """Hand the pile over; what was handed over before a refusal stays handed over and leaves the list."""
        desk, pile, clerk = self.counter.desk, list(self.pile), self.counter.clerk
        collector = self.collector.text().strip()
        if self.acting:
            return
        if not pile:
            self.say(words.HANDOVER_NOTHING)
            return

        def work() -> Done[tuple[list[Piece], str]]:
            done: list[Piece] = []
            for piece in pile:
                try:
                    supervising.hand_to_company(
                        desk, piece.subject, piece.number, piece.issue_number, collector=collector, actor=clerk
                    )
                except Refused as no:
                    return Done((done, no.sentence), frozenset({Topic.CARDS}))
                done.append(piece)
            return Done((done, ""), frozenset({Topic.CARDS}))

        self.say(text.BUSY, wrong=False)
        self.once(work, self._handed)

    def _handed(self, answer: Any) -> None:
        done, refused = answer
        self.pile = [piece for piece in self.pile if piece not in done]
        self.list.clear()
        left, self.pile = self.pile, []
        for piece in left:
            self._add(piece)
        if refused:
            self.say(refused)
            return
        self.kept.forget()
        self.count.setText(words.HANDOVER_LIST)
        subjects = tuple(piece.subject for piece in done)
        self.counter.paper = Wish("handover", subjects, self.collector.text().strip())
        self.say(words.HANDOVER_DONE.format(count=len(done), collector=self.collector.text().strip()), wrong=False)
        self.pane.setFocus()


def piece_of(desk: Desk, code: str, pile: list[Piece]) -> Piece:
    """The card that was scanned. Raises Refused when it may not leave, or belongs to another company than the pile."""
    if len(code) == 16 and code.isdigit():
        number, issue, subject = code, None, desk.ledger.subject_of_permit(code)
    else:
        found = inspect_code(desk, code)
        number, issue, subject = found.permit_number or "", found.issue_number, found.subject
        if not found.verdict.genuine or "NOT_ISSUED" in found.reasons:
            raise Refused(words.HANDOVER_WRONG, "not_our_card")
    if not subject:
        raise Refused(words.HANDOVER_WRONG, "not_our_card")
    record = desk.worker(subject)
    right = record.permits[number]
    active = [p for p in record.cards_of(number) if p.state is card.State.ACTIVE]
    if not active or (issue is not None and active[-1].issue_number != issue):
        raise Refused(words.HANDOVER_NO_CARD, "no_active_card")
    name = (record.person.name if record.person else None) or "—"
    piece = Piece(subject, number, active[-1].issue_number, name, right.company, right.company_name)
    if piece in pile:
        raise Refused(words.HANDOVER_TWICE, "twice")
    if pile and pile[0].company != piece.company:
        raise Refused(words.HANDOVER_OTHER, "other_company")
    return piece
