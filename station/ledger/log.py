"""Facts in and out of their table, and how far each chain is known. Statements only: no cipher, no fold, no rule."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, literal, select

from station.domain.facts import FactId
from station.ledger.encoding import RawFact, trusted
from station.ledger.inserts import insert_rows
from station.ledger.schema import chains, facts, quarantine, settings, upsert

_F = facts.c
_OF_SUBJECT = select(_F.hash, _F.body, _F.signature).where(_F.subject == bindparam("subject"))
_CHAIN = select(chains).where(chains.c.station == bindparam("station"), chains.c.epoch == bindparam("epoch"))
_AFTER = (
    select(_F.body, _F.signature)
    .where(_F.station == bindparam("station"), _F.epoch == bindparam("epoch"), _F.seq >= bindparam("first"))
    .order_by(_F.seq)
    .limit(bindparam("limit"))
)
_HASHES = select(_F.seq, _F.hash).where(
    _F.station == bindparam("station"),
    _F.epoch == bindparam("epoch"),
    _F.seq.between(bindparam("first"), bindparam("last")),
)
_LIFE = select(settings.c.name, settings.c.value).where(settings.c.name.in_(("epoch", "frozen")))
_CHAINS = select(chains).order_by(chains.c.station, chains.c.epoch)
_COLUMNS = ("station", "epoch", "seq", "subject", "city", "kind", "recorded_at", "hash", "body", "signature")
_STORE = f"INSERT INTO facts ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))})"  # noqa: S608
_ASKED_AT_ONCE = 500
_COUNTS = {
    size: f"SELECT subject, count(*) FROM facts WHERE subject IN ({', '.join('?' * size)}) GROUP BY subject"  # noqa: S608
    for size in (1, 20, _ASKED_AT_ONCE)
}
_SETTING = select(settings.c.value).where(settings.c.name == bindparam("name"))


@dataclass(slots=True)
class Chain:
    """How far one station's one life is known here."""

    station: str
    epoch: int
    next_seq: int = 1
    head: str = ""
    newest: int = 0

    def add(self, raw: RawFact) -> None:
        """The chain with one more fact, which the caller has checked to fit."""
        self.next_seq, self.head = raw.id.seq + 1, raw.hash.hex()
        if raw.recorded_at > self.newest:
            self.newest = raw.recorded_at


def chain(conn: Connection, station: str, epoch: int) -> Chain:
    """The chain as it stands; an unknown one begins at 1."""
    row = conn.execute(_CHAIN, {"station": station, "epoch": epoch}).one_or_none()
    return Chain(station, epoch) if row is None else Chain(*row)


def all_chains(conn: Connection) -> list[Chain]:
    return [Chain(*row) for row in conn.execute(_CHAINS)]


def keep_chain(conn: Connection, known: Chain) -> None:
    row = {
        "station": known.station,
        "epoch": known.epoch,
        "next_seq": known.next_seq,
        "head": known.head,
        "newest": known.newest,
    }
    conn.execute(upsert(conn, chains), row)


def newest_stamp(conn: Connection) -> int:
    """The greatest stamp of any fact here; 0 in an empty ledger."""
    return conn.execute(select(func.max(chains.c.newest))).scalar() or 0


def store(conn: Connection, raws: Sequence[RawFact]) -> None:
    """Insert facts that are not there yet. An identity that is taken raises, and the transaction with it."""
    insert_rows(conn, _STORE, [_row(raw) for raw in raws])


def rows_of_subject(conn: Connection, subject: str) -> list[Any]:
    """(hash, body, signature) of every fact of a subject, in no order."""
    return list(conn.execute(_OF_SUBJECT, {"subject": subject}).all())


def counts(conn: Connection, subjects: Iterable[str]) -> dict[str, int]:
    """How many facts each of these subjects has; one that has none is not there."""
    wanted, found, at = list(subjects), dict[str, int](), 0
    while at < len(wanted):
        size = max(size for size in _COUNTS if size <= len(wanted) - at)
        size = 20 if 1 < len(wanted) - at < 20 else size  # asked at once, the last one over and over
        asked = wanted[at : at + size]
        rows = conn.exec_driver_sql(_COUNTS[size], tuple(asked + asked[-1:] * (size - len(asked))))
        found.update((subject, number) for subject, number in rows)
        at += size
    return found


