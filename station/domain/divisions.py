"""Administrative divisions with their validity: the key is (code, valid_from), never the code alone (domain.md §6)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from station.domain.errors import Refused

PROVINCE = "330000"
"""The province itself: its own stations read every city and issue nothing (domain.md §8, role PROVINCE)."""


@dataclass(frozen=True, slots=True)
class Division:
    """One division during one span of days, both inclusive; `valid_to` None = in force."""

    code: str
    name: str
    city_code: str
    city_name: str
    valid_from: date
    valid_to: date | None
    level: str
    successors: tuple[str, ...] = ()
    pinyin: str = ""

    def in_force(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    @classmethod
    def of_row(cls, row: Mapping[str, str]) -> Division:
        """A row of resources/divisions.csv."""
        return cls(
            row["code"],
            row["name"],
            row["city_code"],
            row["city_name"],
            date.fromisoformat(row["valid_from"]),
            date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
            row["level"],
            tuple(row["successor_codes"].replace(";", " ").replace("|", " ").split()),
            row["pinyin"],
        )


class Divisions:
    """The register. Immutable; look-ups are by day or by year."""

    def __init__(self, rows: Iterable[Division]) -> None:
        self._by_code: dict[str, list[Division]] = {}
        for row in rows:
            self._by_code.setdefault(row.code, []).append(row)

    def at(self, day: date) -> list[Division]:
        """Everything in force on that day, by code."""
        return [row for code in sorted(self._by_code) for row in self._by_code[code] if row.in_force(day)]

    def find(self, code: str, day: date) -> Division | None:
        """The division of that code in force on that day, if any."""
        return next((row for row in self._by_code.get(code, ()) if row.in_force(day)), None)

    def in_force(self, code: str, day: date) -> Division:
        """The same, or Refused with the successors where the code was abolished."""
        found = self.find(code, day)
        if found is not None:
            return found
        rows = self._by_code.get(code)
        if not rows:
            raise Refused(f"没有代码为 {code} 的行政区划。", "unknown_division")
        now = "、".join(rows[-1].successors) or "其他代码"
        raise Refused(f"区划 {code}（{rows[-1].name}）在 {day} 不存在，现为 {now}。", "division_not_in_force")

    def existed_in(self, code: str, year: int) -> bool:
        """Whether a permit of that year may carry the code: any day of the year in force.

        XX=00 (a city) and CCXX=0000 (the province) are divisions of their own in the register (§3.3).
        """
        first, last = date(year, 1, 1), date(year, 12, 31)
        return any(
            row.valid_from <= last and (row.valid_to is None or first <= row.valid_to)
            for row in self._by_code.get(code, ())
        )

    def counties_of(self, city_code: str, day: date) -> list[Division]:
        """Districts, county-level cities and counties of a city on that day, by code."""
        return [row for row in self.at(day) if row.city_code == city_code and row.code != city_code]
