"""Group insurance at the counter: a company's policies, who is in each, endorsements for one person or for many."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from station.domain import facts
from station.domain.authority import SYSTEM, Actor
from station.domain.decide import cover
from station.domain.errors import Bug, Refused
from station.domain.parts import Policy
from station.domain.record import CompanyRecord, Record
from station.domain.worker import WorkerRecord
from station.ledger.roll import WorkerRow
from station.services.desk import Desk, Done, Topic

_TOUCHED = frozenset({Topic.ROLL, Topic.APPLICATIONS, Topic.PERMITS, Topic.COMPANIES})
PAGE = 1_000


@dataclass(frozen=True, slots=True)
class Member:
    """One stay of one person in a policy, both days inclusive."""

    subject: str
    name: str
    first: date
    last_day: date


@dataclass(frozen=True, slots=True)
class Endorsed:
    """What an endorsement did: how many people, and for whom it could not be done, each with a sentence."""

    done: int
    refused: tuple[tuple[str, str], ...]


def write_policy(
    desk: Desk,
    uscc: str,
    *,
    policy: str,
    insurer: str,
    first: date,
    last: date,
    kind: str = "LIABILITY",
    policyholder: str = "",
    insured: str = "",
    actor: Actor,
) -> Done[Policy]:
    """Enter a policy of a registered company; nobody is covered by it until an endorsement names them."""
    desk.today()

    def decide(record: CompanyRecord) -> list[facts.Payload]:
        return cover.write_policy(
            record, policy=policy, insurer=insurer, first=first, last=last, kind=kind, policyholder=policyholder,
            insured=insured, actor=actor,
        )  # fmt: skip

    return Done(_on_company(desk, uscc, actor, decide).policies[policy.strip()], frozenset({Topic.COMPANIES}))


def end_policy(
    desk: Desk, uscc: str, *, policy: str, last_day: date, reason: str = "", actor: Actor
) -> Done[int]:
    """退保. Everybody still in it is covered until that day. Answers how many that were.

    A cut in between leaves the rest to the night's timers.
    """
    desk.today()
    ended = _on_company(
        desk, uscc, actor, lambda r: cover.end_policy(r, policy=policy, last_day=last_day, reason=reason, actor=actor)
    )
    return Done(_follow(desk, ended.policies[policy.strip()]), _TOUCHED)


def join(
    desk: Desk,
    subject: str,
    *,
    policy: str = "",
    first: date,
    endorsement: str = "",
    paper: str | None = None,
    actor: Actor,
) -> Done[WorkerRecord]:
    """批单增员 into a policy of the worker's company; without a number, into the only one that runs that day."""
    desk.today()
    belongs = desk.worker(subject).affiliation
    if belongs is None:
        raise Refused("该人员当前没有隶属企业，不能加入企业保单。", "no_affiliation")
    known = cover.policy_of(desk.company(belongs.company), policy, first)
    record = desk.decide(
        subject, actor, lambda r: cover.join(r, known, first, endorsement=endorsement, paper=paper, actor=actor)
    )
    return Done(record, _TOUCHED)


def has_policy(desk: Desk, uscc: str, policy: str) -> bool:
    """Whether the company registered a policy of that number."""
    return policy.strip() in desk.company(uscc).policies


def members(desk: Desk, uscc: str) -> dict[str, list[Member]]:
    """By policy, every stay in it in the order of the roll: of those at the company, and of those it still holds."""
    found: dict[str, list[Member]] = {number: [] for number in desk.company(uscc).policies}
    for row in _people_of(desk, uscc) if found else ():
        for stay in desk.worker(row.subject).insurances:
            if stay.member and stay.company == uscc and stay.policy in found:
                found[stay.policy].append(Member(row.subject, row.name or "—", stay.period.first, stay.last_day))
    return found


