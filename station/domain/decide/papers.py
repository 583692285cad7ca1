"""What may be decided about an application: A1 to A18 of domain.md §12.3, as pure functions of record, actor and day.

Each answers with the payloads to append on the worker's subject, or raises Refused with the sentence to show.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from station.domain import application, parts, permit
from station.domain.application import Act
from station.domain.authority import Actor, explain_other, permit_act
from station.domain.deadlines import WorkingCalendar
from station.domain.decide.ban import banned_until
from station.domain.decide.leaving import end_permit
from station.domain.eligibility import (
    Missing,
    missing_for_credit,
    missing_to_generate,
    missing_to_move,
    missing_to_submit,
)
from station.domain.errors import Refused
from station.domain.facts import ApplicationActed, ApplicationOpened, Payload
from station.domain.reasons import DEFECTS
from station.domain.worker import WorkerRecord

WORKING_DAYS = 10  # R28
DEFECT_LIST_WORKING_DAYS = 5  # D-19
ANSWER_DAYS = 30  # A6


class Incomplete(Refused):
    """Refused because papers are missing; `missing` is the whole list, in the order of the notice."""

    def __init__(self, missing: Sequence[Missing]) -> None:
        super().__init__("材料尚不齐全，请按清单逐项补齐后再办理。", "incomplete")
        self.missing = tuple(missing)


def application_of(record: WorkerRecord, name: str) -> parts.Application:
    """The application of that name. Raises Refused when the worker has none."""
    papers = record.applications.get(name)
    if papers is None:
        raise Refused("没有找到这份申领，请重新打开该人员的档案。", "no_such_application")
    return papers


def open_application(
    record: WorkerRecord,
    name: str,
    day: date,
    *,
    actor: Actor,
    in_business: bool,
    visits: int = 0,
    purpose: str = "NEW",
) -> list[Payload]:
    """A1. One open application and one live permit per person; UPDATE (§12.8) needs a live permit instead."""
    permit_act("application.OPEN", actor)
    free_to_apply(record, day, purpose)
    if record.affiliation is None:
        raise Refused("请先登记办证授权认定书（附件2）确定隶属企业。", "no_affiliation")
    if not in_business:
        raise Refused("所属企业已注销或吊销，不能受理申领。", "company_closed")
    return [ApplicationOpened(name, record.affiliation.company, purpose, visits)]


def _act(record: WorkerRecord, name: str, act: Act, day: date, *, reason: str = "", note: str = "") -> ApplicationActed:
    application.after(application_of(record, name).state, act)
    return ApplicationActed(name, act.value, day, reason, note)


def put_to_review(record: WorkerRecord, name: str, day: date, *, actor: Actor) -> list[Payload]:
    """A2: everything of the gate SUBMITTED is there (R21)."""
    permit_act("application.PUT_TO_REVIEW", actor)
    lacking = missing_to_submit(record)
    if lacking:
        raise Incomplete(lacking)
    return [_act(record, name, Act.PUT_TO_REVIEW, day)]


def pass_review(record: WorkerRecord, name: str, day: date, *, actor: Actor) -> list[Payload]:
    """A3 forward: 企业初审通过 (R22)."""
    permit_act("application.PASS_REVIEW", actor)
    return [_act(record, name, Act.PASS_REVIEW, day)]


def send_back(record: WorkerRecord, name: str, day: date, *, reason: str, note: str, actor: Actor) -> list[Payload]:
    """A3 back to the draft, with a reason."""
    permit_act("application.SEND_BACK", actor, reason=reason, note=note)
    return [_act(record, name, Act.SEND_BACK, day, reason=reason, note=note)]


def refuse_review(
    record: WorkerRecord, name: str, day: date, *, reason: str, note: str, actor: Actor
) -> list[Payload]:
    """A3 to WITHDRAWN: the company's own review says no, with a reason; the association never sees the papers."""
    permit_act("application.REFUSE_REVIEW", actor, reason=reason, note=note)
    return [_act(record, name, Act.REFUSE_REVIEW, day, reason=reason, note=note)]


def rule_to_return(papers: parts.Application) -> str:
    """A second list of defects is the supervisor's (A4)."""
    again = any(step.act == Act.RETURN.value for step in papers.steps)
    return "application.RETURN_AGAIN" if again else "application.RETURN"


def rule_to_extend(papers: parts.Application) -> str:
    """A second extension is the bureau's (A17)."""
    return "application.EXTEND_AGAIN" if papers.extensions else "application.EXTEND"


