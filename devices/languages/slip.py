"""What a receipt or label language must be able to do, without I/O: a picture in black and white to bytes and back.

A slip is not an original: paper that runs out in the middle may go on by itself after a new roll, so every slip carries
a running number and nothing is decided from it (hardware.md §12.9).
"""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from devices.contracts import Picture, PrinterFault
from devices.errors import BadReply
from devices.languages.language import Talk

Ink = NDArray[np.bool_]
"""Height × width, True where it is black."""

MOST_LINES = 8000  # a metre of paper at 203 dpi
_BLACK_BELOW = 128


class SlipLanguage(Protocol):
    """A language of receipts or labels for one width of paper."""

    @property
    def width(self) -> int:
        """Dots across the paper."""
        ...

    def encode(self, picture: Picture) -> bytes:
        """The job that prints the picture once. Raises BadReply for one that does not fit. Pure."""
        ...

    def decode(self, job: bytes) -> Picture:
        """The picture that the job prints. Raises BadReply for anything but one slip."""
        ...

    def cut(self, held: bytearray) -> str | None:
        """Take one whole answer off the front of what was read; what is no answer is dropped."""
        ...

    def look(self) -> Talk[tuple[PrinterFault, ...]]:
        """What is wrong now. An answer that does not come is thrown in as TimedOut."""
        ...


def ink(picture: Picture, width: int) -> Ink:
    """The picture as dots. Raises BadReply unless it is exactly as wide as the paper and not too long."""
    height, across, _ = picture.shape
    if across != width or not 0 < height <= MOST_LINES:
        words = f"单据图像是 {across}×{height} 点，这台打印机要 {width} 点宽，长度不超过 {MOST_LINES} 点。"
        raise BadReply(words, "slip_size")
    grey = (picture.astype(np.uint16) @ np.array([77, 150, 29], np.uint16)) >> 8
    return np.asarray(grey < _BLACK_BELOW)


def picture(dots: Ink) -> Picture:
    """Dots as a picture."""
    return np.where(dots, np.uint8(0), np.uint8(255))[:, :, None].repeat(3, axis=2)
