"""What happens at a counter: people come, papers move on, permits are issued, cards printed, rights taken away.

Every act is the shipped service; which one is next is what the record of the person at this station says.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta

from station.domain import application, card, facts, parts, permit
from station.domain.card import Act
from station.domain.errors import Refused
from station.domain.worker import WorkerRecord
from station.printing.evidence import Before
from station.printing.journal import Order
from station.printing.machine import Machine as Printer
from station.services import companies, intake, issuing, review, supervising
from station.simulation import house
from station.simulation.machine import Machine

PRINTER = Printer("10000123", "usb://0f49:")
COMPANY_NAME, SHORT_NAME, PERSON_NAME = "好阿姨家政服务有限公司", "好阿姨", "王秀英"
OCCUPATION, ISSUER = "家政服务员", "协会"
_REISSUES = {"damaged": "DAMAGED", "lost": "LOST", "changed": "DATA_CHANGED"}
CONSENTS = ("PRIVACY", "HEALTH", "BACKGROUND", "SHARING", "SHOWING", "CREDIT")


def serve(machine: Machine, acts: int, people: int = house.PEOPLE) -> None:
    """A few acts for one of so many people, the way the papers go. What is refused is refused."""
    world, dice = machine.world, machine.world.dice
    city_no = house.CITIES.index(machine.city)
    subject = machine.ledger.subject_of("ID_CARD", house.number_of(10 * city_no + dice.randrange(people)))
    for _ in range(acts):
        try:
            did = _next(machine, subject)
        except Refused as no:
            world.note(f"{machine.name}: refused {no.code}")
            return
        world.note(f"{machine.name}: {did} {subject[-4:]}")


def _next(machine: Machine, subject: str) -> str:
    machine.desk.today()
    record = machine.ledger.record(subject)
    if not isinstance(record, WorkerRecord) or record.person is None:
        return _come_in(machine, subject)
    if machine.world.chance(0.01):
        people = house.staff(machine.station, machine.city)
        machine.ledger.erase(subject, "本人要求。", actor=people.supervisor.person)
        return "erases"
    right = record.permit
    if right is None or not right.live:
        return _papers(machine, record)
    return _interfere(machine, record, right) if machine.world.chance(0.12) else _permit(machine, record, right)


def _come_in(machine: Machine, subject: str) -> str:
    """A new person with every paper in the hand."""
    desk, dice = machine.desk, machine.world.dice
    people, today = house.staff(machine.station, machine.city), machine.desk.today()
    uscc = house.COMPANIES[machine.city]
    if desk.ledger.roll.company(uscc) is None:
        companies.register(
            desk, uscc, COMPANY_NAME, SHORT_NAME, house.DIVISIONS[machine.city], actor=people.clerk
        )
    number = next(n for p in range(20) if machine.ledger.subject_of("ID_CARD", n := house.number_of(p)) == subject)
    picture = f"photo of {subject}".encode()
    machine.ledger.blobs.put(subject, picture)
    until, signed = today + timedelta(days=dice.choice((3, 40, 200, 364))), today - timedelta(days=3)
    told: list[facts.Payload] = [
        facts.WorkerRegistered("ID_CARD", ("HOUSEWORK",), True, number, PERSON_NAME, phone="13800001234"),
        *[facts.ConsentGiven(item, "2026-1", signed) for item in CONSENTS],
        facts.AffiliationBegan(uscc, signed, True),
        facts.TrainingRecorded("TRAINING", OCCUPATION, ISSUER, signed, number="PX1"),
        facts.WorkerPhotographed(hashlib.sha256(picture).hexdigest(), "camera", 358, 441),
        facts.CreditRecorded("PASSED", signed, "mofcom", reference="M1", certificate="X1"),
        facts.BackgroundRecorded("PASSED", signed, "bureau", reference="B1"),
        facts.MedicalRecorded(True, signed, signed, until, institution="cdc"),
        facts.InsuranceRecorded("P1", "PICC", signed, today + timedelta(days=300)),
    ]
    machine.ledger.append([(subject, payload) for payload in told], actor=people.clerk.person)
    return "registers"


def _papers(machine: Machine, record: WorkerRecord) -> str:
    """One step of the application, or a new one."""
    desk, subject, people = machine.desk, record.subject, house.staff(machine.station, machine.city)
    papers = record.open_application
    if papers is None:
        intake.open_application(desk, subject, actor=people.handler)
        return "opens an application of"
    name = papers.id
    state, one = papers.state, machine.world.chance(0.15)
    if state is application.State.DRAFT:
        intake.put_to_review(desk, subject, name, actor=people.handler)
        intake.pass_review(desk, subject, name, actor=people.reviewer)
    elif state is application.State.COMPANY_REVIEW:
        intake.pass_review(desk, subject, name, actor=people.reviewer)
    elif state is application.State.SUBMITTED:
        review.accept(desk, subject, name, actor=people.alone if one else people.clerk)
    elif state is application.State.CREDIT_REVIEW:
        review.pass_credit(desk, subject, name, actor=people.bureau)
    elif state is application.State.EVIDENCE_PENDING:
        _renew(machine, record)
        review.complete(desk, subject, name, actor=people.clerk)
    elif state is application.State.READY:
        number = issuing.generate(desk, subject, name, actor=people.alone if one else people.supervisor).value
        return f"generates {number} for"
    else:
        raise Refused("该申领正在等待。", "waits")
    return f"moves {state.value} on for"


def _renew(machine: Machine, record: WorkerRecord) -> None:
    """A new medical where the old one ran out."""
    today = machine.desk.today()
    if not any(m.period.last >= today for m in record.medicals):
        told = facts.MedicalRecorded(True, today, today, today + timedelta(days=300), institution="cdc")
        machine.ledger.append([(record.subject, told)], actor="clerk")


def _permit(machine: Machine, record: WorkerRecord, right: parts.Permit) -> str:
    """Release it, or go on with its card."""
    desk, people = machine.desk, house.staff(machine.station, machine.city)
    if right.state is permit.State.GENERATED:
        _renew(machine, record)
        issuing.release(desk, record.subject, right.number, actor=people.clerk)
        return f"releases {right.number} of"
    for piece in record.cards_of(right.number):
        if piece.state in card.UNBORN and piece.station == machine.station:
            return print_on(machine, record, piece)
    if not any(p.state in card.UNBORN | card.LIVE for p in record.cards_of(right.number)):
        machine.journal(people.clerk.person).ask(record.subject, right.number, reason="FIRST_ISSUE")
        return "asks for a card for"
    if machine.world.chance(0.5):
        raise Refused("无事可办。", "nothing_to_do")
    return _interfere(machine, record, right)


def print_on(machine: Machine, record: WorkerRecord, piece: parts.Card) -> str:
    """The next steps of a card; the bytes go to the printer between SEND and SENT."""
    world, state = machine.world, piece.state
    journal = machine.journal(house.staff(machine.station, machine.city).clerk.person)
    order = Order(record.subject, piece.number, piece.issue_number)
    if state is card.State.ASKED:
        journal.may_print(order)
        journal.reserve(order, PRINTER, "P1")
        journal.send(order, PRINTER, "ab" * 32, Before(10, 50, ""))
        world.sent[machine.station, piece.number, piece.issue_number] += 1
        journal.note(order, Act.SENT, outcome="confirmed", cards_after=11)
        state = card.State.SENT
    if state is card.State.RESERVED:
        journal.drop(order, "restart")
        return "drops a reserved card of"
    if state in (card.State.SENDING, card.State.DOUBTFUL) or world.chance(0.2):
        if state is not card.State.DOUBTFUL and state is not card.State.VERIFIED:
            journal.note(order, Act.DOUBT)
        journal.note(order, Act.VOID, reason="find_the_card")
        return f"voids card {piece.issue_number} of"
    if state is card.State.SENT:
        journal.note(order, Act.VERIFY, frame_sha256="cd" * 32)
    journal.activate(order)
    return f"activates card {piece.issue_number} of"


def _interfere(machine: Machine, record: WorkerRecord, right: parts.Permit) -> str:
    """A supervisor takes something away, gives it back, or has another card made."""
    desk, subject, dice = machine.desk, record.subject, machine.world.dice
    people = house.staff(machine.station, machine.city)
    number = right.number
    act = dice.choice(("suspend", "suspend", "reinstate", "damaged", "lost", "changed", "revoke", "cancel"))
    if act == "suspend":
        supervising.suspend(desk, subject, number, cause="complaint", actor=people.supervisor)
    elif act == "reinstate":
        supervising.reinstate(
            desk, subject, number, cause="complaint", note="ok", actor=people.supervisor, second=people.bureau
        )
    elif act in _REISSUES:
        supervising.reissue(desk, subject, number, reason=_REISSUES[act], actor=people.supervisor)
    elif act == "revoke":
        supervising.revoke(
            desk, subject, number, cause="lent_card", document="D1", actor=people.supervisor, second=people.bureau
        )
    else:
        supervising.cancel(desk, subject, number, cause="worker_asked", actor=people.supervisor)
    return f"{act}s {number} of"
