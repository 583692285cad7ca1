"""The centre on PostgreSQL as one station sees it: reads under row security, writes through the server's functions.

The station is whoever logged in, so no argument of a call can make it another one; the rules of `pushing` stand in
resources/central/0002_doors.sql, where nobody with the station's password can go round them.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import text

from station.clock import Clock
from station.domain.errors import Refused
from station.ledger.blobs import BlobBox
from station.ledger.encoding import RawFact
from station.ledger.privacy import PersonKey
from station.sync import alongside, pushing
from station.sync.central import Ack, Cursor, NumberBlock, Page, Position, Tally, Welcome
from station.sync.postgres import PostgresTransactions
from station.sync.refusals import refusal_of
from station.sync.remote_page import page_of, tally_of
from station.sync.sql import PAGE_LIMIT, SqlCentral
from station.sync.standings import StandingLine

_PUSH = text("SELECT push(:bodies, :signatures)")
_PUSH_AHEAD = b"SELECT push($1, $2)"
_GIVE_BACK = text("SELECT give_back(:bodies, :signatures)")
_INTRODUCE = text("SELECT introduce(:key)")
_RENEW = text("SELECT renew()")
_LEASE = text("SELECT lease_numbers(:division, :year, :count)")
_KEY = text("SELECT put_key(:id, :subject, :made_at, :wrapped)")
_BLOB = text("SELECT put_blob(:sha256, :subject, :media, :size, :key, :box)")
_STANDING = text("SELECT standing_of(:number)")
_PROGRESS = text("""
    SELECT s.epoch, h.generation, h.protocol, h.oldest_protocol, now_ms() AS now,
           (SELECT jsonb_object_agg(p.epoch, jsonb_build_array(p.next_seq, p.head)) FROM progress p
            WHERE p.city = s.city AND p.station = s.station) AS epochs,
           coalesce((SELECT c.number FROM counters c WHERE c.city = s.city), 0) AS number
    FROM stations s CROSS JOIN centre h WHERE s.station = :station""")
_TALLY = text("""
    SELECT (SELECT generation FROM centre) AS generation,
           coalesce((SELECT number FROM counters WHERE city = :city), 0) AS number,
           (SELECT jsonb_agg(jsonb_build_array(p.station, p.epoch, p.next_seq, p.head)) FROM progress p
            WHERE p.city = :city) AS chains""")
"""One statement is one moment: both answers need no transaction around them."""
_CITIES = text("SELECT city FROM counters WHERE number > 0 ORDER BY city")
_WHO = text("SELECT station, city FROM stations")


class RemoteCentral(SqlCentral):
    """`Central` for a station with its own login. Administrators use `SqlCentral` on the same database.

    Every write is one statement that commits itself: a station that falls silent between a statement and its COMMIT
    would hold its city's rows, and every other station of the city would wait.
    """

    def __init__(self, transactions: PostgresTransactions, clock: Clock) -> None:
        super().__init__(transactions, clock)
        self._way = transactions

    @classmethod
    def at(cls, address: str, clock: Clock) -> RemoteCentral:
        """The centre at that PostgreSQL address. Nothing is connected before the first call."""
        return cls(PostgresTransactions(address), clock)

    def enrol(self, station: str, city: str, *, public_key: bytes | None = None) -> int:
        """Introduce this station's signing key; the administrator made it known before."""
        with self._way.asking() as conn:
            row = conn.execute(_WHO).one_or_none()
            if row is None or row.station != station:
                raise refusal_of("unknown_station", station)
            if row.city != city:
                raise Refused(f"站点 {station} 已登记在城市 {row.city}。请核对配置文件。", code="other_city")
            return int(conn.execute(_INTRODUCE, {"key": public_key}).scalar_one())

    def renew(self, station: str) -> int:
        with self._way.asking() as conn:
            return int(conn.execute(_RENEW).scalar_one())

    def push(self, station: str, batch: Sequence[RawFact]) -> Ack:
        bound = _fitting(station, batch)
        with self._way.asking() as conn:
            answer: dict[str, Any] = conn.execute(_PUSH, bound).scalar_one()
        return _ack(answer)

    def push_all(self, station: str, batches: Iterable[Sequence[RawFact]]) -> Iterator[Ack]:
        """As everywhere, with two batches under way at once: the next are read and sent before the caller is told of
        one. The centre takes none before the one before it."""
        ready = ((batch, [one.encode() for one in _fitting(station, batch).values()]) for batch in batches)
        with contextlib.closing(alongside.acks(self._way, _PUSH_AHEAD, ready, _ack)) as acks:
            yield from acks

    def give_back(self, station: str, batch: Sequence[RawFact]) -> int:
        with self._way.asking() as conn:
            return int(conn.execute(_GIVE_BACK, _joined(batch)).scalar_one())

    def lease_numbers(self, station: str, division: str, year: int, count: int) -> NumberBlock:
        with self._way.asking() as conn:
            bound = {"division": division, "year": year, "count": count}
            answer: dict[str, int] = conn.execute(_LEASE, bound).scalar_one()
        return NumberBlock(division, year, answer["first"], answer["last"], answer["epoch"])

    def put_keys(self, station: str, keys: Sequence[PersonKey]) -> None:
        rows = [
            {"id": k.id, "subject": k.subject, "made_at": k.made_at, "wrapped": k.wrapped} for k in keys
        ]
        with self._way.asking() as conn:
            if rows:
                conn.execute(_KEY, rows)

    def put_blob(self, station: str, box: BlobBox) -> None:
        bound = {
            "sha256": box.sha256,
            "subject": box.subject,
            "media": box.media,
            "size": box.size,
            "key": box.key_id,
            "box": box.box,
        }
        with self._way.asking() as conn:
            conn.execute(_BLOB, bound)

    def standing_of(self, station: str, number: str) -> StandingLine | None:
        with self._way.asking() as conn:
            row: dict[str, Any] | None = conn.execute(_STANDING, {"number": number}).scalar_one()
        if row is None:
            return None
        return StandingLine(row["city"], number, row["colours"], row["issue"], row["now"])

    def progress(self, station: str) -> Welcome:
        """As everywhere, in one statement; the time is the server's, a station's own clock proves nothing."""
        with self._way.asking() as conn:
            row = conn.execute(_PROGRESS, {"station": station}).one_or_none()
        if row is None:
            raise refusal_of("unknown_station", station)
        epochs = {int(epoch): Position(*at) for epoch, at in (row.epochs or {}).items()}
        return Welcome(row.generation, row.protocol, row.oldest_protocol, row.epoch, epochs, row.now, row.number)

    def pull(self, city: str, cursor: Cursor, limit: int, *, skip: str | None = None) -> Page:
        with self._way.asking() as conn:
            return page_of(conn, city, cursor, max(1, min(limit, PAGE_LIMIT)), skip)

    def cities(self) -> list[str]:
        """Every city of which this login may read facts: its own, or all of them where it is the province's."""
        with self._way.asking() as conn:
            return [str(row.city) for row in conn.execute(_CITIES)]

    def tally(self, city: str) -> Tally:
        with self._way.asking() as conn:
            row = conn.execute(_TALLY, {"city": city}).one()
        return tally_of(row.generation, row.number, row.chains)


def _fitting(station: str, batch: Sequence[RawFact]) -> dict[str, str]:
    """The batch as it is sent, if it may be sent at all."""
    if not batch:
        raise Refused("没有可上传的记录。", code="nothing")
    pushing.fitting(station, batch)
    return _joined(batch)


def _ack(answer: dict[str, Any]) -> Ack:
    if "refused" in answer:
        raise refusal_of(answer["refused"], answer["about"])
    return Ack(answer["accepted"], answer["repeated"], Position(answer["next_seq"], answer["head"]))


def _joined(batch: Sequence[RawFact]) -> dict[str, str]:
    """A canonical body has no line break in it, so one text carries them all: a third of the cost of an array."""
    signatures = "\n".join(raw.signature.hex() if raw.signature else "-" for raw in batch)
    return {"bodies": "\n".join(raw.body for raw in batch), "signatures": signatures}
