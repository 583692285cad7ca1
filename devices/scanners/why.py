"""Why a picture could not be read, by measured statistics: light, edges, and the corner marks that are still visible.

It is asked after every reader has failed; it never reads a text.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from devices.scanners.marks import corner_marks
from devices.scanners.rungs import Gray, enlarge

TOO_DARK, TOO_BRIGHT, TOO_BLURRED = "too_dark", "too_bright", "too_blurred"
PART_COVERED, NO_CODE, TOO_FAR = "part_covered", "no_code", "too_far"
CLOSER = 2.0  # px a module: below it reading becomes a matter of luck (vision.md §2)
LOOKED_AT = 1_000_000  # pixels
PAPER_TOO_DARK = 40  # grey level of the brightest 1 %
NOTHING_DARK = 150  # grey level of the darkest 2 %
FLAT = 0.5  # contrast as a share of the brightest level; a card with a symbol has 0.8, a bare desk 0.3
SMEARED_MODULES = 0.45  # edge sigma in modules above which reading becomes a matter of luck
SMEARED_PX = 2.6  # edge sigma in px, used where no corner mark gives the scale


@dataclass(frozen=True, slots=True)
class Sight:
    """What can be said about an unread picture. `px_per_module` comes from the corner marks, 0 when none is visible."""

    reason: str
    marks: int = 0
    px_per_module: float = 0.0
    edge_sigma: float = 0.0


def sight(plane: Gray) -> Sight:
    """Judge an unread gray picture. Total: any gray picture of at least a few pixels gets an answer."""
    scale = min(1.0, (LOOKED_AT / plane.size) ** 0.5)
    if scale < 1:
        size = (max(8, round(plane.shape[1] * scale)), max(8, round(plane.shape[0] * scale)))
        plane = cv2.resize(plane, size, interpolation=cv2.INTER_AREA)
    smooth = cv2.GaussianBlur(plane, (0, 0), 1.0)
    dark, bright, brightest = (float(level) for level in np.percentile(smooth[::4, ::4], (2, 90, 99)))
    if brightest < PAPER_TOO_DARK:
        return Sight(TOO_DARK)
    if dark > NOTHING_DARK:
        return Sight(TOO_BRIGHT)
    if brightest - dark < FLAT * brightest:
        return Sight(NO_CODE)
    marks = _marks(smooth, plane, brightest - dark)
    module = float(np.median(marks)) / 7 if marks else 0.0
    edge = edge_sigma(smooth, brightest - dark)
    if marks and module / scale < CLOSER:
        reason = TOO_FAR
    elif edge > (SMEARED_MODULES * module if marks else SMEARED_PX):
        reason = TOO_BLURRED
    elif not marks:
        reason = NO_CODE
    else:
        reason = TOO_BRIGHT if _reflection(plane, bright, module) else PART_COVERED
    return Sight(reason, len(marks), module / scale, edge / scale)


def _marks(smooth: Gray, plane: Gray, contrast: float) -> list[float]:
    """Sides in px of the corner marks; those of a far card are seen only when enlarged."""
    near = [mark.side for mark in corner_marks(smooth, contrast)]
    return near or [mark.side / 2 for mark in corner_marks(enlarge(plane, 2), contrast)]


def edge_sigma(smooth: Gray, contrast: float) -> float:
    """Width of the sharpest edges in px (sigma of an equal Gaussian), the worse of two crossed directions.

    A step of height c blurred by sigma s has the slope c / (s * sqrt(2 pi)); `smooth` was blurred by 1 px already.
    """
    across = cv2.Scharr(smooth, cv2.CV_32F, 1, 0, scale=1 / 32)
    down = cv2.Scharr(smooth, cv2.CV_32F, 0, 1, scale=1 / 32)
    slope = cv2.magnitude(across, down)
    steep = slope > np.percentile(slope[::3, ::3], 98)
    if not steep.any():
        return float("inf")
    across, down = across[steep], down[steep]
    few = max(1, slope.size // 3000)  # pixels that an edge of one side of a card has at least
    slopes = []
    for angle in np.linspace(0, np.pi, 16, endpoint=False):
        along = np.abs(across * np.cos(angle) + down * np.sin(angle))
        slopes.append(float(np.partition(along, -min(few, along.size))[-min(few, along.size)]))
    main = int(np.argmax(slopes))
    slowest = min(slopes[main], slopes[(main + 8) % 16])
    sigma = contrast / max(slowest, 1e-3) / float(np.sqrt(2 * np.pi))
    return float(max(sigma * sigma - 1.0, 0.0) ** 0.5)


def _reflection(plane: Gray, bright: float, module: float) -> bool:
    """Whether a reflection larger than a few modules burns out part of a picture that is otherwise well exposed."""
    if bright > 243:
        return False
    burnt = cv2.morphologyEx((plane >= 252).astype(np.uint8), cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(burnt)
    return stats.shape[0] > 1 and float(stats[1:, cv2.CC_STAT_AREA].max()) > (3 * max(module, 1.0)) ** 2
