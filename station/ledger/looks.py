"""Who opened whose data at this station (PIPL art. 51, 54): rows of ids and instants, added and never changed.

They are this station's own and travel nowhere. The triggers of migration 0005 hold whatever is written here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, delete, func, insert, select

from station.domain.days import MS_PER_DAY
from station.ledger.lines import lines_of, read
from station.ledger.schema import looks
from station.ledger.store import Store

THREE_YEARS_MS = 1096 * MS_PER_DAY
"""What the trigger lets go: a row that another one is this much newer than."""
AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Look:
    """One person of the station, whose data, what was opened, and when it was opened first."""

    subject: str
    person: str
    opened: str
    at_ms: int


class Looks:
    """The log. May be written from any thread and any process of the station."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def note(self, subjects: Iterable[str], person: str, opened: str, at_ms: int, since_ms: int) -> int:
        """Write down that the person opened this of these subjects, durable on return; how many rows that took.

        A subject of which the same was noted between `since_ms` and now, both inclusive, needs none. Raises Fault.
        """
        asked = list(dict.fromkeys(subjects))
        with self._store.reading() as conn:
            if not self._unnoted(conn, asked, person, opened, at_ms, since_ms):
                return 0
        with self._store.writing() as conn:  # asked again: another process may have written meanwhile
            fresh = self._unnoted(conn, asked, person, opened, at_ms, since_ms)
            if fresh:
                rows = [{"subject": one, "person": person, "opened": opened, "at_ms": at_ms} for one in fresh]
                conn.execute(insert(looks), rows)
            return len(fresh)

    def between(self, first_ms: int, until_ms: int, person: str = "") -> list[Look]:
        """What was opened from the first instant on and before the last one, by one person or by anybody, in order."""
        c = looks.c
        query = lines_of(Look, looks).where(c.at_ms >= first_ms, c.at_ms < until_ms)
        if person:
            query = query.where(c.person == person)
        return self._all(query.order_by(c.at_ms, c.subject, c.person, c.opened))

    def of(self, subject: str) -> list[Look]:
        """Who opened the data of one person, in order."""
        c = looks.c
        return self._all(lines_of(Look, looks).where(c.subject == subject).order_by(c.at_ms, c.person, c.opened))

    def people(self) -> set[str]:
        """Everybody who ever opened anything."""
        with self._store.reading() as conn:
            return set(conn.scalars(select(looks.c.person).distinct()))

    def began(self) -> int | None:
        """The instant of the oldest row; None where there is none."""
        with self._store.reading() as conn:
            return conn.execute(select(func.min(looks.c.at_ms))).scalar()

    def forget_before(self, ms: int) -> int:
        """Delete what is older than that instant and three years older than the newest; how many rows went."""
        with self._store.reading() as conn:
            newest = conn.execute(select(func.max(looks.c.at_ms))).scalar()
            old = looks.c.at_ms < min(ms, (newest or 0) - THREE_YEARS_MS)
            if not conn.execute(select(select(looks.c.at_ms).where(old).exists())).scalar():
                return 0
        with self._store.writing() as conn:
            return conn.execute(delete(looks).where(old)).rowcount

    @staticmethod
    def _unnoted(
        conn: Connection, subjects: Sequence[str], person: str, opened: str, at_ms: int, since_ms: int
    ) -> list[str]:
        c, noted = looks.c, set[str]()
        same = (c.person == person, c.opened == opened, c.at_ms.between(since_ms, at_ms))
        for start in range(0, len(subjects), AT_ONCE):
            part = c.subject.in_(subjects[start : start + AT_ONCE])
            noted.update(conn.scalars(select(c.subject).where(part, *same)))
        return [subject for subject in subjects if subject not in noted]

    def _all(self, query: Select[Any]) -> list[Look]:
        with self._store.reading() as conn:
            return read(conn, Look, query)
