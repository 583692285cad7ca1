"""A permit becomes the two master bitmaps of its card. What is shown on the screen is what is burned.

Variable text, number and symbol are pure black in whole dots, so that they land on the resin panel (hardware.md §1.3);
the back is resin alone. Nothing private stands on plastic (domain.md §3.2).
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
from PySide6.QtCore import QRect, Qt

from devices.contracts import CardFaces, Picture
from station.cards import text
from station.cards.canvas import image_on, painting
from station.cards.fonts import ensure_gui
from station.cards.glyphs import refuse_undrawable, undrawable
from station.cards.grounds import CityWords, back_ground, front_ground, palette
from station.cards.layout import CARD_WORDS, CITY_WORDS, CardLayout, Face
from station.cards.layout_file import PHOTO_RATIO, load_layout
from station.cards.places import Box
from station.cards.qr import picture as symbol_picture
from station.domain.errors import Refused
from station.domain.identity import PermitNumber

NEAR_BLACK = 3
"""The darkest a photo gets: 0,0,0 would become hard resin specks in hair and eyes (hardware.md §1.3)."""
SMALLEST_PHOTO = (240, 195)
"""Height and width below which a portrait would be enlarged by more than a third."""
RATIO_TOLERANCE = 0.03
"""How far a photo may be from 26:32; what is further off would lose chin or hair without anybody having seen it."""


@dataclass(frozen=True, eq=False, slots=True)
class CardContent:
    """Everything that is printed. `categories` are words; `photo` has the proportion of GA 461; `host` is shown in
    clear text beside the code so that a sticker with another address is noticed (trust.md T4).
    """

    title: str
    name: str
    permit_number: str
    company: str
    categories: tuple[str, ...]
    issuer: str
    issued_on: date
    issue_number: int
    token_url: str
    host: str
    photo: Picture
    code_name: str = "安心码"
    hotline: str = ""
    complaint_phone: str = ""
    return_address: str = ""
    rehearsal: bool = False
    layout: str = "zj-2020"

    def words(self) -> dict[str, str]:
        """The printed words by their name in the layout."""
        day = self.issued_on
        return {
            **{key: str(getattr(self, key)) for key in CITY_WORDS},
            "name": self.name,
            "number": PermitNumber.parse(self.permit_number).grouped,
            "company": self.company,
            "categories": "、".join(self.categories),
            "year": str(day.year),
            "month": str(day.month),
            "day": str(day.day),
            "issue_number": str(self.issue_number),
        }


def compose(content: CardContent) -> CardFaces:
    """Front and back, 1016 × 648 RGB. Raises Refused (missing glyph, text too long, photo), Fault (font, layout)."""
    ensure_gui()
    layout = load_layout(content.layout)
    words = content.words()
    refuse_undrawable(words.values())
    city = tuple(words[key] for key in CITY_WORDS)
    photo = _checked(content.photo)
    front = front_ground(layout.name, city, content.rehearsal).copy()
    _write(front, layout, layout.front, words)
    _mount(front, photo, layout.photo)
    front[layout.symbol_box.area] = symbol_picture(content.token_url, layout.symbol)[:, :, None]
    own = tuple((key, words[key]) for key in CARD_WORDS if key in layout.back.words)
    return CardFaces(front, _back(layout.name, city, content.rehearsal, own))


def unprintable(words: Mapping[str, str], layout_name: str) -> str:
    """Why these words of a card cannot be printed: glyph, text (too long for its box), or "" (BAD-6)."""
    ensure_gui()
    if any(undrawable(one) for one in words.values()):
        return "glyph"
    layout = load_layout(layout_name)
    for field in (*layout.front.fields, *layout.back.fields):
        if field.words and set(field.words) <= set(words):
            try:
                text.fit(field.text.format_map(words), field)
            except Refused:
                return "text"
    return ""


@functools.lru_cache(maxsize=6)
def _back(layout_name: str, city: CityWords, rehearsal: bool, own: tuple[tuple[str, str], ...]) -> Picture:
    """The back; the same for all cards of a city with the same issue number, so it is kept. Read-only."""
    layout = load_layout(layout_name)
    picture = back_ground(layout_name, city, rehearsal).copy()
    _write(picture, layout, layout.back, {**dict(zip(CITY_WORDS, city, strict=True)), **dict(own)})
    picture.setflags(write=False)
    return picture


def _write(picture: Picture, layout: CardLayout, face: Face, words: Mapping[str, str]) -> None:
    inks = palette(layout.name)
    with painting(picture) as painter:
        for field in face.fields:
            if field.varies:
                text.draw(painter, field.text.format_map(words), field, inks[field.ink])


def _checked(photo: Picture) -> Picture:
    """The photo, contiguous. Raises Refused when it is no portrait one could print."""
    usable = photo.ndim == 3 and photo.shape[2] == 3 and photo.dtype == np.uint8
    if not usable or photo.shape[0] < SMALLEST_PHOTO[0] or photo.shape[1] < SMALLEST_PHOTO[1]:
        raise Refused("照片不可用或太小，请重新拍照或选择照片。", "photo_unusable")
    if abs(photo.shape[1] / photo.shape[0] / PHOTO_RATIO - 1) > RATIO_TOLERANCE:
        raise Refused("照片的宽高比应为 26:32，请重新裁剪。", "photo_ratio")
    return np.ascontiguousarray(photo)


def _mount(picture: Picture, photo: Picture, box: Box) -> None:
    """The photo fills its box; what is too much at the sides or above and below is cut evenly."""
    scaled = image_on(photo).scaled(
        box.w, box.h, Qt.AspectRatioMode.KeepAspectRatioByExpanding, Qt.TransformationMode.SmoothTransformation
    )
    cut = QRect((scaled.width() - box.w) // 2, (scaled.height() - box.h) // 2, box.w, box.h)
    with painting(picture) as painter:
        painter.drawImage(QRect(box.x, box.y, box.w, box.h), scaled, cut)
    place = picture[box.area]
    np.maximum(place, NEAR_BLACK, out=place)
