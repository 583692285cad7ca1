"""What may be decided about a permit: generate, release, suspend, reinstate, cancel, revoke, transfer (§12.4, §12.8).

Pure functions of record, actor and day; each answers with payloads for the worker's subject or raises Refused.
"""

from __future__ import annotations

from datetime import date

from station.domain import card, parts, permit
from station.domain.application import Act as PaperAct
from station.domain.application import after as paper_after
from station.domain.authority import Actor, permit_act
from station.domain.decide.changes import reported
from station.domain.decide.cover import stay_ended
from station.domain.decide.leaving import ask_back
from station.domain.decide.papers import Incomplete, application_of, missing
from station.domain.decide.unused import void_unused
from station.domain.due import Refresh, refresh_of
from station.domain.eligibility import SIGNED_CONSENTS, missing_to_generate
from station.domain.errors import Refused
from station.domain.evidence import Background, Worth, background_on, medical_on
from station.domain.facts import ApplicationActed, CardActed, Payload, PermitActed, PermitGenerated
from station.domain.permit import Act, Cause
from station.domain.worker import WorkerRecord

EARLIEST = date(2020, 7, 5)
"""R50: 自2020年7月5日起施行 – no permit is older."""


REPORTED = "企业报告的变化还没有核实，请先登记新的材料，或办理“变化已核实”。"
"""Why nothing turns green while a safety change waits for its paper (D-20)."""


def permit_of(record: WorkerRecord, number: str) -> parts.Permit:
    """The permit of that number. Raises Refused when the worker has none."""
    right = record.permits.get(number)
    if right is None:
        raise Refused("没有找到这个编号的码证，请核对编号。", "no_such_permit")
    return right


def generate(
    record: WorkerRecord,
    name: str,
    number: str,
    company_name: str,
    day: date,
    *,
    in_business: bool,
    actor: Actor,
    mandate: parts.Mandate | None = None,
) -> list[Payload]:
    """A14: gates re-checked now; number, code and online permit come into being together (R5).

    Refused when the approver is the person who accepted the papers (two people, T5), and to a credit agency without
    the bureau's written `mandate` of that day (R26).
    """
    permit_act("permit.GENERATE", actor)
    if "SUPERVISOR" not in actor.roles and (mandate is None or not mandate.holds_on(day)):
        raise Refused("第三方信用机构须有商务局在有效期内的书面委托，才能生成码证。", "no_mandate")
    papers = application_of(record, name)
    paper_after(papers.state, PaperAct.GENERATE)
    if papers.accepted_by == actor.person:
        raise Refused("受理人与审批人不能是同一人，请由另一位主管审批。", "same_person")
    if day < EARLIEST:
        raise Refused("发证日期不能早于 2020 年 7 月 5 日。", "before_the_notice")
    _nothing_reported(record)
    lacking = missing_to_generate(record, day, in_business=in_business)
    if lacking or record.person is None:
        raise Incomplete(lacking)
    return [PermitGenerated(number, name, papers.company, company_name, record.person.categories, day)]


def _nothing_reported(record: WorkerRecord) -> None:
    if reported(record):
        raise Refused(REPORTED, "change_reported")


def release(record: WorkerRecord, number: str, day: date, *, in_business: bool, actor: Actor) -> list[Payload]:
    """A15: gates once more, then the code answers (D-25); a card is asked for where the worker wants one (R6)."""
    permit_act("permit.RELEASE", actor)
    right = permit_of(record, number)
    permit.after(right.state, Act.RELEASE)
    _nothing_reported(record)
    lacking = [m for m in missing_to_generate(record, day, in_business=in_business) if m.code != "LIVE_PERMIT"]
    if lacking:
        raise Incomplete(lacking)
    told: list[Payload] = [PermitActed(number, Act.RELEASE.value, day)]
    if record.person is not None and record.person.wants_card:
        told.append(CardActed(number, record.next_issue_number(number), card.Act.ASK.value, day, "FIRST_ISSUE"))
    return told


def suspend(
    record: WorkerRecord, number: str, day: date, *, cause: str, note: str, document: str, actor: Actor
) -> list[Payload]:
    """C2, C3. A second cause may be added to a permit that is already suspended."""
    permit_act("permit.SUSPEND", actor, reason=cause, note=note)
    right = permit_of(record, number)
    permit.after(right.state, Act.SUSPEND)
    if cause in right.open_causes:
        raise Refused("该码证已因同一原因暂停。", "suspended_already")
    return [PermitActed(number, Act.SUSPEND.value, day, cause, note, document)]


def reinstate(
    record: WorkerRecord, number: str, day: date, *, cause: str, note: str, document: str, in_business: bool,
    actor: Actor, second: Actor,
) -> list[Payload]:  # fmt: skip
    """C4: the cause is cleared – by the record, where it can tell – and two people say so, with what shows it.

    Other open causes keep it suspended. `in_business` is about the permit's company.
    """
    permit_act("permit.REINSTATE", actor, second, note=note)
    right = permit_of(record, number)
    permit.after(right.state, Act.REINSTATE)
    if cause not in right.open_causes:
        raise Refused("请选择要解除的暂停原因。", "no_such_cause")
    if not note.strip() and not document.strip():
        raise Refused("请写明查清的情况或依据文件。", "no_evidence")
    stands = _still_stands(record, right, day, cause, in_business)
    if stands:
        raise Refused(stands, "cause_stands")
    return [PermitActed(number, Act.REINSTATE.value, day, cause, note, document, second.person)]


