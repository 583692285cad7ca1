"""What may be decided when a worker leaves a company: the other side's answer, the association's word (§12.8, D-21)."""

from __future__ import annotations

from datetime import date

from station.domain import parts
from station.domain.authority import Actor, permit_act
from station.domain.deadlines import WorkingCalendar
from station.domain.errors import Refused
from station.domain.facts import AffiliationAnswered, Payload
from station.domain.unbinding import ASSOCIATION, answer_due, left_company, objected, settled, waiting_for
from station.domain.worker import WorkerRecord

WORDS = {"company": "原企业", "worker": "本人"}


def answer(
    record: WorkerRecord, day: date, *, by: str, agreed: bool, note: str, actor: Actor
) -> list[Payload]:
    """The side that did not ask says yes or no; a no needs its reason, and may be taken back."""
    permit_act("affiliation.ANSWER", actor)
    left = _open(record)
    if by not in WORDS:
        raise Refused("请选择由谁答复。", "by_whom")
    if by == left.ended_by:
        raise Refused(f"解除由{WORDS[by]}提出，须由另一方答复。", "own_wish")
    if not agreed and not note.strip():
        raise Refused("不同意解除的，请写明理由。", "note_needed")
    return [AffiliationAnswered(left.company, by, agreed, day, note.strip())]


def decide(
    record: WorkerRecord, day: date, *, agreed: bool, note: str, calendar: WorkingCalendar, actor: Actor
) -> list[Payload]:
    """The association decides: after five working days of silence, or when a side objects. It says why."""
    permit_act("affiliation.DECIDE", actor)
    left = _open(record)
    due = answer_due(left, calendar)
    if not objected(left) and due is not None and day <= due.day:
        who = "、".join(WORDS[side] for side in waiting_for(left))
        raise Refused(f"{who}可在 {due.day} 前答复，期满未答复才由协会决定。", "still_waiting")
    if not note.strip():
        raise Refused("请写明查清的情况。", "note_needed")
    return [AffiliationAnswered(left.company, ASSOCIATION, agreed, day, note.strip())]


def _open(record: WorkerRecord) -> parts.Affiliation:
    left = left_company(record)
    if left is None or settled(left):
        raise Refused("没有待确认的解除隶属。", "no_unbinding")
    return left
