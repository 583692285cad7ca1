"""Reads the data of resources/ into domain values: divisions, calendar, surnames. No rule."""

from __future__ import annotations

import csv
import functools
import tomllib
from collections.abc import Mapping, Sequence

from station.domain.deadlines import WorkingCalendar, YearDays
from station.domain.divisions import Division, Divisions
from station.settings import RESOURCES


@functools.cache
def load_divisions() -> Divisions:
    """resources/divisions.csv."""
    with (RESOURCES / "divisions.csv").open(encoding="utf-8", newline="") as file:
        return Divisions(Division.of_row(row) for row in csv.DictReader(file))


@functools.cache
def load_calendar() -> WorkingCalendar:
    """Every year in resources/calendar; a new year is a new file there."""
    years = []
    for path in sorted((RESOURCES / "calendar").glob("*.toml")):
        found = tomllib.loads(path.read_text(encoding="utf-8"))
        years.append(YearDays(found["year"], frozenset(found["days_off"]), frozenset(found["worked"])))
    return WorkingCalendar(years)


@functools.cache
def load_surnames() -> Mapping[str, Sequence[str]]:
    """Surname -> readings, the right one first, then the ones to index as well."""
    with (RESOURCES / "surname_pinyin.csv").open(encoding="utf-8", newline="") as file:
        return {
            row["surname"]: (row["pinyin"], *row["alternates_to_index"].replace("|", " ").replace(";", " ").split())
            for row in csv.DictReader(file)
        }
