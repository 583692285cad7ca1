"""Facts in and out of the centre's tables: chains, the city counter, what an erasure destroys. Rules are elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from station.ledger.blobs import SCAN_DELETED_KIND
from station.ledger.encoding import RawFact, trusted
from station.ledger.privacy import ERASED_KIND
from station.ledger.schema import insert_new, upsert
from station.sync.central_schema import blobs, counters, facts, permits, person_keys, progress

PERMIT_KIND = "permit.generated"

_F = facts.c
_HASHES = select(_F.seq, _F.hash).where(
    _F.city == bindparam("city"),
    _F.station == bindparam("station"),
    _F.epoch == bindparam("epoch"),
    _F.seq.between(bindparam("first"), bindparam("last")),
)


@dataclass(slots=True)
class Known:
    """How far one chain is known at the centre."""

    city: str
    station: str
    epoch: int
    next_seq: int = 1
    head: str = ""
    newest: int = 0

    def add(self, raw: RawFact) -> None:
        self.next_seq, self.head, self.newest = raw.id.seq + 1, raw.hash.hex(), raw.recorded_at


@dataclass(slots=True)
class Counter:
    """One city's counter row, locked by whoever read it for writing."""

    city: str
    number: int
    newest: int
    attended: int


@dataclass(frozen=True, slots=True)
class Row:
    """One fact as it stands in the table, its text unread."""

    number: int
    station: str
    epoch: int
    seq: int
    subject: str
    hash: bytes
    body: str
    signature: bytes | None


def known(conn: Connection, city: str, station: str, epoch: int) -> Known:
    c = progress.c
    at = (c.city == city, c.station == station, c.epoch == epoch)
    row = conn.execute(select(progress).where(*at)).one_or_none()
    return Known(city, station, epoch) if row is None else Known(*row)


def known_in(conn: Connection, city: str) -> list[Known]:
    c = progress.c
    rows = conn.execute(select(progress).where(c.city == city).order_by(c.station, c.epoch))
    return [Known(*row) for row in rows]


def lock_counter(conn: Connection, city: str) -> Counter:
    """The city's counter, nobody else's until the transaction ends."""
    conn.execute(insert_new(conn, counters), {"city": city, "number": 0, "newest": 0, "attended": 0})
    return Counter(*conn.execute(select(counters).where(counters.c.city == city).with_for_update()).one())


def keep_counter(conn: Connection, counter: Counter) -> None:
    values = {"number": counter.number, "newest": counter.newest, "attended": counter.attended}
    conn.execute(update(counters).where(counters.c.city == counter.city).values(values))


def number_of(conn: Connection, city: str) -> int:
    """The last number given in that city."""
    return conn.execute(select(counters.c.number).where(counters.c.city == city)).scalar() or 0


def hashes(conn: Connection, chain: Known, first: int, last: int) -> dict[int, bytes]:
    bound = {"city": chain.city, "station": chain.station, "epoch": chain.epoch, "first": first, "last": last}
    return {row[0]: row[1] for row in conn.execute(_HASHES, bound)}


def hash_at(conn: Connection, city: str, number: int) -> str:
    """The hash of the fact with that number; empty where there is none."""
    found = conn.execute(select(_F.hash).where(_F.city == city, _F.number == number)).scalar()
    return found.hex() if found else ""


def add(conn: Connection, chain: Known, counter: Counter, fresh: Sequence[RawFact]) -> None:
    """Number and keep facts that fit the chain, and whatever follows from them at once."""
    if not fresh:
        return
    rows = []
    for raw in fresh:
        counter.number += 1
        counter.newest = max(counter.newest, raw.recorded_at)
        chain.add(raw)
        rows.append(_row(raw, chain.city, counter.number))
    conn.execute(insert(facts), rows)
    conn.execute(
        upsert(conn, progress),
        {
            "city": chain.city,
            "station": chain.station,
            "epoch": chain.epoch,
            "next_seq": chain.next_seq,
            "head": chain.head,
            "newest": chain.newest,
        },
    )
    keep_counter(conn, counter)
    for raw in fresh:
        if raw.kind == ERASED_KIND:
            destroy(conn, chain.city, raw.subject, raw.recorded_at)
        elif raw.kind == SCAN_DELETED_KIND:
            drop_picture(conn, chain.city, raw.subject, str(raw.head.told().get("sha256", "")))
        elif raw.kind == PERMIT_KIND:
            row = {"city": chain.city, "number": raw.head.told().get("number", ""), "subject": raw.subject}
            conn.execute(insert_new(conn, permits), row)


def destroy(conn: Connection, city: str, subject: str, before: int) -> None:
    """What an erasure destroys here: the keys made before it and the pictures sealed under them."""
    c = person_keys.c
    of_subject = (c.city == city, c.subject == subject)
    gone = list(conn.scalars(select(c.key_id).where(*of_subject, c.made_at <= before)))
    conn.execute(update(person_keys).where(*of_subject, c.made_at <= before).values(wrapped=None))
    at = (blobs.c.city == city, blobs.c.subject == subject, blobs.c.key_id.in_(gone))
    conn.execute(update(blobs).where(*at).values(box=None, size=0))


def drop_picture(conn: Connection, city: str, subject: str, sha256: str) -> None:
    """One scan whose time is over; the tombstone keeps a late copy out."""
    at = (blobs.c.city == city, blobs.c.subject == subject, blobs.c.sha256 == sha256)
    conn.execute(update(blobs).where(*at).values(box=None, size=0))


def erased_at(conn: Connection, city: str, subject: str) -> int:
    """The stamp of the subject's latest erasure; 0 when there was none."""
    query = select(_F.recorded_at).where(_F.city == city, _F.subject == subject, _F.kind == ERASED_KIND)
    return max(conn.scalars(query), default=0)


def after(conn: Connection, city: str, number: int, limit: int, skip: str | None) -> list[tuple[int, RawFact]]:
    """(number, fact) above that number in order, without those of one station."""
    query = select(_F.number, _F.body, _F.signature).where(_F.city == city, _F.number > number)
    if skip is not None:
        query = query.where(_F.station != skip)
    rows = conn.execute(query.order_by(_F.number).limit(limit)).all()  # at once: row by row costs as much again
    return [(number, trusted(body, signature)) for number, body, signature in rows]


def rows_after(conn: Connection, city: str, number: int, limit: int) -> list[Row]:
    """The same as they stand in the table, for who must go on where one of them does not read."""
    columns = (_F.number, _F.station, _F.epoch, _F.seq, _F.subject, _F.hash, _F.body, _F.signature)
    query = select(*columns).where(_F.city == city, _F.number > number).order_by(_F.number).limit(limit)
    return [Row(*row) for row in conn.execute(query)]


def of_subject(conn: Connection, city: str, subject: str) -> list[RawFact]:
    rows = conn.execute(select(_F.body, _F.signature).where(_F.city == city, _F.subject == subject))
    return [trusted(row.body, row.signature) for row in rows]


def _row(raw: RawFact, city: str, number: int) -> dict[str, Any]:
    return {
        "city": city,
        "number": number,
        "station": raw.id.station,
        "epoch": raw.id.epoch,
        "seq": raw.id.seq,
        "subject": raw.subject,
        "kind": raw.kind,
        "recorded_at": raw.recorded_at,
        "hash": raw.hash,
        "body": raw.body,
        "signature": raw.signature,
    }
