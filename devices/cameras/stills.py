"""Pictures from files: opens one, and lets a file or a folder of them stand in for a camera."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from devices.contracts import Frame, Picture
from devices.errors import Missing
from devices.pictures import MOST_PIXELS, OF_A_LABORATORY, BadPicture, upright

SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".bmp", ".webp", ".pgm", ".ppm"})


def load_picture(path: Path, called: str = "这张照片") -> Picture:
    """The picture of a JPEG, PNG, BMP, WebP or PNM file, upright, RGB. Raises Missing with a sentence on `called`."""
    try:
        return np.array(upright(path, OF_A_LABORATORY), dtype=np.uint8)
    except BadPicture as bad:
        if bad.too_large:
            said = f"{called}太大（超过 {MOST_PIXELS // 10_000} 万像素），请缩小后再试"
        else:
            said = f"{called}打不开：文件损坏，或不是 JPEG、PNG、BMP、WebP、PGM、PPM 图片，请换一张"
        raise Missing(said, "bad_picture") from None
    except FileNotFoundError:
        raise Missing(f"找不到{called}，请检查位置后再试", "no_picture") from None
    except PermissionError:
        raise Missing(f"没有权限打开{called}，请检查文件权限", "no_picture") from None
    except IsADirectoryError:
        raise Missing(f"{called}是一个文件夹，请选择其中的图片文件", "no_picture") from None


def list_pictures(folder: Path) -> list[Path]:
    """The picture files of a folder by suffix, in the order of their names, without hidden files and sub-folders."""
    found = (entry for entry in folder.iterdir() if entry.suffix.lower() in SUFFIXES and entry.is_file())
    return sorted(entry for entry in found if not entry.name.startswith("."))


class StillsCamera:
    """A file, or the pictures of a folder one after the other and round again; a `Camera`."""

    def __init__(self, place: Path, loop: bool = True, monotonic: Callable[[], float] = time.monotonic) -> None:
        if not place.exists():
            raise Missing("找不到这个照片文件或文件夹，请检查位置后再试", "no_picture")
        self._files = list_pictures(place) if place.is_dir() else [place]
        if not self._files:
            raise Missing("这个文件夹里没有照片（JPEG、PNG、BMP、WebP、PGM、PPM），请放入后再试", "no_picture")
        self._loop = loop
        self._monotonic = monotonic
        self._next = 0
        self._closed = False

    def read(self, timeout: float) -> Frame | None:
        """The next picture at once; None after the last one if it does not loop. Raises Missing for a bad file."""
        if self._closed:
            raise Missing("照片来源已经关闭，请重新打开", "camera_closed")
        if self._next >= len(self._files):
            if not self._loop:
                return None
            self._next = 0
        number, self._next = self._next, self._next + 1
        picture = load_picture(self._files[number], f"第 {number + 1} 张照片")
        return Frame(picture, self._monotonic(), f"still {number + 1}")

    def close(self) -> None:
        """Nothing to give back; reading afterwards raises Missing."""
        self._closed = True
