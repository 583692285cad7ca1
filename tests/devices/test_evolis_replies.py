"""Printer answers as values: every string of the fact sheet, both generations, and answers that are nonsense."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.contracts import CardPosition, FaultCode, Severity
from devices.errors import BadReply
from devices.languages import evolis_replies as replies
from devices.languages.faults import blocking, fault, sentence
from devices.sentences import SENTENCES

C, S = FaultCode, Severity


@pytest.mark.parametrize(
    ("said", "code", "severity"),
    [
        ("ERROR", C.UNKNOWN, S.MID),
        ("ERROR CDE", C.SYNTAX, S.PRE),
        ("ERROR PARAMETRES", C.SYNTAX, S.PRE),
        ("ERROR TIME OUT", C.OFFLINE, S.MID),
        ("ERROR HOPPER", C.FEED_FAIL, S.MID),
        ("HOPPER FULL", C.OUTPUT_FULL, S.POST),
        ("HOPPER DOOR", C.COVER_OPEN, S.PRE),
        ("ERROR HEAD", C.HEAD_HOT, S.PRE),
        ("COVER OPEN", C.COVER_OPEN, S.PRE),
        ("FEEDER EMPTY", C.FEEDER_EMPTY, S.PRE),
        ("CARD JAM", C.CARD_JAM, S.MID),
        ("ERROR RIBBON", C.RIBBON_BROKEN, S.MID),
        ("NEED CLEANING", C.CLEAN_DUE, S.INFO),
        ("ERR NEED CLEANING", C.CLEAN_MUST, S.PRE),
        ("ERROR FLASH UNKNOW", C.UNKNOWN, S.MID),
        ("ERROR CHECKSUM", C.SYNTAX, S.PRE),
        ("OPT NOT AVAILABLE", C.SYNTAX, S.PRE),
        ("ERROR MAG", C.ENCODER, S.MID),
        ("ERROR MAG DATA", C.ENCODER, S.MID),
        ("ERROR MAG CHECKSUM", C.ENCODER, S.MID),
        ("ERROR UNKNOWN", C.UNKNOWN, S.MID),
        ("ERR RIB DETECTION", C.RIBBON_MISSING, S.PRE),
        ("ERR CARD", C.CARD_IN_PATH, S.PRE),
        ("BUSY", C.BUSY, S.PRE),
        ("ok", C.UNKNOWN, S.MID),
        ("OK ", C.UNKNOWN, S.MID),
        ("", C.UNKNOWN, S.MID),
    ],
)
def test_every_known_string_is_a_fault(said: str, code: FaultCode, severity: Severity) -> None:
    found = replies.trouble(said)
    assert found is not None
    assert (found.code, found.severity, found.said) == (code, severity, said)


def test_exactly_ok_is_success() -> None:
    assert replies.trouble("OK") is None


@pytest.mark.parametrize(("said", "known"), [("OK", True), ("12", True), ("ERROR CDE", False), ("CARD JAM", True)])
def test_a_question_the_model_lacks(said: str, known: bool) -> None:
    assert replies.knows(said) is known


@pytest.mark.parametrize(
    ("said", "where"),
    [
        ("OK", CardPosition.NONE),
        ("NO CARD", CardPosition.NONE),
        ("CARD", CardPosition.INSIDE),
        ("ERR CARD", CardPosition.INSIDE),
        ("SMART CARD", CardPosition.INSIDE),
        ("CONTACTLESS CARD", CardPosition.INSIDE),
        ("ERROR", CardPosition.UNKNOWN),
        ("", CardPosition.UNKNOWN),
    ],
)
def test_where_the_card_is_in_both_generations(said: str, where: CardPosition) -> None:
    assert replies.position(said) is where


@pytest.mark.parametrize(
    ("said", "value"),
    [("5,00 Volts", 5.0), ("0,00 Volts", 0.0), ("0,23", 0.23), ("4.9 V", 4.9), ("4,95volts", 4.95), (" 1,0 Volt", 1.0)],
)
def test_voltages_with_comma_or_point(said: str, value: float) -> None:
    assert replies.volts(said) == value


@pytest.mark.parametrize(("said", "value"), [("2,0", (2, 0)), ("2 0", (2, 0)), ("2;18", (2, 18)), ("38", (38, None))])
def test_the_error_management_now_and_kept(said: str, value: tuple[int, int | None]) -> None:
    assert replies.mode(said) == value


@pytest.mark.parametrize("said", ["", "OK", "-1", "1 2 3 x", "１２", "1234567890", "ERR"])
def test_a_number_that_is_none_is_a_bad_reply(said: str) -> None:
    for read in (replies.number, replies.volts, replies.mode):
        with pytest.raises(BadReply):
            read(said)
    assert replies.number(" 1200 ") == 1200


def test_answers_are_cut_at_their_nul() -> None:
    held = bytearray(b"OK\0COVER OPEN\r\n\0par")
    assert [replies.cut(held), replies.cut(held), replies.cut(held)] == ["OK", "COVER OPEN", None]
    assert held == b"par"


@pytest.mark.parametrize("raw", [b"\xf3?#\0", b"O\x07K\0", b"A" * 513, b"A" * 600 + b"\0"])
def test_an_answer_that_is_no_text_is_a_bad_reply(raw: bytes) -> None:
    with pytest.raises(BadReply):
        replies.cut(bytearray(raw))


@given(st.binary(max_size=700))
def test_any_bytes_are_answers_or_bad_replies(raw: bytes) -> None:
    held = bytearray(raw)
    try:
        while (said := replies.cut(held)) is not None:
            replies.trouble(said)
            replies.position(said)
            for read in (replies.number, replies.volts, replies.mode):
                try:
                    read(said)
                except BadReply as error:
                    assert error.sentence
    except BadReply as error:
        assert error.sentence.endswith("。")


def test_every_fault_has_a_sentence_and_information_never_blocks() -> None:
    assert set(SENTENCES) == set(FaultCode)
    assert all(words.endswith("。") for words in SENTENCES.values())
    info, hard = fault(C.RIBBON_LOW), fault(C.COVER_OPEN)
    assert blocking([info, fault(C.CLEAN_DUE)]) is None
    assert blocking([info, hard]) is hard
    assert sentence(hard) == SENTENCES[C.COVER_OPEN]
    assert fault(C.COVER_OPEN, "x", S.MID).severity is S.MID
