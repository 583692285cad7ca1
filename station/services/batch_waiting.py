"""Who waits for a card, company by company: a card was asked for, or gave nothing usable, and no open run has it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from station.domain import card, permit
from station.ledger.jobs import JobRow
from station.services import batches
from station.services.desk import Desk

_ASKED = (card.State.ASKED.value,)
_SPOILED = (card.State.SPOILED.value, card.State.VOIDED.value, card.State.DESTROYED.value)


@dataclass(frozen=True, slots=True, repr=False)
class Waiter:
    """One person whose card is to be made; names and numbers are for the screen only."""

    subject: str
    number: str
    name: str
    issue_number: int  # of the attempt that is asked for, or of the one that gave nothing
    again: bool  # the last attempt gave no card anybody could use

    def __repr__(self) -> str:
        return "Waiter"


@dataclass(frozen=True, slots=True)
class CompanyQueue:
    """One company's people that wait, in the order their cards were asked for."""

    uscc: str
    company: str
    people: tuple[Waiter, ...]


def waiting_for_cards(desk: Desk) -> list[CompanyQueue]:
    """Every company with people that wait, the one that has waited longest first."""
    taken = {number for run in batches.still_open(desk) for _, number in run.orders}
    found: dict[str, tuple[str, list[Waiter]]] = {}
    seen: set[str] = set()
    for row in _rows(desk):
        right = desk.ledger.roll.permit(row.number)
        waits = right is not None and right.state == permit.State.ISSUED.value and right.subject == row.subject
        if right is None or not waits or row.number in taken or row.number in seen:
            continue
        seen.add(row.number)
        person = desk.ledger.roll.worker(row.subject)
        _, people = found.setdefault(right.company, (right.company_name, []))
        again = row.state not in _ASKED
        people.append(Waiter(row.subject, row.number, (person.name if person else None) or "", row.issue_number, again))
    return [CompanyQueue(uscc, name, tuple(people)) for uscc, (name, people) in found.items()]


def _rows(desk: Desk) -> Iterator[JobRow]:
    """Cards asked for at this station, and last attempts that never became one."""
    jobs, here = desk.ledger.jobs, desk.ledger.station
    for row in jobs.in_states(_ASKED):
        if row.station == here:
            yield row
    for row in jobs.in_states(_SPOILED):
        if row.station == here and row.activated_on is None and jobs.of_permit(row.number)[-1] == row:
            yield row
