"""Pictures and ink: colour separation, rotation, bit packing, composition; knows no printer and no command.

The raster of a card printer is portrait: 1016 lines of 648 dots, the landscape master turned 90° clockwise
(hardware.md §1.3: line i is picture column i, dot j is picture row 647 - j). A value is ink density: 0 is no ink.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from devices.contracts import MASTER_HEIGHT, MASTER_WIDTH, Picture

LINES = MASTER_WIDTH
DOTS = MASTER_HEIGHT
Plane = NDArray[np.uint8]
"""LINES × DOTS ink densities, 0 none to 255 full (0 or 255 for resin and varnish)."""

COLOURS = "ymc"
"""The dye panels, in print order; each takes away the light of its complement: y blue, m green, c red."""

_CHANNEL = {"y": 2, "m": 1, "c": 0}
_FULL = 255
_BAYER_8 = np.array(
    [
        [0, 32, 8, 40, 2, 34, 10, 42],
        [48, 16, 56, 24, 50, 18, 58, 26],
        [12, 44, 4, 36, 14, 46, 6, 38],
        [60, 28, 52, 20, 62, 30, 54, 22],
        [3, 35, 11, 43, 1, 33, 9, 41],
        [51, 19, 59, 27, 49, 17, 57, 25],
        [15, 47, 7, 39, 13, 45, 5, 37],
        [63, 31, 55, 23, 61, 29, 53, 21],
    ]
)
_THRESHOLDS: Plane = np.tile((_BAYER_8 * 4 + 2).astype(np.uint8), (LINES // 8, DOTS // 8))
_BIG = np.dtype(">u8")


@dataclass(frozen=True, eq=False, slots=True)
class Inks:
    """One face of a card as ink: one plane per panel letter. A panel that is absent was not printed."""

    planes: Mapping[str, Plane]


def turned(picture: Picture) -> Picture:
    """The landscape picture as printer lines: 90° clockwise."""
    return np.rot90(picture, -1)


def upright(lines: Picture) -> Picture:
    """Printer lines as a landscape picture: the exact inverse of `turned`."""
    return np.rot90(lines, 1)


def separate(picture: Picture) -> Inks:
    """Dye and resin for one colour face: a pixel of exactly 0,0,0 becomes resin K with no dye under it.

    Everything else is dye alone, so text and QR modules drawn in pure black land sharp on the resin panel
    (hardware.md §1.3, K extraction).
    """
    planes = {letter: ~np.ascontiguousarray(turned(picture[:, :, _CHANNEL[letter]])) for letter in COLOURS}
    black = (planes["y"] & planes["m"] & planes["c"]) == _FULL
    dyed = np.where(black, np.uint8(0), np.uint8(_FULL))
    for plane in planes.values():
        plane &= dyed
    planes["k"] = ~dyed
    return Inks(planes)


def resin(picture: Picture) -> Plane:
    """The face as black resin only, greys by ordered dither. Pure black always prints, pure white never."""
    light = picture[:, :, 0] * np.uint16(77)
    light += picture[:, :, 1] * np.uint16(150)
    light += picture[:, :, 2] * np.uint16(29)
    grey = np.ascontiguousarray(turned((light >> 8).astype(np.uint8)))
    return np.where(grey < _THRESHOLDS, np.uint8(_FULL), np.uint8(0))


def compose(inks: Inks) -> Picture:
    """What a person sees: dye takes its light away, resin covers all, varnish is clear, bare card is white."""
    picture = np.empty((DOTS, LINES, 3), np.uint8)
    bare = np.full((LINES, DOTS), _FULL, np.uint8)
    uncovered = ~inks.planes["k"] if "k" in inks.planes else bare
    for letter in COLOURS:
        light = ~inks.planes[letter] if letter in inks.planes else bare
        picture[:, :, _CHANNEL[letter]] = upright(light & uncovered)
    return picture


def pack(plane: Plane, bits: int) -> bytes:
    """The top `bits` of each density as one MSB-first bit stream (1, 5, 6 or 7 bits a dot; hardware.md §1.3)."""
    if bits == 1:
        return np.packbits(plane.ravel() >> 7).tobytes()
    lanes = np.ascontiguousarray(plane).ravel().view(_BIG).astype(np.uint64)  # eight dots in a word, first dot on top
    lanes = (lanes >> np.uint64(8 - bits)) & _lanes(8, bits)
    for width in (8, 16, 32):
        low = _lanes(2 * width, width)
        lanes = ((lanes & ~low) >> np.uint64(width - bits * width // 8)) | (lanes & low)
    return lanes.astype(_BIG).view(np.uint8).reshape(-1, 8)[:, 8 - bits :].tobytes()


def unpack(data: bytes, bits: int) -> Plane:
    """Densities from a packed stream, as many as it holds; the lowest level is 0 and the highest 255.

    `pack(unpack(data, bits), bits) == data` for every stream.
    """
    octets = np.frombuffer(data, np.uint8)
    if bits == 1:
        dots: Plane = np.unpackbits(octets)
        np.negative(dots, out=dots)  # 1 becomes 255
        return dots
    words = np.zeros((len(octets) // bits, 8), np.uint8)
    words[:, 8 - bits :] = octets.reshape(-1, bits)
    lanes = words.view(_BIG).astype(np.uint64).ravel()
    for width in (32, 16, 8):
        kept = bits * width // 8
        low = _lanes(2 * width, kept)
        lanes = ((lanes << np.uint64(width - kept)) & (low << np.uint64(width))) | (lanes & low)
    return widened(lanes.astype(_BIG).view(np.uint8), bits)


def widened(levels: Plane, bits: int) -> Plane:
    """Levels of `bits` bits as 8-bit densities: the bits are repeated, so shifting back gives the level again."""
    high: Plane = np.left_shift(levels, 8 - bits, dtype=np.uint8)
    high |= levels >> (2 * bits - 8)
    return high


def _lanes(width: int, bits: int) -> np.uint64:
    """A word with the low `bits` of each `width`-bit lane set."""
    return np.uint64(sum(((1 << bits) - 1) << place for place in range(0, 64, width)))
