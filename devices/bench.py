"""The test bench: what is plugged in, what a printer says of itself, and a test card that shows every mistake of one.

The test card carries no person. Its arrow points to the printed picture's top left, so a turned or mirrored card is
seen at once; its ramps show lost levels, its checks show dye under resin, its frame shows a shifted card.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import zxingcpp
from PIL import Image, ImageDraw, ImageFont

from devices.catalogue import list_devices, open_camera, open_printer
from devices.contracts import (
    MASTER_HEIGHT,
    MASTER_WIDTH,
    CardFaces,
    FoundDevice,
    Picture,
    PrinterState,
    PrintReport,
)

TEST_TEXT = "ANXIN TEST CARD"
_MODULE = 5  # printer dots: the size of a module on a real card
_JOB_NAME = "test-card"
_INKS = ((0, 0, 0), (0, 255, 255), (255, 0, 255), (255, 255, 0), (255, 0, 0), (0, 255, 0), (0, 0, 255))


def plugged_in() -> list[FoundDevice]:
    """Everything that is recognised (catalogue.list_devices)."""
    return list_devices()


def probe(url: str) -> PrinterState:
    """What the printer at that URL says now; nothing is printed. Raises DeviceError."""
    printer = open_printer(url)
    try:
        return printer.state()
    finally:
        printer.close()


@dataclass(frozen=True, slots=True)
class CameraPace:
    """How a camera kept up: frames it gave, frames it gave that nobody could take, times its plug came back."""

    frames: int
    dropped: int
    reopened: int
    seconds: float

    @property
    def a_second(self) -> float:
        """Frames that arrived in a second."""
        return (self.frames + self.dropped) / self.seconds


def watch(url: str, seconds: float = 1.0, clock: Callable[[], float] = time.monotonic) -> CameraPace:
    """Take frames for a while, as fast as they are looked at here. Raises DeviceError."""
    camera = open_camera(url)
    try:
        frames, until, begun = 0, clock() + seconds, clock()
        while clock() < until:
            frames += camera.read(0.2) is not None
        dropped, reopened = getattr(camera, "dropped", 0), getattr(camera, "reopened", 0)
        return CameraPace(frames, dropped, reopened, clock() - begun)
    finally:
        camera.close()


def print_test_card(url: str) -> PrintReport:
    """Print one test card where no station keeps books. It uses a blank, so a person must have asked for it.

    A station books it: station.services.devices. Raises BadUrl and Missing only.
    """
    printer = open_printer(url)
    try:
        return printer.print_card(printer.encode(test_card(), _JOB_NAME), _JOB_NAME)
    finally:
        printer.close()


def test_card() -> CardFaces:
    """Both faces of the test card, the same on every machine."""
    return CardFaces(_front(), _back())


def _front() -> Picture:
    picture = np.full((MASTER_HEIGHT, MASTER_WIDTH, 3), 255, np.uint8)
    ramp = np.linspace(0, 255, 600).astype(np.uint8)
    for row, ink in enumerate(_INKS):
        light = np.array(ink, np.uint16)
        shade = light + (255 - light) * ramp[:, None].astype(np.uint16) // 255
        picture[60 + 44 * row : 100 + 44 * row, 40:640] = shade
    picture[400:600, 40:240] = _checks(200, 1)
    picture[400:600, 260:460] = _checks(200, _MODULE)
    picture[400:600, 480:640] = 0  # resin, with nothing under it
    picture[430:570, 510:610] = 1  # the deepest dye, not resin: the edge must be visible
    code = _code(TEST_TEXT)
    picture[60 : 60 + len(code), 680 : 680 + len(code)] = code
    return _lettered(picture, "FRONT")


def _back() -> Picture:
    picture = np.full((MASTER_HEIGHT, MASTER_WIDTH, 3), 255, np.uint8)
    picture[400:600, 40:240] = _checks(200, 2)
    code = _code(TEST_TEXT + " BACK")
    picture[60 : 60 + len(code), 680 : 680 + len(code)] = code
    return _lettered(picture, "BACK")


def _lettered(picture: Picture, name: str) -> Picture:
    image = Image.fromarray(picture)
    draw = ImageDraw.Draw(image)
    draw.fontmode = "1"  # no grey edges: letters go to the resin panel
    draw.rectangle((2, 2, MASTER_WIDTH - 3, MASTER_HEIGHT - 3), outline=(0, 0, 0), width=2)
    draw.rectangle((21, 21, MASTER_WIDTH - 22, MASTER_HEIGHT - 22), outline=(0, 0, 0), width=1)
    draw.polygon(((26, 26), (56, 26), (26, 56)), fill=(0, 0, 0))
    draw.text((70, 26), f"{name}  TOP LEFT", fill=(0, 0, 0), font=ImageFont.load_default(24))
    return np.asarray(image)


def _checks(side: int, dots: int) -> Picture:
    row, column = np.indices((side, side)) // dots
    return np.where(((row + column) % 2)[:, :, None] == 0, np.uint8(0), np.uint8(255)).repeat(3, axis=2)


def _code(text: str) -> Picture:
    symbol = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="Q")
    modules = np.array(symbol.to_image(scale=1, add_quiet_zones=False))
    quiet = np.pad(modules, 4, constant_values=255)
    return quiet.repeat(_MODULE, axis=0).repeat(_MODULE, axis=1)[:, :, None].repeat(3, axis=2)
