"""Frames and planes of the Magicard language: the vectors of the fact sheet, any cutting, every kind of nonsense."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.errors import BadReply
from devices.languages.magicard_frames import (
    LONGEST_REPLY,
    LONGEST_TEXT,
    Frame,
    FrameReader,
    command,
    cut,
    page,
    question,
)
from devices.languages.magicard_planes import (
    DYE_BYTES,
    RESIN_BYTES,
    narrow,
    pack_dye,
    pack_resin,
    unpack_dye,
    unpack_resin,
    wide,
)

RESIN = bytes(range(256)) * (RESIN_BYTES // 256) + bytes(RESIN_BYTES % 256)
PAGE = b"".join(page(["NOC1", "ESS1"], [("K", RESIN)]))


def row(*densities: int) -> np.ndarray:
    return np.array([densities], np.uint8)


def test_the_stripes_of_the_fact_sheet() -> None:
    densities = row(0x00, 0xFF, 0x80, 0x40, 0x20, 0x10, 0x08, 0x04)
    assert pack_dye(densities) == bytes.fromhex("41 42 44 48 50 60")
    assert unpack_dye(bytes.fromhex("41 42 44 48 50 60"), 8).tolist() == [[0, 255, 130, 65, 32, 16, 8, 4]]


def test_a_dye_row_is_its_stripes_one_after_the_other() -> None:
    """Slow and plain: stripe j of a row holds bit j of every dot, the leftmost dot on top."""
    rows = np.random.default_rng(3).integers(0, 256, (3, 672), np.uint8)
    expected = bytearray()
    for line in rows.tolist():
        for bit in range(6):
            for place in range(0, 672, 8):
                expected.append(int("".join(str((dot >> 2 >> bit) & 1) for dot in line[place : place + 8]), 2))
    assert pack_dye(rows) == bytes(expected)
    assert (unpack_dye(pack_dye(rows)) >> 2 == rows >> 2).all()


def test_sizes_and_resin_are_those_of_the_fact_sheet() -> None:
    assert (DYE_BYTES, RESIN_BYTES) == (512_064, 85_344)
    assert pack_resin(row(255, 0, 0, 0, 0, 0, 255, 255)) == b"\x83"
    assert unpack_resin(b"\x83", 8).tolist() == [[255, 0, 0, 0, 0, 0, 255, 255]]


def test_the_card_lies_in_the_middle_of_the_row() -> None:
    plane = np.zeros((1016, 648), np.uint8)
    plane[:, 3] = 10
    plane[:, 644] = 20
    plane[:, :3] = plane[:, 645:] = 99
    rows = wide(plane)
    assert (rows[5, 15], rows[5, 656], int(rows[:, :15].max()), int(rows[:, 657:].max())) == (10, 20, 0, 0)
    back = narrow(rows)
    assert (back[:, 3:645] == plane[:, 3:645]).all()
    assert int(back[:, :3].max()) == int(back[:, 645:].max()) == 0


def test_questions_are_the_documented_bytes() -> None:
    assert question("TCQ") == b"\x05" * 9 + b"\x01REQ,STA,TCQ,\x1c\x03"
    assert command("RST,") == b"\x05" * 9 + b"\x01RST,\x1c\x03"
    assert PAGE.startswith(b"\x05" * 64 + b"\x01,NOC1,ESS1,SZK85344\x1c")
    assert PAGE.endswith(b"\x1cK:\x03")


def read(data: bytes, *cuts: int) -> list[Frame]:
    reader, found, begin = FrameReader(), [], 0
    for end in [*sorted(cuts), len(data)]:
        reader.feed(data[begin:end])
        begin = end
        while (frame := reader.take()) is not None:
            found.append(frame)
    assert reader.idle
    assert reader.taken == len(data)
    return found


STREAM = question("TCQ") + PAGE + command("EJT,") + PAGE


@settings(max_examples=25)
@given(st.lists(st.integers(0, len(STREAM)), max_size=6))
def test_frames_are_the_same_however_the_bytes_are_cut(cuts: list[int]) -> None:
    first, second, third, fourth = read(STREAM, *cuts)
    assert (first.text, third.text) == ("REQ,STA,TCQ,", "EJT,")
    assert second == fourth == Frame(",NOC1,ESS1,SZK85344", (("K", RESIN),))
    assert second.is_page
    assert not first.is_page
    assert second.keys == ("NOC1", "ESS1", "SZK85344")


def test_what_is_coming_in_is_known() -> None:
    reader = FrameReader()
    assert reader.idle
    assert (reader.receiving, reader.keys, reader.wants_end) == (None, (), False)
    reader.feed(PAGE[:64])
    assert reader.take() is None
    assert not reader.idle
    reader.feed(PAGE[64 : len(PAGE) - 4 - RESIN_BYTES // 2])
    assert reader.take() is None
    assert reader.receiving == ("k", 0.5)
    assert "ESS1" in reader.keys
    reader.feed(PAGE[len(PAGE) - 4 - RESIN_BYTES // 2 : -1])
    assert reader.take() is None
    assert (reader.receiving, reader.wants_end) == (None, True)
    reader.abandon()
    assert reader.idle
    assert read(PAGE) == read(PAGE, 100)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"\x01EJT,\x1c\x03", "开始"),
        (b"\x05\x05EJT,\x1c\x03", "开始"),
        (b"\x05\x01\x1c\x03", "不可打印"),
        (b"\x05\x01E\xffT,\x1c\x03", "不可打印"),
        (b"\x05\x01" + b"A" * (LONGEST_TEXT + 1), "超过"),
        (b"\x05\x01" + b"A" * (LONGEST_TEXT + 1) + b"\x1c", "超过"),
        (b"\x05\x01EJT,\x1cx", "结束"),
        (b"\x05\x01,ESS1\x1c\x03", "大小"),
        (b"\x05\x01,ESS1,SZK85343\x1c", "大小"),
        (b"\x05\x01,ESS1,SZB85344\x1c", "大小"),
        (b"\x05\x01,ESS1,SZK85344,SZK85344\x1c", "大小"),
        (PAGE[:-3] + b"B:\x03", "长度"),
        (PAGE[:-1] + b"x", "结束"),
    ],
)
def test_nonsense_is_refused_and_survived(data: bytes, why: str) -> None:
    reader = FrameReader()
    reader.feed(data)
    with pytest.raises(BadReply, match=why):
        while reader.take() is not None:
            pass
    reader.resync()
    reader.abandon()
    reader.feed(PAGE)
    assert reader.take() is not None


def test_after_nonsense_the_next_preamble_is_found() -> None:
    reader = FrameReader()
    reader.feed(b"garbage" + command("EJT,"))
    with pytest.raises(BadReply):
        reader.take()
    reader.resync()
    assert reader.take() == Frame("EJT,")


def test_a_text_at_its_limit_is_taken() -> None:
    reader = FrameReader()
    reader.feed(b"\x05\x01" + b"A" * (LONGEST_TEXT - 1) + b"\x1c\x03")
    assert reader.take() == Frame("A" * (LONGEST_TEXT - 1))


# --- replies


def test_replies_are_cut_at_their_end() -> None:
    held = bytearray(b"\x01STA,TCQ1200,\x03\x01END,\x03\x01STA")
    assert [cut(held), cut(held), cut(held)] == ["STA,TCQ1200", "END", None]
    assert held == b"\x01STA"


@pytest.mark.parametrize(
    "held",
    [
        b"STA,TCQ1,\x03",
        b"\x03",
        b"\x01ST\x07A\x03",
        b"\x01ST\xffA\x03",
        b"\x01" + b"A" * (LONGEST_REPLY + 1),
        b"\x01" + b"A" * (LONGEST_REPLY + 1) + b"\x03",
    ],
)
def test_what_is_no_reply_is_refused(held: bytes) -> None:
    with pytest.raises(BadReply):
        cut(bytearray(held))
