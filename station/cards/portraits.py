"""Portraits for rehearsals: drawn, plainly not a photograph of anybody, in the proportions of GA 461.

The number decides the face: skin, hair, clothes, glasses and expression, from a few thousand combinations.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from devices.contracts import Picture
from station.cards import portrait_clothes, portrait_hair
from station.cards.canvas import blank, painting
from station.cards.fonts import ensure_gui
from station.cards.ornament import round_pen

WIDTH, HEIGHT = 358, 441
MIDDLE, EYES = 179.0, 206.0
"""The face is centred; the eyes stand 235 dots above the lower edge, GA 461 asks for at least 207."""

_SKIN = ("#F6D9BF", "#F1CDAE", "#EBC09C", "#E3B38C", "#D9A67E")
_HAIR = ("#191617", "#241D1B", "#30241F", "#3B2C25", "#5A5552")
_COAT = ("#2F5D8A", "#8A3F52", "#3F6B52", "#5C5585", "#B0663F", "#3E4A59", "#1F7A8C", "#9C7A3C", "#6B4A5E")


@dataclass(frozen=True, slots=True)
class Looks:
    """What one number gives."""

    skin: QColor
    hair: QColor
    coat: QColor
    woman: bool
    hair_style: int
    clothes: int
    width: float
    smile: float
    brow: float
    glasses: bool
    part: float


def looks(seed: int) -> Looks:
    """The looks of number `seed`; the same number always looks the same."""
    dice = random.Random(f"portrait-{seed}")  # noqa: S311 – repeatable on purpose, guards nothing
    return Looks(
        QColor(dice.choice(_SKIN)), QColor(dice.choice(_HAIR)), QColor(dice.choice(_COAT)), dice.random() < 0.7,
        dice.randrange(4), dice.randrange(3), dice.uniform(0.99, 1.06), dice.uniform(3, 13), dice.uniform(4, 8),
        dice.random() < 0.22, dice.uniform(-34, 34),
    )  # fmt: skip


def rehearsal_portrait(seed: int) -> Picture:
    """The portrait number `seed`: 358 × 441 RGB, white ground. The same number is always the same face."""
    ensure_gui()
    made = looks(seed)
    picture = blank(WIDTH, HEIGHT)
    with painting(picture) as painter:
        painter.setPen(Qt.PenStyle.NoPen)
        portrait_hair.behind(painter, made.hair, made.woman, made.hair_style)
        _neck(painter, made.skin)
        portrait_clothes.draw(painter, made.coat, made.clothes)
        _head(painter, made.skin, made.width)
        _features(painter, made)
        portrait_hair.before(painter, made.hair, made.woman, made.hair_style, made.part)
        if made.glasses:
            _glasses(painter)
    return picture


def _neck(painter: QPainter, skin: QColor) -> None:
    painter.setBrush(skin.darker(106))
    path = QPainterPath(QPointF(142, 268))
    path.cubicTo(QPointF(146, 320), QPointF(140, 340), QPointF(104, 356))
    path.lineTo(MIDDLE, 420)
    path.lineTo(254, 356)
    path.cubicTo(QPointF(218, 340), QPointF(212, 320), QPointF(216, 268))
    painter.drawPath(path)
    painter.setBrush(skin.darker(116))
    shade = QPainterPath(QPointF(143, 286))
    shade.cubicTo(QPointF(150, 322), QPointF(162, 336), QPointF(MIDDLE, 338))
    shade.cubicTo(QPointF(196, 336), QPointF(208, 322), QPointF(215, 286))
    painter.drawPath(shade)


def _head(painter: QPainter, skin: QColor, width: float) -> None:
    half = 98 * width
    painter.setBrush(skin.darker(104))
    for side in (-1, 1):
        painter.drawEllipse(QPointF(MIDDLE + side * (half + 3), EYES + 8), 11, 23)
    painter.setBrush(skin)
    face = QPainterPath(QPointF(MIDDLE - half, 176))
    face.cubicTo(QPointF(MIDDLE - half, 244), QPointF(MIDDLE - 76, 286), QPointF(MIDDLE - 38, 314))
    face.cubicTo(QPointF(MIDDLE - 18, 327), QPointF(MIDDLE + 18, 327), QPointF(MIDDLE + 38, 314))
    face.cubicTo(QPointF(MIDDLE + 76, 286), QPointF(MIDDLE + half, 244), QPointF(MIDDLE + half, 176))
    face.cubicTo(QPointF(MIDDLE + half, 12), QPointF(MIDDLE - half, 12), QPointF(MIDDLE - half, 176))
    painter.drawPath(face)
    painter.setBrush(QColor(222, 120, 104, 34))
    for side in (-1, 1):
        painter.drawEllipse(QPointF(MIDDLE + side * 58, EYES + 48), 21, 14)


def _features(painter: QPainter, made: Looks) -> None:
    for side in (-1, 1):
        _eye(painter, MIDDLE + side * 45, side, made)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(round_pen(made.skin.darker(132), 3.4))
    nose = QPainterPath(QPointF(168, EYES + 45))
    nose.cubicTo(QPointF(172, EYES + 53), QPointF(186, EYES + 53), QPointF(190, EYES + 45))
    painter.drawPath(nose)
    mouth = EYES + 76
    painter.setPen(round_pen(QColor("#B55A52"), 5.0))
    smile = QPainterPath(QPointF(154, mouth - made.smile * 0.3))
    smile.quadTo(QPointF(MIDDLE, mouth + made.smile), QPointF(204, mouth - made.smile * 0.3))
    painter.drawPath(smile)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(made.skin.darker(108))
    painter.drawEllipse(QPointF(MIDDLE, mouth + 19), 14, 3.4)


def _eye(painter: QPainter, x: float, side: int, made: Looks) -> None:
    lid = QPainterPath(QPointF(x - 18, EYES + 2))
    lid.cubicTo(QPointF(x - 10, EYES - 11), QPointF(x + 10, EYES - 11), QPointF(x + 18, EYES + 2))
    lid.cubicTo(QPointF(x + 9, EYES + 9), QPointF(x - 9, EYES + 9), QPointF(x - 18, EYES + 2))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor("#FFFFFF"))
    painter.drawPath(lid)
    painter.save()
    painter.setClipPath(lid)
    painter.setBrush(QColor("#33221A"))
    painter.drawEllipse(QPointF(x, EYES - 0.5), 8.6, 9.2)
    painter.setBrush(QColor("#120C0A"))
    painter.drawEllipse(QPointF(x, EYES - 0.5), 4.4, 4.8)
    painter.setBrush(QColor(255, 255, 255, 235))
    painter.drawEllipse(QPointF(x + 3, EYES - 4), 2.3, 2.3)
    painter.restore()
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(round_pen(QColor("#2A1E1A"), 3.4 if made.woman else 2.8))
    lash = QPainterPath(QPointF(x - 18, EYES + 2))
    lash.cubicTo(QPointF(x - 10, EYES - 11), QPointF(x + 10, EYES - 11), QPointF(x + 18, EYES + 2))
    painter.drawPath(lash)
    brow_pen = round_pen(made.hair.lighter(112), 5.0 if made.woman else 7.5)
    painter.setPen(brow_pen)
    inner, outer = x - side * 19, x + side * 22
    brow = QPainterPath(QPointF(inner, EYES - 25))
    brow.quadTo(QPointF(x + side * 6, EYES - 29 - made.brow), QPointF(outer, EYES - 24))
    painter.drawPath(brow)


def _glasses(painter: QPainter) -> None:
    painter.setBrush(QColor(220, 235, 240, 40))
    painter.setPen(QPen(QColor("#3A3F46"), 4))
    for side in (-1, 1):
        painter.drawRoundedRect(QRectF(MIDDLE + side * 46 - 33, EYES - 21, 66, 46), 17, 17)
    painter.drawLine(QPointF(166, EYES - 5), QPointF(192, EYES - 5))
    for side in (-1, 1):
        painter.drawLine(QPointF(MIDDLE + side * 79, EYES - 7), QPointF(MIDDLE + side * 97, EYES - 9))
