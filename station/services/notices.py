"""Letters to companies about papers that end soon: what is on them, and that they reached the company (§12.7)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from station.domain import facts
from station.domain.authority import Actor, permit_act
from station.domain.errors import Refused
from station.services.desk import Desk, Done
from station.services.night import NoticeRow, notices

HOW = ("HANDED", "SENT")
LINES_OF_A_LETTER = 900
"""A fact has at most a thousand items; a company with more gets a second letter."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a letter, and the day on which the company was given it; None where it was not yet."""

    row: NoticeRow
    given_on: date | None


def lines_of(desk: Desk, uscc: str) -> list[Line]:
    """Everything of that company that ends within sixty days, by day."""
    noticed = desk.company(uscc).noticed
    return [Line(row, noticed.get(key_of(row))) for row in notices(desk, uscc)]


def key_of(row: NoticeRow) -> tuple[str, str, str, str]:
    """What makes a notice one: permit, paper, its last day, and which of 60/30/7/1 it is."""
    return (row.number, row.expiry.paper, row.expiry.last_day.isoformat(), str(row.expiry.notice))


def give(desk: Desk, uscc: str, *, how: str, to: str, actor: Actor) -> Done[int]:
    """The letter reached the company; answers how many lines were new on it. Raises Refused when there are none."""
    permit_act("notice.GIVE", actor)
    if how not in HOW or not to.strip():
        raise Refused("请写明通知怎样送达、由谁接收。", "notice_how")
    fresh = [key_of(line.row) for line in lines_of(desk, uscc) if line.given_on is None][:LINES_OF_A_LETTER]
    if not fresh:
        raise Refused("这家企业没有待通知的到期材料。", "nothing_to_notice")
    told = facts.NoticeGiven(uscc, desk.today(), how, to.strip(), tuple(fresh))
    desk.ledger.append([(f"company:{uscc}", told)], actor=actor.person)
    return Done(len(fresh))
