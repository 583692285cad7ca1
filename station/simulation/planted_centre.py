"""Bugs at the centre: what it takes, how it counts, what a restore does to it, what its clerk says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from msgspec import structs
from sqlalchemy import Connection, select, update

from station.domain.errors import Refused
from station.domain.worker import WorkerRecord
from station.ledger.encoding import RawFact
from station.services import clerk as signing
from station.simulation import memory
from station.sync import central_schema, centre_log, centre_numbers, clerk, clerk_desk, pushing
from station.sync.central import Ack, Cursor, NumberBlock, Page, Position, StationState, Welcome
from station.sync.sql import SqlCentral

_pull, _progress, _after, _look = SqlCentral.pull, SqlCentral.progress, centre_log.after, clerk._City.look
_lease = centre_numbers.lease


def _take(*, gap: bool = False, fork: bool = False, city: bool = False, overwrite: bool = False) -> Any:
    """`pushing.take` without one of its checks."""

    def take(conn: Connection, who: StationState, raws: Sequence[RawFact], now_ms: int) -> Ack | RawFact:
        pushing._may_push(who, [structs.replace(raw, city=who.city) for raw in raws] if city else raws)
        chain = centre_log.known(conn, who.city, who.station, raws[0].id.epoch)
        held = centre_log.hashes(conn, chain, raws[0].id.seq, raws[-1].id.seq)
        fresh: list[RawFact] = []
        at, newest = Position(chain.next_seq, chain.head), chain.newest
        for raw in raws:
            if raw.id.seq in held:
                if held[raw.id.seq] != raw.hash and overwrite:
                    _overwrite(conn, raw)
                elif held[raw.id.seq] != raw.hash and not fork:
                    return raw
                continue
            if raw.id.seq != at.next_seq and not gap:
                raise Refused("gap", "gap")
            if raw.prev != at.head and not (fork or gap or overwrite):
                return raw
            pushing._timely(raw, newest, now_ms)
            at, newest = Position(raw.id.seq + 1, raw.hash.hex()), raw.recorded_at
            fresh.append(raw)
        centre_log.add(conn, chain, centre_log.lock_counter(conn, who.city), fresh)
        return Ack(len(fresh), len(raws) - len(fresh), at)

    return take


def _overwrite(conn: Connection, raw: RawFact) -> None:
    conn.exec_driver_sql("DROP TRIGGER IF EXISTS facts_are_never_changed")  # the second lock, off with the first
    c = central_schema.facts.c
    at = (c.station == raw.id.station, c.epoch == raw.id.epoch, c.seq == raw.id.seq)
    conn.execute(update(central_schema.facts).where(*at).values(hash=raw.hash, body=raw.body))


def _not_frozen(conn: Connection, who: StationState, fork: RawFact, now_ms: int) -> Refused:
    return Refused("forked", "gap")


def _generation_ignored(self: SqlCentral, city: str, cursor: Cursor, limit: int, *, skip: str | None = None) -> Page:
    with self.transactions.reading() as conn:
        number = min(cursor.number, centre_log.number_of(conn, city))
        cursor = Cursor(self._generation(conn), number, centre_log.hash_at(conn, city, number) if number else "")
    return _pull(self, city, cursor, limit, skip=skip)


def _hash_ignored(self: SqlCentral, city: str, cursor: Cursor, limit: int, *, skip: str | None = None) -> Page:
    with self.transactions.reading() as conn:
        cursor = Cursor(cursor.generation, cursor.number, centre_log.hash_at(conn, city, cursor.number))
    return _pull(self, city, cursor, limit, skip=skip)


def _to_the_end(self: SqlCentral, city: str, cursor: Cursor, limit: int, *, skip: str | None = None) -> Page:
    page = _pull(self, city, cursor, limit, skip=skip)
    with self.transactions.reading() as conn:
        last = centre_log.number_of(conn, city)
        end = Cursor(page.cursor.generation, last, centre_log.hash_at(conn, city, last) if last else "")
    return Page(page.facts, end, False, page.restarted, page.total)


def _one_count(self: SqlCentral, station: str) -> Welcome:
    said = _progress(self, station)
    most = max(said.epochs.values(), key=lambda at: at.next_seq, default=Position())
    epochs = dict.fromkeys(range(1, said.epoch + 1), most)
    return Welcome(said.generation, said.protocol, said.oldest_protocol, said.epoch, epochs, said.now_ms)


def _not_raised(self: SqlCentral, known: int = 0) -> int:
    with self.transactions.writing() as conn:
        centre_numbers.pass_over_lost(conn, 1)
        return self._generation(conn)


_restored = SqlCentral.restored


def _uncounted(self: SqlCentral, known: int = 0) -> int:
    return _restored(self)


def _every_city(conn: Connection, city: str, number: int, limit: int, skip: str | None) -> list[tuple[int, RawFact]]:
    found = _after(conn, city, number, limit, skip)
    for other in conn.scalars(select(central_schema.counters.c.city)):
        if other != city and len(found) < limit:
            found += _after(conn, other, number, limit - len(found), skip)
    return found


def _overlapping(conn: Connection, who: StationState, division: str, year: int, count: int, now_ms: int) -> NumberBlock:
    block = _lease(conn, who, division, year, count, now_ms)
    return NumberBlock(block.division, block.year, block.first, block.last + 1, block.epoch)


def _due_by_news(record: WorkerRecord, number: str, ahead: int) -> list[int]:
    right = record.permits.get(number)
    return list(range(1, 1 + ahead)) if right is not None and right.live else []


def _mark_first(city: Any) -> tuple[int, bool]:
    conn, counter = city._conn, city._counter
    mark = update(central_schema.counters).where(central_schema.counters.c.city == counter.city)
    conn.execute(mark.values(attended=counter.number))
    conn.exec_driver_sql("COMMIT")
    conn.exec_driver_sql("BEGIN IMMEDIATE")
    saved = conn.begin_nested()
    conn.execute(mark.values(attended=counter.attended))
    answer = _look(city)
    saved.commit()
    return answer


def _no_revoked(who: StationState, raws: Sequence[RawFact]) -> None:
    if any(raw.city != who.city for raw in raws):
        raise Refused("other", "other_city")


TABLE: dict[str, Any] = {
    "gap_accepted": (
        "the centre takes a fact whose forerunner it lacks", lambda: [(pushing, "take", _take(gap=True))], ""),
    "fork_swallowed": (
        "the centre takes a contradicting fact for a repetition", lambda: [(pushing, "take", _take(fork=True))], ""),
    "last_writer_wins": (
        "the centre overwrites a fact by another of the same identity",
        lambda: [(pushing, "take", _take(overwrite=True))], ""),
    "fork_not_frozen": ("a station that forked is not frozen", lambda: [(pushing, "freeze", _not_frozen)], ""),
    "other_city_accepted": (
        "the centre takes facts of another city", lambda: [(pushing, "take", _take(city=True))], ""),
    "future_accepted": (
        "the centre takes facts of a time to come", lambda: [(pushing, "_timely", lambda raw, newest, now_ms: None)],
        ""),
    "revoked_may_push": ("a revoked station may still push", lambda: [(pushing, "_may_push", _no_revoked)], ""),
    "generation_ignored": (
        "a cursor of an earlier generation is believed", lambda: [(SqlCentral, "pull", _generation_ignored)], ""),
    "cursor_hash_ignored": (
        "the place of a cursor is not proved by its hash", lambda: [(SqlCentral, "pull", _hash_ignored)],
        "the generation rises with every restore, so within one a number never means another fact"),
    "generation_not_raised": (
        "a restored centre keeps its generation", lambda: [(SqlCentral, "restored", _not_raised)], ""),
    "restores_uncounted": (
        "the second restore of one backup is the same generation as the first, with the same numbers to lease",
        lambda: [(SqlCentral, "restored", _uncounted)], ""),
    "page_to_the_end": (
        "the cursor of a full page points to the end of the log", lambda: [(SqlCentral, "pull", _to_the_end)], ""),
    "one_count": (
        "progress is one count across all lives of a station", lambda: [(SqlCentral, "progress", _one_count)], ""),
    "pull_every_city": ("a pull is not bound to one city", lambda: [(centre_log, "after", _every_city)], ""),
    "blocks_overlap": ("a leased block reaches into the next", lambda: [(centre_numbers, "lease", _overlapping)], ""),
    "lost_blocks_leased_again": (
        "a restored centre leases again what it leased after the backup",
        lambda: [(centre_numbers, "pass_over_lost", lambda conn, times: None)], ""),
    "clerk_by_the_news": (
        "the clerk decides by the news and not by the record",
        lambda: [(signing, "tokens_due", _due_by_news)], ""),
    "clerk_looks_once": (
        "the clerk does not look again at a person whose key came late",
        lambda: [(clerk_desk.CityKeys, "lacks", lambda self, subject, key: False)], ""),
    "clerk_marks_first": (
        "the clerk notes that it has looked before it has spoken",
        lambda: [(clerk._City, "look", _mark_first)], ""),
    "centre_acknowledges_early": (
        "the centre acknowledges before its disk has the facts",
        lambda: [(memory, "LAZY", frozenset({"centre"}))], ""),
}
