"""What a day asks for, of one worker: notices 60/30/7/1, the half-yearly refresh, the pause when its grace is over.

Pure functions of a record and a day (domain.md §12.7, R34, R37, D-12, D-21). Nothing is ever approved by a date.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum

from station.domain import permit
from station.domain.deadlines import REFRESH_GRACE_DAYS, notice_due, refresh_due, refresh_grace_ends
from station.domain.evidence import Worth, boundaries, insurance_on, medical_on
from station.domain.permit import Cause
from station.domain.standing import last_refresh
from station.domain.worker import WorkerRecord

TRANSFER_DAYS = 30  # D-21: a paused permit whose worker found no new company is cancelled after this
REFRESH_AHEAD_DAYS = 30
SHORTEST_HALF_YEAR = 181
"""Six months by the Civil Code are never shorter: 31 August to the end of February."""


class Refresh(Enum):
    """Where the half-yearly clock of a released permit stands."""

    FRESH = "fresh"
    SOON = "soon"  # due within 30 days: on the refresh list
    OVERDUE = "overdue"  # badge 信息待更新, grace running
    GRACE_OVER = "grace_over"  # suspended by the timer


@dataclass(frozen=True, slots=True)
class Expiry:
    """One paper that ends soon: `days` left today, and which of the notices 60/30/7/1 that is."""

    paper: str
    last_day: date
    days: int
    notice: int


def refresh_of(record: WorkerRecord, number: str, day: date) -> tuple[Refresh, date] | None:
    """The clock of R37 and its day; None for a permit that was never released or has ended."""
    since = last_refresh(record, number)
    right = record.permits.get(number)
    if since is None or right is None or right.state in permit.FINAL:
        return None
    return refresh_stage(since, day)


def refresh_stage(since: date, day: date) -> tuple[Refresh, date]:
    """Where a clock that runs since that day stands on `day`, and the day it is due."""
    due = refresh_due(since)
    if day > refresh_grace_ends(since):
        return Refresh.GRACE_OVER, due
    if day > due:
        return Refresh.OVERDUE, due
    return (Refresh.SOON if due - day <= timedelta(days=REFRESH_AHEAD_DAYS) else Refresh.FRESH), due


def fresh_after(day: date) -> date:
    """No clock that runs since later than this day asks for anything on `day`: half a year has at least 181 days."""
    return day + timedelta(days=REFRESH_AHEAD_DAYS - SHORTEST_HALF_YEAR)


def out_of_grace_by(day: date) -> date:
    """No clock that runs since later than this day is out of grace on `day`."""
    return day - timedelta(days=REFRESH_GRACE_DAYS + SHORTEST_HALF_YEAR)


def expiries(record: WorkerRecord, day: date) -> list[Expiry]:
    """Medical and insurance that count today and end within 60 days, the nearest first.

    The last day is the one before the first on which the colour rule calls the paper invalid: a renewal without a gap
    counts, other kinds of insurance do not.
    """
    found = []
    turns = sorted(d for d in boundaries(record.medicals, record.insurances) if d > day)
    for paper in ("medical", "insurance"):
        if _worth(record, paper, day) is not Worth.VALID:
            continue
        last = next(d for d in turns if _worth(record, paper, d) is not Worth.VALID) - timedelta(days=1)
        notice = notice_due(last, day)
        if notice is not None:
            found.append(Expiry(paper, last, (last - day).days, notice))
    return sorted(found, key=lambda expiry: expiry.last_day)


def _worth(record: WorkerRecord, paper: str, day: date) -> Worth:
    if paper == "medical":
        return medical_on(record.medicals, day)
    return insurance_on(record.insurances, day)


def transfer_overdue(record: WorkerRecord, number: str, day: date) -> bool:
    """D-21: paused because the affiliation ended, and thirty days went by: put before the supervisor to cancel."""
    right = record.permits.get(number)
    return (
        right is not None
        and right.state is permit.State.SUSPENDED
        and Cause.AFFILIATION_ENDED.value in right.open_causes
        and right.suspended_on is not None
        and (day - right.suspended_on).days > TRANSFER_DAYS
    )
