"""The step bar: where a flow stands and what comes next."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from ui.desktop.theme import BRAND, GREEN, INK2, RED


class StepBar(QWidget):
    """Steps in a row: done ones ticked, the current one filled, a failed one red."""

    def __init__(self, words: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = tuple(words)
        self._at, self._failed = 0, False
        self.setFixedHeight(64)
        self.setMinimumWidth(90 * len(self._words))

    def show_step(self, at: int, *, failed: bool = False) -> None:
        """`at` is the current step; equal to the number of steps when all are done."""
        self._at, self._failed = at, failed
        word = self._words[min(at, len(self._words) - 1)]
        self.setAccessibleName(f"{min(at + 1, len(self._words))}/{len(self._words)} {word}")
        self.update()

    @property
    def at(self) -> int:
        return self._at

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pace = self.width() / len(self._words)
        for index, word in enumerate(self._words):
            x, y = pace * (index + 0.5), 20.0
            if index:
                painter.setPen(QPen(QColor(GREEN if index <= self._at else "#C3CAD4"), 3))
                painter.drawLine(QPointF(x - pace + 18, y), QPointF(x - 18, y))
            self._sign(painter, index, x, y)
            font = QFont(self.font())
            font.setPixelSize(16)
            font.setBold(index == self._at)
            painter.setFont(font)
            painter.setPen(QColor(BRAND if index == self._at else INK2))
            painter.drawText(QRectF(x - pace / 2, 38, pace, 24), int(Qt.AlignmentFlag.AlignCenter), word)
        painter.end()

    def _sign(self, painter: QPainter, index: int, x: float, y: float) -> None:
        done, now = index < self._at, index == self._at
        fill = GREEN if done else (RED if self._failed else BRAND) if now else "#FFFFFF"
        painter.setPen(QPen(QColor("#C3CAD4" if not (done or now) else fill), 2))
        painter.setBrush(QColor(fill))
        painter.drawEllipse(QPointF(x, y), 14, 14)
        painter.setPen(QPen(QColor("#FFFFFF" if done or now else INK2), 2.6))
        if done:
            painter.drawPolyline(QPolygonF([QPointF(x - 6, y), QPointF(x - 2, y + 5), QPointF(x + 7, y - 5)]))
        else:
            font = QFont(self.font())
            font.setPixelSize(15)
            painter.setFont(font)
            sign = "!" if now and self._failed else str(index + 1)
            painter.drawText(QRectF(x - 14, y - 14, 28, 28), int(Qt.AlignmentFlag.AlignCenter), sign)
