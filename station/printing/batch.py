"""Runs a company's batch on one printer: in order, stopping at doubt, resuming at the exact card, repeating nothing.

The caller pulls one turn at a time: not pulling is pausing. Two printers may run one batch at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from devices.sentences import SENTENCES
from station.domain import card
from station.domain.errors import Fault, Refused
from station.printing import settle
from station.printing.evidence import Ruling
from station.printing.journal import Journal, Order
from station.printing.machine import NotReady
from station.printing.press import Press, Printed, print_one
from station.printing.progress import Progress, progress_of
from station.printing.queue import Item, Phase, Place, batch_of, item_of, items

Claim = Callable[[str], bool]
"""Whether this printer may take the order of that permit number: False when another one of the run has taken it."""


def first_come(number: str) -> bool:
    """The default: a printer that is alone takes every order."""
    return True


@dataclass(frozen=True, slots=True)
class Turn:
    """What one step of a run brought. `stopped`: the run waits for a person; `sentence` says what for."""

    progress: Progress
    number: str = ""
    printed: Printed | None = None
    stopped: bool = False
    sentence: str = ""
    code: str = ""


def run(
    press: Press, name: str, *, only: str = "", claim: Claim = first_come, known: Sequence[Item] | None = None
) -> Iterator[Turn]:
    """Print what waits, in order, one turn a card. The last turn of a run that needs a person has `stopped` set.

    First everything this printer left in doubt is settled as far as counters and camera can; a card of the run that
    turns out good is a turn. An order that may not be printed gives a turn with its sentence and the run goes on;
    anything in the way of the printer stops it at the order it would have printed. `known`: where the orders are, for
    a caller who has just looked; what is done is not looked at again.
    """
    journal, at = press.journal, ""
    batch = batch_of(journal, name)
    done = [item for item in (items(journal, batch) if known is None else known) if item.place is Place.DONE]
    now = progress_of([item.card for item in done], len(batch.orders))
    made = {item.number for item in done}
    try:
        for answer in settle.restart(press):
            if not (answer.active or answer.ruling is Ruling.NOTHING_CAME_OUT):
                yield _stop(now, answer)
                return
            if answer.active and (answer.order.subject, answer.order.number) in batch.orders:
                now = now.plus(answer.card)
                yield Turn(now, answer.order.number, answer)
        for subject, number in batch.orders:
            if number in made or (only and number != only) or not claim(number):
                continue
            at = number
            if batch_of(journal, name).phase is not Phase.OPEN:
                yield Turn(now, number, stopped=True, sentence="批次已暂停或已结束。", code="batch_phase")
                return
            turn = _turn(press, name, subject, number, now)
            if turn is not None:
                now = turn.progress
                yield turn
                if turn.stopped:
                    return
    except (NotReady, Fault) as why:
        yield Turn(now, at, stopped=True, sentence=str(why), code=why.code)


def _turn(press: Press, name: str, subject: str, number: str, now: Progress) -> Turn | None:
    item = item_of(press.journal, subject, number)
    if item.place is not Place.WAITING:
        return None
    try:
        printed = print_one(press, _order(press.journal, item, name))
    except NotReady:
        raise
    except Refused as why:
        taken = why.code == "card_on_its_way" or item_of(press.journal, subject, number).place is not Place.WAITING
        if taken:
            return None  # by another printer, between the look and the deed
        return Turn(now.refuse(), number, sentence=why.sentence, code=why.code)
    if not printed.active:
        return _stop(now, printed)
    return Turn(now.plus(printed.card), number, printed)


def _order(journal: Journal, item: Item, name: str) -> Order:
    if item.card is not None and item.card.state is card.State.ASKED:
        return Order(item.subject, item.number, item.card.issue_number)
    reason = "FIRST_ISSUE" if item.card is None else "NEXT_ATTEMPT"
    return journal.ask(item.subject, item.number, reason=reason, batch=name)


def _stop(now: Progress, printed: Printed) -> Turn:
    fault = printed.report.fault if printed.report else None
    sentence = (SENTENCES[fault.code] if fault else "") + printed.ruling.sentence
    return Turn(now, printed.order.number, printed, True, sentence, printed.ruling.word)
