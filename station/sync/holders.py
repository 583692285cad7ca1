"""One live permit per person in the whole province: who came first at the centre holds it.

The centre alone can know, because cities do not see each other. A person is found by a keyed hash of their document
that only the centre can make; nothing of the person stands in the table.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass

from sqlalchemy import Connection, select, update

from station.ledger.schema import insert_new
from station.sync.central_schema import holders


@dataclass(frozen=True, slots=True)
class Holder:
    """Where the one live permit of a person is."""

    city: str
    subject: str
    number: str


def blind_of(key: bytes, document_kind: str, number: str) -> bytes:
    """The same person is the same bytes in every city; without the key nobody can tell who, or try numbers."""
    return hmac.new(key, f"{document_kind}|{number}".encode(), hashlib.sha256).digest()


def claim(conn: Connection, blind: bytes, mine: Holder) -> Holder:
    """Whoever holds the permit of this person, now locked: `mine` when nobody did before."""
    row = {"blind": blind, "city": mine.city, "subject": mine.subject, "number": mine.number}
    conn.execute(insert_new(conn, holders), row)
    query = select(holders.c.city, holders.c.subject, holders.c.number).where(holders.c.blind == blind)
    return Holder(*conn.execute(query.with_for_update()).one())


def holder_of(conn: Connection, blind: bytes) -> Holder | None:
    """Whoever was first to hold a permit of this person; only to look."""
    query = select(holders.c.city, holders.c.subject, holders.c.number).where(holders.c.blind == blind)
    row = conn.execute(query).one_or_none()
    return None if row is None else Holder(*row)


def pass_on(conn: Connection, blind: bytes, mine: Holder) -> None:
    """The former permit has ended: this one is the person's now. Called after `claim` in the same transaction."""
    values = {"city": mine.city, "subject": mine.subject, "number": mine.number}
    conn.execute(update(holders).where(holders.c.blind == blind).values(values))
