"""What the cards cost, by fund, against the ceiling of 10 yuan each (R38-R40); whether supplies will do for a run."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from station.domain.facts import StockActed
from station.printing.journal import Journal
from station.printing.labour import worked_in
from station.printing.machine import Machine
from station.printing.stock import BLANK, RIBBON, Move, loaded_in, pack_subject
from station.printing.supplies import balance_of, on_shelf

CEILING_FEN = 1000
"""R40 每本证件综合成本不超过10元."""
_SIGN = {Move.DRAWN.value: 1, Move.TESTED.value: 1, Move.RETURNED.value: -1}


@dataclass(frozen=True, slots=True)
class Cost:
    """D-32 综合成本 of a year: blanks, ribbons, spoils and tests, and labour, shared by the cards handed over.

    Amounts are rounded up to a whole fen. `by_fund` has material and labour together.
    """

    cards: int
    material_fen: int
    labour_fen: int
    minutes: int
    by_fund: Mapping[str, int]

    @property
    def fen(self) -> int:
        return self.material_fen + self.labour_fen

    @property
    def fen_per_card(self) -> int | None:
        """Rounded up to a whole fen; None before the first card was handed over."""
        return -(-self.fen // self.cards) if self.cards else None

    @property
    def over_ceiling(self) -> bool:
        return (self.fen_per_card or 0) > CEILING_FEN

    @property
    def sentence(self) -> str:
        """The warning of R40, "" while the average is within the ceiling."""
        if not self.over_ceiling or self.fen_per_card is None:
            return ""
        shares = (
            f"耗材 {self.material_fen / self.cards / 100:.2f} 元、工时 {self.labour_fen / self.cards / 100:.2f} 元"
        )
        average = f"本年平均每张卡 {self.fen_per_card / 100:.2f} 元（{shares}）"
        return f"{average}，超过每证 10 元的上限，请核对废卡、耗材单价和工时。"


def cost_of(journal: Journal, year: int, cards: int) -> Cost:
    """The cost of a station's `cards` handed over in that year.

    Each blank and each share of a ribbon counts at the price of its own pack, on the day it was used.
    """
    funds = defaultdict[str, Fraction](Fraction)
    for pack in on_shelf(journal).values():
        used = sum(
            _SIGN.get(p.act, 0) * p.count
            for fact in journal.book.facts_of(pack_subject(journal.station, pack.name))
            if isinstance(p := fact.payload, StockActed) and p.on.year == year
        )
        if used and pack.received:
            funds[pack.fund] += Fraction(pack.cost_fen * used, pack.received)
    material = _up(sum(funds.values(), Fraction()))
    hours = worked_in(journal, year)
    for one in hours:
        funds[one.fund] += one.cost_fen
    by_fund = {fund: _up(amount) for fund, amount in sorted(funds.items())}
    return Cost(cards, material, sum(h.cost_fen for h in hours), sum(h.minutes for h in hours), by_fund)


def _up(amount: Fraction) -> int:
    return -int(-amount // 1)


@dataclass(frozen=True, slots=True)
class Forecast:
    """Whether the blanks and the ribbon in a printer will do for so many cards. None: not known."""

    cards: int
    blanks: int
    ribbon: int | None

    @property
    def sentences(self) -> tuple[str, ...]:
        """What to have at hand before the run starts; empty when everything suffices."""
        said = []
        if self.blanks < self.cards:
            said.append(f"白卡还差 {self.cards - self.blanks} 张，请备好下一包。")
        if self.ribbon is not None and self.ribbon < self.cards:
            said.append(f"色带只够 {self.ribbon} 张，请备好色带，印到第 {self.ribbon + 1} 张前更换。")
        return tuple(said)


def forecast(journal: Journal, machine: Machine, cards: int, ribbon_left: int | None = None) -> Forecast:
    """The forecast for a printer; what the printer says of its ribbon goes before what the paper says."""
    shelf = on_shelf(journal)
    blanks, ribbon = loaded_in(shelf, machine, BLANK), loaded_in(shelf, machine, RIBBON)
    on_paper = balance_of(journal, ribbon).remaining if ribbon else None
    return Forecast(
        cards, balance_of(journal, blanks).remaining if blanks else 0, on_paper if ribbon_left is None else ribbon_left
    )
