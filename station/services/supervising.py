"""The supervisor's acts: suspend, reinstate, cancel, revoke, transfer, reissue, lost, take back, destroy."""

from __future__ import annotations

from station.domain.authority import Actor
from station.domain.decide import plastic, rights
from station.domain.worker import WorkerRecord
from station.services.desk import Desk, Done, Topic

_PERMIT = frozenset({Topic.PERMITS, Topic.CARDS, Topic.ROLL})
_CARD = frozenset({Topic.CARDS})


def suspend(
    desk: Desk, subject: str, number: str, *, cause: str, note: str = "", document: str = "", actor: Actor
) -> Done[WorkerRecord]:
    """C2, C3."""
    today = desk.today()
    return Done(
        desk.decide(
            subject,
            actor,
            lambda r: rights.suspend(r, number, today, cause=cause, note=note, document=document, actor=actor),
        ),
        _PERMIT,
    )


def reinstate(
    desk: Desk, subject: str, number: str, *, cause: str, note: str, document: str = "", actor: Actor, second: Actor
) -> Done[WorkerRecord]:
    """C4."""
    today = desk.today()
    return Done(
        desk.decide(
            subject,
            actor,
            lambda r: rights.reinstate(
                r, number, today, cause=cause, note=note, document=document, actor=actor, second=second,
                in_business=number not in r.permits or desk.in_business(r.permits[number].company),
            ),
        ),
        _PERMIT,
    )


def cancel(
    desk: Desk, subject: str, number: str, *, cause: str, note: str = "", actor: Actor
) -> Done[WorkerRecord]:
    """C5."""
    today = desk.today()
    return Done(
        desk.decide(
            subject, actor, lambda r: rights.cancel(r, number, today, cause=cause, note=note, actor=actor)
        ),
        _PERMIT,
    )


def revoke(
    desk: Desk, subject: str, number: str, *, cause: str, document: str, note: str = "", actor: Actor, second: Actor
) -> Done[WorkerRecord]:
    """C6."""
    today = desk.today()
    return Done(
        desk.decide(
            subject,
            actor,
            lambda r: rights.revoke(
                r, number, today, cause=cause, note=note, document=document, actor=actor, second=second
            ),
        ),
        _PERMIT,
    )


def transfer(desk: Desk, subject: str, number: str, name: str, uscc: str, *, actor: Actor) -> Done[WorkerRecord]:
    """§12.8."""
    today, company = desk.today(), desk.company(uscc)
    return Done(
        desk.decide(
            subject,
            actor,
            lambda r: rights.transfer(
                r, number, name, today, company=company.uscc, company_name=company.short_name, actor=actor,
                in_business=desk.in_business(company.uscc),
            ),
        ),
        _PERMIT,
    )


def ask_card(desk: Desk, subject: str, number: str, *, batch: str = "", actor: Actor) -> Done[WorkerRecord]:
    """A first card."""
    today = desk.today()
    return Done(
        desk.decide(subject, actor, lambda r: plastic.ask(r, number, today, batch=batch, actor=actor)), _CARD
    )


def reissue(
    desk: Desk, subject: str, number: str, *, reason: str, note: str = "", batch: str = "", actor: Actor
) -> Done[WorkerRecord]:
    """补发."""
    today = desk.today()
    return Done(
        desk.decide(
            subject,
            actor,
            lambda r: plastic.reissue(r, number, today, reason=reason, note=note, actor=actor, batch=batch),
        ),
        _CARD,
    )


def report_lost(
    desk: Desk, subject: str, number: str, issue_number: int, *, note: str = "", actor: Actor
) -> Done[WorkerRecord]:
    """挂失."""
    today = desk.today()
    return Done(
        desk.decide(
            subject, actor, lambda r: plastic.report_lost(r, number, issue_number, today, note=note, actor=actor)
        ),
        _CARD,
    )


def hand_to_company(
    desk: Desk, subject: str, number: str, issue_number: int, *, collector: str, actor: Actor
) -> Done[WorkerRecord]:
    """R27: the scanned card goes to the company's collector."""
    today = desk.today()
    return Done(
        desk.decide(
            subject,
            actor,
            lambda r: plastic.hand_to_company(r, number, issue_number, today, collector=collector, actor=actor),
        ),
        _CARD,
    )


def hand_to_worker(
    desk: Desk, subject: str, number: str, issue_number: int, *, actor: Actor
) -> Done[WorkerRecord]:
    """The worker has it."""
    today = desk.today()
    return Done(
        desk.decide(subject, actor, lambda r: plastic.hand_to_worker(r, number, issue_number, today, actor=actor)),
        _CARD,
    )


def take_back(desk: Desk, subject: str, number: str, issue_number: int, *, actor: Actor) -> Done[WorkerRecord]:
    """收回."""
    today = desk.today()
    return Done(
        desk.decide(subject, actor, lambda r: plastic.take_back(r, number, issue_number, today, actor=actor)), _CARD
    )


def spoil(
    desk: Desk, subject: str, number: str, issue_number: int, *, reason: str, note: str = "", actor: Actor
) -> Done[WorkerRecord]:
    """废卡."""
    today = desk.today()
    return Done(
        desk.decide(
            subject,
            actor,
            lambda r: plastic.spoil(r, number, issue_number, today, reason=reason, note=note, actor=actor),
        ),
        _CARD,
    )


def destroy(
    desk: Desk, subject: str, number: str, issue_number: int, *, actor: Actor, second: Actor
) -> Done[WorkerRecord]:
    """销毁, two names."""
    today = desk.today()
    return Done(
        desk.decide(
            subject, actor, lambda r: plastic.destroy(r, number, issue_number, today, actor=actor, second=second)
        ),
        _CARD,
    )
