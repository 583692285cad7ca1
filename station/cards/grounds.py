"""What all cards of a city share, painted once and kept: pattern, band, frames, labels, and the words of the city."""

from __future__ import annotations

import functools
from collections.abc import Mapping

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPen

from devices.contracts import MASTER_HEIGHT, MASTER_WIDTH, Picture
from station.cards import ornament, scenery, text
from station.cards.canvas import blank, painting
from station.cards.fonts import font
from station.cards.glyphs import refuse_undrawable
from station.cards.layout import BLACK, CITY_WORDS, WHITE, CardLayout, Face
from station.cards.layout_file import label_box, load_layout

W, H = MASTER_WIDTH, MASTER_HEIGHT
CityWords = tuple[str, ...]
"""The values of CITY_WORDS, in their order."""


@functools.lru_cache(maxsize=4)
def front_ground(layout_name: str, city: CityWords, rehearsal: bool) -> Picture:
    """The front before anything of the worker is on it. Do not write into it."""
    layout = load_layout(layout_name)
    picture = blank()
    with painting(picture) as painter:
        _wash(painter, layout)
        _band(painter, layout)
        line = QColor(layout.colours["line"])
        ornament.frame(painter, layout.photo.grown(4), line, filled=True)
        ornament.frame(painter, layout.symbol_box.grown(4), line, filled=True)
        _shared(painter, layout, layout.front, city, rehearsal)
    return _kept(picture)


@functools.lru_cache(maxsize=4)
def back_ground(layout_name: str, city: CityWords, rehearsal: bool) -> Picture:
    """The back before the card's issue number is on it: pure black and white, for resin. Do not write into it."""
    layout = load_layout(layout_name)
    picture = blank()
    with painting(picture) as painter:
        scenery.engraved_landscape(painter, QColor(0, 0, 0))
    _harden(picture)
    with painting(picture) as painter:
        _shared(painter, layout, layout.back, city, rehearsal)
    _harden(picture)
    return _kept(picture)


def _harden(picture: Picture) -> None:
    """Smooth strokes become whole dots of black or white."""
    picture[...] = np.where(picture[:, :, :1] < 140, np.uint8(0), np.uint8(255))


def _kept(picture: Picture) -> Picture:
    picture.setflags(write=False)
    return picture


def _wash(painter: QPainter, layout: CardLayout) -> None:
    """White paper, palest teal towards the foot, a rosette and the lake."""
    colours = layout.colours
    paper = QLinearGradient(0, 0, 0, H)
    paper.setColorAt(0.0, QColor("#FFFFFF"))
    paper.setColorAt(0.6, QColor("#FCFEFE"))
    paper.setColorAt(1.0, QColor(colours["pale"]))
    painter.fillRect(QRectF(0, 0, W, H), paper)
    teal = QColor(colours["teal"])
    scenery.rosette(painter, W * 0.485, H * 0.50, 236.0, QPen(scenery.tinted(teal, 17), 1.1))
    scenery.landscape(painter, teal)


def _band(painter: QPainter, layout: CardLayout) -> None:
    """The band of the title: deep blue to teal, water at its right end, a gold line below."""
    colours, box = layout.colours, layout.band
    area = QRectF(box.x, box.y, box.w, box.h)
    sweep = QLinearGradient(QPointF(box.x, box.y), QPointF(box.right, box.bottom))
    for stop, name in ((0.0, "deep"), (0.55, "mid"), (1.0, "teal")):
        sweep.setColorAt(stop, QColor(colours[name]))
    painter.fillRect(area, sweep)
    scenery.water(painter, area, QColor("#FFFFFF"), 36.0, 62)
    scenery.interlace(painter, area, QPen(QColor(255, 255, 255, 18), 1.1))
    painter.fillRect(QRectF(box.x, box.bottom, box.w, 5), QColor(colours["gold"]))
    reach = box.h * 0.325
    left = layout.photo.x - 4
    ornament.emblem(
        painter, left + reach + 1, box.y + box.h / 2 + 2, reach, QColor(colours["gold"]), QColor(colours["deep"])
    )


def _shared(painter: QPainter, layout: CardLayout, face: Face, city: CityWords, rehearsal: bool) -> None:
    inks = palette(layout.name)
    for panel in face.panels:
        ornament.frame(painter, panel.box, inks[panel.ink], filled=panel.filled)
    for rule in face.rules:
        painter.fillRect(QRectF(rule.x, rule.y, rule.w, rule.thick), inks[rule.ink])
    for sign in face.signs:
        ornament.sign(painter, sign.kind, sign.x, sign.y, sign.r)
    if rehearsal:
        ornament.stamp(painter, face.stamp, inks[face.stamp.ink])
    _labels(painter, layout, face, inks[BLACK] if face is layout.back else inks["label"])
    words = dict(zip(CITY_WORDS, city, strict=True))
    shared = [(field, field.text.format_map(words)) for field in face.fields if not field.varies]
    refuse_undrawable(written for _, written in shared)
    for field, written in shared:
        text.draw(painter, written, field, inks[field.ink])


def _labels(painter: QPainter, layout: CardLayout, face: Face, colour: QColor) -> None:
    painter.setFont(font(layout.label_size))
    painter.setPen(colour)
    painter.setRenderHint(QPainter.RenderHint.TextAntialiasing, True)
    for field in face.fields:
        box = label_box(field, layout.label_size)
        if field.label:
            painter.drawText(QPointF(box.x, box.y + round(layout.label_size * 0.97)), field.label)


@functools.lru_cache(maxsize=8)
def palette(layout_name: str) -> Mapping[str, QColor]:
    """The inks of a layout by name."""
    named = {name: QColor(value) for name, value in load_layout(layout_name).colours.items()}
    return {BLACK: QColor(0, 0, 0), WHITE: QColor("#FFFFFF"), **named}
