"""The print journal: each step of a card is a fact, durable before the step happens. Knows no printer and no camera.

The table of steps is `station.domain.card`. What this file adds are the three promises of trust.md §5: a token's bytes
go to a printer at most once, a card is printed only where it was asked for, and one card is in flight per printer.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from station.clock import ClockGuard
from station.domain import card, parts, permit, words
from station.domain.card import Act, State
from station.domain.errors import Refused
from station.domain.facts import CardActed
from station.domain.record import Record
from station.domain.worker import WorkerRecord
from station.printing.book import Book, Find, Told, as_worker
from station.printing.evidence import Before
from station.printing.machine import Machine

OPEN_AT_PRINTER = card.UNSETTLED | {State.VERIFIED}
"""Bytes may have left and the card is not active yet: settled before that printer prints again."""

Check = Callable[[WorkerRecord, parts.Card], None]


@dataclass(frozen=True, slots=True)
class Order:
    """One print attempt: whose permit, and which issue number."""

    subject: str
    number: str
    issue_number: int

    @property
    def name(self) -> str:
        """The name of the attempt at the printer, in spools and in stock: nothing personal."""
        return f"{self.number}-{self.issue_number}"


_ATTEMPT = re.compile(r"\d{16}-\d{1,6}", re.ASCII)


def is_attempt(name: str) -> bool:
    """Whether an `Order.name` looks like that: so jobs of ours are known in a queue that others use too."""
    return _ATTEMPT.fullmatch(name) is not None


@dataclass(frozen=True, slots=True)
class Pending:
    """A card that a restart, a fault or a clerk left between RESERVED and ACTIVE."""

    order: Order
    card: parts.Card


@dataclass(frozen=True, slots=True)
class Journal:
    """Writes steps of cards as one person at one station."""

    book: Book
    find: Find
    station: str
    clock: ClockGuard
    actor: str

    # --- looking --------------------------------------------------------------------------------------------------

    def worker(self, subject: str) -> WorkerRecord:
        """The record of a worker. Raises Refused for any other subject."""
        return as_worker(self.book.record(subject))

    def card(self, order: Order) -> parts.Card:
        """The card of that attempt as it is now. Raises Refused when it was never asked for."""
        return _card(self.worker(order.subject), order)

    def token(self, order: Order) -> str:
        """The 191 digits signed for exactly this attempt. Raises Refused while the centre has not signed them."""
        return _token(self.worker(order.subject), order)

    def left_at(self, machine: Machine) -> list[Pending]:
        """Cards of this station between RESERVED and ACTIVE at that printer or its port, oldest step first."""
        found = []
        for subject in self.find(OPEN_AT_PRINTER | {State.RESERVED}):
            for piece in self.worker(subject).cards.values():
                here = piece.station == self.station and Machine.parse(piece.printer).touches(machine)
                if piece.state in OPEN_AT_PRINTER | {State.RESERVED} and here:
                    found.append(Pending(Order(subject, piece.number, piece.issue_number), piece))
        return sorted(found, key=lambda left: left.card.steps[-1].at_ms)

    def unsettled(self, machine: Machine) -> list[Pending]:
        """Of those, the ones that may have printed: SENDING, SENT, DOUBTFUL, VERIFIED."""
        return [left for left in self.left_at(machine) if left.card.state in OPEN_AT_PRINTER]

    # --- asking ---------------------------------------------------------------------------------------------------

    def ask(
        self, subject: str, number: str, *, reason: str, batch: str = "", note: str = "", again: bool = False
    ) -> Order:
        """Ask for the next issue number of a permit. `again` allows it beside a live card (补卡, decided elsewhere)."""

        def decision(record: Record) -> Told:
            worker = as_worker(record)
            _issued(worker, number)
            pieces = worker.cards_of(number)
            if any(piece.state in card.UNBORN for piece in pieces):
                raise Refused("该码证已有一张卡在制作中，请先处理完。", "card_on_its_way")
            if not again and any(piece.state in card.LIVE for piece in pieces):
                raise Refused("该码证已有有效的卡；重做请由主管办理。", "card_live")
            issue = worker.next_issue_number(number)
            asked = CardActed(number, issue, Act.ASK.value, self.clock.today(), reason, note, batch=batch)
            return [(subject, asked)]

        told = self.book.decide(subject, decision, actor=self.actor)
        return Order(subject, number, max(f.payload.issue_number for f in told if isinstance(f.payload, CardActed)))

    # --- the steps of one attempt ------------------------------------------------------------------------------------

    def may_print(self, order: Order) -> None:
        """Raises Refused when this attempt must not be printed, whatever the printer says."""
        record = self.worker(order.subject)
        self._printable(record, _card(record, order))

    def reserve(self, order: Order, machine: Machine, blank: str, also: Told = ()) -> parts.Card:
        """Set a blank and a printer aside. Nothing was sent; `drop` takes it back."""
        return self._write(order, Act.RESERVE, also, self._printable, printer=str(machine), blank=blank)

    def drop(self, order: Order, reason: str, also: Told = ()) -> parts.Card:
        """Give the blank back before anything was sent."""
        return self._write(order, Act.DROP, also, reason=reason)

    def send(self, order: Order, machine: Machine, job_sha256: str, before: Before) -> parts.Card:
        """After this line bytes may have left. Written once for a token, then never again."""
        return self._write(
            order,
            Act.SEND,
            (),
            self._printable,
            printer=str(machine),
            job_sha256=job_sha256,
            cards_before=before.cards,
            panels_before=before.panels,
            panels_of_job=before.panels_of_job,
        )

    def note(self, order: Order, act: Act, *, also: Told = (), **evidence: Any) -> parts.Card:
        """Any later step with its evidence, by the names of CardActed's fields."""
        return self._write(order, act, also, **evidence)

    def activate(self, order: Order, also: Told = ()) -> parts.Card:
        """From now on this card answers for the permit; every lower issue number is void or replaced."""
        return self._write(order, Act.ACTIVATE, also)

    def _write(
        self,
        order: Order,
        act: Act,
        also: Told,
        check: Check | None = None,
        **evidence: Any,
    ) -> parts.Card:
        def decision(record: Record) -> Told:
            worker = as_worker(record)
            piece = _card(worker, order)
            card.after(piece.state, act)
            if check is not None:
                check(worker, piece)
            step = CardActed(order.number, order.issue_number, act.value, self.clock.today(), batch=piece.batch)
            return [(order.subject, replace(step, **evidence)), *also]

        self.book.decide(order.subject, decision, actor=self.actor)
        return self.card(order)

    def _printable(self, record: WorkerRecord, piece: parts.Card) -> None:
        order = Order(record.subject, piece.number, piece.issue_number)
        _issued(record, piece.number)
        _token(record, order)
        if piece.station != self.station:
            raise Refused("这张卡由其他站点申请制作，不能在本站打印。", "card_of_other_station")
        if any(step.act == Act.SEND.value for step in piece.steps):
            raise Refused("该印制号已经送过打印机，不能再送；请用下一个印制号。", "token_already_sent")
        if piece.state not in (State.ASKED, State.RESERVED):
            raise Refused(f"卡片当前为“{words.CARD[piece.state.value]}”，不能打印。", "card_step")


def _card(record: WorkerRecord, order: Order) -> parts.Card:
    piece = record.cards.get((order.number, order.issue_number))
    if piece is None:
        raise Refused("没有找到这张卡的制作申请，请先申请制卡。", "no_such_card")
    return piece


def _token(record: WorkerRecord, order: Order) -> str:
    signed = record.tokens.get((order.number, order.issue_number))
    if signed is None:
        raise Refused("省级平台还没有为这次印制签好码，请同步后再打印。", "no_token")
    return signed.token


def _issued(record: WorkerRecord, number: str) -> None:
    right = record.permits.get(number)
    if right is None or right.state is not permit.State.ISSUED:
        raise Refused("码证不在“已发”状态，不能制卡。", "permit_not_issued")
