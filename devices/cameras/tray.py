"""Photographs the card that the emulated printer put in its tray last, so that a rehearsal reads back what it printed.

The emulator writes `NNNN_back.png`, then `NNNN_front.png` for each card; the highest number is the newest card. An
emulated label printer writes `slip_NNNN.png`: that is the side `slip`.
What can go wrong with a camera (trust.md §6.2) is asked for by name and stays until the camera is opened without it.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import zxingcpp

from devices.cameras.photograph import View, empty_desk, photograph
from devices.cameras.stills import load_picture
from devices.contracts import MASTER_HEIGHT, MASTER_WIDTH, Frame, Picture
from devices.errors import Missing

SIDES = ("front", "back", "slip")
FAULTS = ("no_frame", "black", "old_frame", "other_card", "two_cards")
"""No picture at all; a covered lens; the picture of the first look for ever; the card before; it and the newest."""

STILL_WRITING = 1.0  # seconds for which an unreadable picture may be one that is being written
POLL = 0.05
_WHAT = "出卡槽里的卡片图像"


class TrayCamera:
    """A camera over the tray; a `Camera`. An empty tray gives no frames, a new card is seen with the next frame."""

    def __init__(
        self,
        tray: Path,
        view: View,
        seed: int = 1,
        side: str = "front",
        fault: str = "",
        monotonic: Callable[[], float] = time.monotonic,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._tray = tray
        self._view = view
        self._seed = seed
        self._fault = fault
        self._name = re.compile(r"slip_(\d+)\.png" if side == "slip" else rf"(\d+)_{side}\.png", re.ASCII)
        self._monotonic = monotonic
        self._pause = pause
        self._shown: tuple[str, int, int] | None = None
        self._card: Picture | None = None
        self._frozen: Picture | None = None
        self._failing: tuple[tuple[str, int, int], float] | None = None
        self._frames = 0
        self._closed = False

    def read(self, timeout: float) -> Frame | None:
        """A fresh photograph of the newest card, or None when `timeout` passed over an empty tray."""
        if self._closed:
            raise Missing("摄像头已经关闭，请重新打开", "camera_closed")
        if self._fault == "old_frame" and self._frozen is None and self._newest() is None:
            self._frozen = empty_desk(self._view, self._seed)
        if self._fault == "old_frame" and self._frozen is not None:
            return self._frame(self._frozen)
        end = self._monotonic() + timeout
        while (card := self._newest_card()) is None or self._fault == "no_frame":
            left = end - self._monotonic()
            if left <= 0:
                return None
            self._pause(min(POLL, left))
        self._frames += 1
        return self._frame(self._seen(card))

    def close(self) -> None:
        """Reading afterwards raises Missing. Safe to call twice."""
        self._closed = True

    def _seen(self, card: Picture) -> Picture:
        """The newest card as the lens shows it, well or ill."""
        if self._fault == "black":
            return np.zeros((self._view.height, self._view.width, 3), np.uint8)
        if self._fault in ("other_card", "two_cards"):
            other = self._photograph(self._card_before())
            return other if self._fault == "other_card" else np.hstack([self._photograph(card), other])
        self._frozen = self._photograph(card)
        return self._frozen

    def _frame(self, picture: Picture) -> Frame:
        return Frame(picture, self._monotonic(), f"tray {self._frames}")

    def _photograph(self, card: Picture) -> Picture:
        return photograph(card, self._view, self._seed * 1_000_003 + self._frames)

    def _card_before(self) -> Picture:
        """The newest card but one; a stranger's where there is none."""
        cards = sorted(self._cards())
        return load_picture(cards[-2][1], _WHAT) if len(cards) > 1 else _stranger()

    def _newest_card(self) -> Picture | None:
        """The newest card, loaded unless it is the one already in sight; None while there is none to see."""
        newest = self._newest()
        if newest is None:
            self._shown = self._card = None
            return None
        path, mark = newest
        if mark == self._shown:
            return self._card
        try:
            self._card = load_picture(path, _WHAT)
        except Missing:
            now = self._monotonic()
            if self._failing is None or self._failing[0] != mark:
                self._failing = (mark, now)
            if now - self._failing[1] > STILL_WRITING:
                raise
            return None
        self._shown = mark
        return self._card

    def _newest(self) -> tuple[Path, tuple[str, int, int]] | None:
        """The card picture with the highest number, and what tells this version of it from another."""
        cards = self._cards()
        if not cards:
            return None
        path = max(cards)[1]
        try:
            about = path.stat()
        except FileNotFoundError:
            return None  # taken out of the tray between listing and looking
        return path, (path.name, about.st_size, about.st_mtime_ns)

    def _cards(self) -> list[tuple[int, Path]]:
        """Every card of the tray with its number."""
        if not self._tray.is_dir():
            return []
        entries = ((self._name.fullmatch(entry.name), entry) for entry in self._tray.iterdir())
        return [(int(match[1]), entry) for match, entry in entries if match]


def _stranger() -> Picture:
    """A card that is none of ours."""
    symbol = zxingcpp.create_barcode("NOT OF THIS STATION", zxingcpp.BarcodeFormat.QRCode, ec_level="Q")
    code = np.pad(np.array(symbol.to_image(scale=1, add_quiet_zones=False)), 4, constant_values=255)
    code = cv2.resize(code, (520, 520), interpolation=cv2.INTER_NEAREST)
    card = np.full((MASTER_HEIGHT, MASTER_WIDTH, 3), 255, np.uint8)
    card[64:584, 64:584] = code[:, :, None]
    return card
