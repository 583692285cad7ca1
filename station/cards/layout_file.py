"""From a layout file in millimetres to a checked layout: each wrong setting is named in a sentence, none guessed."""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Iterable, Mapping
from itertools import combinations
from pathlib import Path
from typing import Any

from station.cards.layout import (
    BLACK,
    CARD_WORDS,
    CITY_WORDS,
    WHITE,
    CardLayout,
    Face,
    Field,
    Panel,
    Rule,
    Sign,
    Stamp,
    placeholders,
)
from station.cards.places import DOTS_PER_MM, SAFE_MM, Box, dots
from station.cards.qr import SMALLEST_MODULE_MM, SYMBOLS, Symbol
from station.domain.errors import Fault
from station.settings import RESOURCES

PHOTO_RATIO = 26 / 32  # GA 461
SMALLEST_TEXT = 18  # dots, 1.5 mm: what people of working age still read at arm's length
ON_FRONT = frozenset({"title", "name", "number", "company", "categories", "issuer", "year", "month", "day", "host"})
ON_BACK = frozenset({"issue_number", "hotline", "return_address", "host"})
"""What must stand on each side (domain.md §3.2, trust.md T4)."""
COLOURS = ("deep", "mid", "teal", "pale", "line", "gold", "label", "stamp")


@functools.cache
def load_layout(name: str, folder: Path = RESOURCES / "cards") -> CardLayout:
    """The layout of that name. Raises Fault naming the file, or the setting that is wrong."""
    try:
        found = tomllib.loads((folder / f"{name}.toml").read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError):
        raise Fault(f"卡面版式 {name} 无法读取。", "请检查 resources/cards 中的版式文件。", "layout") from None
    return read_layout(name, found)


def read_layout(name: str, found: Mapping[str, Any]) -> CardLayout:
    """A layout from its table. Raises Fault."""
    table = _Table(name, "", found)
    table.only("label_size", "colours", "band", "photo", "symbol", "front", "back")
    colours = _colours(table.table("colours"))
    label_size = table.whole("label_size", 24)
    band = table.table("band").box(margin=0, also=())
    photo = table.table("photo").box()
    if abs(photo.w / photo.h - PHOTO_RATIO) > 0.005:
        raise table.wrong("照片框 photo 的宽高比应为 26:32")
    symbol, symbol_box = _symbol(table.table("symbol"))
    front = _face(table.table("front"), colours, label_size, ON_FRONT, {"photo": photo, "symbol": symbol_box})
    back = _face(table.table("back"), colours, label_size, ON_BACK, {})
    _resin_only(table, back)
    return CardLayout(name, band, photo, symbol_box, symbol, front, back, colours, label_size)


