"""Permit numbers in blocks leased from the centre: taken one by one, durably, never twice; good for weeks offline.

A block belongs to one life of the station. A restored backup therefore never gives out a number again: its new life
gets new blocks. A number that was taken and not used stays unused; the gap is named by the block it lies in.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, func, select, update

from station.domain.errors import Fault, Refused
from station.ledger.ledger import Ledger
from station.ledger.schema import insert_new, number_blocks, roll_permits
from station.sync.central import Central, NumberBlock
from station.sync.sending import OTHER_LIFE

BLOCK = 100
REFILL_BELOW = 100
"""data.md §4: at 5 a day a block of 100 refilled below 100 never ran dry in simulated years of ten-day outages."""


@dataclass(frozen=True, slots=True)
class Stock:
    """What is left of one division's year at this station."""

    division: str
    year: int
    left: int


class Numbers:
    """The numbers this station may give out."""

    def __init__(
        self, ledger: Ledger, central: Central, *, block: int = BLOCK, refill_below: int = REFILL_BELOW
    ) -> None:
        self._ledger = ledger
        self._central = central
        self._block = block
        self._refill_below = refill_below

    def take(self, division: str, year: int) -> str:
        """The next 16-digit number, nobody else's from now on, durable on return.

        Leases a block when there is none left. Raises Refused (`numbers_exhausted`) when that cannot be done.
        """
        while (number := self._next(division, year)) is None:
            try:
                self.lease(division, year)
            except Fault as fault:
                raise Refused(
                    f"本站 {division} 区划 {year} 年的编号已用完，且无法连接省级平台领取新的编号。请联网同步后重试。",
                    code="numbers_exhausted",
                ) from fault
        return number

    def left(self, division: str, year: int) -> int:
        """How many numbers of that division and year this station still has."""
        return sum(s.left for s in self.stock() if (s.division, s.year) == (division, year))

    def stock(self) -> list[Stock]:
        """What is left, by division and year."""
        c = number_blocks.c
        with self._ledger.store.reading() as conn:
            query = select(c.division, c.year, func.sum(c.last - c.next + 1)).where(c.epoch == self._ledger.epoch)
            rows = conn.execute(query.group_by(c.division, c.year).order_by(c.division, c.year))
            return [Stock(row[0], row[1], int(row[2])) for row in rows]

    def refill(self, year: int) -> int:
        """Lease a block for every division of that year that runs low; how many. Called after an exchange."""
        low = [s for s in self.stock() if s.year == year and s.left < self._refill_below]
        for stock in low:
            self.lease(stock.division, stock.year)
        return len(low)

    def lease(self, division: str, year: int) -> None:
        """Keep a block of the centre's; first those it leased to this life already and whose answer was lost.

        Raises Refused where this ledger may not write: leased numbers that nobody gives out are gaps for ever. A block
        for another life of this station says that this disk is an old one, and freezes it.
        """
        epoch, frozen = self._ledger.epoch, self._ledger.frozen
        if frozen:
            raise Refused(frozen, code="station_frozen")
        known = self._keep([b for b in self._central.blocks_of(self._ledger.station, epoch) if b.epoch == epoch])
        if not any((block.division, block.year) == (division, year) for block in known):
            block = self._central.lease_numbers(self._ledger.station, division, year, self._block)
            if block.epoch != epoch:
                self._ledger.freeze(OTHER_LIFE)
                raise Refused(OTHER_LIFE, code="epoch")
            self._keep([block])

    def _keep(self, blocks: list[NumberBlock]) -> list[NumberBlock]:
        """The blocks that were new. One that is here already keeps its place."""
        fresh = []
        with self._ledger.store.writing() as conn:
            for b in blocks:
                row = {
                    "division": b.division,
                    "year": b.year,
                    "first": b.first,
                    "last": b.last,
                    "next": b.first,
                    "epoch": b.epoch,
                }
                if conn.execute(insert_new(conn, number_blocks), row).rowcount == 1:
                    fresh.append(b)
        return fresh

    def _next(self, division: str, year: int) -> str | None:
        c = number_blocks.c
        of_year = (c.division == division, c.year == year, c.epoch == self._ledger.epoch)
        with self._ledger.store.writing() as conn:
            while True:
                query = select(c.first, c.next).where(*of_year, c.next <= c.last).order_by(c.first).limit(1)
                row = conn.execute(query).one_or_none()
                if row is None:
                    return None
                conn.execute(update(number_blocks).where(*of_year, c.first == row.first).values(next=row.next + 1))
                number = f"{division}{year:04d}{row.next:06d}"
                if not self._given(conn, number):
                    return number

    def _given(self, conn: Connection, number: str) -> bool:
        """A permit has it already: this block comes from a backup older than that permit."""
        return conn.execute(select(roll_permits.c.number).where(roll_permits.c.number == number)).first() is not None
