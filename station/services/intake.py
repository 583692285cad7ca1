"""At the window: workers are entered, papers recorded, an application opened and put on its way."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from station.domain import facts
from station.domain.authority import Actor, permit_act
from station.domain.decide import papers, proof, unbinding
from station.domain.decide.unused import void_unused
from station.domain.errors import Bug, Refused
from station.domain.identity import CitizenNumber, parse_phone
from station.domain.names import check_name
from station.domain.parts import Person
from station.domain.people import CATEGORIES
from station.domain.worker import WorkerRecord
from station.services.desk import Desk, Done, Topic


@dataclass(frozen=True, slots=True)
class WorkerForm:
    """What the clerk types or the card reader fills in. Raw text; `register_worker` checks all of it."""

    number: str
    name: str
    categories: tuple[str, ...]
    phone: str = ""
    address: str = ""
    wants_card: bool = True
    ethnicity: str = ""
    document_kind: str = ""  # what the number says, unless the file says otherwise
    raw_name: str = ""


NOBODY = Person("ID_CARD", (), True)
"""Of whom nothing is known yet."""


@dataclass(frozen=True, slots=True)
class Registered:
    """The worker's subject, and what the clerk should be told without being stopped."""

    subject: str
    warnings: tuple[str, ...]


def register_worker(desk: Desk, form: WorkerForm, *, actor: Actor) -> Done[Registered]:
    """Enter a worker or correct one; what is left empty stays as it was. Raises Refused saying what is wrong."""
    permit_act("worker.REGISTER", actor)
    today = desk.today()
    number = CitizenNumber.parse(form.number, today)
    name = check_name(form.name)
    if not form.categories or any(code not in CATEGORIES for code in form.categories):
        raise Refused("请至少选择一个服务类别。", "categories")
    phone = parse_phone(form.phone) if form.phone.strip() else None
    kind = form.document_kind or number.kind
    subject = desk.ledger.subject_of(kind, str(number))
    before = desk.ledger.record(subject)
    known = before.person if isinstance(before, WorkerRecord) and before.person is not None else NOBODY
    told = facts.WorkerRegistered(
        kind, form.categories, form.wants_card, str(number), name, form.raw_name or form.name,
        number.sex, number.birth, form.ethnicity or known.ethnicity, phone or known.phone,
        form.address.strip() or known.address,
    )  # fmt: skip
    subject_told: list[tuple[str, facts.Payload]] = [(subject, told)]
    if isinstance(before, WorkerRecord) and before.person is not None and before.person.name != name:
        live = [right.number for right in before.permits.values() if right.live]
        subject_told += [(subject, void) for right in live for void in void_unused(before, right, today)]
    desk.ledger.append(subject_told, actor=actor.person)
    return Done(Registered(subject, number.warnings(today)), frozenset({Topic.ROLL}))


def may_apply(desk: Desk, form: WorkerForm) -> None:
    """Raises Refused, before anything is written, for somebody who has a permit, open papers or a closed file."""
    number = CitizenNumber.parse(form.number, desk.today())
    record = desk.ledger.record(desk.ledger.subject_of(form.document_kind or number.kind, str(number)))
    if isinstance(record, WorkerRecord):
        papers.free_to_apply(record, desk.today())


def correct_worker(
    desk: Desk, subject: str, *, name: str = "", phone: str = "", address: str = "", actor: Actor
) -> Done[Registered]:
    """R34, PIPL 46: name, phone or address put right; what is left empty stays. The number is the person.

    A new name leaves the cards in hand wrong: they are found by WRONG-1 and reissued.
    """
    person = desk.worker(subject).person
    if person is None or person.number is None:
        raise Refused("没有此人的身份信息，不能更正。", "no_person")
    if not (name.strip() or phone.strip() or address.strip()):
        raise Refused("请填写要更正的内容。", "nothing_to_correct")
    form = WorkerForm(
        person.number, name.strip() or person.name or "", person.categories, phone, address, person.wants_card,
        document_kind=person.document_kind, raw_name=name.strip() or person.raw_name or "",
    )  # fmt: skip
    return register_worker(desk, form, actor=actor)


def record_consents(
    desk: Desk, subject: str, items: Iterable[str], *, version: str, on: date, paper: str | None = None, actor: Actor
) -> Done[WorkerRecord]:
    """Separate consents from the signed paper."""
    wanted = tuple(items)
    today = desk.today()
    return _roll(
        desk.decide(
            subject,
            actor,
            lambda r: proof.consents(r, wanted, version=version, on=on, day=today, paper=paper, actor=actor),
        )
    )


