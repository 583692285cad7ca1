"""Ink planes and bit packing against the vectors of the fact sheet and a slow reference written from its words."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from devices.languages.raster import (
    DOTS,
    LINES,
    Inks,
    compose,
    pack,
    resin,
    separate,
    turned,
    unpack,
    upright,
)
from tests.devices.pictures import colourful, noise, white

STAIRS = bytes.fromhex("07 17 27 37 47 57 67 77")
POWERS = bytes.fromhex("00 FF 80 40 20 10 08 04")


@pytest.mark.parametrize(
    ("densities", "bits", "packed"),
    [
        (STAIRS, 7, "06 2C 99 B4 6A D9 BB"),
        (STAIRS, 6, "04 52 4D 45 56 5D"),
        (STAIRS, 5, "00 88 64 29 8E"),
        (POWERS, 7, "01 FE 02 02 02 02 02"),
        (POWERS, 6, "03 F8 10 20 40 81"),
        (POWERS, 5, "07 E0 82 08 20"),
        (bytes([255, 0, 0, 0, 0, 0, 0, 255]), 1, "81"),
        (bytes([127, 128, 0, 0, 0, 0, 0, 0]), 1, "40"),
    ],
)
def test_packing_is_the_golden_vector(densities: bytes, bits: int, packed: str) -> None:
    plane = np.frombuffer(densities, np.uint8)
    assert pack(plane, bits) == bytes.fromhex(packed)


octets = st.binary(min_size=1, max_size=60)


@given(octets, st.sampled_from([1, 5, 6, 7]))
def test_packing_is_one_msb_first_stream(raw: bytes, bits: int) -> None:
    densities = np.frombuffer(raw * 8, np.uint8)
    stream = "".join(f"{value >> (8 - bits):0{bits}b}" for value in raw * 8)
    expected = bytes(int(stream[place : place + 8], 2) for place in range(0, len(stream), 8))
    assert pack(densities, bits) == expected


@given(octets, st.sampled_from([1, 5, 6, 7]))
def test_unpacking_and_packing_again_gives_the_same_stream(raw: bytes, bits: int) -> None:
    stream = raw * bits
    densities = unpack(stream, bits)
    assert len(densities) == len(stream) * 8 // bits
    assert pack(densities, bits) == stream


@pytest.mark.parametrize("bits", [5, 6, 7])
def test_no_ink_and_full_ink_survive_exactly(bits: int) -> None:
    ends = np.array([0, 255] * 4, np.uint8)
    assert unpack(pack(ends, bits), bits).tolist() == ends.tolist()
    every = np.arange(256, dtype=np.uint8)
    assert int(np.abs(unpack(pack(every, bits), bits).astype(int) - every).max()) < 1 << (8 - bits)


def test_a_line_is_a_column_read_from_below() -> None:
    picture = noise(1)
    lines = turned(picture)
    assert lines.shape == (LINES, DOTS, 3)
    for line, dot in [(0, 0), (5, 7), (1015, 647), (1015, 0), (400, 100)]:
        assert lines[line, dot].tolist() == picture[DOTS - 1 - dot, line].tolist()
    assert (upright(lines) == picture).all()


def test_pure_black_is_resin_without_dye_and_nothing_else_is() -> None:
    picture = white()
    picture[0, 0] = 0  # the top left of the card: line 0, last dot
    picture[0, 1] = (0, 0, 1)
    picture[0, 2] = (10, 20, 30)
    inks = separate(picture).planes
    last = DOTS - 1
    assert [int(inks[letter][0, last]) for letter in "ymck"] == [0, 0, 0, 255]
    assert [int(inks[letter][1, last]) for letter in "ymck"] == [254, 255, 255, 0]
    assert [int(inks[letter][2, last]) for letter in "ymck"] == [225, 235, 245, 0]
    assert int(inks["k"].sum()) == 255


@settings(max_examples=10)
@given(st.integers(0, 1000))
def test_separating_and_composing_is_the_same_picture(seed: int) -> None:
    picture = noise(seed)
    picture[::3, ::5] = 0
    assert (compose(separate(picture)) == picture).all()


def test_resin_covers_dye_and_varnish_is_clear() -> None:
    planes = {letter: np.full((LINES, DOTS), 128, np.uint8) for letter in "ymc"}
    planes["k"] = np.zeros((LINES, DOTS), np.uint8)
    planes["k"][3, 4] = 255
    planes["o"] = np.full((LINES, DOTS), 255, np.uint8)
    seen = compose(Inks(planes))
    assert seen[DOTS - 1 - 4, 3].tolist() == [0, 0, 0]
    assert seen[0, 0].tolist() == [127, 127, 127]
    assert compose(Inks({})).min() == 255


@given(hnp.arrays(np.uint8, (4, 4, 3)))
def test_resin_prints_black_never_white_and_greys_in_proportion(patch: np.ndarray) -> None:
    picture = white()
    picture[:4, :4] = patch
    plane = resin(picture)
    light = turned(picture).astype(int).sum(axis=2)
    assert (plane[light == 765] == 0).all()
    assert (plane[light == 0] == 255).all()
    assert set(np.unique(plane)) <= {0, 255}


@pytest.mark.parametrize("grey", [32, 96, 128, 200])
def test_a_grey_face_gets_its_share_of_dots(grey: int) -> None:
    share = (resin(np.full_like(white(), grey)) == 255).mean()
    assert share == pytest.approx(1 - grey / 255, abs=0.02)


def test_the_test_face_has_every_kind_of_pixel() -> None:
    picture = colourful()
    assert (picture == 0).all(axis=2).any()
    assert (picture == 1).all(axis=2).any()
    assert not (picture == picture[:, ::-1]).all()
