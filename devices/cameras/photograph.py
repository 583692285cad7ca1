"""Photographs a flat card with a simulated pinhole camera: same card, view and seed, same picture.

It knows light, lenses and desks; it refuses to know what is printed on the card.
"""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass
from statistics import NormalDist
from types import MappingProxyType
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from devices.contracts import Picture

CARD_WIDTH_MM = 85.6  # ISO/IEC 7810 ID-1; the height follows from the picture's own proportion
CORNER_MM = 3.18
Plane = NDArray[Any]  # what cv2 answers: its stubs promise no more than numbers


@dataclass(frozen=True, slots=True)
class View:
    """How the card is looked at. Lengths called px are pixels of the finished picture."""

    width: int = 1280
    height: int = 720
    fov: float = 60.0  # horizontal field of view, degrees
    fill: float = 0.62  # width of the card seen flat, as a share of the picture's width
    aim: tuple[float, float] = (0.5, 0.5)  # the point of the card that the camera looks at, as shares of its sides
    shift: float = 0.02  # the aim wanders by up to this share of the card
    tilt: float = 4.0  # degrees about a seeded axis in the plane of the card
    roll: float = 4.0  # degrees: up to this much to either side
    blur: float = 0.6  # sigma of the defocus, px
    motion: float = 0.0  # length of the smear, px
    light: float = 0.9  # 1.0 = white paper is just white
    uneven: float = 0.15  # how much darker the far side is
    noise: float = 2.5  # sigma, grey levels
    glare: float = 0.0  # radius of the reflection of a lamp, as a share of the card's width
    glare_at: tuple[float, float] | None = None  # as shares of the card's sides; None = seeded
    jpeg: int = 85  # quality; 0 = not compressed
    desk: tuple[int, int, int] = (143, 112, 80)  # colour of the wood


VIEWS = MappingProxyType(
    {
        "clean": View(tilt=0.0, roll=2.0, blur=0.4, noise=1.0, uneven=0.05, jpeg=92),
        "desk": View(),
        "tilted": View(tilt=35.0, roll=20.0, blur=0.9, noise=4.0, uneven=0.25, jpeg=75),
        "phone": View(width=1920, height=1080, fov=65.0, fill=0.55, tilt=15.0, roll=10.0, blur=1.0, noise=3.0, jpeg=80),
        "dim": View(light=0.25, noise=5.0, uneven=0.3),
        "lamp": View(tilt=8.0, glare=0.07),
        "hard": View(
            fill=0.58, tilt=40.0, roll=180.0, blur=1.2, motion=3.0, light=0.7, uneven=0.35, noise=6.0, jpeg=50
        ),
        "vga": View(width=640, height=480, fill=0.85, blur=0.7, noise=4.0, jpeg=60),
    }
)


def photograph(card: Picture, view: View, seed: int) -> Picture:
    """What the camera sees of `card` lying on a desk. Pure: equal arguments give equal pixels."""
    rng = np.random.default_rng(seed)
    to_picture = _pose(card.shape[1], card.shape[0], view, rng)
    frame = _wood(view, rng)
    _lay(card, to_picture, frame)
    frame = _defocus(frame, view, rng)
    frame = _expose(frame, view, rng)
    if view.glare > 0:
        _reflect(frame, to_picture, card.shape[1], card.shape[0], view, rng)
    return _compress(frame, view.jpeg)


def empty_desk(view: View, seed: int) -> Picture:
    """What the camera sees where no card lies."""
    rng = np.random.default_rng(seed)
    return _compress(_expose(_defocus(_wood(view, rng), view, rng), view, rng), view.jpeg)


def where(share: tuple[float, float], card: Picture, view: View, seed: int) -> tuple[float, float]:
    """Where a point of the card (as shares of its sides) falls in the picture taken with this view and seed."""
    to_picture = _pose(card.shape[1], card.shape[0], view, np.random.default_rng(seed))
    point = np.array([[[share[0] * card.shape[1], share[1] * card.shape[0]]]], dtype=np.float64)
    x, y = cv2.perspectiveTransform(point, to_picture)[0, 0]
    return float(x), float(y)


