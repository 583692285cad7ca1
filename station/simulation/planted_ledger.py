"""Bugs in the ledger of a station: durability, order, chains, clocks, numbers."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, select, update

from station.clock import COUNTER_BITS, ClockGuard, HybridClock
from station.domain import record
from station.domain.facts import Fact
from station.ledger import ledger as ledger_module
from station.ledger import log
from station.ledger.encoding import RawFact
from station.ledger.inserts import Inserts
from station.ledger.ledger import Ledger
from station.ledger.privacy import ERASED_KIND
from station.ledger.records import Records
from station.ledger.schema import number_blocks
from station.ledger.taking import Taken
from station.simulation import memory
from station.sync.numbers import Numbers

_folded, _follow, _life, _next = Records.folded, Ledger._follow, log.life, Numbers._next


def _fold_later(self: Records, conn: Connection, subjects: dict[str, None], *_: Any, **__: Any) -> Inserts:
    def later() -> None:
        with self._store.writing() as own:
            _folded(self, own, subjects).write()

    self._store.when_durable(later)
    return Inserts(conn)


def _by_arrival(self: Records, conn: Connection, subject: str, desk: Any) -> list[Fact]:
    return [self._reader.fact(row, desk) for row in log.rows_of_subject(conn, subject)]


def _by_wall(self: HybridClock) -> int:
    self._last = self._clock.now_ms() << COUNTER_BITS
    return self._last


def _take_gaps(conn: Connection, raws: Any, own: str, hybrid: HybridClock) -> Taken:
    known = {key: log.chain(conn, *key) for key in log.spans(raws)}
    held = {key: log.hashes(conn, *key, *span) for key, span in log.spans(raws).items()}
    fresh: list[RawFact] = []
    for raw in raws:
        key = (raw.id.station, raw.id.epoch)
        if raw.id.seq not in held[key]:
            known[key].add(raw)
            held[key][raw.id.seq] = raw.hash
            fresh.append(raw)
    log.store(conn, fresh)
    for chain in known.values():
        log.keep_chain(conn, chain)
    return Taken(tuple(fresh), 0, (), 0)


def _numbers_in_memory(self: Numbers, division: str, year: int) -> str | None:
    given: dict[int, int] = self.__dict__.setdefault("given", {})
    c = number_blocks.c
    with self._ledger.store.reading() as conn:
        query = select(c.first, c.last).where(c.division == division, c.year == year, c.epoch == self._ledger.epoch)
        for first, last in conn.execute(query.order_by(c.first)):
            if given.get(first, first) <= last:
                given[first] = given.get(first, first) + 1
                return f"{division}{year:04d}{given[first] - 1:06d}"
    return None


def _every_life(self: Numbers, division: str, year: int) -> str | None:
    c = number_blocks.c
    with self._ledger.store.writing() as conn:
        query = select(c.first, c.next).where(c.division == division, c.year == year, c.next <= c.last)
        row = conn.execute(query.order_by(c.first).limit(1)).one_or_none()
        if row is None:
            return None
        conn.execute(update(number_blocks).where(c.first == row.first).values(next=row.next + 1))
        return f"{division}{year:04d}{row.next:06d}"


def _lease_on(self: Numbers, division: str, year: int) -> None:
    """Keeps any block, also one for another life."""
    self._keep([self._central.lease_numbers(self._ledger.station, division, year, self._block)])


def _no_erase(self: Ledger, conn: Connection, raw: RawFact) -> None:
    """Destroys nothing of an erased person; a deleted scan goes."""
    if raw.kind != ERASED_KIND:
        _follow(self, conn, raw)


class _DeafClock(HybridClock):
    """Begins anew in every process and learns from nobody."""

    def __init__(self, clock: Any, last: int = 0) -> None:
        super().__init__(clock)

    def observe(self, *remote: int) -> None:
        """Learns nothing."""


TABLE: dict[str, Any] = {
    "saved_before_durable": (
        "saved is said before the disk has it", lambda: [(memory, "LAZY", frozenset({"ledger"}))], ""),
    "refold_after_commit": (
        "tables are folded after the facts are committed", lambda: [(Records, "folded", _fold_later)], ""),
    "order_of_arrival": (
        "facts are folded in the order they arrived",
        lambda: [(Records, "facts_of", _by_arrival), (record, "in_agreed_order", list)], ""),
    "frozen_ignored": (
        "a frozen station may write", lambda: [(log, "life", lambda conn: (_life(conn)[0], ""))], ""),
    "stamps_by_the_wall": ("stamps follow the wall clock back", lambda: [(HybridClock, "stamp", _by_wall)], ""),
    "deaf_clock": (
        "stamps of a new process do not go on from the newest fact",
        lambda: [(ledger_module, "HybridClock", _DeafClock)], ""),
    "clock_believed": (
        "no mark holds the clock when it is set back",
        lambda: [
            (ClockGuard, "now_ms", lambda self: self._clock.now_ms()),
            (ClockGuard, "check", lambda self: None),
            (ClockGuard, "today", lambda self: self._clock.today()),
        ], ""),
    "gaps_taken": ("a station takes what does not follow", lambda: [(ledger_module, "take", _take_gaps)], ""),
    "numbers_in_memory": (
        "given numbers are remembered in memory only", lambda: [(Numbers, "_next", _numbers_in_memory)], ""),
    "blocks_of_every_life": (
        "a restored station goes on with its old block", lambda: [(Numbers, "_next", _every_life)], ""),
    "leases_without_end": (
        "an old disk leases for the life after it, block after block", lambda: [(Numbers, "lease", _lease_on)], ""),
    "erasure_not_passed_on": (
        "an erasure that arrives destroys no key", lambda: [(Ledger, "_follow", _no_erase)], ""),
}
