"""Generate and release: the number is taken from the leased block, the centre signs, the code begins to answer."""

from __future__ import annotations

from station.domain import facts
from station.domain.authority import Actor
from station.domain.decide import rights
from station.domain.errors import Refused
from station.domain.worker import WorkerRecord
from station.services import mandates
from station.services.desk import Desk, Done, Topic
from station.trust.token import Token, parse, print_check

_TOUCHED = frozenset({Topic.APPLICATIONS, Topic.PERMITS, Topic.CARDS})


def generate(desk: Desk, subject: str, name: str, *, actor: Actor) -> Done[str]:
    """A14. Answers the permit number. The number is drawn only after every rule has said yes once; a refusal in
    between leaves a gap, which is allowed, never a number used twice.
    """
    today = desk.today()
    before = desk.worker(subject)
    papers_now = before.applications.get(name)
    if papers_now is None:
        raise Refused("没有找到这份申领，请重新打开该人员的档案。", "no_such_application")
    company = desk.company(papers_now.company)
    dry = f"{company.division}{today.year}000000"

    def rule(record: WorkerRecord, number: str) -> list[facts.Payload]:
        return rights.generate(
            record, name, number, company.short_name, today, in_business=company.in_business, actor=actor,
            mandate=mandates.of(desk, actor.person),
        )  # fmt: skip

    rule(before, dry)
    number = desk.numbers.take(company.division, today.year)
    desk.decide(subject, actor, lambda record: rule(record, number))
    return Done(number, _TOUCHED)


def release(desk: Desk, subject: str, number: str, *, actor: Actor) -> Done[WorkerRecord]:
    """A15 发放: from now on the code answers; a card is asked for where the worker wants one."""
    today = desk.today()

    def decide(record: WorkerRecord) -> list[facts.Payload]:
        right = rights.permit_of(record, number)
        return rights.release(record, number, today, in_business=desk.in_business(right.company), actor=actor)

    return Done(desk.decide(subject, actor, decide), _TOUCHED)


def token_to_print(record: WorkerRecord, number: str, token: str) -> Token:
    """The signed token as it goes onto plastic or paper. Raises Refused when it was signed for another print."""
    made = parse(token)
    if not isinstance(made, Token) or made.body.print_check != check_of(record, number):
        raise Refused("卡面信息已变更，请先同步取得新版的码再制卡。", "print_changed")
    return made


def check_of(record: WorkerRecord, number: str) -> int:
    """The 16 bits over what is printed: name, number, company, categories (trust.md T2)."""
    right = rights.permit_of(record, number)
    name = record.person.name if record.person is not None else None
    return print_check(name or "", number, right.company_name, "|".join(sorted(right.categories)))
