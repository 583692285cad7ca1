"""Figures of a city for a period, and the lists that others rely on: subsidy (R41, R61) and credit (R64).

Figures name nobody. A list of people leaves the station only with two names (worker.EXPORT_MANY), and says who.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from station.domain import facts, permit
from station.domain.authority import Actor, permit_act
from station.domain.errors import Refused
from station.domain.figures import Figures, count
from station.domain.worker import WorkerRecord
from station.services.desk import Desk, Done
from station.services.facing import filing

PAGE = 500
Progress = Callable[[int, int], None]


def figures(desk: Desk, first: date, last: date, tell: Progress = lambda done, total: None) -> Figures:
    """The figures of this ledger. Raises Refused when the period is upside down."""
    if last < first:
        raise Refused("统计的起止日期颠倒，请重新选择。", "period")
    return count(everybody(desk, tell), first, last, desk.calendar)


def document(desk: Desk, first: date, last: date, tell: Progress = lambda done, total: None) -> dict[str, Any]:
    """The figures of a period as a document, and how many faces are kept today against the filing (art. 15)."""
    kept = filing(desk)
    return plain(figures(desk, first, last, tell)) | {
        "faces_kept": kept.count, "faces_limit": kept.limit, "filing": kept.level,
    }  # fmt: skip


def plain(found: Figures) -> dict[str, Any]:
    """As a document: counters as they are, fractions as decimals with two places."""
    document: dict[str, Any] = {}
    for name in Figures.__slots__:
        value = getattr(found, name)
        document[name] = value.isoformat() if isinstance(value, date) else value
        if isinstance(value, dict):
            document[name] = {str(key): value[key] for key in sorted(value)}
    for name, fraction in (("average_working_days", found.average_working_days), ("coverage", found.coverage)):
        document[name] = _decimal(fraction)
    return document


@dataclass(frozen=True, slots=True)
class SubsidyLine:
    """One worker with both certificates: the credit certificate of the ministry and a permit in force (R61)."""

    permit_number: str
    name: str
    company: str
    credit_certificate: str
    released_on: date


@dataclass(frozen=True, slots=True)
class CreditLine:
    """One worker of a company whose credit record passed (R64)."""

    name: str
    credit_certificate: str
    checked_on: date
    permit_number: str


def subsidy_list(desk: Desk, *, actor: Actor, second: Actor) -> Done[list[SubsidyLine]]:
    """R41, R61: who may be supported, by permit number. Two people ask for it and stand in the ledger for it."""
    permit_act("worker.EXPORT_MANY", actor, second)
    found = [line for record in everybody(desk) if (line := _subsidised(record)) is not None]
    say_exported(desk, f"subsidy {len(found)}", actor, second)
    return Done(sorted(found, key=lambda line: line.permit_number))


def credit_list(desk: Desk, uscc: str, *, actor: Actor, second: Actor) -> Done[list[CreditLine]]:
    """R64: a company's own workers whose credit record passed."""
    permit_act("worker.EXPORT_MANY", actor, second)
    company = desk.company(uscc).uscc
    found = []
    for record in everybody(desk):
        credit, belongs, person = record.credit, record.affiliation, record.person
        if credit is None or credit.status != "PASSED" or belongs is None or belongs.company != company:
            continue
        if person is not None and person.name is not None:
            number = record.permit.number if record.permit is not None else ""
            found.append(CreditLine(person.name, credit.certificate or "", credit.checked_on, number))
    say_exported(desk, f"credit {len(found)}", actor, second)
    return Done(sorted(found, key=lambda line: (line.checked_on, line.name)))


def _subsidised(record: WorkerRecord) -> SubsidyLine | None:
    credit, right, person = record.credit, record.permit, record.person
    if credit is None or credit.status != "PASSED" or not credit.certificate or person is None or person.name is None:
        return None
    if False in (credit.name_matches, credit.number_matches, credit.company_matches):
        return None
    if right is None or right.state is not permit.State.ISSUED or right.released_on is None:
        return None
    return SubsidyLine(right.number, person.name, right.company_name, credit.certificate, right.released_on)


def say_exported(desk: Desk, what: str, actor: Actor, second: Actor) -> None:
    """An export is an act like any other: who, with whom, how many; never the list itself."""
    told = facts.StationActed("EXPORTED", desk.today(), f"{what} {second.person}")
    desk.ledger.append([(f"station:{desk.settings.station}", told)], actor=actor.person)


def everybody(desk: Desk, tell: Progress = lambda done, total: None) -> Iterator[WorkerRecord]:
    """The record of every worker on the roll, in its order."""
    total, done, last = desk.ledger.roll.count(), 0, None
    while rows := desk.ledger.roll.page(limit=PAGE, after=last):
        for row in rows:
            yield desk.worker(row.subject)
            done += 1
            tell(done, total)
        last = rows[-1]


def _decimal(fraction: Fraction | None) -> float | None:
    return None if fraction is None else round(float(fraction), 2)
