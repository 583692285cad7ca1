"""What all cards of a layout share: band, guilloche, hills and lake, frames, labels. Painted once and kept."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QLinearGradient, QPainter, QPainterPath, QPen, QPolygonF

from devices.contracts import MASTER_HEIGHT, MASTER_WIDTH
from station.cards.layout import Box, CardLayout

W, H = MASTER_WIDTH, MASTER_HEIGHT


def ground(painter: QPainter, layout: CardLayout, *, tower: bool = True) -> None:
    """A calm ground: white above, palest teal below, hills and water along the foot."""
    colours = layout.colours
    wash = QLinearGradient(0, 0, 0, H)
    wash.setColorAt(0.0, QColor("#FFFFFF"))
    wash.setColorAt(0.55, QColor("#FBFDFD"))
    wash.setColorAt(1.0, QColor(colours["pale"]))
    painter.fillRect(QRect(0, 0, W, H), wash)
    guilloche(painter, QRectF(0, layout.band.bottom, W, H - layout.band.bottom), QColor(14, 124, 123, 20))
    hills(painter, QColor(14, 124, 123))
    if tower:
        pagoda(painter, 566.0, 600.0, QColor(14, 124, 123, 52))


def guilloche(painter: QPainter, area: QRectF, colour: QColor) -> None:
    """Fine interlaced waves, as on certificates: hard to copy by hand, quiet to look at."""
    painter.save()
    painter.setClipRect(area)
    painter.setPen(QPen(colour, 1.2))
    for strand in range(14):
        phase = strand * math.pi / 7
        path = QPainterPath()
        for step in range(0, W + 9, 8):
            x = float(step)
            swing = math.sin(x / 96 + phase) * 74 + math.sin(x / 41 - phase * 2) * 20
            y = area.center().y() + swing
            path.moveTo(x, y) if step == 0 else path.lineTo(x, y)
        painter.drawPath(path)
    painter.restore()


def hills(painter: QPainter, colour: QColor) -> None:
    """Three ranges of hills around the West Lake along the lower edge, barely darker than the ground."""
    ranges = ((0.010, 46.0, 0.3, 604.0, 16), (0.0142, 34.0, 1.9, 616.0, 22), (0.0193, 26.0, 4.0, 630.0, 30))
    for wave, height, phase, base, alpha in ranges:
        path = QPainterPath(QPointF(0, H))
        for x in range(0, W + 13, 12):
            lift = math.sin(x * wave + phase) * 0.6 + math.sin(x * wave * 2.3 + phase * 1.7) * 0.4
            path.lineTo(QPointF(x, base - max(lift, -0.25) * height))
        path.lineTo(W, H)
        path.closeSubpath()
        tint = QColor(colour)
        tint.setAlpha(alpha)
        painter.fillPath(path, QBrush(tint))


def pagoda(painter: QPainter, x: float, base: float, colour: QColor) -> None:
    """雷峰塔, five storeys, as a silhouette."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    width, y = 40.0, base
    for _ in range(5):
        painter.drawRect(QRectF(x - width * 0.30, y - 13, width * 0.60, 13))
        roof = [QPointF(x - width * 0.62, y - 12), QPointF(x - width * 0.36, y - 19), QPointF(x + width * 0.36, y - 19),
                QPointF(x + width * 0.62, y - 12)]  # fmt: skip
        painter.drawPolygon(QPolygonF(roof))
        y -= 19
        width *= 0.86
    painter.drawRect(QRectF(x - 1.5, y - 14, 3, 14))


def band(painter: QPainter, layout: CardLayout) -> None:
    """The band of the title: deep blue to teal, with its own waves and a thin gold line below."""
    colours, box = layout.colours, layout.band
    sweep = QLinearGradient(0, 0, W, box.h)
    sweep.setColorAt(0.0, QColor(colours["deep"]))
    sweep.setColorAt(1.0, QColor(colours["teal"]))
    painter.fillRect(QRect(box.x, box.y, box.w, box.h), sweep)
    guilloche(painter, QRectF(box.x, box.y, box.w, box.h), QColor(255, 255, 255, 26))
    painter.fillRect(QRect(box.x, box.bottom, box.w, 5), QColor(colours["gold"]))
    emblem(painter, 104.0, box.h / 2 + 1, 44.0)


def emblem(painter: QPainter, x: float, y: float, r: float) -> None:
    """A roof over a tick inside a ring: a home that was checked."""
    white = QColor("#FFFFFF")
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(white, 3.4))
    painter.drawEllipse(QPointF(x, y), r, r)
    painter.setPen(QPen(QColor(255, 255, 255, 110), 1.6))
    painter.drawEllipse(QPointF(x, y), r - 6, r - 6)
    pen = QPen(white, 6.0)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    roof = QPainterPath(QPointF(x - r * 0.56, y - r * 0.02))
    roof.lineTo(x, y - r * 0.54)
    roof.lineTo(x + r * 0.56, y - r * 0.02)
    painter.drawPath(roof)
    tick = QPainterPath(QPointF(x - r * 0.30, y + r * 0.18))
    tick.lineTo(x - r * 0.06, y + r * 0.44)
    tick.lineTo(x + r * 0.36, y + r * 0.02)
    painter.drawPath(tick)


def frame(painter: QPainter, box: Box, colour: QColor, *, fill: QColor | None = None, radius: float = 6.0) -> None:
    """A thin rounded frame around a place."""
    painter.setPen(QPen(colour, 2.0))
    painter.setBrush(fill if fill is not None else Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(QRectF(box.x - 4, box.y - 4, box.w + 8, box.h + 8), radius, radius)


def shape(painter: QPainter, colour: str, x: float, y: float, r: float) -> None:
    """The sign of a colour for those who cannot see it: disc and tick, triangle and !, octagon and cross."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor({"green": "#00805A", "yellow": "#FFC20E", "red": "#A8071A"}[colour]))
    if colour == "green":
        painter.drawEllipse(QPointF(x, y), r, r)
    else:
        sides, turn = (3, -math.pi / 2) if colour == "yellow" else (8, math.pi / 8)
        reach = r * 1.18 if sides == 3 else r * 1.06
        points = [turn + 2 * math.pi * k / sides for k in range(sides)]
        painter.drawPolygon(QPolygonF([QPointF(x + reach * math.cos(a), y + reach * math.sin(a)) for a in points]))
    pen = QPen(QColor("#1A1F26" if colour == "yellow" else "#FFFFFF"), r * 0.26)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    painter.setPen(pen)
    if colour == "green":
        painter.drawPolyline(QPolygonF([QPointF(x - r * 0.42, y + r * 0.02), QPointF(x - r * 0.10, y + r * 0.36),
                                        QPointF(x + r * 0.46, y - r * 0.30)]))  # fmt: skip
    elif colour == "yellow":
        painter.drawLine(QPointF(x, y - r * 0.42), QPointF(x, y + r * 0.12))
        painter.drawPoint(QPointF(x, y + r * 0.44))
    else:
        d = r * 0.36
        painter.drawLine(QPointF(x - d, y - d), QPointF(x + d, y + d))
        painter.drawLine(QPointF(x - d, y + d), QPointF(x + d, y - d))
