"""WRONG-9: one permit at two doors at once, or scanned more often than one person is looked at (trust.md T3).

A signature cannot stop a copy of a card; what the doors report can show it. Only facts are looked at; distance is not,
because no page asks a household where it is. A finding asks a person to look, it changes nothing.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from station.domain import facts
from station.domain.days import day_of
from station.domain.health import Finding

OVERLAP_MS = 30 * 60_000
HOUR_MS = 3_600_000
SCANS_AN_HOUR = 12
LOOKED_BACK_DAYS = 7
"""How long a permit stays listed: a station sweeps weekly, so nothing falls between two sweeps."""


@dataclass(frozen=True, slots=True, order=True)
class Anomaly:
    """What the doors said of one permit that does not fit one person; `at_ms` is when it became visible."""

    number: str
    at_ms: int
    kind: str  # overlap | many_scans


def anomalies(told: Iterable[facts.Fact]) -> list[Anomaly]:
    """Every overlap and every hour with too many scans in the facts about one worker, the oldest first."""
    entries: dict[str, dict[str, int]] = {}
    scans: dict[str, list[tuple[int, int]]] = {}
    for fact in told:
        said = fact.payload
        if isinstance(said, facts.HouseholdConfirmed):
            entries.setdefault(said.number, {}).setdefault(said.nonce, fact.at_ms)
        elif isinstance(said, facts.HouseholdScanned):
            scans.setdefault(said.number, []).append((fact.at_ms, said.times))
    found = [Anomaly(number, at, "overlap") for number, held in entries.items() for at in _overlaps(held.values())]
    found += [Anomaly(number, at, "many_scans") for number, held in scans.items() for at in _crowded(held)]
    return sorted(found, key=lambda one: one.at_ms)


def _overlaps(moments: Iterable[int]) -> Iterator[int]:
    """Entries of different views that began less than half an hour after another."""
    ordered = sorted(moments)
    yield from (later for sooner, later in itertools.pairwise(ordered) if later - sooner < OVERLAP_MS)


def _crowded(scans: Iterable[tuple[int, int]]) -> Iterator[int]:
    """When more than twelve scans lay within an hour; once until the hour has emptied."""
    ordered = sorted(scans)
    first, within, over = 0, 0, False
    for at, times in ordered:
        within += times
        while at - ordered[first][0] >= HOUR_MS:
            within -= ordered[first][1]
            first += 1
        if within > SCANS_AN_HOUR and not over:
            yield at
        over = within > SCANS_AN_HOUR


def of_visits(subject: str, told: list[facts.Fact], day: date) -> list[Finding]:
    """The permits of this worker that need a look, once per permit and kind, for what was seen in the last days."""
    city = told[-1].city if told else ""
    recent = [one for one in anomalies(told) if 0 <= (day - day_of(one.at_ms)).days < LOOKED_BACK_DAYS]
    return [
        Finding("WRONG-9", number, subject, city, kind)
        for number, kind in dict.fromkeys((one.number, one.kind) for one in recent)
    ]
