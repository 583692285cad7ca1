"""What a day asks for: refresh and its grace, expiry notices, transfers that never came; tiers and categories."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from station.domain import facts
from station.domain.due import (
    Refresh,
    expiries,
    fresh_after,
    out_of_grace_by,
    refresh_of,
    refresh_stage,
    transfer_overdue,
)
from station.domain.people import categories_covered, tier_needed
from station.domain.record import fold_worker
from station.domain.worker import WorkerRecord
from tests.domain.told import NUMBER, SUBJECT, Teller

RELEASED = date(2025, 1, 6)


def file(*more: facts.Payload) -> WorkerRecord:
    tell = Teller()
    tell.papers(medical_until=date(2025, 12, 31), insurance=(date(2025, 1, 1), date(2025, 6, 30)))
    tell.permit(on=RELEASED)
    for payload in more:
        tell(payload)
    return fold_worker(SUBJECT, tell.facts)


@pytest.mark.parametrize(
    ("day", "stage"),
    [
        (date(2025, 6, 5), Refresh.FRESH),
        (date(2025, 6, 6), Refresh.SOON),
        (date(2025, 7, 6), Refresh.SOON),
        (date(2025, 7, 7), Refresh.OVERDUE),
        (date(2025, 8, 5), Refresh.OVERDUE),
        (date(2025, 8, 6), Refresh.GRACE_OVER),
    ],
)
def test_half_a_year_and_thirty_days(day: date, stage: Refresh) -> None:
    assert refresh_of(file(), NUMBER, day) == (stage, date(2025, 7, 6))


def test_a_refresh_starts_the_clock_again() -> None:
    found = refresh_of(file(facts.EvidenceRefreshed(date(2025, 6, 1))), NUMBER, date(2025, 8, 6))
    assert found == (Refresh.FRESH, date(2025, 12, 1))


def test_no_clock_for_what_is_not_released_or_has_ended() -> None:
    assert refresh_of(file(), "0" * 16, RELEASED) is None
    assert refresh_of(file(facts.PermitActed(NUMBER, "cancel", RELEASED, "deceased")), NUMBER, RELEASED) is None


def test_the_queries_leave_out_nobody() -> None:
    listed = over = 0
    for day in (date(2025, 8, 6), date(2026, 2, 28), date(2024, 8, 30), date(2026, 3, 30)):
        for back in range(300):
            since = day - timedelta(days=back)
            clock = refresh_of(_released_on(since), NUMBER, day)
            assert clock == refresh_stage(since, day)
            if refresh_stage(since, day)[0] is not Refresh.FRESH:
                assert since <= fresh_after(day)
                listed += 1
            if refresh_stage(since, day)[0] is Refresh.GRACE_OVER:
                assert since <= out_of_grace_by(day)
                over += 1
    assert listed > over > 0


def _released_on(day: date) -> WorkerRecord:
    tell = Teller()
    tell.permit(on=day)
    return fold_worker(SUBJECT, tell.facts)


def test_papers_that_end_soon() -> None:
    record = file()
    assert [(e.paper, e.days, e.notice) for e in expiries(record, date(2025, 6, 23))] == [("insurance", 7, 7)]
    assert expiries(record, date(2025, 4, 30)) == []
    late = [(e.paper, e.notice) for e in expiries(record, date(2025, 11, 1))]
    assert late == [("medical", 60)], "what has ended is no notice any more"
    both = file(facts.InsuranceRecorded("P2", "PICC", date(2025, 7, 1), date(2025, 12, 1)))
    assert [e.paper for e in expiries(both, date(2025, 11, 30))] == ["insurance", "medical"]
    renewed = file(facts.InsuranceRecorded("P2", "PICC", date(2025, 7, 1), date(2026, 6, 30)))
    assert expiries(renewed, date(2025, 6, 23)) == []
    ended = file(facts.InsuranceEnded("P1", date(2025, 3, 31)))
    assert [(e.paper, e.last_day) for e in expiries(ended, date(2025, 3, 30))] == [("insurance", date(2025, 3, 31))]
    assert expiries(WorkerRecord(SUBJECT), RELEASED) == []


def test_a_notice_is_about_what_the_colour_needs() -> None:
    other = file(facts.InsuranceRecorded("A1", "PICC", date(2025, 1, 1), date(2028, 12, 31), "ACCIDENT"))
    assert [e.days for e in expiries(other, date(2025, 6, 23))] == [7], "another kind of policy covers nothing"
    gap = file(facts.InsuranceRecorded("P2", "PICC", date(2025, 8, 1), date(2026, 7, 31)))
    assert [e.days for e in expiries(gap, date(2025, 6, 23))] == [7], "a gap is a gap"
    unfit = file(facts.MedicalRecorded(False, date(2025, 6, 1), date(2025, 6, 1), date(2025, 6, 1)))
    assert "medical" not in [e.paper for e in expiries(unfit, date(2025, 9, 30))]


@pytest.mark.parametrize(("days", "overdue"), [(30, False), (31, True)])
def test_thirty_days_to_find_another_company(days: int, overdue: bool) -> None:
    record = file(facts.PermitActed(NUMBER, "suspend", date(2025, 3, 1), "affiliation_ended"))
    assert transfer_overdue(record, NUMBER, date(2025, 3, 1) + timedelta(days=days)) is overdue


def test_another_pause_is_no_transfer() -> None:
    record = file(facts.PermitActed(NUMBER, "suspend", date(2025, 3, 1), "complaint"))
    assert not transfer_overdue(record, NUMBER, date(2026, 3, 1))
    assert not transfer_overdue(file(), NUMBER, date(2026, 3, 1))
    assert not transfer_overdue(file(), "0" * 16, date(2026, 3, 1))


def test_the_highest_category_asks_for_the_tier() -> None:
    assert tier_needed(()) == "GENERAL"
    assert tier_needed(("HOUSEWORK",)) == "GENERAL"
    assert tier_needed(("HOUSEWORK", "ELDERLY")) == "ELDERLY"
    assert tier_needed(("ELDERLY", "INFANT", "HOUSEWORK")) == "MATERNITY"


def test_what_a_tier_does_not_cover_is_not_printed() -> None:
    wanted = ("INFANT", "HOUSEWORK", "PATIENT")
    assert categories_covered(wanted, "MATERNITY") == wanted
    assert categories_covered(wanted, "ELDERLY") == ("HOUSEWORK", "PATIENT")
    assert categories_covered(wanted, "GENERAL") == ("HOUSEWORK",)