def free_to_apply(record: WorkerRecord, day: date, purpose: str = "NEW") -> None:
    """A1, what is known of the person alone: raises Refused where nothing new may be applied for."""
    if record.open_application is not None:
        raise Refused("该人员已有一份未办结的申领，请在原申领上继续办理。", "application_open")
    live = record.permit is not None and record.permit.live
    if purpose == "NEW" and live:
        raise Refused("该人员已有有效的码证，无须再次申领。", "live_permit")
    if purpose == "UPDATE" and not live:
        raise Refused("该人员没有有效的码证，请按新申领办理。", "no_live_permit")
    if record.closed:
        raise Refused("该人员的档案已关闭，不能申领。", "worker_closed")
    banned = banned_until(record)
    if purpose == "NEW" and banned is not None and day <= banned:
        raise Refused(f"该人员曾提供虚假材料，{banned:%Y-%m-%d} 以前不能再次申领。", "banned")


def return_papers(
    record: WorkerRecord, name: str, day: date, defects: Sequence[str], *, note: str, actor: Actor
) -> list[Payload]:
    """A4: all defects at once, from the closed list, 其他 explained; a second list needs the supervisor."""
    papers = application_of(record, name)
    application.after(papers.state, Act.RETURN)
    permit_act(rule_to_return(papers), actor)
    listed = tuple(dict.fromkeys(defects))
    if not listed:
        raise Refused("请逐项勾选需要补正的内容，一次告知。", "no_defects")
    if any(defect not in DEFECTS for defect in listed):
        raise Refused("需补正的内容请从列表中选择，列表以外的选“其他”并写明。", "unknown_defect")
    explain_other(listed, note)
    return [ApplicationActed(name, Act.RETURN.value, day, note=note, defects=listed)]


def answer(record: WorkerRecord, name: str, day: date, answered: Sequence[str], *, actor: Actor) -> list[Payload]:
    """A5: every defect answered."""
    permit_act("application.ANSWER", actor)
    papers = application_of(record, name)
    application.after(papers.state, Act.ANSWER)
    left = [defect for defect in papers.defects if defect not in answered]
    if left:
        raise Refused(f"还有 {len(left)} 项补正内容没有答复，请全部答复后提交。", "defects_left")
    return [ApplicationActed(name, Act.ANSWER.value, day)]


def answer_overdue(papers: parts.Application, day: date) -> bool:
    """Whether the 30 days to answer a defect list are over (A6)."""
    returned = max((step.on for step in papers.steps if step.act == Act.RETURN.value), default=day)
    return (day - returned).days > ANSWER_DAYS


def lapse(record: WorkerRecord, name: str, day: date, *, actor: Actor) -> list[Payload]:
    """A6: 30 days returned without an answer."""
    permit_act("application.LAPSE", actor)
    papers = application_of(record, name)
    application.after(papers.state, Act.LAPSE)
    if not answer_overdue(papers, day):
        raise Refused("补正期限未满 30 日，不能作逾期失效处理。", "not_lapsed_yet")
    return [ApplicationActed(name, Act.LAPSE.value, day)]


def accept(record: WorkerRecord, name: str, day: date, *, calendar: WorkingCalendar, actor: Actor) -> list[Payload]:
    """A7: complete, so the ten working days begin; the day of acceptance is not counted (D-9, D-18)."""
    permit_act("application.ACCEPT", actor)
    application.after(application_of(record, name).state, Act.ACCEPT)
    lacking = missing_to_submit(record)
    if lacking:
        raise Incomplete(lacking)
    due = calendar.add_working_days(day, WORKING_DAYS)
    return [ApplicationActed(name, Act.ACCEPT.value, day, due=due.day, due_provisional=due.provisional)]


def pass_credit(record: WorkerRecord, name: str, day: date, *, actor: Actor) -> list[Payload]:
    """A8: the bureau's yes; background positively passed, MOFCOM record passed (R19, R23)."""
    permit_act("application.PASS_CREDIT", actor)
    application.after(application_of(record, name).state, Act.PASS_CREDIT)
    lacking = missing_for_credit(record, day)
    if lacking:
        raise Incomplete(lacking)
    return [ApplicationActed(name, Act.PASS_CREDIT.value, day)]


def refuse_credit(
    record: WorkerRecord, name: str, day: date, *, reason: str, note: str, actor: Actor, second: Actor
) -> list[Payload]:
    """A9: bureau and supervisor together, with a written reason."""
    permit_act("application.REFUSE_CREDIT", actor, second, reason=reason, note=note)
    return [_act(record, name, Act.REFUSE_CREDIT, day, reason=reason, note=note)]


