"""A company's run of cards as facts: its list and order, what people decided about it, and how far each card is.

How far it is, is read from the cards themselves, so nothing can be out of step after a kill. Prints nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum

from station.domain import card, parts
from station.domain.errors import Refused
from station.domain.facts import BatchActed
from station.domain.record import in_agreed_order
from station.printing.journal import Journal, Order

ORDERS_A_FACT = 500  # keeps one fact under the ledger's 64 KiB


class Phase(Enum):
    """What people decided about the run."""

    OPEN = "OPENED"
    PAUSED = "PAUSED"
    CANCELLED = "CANCELLED"
    CLOSED = "CLOSED"


_PHASE = {
    "OPENED": Phase.OPEN,
    "RESUMED": Phase.OPEN,
    "PAUSED": Phase.PAUSED,
    "CANCELLED": Phase.CANCELLED,
    "CLOSED": Phase.CLOSED,
}
_FINAL = (Phase.CANCELLED, Phase.CLOSED)


@dataclass(frozen=True, slots=True)
class Batch:
    """A run: its name, whose it is, its orders in printing order as (subject, permit number), and its phase."""

    name: str
    company: str
    opened_on: date
    orders: tuple[tuple[str, str], ...]
    phase: Phase


class Place(Enum):
    """Where one order of a run is."""

    WAITING = "waiting"  # to be printed, for the first time or with the next issue number
    AT_PRINTER = "at_printer"  # between RESERVED and ACTIVE somewhere
    DONE = "done"  # its newest card was read back


@dataclass(frozen=True, slots=True)
class Item:
    """One order of a run and its newest card, if it has any."""

    subject: str
    number: str
    card: parts.Card | None
    place: Place


def batch_subject(station: str, name: str) -> str:
    """The subject of a run's facts."""
    return f"station:{station}/batch/{name}"


def open_batch(journal: Journal, name: str, orders: Sequence[tuple[str, str]], *, company: str = "") -> Batch:
    """Write a new run down, in printing order, before anything of it is printed."""
    if not (name.isascii() and 1 <= len(name) <= 40 and name.replace("-", "").isalnum()):
        raise Refused("批次编号只能用字母、数字和短横线，最多 40 位。", "batch_name")
    numbers = [number for _, number in orders]
    if not numbers or len(set(numbers)) != len(numbers):
        raise Refused("批次不能为空，同一码证不能出现两次。", "batch_orders")
    subject = batch_subject(journal.station, name)
    if journal.book.facts_of(subject):
        raise Refused("这个批次编号已经用过，请换一个。", "batch_known")
    told = [
        (subject, BatchActed(name, "OPENED", journal.clock.today(), tuple(orders[at : at + ORDERS_A_FACT]), company))
        for at in range(0, len(orders), ORDERS_A_FACT)
    ]
    journal.book.append(told, actor=journal.actor)
    return batch_of(journal, name)


def batch_of(journal: Journal, name: str) -> Batch:
    """The run of that name. Raises Refused when there is none."""
    found: Batch | None = None
    for fact in in_agreed_order(journal.book.facts_of(batch_subject(journal.station, name))):
        p = fact.payload
        if isinstance(p, BatchActed) and p.act in _PHASE:
            old = found or Batch(name, p.company, p.on, (), Phase.OPEN)
            phase = old.phase if old.phase in _FINAL else _PHASE[p.act]
            found = Batch(name, old.company, old.opened_on, (*old.orders, *p.orders), phase)
    if found is None:
        raise Refused("没有找到这个批次。", "no_such_batch")
    return found


def pause(journal: Journal, name: str, *, reason: str = "") -> Batch:
    """Every printer that runs this batch stops after the card it is making."""
    return _decide(journal, name, "PAUSED", (Phase.OPEN,), reason)


def resume(journal: Journal, name: str) -> Batch:
    """Take up a paused run."""
    return _decide(journal, name, "RESUMED", (Phase.PAUSED,), "")


def cancel(journal: Journal, name: str, *, reason: str) -> Batch:
    """End a run for good. Cards already made stay; what was only asked for waits for another run."""
    if not reason.strip():
        raise Refused("请填写取消原因。", "no_reason")
    return _decide(journal, name, "CANCELLED", (Phase.OPEN, Phase.PAUSED), reason.strip())


def close(journal: Journal, name: str) -> Batch:
    """A run whose every card is done."""
    if any(item.place is not Place.DONE for item in items(journal, batch_of(journal, name))):
        raise Refused("批次里还有没做完的卡。", "batch_not_done")
    return _decide(journal, name, "CLOSED", (Phase.OPEN, Phase.PAUSED), "")


def _decide(journal: Journal, name: str, act: str, phases: tuple[Phase, ...], reason: str) -> Batch:
    if batch_of(journal, name).phase not in phases:
        raise Refused("批次当前的状态不能这样做。", "batch_phase")
    told = BatchActed(name, act, journal.clock.today(), reason=reason)
    journal.book.append([(batch_subject(journal.station, name), told)], actor=journal.actor)
    return batch_of(journal, name)


def redo(journal: Journal, name: str, number: str, *, reason: str, note: str = "") -> Order:
    """Exactly one card of the run once more, with the next issue number; the old one dies when the new one is read."""
    item = next((i for i in items(journal, batch_of(journal, name)) if i.number == number), None)
    if item is None:
        raise Refused("这个批次里没有这个码证。", "not_in_batch")
    if item.place is not Place.DONE:
        raise Refused("这张卡还没有做完，继续批次即可。", "not_done")
    if not reason.strip():
        raise Refused("请选择重做的原因。", "no_reason")
    return journal.ask(item.subject, number, reason=reason.strip(), note=note, batch=name, again=True)


# --- how far it is ---------------------------------------------------------------------------------------------------


def items(journal: Journal, batch: Batch) -> list[Item]:
    """Every order of the run, in order, as its cards stand now."""
    return [item_of(journal, subject, number) for subject, number in batch.orders]


def item_of(journal: Journal, subject: str, number: str) -> Item:
    """Where one order is."""
    pieces = journal.worker(subject).cards_of(number)
    newest = pieces[-1] if pieces else None
    if newest is None or newest.state is card.State.ASKED:
        place = Place.WAITING
    elif newest.state in card.UNBORN:
        place = Place.AT_PRINTER
    else:
        place = Place.WAITING if newest.activated_on is None else Place.DONE
    return Item(subject, number, newest, place)
