"""The simulated camera: repeatable, geometrically right, quick enough for a rehearsal."""

from __future__ import annotations

import time
from dataclasses import replace

import cv2
import numpy as np
import pytest

from devices.cameras.photograph import VIEWS, View, photograph, where
from devices.contracts import MASTER_HEIGHT, MASTER_WIDTH, Picture

PLAIN = View(tilt=0, roll=0, shift=0, blur=0, noise=0, uneven=0, jpeg=0, light=1.0, desk=(40, 40, 40))


@pytest.fixture
def card() -> Picture:
    rng = np.random.default_rng(7)
    blocks = rng.integers(0, 2, (27, 42, 1), dtype=np.uint8) * 255
    plane = cv2.resize(blocks, (MASTER_WIDTH, MASTER_HEIGHT), interpolation=cv2.INTER_NEAREST)
    return np.asarray(cv2.merge([plane] * 3), dtype=np.uint8)


@pytest.mark.parametrize("name", VIEWS)
def test_same_seed_same_picture_other_seed_other_picture(card: Picture, name: str) -> None:
    view = VIEWS[name]
    first, again, other = (photograph(card, view, seed) for seed in (5, 5, 6))
    assert first.shape == (view.height, view.width, 3)
    assert first.dtype == np.uint8
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_the_card_given_is_not_touched(card: Picture) -> None:
    before = card.copy()
    photograph(card, VIEWS["hard"], 1)
    assert np.array_equal(card, before)


def test_a_flat_card_has_the_asked_width_and_stands_in_the_middle() -> None:
    white = np.full((MASTER_HEIGHT, MASTER_WIDTH, 3), 255, dtype=np.uint8)
    picture = photograph(white, replace(PLAIN, fill=0.5), 1)
    lit = picture[360, :, 0] > 200
    left, right = int(np.argmax(lit)), 1280 - int(np.argmax(lit[::-1]))
    assert right - left == pytest.approx(640, abs=2)
    assert (left + right) / 2 == pytest.approx(640, abs=2)


def test_round_corners_show_the_desk() -> None:
    white = np.full((MASTER_HEIGHT, MASTER_WIDTH, 3), 255, dtype=np.uint8)
    picture = photograph(white, PLAIN, 1)
    x, y = where((0.0, 0.0), white, PLAIN, 1)
    assert picture[round(y) + 3, round(x) + 3, 0] < 120
    assert picture[round(y) + 20, round(x) + 20, 0] > 240


def test_where_names_the_pixel_that_shows_the_point() -> None:
    spotted = np.full((MASTER_HEIGHT, MASTER_WIDTH, 3), 255, dtype=np.uint8)
    cv2.circle(spotted, (762, 486), 6, (0, 0, 0), cv2.FILLED)
    view = replace(PLAIN, tilt=35.0, roll=90.0)
    for seed in range(6):
        x, y = where((762 / MASTER_WIDTH, 486 / MASTER_HEIGHT), spotted, view, seed)
        assert photograph(spotted, view, seed)[round(y), round(x), 0] < 90


def test_roll_turns_the_card_up_to_the_asked_angle_to_both_sides(card: Picture) -> None:
    angles = []
    for seed in range(12):
        (x0, y0), (x1, y1) = (where(corner, card, replace(PLAIN, roll=30.0), seed) for corner in ((0, 0.5), (1, 0.5)))
        angles.append(float(np.degrees(np.arctan2(y1 - y0, x1 - x0))))
    assert max(np.abs(angles)) <= 30.001
    assert min(angles) < -8 < 8 < max(angles)


def test_tilt_shortens_the_card() -> None:
    white = np.full((MASTER_HEIGHT, MASTER_WIDTH, 3), 255, dtype=np.uint8)

    def area(tilt: float) -> int:
        return int((photograph(white, replace(PLAIN, tilt=tilt), 3)[:, :, 0] > 200).sum())

    assert area(60) < 0.7 * area(30) < 0.7 * area(0)


@pytest.mark.parametrize(
    ("change", "lower"),
    [({"blur": 2.0}, True), ({"motion": 9.0}, True), ({"noise": 9.0}, False)],
)
def test_blur_and_motion_smooth_and_noise_roughens(card: Picture, change: dict[str, float], lower: bool) -> None:
    def roughness(view: View) -> float:
        return float(np.abs(cv2.Laplacian(photograph(card, view, 2), cv2.CV_32F)).mean())

    changed, plain = roughness(replace(PLAIN, **change)), roughness(PLAIN)  # type: ignore[arg-type]
    assert changed < 0.8 * plain if lower else changed > 1.1 * plain


def test_light_scales_and_glare_burns_out(card: Picture) -> None:
    bright = photograph(card, PLAIN, 1)
    dim = photograph(card, replace(PLAIN, light=0.25), 1)
    assert dim.mean() == pytest.approx(bright.mean() / 4, rel=0.03)
    burnt = photograph(card, replace(PLAIN, light=0.5, glare=0.05, glare_at=(0.5, 0.5)), 1)
    assert burnt[360, 640].min() == 255
    assert burnt[360, 640 + 120].max() < 140


def test_a_camera_that_looks_past_the_card_sees_the_desk(card: Picture) -> None:
    picture = photograph(card, replace(PLAIN, aim=(9.0, 9.0), glare=0.05), 1)
    assert picture.max() < 120


def test_a_photograph_takes_less_than_two_camera_frames_of_time(card: Picture) -> None:
    photograph(card, VIEWS["desk"], 0)
    taken = []
    for seed in range(5):
        began = time.process_time()
        photograph(card, VIEWS["desk"], seed)
        taken.append(time.process_time() - began)
    assert min(taken) < 0.12  # measured 0.05 on one core; a generous limit that still sees a tenfold slip
