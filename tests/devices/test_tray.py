"""The tray of the emulated printer as a camera: the newest card, photographed each time anew."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from devices.cameras.cameras import open_camera
from devices.cameras.photograph import VIEWS
from devices.cameras.tray import FAULTS, TrayCamera
from devices.contracts import MASTER_HEIGHT, MASTER_WIDTH
from devices.errors import BadUrl, Missing
from tests.devices.codes import READER, small_code


class Ticks:
    """A clock that moves only when somebody waits."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now

    def pause(self, seconds: float) -> None:
        self.now += seconds


def lay(tray: Path, number: int, shade: int, side: str = "front") -> Path:
    path = tray / f"{number:04d}_{side}.png"
    picture = np.full((MASTER_HEIGHT, MASTER_WIDTH, 3), shade, dtype=np.uint8)
    cv2.imwrite(str(path), picture)
    return path


def middle(camera: TrayCamera) -> int:
    frame = camera.read(0)
    assert frame is not None
    return int(frame.picture[300:420, 500:780].mean())


def test_the_newest_card_is_photographed_each_time_anew(tmp_path: Path) -> None:
    camera = open_camera(f"tray://{tmp_path.as_posix()}?view=clean&seed=4")
    assert isinstance(camera, TrayCamera)
    lay(tmp_path, 9, 60)
    lay(tmp_path, 9, 240, "back")
    lay(tmp_path, 11, 240, "back")  # its front is not there yet: not a whole card
    assert middle(camera) == pytest.approx(54, abs=6)
    first, second = camera.read(0), camera.read(0)
    assert first is not None and second is not None
    assert first.picture.shape == (720, 1280, 3)
    assert not np.array_equal(first.picture, second.picture)
    lay(tmp_path, 10, 200)
    assert middle(camera) == pytest.approx(180, abs=12)


def test_two_tray_cameras_with_one_seed_see_the_same(tmp_path: Path) -> None:
    lay(tmp_path, 1, 200)
    seen = [TrayCamera(tmp_path, VIEWS["desk"], seed=3).read(0) for _ in range(2)]
    assert seen[0] is not None and seen[1] is not None
    assert np.array_equal(seen[0].picture, seen[1].picture)


def test_the_back_can_be_looked_at(tmp_path: Path) -> None:
    lay(tmp_path, 1, 200)
    lay(tmp_path, 1, 30, "back")
    assert middle(TrayCamera(tmp_path, VIEWS["clean"], side="back")) < 60


def test_an_empty_tray_gives_no_frame_after_waiting(tmp_path: Path) -> None:
    ticks = Ticks()
    for tray in (tmp_path, tmp_path / "none"):
        began = ticks.now
        assert TrayCamera(tray, VIEWS["desk"], monotonic=ticks, pause=ticks.pause).read(0.3) is None
        assert ticks.now - began == pytest.approx(0.3)


def test_a_card_taken_away_is_no_longer_seen(tmp_path: Path) -> None:
    camera = TrayCamera(tmp_path, VIEWS["clean"])
    path = lay(tmp_path, 1, 200)
    assert camera.read(0) is not None
    path.unlink()
    assert camera.read(0) is None


def test_a_card_taken_away_between_listing_and_looking(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = lay(tmp_path, 1, 200)
    look = Path.stat

    def gone(self: Path, **options: bool) -> Any:
        if self == path:
            raise FileNotFoundError(2, "gone")
        return look(self, **options)

    monkeypatch.setattr(Path, "stat", gone)
    assert TrayCamera(tmp_path, VIEWS["clean"]).read(0) is None


def test_a_half_written_picture_is_waited_for_and_a_broken_one_is_named(tmp_path: Path) -> None:
    ticks = Ticks()
    camera = TrayCamera(tmp_path, VIEWS["clean"], monotonic=ticks, pause=ticks.pause)
    path = tmp_path / "0001_front.png"
    path.write_bytes(b"\x89PNG")
    assert camera.read(0.5) is None
    lay(tmp_path, 1, 200)
    assert camera.read(0.5) is not None
    path.write_bytes(b"\x89PNG\r")
    with pytest.raises(Missing, match="出卡槽"):
        camera.read(3.0)


# --- what can go wrong with a camera (trust.md §6.2)


def faulty(tray: Path, fault: str) -> TrayCamera:
    camera = open_camera(f"tray://{tray.as_posix()}?view=clean&fault={fault}")
    assert isinstance(camera, TrayCamera)
    return camera


def texts(camera: TrayCamera) -> set[str]:
    frame = camera.read(0)
    assert frame is not None
    return {reading.text for reading in READER.read(frame.picture)}


def lay_code(tray: Path, number: int, text: str) -> None:
    picture = np.full((MASTER_HEIGHT, MASTER_WIDTH, 3), 255, np.uint8)
    code = small_code(text, 16)
    picture[60 : 60 + len(code), 60 : 60 + len(code)] = code
    cv2.imwrite(str(tray / f"{number:04d}_front.png"), picture)


def test_each_fault_of_a_camera_shows_what_its_name_says(tmp_path: Path) -> None:
    assert set(FAULTS) == {"no_frame", "black", "old_frame", "other_card", "two_cards"}
    old = faulty(tmp_path, "old_frame")
    first = old.read(0)
    assert first is not None
    lay_code(tmp_path, 1, "ONE")
    stays = faulty(tmp_path, "old_frame")
    assert texts(faulty(tmp_path, "other_card")) == {"NOT OF THIS STATION"}
    assert texts(stays) == {"ONE"}
    lay_code(tmp_path, 2, "TWO")
    assert texts(stays) == {"ONE"}
    second = old.read(0)
    assert second is not None
    assert np.array_equal(first.picture, second.picture)
    assert first.at <= second.at
    assert texts(old) == set()
    assert texts(faulty(tmp_path, "other_card")) == {"ONE"}
    assert texts(faulty(tmp_path, "two_cards")) == {"ONE", "TWO"}
    assert texts(faulty(tmp_path, "")) == {"TWO"}
    assert faulty(tmp_path, "no_frame").read(0.01) is None
    black = faulty(tmp_path, "black").read(0)
    assert black is not None
    assert not black.picture.any()


def test_a_fault_no_camera_has_is_refused() -> None:
    with pytest.raises(BadUrl, match="two_cards"):
        open_camera("tray:///x?fault=fog")
