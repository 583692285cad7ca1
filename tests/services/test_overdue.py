"""The lists of what presses: whose turn, who is told, what was never reported; and what a list costs to gather."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from station.domain import facts
from station.domain.authority import Actor
from station.domain.due import Refresh, refresh_stage
from station.domain.worker import WorkerRecord
from station.services import changes, evidence, night
from station.services.desk import Desk
from station.services.overdue import Late, Pressing, pressing
from tests.services.house import DAY, House

CLERK = Actor("clerk-9", ("CLERK",))
COMPANY = "91330102MA27TE5T2K"


def papers(house: House, name: str, *acts: str, due: date | None = None) -> str:
    """An application of a new worker that went so far today."""
    subject = f"worker:{name}"
    person = facts.WorkerRegistered("ID_CARD", ("HOUSEWORK",), True, "330102197001010021", name)
    told: list[facts.Payload] = [person, facts.ApplicationOpened(f"A-{name}", COMPANY)]
    told += [
        facts.ApplicationActed(f"A-{name}", act, DAY, due=due if act == "accept" else None, defects=("photo",))
        for act in acts
    ]
    house.desk.ledger.append([(subject, payload) for payload in told], actor="c")
    return subject


def of(house: House, subject: str) -> list[Pressing]:
    return [line for line in pressing(house.desk) if line.subject == subject]


def test_an_overdue_case_names_whose_turn_it_is_and_who_is_told(house: House) -> None:
    credit = papers(house, "a", "put_to_review", "pass_review", "accept", due=DAY)
    waiting = papers(house, "b", "put_to_review", "pass_review", "accept", "pass_credit", due=DAY)
    assert of(house, credit) == of(house, waiting) == []
    house.clock.set_day(DAY + timedelta(days=1))
    (line,) = of(house, credit)
    assert (line.late, line.last, line.turn, line.told) == (Late.DECISION, DAY, "BUREAU", ("SUPERVISOR",))
    assert of(house, waiting)[0].turn == "COMPANY_HANDLER"
    house.clock.set_day(DAY + timedelta(days=8))
    assert of(house, credit)[0].told == ("SUPERVISOR", "BUREAU")
    state = house.desk.worker(credit).applications["A-a"].state.value
    assert state == "credit_review"  # nothing is approved because time passed


def test_a_late_defect_list_and_an_answer_that_runs_out(house: House) -> None:
    handed_in = papers(house, "a", "put_to_review", "pass_review")
    returned = papers(house, "b", "put_to_review", "pass_review", "return")
    house.clock.set_day(DAY + timedelta(days=7))  # the fifth working day
    assert of(house, handed_in) == of(house, returned) == []
    house.clock.set_day(DAY + timedelta(days=8))
    (line,) = of(house, handed_in)
    assert (line.late, line.turn, line.told) == (Late.DEFECT_LIST, "CLERK", ("SUPERVISOR",))
    house.clock.set_day(DAY + timedelta(days=25))
    assert of(house, returned) == []
    house.clock.set_day(DAY + timedelta(days=26))
    (line,) = of(house, returned)
    assert (line.late, line.turn, line.last) == (Late.ANSWER, "COMPANY_HANDLER", DAY + timedelta(days=30))


def test_what_ran_out_and_was_not_reported(house: House) -> None:
    """D-20: five working days after the last day, of permits in force only."""
    worker = house.workers[0]
    last = max(one.period.last for one in house.desk.worker(worker.subject).medicals)
    house.desk.ledger.append(
        [(worker.subject, facts.InsuranceRecorded("P9", "PICC", DAY, last + timedelta(days=400)))], actor="c"
    )
    house.clock.set_day(last + timedelta(days=5))
    assert of(house, worker.subject) == []
    house.clock.set_day(last + timedelta(days=40))
    assert [(line.late, line.paper) for line in of(house, worker.subject)] == [(Late.REPORT, "medical")]
    cancel = facts.PermitActed(worker.number, "cancel", last, "left_trade")
    house.desk.ledger.append([(worker.subject, cancel)], actor="s")
    assert of(house, worker.subject) == []


def test_the_refresh_list_counts_from_the_last_refresh_and_folds_nobody(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = house.workers[0], house.workers[1]
    released = house.desk.worker(first.subject).permits[first.number].released_on
    assert released is not None
    refreshed = facts.EvidenceRefreshed(released + timedelta(days=170))
    house.desk.ledger.append([(second.subject, refreshed)], actor="c")
    monkeypatch.setattr(type(house.desk), "worker", lambda *_: pytest.fail("somebody was folded"))
    seen = set()
    for days in (140, *range(148, 160), 175, 190, 230):
        day = released + timedelta(days=days)
        house.clock.set_day(day)
        found = {line.subject: line.stage for line in night.refresh_list(house.desk)}
        stage, _ = refresh_stage(released, day)
        assert found.get(first.subject) is (None if stage is Refresh.FRESH else stage)
        assert second.subject not in found
        seen.add(stage)
    assert seen == set(Refresh)


def test_the_days_timers_look_only_at_whom_the_day_asks_for(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[str] = []
    worker = type(house.desk).worker

    def look(desk: Desk, subject: str) -> WorkerRecord:
        looked.append(subject)
        return worker(desk, subject)

    monkeypatch.setattr(type(house.desk), "worker", look)
    night.keep_day(house.desk)
    assert not set(looked) & {one.subject for one in house.workers}
    house.clock.set_day(DAY + timedelta(days=250))
    kept = night.keep_day(house.desk).value
    assert kept.paused == {"refresh_overdue": len(house.workers)}
    assert set(looked) >= {one.subject for one in house.workers}


@pytest.mark.parametrize(
    ("told", "cause"),
    [
        (facts.MedicalRecorded(False, DAY, DAY, DAY), "medical_unfit"),
        (facts.BackgroundRecorded("FAILED", DAY, "市商务局"), "adverse_hint"),
        (None, "affiliation_ended"),
    ],
)
def test_a_safety_change_that_met_its_permit_in_the_exchange_suspends_at_the_next_beat(
    house: House, told: facts.Payload | None, cause: str
) -> None:
    """D-20: another station wrote it while it did not know of the permit, so no act suspended."""
    worker = house.workers[0]
    belongs = house.desk.worker(worker.subject).affiliation
    assert belongs is not None
    told = told or facts.AffiliationEnded(belongs.company, DAY, "company")
    house.desk.ledger.append([(worker.subject, told)], actor="c2")
    assert house.desk.worker(worker.subject).permits[worker.number].open_causes == ()
    assert night.keep_day(house.desk).value.paused == {cause: 1}
    assert house.desk.worker(worker.subject).permits[worker.number].open_causes == (cause,)
    assert night.keep_day(house.desk).value.paused == {}


def test_a_reported_change_waits_for_one_working_day_then_presses(house: House) -> None:
    """D-20: listed at once, late from the second working day on, until its paper is there."""
    worker, desk = house.workers[0], house.desk
    changes.report(desk, worker.subject, what="INSURANCE", known_on=DAY - timedelta(days=10), actor=CLERK)
    (line,) = changes.waiting(desk)
    assert (line.due, line.presses, line.company_late) == (DAY + timedelta(days=1), False, 1)
    assert of(house, worker.subject) == []
    house.clock.set_day(DAY + timedelta(days=2))
    (late,) = of(house, worker.subject)
    assert (late.late, late.what, late.turn, late.told) == (Late.APPLY, "INSURANCE", "CLERK", ("SUPERVISOR",))
    evidence.record_insurance(
        desk, worker.subject, policy="P9", insurer="PICC", first=DAY, last=DAY + timedelta(days=400), actor=CLERK
    )
    assert of(house, worker.subject) == changes.waiting(desk) == []


def test_a_reported_safety_change_suspends_and_presses_the_same_day(house: House) -> None:
    worker, desk = house.workers[0], house.desk
    record = changes.report(desk, worker.subject, what="UNFIT", known_on=DAY, actor=CLERK).value
    assert record.permits[worker.number].open_causes == ("medical_unfit",)
    (late,) = of(house, worker.subject)
    assert (late.late, late.last, late.told) == (Late.APPLY, DAY, ())
    changes.settle(desk, worker.subject, record.reports[0].fact, finding="NO_CHANGE", actor=CLERK)
    assert of(house, worker.subject) == []
    assert desk.worker(worker.subject).permits[worker.number].open_causes == ("medical_unfit",), "two people lift it"
