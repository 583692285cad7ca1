"""What happens because a day began: timers of applications and permits, and the lists that a day asks for.

Safe to run any number of times a day and to be cut at any worker: each worker is decided by the record alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from station.domain import facts, permit
from station.domain.authority import SYSTEM
from station.domain.decide.leaving import suspend_at_once
from station.domain.due import (
    TRANSFER_DAYS,
    Expiry,
    Refresh,
    expiries,
    fresh_after,
    out_of_grace_by,
    refresh_of,
    refresh_stage,
    transfer_overdue,
)
from station.domain.permit import Cause
from station.domain.safety import unapplied
from station.domain.unbinding import answer_due, left_company, objected, settled, waiting_for
from station.domain.worker import WorkerRecord
from station.services import retention
from station.services.desk import Desk, Done, Topic
from station.services.policies import finish_ended
from station.services.retention import NOTHING, Deleted
from station.services.review import keep_time

NOTICE_FROM = 60
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Kept:
    """What the timers did: acts on applications by name, permits paused by cause, what was deleted (§11.4)."""

    papers: dict[str, int]
    paused: dict[str, int]
    deleted: Deleted = NOTHING


@dataclass(frozen=True, slots=True)
class RefreshRow:
    """One line of the half-yearly list: whose, at which company, by which day, and where the clock stands."""

    subject: str
    number: str
    company: str
    due: date
    stage: Refresh


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """One paper of one worker that ends soon, for the company's notice."""

    subject: str
    number: str
    company: str
    expiry: Expiry


def keep_day(desk: Desk, tell: Progress = lambda done, total: None) -> Done[Kept]:
    """A6, A12, A13, A18 and C2 (company closed, refresh grace over, safety changes that met their permit only in the
    exchange) for every open file of this station's ledger, and the deletions of §11.4.

    First whoever a policy that ended was still to cover, because readiness depends on it.
    """
    day = desk.today()
    finish_ended(desk)
    papers: dict[str, int] = {}
    paused: dict[str, int] = {}
    waiting = [row.subject for row in desk.ledger.inbox.open()]
    roll = desk.ledger.roll
    closed = {row.number: row for row in roll.released_at_closed_companies()}
    rights = {row.number: row for row in roll.fresh_before(out_of_grace_by(day))} | closed
    rights |= {row.number: row for row in roll.released_in_doubt(day)}
    total = len(waiting) + len(rights)
    for index, subject in enumerate(waiting):
        for act in keep_time(desk, desk.worker(subject), actor=SYSTEM):
            papers[act] = papers.get(act, 0) + 1
        tell(index + 1, total)
    for index, row in enumerate(rights.values(), start=len(waiting)):
        for cause in _pause(desk, row.subject, day, closed=row.number in closed):
            paused[cause] = paused.get(cause, 0) + 1
        tell(index + 1, total)
    deleted = retention.keep(desk, tell=tell).value
    return Done(Kept(papers, paused, deleted), frozenset({Topic.APPLICATIONS, Topic.PERMITS, Topic.ROLL}))


def _pause(desk: Desk, subject: str, day: date, *, closed: bool) -> list[str]:
    record = desk.worker(subject)
    causes = pauses(record, day, closed=closed)
    if not any(suspend_at_once(record, day, cause) for cause in causes):
        return []

    def decide(now: WorkerRecord) -> list[facts.Payload]:
        return [told for cause in pauses(now, day, closed=closed) for told in suspend_at_once(now, day, cause)]

    before = set(record.permit.open_causes) if record.permit else set()
    after = desk.decide(subject, SYSTEM, decide)
    return sorted(set(after.permit.open_causes) - before) if after.permit else []


def pauses(record: WorkerRecord, day: date, *, closed: bool) -> list[Cause]:
    """Why the calendar would pause the permit that counts."""
    right = record.permit
    found: list[Cause] = []
    if right is None:
        return found
    if closed:
        found.append(Cause.COMPANY_CLOSED)
    clock = refresh_of(record, right.number, day)
    if clock is not None and clock[0] is Refresh.GRACE_OVER:
        found.append(Cause.REFRESH_OVERDUE)
    return found + unapplied(record, day)


def refresh_list(desk: Desk) -> list[RefreshRow]:
    """R37: permits whose refresh is due within 30 days, overdue, or out of grace; the earliest day first.

    Reads as many rows as are due and nobody's facts.
    """
    day = desk.today()
    rows = []
    for row in desk.ledger.roll.fresh_before(fresh_after(day)):
        if row.fresh_since is not None:
            stage, due = refresh_stage(row.fresh_since, day)
            rows.append(RefreshRow(row.subject, row.number, row.company, due, stage))
    listed = [line for line in rows if line.stage is not Refresh.FRESH]
    return sorted(listed, key=lambda line: (line.due, line.number))


def notices(desk: Desk, company: str | None = None) -> list[NoticeRow]:
    """Papers that end within 60 days (60/30/7/1, domain.md §12.7), of live permits, by company and day."""
    day = desk.today()
    until = day + timedelta(days=NOTICE_FROM)
    ledger = desk.ledger
    near = {
        row.subject: row
        for paper in ("medical", "insurance")
        for row in ledger.roll.running_out(paper, day, until)
        if company is None or row.company == company
    }
    found = [
        NoticeRow(subject, row.permit_number, row.company, expiry)
        for subject, row in near.items()
        if row.permit_number
        for expiry in expiries(desk.worker(subject), day)
    ]
    return sorted(found, key=lambda line: (line.company, line.expiry.last_day, line.number))


@dataclass(frozen=True, slots=True)
class LeaverRow:
    """Somebody who left the company their permit names: who is to answer until when, and where it stands.

    `stage`: waiting (a side has its five working days), silent, objected (the association decides), free (to be
    transferred by `due`), overdue (thirty days are over: transfer or cancel).
    """

    subject: str
    number: str
    company: str
    stage: str
    due: date
    sides: tuple[str, ...]


def leavers(desk: Desk) -> list[LeaverRow]:
    """§12.8: everybody whose permit is paused because they left its company, the earliest day first."""
    day = desk.today()
    rows = []
    for row in desk.ledger.roll.permits(state=permit.State.SUSPENDED.value):
        record = desk.worker(row.subject)
        left = left_company(record)
        if left is None or left.ended_on is None or record.permit is None or record.permit.number != row.number:
            continue
        due, sides = answer_due(left, desk.calendar), waiting_for(left)
        last = left.ended_on + timedelta(days=TRANSFER_DAYS)
        stage = "free" if settled(left) else "objected" if objected(left) else "waiting"
        if stage == "waiting" and due is not None and day > due.day:
            stage = "silent"
        if transfer_overdue(record, row.number, day):
            stage = "overdue"
        until = due.day if stage in ("waiting", "silent") and due is not None else last
        rows.append(LeaverRow(row.subject, row.number, row.company, stage, until, sides))
    return sorted(rows, key=lambda line: (line.due, line.number))


def transfers_overdue(desk: Desk) -> list[str]:
    """Numbers of permits paused for an ended affiliation for more than thirty days (D-21): the supervisor cancels."""
    day = desk.today()
    paused = desk.ledger.roll.permits(state=permit.State.SUSPENDED.value)
    return [row.number for row in paused if transfer_overdue(desk.worker(row.subject), row.number, day)]
