"""Photographs the card that the emulated printer put in its tray last, so that a rehearsal reads back what it printed.

The emulator writes `NNNN_back.png`, then `NNNN_front.png` for each card; the highest number is the newest card. An
emulated label printer writes `slip_NNNN.png`: that is the side `slip`.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path

from devices.cameras.photograph import View, photograph
from devices.cameras.stills import load_picture
from devices.contracts import Frame, Picture
from devices.errors import Missing

SIDES = ("front", "back", "slip")
STILL_WRITING = 1.0  # seconds for which an unreadable picture may be one that is being written
POLL = 0.05


class TrayCamera:
    """A camera over the tray; a `Camera`. An empty tray gives no frames, a new card is seen with the next frame."""

    def __init__(
        self,
        tray: Path,
        view: View,
        seed: int = 1,
        side: str = "front",
        monotonic: Callable[[], float] = time.monotonic,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._tray = tray
        self._view = view
        self._seed = seed
        self._name = re.compile(r"slip_(\d+)\.png" if side == "slip" else rf"(\d+)_{side}\.png", re.ASCII)
        self._monotonic = monotonic
        self._pause = pause
        self._shown: tuple[str, int, int] | None = None
        self._card: Picture | None = None
        self._failing: tuple[tuple[str, int, int], float] | None = None
        self._frames = 0
        self._closed = False

    def read(self, timeout: float) -> Frame | None:
        """A fresh photograph of the newest card, or None when `timeout` passed over an empty tray."""
        if self._closed:
            raise Missing("摄像头已经关闭，请重新打开", "camera_closed")
        end = self._monotonic() + timeout
        while (card := self._newest_card()) is None:
            left = end - self._monotonic()
            if left <= 0:
                return None
            self._pause(min(POLL, left))
        self._frames += 1
        picture = photograph(card, self._view, self._seed * 1_000_003 + self._frames)
        return Frame(picture, self._monotonic(), f"tray {self._frames}")

    def close(self) -> None:
        """Reading afterwards raises Missing. Safe to call twice."""
        self._closed = True

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
            self._card = load_picture(path, "出卡槽里的卡片图像")
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
        if not self._tray.is_dir():
            return None
        entries = ((self._name.fullmatch(entry.name), entry) for entry in self._tray.iterdir())
        cards = [(int(match[1]), entry) for match, entry in entries if match]
        if not cards:
            return None
        path = max(cards)[1]
        try:
            about = path.stat()
        except FileNotFoundError:
            return None  # taken out of the tray between listing and looking
        return path, (path.name, about.st_size, about.st_mtime_ns)
