"""A numpy picture that Qt paints into: the same memory, no copy between the two."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
from PySide6.QtGui import QImage, QPainter

from devices.contracts import MASTER_HEIGHT, MASTER_WIDTH, Picture


def blank(width: int = MASTER_WIDTH, height: int = MASTER_HEIGHT) -> Picture:
    """A white picture."""
    return np.full((height, width, 3), 255, np.uint8)


def image_on(picture: Picture) -> QImage:
    """A Qt image over the picture's own memory; the picture must be contiguous and outlive it."""
    height, width, _ = picture.shape
    return QImage(picture.data, width, height, picture.strides[0], QImage.Format.Format_RGB888)


@contextmanager
def painting(picture: Picture) -> Iterator[QPainter]:
    """A smooth painter into the picture."""
    image = image_on(picture)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    try:
        yield painter
    finally:
        painter.end()
