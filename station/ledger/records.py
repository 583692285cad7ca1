"""The records of subjects as the ledger keeps them: folds who is touched, and makes the projections' rows so.

Reads facts and knows the tables; appends and takes nothing. Remembers what a counter has in hand: facts that were read,
and the rows they gave, since facts only ever join a subject. An erasure empties the memory.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from sqlalchemy import Connection

from station.domain.facts import Fact, FactId
from station.domain.record import Record, fold
from station.ledger import encoding, log, projection
from station.ledger.encoding import RawFact
from station.ledger.inserts import Inserts
from station.ledger.privacy import ERASED_KIND, KeyDesk, Privacy
from station.ledger.reader import Reader
from station.ledger.rows import Rows, rows_of
from station.ledger.store import Store

FEW = 4
"""From so many subjects on, asking once which of them have older facts is cheaper than reading each one's."""
MANY = 1_000
"""From so many facts at once on it is a station that catches up: nobody has those people in hand."""
ROWS_REMEMBERED = 2_000
"""Subjects whose rows are remembered between appends: those a counter has in hand."""


class Records:
    """The fold of every subject of one ledger. Every call is inside a transaction of its caller."""

    def __init__(self, store: Store, privacy: Privacy) -> None:
        self._store = store
        self._privacy = privacy
        self._reader = Reader()
        self._rows: dict[str, tuple[int, Rows]] = {}

    def record(self, conn: Connection, subject: str) -> Record:
        """Of an unknown subject, an empty record."""
        return fold(subject, self.facts_of(conn, subject, self._privacy.desk(conn)))

    def facts_of(self, conn: Connection, subject: str, desk: KeyDesk) -> list[Fact]:
        """In the agreed order. Personal fields are None where the key is absent."""
        told = [self._reader.fact(row, desk) for row in log.rows_of_subject(conn, subject)]
        return sorted(told, key=lambda fact: fact.order)

    def folded(
        self,
        conn: Connection,
        subjects: dict[str, None],
        desk: KeyDesk | None = None,
        news: Sequence[RawFact] = (),
    ) -> Inserts:
        """Fold these subjects and make their rows so, but for the new rows, which the caller writes. With `news`, the
        facts appended just now, only the tables in which the record before and after them differ are looked at."""
        desk, added = desk or self._privacy.desk(conn), Inserts(conn)
        fresh, erased = set[FactId](), {raw.subject for raw in news if raw.kind == ERASED_KIND}
        newest: dict[str, list[Fact]] = {}
        many = len(news) > MANY
        for raw in news:
            fact = encoding.fact_of(raw, desk) if many else self._reader.remember(raw, desk)
            newest.setdefault(raw.subject, []).append(fact)
        known = log.counts(conn, subjects) if len(subjects) >= FEW else {}
        for subject in subjects:
            told, before = newest.get(subject, []), list[Fact]()
            if known.get(subject) != len(told):  # otherwise they are all there is, and lie here
                fresh = fresh or {raw.id for raw in news}
                told = self.facts_of(conn, subject, desk)
                before = [fact for fact in told if fact.id not in fresh]
            if not told:
                continue
            rows = rows_of(fold(subject, told))
            was = self._rows_before(subject, before) if news and subject not in erased else None
            projection.project(conn, added, subject, rows, was)
            if not many:
                self._store.when_durable(partial(self._remember_rows, subject, len(told), rows))
            desk.forget(subject)
        return added

    def forget(self) -> None:
        """Remember nobody."""
        self._reader.forget()
        self._rows = {}

    def _rows_before(self, subject: str, before: list[Fact]) -> Rows:
        """What the rows of a subject are by all its facts but the newest."""
        if not before:
            return {}
        count, rows = self._rows.get(subject, (0, {}))
        return rows if count == len(before) else rows_of(fold(subject, before))

    def _remember_rows(self, subject: str, count: int, rows: Rows) -> None:
        """Facts only ever join a subject, so as many facts as then are the same facts and give the same rows."""
        if len(self._rows) >= ROWS_REMEMBERED:
            self._rows = {}
        self._rows[subject] = (count, rows)
