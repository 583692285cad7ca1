"""Hair of the rehearsal portraits: what hangs behind the head and what falls over the forehead."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath

from station.cards.ornament import round_pen

MIDDLE = 179.0
TOP = 15.0
"""Hair begins 7 to 21 dots below the upper edge (GA 461)."""
Edge = list[tuple[float, float]]


def behind(painter: QPainter, hair: QColor, woman: bool, style: int) -> None:
    """What is seen beside the neck: a bob, long hair, or a nape."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(hair.darker(114))
    if not woman:
        painter.drawRoundedRect(QRectF(86, 90, 186, 130), 60, 60)
    elif style == 0:
        _fall(painter, 120, 300, 26)
    elif style == 1:
        _fall(painter, 128, 392, 34)
    else:
        painter.drawRoundedRect(QRectF(80, 90, 198, 150 if style == 2 else 196), 84, 84)


def _fall(painter: QPainter, reach: float, foot: float, turn: float) -> None:
    """Hair down to `foot`, its ends turned in."""
    path = QPainterPath(QPointF(MIDDLE, TOP + 6))
    path.cubicTo(QPointF(MIDDLE - reach - 8, TOP), QPointF(MIDDLE - reach, 190), QPointF(MIDDLE - reach, foot - 20))
    path.quadTo(QPointF(MIDDLE - reach, foot + 6), QPointF(MIDDLE - reach + turn, foot))
    path.quadTo(QPointF(MIDDLE - 60, foot - 4), QPointF(MIDDLE - 52, foot - 40))
    path.lineTo(MIDDLE + 52, foot - 40)
    path.quadTo(QPointF(MIDDLE + 60, foot - 4), QPointF(MIDDLE + reach - turn, foot))
    path.quadTo(QPointF(MIDDLE + reach, foot + 6), QPointF(MIDDLE + reach, foot - 20))
    path.cubicTo(QPointF(MIDDLE + reach, 190), QPointF(MIDDLE + reach + 8, TOP), QPointF(MIDDLE, TOP + 6))
    painter.drawPath(path)


def before(painter: QPainter, hair: QColor, woman: bool, style: int, part: float) -> None:
    """What frames the forehead."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(hair)
    side = -1.0 if part < 0 else 1.0
    if woman:
        edges = (_parted(part), _parted(part), _swept(), _fringe(part))
        low, reach = ((226, 112), (236, 116), (196, 106), (238, 110))[style]
    else:
        edges = (_side(side), _crop(), _quiff(side), _back())
        low, reach = ((184, 106), (174, 104), (180, 106), (184, 106))[style]
    _cap(painter, edges[style], float(low), float(reach), thin=not woman and style == 1)
    shine = hair.lighter(190)
    shine.setAlpha(60)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(round_pen(shine, 7))
    arc = QPainterPath(QPointF(MIDDLE - side * 66, 70))
    arc.quadTo(QPointF(MIDDLE - side * 44, 42), QPointF(MIDDLE - side * 4, 36))
    painter.drawPath(arc)


def _cap(painter: QPainter, edge: Edge, low: float, reach: float, *, thin: bool) -> None:
    """The dome of hair from temple to temple, and the edge along the forehead, from right to left.

    Both ends of the edge lie inside the face, so that no white shows between hair and skin.
    """
    top = TOP + 10 if thin else TOP
    path = QPainterPath(QPointF(MIDDLE - reach, low))
    path.cubicTo(QPointF(MIDDLE - reach - 6, 70), QPointF(MIDDLE - 72, top), QPointF(MIDDLE, top))
    path.cubicTo(QPointF(MIDDLE + 72, top), QPointF(MIDDLE + reach + 6, 70), QPointF(MIDDLE + reach, low))
    path.quadTo(QPointF(MIDDLE + 92, low - 10), QPointF(MIDDLE + 88, low - 40))
    points = [QPointF(MIDDLE + x, y) for x, y in edge]
    for control, end in zip(points[::2], points[1::2], strict=True):
        path.quadTo(control, end)
    path.lineTo(MIDDLE - 88, low - 40)
    path.quadTo(QPointF(MIDDLE - 92, low - 10), QPointF(MIDDLE - reach, low))
    painter.drawPath(path)


def _parted(part: float) -> Edge:
    """Two curtains from a parting."""
    split = part * 0.7
    return [(84, 120), (split, 82), (-84, 120), (-88, 190)]


def _swept() -> Edge:
    """Combed back and tied."""
    return [(82, 116), (40, 98), (0, 90), (-40, 98), (-82, 116), (-88, 150)]


def _fringe(part: float) -> Edge:
    """A full fringe down to the brows."""
    return [(86, 150), (60, 148), (part, 164), (-60, 148), (-86, 150), (-88, 196)]


def _side(side: float) -> Edge:
    """A side parting: the hair falls to one side."""
    edge = [(84.0, 112.0), (66.0, 100.0), (0.0, 126.0), (-58.0, 88.0), (-82.0, 108.0), (-88.0, 144.0)]
    return edge if side > 0 else [(-x, y) for x, y in (*edge[-2::-1], (88.0, 144.0))]


def _crop() -> Edge:
    """Cropped short, a straight line over the forehead."""
    return [(84, 104), (62, 100), (0, 92), (-62, 100), (-84, 104), (-88, 134)]


def _quiff(side: float) -> Edge:
    """Brushed up to one side."""
    edge = [(80.0, 104.0), (64.0, 92.0), (30.0, 72.0), (-60.0, 106.0), (-82.0, 112.0), (-88.0, 140.0)]
    return edge if side > 0 else [(-x, y) for x, y in (*edge[-2::-1], (88.0, 140.0))]


def _back() -> Edge:
    """Combed back, the forehead free."""
    return [(82, 98), (50, 82), (0, 70), (-50, 82), (-82, 98), (-88, 144)]
