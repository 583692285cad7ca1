"""Who is told when a day has passed, and whose turn it is: A18, D-19, D-20. Nothing is ever approved by it."""

from __future__ import annotations

from datetime import date, timedelta

from station.domain.application import State
from station.domain.deadlines import WorkingCalendar
from station.domain.decide.changes import AT_ONCE
from station.domain.decide.papers import ANSWER_DAYS, DEFECT_LIST_WORKING_DAYS
from station.domain.parts import Report

REPORT_WORKING_DAYS = 5
"""D-20: a company reports a change of evidence within five working days after it knows."""
APPLY_WORKING_DAYS = 1
"""D-20: the association applies a reported change within one working day; a safety change at once."""
BUREAU_WORKING_DAYS = 5
"""A18 names supervisor, then bureau; the bureau is told once the supervisor has had five working days."""
ANSWER_SOON_DAYS = 5
"""So many days before a defect list lapses it is on the list of what presses."""

TURN = {
    State.DRAFT: "COMPANY_HANDLER",
    State.COMPANY_REVIEW: "COMPANY_REVIEWER",
    State.SUBMITTED: "CLERK",
    State.RETURNED: "COMPANY_HANDLER",
    State.CREDIT_REVIEW: "BUREAU",
    State.EVIDENCE_PENDING: "COMPANY_HANDLER",
    State.READY: "SUPERVISOR",
    State.GENERATED: "CLERK",
}
"""Who has to act next on an open application: the role of authority.ROLES."""


def told_of(due: date, day: date, calendar: WorkingCalendar) -> tuple[str, ...]:
    """The roles an overdue case has been escalated to by that day: nobody, the supervisor, then the bureau too."""
    if day <= due:
        return ()
    late = -calendar.working_days_left(day, due)
    return ("SUPERVISOR", "BUREAU") if late > BUREAU_WORKING_DAYS else ("SUPERVISOR",)


def defect_list_by(submitted: date, calendar: WorkingCalendar) -> date:
    """The last day on which papers may be sent back with a list (D-19)."""
    return calendar.add_working_days(submitted, DEFECT_LIST_WORKING_DAYS).day


def answer_by(returned: date) -> date:
    """The last day on which a defect list may be answered (A6)."""
    return returned + timedelta(days=ANSWER_DAYS)


def reported_before(day: date, calendar: WorkingCalendar) -> date:
    """A paper whose last day lies before this one should have been renewed or reported by now (D-20)."""
    back = day
    while calendar.working_days_left(back, day) < REPORT_WORKING_DAYS + 1:
        back -= timedelta(days=1)
    return back + timedelta(days=1)


def apply_by(report: Report, calendar: WorkingCalendar) -> date:
    """The last day on which the association may still have a reported change before it: for safety, that very day."""
    if report.what in AT_ONCE:
        return report.on
    return calendar.add_working_days(report.on, APPLY_WORKING_DAYS).day


def unapplied_on(report: Report, day: date, calendar: WorkingCalendar) -> bool:
    """Whether a report that waits presses on that day; one about safety presses from the moment it is made."""
    return not report.settled and (report.what in AT_ONCE or day > apply_by(report, calendar))


def reported_late(report: Report, calendar: WorkingCalendar) -> int:
    """How many working days after its five the company reported; 0 in time."""
    return max(0, calendar.working_days_left(report.known_on, report.on) - REPORT_WORKING_DAYS)
