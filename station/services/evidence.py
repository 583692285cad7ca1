"""At the evidence desk: medical, insurance, background, training, MOFCOM record; half-yearly refresh."""

from __future__ import annotations

from datetime import date

from station.domain.authority import SYSTEM, Actor
from station.domain.decide import cover, proof
from station.domain.evidence import NOBODY, Holder
from station.domain.ministry import Said, another_certificate, differing
from station.domain.worker import WorkerRecord
from station.services.desk import Desk, Done, Topic
from station.services.review import keep_time

_TOUCHED = frozenset({Topic.ROLL, Topic.APPLICATIONS, Topic.PERMITS})


def record_medical(
    desk: Desk,
    subject: str,
    *,
    fit: bool,
    examined_on: date,
    valid_until: date | None = None,
    tier: str = "GENERAL",
    institution: str = "",
    reference: str = "",
    paper: str | None = None,
    holder: Holder = NOBODY,
    actor: Actor,
) -> Done[WorkerRecord]:
    """体检结论. Without a printed last day it is good for one year (D-9)."""
    today = desk.today()
    record = desk.decide(
        subject,
        actor,
        lambda r: proof.medical(
            r, today, fit=fit, examined_on=examined_on, valid_until=valid_until, tier=tier, institution=institution,
            reference=reference, paper=paper, holder=holder, actor=actor,
        ),
    )  # fmt: skip
    return Done(record, _TOUCHED)


def record_insurance(
    desk: Desk,
    subject: str,
    *,
    policy: str,
    insurer: str,
    first: date,
    last: date,
    kind: str = "LIABILITY",
    policyholder: str = "",
    paper: str | None = None,
    holder: Holder = NOBODY,
    actor: Actor,
) -> Done[WorkerRecord]:
    """保险: membership of this person, both days inclusive."""
    record = desk.decide(
        subject,
        actor,
        lambda r: cover.insurance(
            r, policy=policy, insurer=insurer, first=first, last=last, kind=kind, policyholder=policyholder,
            paper=paper, holder=holder, actor=actor,
        ),
    )  # fmt: skip
    return Done(record, _TOUCHED)


def end_insurance(
    desk: Desk, subject: str, *, policy: str, last_day: date, endorsement: str = "", reason: str = "", actor: Actor
) -> Done[WorkerRecord]:
    """批单减员, or the end of the person's own policy: on a day inside it."""
    record = desk.decide(
        subject,
        actor,
        lambda r: cover.leave(
            r, policy=policy, last_day=last_day, endorsement=endorsement, reason=reason, actor=actor
        ),
    )
    return Done(record, _TOUCHED)


def record_background(
    desk: Desk,
    subject: str,
    *,
    conclusion: str,
    checked_on: date,
    source: str,
    reference: str = "",
    actor: Actor,
) -> Done[WorkerRecord]:
    """背景核查结论."""
    today = desk.today()
    record = desk.decide(
        subject,
        actor,
        lambda r: proof.background(
            r, today, conclusion=conclusion, checked_on=checked_on, source=source, reference=reference, actor=actor
        ),
    )
    return Done(record, _TOUCHED)


def record_training(
    desk: Desk,
    subject: str,
    *,
    certificate_kind: str,
    occupation: str,
    issuer: str,
    issued_on: date,
    trade: str = "",
    level: str = "",
    number: str = "",
    paper: str | None = None,
    holder: Holder = NOBODY,
    actor: Actor,
) -> Done[WorkerRecord]:
    """技能培训证书."""
    today = desk.today()
    record = desk.decide(
        subject,
        actor,
        lambda r: proof.training(
            r, today, certificate_kind=certificate_kind, occupation=occupation, issuer=issuer, issued_on=issued_on,
            trade=trade, level=level, number=number, paper=paper, holder=holder, actor=actor,
        ),
    )  # fmt: skip
    return Done(record, _TOUCHED)


def record_credit(
    desk: Desk,
    subject: str,
    *,
    status: str,
    checked_on: date,
    source: str,
    reference: str = "",
    certificate: str = "",
    said: Said,
    actor: Actor,
) -> Done[WorkerRecord]:
    """商务部信用记录, compared with the file; says what differs without forbidding it."""
    today, before = desk.today(), desk.worker(subject)
    record = desk.decide(
        subject,
        actor,
        lambda r: proof.credit(
            r, today, status=status, checked_on=checked_on, source=source, reference=reference,
            certificate=certificate, said=said, company=_names_of_company(desk, r), actor=actor,
        ),
    )  # fmt: skip
    told = record.credit
    wrong = differing((told.name_matches, told.number_matches, told.company_matches)) if told is not None else ""
    differs = f"商务部记录与档案不一致：{wrong}，须更正。" if wrong else ""
    return Done(record, _TOUCHED, differs + another_certificate(before, certificate))


def _names_of_company(desk: Desk, record: WorkerRecord) -> tuple[str, ...]:
    if record.affiliation is None:
        return ()
    company = desk.company(record.affiliation.company)
    return company.uscc, company.name, company.short_name


def refresh(desk: Desk, subject: str, *, actor: Actor) -> Done[WorkerRecord]:
    """A full half-yearly refresh was done today (R37)."""
    today = desk.today()
    return Done(desk.decide(subject, actor, lambda r: proof.refresh(r, today, actor=actor)), _TOUCHED)


def void(
    desk: Desk, subject: str, fact: str, *, reason: str, note: str = "", actor: Actor, second: Actor
) -> Done[WorkerRecord]:
    """WRONG-7: a paper is struck out by two people. Papers that waited for their code wait for this one again (A13)."""
    decided = desk.decide(
        subject, actor, lambda r: proof.void(r, fact, reason=reason, note=note, actor=actor, second=second)
    )
    keep_time(desk, decided, actor=SYSTEM)
    return Done(desk.worker(subject), _TOUCHED)
