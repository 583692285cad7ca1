"""Receipts and labels: bytes as another library writes them, back to the same dots, status bit by bit, faults."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from escpos.printer import Dummy
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from devices import catalogue
from devices.contracts import FaultCode, Outcome, Picture, PrinterFault, Severity
from devices.errors import BadReply, BadUrl, Missing, NotReached, TimedOut
from devices.languages.escpos import BAND, CUT, FEED, INIT, EscPos, status
from devices.languages.language import Talk
from devices.languages.slip import MOST_LINES, SlipLanguage
from devices.languages.zpl import STATUS, Zpl
from devices.printers.emulator.slips import CONDITIONS, NAMES_OF, SlipMachine
from devices.printers.slips import FOLDER, PAPER, SlipPrinter, load_slip, sentence
from devices.sentences import SENTENCES
from devices.transports.memory import MemoryTransport


def noise(width: int, height: int, seed: int = 1) -> Picture:
    dots = np.random.default_rng(seed).integers(0, 2, (height, width, 1), np.uint8) * np.uint8(255)
    return dots.repeat(3, axis=2)


# --- bytes


@pytest.mark.parametrize("height", [1, BAND - 1, BAND])
def test_a_slip_is_what_another_library_writes(height: int) -> None:
    """python-escpos is the second opinion: the same picture, the same bytes."""
    picture = noise(576, height)
    other = Dummy()
    other.hw("INIT")
    other.image(Image.fromarray(picture), impl="bitImageRaster", fragment_height=BAND)
    other.cut()
    assert EscPos(576).encode(picture) == other.output


def test_the_bytes_of_the_fact_sheets() -> None:
    picture = np.full((2, 16, 3), 255, np.uint8)
    picture[0, :9] = 0
    picture[1, 15] = 0
    assert EscPos(16).encode(picture) == INIT + b"\x1dv0\x00\x02\x00\x02\x00\xff\x80\x00\x01" + FEED + CUT
    label = b"^XA^PW16^LL2^FO0,0^GFA,4,4,2,FF800001^FS^PQ1^XZ\n"
    assert Zpl(16).encode(picture) == label
    assert (Zpl(16).decode(label) == picture).all()
    assert (FEED + CUT, status(4)) == (b"\x1bd\x06\x1dV\x00", b"\x10\x04\x04")


languages = st.sampled_from([EscPos(64), Zpl(64)])


@settings(max_examples=30)
@given(languages, st.integers(1, 3 * BAND), st.integers(0, 99))
def test_back_to_the_same_dots(language: SlipLanguage, height: int, seed: int) -> None:
    picture = noise(64, height, seed)
    assert (language.decode(language.encode(picture)) == picture).all()


def test_grey_is_black_or_white() -> None:
    picture = np.full((1, 8, 3), 255, np.uint8)
    picture[0, :4] = [[127, 127, 127], [128, 128, 128], [255, 0, 0], [255, 255, 0]]
    assert EscPos(8).decode(EscPos(8).encode(picture))[0, :, 0].tolist() == [0, 255, 0, 255, 255, 255, 255, 255]


@pytest.mark.parametrize("language", [EscPos(64), Zpl(64)])
@pytest.mark.parametrize("shape", [(10, 72, 3), (0, 64, 3), (MOST_LINES + 1, 64, 3)])
def test_a_picture_that_does_not_fit_is_refused(language: SlipLanguage, shape: tuple[int, int, int]) -> None:
    with pytest.raises(BadReply, match="64"):
        language.encode(np.zeros(shape, np.uint8))


@pytest.mark.parametrize("kind", [EscPos, Zpl])
@pytest.mark.parametrize("width", [0, 12, 5000])
def test_a_width_that_is_none_is_refused(kind: Callable[[int], SlipLanguage], width: int) -> None:
    with pytest.raises(ValueError, match="eight"):
        kind(width)


SLIP = EscPos(64).encode(noise(64, 20))
LABEL = Zpl(64).encode(noise(64, 20))


@pytest.mark.parametrize("end", range(len(SLIP)))
def test_every_cut_of_a_slip_is_no_slip(end: int) -> None:
    with pytest.raises(BadReply):
        EscPos(64).decode(SLIP[:end])


@pytest.mark.parametrize("end", range(len(LABEL) - 1))
def test_every_cut_of_a_label_is_no_label(end: int) -> None:
    with pytest.raises(BadReply):
        Zpl(64).decode(LABEL[:end])


@pytest.mark.parametrize(
    "job",
    [
        SLIP[2:],
        SLIP + SLIP,
        INIT + FEED + CUT,
        INIT + b"\x1dv0\x00\x00\x00\x01\x00" + FEED + CUT,
        INIT + b"\x1dv0\x00\x08\x00\x00\x00" + FEED + CUT,
        INIT + b"\x1dv0\x00\x02\x00\x01\x00ab" + FEED + CUT,
        INIT + (b"\x1dv0\x00\x08\x00\xff\x0f" + bytes(8 * 0xFFF)) * 2 + FEED + CUT,
    ],
)
def test_what_is_not_one_slip_is_refused(job: bytes) -> None:
    with pytest.raises(BadReply):
        EscPos(64).decode(job)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"^PQ1", b"^PQ2"),
        (b"^PW64", b"^PW65"),
        (b"^LL20", b"^LL21"),
        (b"A,160,160,", b"A,160,161,"),
        (b"A,160,160,8,", b"A,160,160,9,"),
        (b"^LL20", b"^LL0"),
        (b"^FS", b"00^FS"),
    ],
)
def test_what_is_not_one_label_is_refused(old: bytes, new: bytes) -> None:
    assert old in LABEL
    with pytest.raises(BadReply):
        Zpl(64).decode(LABEL.replace(old, new))
    with pytest.raises(BadReply):
        Zpl(64).decode(LABEL + LABEL)


# --- status


def told(talk: Talk[Any], answers: dict[bytes, str]) -> Any:
    try:
        question = next(talk)
        while True:
            question = talk.send(answers[question.data])
    except StopIteration as done:
        return done.value


def escpos_says(*digits: str) -> list[FaultCode]:
    answers = {status(n): said for n, said in enumerate(digits, 1)}
    found: tuple[PrinterFault, ...] = told(EscPos().look(), answers)
    return [one.code for one in found]


@pytest.mark.parametrize(
    ("digits", "codes"),
    [
        (("12", "12", "12", "12"), []),
        (("1a", "12", "12", "12"), [FaultCode.OFFLINE]),
        (("1a", "16", "12", "12"), [FaultCode.COVER_OPEN]),
        (("1a", "32", "12", "72"), [FaultCode.FEEDER_EMPTY]),
        (("12", "12", "12", "7e"), [FaultCode.FEEDER_EMPTY]),
        (("12", "12", "12", "1e"), [FaultCode.FEEDER_LOW]),
        (("12", "1a", "12", "12"), []),  # the feed button
        (("12", "12", "16", "12"), [FaultCode.CARD_JAM]),
        (("12", "12", "1e", "12"), [FaultCode.CARD_JAM]),
        (("12", "12", "32", "12"), [FaultCode.UNKNOWN]),
        (("12", "12", "52", "12"), [FaultCode.HEAD_HOT]),
        (("12", "12", "12", "52"), []),  # one of the two bits that mean the end
        (("12", "12", "12", "16"), []),  # one of the two bits that mean near the end
    ],
)
def test_every_status_bit_of_a_receipt_printer(digits: tuple[str, ...], codes: list[FaultCode]) -> None:
    assert escpos_says(*digits) == codes


def test_only_a_status_byte_is_an_answer() -> None:
    held = bytearray(b"\x00\x11\x93hello\x1e\x12")
    assert [EscPos().cut(held), EscPos().cut(held), EscPos().cut(held)] == ["1e", "12", None]


OK = ["030,0,0,0400,000,0,0,0,000,0,0,0", "000,0,0,0,0,2,4,0,00000000,1,000", "1234,0"]


def zpl_says(line: int = 0, place: int = 0) -> list[tuple[FaultCode, Severity]]:
    lines = [part.split(",") for part in OK]
    lines[line][place] = "1" if place else lines[line][place]
    found = told(Zpl().look(), {STATUS: ";".join(",".join(part) for part in lines)})
    return [(one.code, one.severity) for one in found]


@pytest.mark.parametrize(
    ("line", "place", "code"),
    [
        (0, 1, FaultCode.FEEDER_EMPTY),
        (0, 2, FaultCode.LOCKED),
        (0, 10, FaultCode.HEAD_HOT),
        (0, 11, FaultCode.HEAD_HOT),
        (1, 2, FaultCode.COVER_OPEN),
        (1, 3, FaultCode.RIBBON_END),
        (0, 4, FaultCode.BUSY),
        (1, 8, FaultCode.BUSY),
    ],
)
def test_every_flag_of_a_label_printer(line: int, place: int, code: FaultCode) -> None:
    assert zpl_says() == []
    assert zpl_says(line, place) == [(code, Severity.PRE)]


def test_the_three_lines_are_one_answer() -> None:
    whole = b"".join(b"\x02" + line.encode() + b"\x03\r\n" for line in OK)
    for end in range(len(whole) - 2):
        assert Zpl().cut(bytearray(whole[:end])) is None
    held = bytearray(whole + whole[:5])
    assert Zpl().cut(held) == ";".join(OK)
    assert held == b"\r\n" + whole[:5]
    noisy = bytearray(b"x" * 401)
    assert Zpl().cut(noisy) is None
    assert not noisy
    with pytest.raises(BadReply, match="状态"):
        told(Zpl().look(), {STATUS: "1;2;3"})
    with pytest.raises(BadReply, match="状态"):
        told(Zpl().look(), {STATUS: ";".join(OK).replace("00000000", "0000000A")})


# --- printers

SMALL = {"escpos": "escpos-58", "zpl": "zpl-203"}


def printer(speaks: str, fault: str = "") -> tuple[SlipPrinter, SlipMachine]:
    opened = catalogue.open_slip_printer(f"emulator://{speaks}?profile={SMALL[speaks]}&fault={fault}")
    assert isinstance(opened.transport, SlipMachine)
    opened._pause = lambda _: None
    return opened, opened.transport


@pytest.mark.parametrize("speaks", SMALL)
def test_a_slip_comes_out_as_it_was_asked_for(speaks: str, tmp_path: Path) -> None:
    one, end = printer(speaks)
    picture = noise(one.width, 300)
    report = one.print_slip(picture)
    assert (report.outcome, report.fault, report.said) == (Outcome.ACCEPTED, None, "")
    assert report.bytes_sent == len(one.profile.language.encode(picture))
    assert (end.slips[0] == picture).all()
    url = f"emulator://{speaks}?profile={SMALL[speaks]}&tray={tmp_path}/t"
    for _ in range(2):
        again = catalogue.open_slip_printer(url)
        assert again.print_slip(picture).outcome is Outcome.ACCEPTED
        again.close()
    files = sorted((tmp_path / "t").iterdir())
    assert [path.name for path in files] == ["slip_0001.png", "slip_0002.png"]
    with Image.open(files[1]) as image:
        assert (np.asarray(image.convert("RGB")) == picture).all()


FAULTS = [
    ("escpos", "paper_end", Outcome.REJECTED, FaultCode.FEEDER_EMPTY, 0),
    ("escpos", "paper_low", Outcome.ACCEPTED, None, 1),
    ("escpos", "cover_open", Outcome.REJECTED, FaultCode.COVER_OPEN, 0),
    ("escpos", "jam", Outcome.REJECTED, FaultCode.CARD_JAM, 0),
    ("escpos", "head_hot", Outcome.REJECTED, FaultCode.HEAD_HOT, 0),
    ("escpos", "paper_end_inside", Outcome.UNKNOWN, FaultCode.FEEDER_EMPTY, 1),
    ("escpos", "mute", Outcome.REJECTED, FaultCode.OFFLINE, 0),
    ("escpos", "unplug", Outcome.UNKNOWN, FaultCode.OFFLINE, 0),
    ("escpos", "gone", Outcome.REJECTED, FaultCode.OFFLINE, 0),
    ("zpl", "paper_end", Outcome.REJECTED, FaultCode.FEEDER_EMPTY, 0),
    ("zpl", "ribbon_end", Outcome.REJECTED, FaultCode.RIBBON_END, 0),
    ("zpl", "cover_open", Outcome.REJECTED, FaultCode.COVER_OPEN, 0),
    ("zpl", "paused", Outcome.REJECTED, FaultCode.LOCKED, 0),
    ("zpl", "head_hot", Outcome.REJECTED, FaultCode.OFFLINE, 0),
    ("zpl", "paper_end_inside", Outcome.UNKNOWN, FaultCode.FEEDER_EMPTY, 1),
    ("zpl", "unplug", Outcome.UNKNOWN, FaultCode.OFFLINE, 0),
    ("zpl", "slow", Outcome.ACCEPTED, None, 1),
    ("zpl", "stuck", Outcome.UNKNOWN, FaultCode.BUSY, 1),
]


@pytest.mark.parametrize(("speaks", "name", "outcome", "code", "count"), FAULTS)
def test_each_fault_is_reported_for_what_it_is(
    speaks: str, name: str, outcome: Outcome, code: FaultCode | None, count: int
) -> None:
    one, end = printer(speaks, f"{name}@1")
    report = one.print_slip(noise(one.width, 100))
    assert report.outcome is outcome
    assert (report.fault.code if report.fault else None) is code
    assert len(end.slips) == count
    assert bool(report.said) is (outcome is not Outcome.ACCEPTED)


def test_a_label_that_is_still_inside_is_waited_for_and_the_next_is_not_sent_onto_it() -> None:
    one, end = printer("zpl", "slow@1,stuck@2")
    pauses: list[float] = []
    one._pause = pauses.append
    assert one.print_slip(noise(one.width, 100)).outcome is Outcome.ACCEPTED
    assert len(pauses) == 3
    assert one.print_slip(noise(one.width, 100)).said.startswith("打印机里还有没打完的单据")
    assert sum(pauses[3:]) == pytest.approx(30)
    third = one.print_slip(noise(one.width, 100))
    assert (third.outcome, third.bytes_sent, len(end.slips)) == (Outcome.REJECTED, 0, 2)


def test_every_fault_is_tried_and_has_words() -> None:
    assert {name for _, name, *_ in FAULTS} == NAMES_OF["escpos"] | NAMES_OF["zpl"]
    assert set(PAPER) <= set(SENTENCES)
    for code in CONDITIONS.values():
        assert sentence(PrinterFault(code, Severity.PRE)).endswith("。")


def test_a_picture_that_contains_a_question_does_not_confuse(tmp_path: Path) -> None:
    """The bytes 10 04 04 inside the raster are answered; that answer is drained."""
    one, end = printer("escpos")
    picture = np.full((10, one.width, 3), 255, np.uint8)
    for row in range(10):
        bits = np.unpackbits(np.frombuffer(b"\x10\x04\x04", np.uint8))
        picture[row, :24] = np.where(bits, 0, 255)[:, None]
    assert one.print_slip(picture).outcome is Outcome.ACCEPTED
    end._said += b"\x1a"  # "offline", in answer to nobody
    assert one.faults() == ()
    end._standing.add("paper_end")
    assert [found.code for found in one.faults()] == [FaultCode.FEEDER_EMPTY]


def test_what_it_does_not_understand_is_not_printed() -> None:
    one, end = printer("escpos")
    end.write(INIT + b"Hello" + CUT, 1.0)
    end.write(b"half of a slip", 1.0)
    assert not end.slips
    assert one.faults() == ()


def test_a_link_that_dies_under_a_question() -> None:
    one, end = printer("escpos", "unplug@1")
    end.open()
    end._cut_off = True
    one._opened = True
    with pytest.raises(NotReached):
        one.faults()


def test_one_way_printers_take_a_slip() -> None:
    one = catalogue.open_slip_printer("memory://?profile=escpos-80")
    assert one.print_slip(noise(576, 5)).outcome is Outcome.ACCEPTED
    assert isinstance(one.transport, MemoryTransport)
    assert len(one.transport.written) == 1


@pytest.mark.parametrize(
    "url",
    [
        "memory://",
        "memory://?profile=nothing",
        "memory://?profile=escpos-80&x=1",
        "fax://1?profile=escpos-80",
        "emulator://zpl?profile=escpos-80",
        "emulator://escpos?profile=escpos-80&fault=fire@1",
        "emulator://escpos?profile=escpos-80&fault=jam",
    ],
)
def test_a_url_that_names_nothing_is_refused(url: str) -> None:
    with pytest.raises(BadUrl):
        catalogue.open_slip_printer(url)


def test_profiles(tmp_path: Path) -> None:
    for path in FOLDER.glob("*.toml"):
        known = load_slip(path.stem)
        assert (known.name, known.language.width % 8) == (path.stem, 0)
        assert known.source
        assert known.dpi in (180, 203, 300)
    (tmp_path / "bad.toml").write_text('language = "klingon"')
    with pytest.raises(Missing, match=r"bad\.toml"):
        load_slip("bad", tmp_path)


def test_silence_is_offline(monkeypatch: pytest.MonkeyPatch) -> None:
    one, end = printer("zpl")
    monkeypatch.setattr(end, "_answer", lambda data: b"")
    (found,) = one.faults()
    assert found.code is FaultCode.OFFLINE
    assert isinstance(TimedOut("无"), TimedOut)
