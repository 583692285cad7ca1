"""The table of hardware.md §12.4: what counters, position and words allow to conclude, and nothing more."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.contracts import CardPosition, FaultCode, Outcome, PrinterFault, PrinterState, Severity
from devices.languages.faults import fault
from devices.printers.evidence import Evidence, conclude, doubt, struck

BEFORE = PrinterState("Primacy", "A1", True, cards=100, panels=600, card_position=CardPosition.NONE)
CLEAN = Evidence(BEFORE, None, left=True, panels=6, all_agreed=True, may_finish=False, safe=True)
FAILED = replace(CLEAN, all_agreed=False)


def after(cards: int | None = 0, panels: int | None = 0, **changes: object) -> PrinterState:
    state = replace(
        BEFORE,
        cards=None if cards is None else 100 + cards,
        panels=None if panels is None else 600 + panels,
    )
    return replace(state, **changes)  # type: ignore[arg-type]


INSIDE, NONE, LOST = CardPosition.INSIDE, CardPosition.NONE, CardPosition.UNKNOWN
UNKNOWN, REJECTED, CONFIRMED, ACCEPTED = Outcome.UNKNOWN, Outcome.REJECTED, Outcome.CONFIRMED, Outcome.ACCEPTED


@pytest.mark.parametrize(
    ("evidence", "outcome", "words"),
    [
        (replace(CLEAN, after=after(1, 6)), CONFIRMED, ""),
        (replace(CLEAN, after=after(1, None)), CONFIRMED, ""),
        (replace(CLEAN, after=after(None, None)), ACCEPTED, ""),
        (replace(CLEAN, after=after(1, 5)), UNKNOWN, "色带面"),
        (replace(CLEAN, after=after(2, 12)), UNKNOWN, "2 张卡"),
        (replace(CLEAN, after=after(2, 6)), UNKNOWN, "2 张卡"),
        (replace(CLEAN, after=after(2, None)), UNKNOWN, "2 张卡"),
        (replace(CLEAN, after=after(0, 6)), UNKNOWN, ""),
        (replace(CLEAN, after=after(0, 0)), UNKNOWN, ""),
        (replace(CLEAN, after=after(-100, -600)), UNKNOWN, "清零"),
        (replace(CLEAN, after=after(1, 6, card_position=INSIDE)), UNKNOWN, "还在打印机里"),
        (replace(CLEAN, after=after(1, 6, serial="B2")), UNKNOWN, "另一台"),
        (replace(CLEAN, after=after(1, 6), safe=False), UNKNOWN, ""),
        (replace(CLEAN, after=after(1, 6), blind=True), CONFIRMED, ""),
        (replace(CLEAN, after=after(1, 6), blind=True, safe=False), UNKNOWN, ""),
        (replace(CLEAN, after=after(1, None), blind=True), UNKNOWN, ""),
        (replace(CLEAN, after=after(1, 5), blind=True), UNKNOWN, "色带面"),
        (replace(CLEAN, after=after(0, 6), blind=True), UNKNOWN, ""),
        (replace(CLEAN, after=after(2, 12), blind=True), UNKNOWN, "2 张卡"),
        (replace(CLEAN, after=after(None, None), blind=True), UNKNOWN, ""),
        (replace(CLEAN, after=after(1, 6, card_position=INSIDE), blind=True), UNKNOWN, "还在打印机里"),
        (replace(FAILED, after=after(), blind=True), UNKNOWN, ""),
        (replace(FAILED, left=False, blind=True), REJECTED, ""),
        (CLEAN, UNKNOWN, "没有回答"),
        (replace(FAILED, left=False), REJECTED, ""),
        (replace(FAILED, after=after()), REJECTED, ""),
        (replace(FAILED, after=after(0, None)), REJECTED, ""),
        (replace(FAILED, after=after(), may_finish=True), UNKNOWN, ""),
        (replace(FAILED, after=after(0, 1)), UNKNOWN, ""),
        (replace(FAILED, after=after(1, 2)), UNKNOWN, "色带面"),
        (replace(FAILED, after=after(None, None)), UNKNOWN, ""),
        (replace(FAILED, after=after(card_position=INSIDE)), UNKNOWN, "还在打印机里"),
        (replace(FAILED, after=after(card_position=LOST)), UNKNOWN, ""),
        (replace(FAILED, after=after(), safe=False), UNKNOWN, ""),
        (replace(FAILED, after=after(serial="B2")), UNKNOWN, "另一台"),
        (FAILED, UNKNOWN, "没有回答"),
    ],
)
def test_the_table(evidence: Evidence, outcome: Outcome, words: str) -> None:
    assert conclude(evidence) is outcome
    if words:
        assert words in doubt(evidence)
    elif evidence.after is not None:
        assert doubt(evidence) == ""


states = st.builds(
    lambda cards, panels, where, serial: replace(after(cards, panels), card_position=where, serial=serial),
    st.one_of(st.none(), st.integers(-100, 3)),
    st.one_of(st.none(), st.integers(-100, 12)),
    st.sampled_from(CardPosition),
    st.sampled_from(["A1", "A1", "B2"]),
)


@given(
    st.builds(
        Evidence,
        before=st.just(BEFORE),
        after=st.one_of(st.none(), states),
        left=st.just(True),
        panels=st.just(6),
        all_agreed=st.booleans(),
        may_finish=st.booleans(),
        safe=st.booleans(),
        blind=st.booleans(),
    )
)
def test_a_card_is_called_unprinted_or_printed_only_on_proof(evidence: Evidence) -> None:
    outcome = conclude(evidence)
    state = evidence.after
    if outcome is Outcome.REJECTED:
        assert state is not None
        assert (state.cards, state.card_position, state.serial) == (100, NONE, "A1")
        assert state.panels in (600, None)
        assert evidence.safe
        assert not evidence.may_finish
        assert not evidence.blind
    if outcome is Outcome.CONFIRMED:
        assert state is not None
        assert (state.cards, state.serial) == (101, "A1")
        assert evidence.safe
        assert evidence.all_agreed
        assert state.panels == 606 or not evidence.blind


RIBBON_OUT = after(1, 2, faults=(fault(FaultCode.RIBBON_END),))


@pytest.mark.parametrize(
    ("said", "evidence", "code", "severity"),
    [
        (fault(FaultCode.RIBBON_BROKEN), replace(FAILED, after=RIBBON_OUT), FaultCode.RIBBON_END, Severity.MID),
        (fault(FaultCode.RIBBON_BROKEN), replace(FAILED, after=after(1, 2)), FaultCode.RIBBON_BROKEN, Severity.MID),
        (fault(FaultCode.COVER_OPEN), replace(FAILED, after=after(1, 2)), FaultCode.COVER_OPEN, Severity.MID),
        (fault(FaultCode.COVER_OPEN), replace(FAILED, after=after()), FaultCode.COVER_OPEN, Severity.PRE),
        (fault(FaultCode.LOCKED), replace(FAILED, after=after(card_position=INSIDE)), FaultCode.LOCKED, Severity.MID),
        (fault(FaultCode.CARD_JAM), replace(FAILED, after=after(), safe=False), FaultCode.REBOOTED, Severity.MID),
        (None, replace(CLEAN, after=after(1, 6), safe=False), FaultCode.REBOOTED, Severity.MID),
        (fault(FaultCode.CARD_JAM), replace(FAILED, after=after(), blind=True), FaultCode.REBOOTED, Severity.MID),
        (None, replace(CLEAN, after=after(1, 5), blind=True), FaultCode.REBOOTED, Severity.MID),
        (None, CLEAN, FaultCode.OFFLINE, Severity.MID),
        (fault(FaultCode.CARD_JAM), FAILED, FaultCode.CARD_JAM, Severity.MID),
    ],
)
def test_the_fault_is_made_exact(
    said: PrinterFault | None, evidence: Evidence, code: FaultCode, severity: Severity
) -> None:
    found = struck(said, evidence)
    assert found is not None
    assert (found.code, found.severity) == (code, severity)


def test_a_clean_card_has_no_fault() -> None:
    assert struck(None, replace(CLEAN, after=after(1, 6))) is None
    assert struck(None, replace(CLEAN, after=after(1, 6), blind=True)) is None
