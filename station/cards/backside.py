"""The back of the card: how to check it, what the colours mean, where a found card goes, whom to call."""

from __future__ import annotations

import functools

import numpy as np
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from devices.contracts import MASTER_HEIGHT, MASTER_WIDTH, Picture
from station.cards import ornament
from station.cards.fonts import font
from station.cards.layout import load_layout

LEFT, RIGHT = 64, MASTER_WIDTH - 64


@functools.lru_cache(maxsize=64)
def back(
    layout: str,
    code_name: str,
    hotline: str,
    complaint_phone: str,
    return_address: str,
    issuer: str,
    host: str,
    issue_number: int,
    rehearsal: bool,
) -> Picture:
    """The back as a picture; the same for all cards of a city with the same issue number. Do not write into it."""
    colours = load_layout(layout).colours
    image = QImage(MASTER_WIDTH, MASTER_HEIGHT, QImage.Format.Format_RGB888)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    ornament.ground(painter, load_layout(layout), tower=False)
    painter.fillRect(QRect(0, 0, MASTER_WIDTH, 22), QColor(colours["teal"]))
    painter.fillRect(QRect(0, 22, MASTER_WIDTH, 5), QColor(colours["gold"]))
    _line(painter, "使用说明", 58, 38, QColor(colours["deep"]), bold=True)
    _line(painter, f"第 {issue_number} 版", 62, 26, QColor(colours["label"]), align=Qt.AlignmentFlag.AlignRight)
    _rule(painter, 112, QColor(colours["line"]))
    notes = (
        f"入户时请用手机扫正面二维码，网址须为 {host}；核对照片与本人一致后确认入户。",
        f"本证与{code_name}具有同等效力，颜色以扫码当时显示为准。",
    )
    y = 128
    for number, note in enumerate(notes, 1):
        y = _paragraph(painter, f"{number}. {note}", y)
    _colours(painter, y + 12, QColor(colours["line"]))
    _rule(painter, 452, QColor(colours["line"]))
    _line(painter, f"咨询 · 维权  {hotline}    投诉  {complaint_phone}", 466, 29, QColor(0, 0, 0), bold=True)
    _line(painter, f"拾到本证请寄回：{return_address}", 512, 26, QColor(0, 0, 0))
    _line(painter, "本证限本人使用，不得转借、涂改；从业人员个人无需支付任何费用。", 552, 23, QColor(colours["label"]))
    _line(painter, issuer, 589, 23, QColor(colours["label"]))
    if rehearsal:
        _line(painter, "演练 · 无效", 584, 32, QColor(168, 7, 26), bold=True, align=Qt.AlignmentFlag.AlignRight)
    painter.end()
    rows = np.frombuffer(image.constBits(), dtype=np.uint8).reshape(image.height(), image.bytesPerLine())
    picture = rows[:, : image.width() * 3].reshape(image.height(), image.width(), 3).copy()
    picture.setflags(write=False)
    return picture


def _line(
    painter: QPainter,
    words: str,
    y: int,
    size: int,
    colour: QColor,
    *,
    bold: bool = False,
    align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
) -> None:
    crisp = colour == QColor(0, 0, 0)
    painter.setRenderHint(QPainter.RenderHint.TextAntialiasing, not crisp)
    painter.setFont(font(size, bold=bold, crisp=crisp))
    painter.setPen(colour)
    painter.drawText(QRect(LEFT, y, RIGHT - LEFT, round(size * 1.4)), int(align), words)


def _paragraph(painter: QPainter, words: str, y: int) -> int:
    """Black text wrapped to the width; answers where the next line may begin."""
    painter.setRenderHint(QPainter.RenderHint.TextAntialiasing, False)
    painter.setFont(font(27, crisp=True))
    painter.setPen(QColor(0, 0, 0))
    area = QRect(LEFT, y, RIGHT - LEFT, 200)
    flags = int(Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextWrapAnywhere)
    used = painter.boundingRect(area, flags, words)
    painter.drawText(area, flags, words)
    return y + used.height() + 8


def _rule(painter: QPainter, y: int, colour: QColor) -> None:
    painter.setPen(QPen(colour, 2))
    painter.drawLine(LEFT, y, RIGHT, y)


def _colours(painter: QPainter, y: int, line: QColor) -> None:
    """Three signs with their words, side by side."""
    width = (RIGHT - LEFT - 2 * 18) // 3
    rows = (
        ("green", "绿码", "资格、体检、保险均有效"),
        ("yellow", "黄码", "体检或保险有一项到期"),
        ("red", "红码", "失效或未通过，请勿入户"),
    )
    for index, (colour, word, meaning) in enumerate(rows):
        x = LEFT + index * (width + 18)
        painter.setPen(QPen(line, 2))
        painter.setBrush(QColor("#FFFFFF"))
        painter.drawRoundedRect(QRect(x, y, width, 124), 10, 10)
        ornament.shape(painter, colour, x + 44, y + 46, 25)
        painter.setRenderHint(QPainter.RenderHint.TextAntialiasing, False)
        painter.setPen(QColor(0, 0, 0))
        painter.setFont(font(34, bold=True, crisp=True))
        painter.drawText(QRect(x + 84, y + 18, width - 90, 52), int(Qt.AlignmentFlag.AlignVCenter), word)
        painter.setFont(font(23, crisp=True))
        painter.drawText(QRect(x + 8, y + 80, width - 16, 34), int(Qt.AlignmentFlag.AlignCenter), meaning)
