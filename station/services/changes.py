"""What companies reported before the paper was there, by when it must be applied, and how it ends (R34, D-20)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from station.domain.authority import Actor
from station.domain.decide import changes
from station.domain.escalation import apply_by, reported_late, unapplied_on
from station.domain.parts import Report
from station.domain.worker import WorkerRecord
from station.services.desk import Desk, Done, Topic

_TOUCHED = frozenset({Topic.ROLL, Topic.APPLICATIONS, Topic.PERMITS})


@dataclass(frozen=True, slots=True)
class Waiting:
    """One report without its paper: the last day to apply it, whether it presses today, how late the company was."""

    subject: str
    company: str
    report: Report
    due: date
    presses: bool
    company_late: int


def report(
    desk: Desk, subject: str, *, what: str, known_on: date, note: str = "", actor: Actor
) -> Done[WorkerRecord]:
    """The company says that something changed; a safety change suspends at once."""
    today = desk.today()
    record = desk.decide(
        subject, actor, lambda r: changes.report(r, today, what=what, known_on=known_on, note=note, actor=actor)
    )
    return Done(record, _TOUCHED)


def settle(desk: Desk, subject: str, fact: str, *, finding: str, note: str = "", actor: Actor) -> Done[WorkerRecord]:
    """It ended without a new paper, with this finding of the closed list."""
    today = desk.today()
    record = desk.decide(
        subject, actor, lambda r: changes.settle(r, fact, today, finding=finding, note=note, actor=actor)
    )
    return Done(record, _TOUCHED)


def unsettled(record: WorkerRecord) -> list[Report]:
    """The reports of one worker that wait for a paper, the oldest first."""
    return [one for one in record.reports if not one.settled]


def waiting(desk: Desk) -> list[Waiting]:
    """All of them, whatever must be applied first first."""
    today = desk.clock.today()
    found = []
    for subject in desk.ledger.inbox.reported():
        record = desk.worker(subject)
        company = record.affiliation.company if record.affiliation is not None else ""
        for one in unsettled(record):
            late, presses = reported_late(one, desk.calendar), unapplied_on(one, today, desk.calendar)
            found.append(Waiting(subject, company, one, apply_by(one, desk.calendar), presses, late))
    return sorted(found, key=lambda line: (line.due, line.subject))
