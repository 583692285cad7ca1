"""The check desk before a camera: two seconds of frames, one card at a time, and the camera stays on."""

from __future__ import annotations

import threading
from dataclasses import replace
from threading import Event

import cv2
import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage
from pytestqt.qtbot import QtBot

from devices.catalogue import open_reader
from devices.contracts import Frame, Picture
from station.cards.layout_file import load_layout
from station.cards.qr import picture as qr_picture
from station.domain.errors import Fault
from station.sync.standings import StandingLine
from tests.ui.conftest import Station
from tests.ui.test_desktop import settle, shell  # noqa: F401 – the fixture
from ui.desktop import text
from ui.desktop.screens.check import CheckScreen
from ui.desktop.shell import Shell
from ui.desktop.theme import FILL
from ui.desktop.viewmodels import codes
from ui.desktop.viewmodels.codes import CheckView
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


@pytest.mark.parametrize(("width", "height", "least"), [(1366, 768, 0.26), (1920, 1080, 0.38)])
def test_the_colour_fills_the_page_and_no_word_is_cut(
    shell: Shell,  # noqa: F811
    qtbot: QtBot,
    station: Station,
    width: int,
    height: int,
    least: float,
) -> None:
    """Seen from the door of the room: the share of the whole window (a band of 140 px has 0.14)."""
    check = shell.screens["check"]
    assert isinstance(check, CheckScreen)
    shell.resize(width, height)
    shell.go("check")
    settle(qtbot, shell)
    check.scanned(station.workers[0].number)
    settle(qtbot, shell, lambda: check.panel.colour == "green")
    grabbed = shell.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
    stride = grabbed.bytesPerLine()
    flat = np.frombuffer(grabbed.constBits(), np.uint8).reshape(grabbed.height(), stride)[:, : 3 * grabbed.width()]
    wanted = np.array(QColor(FILL["green"][0]).getRgb()[:3])
    filled = (flat.reshape(grabbed.height(), -1, 3) == wanted).all(axis=2).mean()
    assert filled > least
    room = check.panel.width() - round(check.panel._band * 0.92) - 12
    for title in (*words("refusal").values(), *words("colour").values()):
        font = check.panel._fitted(title, check.panel._word_size, room, bold=True)
        assert QFontMetricsF(font).horizontalAdvance(title) <= room + 1
        assert font.pixelSize() >= 60, "still read from the door"


def test_every_step_of_the_card_can_be_reached(shell: Shell, qtbot: QtBot, station: Station) -> None:  # noqa: F811
    check = shell.screens["check"]
    assert isinstance(check, CheckScreen)
    shell.go("check")
    settle(qtbot, shell)
    steps = [(f"11-{day:02d} 10:00", "核读") for day in range(1, 31)]
    check.show_result(CheckView("green", "绿码", "", history=steps))
    assert check.history.count() == 30
    assert not check.history.visualItemRect(check.history.item(29)).intersects(check.history.viewport().rect())
    check.history.setFocus()
    qtbot.keyClick(check.history, Qt.Key.Key_End)
    assert check.history.visualItemRect(check.history.item(29)).intersects(check.history.viewport().rect())


@pytest.mark.parametrize(("shrink", "closer"), [(5 / 1.8, True), (5 / 2.6, False)])
def test_a_code_read_from_far_says_come_closer(station: Station, shrink: float, closer: bool) -> None:
    """Read all the same, with the hint: under two pixels a module the next hand may fail."""
    code = code_of(station, 0)
    small = cv2.resize(code, None, fx=1 / shrink, fy=1 / shrink, interpolation=cv2.INTER_AREA)
    bench = FramesBench([np.pad(small, ((60, 60), (60, 60), (0, 0)), constant_values=255)])
    view = codes.check_camera(station.desk, bench.reader, bench)
    assert view.colour == "green"
    assert (text.CHECK_CLOSER in view.reasons) is closer


def test_a_card_of_another_city_is_asked_about(shell: Shell, qtbot: QtBot, station: Station) -> None:  # noqa: F811
    """First what is known here, then the province's colour; an answer that comes after the next card is dropped."""
    check, desk = shell.screens["check"], shell.counter.desk
    assert isinstance(check, CheckScreen)
    ningbo, lanes, wait = "3302032026000008", list[str](), Event()
    desk.settings = replace(desk.settings, central="postgresql://db/anxin")
    now = desk.clock.now_ms()

    def answer(number: str) -> StandingLine | None:
        lanes.append(threading.current_thread().name)
        wait.wait(20)
        return StandingLine("330200", number, "0001-01-01 red,2020-01-01 yellow", 1, now)

    desk.ask_elsewhere = answer
    shell.go("check")
    settle(qtbot, shell)
    check.scanned(ningbo)
    qtbot.waitUntil(lambda: bool(lanes), timeout=20_000)
    assert (check.panel.colour, check.sentence.text()) == ("unknown", text.CHECK_ASKING)
    wait.set()
    settle(qtbot, shell, lambda: check.panel.colour == "yellow")
    assert lanes[0].startswith("lane-central")
    assert text.CHECK_OTHER_CITY in check.number.text()
    assert words("trust")["BY_PROVINCE"] in check.reasons.text()
    assert check.sentence.text() == ""

    wait.clear()
    check.scanned(ningbo)
    qtbot.waitUntil(lambda: len(lanes) == 2, timeout=20_000)
    check.scanned(station.workers[0].number)
    qtbot.waitUntil(lambda: check.panel.colour == "green", timeout=20_000)
    wait.set()
    settle(qtbot, shell)
    assert check.panel.colour == "green", "the answer belongs to the card before"

    def gone(number: str) -> StandingLine | None:
        raise Fault("连接不上省级平台。", "请检查网络。", "centre_unreachable")

    desk.ask_elsewhere = gone
    check.scanned(ningbo)
    settle(qtbot, shell, lambda: "连接不上" in check.sentence.text())
    assert check.panel.colour == "unknown"
    desk.ask_elsewhere = lambda number: None
    check.scanned(ningbo)
    settle(qtbot, shell, lambda: check.sentence.text() == text.CHECK_ASKED_NOBODY)
    assert check.panel.colour == "unknown"
