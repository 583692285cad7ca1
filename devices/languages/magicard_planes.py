"""Planes of the Magicard language: ink densities to bit stripes and back (hardware.md §3.2); knows no key and no frame.

A plane is portrait, 1016 rows of 672 dots, of which the middle 642 are card; our master has 648, so three rows at each
long edge of the picture fall off the card. A dye row is six stripes of 84 bytes, bit 0 of every dot first.
"""

from __future__ import annotations

import numpy as np

from devices.languages.raster import DOTS, LINES, Plane, widened

WIDTH = 672
CARD = 642
MARGIN = (WIDTH - CARD) // 2
CROP = (DOTS - CARD) // 2
BITS = 6
DYE_BYTES = LINES * BITS * WIDTH // 8
RESIN_BYTES = LINES * WIDTH // 8


def wide(plane: Plane) -> Plane:
    """A master plane in the middle of a printer row."""
    rows = np.zeros((LINES, WIDTH), np.uint8)
    rows[:, MARGIN : MARGIN + CARD] = plane[:, CROP : CROP + CARD]
    return rows


def narrow(rows: Plane) -> Plane:
    """The master plane of a printer row; what never reaches the card has no ink."""
    plane = np.zeros((LINES, DOTS), np.uint8)
    plane[:, CROP : CROP + CARD] = rows[:, MARGIN : MARGIN + CARD]
    return plane


def pack_dye(rows: Plane) -> bytes:
    """The top six bits of each density as stripes; a row's width is a multiple of eight."""
    levels = rows >> (8 - BITS)
    stripes = [np.packbits((levels >> bit) & 1, axis=1) for bit in range(BITS)]
    return np.stack(stripes, axis=1).tobytes()


def unpack_dye(data: bytes, width: int = WIDTH) -> Plane:
    """The inverse of `pack_dye`: the lowest level is 0 and the highest 255."""
    stripes = np.unpackbits(np.frombuffer(data, np.uint8).reshape(-1, BITS, width // 8), axis=2)
    levels = np.zeros((len(stripes), width), np.uint8)
    for bit in range(BITS):
        levels |= stripes[:, bit] << bit
    return widened(levels, BITS)


def pack_resin(rows: Plane) -> bytes:
    """One bit a dot, the first dot on top."""
    return np.packbits(rows >> 7, axis=1).tobytes()


def unpack_resin(data: bytes, width: int = WIDTH) -> Plane:
    """The inverse of `pack_resin`, as 0 and 255."""
    return np.negative(np.unpackbits(np.frombuffer(data, np.uint8).reshape(-1, width // 8), axis=1))
