"""The review desk: accept, return, credit, extension, completeness – the ten working days run here."""

from __future__ import annotations

from collections.abc import Iterable

from station.domain import application, facts
from station.domain.authority import Actor
from station.domain.decide import papers
from station.domain.worker import WorkerRecord
from station.services.desk import Desk, Done, Topic

_TOUCHED = frozenset({Topic.APPLICATIONS})


def accept(desk: Desk, subject: str, name: str, *, actor: Actor) -> Done[WorkerRecord]:
    """A7 受理: the clock starts."""
    today = desk.today()
    return Done(
        desk.decide(
            subject, actor, lambda r: papers.accept(r, name, today, calendar=desk.calendar, actor=actor)
        ),
        _TOUCHED,
    )


def return_papers(
    desk: Desk, subject: str, name: str, defects: Iterable[str], *, note: str = "", actor: Actor
) -> Done[WorkerRecord]:
    """A4 一次告知补正."""
    today, listed = desk.today(), tuple(defects)
    return Done(
        desk.decide(
            subject, actor, lambda r: papers.return_papers(r, name, today, listed, note=note, actor=actor)
        ),
        _TOUCHED,
    )


def pass_credit(desk: Desk, subject: str, name: str, *, actor: Actor) -> Done[WorkerRecord]:
    """A8 信用审核通过, then A12 at once where the evidence is already complete."""
    today = desk.today()

    def decide(record: WorkerRecord) -> list[facts.Payload]:
        return papers.pass_credit(record, name, today, actor=actor)

    return Done(desk.decide(subject, actor, decide), _TOUCHED)


def refuse_credit(
    desk: Desk, subject: str, name: str, *, reason: str, note: str = "", actor: Actor, second: Actor
) -> Done[WorkerRecord]:
    """A9 不予发放."""
    today = desk.today()
    return Done(
        desk.decide(
            subject,
            actor,
            lambda r: papers.refuse_credit(r, name, today, reason=reason, note=note, actor=actor, second=second),
        ),
        _TOUCHED,
    )


def refuse_unfit(
    desk: Desk, subject: str, name: str, *, reason: str, note: str = "", actor: Actor
) -> Done[WorkerRecord]:
    """A11 体检不合格."""
    today = desk.today()
    return Done(
        desk.decide(
            subject, actor, lambda r: papers.refuse_unfit(r, name, today, reason=reason, note=note, actor=actor)
        ),
        _TOUCHED,
    )


def complete(desk: Desk, subject: str, name: str, *, actor: Actor) -> Done[WorkerRecord]:
    """A12: ready to generate, when nothing is missing today."""
    today = desk.today()

    def decide(record: WorkerRecord) -> list[facts.Payload]:
        company = papers.application_of(record, name).company
        return papers.complete(record, name, today, in_business=desk.in_business(company), actor=actor)

    return Done(desk.decide(subject, actor, decide), _TOUCHED)


def reopen(desk: Desk, subject: str, name: str, *, actor: Actor) -> Done[WorkerRecord]:
    """A13: something lapsed while waiting."""
    today = desk.today()

    def decide(record: WorkerRecord) -> list[facts.Payload]:
        company = papers.application_of(record, name).company
        return papers.reopen(record, name, today, in_business=desk.in_business(company), actor=actor)

    return Done(desk.decide(subject, actor, decide), _TOUCHED)


def extend(
    desk: Desk, subject: str, name: str, working_days: int, *, reason: str, note: str = "", actor: Actor
) -> Done[WorkerRecord]:
    """A17 延期, explained to the worker through the company (R29)."""
    today = desk.today()
    return Done(
        desk.decide(
            subject,
            actor,
            lambda r: papers.extend(
                r, name, today, working_days, reason=reason, note=note, calendar=desk.calendar, actor=actor
            ),
        ),
        _TOUCHED,
    )


def acknowledge(desk: Desk, subject: str, name: str, *, by: str, actor: Actor) -> Done[WorkerRecord]:
    """The explanation of a delay was read by the company or the worker."""
    today = desk.today()
    return Done(
        desk.decide(subject, actor, lambda r: papers.acknowledge(r, name, today, by=by, actor=actor)), _TOUCHED
    )


def keep_time(desk: Desk, record: WorkerRecord, *, actor: Actor) -> list[str]:
    """What the timers do to one worker's open application today: A6, A12, A13, A18. Answers the acts done."""
    papers_now = record.open_application
    if papers_now is None:
        return []
    today, name = desk.today(), papers_now.id
    in_business = desk.in_business(papers_now.company)
    done: list[str] = []

    def decide(r: WorkerRecord) -> list[facts.Payload]:
        now = papers.application_of(r, name)
        told: list[facts.Payload] = []
        if now.state is application.State.EVIDENCE_PENDING and not papers.missing(r, now, today, in_business):
            told += papers.complete(r, name, today, in_business=in_business, actor=actor)
        elif now.state is application.State.READY and papers.missing(r, now, today, in_business):
            told += papers.reopen(r, name, today, in_business=in_business, actor=actor)
        elif now.state is application.State.RETURNED and papers.answer_overdue(now, today):
            told += papers.lapse(r, name, today, actor=actor)
        if now.due is not None and today > now.due and not now.overdue and now.open:
            told += papers.mark_overdue(r, name, today, actor=actor)
        done.extend(t.act for t in told if isinstance(t, facts.ApplicationActed))
        return told

    desk.decide(record.subject, actor, decide)
    return done
