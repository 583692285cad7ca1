"""What may be decided about a household's complaint: it ends with a finding, once, and stays on the file (R9)."""

from __future__ import annotations

from datetime import date

from station.domain.authority import Actor, permit_act
from station.domain.errors import Refused
from station.domain.facts import ComplaintAnswered, Payload
from station.domain.worker import WorkerRecord


def answer(
    record: WorkerRecord, complaint: str, day: date, *, finding: str, note: str = "", actor: Actor
) -> list[Payload]:
    """The complaint with that identity was looked into. Answering again what was answered elsewhere is refused."""
    permit_act("complaint.ANSWER", actor, reason=finding, note=note)
    if all(one.fact != complaint for one in record.complaints):
        raise Refused("没有这条投诉，请刷新清单。", "no_complaint")
    if complaint in record.answers:
        raise Refused("这条投诉已经办结。", "answered_already")
    return [ComplaintAnswered(complaint, finding, day, note.strip() or None)]
