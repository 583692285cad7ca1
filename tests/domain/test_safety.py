"""Changes that suspend at once, where record and permit met only in the exchange (D-20, C2)."""

from __future__ import annotations

from datetime import date

import pytest

from station.domain import facts
from station.domain.permit import Cause
from station.domain.record import fold_worker
from station.domain.safety import unapplied
from tests.domain.told import COMPANY, NUMBER, SUBJECT, Teller

DAY = date(2025, 3, 3)
OTHER = "91330100MA28KK3Q2P"
UNFIT = facts.MedicalRecorded(False, DAY, DAY, DAY)
FAILED = facts.BackgroundRecorded("FAILED", DAY, "bureau")
LEFT = facts.AffiliationEnded(COMPANY, DAY, "company")


def found(*more: facts.Payload, released: bool = True, on: date = DAY) -> list[Cause]:
    tell = Teller()
    tell.papers(medical_until=date(2025, 12, 31), insurance=(date(2025, 1, 1), date(2025, 12, 31)))
    tell.permit(released=released)
    for payload in more:
        tell(payload)
    return unapplied(fold_worker(SUBJECT, tell.facts), on)


@pytest.mark.parametrize(
    ("told", "causes"),
    [
        ([], []),
        ([UNFIT], [Cause.MEDICAL_UNFIT]),
        ([FAILED], [Cause.ADVERSE_HINT]),
        ([LEFT], [Cause.AFFILIATION_ENDED]),
        ([LEFT, facts.AffiliationBegan(OTHER, DAY, True)], [Cause.AFFILIATION_ENDED]),
        ([LEFT, facts.AffiliationBegan(COMPANY, DAY, True)], []),
        ([LEFT, UNFIT, FAILED], [Cause.AFFILIATION_ENDED, Cause.MEDICAL_UNFIT, Cause.ADVERSE_HINT]),
        ([facts.BackgroundRecorded("PENDING", DAY, "bureau")], []),
        ([UNFIT, facts.PermitActed(NUMBER, "suspend", DAY, "medical_unfit")], []),
        ([UNFIT, facts.PermitActed(NUMBER, "cancel", DAY, "left_trade")], []),
    ],
)
def test_what_a_released_permit_must_answer(told: list[facts.Payload], causes: list[Cause]) -> None:
    assert found(*told) == causes


def test_nothing_of_a_permit_that_was_not_released_nor_before_the_day() -> None:
    assert found(UNFIT, FAILED, LEFT, released=False) == []
    assert found(UNFIT, FAILED, on=date(2025, 3, 2)) == []


def test_nobody_without_a_permit() -> None:
    assert unapplied(fold_worker(SUBJECT, []), DAY) == []
