"""A label printer in the place of a card printer: one sticker for one card order, sent once, never by itself again.

The sticker lies in the top left corner of the master picture, in the dots of the label printer: a thermal head prints
whole dots, and scaling would blur the code. It has no counters; everything is decided by the camera, or by two people.
"""

from __future__ import annotations

import numpy as np

from devices.contracts import MASTER_WIDTH, CardFaces, CardPosition, PrinterState, PrintReport
from devices.errors import BadReply, NotReached
from devices.languages.faults import blocking
from devices.printers.slips import SlipPrinter, sentence

CARD_MM = 85.6


class StickerPrinter:
    """A label or receipt printer that prints permits. Implements CardPrinter."""

    def __init__(self, printer: SlipPrinter) -> None:
        self._printer = printer

    @property
    def url(self) -> str:
        """The URL it was opened by."""
        return self._printer.url

    @property
    def answers(self) -> bool:
        """Whether it says what is wrong with it."""
        return self._printer.transport.answers

    @property
    def dpi(self) -> int:
        return self._printer.dpi

    @property
    def width(self) -> int:
        """Dots across a sticker: the width of a card, or of the paper where that is narrower."""
        return min(MASTER_WIDTH, self._printer.width, round(CARD_MM * self.dpi / 25.4))

    def state(self) -> PrinterState:
        """Ask it now. Raises NotReached with the sentence for paper when it cannot print."""
        stop = blocking(self._printer.faults())
        if stop is not None:
            raise NotReached(sentence(stop), stop.code.value)
        return PrinterState(self._printer.profile.title, "", True, card_position=CardPosition.NONE)

    def encode(self, faces: CardFaces, name: str) -> bytes:
        """The job of the sticker in the front's corner, centred on the paper. Raises BadReply for an empty one."""
        inked = np.flatnonzero((faces.front[:, : self.width] < 255).any(axis=(1, 2)))
        if not len(inked):
            raise BadReply("临时证贴是空白的，不能打印。", "sticker_empty")
        paper = np.full((int(inked[-1]) + 1 + self.dpi // 12, self._printer.width, 3), 255, np.uint8)
        left = (self._printer.width - self.width) // 2
        piece = faces.front[: len(paper), : self.width]
        paper[: len(piece), left : left + self.width] = piece
        return self._printer.encode(paper)

    def panels(self, job: bytes) -> int | None:
        """Labels have no panels."""
        return None

    def print_card(self, job: bytes, name: str) -> PrintReport:
        """Send one job, once. A fault after the last byte leaves a doubt, never a second try."""
        return self._printer.print_job(job)

    def close(self) -> None:
        """Give the device back. Safe to call twice."""
        self._printer.close()
