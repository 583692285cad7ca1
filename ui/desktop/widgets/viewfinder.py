"""The live picture with an oval where the head should be; its colour and line style say how near that is."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from ui.desktop.theme import GREEN, YELLOW
from ui.desktop.widgets.picture import PictureView

HEAD_HEIGHT, HEAD_WIDTH, HEAD_MIDDLE = 0.66, 0.48, 0.47
"""Of the height of the picture: the head of a well placed person, and where its middle stands."""


class Viewfinder(PictureView):
    """A picture view with the oval; solid and green once it is good, dashed and yellow before."""

    def __init__(self, caption: str, parent: QWidget | None = None) -> None:
        super().__init__(caption, parent)
        self._good = False

    def show_good(self, good: bool) -> None:
        """Whether the frame would be taken."""
        self._good = good
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        place = self.place()
        if place is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        style = Qt.PenStyle.SolidLine if self._good else Qt.PenStyle.DashLine
        middle = QPointF(place.center().x(), place.top() + place.height() * HEAD_MIDDLE)
        across, down = place.height() * HEAD_WIDTH / 2, place.height() * HEAD_HEIGHT / 2
        for colour, width in (("#1A1F26", 7.0), (GREEN if self._good else YELLOW, 4.0)):
            painter.setPen(QPen(QColor(colour), width, style))
            painter.drawEllipse(middle, across, down)
        painter.end()

    def place(self) -> QRect | None:
        """Where the picture is painted, or None while there is none."""
        if self._image is None:
            return None
        size = self._image.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        found = QRect(0, 0, size.width(), size.height())
        found.moveCenter(self.rect().center())
        return found
