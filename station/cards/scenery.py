"""Ground patterns: hills and pagoda over the lake, interlaced waves, a rosette, scales of water. No words."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPainterPath, QPen, QPolygonF

from devices.contracts import MASTER_HEIGHT, MASTER_WIDTH

W, H = MASTER_WIDTH, MASTER_HEIGHT
Points = Sequence[tuple[float, float]]

FAR: Points = ((-40, 58), (70, 96), (150, 74), (262, 128), (352, 88), (450, 112), (548, 72), (668, 116), (770, 150),
               (868, 104), (950, 124), (1060, 80))  # fmt: skip
MIDDLE: Points = ((-40, 30), (60, 46), (168, 40), (262, 66), (366, 42), (470, 50), (560, 40), (622, 66), (700, 44),
                  (806, 74), (902, 52), (1060, 62))  # fmt: skip
NEAR: Points = ((-40, 40), (60, 30), (180, 16), (300, 10), (460, 14), (600, 8), (760, 14), (900, 26), (1060, 44))
"""Ridges as x and height above the foot of the card."""


def tinted(colour: QColor, alpha: int) -> QColor:
    """The colour, so much transparent."""
    made = QColor(colour)
    made.setAlpha(alpha)
    return made


def ridge(points: Points, foot: float) -> QPainterPath:
    """A smooth line through the points (Catmull and Rom)."""
    at = [QPointF(x, foot - height) for x, height in points]
    path = QPainterPath(at[0])
    for index in range(len(at) - 1):
        before, start = at[max(index - 1, 0)], at[index]
        end, after = at[index + 1], at[min(index + 2, len(at) - 1)]
        leaving, arriving = end - before, after - start
        path.cubicTo(
            QPointF(start.x() + leaving.x() / 6, start.y() + leaving.y() / 6),
            QPointF(end.x() - arriving.x() / 6, end.y() - arriving.y() / 6),
            end,
        )
    return path


def landscape(painter: QPainter, colour: QColor, foot: float = H) -> None:
    """Ranges of hills like ink on wet paper, darkest at the ridge; a pagoda on the middle one."""
    for points, alpha in ((FAR, 30), (MIDDLE, 44), (NEAR, 60)):
        line = ridge(points, foot)
        body = QPainterPath(line)
        body.lineTo(W + 60, foot)
        body.lineTo(-60, foot)
        body.closeSubpath()
        highest = max(height for _, height in points)
        wash = QLinearGradient(0, foot - highest, 0, foot)
        wash.setColorAt(0.0, tinted(colour, alpha))
        wash.setColorAt(1.0, tinted(colour, alpha // 6))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(wash)
        painter.drawPath(body)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(tinted(colour, alpha + 14), 1.4))
        painter.drawPath(line)
        if points is MIDDLE:
            pagoda(painter, 622, foot - 62, 1.0, tinted(colour, 92))


def pagoda(painter: QPainter, x: float, base: float, scale: float, colour: QColor) -> None:
    """雷峰塔: five storeys, each with a roof whose corners turn up, and a spire."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    width, y = 40.0 * scale, base
    for _ in range(5):
        body, roof = width * 0.30, width * 0.58
        storey, eave = 8.5 * scale, 6.5 * scale
        painter.drawRect(QRectF(x - body, y - storey, 2 * body, storey))
        path = QPainterPath(QPointF(x - roof, y - storey - eave * 0.55))
        path.quadTo(QPointF(x - roof * 0.72, y - storey + 0.5), QPointF(x - body, y - storey))
        path.lineTo(x + body, y - storey)
        path.quadTo(QPointF(x + roof * 0.72, y - storey + 0.5), QPointF(x + roof, y - storey - eave * 0.55))
        path.quadTo(QPointF(x + body * 1.1, y - storey - eave * 0.6), QPointF(x + body * 0.8, y - storey - eave))
        path.lineTo(x - body * 0.8, y - storey - eave)
        path.quadTo(QPointF(x - body * 1.1, y - storey - eave * 0.6), QPointF(x - roof, y - storey - eave * 0.55))
        painter.drawPath(path)
        y -= storey + eave
        width *= 0.87
    spire = [QPointF(x - 2.2 * scale, y), QPointF(x, y - 20 * scale), QPointF(x + 2.2 * scale, y)]
    painter.drawPolygon(QPolygonF(spire))
    painter.drawEllipse(QPointF(x, y - 8 * scale), 2.8 * scale, 2.0 * scale)


def interlace(painter: QPainter, area: QRectF, pen: QPen, strands: int = 12, length: float = 96.0) -> None:
    """Interlaced waves, as on certificates: hard to redraw by hand, quiet to look at."""
    painter.save()
    painter.setClipRect(area)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    height, middle = area.height() / 2, area.center().y()
    for strand in range(strands):
        phase = strand * math.tau / strands
        path = QPainterPath()
        for step in range(0, int(area.width()) + 7, 6):
            x = area.left() + step
            swing = math.sin(step / length + phase) * 0.62 + math.sin(step / length * 2.3 - phase * 2) * 0.34
            path.moveTo(x, middle + swing * height) if step == 0 else path.lineTo(x, middle + swing * height)
        painter.drawPath(path)
    painter.restore()


def rosette(painter: QPainter, x: float, y: float, r: float, pen: QPen, petals: int = 9, curves: int = 16) -> None:
    """A guilloche rosette: one closed curve turned step by step."""
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for curve in range(curves):
        shift = math.tau * curve / curves
        path = QPainterPath()
        for step in range(361):
            angle = math.radians(step)
            turn = petals * angle
            reach = r * (0.60 + 0.30 * math.cos(turn + shift) + 0.10 * math.cos(2 * (turn - shift)))
            point = QPointF(x + reach * math.cos(angle), y + reach * math.sin(angle))
            path.moveTo(point) if step == 0 else path.lineTo(point)
        painter.drawPath(path)


def water(painter: QPainter, area: QRectF, colour: QColor, r: float, strength: int) -> None:
    """海水纹: scales of water in rows, fading from right to left."""
    painter.save()
    painter.setClipRect(area)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    rows = int(area.height() / (r / 2)) + 3
    columns = int(area.width() / (2 * r)) + 2
    for row in range(rows):
        y = area.top() + row * r / 2
        for column in range(columns):
            x = area.right() - column * 2 * r + (r if row % 2 else 0)
            near = (x - area.left()) / area.width()
            alpha = int(strength * max(0.0, min(1.0, near)) ** 1.6)
            if alpha < 2:
                continue
            painter.setPen(QPen(tinted(colour, alpha), 1.4))
            for ring in (1.0, 0.72, 0.44):
                box = QRectF(x - r * ring, y - r * ring, 2 * r * ring, 2 * r * ring)
                painter.drawArc(box, 30 * 16, 120 * 16)
    painter.restore()


def engraved_landscape(painter: QPainter, colour: QColor, foot: float = H) -> None:
    """The same lake engraved in one ink, for a side that is printed in black alone: each range by its contours."""
    for points, share, contours in ((FAR, 0.62, 9), (MIDDLE, 0.66, 6), (NEAR, 0.62, 2)):
        for contour in range(contours):
            keeps = share * (1 - contour / contours)
            body = ridge([(x, height * keeps) for x, height in points], foot)
            body.lineTo(W + 60, foot + 10)
            body.lineTo(-60, foot + 10)
            body.closeSubpath()
            painter.setBrush(QColor("#FFFFFF"))
            painter.setPen(QPen(colour, 2.2 if contour == 0 else 1.2))
            painter.drawPath(body)
        if points is FAR:
            pagoda(painter, 622, foot - 40, 0.72, colour)
