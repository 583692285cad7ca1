"""What presses: overdue applications with whose turn it is and who is told, late defect lists, unreported changes.

Read from projections, as many rows as are late; nothing is decided or approved here (A18).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum

from station.domain import application
from station.domain.days import day_of
from station.domain.escalation import (
    ANSWER_SOON_DAYS,
    TURN,
    answer_by,
    defect_list_by,
    reported_before,
    told_of,
)
from station.ledger.inbox import ApplicationRow
from station.services import changes
from station.services.desk import Desk


class Late(Enum):
    """Which clock ran out, or is about to."""

    DECISION = "decision"  # the ten working days (A18)
    DEFECT_LIST = "defect_list"  # the clerk's five working days (D-19)
    ANSWER = "answer"  # the company's thirty days, nearly over (A6)
    APPLY = "apply"  # a reported change that the association has not applied (D-20)
    REPORT = "report"  # a paper ran out and the company said nothing (D-20)


@dataclass(frozen=True, slots=True)
class Pressing:
    """One line: whom it is about, which clock, its last day, whose turn, who was told; the paper of a REPORT, the
    kind of change of an APPLY."""

    subject: str
    late: Late
    last: date
    turn: str
    told: tuple[str, ...] = ()
    stage: str = ""
    paper: str = ""
    company: str = ""
    what: str = ""


def pressing(desk: Desk) -> list[Pressing]:
    """Everything late, the longest first, decisions before the rest."""
    today = desk.clock.today()
    found = [line for row in desk.ledger.inbox.open() if (line := _of_papers(desk, row, today)) is not None]
    found += _unapplied(desk, today)
    found += _unreported(desk, today)
    order = list(Late)
    return sorted(found, key=lambda line: (order.index(line.late), line.last, line.subject))


def _of_papers(desk: Desk, row: ApplicationRow, today: date) -> Pressing | None:
    stage = application.State(row.state)
    turn, since = TURN[stage], day_of(row.since_ms)
    if row.due is not None and today > row.due:
        told = told_of(row.due, today, desk.calendar)
        return Pressing(row.subject, Late.DECISION, row.due, turn, told, row.state, company=row.company)
    if stage is application.State.SUBMITTED:
        last = defect_list_by(since, desk.calendar)
        if today > last:
            told = told_of(last, today, desk.calendar)
            return Pressing(row.subject, Late.DEFECT_LIST, last, turn, told, row.state, company=row.company)
    if stage is application.State.RETURNED:
        last = answer_by(since)
        if (last - today).days < ANSWER_SOON_DAYS:
            return Pressing(row.subject, Late.ANSWER, last, turn, (), row.state, company=row.company)
    return None


def _unapplied(desk: Desk, today: date) -> list[Pressing]:
    return [
        Pressing(one.subject, Late.APPLY, one.due, "CLERK", told_of(one.due, today, desk.calendar),
                 company=one.company, what=one.report.what)
        for one in changes.waiting(desk) if one.presses
    ]  # fmt: skip


def _unreported(desk: Desk, today: date) -> list[Pressing]:
    found = []
    before = reported_before(today, desk.calendar)
    for row in desk.ledger.roll.ran_out(before):
        for paper, last in (("medical", row.medical_until), ("insurance", row.insurance_until)):
            if last is not None and last < before:
                turn = "COMPANY_HANDLER"
                found.append(Pressing(row.subject, Late.REPORT, last, turn, paper=paper, company=row.company))
    return found
