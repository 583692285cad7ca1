"""Why a picture was not read: deliberately bad pictures and their names."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from devices.cameras.photograph import VIEWS, photograph
from devices.scanners.why import CLOSER, sight
from station.cards.artwork import compose
from tests.bench.qr_frames import BASE
from tests.cards.samples import content
from tests.devices.codes import READER, bad, card, thumbed


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("dark", "too_dark"),
        ("overexposed", "too_bright"),
        ("reflection", "too_bright"),
        ("defocused", "too_blurred"),
        ("far out of focus", "too_blurred"),
        ("shaken", "too_blurred"),
        ("thumb", "part_covered"),
        ("bare desk", "no_code"),
        ("card without a code", "no_code"),
    ],
)
def test_a_bad_picture_is_named_for_what_is_bad(name: str, reason: str) -> None:
    for seed in range(3):
        picture = bad(name, seed)
        assert READER.glance(picture) == ()
        assert READER.why_not(picture) == reason


def test_blur_is_named_even_where_the_corner_marks_are_still_visible() -> None:
    face, _ = card(1)
    for seed in range(2):
        picture = photograph(face, replace(BASE, fill=1.6, aim=(0.84, 0.76), blur=6.5), seed)
        assert sight(np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY))).marks >= 1
        assert READER.why_not(picture) == "too_blurred"


def test_large_and_odd_pictures_have_a_reason_too() -> None:
    large = np.asarray(cv2.resize(bad("thumb", 1), (1920, 1080)), dtype=np.uint8)
    assert READER.why_not(large) == "part_covered"
    assert sight(np.asarray(cv2.cvtColor(large, cv2.COLOR_RGB2GRAY))).px_per_module == pytest.approx(5.8, rel=0.1)
    ramp = np.tile(np.linspace(0, 240, 640).astype(np.uint8), (480, 1))
    assert READER.why_not(ramp) == "too_blurred"
    bright = photograph(thumbed(1), replace(BASE, light=1.05, uneven=0.0), 1)
    assert READER.why_not(bright) == "part_covered"  # white paper that just clips is no reflection


def test_the_corner_marks_tell_how_far_the_card_is() -> None:
    face, _ = card(2)
    for fill in (0.3, 0.6):
        flat = replace(BASE, fill=fill, tilt=0.0)
        seen = sight(np.asarray(cv2.cvtColor(photograph(face, flat, 1), cv2.COLOR_RGB2GRAY)))
        assert seen.marks >= 2
        assert seen.px_per_module == pytest.approx(fill * 1280 / 1016 * 5, rel=0.08)


@pytest.mark.parametrize("view", ["desk", "clean", "dim", "phone", "tilted"])
def test_the_back_of_a_card_is_no_covered_code(view: str) -> None:
    """回 and a tick in a ring are a square in a square, too; who shows the wrong side must be told to turn the card."""
    back = compose(content()).back
    for seed in range(2):
        picture = photograph(back, VIEWS[view], seed)
        assert READER.read(picture) == ()
        assert READER.why_not(picture) == "no_code"


@pytest.mark.parametrize(("fill", "far"), [(0.29, True), (0.31, True), (0.50, False), (0.62, False)])
def test_a_card_too_far_away_is_told_to_come_closer(fill: float, far: bool) -> None:
    """Below two pixels a module (vision.md §2): nearer helps more than anything else that is wrong with the picture."""
    for seed in range(3):
        picture = photograph(thumbed(seed), replace(BASE, fill=fill), seed)
        assert (fill * 1280 / 1016 * 5 < CLOSER) is far
        assert (READER.why_not(picture) == "too_far") is far
