"""Clothes of the rehearsal portraits: shoulders with a shirt collar, a round neck or a jacket. Never white (GA 461)."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPolygonF

MIDDLE, FOOT = 179.0, 441.0
JACKET = 2


def draw(painter: QPainter, coat: QColor, style: int) -> None:
    """Shoulders and collar over the neck."""
    painter.setPen(Qt.PenStyle.NoPen)
    if style == JACKET:
        _shirt_front(painter)
    painter.setBrush(coat)
    deep = (396.0, 376.0, 424.0)[style]
    body = QPainterPath(QPointF(6, FOOT))
    body.cubicTo(QPointF(14, 386), QPointF(54, 368), QPointF(112, 350))
    body.cubicTo(QPointF(134, deep), QPointF(MIDDLE - 14, deep), QPointF(MIDDLE, deep))
    body.cubicTo(QPointF(MIDDLE + 14, deep), QPointF(224, deep), QPointF(246, 350))
    body.cubicTo(QPointF(304, 368), QPointF(344, 386), QPointF(352, FOOT))
    body.closeSubpath()
    painter.drawPath(body)
    (_shirt, _round, _jacket)[style](painter, coat)


def _shirt(painter: QPainter, coat: QColor) -> None:
    painter.setBrush(coat.darker(112))
    painter.drawPolygon(QPolygonF([QPointF(MIDDLE - 5, 390), QPointF(MIDDLE + 5, 390), QPointF(MIDDLE + 5, FOOT),
                                   QPointF(MIDDLE - 5, FOOT)]))  # fmt: skip
    painter.setBrush(coat.lighter(122))
    for side in (-1, 1):
        flap = QPainterPath(QPointF(MIDDLE, 402))
        flap.lineTo(MIDDLE + side * 46, 430)
        flap.quadTo(QPointF(MIDDLE + side * 66, 384), QPointF(MIDDLE + side * 68, 340))
        flap.quadTo(QPointF(MIDDLE + side * 40, 378), QPointF(MIDDLE, 402))
        painter.drawPath(flap)


def _round(painter: QPainter, coat: QColor) -> None:
    painter.setBrush(Qt.BrushStyle.NoBrush)
    hem = QPainterPath(QPointF(110, 351))
    hem.cubicTo(QPointF(134, 384), QPointF(224, 384), QPointF(248, 351))
    pen = painter.pen()
    pen.setStyle(Qt.PenStyle.SolidLine)
    pen.setColor(coat.darker(118))
    pen.setWidthF(11)
    painter.setPen(pen)
    painter.drawPath(hem)
    painter.setPen(Qt.PenStyle.NoPen)


def _shirt_front(painter: QPainter) -> None:
    """The pale shirt that shows where the jacket is open."""
    painter.setBrush(QColor("#DCE6EE"))
    corners = [(100, 344), (MIDDLE, 406), (258, 344), (262, FOOT), (96, FOOT)]
    painter.drawPolygon(QPolygonF([QPointF(x, y) for x, y in corners]))


def _jacket(painter: QPainter, coat: QColor) -> None:
    """Collar of the shirt and lapels of the jacket."""
    painter.setBrush(QColor("#F4F8FB"))
    for side in (-1, 1):
        collar = [(0, 404), (66, 342), (74, 362), (40, 430)]
        painter.drawPolygon(QPolygonF([QPointF(MIDDLE + side * x, y) for x, y in collar]))
    painter.setBrush(coat.darker(118))
    for side in (-1, 1):
        lapel = [(66, 342), (96, 356), (90, 404), (68, 410), (22, FOOT), (8, FOOT), (56, 392), (72, 362)]
        painter.drawPolygon(QPolygonF([QPointF(MIDDLE + side * x, y) for x, y in lapel]))
