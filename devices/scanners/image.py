"""Reads QR codes from one picture: a ladder of cheap to dear attempts, the same for read-back, check desk and CLI.

It returns texts and where they were; it refuses to know what a text is worth.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import zxingcpp
from numpy.typing import NDArray

from devices.contracts import Accept, Picture, Reading
from devices.scanners.flat import flat_sheets
from devices.scanners.mend import mended_sheets
from devices.scanners.rungs import GLANCE, LADDER, Gray, Sheet, enlarge, gray
from devices.scanners.second import Engine, second_engines
from devices.scanners.why import sight

# Not `QRCode`: in zxing-cpp 3 that includes Micro QR, which once read "0764" where there was none (vision.md §0).
FORMAT = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCodeModel2])
SMALLEST_SIDE = 21  # a QR symbol has at least 21 modules: less than a pixel for each cannot be read
LARGEST = 25_000_000  # pixels; larger pictures are shrunk before anything else
SECOND_LARGEST = 4_000_000  # pixels that a second engine is given


class LadderReader:
    """zxing-cpp on ever more prepared pictures, then whatever second engines this machine has."""

    def __init__(self, models: Path | None = None) -> None:
        self._models = models
        self._engines: tuple[Engine, ...] | None = None

    @property
    def engines(self) -> tuple[Engine, ...]:
        """The engines of this machine, active or not, each with a sentence for the doctor. Loaded when first asked."""
        if self._engines is None:
            self._engines = second_engines(self._models)
        return self._engines

    def read(self, picture: Picture, accept: Accept | None = None) -> tuple[Reading, ...]:
        """Every distinct text, best effort: all rungs, then the second engines. See `CodeReader.read`."""
        found = _Found(accept)
        plane = _usable(picture)
        if plane is not None:
            for step in (_glance, _lay_flat, _climb_on, self._ask_others):
                step(plane, found)
                if found.enough:
                    break
        return found.readings(plane)

    def glance(self, picture: Picture, accept: Accept | None = None) -> tuple[Reading, ...]:
        """As `read` with the first few rungs only: a camera brings another frame before the rest would be done."""
        found = _Found(accept)
        plane = _usable(picture)
        if plane is not None:
            _glance(plane, found)
        return found.readings(plane)

    def why_not(self, picture: Picture) -> str:
        """The most likely reason why nothing was read. See `CodeReader.why_not`."""
        plane = _usable(picture)
        return "no_code" if plane is None else sight(gray(plane)).reason

    def _ask_others(self, picture: Picture, found: _Found) -> None:
        plane = gray(picture)
        if plane.size > SECOND_LARGEST:
            plane = enlarge(plane, (SECOND_LARGEST / plane.size) ** 0.5)
        shrink = picture.shape[1] / plane.shape[1]
        for engine in self.engines:
            if not engine.active:
                continue
            for text, corners in engine.read(plane):
                scaled = tuple((round(x * shrink), round(y * shrink)) for x, y in corners)
                found.add(Reading(text, scaled, engine.name))
            if found.enough:
                return


class _Found:
    """The distinct texts so far, in the order found, with the time each took."""

    def __init__(self, accept: Accept | None) -> None:
        self._accept = accept
        self._texts: dict[str, Reading] = {}
        self._began = time.perf_counter()
        self.enough = False

    def add(self, reading: Reading) -> None:
        known = self._texts.get(reading.text)
        if known is not None:
            self._texts[reading.text] = replace(known, copies=max(known.copies, reading.copies))
        if not reading.text or known is not None:
            return
        ms = (time.perf_counter() - self._began) * 1000
        self._texts[reading.text] = replace(reading, ms=ms)
        self.enough = self.enough or self._accept is None or self._accept(reading.text)

    def readings(self, picture: Picture | None) -> tuple[Reading, ...]:
        """What was found, each with the contrast of its symbol in the picture as the camera took it."""
        if picture is None or not self._texts:
            return ()
        plane = gray(picture)
        return tuple(replace(one, contrast=contrast_of(plane, one.corners)) for one in self._texts.values())


def _glance(picture: Picture, found: _Found) -> None:
    for rung in GLANCE:
        _look(rung.sheet(picture), rung.name, found, rung.thorough)
        if found.enough:
            return


def _climb_on(picture: Picture, found: _Found) -> None:
    for rung in LADDER[len(GLANCE) :]:
        _look(rung.sheet(picture), rung.name, found, rung.thorough)
        if found.enough:
            return


def _lay_flat(picture: Picture, found: _Found) -> None:
    """The card seen from straight above, and there with a hidden corner mark redrawn."""
    for sheet in flat_sheets(gray(picture)):
        _look(sheet, "flat", found)
        if found.enough:
            return
        for mended in mended_sheets(sheet):
            _look(mended, "mended", found)
            if found.enough:
                return


def _look(sheet: Sheet, rung: str, found: _Found, thorough: bool = False) -> None:
    codes = zxingcpp.read_barcodes(sheet.plane, FORMAT, try_invert=thorough, try_downscale=thorough)
    copies = Counter(code.text for code in codes)
    for code in codes:
        found.add(replace(_reading(code, rung, sheet.back), copies=copies[code.text]))


def _usable(picture: Picture) -> Picture | None:
    """The picture as contiguous gray or RGB of bounded size, or None where there is nothing to look at."""
    if picture.dtype != np.uint8 or picture.ndim not in (2, 3) or min(picture.shape[:2]) < SMALLEST_SIDE:
        return None
    if picture.ndim == 3:
        if picture.shape[2] not in (1, 3, 4):
            return None
        picture = picture[:, :, 0] if picture.shape[2] == 1 else picture[:, :, :3]
    picture = np.ascontiguousarray(picture)
    pixels = picture.shape[0] * picture.shape[1]
    if pixels > LARGEST:
        step = int(np.ceil((pixels / LARGEST) ** 0.5))
        picture = np.ascontiguousarray(picture[::step, ::step])
    return picture


def _reading(code: zxingcpp.Barcode, rung: str, back: NDArray[np.float64]) -> Reading:
    place = code.position
    around = (place.top_left, place.top_right, place.bottom_right, place.bottom_left)
    seen = cv2.perspectiveTransform(np.array([[(corner.x, corner.y) for corner in around]], dtype=np.float64), back)[0]
    corners = tuple((round(float(x)), round(float(y))) for x, y in seen)
    extra: Mapping[str, Any] = dict(code.extra)  # type: ignore[call-overload]  # typed as a bare object
    version = int(extra.get("Version", 0))
    sampling = shortest_side(corners) / (17 + 4 * version) if version else 0.0
    return Reading(code.text, corners, rung, 0.0, sampling, float(extra.get("UEC", -1.0)))


def contrast_of(plane: Gray, corners: Sequence[tuple[int, int]]) -> float:
    """Bright minus dark as a share of bright, inside the symbol; -1 where its corners are not known.

    The tenth from either end stands for the modules: both halves of a symbol are far larger, a scratch or a spark
    smaller. Its own white is the measure, so that a dim desk does not make a good card pale (ISO/IEC 15415, SC).
    """
    if len(corners) != 4:
        return -1.0
    places = np.array(corners, dtype=np.int32)
    x, y, width, height = cv2.boundingRect(places)
    left, top = max(x, 0), max(y, 0)
    cut = plane[top : y + height, left : x + width]
    if cut.size == 0:
        return -1.0
    inside = np.zeros(cut.shape, np.uint8)
    cv2.fillConvexPoly(inside, places - np.array((left, top), dtype=np.int32), 1)
    levels = cut[inside == 1]
    if levels.size == 0:
        return -1.0
    dark, bright = (float(level) for level in np.percentile(levels, (10, 90)))
    return (bright - dark) / bright if bright > 0 else 0.0


def shortest_side(corners: Sequence[tuple[int, int]]) -> float:
    """The shortest side of the symbol: where it is seen most obliquely decides whether it can be read."""
    around = zip(corners, [*corners[1:], corners[0]], strict=True)
    return min(float(np.hypot(x1 - x0, y1 - y0)) for (x0, y0), (x1, y1) in around)

