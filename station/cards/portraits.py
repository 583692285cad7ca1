"""Portraits for rehearsals: drawn, plainly not a photograph of anybody, in the proportions of GA 461."""

from __future__ import annotations

import random

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen

from devices.contracts import Picture
from station.cards.artwork import to_picture
from station.cards.fonts import ensure_gui

WIDTH, HEIGHT = 358, 441
_SKIN = ("#F3D2B3", "#EBC29C", "#F0CBA8", "#E2B48D")
_HAIR = ("#1D1A1C", "#2A211D", "#3A2B24", "#4B4643")
_COAT = ("#2F5D8A", "#7A3B4E", "#3F6B52", "#59527F", "#A35B3A", "#3B3F46", "#1F7A8C")


def rehearsal_portrait(seed: int) -> Picture:
    """The portrait number `seed`: 358 × 441 RGB, white ground. The same number is always the same face."""
    ensure_gui()
    dice = random.Random(f"portrait-{seed}")  # noqa: S311 – repeatable on purpose, guards nothing
    image = QImage(WIDTH, HEIGHT, QImage.Format.Format_RGB888)
    image.fill(QColor("#FFFFFF"))
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    skin, hair, coat = (QColor(dice.choice(tones)) for tones in (_SKIN, _HAIR, _COAT))
    woman = dice.random() < 0.75
    painter.setPen(Qt.PenStyle.NoPen)
    style = dice.randrange(3)
    if woman and style:
        _long_hair(painter, hair, 128 if style == 1 else 96)
    _shoulders(painter, coat, dice.random() < 0.5)
    _neck(painter, skin)
    _face(painter, skin, dice.uniform(0.95, 1.05))
    _fringe(painter, hair, woman, dice)
    _features(painter, hair, dice)
    painter.end()
    return to_picture(image)


def _shoulders(painter: QPainter, coat: QColor, collar: bool) -> None:
    body = QPainterPath(QPointF(22, HEIGHT))
    body.cubicTo(QPointF(32, 362), QPointF(96, 350), QPointF(142, 330))
    body.lineTo(216, 330)
    body.cubicTo(QPointF(262, 350), QPointF(326, 362), QPointF(336, HEIGHT))
    body.closeSubpath()
    painter.setBrush(coat)
    painter.drawPath(body)
    if collar:
        painter.setBrush(coat.lighter(135))
        for side in (-1, 1):
            flap = QPainterPath(QPointF(179, 392))
            flap.lineTo(179 + side * 50, 336)
            flap.lineTo(179 + side * 34, 322)
            flap.closeSubpath()
            painter.drawPath(flap)


def _neck(painter: QPainter, skin: QColor) -> None:
    painter.setBrush(skin.darker(108))
    path = QPainterPath(QPointF(146, 282))
    path.lineTo(212, 282)
    path.lineTo(218, 336)
    path.quadTo(QPointF(179, 372), QPointF(140, 336))
    path.closeSubpath()
    painter.drawPath(path)


def _face(painter: QPainter, skin: QColor, width: float) -> None:
    painter.setBrush(skin)
    for side in (-1, 1):
        painter.drawEllipse(QPointF(179 + side * 99 * width, 196), 13, 24)
    face = QPainterPath(QPointF(179 - 100 * width, 160))
    face.cubicTo(QPointF(179 - 104 * width, 258), QPointF(179 - 62, 314), QPointF(179, 316))
    face.cubicTo(QPointF(179 + 62, 314), QPointF(179 + 104 * width, 258), QPointF(179 + 100 * width, 160))
    face.cubicTo(QPointF(179 + 96 * width, 60), QPointF(179 - 96 * width, 60), QPointF(179 - 100 * width, 160))
    painter.drawPath(face)


def _long_hair(painter: QPainter, hair: QColor, length: int) -> None:
    painter.setBrush(hair.darker(112))
    painter.drawRoundedRect(QRectF(62, 70, 234, 190 + length), 92, 92)


def _fringe(painter: QPainter, hair: QColor, woman: bool, dice: random.Random) -> None:
    painter.setBrush(hair)
    part = dice.uniform(-36, 36) if woman else dice.uniform(-60, 60)
    drop = 176 if woman else 142
    cap = QPainterPath(QPointF(70, drop))
    cap.cubicTo(QPointF(58, 4), QPointF(300, 4), QPointF(288, drop))
    cap.cubicTo(QPointF(276, 116), QPointF(220 + part, 108), QPointF(179 + part, 92))
    cap.cubicTo(QPointF(140 + part, 112), QPointF(86, 118), QPointF(70, drop))
    painter.drawPath(cap)


def _features(painter: QPainter, hair: QColor, dice: random.Random) -> None:
    y = 192.0
    for side in (-1, 1):
        x = 179 + side * 46
        brow = QPen(hair, dice.uniform(4, 6))
        brow.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(brow)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        arch = QPainterPath(QPointF(x - 20, y - 24))
        arch.quadTo(QPointF(x, y - 34), QPointF(x + 20, y - 25))
        painter.drawPath(arch)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor("#FFFFFF"))
        painter.drawEllipse(QPointF(x, y), 17, 9)
        painter.setBrush(QColor("#2B1D16"))
        painter.drawEllipse(QPointF(x, y), 8, 8.5)
        painter.setBrush(QColor("#FFFFFF"))
        painter.drawEllipse(QPointF(x - 3, y - 3), 2.2, 2.2)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(150, 96, 66, 150), 3.2))
    nose = QPainterPath(QPointF(177, 205))
    nose.cubicTo(QPointF(170, 236), QPointF(166, 246), QPointF(182, 247))
    painter.drawPath(nose)
    lip = QPen(QColor("#B4564E"), 5.5)
    lip.setCapStyle(Qt.PenCapStyle.RoundCap)
    painter.setPen(lip)
    mouth = QPainterPath(QPointF(152, 272))
    mouth.quadTo(QPointF(179, dice.uniform(278, 290)), QPointF(206, 272))
    painter.drawPath(mouth)
    if dice.random() < 0.25:
        painter.setPen(QPen(QColor("#3A3F46"), 4))
        for side in (-1, 1):
            painter.drawRoundedRect(QRectF(179 + side * 46 - 33, y - 19, 66, 42), 14, 14)
        painter.drawLine(QPointF(166, y - 4), QPointF(192, y - 4))
