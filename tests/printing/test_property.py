"""Any sequence of faults, power cuts and answers: no two valid cards, no token twice, every blank accounted for.

A real journal, press, settle and stock over a small physical world that remembers what really happened.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.domain.card import State
from station.printing import batch, queue, supplies
from station.printing.journal import OPEN_AT_PRINTER
from station.printing.press import POINTS
from station.printing.settle import Word, scanned_ended, settle
from station.printing.stock import opened_on_paper
from tests.printing.fakes import Desk, FakeCamera, FakePrinter, World, token_of

MISHAPS = (
    "ok", "ok", "ok", "reject", "raise", "link_lost", "link_lost_printed", "gone", "jam", "half", "two", "late",
    "unborn", "reboot", "reboot_printed", "blank",
)  # fmt: skip
DEATHS = (*POINTS, "feeding", "ejected")
SAYS = ("look", "truth", "wrong_nothing", "wrong_card", "this_is_it")


class PowerCut(BaseException):
    """The process is gone."""


@st.composite
def lives(draw: Any) -> list[tuple[list[str], str, int, str, bool]]:
    """A list of lives of the program: mishaps, where it dies and at which visit there, what the operator says then."""
    life = st.tuples(
        st.lists(st.sampled_from(MISHAPS), max_size=4),
        st.sampled_from(("", *DEATHS)),
        st.integers(1, 3),
        st.sampled_from(SAYS),
        st.booleans(),
    )
    return draw(st.lists(life, min_size=1, max_size=5))


class Shift:
    """One run of a batch over several lives of the program."""

    def __init__(self, counts: bool, workers: int) -> None:
        self.desk = Desk(workers=workers, tokens=40, world=World(counts=counts, feeder=300), blanks=300)
        self.counts = counts
        numbers = self.desk.numbers
        queue.open_batch(self.desk.journal, "B1", [(self.desk.subjects[n], n) for n in numbers])

    def press(self, script: list[str], dies: str = "", visit: int = 1, camera: FakeCamera | None = None) -> Any:
        visits = Counter[str]()

        def reached(point: str) -> None:
            visits[point] += 1
            if point == dies and visits[point] == visit:
                raise PowerCut(point)

        printer = FakePrinter(self.desk.world, script)
        printer.middle = reached
        return self.desk.press(printer=printer, camera=camera or FakeCamera(self.desk.world), reached=reached)

    def live(self, script: list[str], dies: str, visit: int) -> None:
        try:
            for _ in batch.run(self.press(script, dies, visit), "B1"):
                self.check()
        except PowerCut:
            pass
        self.check()

    def answer(self, says: str, takes: bool) -> None:
        """The person at the printer: mends it, takes cards out, says something about what is in doubt."""
        world = self.desk.world
        world.reachable, world.faults = True, ()
        for left in self.desk.journal.unsettled(self.desk.machine()):
            camera = FakeCamera(world)
            if says == "wrong_card":
                camera.shows = lambda: ["Tother"]
            if says == "wrong_nothing":
                world.take()
            words = {"look": Word.LOOK, "wrong_nothing": Word.NOTHING, "wrong_card": Word.THIS_IS_IT}
            word = words.get(says, Word.THIS_IS_IT)
            if says == "truth":
                mine = [p for p in world.tray if p.token == token_of(left.order.number, left.order.issue_number)]
                word = Word.THIS_IS_IT if mine else Word.NOTHING
            settle(self.press([], camera=camera), left, word)
            self.check()
        world.take("inside")
        world.fall()
        if takes:
            world.take()

    def finish(self) -> None:
        """A calm afternoon: everything is settled with true answers, the run is done, lost cards are found."""
        world = self.desk.world
        for _ in range(60):
            self.answer("truth", True)
            turns = list(batch.run(self.press([]), "B1"))
            if not any(t.stopped for t in turns):
                break
        world.take()
        self.collect()

    def collect(self) -> None:
        """Every card lying about is scanned; what is void goes into the bag and into the books."""
        held = Counter(p.token for p in self.desk.world.plastics)
        for record in self.desk.book.workers():
            for piece in record.cards.values():
                order = self.desk.order(self.desk.numbers.index(piece.number), piece.issue_number)
                for _ in range(held[token_of(piece.number, piece.issue_number)]):
                    if piece.state in (State.VOIDED, State.SPOILED):
                        scanned_ended(self.desk.journal, order)

    # --- what must hold ---------------------------------------------------------------------------------------------

    def check(self) -> None:
        desk = self.desk
        assert all(count == 1 for count in desk.world.sent.values())
        assert all(len(issues) <= 1 for issues in desk.live().values())
        now = desk.balance()
        assert opened_on_paper(now) == now.pack.opened == 300
        pieces = [piece for record in desk.book.workers() for piece in record.cards.values()]
        in_hand = [p for p in pieces if p.state in OPEN_AT_PRINTER | {State.RESERVED}]
        assert now.in_hand == len(in_hand) == len({p.blank for p in in_hand})
        assert now.active == sum(p.activated_on is not None for p in pieces)
        assert not any(record.conflicts for record in desk.book.workers())

    def check_the_end(self) -> None:
        desk, world = self.desk, self.desk.world
        assert all(len(issues) == 1 for issues in desk.live().values())
        assert desk.balance().in_hand == 0
        good = Counter(p.token for p in world.plastics if p.good)
        for number, (issue,) in desk.live().items():
            copies = good[token_of(number, issue)]
            assert copies == 1 if self.counts else copies >= 1
        if self.counts:
            # a lie can make the paper poorer than the feeder, never hide a card that came out
            now = desk.balance()
            assert now.used >= len(world.plastics)
            assert now.remaining <= world.feeder
            supplies.count_pack(desk.journal, "P1", world.feeder)
            if not desk.balance().settled:
                supplies.sign_difference(desk.journal, "P1", reason="演练", supervisor="boss")
            assert desk.balance().settled


@given(lives(), st.booleans(), st.integers(1, 4))
def test_any_shift(story: list[tuple[list[str], str, int, str, bool]], counts: bool, workers: int) -> None:
    shift = Shift(counts, workers)
    for script, dies, visit, says, takes in story:
        # a printer without counters cannot know that it printed twice: the count of the tray is for that
        plain = [mishap for mishap in script if counts or mishap != "two"]
        shift.live(plain, dies, visit)
        shift.answer(says, takes)
    shift.finish()
    shift.check()
    shift.check_the_end()


def test_honest_people_lose_no_blank_at_all() -> None:
    """With true answers and every late card collected, the paper equals the feeder exactly."""
    for mishap in MISHAPS:
        for dies in ("", *DEATHS):
            shift = Shift(True, 2)
            shift.live(["ok", mishap], dies, 1)
            shift.answer("truth", False)
            shift.finish()
            shift.check_the_end()
            now = shift.desk.balance()
            assert (now.remaining, now.missing) == (shift.desk.world.feeder, 0), (mishap, dies)


def test_the_control_is_seen() -> None:
    """A harness that is blind looks like success: a token sent twice and a second live card must both be caught."""
    shift = Shift(True, 1)
    shift.live(["ok"], "", 1)
    number = shift.desk.numbers[0]
    shift.check_the_end()
    shift.desk.world.sent[token_of(number, 1)] += 1
    with pytest.raises(AssertionError):
        shift.check()
    shift.desk.world.sent[token_of(number, 1)] -= 1
    shift.check()
    shift.desk.world.feed(token_of(number, 1))
    with pytest.raises(AssertionError):
        shift.check_the_end()
