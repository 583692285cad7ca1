"""A webcam that loses its plug, and what is plugged in."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from devices.cameras import cameras, webcam
from devices.cameras.cameras import open_camera, plugged_in
from devices.cameras.webcam import WebcamCamera
from devices.errors import Missing


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
