"""When a person leaves the trade, or a company the register: files closed, permits paused, cards asked back."""

from __future__ import annotations

from datetime import date

from station.domain import facts, permit
from station.domain.authority import SYSTEM, Actor
from station.domain.decide import leaving
from station.domain.permit import Cause
from station.domain.worker import WorkerRecord
from station.services.desk import Desk, Done, Topic


def close_worker(desk: Desk, subject: str, *, cause: str, actor: Actor) -> Done[WorkerRecord]:
    """死亡、离业、证件失效: final."""
    today = desk.today()
    record = desk.decide(subject, actor, lambda r: leaving.close_worker(r, today, cause=cause, actor=actor))
    return Done(record, frozenset({Topic.ROLL, Topic.PERMITS, Topic.CARDS, Topic.APPLICATIONS}))


def change_company_status(
    desk: Desk, uscc: str, status: str, on: date, *, source: str, actor: Actor
) -> Done[int]:
    """The register says a company closed or came back. A closed company's released permits pause at once (C2).

    Answers how many were paused. A cut in between leaves the rest to the night's timers.
    """
    today = desk.today()
    told = leaving.company_status(desk.company(uscc), status, on, today, source=source, actor=actor)
    desk.ledger.append([(f"company:{uscc}", told)], actor=actor.person)
    paused = 0
    if status != "IN_BUSINESS":
        for row in desk.ledger.roll.permits(live=True):
            if row.company == uscc and row.state != permit.State.GENERATED.value:
                paused += _pause(desk, row.subject, today)
    return Done(paused, frozenset({Topic.COMPANIES, Topic.PERMITS, Topic.ROLL}))


def _pause(desk: Desk, subject: str, day: date) -> int:
    def decide(record: WorkerRecord) -> list[facts.Payload]:
        return leaving.suspend_at_once(record, day, Cause.COMPANY_CLOSED)

    before = desk.worker(subject).newest
    return int(desk.decide(subject, SYSTEM, decide).newest != before)
