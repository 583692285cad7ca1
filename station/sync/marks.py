"""What a station remembers of its exchanges: the cursor, when it was last level, what still waits. Never the truth.

How far facts were sent is the centre's to say; `sent` here only feeds the status strip and the outbox.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from sqlalchemy import func, select

from station.ledger import log
from station.ledger.ledger import Ledger
from station.ledger.schema import facts
from station.sync.central import Cursor

CURSOR = "cursor"
LEVEL = "level_ms"


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


def sent(ledger: Ledger, epoch: int, next_seq: int) -> None:
    """The centre has acknowledged own facts below that number."""
    with ledger.store.writing() as conn:
        log.keep_setting(conn, f"sent:{epoch}", str(next_seq))


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
            if chain.station != ledger.station:
                continue
            first = int(log.setting(conn, f"sent:{chain.epoch}") or 1)
            if chain.next_seq <= first:
                continue
            count += chain.next_seq - first
            at = (c.station == chain.station, c.epoch == chain.epoch, c.seq == first)
            stamp = conn.execute(select(func.min(c.recorded_at)).where(*at)).scalar() or 0
            oldest = min(oldest or stamp >> 16, stamp >> 16)
    return Outbox(count, oldest)
