"""A picture from numpy on the screen, scaled to fit, with a caption when there is none."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from devices.contracts import Picture


class PictureView(QWidget):
    """Shows the newest picture it was given; older ones are forgotten (a one-frame slot)."""

    def __init__(self, caption: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._caption = caption
        self._image: QImage | None = None
        self._keep: Picture | None = None
        self.setAccessibleName(caption)
        self.setMinimumSize(200, 120)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_picture(self, picture: Picture | None) -> None:
        """RGB uint8, or None for nothing."""
        self._keep = None if picture is None else np.ascontiguousarray(picture)
        self._image = None
        if self._keep is not None:
            height, width = self._keep.shape[:2]
            self._image = QImage(self._keep.data, width, height, self._keep.strides[0], QImage.Format.Format_RGB888)
        self.update()

    @property
    def has_picture(self) -> bool:
        return self._image is not None

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        if self._image is None:
            painter.setPen(QColor("#D5DBE3"))
            painter.setBrush(QColor("#EEF1F5"))
            painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), 8, 8)
            painter.setPen(QColor("#6B7686"))
            painter.drawText(self.rect(), int(Qt.AlignmentFlag.AlignCenter), self._caption)
        else:
            size = self._image.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
            place = QRect(0, 0, size.width(), size.height())
            place.moveCenter(self.rect().center())
            painter.drawImage(place, self._image)
            painter.setPen(QColor("#B9C3CF"))
            painter.drawRect(place.adjusted(0, 0, -1, -1))
        painter.end()
