"""EPCL, experimental: frames, bit order, one card and nothing else, and the far end with the faults of the others."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.contracts import CardFaces, CardPosition, Outcome
from devices.contracts import FaultCode as Code
from devices.contracts import Outcome as Out
from devices.errors import BadReply
from devices.languages.epcl import (
    DYE_BYTES,
    LONGEST_TEXT,
    RESIN_BYTES,
    Command,
    CommandReader,
    Form,
    decode,
    encode,
    frame,
    ink_of,
    plan,
)
from devices.languages.epcl_talk import Epcl
from devices.printers.emulator import wire
from devices.printers.emulator.epcl_machine import EpclMachine
from devices.printers.emulator.far_end import LinkLost
from devices.printers.emulator.tray import MemoryTray
from devices.printers.printer import Printer
from devices.printers.profile import FOLDER, load
from tests.devices.pictures import FACES, noise

ZEBRA, MONO = load("zebra-epcl"), load("zebra-epcl-k")
assert isinstance(ZEBRA.language, Epcl)
LANGUAGE = ZEBRA.language
COLOUR = Form("ymcko", "ymcko")
JOB, MONO_JOB = LANGUAGE.encode(FACES), MONO.language.encode(FACES)


def texts(job: bytes) -> list[tuple[str, int]]:
    reader = CommandReader()
    reader.feed(job)
    found = []
    while (one := reader.take()) is not None:
        found.append((one.text, len(one.data)))
    assert reader.idle
    return found


def test_the_recipe() -> None:
    assert (DYE_BYTES, RESIN_BYTES) == (393_120, 78_624)
    dye = [pair for n in range(3) for pair in ((f"PS {n} 32", DYE_BYTES), (f"IS {n}", 0))]
    resin = [("G 0 0 0 78 1008 1", RESIN_BYTES), ("I", 0)]
    assert texts(JOB) == [("F", 0), ("MI", 0), *dye, *resin, ("IV", 0), ("MO", 0)]
    assert texts(MONO_JOB) == [("F", 0), ("MI", 0), *resin, ("MO", 0)]
    assert JOB.startswith(b"\x1bF\r\x1bMI\r\x1bPS 0 32 ")
    assert ("IV", 0) not in texts(encode(FACES, Form("ymck", "ymck")))


def test_the_golden_digests() -> None:
    found = {name: hashlib.sha256(job).hexdigest()[:16] for name, job in (("colour", JOB), ("mono", MONO_JOB))}
    assert found == GOLDEN


GOLDEN = {"colour": "f6d2ee699bfb64b5", "mono": "eed4694c342ec3eb"}


def test_a_plane_is_the_one_written_from_the_fact_sheet() -> None:
    """Slow and plain: 1008 lines of 624 dots, both axes mirrored, five bits a dot."""
    faces = CardFaces(noise(9))
    sent = next(data for text, data in _commands(encode(faces, COLOUR)) if text == "PS 0 32")
    pixels = faces.front.tolist()
    bits = ""
    for line in range(40):
        column = 1015 - 4 - line
        for dot in range(624):
            row = 12 + dot
            light = pixels[row][column]
            ink = 0 if light == [0, 0, 0] else 255 - light[2]
            bits += f"{ink >> 3:05b}"
    assert sent[: len(bits) // 8] == int(bits, 2).to_bytes(len(bits) // 8, "big")


def _commands(job: bytes) -> list[tuple[str, bytes]]:
    reader = CommandReader()
    reader.feed(job)
    found = []
    while (one := reader.take()) is not None:
        found.append((one.text, one.data))
    return found


def test_a_decoded_job_is_the_card_within_the_depth_of_the_ink() -> None:
    seen = decode(JOB)
    inner = (slice(12, 636), slice(4, 1012))
    assert seen.back is None
    assert int(np.abs(seen.front[inner].astype(int) - FACES.front[inner]).max()) < 8
    assert (seen.front[:12] == 255).all()
    assert (seen.front[:, :4] == 255).all()
    black = LANGUAGE.decode(MONO_JOB).front
    assert (black[inner][(FACES.front[inner] == 0).all(axis=2)] == 0).all()


@settings(max_examples=12)
@given(st.lists(st.integers(0, len(MONO_JOB)), max_size=5))
def test_commands_are_the_same_however_the_bytes_are_cut(cuts: list[int]) -> None:
    reader, begin, found = CommandReader(), 0, []
    for end in [*sorted(cuts), len(MONO_JOB)]:
        reader.feed(MONO_JOB[begin:end])
        begin = end
        while (one := reader.take()) is not None:
            found.append(one)
    assert [one.text for one in found] == ["F", "MI", "G 0 0 0 78 1008 1", "I", "MO"]
    assert reader.taken == len(MONO_JOB)


def test_line_feeds_are_passed_over_and_the_share_is_known() -> None:
    reader = CommandReader()
    reader.feed(b"\n\x1bF\r\n\n")
    assert (reader.take(), reader.take(), reader.idle) == (Command("F"), None, True)
    reader.feed(b"\x1bG 0 0 0 78 1008 1 " + bytes(RESIN_BYTES // 2))
    assert reader.receiving == ("k", 0.5)
    assert reader.take() is None
    reader.abandon()
    assert reader.receiving is None


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"F\r", "ESC"),
        (b"\x1b\r", "不可打印"),
        (b"\x1bF\x07\r", "不可打印"),
        (b"\x1b" + b"A" * LONGEST_TEXT, "超过"),
        (b"\x1b" + b"A" * LONGEST_TEXT + b"\r", "超过"),
        (b"\x1bPS 0 32 " + bytes(DYE_BYTES) + b"x", "长度"),
    ],
)
def test_nonsense_is_refused_and_survived(data: bytes, why: str) -> None:
    reader = CommandReader()
    reader.feed(data)
    with pytest.raises(BadReply, match=why):
        reader.take()
    reader.resync()
    reader.feed(b"\r\x1bF\r")
    reader.resync()
    assert reader.take() == Command("F")


RESIN = frame("G 0 0 0 78 1008 1", bytes(RESIN_BYTES))
CARD = [frame("MI"), RESIN, frame("I"), frame("MO")]


@pytest.mark.parametrize(
    ("parts", "why"),
    [
        ([], "一张卡"),
        (CARD[:-1], "一张卡"),
        (CARD[1:], "一张卡"),
        ([*CARD, *CARD], "一张卡"),
        ([*CARD[:3], frame("I"), CARD[3]], "一张卡"),
        ([CARD[0], CARD[3]], "一张卡"),
        ([CARD[1], CARD[2], CARD[0], CARD[3]], "一张卡"),
        ([*CARD, b"\x1bF"], "不完整"),
        ([*CARD, frame("F")], "一张卡"),
        ([frame("F")] * 70, "超过"),
    ],
)
def test_only_one_card_is_a_job(parts: list[bytes], why: str) -> None:
    for reader in (decode, lambda job: plan(job, COLOUR)):
        with pytest.raises(BadReply, match=why):
            reader(b"".join(parts))


def test_a_plan_and_what_is_no_form() -> None:
    found = LANGUAGE.plan(JOB)
    assert b"".join(step.question.data for step in found.steps) == JOB
    assert [step.ends for step in found.steps] == [False] * 11 + [True]
    assert (found.panels, MONO.language.plan(MONO_JOB).panels) == (5, 1)
    for wrong in ({"front": "cmyk"}, {"front": "k", "back": "k"}):
        with pytest.raises(ValueError, match="recipe"):
            Form("x", **wrong)
    assert [ink_of(Command(text)) for text in ("PS 2 32", "PS 9 32", "PS", "IV", "F")] == ["c", "", "", "o", ""]


# --- answers


def test_answers_are_cut() -> None:
    held = bytearray(b"\x06\x1504\x04\x15-1\x04\x150")
    assert [LANGUAGE.cut(held) for _ in range(4)] == ["ACK", "NACK 04", "NACK -1", None]
    assert LANGUAGE.cut(bytearray()) is None
    for wrong in (b"x", b"\x150000", b"\x15000\x04"):
        with pytest.raises(BadReply):
            LANGUAGE.cut(bytearray(wrong))


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        ("NACK 01", Code.RIBBON_BROKEN),
        ("NACK 02", Code.HEAD_HOT),
        ("NACK 03", Code.CARD_JAM),
        ("NACK -1", Code.CARD_JAM),
        ("NACK 04", Code.FEEDER_EMPTY),
        ("NACK 10", Code.SYNTAX),
        ("NACK 30", Code.SYNTAX),
        ("NACK 31", Code.UNKNOWN),
        ("NACK xx", Code.UNKNOWN),
    ],
)
def test_errors_in_one_vocabulary(reply: str, code: Code) -> None:
    found = LANGUAGE.trouble(reply)
    assert found is not None
    assert found.code is code
    assert LANGUAGE.trouble("ACK") is None


# --- the far end


def emulated(fault: str = "", mono: bool = False) -> tuple[Printer, EpclMachine]:
    profile = MONO if mono else ZEBRA
    end = wire.build(profile, fault=fault)
    assert isinstance(end, EpclMachine)
    return Printer("emulator://epcl", profile, wire.EmulatorTransport(end)), end


FAULTS = [
    ("", Out.ACCEPTED, None, 1),
    ("jam@1", Out.UNKNOWN, Code.CARD_JAM, 0),
    ("ribbon_end@1", Out.UNKNOWN, Code.RIBBON_BROKEN, 0),
    ("feeder_empty@1", Out.UNKNOWN, Code.FEEDER_EMPTY, 0),
    ("cover_open@1", Out.UNKNOWN, Code.CARD_JAM, 0),
    ("head_hot@1", Out.UNKNOWN, Code.HEAD_HOT, 0),
    ("feed_fail@1", Out.UNKNOWN, Code.CARD_JAM, 0),
    ("unplug@1", Out.UNKNOWN, Code.OFFLINE, 0),
    ("unplug:start@1", Out.UNKNOWN, Code.OFFLINE, 0),
    ("unplug:reply@1", Out.UNKNOWN, Code.OFFLINE, 1),
    ("unplug:status@1", Out.ACCEPTED, None, 1),
    ("unplug:500000@1", Out.UNKNOWN, Code.OFFLINE, 0),
    ("mute@1", Out.UNKNOWN, Code.OFFLINE, 0),
    ("wrong_answer@1", Out.UNKNOWN, Code.UNKNOWN, 1),
    ("two_cards@1", Out.ACCEPTED, None, 2),
]


@pytest.mark.parametrize(("plan_", "outcome", "code", "count"), FAULTS)
def test_each_fault_is_reported_for_what_it_is(plan_: str, outcome: Outcome, code: Code | None, count: int) -> None:
    """Without counters nothing is ever confirmed, and a job that began is never called unprinted."""
    printer, end = emulated(plan_)
    report = printer.print_card(JOB, "x")
    assert report.outcome is outcome
    assert (report.fault.code if report.fault else None) is code
    assert isinstance(end.tray, MemoryTray)
    assert len(end.tray.cards) == count


def test_the_card_is_what_was_asked_for_and_one_inside_is_brought_out() -> None:
    printer, end = emulated()
    assert printer.print_card(JOB, "x").outcome is Out.ACCEPTED
    assert isinstance(end.tray, MemoryTray)
    assert (end.tray.cards[0].front == decode(JOB).front).all()
    stuck, end = emulated("jam@1", mono=True)
    assert stuck.print_card(MONO_JOB, "x").outcome is Out.UNKNOWN
    assert end.memory.inside
    assert [found.code for found in stuck.state().faults] == [Code.CARD_JAM]
    assert stuck.print_card(MONO_JOB, "x").outcome is Out.REJECTED
    assert stuck.eject().card_position is CardPosition.UNKNOWN
    assert not end.memory.inside
    assert stuck.state().ready
    stuck.close()


def test_answers_of_the_emulator() -> None:
    _, end = emulated()
    end.plug()
    for data, said in (
        (b"\x1bQQ\r", b"\x1510\x04"),
        (b"\x1bI\r", b"\x1510\x04"),
        (b"nonsense\r", b"\x1510\x04"),
        (b"\x1bF\r", b"\x06"),
        (b"\x1bE\r", b"\x06"),
        (b"\x1bMI\r\x1bI\r", b"\x06\x1510\x04"),
    ):
        end.feed(data)
        assert b"".join(iter(lambda: end.answer(9, 0.0), b"")) == said


def test_what_it_cannot_do_is_said() -> None:
    talk = LANGUAGE.forget()
    with pytest.raises(StopIteration) as done:
        next(talk)
    assert done.value.value is False
    _, end = emulated()
    with pytest.raises(LinkLost):
        end.feed(b"x")
    assert "EXPERIMENTAL" in (FOLDER / "zebra-epcl.toml").read_text(encoding="utf-8")
