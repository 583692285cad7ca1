"""The colour panel: fill, word and shape together, so that nobody has to see colours (desktop.md §7)."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.desktop.theme import FILL


def paint_sign(painter: QPainter, colour: str, centre: QPointF, r: float) -> None:
    """Disc and tick, triangle and !, octagon and cross, ring and ? – in the panel's ink."""
    ink = QColor(FILL[colour][1])
    x, y = centre.x(), centre.y()
    painter.setBrush(Qt.BrushStyle.NoBrush)
    pen = QPen(ink, max(2.0, r * 0.16))
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    painter.setPen(pen)
    if colour in ("green", "unknown"):
        painter.drawEllipse(centre, r, r)
    else:
        sides, turn = (3, -math.pi / 2) if colour == "yellow" else (8, math.pi / 8)
        angles = [turn + 2 * math.pi * k / sides for k in range(sides)]
        painter.drawPolygon(QPolygonF([QPointF(x + r * math.cos(a), y + r * math.sin(a)) for a in angles]))
    if colour == "green":
        tick = ((-0.42, 0.04), (-0.10, 0.36), (0.46, -0.30))
        painter.drawPolyline(QPolygonF([QPointF(x + r * dx, y + r * dy) for dx, dy in tick]))
    elif colour == "red":
        d = r * 0.36
        painter.drawLine(QPointF(x - d, y - d), QPointF(x + d, y + d))
        painter.drawLine(QPointF(x - d, y + d), QPointF(x + d, y - d))
    else:
        font = QFont(painter.font())
        font.setPixelSize(round(r * (0.8 if colour == "yellow" else 1.2)))
        font.setBold(True)
        painter.setFont(font)
        box = QRectF(x - r, y - r + (r * 0.06 if colour == "yellow" else 0), 2 * r, 2 * r)
        painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), "!" if colour == "yellow" else "?")


class ColourPanel(QWidget):
    """A large panel that shows one colour with word and sign; never changes its size."""

    def __init__(self, height: int = 150, word_size: int = 52, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._colour, self._word, self._line = "unknown", "", ""
        self._word_size = word_size
        self.setFixedHeight(height)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_colour(self, colour: str, word: str, line: str = "") -> None:
        """One of green, yellow, red, unknown, with its word and one line of explanation."""
        self._colour, self._word, self._line = colour, word, line
        self.setAccessibleName(f"{word} {line}")
        self.update()

    @property
    def colour(self) -> str:
        return self._colour

    def sizeHint(self) -> QSize:
        return QSize(420, self.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        fill, ink = FILL[self._colour]
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(fill))
        painter.drawRoundedRect(self.rect(), 8, 8)
        r = self.height() * 0.30
        paint_sign(painter, self._colour, QPointF(self.height() * 0.5, self.height() * 0.5), r)
        left = round(self.height() * 0.92)
        font = QFont(self.font())
        font.setPixelSize(self._word_size)
        font.setBold(True)
        painter.setFont(font)
        painter.setPen(QColor(ink))
        middle = self.height() // 2 + (4 if self._line else self._word_size // 2)
        word_box = QRectF(left, middle - self._word_size - 8, self.width() - left - 12, self._word_size + 14)
        painter.drawText(word_box, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), self._word)
        font.setPixelSize(max(16, round(self._word_size * 0.42)))
        font.setBold(False)
        painter.setFont(font)
        line_box = QRectF(left, middle + 8, self.width() - left - 12, self._word_size)
        painter.drawText(line_box, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop), self._line)
        painter.end()
