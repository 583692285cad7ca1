"""A printing counter over several lives of its program: real journal, press, settle, batch and stock; what must hold.

Each life prints a run until something stops it or the power goes; then a person answers, truthfully or not.
"""

from __future__ import annotations

import itertools
import random
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from station.clock import ClockGuard, FixedClock, HybridClock
from station.domain import facts
from station.domain.card import LIVE, State
from station.domain.errors import Refused
from station.domain.record import Record, fold
from station.domain.worker import WorkerRecord
from station.printing import batch, press, queue, settle, supplies
from station.printing.book import Told
from station.printing.journal import OPEN_AT_PRINTER, Journal, Order
from station.printing.machine import Machine
from station.printing.settle import Word
from station.printing.stock import opened_on_paper
from station.simulation.printing_world import (
    MISHAPS,
    PORT,
    Eye,
    Eyes,
    Printer,
    World,
    compose,
    is_code,
    prove,
    same_token,
    token_of,
)
from station.simulation.world import Violation

DAY = date(2026, 11, 23)
STATION = "hz01"
BLANKS = 300
DEATHS = (*press.POINTS, "feeding", "ejected")
SAYS = ("look", "truth", "truth", "wrong_nothing", "wrong_card", "this_is_it")


class Death(Exception):
    """The program is gone."""


class MemoryBook:
    """Facts in a list, appended whole or not at all; every record is folded by the shipped fold."""

    def __init__(self, clock: FixedClock) -> None:
        self._hybrid = HybridClock(clock)
        self._told: dict[str, list[facts.Fact]] = {}
        self._folded: dict[str, Record] = {}
        self._count = 0

    def append(self, told: Told, *, actor: str) -> list[facts.Fact]:
        written = []
        for subject, payload in told:
            self._count += 1
            identity = facts.FactId(STATION, 1, self._count)
            fact = facts.Fact(identity, subject, "330100", actor, self._hybrid.stamp(), payload)
            self._told.setdefault(subject, []).append(fact)
            self._folded.pop(subject, None)
            written.append(fact)
        return written

    def decide(self, subject: str, decision: Callable[[Record], Told], *, actor: str) -> list[facts.Fact]:
        return self.append(decision(self.record(subject)), actor=actor)

    def record(self, subject: str) -> Record:
        if subject not in self._folded:
            self._folded[subject] = fold(subject, self.facts_of(subject))
        return self._folded[subject]

    def facts_of(self, subject: str) -> list[facts.Fact]:
        return list(self._told.get(subject, []))

    def find(self, states: Collection[State]) -> Sequence[str]:
        return [r.subject for r in self.workers() if any(c.state in states for c in r.cards.values())]

    def workers(self) -> list[WorkerRecord]:
        return [r for s in self._told if s.startswith("worker:") and isinstance(r := self.record(s), WorkerRecord)]


@dataclass(frozen=True, slots=True)
class Life:
    """One life of the program: what happens to its cards, where it dies, what the person says afterwards."""

    script: tuple[str, ...]
    dies: str
    visit: int
    says: str
    takes: bool


def write_lives(seed: int) -> tuple[bool, int, list[Life]]:
    """The story of a seed: whether the printer counts, how many workers, and the lives."""
    dice = random.Random(f"printing {seed}")
    counts = dice.random() < 0.8
    kinds = MISHAPS if counts else tuple(m for m in MISHAPS if m not in ("two", "other_printer"))
    lives = [
        Life(
            tuple(dice.choice(kinds) for _ in range(dice.randrange(5))), dice.choice(("", "", *DEATHS)),
            dice.randrange(1, 4), dice.choice(SAYS), dice.random() < 0.5,
        )
        for _ in range(dice.randrange(1, 6))
    ]  # fmt: skip
    return counts, dice.randrange(1, 5), lives


