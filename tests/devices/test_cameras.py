"""Cameras: files, the tray of the emulated printer, a webcam that loses its plug, and their URLs."""

from __future__ import annotations

import re
import threading
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from devices.cameras import cameras, webcam
from devices.cameras.cameras import open_camera, plugged_in
from devices.cameras.photograph import VIEWS
from devices.cameras.stills import MOST_PIXELS, StillsCamera, list_pictures, load_picture
from devices.cameras.tray import TrayCamera
from devices.cameras.webcam import WebcamCamera
from devices.contracts import MASTER_HEIGHT, MASTER_WIDTH
from devices.errors import BadUrl, Missing

CHINESE = re.compile("[\u4e00-\u9fff]")


def write(path: Path, shade: int = 200, size: tuple[int, int] = (60, 40), **options: Any) -> Path:
    Image.new("RGB", size, (shade, shade // 2, 10)).save(path, **options)
    return path


class Ticks:
    """A clock that moves only when somebody waits."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now

    def pause(self, seconds: float) -> None:
        self.now += seconds


# ---- pictures from files


@pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.bmp", "a.webp"])
def test_the_four_formats_open(tmp_path: Path, name: str) -> None:
    picture = load_picture(write(tmp_path / name, 200))
    assert picture.shape == (40, 60, 3)
    assert picture.dtype == np.uint8
    assert np.abs(picture[20, 30].astype(int) - (200, 100, 10)).max() < 12  # RGB, not BGR


def test_orientation_of_a_telephone_is_obeyed(tmp_path: Path) -> None:
    image = Image.new("RGB", (60, 40))
    exif = image.getexif()
    exif[0x0112] = 6  # the camera was held upright
    image.save(tmp_path / "a.jpg", exif=exif)
    assert load_picture(tmp_path / "a.jpg").shape == (60, 40, 3)


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_transparency_lies_on_white(tmp_path: Path, mode: str) -> None:
    clear = Image.new("RGBA", (30, 30), (0, 0, 0, 0)).convert(mode)
    clear.save(tmp_path / "a.png", transparency=0 if mode == "P" else None)
    assert load_picture(tmp_path / "a.png").min() == 255


@pytest.mark.parametrize("mode", ["1", "L", "CMYK", "I;16"])
def test_other_colours_become_rgb(tmp_path: Path, mode: str) -> None:
    name = "a.jpg" if mode == "CMYK" else "a.png"
    Image.new(mode, (30, 20)).save(tmp_path / name)
    assert load_picture(tmp_path / name).shape == (20, 30, 3)


BAD = ("text", "empty", "cut", "gif", "huge", "bomb", "none", "folder")


def bad_files(folder: Path) -> dict[str, Path]:
    good = write(folder / "good.jpg").read_bytes()
    made = {name: folder / f"张三{name}.jpg" for name in BAD}
    made["text"].write_text("not a picture", encoding="utf-8")
    made["empty"].write_bytes(b"")
    made["cut"].write_bytes(good[: len(good) // 2])
    Image.new("RGB", (30, 20)).save(made["gif"], format="GIF")
    for name, side in (("huge", 5001), ("bomb", 20_000)):
        Image.new("1", (side, side)).save(made[name], format="PNG")
    made["folder"].mkdir()
    return made


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_a_sentence_without_its_name(tmp_path: Path, name: str) -> None:
    with pytest.raises(Missing) as refused:
        load_picture(bad_files(tmp_path)[name])
    assert CHINESE.search(refused.value.sentence)
    assert "张三" not in refused.value.sentence
    assert refused.value.code in ("no_picture", "bad_picture")
    assert ("太大" in refused.value.sentence) == (name in ("huge", "bomb"))


def test_a_file_we_may_not_open_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_arguments: object, **_options: object) -> None:
        raise PermissionError(13, "denied")

    path = write(tmp_path / "a.png")
    monkeypatch.setattr(Image, "open", refuse)
    with pytest.raises(Missing, match="权限"):
        load_picture(path)


def test_the_size_limit_is_exact(tmp_path: Path) -> None:
    Image.new("1", (5000, 5000)).save(tmp_path / "a.png")
    assert MOST_PIXELS == 5000 * 5000
    assert load_picture(tmp_path / "a.png").shape == (5000, 5000, 3)


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".webp", ".bmp"])
@given(place=st.floats(0, 1, exclude_max=True), flip=st.integers(1, 255), keep=st.floats(0.02, 1))
def test_any_damage_is_a_picture_or_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, suffix: str, place: float, flip: int, keep: float
) -> None:
    path = tmp_path_factory.getbasetemp() / f"damaged{suffix}"
    raw = bytearray(write(path).read_bytes())
    raw[int(place * len(raw))] ^= flip
    path.write_bytes(raw[: max(1, int(keep * len(raw)))])
    try:
        assert load_picture(path).dtype == np.uint8
    except Missing as refused:
        assert CHINESE.search(refused.sentence)


# ---- stills as a camera


def test_a_folder_is_shown_in_order_and_round_again(tmp_path: Path) -> None:
    for name, shade in (("b.png", 20), ("a.png", 10), ("C.PNG", 30)):
        write(tmp_path / name, shade)
    write(tmp_path / ".hidden.png", 1)
    (tmp_path / "notes.txt").write_text("x", encoding="utf-8")
    (tmp_path / "sub.png").mkdir()
    assert [path.name for path in list_pictures(tmp_path)] == ["C.PNG", "a.png", "b.png"]
    camera = StillsCamera(tmp_path)
    frames = [camera.read(0) for _ in range(4)]
    assert [int(frame.picture[0, 0, 0]) for frame in frames if frame] == [30, 10, 20, 30]
    assert [frame.source for frame in frames if frame][:2] == ["still 1", "still 2"]


def test_without_looping_the_last_picture_is_the_last(tmp_path: Path) -> None:
    camera = open_camera(f"stills://{write(tmp_path / 'a.png').as_posix()}?loop=0")
    assert camera.read(0) is not None
    assert camera.read(0) is None


def test_a_bad_picture_does_not_end_the_folder(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"no")
    write(tmp_path / "b.png", 77)
    camera = StillsCamera(tmp_path)
    with pytest.raises(Missing, match="第 1 张照片"):
        camera.read(0)
    frame = camera.read(0)
    assert frame is not None and frame.picture[0, 0, 0] == 77


def test_nothing_there_is_said_when_opening(tmp_path: Path) -> None:
    with pytest.raises(Missing, match="没有照片"):
        StillsCamera(tmp_path)
    with pytest.raises(Missing, match="找不到"):
        StillsCamera(tmp_path / "none")


def test_a_closed_camera_says_so(tmp_path: Path) -> None:
    write(tmp_path / "0001_front.png")
    for camera in (StillsCamera(tmp_path), TrayCamera(tmp_path, VIEWS["desk"])):
        camera.close()
        camera.close()
        with pytest.raises(Missing, match="关闭"):
            camera.read(0)


# ---- the tray of the emulated printer


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


# ---- a webcam


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


# ---- addresses


@pytest.mark.parametrize(
    "url",
    [
        "", "webcam", "webcam://", "webcam://a", "webcam://-1", "webcam://１", "webcam://0/x", "webcam://0?width=0",
        "webcam://0?size=1", "webcam://0?width=640&width=640", "webcam://0?width", "webcam://0#x", "camera://0",
        "stills://", "stills://host/x", "stills:///x?loop=2", "stills:///x?view=desk", "tray://", "tray:///x?view=sky",
        "tray:///x?side=left", "tray:///x?seed=-1", "tray:///x?seed=x", "http://[x",
    ],
)  # fmt: skip
def test_an_address_we_do_not_understand_is_refused_with_a_sentence(url: str) -> None:
    with pytest.raises(BadUrl) as refused:
        open_camera(url)
    assert CHINESE.search(refused.value.sentence)


def test_a_place_with_spaces_and_chinese_opens(tmp_path: Path) -> None:
    folder = tmp_path / "出 卡"
    folder.mkdir()
    write(folder / "a.png")
    assert open_camera(f"stills://{folder.as_posix()}").read(0) is not None
    assert open_camera(folder.as_uri().replace("file:", "stills:")).read(0) is not None


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
