"""The permit photo of GA 461-2004 from a found face: upright, cropped, 358 × 441; and the background made white.

Nothing is beautified: crop, turn, scale and whiten are all that is ever done, and each is recorded.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from devices.contracts import Picture
from station.faces.face import Face

WIDTH, HEIGHT = 358, 441
FACE_PER_EYES = 2.25
"""Width of a face as a multiple of the distance of its eyes (adults: 140 mm to 62 mm)."""
FACE_WIDTH, FACE_SLACK = 207, 14
EYES = FACE_WIDTH / FACE_PER_EYES  # 92 px
EYES_ABOVE = 207  # px from the lower edge at least; wins over the margin above the hair
MARGIN = 14  # px above the hair, of 7 to 21
CROWN = 2.0
"""Height of the hair above the eyes as a multiple of their distance, where it cannot be seen against the background."""


@dataclass(frozen=True, eq=False, slots=True)
class Cut:
    """A portrait and how it came about. `face` is in portrait coordinates, `outside` the share beyond the picture."""

    picture: Picture
    face: Face
    source_eyes: float
    turned: float
    outside: float
    hair_top: float  # px from the upper edge


def cut(picture: Picture, face: Face) -> Cut:
    """The portrait around this face. Always gives one; `outside` and the measures say whether it is any good."""
    scale = EYES / max(face.eye_distance, 1.0)
    above = _hair_above(picture, face) * scale
    room = HEIGHT - EYES_ABOVE - MARGIN / 2
    if above > room:  # long heads: a little smaller, as far as the standard allows, never the eyes below their line
        least = (FACE_WIDTH - FACE_SLACK + 1) / FACE_WIDTH
        shrink = max(room / above, least)
        scale, above = scale * shrink, above * shrink
    eye_row = min(MARGIN + above, HEIGHT - EYES_ABOVE)
    turn = math.radians(face.roll)
    along, across = scale * math.cos(turn), scale * math.sin(turn)
    x, y = face.between_eyes
    there = np.array(
        [[along, across, WIDTH / 2 - along * x - across * y], [-across, along, eye_row + across * x - along * y]]
    )
    small, there_small = _ready(picture, there, scale)
    size = (WIDTH, HEIGHT)
    portrait = cv2.warpAffine(
        small, there_small, size, flags=cv2.INTER_CUBIC if scale > 1 else cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )  # fmt: skip
    seen = cv2.warpAffine(np.full(small.shape[:2], 255, np.uint8), there_small, size, flags=cv2.INTER_NEAREST)
    return Cut(
        np.asarray(portrait, dtype=np.uint8), _moved(face, there), face.eye_distance, face.roll,
        float(np.mean(seen == 0)), eye_row - above,
    )  # fmt: skip


def _ready(picture: Picture, there: NDArray[Any], scale: float) -> tuple[Picture, NDArray[Any]]:
    """A large picture is shrunk by area first: a warp alone would alias."""
    if scale > 0.6:
        return picture, there
    size = (max(1, round(picture.shape[1] * scale)), max(1, round(picture.shape[0] * scale)))
    small = np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    back = np.diag([picture.shape[1] / size[0], picture.shape[0] / size[1], 1.0])
    return small, there @ back


def _moved(face: Face, there: NDArray[Any]) -> Face:
    def at(x: float, y: float) -> tuple[float, float]:
        moved = there @ np.array([x, y, 1.0])
        return float(moved[0]), float(moved[1])

    scale = math.hypot(there[0, 0], there[0, 1])
    middle = at(face.left + face.width / 2, face.top + face.height / 2)
    width, height = face.width * scale, face.height * scale
    return Face(
        middle[0] - width / 2, middle[1] - height / 2, width, height, at(*face.right_eye), at(*face.left_eye),
        at(*face.nose), face.confidence, tuple(at(*point) for point in face.mouth),
    )  # fmt: skip


def _hair_above(picture: Picture, face: Face) -> float:
    """Pixels of the source from the eyes to the highest hair: seen against an even background, else guessed."""
    size = face.eye_distance
    x, y = face.between_eyes
    guess = CROWN * size
    top, bottom = max(0, round(y - 3.2 * size)), round(y - 0.6 * size)
    left, right = max(0, round(x - 0.7 * size)), min(picture.shape[1], round(x + 0.7 * size))
    if bottom - top < 8 or right - left < 8:
        return guess
    ground = np.median(picture[top : top + max(2, (bottom - top) // 12), left:right].reshape(-1, 3), axis=0)
    band = picture[top:bottom, left:right].astype(np.int16)
    other = np.abs(band - ground).max(axis=2) > 36
    rows = np.flatnonzero(other.mean(axis=1) > 0.2)
    if rows.size == 0 or rows[0] < 2:
        return guess
    found = y - (top + float(rows[0]))
    return found if 1.3 * size <= found <= 2.9 * size else guess


def whiten(portrait: Picture, face: Face) -> tuple[Picture, float]:
    """The even ground around the person made white, and how much of the picture that was; 0 where it is not safe.

    The ground is what hangs together with the upper corners and has their colour. Where that would run into the face,
    nothing is changed.
    """
    soft = cv2.bilateralFilter(portrait, 5, 20, 5)
    mask = np.zeros((HEIGHT + 2, WIDTH + 2), np.uint8)
    slack = (14, 14, 14)
    flags = 4 | cv2.FLOODFILL_MASK_ONLY | cv2.FLOODFILL_FIXED_RANGE | (255 << 8)
    for seed in ((2, 2), (WIDTH - 3, 2), (2, 80), (WIDTH - 3, 80), (2, 160), (WIDTH - 3, 160)):
        cv2.floodFill(soft, mask, seed, (0, 0, 0), slack, slack, flags)
    ground = mask[1:-1, 1:-1]
    x, y = face.between_eyes
    reach = face.eye_distance
    head = ground[round(y - 0.9 * reach) : round(y + 0.9 * reach), round(x - 0.6 * reach) : round(x + 0.6 * reach)]
    share = float(np.mean(ground > 0))
    if share < 0.1 or float(np.mean(head > 0)) > 0.01:
        return portrait, 0.0
    closed = cv2.morphologyEx(ground, cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
    weight = (cv2.GaussianBlur(closed, (0, 0), 1.2).astype(np.float32) / 255.0)[:, :, None]
    white = portrait.astype(np.float32) * (1 - weight) + 255.0 * weight
    return np.clip(np.rint(white), 0, 255).astype(np.uint8), share
