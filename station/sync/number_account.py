"""Where every permit number of a division's year is: given, still to give, never to be given, and why.

An auditor asks why 000151 to 000200 exist nowhere; each number lies in one line here (issue of blocks, data.md §4).
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from station.sync.central_schema import number_blocks, number_heads, permits, stations

IN_USE = "还可使用"
OLD_LIFE = "属于该站点已结束的启用期，余下的不再使用"
CLOSED = "站点已停用，余下的不再使用"
USED_UP = "已全部使用"
PASSED_OVER = "数据库从备份恢复时跳过；恢复前可能已由站点领走，中心不再分配"


@dataclass(frozen=True, slots=True)
class NumberLine:
    """Numbers `first` to `last`, both included. `station` is empty where no lease is known any more."""

    first: int
    last: int
    station: str
    epoch: int
    leased_ms: int
    used: int
    why: str

    @property
    def unused(self) -> int:
        return self.last - self.first + 1 - self.used


def account(conn: Connection, division: str, year: int) -> list[NumberLine]:
    """Every number from 1 to the last that was leased, in order, each in exactly one line."""
    b, s = number_blocks.c, stations.c
    query = (
        select(b.first, b.last, b.station, b.epoch, b.leased_ms, s.epoch.label("life"), s.state)
        .join(stations, s.station == b.station)
        .where(b.division == division, b.year == year)
        .order_by(b.first)
    )
    lines: list[NumberLine] = []
    reached = 1
    for row in conn.execute(query):
        if row.first > reached:
            lines.append(_lost(conn, division, year, reached, row.first - 1))
        used = _used(conn, division, year, row.first, row.last)
        why = _why(row.last - row.first + 1 - used, row.epoch == row.life, row.state)
        lines.append(NumberLine(row.first, row.last, row.station, row.epoch, row.leased_ms, used, why))
        reached = row.last + 1
    h = number_heads.c
    head = conn.execute(select(h.next).where(h.division == division, h.year == year)).scalar() or 1
    if head > reached:
        lines.append(_lost(conn, division, year, reached, head - 1))
    return lines


def _why(unused: int, living: bool, state: str) -> str:
    if not unused:
        return USED_UP
    if state == "revoked":
        return CLOSED
    return IN_USE if living else OLD_LIFE


def _lost(conn: Connection, division: str, year: int, first: int, last: int) -> NumberLine:
    return NumberLine(first, last, "", 0, 0, _used(conn, division, year, first, last), PASSED_OVER)


def _used(conn: Connection, division: str, year: int, first: int, last: int) -> int:
    """How many of these numbers are on a permit the centre knows."""
    low, high = (f"{division}{year:04d}{sequence:06d}" for sequence in (first, last))
    number = permits.c.number
    counted = select(func.count(number.distinct())).where(number.between(low, high))
    return int(conn.execute(counted).scalar_one())
