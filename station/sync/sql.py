"""The centre on SQL: the `Central` protocol over one set of tables, embedded on SQLite or standing on PostgreSQL.

A transaction comes from outside (`Transactions`), so that both databases run the same statements. Nothing here knows
what a fact means except by its kind's name: an erasure destroys keys, a generated permit is found by its number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection, func, select, update

from station.clock import Clock
from station.domain.errors import Refused
from station.ledger import encoding
from station.ledger.blobs import BlobBox
from station.ledger.encoding import RawFact
from station.ledger.format import upgrade
from station.ledger.privacy import PersonKey
from station.ledger.schema import insert_new
from station.ledger.store import KEEP_FREE, Store
from station.sync import centre_boxes, centre_log, centre_numbers, pushing, standings
from station.sync.central import (
    OLDEST_PROTOCOL,
    PROTOCOL,
    Ack,
    Cursor,
    NumberBlock,
    Page,
    Position,
    StationState,
    Tally,
    Welcome,
)
from station.sync.central_schema import (
    centre,
    counters,
    permits,
    progress,
    stations,
)
from station.sync.high_water import Mark
from station.sync.papers import Paper, newer_than
from station.sync.standings import StandingLine

CENTRE_STEPS = Path(__file__).with_name("migrations")
PAGE_LIMIT = 5_000
"""data.md §3: batches of 5,000 reach 0.8 of the floor, batches of 500 half of that."""


class Transactions(Protocol):
    """Where transactions come from; errors of the database leave it as Faults."""

    def reading(self) -> AbstractContextManager[Connection]: ...

    def writing(self) -> AbstractContextManager[Connection]: ...

    def close(self) -> None: ...


def say_protocol(conn: Connection) -> None:
    """Write down what this program speaks, once it has brought the tables to its own format."""
    spoken = {"protocol": PROTOCOL, "oldest_protocol": OLDEST_PROTOCOL}
    if conn.execute(select(centre.c.protocol, centre.c.oldest_protocol)).one() != tuple(spoken.values()):
        conn.execute(update(centre).values(spoken))


class SqlCentral:
    """The centre. May be used from any thread; several processes may stand on one database.

    `own_signature` says whether the centre signed a fact; with it, lost facts given back must bear its signature.
    """

    def __init__(
        self, transactions: Transactions, clock: Clock, *, own_signature: Callable[[RawFact], bool] | None = None
    ) -> None:
        self.transactions = transactions
        self.clock = clock
        self._own_signature = own_signature
        self.filled: set[str] = set()
        """Cities all of whose permits have a line in `standings`, as far as this process has seen to it."""

    @classmethod
    def embedded(
        cls,
        path: Path,
        clock: Clock,
        *,
        own_signature: Callable[[RawFact], bool] | None = None,
        keep_free: int = KEEP_FREE,
    ) -> SqlCentral:
        """The centre in one SQLite file, brought to this program's format. It holds no personal data in clear."""
        store = Store(path, keep_free=keep_free)
        try:
            with store.writing() as conn:
                upgrade(conn, CENTRE_STEPS)
                say_protocol(conn)
        except BaseException:
            store.close()
            raise
        return cls(store, clock, own_signature=own_signature)

    def close(self) -> None:
        self.transactions.close()

    # --- stations ---------------------------------------------------------------------------------------------------

    def enrol(self, station: str, city: str, *, public_key: bytes | None = None) -> int:
        if station.startswith("centre"):
            raise Refused("站点编号不能以 centre 开头。", code="station_name")
        row = {"station": station, "city": city, "epoch": 1, "state": "active", "why": "", "public_key": public_key}
        with self.transactions.writing() as conn:
            conn.execute(insert_new(conn, stations), row)
            known = pushing.lock_station(conn, station)
            if known.city != city:
                raise Refused(f"站点 {station} 已登记在城市 {known.city}。", code="other_city")
            if public_key is not None and known.public_key is None:
                conn.execute(update(stations).where(stations.c.station == station).values(public_key=public_key))
            elif public_key is not None and known.public_key != public_key:
                raise Refused(f"站点 {station} 已用另一把签名密钥登记。", code="other_key")
            return known.epoch

    def renew(self, station: str) -> int:
        with self.transactions.writing() as conn:
            known = pushing.lock_station(conn, station)
            if known.state == "revoked":
                raise Refused("该站点已被停用，不能重新登记。", code="revoked")
            values = {"epoch": known.epoch + 1, "state": "active", "why": ""}
            conn.execute(update(stations).where(stations.c.station == station).values(values))
            return known.epoch + 1

    def revoke(self, station: str, why: str) -> None:
        """Take nothing from that station any more (a stolen laptop); its facts so far stay."""
        with self.transactions.writing() as conn:
            pushing.lock_station(conn, station)
            conn.execute(update(stations).where(stations.c.station == station).values(state="revoked", why=why))

    def stations(self) -> list[StationState]:
        with self.transactions.reading() as conn:
            return [StationState(*row) for row in conn.execute(pushing.STATES.order_by(stations.c.station))]

    def restored(self, known: int = 0) -> int:
        """Say that this database came from a backup: the new generation makes every station re-read and re-send.

        `known` is the highest generation there ever was (`high_water`): of two restores of one backup the second must
        pass over what was leased after the first, and is a generation of its own.
        """
        with self.transactions.writing() as conn:
            before = self._generation(conn)
            fresh = max(before, known) + 1
            conn.execute(update(centre).values(generation=fresh))
            centre_numbers.pass_over_lost(conn, fresh - before)
            return fresh

    def mark(self) -> Mark:
        """How far this centre has come."""
        with self.transactions.reading() as conn:
            total = conn.execute(select(func.coalesce(func.sum(counters.c.number), 0))).scalar_one()
            return Mark(self._generation(conn), int(total))

    # --- facts ------------------------------------------------------------------------------------------------------

    def standing_of(self, station: str, number: str) -> StandingLine | None:
        """What a permit of any city answers from now on; None where there is none of that number."""
        with self.transactions.reading() as conn:
            return standings.line_of(conn, number, self._now())

    def progress(self, station: str) -> Welcome:
        c = progress.c
        with self.transactions.reading() as conn:
            row = conn.execute(pushing.STATES.where(stations.c.station == station)).one_or_none()
            if row is None:
                raise pushing.unknown_station(station)
            rows = conn.execute(select(c.epoch, c.next_seq, c.head).where(c.station == station, c.city == row.city))
            epochs = {one.epoch: Position(one.next_seq, one.head) for one in rows}
            here = conn.execute(select(centre)).one()
            return Welcome(here.generation, here.protocol, here.oldest_protocol, row.epoch, epochs, self._now())

    def push(self, station: str, batch: Sequence[RawFact]) -> Ack:
        if not batch:
            raise Refused("没有可上传的记录。", code="nothing")
        raws, now_ms = pushing.checked(station, batch), self._now()
        with self.transactions.writing() as conn:
            who = pushing.lock_station(conn, station)
            answer = pushing.take(conn, who, raws, now_ms)
            if isinstance(answer, Ack):
                return answer
            refusal = pushing.freeze(conn, who, answer, now_ms)
        raise refusal  # only now: the evidence and the freeze must stay

    def push_all(self, station: str, batches: Iterable[Sequence[RawFact]]) -> Iterator[Ack]:
        for batch in batches:
            yield self.push(station, batch)

    def give_back(self, station: str, batch: Sequence[RawFact]) -> int:
        raws = [encoding.read(raw.body, raw.signature) for raw in batch]
        with self.transactions.writing() as conn:
            who = self._not_revoked(conn, station)
            return pushing.take_back(conn, who.city, raws, self._generation(conn), self._own_signature)

    def pull(self, city: str, cursor: Cursor, limit: int, *, skip: str | None = None) -> Page:
        limit = max(1, min(limit, PAGE_LIMIT))
        with self.transactions.reading() as conn:
            generation, last = self._generation(conn), centre_log.number_of(conn, city)
            good = cursor.generation == generation and cursor.number <= last
            good = good and (cursor.number == 0 or centre_log.hash_at(conn, city, cursor.number) == cursor.hash)
            start = cursor.number if good else 0
            rows = centre_log.after(conn, city, start, limit, skip)
            reached = rows[-1][0] if len(rows) == limit else last
            known = {number: raw.hash.hex() for number, raw in rows[-1:]}
            if good:
                known[cursor.number] = cursor.hash
            head = known[reached] if reached in known else centre_log.hash_at(conn, city, reached)
            at = Cursor(generation, reached, head if reached else "")
            restarted = not good and cursor.generation != 0
            tally = _tally(conn, city, generation, last) if reached == last else None
            return Page(tuple(raw for _, raw in rows), at, reached < last, restarted, last - start, tally)

    def tally(self, city: str) -> Tally:
        with self.transactions.reading() as conn:
            return _tally(conn, city, self._generation(conn), centre_log.number_of(conn, city))

    def facts_of(self, city: str, subject: str) -> list[RawFact]:
        """All facts of one subject, personal fields still sealed."""
        with self.transactions.reading() as conn:
            return centre_log.of_subject(conn, city, subject)

    def owners_of(self, number: str) -> list[tuple[str, str]]:
        """(city, subject) of everybody a permit number was given to; more than one is WRONG-3."""
        c = permits.c
        query = select(c.city, c.subject).where(c.number == number).order_by(c.city, c.subject)
        with self.transactions.reading() as conn:
            return [(row.city, row.subject) for row in conn.execute(query)]

    # --- numbers, keys, blobs ---------------------------------------------------------------------------------------

    def lease_numbers(self, station: str, division: str, year: int, count: int) -> NumberBlock:
        with self.transactions.writing() as conn:
            return centre_numbers.lease(conn, pushing.lock_station(conn, station), division, year, count, self._now())

    def blocks_of(self, station: str, epoch: int) -> list[NumberBlock]:
        with self.transactions.reading() as conn:
            return centre_numbers.blocks_of(conn, station, epoch)

    def put_keys(self, station: str, keys: Sequence[PersonKey]) -> None:
        with self.transactions.writing() as conn:
            centre_boxes.put_keys(conn, self._not_revoked(conn, station).city, keys)

    def get_keys(self, city: str, key_ids: Sequence[str]) -> list[PersonKey]:
        with self.transactions.reading() as conn:
            return centre_boxes.get_keys(conn, city, key_ids)

    def put_blob(self, station: str, box: BlobBox) -> None:
        with self.transactions.writing() as conn:
            centre_boxes.put_blob(conn, self._not_revoked(conn, station).city, box)

    def lacking_blobs(self, city: str, wanted: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
        with self.transactions.reading() as conn:
            return centre_boxes.lacking_blobs(conn, city, wanted)

    def get_blob(self, city: str, sha256: str, subject: str) -> BlobBox | None:
        with self.transactions.reading() as conn:
            return centre_boxes.get_blob(conn, city, sha256, subject)

    def papers(self, known: Mapping[str, int]) -> list[Paper]:
        """What the province published that is newer than the versions known here."""
        with self.transactions.reading() as conn:
            return newer_than(conn, known)

    # --- inside -----------------------------------------------------------------------------------------------------

    def _now(self) -> int:
        return self.clock.now_ms()

    def _generation(self, conn: Connection) -> int:
        generation: int = conn.execute(select(centre.c.generation)).scalar_one()
        return generation

    def _not_revoked(self, conn: Connection, station: str) -> StationState:
        who = pushing.lock_station(conn, station)
        if who.state == "revoked":
            raise Refused("本站已被省级平台停用。请联系省级平台。", code="revoked")
        return who


def _tally(conn: Connection, city: str, generation: int, number: int) -> Tally:
    chains = {(k.station, k.epoch): Position(k.next_seq, k.head) for k in centre_log.known_in(conn, city)}
    return Tally(generation, number, chains)
