"""The finished card is looked at before it may be printed: symbol, quiet zone, contrast, photo (BAD-1, 2, 4, 6).

1.5 ms spent here are cheaper than a blank.
"""

from __future__ import annotations

import numpy as np
import zxingcpp

from devices.contracts import MASTER_DPI, CardFaces, Picture
from station.cards.layout import Box, load_layout
from station.cards.qr import QUIET, Symbol
from station.domain.errors import Bug

SMALLEST_MODULE_MM = 0.35  # BAD-4


def prove(faces: CardFaces, token_url: str, layout: str) -> None:
    """Raises Bug with what is wrong when this card must not be printed."""
    place = load_layout(layout)
    faults = [*_symbol(faces.front, token_url, place.symbol_box, place.symbol), *_photo(faces.front, place.photo)]
    if faults:
        raise Bug(f"the composed card may not be printed: {', '.join(faults)}")


def _symbol(front: Picture, token_url: str, box: Box, symbol: Symbol) -> list[str]:
    faults = []
    area = front[box.y : box.bottom, box.x : box.right]
    if not np.isin(area, (0, 255)).all() or not (area == area[:, :, :1]).all():
        faults.append("symbol is not pure black and white")
    quiet = QUIET * symbol.dots
    inner = area[quiet:-quiet, quiet:-quiet]
    if area.astype(np.int32).sum() - inner.astype(np.int32).sum() != (area.size - inner.size) * 255:
        faults.append("quiet zone is not white")
    modules = inner[:: symbol.dots, :: symbol.dots]
    if not np.array_equal(np.repeat(np.repeat(modules, symbol.dots, 0), symbol.dots, 1), inner):
        faults.append("modules are not whole dots")
    if symbol.dots * 25.4 / MASTER_DPI < SMALLEST_MODULE_MM:
        faults.append("module is too small")
    found = zxingcpp.read_barcodes(front, formats=zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCodeModel2]))
    if [one.text for one in found] != [token_url]:
        faults.append("symbol does not read back as the token")
    return faults


def _photo(front: Picture, box: Box) -> list[str]:
    area = front[box.y : box.bottom, box.x : box.right]
    return [] if float(area.std()) > 8.0 else ["photo was not drawn"]
