"""Leaving a company: whose word is awaited, when the association decides, what the next company must bring."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from station.domain import facts
from station.domain.authority import Actor
from station.domain.decide import cover, unbinding
from station.domain.eligibility import missing_to_move, missing_to_submit
from station.domain.errors import Refused
from station.domain.parts import Affiliation
from station.domain.record import fold_worker
from station.domain.unbinding import answer_due, left_company, letter_is_old, objected, settled, waiting_for
from station.domain.worker import WorkerRecord
from station.reference import load_calendar
from tests.domain.told import COMPANY, NUMBER, SUBJECT, Teller

DAY = date(2025, 6, 2)
DUE = date(2025, 6, 9)
OTHER = "92330110MA2DEM009N"
CALENDAR = load_calendar()
CLERK = Actor("clerk-1", ("CLERK",))
SUPERVISOR = Actor("supervisor-1", ("SUPERVISOR",))


def left_by(by: str, *answers: tuple[str, bool]) -> WorkerRecord:
    tell = Teller()
    tell.papers(medical_until=date(2025, 12, 31), insurance=(date(2025, 1, 1), date(2025, 12, 31)))
    tell.permit()
    tell(facts.AffiliationEnded(COMPANY, DAY, by))
    for side, agreed in answers:
        tell(facts.AffiliationAnswered(COMPANY, side, agreed, DAY))
    return fold_worker(SUBJECT, tell.facts)


def code_of(decision: Callable[[], object]) -> str:
    with pytest.raises(Refused) as caught:
        decision()
    assert caught.value.sentence.endswith("。")
    return caught.value.code


@pytest.mark.parametrize(
    ("by", "answers", "free", "no", "waits"),
    [
        ("worker", (), False, False, ("company",)),
        ("company", (), False, False, ("worker",)),
        ("association", (), True, False, ()),
        ("worker", (("company", True),), True, False, ()),
        ("worker", (("company", False),), False, True, ()),
        ("worker", (("company", False), ("company", True)), True, False, ()),
        ("worker", (("company", False), ("association", False)), False, True, ()),
        ("worker", (("company", False), ("association", False), ("association", True)), True, False, ()),
        ("company", (("association", True),), True, False, ()),
        ("worker", (("worker", True),), False, False, ("company",)),
    ],
)
def test_who_has_to_say_what(
    by: str, answers: tuple[tuple[str, bool], ...], free: bool, no: bool, waits: tuple[str, ...]
) -> None:
    record = left_by(by, *answers)
    left = left_company(record)
    assert left is not None
    assert (settled(left), objected(left), waiting_for(left)) == (free, no, waits)
    assert [one.code for one in missing_to_move(record)] == ([] if free else ["UNBINDING_OPEN"])


def test_nobody_left() -> None:
    tell = Teller()
    assert left_company(fold_worker(SUBJECT, tell.facts)) is None
    tell(facts.AffiliationBegan(COMPANY, DAY, True))
    tell(facts.AffiliationAnswered(COMPANY, "worker", True, DAY))
    tell.permit()
    record = fold_worker(SUBJECT, tell.facts)
    assert left_company(record) is None
    assert missing_to_move(record) == ()
    assert record.affiliations[0].answers == ()
    assert answer_due(record.affiliations[0], CALENDAR) is None
    tell(facts.AffiliationEnded(COMPANY, DAY, "worker"))
    assert left_company(fold_worker(SUBJECT, tell.facts)) is not None
    tell(facts.AffiliationBegan(COMPANY, DAY, True))
    assert left_company(fold_worker(SUBJECT, tell.facts)) is None
    tell(facts.AffiliationEnded(COMPANY, DAY, "worker"))
    tell(facts.PermitActed(NUMBER, "cancel", DAY, "no_transfer"))
    assert left_company(fold_worker(SUBJECT, tell.facts)) is None


def test_five_working_days() -> None:
    left = Affiliation(COMPANY, DAY, True, date(2025, 9, 29), "worker")
    due = answer_due(left, CALENDAR)
    assert due is not None
    assert due.day == date(2025, 10, 13)  # National Day in between; Saturday 11 October is worked


def answer(record: WorkerRecord, by: str = "company", **more: object) -> list[facts.Payload]:
    asked = {"agreed": True, "note": "", "actor": CLERK, **more}
    return unbinding.answer(record, DAY, by=by, **asked)  # type: ignore[arg-type]


def test_an_answer_is_the_other_sides() -> None:
    record = left_by("worker")
    assert answer(record) == [facts.AffiliationAnswered(COMPANY, "company", True, DAY)]
    assert answer(record, agreed=False, note=" 欠薪 ") == [
        facts.AffiliationAnswered(COMPANY, "company", False, DAY, "欠薪")
    ]
    assert code_of(lambda: answer(record, agreed=False)) == "note_needed"
    assert code_of(lambda: answer(record, "worker")) == "own_wish"
    assert code_of(lambda: answer(record, "association")) == "by_whom"
    assert code_of(lambda: answer(record, actor=Actor("b", ("BUREAU",)))) == "not_allowed"
    assert code_of(lambda: answer(left_by("association"))) == "no_unbinding"
    assert code_of(lambda: answer(WorkerRecord(""))) == "no_unbinding"


@pytest.mark.parametrize(("day", "allowed"), [(DAY, False), (DUE, False), (DUE + timedelta(days=1), True)])
def test_the_association_waits_five_working_days(day: date, allowed: bool) -> None:
    def decide(record: WorkerRecord, **more: object) -> list[facts.Payload]:
        asked = {"agreed": True, "note": "已核实", "calendar": CALENDAR, "actor": SUPERVISOR, **more}
        return unbinding.decide(record, day, **asked)  # type: ignore[arg-type]

    told = [facts.AffiliationAnswered(COMPANY, "association", True, day, "已核实")]
    if allowed:
        assert decide(left_by("worker")) == told
    else:
        assert code_of(lambda: decide(left_by("worker"))) == "still_waiting"
    assert decide(left_by("worker", ("company", False))) == told
    assert code_of(lambda: decide(left_by("worker", ("company", False)), note=" ")) == "note_needed"
    assert code_of(lambda: decide(left_by("worker", ("company", True)))) == "no_unbinding"
    assert code_of(lambda: decide(left_by("worker"), actor=CLERK)) == "not_allowed"


# --- the letter ------------------------------------------------------------------------------------------------------


def letters(*told: facts.Payload) -> bool:
    tell = Teller()
    for payload in told:
        tell(payload)
    record = fold_worker(SUBJECT, tell.facts)
    codes = {one.code for one in missing_to_submit(record)}
    old = letter_is_old(record)
    assert ("CREDIT_AUTHORISATION_OLD" in codes) is old
    return old


def test_the_credit_letter_names_a_company() -> None:
    here, there = facts.AffiliationBegan(COMPANY, DAY, True), facts.AffiliationBegan(OTHER, DAY, True)
    leave = facts.AffiliationEnded(COMPANY, DAY, "worker")
    signed = facts.ConsentGiven("CREDIT", "1", DAY)
    earlier = facts.ConsentGiven("CREDIT", "1", DAY - timedelta(days=1))
    assert not letters(here)
    assert not letters(signed)
    assert not letters(here, signed)
    assert not letters(signed, here)
    assert letters(here, signed, leave, there)
    assert not letters(here, signed, leave, there, earlier)
    assert not letters(here, leave, signed, there)
    assert letters(here, leave, earlier, there)
    assert not letters(here, signed, leave, here)


def test_a_stay_that_had_not_begun_is_void_when_the_policy_ends() -> None:
    tell = Teller()
    tell(facts.AffiliationBegan(COMPANY, DAY, True))
    joined = tell(facts.PolicyJoined(COMPANY, "G1", "PICC", DAY + timedelta(days=9), date(2025, 12, 31)))
    (stay,) = fold_worker(SUBJECT, tell.facts).insurances
    (told,) = cover.stay_ended(stay, DAY, reason="TRANSFERRED")
    assert told == facts.EvidenceVoided(str(joined.id), "TRANSFERRED")
    tell(told)
    assert fold_worker(SUBJECT, tell.facts).insurances == []
