"""Days that the law counts: working days from a loaded calendar, months and years by the Civil Code, notices.

A year whose 调休 days are not loaded is never guessed silently: its deadlines are marked provisional (domain.md §10).
"""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

ONE_DAY = timedelta(days=1)
REFRESH_MONTHS = 6  # R37
REFRESH_GRACE_DAYS = 30  # D-12
NOTICE_DAYS = (60, 30, 7, 1)  # domain.md §12.7


@dataclass(frozen=True, slots=True)
class YearDays:
    """The exceptions of one year as the State Council published them: days off, and weekend days worked (调休)."""

    year: int
    days_off: frozenset[date]
    worked: frozenset[date]


@dataclass(frozen=True, slots=True)
class Deadline:
    """The last day of a period. `provisional` when a year on the way is not loaded: recompute once it is."""

    day: date
    provisional: bool = False


class WorkingCalendar:
    """Working days of the loaded years. Immutable."""

    def __init__(self, years: Iterable[YearDays]) -> None:
        self._years: Mapping[int, YearDays] = {one.year: one for one in years}

    def knows(self, day: date) -> bool:
        return day.year in self._years

    def is_working_day(self, day: date) -> bool:
        """Whether people work on that day; in a year that is not loaded only weekends are known."""
        year = self._years.get(day.year)
        if year is not None and day in year.worked:
            return True
        if year is not None and day in year.days_off:
            return False
        return day.weekday() < 5

    def add_working_days(self, start: date, count: int) -> Deadline:
        """The day `count` working days after `start`; the start day is not counted (Civil Code 201, 行政许可法 82)."""
        if count < 1:
            raise ValueError("a deadline lies at least one working day ahead")
        day, known = start, True
        while count:
            day += ONE_DAY
            known = known and self.knows(day)
            count -= self.is_working_day(day)
        return Deadline(day, not known)

    def working_days_left(self, today: date, due: date) -> int:
        """Working days after `today` up to and including `due`; negative: how many have passed since."""
        first, last, sign = (today, due, 1) if due >= today else (due, today, -1)
        days = (first + timedelta(days=n) for n in range(1, (last - first).days + 1))
        return sign * sum(self.is_working_day(day) for day in days)


def add_months(day: date, months: int) -> date:
    """The same-numbered day `months` later, or the last day of that month (Civil Code 202)."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def one_year_validity(examined_on: date) -> date:
    """The last day of a one-year validity: the same calendar day next year, 29 Feb → 28 Feb (D-9)."""
    return add_months(examined_on, 12)


def refresh_due(last_refresh: date) -> date:
    """The day by which a full refresh must have been done (R37)."""
    return add_months(last_refresh, REFRESH_MONTHS)


def refresh_grace_ends(last_refresh: date) -> date:
    """After this day the permit is suspended (D-12)."""
    return refresh_due(last_refresh) + timedelta(days=REFRESH_GRACE_DAYS)


def notice_due(last_day: date, today: date) -> int | None:
    """Which of the notices 60/30/7/1 days before `last_day` is the newest one due today; None before the first."""
    left = (last_day - today).days
    due = [days for days in NOTICE_DAYS if left <= days]
    return min(due) if due and left >= 0 else None
