"""What may be decided when a person leaves the trade for good, or their company the register (DEAD-2, DEAD-3, D-21)."""

from __future__ import annotations

from datetime import date

from station.domain import application, card, permit
from station.domain.authority import Actor, permit_act
from station.domain.errors import Refused
from station.domain.facts import ApplicationActed, CardActed, CompanyStatusChanged, Payload, PermitActed, WorkerClosed
from station.domain.permit import Act, Cause
from station.domain.record import CompanyRecord
from station.domain.worker import WorkerRecord

CLOSING = {"DECEASED": Cause.DECEASED, "LEFT_TRADE": Cause.LEFT_TRADE, "DOCUMENT_VOID": Cause.OTHER}
"""Why a file is closed, and what its permit is cancelled for."""
COMPANY_STATUSES = ("IN_BUSINESS", "REVOKED", "DEREGISTERED")


def close_worker(record: WorkerRecord, day: date, *, cause: str, actor: Actor) -> list[Payload]:
    """死亡、离业、证件失效: live permits are cancelled, cards asked back, the open application ends. Final."""
    permit_act("worker.CLOSE", actor)
    if cause not in CLOSING:
        raise Refused("请从列表中选择关闭档案的原因。", "unknown_cause")
    if record.closed:
        raise Refused("该人员的档案已经关闭。", "closed_already")
    told: list[Payload] = [WorkerClosed(cause, day)]
    papers = record.open_application
    if papers is not None:
        told.append(ApplicationActed(papers.id, application.Act.WITHDRAW.value, day, "OTHER", cause))
    for right in record.permits.values():
        if right.live:
            told += end_permit(record, right.number, day, CLOSING[cause], note=cause)
    return told


def end_permit(record: WorkerRecord, number: str, day: date, cause: Cause, *, note: str = "") -> list[Payload]:
    """注销 of one live permit, with its cards asked back. The caller has settled who may do it."""
    return [PermitActed(number, Act.CANCEL.value, day, cause.value, note), *ask_back(record, number, day)]


def ask_back(record: WorkerRecord, number: str, day: date) -> list[Payload]:
    """待收回: every card of an ended permit that somebody still carries."""
    return [
        CardActed(number, piece.issue_number, card.Act.ASK_BACK.value, day, "PERMIT_ENDED")
        for piece in record.cards_of(number)
        if piece.state in card.LIVE
    ]


def company_status(record: CompanyRecord, status: str, on: date, day: date, *, source: str, actor: Actor) -> Payload:
    """存续/在业, 吊销, 注销 as the public register says it (DEAD-2)."""
    permit_act("company.CHANGE_STATUS", actor)
    if status not in COMPANY_STATUSES:
        raise Refused("请选择企业状态。", "company_status")
    if on > day:
        raise Refused("状态日期不能晚于今天。", "later_than_today")
    if record.status == status:
        raise Refused("企业已是该状态，无须重复登记。", "status_already")
    if not source.strip():
        raise Refused("请填写状态的来源，例如“市场监管公示系统”。", "source")
    return CompanyStatusChanged(record.uscc, status, on, source.strip())


def suspend_at_once(record: WorkerRecord, day: date, cause: Cause) -> list[Payload]:
    """C2: a released permit pauses for this cause unless it already does."""
    right = record.permit
    if right is None or right.state not in (permit.State.ISSUED, permit.State.SUSPENDED):
        return []
    if cause.value in right.open_causes:
        return []
    return [PermitActed(right.number, Act.SUSPEND.value, day, cause.value)]
