"""The centre's own work: looks at what came in, decides what only the centre can, and says so in facts of its own.

Looking, appending and moving the mark on is one transaction per batch, so the clerk may be killed at any moment and may
stand twice beside one database. What it stumbles over in one subject or one city stops no other: it is written down in
`undecided` and asked again. A fact whose signature does not hold with its station's key is not acted on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from station.clock import HybridClock
from station.domain.errors import Fault, Refused
from station.domain.facts import FactId
from station.ledger import encoding
from station.ledger.encoding import RawFact
from station.ledger.ledger import FactSigner
from station.sync import centre_log, standings, undecided
from station.sync.central import centre_of
from station.sync.central_schema import centre, counters, stations
from station.sync.clerk_desk import CityKey, CityKeys, Clerk, ClerkDesk, Told, record_without_keys
from station.sync.sql import SqlCentral
from station.trust.stationkey import fact_signature_holds

BATCH = 200
"""Facts looked at in one transaction: a station waits for it no longer than for a push of its neighbour."""
ACTOR = "centre"


@dataclass(frozen=True, slots=True)
class _Work:
    """Who decides, and who signs what is told."""

    clerk: Clerk
    signer: FactSigner | None
    actor: str
    now_ms: int


def attend(
    central: SqlCentral, clerk: Clerk, city_key: CityKey, *, signer: FactSigner | None = None, actor: str = ACTOR
) -> int:
    """Let the clerk look at everything that is new in every city, and again at what it could not decide; how many
    facts it told. Raises Fault only where the database itself fails."""
    work, told = _Work(clerk, signer, actor, central.clock.now_ms()), 0
    with central.transactions.reading() as conn:
        new = conn.scalars(select(counters.c.city).where(counters.c.number > counters.c.attended))
        known = conn.scalars(select(counters.c.city))
        cities = set(new) | (set(known) - central.filled) | undecided.cities_due(conn, work.now_ms)
    for city in sorted(cities):
        try:
            more = True
            while more:
                with central.transactions.writing() as conn:
                    fresh, more = _City(conn, central, city, city_key(city), work).look()
                    told += fresh
        except (Fault, Refused) as error:
            with central.transactions.writing() as conn:
                undecided.note(conn, work.now_ms, city, undecided.CITY, error.code)
    _freeze(central)
    return told


def _freeze(central: SqlCentral) -> None:
    """Apart from the batches: a push holds its station first and then the counter, so whoever holds a counter waits for
    no station."""
    with central.transactions.reading() as conn:
        found = undecided.to_freeze(conn)
    for fact in found.values():
        with central.transactions.writing() as conn:
            undecided.freeze(conn, fact)


class _City:
    """One city within one transaction: its counter is held."""

    def __init__(self, conn: Connection, central: SqlCentral, city: str, city_key: bytes, work: _Work) -> None:
        self._conn, self._central, self._city, self._work = conn, central, city, work
        self._counter = centre_log.lock_counter(conn, city)
        generation = conn.execute(select(centre.c.generation)).scalar_one()
        self._chain = centre_log.known(conn, city, centre_of(city), generation)
        self._hybrid = HybridClock(central.clock, last=self._counter.newest)
        self._sealer = CityKeys(conn, city, city_key)
        self._desk = ClerkDesk(conn, city, self._sealer)
        self._stuck = undecided.stuck(conn, city)

    def look(self) -> tuple[int, bool]:
        """The next batch, and whether there may be another."""
        undecided.settle(self._conn, self._work.now_ms, self._city, undecided.CITY)
        rows = centre_log.rows_after(self._conn, self._city, self._counter.attended, BATCH)
        told = sum(self._decided(subject, raws) for subject, raws in self._news(rows).items())
        told += self._again()
        filled = self._filled()
        if rows:
            self._counter.attended = max(self._counter.attended, rows[-1].number)
            centre_log.keep_counter(self._conn, self._counter)
        return told, BATCH in (len(rows), filled)

    def _filled(self) -> int:
        """How many permits from before there were standings have one now."""
        if self._city in self._central.filled:
            return 0
        lacking = standings.missing(self._conn, self._city, BATCH)
        left_out = undecided.unsigned(self._conn, self._city)
        for subject, number in lacking:
            try:
                record = record_without_keys(self._conn, self._city, subject, left_out)
            except Fault:
                record = None  # damaged in the table, which `_news` has named
            standings.keep_number(self._conn, self._city, record, number)
        if len(lacking) < BATCH:
            self._central.filled.add(self._city)
        return len(lacking)

    def _again(self) -> int:
        """What could not be decided a minute ago and longer."""
        told = 0
        for subject, at in undecided.due(self._conn, self._city, self._work.now_ms, BATCH).items():
            raws = [raw for raw in centre_log.of_subject(self._conn, self._city, subject) if raw.id in at]
            told += self._decided(subject, raws)
        return told

    def _news(self, rows: Sequence[centre_log.Row]) -> dict[str, list[RawFact]]:
        """New facts by subject, in the order they came; the centre's own are no news to it."""
        found: dict[str, list[RawFact]] = {}
        keys = _public_keys(self._conn, self._city)
        for row in rows:
            fact = FactId(row.station, row.epoch, row.seq)
            if fact.station == centre_of(self._city):
                continue
            key, since = keys.get(fact.station, (None, 1))
            judged = key is not None and fact.epoch >= since
            if judged and not fact_signature_holds(key or b"", row.hash, row.signature or b""):
                self._note(undecided.UNSIGNED, "signature", fact, row.subject)
                self._desk.leave_out(fact)
                continue
            try:
                raw = encoding.trusted(row.body, row.signature)
                found.setdefault(raw.subject, []).append(raw)
                encoding.check(raw, self._sealer)
            except Fault as fault:
                if fault.code in encoding.ABOUT_THE_FACT:
                    self._note(undecided.UNREAD, fault.code, fact, row.subject)
        return found

    def _decided(self, subject: str, raws: Sequence[RawFact]) -> int:
        """How many facts the clerk told about one subject; what it did before it stumbled never happened."""
        try:
            with self._conn.begin_nested():
                news = [encoding.fact_of(raw, self._sealer) for raw in raws]
                record = self._desk.record(subject)
                answer = self._work.clerk(self._desk, record, news)
                fresh = self._written(answer)
                centre_log.add(self._conn, self._chain, self._counter, fresh)
                for about in {subject, *(told for told, _ in answer)}:
                    standings.keep(self._conn, self._city, self._desk.record(about) if fresh else record)
        except (Fault, Refused) as error:
            for raw in raws:
                self._note(undecided.SUBJECT, error.code, raw.id, subject)
            return 0
        looked: Sequence[RawFact] = raws
        if subject in self._stuck:
            undecided.settle(self._conn, self._work.now_ms, self._city, undecided.SUBJECT, subject)
            looked = centre_log.of_subject(self._conn, self._city, subject)
        for raw in looked:
            if raw.key is not None and self._sealer.lacks(subject, raw.key):
                self._note(undecided.SUBJECT, "no_key", raw.id, subject)  # decided without it, and again with it
        return len(fresh)

    def _note(self, code: str, why: str, fact: FactId, subject: str) -> None:
        undecided.note(self._conn, self._work.now_ms, self._city, code, why, fact, subject)

    def _written(self, answer: Told) -> list[RawFact]:
        raws: list[RawFact] = []
        chain, signer = self._chain, self._work.signer
        seq, head = chain.next_seq, chain.head
        for subject, payload in answer:
            identity, at = FactId(chain.station, chain.epoch, seq), self._hybrid.stamp()
            raw = encoding.write(identity, subject, chain.city, self._work.actor, at, payload, head, self._sealer)
            raws.append(raw if signer is None else encoding.signed(raw, signer.sign(raw.hash)))
            seq, head = seq + 1, raw.hash.hex()
        return raws


def _public_keys(conn: Connection, city: str) -> dict[str, tuple[bytes | None, int]]:
    """The key each station of the city has introduced and since which life; a station without one is believed as it
    always was, and so is what an earlier computer of a station wrote under a key that is gone."""
    c = stations.c
    rows = conn.execute(select(c.station, c.public_key, c.key_since).where(c.city == city))
    return {row.station: (row.public_key, row.key_since) for row in rows}
