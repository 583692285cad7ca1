"""Panel data: the captured resin compression both ways, dye runs of the guide, partial downloads, and damaged data."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from devices.errors import BadReply
from devices.languages.evolis_commands import CommandReader, frame
from devices.languages.evolis_panels import download, lay, spread, squeeze, swell
from devices.languages.raster import DOTS, LINES, Plane
from tests.devices.pictures import checks, turned_plane

LINE = DOTS // 8


def taken(raw: bytes) -> dict[str, Plane]:
    reader = CommandReader()
    reader.feed(raw)
    planes: dict[str, Plane] = {}
    while (command := reader.take()) is not None:
        lay(command, planes)
    return planes


GOLDEN_LINES = [
    bytes(LINE),
    bytes(LINE),
    b"\xff" * LINE,
    b"\x80" + bytes(80),
    b"\0\0\x0f" + bytes(78),
    b"\xff" * 80 + b"\xfe",
]
GOLDEN = bytes.fromhex("00 00 FF 01 80 03 00 00 0F 51") + b"\xff" * 80 + b"\xfe"


def test_resin_compression_is_the_captured_vector() -> None:
    rest = LINES - len(GOLDEN_LINES)
    assert squeeze(b"".join(GOLDEN_LINES) + bytes(rest * LINE)) == GOLDEN + bytes(rest)
    assert swell(GOLDEN, len(GOLDEN_LINES)) == b"".join(GOLDEN_LINES)


@settings(max_examples=25)
@given(hnp.arrays(np.uint8, (12, LINE), elements=st.sampled_from([0, 0, 0, 1, 0x80, 0xFF])), st.integers(0, LINES - 12))
def test_resin_compression_comes_back(patch: np.ndarray, first: int) -> None:
    rows = np.zeros((LINES, LINE), np.uint8)
    rows[first : first + 12] = patch
    assert swell(squeeze(rows.tobytes())) == rows.tobytes()


@pytest.mark.parametrize(
    "data",
    [
        bytes(LINES - 1) + b"\x52" + bytes(82),  # a count over 81
        bytes(LINES - 1) + b"\xfe" + bytes(254),
        bytes(LINES - 1),
        bytes(LINES + 1),
        bytes(LINES - 1) + b"\x05ab",  # cut in a line
        b"",
    ],
)
def test_damaged_resin_is_refused(data: bytes) -> None:
    with pytest.raises(BadReply):
        swell(data)


def test_a_squeezed_download_and_a_plain_one_lay_the_same_plane() -> None:
    plane = turned_plane(checks())
    plain, small = download("k", plane, 2), download("k", plane, 2, compressed=True)
    assert len(plain) == 82305
    assert len(small) < len(plain)
    assert small.startswith(b"\x1bDbc;k;2;")
    assert (taken(plain)["k"] == plane).all()
    assert (taken(small)["k"] == plane).all()


DYE = [
    (7, b"\x05" + b"\x8a\x03" + b"\x00" * (DOTS - 4), [5, 10, 10, 10] + [0] * (DOTS - 4)),
    (7, b"\x80\x00", [0] * DOTS),
    (6, b"\xca\x01" + b"\x3f" * (DOTS - 257), [10] * 257 + [63] * (DOTS - 257)),
    (6, b"\x8a\x01" + b"\x80\xff" * 2 + b"\x80\x89", [10] + [0] * (DOTS - 1)),
    (5, b"\xe3\x88", [3] * DOTS),
    (5, b"\xc3\x00" + b"\xa4\x00" + b"\x80\x88", [3] * 256 + [4] * 256 + [0] * 136),
]


@pytest.mark.parametrize(("bits", "data", "levels"), DYE)
def test_dye_runs_of_the_guide(bits: int, data: bytes, levels: list[int]) -> None:
    plane = spread(data, bits, 1)
    assert (plane[0] >> (8 - bits)).tolist() == levels


@pytest.mark.parametrize(
    ("bits", "data"),
    [
        (6, b"\x40" + bytes(DOTS - 1)),  # a literal over the levels
        (7, b"\x85"),  # a run without its counter
        (7, bytes(DOTS - 1)),
        (7, b"\x80\x00\x80\x00"),
        (7, b""),
        (5, b"\xff\xff" * 900),  # more dots than a card has
    ],
)
def test_damaged_dye_is_refused(bits: int, data: bytes) -> None:
    with pytest.raises(BadReply):
        spread(data, bits, 1)


def test_a_compressed_dye_download_lays_the_plane() -> None:
    data = b"\x80\x00" * (LINES - 1) + b"\xff\xff\xff\xff\xff\x8a"
    plane = taken(frame("Dbc", "y", 128, len(data), data=data))["y"]
    assert int(plane[:-1].max()) == 0
    assert int(plane[-1].min()) == 255


def test_a_partial_download_leaves_the_other_lines() -> None:
    full = download("k", np.full((LINES, DOTS), 255, np.uint8), 2)
    part = frame("Dbp", "k", 2, 10, 2, data=bytes(2 * LINE))
    planes = taken(full + part)
    assert int(planes["k"][10:12].max()) == 0
    assert int(planes["k"][9].min()) == 255
    assert int(planes["k"][12].min()) == 255
    alone = taken(frame("Dbp", "k", 2, 0, 1, data=b"\xff" * LINE))["k"]
    assert int(alone[0].min()) == 255
    assert int(alone[1:].max()) == 0


def test_a_compressed_partial_download_says_its_own_lines() -> None:
    plane = taken(frame("Dbpc", "k", 2, 1014, 3, data=b"\x01\x80\xff"))["k"]
    assert int(plane[1014, 0]) == 255
    assert int(plane[1014, 1]) == 0
    assert int(plane[1015].min()) == 255
    dye = taken(frame("Dbpc", "m", 128, 5, 4, data=b"\x80\x00\x80\x00"))["m"]
    assert int(dye.max()) == 0


def test_a_compressed_partial_download_may_not_pass_the_edge() -> None:
    with pytest.raises(BadReply, match="超出"):
        taken(frame("Dbpc", "k", 2, 1015, 2, data=b"\0\0"))
