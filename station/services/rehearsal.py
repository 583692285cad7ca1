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
from station.domain.authority import Actor
from station.services import capture, evidence, intake, issuing, review
from station.services.desk import Desk
from station.services.people_of_rehearsal import RehearsalPerson, company, person

CONSENTS = ("PRIVACY", "HEALTH", "BACKGROUND", "SHARING", "SHOWING", "CREDIT", "FACE")
NOTICE_VERSION = "2026-1"


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
    division = _division(desk)
    employers = [_employer(desk, index, division, people) for index in range(3)]
    for index in range(first, first + count):
        yield bring(desk, person(index, desk.today()), employers[index % len(employers)], portrait(index), people)


def bring(desk: Desk, who: RehearsalPerson, uscc: str, photo: Picture, people: Cast) -> Issued:
    """One worker from 填报 to 已发放, by the same acts as at the counter (domain.md §12.3)."""
    today = desk.today()
    form = intake.WorkerForm(who.number, who.name, who.categories, who.phone)
    subject = intake.register_worker(desk, form, actor=people.clerk).value.subject
    signed = today - timedelta(days=3)
    intake.record_affiliation(desk, subject, uscc, signed, fingerprint=True, actor=people.clerk)
    intake.record_consents(desk, subject, CONSENTS, version=NOTICE_VERSION, on=signed, actor=people.clerk)
    evidence.record_training(
        desk, subject, certificate_kind="TRAINING", occupation="家政服务员", issuer=desk.settings.city.association,
        issued_on=today - timedelta(days=400), number=f"PX{who.index:06d}", actor=people.clerk,
    )  # fmt: skip
    name = intake.open_application(desk, subject, actor=people.handler, visits=0).value
    intake.put_to_review(desk, subject, name, actor=people.handler)
    intake.pass_review(desk, subject, name, actor=people.reviewer)
    review.accept(desk, subject, name, actor=people.clerk)
    capture.accept_photo(desk, subject, jpeg(photo), source="file", actor=people.clerk)
    evidence.record_credit(
        desk, subject, status="PASSED", checked_on=today, source="商务部平台", reference=f"MOF{who.index:08d}",
        certificate=f"XC{who.index:08d}", matches=(True, True, True), actor=people.bureau,
    )  # fmt: skip
    evidence.record_background(
        desk, subject, conclusion="PASSED", checked_on=today, source="公安核查", reference=f"BJ{who.index:08d}",
        actor=people.bureau,
    )  # fmt: skip
    review.pass_credit(desk, subject, name, actor=people.bureau)
    evidence.record_medical(
        desk, subject, fit=True, examined_on=who.examined_on, tier="MATERNITY", institution="市疾控中心",
        reference=f"TJ{who.index:08d}", actor=people.clerk,
    )  # fmt: skip
    evidence.record_insurance(
        desk, subject, policy=f"P{today.year}-{uscc[-4:]}", insurer="人保财险", first=who.insured_from,
        last=who.insured_until, policyholder=uscc, actor=people.clerk,
    )  # fmt: skip
    review.complete(desk, subject, name, actor=people.clerk)
    number = issuing.generate(desk, subject, name, actor=people.supervisor).value
    issuing.release(desk, subject, number, actor=people.clerk)
    return Issued(subject, number, who)


def jpeg(picture: Picture, quality: int = 90) -> bytes:
    """A picture as JPEG bytes, as a camera or a scanner would hand it in."""
    out = io.BytesIO()
    Image.fromarray(picture).save(out, "JPEG", quality=quality)
    return out.getvalue()


def _division(desk: Desk) -> str:
    """The first county of the city that is in force today."""
    return desk.divisions.counties_of(desk.settings.city.code, desk.today())[0].code


def _employer(desk: Desk, index: int, division: str, people: Cast) -> str:
    made = company(index, division, desk.settings.city.name)
    if not desk.in_business(made.uscc):
        intake.register_company(
            desk, made.uscc, made.name, made.short_name, division, phone=made.phone, actor=people.clerk
        )
    return made.uscc
