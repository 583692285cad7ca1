"""The QR symbol as a picture: forced version and error correction, whole printer dots, never scaled (decision 0002)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import zxingcpp
from numpy.typing import NDArray

from devices.contracts import MASTER_DPI
from station.domain.errors import Refused

QUIET = 4
SYMBOLS = ((8, "Q"), (6, "M"))
"""Preferred first: V8-Q at 5 dots (24.1 mm), else V6-M at 5 dots (20.7 mm)."""
SMALLEST_MODULE_MM = 0.35  # BAD-4


@dataclass(frozen=True, slots=True)
class Symbol:
    """Which symbol a layout prints: version, error correction and whole printer dots per module."""

    version: int
    level: str
    dots: int

    @property
    def modules(self) -> int:
        """Side in modules, without quiet zone (ISO/IEC 18004)."""
        return 17 + 4 * self.version

    @property
    def pixels(self) -> int:
        """Side of the box in printer dots, quiet zone included."""
        return (self.modules + 2 * QUIET) * self.dots

    @property
    def module_mm(self) -> float:
        """Side of one printed module."""
        return self.dots * 25.4 / MASTER_DPI


def matrix(text: str, symbol: Symbol) -> NDArray[np.bool_]:
    """The modules, True = black, without quiet zone. Raises Refused when the text does not fit the symbol.

    The writer splits the prefix (bytes) from the digits by itself, which is what makes 191 digits fit (trust.md §4.2).
    """
    try:
        made = zxingcpp.create_barcode(
            text, zxingcpp.BarcodeFormat.QRCodeModel2, version=symbol.version, ec_level=symbol.level
        )
    except (ValueError, RuntimeError):
        raise _too_long() from None
    picture = np.asarray(zxingcpp.write_barcode_to_image(made, scale=1, add_quiet_zones=False))
    if picture.shape[:2] != (symbol.modules, symbol.modules):
        raise _too_long()
    black: NDArray[np.bool_] = picture.reshape(symbol.modules, symbol.modules, -1)[:, :, 0] < 128
    return black


def picture(text: str, symbol: Symbol) -> NDArray[np.uint8]:
    """The symbol with its quiet zone, shape (side, side), 0 or 255, each module `dots` × `dots`."""
    cells = np.full((symbol.modules + 2 * QUIET,) * 2, 255, np.uint8)
    cells[QUIET:-QUIET, QUIET:-QUIET][matrix(text, symbol)] = 0
    return cells.repeat(symbol.dots, axis=0).repeat(symbol.dots, axis=1)


def _too_long() -> Refused:
    return Refused("网址前缀过长，卡面二维码放不下，请缩短城市配置中的网址。", "symbol_too_small")
