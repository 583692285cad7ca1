"""A printing counter over several lives of its program: real journal, press, settle, batch and stock.

Each life prints a run until something stops it or the power goes; then a person answers, truthfully or not. Where there
are two printers, they print the same run at once: one makes a whole card between two steps of the other.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from devices.contracts import CardPrinter
from station.clock import ClockGuard, FixedClock
from station.domain import facts
from station.domain.card import State
from station.domain.errors import Fault, Refused
from station.printing import batch, queue, settle, supplies
from station.printing.journal import Journal, Order, Pending
from station.printing.machine import Machine
from station.printing.press import Press
from station.printing.settle import Word
from station.printing.stock import Balance
from station.simulation import printing_rules
from station.simulation.printing_book import STATION, MemoryBook
from station.simulation.printing_sight import Eye, Eyes
from station.simulation.printing_story import Life, Story, write_story
from station.simulation.printing_world import (
    BLANKS,
    Death,
    Reached,
    World,
    is_code,
    prove,
    same_token,
    token_of,
)
from station.simulation.world import Violation

DAY = date(2026, 11, 23)
LAST = date(2029, 11, 22)
_NIGHT_SECONDS = 24 * 3600.0
_MOST_ROUNDS = 60


@dataclass
class Place:
    """A printer with its pack of blanks."""

    world: World
    pack: str
    loaded_in: str = ""
    used: bool = False  # it printed since the blanks were last balanced
    owes: bool = False  # and that was on an earlier day

    @property
    def machine(self) -> Machine:
        """What stands there now."""
        return Machine.at(self.world.url, self.world.serial)


class Shift:
    """One seed. The worlds are what is really there; everything else asks the journal."""

    def __init__(self, story: Story) -> None:
        self.clock = FixedClock.on(DAY)
        self.book = MemoryBook(self.clock)
        self.diary: list[str] = [f"{story.printers} × {story.kind}, {story.workers} people"]
        self.numbers = [f"33010220260{n:05d}" for n in range(1, story.workers + 1)]
        subjects = {number: f"worker:{chr(97 + n) * 24}" for n, number in enumerate(self.numbers)}
        guard = ClockGuard(self.clock, build_day=date(2026, 1, 1))
        self.journal = Journal(self.book, self.book.find, STATION, guard, "clerk-1")
        for number in self.numbers:
            self._permit(subjects[number], number)
        self.places = [Place(world, f"P{n}") for n, world in enumerate(story.worlds(), start=1)]
        for place in self.places:
            supplies.receive(self.journal, place.pack, BLANKS, second="boss", cost_fen=60_000, fund="2026")
            self._move_pack(place)
        queue.open_batch(self.journal, "B1", [(subjects[n], n) for n in self.numbers])

    def _permit(self, subject: str, number: str) -> None:
        told: list[facts.Payload] = [
            facts.PermitGenerated(number, "A", "91330102MA27TE5T2K", "A", ("HOUSEWORK",), DAY),
            facts.PermitActed(number, "release", DAY),
        ]
        told += [facts.TokenSigned(number, i, token_of(number, i), 1, 7, DAY, LAST) for i in range(1, 31)]
        self.book.append([(subject, payload) for payload in told], actor="boss")

    # --- the program

    def press(self, place: Place, printer: CardPrinter, eye: Eye | None, reached: Reached) -> Press:
        """The press of a new process."""
        ticks = itertools.count()
        return Press(
            self.journal, printer, Eyes(), eye, place.world.compose, prove, same_token, is_code,
            reached=reached, timer=lambda: next(ticks) * 0.5,
        )  # fmt: skip

    def live(self, life: Life) -> bool:
        """Print on until something stops it; whether anything did."""
        self.diary.append(f"prints: {' '.join(life.script) or 'nothing goes wrong'}")
        before = [sum(place.world.sent.values()) for place in self.places]
        stopped = False
        try:
            for turn in self._turns(life):
                stopped = stopped or turn.stopped
                self.diary.append(f"  {turn.number} {turn.code or 'went on'}")
                self.check()
        except Death as death:
            self.diary.append(f"  dies at {death}")
        for place, so_far in zip(self.places, before, strict=True):
            printed = sum(place.world.sent.values()) > so_far
            what = f"{place.pack}: a card was printed before the blanks of the day before were balanced"
            printing_rules.demand("I8", not (printed and place.owes), what)
            place.used = place.used or printed
        self.check()
        return stopped

    def _turns(self, life: Life) -> Iterator[batch.Turn]:
        """Both printers' turns: the second makes a card when the first has reached `meets`, then runs to its end."""
        visits: Counter[str] = Counter()
        made: list[batch.Turn] = []

        def dying(point: str) -> None:
            visits[point] += 1
            if point == life.dies and visits[point] == life.visit:
                raise Death(point)

        if len(self.places) == 1:
            return batch.run(self._opened(self.places[0], life.script, life, dying), "B1")
        second = batch.run(self._opened(self.places[1], life.second, life, dying), "B1")

        def meeting(point: str) -> None:
            dying(point)
            if point == life.meets and visits["met"] == 0:
                visits["met"] = 1
                made.extend(itertools.islice(second, 1))

        first = batch.run(self._opened(self.places[0], life.script, life, meeting), "B1")
        return itertools.chain(first, made, second)

    def _opened(self, place: Place, script: Sequence[str], life: Life, reached: Reached) -> Press:
        return self.press(place, place.world.open(script, reached), Eye(place.world, life.sights), reached)

    # --- the person

    def answer(self, says: str, takes: bool) -> None:
        """The person at the printers: mends them, takes cards out, says something about what is in doubt."""
        for place in self.places:
            place.world.mend(takes)
            if says == "take_out" and place.world.inside:
                self._take_out(place)
            for left in self.journal.unsettled(place.machine):
                self._settle(place, left, says)
                self.check()
            place.world.take_inside()
            place.world.fall()
            if takes:
                place.world.take()
            self._move_pack(place)

    def _settle(self, place: Place, left: Pending, says: str) -> None:
        world, eye = place.world, Eye(place.world)
        token = token_of(left.order.number, left.order.issue_number)
        if says == "wrong_card":
            eye.shows = lambda: ["Tother"]
        if says == "wrong_nothing":
            world.take()
        there = any(p.token == token for p in world.tray)
        if says == "truth" and eye.doubled(token):
            eye.shows = eye.everything
        words = {"look": Word.LOOK, "wrong_nothing": Word.NOTHING, "this_is_it": Word.THIS_IS_IT}
        truth = Word.THIS_IS_IT if there else Word.NOTHING
        word = Word.THIS_IS_IT if says == "wrong_card" else words.get(says, truth)
        printer = world.open((), _nothing)
        if says == "by_two" and world.tray and world.tray[-1].token == token and world.tray[-1].legible:
            world.read.add(token)
            ruling = settle.settle_by_two(self.press(place, printer, None, _nothing), left, second="boss").ruling
        else:
            ruling = settle.settle(self.press(place, printer, eye, _nothing), left, word).ruling
        self.diary.append(f"  {left.order.name}: says {says}: {ruling.word}")
        printer.close()

    def _take_out(self, place: Place) -> None:
        printer = place.world.open((), _nothing)
        try:
            answers = settle.take_out(self.press(place, printer, Eye(place.world), _nothing))
        except (Refused, Fault) as why:
            self.diary.append(f"  cannot be taken out by command: {why.code}")
        else:
            self.diary += [f"  {a.order.name}: taken out: {a.ruling.word}" for a in answers]
        printer.close()
        self.check()

    def _move_pack(self, place: Place) -> None:
        """Where another printer stands now, the blanks are put into that one."""
        if str(place.machine) != place.loaded_in:
            place.loaded_in = str(place.machine)
            supplies.load(self.journal, place.pack, place.machine)

    def sleep(self, night: str) -> None:
        """A night, with the blanks counted before it, or not."""
        if not night:
            return
        if night == "counted":
            self.balance()
        self.clock.advance(_NIGHT_SECONDS)
        self.diary.append(f"night: {night}")
        for place in self.places:
            place.owes = place.used

    def balance(self) -> None:
        """The end of the day: blanks are counted by hand, and a supervisor signs what the count does not explain."""
        for place in self.places:
            now = supplies.count_pack(self.journal, place.pack, place.world.feeder)
            if (now.difference or now.missing) and not now.in_hand:
                now = supplies.sign_difference(self.journal, place.pack, reason="counted", supervisor="boss")
            if now.settled:
                place.used = place.owes = False
            self.check()

    def finish(self) -> None:
        """A calm afternoon: doubts settled with true answers, the run done, lost cards found and scanned."""
        calm = Life((), (), "", 0, "truth", True)
        for _ in range(_MOST_ROUNDS):
            self.answer("truth", True)
            if self.clock.today() != DAY:
                self.balance()
            if not self.live(calm):
                break
        self.answer("truth", True)
        self._scan_the_bag()

    def _scan_the_bag(self) -> None:
        """Only a card that can be read is found this way: any other must be on paper already."""
        for place in self.places:
            place.world.take()
        held = Counter(p.token for place in self.places for p in place.world.plastics if p.legible)
        for record in self.book.workers():
            for piece in record.cards.values():
                for _ in range(held[token_of(piece.number, piece.issue_number)]):
                    if piece.state in (State.VOIDED, State.SPOILED):
                        order = Order(record.subject, piece.number, piece.issue_number)
                        settle.scanned_ended(self.journal, order)

    # --- what must hold

    def check(self) -> None:
        """After every step."""
        printing_rules.after_step(self._worlds(), self.book.workers(), self._balances())

    def check_the_end(self) -> None:
        """In the evening."""
        printing_rules.in_the_evening(self._worlds(), self.book.workers(), self._balances(), self.numbers)

    def _worlds(self) -> list[World]:
        return [place.world for place in self.places]

    def _balances(self) -> list[Balance]:
        return printing_rules.blanks_of(supplies.balances(self.journal))


def play(seed: int, lives: Sequence[Life] | None = None, driven: bool = False) -> tuple[Violation | None, list[str]]:
    """One seed of printing: what it broke, if anything, and its diary. `driven`: over the shipped drivers."""
    story = write_story(seed, driven)
    shift = Shift(story)
    try:
        for life in story.lives if lives is None else lives:
            shift.live(life)
            shift.answer(life.says, life.takes)
            shift.sleep(life.night)
        shift.finish()
        shift.check()
        shift.check_the_end()
    except Violation as broken:
        return broken, shift.diary
    except (Refused, Fault) as no:
        return Violation("I12", f"the run ended in a refusal: {no.code}"), shift.diary
    return None, shift.diary


def _nothing(point: str) -> None:
    """The power stays on."""
