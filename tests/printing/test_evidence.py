"""Every row of hardware.md §12.4 and trust.md §5.1, and an answer for every combination there is."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest

from devices.contracts import CardPosition, FaultCode, Outcome, PrinterFault, PrinterState, Severity
from station.domain.card import STEPS, Act, State
from station.domain.health_worker import DOUBTS
from station.printing.evidence import (
    Before,
    Blank,
    Continuity,
    Evidence,
    Flaw,
    Panels,
    Ruling,
    Seen,
    blanks,
    conclude,
    of_printer,
    panels_used,
)

NONE, INSIDE, UNSURE = CardPosition.NONE, CardPosition.INSIDE, CardPosition.UNKNOWN
CONFIRMED, ACCEPTED, REJECTED, UNKNOWN = Outcome
REBOOTED, OTHER, SILENT = Continuity.REBOOTED, Continuity.OTHER, Continuity.SILENT

HARDWARE = [
    # 1: no byte accepted, or fault before a card was fed, counters unchanged and path empty: NOT_CONSUMED
    (Evidence(REJECTED, None), Ruling.NOTHING_CAME_OUT),
    (Evidence(REJECTED, 0, Panels.NONE, NONE), Ruling.NOTHING_CAME_OUT),
    # 2: link lost in the download, inserted +0, panels +0: NOT_CONSUMED if path empty and not rebooted; else UNKNOWN
    (Evidence(UNKNOWN, 0, Panels.NONE, NONE), Ruling.NOTHING_CAME_OUT),
    (Evidence(None, 0, Panels.NONE, NONE), Ruling.NOTHING_CAME_OUT),
    (Evidence(UNKNOWN, 0, Panels.NONE, UNSURE), Ruling.LOOK),
    (Evidence(UNKNOWN, 0, Panels.NONE, NONE, REBOOTED), Ruling.LOOK_PRINTER_CHANGED),
    # 3: inserted +1, card still inside: SPOILED
    (Evidence(UNKNOWN, 1, Panels.PARTIAL, INSIDE), Ruling.TAKE_CARD_OUT),
    (Evidence(UNKNOWN, 1, Panels.FULL, INSIDE, seen=Seen.THIS, cards_seen=1), Ruling.TAKE_CARD_OUT),
    (Evidence(UNKNOWN, 0, Panels.NONE, INSIDE), Ruling.TAKE_CARD_OUT),  # half fed
    # ... and booked as spoiled only when it is out, whatever else is said of it
    (Evidence(UNKNOWN, 1, Panels.FULL, INSIDE, confirmed=True, was_inside=True), Ruling.TAKE_CARD_OUT),
    (Evidence(UNKNOWN, 1, Panels.FULL, NONE, was_inside=True), Ruling.TAKEN_OUT),
    (Evidence(UNKNOWN, 1, Panels.FULL, NONE, REBOOTED, was_inside=True), Ruling.TAKEN_OUT),
    (Evidence(UNKNOWN, 1, Panels.FULL, UNSURE, SILENT, Seen.THIS, 1, was_inside=True), Ruling.TAKEN_OUT),
    (Evidence(UNKNOWN, 1, Panels.FULL, UNSURE, SILENT, Seen.THIS, 2, True, was_inside=True), Ruling.COLLECT_COPIES),
    (Evidence(UNKNOWN, 1, Panels.FULL, NONE, OTHER, was_inside=True), Ruling.LOOK_PRINTER_CHANGED),
    (Evidence(UNKNOWN, 2, Panels.FULL, NONE, was_inside=True), Ruling.COLLECT_COPIES),  # a blank was fed meanwhile
    # 4: inserted +1, full set of panels, path empty: EJECTED, read back; none found -> VOID
    (Evidence(CONFIRMED, 1, Panels.FULL, NONE), Ruling.LOOK),
    (Evidence(CONFIRMED, 1, Panels.FULL, NONE, seen=Seen.THIS, cards_seen=1), Ruling.VERIFY),
    (Evidence(CONFIRMED, 1, Panels.FULL, NONE, seen=Seen.NOTHING, confirmed=True), Ruling.FIND_THE_CARD),
    # 5: inserted +1, panels partial, path empty: SPOILED, even when its code reads
    (Evidence(UNKNOWN, 1, Panels.PARTIAL, NONE), Ruling.HALF_PRINTED),
    (Evidence(UNKNOWN, 1, Panels.PARTIAL, NONE, seen=Seen.THIS, cards_seen=1), Ruling.HALF_PRINTED),
    # 6: +2 for one attempt: DUPLICATE, supervisor
    (Evidence(CONFIRMED, 2, Panels.FULL, NONE), Ruling.COLLECT_COPIES),
    # 7: rebooted, counters unreadable, other serial: stop, ask, scan
    (Evidence(UNKNOWN, 1, Panels.FULL, NONE, REBOOTED), Ruling.LOOK_PRINTER_CHANGED),
    (Evidence(UNKNOWN, continuity=SILENT), Ruling.LOOK_PRINTER_CHANGED),
    (Evidence(UNKNOWN, 1, Panels.FULL, NONE, OTHER), Ruling.LOOK_PRINTER_CHANGED),
    (Evidence(UNKNOWN, 1, Panels.FULL, NONE, OTHER, Seen.THIS, 1), Ruling.LOOK_PRINTER_CHANGED),
    (Evidence(UNKNOWN, 1, Panels.FULL, NONE, OTHER, Seen.THIS, 1, True), Ruling.VERIFY),
    (Evidence(UNKNOWN, continuity=SILENT, seen=Seen.NOTHING, confirmed=True), Ruling.FIND_THE_CARD),
    (Evidence(UNKNOWN, 0, Panels.NONE, NONE, REBOOTED, Seen.NOTHING, confirmed=True), Ruling.NOTHING_CAME_OUT),
    (Evidence(UNKNOWN, 1, Panels.NONE, NONE, REBOOTED, Seen.NOTHING, confirmed=True), Ruling.FIND_THE_CARD),
    (Evidence(UNKNOWN, 0, Panels.NONE, NONE, REBOOTED, Seen.OTHER, 1, True), Ruling.KEEP_THE_CARD),
]

TRUST = [
    # this token, one card | 1 (or no counter) -> VERIFIED
    (Evidence(CONFIRMED, 1, seen=Seen.THIS, cards_seen=1), Ruling.VERIFY),
    (Evidence(ACCEPTED, None, seen=Seen.THIS, cards_seen=1), Ruling.VERIFY),
    (Evidence(None, None, seen=Seen.THIS, cards_seen=1), Ruling.VERIFY),
    # this token | > 1 -> VOIDED, all copies collected
    (Evidence(CONFIRMED, 2, seen=Seen.THIS, cards_seen=1), Ruling.COLLECT_COPIES),
    (Evidence(UNKNOWN, 2, continuity=REBOOTED, seen=Seen.THIS, cards_seen=1), Ruling.COLLECT_COPIES),
    (Evidence(ACCEPTED, None, seen=Seen.THIS, cards_seen=2, confirmed=True), Ruling.COLLECT_COPIES),
    # nothing | 0 -> VOIDED, nothing came out
    (Evidence(UNKNOWN, 0, Panels.NONE, UNSURE, seen=Seen.NOTHING, confirmed=True), Ruling.NOTHING_CAME_OUT),
    # nothing | >= 1 -> VOIDED + find the card
    (Evidence(UNKNOWN, 1, seen=Seen.NOTHING, confirmed=True), Ruling.FIND_THE_CARD),
    (Evidence(UNKNOWN, 2, seen=Seen.NOTHING, confirmed=True), Ruling.FIND_THE_CARD),
    # another token / unreadable | any -> VOIDED or SPOILED, card kept
    (Evidence(UNKNOWN, 1, seen=Seen.OTHER, cards_seen=1, confirmed=True), Ruling.KEEP_THE_CARD),
    (Evidence(UNKNOWN, None, seen=Seen.OTHER, cards_seen=1, confirmed=True), Ruling.KEEP_THE_CARD),
    (Evidence(UNKNOWN, 1, seen=Seen.UNREADABLE, confirmed=True), Ruling.CANNOT_BE_READ),
    (Evidence(UNKNOWN, 0, Panels.NONE, UNSURE, seen=Seen.OTHER, confirmed=True), Ruling.KEEP_THE_STRANGER),
    (Evidence(UNKNOWN, 0, Panels.NONE, NONE, seen=Seen.UNREADABLE), Ruling.KEEP_THE_STRANGER),
    # late card found afterwards -> collect it
    (Evidence(seen=Seen.THIS, late=True), Ruling.COLLECT_LATE),
    (Evidence(seen=Seen.OTHER, late=True), Ruling.ALREADY_SETTLED),
]

CONTRADICTIONS = [
    # the printer says that nothing was printed, the camera sees it
    (Evidence(REJECTED, 0, Panels.NONE, NONE, seen=Seen.THIS, cards_seen=1), Ruling.ASK_SUPERVISOR),
    (Evidence(UNKNOWN, 0, Panels.NONE, UNSURE, seen=Seen.THIS, cards_seen=1), Ruling.ASK_SUPERVISOR),
    # a refusal with a counter that moved is no refusal
    (Evidence(REJECTED, 1, Panels.FULL, NONE), Ruling.LOOK),
    # a full ribbon use outweighs a card counter at rest
    (Evidence(UNKNOWN, 0, Panels.FULL, NONE), Ruling.LOOK),
    (Evidence(REJECTED, 0, Panels.FULL, NONE), Ruling.LOOK),
    (Evidence(UNKNOWN, 0, Panels.FULL, NONE, seen=Seen.THIS, cards_seen=1), Ruling.VERIFY),
    # counters that went backwards say nothing
    (Evidence(UNKNOWN, -1160, Panels.UNKNOWN, NONE, OTHER), Ruling.LOOK_PRINTER_CHANGED),
    # two cards in view: only one may lie there
    (Evidence(CONFIRMED, 1, seen=Seen.THIS, cards_seen=2), Ruling.LOOK_ONE_CARD_ONLY),
    # the camera alone never decides that there is no card
    (Evidence(CONFIRMED, 1, seen=Seen.NOTHING), Ruling.LOOK_FOR_CARD),
    (Evidence(CONFIRMED, 1, seen=Seen.OTHER, cards_seen=1), Ruling.LOOK_WRONG_CARD),
    (Evidence(CONFIRMED, 1, seen=Seen.UNREADABLE), Ruling.LOOK_UNREADABLE),
    # a card that reads too seldom or is too pale is looked at again, and spoiled when a person says that this is it
    (Evidence(CONFIRMED, 1, seen=Seen.THIS, cards_seen=1, flaw=Flaw.OFTEN_UNREAD), Ruling.LOOK_WEAK),
    (Evidence(CONFIRMED, 1, seen=Seen.THIS, cards_seen=1, flaw=Flaw.PALE), Ruling.LOOK_PALE),
    (Evidence(CONFIRMED, 1, seen=Seen.THIS, cards_seen=1, confirmed=True, flaw=Flaw.PALE), Ruling.CANNOT_BE_READ),
    (Evidence(CONFIRMED, 0, Panels.NONE, UNSURE, seen=Seen.THIS, flaw=Flaw.PALE), Ruling.ASK_SUPERVISOR),
    # the card inside another printer is no evidence about ours
    (Evidence(UNKNOWN, 1, Panels.FULL, INSIDE, OTHER), Ruling.LOOK_PRINTER_CHANGED),
]


@pytest.mark.parametrize(("evidence", "ruling"), HARDWARE + TRUST + CONTRADICTIONS)
def test_row(evidence: Evidence, ruling: Ruling) -> None:
    assert conclude(evidence) is ruling


EVERYTHING = [
    Evidence(*values, was_inside=was_inside, flaw=flaw)
    for (was_inside, flaw), *values in product(
        ((False, Flaw.NONE), (True, Flaw.NONE), (False, Flaw.OFTEN_UNREAD), (False, Flaw.PALE)), (None, *Outcome),
        (None, -3, 0, 1, 2, 3), Panels, CardPosition, Continuity, Seen, (0, 1, 2), (False, True),
    )
]  # fmt: skip


def test_every_combination_has_an_answer_that_is_safe() -> None:
    rulings = set()
    for e in EVERYTHING:
        ruling = conclude(e)
        rulings.add(ruling)
        assert ruling.sentence or ruling is Ruling.VERIFY
        if ruling is Ruling.VERIFY:
            assert e.seen is Seen.THIS
            assert e.cards_seen <= 1
            assert e.flaw is Flaw.NONE
            assert e.panels is not Panels.PARTIAL or e.continuity is not Continuity.SAME
            assert e.position is not INSIDE or e.continuity is OTHER
            assert not (e.was_inside and e.cards_seen == 1), "a card that stuck is spoiled"
            if e.continuity is Continuity.SAME and e.cards is not None and e.cards >= 0:
                assert e.cards == 1 or (e.cards == 0 and e.panels is Panels.FULL)
            elif e.continuity is not Continuity.SAME:
                assert e.confirmed
        if ruling.blank is Blank.BACK:
            assert e.cards in (None, 0) or e.continuity is not Continuity.SAME or e.cards < 0
        late = conclude(replace(e, late=True))
        assert late in (Ruling.COLLECT_LATE, Ruling.ALREADY_SETTLED)
        rulings.add(late)
    assert rulings == set(Ruling)


def test_a_confirmed_look_always_settles_unless_nobody_looked_or_the_card_is_inside() -> None:
    for e in EVERYTHING:
        if e.confirmed and e.seen is not Seen.NOT_LOOKED:
            assert conclude(e).settles or (conclude(e) is Ruling.TAKE_CARD_OUT and e.position is INSIDE)


def test_the_camera_alone_never_ends_a_card_that_the_printer_has_fed() -> None:
    for e in EVERYTHING:
        plain = e.cards == 1 and e.panels in (Panels.FULL, Panels.UNKNOWN) and e.continuity is Continuity.SAME
        if plain and e.position is not INSIDE and not e.confirmed and not e.was_inside:
            assert conclude(e).act in (None, Act.VERIFY)


def test_every_conclusion_is_a_step_of_the_table_from_doubt() -> None:
    for ruling in Ruling:
        assert ruling.act is None or ruling.act in STEPS[State.DOUBTFUL]
        assert (ruling.act is None) == (ruling.blank is Blank.OPEN)
        assert ruling.settles == (ruling.act is not None)
    assert {r for r in Ruling if r.supervisor} == {Ruling.COLLECT_COPIES, Ruling.ASK_SUPERVISOR}
    assert len({r.word for r in Ruling}) == len(Ruling)


def test_code_health_knows_the_doubts_by_their_words() -> None:
    assert {word: Ruling(next(r for r in Ruling if r.word == word)).settles for word in DOUBTS} == dict.fromkeys(
        DOUBTS, False
    )


def test_every_blank_of_a_settled_attempt_is_booked() -> None:
    for e in EVERYTHING:
        ruling = conclude(e)
        if ruling.settles:
            b = blanks(ruling, e)
            assert 1 + b.extra == b.used + b.back + b.spoiled + b.kept + b.missing
            assert min(b.extra, b.used, b.back, b.spoiled, b.kept, b.missing) >= 0


@pytest.mark.parametrize(
    ("evidence", "kept", "missing", "extra"),
    [
        (Evidence(CONFIRMED, 3, seen=Seen.THIS, cards_seen=1), 1, 2, 2),
        (Evidence(CONFIRMED, 2), 0, 2, 1),
        (Evidence(ACCEPTED, None, seen=Seen.THIS, cards_seen=2, confirmed=True), 2, 0, 1),
        (Evidence(CONFIRMED, 2, seen=Seen.NOTHING, confirmed=True), 0, 2, 1),
        (Evidence(CONFIRMED, 1, seen=Seen.NOTHING, confirmed=True), 0, 1, 0),
        (Evidence(ACCEPTED, None, seen=Seen.NOTHING, confirmed=True), 0, 1, 0),
    ],
)
def test_copies_are_kept_or_missing(evidence: Evidence, kept: int, missing: int, extra: int) -> None:
    b = blanks(conclude(evidence), evidence)
    assert (b.kept, b.missing, b.extra) == (kept, missing, extra)


@pytest.mark.parametrize(
    ("moved", "a_card", "panels"),
    [
        (None, 5, Panels.UNKNOWN),
        (-2, 5, Panels.UNKNOWN),
        (0, 5, Panels.NONE),
        (0, None, Panels.NONE),
        (3, None, Panels.UNKNOWN),
        (3, 5, Panels.PARTIAL),
        (5, 5, Panels.FULL),
        (10, 5, Panels.FULL),
    ],
)
def test_panels(moved: int | None, a_card: int | None, panels: Panels) -> None:
    assert panels_used(moved, a_card) is panels


def state(cards: int | None, panels: int | None, serial: str = "A", *faults: FaultCode) -> PrinterState:
    told = tuple(PrinterFault(code, Severity.INFO) for code in faults)
    return PrinterState("P", serial, True, cards, panels, card_position=NONE, faults=told)


def test_what_the_printer_says_becomes_evidence() -> None:
    before = Before(10, 50, "A", 5)
    assert of_printer(before, state(11, 55), CONFIRMED) == Evidence(CONFIRMED, 1, Panels.FULL, NONE)
    assert of_printer(before, state(11, 53), None).panels is Panels.PARTIAL
    assert of_printer(before, state(11, 55, "B"), None).continuity is OTHER
    assert of_printer(before, state(3, 55), None).continuity is OTHER
    assert of_printer(before, state(11, 3), None).continuity is OTHER
    assert of_printer(before, state(11, 55, "A", FaultCode.REBOOTED), None).continuity is REBOOTED
    reboot = PrinterFault(FaultCode.REBOOTED, Severity.MID)
    assert of_printer(before, state(11, 55), None, reboot).continuity is REBOOTED
    jam = PrinterFault(FaultCode.CARD_JAM, Severity.MID)
    assert of_printer(before, state(11, 55), None, jam).continuity is Continuity.SAME
    assert of_printer(before, state(None, None), None).continuity is SILENT
    assert of_printer(before, None, UNKNOWN) == Evidence(UNKNOWN, continuity=SILENT)
    no_counter = Before(None, None, "")
    assert of_printer(no_counter, None, ACCEPTED) == Evidence(ACCEPTED)
    assert of_printer(no_counter, state(None, None, ""), ACCEPTED) == Evidence(ACCEPTED, position=NONE)
