"""A company's run at the counter: opened from its list, printed on one or several printers, paused, settled, redone.

The order of a run, its facts and its exactly-once rules are station.printing; here people and printers come together.
Every printer of a run works in a thread of its own and takes one order at a time.
"""

from __future__ import annotations

import dataclasses
import itertools
import queue as boxes
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from devices.contracts import CardFaces
from station.cards.fonts import ensure_gui
from station.domain.authority import Actor, permit_act
from station.domain.errors import Refused
from station.printing import batch, queue, ready, settle
from station.printing.batch import Turn
from station.printing.cost import Forecast, forecast
from station.printing.endings import Reached
from station.printing.journal import Order
from station.printing.machine import Machine
from station.printing.press import Press, Printed, Stage
from station.printing.progress import LATEST, Progress, progress_of
from station.printing.queue import Batch, Phase, Place
from station.services.batch_going import Going
from station.services.bench import Bench
from station.services.desk import Desk, Done, Topic
from station.services.printing import journal_of, press_of

Tell = Callable[[Order, Stage], None]
"""Told of every stage of every card, from the thread of its printer."""

_RUN = frozenset({Topic.CARDS, Topic.STOCK})
_PAINT = threading.Lock()
"""One card is drawn at a time: Qt's fonts are shared, and drawing is a hundredth of what a printer takes."""


@dataclass(frozen=True, slots=True)
class Step:
    """One turn of one printer of a run, and where the whole run is after it."""

    printer: int  # which of the benches
    turn: Turn
    progress: Progress
    seconds_left: float | None  # at the pace of the latest cards, over all printers that still work


# --- the run as people decide about it ------------------------------------------------------------------------------


def open_run(
    desk: Desk, name: str, orders: Sequence[tuple[str, str]], *, company: str = "", actor: Actor
) -> Done[Batch]:
    """Write a run down before anything of it is printed: (subject, permit number) in printing order."""
    permit_act("card.ASK", actor)
    return Done(queue.open_batch(journal_of(desk, actor), name, orders, company=company), _RUN)


def names(desk: Desk) -> list[str]:
    """Every run of this station, the newest first."""
    return desk.ledger.jobs.batches(desk.ledger.station)


def find(desk: Desk, name: str) -> Batch:
    """The run of that name. Raises Refused when there is none."""
    return queue.batch_of(journal_of(desk, _NOBODY), name)


def still_open(desk: Desk) -> list[Batch]:
    """Runs that somebody still has to finish, going on or paused, the newest first: what a crash leaves behind."""
    found = (find(desk, name) for name in names(desk))
    return [one for one in found if one.phase in (Phase.OPEN, Phase.PAUSED)]


def new_name(desk: Desk) -> str:
    """A name no run of this station has: the day, and which run of that day."""
    known, day = set(names(desk)), desk.today()
    made = (f"P{day:%Y%m%d}-{number}" for number in itertools.count(1))
    return next(name for name in made if name not in known)


def pause(desk: Desk, name: str, *, reason: str = "", actor: Actor) -> Done[Batch]:
    """Every printer of the run stops after the card it is making, also in another window or program."""
    permit_act("card.PRINT", actor)
    return Done(queue.pause(journal_of(desk, actor), name, reason=reason), _RUN)


def resume(desk: Desk, name: str, *, actor: Actor) -> Done[Batch]:
    """Take up a paused run."""
    permit_act("card.PRINT", actor)
    return Done(queue.resume(journal_of(desk, actor), name), _RUN)


def cancel(desk: Desk, name: str, *, reason: str, actor: Actor) -> Done[Batch]:
    """End a run for good; what was made stays."""
    permit_act("card.PRINT", actor)
    return Done(queue.cancel(journal_of(desk, actor), name, reason=reason), _RUN)


def close(desk: Desk, name: str, *, actor: Actor) -> Done[Batch]:
    """A run whose every card is done."""
    permit_act("card.PRINT", actor)
    return Done(queue.close(journal_of(desk, actor), name), _RUN)


def redo(desk: Desk, name: str, number: str, *, reason: str, note: str = "", actor: Actor) -> Done[Order]:
    """Exactly one card once more: a supervisor's decision with a reason of the closed list (trust.md §5)."""
    permit_act("card.REISSUE", actor, reason=reason, note=note)
    return Done(queue.redo(journal_of(desk, actor), name, number, reason=reason, note=note), _RUN)


# --- before and during ----------------------------------------------------------------------------------------------


def foresee(desk: Desk, bench: Bench, cards: int) -> Forecast:
    """Whether the blanks and the ribbon in this printer will do for so many cards. Asks the printer."""
    state = ready.ask(bench.printer)
    machine = ready.machine_of(bench.printer, state)
    return forecast(journal_of(desk, _NOBODY), machine, cards, state.ribbon_left)


def pace(desk: Desk) -> float | None:
    """Seconds a card took in the newest run that made any; None before the first card of this station."""
    journal = journal_of(desk, _NOBODY)
    for name in names(desk):
        orders = reversed(queue.batch_of(journal, name).orders)
        made = (item.card for item in (queue.item_of(journal, *order) for order in orders) if item.place is Place.DONE)
        found = progress_of(itertools.islice(made, LATEST), LATEST).seconds_per_card
        if found is not None:
            return found
    return None


def waiting(desk: Desk, name: str) -> int:
    """How many cards of the run are still to be printed."""
    journal = journal_of(desk, _NOBODY)
    return sum(item.place is Place.WAITING for item in queue.items(journal, queue.batch_of(journal, name)))


