"""Pictures from files: the four formats, everything that is wrong with a file, a folder as a camera."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from devices.cameras.cameras import open_camera
from devices.cameras.photograph import VIEWS
from devices.cameras.stills import MOST_PIXELS, StillsCamera, list_pictures, load_picture
from devices.cameras.tray import TrayCamera
from devices.errors import Missing

CHINESE = re.compile("[\u4e00-\u9fff]")


def write(path: Path, shade: int = 200, size: tuple[int, int] = (60, 40), **options: Any) -> Path:
    Image.new("RGB", size, (shade, shade // 2, 10)).save(path, **options)
    return path


@pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.bmp", "a.webp", "a.pgm", "a.ppm"])
def test_each_format_opens(tmp_path: Path, name: str) -> None:
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


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".webp", ".bmp", ".pgm", ".ppm"])
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
