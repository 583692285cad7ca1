"""What must hold at a simulated printing counter, after every step and in the evening (trust.md §6.3)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TypeVar

from station.domain.card import LIVE, State
from station.domain.parts import Card
from station.domain.worker import WorkerRecord
from station.printing.journal import OPEN_AT_PRINTER
from station.printing.stock import BLANK, Balance, opened_on_paper
from station.simulation.printing_world import BLANKS, World, token_of
from station.simulation.world import Violation

T = TypeVar("T")
_IN_HAND = OPEN_AT_PRINTER | {State.RESERVED}


def demand(rule: str, holds: bool, what: str) -> None:
    """Raises Violation unless it holds."""
    if not holds:
        raise Violation(rule, what)


def after_step(worlds: Sequence[World], records: Sequence[WorkerRecord], balances: Iterable[Balance]) -> None:
    """No token twice, one live card, none live unread, one card in flight a printer, every blank on paper."""
    sent, pieces = _sum(w.sent for w in worlds), _sum(w.pieces for w in worlds)
    twice = [token for token, count in sent.items() if count > 1]
    demand("I7", not twice, f"tokens {twice} went to the printer twice")
    again = sorted({token for (token, _), count in pieces.items() if count > 1})
    demand("I7", not again, f"pieces of the jobs {again} went to the printer twice")
    demand("I7", not sum(w.overtaken for w in worlds), "a job was sent while another one of ours waited in the queue")
    read = set[str]().union(*(w.read for w in worlds))
    for number, issues in live_cards(records).items():
        demand("I6", len(issues) <= 1, f"{number} has live cards {issues}")
        unread = [i for i in issues if token_of(number, i) not in read]
        demand("I7", not unread, f"{number}-{unread} is active and nobody read it")
    demand("I7", not any(record.conflicts for record in records), "the journal took an illegal step")
    _blanks(_pieces(records), list(balances))


def _blanks(pieces: Sequence[Card], balances: Sequence[Balance]) -> None:
    flying = [p for p in pieces if p.state in _IN_HAND]
    at = Counter(p.printer for p in flying)
    demand("I7", not at or max(at.values()) <= 1, f"{dict(at)} cards in flight at one printer")
    for now in balances:
        pack = now.pack.name
        whole = opened_on_paper(now) == now.pack.opened == BLANKS
        demand("I8", whole, f"{pack}: the blanks opened are not the blanks booked")
        hand = sum(_pack(p) == pack for p in flying)
        demand("I8", now.in_hand == hand, f"{pack}: {now.in_hand} blanks in hand, {hand} cards on their way")
        active = sum(p.activated_on is not None and _pack(p) == pack for p in pieces)
        demand("I8", now.active == active, f"{pack}: active blanks are not active cards")


def in_the_evening(
    worlds: Sequence[World], records: Sequence[WorkerRecord], balances: Sequence[Balance], numbers: Sequence[str]
) -> None:
    """Everybody has one card, it is good plastic, and there is one of it; no card came out that is on no paper."""
    good = Counter(p.token for w in worlds for p in w.plastics if p.good)
    live = live_cards(records)
    counted = all(w.counts for w in worlds)
    for number in numbers:
        issues = live.get(number, [])
        demand("I12", len(issues) == 1, f"{number} has {len(issues)} live cards in the evening")
        copies = good[token_of(number, issues[0])]
        demand("I6", copies == 1 if counted else copies >= 1, f"{number}-{issues[0]}: {copies} good cards")
    for now in balances:
        demand("I8", now.in_hand == 0, f"{now.pack.name}: a blank is still in hand")
    if counted:
        for world, now in zip(worlds, balances, strict=True):
            demand("I8", now.used >= len(world.plastics), f"{now.pack.name}: a card came out that is on no paper")
            demand("I8", now.remaining <= world.feeder, f"{now.pack.name}: the paper has blanks the feeder has not")


def live_cards(records: Sequence[WorkerRecord]) -> dict[str, list[int]]:
    """Live issue numbers of each permit that has a card."""
    found: dict[str, list[int]] = {}
    for piece in _pieces(records):
        found.setdefault(piece.number, []).extend([piece.issue_number] if piece.state in LIVE else [])
    return found


def blanks_of(balances: Iterable[Balance]) -> list[Balance]:
    """The packs of blanks, by name."""
    return [b for b in balances if b.pack.item == BLANK]


def _sum(counters: Iterable[Counter[T]]) -> Counter[T]:
    total: Counter[T] = Counter()
    for one in counters:
        total.update(one)
    return total


def _pieces(records: Sequence[WorkerRecord]) -> list[Card]:
    return [piece for record in records for piece in record.cards.values()]


def _pack(piece: Card) -> str:
    return piece.blank.partition("#")[0]
