"""What became of a run: every order with all its attempts, the figures that must be nought, the sheet for hand-over.

Everything is read from the cards themselves (station.printing.queue); nothing is kept beside them. Only `hand_over`
names people: it is the paper that goes with the cards to the company.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from station.domain import card, parts
from station.domain.authority import Actor
from station.domain.card import Act
from station.domain.record import CompanyRecord
from station.printing import queue
from station.printing.evidence import Ruling
from station.printing.journal import OPEN_AT_PRINTER
from station.printing.machine import Machine
from station.printing.progress import seconds_of
from station.printing.queue import Item, Phase, Place
from station.services import stock
from station.services.desk import Desk
from station.services.printing import journal_of

_RULINGS = {ruling.word: ruling for ruling in Ruling}
ANSWERS = ("look", "this_is_it", "nothing")
"""What the person at a printer may answer to a doubt (station.printing.settle.Word)."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One card of an order: its issue number, what became of it, and how often its token was sent (0 or 1)."""

    issue_number: int
    state: str
    reason: str  # why it ended without being used, a code of the closed list; "" otherwise
    blank: str
    printer: str  # serial number
    sent: int
    seconds: float | None


@dataclass(frozen=True, slots=True)
class Line:
    """One order of the run, in printing order."""

    place_in_run: int
    subject: str
    number: str
    place: str  # waiting, at_printer, done
    live: tuple[int, ...]  # issue numbers that answer for the permit: exactly one when it is done
    attempts: tuple[Attempt, ...]


@dataclass(frozen=True, slots=True)
class Task:
    """A card that waits for a person at its printer: what to do there, and what may be answered."""

    number: str
    issue_number: int
    printer: str
    code: str
    sentence: str
    answers: tuple[str, ...] = ANSWERS


@dataclass(frozen=True, slots=True)
class Report:
    """A run in figures. `two_valid`, `missing` and `sent_twice` are nought for a run that is done."""

    name: str
    company: str
    phase: Phase
    opened_on: date
    total: int
    active: int
    waiting: int
    at_printer: int
    two_valid: int
    missing: int
    sent_twice: int
    cards_used: int  # blanks that left the feeder for this run
    lost: Mapping[str, int]  # of these, lost by reason
    seconds_per_card: float | None
    by_printer: Mapping[str, int]  # serial number -> cards read back
    lines: tuple[Line, ...]

    @property
    def done(self) -> bool:
        return self.active == self.total


@dataclass(frozen=True, slots=True, repr=False)
class HandedCard:
    """One line of the hand-over sheet."""

    place_in_run: int
    name: str
    number: str
    issue_number: int
    state: str


@dataclass(frozen=True, slots=True, repr=False)
class HandOver:
    """The sheet that goes with the cards: who gets them, from whom, which, and on which day it was written."""

    batch: str
    association: str
    company: str
    on: date
    cards: tuple[HandedCard, ...]
    not_made: int


def report(desk: Desk, name: str) -> Report:
    """The run as its cards stand now. Raises Refused when there is no such run."""
    journal = journal_of(desk, _NOBODY)
    batch = queue.batch_of(journal, name)
    lines = tuple(_line(desk, at, item) for at, item in enumerate(queue.items(journal, batch), start=1))
    places = Counter(line.place for line in lines)
    attempts = [one for line in lines for one in line.attempts]
    good = [one for line in lines for one in line.attempts if one.issue_number in line.live]
    took = [one.seconds for one in good if one.seconds is not None]
    return Report(
        name, batch.company, batch.phase, batch.opened_on, len(lines), sum(len(line.live) == 1 for line in lines),
        places[Place.WAITING.value], places[Place.AT_PRINTER.value], sum(len(line.live) > 1 for line in lines),
        sum(not line.live for line in lines), sum(one.sent > 1 for one in attempts),
        sum(one.sent > 0 and one.reason != _BACK for one in attempts),
        Counter(one.reason for one in attempts if one.reason and one.reason != _BACK),
        sum(took) / len(took) if took else None, Counter(one.printer for one in good), lines,
    )  # fmt: skip


def tasks(desk: Desk, name: str = "") -> list[Task]:
    """Cards that wait for a person, of one run or of all; the sentence says what to do at which printer."""
    journal, found = journal_of(desk, _NOBODY), []
    wanted = {number for _, number in queue.batch_of(journal, name).orders} if name else None
    for subject in journal.find(OPEN_AT_PRINTER):
        for piece in journal.worker(subject).cards.values():
            open_here = piece.station == journal.station and piece.state in OPEN_AT_PRINTER
            if open_here and (wanted is None or piece.number in wanted):
                ruling = _RULINGS.get(piece.steps[-1].reason, Ruling.LOOK)
                serial = Machine.parse(piece.printer).serial
                found.append(Task(piece.number, piece.issue_number, serial, ruling.word, ruling.sentence))
    return sorted(found, key=lambda task: (task.printer, task.number))


def hand_over(desk: Desk, name: str) -> HandOver:
    """The cards of the run that may be handed over now, in printing order, with the names of the people."""
    told = report(desk, name)
    company = desk.ledger.record(f"company:{told.company}")
    called = company.name if isinstance(company, CompanyRecord) and company.uscc else told.company
    cards = tuple(_handed(desk, line) for line in told.lines if len(line.live) == 1)
    return HandOver(name, desk.settings.city.association, called, desk.today(), cards, told.total - len(cards))


def _handed(desk: Desk, line: Line) -> HandedCard:
    record = desk.worker(line.subject)
    name = record.person.name if record.person is not None else None
    piece = record.cards[line.number, line.live[0]]
    return HandedCard(line.place_in_run, name or "", line.number, line.live[0], piece.state.value)


def _line(desk: Desk, at: int, item: Item) -> Line:
    pieces: Sequence[parts.Card] = desk.worker(item.subject).cards_of(item.number)
    live = tuple(piece.issue_number for piece in pieces if piece.state in card.LIVE)
    return Line(at, item.subject, item.number, item.place.value, live, tuple(_attempt(piece) for piece in pieces))


_BACK = "NOT_FED"
"""An attempt for which no blank left the feeder."""


def _attempt(piece: parts.Card) -> Attempt:
    ended = piece.state in (card.State.SPOILED, card.State.VOIDED, card.State.DESTROYED)
    reason = (stock.why(piece) if stock.lost(piece) else _BACK) if ended else ""
    return Attempt(
        piece.issue_number, piece.state.value, reason, piece.blank,
        Machine.parse(piece.printer).serial if piece.printer else "",
        sum(step.act == Act.SEND.value for step in piece.steps), seconds_of(piece),
    )  # fmt: skip


_NOBODY = Actor("", ())
