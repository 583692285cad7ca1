"""Every card ever asked for and how sure we are of it; blanks and spoils. Reads projections only."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, func, select

from station.ledger.lines import lines_of, read
from station.ledger.schema import card_jobs, facts, stock_packs
from station.ledger.store import Store


@dataclass(frozen=True, slots=True)
class JobRow:
    """One print attempt. `sure` is nothing (no byte left), doubt (it may have printed), sure (read back) or ended."""

    number: str
    issue_number: int
    subject: str
    state: str
    sure: str
    asked_on: date
    asked_by: str
    reason: str
    batch: str
    printer: str
    blank: str
    station: str
    job_sha256: str
    frame_sha256: str
    outcome: str
    fault: str
    since_ms: int
    activated_on: date | None


@dataclass(frozen=True, slots=True)
class PackRow:
    """One pack of blanks or one ribbon: how many pieces for each act of stock."""

    subject: str
    pack: str
    item: str
    counts: Mapping[str, int]
    cost_fen: int
    fund: str


class Jobs:
    """Cards on their way."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def job(self, number: str, issue_number: int) -> JobRow | None:
        c = card_jobs.c
        query = lines_of(JobRow, card_jobs).where(c.number == number, c.issue_number == issue_number)
        return next(iter(self._all(query.order_by(c.subject).limit(1))), None)

    def of_permit(self, number: str) -> list[JobRow]:
        """All print attempts of a permit, the first one first."""
        c = card_jobs.c
        return self._all(lines_of(JobRow, card_jobs).where(c.number == number).order_by(c.issue_number, c.subject))

    def of_batch(self, batch: str) -> list[JobRow]:
        c = card_jobs.c
        return self._all(lines_of(JobRow, card_jobs).where(c.batch == batch).order_by(c.number, c.issue_number))

    def batches(self, station: str) -> list[str]:
        """The names of all runs of a station, the newest first."""
        under = f"station:{station}/batch/"
        c = facts.c
        query = (
            select(c.subject)
            .where(c.subject > under, c.subject < under + "\x7f")
            .group_by(c.subject)
            .order_by(func.min(c.recorded_at).desc())
        )
        with self._store.reading() as conn:
            return [row[0].removeprefix(under) for row in conn.execute(query)]

    def in_states(self, states: Sequence[str], *, printer: str | None = None, limit: int = 10_000) -> list[JobRow]:
        """Cards in these states, the longest waiting first."""
        c = card_jobs.c
        query = lines_of(JobRow, card_jobs).where(c.state.in_(list(states)))
        if printer is not None:
            query = query.where(c.printer == printer)
        return self._all(query.order_by(c.since_ms, c.number, c.issue_number).limit(limit))

    def doubtful(self, *, printer: str | None = None) -> list[JobRow]:
        """Cards that may have printed and were not read back: to be settled before that printer prints again."""
        c = card_jobs.c
        query = lines_of(JobRow, card_jobs).where(c.sure == "doubt")
        if printer is not None:
            query = query.where(c.printer == printer)
        return self._all(query.order_by(c.since_ms, c.number, c.issue_number))

    def handed_over(self, station: str, first: date, last: date) -> int:
        """How many of the cards made at that station left it in those days, whatever became of them since."""
        c = card_jobs.c
        at = (c.station == station, c.handed_on.between(first, last))
        with self._store.reading() as conn:
            return conn.execute(select(func.count()).select_from(card_jobs).where(*at)).scalar_one()

    def counts(self) -> dict[str, int]:
        """State -> how many cards."""
        c = card_jobs.c
        with self._store.reading() as conn:
            return {row[0]: row[1] for row in conn.execute(select(c.state, func.count()).group_by(c.state))}

    def packs(self, station: str) -> list[PackRow]:
        """The packs of one station (its id, without the prefix)."""
        c = stock_packs.c
        query = select(stock_packs).where(c.subject == f"station:{station}").order_by(c.pack)
        with self._store.reading() as conn:
            rows = conn.execute(query).all()
        return [PackRow(r.subject, r.pack, r.item, json.loads(r.counts), r.cost_fen, r.fund) for r in rows]

    def _all(self, query: Select[Any]) -> list[JobRow]:
        with self._store.reading() as conn:
            return read(conn, JobRow, query)
