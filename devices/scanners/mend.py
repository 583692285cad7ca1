"""Redraws a corner mark that dirt or glare has hidden, on a card laid flat, from the two marks that are still visible.

A reader needs all three marks to find a symbol, and error correction does not cover them: one stained corner makes an
otherwise whole symbol unreadable. The text itself is never touched.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import cv2
import numpy as np

from devices.scanners.marks import Mark, corner_marks
from devices.scanners.rungs import Gray, Sheet

SIDES = range(21, 178, 4)  # modules a side, versions 1 to 40
MOST_PAIRS = 6
MARGIN = 6  # modules kept around the symbol
PATTERN = np.full((9, 9), 255, np.uint8)
PATTERN[1:8, 1:8] = 0
PATTERN[2:7, 2:7] = 255
PATTERN[3:6, 3:6] = 0


def mended_sheets(sheet: Sheet) -> Iterator[Sheet]:
    """The neighbourhood of each symbol that two visible marks may belong to, with the third mark drawn in.

    `sheet` must be laid flat: marks stand upright and a module is as large everywhere.
    """
    marks = corner_marks(sheet.plane, contrast=255)  # the sheet was stretched
    pairs = [pair for pair in combinations(marks, 2) if _alike(*pair)]
    for first, second in pairs[:MOST_PAIRS]:
        for corners in _squares(first, second):
            for missing in corners:
                if not any(_near(missing, mark) for mark in marks):
                    yield _with_mark(sheet, missing, corners)


def _alike(first: Mark, second: Mark) -> bool:
    return max(first.width, second.width) < 1.25 * min(first.width, second.width) and (
        max(first.height, second.height) < 1.25 * min(first.height, second.height)
    )


def _near(one: Mark, other: Mark) -> bool:
    return abs(one.x - other.x) < one.width / 2 and abs(one.y - other.y) < one.height / 2


def _squares(first: Mark, second: Mark) -> Iterator[tuple[Mark, ...]]:
    """Every way two marks can be corners of one symbol: side by side, one above the other, or across."""
    width, height = (first.width + second.width) / 2, (first.height + second.height) / 2
    across, down = (second.x - first.x) / width * 7, (second.y - first.y) / height * 7
    level, upright = abs(down) < 0.1 * abs(across), abs(across) < 0.1 * abs(down)

    def mark(x: float, y: float) -> Mark:
        return Mark(x, y, width, height)

    if level and _is_symbol(abs(across)):
        for drop in (-1, 1):
            y = first.y + drop * abs(across) * height / 7
            yield mark(first.x, y), mark(second.x, y), first, second
    elif upright and _is_symbol(abs(down)):
        for side in (-1, 1):
            x = first.x + side * abs(down) * width / 7
            yield mark(x, first.y), mark(x, second.y), first, second
    elif abs(abs(across) - abs(down)) < 0.1 * abs(across) and _is_symbol((abs(across) + abs(down)) / 2):
        yield mark(first.x, second.y), mark(second.x, first.y), first, second


def _is_symbol(modules: float) -> bool:
    """Whether two marks this many modules apart, centre to centre, can belong to one symbol."""
    return any(abs(modules + 7 - side) < 0.03 * side + 1 for side in SIDES)


def _with_mark(sheet: Sheet, missing: Mark, corners: tuple[Mark, ...]) -> Sheet:
    """A copy of the part of the sheet around the symbol in which `missing` is drawn."""
    module_x, module_y = missing.width / 7, missing.height / 7
    xs, ys = [corner.x for corner in corners], [corner.y for corner in corners]
    left = max(0, int(min(xs) - (3.5 + MARGIN) * module_x))
    top = max(0, int(min(ys) - (3.5 + MARGIN) * module_y))
    right, bottom = int(max(xs) + (3.5 + MARGIN) * module_x), int(max(ys) + (3.5 + MARGIN) * module_y)
    part = sheet.plane[top:bottom, left:right].copy()
    size = (round(9 * module_x), round(9 * module_y))
    _paste(part, cv2.resize(PATTERN, size, interpolation=cv2.INTER_AREA), missing.x - left, missing.y - top)
    moved = np.array([[1, 0, left], [0, 1, top], [0, 0, 1]], dtype=np.float64)
    return Sheet(part, sheet.back @ moved)


def _paste(part: Gray, tile: Gray, x: float, y: float) -> None:
    """Draw `tile` with its middle at (x, y), as far as it lies inside."""
    left, top = round(x - tile.shape[1] / 2), round(y - tile.shape[0] / 2)
    right, bottom = min(left + tile.shape[1], part.shape[1]), min(top + tile.shape[0], part.shape[0])
    from_left, from_top = max(0, left), max(0, top)
    if from_left < right and from_top < bottom:
        part[from_top:bottom, from_left:right] = tile[from_top - top : bottom - top, from_left - left : right - left]