def _pose(card_width: int, card_height: int, view: View, rng: np.random.Generator) -> NDArray[np.float64]:
    """The homography from card pixels to picture pixels: K [r1 r2 t] after centring on the point aimed at."""
    axis = rng.uniform(0, 2 * math.pi)
    roll = math.radians(rng.uniform(-view.roll, view.roll))
    wander = rng.uniform(-view.shift, view.shift, 2)
    tilt_vector = np.array([math.cos(axis), math.sin(axis), 0.0]) * math.radians(view.tilt)
    tilted, _ = cv2.Rodrigues(tilt_vector)
    rolled, _ = cv2.Rodrigues(np.array([0.0, 0.0, roll]))
    turn = rolled @ tilted
    focal = view.width / 2 / math.tan(math.radians(view.fov) / 2)
    distance = focal * CARD_WIDTH_MM / (view.fill * view.width)
    lens = np.array([[focal, 0, view.width / 2], [0, focal, view.height / 2], [0, 0, 1]])
    mm = CARD_WIDTH_MM / card_width
    aimed = np.array([(view.aim[0] + wander[0]) * card_width, (view.aim[1] + wander[1]) * card_height])
    centred = np.array([[mm, 0, -mm * aimed[0]], [0, mm, -mm * aimed[1]], [0, 0, 1]])
    placed = np.column_stack([turn[:, 0], turn[:, 1], [0.0, 0.0, distance]])
    pose: NDArray[np.float64] = lens @ placed @ centred
    return pose


