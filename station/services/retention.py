"""The daily deletion of domain.md §11.4: people whose time is over, scans of papers that have run out, old looks.

Nothing goes by a clock that nobody has confirmed: at a station of the province the day is never later than the last
exchange that ended level; a station that is its own centre has only its own clock.
Safe to run any number of times and to be cut at any person; every station of a city comes to the same.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from station.domain import facts
from station.domain.authority import SYSTEM, Actor
from station.domain.days import day_of, start_of_day
from station.domain.deadlines import add_months
from station.domain.decide import personal
from station.domain.retention import CREDENTIAL_MONTHS, IDLE_MONTHS, LOOK_MONTHS, REFUSED_MONTHS, due_after, spent_scans
from station.domain.worker import WorkerRecord
from station.services.desk import Desk, Done, Topic

AHEAD_DAYS = 30
"""How long before the day a person stands on the list, so that somebody may look."""
DELETED = "RETENTION"
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class KeptRow:
    """One person whose time is over or nearly so. `after` is the last day of keeping; `due`: it is past."""

    subject: str
    name: str
    after: date
    due: bool


@dataclass(frozen=True, slots=True)
class Deleted:
    """How many people and how many scans."""

    people: int = 0
    scans: int = 0


NOTHING = Deleted()


def sure_day(desk: Desk) -> date:
    """The day deletion goes by: today, but never past the day of the last exchange that ended level."""
    return min(desk.today(), day_of(desk.as_of_ms()))


def due_list(desk: Desk, ahead: int = AHEAD_DAYS) -> list[KeptRow]:
    """Who is due, and who will be within that many days; the earliest first."""
    day = sure_day(desk)
    rows = []
    for subject, record, after in _candidates(desk, day + timedelta(days=ahead)):
        name = (record.person.name if record.person is not None else None) or "—"
        rows.append(KeptRow(subject, name, after, day > after))
    return sorted(rows, key=lambda row: (row.after, row.subject))


def scans_due(desk: Desk) -> dict[str, list[str]]:
    """The scans of papers that have run out, of those this station keeps, by person."""
    day, found = sure_day(desk), {}
    for subject in desk.ledger.keeping.scanned():
        told = desk.ledger.facts_of(subject)
        here = desk.ledger.keeping.pictures_of(subject)
        spent = [sha256 for sha256 in spent_scans(desk.worker(subject), told, day) if sha256 in here]
        if spent:
            found[subject] = spent
    return found


def keep(desk: Desk, *, actor: Actor = SYSTEM, tell: Progress = lambda done, total: None) -> Done[Deleted]:
    """Delete what is due and say how much in one fact of this station; a day without any says nothing.

    Who looked at whom goes after three years as well: rows without a name, that no fact counts.
    """
    day = sure_day(desk)
    people = [subject for subject, _, after in _candidates(desk, day) if day > after]
    scans = scans_due(desk)
    total, gone = len(people) + len(scans), NOTHING
    for index, subject in enumerate(people, start=1):
        record = desk.decide(subject, actor, lambda r: personal.expire(r, day, actor=actor))
        gone = Deleted(gone.people + record.erased, gone.scans)
        tell(index, total)
    for index, (subject, spent) in enumerate(scans.items(), start=len(people) + 1):
        told = personal.delete_scans(spent, actor=actor)
        desk.ledger.append([(subject, one) for one in told], actor=actor.person)
        gone = Deleted(gone.people, gone.scans + len(told))
        tell(index, total)
    if gone != NOTHING:
        note = json.dumps({"people": gone.people, "scans": gone.scans})
        said = facts.StationActed(DELETED, desk.today(), note)
        desk.ledger.append([(f"station:{desk.settings.station}", said)], actor=actor.person)
    desk.ledger.looks.forget_before(start_of_day(add_months(day, -LOOK_MONTHS)))
    return Done(gone, frozenset({Topic.ROLL}))


def _candidates(desk: Desk, until: date) -> Iterator[tuple[str, WorkerRecord, date]]:
    """Who has a last day of keeping before that day."""
    idle = add_months(until, -min(IDLE_MONTHS, REFUSED_MONTHS)) + timedelta(days=1)
    ended = add_months(until, -CREDENTIAL_MONTHS) + timedelta(days=1)
    for subject in desk.ledger.keeping.ended(ended, start_of_day(idle + timedelta(days=1))):
        record = desk.worker(subject)
        after = due_after(record)
        if after is not None and after < until:
            yield subject, record, after
