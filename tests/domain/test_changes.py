"""Changes that a company reports before the paper is there: what they suspend, what answers them, when (R34)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from station.domain import facts
from station.domain.authority import Actor
from station.domain.decide import changes, rights
from station.domain.errors import Refused
from station.domain.escalation import apply_by, reported_late, unapplied_on
from station.domain.fold_changes import ANSWERED_BY
from station.domain.parts import Report
from station.domain.reasons import CHANGES
from station.domain.record import fold_worker
from station.domain.worker import WorkerRecord
from station.reference import load_calendar
from tests.domain.told import COMPANY, NUMBER, SUBJECT, Teller

CALENDAR = load_calendar()
DAY = date(2026, 3, 2)  # a Monday
CLERK = Actor("clerk-1", ("CLERK",))
BOSS = Actor("boss-1", ("SUPERVISOR",))
BUREAU = Actor("bureau-1", ("BUREAU",))


def file(*more: facts.Payload, released: bool = True) -> WorkerRecord:
    tell = Teller()
    tell.papers(medical_until=date(2026, 12, 31), insurance=(date(2025, 1, 1), date(2026, 12, 31)))
    tell.permit(released=released)
    for payload in more:
        tell(payload)
    return fold_worker(SUBJECT, tell.facts)


def said(what: str) -> facts.ChangeReported:
    return facts.ChangeReported(what, DAY, DAY)


@pytest.mark.parametrize(
    ("what", "cause"),
    [("UNFIT", "medical_unfit"), ("ADVERSE", "adverse_hint"), ("INSURANCE", None), ("IDENTITY", None)],
)
def test_only_a_safety_change_suspends_and_does_so_at_once(what: str, cause: str | None) -> None:
    told = changes.report(file(), DAY, what=what, known_on=DAY, note=" 电话 ", actor=CLERK)
    assert told[0] == facts.ChangeReported(what, DAY, DAY, "电话")
    assert [p.cause for p in told[1:] if isinstance(p, facts.PermitActed)] == ([cause] if cause else [])


@pytest.mark.parametrize(
    ("record", "what", "known_on", "actor", "code"),
    [
        (file(), "HAIRCUT", DAY, CLERK, "change_kind"),
        (file(), "MEDICAL", DAY + timedelta(days=1), CLERK, "later_than_today"),
        (file(facts.AffiliationEnded(COMPANY, DAY, "company")), "MEDICAL", DAY, CLERK, "no_affiliation"),
        (file(said("MEDICAL")), "MEDICAL", DAY, CLERK, "reported_already"),
        (file(), "MEDICAL", DAY, BUREAU, "not_allowed"),
    ],
)
def test_what_is_no_report(record: WorkerRecord, what: str, known_on: date, actor: Actor, code: str) -> None:
    with pytest.raises(Refused) as no:
        changes.report(record, DAY, what=what, known_on=known_on, actor=actor)
    assert no.value.code == code


@pytest.mark.parametrize(
    ("what", "paper"),
    [
        ("UNFIT", facts.MedicalRecorded(True, DAY, DAY, DAY)),
        ("MEDICAL", facts.MedicalRecorded(True, DAY, DAY, DAY)),
        ("ADVERSE", facts.BackgroundRecorded("PASSED", DAY, "bureau")),
        ("INSURANCE", facts.InsuranceRecorded("P2", "PICC", DAY, DAY)),
        ("INSURANCE", facts.InsuranceEnded("P1", DAY)),
        ("INSURANCE", facts.PolicyJoined(COMPANY, "P3", "PICC", DAY, DAY)),
        ("INSURANCE", facts.PolicyLeft(COMPANY, "P3", DAY)),
        ("IDENTITY", facts.WorkerRegistered("ID_CARD", ("HOUSEWORK",), True, "330102197001010021", "王秀英")),
    ],
)
def test_the_paper_of_its_kind_answers_a_report(what: str, paper: facts.Payload) -> None:
    others = [said(other) for other in CHANGES if other != what and ANSWERED_BY[other] != ANSWERED_BY[what]]
    record = file(*others, said(what), paper)
    assert [(one.what, one.settled) for one in record.reports if one.settled] == [(what, paper.kind)]
    assert not file(paper, said(what)).reports[0].settled, "an older paper answers nothing"


def test_every_kind_of_change_has_its_paper() -> None:
    assert set(ANSWERED_BY) == set(CHANGES)


def test_a_check_that_is_still_running_answers_nothing() -> None:
    assert not file(said("ADVERSE"), facts.BackgroundRecorded("PENDING", DAY, "bureau")).reports[0].settled


def test_nothing_waits_in_a_closed_file() -> None:
    record = file(said("INSURANCE"), said("UNFIT"), facts.WorkerClosed("DECEASED", DAY))
    assert [one.settled for one in record.reports] == ["worker.closed"] * 2


def test_nothing_turns_green_while_a_safety_change_waits() -> None:
    told = changes.report(file(), DAY, what="UNFIT", known_on=DAY, actor=CLERK)
    record = file(*told)

    def reinstate(now: WorkerRecord) -> list[facts.Payload]:
        return rights.reinstate(
            now, NUMBER, DAY, cause="medical_unfit", note="已核实", document="", in_business=True, actor=BOSS,
            second=CLERK,
        )  # fmt: skip

    with pytest.raises(Refused, match="还没有核实"):
        reinstate(record)
    ended = changes.settle(record, record.reports[0].fact, DAY, finding="NO_CHANGE", actor=CLERK)
    assert reinstate(file(*told, *ended))
    with pytest.raises(Refused) as no:
        rights.release(file(said("ADVERSE"), released=False), NUMBER, DAY, in_business=True, actor=CLERK)
    assert no.value.code == "change_reported"


def test_a_pause_for_something_else_is_not_held_by_a_report() -> None:
    record = file(facts.PermitActed(NUMBER, "suspend", DAY, "complaint"), said("UNFIT"))
    assert rights.reinstate(
        record, NUMBER, DAY, cause="complaint", note="已核实", document="", in_business=True, actor=BOSS, second=CLERK
    )


def test_a_report_ends_once_with_a_reason_of_the_list() -> None:
    record = file(said("INSURANCE"), said("MEDICAL"))
    first = record.reports[0].fact
    (ended,) = changes.settle(record, first, DAY, finding="OTHER", note="误报", actor=CLERK)
    assert ended == facts.ChangeSettled(first, "OTHER", DAY, "误报")
    again = file(said("INSURANCE"), said("MEDICAL"), ended, replace(ended, finding="APPLIED"))
    assert [one.settled for one in again.reports] == ["OTHER", ""]
    for fact, finding, code in ((first, "NO_CHANGE", "no_report"), ("x.1.1", "NO_CHANGE", "no_report"),
                                (again.reports[1].fact, "NO", "unknown_reason")):  # fmt: skip
        with pytest.raises(Refused) as no:
            changes.settle(again, fact, DAY, finding=finding, actor=CLERK)
        assert no.value.code == code


def test_one_working_day_and_for_safety_none() -> None:
    friday = Report("f", "INSURANCE", date(2026, 3, 6), date(2026, 3, 6))
    assert apply_by(friday, CALENDAR) == date(2026, 3, 9)
    assert [unapplied_on(friday, date(2026, 3, day), CALENDAR) for day in (6, 9, 10)] == [False, False, True]
    safety = replace(friday, what="UNFIT")
    assert apply_by(safety, CALENDAR) == date(2026, 3, 6)
    assert unapplied_on(safety, date(2026, 3, 6), CALENDAR)
    assert not unapplied_on(replace(safety, settled="evidence.medical"), date(2026, 3, 20), CALENDAR)


def test_the_company_has_five_working_days_after_it_knows() -> None:
    known = date(2026, 3, 2)
    late = [reported_late(Report("f", "MEDICAL", known, on), CALENDAR) for on in
            (known, date(2026, 3, 9), date(2026, 3, 10), date(2026, 3, 15), date(2026, 3, 16))]  # fmt: skip
    assert late == [0, 0, 1, 4, 5]
