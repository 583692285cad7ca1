"""What households complained about or asked, the oldest first, until somebody has looked into it (R9)."""

from __future__ import annotations

from dataclasses import dataclass

from station.domain.authority import Actor
from station.domain.decide import complaints
from station.domain.parts import Complaint
from station.domain.worker import WorkerRecord
from station.services.desk import Desk, Done, Topic


@dataclass(frozen=True, slots=True)
class Waiting:
    """One complaint nobody has answered; its text is None where its person was erased."""

    subject: str
    complaint: Complaint


def waiting(desk: Desk) -> list[Waiting]:
    """All open complaints of the city, the oldest first."""
    found = [
        Waiting(subject, one) for subject in desk.ledger.inbox.complained() for one in unanswered(desk.worker(subject))
    ]
    return sorted(found, key=lambda one: one.complaint.at_ms)


def unanswered(record: WorkerRecord) -> list[Complaint]:
    """Those of one worker, the oldest first."""
    return [one for one in record.complaints if one.fact not in record.answers]


def answer(
    desk: Desk, subject: str, complaint: str, *, finding: str, note: str = "", actor: Actor
) -> Done[WorkerRecord]:
    """It was looked into, with this finding of the closed list."""
    today = desk.today()
    record = desk.decide(
        subject, actor, lambda r: complaints.answer(r, complaint, today, finding=finding, note=note, actor=actor)
    )
    return Done(record, frozenset({Topic.ROLL, Topic.APPLICATIONS}))
