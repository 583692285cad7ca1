"""A permit becomes the two master bitmaps of its card. What is shown on the screen is what is burned.

Variable text, number and symbol are pure black without smoothing, so that they land on the resin panel (hardware.md
§1.3). Nothing private stands on plastic (domain.md §3.2). Background and labels are painted once per layout.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from datetime import date

import numpy as np
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QImage, QPainter

from devices.contracts import MASTER_HEIGHT, MASTER_WIDTH, CardFaces, Picture
from station.cards import backside, ornament, text
from station.cards.fonts import ensure_gui, font
from station.cards.glyphs import refuse_undrawable
from station.cards.layout import Box, CardLayout, load_layout
from station.cards.qr import picture as symbol_picture
from station.domain.errors import Refused
from station.domain.identity import PermitNumber


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


def compose(content: CardContent) -> CardFaces:
    """Front and back, 1016 × 648 RGB. Raises Refused (missing glyph, text too long), Fault (font, layout)."""
    ensure_gui()
    refuse_undrawable(name=content.name, company=content.company, issuer=content.issuer, title=content.title)
    layout = load_layout(content.layout)
    back = backside.back(
        layout.name, content.code_name, content.hotline, content.complaint_phone, content.return_address,
        content.issuer, content.host, content.issue_number, content.rehearsal,
    )  # fmt: skip
    return CardFaces(_front(content, layout), back)


def _front(content: CardContent, layout: CardLayout) -> Picture:
    shared = (content.title, content.code_name, content.issuer, content.host, content.rehearsal)
    image = _ground(layout.name, *shared).copy()
    painter = QPainter(image)
    try:
        fields = layout.fields
        text.draw(painter, content.name, fields["name"])
        text.draw(painter, content.company, fields["company"])
        text.draw(painter, "、".join(content.categories), fields["categories"])
        text.draw(painter, PermitNumber.parse(content.permit_number).grouped, fields["number"])
        day = content.issued_on
        text.draw(painter, f"签发日期 {day.year}年{day.month}月{day.day}日", fields["issued_on"])
        _photo(painter, content.photo, layout.photo)
    finally:
        painter.end()
    picture = to_picture(image)
    box = layout.symbol_box
    picture[box.y : box.bottom, box.x : box.right] = symbol_picture(content.token_url, layout.symbol)[:, :, None]
    return picture


def _photo(painter: QPainter, photo: Picture, box: Box) -> None:
    if photo.ndim != 3 or photo.shape[2] != 3 or min(photo.shape[:2]) < 100:
        raise Refused("照片不可用,请重新拍照或选择照片。", "photo_unusable")
    data = np.ascontiguousarray(photo)
    image = QImage(data.data, data.shape[1], data.shape[0], data.strides[0], QImage.Format.Format_RGB888)
    scaled = image.scaled(
        box.w, box.h, Qt.AspectRatioMode.KeepAspectRatioByExpanding, Qt.TransformationMode.SmoothTransformation
    )
    cut = QRect((scaled.width() - box.w) // 2, (scaled.height() - box.h) // 2, box.w, box.h)
    painter.drawImage(QRect(box.x, box.y, box.w, box.h), scaled, cut)


@functools.lru_cache(maxsize=8)
def _ground(name: str, title: str, code_name: str, issuer: str, host: str, rehearsal: bool) -> QImage:
    """The part all cards of one city share."""
    layout = load_layout(name)
    colours = layout.colours
    image = QImage(MASTER_WIDTH, MASTER_HEIGHT, QImage.Format.Format_RGB888)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    ornament.ground(painter, layout)
    ornament.band(painter, layout)
    fields = layout.fields
    white, label = QColor("#FFFFFF"), QColor(colours["label"])
    text.draw(painter, title, fields["title"], colour=white, crisp=False, serif=True)
    text.draw(
        painter, f"{code_name} · 与线上码证具有同等效力", fields["subtitle"], colour=QColor("#D5ECEA"), crisp=False
    )
    ornament.frame(painter, layout.photo, QColor(colours["line"]), fill=white)
    ornament.frame(painter, layout.symbol_box, QColor(colours["line"]), fill=white)
    _labels(painter, layout, label)
    text.draw(painter, "扫码核验 · 确认入户", fields["scan_hint"], colour=QColor(colours["deep"]), crisp=False)
    text.draw(painter, host, fields["host"], colour=label, crisp=False)
    text.draw(painter, issuer, fields["issuer"], crisp=True)
    if rehearsal:
        _watermark(painter)
    painter.end()
    return image


_LABELS = (("name", "姓名"), ("company", "所属企业"), ("categories", "服务类别"), ("number", "编号"))


def _labels(painter: QPainter, layout: CardLayout, colour: QColor) -> None:
    painter.setFont(font(23))
    painter.setPen(colour)
    painter.setRenderHint(QPainter.RenderHint.TextAntialiasing, True)
    for name, label in _LABELS:
        box = layout.fields[name].box
        painter.drawText(QRect(box.x, box.y - 35, 260, 34), int(Qt.AlignmentFlag.AlignLeft), label)


def _watermark(painter: QPainter) -> None:
    """演练 across the face: a rehearsal card can never be mistaken for a real one."""
    painter.save()
    painter.translate(505, 470)
    painter.rotate(-18)
    painter.setFont(font(150, bold=True))
    painter.setPen(QColor(168, 7, 26, 34))
    painter.setRenderHint(QPainter.RenderHint.TextAntialiasing, True)
    painter.drawText(QRect(-300, -100, 600, 200), int(Qt.AlignmentFlag.AlignCenter), "演 练")
    painter.restore()


def to_picture(image: QImage) -> Picture:
    """An RGB888 QImage as our own numpy picture."""
    rows = np.frombuffer(image.constBits(), dtype=np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : image.width() * 3].reshape(image.height(), image.width(), 3).copy()