def _wood(view: View, rng: np.random.Generator) -> Plane:
    """A desk: long grain, slow changes of tone."""
    height, width = view.height, view.width
    grain = rng.normal(0, 7, (max(2, height // 3), max(2, width // 80))).astype(np.float32)
    tone = rng.normal(0, 9, (4, 6)).astype(np.float32)
    tones = cv2.resize(tone, (width, height), interpolation=cv2.INTER_CUBIC)
    plane = cv2.add(cv2.resize(grain, (width, height)), tones)
    return cv2.merge([cv2.convertScaleAbs(plane, beta=colour) for colour in view.desk])


def _lay(card: Plane, to_picture: NDArray[np.float64], frame: Plane) -> None:
    """Draw the card with its round corners into `frame`."""
    height, width = card.shape[:2]
    corners = np.array([[[0, 0], [width, 0], [width, height], [0, height]]], dtype=np.float64)
    seen = cv2.perspectiveTransform(corners, to_picture)[0]
    side = max(float(np.linalg.norm(seen[1] - seen[0])), float(np.linalg.norm(seen[2] - seen[3])))
    # A pixel of a sensor gathers light over its whole area: shrink by area first, so that warping needs no more than
    # its four neighbours.
    shrink = min(1.0, 1.15 * side / width)
    card = np.dstack([card, _round_corners(width, height)])
    if shrink < 1.0:
        small = (max(1, round(width * shrink)), max(1, round(height * shrink)))
        card = cv2.resize(card, small, interpolation=cv2.INTER_AREA)
        to_picture = to_picture @ np.diag([width / small[0], height / small[1], 1.0])
    left, top = np.maximum(np.floor(seen.min(axis=0)).astype(int) - 2, 0)
    right = min(frame.shape[1], int(np.ceil(seen[:, 0].max())) + 2)
    bottom = min(frame.shape[0], int(np.ceil(seen[:, 1].max())) + 2)
    if right <= left or bottom <= top:
        return  # looking past the card
    moved = np.array([[1, 0, -left], [0, 1, -top], [0, 0, 1]], dtype=np.float64) @ to_picture
    laid = cv2.warpPerspective(card, moved, (right - left, bottom - top), flags=cv2.INTER_LINEAR)
    opaque = cv2.merge([laid[:, :, 3]] * 3)
    under = frame[top:bottom, left:right]
    over = cv2.multiply(np.ascontiguousarray(laid[:, :, :3]), opaque, scale=1 / 255)
    frame[top:bottom, left:right] = cv2.add(cv2.multiply(under, cv2.bitwise_not(opaque), scale=1 / 255), over)


@functools.lru_cache(maxsize=4)
def _round_corners(width: int, height: int) -> NDArray[np.uint8]:
    """An opacity plane: 255 on the plastic, 0 outside its round corners."""
    plane = np.zeros((height, width), dtype=np.uint8)
    radius = max(1, round(CORNER_MM / CARD_WIDTH_MM * width))
    cv2.rectangle(plane, (radius, 0), (width - radius - 1, height - 1), 255, cv2.FILLED)
    cv2.rectangle(plane, (0, radius), (width - 1, height - radius - 1), 255, cv2.FILLED)
    for x in (radius, width - radius - 1):
        for y in (radius, height - radius - 1):
            cv2.circle(plane, (x, y), radius, 255, cv2.FILLED)
    return plane


def _reflect(
    frame: Plane,
    to_picture: NDArray[np.float64],
    card_width: int,
    card_height: int,
    view: View,
    rng: np.random.Generator,
) -> None:
    """Add the reflection of a lamp: white in the middle, a soft skirt around it."""
    seeded = rng.uniform(0.2, 0.8, 2)
    share = view.glare_at if view.glare_at is not None else (float(seeded[0]), float(seeded[1]))
    spot = np.array([[[share[0] * card_width, share[1] * card_height]]], dtype=np.float64)
    x, y = cv2.perspectiveTransform(spot, to_picture)[0, 0]
    radius = view.glare * view.fill * view.width
    reach = math.ceil(radius * 1.5) + 1
    left, top = max(0, int(x) - reach), max(0, int(y) - reach)
    part = frame[top : max(0, int(y) + reach), left : max(0, int(x) + reach)]
    if part.size == 0:
        return
    columns = np.arange(left, left + part.shape[1], dtype=np.float32)[None, :] - np.float32(x)
    rows = np.arange(top, top + part.shape[0], dtype=np.float32)[:, None] - np.float32(y)
    inside = np.clip((1.3 - np.hypot(columns, rows) / radius) / 0.3, 0, 1)
    part[:] = cv2.add(part, cv2.merge([(inside * 255).astype(np.uint8)] * 3))


def _defocus(frame: Plane, view: View, rng: np.random.Generator) -> Plane:
    """Blur of the lens, then the smear of a hand that moves in one seeded direction."""
    if view.blur > 0:
        frame = cv2.GaussianBlur(frame, (0, 0), view.blur)
    angle = rng.uniform(0, math.pi)
    if view.motion > 1:
        frame = cv2.filter2D(frame, -1, _smear(view.motion, angle))
    return frame


def _smear(length: float, angle: float) -> Plane:
    """A line of this length as a filter, drawn by its points so that every length and angle weighs the same."""
    half = math.ceil(length / 2)
    kernel = np.zeros((2 * half + 1, 2 * half + 1), dtype=np.float32)
    for step in np.linspace(-length / 2, length / 2, 8 * half + 1):
        kernel[half + round(step * math.sin(angle)), half + round(step * math.cos(angle))] += 1
    weighed: Plane = kernel / kernel.sum()
    return weighed


def _expose(frame: Plane, view: View, rng: np.random.Generator) -> Plane:
    """Uneven light, then the noise of the sensor."""
    across, down = rng.uniform(-1, 1, 2)
    ramp = np.array([[-across - down, across - down], [-across + down, across + down]], dtype=np.float32) / 2
    light = view.light * (1 - view.uneven * (ramp + 1) / 2)
    plane = cv2.resize(light, (view.width, view.height), interpolation=cv2.INTER_LINEAR)
    lit = cv2.multiply(frame, cv2.merge([plane] * 3), dtype=cv2.CV_16S)
    if view.noise > 0:
        drawn = rng.integers(0, 256, frame.shape, dtype=np.uint8)
        lit = cv2.add(lit, cv2.LUT(drawn, _bell(view.noise)))
    return cv2.convertScaleAbs(np.maximum(lit, 0))


@functools.lru_cache(maxsize=64)
def _bell(sigma: float) -> NDArray[np.int16]:
    """256 equally likely values of a normal distribution: noise at the price of one random byte a pixel."""
    normal = NormalDist(0, sigma)
    return np.array([[round(normal.inv_cdf((i + 0.5) / 256)) for i in range(256)]], dtype=np.int16)


def _compress(frame: Plane, quality: int) -> Plane:
    """Through JPEG and back, as a webcam's MJPG stream goes."""
    if quality <= 0:
        return frame
    _, packed = cv2.imencode(".jpg", cv2.cvtColor(frame, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR_RGB))