def after(conn: Connection, station: str, epoch: int, seq: int, limit: int) -> list[RawFact]:
    """A station's facts with numbers above `seq`, in order."""
    bound = {"station": station, "epoch": epoch, "first": seq + 1, "limit": limit}
    return [trusted(row[0], row[1]) for row in conn.execute(_AFTER, bound)]


def hashes(conn: Connection, station: str, epoch: int, first: int, last: int) -> dict[int, bytes]:
    """Number -> hash of what is already held in that stretch of a chain."""
    bound = {"station": station, "epoch": epoch, "first": first, "last": last}
    return {row[0]: row[1] for row in conn.execute(_HASHES, bound)}


def by_subject(conn: Connection) -> Iterator[tuple[str, list[RawFact]]]:
    """All facts, one subject after the other."""
    held: list[RawFact] = []
    query = select(_F.body, _F.signature).order_by(_F.subject).execution_options(yield_per=2_000)
    for row in conn.execute(query):
        raw = trusted(row[0], row[1])
        if held and held[0].subject != raw.subject:
            yield held[0].subject, held
            held = []
        held.append(raw)
    if held:
        yield held[0].subject, held


def count(conn: Connection) -> int:
    return conn.execute(select(func.count()).select_from(facts)).scalar_one()


def set_aside(conn: Connection, raw: RawFact, why: str, at: int) -> None:
    """Keep a fact that contradicts one we hold, as evidence; the same one twice is kept once."""
    row: dict[str, Any] = {
        "hash": raw.hash,
        "station": raw.id.station,
        "epoch": raw.id.epoch,
        "seq": raw.id.seq,
        "body": raw.body,
        "signature": raw.signature,
        "why": why,
        "seen_at": at,
    }
    conn.execute(upsert(conn, quarantine), row)


def set_aside_chains(conn: Connection) -> set[tuple[str, int]]:
    """The chains of which something lies in quarantine."""
    return {(row[0], row[1]) for row in conn.execute(select(quarantine.c.station, quarantine.c.epoch).distinct())}


def set_aside_ids(conn: Connection) -> list[FactId]:
    q = quarantine.c
    return [FactId(*row) for row in conn.execute(select(q.station, q.epoch, q.seq).order_by(q.station, q.epoch, q.seq))]


def setting(conn: Connection, name: str) -> str | None:
    return conn.execute(_SETTING, {"name": name}).scalar()


def life(conn: Connection) -> tuple[int, str]:
    """(which life of this station it is, why it may not write or "")."""
    held = {row[0]: row[1] for row in conn.execute(_LIFE)}
    return int(held.get("epoch") or 1), held.get("frozen") or ""


def keep_setting(conn: Connection, name: str, value: str) -> None:
    conn.execute(upsert(conn, settings), {"name": name, "value": value})


def forget_settings(conn: Connection, subject: str) -> None:
    """Drop what is kept under a name that carries this subject as one of its parts, such as a draft about a person."""
    name = literal(":") + settings.c.name + literal(":")
    conn.execute(delete(settings).where(name.contains(f":{subject}:", autoescape=True)))


def _row(raw: RawFact) -> tuple[Any, ...]:
    """In the order of `_COLUMNS`."""
    station, epoch, seq = raw.id
    return (
        station, epoch, seq, raw.subject, raw.city, raw.kind, raw.recorded_at, raw.hash, raw.body, raw.signature,
    )  # fmt: skip


def spans(raws: Iterable[RawFact]) -> dict[tuple[str, int], tuple[int, int]]:
    """(station, epoch) -> lowest and highest number among these facts."""
    numbers: dict[tuple[str, int], list[int]] = {}
    for raw in raws:
        station, epoch, seq = raw.id
        numbers.setdefault((station, epoch), []).append(seq)
    return {chain: (min(found), max(found)) for chain, found in numbers.items()}