def refuse_unfit(
    record: WorkerRecord, name: str, day: date, *, reason: str, note: str, actor: Actor
) -> list[Payload]:
    """A11: the medical said UNFIT and that was confirmed."""
    permit_act("application.REFUSE_UNFIT", actor, reason=reason, note=note)
    codes = {item.code for item in missing_to_generate(record, day)}
    if "MEDICAL_UNFIT" not in codes:
        raise Refused("没有“不合格”的体检结论，不能以体检原因不予发放。", "not_unfit")
    return [_act(record, name, Act.REFUSE_UNFIT, day, reason=reason, note=note)]


def complete(record: WorkerRecord, name: str, day: date, *, in_business: bool, actor: Actor) -> list[Payload]:
    """A12: all gates true today."""
    permit_act("application.COMPLETE", actor)
    papers = application_of(record, name)
    application.after(papers.state, Act.COMPLETE)
    lacking = missing(record, papers, day, in_business)
    if lacking:
        raise Incomplete(lacking)
    return [ApplicationActed(name, Act.COMPLETE.value, day)]


def reopen(record: WorkerRecord, name: str, day: date, *, in_business: bool, actor: Actor) -> list[Payload]:
    """A13: something lapsed while waiting."""
    permit_act("application.REOPEN", actor)
    papers = application_of(record, name)
    application.after(papers.state, Act.REOPEN)
    if not missing(record, papers, day, in_business):
        raise Refused("材料仍然齐全有效，无须退回待体检/投保。", "nothing_missing")
    return [ApplicationActed(name, Act.REOPEN.value, day)]


def missing(record: WorkerRecord, papers: parts.Application, day: date, in_business: bool) -> list[Missing]:
    """What this application still lacks on that day; an UPDATE keeps its live permit and needs a clean leave."""
    found = missing_to_generate(record, day, in_business=in_business)
    if papers.purpose != "UPDATE":
        return [*found]
    return [item for item in (*found, *missing_to_move(record)) if item.code != "LIVE_PERMIT"]


def withdraw(record: WorkerRecord, name: str, day: date, *, reason: str, note: str, actor: Actor) -> list[Payload]:
    """A16: the worker or the company takes the papers back; a permit generated but never released ends with them."""
    permit_act("application.WITHDRAW", actor, reason=reason, note=note)
    told: list[Payload] = [_act(record, name, Act.WITHDRAW, day, reason=reason, note=note)]
    for right in record.permits.values():
        if right.application == name and right.state is permit.State.GENERATED:
            told += end_permit(record, right.number, day, permit.Cause.WORKER_ASKED, note=note)
    return told


def extend(
    record: WorkerRecord,
    name: str,
    day: date,
    working_days: int,
    *,
    reason: str,
    note: str,
    calendar: WorkingCalendar,
    actor: Actor,
) -> list[Payload]:
    """A17: before the day it is due, at most ten more working days; a second time only the bureau (R29)."""
    papers = application_of(record, name)
    application.after(papers.state, Act.EXTEND)
    act = rule_to_extend(papers)
    permit_act(act, actor, reason=reason, note=note)
    if not 1 <= working_days <= WORKING_DAYS:
        raise Refused("一次延期为 1 至 10 个工作日。", "extension_length")
    if papers.due is None or day > papers.due:
        raise Refused("已超过办结期限，不能再延期；请按逾期件督办。", "past_due")
    due = calendar.add_working_days(papers.due, working_days)
    return [
        ApplicationActed(name, Act.EXTEND.value, day, reason, note, due=due.day, due_provisional=due.provisional)
    ]


def acknowledge(record: WorkerRecord, name: str, day: date, *, by: str, actor: Actor) -> list[Payload]:
    """A17: the company, then the worker, has read the explanation of the delay."""
    permit_act("application.ACKNOWLEDGE", actor)
    papers = application_of(record, name)
    application.after(papers.state, Act.ACKNOWLEDGE)
    if not papers.extensions:
        raise Refused("该申领没有延期，无须签收延期说明。", "no_extension")
    return [ApplicationActed(name, Act.ACKNOWLEDGE.value, day, acknowledged_by=by)]


def mark_overdue(record: WorkerRecord, name: str, day: date, *, actor: Actor) -> list[Payload]:
    """A18: the due day passed; counted and escalated, nothing is approved by it."""
    permit_act("application.MARK_OVERDUE", actor)
    papers = application_of(record, name)
    application.after(papers.state, Act.MARK_OVERDUE)
    if papers.due is None or day <= papers.due or papers.overdue:
        raise Refused("该申领尚未逾期或已登记逾期。", "not_overdue")
    return [ApplicationActed(name, Act.MARK_OVERDUE.value, day)]

