"""What may be decided about a change that a company reports before its paper is there (R34, D-20)."""

from __future__ import annotations

from datetime import date

from station.domain.authority import Actor, permit_act
from station.domain.decide.leaving import suspend_at_once
from station.domain.errors import Refused
from station.domain.facts import ChangeReported, ChangeSettled, Payload
from station.domain.permit import Cause
from station.domain.reasons import CHANGES
from station.domain.worker import WorkerRecord

AT_ONCE = {"UNFIT": Cause.MEDICAL_UNFIT, "ADVERSE": Cause.ADVERSE_HINT}
"""Changes that touch safety: what a released permit is suspended for while the paper is looked for."""


def reported(record: WorkerRecord, cause: Cause | None = None) -> bool:
    """Whether a safety change was reported and waits for its paper: any, or the one that suspends for `cause`."""
    waits = [AT_ONCE[one.what] for one in record.reports if one.what in AT_ONCE and not one.settled]
    return bool(waits) if cause is None else cause in waits


def report(
    record: WorkerRecord, day: date, *, what: str, known_on: date, note: str = "", actor: Actor
) -> list[Payload]:
    """企业报告变化: what changed and since when the company knows. A safety change suspends at once (D-20)."""
    permit_act("change.REPORT", actor)
    if what not in CHANGES:
        raise Refused("请选择是什么变化。", "change_kind")
    if known_on > day:
        raise Refused("企业知悉日期不能晚于今天。", "later_than_today")
    if record.affiliation is None:
        raise Refused("该人员当前没有隶属企业。", "no_affiliation")
    if any(one.what == what and not one.settled for one in record.reports):
        raise Refused("同样的变化已经报告过，还没有登记新的材料。", "reported_already")
    told: list[Payload] = [ChangeReported(what, known_on, day, note.strip() or None)]
    cause = AT_ONCE.get(what)
    return told if cause is None else [*told, *suspend_at_once(record, day, cause)]


def settle(record: WorkerRecord, fact: str, day: date, *, finding: str, note: str = "", actor: Actor) -> list[Payload]:
    """The reported change ends without a new paper; what it suspended stays so until two people reinstate it (C4)."""
    permit_act("change.SETTLE", actor, reason=finding, note=note)
    if all(one.fact != fact or one.settled for one in record.reports):
        raise Refused("没有这条报告，或已经办结，请刷新清单。", "no_report")
    return [ChangeSettled(fact, finding, day, note.strip() or None)]
