"""What every permit of the province answers, by its number and without its person: kept by the clerk, asked by a
station that meets a card of another city.

A line holds all colours to come, as the roll of a station does, so it stays true while nothing is said about the
permit. A station learns one line for one whole number; nothing here can be listed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, select

from station.domain.record import Record
from station.domain.standing import Colour, timetable
from station.domain.worker import WorkerRecord
from station.ledger.rows import colour_in_cell, written
from station.ledger.schema import upsert
from station.sync.central_schema import permits
from station.sync.central_schema import standings as table

_T = table.c


@dataclass(frozen=True, slots=True)
class StandingLine:
    """One permit: its colours to come, the issue number of the card that answers for it (0: none), as of when."""

    city: str
    number: str
    colours: str
    issue: int
    as_of_ms: int

    def colour_on(self, day: date) -> Colour:
        """What `standing` answers on that day for the phone code and for the card with `issue`."""
        return colour_in_cell(self.colours, day)


def keep(conn: Connection, city: str, record: Record) -> None:
    """Write down what the permits of a record answer from now on."""
    if isinstance(record, WorkerRecord):
        for number in record.permits:
            keep_number(conn, city, record, number)


def missing(conn: Connection, city: str, limit: int) -> list[tuple[str, str]]:
    """(subject, number) of permits without a line, as of a centre that was founded before there were any."""
    p = permits.c
    none = (_T.city == p.city) & (_T.number == p.number)
    query = select(p.subject, p.number).outerjoin(table, none).where(p.city == city, _T.number.is_(None))
    return [(row.subject, row.number) for row in conn.execute(query.order_by(p.number).limit(limit))]


def line_of(conn: Connection, number: str, now_ms: int) -> StandingLine | None:
    """The line of a whole permit number; None where the centre knows no such permit.

    A number that two cities gave is answered for by the city whose number it is.
    """
    rows = conn.execute(select(_T.city, _T.colours, _T.issue).where(_T.number == number)).all()
    best = sorted(rows, key=lambda row: (row.city[:4] != number[:4], row.city))
    return StandingLine(best[0].city, number, best[0].colours, best[0].issue, now_ms) if best else None


def keep_number(conn: Connection, city: str, record: Record | None, number: str) -> None:
    """The same for one number; a line without colours where the record is no worker's, so that none stays missing."""
    row: dict[str, Any] = {"city": city, "number": number, "colours": "", "issue": 0}
    if isinstance(record, WorkerRecord):
        card = record.current_card(number)
        row |= {"colours": written(timetable(record, number)), "issue": card.issue_number if card else 0}
    conn.execute(upsert(conn, table), row)
