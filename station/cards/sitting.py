"""Camera pictures for rehearsals: a drawn person sits down before the camera, too far, then askew, then well."""

from __future__ import annotations

import numpy as np
from PIL import Image

from devices.contracts import Picture
from station.cards.portraits import rehearsal_portrait

WIDTH, HEIGHT = 1280, 720
WALL = (226, 229, 224)
LIGHT = 0.95  # drawings are paler than people
POSES = ((0.55, 0, 0), (1.25, 12, 0), (1.32, 0, 8), (1.32, 1, 0), (1.34, 0, -6), (1.32, 0, 4))
"""Size, tilt in degrees, and pixels beside the middle, frame by frame."""


def sitting(seed: int) -> list[Picture]:
    """The frames of person number `seed`, 1280 × 720 RGB. The same number gives the same pictures."""
    return [_frame(rehearsal_portrait(seed), *pose) for pose in POSES]


def _frame(portrait: Picture, size: float, tilt: float, beside: int) -> Picture:
    white = (portrait > 250).all(axis=2)
    there = np.array(portrait)
    there[white] = WALL
    drawn = Image.fromarray(there)
    drawn = drawn.resize((round(drawn.width * size), round(drawn.height * size)), Image.Resampling.LANCZOS)
    drawn = drawn.rotate(-tilt, Image.Resampling.BICUBIC, fillcolor=WALL)
    frame = Image.new("RGB", (WIDTH, HEIGHT), WALL)
    frame.paste(drawn, ((WIDTH - drawn.width) // 2 + beside, HEIGHT - drawn.height))
    return np.rint(np.asarray(frame) * LIGHT).astype(np.uint8)
