"""The finished card is looked at before it may be printed: symbol, contrast, photo, ink (BAD-1, 2, 4, 6).

What is proved is the picture itself, not how it came about: two milliseconds here are cheaper than a blank.
"""

from __future__ import annotations

import numpy as np
import zxingcpp
from numpy.typing import NDArray

from devices.contracts import CardFaces, Picture
from station.cards.layout import BLACK, CardLayout
from station.cards.layout_file import load_layout
from station.cards.places import Box
from station.cards.qr import QUIET, SMALLEST_MODULE_MM, Symbol
from station.domain.errors import Bug

LEAST_INK = 12
"""Dots; the thinnest text there is, a single 一, has more."""
LEAST_CONTRAST = 12.0
"""Grey levels of deviation; an empty frame has none, the palest portrait several dozen."""
FINDER = np.pad(np.pad(np.ones((3, 3), bool), 1), 1, constant_values=True)
"""ISO/IEC 18004: a black square of three modules, a white ring, a black ring."""
_FORMATS = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCodeModel2])


def prove(faces: CardFaces, token_url: str, layout: str) -> None:
    """Raises Bug with everything that is wrong when this card must not be printed."""
    found = faults(faces, token_url, load_layout(layout))
    if found:
        raise Bug(f"the composed card may not be printed: {', '.join(found)}")


def faults(faces: CardFaces, token_url: str, layout: CardLayout) -> list[str]:
    """Everything that is wrong with the card, empty for one that may be printed."""
    front = faces.front
    found = [
        *_symbol(front, layout.symbol_box, layout.symbol),
        *_text(front, token_url),
        *_photo(front, layout.photo),
        *_ink(front, layout),
    ]
    if faces.back is not None:
        found += _back(faces.back, layout)
    return found


def _plain(picture: Picture) -> bool:
    """Whether every dot is pure black or pure white."""
    plane = np.ascontiguousarray(picture[:, :, 0])
    pure = not (plane + np.uint8(1) > 1).any()  # 255 becomes 0, 0 becomes 1
    return pure and np.array_equal(plane, picture[:, :, 1]) and np.array_equal(plane, picture[:, :, 2])


def _symbol(front: Picture, box: Box, symbol: Symbol) -> list[str]:
    """Quiet zone, whole modules and full contrast, dot by dot."""
    found = []
    if not _plain(front[box.area]):
        found.append("symbol is not pure black and white")
    area = front[box.area][:, :, 0]
    quiet = QUIET * symbol.dots
    inner = area[quiet:-quiet, quiet:-quiet]
    if not (area[:quiet].all() and area[-quiet:].all() and area[:, :quiet].all() and area[:, -quiet:].all()):
        found.append("quiet zone is not white")
    modules = inner[:: symbol.dots, :: symbol.dots]
    if not np.array_equal(modules.repeat(symbol.dots, 0).repeat(symbol.dots, 1), inner):
        found.append("modules are not whole dots")
    if not _upright(modules == 0):
        found.append("symbol is turned or mirrored")
    if symbol.module_mm < SMALLEST_MODULE_MM:
        found.append("module is too small")
    return found


def _upright(modules: NDArray[np.bool_]) -> bool:
    """Finder patterns in every corner but the lower right: not every reader forgives a mirrored symbol."""
    side = FINDER.shape[0]
    corners = (modules[:side, :side], modules[:side, -side:], modules[-side:, :side], modules[-side:, -side:])
    return [np.array_equal(corner, FINDER) for corner in corners] == [True, True, True, False]


def _text(front: Picture, token_url: str) -> list[str]:
    """The whole face is searched: a second code in view would be as bad as none."""
    texts = [one.text for one in zxingcpp.read_barcodes(front, formats=_FORMATS)]
    if texts == [token_url]:
        return []
    return ["symbol does not read back as the token" if texts else "symbol does not read"]


def _photo(front: Picture, box: Box) -> list[str]:
    area = front[box.area]
    found = []
    if float(area[::4, ::4].std()) < LEAST_CONTRAST:
        found.append("photo was not drawn")
    if _black(area).any():
        found.append("photo holds resin black")
    return found


def _black(area: Picture) -> NDArray[np.bool_]:
    """Where the resin panel prints."""
    black: NDArray[np.bool_] = area[:, :, 1] == 0
    if black.any():
        black &= (area[:, :, 0] == 0) & (area[:, :, 2] == 0)
    return black


def _ink(front: Picture, layout: CardLayout) -> list[str]:
    """Every black field bears ink, and no resin black lies outside of field, photo and symbol."""
    found = []
    suspect = front[:, :, 1] == 0
    for field in layout.front.fields:
        if field.ink == BLACK:
            if np.count_nonzero(_black(front[field.box.area])) < LEAST_INK:
                found.append(f"{field.key} was not drawn")
            suspect[field.box.area] = False
    for box in (layout.photo, layout.symbol_box):
        suspect[box.area] = False
    if suspect.any() and not front[suspect].any(axis=1).all():
        found.append("text runs out of its box")
    return found


def _back(back: Picture, layout: CardLayout) -> list[str]:
    found = [] if _plain(back) else ["back is not resin alone"]
    for field in layout.back.fields:
        if np.count_nonzero(_black(back[field.box.area])) < LEAST_INK:
            found.append(f"{field.key} was not drawn")
    return found
