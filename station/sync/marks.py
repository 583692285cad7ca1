"""What a station remembers of its exchanges: the cursor, when it was last level, what still waits. Never the truth.

How far facts were sent is the centre's to say; `sent` here only feeds the status strip and the outbox.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from station.ledger import log
from station.ledger.encoding import RawFact
from station.ledger.ledger import Ledger
from station.ledger.schema import facts
from station.sync.central import Cursor

CURSOR = "cursor"
LEVEL = "level_ms"
TROUBLE = "sync_trouble"
PARTED = "parted:"
WANTED = "keys_wanted"
WANTED_LIMIT = 10_000
"""Ids of keys that are remembered; a login in other hands may name any number of them."""
SHOWN = 100_000
"""More than that waiting is shown as that."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why exchanges fail: the code and sentence of the failure, and since when."""

    code: str
    sentence: str
    since_ms: int


@dataclass(frozen=True, slots=True)
class Outbox:
    """Own facts the centre has not acknowledged: how many, and since when the oldest waits (0 when none)."""

    count: int
    oldest_ms: int


def cursor(ledger: Ledger) -> Cursor:
    """How far this station has read its city."""
    with ledger.store.reading() as conn:
        text = log.setting(conn, CURSOR)
    return Cursor(*json.loads(text)) if text else Cursor()


def of_cursor(at: Cursor) -> tuple[str, str]:
    """The setting that keeps this cursor: generation, number and hash in one row (trust.md §6.5 rule 4)."""
    return CURSOR, json.dumps([at.generation, at.number, at.hash])


def keep_cursor(ledger: Ledger, at: Cursor) -> None:
    with ledger.store.writing() as conn:
        log.keep_setting(conn, *of_cursor(at))


def wanted(ledger: Ledger) -> list[str]:
    """Ids of person keys that facts here are sealed under and the centre did not have, the last asked for last."""
    with ledger.store.reading() as conn:
        text = log.setting(conn, WANTED)
    return list(json.loads(text)) if text else []


def keep_wanted(conn: Connection, ids: Sequence[str]) -> None:
    """Remember these, within the caller's transaction."""
    log.keep_setting(conn, WANTED, json.dumps(ids[:WANTED_LIMIT]) if ids else "")


def sent(ledger: Ledger, epoch: int, next_seq: int) -> None:
    """The centre has acknowledged own facts below that number."""
    with ledger.store.writing() as conn:
        log.keep_setting(conn, f"sent:{epoch}", str(next_seq))


def sent_to(ledger: Ledger, epoch: int) -> int:
    """The first own fact of that life the centre has not acknowledged."""
    with ledger.store.reading() as conn:
        return int(log.setting(conn, f"sent:{epoch}") or 1)


def keep_parted(ledger: Ledger, epoch: int, parted: bool) -> None:
    """Whether the centre holds other facts of that earlier life than this station."""
    with ledger.store.reading() as conn:
        held = _is_parted(conn, epoch)
    if held != parted:
        with ledger.store.writing() as conn:
            log.keep_setting(conn, f"{PARTED}{epoch}", "1" if parted else "")


def parted(ledger: Ledger) -> frozenset[int]:
    """The earlier lives of which the centre holds other facts."""
    with ledger.store.reading() as conn:
        own = [chain.epoch for chain in log.all_chains(conn) if chain.station == ledger.station]
        return frozenset(epoch for epoch in own if _is_parted(conn, epoch))


def kept_back(ledger: Ledger) -> list[RawFact]:
    """Own facts that will never be sent, because the centre holds others under their numbers."""
    found: list[RawFact] = []
    for epoch in sorted(parted(ledger)):
        seq = sent_to(ledger, epoch) - 1
        while raws := ledger.own_after(seq, epoch=epoch):
            found += raws
            seq = raws[-1].id.seq
    return found


def level_due(ledger: Ledger, ms: int, at_least_ms: int) -> bool:
    """Whether the last `level` lies so far from that server time."""
    return not 0 <= ms - level_ms(ledger) < at_least_ms


