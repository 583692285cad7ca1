"""The capture screen as a clerk uses it: it takes a good frame by itself, by hand at any time, or from a file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from station.bootstrap import open_portrait_camera
from station.domain import facts
from station.domain.errors import Bug, Refused
from station.services.facing import LOOKED_AT, ticked
from tests.faces import people
from tests.ui.conftest import Station
from tests.ui.test_desktop import press, settle, shell  # noqa: F401 – the fixture
from ui.desktop import text_capture as text
from ui.desktop.screens.capture import CaptureScreen
from ui.desktop.shell import Shell
from ui.words import words


def opened(shell: Shell, qtbot: QtBot, station: Station) -> CaptureScreen:  # noqa: F811
    shell.open_file(station.workers[1].subject)
    settle(qtbot, shell)
    qtbot.keyClick(shell, Qt.Key.Key_F5, Qt.KeyboardModifier.ShiftModifier)
    assert shell.current == "capture"
    screen = shell.screens["capture"]
    assert isinstance(screen, CaptureScreen)
    return screen


def test_a_good_frame_is_taken_by_itself_and_kept(shell: Shell, qtbot: QtBot, station: Station) -> None:  # noqa: F811
    screen = opened(shell, qtbot, station)
    qtbot.waitUntil(lambda: screen.made is not None, timeout=90_000)
    settle(qtbot, shell)
    assert screen.photo.has_picture
    assert screen.use.isEnabled()
    subject = station.workers[1].subject
    screen.looks["eyes_open"].setFocus()
    qtbot.keyClick(screen.looks["eyes_open"], Qt.Key.Key_Space)
    assert screen.looks["eyes_open"].isChecked(), "Space ticks the box it stands on"
    press(qtbot, shell, Qt.Key.Key_F9)
    settle(qtbot, shell, lambda: shell.current == "file")
    told = [f.payload for f in shell.counter.desk.ledger.facts_of(subject)]
    newest = [p for p in told if isinstance(p, facts.WorkerPhotographed)][-1]
    assert newest.source == "camera"
    assert {name for name, _, _ in newest.quality} >= {"sharpness", "side_light", "background_even"}
    assert [one for one in newest.quality if one[0] in words("looked")] == [
        ("eyes_open", 1.0, "good"), ("mouth_closed", 0.0, "warn"), ("head_bare", 0.0, "warn"),
        ("glasses_clear", 0.0, "warn"),
    ]  # fmt: skip
    qtbot.waitUntil(lambda: screen.camera is None, timeout=5_000)
    assert set(words("looked")) == set(LOOKED_AT)
    with pytest.raises(Bug):
        ticked(["ears"])
    screen.again()
    assert not any(box.isChecked() for box in screen.looks.values()), "another photo is looked at anew"


def test_by_hand_and_again(shell: Shell, qtbot: QtBot, station: Station) -> None:  # noqa: F811
    screen = opened(shell, qtbot, station)
    qtbot.waitUntil(lambda: screen.frame is not None, timeout=90_000)
    screen.frame = people.dimmed(people.seen(1), 0.3)
    screen.by_hand()
    settle(qtbot, shell, lambda: screen.made is not None)
    assert screen.use.isEnabled(), "a person may use what the measures do not like"
    screen.again()
    assert not screen.use.isEnabled()
    assert screen.made is None


def test_from_a_file(shell: Shell, qtbot: QtBot, station: Station, tmp_path: Path) -> None:  # noqa: F811
    screen = opened(shell, qtbot, station)
    screen._running = False  # nothing else is taken meanwhile
    Image.fromarray(np.full((600, 500, 3), 90, np.uint8)).save(tmp_path / "dark.png")
    (tmp_path / "no.png").write_bytes(b"no picture")
    screen.take_file(tmp_path / "no.png")
    settle(qtbot, shell, lambda: bool(screen.sentence.text()))
    screen.take_file(tmp_path / "dark.png")
    settle(qtbot, shell, lambda: screen.made is not None and screen.source == "file")
    assert "没有找到人脸" in screen.advice.text()
    assert screen.use.isEnabled(), "cut in the middle; a person decides"


def test_without_an_engine_a_photo_is_taken_by_hand(
    shell: Shell,  # noqa: F811
    qtbot: QtBot,
    station: Station,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("ui.desktop.screens.live.load", lambda models: None)
    screen = opened(shell, qtbot, station)
    qtbot.waitUntil(lambda: screen.frame is not None, timeout=90_000)
    assert screen.advice.text() == text.NO_ENGINE
    qtbot.keyClick(screen, Qt.Key.Key_Space)
    settle(qtbot, shell, lambda: screen.made is not None)
    assert screen.advice.text() == text.UNMEASURED
    press(qtbot, shell, Qt.Key.Key_F9)
    settle(qtbot, shell, lambda: shell.current == "file")
    told = [f.payload for f in shell.counter.desk.ledger.facts_of(station.workers[1].subject)]
    newest = [p for p in told if isinstance(p, facts.WorkerPhotographed)][-1]
    assert newest.source == "camera"
    assert [name for name, _, _ in newest.quality] == list(LOOKED_AT), "nothing was measured; a person looked"


def test_a_bad_file_does_not_make_the_next_frame_a_file(
    shell: Shell,  # noqa: F811
    qtbot: QtBot,
    station: Station,
    tmp_path: Path,
) -> None:
    screen = opened(shell, qtbot, station)
    (tmp_path / "no.png").write_bytes(b"no picture")
    screen.take_file(tmp_path / "no.png")
    settle(qtbot, shell, lambda: bool(screen.sentence.text()))
    assert screen.source == "camera"


def test_nobody_in_hand(shell: Shell, qtbot: QtBot) -> None:  # noqa: F811
    shell.go("capture")
    settle(qtbot, shell)
    assert shell.screens["capture"].sentence.text() == text.NOBODY


def test_a_station_without_a_camera_says_so(station: Station) -> None:
    import dataclasses

    settings = dataclasses.replace(
        station.desk.settings, rehearsal=False, devices=dataclasses.replace(station.desk.settings.devices, camera="")
    )
    with pytest.raises(Refused) as no:
        open_portrait_camera(settings)
    assert "导入照片" in no.value.sentence
