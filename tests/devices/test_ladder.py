"""The reading ladder: hard pictures, absurd pictures, foreign codes."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as shapes

from devices.cameras.photograph import VIEWS, View, photograph
from devices.contracts import Picture
from devices.scanners.image import LARGEST, contrast_of
from devices.scanners.rungs import GLANCE, LADDER, MOST_PIXELS, enlarge
from tests.bench.bench_vision import run
from tests.bench.qr_frames import BASE, PREFIX, Condition, Wear, frame_of
from tests.devices.codes import BY_NAME, READER, SYMBOL, card, small_code


@pytest.mark.parametrize("name", [*(view for view in VIEWS if view not in ("hard", "lamp"))])
def test_a_card_is_read_in_every_ordinary_view(name: str) -> None:
    face, text = card(1)
    for seed in range(2):
        assert [reading.text for reading in READER.read(photograph(face, VIEWS[name], seed))] == [text]


@pytest.mark.parametrize(
    "name",
    ["blur sigma 2.0", "640x480 card 45 %", "black on green", "black on red", "dark 5 %, no gain", "tilt 50"],
)
def test_what_one_plain_pass_cannot_read_the_ladder_reads(name: str) -> None:
    frame = frame_of(BY_NAME[name], SYMBOL, seed=11)
    assert [reading.text for reading in READER.read(frame.picture)] == [frame.text]


def test_the_ladder_reads_at_least_what_the_three_engines_read_between_them() -> None:
    scores, _, _ = run(SYMBOL, 1, first=900, groups={"tilt", "stain", "field"})
    ladder, union = scores["ladder"], scores["union"]
    assert all(ours for theirs, ours in zip(union.read, ladder.read, strict=True) if theirs)
    assert sum(ladder.read) > sum(union.read)
    assert ladder.wrong == 0


def test_a_card_and_its_copy_are_one_text_in_two_places() -> None:
    flat = View(tilt=0, roll=0, shift=0, blur=0.4, noise=1, fill=0.62)
    face, text = card(1)
    shot = photograph(face, flat, 1)
    assert [(reading.text, reading.copies) for reading in READER.read(shot)] == [(text, 1)]
    both = READER.read(np.ascontiguousarray(np.hstack([shot, shot])))
    assert [(reading.text, reading.copies) for reading in both] == [(text, 2)]


def test_a_reading_says_where_how_dense_and_how_whole() -> None:
    flat = View(tilt=0, roll=0, shift=0, blur=0.4, noise=1, fill=0.62)
    face, _ = card(1)
    (reading,) = READER.read(photograph(face, flat, 1))
    assert reading.px_per_module == pytest.approx(0.62 * 1280 / 1016 * 5, rel=0.02)
    assert reading.spare == pytest.approx(1.0, abs=0.05)
    assert reading.rung == "gray"
    assert reading.ms > 0
    xs, ys = zip(*reading.corners, strict=True)
    assert len(reading.corners) == 4
    assert max(xs) - min(xs) == pytest.approx(49 * 5 * 0.62 * 1280 / 1016, abs=4)
    assert max(ys) - min(ys) == pytest.approx(max(xs) - min(xs), abs=3)


def test_corners_and_density_speak_of_the_camera_picture_on_every_rung() -> None:
    frame = frame_of(BY_NAME["640x480 card 45 %"], SYMBOL, seed=3)
    (reading,) = READER.read(frame.picture)
    assert reading.rung != "gray"
    assert reading.px_per_module == pytest.approx(0.45 * 640 / 1016 * 5, rel=0.06)
    assert all(0 <= x < 640 and 0 <= y < 480 for x, y in reading.corners)


def test_wear_uses_up_the_spare() -> None:
    stained = frame_of(Condition("", "", BASE, Wear(stain=0.04)), SYMBOL, seed=4)
    (reading,) = READER.read(stained.picture)
    assert reading.text == stained.text
    assert reading.spare < 0.9


def test_every_code_in_the_picture_is_found_once() -> None:
    sheet = np.full((400, 900, 3), 255, dtype=np.uint8)
    for place, text in enumerate(("one", "two", "one")):
        code = small_code(text)
        sheet[50 : 50 + code.shape[0], 50 + 280 * place : 50 + 280 * place + code.shape[1]] = code
    assert sorted(reading.text for reading in READER.read(sheet)) == ["one", "two"]


def test_a_foreign_code_in_view_does_not_hide_ours() -> None:
    frame = frame_of(BY_NAME["640x480 card 45 %"], SYMBOL, seed=3)  # ours needs a later rung
    picture = frame.picture.copy()
    foreign = small_code("https://shop.example/soap", 3)
    picture[: foreign.shape[0], : foreign.shape[1]] = foreign
    first = READER.read(picture)
    assert [reading.text for reading in first] == ["https://shop.example/soap"]
    both = READER.read(picture, accept=lambda text: text.startswith("https://axm."))
    assert [reading.text for reading in both] == ["https://shop.example/soap", frame.text]


def test_a_light_symbol_on_dark_ground_is_read() -> None:
    inverted = 255 - np.pad(small_code("night mode", 5), ((40, 40), (40, 40), (0, 0)), constant_values=255)
    assert [reading.text for reading in READER.read(inverted)] == ["night mode"]


def test_a_micro_symbol_is_no_code_of_ours() -> None:
    code = zxingcpp.create_barcode("0764", zxingcpp.BarcodeFormat.MicroQRCode)
    gray = np.pad(np.array(code.to_image(scale=8)), 40, constant_values=255)
    assert READER.read(np.repeat(gray[:, :, None], 3, axis=2)) == ()


def test_no_wrong_text_from_damaged_symbols() -> None:
    """Half a stain, many scratches: the text is right or absent, never another one."""
    for seed in range(3):
        frame = frame_of(Condition("", "", BASE, Wear(scratches=14, stain=0.08)), SYMBOL, seed)
        assert {reading.text for reading in READER.read(frame.picture)} <= {frame.text}


@pytest.mark.parametrize(
    "shape",
    [
        (0, 0, 3), (0, 10, 3), (1, 1, 3), (1, 1), (20, 5000, 3), (21, 21), (5000, 22, 3), (30, 30, 1), (64, 64, 4),
        (9,), (50, 50, 2),
    ],
)  # fmt: skip
def test_absurd_shapes_are_empty_not_an_error(shape: tuple[int, ...]) -> None:
    for shade in (0, 128, 255):
        picture = np.full(shape, shade, dtype=np.uint8)
        assert READER.read(picture) == ()
        assert READER.glance(picture) == ()
        assert READER.why_not(picture) in ("too_dark", "too_bright", "no_code")


@given(shapes.arrays(np.uint8, shapes.array_shapes(min_dims=2, max_dims=3, min_side=0, max_side=40)))
def test_any_small_array_is_survived(picture: Picture) -> None:
    assert isinstance(READER.read(picture), tuple)
    assert READER.why_not(picture) in ("too_dark", "too_bright", "too_blurred", "too_far", "part_covered", "no_code")


def test_other_numbers_than_bytes_are_not_a_picture() -> None:
    assert READER.read(np.zeros((100, 100, 3), dtype=np.float32)) == ()  # type: ignore[arg-type]


@pytest.mark.parametrize("order", ["F", "mirror", "gray", "readonly"])
def test_any_layout_in_memory_is_read(order: str) -> None:
    face, text = card(1)
    picture: Any = photograph(face, VIEWS["clean"], 1)
    if order == "F":
        picture = np.asfortranarray(picture)
    elif order == "mirror":
        picture = picture[::-1, ::-1]
    elif order == "gray":
        picture = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    else:
        picture.setflags(write=False)
    assert [reading.text for reading in READER.read(picture)] == [text]


def test_a_huge_picture_is_read_with_bounded_work() -> None:
    face, text = card(1)
    huge = cv2.resize(photograph(face, VIEWS["clean"], 1), (6600, 4000))
    assert huge.shape[0] * huge.shape[1] > LARGEST
    (reading,) = READER.read(np.asarray(huge, dtype=np.uint8))
    assert reading.text == text
    assert len(text) == len(PREFIX) + 191


@settings(max_examples=20)
@given(st.integers(1, 3000), st.integers(1, 3000), st.sampled_from([0.5, 1.0, 2.0, 3.0]))
def test_no_rung_makes_a_picture_larger_than_the_limit(height: int, width: int, factor: float) -> None:
    plane = np.broadcast_to(np.uint8(0), (height, width))
    assert enlarge(plane, factor).size <= 1.01 * MOST_PIXELS


def test_a_glance_is_the_start_of_the_ladder() -> None:
    assert LADDER[: len(GLANCE)] == GLANCE
    for name in ("blur sigma 2.0", "black on red", "dark 10 %, no gain"):  # what the four rungs are there for
        hard = frame_of(BY_NAME[name], SYMBOL, seed=11)
        assert [reading.text for reading in READER.glance(hard.picture)] == [hard.text]
    frame = frame_of(BY_NAME["clean 720p"], SYMBOL, seed=1)
    assert [reading.text for reading in READER.glance(frame.picture)] == [frame.text]


@pytest.mark.parametrize(("ink", "least", "most"), [(0, 0.9, 1.0), (120, 0.45, 0.6), (170, 0.25, 0.39)])
@pytest.mark.parametrize("view", ["desk", "dim", "phone"])
def test_the_contrast_is_that_of_the_ink_whatever_the_light(
    ink: int, least: float, most: float, view: str
) -> None:
    """A dim desk does not make a good card pale, and a bright one does not save a pale card (BAD-4)."""
    face, text = card(5, Wear(ink=(ink, ink, ink)))
    (reading,) = READER.read(photograph(face, VIEWS[view], 5))
    assert reading.text == text
    assert least <= reading.contrast <= most


def test_the_contrast_needs_corners_inside_the_picture() -> None:
    plane = np.full((40, 40), 200, np.uint8)
    assert contrast_of(plane, ()) == -1.0
    assert contrast_of(plane, ((90, 90), (95, 90), (95, 95), (90, 95))) == -1.0
    assert contrast_of(plane, ((5, 5), (30, 5), (30, 30), (5, 30))) == 0.0
    assert contrast_of(np.zeros_like(plane), ((-9, 5), (30, 5), (30, 30), (-9, 30))) == 0.0
    plane[:, 20:] = 50
    assert contrast_of(plane, ((-9, 0), (60, 0), (60, 39), (-9, 39))) == 0.75
