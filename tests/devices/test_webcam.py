"""A webcam that loses its plug, and what is plugged in."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from devices import bench
from devices.cameras import cameras, webcam
from devices.cameras.cameras import open_camera, plugged_in
from devices.cameras.webcam import WebcamCamera
from devices.errors import BadUrl, Missing


class FakeCapture:
    """cv2.VideoCapture as it behaves: frames, then (False, None) when the plug is out."""

    def __init__(self, shades: list[int], opened: bool = True, gate: threading.Semaphore | None = None) -> None:
        self.shades = shades
        self.opened = opened
        self.gate = gate
        self.released = False

    def isOpened(self) -> bool:
        return self.opened

    def set(self, prop: int, value: float) -> bool:
        return True

    def read(self) -> tuple[bool, NDArray[Any] | None]:
        if self.gate is not None:
            self.gate.acquire(timeout=5)
        if not self.shades:
            return False, None
        return True, np.full((4, 6, 3), (self.shades.pop(0), 0, 9), dtype=np.uint8)

    def release(self) -> None:
        self.released = True


def test_no_camera_is_said_at_once_and_released() -> None:
    capture = FakeCapture([], opened=False)
    with pytest.raises(Missing, match="没有找到摄像头"):
        WebcamCamera(lambda: capture)
    assert capture.released


def test_frames_arrive_as_rgb_and_old_ones_are_dropped_and_counted() -> None:
    gate = threading.Semaphore(0)
    capture = FakeCapture([10, 20, 30], gate=gate)
    camera = WebcamCamera(lambda: capture, name="webcam 0", back_off=(5.0,))
    try:
        gate.release(4)  # three frames and the end
        deadline = threading.Event()
        while camera.dropped < 2:
            assert not deadline.wait(0.01)
        frame = camera.read(1)
        assert frame is not None
        assert frame.picture[0, 0].tolist() == [9, 0, 30]  # the newest, RGB
        assert frame.source == "webcam 0"
        assert camera.read(0.01) is None  # each frame once
        assert camera.dropped == 2
    finally:
        camera.close()
        camera.close()
    assert capture.released
    with pytest.raises(Missing, match="关闭"):
        camera.read(0)


def test_after_the_plug_was_out_the_camera_comes_back_by_itself() -> None:
    captures = [FakeCapture([10]), FakeCapture([], opened=False), FakeCapture([20] * 10_000)]
    opened = iter(captures)
    camera = WebcamCamera(lambda: next(opened), back_off=(0.001,))
    try:
        shade = 0
        while shade != 20:
            frame = camera.read(2)
            assert frame is not None
            shade = int(frame.picture[0, 0, 2])
        assert camera.reopened == 1
        assert captures[0].released and captures[1].released
    finally:
        camera.close()


def test_a_plug_that_stays_out_is_said() -> None:
    opened = iter([FakeCapture([10])])
    camera = WebcamCamera(lambda: next(opened, FakeCapture([], opened=False)), back_off=(0.01,), gone_after=0.05)
    try:
        with pytest.raises(Missing, match="断开"):
            for _ in range(10):
                camera.read(0.05)
    finally:
        camera.close()


def test_the_format_is_asked_for_before_the_size(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[int, float]] = []
    used: list[tuple[int, int]] = []

    class Recording(FakeCapture):
        def set(self, prop: int, value: float) -> bool:
            asked.append((prop, value))
            return True

    def capture(index: int, backend: int) -> Recording:
        used.append((index, backend))
        return Recording([])

    monkeypatch.setattr(webcam.cv2, "VideoCapture", capture)
    for platform, backend in (("linux", cv2.CAP_V4L2), ("win32", cv2.CAP_DSHOW), ("darwin", cv2.CAP_AVFOUNDATION)):
        monkeypatch.setattr(webcam.sys, "platform", platform)
        webcam.open_capture(1, 1280, 720, 30)
        assert used[-1] == (1, backend)
    assert [prop for prop, _ in asked[:3]] == [cv2.CAP_PROP_FOURCC, cv2.CAP_PROP_FRAME_WIDTH, cv2.CAP_PROP_FRAME_HEIGHT]
    assert asked[4] == (cv2.CAP_PROP_BUFFERSIZE, 1.0)


def test_a_webcam_url_opens_that_camera(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[int, ...]] = []

    def capture(*wanted: int) -> FakeCapture:
        asked.append(wanted)
        return FakeCapture([50] * 10_000)

    monkeypatch.setattr(cameras, "open_capture", capture)
    camera = open_camera("webcam://2?width=640&height=480")
    try:
        assert camera.read(2) is not None
    finally:
        camera.close()
    assert asked == [(2, 640, 480, 30)]


def test_plugged_in_cameras_are_named_without_opening_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cameras.sys, "platform", "linux")
    for node, index, name in (("video0", "0", "UVC Camera"), ("video1", "1", "UVC Camera"), ("video10", "0", "")):
        (tmp_path / node).mkdir()
        (tmp_path / node / "dev").write_text("81:0", encoding="ascii")
        (tmp_path / node / "index").write_text(f"{index}\n", encoding="ascii")
        if name:
            (tmp_path / node / "name").write_text(f"{name}\n", encoding="ascii")
    (tmp_path / "video2").mkdir()  # vanished while we looked
    found = plugged_in(tmp_path)
    assert [(device.url, device.name) for device in found] == [("webcam://0", "UVC Camera"), ("webcam://10", "video10")]
    assert {device.kind for device in found} == {"camera"}
    assert plugged_in(tmp_path / "none") == []


def test_where_the_system_does_not_name_them_the_first_few_are_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cameras.sys, "platform", "win32")
    tried: list[FakeCapture] = []

    def capture(index: int, *_size: int) -> FakeCapture:
        tried.append(FakeCapture([], opened=index == 1))
        return tried[-1]

    monkeypatch.setattr(cameras, "open_capture", capture)
    assert [device.url for device in plugged_in()] == ["webcam://1"]
    assert len(tried) == 3 and all(capture.released for capture in tried)


# --- remembered by its id


def house(tmp_path: Path, **links: str) -> Path:
    """A /dev/v4l/by-id of links to nodes."""
    by_id = tmp_path / "by-id"
    by_id.mkdir(exist_ok=True)
    for link in by_id.iterdir():
        link.unlink()
    for name, node in links.items():
        (tmp_path / node).touch()
        (by_id / f"{name}-video-index0").symlink_to(tmp_path / node)
    return by_id


def test_a_camera_is_found_by_its_id_wherever_it_is_plugged_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def capture(index: int, *_size: int) -> FakeCapture:
        asked.append(index)
        return FakeCapture([50, 60])

    monkeypatch.setattr(cameras, "open_capture", capture)
    monkeypatch.setattr(cameras, "BY_ID", house(tmp_path, usb_A="video0", usb_B="video2"))
    camera = open_camera("webcam://0?id=usb_B-video-index0")
    try:
        assert camera.read(2) is not None
        assert asked[0] == 2, "the id counts, not the index"
        house(tmp_path, usb_A="video0")  # its plug is pulled, and another camera stays
        deadline = threading.Event()
        deadline.wait(2 * webcam.BACK_OFF[0])
        assert set(asked) == {2}, "never another camera"
        house(tmp_path, usb_A="video0", usb_B="video5")
        while 5 not in asked:
            deadline.wait(0.02)
    finally:
        camera.close()
    assert 0 not in asked


def test_a_camera_whose_id_is_not_there_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cameras, "BY_ID", house(tmp_path, usb_A="video0"))
    monkeypatch.setattr(cameras, "open_capture", lambda *_: FakeCapture([1, 2, 3]))
    with pytest.raises(Missing):
        open_camera("webcam://0?id=usb_B-video-index0")
    (tmp_path / "by-id" / "odd").symlink_to(tmp_path)
    assert cameras.place_of("odd", tmp_path / "by-id") is None
    with pytest.raises(BadUrl):
        open_camera("webcam://0?id=../x")
    nothing = webcam.NoCapture()
    assert (nothing.set(1, 2.0), nothing.read()) == (False, (False, None))


def test_plugged_in_cameras_are_listed_with_their_id(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cameras.sys, "platform", "linux")
    (tmp_path / "class" / "video0").mkdir(parents=True)
    for name, words in (("dev", "81:0"), ("index", "0"), ("name", "UVC")):
        (tmp_path / "class" / "video0" / name).write_text(words, encoding="ascii")
    by_id = house(tmp_path, usb_0="video7", usb_A="video0")
    (one,) = plugged_in(tmp_path / "class", by_id)
    assert one.url == "webcam://0?id=usb_A-video-index0"


def test_how_a_camera_keeps_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cameras, "open_capture", lambda *_: FakeCapture([9] * 1_000_000))
    pace = bench.watch("webcam://0", 0.2)
    assert pace.frames > 0
    assert pace.a_second == (pace.frames + pace.dropped) / pace.seconds
    assert pace.reopened == 0
