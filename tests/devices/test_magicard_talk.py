"""What is asked of a Magicard and what is made of its answers; no wire."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from devices.contracts import CardPosition, Cleaning, FaultCode, PrinterState
from devices.errors import BadReply, TimedOut
from devices.languages.language import Question, Talk, Terms
from devices.languages.magicard_frames import FrameReader
from devices.languages.magicard_talk import Magicard
from devices.printers.profile import load
from tests.devices.pictures import FACES

RIO = load("magicard-rio").language
assert isinstance(RIO, Magicard)
VALUES = {"MSR": "S1", "TCQ": "7", "TPQ": "35", "DFR": "1450", "CCQ": "3", "CCP": "250"}
SENSORS = ["LID=0", "FRONT=1", "REAR=0", "DYE=1", "TEMP=0", "BUTTON=1"]


def told(talk: Talk[Any], answer: Callable[[str], str | None]) -> tuple[Any, list[str]]:
    """The result of a talk with a printer that answers so; None is silence."""
    asked: list[str] = []

    def reply(question: Question) -> str | None:
        if not question.data:
            asked.append("")
            return answer("") or ""
        reader = FrameReader()
        reader.feed(question.data)
        frame = reader.take()
        assert frame is not None
        asked.append(frame.text)
        return answer(frame.text) if question.answered else ""

    try:
        question = next(talk)
        while True:
            said = reply(question)
            question = talk.throw(TimedOut("无")) if said is None else talk.send(said)
    except StopIteration as done:
        return done.value, asked


def printer(values: dict[str, str] = VALUES, sensors: list[str] = SENSORS) -> Callable[[str], str | None]:
    def answer(text: str) -> str | None:
        if text.startswith("SNR"):
            place = int(text[3:-1])
            return sensors[place - 1] if place <= len(sensors) else "END"
        key = text.removeprefix("REQ,STA,")[:-1]
        return f"STA,{key}{values[key]}" if key in values else None

    return answer


def seen(values: dict[str, str] = VALUES, sensors: list[str] = SENSORS, language: Magicard = RIO) -> PrinterState:
    state: PrinterState = told(language.look(), printer(values, sensors))[0]
    return state


def test_a_printer_in_order() -> None:
    assert RIO.decode(RIO.encode(FACES)).back is None
    state, asked = told(RIO.look(), printer())
    assert state == PrinterState(
        "Magicard Rio/Tango 2E", "S1", True, 7, 35, "", 290, CardPosition.NONE, (), cleaning=Cleaning(left=247)
    )
    assert asked[:3] == ["REQ,STA,MSR,", "REQ,STA,TCQ,", "REQ,STA,TPQ,"]
    assert asked[-1] == "SNR7,"


@pytest.mark.parametrize(
    ("values", "sensors", "code", "ready"),
    [
        ({}, ["LID=1"], FaultCode.COVER_OPEN, False),
        ({}, ["FRONT=0"], FaultCode.FEEDER_EMPTY, False),
        ({}, ["DYE: 0"], FaultCode.RIBBON_MISSING, False),
        ({}, ["TEMP 1"], FaultCode.HEAD_HOT, False),
        ({}, ["LID=0, REAR=1"], FaultCode.CARD_IN_PATH, False),
        ({"DFR": "0"}, [], FaultCode.RIBBON_END, False),
        ({"CCQ": "250"}, [], FaultCode.CLEAN_DUE, True),
        ({"DFR": "54"}, [], FaultCode.RIBBON_LOW, True),
    ],
)
def test_each_sign_of_trouble(values: dict[str, str], sensors: list[str], code: FaultCode, ready: bool) -> None:
    state = seen({**VALUES, **values}, sensors)
    assert [one.code for one in state.faults] == [code]
    assert state.ready is ready


def test_what_is_not_known_is_not_claimed() -> None:
    assert seen(sensors=["LID=MAYBE", "REAR=2", "hello"]).card_position is CardPosition.UNKNOWN
    assert seen(sensors=["REAR=1"]).card_position is CardPosition.INSIDE
    assert not seen(sensors=["LID=MAYBE"]).faults
    bare = replace(RIO, asks=frozenset(), sensors={})
    assert seen({}, [], bare) == PrinterState(RIO.title, "", True, None, None, "", None)
    assert not seen({**VALUES, "CCP": "0"}).faults


def test_the_end_of_the_ribbon_is_told_once() -> None:
    language = replace(RIO, sensors={"DYE=0": FaultCode.RIBBON_END})
    assert [one.code for one in seen({**VALUES, "DFR": "0"}, ["DYE=0"], language).faults] == [FaultCode.RIBBON_END]


def test_sensors_without_an_end_are_not_asked_for_ever() -> None:
    _, asked = told(RIO.look(), printer(sensors=["LID=0"] * 99))
    assert asked[-1] == "SNR24,"


def test_a_late_answer_is_passed_over() -> None:
    answers = iter(["STA,XYZ9", "STA,MSR,S9"])
    state, asked = told(RIO.look(), lambda text: next(answers, None) or printer()(text))
    assert state.serial == "S9"
    assert asked[:3] == ["REQ,STA,MSR,", "", "REQ,STA,TCQ,"]
    with pytest.raises(BadReply, match="MSR"):
        told(RIO.look(), lambda text: "STA,XYZ9")


def test_a_counter_that_is_no_number_is_refused() -> None:
    with pytest.raises(BadReply, match="计数器"):
        seen({**VALUES, "TCQ": "many"})


# --- the wait for the card

BEFORE = seen()


def test_the_wait_ends_when_the_counter_moves() -> None:
    counts = iter(["7", "7", "8"])

    def answer(text: str) -> str | None:
        if text == "":
            return None
        return f"STA,TCQ{next(counts)}" if "TCQ" in text else printer()(text)

    found, asked = told(RIO.finish(BEFORE), answer)
    assert found is None
    assert asked.count("") == 3


def test_a_sensor_ends_the_wait_but_the_card_in_its_path_does_not() -> None:
    silent = {"": None}
    jam = printer(sensors=["REAR=1"])
    found, asked = told(RIO.finish(BEFORE), lambda text: silent.get(text, jam(text)) if text else None)
    assert found.code is FaultCode.OFFLINE
    assert asked.count("") == 150
    opened = printer(sensors=["REAR=1", "LID=1"])
    found, asked = told(RIO.finish(BEFORE), lambda text: opened(text) if text else None)
    assert found.code is FaultCode.COVER_OPEN
    assert asked.count("") == 1


def test_the_last_blank_leaves_the_feeder_empty_while_it_is_printed() -> None:
    """An empty feeder is no fault of the card inside; where nothing is inside it is why none comes."""
    counts = iter(["7", "7", "7", "8"])
    last = printer(sensors=["FRONT=0", "REAR=1"])

    def answer(text: str) -> str | None:
        if text == "":
            return None
        return f"STA,TCQ{next(counts)}" if "TCQ" in text else last(text)

    assert told(RIO.finish(BEFORE), answer)[0] is None
    empty = printer(sensors=["FRONT=0", "REAR=0"])
    found, _ = told(RIO.finish(BEFORE), lambda text: empty(text) if text else None)
    assert found.code is FaultCode.FEEDER_EMPTY


def test_a_card_that_came_out_between_two_questions_is_no_fault() -> None:
    counts = iter(["7", "8"])
    gone = printer(sensors=["FRONT=0", "REAR=0"])
    found, _ = told(RIO.finish(BEFORE), lambda text: (
        None if text == "" else f"STA,TCQ{next(counts)}" if "TCQ" in text else gone(text)
    ))  # fmt: skip
    assert found is None


def test_a_printer_that_is_silent_while_it_prints_is_waited_for() -> None:
    found, asked = told(RIO.finish(BEFORE), lambda text: None)
    assert found.code is FaultCode.OFFLINE
    assert asked.count("") == 43  # 300 s of two seconds' silence and five of a question
    chatting, _ = told(RIO.finish(BEFORE), lambda text: "STA,TCQ8")
    assert chatting is None


def test_without_a_counter_there_is_nothing_to_wait_for() -> None:
    assert told(RIO.finish(replace(BEFORE, cards=None)), lambda text: None) == (None, [])


# --- the rest


def test_terms_are_in_the_job_itself() -> None:
    terms, asked = told(RIO.begin(), lambda text: None)
    assert (terms, asked) == (Terms(), [])
    assert told(RIO.recheck(terms), lambda text: None) == (terms, [])
    assert told(RIO.end(terms), lambda text: None) == (None, [])


def test_reset_and_eject_are_not_answered() -> None:
    assert told(RIO.forget(), lambda text: None) == (True, ["RST,"])
    assert told(RIO.move(True), printer(sensors=["REAR=0"])) == (None, ["EJT,", "SNR1,", "SNR2,"])
    stuck, asked = told(RIO.move(False), lambda text: printer(sensors=["REAR=1"])(text) if text else None)
    assert stuck.code is FaultCode.CARD_JAM
    assert asked.count("") == 60


def test_an_answer_to_a_step_is_out_of_place() -> None:
    found = RIO.trouble("?")
    assert found is not None
    assert found.code is FaultCode.UNKNOWN


@pytest.mark.parametrize("wrong", [{"asks": frozenset({"XXX"})}, {"sensors": {"LID": None}}])
def test_a_profile_may_only_name_what_there_is(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="profile"):
        replace(RIO, **wrong)
