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
_THRESHOLDS: NDArray[np.uint16] = np.tile((_BAYER_8 * 4 + 2).astype(np.uint16), (LINES // 8, DOTS // 8))


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
    lines = turned(picture).astype(np.uint16)
    light = (lines[:, :, 0] * 77 + lines[:, :, 1] * 150 + lines[:, :, 2] * 29) >> 8
    return np.where(light < _THRESHOLDS, np.uint8(_FULL), np.uint8(0))


def compose(inks: Inks) -> Picture:
    """What a person sees: dye takes its light away, resin covers all, varnish is clear, bare card is white."""
    lines = np.full((LINES, DOTS, 3), _FULL, np.uint8)
    for letter in COLOURS:
        if letter in inks.planes:
            lines[:, :, _CHANNEL[letter]] = ~inks.planes[letter]
    if "k" in inks.planes:
        lines[inks.planes["k"] != 0] = 0
    return np.ascontiguousarray(upright(lines))


def pack(plane: Plane, bits: int) -> bytes:
    """The top `bits` of each density as one MSB-first bit stream (1, 5, 6 or 7 bits a dot; hardware.md §1.3)."""
    if bits == 1:
        return np.packbits(plane.ravel() >> 7).tobytes()
    dots = (plane.ravel() >> (8 - bits)).reshape(-1, 8)
    packed = np.zeros((len(dots), bits), np.uint8)
    for octet, dot, shift in _overlaps(bits):
        column = dots[:, dot]
        packed[:, octet] |= column << shift if shift >= 0 else column >> -shift
    return packed.tobytes()


def unpack(data: bytes, bits: int) -> Plane:
    """Densities from a packed stream, as many as it holds; the lowest level is 0 and the highest 255.

    `pack(unpack(data, bits), bits) == data` for every stream.
    """
    octets = np.frombuffer(data, np.uint8)
    if bits == 1:
        dots: Plane = np.unpackbits(octets)
        np.negative(dots, out=dots)  # 1 becomes 255
        return dots
    groups = octets.reshape(-1, bits)
    dots = np.zeros((len(groups), 8), np.uint8)
    for octet, dot, shift in _overlaps(bits):
        column = groups[:, octet]
        dots[:, dot] |= column >> shift if shift >= 0 else column << -shift
    return widened(dots.ravel() & np.uint8((1 << bits) - 1), bits)


def widened(levels: Plane, bits: int) -> Plane:
    """Levels of `bits` bits as 8-bit densities: the bits are repeated, so shifting back gives the level again."""
    high: Plane = np.left_shift(levels, 8 - bits, dtype=np.uint8)
    high |= levels >> (2 * bits - 8)
    return high


def _overlaps(bits: int) -> list[tuple[int, int, int]]:
    """(octet, dot, left shift from dot to octet) for each pair that shares bits in a group of eight dots."""
    return [
        (octet, dot, 8 * (octet + 1) - bits * (dot + 1))
        for octet in range(bits)
        for dot in range(8)
        if dot * bits < (octet + 1) * 8 and octet * 8 < (dot + 1) * bits
    ]
