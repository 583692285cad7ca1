"""Who still has to agree that a worker left a company (§12.8, D-21): both sides, and the association after silence.

Pure functions of a record. It matters while a permit still stands in the name of the company that was left.
"""

from __future__ import annotations

from station.domain import parts
from station.domain.deadlines import Deadline, WorkingCalendar
from station.domain.worker import WorkerRecord

SIDES = ("company", "worker")
SILENT_WORKING_DAYS = 5  # D-21
ASSOCIATION = "association"


def left_company(record: WorkerRecord) -> parts.Affiliation | None:
    """The ended affiliation of the company whose name the live permit bears; None while the worker belongs there."""
    right = record.permit
    if right is None or not right.live:
        return None
    stays = [one for one in record.affiliations if one.company == right.company]
    return stays[-1] if stays and stays[-1].ended_on is not None else None


def settled(left: parts.Affiliation) -> bool:
    """Whether the worker is free: both sides agreed, or the association said so – on proof, or after silence."""
    if left.ended_by == ASSOCIATION:
        return True
    last = {answer.by: answer.agreed for answer in left.answers}
    return last.get(ASSOCIATION, False) or all(side == left.ended_by or last.get(side, False) for side in SIDES)


def waiting_for(left: parts.Affiliation) -> tuple[str, ...]:
    """The sides that neither asked for it nor answered."""
    heard = {left.ended_by, *(answer.by for answer in left.answers)}
    return () if settled(left) else tuple(side for side in SIDES if side not in heard)


def objected(left: parts.Affiliation) -> bool:
    """Whether a side said no and nobody has settled it."""
    last = {answer.by: answer.agreed for answer in left.answers if answer.by in SIDES}
    return not settled(left) and False in last.values()


def answer_due(left: parts.Affiliation, calendar: WorkingCalendar) -> Deadline | None:
    """The last day of the five working days; after it the association decides. None while nobody left."""
    return None if left.ended_on is None else calendar.add_working_days(left.ended_on, SILENT_WORKING_DAYS)


def letter_is_old(record: WorkerRecord) -> bool:
    """Whether the credit authorisation was signed for a company that was left since: it names that company (§4).

    One recorded while the worker belonged nowhere is taken for the next company's unless it is older than the leave.
    """
    now, given = record.affiliation, record.consents.get("CREDIT")
    if now is None or given is None:
        return False
    if given.company:
        return given.company != now.company
    left = [one.ended_on for one in record.affiliations if one.company != now.company and one.ended_on is not None]
    return bool(left) and given.given_on < max(left)
