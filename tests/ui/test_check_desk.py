"""The check desk before a camera: two seconds of frames, one card at a time, and the camera stays on."""

from __future__ import annotations

import cv2
import numpy as np
from pytestqt.qtbot import QtBot

from devices.catalogue import open_reader
from devices.contracts import Frame, Picture
from station.cards.layout_file import load_layout
from station.cards.qr import picture as qr_picture
from tests.ui.conftest import Station
from tests.ui.test_desktop import settle, shell  # noqa: F401 – the fixture
from ui.desktop import text
from ui.desktop.screens.check import CheckScreen
from ui.desktop.shell import Shell
from ui.words import words


class FramesBench:
    """A bench whose camera brings these frames, then nothing."""

    def __init__(self, frames: list[Picture]) -> None:
        self.reader, self.camera, self.closed = open_reader(), self, False
        self._frames = list(frames)

    def read(self, timeout: float) -> Frame | None:
        return Frame(self._frames.pop(0), 0) if self._frames else None

    def close(self) -> None:
        self.closed = True


def code_of(station: Station, index: int) -> Picture:
    symbol = load_layout(station.desk.settings.city.layout).symbol
    return np.repeat(qr_picture(station.address(index), symbol)[:, :, None], 3, axis=2)


def test_a_camera_is_looked_at_for_two_seconds(shell: Shell, qtbot: QtBot, station: Station) -> None:  # noqa: F811
    """A blurred frame is followed by a sharp one; an empty desk ends in a sentence; two cards are no colour at all."""
    check = shell.screens["check"]
    assert isinstance(check, CheckScreen)
    shell.go("check")
    settle(qtbot, shell)
    good, other = code_of(station, 0), code_of(station, 1)
    blurred = np.asarray(cv2.GaussianBlur(good, (0, 0), 25), np.uint8)
    wall = np.full((480, 640, 3), 120, np.uint8)
    for frames, colour, line in (
        ([blurred, blurred // 2, good], "green", text.ALL_VALID),
        ([wall], "unknown", words("why_not")["no_code"]),
        ([np.concatenate([good, other], axis=1)], "unknown", text.CHECK_TWO),
        ([], "unknown", words("why_not")["no_frame"]),
    ):
        bench = FramesBench(frames)
        shell.counter.bench = bench
        check.look()
        settle(qtbot, shell)
        assert check.panel.colour == colour
        assert line in check.panel.accessibleName()
        assert not bench.closed, "the camera stays on"
    shell.counter.bench = None