def _still_stands(record: WorkerRecord, right: parts.Permit, day: date, cause: str, in_business: bool) -> str:
    """Why this cause is not cleared, as a sentence; empty where it is, or where only people can tell."""
    if cause in (Cause.MEDICAL_UNFIT.value, Cause.ADVERSE_HINT.value) and reported(record, Cause(cause)):
        return REPORTED
    if cause == Cause.AFFILIATION_ENDED.value:
        here = record.affiliation is not None and record.affiliation.company == right.company
        return "" if here else "此人还没有登记回原企业；转入新企业请办理“转入”。"
    if cause == Cause.COMPANY_CLOSED.value:
        return "" if in_business else "企业仍为注销或吊销状态，不能解除。"
    if cause == Cause.MEDICAL_UNFIT.value:
        unfit = medical_on(record.medicals, day) is Worth.UNFIT
        return "最近的体检结论仍为不合格，请先登记合格的体检。" if unfit else ""
    if cause == Cause.REFRESH_OVERDUE.value:
        clock = refresh_of(record, right.number, day)
        late = clock is not None and clock[0] in (Refresh.OVERDUE, Refresh.GRACE_OVER)
        return "半年更新还没有完成，请先办理半年更新。" if late else ""
    if cause == Cause.CONSENT_WITHDRAWN.value:
        lacking = [item for item in SIGNED_CONSENTS if not record.consented(item)]
        return f"本人撤回的同意还有 {len(lacking)} 项没有重新签署，不能解除。" if lacking else ""
    if cause == Cause.ADVERSE_HINT.value:
        passed = background_on(record.backgrounds, day) is Background.PASSED
        return "" if passed else "背景核查结论还不是“通过”，不能解除。"
    if cause == Cause.MISMATCH_FOUND.value and record.face_denied is not None:
        return "两人核对认为不是本人，请先由两人重新核对。"
    return ""


def cancel(record: WorkerRecord, number: str, day: date, *, cause: str, note: str, actor: Actor) -> list[Payload]:
    """C5 注销: final. Live cards are asked back."""
    permit_act("permit.CANCEL", actor, reason=cause, note=note)
    right = permit_of(record, number)
    permit.after(right.state, Act.CANCEL)
    return [PermitActed(number, Act.CANCEL.value, day, cause, note), *ask_back(record, number, day)]


def revoke(
    record: WorkerRecord,
    number: str,
    day: date,
    *,
    cause: str,
    note: str,
    document: str,
    actor: Actor,
    second: Actor,
) -> list[Payload]:
    """C6 收回/撤销: supervisor and bureau, with a document (T6). Final; live cards are asked back."""
    permit_act("permit.REVOKE", actor, second, reason=cause, note=note)
    right = permit_of(record, number)
    permit.after(right.state, Act.REVOKE)
    if not document.strip():
        raise Refused("撤销须注明依据文件的文号。", "no_document")
    told = PermitActed(number, Act.REVOKE.value, day, cause, note, document.strip(), second.person)
    return [told, *ask_back(record, number, day)]


def transfer(
    record: WorkerRecord, number: str, name: str, day: date, *, company: str, company_name: str, in_business: bool,
    actor: Actor,
) -> list[Payload]:  # fmt: skip
    """§12.8: same number, new company; the pause for the ended affiliation is lifted, the old company's cover ends."""
    permit_act("permit.TRANSFER", actor)
    right = permit_of(record, number)
    permit.after(right.state, Act.TRANSFER)
    affiliation = record.affiliation
    if affiliation is None or affiliation.company != company:
        raise Refused("请先登记与新企业签订的办证授权认定书（附件2）。", "no_affiliation")
    if right.company == company:
        raise Refused("该码证已在这家企业名下。", "same_company")
    papers = application_of(record, name)
    if papers.purpose != "UPDATE":
        raise Refused("转入须以“信息更新”申领办理。", "not_an_update")
    paper_after(papers.state, PaperAct.TRANSFER)
    lacking = missing(record, papers, day, in_business)
    if lacking:
        raise Incomplete(lacking)
    if papers.accepted_by == actor.person:
        raise Refused("受理人与审批人不能是同一人，请由另一位主管审批。", "same_person")
    told: list[Payload] = [
        PermitActed(number, Act.TRANSFER.value, day, company=company, company_name=company_name),
        ApplicationActed(name, PaperAct.TRANSFER.value, day),
    ]
    for cause in (Cause.AFFILIATION_ENDED, Cause.COMPANY_CLOSED):  # both were about the company that was left
        if cause.value in right.open_causes:
            told.append(PermitActed(number, Act.REINSTATE.value, day, cause.value))
    for stay in record.insurances:  # another company's policy covers this work no longer
        if stay.company not in ("", company):
            told += stay_ended(stay, day, reason="TRANSFERRED")
    return told + void_unused(record, number, day)
