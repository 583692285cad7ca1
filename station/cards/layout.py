"""The places on a card, in millimetres, read from resources/cards/*.toml and checked before anything is painted."""

from __future__ import annotations

import functools
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from devices.contracts import MASTER_DPI, MASTER_HEIGHT, MASTER_WIDTH
from station.cards.qr import SYMBOLS, Symbol
from station.domain.errors import Fault
from station.settings import RESOURCES

DOTS_PER_MM = MASTER_DPI / 25.4
SAFE_MM = 2.5  # no text nearer to the edge of the plastic: printers shift by up to a millimetre
PHOTO_RATIO = 26 / 32  # GA 461


@dataclass(frozen=True, slots=True)
class Box:
    """A place in printer dots: left, top, width, height."""

    x: int
    y: int
    w: int
    h: int

    @property
    def right(self) -> int:
        return self.x + self.w

    @property
    def bottom(self) -> int:
        return self.y + self.h


@dataclass(frozen=True, slots=True)
class Field:
    """A place for text: box, size in dots, the smallest size it may shrink to, and how many lines it may take."""

    box: Box
    size: int
    smallest: int
    lines: int = 1
    bold: bool = False
    align: str = "left"


@dataclass(frozen=True, slots=True)
class CardLayout:
    """One layout: the band of the title, photo, symbol, and the fields by name."""

    name: str
    band: Box
    photo: Box
    symbol_box: Box
    symbol: Symbol
    fields: dict[str, Field]
    colours: dict[str, str]


FIELDS = ("title", "subtitle", "name", "number", "company", "categories", "issuer", "issued_on", "scan_hint", "host")


@functools.cache
def load_layout(name: str, folder: Path = RESOURCES / "cards") -> CardLayout:
    """The layout of that name. Raises Fault naming the key that is wrong."""
    path = folder / f"{name}.toml"
    try:
        return read_layout(name, tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError):
        raise Fault(f"卡面版式 {name} 无法读取。", "请检查 resources/cards 中的版式文件。", "layout") from None


def read_layout(name: str, found: dict[str, Any]) -> CardLayout:
    """A layout from its table, checked. Raises Fault."""
    unknown = set(found) - {"band", "photo", "symbol", "fields", "colours"}
    if unknown or not {"band", "photo", "symbol", "fields"} <= set(found):
        raise _wrong(name, f"缺少或多出设置 {'、'.join(sorted(unknown)) or 'band, photo, symbol, fields'}")
    photo = _box(name, "photo", found["photo"])
    if abs(photo.w / photo.h - PHOTO_RATIO) > 0.01:
        raise _wrong(name, "照片框比例应为 26:32")
    fields = {key: _field(name, key, value) for key, value in found["fields"].items()}
    absent = set(FIELDS) ^ set(fields)
    if absent:
        raise _wrong(name, f"文字框不符:{'、'.join(sorted(absent))}")
    symbol, box = _symbol(name, found["symbol"])
    band = _box(name, "band", found["band"], bleed=True)
    return CardLayout(name, band, photo, box, symbol, fields, found.get("colours", {}))


def _wrong(name: str, what: str) -> Fault:
    return Fault(f"卡面版式 {name} 有误:{what}。", "请改正 resources/cards 中的版式文件。", "layout")


def _box(name: str, key: str, found: dict[str, Any], *, bleed: bool = False) -> Box:
    try:
        mm = [float(found[side]) for side in ("x", "y", "w", "h")]
    except (KeyError, TypeError, ValueError):
        raise _wrong(name, f"{key} 需要 x、y、w、h(毫米)") from None
    x, y, w, h = (round(side * DOTS_PER_MM) for side in mm)
    edge = 0 if bleed else round(SAFE_MM * DOTS_PER_MM)
    if w <= 0 or h <= 0 or x < edge or y < edge or x + w > MASTER_WIDTH - edge or y + h > MASTER_HEIGHT - edge:
        raise _wrong(name, f"{key} 超出卡面安全区")
    return Box(x, y, w, h)


def _field(name: str, key: str, found: dict[str, Any]) -> Field:
    box = _box(name, key, found)
    size = int(found.get("size", 28))
    smallest = int(found.get("smallest", size))
    if not 16 <= smallest <= size:
        raise _wrong(name, f"{key} 的字号不合理")
    return Field(
        box, size, smallest, int(found.get("lines", 1)), bool(found.get("bold", False)), str(found.get("align", "left"))
    )


def _symbol(name: str, found: dict[str, Any]) -> tuple[Symbol, Box]:
    version, level, dots = int(found.get("version", 8)), str(found.get("level", "Q")), int(found.get("dots", 5))
    if (version, level) not in SYMBOLS or dots < 5:
        raise _wrong(name, "二维码应为 V8-Q 或 V6-M,每模块不少于 5 点")
    symbol = Symbol(version, level, dots)
    side = symbol.pixels / DOTS_PER_MM
    box = _box(name, "symbol", {**found, "w": side, "h": side})
    return symbol, Box(box.x, box.y, symbol.pixels, symbol.pixels)
