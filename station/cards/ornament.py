"""Emblem, frames, signs and stamp: the drawn parts of a card that carry meaning."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF

from station.cards.fonts import font
from station.cards.layout import Stamp
from station.cards.places import Box


def round_pen(colour: QColor, width: float) -> QPen:
    """A pen with round ends and corners."""
    pen = QPen(colour, width)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    return pen


def emblem(painter: QPainter, x: float, y: float, r: float, gold: QColor, ground: QColor) -> None:
    """A white house with a tick in it inside a ring with gold beads: a home one may open the door of."""
    white = QColor("#FFFFFF")
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(white, r * 0.07))
    painter.drawEllipse(QPointF(x, y), r, r)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(gold)
    for bead in range(36):
        turn = math.tau * bead / 36
        painter.drawEllipse(QPointF(x + 0.87 * r * math.cos(turn), y + 0.87 * r * math.sin(turn)), r * 0.028, r * 0.028)
    painter.setPen(round_pen(white, r * 0.13))
    roof = QPainterPath(QPointF(x - r * 0.60, y - r * 0.01))
    roof.quadTo(QPointF(x - r * 0.30, y - r * 0.16), QPointF(x, y - r * 0.54))
    roof.quadTo(QPointF(x + r * 0.30, y - r * 0.16), QPointF(x + r * 0.60, y - r * 0.01))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(roof)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(white)
    walls = QPainterPath(QPointF(x - r * 0.40, y + r * 0.06))
    walls.quadTo(QPointF(x - r * 0.16, y - r * 0.06), QPointF(x, y - r * 0.30))
    walls.quadTo(QPointF(x + r * 0.16, y - r * 0.06), QPointF(x + r * 0.40, y + r * 0.06))
    walls.lineTo(x + r * 0.40, y + r * 0.52)
    walls.lineTo(x - r * 0.40, y + r * 0.52)
    walls.closeSubpath()
    painter.drawPath(walls)
    painter.setPen(round_pen(ground, r * 0.12))
    painter.drawPolyline(
        QPolygonF([QPointF(x - r * 0.20, y + r * 0.19), QPointF(x - r * 0.04, y + r * 0.34),
                   QPointF(x + r * 0.22, y + r * 0.04)])
    )  # fmt: skip


def frame(painter: QPainter, box: Box, colour: QColor, *, filled: bool) -> None:
    """A thin rounded frame around a place."""
    painter.setPen(QPen(colour, 2.0))
    painter.setBrush(QColor("#FFFFFF") if filled else Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(QRectF(box.x, box.y, box.w, box.h), 8.0, 8.0)


def sign(painter: QPainter, kind: str, x: float, y: float, r: float) -> None:
    """The shape of a colour in black: ring and tick, triangle and mark, filled octagon and cross."""
    black, white = QColor(0, 0, 0), QColor("#FFFFFF")
    pen = round_pen(black, r * 0.17)
    painter.setPen(pen)
    painter.setBrush(black if kind == "red" else Qt.BrushStyle.NoBrush)
    if kind == "green":
        painter.drawEllipse(QPointF(x, y), r * 0.92, r * 0.92)
        pen.setWidthF(r * 0.24)
        painter.setPen(pen)
        tick = ((-0.42, 0.04), (-0.10, 0.36), (0.45, -0.32))
        painter.drawPolyline(QPolygonF([QPointF(x + r * right, y + r * down) for right, down in tick]))
    elif kind == "yellow":
        painter.drawPolygon(_corners(x, y + r * 0.16, r * 1.08, 3, -math.pi / 2))
        pen.setWidthF(r * 0.22)
        painter.setPen(pen)
        painter.drawLine(QPointF(x, y - r * 0.30), QPointF(x, y + r * 0.16))
        painter.drawPoint(QPointF(x, y + r * 0.46))
    else:
        painter.drawPolygon(_corners(x, y, r * 0.95, 8, math.pi / 8))
        painter.setPen(round_pen(white, r * 0.24))
        reach = r * 0.36
        painter.drawLine(QPointF(x - reach, y - reach), QPointF(x + reach, y + reach))
        painter.drawLine(QPointF(x - reach, y + reach), QPointF(x + reach, y - reach))


def _corners(x: float, y: float, reach: float, sides: int, turn: float) -> QPolygonF:
    angles = [turn + math.tau * side / sides for side in range(sides)]
    return QPolygonF([QPointF(x + reach * math.cos(angle), y + reach * math.sin(angle)) for angle in angles])


def stamp(painter: QPainter, made: Stamp, colour: QColor) -> None:
    """The framed word of a rehearsal, like the seal of an office: nobody takes such a card for a real one."""
    box = made.box
    painter.save()
    painter.setOpacity(made.opacity)
    painter.translate(box.x + box.w / 2, box.y + box.h / 2)
    painter.rotate(made.turn)
    area = QRectF(-box.w / 2, -box.h / 2, box.w, box.h)
    painter.setPen(QPen(colour, max(3.0, box.h * 0.06)))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(area, box.h * 0.14, box.h * 0.14)
    painter.setFont(font(round(box.h * 0.62), bold=True))
    painter.drawText(area, int(Qt.AlignmentFlag.AlignCenter), made.text)
    painter.restore()
