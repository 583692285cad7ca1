"""Text in a box: shrink, then wrap, then refuse; never outside the box. Knows fonts and fields, no card.

Resin black is drawn in whole dots without smoothing; dye is drawn smooth.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QFontMetricsF, QPainter

from station.cards import breaking
from station.cards.fonts import font
from station.cards.layout import BLACK, Field
from station.domain.errors import Refused

STEP = 1.2
BASELINE = 0.97
"""Of the size: from line to line, and from the top of a line to its foot. Hanzi stand 0.88 above and 0.12 below it."""


NAMES = {
    "title": "证件名称",
    "name": "姓名",
    "company": "所属企业",
    "categories": "服务类别",
    "issuer": "签发机构",
    "host": "网址",
    "code_name": "码的名称",
    "hotline": "咨询电话",
    "complaint_phone": "投诉电话",
    "return_address": "寄回地址",
}
"""What a field without label is called when its words are too long."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line and where its pen starts, in dots."""

    text: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Fitted:
    """Text as it will be drawn: the size it took and its lines."""

    size: int
    lines: tuple[Line, ...]


@functools.lru_cache(maxsize=4096)
def fit(text: str, field: Field) -> Fitted:
    """The largest allowed size at which the text fits its box. Raises Refused when there is none."""
    for lines in range(1, field.lines + 1):
        floor = field.smallest if lines == 1 else field.smallest_wrapped
        size = min(field.size, int(field.box.h / (STEP * lines)))
        while size >= floor:
            metrics = QFontMetricsF(font(size, bold=field.bold, serif=field.serif, crisp=field.ink == BLACK))
            broken, widest = breaking.broken(text, lines, metrics.horizontalAdvance, field.box.w, field.balanced)
            if broken is not None:
                placed = _placed(broken, size, field, metrics)
                if _inside(placed, field, metrics):
                    return Fitted(size, placed)
            size = min(size - 1, _next_size(size, field.box.w, widest))
    named = field.label or "、".join(NAMES[word] for word in NAMES if word in field.words) or field.key
    raise Refused(f"“{named}”过长，卡面放不下，请核对或改用简称。", "text_too_long")


def _next_size(size: int, width: int, widest: float) -> int:
    """A size not below the next one that can fit: width grows in proportion to size."""
    return size if widest <= width else int(size * width / widest) + 1


def _placed(broken: list[str], size: int, field: Field, metrics: QFontMetricsF) -> tuple[Line, ...]:
    box, placed = field.box, []
    for number, words in enumerate(broken):
        spare = box.w - metrics.horizontalAdvance(words)
        x = box.x + {"left": 0.0, "centre": spare / 2, "right": spare}[field.align]
        placed.append(Line(words, float(round(x)), float(round(box.y + size * (STEP * number + BASELINE)))))
    return tuple(placed)


def _inside(lines: tuple[Line, ...], field: Field, metrics: QFontMetricsF) -> bool:
    """Whether the ink itself stays in the box: a face of the chain may be taller than its neighbours."""
    for line in lines:
        ink = metrics.tightBoundingRect(line.text)
        top, bottom = line.y + ink.top(), line.y + ink.bottom()
        if top < field.box.y or bottom > field.box.bottom or line.x + ink.left() < field.box.x - 1:
            return False
        if line.x + ink.right() > field.box.right + 1:
            return False
    return True


def draw(painter: QPainter, text: str, field: Field, colour: QColor) -> None:
    """Paint text into its field. Raises Refused when it does not fit."""
    crisp = field.ink == BLACK
    fitted = fit(text, field)
    painter.setRenderHint(QPainter.RenderHint.TextAntialiasing, not crisp)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, not crisp)  # from 64 dots on, glyphs are drawn as paths
    painter.setFont(font(fitted.size, bold=field.bold, serif=field.serif, crisp=crisp))
    painter.setPen(colour)
    for line in fitted.lines:
        painter.drawText(QPointF(line.x, line.y), line.text)