def level(ledger: Ledger, ms: int) -> None:
    """Both sides held the same facts at that server time."""
    with ledger.store.writing() as conn:
        log.keep_setting(conn, LEVEL, str(ms))


def level_ms(ledger: Ledger) -> int:
    """The server time of the last exchange that ended with equal sums; 0 before the first."""
    with ledger.store.reading() as conn:
        return int(log.setting(conn, LEVEL) or 0)


def outbox(ledger: Ledger) -> Outbox:
    """What waits to be sent, over all lives of this station."""
    c = facts.c
    count, oldest = 0, 0
    with ledger.store.reading() as conn:
        for chain in log.all_chains(conn):
            if chain.station != ledger.station or _is_parted(conn, chain.epoch):
                continue
            first = int(log.setting(conn, f"sent:{chain.epoch}") or 1)
            if chain.next_seq <= first:
                continue
            count += chain.next_seq - first
            at = (c.station == chain.station, c.epoch == chain.epoch, c.seq == first)
            stamp = conn.execute(select(func.min(c.recorded_at)).where(*at)).scalar() or 0
            oldest = min(oldest or stamp >> 16, stamp >> 16)
    return Outbox(count, oldest)


def waiting(ledger: Ledger) -> list[tuple[str, int, int]]:
    """(kind, how many, since when in ms) of the own facts that were not acknowledged, the oldest kind first."""
    c = facts.c
    found: dict[str, tuple[int, int]] = {}
    with ledger.store.reading() as conn:
        for chain in log.all_chains(conn):
            first = int(log.setting(conn, f"sent:{chain.epoch}") or 1)
            if chain.station != ledger.station or chain.next_seq <= first or _is_parted(conn, chain.epoch):
                continue
            at = (c.station == chain.station, c.epoch == chain.epoch, c.seq >= first)
            query = select(c.kind, func.count(), func.min(c.recorded_at)).where(*at).group_by(c.kind)
            for kind, count, stamp in conn.execute(query):
                had, since = found.get(kind, (0, stamp >> 16))
                found[kind] = had + count, min(since, stamp >> 16)
    return sorted(((kind, *rest) for kind, rest in found.items()), key=lambda line: (line[2], line[0]))


def unoffered(ledger: Ledger) -> tuple[int, int]:
    """How many person keys and pictures the centre was not offered yet."""
    generation = cursor(ledger).generation or 1
    with ledger.store.reading() as conn:
        keys = len(ledger.privacy.unoffered(conn, generation, SHOWN))
    return keys, len(ledger.blobs.unoffered(generation, SHOWN))


def keep_trouble(ledger: Ledger, code: str, sentence: str, ms: int) -> None:
    """An exchange failed. The first failure of a row keeps its time."""
    held = trouble(ledger)
    since = held.since_ms if held is not None and held.code == code else ms
    with ledger.store.writing() as conn:
        log.keep_setting(conn, TROUBLE, json.dumps([code, sentence, since]))


def clear_trouble(ledger: Ledger) -> None:
    """An exchange went through."""
    if trouble(ledger) is not None:
        with ledger.store.writing() as conn:
            log.keep_setting(conn, TROUBLE, "")


def trouble(ledger: Ledger) -> Trouble | None:
    """Why the last exchange failed, since when that is so; None when it did not."""
    with ledger.store.reading() as conn:
        text = log.setting(conn, TROUBLE)
    return Trouble(*json.loads(text)) if text else None


def unsent_subjects(ledger: Ledger, before_ms: int) -> frozenset[str]:
    """Whose own facts, recorded before that moment, the centre has not acknowledged in this life of the station."""
    with ledger.store.reading() as conn:
        first = int(log.setting(conn, f"sent:{ledger.epoch}") or 1)
    found: set[str] = set()
    seq = first - 1
    while raws := ledger.own_after(seq):
        found |= {raw.subject for raw in raws if raw.recorded_at >> 16 < before_ms}
        seq = raws[-1].id.seq
    return frozenset(found)


def _is_parted(conn: Connection, epoch: int) -> bool:
    return bool(log.setting(conn, f"{PARTED}{epoch}"))