class Shift:
    """One seed. `world` is what is really there; everything else asks the journal."""

    def __init__(self, counts: bool, workers: int) -> None:
        clock = FixedClock.on(DAY)
        self.guard = ClockGuard(clock, build_day=date(2026, 1, 1))
        self.book = MemoryBook(clock)
        self.world = World(counts=counts, feeder=BLANKS)
        self.counts = counts
        self.diary: list[str] = []
        self.numbers = [f"33010220260{n:05d}" for n in range(1, workers + 1)]
        self.subjects = {number: f"worker:{chr(97 + n) * 24}" for n, number in enumerate(self.numbers)}
        self.journal = Journal(self.book, self.book.find, STATION, self.guard, "clerk-1")
        for number in self.numbers:
            self._permit(number)
        supplies.receive(self.journal, "P1", BLANKS, second="boss", cost_fen=60_000, fund="2026")
        self._pack_at = str(self.machine())
        supplies.load(self.journal, "P1", self.machine())
        queue.open_batch(self.journal, "B1", [(self.subjects[n], n) for n in self.numbers])

    def _permit(self, number: str) -> None:
        told: list[facts.Payload] = [
            facts.PermitGenerated(number, "A", "91330102MA27TE5T2K", "A", ("HOUSEWORK",), DAY),
            facts.PermitActed(number, "release", DAY),
        ]
        last = date(2029, 11, 22)
        told += [facts.TokenSigned(number, i, token_of(number, i), 1, 7, DAY, last) for i in range(1, 31)]
        self.book.append([(self.subjects[number], payload) for payload in told], actor="boss")

    def machine(self) -> Machine:
        return Machine.at(PORT, self.world.serial if self.world.counts else "")

    def press(self, life: Life | None = None, eye: Eye | None = None) -> press.Press:
        """The press of a new process."""
        visits = Counter[str]()

        def reached(point: str) -> None:
            visits[point] += 1
            if life is not None and point == life.dies and visits[point] == life.visit:
                raise Death(point)

        printer = Printer(self.world, life.script if life is not None else ())
        printer.middle = reached
        ticks = itertools.count()
        return press.Press(
            self.journal, printer, Eyes(), eye or Eye(self.world), compose, prove, same_token, is_code,
            reached=reached, timer=lambda: next(ticks) * 0.5,
        )  # fmt: skip

    def live(self, life: Life) -> None:
        """Print on until something stops it."""
        self.diary.append(f"prints: {' '.join(life.script) or 'nothing goes wrong'}")
        try:
            for turn in batch.run(self.press(life), "B1"):
                self.diary.append(f"  {turn.number} {turn.code or 'went on'}")
                self.check()
        except Death as death:
            self.diary.append(f"  dies at {death}")
        self.check()

    def answer(self, says: str, takes: bool) -> None:
        """The person at the printer: mends it, takes cards out, says something about what is in doubt."""
        world = self.world
        world.reachable, world.faults = True, ()
        for left in self.journal.unsettled(self.machine()):
            eye = Eye(world)
            if says == "wrong_card":
                eye.shows = lambda: ["Tother"]
            if says == "wrong_nothing":
                world.take()
            words = {"look": Word.LOOK, "wrong_nothing": Word.NOTHING, "wrong_card": Word.THIS_IS_IT}
            word = words.get(says, Word.THIS_IS_IT)
            if says == "truth":
                mine = [p for p in world.tray if p.token == token_of(left.order.number, left.order.issue_number)]
                word = Word.THIS_IS_IT if mine else Word.NOTHING
            ruling = settle.settle(self.press(eye=eye), left, word).ruling
            self.diary.append(f"  {left.order.name}: says {word.value}: {ruling.word}")
            self.check()
        world.take("inside")
        world.fall()
        if takes:
            world.take()
        self._move_pack()

    def _move_pack(self) -> None:
        """Where another printer stands now, the blanks are put into that one."""
        if str(self.machine()) != self._pack_at:
            self._pack_at = str(self.machine())
            supplies.load(self.journal, "P1", self.machine())

    def finish(self) -> None:
        """A calm afternoon: doubts settled with true answers, the run done, lost cards found and scanned."""
        for _ in range(60):
            self.answer("truth", True)
            if not any(turn.stopped for turn in batch.run(self.press(), "B1")):
                break
        self.world.take()
        held = Counter(p.token for p in self.world.plastics)
        for record in self.book.workers():
            for piece in record.cards.values():
                for _ in range(held[token_of(piece.number, piece.issue_number)]):
                    if piece.state in (State.VOIDED, State.SPOILED):
                        order = Order(record.subject, piece.number, piece.issue_number)
                        settle.scanned_ended(self.journal, order)

    # --- what must hold -----------------------------------------------------------------------------------------------

    def check(self) -> None:
        """After every step: no token twice, one live card, none live unread, every blank on paper."""
        twice = [token for token, count in self.world.sent.items() if count > 1]
        demand("I7", not twice, f"tokens {twice} went to the printer twice")
        for number, issues in self.live_cards().items():
            demand("I6", len(issues) <= 1, f"{number} has live cards {issues}")
            unread = [i for i in issues if token_of(number, i) not in self.world.read]
            demand("I7", not unread, f"{number}-{unread} is active and nobody read it")
        now = self.balance()
        demand("I8", opened_on_paper(now) == now.pack.opened == BLANKS, "the blanks opened are not the blanks booked")
        pieces = [piece for record in self.book.workers() for piece in record.cards.values()]
        in_hand = [p for p in pieces if p.state in OPEN_AT_PRINTER | {State.RESERVED}]
        demand("I8", now.in_hand == len(in_hand), f"{now.in_hand} blanks in hand, {len(in_hand)} cards on their way")
        active = sum(p.activated_on is not None for p in pieces)
        demand("I8", now.active == active, "active blanks are not active cards")
        demand("I7", len(in_hand) <= 1, f"{len(in_hand)} cards in flight at one printer")
        demand("I7", not any(record.conflicts for record in self.book.workers()), "the journal took an illegal step")

    def check_the_end(self) -> None:
        """In the evening: everybody has one card, it is good plastic, and there is one of it."""
        good = Counter(p.token for p in self.world.plastics if p.good)
        for number, issues in self.live_cards().items():
            demand("I12", len(issues) == 1, f"{number} has {len(issues)} live cards in the evening")
            copies = good[token_of(number, issues[0])]
            demand("I6", copies == 1 if self.counts else copies >= 1, f"{number}-{issues[0]}: {copies} good cards")
        now = self.balance()
        demand("I8", now.in_hand == 0, "a blank is still in hand")
        if self.counts:
            demand("I8", now.used >= len(self.world.plastics), "a card came out that is on no paper")
            demand("I8", now.remaining <= self.world.feeder, "the paper has blanks the feeder has not")

    def live_cards(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {number: [] for number in self.numbers}
        for record in self.book.workers():
            for piece in record.cards.values():
                if piece.state in LIVE:
                    found[piece.number].append(piece.issue_number)
        return found

    def balance(self) -> Any:
        return next(b for b in supplies.balances(self.journal) if b.pack.name == "P1")


def demand(rule: str, holds: bool, what: str) -> None:
    if not holds:
        raise Violation(rule, what)


def play(seed: int, lives: list[Life] | None = None) -> tuple[Violation | None, list[str]]:
    """One seed of printing: what it broke, if anything, and its diary."""
    counts, workers, written = write_lives(seed)
    shift = Shift(counts, workers)
    try:
        for life in written if lives is None else lives:
            shift.live(life)
            shift.answer(life.says, life.takes)
        shift.finish()
        shift.check()
        shift.check_the_end()
    except Violation as broken:
        return broken, shift.diary
    except Refused as no:
        return Violation("I12", f"the run ended in a refusal: {no.code}"), shift.diary
    return None, shift.diary
