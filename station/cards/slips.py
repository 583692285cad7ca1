"""Receipts, hand-over slips, envelope labels and the fallback sticker as pictures; knows no printer and no ledger.

Everything is drawn black in whole dots, so that a thermal head burns clean edges. A slip carries its running number.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from PySide6.QtCore import QPointF
from PySide6.QtGui import QFontMetricsF

from devices.contracts import Picture
from station.cards import breaking, qr
from station.cards.canvas import blank, painting
from station.cards.fonts import ensure_gui, font
from station.cards.qr import Symbol
from station.domain.errors import Refused

PAPERS = {
    "application": "办证申领表",
    "authorisation": "办证授权认定书",
    "photo": "本人照片",
    "credit": "信用信息授权书",
    "medical": "体检合格证明",
    "insurance": "保险单",
    "training": "培训证书",
}
"""What a receipt calls the papers beside the identity document."""

_MARGIN = 0.03  # of the width, on both sides
_LEADING = 1.35
_MOST_LINES = 12
_CARD_MODULE = 0.42  # five dots at 300 dpi, as on a card
_FEWEST_DOTS = 2  # a thermal head cannot print a module of one dot cleanly


@dataclass(frozen=True, slots=True)
class Words:
    """A paragraph. `size` is millimetres from line to line."""

    text: str
    size: float = 4.0
    bold: bool = False
    middle: bool = False


@dataclass(frozen=True, slots=True)
class Pair:
    """A label on the left and a value on the right of one line; a value that is too long goes below."""

    label: str
    value: str
    size: float = 4.0


@dataclass(frozen=True, slots=True)
class Code:
    """A QR code in the middle, with the millimetres that one of its modules has at least."""

    text: str
    symbol: Symbol
    module: float = 0.5


@dataclass(frozen=True, slots=True)
class Rule:
    """A line across, or a tear line."""

    dashed: bool = False


Part = Words | Pair | Code | Rule


@dataclass(frozen=True, slots=True)
class Slip:
    """What stands on a slip, from top to bottom."""

    parts: tuple[Part, ...] = field(default_factory=tuple)


def receipt(
    number: str, on: date, name: str, papers: Sequence[str], office: str, phone: str, due: date | None = None
) -> Slip:
    """What a worker takes home: which papers were received, until when they are answered, and whom to ask."""
    listed = tuple(Words(f"{place}. {paper}") for place, paper in enumerate(papers, 1))
    return Slip(
        (
            Words("收件凭条", 7, bold=True, middle=True),
            Words("居家上门服务证 · 安心码", middle=True),
            Rule(),
            Pair("凭条号", number),
            Pair("日期", f"{on:%Y年%m月%d日}"),
            Pair("姓名", name),
            *((Pair("办结期限", f"{due:%Y年%m月%d日}前"),) if due is not None else ()),
            Words("已收材料", bold=True),
            *listed,
            Rule(),
            Words(f"{office} {phone}", 3.5),
            Words("本凭条不是证件，不能上门服务。", 3.5, middle=True),
        )
    )


def sample(on: date) -> Slip:
    """A receipt about nobody, to see paper and printer."""
    return receipt("TEST", on, "测试", ["纸宽与字号", "黑白边缘"], "安心码发证站", "")


def hand_over(
    number: str, on: date, company: str, cards: Sequence[tuple[str, str]], office: str, part: str = ""
) -> Slip:
    """What a company signs for when it takes its cards: one line a card, number and name. `part` as in 1/3."""
    return Slip(
        (
            Words("领证交接单", 7, bold=True, middle=True),
            Pair("交接单号", f"{number}（{part}）" if part else number),
            Pair("日期", f"{on:%Y年%m月%d日}"),
            Words(company, bold=True),
            Rule(),
            *(Pair(card, name, 3.5) for card, name in cards),
            Rule(),
            Pair("本单合计", f"{len(cards)} 张"),
            Words("领取人签字：", 8),
            Words(f"经办：{office}", 3.5),
        )
    )


def envelope(number: str, name: str, address: str, phone: str, sender: str, cards: int) -> Slip:
    """The label of an envelope that brings so many cards to a company. It names no worker."""
    return Slip(
        (
            Words(address, 6),
            Words(f"{name} 收", 8, bold=True),
            Pair("电话", phone),
            Rule(),
            Pair("内装证卡", f"{cards} 张"),
            Pair("标签号", number, 3.5),
            Words(f"寄件：{sender}", 3.5),
        )
    )


def sticker(
    name: str, permit: str, until: date, url: str, symbol: Symbol, office: str, *, rehearsal: bool = False
) -> Slip:
    """The permit on a label while no card printer works. Its code is the one of a card; the words say what it is."""
    return Slip(
        (
            Words(f"居家上门服务证（{'演练' if rehearsal else '临时'}）", 6, bold=True, middle=True),
            Pair("姓名", name, 5),
            Pair("证号", permit),
            Pair("有效期至", f"{until:%Y年%m月%d日}"),
            Code(url, symbol, _CARD_MODULE),
            Words(f"{office} · 请扫码核验，换发正式证卡后作废", 3, middle=True),
        )
    )


def rehearsed(slip: Slip) -> Slip:
    """The same as no real office would hand it out."""
    return Slip((Words("演练 · 无效", 6, bold=True, middle=True), *slip.parts))


def draw(slip: Slip, width: int, dpi: int) -> Picture:
    """The slip on paper of `width` dots, as long as it must be. Raises Refused when a code or a text does not fit."""
    ensure_gui()
    pieces = [_drawn(part, width, dpi / 25.4) for part in slip.parts]
    edge = np.full((max(1, int(2 * dpi / 25.4)), width, 3), 255, np.uint8)
    return np.concatenate([edge, *pieces, edge])


def _drawn(part: Part, width: int, mm: float) -> Picture:
    if isinstance(part, Rule):
        strip = blank(width, max(5, int(2 * mm)))
        strip[len(strip) // 2 : len(strip) // 2 + 2, :: 1 if not part.dashed else 3] = 0
        return strip
    if isinstance(part, Code):
        return _code(part, width, mm)
    if isinstance(part, Pair):
        return _pair(part, width, mm)
    return _words(part, width, mm)


def _code(part: Code, width: int, mm: float) -> Picture:
    most = width // (part.symbol.modules + 8)
    if most < _FEWEST_DOTS:
        raise Refused("单据纸太窄，放不下二维码，请换宽纸的打印机。", "slip_too_narrow")
    dots = max(_FEWEST_DOTS, min(most, round(part.module * mm + 0.4)))
    cells = qr.picture(part.text, Symbol(part.symbol.version, part.symbol.level, dots))[:, :, None].repeat(3, axis=2)
    picture = blank(width, len(cells))
    left = (width - len(cells)) // 2
    picture[:, left : left + len(cells)] = cells
    return picture


def _pair(part: Pair, width: int, mm: float) -> Picture:
    pixels = int(part.size * mm / _LEADING)
    made = font(pixels, crisp=True)
    metrics, edge = QFontMetricsF(made), int(width * _MARGIN)
    across = metrics.horizontalAdvance(part.value)
    if metrics.horizontalAdvance(part.label) + pixels + across > width - 2 * edge:
        below = _words(Words(part.value, part.size), width, mm)
        return np.concatenate([_words(Words(part.label, part.size), width, mm), below])
    picture = blank(width, int(part.size * mm))
    with painting(picture) as painter:
        painter.setFont(made)
        painter.drawText(QPointF(edge, pixels), part.label)
        painter.drawText(QPointF(width - edge - across, pixels), part.value)
    return _black(picture)


def _words(part: Words, width: int, mm: float) -> Picture:
    pixels = int(part.size * mm / _LEADING)
    made = font(pixels, bold=part.bold, crisp=True)
    metrics, edge = QFontMetricsF(made), int(width * _MARGIN)
    limit = width - 2 * edge
    wide = metrics.horizontalAdvance
    tries = (breaking.broken(part.text, count, wide, limit, False)[0] for count in range(1, _MOST_LINES + 1))
    lines = next((found for found in tries if found is not None), None)
    if lines is None:
        raise Refused("单据上的文字太长，请缩短后再打印。", "slip_too_long")
    step = int(part.size * mm)
    picture = blank(width, step * len(lines))
    with painting(picture) as painter:
        painter.setFont(made)
        for place, line in enumerate(lines):
            left = (width - metrics.horizontalAdvance(line)) / 2 if part.middle else edge
            painter.drawText(QPointF(int(left), place * step + pixels), line)
    return _black(picture)


def _black(picture: Picture) -> Picture:
    return np.where(picture < 128, np.uint8(0), np.uint8(255))
