"""Working days of the loaded years, months and years of the Civil Code, notices; divisions in their days."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.domain.days import day_of, start_of_day
from station.domain.deadlines import (
    WorkingCalendar,
    YearDays,
    add_months,
    notice_due,
    one_year_validity,
    refresh_due,
    refresh_grace_ends,
)
from station.domain.divisions import Division, Divisions
from station.domain.errors import Refused
from station.reference import load_calendar, load_divisions

CALENDAR = load_calendar()
DAYS = st.dates(date(2020, 1, 1), date(2026, 11, 30))


@pytest.mark.parametrize(
    ("accepted", "due"),
    [
        (date(2026, 3, 2), date(2026, 3, 16)),  # no holiday between
        (date(2024, 9, 27), date(2024, 10, 16)),  # National Day, worked 29 Sep and 12 Oct
        (date(2025, 1, 24), date(2025, 2, 13)),  # Spring Festival, worked 26 Jan and 8 Feb
        (date(2026, 4, 30), date(2026, 5, 18)),  # Labour Day, worked 9 May
    ],
)
def test_ten_working_days(accepted: date, due: date) -> None:
    found = CALENDAR.add_working_days(accepted, 10)
    assert (found.day, found.provisional) == (due, False)
    assert CALENDAR.working_days_left(accepted, due) == 10
    assert CALENDAR.working_days_left(due, accepted) == -10


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2024, 10, 1), False),
        (date(2024, 10, 12), True),  # a Saturday that is worked
        (date(2026, 3, 2), True),
        (date(2026, 3, 7), False),
        (date(2031, 10, 1), True),  # not loaded: only weekends are known
    ],
)
def test_who_works_when(day: date, works: bool) -> None:
    assert CALENDAR.is_working_day(day) is works


def test_a_year_that_is_not_loaded_is_provisional_and_never_guessed() -> None:
    found = CALENDAR.add_working_days(date(2026, 12, 28), 10)
    assert found.provisional
    assert not CALENDAR.add_working_days(date(2026, 12, 1), 10).provisional
    assert not WorkingCalendar([]).knows(date(2026, 1, 1))


def test_a_deadline_lies_ahead() -> None:
    with pytest.raises(ValueError, match="ahead"):
        CALENDAR.add_working_days(date(2026, 3, 2), 0)


@given(DAYS, st.integers(1, 20))
def test_adding_and_counting_agree(start: date, count: int) -> None:
    due = CALENDAR.add_working_days(start, count).day
    assert CALENDAR.is_working_day(due)
    assert CALENDAR.working_days_left(start, due) == count
    assert CALENDAR.working_days_left(start, start) == 0


def test_a_worked_day_beats_a_day_off() -> None:
    odd = WorkingCalendar([YearDays(2026, frozenset({date(2026, 3, 7)}), frozenset({date(2026, 3, 7)}))])
    assert odd.is_working_day(date(2026, 3, 7))


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2025, 8, 31), 6, date(2026, 2, 28)),
        (date(2025, 12, 15), 1, date(2026, 1, 15)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
    ],
)
def test_months_of_the_civil_code(day: date, months: int, then: date) -> None:
    assert add_months(day, months) == then


def test_validity_refresh_and_grace() -> None:
    assert one_year_validity(date(2024, 2, 29)) == date(2025, 2, 28)
    assert refresh_due(date(2026, 1, 10)) == date(2026, 7, 10)
    assert refresh_grace_ends(date(2026, 1, 10)) == date(2026, 8, 9)


@pytest.mark.parametrize(
    ("left", "notice"), [(61, None), (60, 60), (31, 60), (30, 30), (8, 30), (7, 7), (2, 7), (1, 1), (0, 1), (-1, None)]
)
def test_notices(left: int, notice: int | None) -> None:
    today = date(2026, 3, 2)
    assert notice_due(today + timedelta(days=left), today) == notice


def test_civil_days_of_shanghai() -> None:
    assert day_of(1_741_103_999_999) == date(2025, 3, 4)  # 2025-03-04T15:59:59.999Z
    assert day_of(1_741_104_000_000) == date(2025, 3, 5)
    assert day_of(start_of_day(date(2025, 3, 5))) == date(2025, 3, 5)
    assert day_of(start_of_day(date(2025, 3, 5)) - 1) == date(2025, 3, 4)


def test_divisions_in_their_days() -> None:
    register = load_divisions()
    before, after = date(2021, 4, 8), date(2021, 4, 9)
    assert register.in_force("330103", before).name == "下城区"
    with pytest.raises(Refused, match="下城区") as caught:
        register.in_force("330103", after)
    assert caught.value.code == "division_not_in_force"
    with pytest.raises(Refused) as caught:
        register.in_force("339999", after)
    assert caught.value.code == "unknown_division"
    assert register.find("339999", after) is None
    assert {row.name for row in register.counties_of("330100", after)} >= {"临平区", "钱塘区"}
    assert "330103" not in {row.code for row in register.at(after)}
    assert register.existed_in("330103", 2021)
    assert register.existed_in("330113", 2021), "in force from the ninth of April on"
    one_day = Divisions([Division("1", "", "", "", date(2021, 1, 1), date(2021, 12, 31), "")])
    assert [one_day.existed_in("1", year) for year in (2020, 2021, 2022)] == [False, True, False]
    edge = Divisions([Division("1", "", "", "", date(2021, 12, 31), date(2022, 1, 1), "")])
    assert [edge.existed_in("1", year) for year in (2020, 2021, 2022, 2023)] == [False, True, True, False]
    assert not register.existed_in("330103", 2022)
    assert not register.existed_in("330113", 2020)
