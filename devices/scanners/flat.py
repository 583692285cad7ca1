"""Finds the card in a picture by its outline and lays it flat, so that a steep view costs no reading.

It knows that a card is a bright quadrangle on something darker; it does not know what is on the card.
"""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from devices.scanners.rungs import Gray, Sheet, enlarge, sharpen, stretch

SEEN_AT = 640  # px of the longer side at which outlines are searched
SMALLEST_SHARE = 0.05  # of the picture: a smaller card has no pixels to spare for laying it flat
LONG_SIDE = 1400
PROPORTION = 85.6 / 54.0  # ISO/IEC 7810 ID-1


def flat_sheets(plane: Gray) -> Iterator[Sheet]:
    """The card laid flat, once for each way its long side may lie; nothing where no quadrangle stands out."""
    corners = card_corners(plane)
    if corners is None:
        return
    short = round(LONG_SIDE / PROPORTION)
    sizes = [(LONG_SIDE, short), (short, LONG_SIDE)]
    across = np.linalg.norm(corners[1] - corners[0]) + np.linalg.norm(corners[2] - corners[3])
    down = np.linalg.norm(corners[3] - corners[0]) + np.linalg.norm(corners[2] - corners[1])
    if down > across:
        sizes.reverse()
    sharp = sharpen(stretch(plane), 1.2, 1.0)
    for width, height in sizes:
        target = np.array([[0, 0], [width, 0], [width, height], [0, height]], dtype=np.float32)
        there = cv2.getPerspectiveTransform(corners, target)
        back = np.asarray(np.linalg.inv(there), dtype=np.float64)
        yield Sheet(cv2.warpPerspective(sharp, there, (width, height)), back)


def card_corners(plane: Gray) -> NDArray[np.float32] | None:
    """Four corners of the largest bright quadrangle, in the order of its outline, or None."""
    scale = min(1.0, SEEN_AT / max(plane.shape))
    small = cv2.GaussianBlur(enlarge(plane, scale), (5, 5), 0)
    _, bright = cv2.threshold(small, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    bright = cv2.morphologyEx(bright, cv2.MORPH_CLOSE, np.ones((15, 15), np.uint8))  # print is no hole in a card
    outlines, _ = cv2.findContours(bright, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    if not outlines:
        return None
    outline = max(outlines, key=cv2.contourArea)
    hull = cv2.convexHull(outline)
    if cv2.contourArea(hull) < SMALLEST_SHARE * small.size:
        return None
    around = cv2.arcLength(hull, True)
    for slack in (0.02, 0.03, 0.04, 0.06, 0.08):  # round corners and a finger need more slack than a clean edge
        rough = cv2.approxPolyDP(hull, slack * around, True)
        if len(rough) == 4:
            exact = meeting_points(outline[:, 0].astype(np.float32), rough[:, 0].astype(np.float32))
            back = np.array([plane.shape[1] / small.shape[1], plane.shape[0] / small.shape[0]])
            return np.asarray((exact + 0.5) * back - 0.5, dtype=np.float32)
    return None


def meeting_points(outline: NDArray[np.float32], rough: NDArray[np.float32]) -> NDArray[np.float32]:
    """Where the straight middles of the four sides would meet: the corners of the card as if they were not round."""
    sides = [_side(outline, rough[at], rough[(at + 1) % 4]) for at in range(4)]
    corners = rough.copy()
    for at in range(4):
        (point, along), (other, onward) = sides[at - 1], sides[at]
        turn = np.column_stack([along, -onward])
        if abs(np.linalg.det(turn)) < 0.1:
            continue  # nearly parallel: the rough corner is the better guess
        met = point + along * np.linalg.solve(turn, other - point)[0]
        if np.linalg.norm(met - rough[at]) < 0.2 * np.linalg.norm(rough[at] - rough[(at + 2) % 4]):
            corners[at] = met
    return corners


def _side(
    outline: NDArray[np.float32], start: NDArray[np.float32], end: NDArray[np.float32]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """A point and the direction of the line through the outline between two rough corners, well away from both."""
    along = end - start
    length = float(np.linalg.norm(along))
    along = along / max(length, 1.0)
    offset = outline - start
    reach = offset @ along
    beside = np.abs(offset @ np.array([-along[1], along[0]], dtype=np.float32))
    middle = outline[(reach > 0.15 * length) & (reach < 0.85 * length) & (beside < 0.06 * length)]
    if len(middle) < 8:
        return start, along
    vx, vy, x, y = cv2.fitLine(middle, cv2.DIST_HUBER, 0, 0.01, 0.01).ravel()
    return np.array([x, y], dtype=np.float32), np.array([vx, vy], dtype=np.float32)
