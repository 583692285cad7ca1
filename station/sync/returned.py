"""Facts of the centre's own that stations gave back after a restore: taken again when the centre's signature holds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, func, select, tuple_, update

from station.domain.errors import Fault, Refused
from station.ledger import encoding
from station.ledger.encoding import RawFact
from station.sync import centre_log, pushing
from station.sync.central_schema import centre
from station.sync.central_schema import returned as table
from station.sync.sql import SqlCentral

BATCH = 500
WAITING = ("waiting", "gap")
"""Verdicts that are none yet; `gap` was written down by earlier programs."""


def settle(central: SqlCentral, own_signature: Callable[[RawFact], bool]) -> int:
    """Look at everything that waits, in the order of its chains; how many facts were lost and are here again.

    What does not follow from its chain yet goes on waiting for the copy that comes before it.
    """
    fresh, gaps, last = 0, set[tuple[str, int]](), ("", -1, -1, b"", "")
    while rows := _after(central, last):
        for row in rows:
            last = (row.city, row.epoch, row.seq, row.hash, row.given_by)
            if (row.city, row.epoch) in gaps:
                continue  # the chain goes no further in this round
            taken, verdict = _judged(central, row, own_signature)
            fresh += taken
            if verdict == "gap":
                gaps.add((row.city, row.epoch))
    return fresh


def not_taken(conn: Connection) -> dict[str, int]:
    """How many facts given back are not here again, by verdict; one that came rightly from another giver is here."""
    c, other = table.c, table.alias()
    here = select(other.c.hash).where(other.c.city == c.city, other.c.hash == c.hash, other.c.verdict == "taken")
    counted = select(c.verdict, func.count(c.hash.distinct())).where(c.verdict != "taken", ~here.exists())
    found: dict[str, int] = {}
    for verdict, count in conn.execute(counted.group_by(c.verdict)):
        name = "waiting" if verdict in WAITING else verdict
        found[name] = found.get(name, 0) + count
    return found


def _after(central: SqlCentral, last: tuple[str, int, int, bytes, str]) -> list[Any]:
    c = table.c
    place = tuple_(c.city, c.epoch, c.seq, c.hash, c.given_by)
    columns = (c.city, c.epoch, c.seq, c.hash, c.given_by, c.station, c.body, c.signature)
    with central.transactions.reading() as conn:
        query = select(*columns).where(c.verdict.in_(WAITING), place > last)
        return list(conn.execute(query.order_by(*columns[:5]).limit(BATCH)).all())


def _judged(central: SqlCentral, row: Any, own_signature: Callable[[RawFact], bool]) -> tuple[int, str]:
    """(facts that are here again, verdict), written down unless it has to wait."""
    c, fresh = table.c, 0
    with central.transactions.writing() as conn:
        generation = conn.execute(select(centre.c.generation)).scalar_one()
        try:
            raw = encoding.read(row.body, row.signature)
            fresh = pushing.take_back(conn, row.city, [raw], generation, own_signature)
            verdict = "taken"
        except Refused as refused:
            verdict = refused.code[:16]
        except Fault:
            verdict = "malformed"
        if verdict == "gap":
            chain = centre_log.known(conn, row.city, row.station, row.epoch)
            if row.seq > chain.next_seq:
                return 0, verdict
            verdict = "forked"
        same = (c.city == row.city, c.hash == row.hash, c.given_by == row.given_by)
        looked_at = c.signature == row.signature if row.signature is not None else c.signature.is_(None)
        conn.execute(update(table).where(*same, looked_at).values(verdict=verdict))
    return fresh, verdict
