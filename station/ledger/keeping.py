"""Whose data may have been kept long enough: finds candidates in the projections; the rule is `domain.retention`."""

from __future__ import annotations

from datetime import date

from sqlalchemy import func, select

from station.domain import permit
from station.ledger.schema import blobs, inbox_applications, roll_permits, roll_workers
from station.ledger.store import Store

FINAL = sorted(state.value for state in permit.FINAL)


class Keeping:
    """Looks only. Every answer is a list of subjects that `retention` is then asked about, one by one."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def ended(self, permits_before: date, papers_before_ms: int) -> list[str]:
        """People with nothing open: whose last permit ended before that day, or who never had one and whose last
        application, if any, has lain since before that instant."""
        w, p, a = roll_workers.c, roll_permits.c, inbox_applications.c
        quiet = select(w.subject).where(w.erased.is_(False), w.stage == "").group_by(w.subject)
        permitted = quiet.join(roll_permits, p.subject == w.subject).where(w.permit_state.in_(FINAL))
        never = quiet.join(inbox_applications, a.subject == w.subject, isouter=True).where(w.permit_number == "")
        with self._store.reading() as conn:
            found = set(conn.scalars(permitted.having(func.max(p.ended_on) < permits_before)))
            found |= set(conn.scalars(never.having(func.coalesce(func.max(a.since_ms), 0) < papers_before_ms)))
        return sorted(found)

    def scanned(self) -> list[str]:
        """People of whom this station keeps pictures besides the photo, and who have nothing open."""
        w, b = roll_workers.c, blobs.c
        query = select(b.subject).distinct().join(roll_workers, w.subject == b.subject)
        with self._store.reading() as conn:
            return sorted(conn.scalars(query.where(b.sha256 != w.photo, w.stage == "")))

    def pictures_of(self, subject: str) -> set[str]:
        """The SHA-256 of every picture of that person that is here."""
        with self._store.reading() as conn:
            return set(conn.scalars(select(blobs.c.sha256).where(blobs.c.subject == subject)))
