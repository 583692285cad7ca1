"""D-10: which categories stand on card and page by the medical's tier, on a day, and which are named at review."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.domain import facts
from station.domain.people import CATEGORIES, MEDICAL_TIERS, tier_needed
from station.domain.record import fold_worker
from station.domain.standing import standing
from station.domain.tiers import printable, tier_on, uncovered
from station.domain.worker import WorkerRecord
from tests.domain.told import NUMBER, SUBJECT, Teller

DAY = date(2025, 6, 2)
ALL = ("HOUSEWORK", "ELDERLY", "MATERNITY")


def examined(tier: str, days_ago: int, *, fit: bool = True, runs: int = 365) -> facts.MedicalRecorded:
    on = DAY - timedelta(days=days_ago)
    return facts.MedicalRecorded(fit, on, on, on + timedelta(days=runs), tier)


def record(*told: facts.Payload, categories: tuple[str, ...] = ALL) -> WorkerRecord:
    tell = Teller()
    tell(facts.WorkerRegistered("ID_CARD", categories, True))
    for payload in told:
        tell(payload)
    return fold_worker(SUBJECT, tell.facts)


@pytest.mark.parametrize(
    ("told", "tier"),
    [
        ((), ""),
        ((examined("ELDERLY", 10),), "ELDERLY"),
        ((examined("MATERNITY", 100), examined("GENERAL", 10)), "MATERNITY"),
        ((examined("MATERNITY", 400), examined("GENERAL", 10)), "GENERAL"),
        ((examined("MATERNITY", 500), examined("ELDERLY", 400)), "ELDERLY"),
        ((examined("MATERNITY", 400),), "MATERNITY"),
        ((examined("MATERNITY", 30), examined("MATERNITY", 10, fit=False)), ""),
        ((examined("MATERNITY", 30), examined("GENERAL", 10, fit=False), examined("LIVE_IN", 5)), "LIVE_IN"),
        ((examined("MATERNITY", -1),), ""),
        ((examined("SOMETHING", 1),), ""),
    ],
)
def test_the_tier_of_a_day(told: tuple[facts.MedicalRecorded, ...], tier: str) -> None:
    assert tier_on(record(*told).medicals, DAY) == tier


def test_what_is_not_covered_is_named_and_not_printed() -> None:
    general = record(examined("GENERAL", 10))
    assert printable(general, ALL, DAY) == ("HOUSEWORK",)
    assert uncovered(general, DAY) == ("ELDERLY", "MATERNITY")
    assert uncovered(record(examined("MATERNITY", 10)), DAY) == ()
    assert printable(record(), ALL, DAY) == ()
    assert uncovered(record(), DAY) == ()
    assert uncovered(WorkerRecord(""), DAY) == ()
    only = record(examined("GENERAL", 10), categories=("MATERNITY",))
    assert printable(only, ("MATERNITY",), DAY) == ()


CATEGORY = st.lists(st.sampled_from(sorted(CATEGORIES)), min_size=1, unique=True).map(tuple)


@given(CATEGORY, st.sampled_from(MEDICAL_TIERS))
def test_no_uncovered_category_is_ever_printed(categories: tuple[str, ...], tier: str) -> None:
    one = record(examined(tier, 10), categories=categories)
    shown, above = printable(one, categories, DAY), uncovered(one, DAY)
    assert sorted((*shown, *above)) == sorted(categories)
    for code in shown:
        assert MEDICAL_TIERS.index(tier_needed((code,))) <= MEDICAL_TIERS.index(tier)
    for code in above:
        assert MEDICAL_TIERS.index(tier_needed((code,))) > MEDICAL_TIERS.index(tier)


@pytest.mark.parametrize("tier", MEDICAL_TIERS)
def test_the_tier_never_changes_the_colour(tier: str) -> None:
    tell = Teller()
    tell.papers(medical_until=date(2024, 1, 1), insurance=(date(2025, 1, 1), date(2025, 12, 31)))
    tell(facts.WorkerRegistered("ID_CARD", ("MATERNITY",), True))
    tell(examined(tier, 10))
    tell.permit()
    assert standing(fold_worker(SUBJECT, tell.facts), NUMBER, DAY).colour.value == "green"
