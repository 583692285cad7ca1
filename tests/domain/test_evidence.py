"""What papers are worth on a day: inclusive ends, several certificates, endorsements, the worst of one day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from station.domain.errors import Refused
from station.domain.evidence import (
    Background,
    BackgroundCheck,
    Insurance,
    Medical,
    Period,
    Worth,
    background_on,
    boundaries,
    insurance_on,
    medical_on,
)

D = date(2025, 6, 15)
DAY = timedelta(days=1)


def fit(first: date, last: date, examined: date | None = None) -> Medical:
    return Medical("f", True, examined or first, Period(first, last), "GENERAL")


def unfit(examined: date) -> Medical:
    return Medical("f", False, examined, Period(examined, examined), "GENERAL")


def cover(first: date, last: date, ended: date | None = None, kind: str = "LIABILITY") -> Insurance:
    return Insurance("f", "P", "PICC", kind, Period(first, last), ended)


@pytest.mark.parametrize(
    ("papers", "worth"),
    [
        ([], Worth.MISSING),
        ([fit(D, D)], Worth.VALID),
        ([fit(D - 10 * DAY, D - DAY)], Worth.EXPIRED),
        ([fit(D + DAY, D + 10 * DAY, D)], Worth.NOT_YET_VALID),
        ([fit(D + DAY, D + 10 * DAY)], Worth.NOT_YET_VALID),
        ([fit(D - 10 * DAY, D - DAY), fit(D, D + DAY)], Worth.VALID),
        ([fit(D - 10 * DAY, D + DAY), unfit(D)], Worth.UNFIT),
        ([fit(D, D + DAY), unfit(D)], Worth.UNFIT),  # same day: unfit wins
        ([unfit(D - DAY), fit(D, D + DAY)], Worth.VALID),  # re-examined and fit
        ([unfit(D - 9 * DAY), fit(D - 8 * DAY, D - DAY)], Worth.EXPIRED),
        ([fit(D - DAY, D + DAY), unfit(D + DAY)], Worth.VALID),  # not known yet on D
        ([unfit(D - DAY), fit(D + DAY, D + 9 * DAY)], Worth.UNFIT),
    ],
)
def test_medical(papers: list[Medical], worth: Worth) -> None:
    assert medical_on(papers, D) is worth
    assert medical_on(reversed(papers), D) is worth


@pytest.mark.parametrize(
    ("members", "worth"),
    [
        ([], Worth.MISSING),
        ([cover(D, D)], Worth.VALID),
        ([cover(D - 9 * DAY, D - DAY)], Worth.EXPIRED),
        ([cover(D + DAY, D + 9 * DAY)], Worth.NOT_YET_VALID),
        ([cover(D - 9 * DAY, D + 9 * DAY, D - DAY)], Worth.TERMINATED),
        ([cover(D - 9 * DAY, D + 9 * DAY, D)], Worth.VALID),  # last covered day is inclusive
        ([cover(D - 9 * DAY, D + 9 * DAY, D - DAY), cover(D, D)], Worth.VALID),
        ([cover(D, D, kind="ACCIDENT")], Worth.MISSING),
        ([cover(D - 9 * DAY, D - DAY), cover(D + DAY, D + 9 * DAY)], Worth.EXPIRED),
    ],
)
def test_insurance(members: list[Insurance], worth: Worth) -> None:
    assert insurance_on(members, D) is worth


def check(conclusion: str, on: date) -> BackgroundCheck:
    return BackgroundCheck("f", Background[conclusion], on, "bureau")


@pytest.mark.parametrize(
    ("checks", "conclusion"),
    [
        ([], Background.MISSING),
        ([check("PASSED", D)], Background.PASSED),
        ([check("PASSED", D + DAY)], Background.MISSING),
        ([check("FAILED", D - DAY), check("PASSED", D)], Background.PASSED),
        ([check("PASSED", D - DAY), check("FAILED", D)], Background.FAILED),
        ([check("PASSED", D), check("FAILED", D)], Background.FAILED),
        ([check("PASSED", D), check("PENDING", D)], Background.PENDING),
    ],
)
def test_background(checks: list[BackgroundCheck], conclusion: Background) -> None:
    assert background_on(checks, D) is conclusion
    assert background_on(reversed(checks), D) is conclusion


def test_a_period_that_ends_before_it_starts_is_refused_with_a_sentence() -> None:
    with pytest.raises(Refused, match="早于开始日期"):
        Period.of(D, D - DAY)
    assert Period.of(D, D).covers(D)


def test_boundaries_are_first_days_and_days_after_the_last() -> None:
    days = boundaries([fit(D, D + DAY)], [cover(D, date.max, D + 5 * DAY)], [check("PASSED", D - DAY)])
    assert days == {D - DAY, D, D + 2 * DAY, D + 6 * DAY}
