"""What the last sweep of all codes found: the work list of this machine, replaced as a whole by the next sweep."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from sqlalchemy import delete, func, insert, select

from station.domain.health import Finding
from station.ledger.lines import lines_of, read
from station.ledger.schema import findings
from station.ledger.store import Store


class WorkList:
    """Findings in the order the sweep gave them."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def replace(self, found: Sequence[Finding]) -> None:
        """These instead of those before, in one step."""
        with self._store.writing() as conn:
            conn.execute(delete(findings))
            if found:
                rows = [asdict(one) | {"place": place} for place, one in enumerate(found)]
                conn.execute(insert(findings), rows)

    def replace_of(self, subject: str, condition: str, detail: str, found: Sequence[Finding]) -> None:
        """What an act has just changed about one person, so that nobody waits for the next sweep."""
        mine = (findings.c.subject == subject, findings.c.condition == condition, findings.c.detail == detail)
        with self._store.writing() as conn:
            conn.execute(delete(findings).where(*mine))
            last = conn.execute(select(func.coalesce(func.max(findings.c.place), -1))).scalar_one()
            if found:
                rows = [asdict(one) | {"place": place} for place, one in enumerate(found, start=last + 1)]
                conn.execute(insert(findings), rows)

    def lines(self, limit: int = 1_000) -> list[Finding]:
        """The first ones of the list."""
        with self._store.reading() as conn:
            return read(conn, Finding, lines_of(Finding, findings).order_by(findings.c.place).limit(limit))
