"""What may be decided about insurance: a person's own policy, a company's policy, who is in it and until when (§5.3).

Pure functions; each answers with payloads for the worker's or the company's subject, or raises Refused.
"""

from __future__ import annotations

from datetime import date

from station.domain.authority import Actor, permit_act
from station.domain.errors import Refused
from station.domain.evidence import NOBODY, Holder, Insurance, Period
from station.domain.facts import (
    EvidenceVoided,
    InsuranceEnded,
    InsuranceRecorded,
    Payload,
    PolicyEnded,
    PolicyJoined,
    PolicyLeft,
    PolicyWritten,
)
from station.domain.holders import refuse_another
from station.domain.parts import Policy
from station.domain.people import INSURANCE_KINDS
from station.domain.record import CompanyRecord
from station.domain.worker import WorkerRecord


def insurance(
    record: WorkerRecord,
    *,
    policy: str,
    insurer: str,
    first: date,
    last: date,
    kind: str = "LIABILITY",
    policyholder: str = "",
    paper: str | None = None,
    holder: Holder = NOBODY,
    actor: Actor,
) -> list[Payload]:
    """A policy recorded for this person alone, both days inclusive."""
    permit_act("evidence.RECORD", actor)
    refuse_another(record, holder)
    period = _checked(policy, insurer, kind, first, last)
    return [
        InsuranceRecorded(
            policy.strip(), insurer.strip(), period.first, period.last, kind, policyholder.strip(), actor.person, paper,
            holder[0] or None, holder[1] or None,
        )
    ]  # fmt: skip


def write_policy(
    record: CompanyRecord,
    *,
    policy: str,
    insurer: str,
    first: date,
    last: date,
    kind: str = "LIABILITY",
    policyholder: str = "",
    insured: str = "",
    actor: Actor,
) -> list[Payload]:
    """A policy of this company. A renewal has a number of its own; one number is one policy."""
    permit_act("evidence.RECORD", actor)
    period = _checked(policy, insurer, kind, first, last)
    number = policy.strip()
    if number in record.policies:
        raise Refused("这家企业已登记过这个保单号，续保请用新的保单号。", "policy_known")
    holder = policyholder.strip() or record.name
    return [
        PolicyWritten(
            number, insurer.strip(), period.first, period.last, kind, holder, insured.strip(), actor.person
        )
    ]


def _checked(policy: str, insurer: str, kind: str, first: date, last: date) -> Period:
    period = Period.of(first, last)
    if not policy.strip() or not insurer.strip():
        raise Refused("请填写保单号和保险公司。", "policy_number")
    if kind not in INSURANCE_KINDS:
        raise Refused("请选择险种。", "insurance_kind")
    return period


def policy_of(record: CompanyRecord, typed: str, day: date) -> Policy:
    """The policy of that number; where none is named, the only liability policy that runs on `day`."""
    if typed.strip():
        found = record.policies.get(typed.strip())
        if found is None:
            raise Refused("这家企业没有登记这份保单，请先在“企业档案”登记保单。", "no_such_policy")
        return found
    running = [one for one in record.policies.values() if one.kind == "LIABILITY" and one.runs_on(day)]
    if not running:
        raise Refused("这家企业当天没有有效的从业责任险保单，请先在“企业档案”登记保单。", "no_such_policy")
    if len(running) > 1:
        numbers = "、".join(one.number for one in running)
        raise Refused(f"这家企业有多份有效保单：{numbers}。请填写保单号。", "which_policy")
    return running[0]


def end_policy(record: CompanyRecord, *, policy: str, last_day: date, reason: str, actor: Actor) -> list[Payload]:
    """退保: the whole policy ends before its time."""
    permit_act("evidence.RECORD", actor)
    known = policy_of(record, policy, last_day)
    if not known.runs_on(last_day):
        raise _outside(known.period.first, known.last_day)
    return [PolicyEnded(known.number, last_day, reason.strip())]


def join(
    record: WorkerRecord, policy: Policy, first: date, *, endorsement: str, paper: str | None = None, actor: Actor
) -> list[Payload]:
    """批单增员: this person is covered by the company's policy from that day on."""
    permit_act("evidence.RECORD", actor)
    belongs = record.affiliation
    if belongs is None or belongs.company != policy.company:
        raise Refused("该人员不隶属于这份保单的企业，不能加入。", "other_company")
    if not policy.runs_on(first):
        raise Refused(f"加入日须在保单有效期内（{policy.period.first} 至 {policy.last_day}）。", "outside_policy")
    if any(stay.last_day >= first for stay in _stays(record, policy.number) if stay.company == policy.company):
        raise Refused("该人员已在这份保单中。", "member_already")
    return [
        PolicyJoined(
            policy.company, policy.number, policy.insurer, first, policy.last_day, policy.kind, policy.policyholder,
            endorsement.strip(), actor.person, paper,
        )
    ]  # fmt: skip


def leave(
    record: WorkerRecord, *, policy: str, last_day: date, endorsement: str = "", reason: str = "", actor: Actor
) -> list[Payload]:
    """批单减员: the last covered day of this person in this policy, a day on which it covers them."""
    permit_act("evidence.RECORD", actor)
    stays = _stays(record, policy)
    if not stays:
        raise Refused("该人员不在这份保单中。", "no_such_policy")
    inside = [stay for stay in stays if stay.period.first <= last_day <= stay.last_day]
    if not inside:
        raise _outside(stays[-1].period.first, stays[-1].last_day)
    return [told for stay in inside for told in stay_ended(stay, last_day, endorsement=endorsement, reason=reason)]


def stay_ended(stay: Insurance, last_day: date, *, endorsement: str = "", reason: str = "") -> list[Payload]:
    """What ends one stay after that day: nothing where it ends no later anyway, void where it was yet to begin."""
    if stay.last_day <= last_day:
        return []
    if stay.period.first > last_day:
        return [EvidenceVoided(stay.fact, reason.strip())]
    if stay.member:
        return [PolicyLeft(stay.company, stay.policy, last_day, endorsement.strip(), reason.strip())]
    return [InsuranceEnded(stay.policy, last_day, reason.strip() or endorsement.strip())]


def follow_policy(record: WorkerRecord, policy: Policy) -> list[Payload]:
    """The policy ended as a whole: whoever it was to cover longer is covered until its last day."""
    return [
        told
        for stay in _stays(record, policy.number)
        if stay.member and stay.company == policy.company
        for told in stay_ended(stay, policy.last_day, reason="POLICY_ENDED")
    ]


def _stays(record: WorkerRecord, policy: str) -> list[Insurance]:
    return [one for one in record.insurances if one.policy == policy]


def _outside(first: date, last: date) -> Refused:
    return Refused(f"终止日须在保险期间内（{first} 至 {last}）。", "outside_policy")
