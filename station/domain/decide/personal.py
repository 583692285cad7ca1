"""What may be decided about a person's own data: consents taken back, a copy handed out, everything deleted.

PIPL articles 15, 45 and 47; domain.md A16, WRONG-8 and §11.4. Pure functions of record, actor and day.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from station.domain.authority import Actor, permit_act
from station.domain.decide import papers
from station.domain.decide.leaving import suspend_at_once
from station.domain.eligibility import SIGNED_CONSENTS
from station.domain.errors import Refused
from station.domain.facts import ConsentWithdrawn, Payload, ScanDeleted, WorkerErased, WorkerExported
from station.domain.permit import Cause
from station.domain.retention import due_after, hold_on
from station.domain.worker import WorkerRecord

EXPIRED = "RETENTION_OVER"
"""The reason of a deletion that the calendar made."""
WHY_KEPT = {
    "OPEN_APPLICATION": "还有在办的申领，不能删除；请先办理“撤回申领”。",
    "LIVE_PERMIT": "码证尚未注销，不能删除；请先由主管办理“注销码证”。",
    "UNSURE_CARD": "有一张卡还没有核实，不能删除；请先到制证页核实。",
    "COMPLAINT": "有住户反映的问题还没有答复，不能删除；请先办理“答复投诉”。",
    "CONFLICT": "两处记录的冲突还没有核对，不能删除；请先办理“核对冲突”。",
}


def withdraw_consents(record: WorkerRecord, items: Iterable[str], day: date, *, actor: Actor) -> list[Payload]:
    """The worker takes consents back, item by item.

    FACE stops only the comparing of faces. Any other item stops the case (A16) and pauses a released permit at once
    (WRONG-8): what is still kept by law is only stored (PIPL 47).
    """
    permit_act("consent.WITHDRAW", actor)
    wanted = tuple(dict.fromkeys(items))
    if not wanted:
        raise Refused("请勾选要撤回的同意项目。", "consent_item")
    if not all(record.consented(item) for item in wanted):
        raise Refused("该项同意未签署或已撤回。", "not_consented")
    told: list[Payload] = [ConsentWithdrawn(item, day) for item in wanted]
    if not set(wanted) & set(SIGNED_CONSENTS):
        return told
    open_papers = record.open_application
    if open_papers is not None:
        told += papers.withdraw(record, open_papers.id, day, reason="CONSENT_WITHDRAWN", note="", actor=actor)
    return told + suspend_at_once(record, day, Cause.CONSENT_WITHDRAWN)


def erase(record: WorkerRecord, day: date, *, reason: str, actor: Actor, second: Actor) -> list[Payload]:
    """删除个人信息: two people, and only once nothing in law keeps the data. Refused says what does, and until when."""
    permit_act("worker.ERASE", actor, second, reason=reason)
    if record.erased:
        raise Refused("该人员的个人信息已经删除。", "erased_already")
    hold = hold_on(record, day)
    if hold is not None:
        raise Refused(
            WHY_KEPT.get(hold.code)
            or f"按规定须保存到 {hold.until}，此前不能删除；本人可先撤回同意，除保存外不再使用。",
            "kept_by_law",
        )
    return [WorkerErased(reason, second.person)]


def expire(record: WorkerRecord, day: date, *, actor: Actor) -> list[Payload]:
    """The calendar's own deletion: nothing where the person is not due, so it may be asked about anybody."""
    permit_act("worker.EXPIRE", actor)
    last = due_after(record)
    return [WorkerErased(EXPIRED)] if last is not None and day > last else []


def delete_scans(scans: Iterable[str], *, actor: Actor) -> list[Payload]:
    """One fact for each scan that `retention.spent_scans` found."""
    permit_act("worker.EXPIRE", actor)
    return [ScanDeleted(sha256) for sha256 in scans]


def export(record: WorkerRecord, day: date, *, actor: Actor) -> list[Payload]:
    """A copy of everything goes to the worker. Refused where there is nobody to give it to."""
    permit_act("worker.EXPORT", actor)
    if record.person is None or record.person.number is None:
        raise Refused("本站点没有此人的身份信息，不能导出。", "no_person")
    return [WorkerExported(day)]
