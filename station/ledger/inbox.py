"""Applications by stage and by how near their day is, and what does not fit together. Reads projections only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from station.ledger.lines import lines_of, read
from station.ledger.schema import conflicts, inbox_applications, open_complaints, open_reports
from station.ledger.store import Store


@dataclass(frozen=True, slots=True)
class ApplicationRow:
    """One application. `since_ms` is when it reached its stage; `due` the last day of the ten working days."""

    application: str
    subject: str
    company: str
    purpose: str
    state: str
    open: bool
    opened_ms: int
    since_ms: int
    accepted_on: date | None
    due: date | None
    due_provisional: bool
    extensions: int
    overdue: bool
    visits: int
    defects: int


@dataclass(frozen=True, slots=True)
class ConflictRow:
    """Two facts that do not fit together; a person settles it."""

    subject: str
    code: str
    about: str
    fact: str


class Inbox:
    """What waits on the desk."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def open(self, *, state: str | None = None, company: str | None = None, limit: int = 1_000) -> list[ApplicationRow]:
        """Open applications, the one due first first; those without a day after those with one."""
        c = inbox_applications.c
        query = lines_of(ApplicationRow, inbox_applications).where(c.open)
        if state is not None:
            query = query.where(c.state == state)
        if company is not None:
            query = query.where(c.company == company)
        query = query.order_by(c.due.is_(None), c.due, c.opened_ms, c.application).limit(limit)
        with self._store.reading() as conn:
            return read(conn, ApplicationRow, query)

    def due_by(self, day: date) -> list[ApplicationRow]:
        """Open applications whose day is that day or earlier."""
        c = inbox_applications.c
        query = lines_of(ApplicationRow, inbox_applications).where(c.open, c.due <= day)
        with self._store.reading() as conn:
            return read(conn, ApplicationRow, query.order_by(c.due, c.opened_ms, c.application))

    def counts(self) -> dict[str, int]:
        """Stage -> how many applications, closed ones too."""
        c = inbox_applications.c
        with self._store.reading() as conn:
            rows = conn.execute(select(c.state, func.count()).group_by(c.state))
            return {row[0]: row[1] for row in rows}

    def subject_of(self, application: str) -> str | None:
        """Whose application that is."""
        c = inbox_applications.c
        with self._store.reading() as conn:
            return conn.execute(select(c.subject).where(c.application == application).limit(1)).scalar()

    def conflicts(self, limit: int = 1_000) -> list[ConflictRow]:
        c = conflicts.c
        query = lines_of(ConflictRow, conflicts).order_by(c.fact, c.subject, c.code).limit(limit)
        with self._store.reading() as conn:
            return read(conn, ConflictRow, query)

    def complained(self) -> list[str]:
        """Workers about whom a complaint waits for an answer."""
        c = open_complaints.c
        with self._store.reading() as conn:
            return list(conn.execute(select(c.subject).distinct().order_by(c.subject)).scalars())

    def reported(self) -> list[str]:
        """Workers of whom a company reported a change that waits for its paper."""
        c = open_reports.c
        with self._store.reading() as conn:
            return list(conn.execute(select(c.subject).distinct().order_by(c.subject)).scalars())