def begin(desk: Desk, name: str) -> Going:
    """What the printers of a run share while it goes on. Raises Refused unless the run is open."""
    journal = journal_of(desk, _NOBODY)
    found = queue.batch_of(journal, name)
    if found.phase is not Phase.OPEN:
        raise Refused("批次已暂停或已结束；暂停的批次请先恢复。", "batch_phase")
    return Going(queue.items(journal, found))


def run(
    desk: Desk,
    benches: Sequence[Bench],
    name: str,
    *,
    actor: Actor,
    only: str = "",
    reached: Reached | None = None,
    going: Going | None = None,
    tell: Tell | None = None,
) -> Iterator[Step]:
    """Print what waits on these printers, one step a card. A printer that needs a person ends with `turn.stopped`.

    Whoever stops taking steps (closes the iterator, or presses Ctrl+C) ends the run after the cards in the printers.
    `going`: the printers of this call join a run that others may be printing; so one that stopped can come back.
    """
    permit_act("card.PRINT", actor)
    shared = begin(desk, name) if going is None else going
    ensure_gui()  # before any thread: Qt belongs to the thread that made it
    presses = _presses(desk, benches, actor, reached, tell)
    together, enough = len(presses) > 1 or going is not None, threading.Event()
    works = [_work(press, name, only, shared, together, enough) for press in presses]
    working = len(presses)
    shared.join(working)
    try:
        for printer, turn in _together(works, enough):
            now, left = shared.after(turn)
            if turn.stopped:
                working -= 1
                shared.leave(1)
            yield Step(printer, turn, now, left)
    finally:
        shared.leave(working)


def _presses(
    desk: Desk, benches: Sequence[Bench], actor: Actor, reached: Reached | None, tell: Tell | None
) -> list[Press]:
    presses = []
    for bench in benches:
        press = press_of(desk, bench, actor=actor, reached=reached, tell=tell)
        presses.append(dataclasses.replace(press, compose=_one_at_a_time(press.compose)))
    return presses


def _one_at_a_time(compose: Callable[[Order, str], CardFaces]) -> Callable[[Order, str], CardFaces]:
    def composed(order: Order, token: str) -> CardFaces:
        with _PAINT:
            return compose(order, token)

    return composed


def _work(press: Press, name: str, only: str, going: Going, together: bool, enough: threading.Event) -> Iterator[Turn]:
    """The turns of one printer. Where several share a run it looks again: another may have left an order behind."""
    subjects = {item.number: item.subject for item in going.known}

    def claim(number: str) -> bool:
        """An order that another printer has, or made, is not taken away from it."""
        if enough.is_set() or not going.claims.take(number):
            return False
        waits = queue.item_of(press.journal, subjects[number], number).place is Place.WAITING
        if not waits:
            going.claims.give_back(number)
        return waits

    went_on = True
    while went_on:
        went_on = False
        for turn in batch.run(press, name, only=only, claim=claim, known=going.known):
            if turn.stopped:
                going.claims.give_back(turn.number)
            yield turn
            if turn.stopped:
                return
            went_on |= together and turn.printed is not None


def _together(works: Sequence[Iterator[Turn]], enough: threading.Event) -> Iterator[tuple[int, Turn]]:
    """Drive every printer in a thread of its own. What one of them raises is raised here when all have ended.

    `enough` is set when nobody takes turns any more: every printer then ends after the card it is making.
    """
    box: boxes.SimpleQueue[tuple[int, Turn | None]] = boxes.SimpleQueue()

    def drive(printer: int, work: Iterator[Turn]) -> None:
        try:
            for turn in work:
                box.put((printer, turn))
        finally:
            box.put((printer, None))

    with ThreadPoolExecutor(len(works), thread_name_prefix="press") as pool:
        driven = [pool.submit(drive, printer, work) for printer, work in enumerate(works)]
        try:
            left = len(works)
            while left:
                printer, turn = box.get()
                if turn is None:
                    left -= 1
                else:
                    yield printer, turn
        finally:
            enough.set()
    for one in driven:
        one.result()


# --- after a doubt --------------------------------------------------------------------------------------------------


def settle_at(
    desk: Desk, bench: Bench, *, word: settle.Word = settle.Word.LOOK, actor: Actor
) -> Done[Sequence[Printed]]:
    """Scan to settle everything this printer left open, with what the person there says."""
    permit_act("card.SETTLE", actor)
    press = press_of(desk, bench, actor=actor)
    machine = ready.machine_of(bench.printer, ready.ask(bench.printer))
    answers = [settle.settle(press, left, word) for left in press.journal.unsettled(machine)]
    return Done(answers, _RUN)


def take_out(desk: Desk, bench: Bench, *, actor: Actor) -> Done[Sequence[Printed]]:
    """把卡退到废卡盒: the card inside this printer comes out, then what it left open is settled (settle.take_out)."""
    permit_act("card.SETTLE", actor)
    return Done(settle.take_out(press_of(desk, bench, actor=actor)), _RUN)


def settle_by_two(desk: Desk, bench: Bench, *, actor: Actor, second: Actor) -> Done[Sequence[Printed]]:
    """Where no camera can read: two people compared the card in their hands with the order."""
    permit_act("card.ACTIVATE_UNREAD", second, actor)
    press = press_of(desk, bench, actor=actor)
    machine = ready.machine_of(bench.printer, ready.ask(bench.printer))
    answers = [settle.settle_by_two(press, left, second=second.person) for left in press.journal.unsettled(machine)]
    return Done(answers, _RUN)


def machine_name(bench: Bench) -> Machine:
    """Which printer it is, for people and for stock."""
    return ready.machine_of(bench.printer, ready.ask(bench.printer))


_NOBODY = Actor("", ())
"""Who only looks."""
