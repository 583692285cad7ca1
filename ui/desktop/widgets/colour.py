"""The colour panel: fill, word and shape together, so that nobody has to see colours (desktop.md §7)."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent, QPen, QPolygonF, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from ui.desktop.theme import FILL

EDGE = 26  # of the colour around what lies on it
LARGEST_LINE = 40
QWIDGETSIZE_MAX = (1 << 24) - 1  # Qt documents it; the binding does not export it


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

    _lines = 1  # that the explanation may fill

    def __init__(self, height: int = 150, word_size: int = 52, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._colour, self._word, self._line = "unknown", "", ""
        self._word_size, self._band = word_size, height
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
        band = self._band
        paint_sign(painter, self._colour, QPointF(band * 0.5, band * 0.5), band * 0.30)
        left = round(band * 0.92)
        room, middle = self.width() - left - 12, band // 2 + (4 if self._line else self._word_size // 2)
        painter.setFont(self._fitted(self._word, self._word_size, room, bold=True))
        painter.setPen(QColor(ink))
        word_box = QRectF(left, middle - self._word_size - 8, room, self._word_size + 14)
        painter.drawText(word_box, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), self._word)
        small = min(LARGEST_LINE, max(16, round(self._word_size * 0.42)))
        painter.setFont(self._fitted(self._line, small, room * self._lines, bold=False))
        line_box = QRectF(left, middle + 8, room, band - middle - 8)
        aligned = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop
        painter.drawText(line_box, int(aligned) | int(Qt.TextFlag.TextWordWrap), self._line)
        painter.end()

    def _fitted(self, words: str, size: int, room: float, *, bold: bool) -> QFont:
        """The font at that size, or smaller where the words would be cut."""
        font = QFont(self.font())
        font.setBold(bold)
        font.setPixelSize(size)
        wide = QFontMetricsF(font).horizontalAdvance(words)
        if wide > room:
            font.setPixelSize(max(12, int(size * room / wide)))
        return font


class ColourStage(ColourPanel):
    """A whole page in one colour: word and sign in a band at the top, and what belongs to them laid out below it.

    The band takes what a larger window gives; only the window moves anything, never what is shown.
    """

    _lines = 2

    def __init__(self, band: int, below: int, parent: QWidget | None = None) -> None:
        super().__init__(band, _word_in(band), parent)
        self._least, self._kept = band, below + EDGE
        self.setMinimumHeight(band)
        self.setMaximumHeight(QWIDGETSIZE_MAX)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.below = QHBoxLayout(self)
        self.below.setContentsMargins(EDGE, band, EDGE, EDGE)
        self.below.setSpacing(EDGE)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The page was made larger or smaller."""
        self._band = max(self._least, self.height() - self._kept)
        self._word_size = _word_in(self._band)
        self.below.setContentsMargins(EDGE, self._band, EDGE, EDGE)
        super().resizeEvent(event)


def _word_in(band: int) -> int:
    return round(band * 0.35)
