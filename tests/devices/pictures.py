"""Card faces for tests, from whole-number formulas only: the same bytes on every machine and library version."""

from __future__ import annotations

import numpy as np

from devices.contracts import MASTER_HEIGHT, MASTER_WIDTH, CardFaces, Picture


def white() -> Picture:
    """An empty face."""
    return np.full((MASTER_HEIGHT, MASTER_WIDTH, 3), 255, np.uint8)


def colourful() -> Picture:
    """Every channel level, black blocks of resin, a near-black that must stay dye, and nothing symmetric."""
    row, column = np.indices((MASTER_HEIGHT, MASTER_WIDTH))
    picture = np.stack([column % 256, (row + column) % 256, (3 * row + 255) % 256], axis=2).astype(np.uint8)
    picture[40:120, 60:260] = 0
    picture[130:140, 60:260] = 1
    picture[500:640, 900:1010] = 255
    picture[0, 0] = 0
    return picture


def checks(dots: int = 5) -> Picture:
    """Black on white, like a code: the back of a card."""
    row, column = np.indices((MASTER_HEIGHT, MASTER_WIDTH)) // dots
    picture = np.where(((row * 7 + column * 3) % 5 < 2)[:, :, None], np.uint8(0), np.uint8(255)).repeat(3, axis=2)
    picture[:100, 300:] = 255
    return picture


def noise(seed: int) -> Picture:
    """Any picture at all."""
    return np.random.default_rng(seed).integers(0, 256, (MASTER_HEIGHT, MASTER_WIDTH, 3), dtype=np.uint8)


FACES = CardFaces(colourful(), checks())
FRONT_ONLY = CardFaces(colourful())


def turned_plane(picture: Picture) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """Full ink where the picture is black, as printer lines."""
    return np.where(np.rot90(picture[:, :, 0], -1) == 0, np.uint8(255), np.uint8(0))
