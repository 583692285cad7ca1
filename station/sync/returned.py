"""Facts of the centre's own that stations gave back after a restore: taken again when the centre's signature holds."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import select, update

from station.domain.errors import Fault, Refused
from station.ledger import encoding
from station.ledger.encoding import RawFact
from station.sync import pushing
from station.sync.central_schema import centre
from station.sync.central_schema import returned as table
from station.sync.sql import SqlCentral

BATCH = 500


def settle(central: SqlCentral, own_signature: Callable[[RawFact], bool]) -> int:
    """Look at everything that waits, in the order of its chains; how many facts were lost and are here again."""
    c, fresh = table.c, 0
    with central.transactions.reading() as conn:
        waiting = select(c.city, c.hash, c.body, c.signature).where(c.verdict == "waiting")
        rows = conn.execute(waiting.order_by(c.city, c.epoch, c.seq).limit(BATCH)).all()
    for row in rows:
        with central.transactions.writing() as conn:
            generation = conn.execute(select(centre.c.generation)).scalar_one()
            try:
                raw = encoding.read(row.body, row.signature)
                fresh += pushing.take_back(conn, row.city, [raw], generation, own_signature)
                verdict = "taken"
            except Refused as refused:
                verdict = refused.code[:16]
            except Fault:
                verdict = "malformed"
            conn.execute(update(table).where(c.city == row.city, c.hash == row.hash).values(verdict=verdict))
    return fresh
