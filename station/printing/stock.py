"""Where every blank and every ribbon went: the arithmetic of trust.md §5.3 over stock facts. Pure; appends nothing.

What was received and which printer it was loaded into stands on the station's own subject (a few facts a day); what
happens card by card stands on a subject per pack, so that no subject grows with the life of the station.

    opened = active + spoiled + kept + missing + tested + written off + in hand + remaining
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum
from typing import Any

from station.domain.errors import Refused
from station.domain.facts import Fact, StockActed
from station.domain.record import in_agreed_order
from station.printing.machine import Machine

BLANK = "BLANK"
RIBBON = "RIBBON"  # counted in cards


class Move(Enum):
    """What can happen to blanks. The value is the word in facts."""

    RECEIVED = "RECEIVED"
    LOADED = "LOADED"  # opened and put into a printer
    DRAWN = "DRAWN"  # set aside for one print attempt
    RETURNED = "RETURNED"
    ACTIVATED = "ACTIVATED"
    SPOILED = "SPOILED"
    VOID_KEPT = "VOID_KEPT"
    MISSING = "MISSING"
    FOUND = "FOUND"
    TESTED = "TESTED"  # test and cleaning cards
    DESTROYED = "DESTROYED"
    COUNTED = "COUNTED"  # what a person counted
    ENTRUSTED = "ENTRUSTED"  # what is not opened went to another keeper, both named
    WORKED = "WORKED"  # hours of people, not blanks: station.printing.labour
    SIGNED = "SIGNED"  # a supervisor took a difference over: count is what it changes the remaining blanks by


@dataclass(frozen=True, slots=True)
class Pack:
    """One pack of blanks or one ribbon: what came, what it cost, and where it is loaded."""

    name: str
    item: str
    received: int = 0
    opened: int = 0
    cost_fen: int = 0
    fund: str = ""
    keeper: str = ""  # who answers for what is not opened; "" for packs that came before keepers were named
    machine: str = ""  # the printer it was loaded into last
    loaded_at: int = 0  # the order of loading: later is greater

    @property
    def sealed(self) -> int:
        """Not opened yet."""
        return self.received - self.opened


@dataclass(frozen=True, slots=True)
class Balance:
    """One pack on paper, and the last count of it by hand."""

    pack: Pack
    remaining: int = 0
    in_hand: int = 0  # drawn, and not settled yet
    active: int = 0
    spoiled: int = 0
    kept: int = 0  # void, in the bag
    missing: int = 0
    tested: int = 0
    written_off: int = 0
    destroyed: int = 0
    draws: int = 0  # how often a blank was ever drawn
    counted: int | None = None  # the last count, as long as nothing has moved since
    unbalanced_since: date | None = None  # the day of the first movement no balance has covered

    @property
    def used(self) -> int:
        """Blanks that are gone, for whatever reason."""
        return self.active + self.spoiled + self.kept + self.missing + self.tested + self.written_off

    @property
    def difference(self) -> int | None:
        """Counted by hand less remaining on paper; None without a fresh count."""
        return None if self.counted is None else self.counted - self.remaining

    @property
    def settled(self) -> bool:
        """A count or a signature has covered every movement, or nothing is left that could be counted."""
        nothing_left = self.remaining == self.in_hand == self.missing == 0
        return self.unbalanced_since is None or nothing_left


def packs(station_facts: Iterable[Fact]) -> dict[str, Pack]:
    """Every pack and ribbon the station received, from the facts of its own subject."""
    found: dict[str, Pack] = {}
    for place, fact in enumerate(in_agreed_order(station_facts), start=1):
        p = fact.payload
        if not isinstance(p, StockActed):
            continue
        pack = found.get(p.pack) or Pack(p.pack, p.item)
        if p.act == Move.RECEIVED.value:
            pack = replace(
                pack, received=pack.received + p.count, cost_fen=pack.cost_fen + p.cost_fen, fund=p.fund or pack.fund,
                keeper=fact.actor if p.second_person else pack.keeper,
            )  # fmt: skip
        elif p.act == Move.ENTRUSTED.value:
            pack = replace(pack, keeper=p.second_person)
        elif p.act == Move.LOADED.value:
            pack = replace(pack, opened=pack.opened + p.count, machine=p.reason, loaded_at=place)
        found[p.pack] = pack
    return found


def loaded_in(shelf: dict[str, Pack], machine: Machine, item: str) -> Pack | None:
    """The pack or ribbon that is in that printer: the last one loaded into it and into no other since."""
    here = [p for p in shelf.values() if p.item == item and p.machine and Machine.parse(p.machine).same(machine)]
    return max(here, key=lambda p: p.loaded_at, default=None)


def balance(pack: Pack, pack_facts: Iterable[Fact]) -> Balance:
    """The balance of a pack from the facts of its own subject. A word this version does not know changes nothing."""
    now = Balance(pack, remaining=pack.opened)
    for fact in in_agreed_order(pack_facts):
        if isinstance(fact.payload, StockActed):
            write = _WRITERS.get(fact.payload.act)
            now = now if write is None else write(now, fact.payload)
    return now


def _drawn(b: Balance, p: StockActed) -> Balance:
    b = replace(b, in_hand=b.in_hand + p.count, draws=b.draws + p.count)
    return _taken(b, p)


def _tested(b: Balance, p: StockActed) -> Balance:
    return _taken(replace(b, tested=b.tested + p.count), p)


def _taken(b: Balance, p: StockActed) -> Balance:
    since = b.unbalanced_since or p.on
    return replace(b, remaining=b.remaining - p.count, counted=None, unbalanced_since=since)


def _returned(b: Balance, p: StockActed) -> Balance:
    return replace(b, in_hand=b.in_hand - p.count, remaining=b.remaining + p.count, counted=None)


def _ended(name: str) -> Callable[[Balance, StockActed], Balance]:
    def write(b: Balance, p: StockActed) -> Balance:
        ended: dict[str, Any] = {name: getattr(b, name) + p.count}
        return replace(b, in_hand=b.in_hand - p.count, counted=None, **ended)

    return write


def _found(b: Balance, p: StockActed) -> Balance:
    known = min(p.count, b.missing)
    gone = b.written_off - (p.count - known)
    return replace(b, missing=b.missing - known, written_off=gone, kept=b.kept + p.count, counted=None)


def _destroyed(b: Balance, p: StockActed) -> Balance:
    return replace(b, destroyed=b.destroyed + p.count)


def _counted(b: Balance, p: StockActed) -> Balance:
    balanced = p.count == b.remaining and b.in_hand == b.missing == 0
    return replace(b, counted=p.count, unbalanced_since=None if balanced else b.unbalanced_since)


def _signed(b: Balance, p: StockActed) -> Balance:
    gone = b.written_off - p.count + b.missing
    return replace(b, remaining=b.remaining + p.count, written_off=gone, missing=0, unbalanced_since=None)


_WRITERS: dict[str, Callable[[Balance, StockActed], Balance]] = {
    Move.DRAWN.value: _drawn,
    Move.TESTED.value: _tested,
    Move.RETURNED.value: _returned,
    Move.ACTIVATED.value: _ended("active"),
    Move.SPOILED.value: _ended("spoiled"),
    Move.VOID_KEPT.value: _ended("kept"),
    Move.MISSING.value: _ended("missing"),
    Move.FOUND.value: _found,
    Move.DESTROYED.value: _destroyed,
    Move.COUNTED.value: _counted,
    Move.SIGNED.value: _signed,
}


def opened_on_paper(b: Balance) -> int:
    """The right side of the equation; `pack.opened` is the left."""
    return b.used + b.in_hand + b.remaining


def why_blocked(b: Balance, today: date) -> str:
    """Why a printer with this pack may not print today: an earlier day was not balanced. "" when it may."""
    since = b.unbalanced_since
    if b.settled or since is None or since >= today:
        return ""
    day = f"{since.month} 月 {since.day} 日"
    if b.difference is None:
        return f"卡包 {b.pack.name} 自 {day}起没有日结。请清点剩余白卡并登记，再开始打印。"
    return f"卡包 {b.pack.name} 自 {day}起的日结不平（{_gap(b)}）。请主管查明并签字，再开始打印。"


def _gap(b: Balance) -> str:
    difference = b.difference or 0
    said = [f"多 {difference} 张" if difference > 0 else f"少 {-difference} 张"] if difference else []
    said += [f"{b.in_hand} 张尚未核实"] if b.in_hand else []
    said += [f"{b.missing} 张未找到"] if b.missing else []
    return "、".join(said)


def pack_subject(station: str, pack: str) -> str:
    """The subject of a pack's own facts."""
    return f"station:{station}/pack/{pack}"


def check_pack_name(name: str) -> None:
    """Raises Refused for a name that could not stand in a subject or in a blank's number."""
    if not (name.isascii() and 1 <= len(name) <= 40 and name.replace("-", "").replace(".", "").isalnum()):
        raise Refused("卡包编号只能用字母、数字、短横线和点，最多 40 位。", "pack_name")
