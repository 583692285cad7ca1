"""Text in a box: shrink, then wrap, then refuse. Crisp black text for the K panel, smooth coloured text for labels."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter

from station.cards.fonts import font
from station.cards.layout import Field
from station.domain.errors import Refused

BLACK = QColor(0, 0, 0)
_ALIGN = {
    "left": Qt.AlignmentFlag.AlignLeft,
    "right": Qt.AlignmentFlag.AlignRight,
    "centre": Qt.AlignmentFlag.AlignHCenter,
}


def fit(text: str, field: Field) -> tuple[int, list[str]]:
    """Size and lines with which the text fits its box. Raises Refused when no allowed size and wrap does."""
    for lines in range(1, field.lines + 1):
        for size in range(field.size, field.smallest - 1, -1):
            metrics = QFontMetrics(font(size, bold=field.bold, crisp=True))
            if size * lines * 1.12 > field.box.h + size * 0.12:
                continue
            broken = wrap(text, lines, metrics, field.box.w)
            if broken is not None:
                return size, broken
    raise Refused(f"“{text}”过长,卡面放不下,请使用简称。", "text_too_long")


def wrap(text: str, lines: int, metrics: QFontMetrics, width: int) -> list[str] | None:
    """The text on at most `lines` lines, broken after separators where possible; None when it does not fit."""
    if lines == 1:
        return [text] if metrics.horizontalAdvance(text) <= width else None
    broken: list[str] = []
    rest = text
    while rest and len(broken) < lines:
        cut = len(rest)
        while cut and metrics.horizontalAdvance(rest[:cut].strip()) > width:
            cut -= 1
        if cut == 0:
            return None
        if cut < len(rest):
            soft = max(rest.rfind(mark, 1, cut + 1) for mark in "·、 ")
            if soft > 0:
                cut = soft + 1 if metrics.horizontalAdvance(rest[: soft + 1].strip()) <= width else soft
        broken.append(rest[:cut].strip(" 、"))
        rest = rest[cut:]
    return broken if not rest.strip() else None


def draw(
    painter: QPainter, text: str, field: Field, *, colour: QColor = BLACK, crisp: bool = True, serif: bool = False
) -> None:
    """Paint text into its field. `crisp`: whole dots of pure colour; else smooth."""
    size, lines = fit(text, field)
    painter.setRenderHint(QPainter.RenderHint.TextAntialiasing, not crisp)
    painter.setFont(font(size, bold=field.bold, serif=serif, crisp=crisp))
    painter.setPen(colour)
    step = round(size * 1.18)
    top = field.box.y + (field.box.h - step * len(lines)) // 2
    flags = _ALIGN[field.align] | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
    for line in lines:
        painter.drawText(QRect(field.box.x, top, field.box.w, step), int(flags), line)
        top += step
