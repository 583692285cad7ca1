"""Whose turn it is, who is told of what is late, and by when a company answers or reports: A6, A18, D-19, D-20."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from station.domain.application import OPEN
from station.domain.authority import ROLES
from station.domain.escalation import TURN, answer_by, defect_list_by, reported_before, told_of
from station.reference import load_calendar

CALENDAR = load_calendar()
DUE = date(2026, 3, 6)  # a Friday


@pytest.mark.parametrize(
    ("day", "told"),
    [
        (DUE, ()),
        (date(2026, 3, 7), ("SUPERVISOR",)),
        (date(2026, 3, 13), ("SUPERVISOR",)),  # five working days
        (date(2026, 3, 15), ("SUPERVISOR",)),
        (date(2026, 3, 16), ("SUPERVISOR", "BUREAU")),
    ],
)
def test_first_the_supervisor_then_the_bureau(day: date, told: tuple[str, ...]) -> None:
    assert told_of(DUE, day, CALENDAR) == told


def test_every_open_stage_is_somebodys_turn() -> None:
    assert set(TURN) == OPEN
    assert set(TURN.values()) <= set(ROLES)


def test_days_of_lists_and_answers() -> None:
    assert defect_list_by(date(2026, 3, 6), CALENDAR) == date(2026, 3, 13)
    assert answer_by(date(2026, 3, 2)) == date(2026, 4, 1)


def test_a_change_is_reported_within_five_working_days() -> None:
    """What ended on a day stays off the list for the five working days after it, and is on it from the sixth."""
    for day in (date(2026, 3, 9), date(2026, 2, 27), date(2026, 10, 12), date(2026, 3, 8)):
        before = reported_before(day, CALENDAR)
        for back in range(40):
            last = day - timedelta(days=back)
            assert (last < before) == (CALENDAR.working_days_left(last, day) > 5), (day, last)
