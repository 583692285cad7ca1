"""The talks of the Evolis language against scripted answers: what is asked, what is concluded, what is refused."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import pytest

from devices.contracts import CardPosition, Cleaning, FaultCode, PrinterState
from devices.errors import BadReply
from devices.languages.evolis import Form, decode, encode, plan
from devices.languages.evolis_look import QUESTIONS
from devices.languages.evolis_talk import Evolis
from devices.languages.language import CardLanguage, Talk, Terms
from tests.devices.pictures import FRONT_ONLY

T = TypeVar("T")
FORM = Form("ymcko", "ymcko")
FULL = Evolis(FORM, QUESTIONS - {"Rco;l"})
OLD = Evolis(FORM, frozenset({"Rtp", "Rsn", "Rco;c", "Rco;p", "Rco;l", "Rcr", "Rlr;p"}), clears="", rejects="Seb")
BARE = Evolis(FORM, frozenset())


def hold(talk: Talk[T], answers: Sequence[str]) -> tuple[T, list[str]]:
    """Hold a talk with these answers; all must be used."""
    asked: list[str] = []
    waiting = list(answers)
    try:
        question = next(talk)
        while True:
            asked.append(question.data[1:-1].decode())
            question = talk.send(waiting.pop(0))
    except StopIteration as done:
        assert not waiting
        return done.value, asked


CALM = {
    "Rtp": "Evolis Primacy",
    "Rsn": "10000123",
    "Rco;c": "1200",
    "Rco;p": "7200",
    "Rco;l": "55",
    "Rrt;count": "180",
    "Rcr": "OK",
    "Rlr;p": "OK",
    "Rlr;h": "NO CARD",
    "Rlr;c": "OK",
    "Rse;f": "5,00 Volts",
    "Rse;o": "5,00 Volts",
    "Rse;n": "0,10 Volts",
    "Rr": "ymcko",
    "Pr;ymcko": "OK",
    "Rrt;qty": "300",
    "Rco;n": "12",
    "Rco;a": "95",
    "Rco;m": "140",
    "Rco;r": "61",
}


def look(language: Evolis, **answers: str) -> PrinterState:
    told = CALM | {name.replace("_", ";"): said for name, said in answers.items()}
    talk = language.look()
    try:
        question = next(talk)
        while True:
            question = talk.send(told[question.data[1:-1].decode()])
    except StopIteration as done:
        state: PrinterState = done.value
        return state


def test_it_is_a_card_language() -> None:
    language: CardLanguage = FULL
    assert language.trouble("OK") is None
    assert language.cut(bytearray(b"OK\0")) == "OK"
    job = language.encode(FRONT_ONLY)
    assert job == encode(FRONT_ONLY, FORM)
    assert (language.decode(job).front == decode(job, FORM).front).all()
    assert language.plan(job) == plan(job, FORM)


def test_a_session_begins_with_repeats_off_and_proved() -> None:
    terms, asked = hold(FULL.begin(), ["0,0", "OK", "2,0"])
    assert (terms, asked) == (Terms(0, 0, True), ["Rem", "Pem;2", "Rem"])


def test_a_printer_that_keeps_its_own_repeats_is_refused() -> None:
    with pytest.raises(BadReply, match="自行重打"):
        hold(FULL.begin(), ["0,0", "OK", "0,0"])


@pytest.mark.parametrize(
    ("answers", "safe", "blind", "asked"),
    [
        (["2,0"], True, False, ["Rem"]),
        (["2"], True, False, ["Rem"]),
        (["0,0", "OK", "2,0"], False, False, ["Rem", "Pem;2", "Rem"]),
        (["2,2"], True, True, ["Rem"]),
        (["0,2", "OK", "2,2"], False, True, ["Rem", "Pem;2", "Rem"]),
    ],
)
def test_a_lost_setting_shows_that_the_printer_was_off(
    answers: list[str], safe: bool, blind: bool, asked: list[str]
) -> None:
    terms, said = hold(FULL.recheck(Terms(0, 0, True)), answers)
    assert (terms.safe, terms.blind) == (safe, blind)
    assert terms.was == 0
    assert said == asked


@pytest.mark.parametrize(
    ("was", "asked"), [(0, ["Pem;0"]), (1, ["Pem;1"]), (2, []), (None, [])]
)
def test_the_printer_is_given_back_as_it_was(was: int | None, asked: list[str]) -> None:
    assert hold(FULL.end(Terms(was, 0)), ["OK"] * len(asked))[1] == asked


def test_a_calm_printer() -> None:
    state = look(FULL)
    assert state == PrinterState(
        model="Evolis Primacy",
        serial="10000123",
        ready=True,
        cards=1200,
        panels=7200,
        ribbon="ymcko",
        ribbon_left=180,
        card_position=CardPosition.NONE,
        ribbon_full=300,
        cleaning=Cleaning(12, 95, 140, 61),
    )


@pytest.mark.parametrize(
    ("answers", "code", "ready"),
    [
        ({"Rse_o": "0,00 Volts"}, FaultCode.COVER_OPEN, False),
        ({"Rse_f": "0,00 Volts"}, FaultCode.FEEDER_EMPTY, False),
        ({"Rse_f": "0,00 Volts", "Rse_n": "4,80 Volts"}, FaultCode.FEEDER_EMPTY, False),
        ({"Rse_n": "1,10 Volts"}, FaultCode.FEEDER_LOW, True),
        ({"Rrt_count": "30"}, FaultCode.RIBBON_LOW, True),
        ({"Rrt_count": "10", "Rrt_qty": "ERROR CDE"}, FaultCode.RIBBON_LOW, True),
        ({"Rr": "ymckok"}, FaultCode.RIBBON_WRONG, False),
        ({"Rlr_h": "CARD"}, FaultCode.REJECT_FULL, False),
        ({"Rlr_c": "NEED CLEANING"}, FaultCode.CLEAN_DUE, True),
        ({"Rlr_c": "ERR NEED CLEANING"}, FaultCode.CLEAN_MUST, False),
        ({"Rcr": "ERROR RIBBON"}, FaultCode.RIBBON_END, False),
        ({"Rrt_count": "ERR RIB DETECTION"}, FaultCode.RIBBON_MISSING, False),
        ({"Rlr_p": "CARD"}, FaultCode.CARD_IN_PATH, False),
    ],
)
def test_each_sensor_is_one_fault(answers: dict[str, str], code: FaultCode, ready: bool) -> None:
    state = look(FULL, **answers)
    assert [found.code for found in state.faults] == [code]
    assert state.ready is ready


def test_a_ribbon_that_another_host_set_is_set_as_the_job_will() -> None:
    language = Evolis(FORM, frozenset({"Rr"}))
    state, asked = hold(language.look(), ["KB", "OK", "YMCKO"])
    assert (asked, state.ribbon, state.faults) == (["Rr", "Pr;ymcko", "Rr"], "ymcko", ())
    state, asked = hold(language.look(), ["kb", "ERROR PARAMETRES", "kb"])
    assert [found.code for found in state.faults] == [FaultCode.RIBBON_WRONG]
    assert (asked, state.ribbon, state.ready) == (["Rr", "Pr;ymcko", "Rr"], "kb", False)
    for unknown in ("ERROR CDE", "R5F008", ""):
        state, asked = hold(language.look(), [unknown])
        assert (asked, state.ribbon, state.ready) == (["Rr"], "", True)
    assert hold(language.look(), ["kb", "OK", "R5F008"])[0].faults == ()
    assert hold(Evolis(Form("kb", "k"), frozenset({"Rr"})).look(), ["k"])[0].ribbon == "kb"


def test_what_only_informs_may_be_unknown_to_the_model() -> None:
    questions = ("Rse_n", "Rrt_qty", "Rco_n", "Rco_a", "Rco_m", "Rco_r")
    state = look(FULL, **dict.fromkeys(questions, "ERROR CDE"))
    assert (state.ready, state.faults, state.ribbon_full, state.cleaning) == (True, (), None, Cleaning())
    assert look(FULL, Rrt_count="31").faults == look(FULL, Rrt_count="11", Rrt_qty="ERROR CDE").faults == ()
    with pytest.raises(BadReply):
        look(FULL, Rco_n="WHAT")


def test_a_word_about_cleaning_that_is_unknown_is_not_a_fault() -> None:
    assert look(FULL, Rlr_c="WHO KNOWS").faults == ()


def test_a_stray_ok_before_the_ribbon_count_is_asked_again() -> None:
    language = Evolis(FORM, frozenset({"Rrt;count"}))
    state, asked = hold(language.look(), ["OK", "42"])
    assert asked == ["Rrt;count", "Rrt;count"]
    assert state.ribbon_left == 42
    with pytest.raises(BadReply):
        hold(language.look(), ["OK", "OK"])


def test_an_older_model_tells_less() -> None:
    state = look(OLD, Rlr_p="NO CARD")
    assert (state.ribbon_left, state.card_position, state.faults) == (55, CardPosition.NONE, ())
    assert look(OLD, Rtp="ERROR CDE").model == ""
    bare, asked = hold(BARE.look(), [])
    assert asked == []
    assert (bare.cards, bare.panels, bare.ribbon_left, bare.card_position) == (None, None, None, CardPosition.UNKNOWN)


def test_an_empty_ribbon_count_ends_the_ribbon_where_there_is_no_better_question() -> None:
    counting = Evolis(FORM, frozenset({"Rco;l"}))
    assert [found.code for found in look(counting, Rco_l="0").faults] == [FaultCode.RIBBON_END]
    assert [found.code for found in look(counting, Rco_l="1").faults] == [FaultCode.RIBBON_LOW]


@pytest.mark.parametrize("question", ["Rco;c", "Rse;o", "Rrt;count"])
def test_nonsense_for_a_number_is_a_bad_reply(question: str) -> None:
    with pytest.raises(BadReply):
        look(FULL, **{question.replace(";", "_"): "WHAT"})


def test_forgetting_a_job_sets_the_terms_again() -> None:
    assert hold(FULL.forget(), ["OK", "OK", "2,0"]) == (True, ["Srs", "Pem;2", "Rem"])
    assert hold(OLD.forget(), []) == (False, [])


def test_a_card_is_brought_out_by_the_command_of_the_model() -> None:
    assert hold(FULL.move(True), ["OK"]) == (None, ["Ser"])
    assert hold(OLD.move(True), ["OK"]) == (None, ["Seb"])
    found, asked = hold(FULL.move(False), ["CARD JAM"])
    assert asked == ["Se"]
    assert found is not None
    assert found.code is FaultCode.CARD_JAM


@pytest.mark.parametrize("wrong", [{"asks": frozenset({"Rxx"})}, {"clears": "Sc"}, {"rejects": "Sc"}])
def test_a_profile_cannot_smuggle_a_command_in(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="does not have"):
        Evolis(**{"form": FORM, "asks": frozenset(), **wrong})  # type: ignore[arg-type]