class _Table:
    """One table of the file, with the sentence for what is wrong in it."""

    def __init__(self, layout: str, place: str, found: object) -> None:
        self.layout, self.place = layout, place
        if not isinstance(found, Mapping):
            raise self.wrong("这里应为一个表")
        self.found: Mapping[str, Any] = found

    def wrong(self, what: str) -> Fault:
        """A fault that names layout and place."""
        where = f" [{self.place}]" if self.place else ""
        return Fault(f"卡面版式 {self.layout}{where} 有误：{what}。", "请改正 resources/cards 中的版式文件。", "layout")

    def only(self, *known: str) -> None:
        """Refuse settings nobody reads: a misspelt one would silently do nothing."""
        unknown = sorted(set(self.found) - set(known))
        if unknown:
            raise self.wrong(f"不认识的设置 {'、'.join(unknown)}")

    def table(self, key: str) -> _Table:
        """The table below."""
        if key not in self.found:
            raise self.wrong(f"缺少 [{key}]")
        return _Table(self.layout, f"{self.place}.{key}" if self.place else key, self.found[key])

    def tables(self, key: str) -> list[_Table]:
        """A list of tables; none when it is absent."""
        found = self.found.get(key, [])
        if not isinstance(found, list):
            raise self.wrong(f"{key} 应为列表")
        return [_Table(self.layout, f"{self.place}.{key}.{number}", one) for number, one in enumerate(found, 1)]

    def number(self, key: str) -> float:
        """A number that must be there."""
        value = self.found.get(key)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.wrong(f"{key} 应为数字")
        return float(value)

    def whole(self, key: str, default: int) -> int:
        """A whole number."""
        value = self.found.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int):
            raise self.wrong(f"{key} 应为整数")
        return value

    def text(self, key: str, default: str | None = None) -> str:
        """Words."""
        value = self.found.get(key, default)
        if not isinstance(value, str):
            raise self.wrong(f"{key} 应为文字")
        return value

    def truth(self, key: str, default: bool) -> bool:
        """Yes or no."""
        value = self.found.get(key, default)
        if not isinstance(value, bool):
            raise self.wrong(f"{key} 应为 true 或 false")
        return value

    def ink(self, colours: Mapping[str, str], default: str = BLACK) -> str:
        """An ink by name: black resin or a colour of the layout."""
        value = self.text("ink", default)
        if value not in (BLACK, WHITE) and value not in colours:
            raise self.wrong(f"没有名为 {value} 的颜色")
        return value

    def box(self, margin: float = SAFE_MM, also: tuple[str, ...] | None = None) -> Box:
        """A place; `also` are the other settings of the table, None when they are checked elsewhere."""
        if also is not None:
            self.only("x", "y", "w", "h", *also)
        place = Box(*(dots(self.number(side)) for side in ("x", "y", "w", "h")))
        if place.w <= 0 or place.h <= 0:
            raise self.wrong("w 和 h 应大于 0")
        if not place.within(dots(margin)):
            raise self.wrong(f"超出卡面，四周应留 {margin:g} 毫米")
        return place


def _colours(table: _Table) -> dict[str, str]:
    table.only(*COLOURS)
    for name in COLOURS:
        if not re.fullmatch(r"#[0-9A-Fa-f]{6}", table.text(name, "")):
            raise table.wrong(f"{name} 应写成 #RRGGBB")
    return {name: table.text(name) for name in COLOURS}


def _symbol(table: _Table) -> tuple[Symbol, Box]:
    table.only("x", "y", "version", "level", "dots", "side")
    symbol = Symbol(table.whole("version", 8), table.text("level", "Q"), table.whole("dots", 5))
    if (symbol.version, symbol.level) not in SYMBOLS:
        raise table.wrong("二维码应为 V8-Q 或 V6-M")
    if symbol.module_mm < SMALLEST_MODULE_MM:
        raise table.wrong(f"每模块应不少于 5 个打印点，{symbol.dots} 点只有 {symbol.module_mm:.2f} 毫米")
    side = table.number("side") if "side" in table.found else symbol.pixels / DOTS_PER_MM
    if dots(side) != symbol.pixels:
        exact = symbol.pixels / DOTS_PER_MM
        raise table.wrong(f"边长 {side:g} 毫米不是整数个打印点，V{symbol.version}-{symbol.level} 应为 {exact:.2f} 毫米")
    place = Box(dots(table.number("x")), dots(table.number("y")), symbol.pixels, symbol.pixels)
    if not place.within(dots(SAFE_MM)):
        raise table.wrong(f"超出卡面，四周应留 {SAFE_MM:g} 毫米")
    return symbol, place


def _face(
    table: _Table, colours: Mapping[str, str], label_size: int, needed: frozenset[str], taken: Mapping[str, Box]
) -> Face:
    table.only("fields", "panels", "rules", "signs", "stamp")
    named = table.table("fields")
    fields = tuple(_field(named.table(key), key, colours, label_size) for key in named.found)
    missing = needed.difference(*(one.words for one in fields))
    if missing:
        raise table.wrong(f"没有印出 {'、'.join(sorted(missing))}")
    _apart(table, [*taken.items(), *((one.key, one.box) for one in fields), *_label_boxes(fields, label_size)])
    return Face(
        fields,
        tuple(_panel(one, colours) for one in table.tables("panels")),
        tuple(_rule(one, colours) for one in table.tables("rules")),
        tuple(_sign(one) for one in table.tables("signs")),
        _stamp(table.table("stamp"), colours),
    )


