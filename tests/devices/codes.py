"""Cards, codes and spoiled pictures that the tests of reading share."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import zxingcpp

from devices.cameras.photograph import photograph
from devices.contracts import Picture
from devices.scanners.image import LadderReader
from tests.bench.qr_frames import BASE, Condition, Symbol, Wear, conditions, draw_card, frame_of, payload

SYMBOL = Symbol()
READER = LadderReader()
BY_NAME = {condition.name: condition for condition in conditions()}


def card(seed: int, wear: Wear | None = None) -> tuple[Picture, str]:
    rng = np.random.default_rng(seed)
    text = payload(rng)
    return draw_card(text, SYMBOL, wear or Wear(), rng)[0], text


def small_code(text: str, dots: int = 4) -> Picture:
    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCodeModel2)
    gray = np.array(code.to_image(scale=dots))
    return np.repeat(gray[:, :, None], 3, axis=2)


def thumbed(seed: int) -> Picture:
    face, _ = card(seed)
    covered = face.copy()
    cv2.ellipse(covered, (860, 560), (95, 150), 20 * seed, 0, 360, (205, 160, 130), cv2.FILLED)
    return covered


def bad(name: str, seed: int) -> Picture:
    face, _ = card(seed)
    views = {
        "dark": replace(BASE, light=0.012, noise=1.0),
        "defocused": replace(BASE, blur=5.0),
        "far out of focus": replace(BASE, blur=9.0),
        "shaken": replace(BASE, motion=20.0),
        "bare desk": replace(BASE, aim=(9.0, 9.0)),
    }
    if name in views:
        return photograph(face, views[name], seed)
    if name == "overexposed":
        washed = np.clip(face.astype(np.int16) + 190, 0, 255).astype(np.uint8)
        return photograph(washed, replace(BASE, light=3.0, desk=(250, 250, 250)), seed)
    if name == "reflection":
        return frame_of(Condition("", "", BASE, Wear(), glare=0.9), SYMBOL, seed).picture
    if name == "thumb":
        return photograph(thumbed(seed), BASE, seed)
    blank = face.copy()
    blank[340:, 700:] = 250
    return photograph(blank, BASE, seed)
