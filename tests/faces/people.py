"""Pictures of drawn people for tests, as a camera would see them: far, tilted, dark, lit from one side, blurred."""

from __future__ import annotations

import functools

import cv2
import numpy as np

from devices.contracts import Picture
from station.cards.portraits import rehearsal_portrait


@functools.cache
def seen(seed: int = 1, zoom: float = 1.6) -> Picture:
    """Person number `seed` before a white wall in a 1.3-megapixel frame, a little less bright than the drawing."""
    drawn = cv2.resize(rehearsal_portrait(seed), None, fx=zoom, fy=zoom, interpolation=cv2.INTER_CUBIC)
    above, beside = 120, 300
    frame = np.pad(drawn, ((above, 0), (beside, beside), (0, 0)), mode="edge")
    return dimmed(frame, 0.93)


def dimmed(picture: Picture, factor: float) -> Picture:
    return np.clip(picture * factor, 0, 255).astype(np.uint8)


def lit_from(picture: Picture, side: str) -> Picture:
    """As with a window on one side of the picture only."""
    across = np.linspace(1.0, 0.0, picture.shape[1])
    ramp = 1 / (1 + np.exp(-(across - 0.5) * 20)) * 0.6 + 0.4
    return np.clip(picture * (ramp if side == "left" else ramp[::-1])[None, :, None], 0, 255).astype(np.uint8)


def blurred(picture: Picture, sigma: float) -> Picture:
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), sigma), dtype=np.uint8)


def turned(picture: Picture, degrees: float) -> Picture:
    """Clockwise."""
    height, width = picture.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), -degrees, 1)
    return np.asarray(cv2.warpAffine(picture, matrix, (width, height), borderMode=cv2.BORDER_REPLICATE), np.uint8)


def before(picture: Picture, wall: tuple[int, int, int] | str) -> Picture:
    """Another wall: a colour, or "stripes"."""
    white = (picture > 232).all(axis=2)
    behind = np.empty_like(picture)
    behind[:] = (200, 200, 200) if isinstance(wall, str) else wall
    if isinstance(wall, str):
        behind[:, (np.arange(picture.shape[1]) // 40) % 2 == 0] = (120, 140, 180)
    return np.where(white[:, :, None], behind, picture).astype(np.uint8)


def red_eyed(picture: Picture, eyes: tuple[tuple[float, float], ...], radius: int) -> Picture:
    made = picture.copy()
    for x, y in eyes:
        cv2.circle(made, (round(x), round(y)), radius, (190, 30, 30), -1)
    return made
