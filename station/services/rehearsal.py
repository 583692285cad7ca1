"""The rehearsal of the main job with made-up people: papers in, permit issued, card printed, read back, active, synced.

The same services as the counter, the same printing, the same centre; only the people and the devices are not real.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from PIL import Image

from devices.contracts import Picture
from station.domain import permit
from station.domain.application import State
from station.domain.authority import Actor
from station.domain.errors import Refused
from station.domain.holders import written
from station.domain.ministry import Said
from station.domain.worker import WorkerRecord
from station.services import capture, companies, evidence, intake, issuing, review
from station.services.desk import Desk
from station.services.people_of_rehearsal import RehearsalPerson, company, person

TRAINED_BY = "演练家政培训学校"
CONSENTS = ("PRIVACY", "HEALTH", "BACKGROUND", "SHARING", "SHOWING", "CREDIT", "FACE")


@dataclass(frozen=True, slots=True)
class Cast:
    """The people who act in a rehearsal: nobody decides alone."""

    handler: Actor
    reviewer: Actor
    clerk: Actor
    supervisor: Actor
    bureau: Actor


def cast(city: str) -> Cast:
    """The made-up staff of a rehearsal."""
    return Cast(
        Actor("handler-01", ("COMPANY_HANDLER",), city),
        Actor("reviewer-01", ("COMPANY_REVIEWER",), city),
        Actor("clerk-01", ("CLERK",), city),
        Actor("supervisor-01", ("SUPERVISOR",), city),
        Actor("bureau-01", ("BUREAU",), city),
    )


@dataclass(frozen=True, slots=True)
class Issued:
    """One worker who went through the whole counter."""

    subject: str
    number: str
    person: RehearsalPerson


def seed(
    desk: Desk, count: int, portrait: Callable[[int], Picture], *, first: int = 0
) -> Iterator[Issued]:
    """Bring `count` made-up workers from the papers to a released permit, one after another (lazily)."""
    people = cast(desk.settings.city.code)
    employers = [employer(desk, index, people) for index in range(3)]
    for index in range(first, first + count):
        yield bring(desk, person(index, desk.today()), employers[index % len(employers)], portrait(index), people)


LEFT_AT = (State.COMPANY_REVIEW, State.SUBMITTED, State.CREDIT_REVIEW, State.EVIDENCE_PENDING, State.READY)
"""Where applications of a rehearsal are left, so that every desk has something to do."""


def seed_stages(desk: Desk, portrait: Callable[[int], Picture], *, first: int = 700) -> list[str]:
    """One more made-up worker at each stage; answers their subjects."""
    people, subjects = cast(desk.settings.city.code), []
    uscc = employer(desk, 0, people)
    for index, stage in enumerate(LEFT_AT, start=first):
        who = person(index, desk.today())
        form = intake.WorkerForm(who.number, who.name, who.categories, who.phone)
        subject = intake.register_worker(desk, form, actor=people.clerk).value.subject
        _sign_papers(desk, subject, who, uscc, people)
        _carry(desk, subject, who, uscc, portrait(index), people, stage)
        subjects.append(subject)
    return subjects


def bring(desk: Desk, who: RehearsalPerson, uscc: str, photo: Picture, people: Cast) -> Issued:
    """One worker from 填报 to 已发放, by the same acts as at the counter (domain.md §12.3).

    It goes on where it was left: a rehearsal that was killed in the middle of somebody's papers may be run again.
    """
    subject = desk.ledger.subject_of("ID_CARD", who.number)
    known = desk.ledger.record(subject)
    if not isinstance(known, WorkerRecord) or known.person is None:
        form = intake.WorkerForm(who.number, who.name, who.categories, who.phone)
        intake.register_worker(desk, form, actor=people.clerk)
    right = desk.worker(subject).permit
    if right is None:
        _sign_papers(desk, subject, who, uscc, people)
    if right is None or right.state is permit.State.GENERATED:
        _carry(desk, subject, who, uscc, photo, people)
    right = desk.worker(subject).permit
    if right is None or right.state is not permit.State.ISSUED:
        raise Refused("该人员的码证不在“已发”状态，不能制卡。", "permit_not_issued")
    return Issued(subject, right.number, who)


def _sign_papers(desk: Desk, subject: str, who: RehearsalPerson, uscc: str, people: Cast) -> None:
    """What is on paper before an application is opened: affiliation, consents, training."""
    signed, known = desk.today() - timedelta(days=3), desk.worker(subject)
    intake.record_affiliation(desk, subject, uscc, signed, fingerprint=True, actor=people.clerk)
    if not all(known.consented(item) for item in CONSENTS):
        version = desk.settings.city.notice_version
        intake.record_consents(desk, subject, CONSENTS, version=version, on=signed, actor=people.clerk)
    if not known.trainings:
        evidence.record_training(
            desk, subject, certificate_kind="TRAINING", occupation="家政服务员",
            issuer=TRAINED_BY, issued_on=desk.today() - timedelta(days=400),
            number=f"PX{who.index:06d}", actor=people.clerk,
        )  # fmt: skip
    if known.open_application is None:
        intake.open_application(desk, subject, actor=people.handler, visits=0)


def _carry(
    desk: Desk, subject: str, who: RehearsalPerson, uscc: str, photo: Picture, people: Cast, until: State | None = None
) -> None:
    """The open application from wherever it is to 已发放, or to that stage."""
    while (papers := desk.worker(subject).open_application) is not None and papers.state is not until:
        name = papers.id
        if papers.state is State.DRAFT:
            intake.put_to_review(desk, subject, name, actor=people.handler)
        elif papers.state is State.COMPANY_REVIEW:
            intake.pass_review(desk, subject, name, actor=people.reviewer)
        elif papers.state is State.SUBMITTED:
            review.accept(desk, subject, name, actor=people.clerk)
        elif papers.state is State.CREDIT_REVIEW:
            _be_checked(desk, subject, who, photo, people)
            review.pass_credit(desk, subject, name, actor=people.bureau)
        elif papers.state is State.EVIDENCE_PENDING:
            _be_covered(desk, subject, who, uscc, people)
            review.complete(desk, subject, name, actor=people.clerk)
        elif papers.state is State.READY:
            issuing.generate(desk, subject, name, actor=people.supervisor)
        elif papers.state is State.GENERATED:
            for number in desk.worker(subject).permits:
                issuing.release(desk, subject, number, actor=people.clerk)
        else:
            raise Refused("该人员的申领正等待补正，请先在窗口办完补正。", "papers_returned")


def _be_checked(desk: Desk, subject: str, who: RehearsalPerson, photo: Picture, people: Cast) -> None:
    today, known = desk.today(), desk.worker(subject)
    if known.photo is None:
        capture.accept_photo(desk, subject, jpeg(photo), source="file", actor=people.clerk)
    if known.credit is None:
        belongs = known.affiliation
        said = Said(*written(who.name, who.number), belongs.company if belongs is not None else "")
        evidence.record_credit(
            desk, subject, status="PASSED", checked_on=today, source="商务部平台", reference=f"MOF{who.index:08d}",
            certificate=f"XC{who.index:08d}", said=said, actor=people.bureau,
        )  # fmt: skip
    if not known.backgrounds:
        evidence.record_background(
            desk, subject, conclusion="PASSED", checked_on=today, source="公安核查", reference=f"BJ{who.index:08d}",
            actor=people.bureau,
        )  # fmt: skip


def _be_covered(desk: Desk, subject: str, who: RehearsalPerson, uscc: str, people: Cast) -> None:
    known = desk.worker(subject)
    if not known.medicals:
        evidence.record_medical(
            desk, subject, fit=True, examined_on=who.examined_on, tier="MATERNITY", institution="市疾控中心",
            reference=f"TJ{who.index:08d}", actor=people.clerk,
        )  # fmt: skip
    if not known.insurances:
        evidence.record_insurance(
            desk, subject, policy=f"P{desk.today().year}-{uscc[-4:]}", insurer="人保财险", first=who.insured_from,
            last=who.insured_until, policyholder=uscc, actor=people.clerk,
        )  # fmt: skip


def jpeg(picture: Picture, quality: int = 90) -> bytes:
    """A picture as JPEG bytes, as a camera or a scanner would hand it in."""
    out = io.BytesIO()
    Image.fromarray(picture).save(out, "JPEG", quality=quality)
    return out.getvalue()


def _division(desk: Desk) -> str:
    """The first county of the city that is in force today."""
    return desk.divisions.counties_of(desk.settings.city.code, desk.today())[0].code


def employer(desk: Desk, index: int, people: Cast) -> str:
    """The USCC of the made-up company of that number; registered at its first mention."""
    division = _division(desk)
    made = company(index, division, desk.settings.city.name)
    if desk.ledger.roll.company(made.uscc) is None:
        companies.register(
            desk, made.uscc, made.name, made.short_name, division, phone=made.phone, actor=people.clerk
        )
    return made.uscc