def endorse(
    desk: Desk,
    uscc: str,
    policy: str,
    people: Sequence[str],
    *,
    day: date,
    endorsement: str,
    adding: bool,
    actor: Actor,
) -> Done[Endorsed]:
    """One 批单 for many: each person by name or number; whoever cannot be done is named, the others are done.

    Adding with nobody named means everybody of the company who is not in the policy on that day.
    """
    desk.today()
    known = cover.policy_of(desk.company(uscc), policy, day)
    told = [*_named(desk, uscc, people)] if people else [*_outside(desk, known, day)] if adding else []
    if not told:
        raise Refused("没有要办理的人员，请填写姓名或证件号码。", "nobody")
    done, refused = 0, []
    for typed, subject in told:
        try:
            if isinstance(subject, Refused):
                raise subject
            if adding:
                join(desk, subject, policy=known.number, first=day, endorsement=endorsement, actor=actor)
            else:
                _leave(desk, subject, known, day, endorsement, actor)
            done += 1
        except Refused as no:
            if no.code == "not_allowed":
                raise
            refused.append((typed, no.sentence))
    return Done(Endorsed(done, tuple(refused)), _TOUCHED)


def _leave(desk: Desk, subject: str, known: Policy, day: date, endorsement: str, actor: Actor) -> None:
    def decide(record: WorkerRecord) -> list[facts.Payload]:
        return cover.leave(record, policy=known.number, last_day=day, endorsement=endorsement, actor=actor)

    desk.decide(subject, actor, decide)


def _named(desk: Desk, uscc: str, people: Iterable[str]) -> Iterator[tuple[str, str | Refused]]:
    for typed in dict.fromkeys(one.strip() for one in people if one.strip()):
        found = desk.ledger.roll.find(typed, limit=3, company=uscc)
        exact = [row for row in found if row.name == typed] or found
        if len(exact) == 1:
            yield typed, exact[0].subject
        elif exact:
            yield typed, Refused("企业里不止一人符合，请写证件号码。", "which_worker")
        else:
            yield typed, Refused("企业里没有这个人。", "no_such_worker")


def _outside(desk: Desk, policy: Policy, day: date) -> Iterator[tuple[str, str | Refused]]:
    for row in _people_of(desk, policy.company):
        if row.company != policy.company:
            continue
        stays = desk.worker(row.subject).insurances
        if not any(s.policy == policy.number and s.last_day >= day for s in stays):
            yield row.name or "—", row.subject


def _people_of(desk: Desk, uscc: str) -> Iterator[WorkerRow]:
    """Those at the company now; then those who left it and whose permit is still in its name."""
    roll, after, seen = desk.ledger.roll, None, set()
    while page := roll.workers_of(uscc, limit=PAGE, after=after):
        seen |= {row.subject for row in page}
        yield from page
        after = page[-1]
    for right in roll.permits(live=True, company=uscc):
        row = None if right.subject in seen else roll.worker(right.subject)
        if row is not None:
            yield row


def finish_ended(desk: Desk) -> int:
    """Whoever a policy that ended was still to cover: for the night's timers. Answers how many.

    A policy whose whole period is over covers nobody any more and is not looked at.
    """
    today = desk.today()
    ended = [
        policy
        for row in desk.ledger.roll.companies()
        for policy in desk.company(row.uscc).policies.values()
        if policy.ended_on is not None and policy.period.last >= today
    ]
    return sum(_follow(desk, policy) for policy in ended)


def _follow(desk: Desk, policy: Policy) -> int:
    count = 0
    for row in [*_people_of(desk, policy.company)]:
        if cover.follow_policy(desk.worker(row.subject), policy):
            desk.decide(row.subject, SYSTEM, lambda r: cover.follow_policy(r, policy))
            count += 1
    return count


def _on_company(
    desk: Desk, uscc: str, actor: Actor, decision: Callable[[CompanyRecord], Sequence[facts.Payload]]
) -> CompanyRecord:
    """Read, decide, append on one registered company in one transaction; answers its record afterwards."""
    subject = f"company:{desk.company(uscc).uscc}"

    def on_record(record: Record) -> list[tuple[str, facts.Payload]]:
        if not isinstance(record, CompanyRecord):
            raise Bug("a company's subject folds to something else")
        return [(subject, told) for told in decision(record)]

    desk.ledger.decide(subject, on_record, actor=actor.person)
    return desk.company(uscc)
