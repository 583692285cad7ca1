"""What may be decided about evidence: medical, background, training, credit, consent, affiliation (§5).

Conclusions only. Pure functions of what was typed and a day; each answers with payloads or raises Refused.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from station.domain.authority import Actor, permit_act
from station.domain.deadlines import one_year_validity
from station.domain.decide.leaving import suspend_at_once
from station.domain.errors import Refused
from station.domain.evidence import NOBODY, Holder, Period
from station.domain.facts import (
    AffiliationBegan,
    AffiliationEnded,
    BackgroundRecorded,
    ConsentGiven,
    CreditRecorded,
    EvidenceRefreshed,
    EvidenceVoided,
    MedicalRecorded,
    Payload,
    TrainingRecorded,
)
from station.domain.holders import refuse_another
from station.domain.ministry import Said, compared, differing, why_not_fresh
from station.domain.people import CERTIFICATE_KINDS, CONSENT_ITEMS, LEVELS, MEDICAL_TIERS, TRADES, UNDIVIDED
from station.domain.permit import Cause
from station.domain.worker import WorkerRecord


def medical(
    record: WorkerRecord,
    day: date,
    *,
    fit: bool,
    examined_on: date,
    valid_until: date | None,
    tier: str,
    institution: str,
    reference: str,
    paper: str | None = None,
    holder: Holder = NOBODY,
    actor: Actor,
) -> list[Payload]:
    """体检: the printed last day wins, else one year (D-9). UNFIT suspends a released permit at once (C2)."""
    permit_act("evidence.RECORD", actor)
    refuse_another(record, holder)
    _not_after(examined_on, day, "体检日期")
    if tier not in MEDICAL_TIERS:
        raise Refused("请选择体检类别。", "medical_tier")
    last = valid_until or one_year_validity(examined_on)
    period = Period.of(examined_on, last if fit else max(last, examined_on))
    told: list[Payload] = [
        MedicalRecorded(
            fit, examined_on, period.first, period.last, tier, institution.strip() or None, reference.strip() or None,
            actor.person, paper, *_written(holder),
        )
    ]  # fmt: skip
    if not fit:
        told += suspend_at_once(record, day, Cause.MEDICAL_UNFIT)
    return told


def _written(holder: Holder) -> tuple[str | None, str | None]:
    return holder[0] or None, holder[1] or None


def background(
    record: WorkerRecord, day: date, *, conclusion: str, checked_on: date, source: str, reference: str, actor: Actor
) -> list[Payload]:
    """背景核查: conclusion, day, source, reference; FAILED suspends at once and is put before the supervisor (C6)."""
    permit_act("evidence.BACKGROUND", actor)
    _not_after(checked_on, day, "核查日期")
    if conclusion not in ("PASSED", "FAILED", "PENDING"):
        raise Refused("请选择核查结论。", "conclusion")
    if not source.strip():
        raise Refused("请填写核查来源。", "source")
    told: list[Payload] = [BackgroundRecorded(conclusion, checked_on, source.strip(), reference.strip() or None)]
    if conclusion == "FAILED":
        told += suspend_at_once(record, day, Cause.ADVERSE_HINT)
    return told


def training(
    record: WorkerRecord,
    day: date,
    *,
    certificate_kind: str,
    occupation: str,
    issuer: str,
    issued_on: date,
    trade: str = "",
    level: str = "",
    number: str = "",
    paper: str | None = None,
    holder: Holder = NOBODY,
    actor: Actor,
) -> list[Payload]:
    """专业技能培训证书 (§5.1)."""
    permit_act("evidence.RECORD", actor)
    refuse_another(record, holder)
    _not_after(issued_on, day, "发证日期")
    if certificate_kind not in CERTIFICATE_KINDS:
        raise Refused("请选择证书种类。", "certificate_kind")
    if not issuer.strip():
        raise Refused("请填写发证机构，以证书上的为准。", "issuer")
    _level(certificate_kind, occupation.strip(), level.strip(), trade.strip())
    return [
        TrainingRecorded(
            certificate_kind, occupation.strip(), issuer.strip(), issued_on, trade.strip(), level.strip(),
            number.strip() or None, paper, *_written(holder),
        )
    ]  # fmt: skip


def _level(certificate_kind: str, occupation: str, level: str, trade: str) -> None:
    """Levels and trades are data per occupation: there is no 一级 for 家政服务员, and its 二级 has no trade (§5.1)."""
    levels = LEVELS.get(occupation)
    if levels is None:
        raise Refused(f"职业只能是{'、'.join(LEVELS)}。", "occupation")
    if not level and certificate_kind == "OCCUPATION_LEVEL":
        raise Refused("职业技能等级证书须填写等级。", "level")
    if level and level not in levels:
        raise Refused(f"“{occupation}”的等级只有{'、'.join(levels)}。", "level")
    if trade and (trade not in TRADES.get(occupation, ()) or level in UNDIVIDED):
        raise Refused(f"“{occupation}”这个等级没有“{trade}”这个工种。", "trade")


def credit(
    record: WorkerRecord,
    day: date,
    *,
    status: str,
    checked_on: date,
    source: str,
    reference: str = "",
    certificate: str = "",
    said: Said,
    company: Iterable[str],
    actor: Actor,
) -> list[Payload]:
    """商务部信用记录与信用查询证书: status, reference, source, day, and whether name, number, company agree (D-5).

    `said` is what stands in the ministry's record, `company` every name of the worker's company. A record that passed
    names person and company, or nothing was compared.
    """
    permit_act("evidence.CREDIT", actor)
    _not_after(checked_on, day, "查询日期")
    if status not in ("NONE", "SUBMITTED", "PASSED", "REJECTED"):
        raise Refused("请选择信用记录状态。", "credit_status")
    if not source.strip():
        raise Refused("请填写来源，例如“商务部平台”。", "source")
    if status == "PASSED" and not certificate.strip():
        raise Refused("已通过的须填写信用查询证书号（双证合一）。", "no_certificate")
    if status == "PASSED" and not (said.name and said.company):
        raise Refused("已通过的须填写商务部记录上的姓名和企业，用来与档案核对。", "not_compared")
    matches = compared(record, said, company)
    wrong = differing(matches)
    if status == "PASSED" and wrong:
        raise Refused(
            f"商务部记录与档案不一致：{wrong}。请先更正档案或商务部记录；更正之前按“已提交”登记，列入码证健康。",
            "credit_mismatch",
        )
    return [
        CreditRecorded(
            status, checked_on, source.strip(), reference.strip() or None, certificate.strip() or None, *matches
        )
    ]


def consents(
    record: WorkerRecord, items: Iterable[str], *, version: str, on: date, day: date, paper: str | None = None,
    actor: Actor,
) -> list[Payload]:  # fmt: skip
    """Separate consent, item by item; none is implied by another (PIPL 28-29). A paper that was signed before its
    consent was taken back gives nothing back."""
    permit_act("consent.RECORD", actor)
    _not_after(on, day, "签署日期")
    wanted = list(items)
    if not wanted or any(item not in CONSENT_ITEMS for item in wanted):
        raise Refused("请勾选同意书项目。", "consent_item")
    taken_back = (given.withdrawn_on for item in wanted if (given := record.consents.get(item)) is not None)
    if any(gone is not None and on < gone for gone in taken_back):
        raise Refused("签署日期早于本人撤回的日期，请用撤回之后重新签署的同意书。", "older_than_withdrawal")
    return [ConsentGiven(item, version, on, paper) for item in wanted]


def affiliate(
    record: WorkerRecord,
    company: str,
    authorised_on: date,
    day: date,
    *,
    fingerprint: bool,
    paper: str | None = None,
    actor: Actor,
) -> list[Payload]:
    """附件2: this company and no other (R53)."""
    permit_act("affiliation.RECORD", actor)
    _not_after(authorised_on, day, "签订日期")
    now = record.affiliation
    if now is not None and now.company != company:
        raise Refused("该人员仍隶属于另一家企业，须先由原企业解除隶属关系。", "other_company")
    if now is not None and (now.fingerprint or not fingerprint):
        return []
    told: list[Payload] = [] if now is None else [AffiliationEnded(company, day, "association", "PAPER_REPLACED")]
    return [*told, AffiliationBegan(company, authorised_on, fingerprint, paper)]


def leave(record: WorkerRecord, day: date, *, by: str, reason: str, actor: Actor) -> list[Payload]:
    """离开企业: the affiliation ends and the permit is suspended at once (D-21, DEAD-1)."""
    permit_act("affiliation.END", actor)
    now = record.affiliation
    if now is None:
        raise Refused("该人员当前没有隶属企业。", "no_affiliation")
    if by not in ("company", "worker", "association"):
        raise Refused("请选择由谁提出解除。", "by_whom")
    return [AffiliationEnded(now.company, day, by, reason), *suspend_at_once(record, day, Cause.AFFILIATION_ENDED)]


def void(
    record: WorkerRecord, fact: str, *, reason: str, note: str = "", actor: Actor, second: Actor
) -> list[Payload]:
    """WRONG-7: a paper does not count any more; two people say so, from a closed list of reasons."""
    permit_act("evidence.VOID", actor, second, reason=reason, note=note)
    known = {m.fact for m in record.medicals} | {i.fact for i in record.insurances}
    known |= {b.fact for b in record.backgrounds} | {t.fact for t in record.trainings}
    if record.credit is not None:
        known.add(record.credit.fact)
    if fact not in known:
        raise Refused("没有找到这份材料，或已经作废。", "no_such_paper")
    return [EvidenceVoided(fact, reason, note.strip(), second.person)]


def refresh(record: WorkerRecord, day: date, *, actor: Actor) -> list[Payload]:
    """至少每半年系统更新一次 (R37): a full refresh was done today, the ministry's record compared again (R60)."""
    permit_act("evidence.REFRESH", actor)
    why = why_not_fresh(record, day)
    if why:
        raise Refused(why, "credit_not_fresh")
    return [EvidenceRefreshed(day)]


def _not_after(given: date, day: date, what: str) -> None:
    if given > day:
        raise Refused(f"{what}不能晚于今天。", "later_than_today")
