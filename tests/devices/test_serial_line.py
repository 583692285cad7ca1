"""A code scanner on a serial line: terminators, silence, prefixes, encodings, noise."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.scanners.serial_line import LONGEST, SILENCE, ScanLine

URL = "https://axm.zjjz.example/" + "0123456789" * 19 + "7"


@pytest.mark.parametrize(
    ("data", "texts"),
    [
        (b"abc\r", ["abc"]),
        (b"abc\n", ["abc"]),
        (b"abc\r\n", ["abc"]),
        (b"abc\r\ndef\r\n", ["abc", "def"]),
        (b"\r\n\r\n", []),
        (b"\x02abc\x03\r", ["abc"]),
        (b"]Q1abc\r", ["abc"]),
        (b"\x02]Q1abc\x03\r\n", ["abc"]),
        (b"]Q1\r", []),
        (b" abc \r", ["abc"]),
        ("安心".encode() + b"\r", ["安心"]),
        ("安心".encode("gb18030") + b"\r", ["安心"]),
        (URL.encode() + b"\r\n", [URL]),
    ],
)
def test_what_a_scanner_sends(data: bytes, texts: list[str]) -> None:
    assert ScanLine().feed(data, 1.0) == texts


@given(st.lists(st.integers(1, 40)))
def test_the_cuts_of_the_line_do_not_matter(cuts: list[int]) -> None:
    data, line, texts, at = f"]Q1{URL}\r\nsecond\r\n".encode(), ScanLine(), [], 5.0
    for cut in (*cuts, len(data)):
        texts += line.feed(data[:cut], at)
        data, at = data[cut:], at + 0.01
    assert texts == [URL, "second"]


def test_silence_ends_a_text_and_a_pause_within_does_not() -> None:
    line = ScanLine()
    assert line.feed(b"abc", 1.0) == []
    assert line.idle(1.0 + SILENCE / 2) == []
    assert line.feed(b"def", 1.0 + SILENCE / 2) == []
    assert line.idle(1.0 + 2 * SILENCE) == ["abcdef"]
    assert line.idle(9.0) == []
    assert line.feed(b"x", 10.0) == []
    assert line.feed(b"y\r", 11.0) == ["x", "y"]


def test_nothing_new_completes_nothing_but_what_was_silent() -> None:
    line = ScanLine()
    assert line.feed(b"", 1.0) == []
    line.feed(b"abc", 2.0)
    assert line.feed(b"", 3.0) == ["abc"]


@pytest.mark.parametrize("noise", [b"a" * (LONGEST + 1), b"\xff\xfe\x00", b"a\x00b"])
def test_noise_is_dropped_and_counted_and_the_next_text_is_read(noise: bytes) -> None:
    line = ScanLine()
    assert line.feed(noise + b"\r", 1.0) == []
    assert line.dropped == 1
    assert line.feed(b"abc\r", 1.1) == ["abc"]


def test_a_flood_does_not_fill_the_memory() -> None:
    line = ScanLine()
    for turn in range(100):
        line.feed(b"a" * LONGEST, turn * 0.01)
    assert len(line._pending) <= LONGEST
    assert line.feed(b"\rabc\r", 1.0) == ["abc"]


@given(st.lists(st.tuples(st.binary(max_size=50), st.floats(0, 0.2))))
def test_any_bytes_give_texts_that_can_be_printed(chunks: list[tuple[bytes, float]]) -> None:
    line, at = ScanLine(), 0.0
    for data, wait in chunks:
        at += wait
        assert all(text and text.isprintable() for text in line.feed(data, at))
