"""The QR symbol as a matrix of modules: forced version and error correction, never scaled (decision 0002)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import zxingcpp
from numpy.typing import NDArray

from station.domain.errors import Refused

QUIET = 4
SYMBOLS = ((8, "Q"), (6, "M"))
"""Preferred first: V8-Q at 5 dots (24.1 mm), else V6-M at 5 dots (20.7 mm)."""


@dataclass(frozen=True, slots=True)
class Symbol:
    """Which symbol a layout prints: version, error correction and whole printer dots per module."""

    version: int
    level: str
    dots: int

    @property
    def modules(self) -> int:
        return 17 + 4 * self.version

    @property
    def pixels(self) -> int:
        """Side of the box in printer dots, quiet zone included."""
        return (self.modules + 2 * QUIET) * self.dots


def matrix(text: str, symbol: Symbol) -> NDArray[np.bool_]:
    """The modules, True = black, without quiet zone. Raises Refused when the text does not fit the symbol."""
    try:
        made = zxingcpp.create_barcode(
            text, zxingcpp.BarcodeFormat.QRCodeModel2, version=symbol.version, ec_level=symbol.level
        )
        picture = np.asarray(zxingcpp.write_barcode_to_image(made, scale=1, add_quiet_zones=False))
    except (ValueError, RuntimeError):
        raise Refused("网址前缀过长,卡面二维码放不下,请缩短城市配置中的网址。", "symbol_too_small") from None
    if picture.shape[:2] != (symbol.modules, symbol.modules):
        raise Refused("网址前缀过长,卡面二维码放不下,请缩短城市配置中的网址。", "symbol_too_small")
    return picture.reshape(symbol.modules, symbol.modules, -1)[:, :, 0] < 128


def picture(text: str, symbol: Symbol) -> NDArray[np.uint8]:
    """The symbol with its quiet zone as gray pixels, 0 or 255, each module `dots` × `dots`."""
    padded = np.pad(matrix(text, symbol), QUIET, constant_values=False)
    cells = np.where(padded, np.uint8(0), np.uint8(255))
    return np.repeat(np.repeat(cells, symbol.dots, axis=0), symbol.dots, axis=1)
