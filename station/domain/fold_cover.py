"""How facts about insurance are written into a worker's record and a company's: own cover, group policies, members."""

from __future__ import annotations

from collections.abc import MutableMapping
from dataclasses import replace

from station.domain import evidence, facts, parts
from station.domain.errors import Refused
from station.domain.fold_book import Writers
from station.domain.identity import Uscc
from station.domain.worker import WorkerRecord

WRITERS = Writers()
told = WRITERS.told


@told(facts.InsuranceRecorded)
def _insured(record: WorkerRecord, fact: facts.Fact, p: facts.InsuranceRecorded) -> None:
    record.insurances.append(
        evidence.Insurance(
            str(fact.id), p.policy, p.insurer, p.insurance_kind, evidence.Period(p.valid_from, p.valid_until), None,
            p.policyholder, p.paper, (p.holder or "", p.holder_number or ""), _uscc(p.policyholder),
        )
    )  # fmt: skip


def _uscc(policyholder: str) -> str:
    """The company that holds a policy which was recorded person by person, where its code was given."""
    try:
        return str(Uscc.parse(policyholder)) if policyholder else ""
    except Refused:  # a name, or the person's own
        return ""


@told(facts.InsuranceEnded)
def _insurance_ended(record: WorkerRecord, fact: facts.Fact, p: facts.InsuranceEnded) -> None:
    record.insurances = [
        replace(i, ended_on=p.last_day if i.ended_on is None else min(i.ended_on, p.last_day))
        if i.policy == p.policy
        else i
        for i in record.insurances
    ]


@told(facts.PolicyJoined)
def _joined(record: WorkerRecord, fact: facts.Fact, p: facts.PolicyJoined) -> None:
    record.insurances.append(
        evidence.Insurance(
            str(fact.id), p.policy, p.insurer, p.insurance_kind, evidence.Period(p.valid_from, p.valid_until), None,
            p.policyholder, p.paper, company=p.company, member=True,
        )
    )  # fmt: skip


@told(facts.PolicyLeft)
def _left(record: WorkerRecord, fact: facts.Fact, p: facts.PolicyLeft) -> None:
    """Ends the stays that had begun by then; who was put in again later stays in."""
    record.insurances = [
        replace(i, ended_on=min(i.last_day, p.last_day))
        if i.member and (i.company, i.policy) == (p.company, p.policy) and i.period.first <= p.last_day
        else i
        for i in record.insurances
    ]


def write_policy(policies: MutableMapping[str, parts.Policy], company: str, p: facts.Payload) -> None:
    """A fact about a company's policies; the first word about a number stands, the earliest end wins."""
    if isinstance(p, facts.PolicyWritten):
        policies.setdefault(
            p.policy,
            parts.Policy(
                company, p.policy, p.insurer, p.insurance_kind, evidence.Period(p.valid_from, p.valid_until),
                p.policyholder, p.insured,
            ),
        )  # fmt: skip
    elif isinstance(p, facts.PolicyEnded) and p.policy in policies:
        known = policies[p.policy]
        policies[p.policy] = replace(known, ended_on=min(known.last_day, p.last_day))
