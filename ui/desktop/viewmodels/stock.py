"""What the stock desk shows: packs and where their blanks are, what the day asks for, the bag, what cards cost."""

from __future__ import annotations

from dataclasses import dataclass

from station.printing.cost import Cost
from station.services import stock
from station.services.desk import Desk
from station.services.stock import BagLine, PackLine
from ui.desktop import text_stock as text
from ui.desktop.viewmodels.lines import TableLine
from ui.words import word, words


@dataclass(frozen=True, slots=True)
class StockView:
    """Lines for the table with the packs themselves, the sentence of what to do next, and the foot."""

    lines: list[TableLine]
    packs: dict[str, PackLine]
    sentence: str
    done: bool
    foot: str
    bag: list[BagLine]
    warning: str  # R40, "" while a card costs no more than 10 yuan


def stock_view(desk: Desk) -> StockView:
    """The stock of this station now."""
    packs, bag, spoils = stock.packs(desk), stock.in_the_bag(desk), stock.spoils(desk)
    differing = [line.pack for line in packs if line.needs_count and line.difference]
    to_count = [line.pack for line in packs if line.needs_count and not line.difference]
    sentence = text.ALL_COUNTED
    if not packs:
        sentence = text.NO_PACKS
    elif differing:
        sentence = text.TO_SIGN.format(packs="、".join(differing))
    elif to_count:
        sentence = text.TO_COUNT.format(count=len(to_count), packs="、".join(to_count))
    spent = stock.cost(desk, desk.today().year)
    foot = [text.BAG.format(count=len(bag)) if bag else text.BAG_EMPTY, *_cost(spent)]
    if spoils:
        foot.append(text.SPOILS.format(list="、".join(f"{word('spoil', s.reason)} {s.count}" for s in spoils)))
    lines = sorted(packs, key=lambda line: not line.needs_count)
    return StockView(
        [_line(line) for line in lines], {line.pack: line for line in packs}, sentence,
        bool(packs) and not to_count and not differing, " · ".join(foot), bag, spent.sentence,
    )  # fmt: skip


def _cost(spent: Cost) -> list[str]:
    average = spent.fen_per_card
    if average is None:
        return [text.NO_COST]
    said = [text.COST.format(yuan=f"{average / 100:.2f}", cards=spent.cards)]
    return said if spent.minutes else [*said, text.NO_LABOUR]


def detail(line: PackLine) -> str:
    """Where all blanks of one pack are, as one equation."""
    counts = {
        "active": line.active, "spoiled": line.spoiled, "void_kept": line.void_kept, "missing": line.missing,
        "tested": line.tested, "written_off": line.written_off, "in_hand": line.in_hand,
    }  # fmt: skip
    where = "、".join(f"{said} {counts[code]}" for code, said in words("stock").items() if counts.get(code))
    counted = text.NOT_COUNTED if line.counted is None else text.COUNTED.format(count=line.counted)
    said = text.DETAIL.format(
        pack=line.pack, loaded=line.loaded, where=f"{where}、" if where else "", remaining=line.remaining,
        counted=counted, keeper=text.KEEPER.format(person=line.keeper) if line.sealed and line.keeper else "",
    )
    return said if not line.sealed else f"{said}；{text.SEALED.format(count=line.sealed)}"


def _line(line: PackLine) -> TableLine:
    state, said = "good", text.BALANCED
    if line.needs_count and line.difference:
        state, said = "bad", text.DIFFERENCE.format(count=line.difference)
    elif line.item == "BLANK" and not line.balanced:
        state, said = "bad", text.HOLE
    elif line.needs_count:
        state, said = "warn", text.COUNT_IT
    cells = (line.pack, text.ITEMS[line.item], str(line.remaining), said)
    return TableLine(line.pack, cells, "bad" if line.blocked else state)