def record_affiliation(
    desk: Desk,
    subject: str,
    uscc: str,
    authorised_on: date,
    *,
    fingerprint: bool,
    paper: str | None = None,
    actor: Actor,
) -> Done[WorkerRecord]:
    """附件2 for one registered company."""
    company, today = desk.company(uscc).uscc, desk.today()
    return _roll(
        desk.decide(
            subject,
            actor,
            lambda r: proof.affiliate(
                r, company, authorised_on, today, fingerprint=fingerprint, paper=paper, actor=actor
            ),
        )
    )


def end_affiliation(desk: Desk, subject: str, *, by: str, reason: str, actor: Actor) -> Done[WorkerRecord]:
    """The worker leaves the company: suspended at once (§12.8)."""
    today = desk.today()
    record = desk.decide(subject, actor, lambda r: proof.leave(r, today, by=by, reason=reason, actor=actor))
    return Done(record, frozenset({Topic.ROLL, Topic.PERMITS}))


def answer_unbinding(
    desk: Desk, subject: str, *, by: str, agreed: bool, note: str = "", actor: Actor
) -> Done[WorkerRecord]:
    """The other side agrees to the leave, or not (§12.8)."""
    today = desk.today()
    return _roll(
        desk.decide(
            subject, actor, lambda r: unbinding.answer(r, today, by=by, agreed=agreed, note=note, actor=actor)
        )
    )


def decide_unbinding(desk: Desk, subject: str, *, agreed: bool, note: str, actor: Actor) -> Done[WorkerRecord]:
    """The association's word after five working days of silence, or where a side objects (D-21)."""
    today = desk.today()
    return _roll(
        desk.decide(
            subject,
            actor,
            lambda r: unbinding.decide(r, today, agreed=agreed, note=note, calendar=desk.calendar, actor=actor),
        )
    )


def open_application(
    desk: Desk, subject: str, *, actor: Actor, visits: int = 0, purpose: str = "NEW"
) -> Done[str]:
    """A1. Answers the number of the new application."""
    today = desk.today()
    record = desk.worker(subject)
    name = f"A{today:%Y%m%d}-{desk.ledger.station}-{subject[-6:]}-{len(record.applications) + 1}"

    def decide(r: WorkerRecord) -> list[facts.Payload]:
        in_business = r.affiliation is not None and desk.in_business(r.affiliation.company)
        return papers.open_application(
            r, name, today, actor=actor, in_business=in_business, visits=visits, purpose=purpose
        )

    if name not in desk.decide(subject, actor, decide).applications:
        raise Bug("an opened application is not in the record")
    return Done(name, frozenset({Topic.APPLICATIONS}))


def put_to_review(desk: Desk, subject: str, name: str, *, actor: Actor) -> Done[WorkerRecord]:
    """A2."""
    today = desk.today()
    return _papers(desk.decide(subject, actor, lambda r: papers.put_to_review(r, name, today, actor=actor)))


def pass_review(desk: Desk, subject: str, name: str, *, actor: Actor) -> Done[WorkerRecord]:
    """A3: the company's own review is passed, the papers are with the association."""
    today = desk.today()
    return _papers(desk.decide(subject, actor, lambda r: papers.pass_review(r, name, today, actor=actor)))


def send_back(
    desk: Desk, subject: str, name: str, *, reason: str, note: str = "", actor: Actor
) -> Done[WorkerRecord]:
    """A3 back: the company returns the papers to the draft."""
    today = desk.today()
    return _papers(
        desk.decide(
            subject, actor, lambda r: papers.send_back(r, name, today, reason=reason, note=note, actor=actor)
        )
    )


def refuse_review(
    desk: Desk, subject: str, name: str, *, reason: str, note: str = "", actor: Actor
) -> Done[WorkerRecord]:
    """A3 to the end: the company's own review says no."""
    today = desk.today()
    return _papers(
        desk.decide(
            subject, actor, lambda r: papers.refuse_review(r, name, today, reason=reason, note=note, actor=actor)
        )
    )


def answer_defects(
    desk: Desk, subject: str, name: str, answered: Iterable[str], *, actor: Actor
) -> Done[WorkerRecord]:
    """A5."""
    today, given = desk.today(), tuple(answered)
    return _papers(desk.decide(subject, actor, lambda r: papers.answer(r, name, today, given, actor=actor)))


def withdraw(
    desk: Desk, subject: str, name: str, *, reason: str, note: str = "", actor: Actor
) -> Done[WorkerRecord]:
    """A16."""
    today = desk.today()
    return _papers(
        desk.decide(
            subject, actor, lambda r: papers.withdraw(r, name, today, reason=reason, note=note, actor=actor)
        )
    )


def _roll(record: WorkerRecord) -> Done[WorkerRecord]:
    return Done(record, frozenset({Topic.ROLL}))


def _papers(record: WorkerRecord) -> Done[WorkerRecord]:
    return Done(record, frozenset({Topic.APPLICATIONS, Topic.ROLL}))
