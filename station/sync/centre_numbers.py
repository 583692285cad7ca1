"""Blocks of permit numbers: each number of a division and year belongs to one station's one life, or to nobody yet."""

from __future__ import annotations

from sqlalchemy import Connection, func, insert, select, update

from station.domain.errors import Refused
from station.ledger.schema import insert_new
from station.sync.central import NumberBlock, StationState
from station.sync.central_schema import centre, facts, number_blocks, number_heads, permits, undecided
from station.sync.undecided import UNSIGNED

LAST_NUMBER = 999_999
"""The six digits of a permit number's sequence (domain.md §3.3)."""
LARGEST_BLOCK = 10_000
RESERVE = 10_000
"""Numbers of each division and year that are passed over when the centre comes back from a backup: blocks leased after
that backup are in the hands of stations, and nobody can say which. One in a hundred of a year's numbers."""
GENERATED = "permit.generated"
_FLOOR = ("000000", 0)
"""The head of no division: where a division begins that the backup did not know yet."""


def lease(
    conn: Connection, who: StationState, division: str, year: int, count: int, now_ms: int
) -> NumberBlock:
    """The next block. Raises Refused when the station may not, or when the year is used up."""
    if who.state != "active":
        raise Refused("本站已被停用或冻结，不能领取编号。请联系省级平台。", code=who.state)
    if division[:4] != who.city[:4]:
        raise Refused(f"区划 {division} 不属于本站所在城市，不能领取编号。", code="other_city")
    if not 0 < count <= LARGEST_BLOCK:
        raise Refused(f"一次领取的编号数量应在 1 到 {LARGEST_BLOCK} 之间。", code="block_size")
    c = number_heads.c
    at = (c.division == division, c.year == year)
    conn.execute(insert_new(conn, number_heads), {"division": division, "year": year, "next": _floor(conn)})
    first: int = conn.execute(select(c.next).where(*at).with_for_update()).scalar_one()
    if first > LAST_NUMBER:
        raise Refused(f"区划 {division} 在 {year} 年的编号已全部分配完。请报省级平台处理。", code="numbers_exhausted")
    last = min(first + count - 1, LAST_NUMBER)
    conn.execute(update(number_heads).where(*at).values(next=last + 1))
    row = {
        "division": division,
        "year": year,
        "first": first,
        "last": last,
        "city": who.city,
        "station": who.station,
        "epoch": who.epoch,
        "leased_ms": now_ms,
    }
    conn.execute(insert(number_blocks), row)
    return NumberBlock(division, year, first, last, who.epoch)


def pass_over_lost(conn: Connection, times: int) -> None:
    """After a restore: go on beyond every number that may have been leased since the backup was made.

    `times` counts the restores since that backup, this one included.
    """
    floor = {"division": _FLOOR[0], "year": _FLOOR[1], "next": 1}
    conn.execute(insert_new(conn, number_heads), floor)
    conn.execute(update(number_heads).values(next=number_heads.c.next + RESERVE * times))


def _floor(conn: Connection) -> int:
    c = number_heads.c
    found: int | None = conn.execute(select(c.next).where(c.division == _FLOOR[0], c.year == _FLOOR[1])).scalar()
    return found or 1


def blocks_of(conn: Connection, station: str, epoch: int) -> list[NumberBlock]:
    """All blocks leased in that life, in order."""
    c = number_blocks.c
    query = select(c.division, c.year, c.first, c.last, c.epoch).where(c.station == station, c.epoch == epoch)
    return [NumberBlock(*row) for row in conn.execute(query.order_by(c.division, c.year, c.first))]


def first_owner(conn: Connection, number: str) -> tuple[str, str] | None:
    """(city, subject) of whoever a permit number was given to first, as the centre saw it; its own city goes before."""
    c, f = permits.c, facts.c
    said = f.body.contains(f'"number":"{number}"', autoescape=True)
    u = undecided.c
    in_anothers_name = select(u.seq).where(
        u.city == f.city, u.code == UNSIGNED, u.station == f.station, u.epoch == f.epoch, u.seq == f.seq
    )
    query = (
        select(c.city, c.subject, func.min(f.number))
        .join(facts, (f.city == c.city) & (f.subject == c.subject))
        .where(c.number == number, f.kind == GENERATED, said, ~in_anothers_name.exists())
        .group_by(c.city, c.subject)
    )
    rows = sorted(conn.execute(query), key=lambda row: (row[0][:4] != number[:4], row[2], row[0], row[1]))
    return (rows[0][0], rows[0][1]) if rows else None


def leased_to(conn: Connection, number: str, station: str) -> bool:
    """Whether that station may have given out that number.

    After a restore some leases are forgotten: a number below the head that lies in no block may have been anybody's.
    """
    division, year, sequence = number[:6], int(number[6:10]), int(number[10:])
    c = number_blocks.c
    at = (c.division == division, c.year == year, c.first <= sequence, c.last >= sequence)
    holder: str | None = conn.execute(select(c.station).where(*at)).scalar()
    if holder is not None:
        return holder == station
    restored = conn.execute(select(centre.c.generation)).scalar_one() > 1
    h = number_heads.c
    head = conn.execute(select(h.next).where(h.division == division, h.year == year)).scalar() or _floor(conn)
    return restored and sequence < head