def label_box(field: Field, size: int) -> Box:
    """Where the label of a field stands: just above its box."""
    return Box(field.box.x, field.box.y - round(size * 1.25), field.box.w, round(size * 1.25))


def _label_boxes(fields: Iterable[Field], size: int) -> list[tuple[str, Box]]:
    return [(f"{one.key}.label", label_box(one, size)) for one in fields if one.label]


def _apart(table: _Table, boxes: list[tuple[str, Box]]) -> None:
    for (one, first), (other, second) in combinations(boxes, 2):
        if first.meets(second):
            raise table.wrong(f"{one} 与 {other} 重叠")


def _field(table: _Table, key: str, colours: Mapping[str, str], label_size: int) -> Field:
    kept = ("text", "size", "smallest", "smallest_wrapped", "lines", "bold", "serif", "align", "ink", "label")
    box = table.box(also=(*kept, "balanced"))
    size = table.whole("size", 28)
    smallest = table.whole("smallest", size)
    wrapped = table.whole("smallest_wrapped", smallest)
    lines = table.whole("lines", 1)
    if not SMALLEST_TEXT <= wrapped <= smallest <= size:
        raise table.wrong(f"字号应为 {SMALLEST_TEXT} ≤ smallest_wrapped ≤ smallest ≤ size")
    if not 1 <= lines <= 4 or wrapped * lines * 1.2 > box.h:
        raise table.wrong(f"框高放不下 {lines} 行 {wrapped} 点的字")
    align = table.text("align", "left")
    if align not in ("left", "centre", "right"):
        raise table.wrong("align 应为 left、centre 或 right")
    made = Field(
        key, box, _template(table), size, smallest, wrapped, lines,
        table.truth("bold", False), table.truth("serif", False), align, table.ink(colours),
        table.text("label", ""), table.truth("balanced", True), placeholders(table.text("text")),
    )  # fmt: skip
    if made.label and not label_box(made, label_size).within(dots(SAFE_MM)):
        raise table.wrong("标签超出卡面")
    return made


def _template(table: _Table) -> str:
    text = table.text("text")
    try:
        unknown = placeholders(text) - {*CITY_WORDS, *CARD_WORDS}
    except ValueError:
        raise table.wrong("text 中的花括号不成对") from None
    if unknown:
        raise table.wrong(f"text 中有不认识的内容 {'、'.join(sorted(unknown))}")
    return text


def _panel(table: _Table, colours: Mapping[str, str]) -> Panel:
    return Panel(table.box(also=("ink", "filled")), table.ink(colours), table.truth("filled", False))


def _rule(table: _Table, colours: Mapping[str, str]) -> Rule:
    table.only("x", "y", "w", "thick", "ink")
    x, y, w = (dots(table.number(key)) for key in ("x", "y", "w"))
    thick = table.whole("thick", 2)
    if thick < 1 or not Box(x, y, w, thick).within(dots(SAFE_MM)):
        raise table.wrong("线条超出卡面")
    return Rule(x, y, w, thick, table.ink(colours))


def _sign(table: _Table) -> Sign:
    table.only("kind", "x", "y", "r")
    kind = table.text("kind")
    if kind not in ("green", "yellow", "red"):
        raise table.wrong("kind 应为 green、yellow 或 red")
    return Sign(kind, *(dots(table.number(key)) for key in ("x", "y", "r")))


def _stamp(table: _Table, colours: Mapping[str, str]) -> Stamp:
    place = table.box(also=("text", "turn", "ink", "opacity"))
    opacity = table.number("opacity")
    if not 0.05 <= opacity <= 1:
        raise table.wrong("opacity 应在 0.05 与 1 之间")
    return Stamp(place, table.text("text"), table.number("turn"), table.ink(colours), opacity)


def _resin_only(table: _Table, back: Face) -> None:
    """Printers print the back with the resin panel alone; a colour would come out as a dot pattern."""
    inks = {*(f.ink for f in back.fields), *(p.ink for p in back.panels), *(r.ink for r in back.rules), back.stamp.ink}
    if inks != {BLACK} or back.stamp.opacity != 1:
        raise table.wrong("背面只能用黑色（打印机背面只有黑色色带）")
