"""The rungs of the reading ladder: each turns one gray or colour picture into one that a decoder may like better.

Order and settings come from `tests/bench/bench_vision.py`; a rung that reads nothing the others miss has no place here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from devices.contracts import Picture

Gray = NDArray[Any]  # uint8, two dimensions; cv2's stubs promise no more than numbers
MOST_PIXELS = 8_400_000  # of an enlarged picture: 1080p at twice its size; bounds the time of every rung


@dataclass(frozen=True, eq=False, slots=True)
class Sheet:
    """A gray plane to read, and the homography from its pixels back to those of the picture."""

    plane: Gray
    back: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Rung:
    """One step: what it does to the picture, and whether the decoder should also search smaller and inverted copies."""

    name: str
    prepare: Callable[[Picture], Gray]
    thorough: bool = False

    def sheet(self, picture: Picture) -> Sheet:
        """What the decoder is to look at."""
        plane = self.prepare(picture)
        return Sheet(plane, np.diag([picture.shape[1] / plane.shape[1], picture.shape[0] / plane.shape[0], 1.0]))


def gray(picture: Picture) -> Gray:
    """Luminance. A gray picture passes through."""
    return picture if picture.ndim == 2 else cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)


def brightest(picture: Picture) -> Gray:
    """The brightest channel of each pixel: black ink on a coloured field stands out."""
    if picture.ndim == 2:
        return picture
    red, green, blue = cv2.split(picture)
    return cv2.max(cv2.max(red, green), blue)


def darkest(picture: Picture) -> Gray:
    """The darkest channel of each pixel: coloured ink on white stands out."""
    if picture.ndim == 2:
        return picture
    red, green, blue = cv2.split(picture)
    return cv2.min(cv2.min(red, green), blue)


def stretch(plane: Gray) -> Gray:
    """Spread the grey levels that are really used over the whole range; ignores the extreme 1 % at both ends."""
    low, high = np.percentile(plane[::8, ::8], (1, 99))
    if high - low < 2:
        return plane
    table = np.clip((np.arange(256) - low) * (255 / (high - low)), 0, 255).astype(np.uint8)
    return cv2.LUT(plane, table)


def sharpen(plane: Gray, sigma: float, amount: float) -> Gray:
    """Unsharp mask."""
    return cv2.addWeighted(plane, 1 + amount, cv2.GaussianBlur(plane, (0, 0), sigma), -amount, 0)


def enlarge(plane: Gray, factor: float) -> Gray:
    """Resize by `factor`, or by less where the result would pass MOST_PIXELS; huge pictures become smaller."""
    factor = min(factor, (MOST_PIXELS / plane.size) ** 0.5)
    size = (max(1, round(plane.shape[1] * factor)), max(1, round(plane.shape[0] * factor)))
    return cv2.resize(plane, size, interpolation=cv2.INTER_CUBIC if factor >= 1 else cv2.INTER_AREA)


def _double(picture: Picture) -> Gray:
    return enlarge(sharpen(stretch(gray(picture)), 1.2, 1.5), 2)


def _double_soft(picture: Picture) -> Gray:
    """Against noise: smooth first, then sharpen what is left."""
    return enlarge(sharpen(cv2.GaussianBlur(gray(picture), (0, 0), 0.7), 2.0, 2.0), 2)


def _triple(picture: Picture) -> Gray:
    return enlarge(sharpen(stretch(gray(picture)), 1.2, 1.5), 3)


def _even(picture: Picture) -> Gray:
    """Against shadows: equalise tile by tile."""
    plane = gray(picture)
    evened = cv2.createCLAHE(3.0, (8, 8)).apply(plane)
    return enlarge(sharpen(evened, 1.2, 1.5), 2)


def _double_darkest(picture: Picture) -> Gray:
    return enlarge(sharpen(stretch(darkest(picture)), 1.2, 1.5), 2)


def _opened(picture: Picture) -> Gray:
    """Against light scratches and specks: what is lighter and thinner than three pixels goes."""
    return enlarge(cv2.morphologyEx(stretch(gray(picture)), cv2.MORPH_OPEN, np.ones((3, 3), np.uint8)), 2)


def _closed(picture: Picture) -> Gray:
    """Against dark scratches: what is darker and thinner than three pixels goes."""
    return enlarge(cv2.morphologyEx(stretch(gray(picture)), cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8)), 2)


def _half(picture: Picture) -> Gray:
    """Against heavy noise and moiré in large pictures."""
    return enlarge(stretch(gray(picture)), 0.5)


GLANCE = (
    Rung("gray", gray),
    Rung("double", _double),
    Rung("brightest", brightest),
    Rung("darkest", darkest),
)
LADDER = (
    *GLANCE,
    Rung("even", _even),
    Rung("triple", _triple),
    Rung("double-soft", _double_soft),
    Rung("opened", _opened),
    Rung("double-darkest", _double_darkest),
    Rung("closed", _closed),
    Rung("half", _half),
    Rung("gray-thorough", gray, thorough=True),
)
