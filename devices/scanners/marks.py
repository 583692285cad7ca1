"""Finds the corner marks of QR symbols as outlines inside one another; needs no other part of the symbol."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from devices.scanners.rungs import Gray

SMALLEST_AREA = 60  # px: under about one px a module nothing can be told apart
MOST_HOLLOW = 0.12  # of the innermost square that a reflection may take away
LEAST_SQUARE = 0.6  # of its upright box that the innermost square fills however it is seen


@dataclass(frozen=True, slots=True)
class Mark:
    """A corner mark: its middle and its upright bounding box, 7 modules wide and high if it stands straight."""

    x: float
    y: float
    width: float
    height: float
    side: float = 0.0  # root of its area: its size however it is turned


def corner_marks(plane: Gray, contrast: float = 100.0) -> list[Mark]:
    """Every square in a square in a square whose sides are as 7 : 5 : 3, the best of two local thresholds."""
    best: list[Mark] = []
    margin = max(4.0, contrast / 12)  # keeps the noise of plain surfaces out
    for share in (24, 10):
        block = max(3, min(plane.shape) // share) | 1
        dark = cv2.adaptiveThreshold(plane, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, block, margin)
        outlines, tree = cv2.findContours(dark, cv2.RETR_TREE, cv2.CHAIN_APPROX_SIMPLE)
        if tree is None:
            continue
        ring = tree[0, :, 2]
        heart = np.where(ring >= 0, tree[0, ring, 2], -1)
        nested = np.flatnonzero(heart >= 0)  # noise has outlines by the ten thousand, but few inside one another
        nested = nested[[_solid(outlines, tree[0], int(heart[at])) for at in nested]] if nested.size else nested
        found = (_mark([outlines[place] for place in map(int, (at, ring[at], heart[at]))]) for at in nested)
        best = max(best, [mark for mark in found if mark is not None], key=len)
    return best


def _solid(outlines: Sequence[NDArray[Any]], tree: NDArray[Any], heart: int) -> bool:
    """Whether the innermost square is dark all through: the character 回 and a tick in a ring are not."""
    area, hole = -cv2.contourArea(outlines[heart], oriented=True), int(tree[heart, 2])  # holes run the other way round
    _, (width, height), _ = cv2.minAreaRect(outlines[heart])
    pierced = hole >= 0 and cv2.contourArea(outlines[hole]) > MOST_HOLLOW * area
    return not pierced and area >= LEAST_SQUARE * width * height


def _mark(nested: Sequence[NDArray[Any]]) -> Mark | None:
    """The corner mark that these three outlines are, from the outside in, or None."""
    areas = [cv2.contourArea(outline) for outline in nested]
    if areas[0] < SMALLEST_AREA or not (0.33 < areas[1] / areas[0] < 0.75 and 0.07 < areas[2] / areas[0] < 0.38):
        return None
    (x0, y0), (w, h), _ = cv2.minAreaRect(nested[0])
    (x2, y2), _, _ = cv2.minAreaRect(nested[2])
    side = math.sqrt(areas[0])
    if min(w, h) < 0.45 * max(w, h) or areas[0] < 0.75 * w * h or abs(x0 - x2) + abs(y0 - y2) > 0.2 * side:
        return None
    _, _, width, height = cv2.boundingRect(nested[0])
    return Mark(x0, y0, float(width), float(height), side)
