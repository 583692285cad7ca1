"""Hours of work on cards, month by month and by fund (R39 工时): what was told, and what a year of it comes to.

A month and a fund have one total. Told again it replaces the earlier one, so a corrected month never counts twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from station.domain.errors import Refused
from station.domain.facts import StockActed
from station.domain.record import in_agreed_order
from station.printing.journal import Journal
from station.printing.stock import Move

LABOUR = "LABOUR"
"""The item of such a fact; its count is minutes, its pack the month."""
MOST_MINUTES = 100 * 31 * 24 * 60  # a hundred people day and night: more is a slip of the keys


@dataclass(frozen=True, slots=True)
class Worked:
    """The total of one month out of one fund."""

    month: date  # its first day
    fund: str
    minutes: int
    cost_fen: int
    told_by: str


def record_labour(journal: Journal, month: date, minutes: int, *, cost_fen: int, fund: str) -> None:
    """The total of that month out of that fund. Nought takes it out again. Raises Refused for a month to come."""
    today = journal.clock.today()
    if month.replace(day=1) > today:
        raise Refused("工时只能登记到本月，请核对月份。", "labour_month")
    if not 0 <= minutes <= MOST_MINUTES or cost_fen < 0 or (minutes == 0) != (cost_fen == 0):
        raise Refused("工时和金额都要填写，且不能为负；要取消一个月的登记，两项都填 0。", "labour_amount")
    name = f"{month.year:04d}-{month.month:02d}"
    told = StockActed(Move.WORKED.value, name, minutes, today, LABOUR, cost_fen=cost_fen, fund=fund)
    journal.book.append([(labour_subject(journal.station, month.year), told)], actor=journal.actor)


def worked_in(journal: Journal, year: int) -> list[Worked]:
    """What counts of a year, by month and fund; what was taken out again is not there."""
    newest: Mapping[tuple[str, str], Worked] = {
        (p.pack, p.fund): Worked(date.fromisoformat(f"{p.pack}-01"), p.fund, p.count, p.cost_fen, fact.actor)
        for fact in in_agreed_order(journal.book.facts_of(labour_subject(journal.station, year)))
        if isinstance(p := fact.payload, StockActed) and p.act == Move.WORKED.value
    }
    return [newest[key] for key in sorted(newest) if newest[key].minutes]


def labour_subject(station: str, year: int) -> str:
    """The subject of a year's hours: a few facts a month."""
    return f"station:{station}/labour/{year}"
