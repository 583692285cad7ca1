"""What the company file shows: companies found, and of one its particulars, policies and who is in each. No Qt."""

from __future__ import annotations

from dataclasses import dataclass

from station.domain.parts import Policy
from station.domain.people import INSURANCE_KINDS
from station.domain.record import CompanyRecord
from station.services import policies
from station.services.desk import Desk
from ui import text_companies as text
from ui.desktop.viewmodels.lines import TableLine

MOST = 200
NAMED = 5
STATES = {"IN_BUSINESS": "good", "REVOKED": "bad", "DEREGISTERED": "bad"}


@dataclass(frozen=True, slots=True)
class CompanyView:
    """One company: its record, a sentence about it, its policies as lines, and per policy who is in it today."""

    record: CompanyRecord
    detail: str
    policies: list[TableLine]
    members: dict[str, str]


def find_companies(desk: Desk, typed: str) -> list[TableLine]:
    """The companies for what was typed; for nothing, all in the order of their names."""
    roll = desk.ledger.roll
    found = roll.find_company(typed, limit=MOST) if typed.strip() else roll.companies(limit=MOST)
    return [
        TableLine(row.uscc, (row.short_name, row.uscc, text.STATUSES[row.status]), STATES[row.status]) for row in found
    ]


def company_view(desk: Desk, uscc: str) -> CompanyView:
    """Everything the screen shows of one company today."""
    record, today = desk.company(uscc), desk.clock.today()
    lines, named, stays = [], {}, policies.members(desk, uscc)
    for one in sorted(record.policies.values(), key=lambda policy: policy.period.first, reverse=True):
        inside = [who for who in stays[one.number] if who.first <= today <= who.last_day]
        lines.append(_policy(one, len(inside), over=one.last_day < today))
        said = "、".join(text.MEMBER.format(name=who.name, first=who.first) for who in inside[:NAMED])
        more = text.MORE.format(count=len(inside)) if len(inside) > NAMED else ""
        about = text.POLICY.format(insurer=one.insurer, kind=INSURANCE_KINDS[one.kind], holder=one.policyholder)
        named[one.number] = about + (text.MEMBERS.format(names=said + more) if inside else "")
    return CompanyView(record, _detail(desk, record), lines, named)


def _policy(one: Policy, count: int, *, over: bool) -> TableLine:
    span = text.SPAN.format(first=one.period.first, last=one.last_day)
    said = text.OVER if over else text.COUNT.format(count=count)
    state = "bad" if over else "good" if count else "warn"
    return TableLine(one.number, (one.number, span, said), state)


def _detail(desk: Desk, record: CompanyRecord) -> str:
    place = next(
        (row.name for row in desk.divisions.at(desk.clock.today()) if row.code == record.division), record.division
    )
    since = text.SINCE.format(on=record.status_on) if record.status_on else ""
    workers = len(desk.ledger.roll.workers_of(record.uscc, limit=policies.PAGE))
    return text.DETAIL.format(
        name=record.name, division=place, contact=record.contact or text.UNSAID, phone=record.phone or text.UNSAID,
        status=text.STATUSES[record.status], since=since, workers=f"{workers}",
    )  # fmt: skip
