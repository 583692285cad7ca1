"""One card: what is written before what happens, and where each thing that can go wrong leaves card and blank."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import date

import pytest

from devices.contracts import CardFaces, FaultCode, PrinterFault, Severity
from devices.errors import BadReply
from devices.sentences import SENTENCES
from station.domain import facts
from station.domain.card import State
from station.domain.errors import Bug, Fault, Refused
from station.printing import endings, ready, supplies
from station.printing.evidence import Evidence, Ruling
from station.printing.journal import Order
from station.printing.machine import Machine, NotReady
from station.printing.press import POINTS, Press, print_one
from station.printing.settle import Word, restart, settle
from tests.printing.fakes import Desk, FakeCamera, FakePrinter, World, token_of


def test_a_good_card_is_written_step_by_step_and_active() -> None:
    desk = Desk()
    order = desk.order()
    happened: list[str] = []
    press = desk.press(reached=lambda point: happened.append(f"{point}:{desk.state(order).value}"))
    printed = print_one(press, order)
    assert printed.active
    assert printed.ruling is Ruling.VERIFY
    assert desk.steps(order) == ["ask", "reserve", "send", "sent", "verify", "activate"]
    assert happened == [
        "composed:asked",
        "reserved:reserved",
        "send_written:sending",
        "printed:sending",
        "sent_written:sent",
        "looked:sent",
        "verify_written:verified",
        "active_written:active",
    ]
    assert {point.partition(":")[0] for point in happened} < set(POINTS)
    assert desk.heard == ["checking", "composing", "proving", "sending", "looking", "verified", "active"]
    assert desk.world.sent == {token_of(order.number, 1): 1}


@pytest.mark.parametrize(
    ("script", "heard"),
    [
        ("ok", [("verified", "active"), ("active", "active")]),
        ("half", [("doubtful", "doubtful")]),
        ("reject", [("ended", "voided")]),
    ],
)
def test_nobody_hears_of_an_end_before_it_is_written(script: str, heard: list[tuple[str, str]]) -> None:
    desk = Desk()
    told: list[tuple[str, str]] = []
    press = desk.press([script], tell=lambda order, stage: told.append((stage.value, desk.state(order).value)))
    print_one(press, desk.order())
    assert [one for one in told if one[0] in ("verified", "active", "doubtful", "ended")] == heard


def test_the_evidence_stands_in_the_facts() -> None:
    desk = Desk()
    order = desk.order()
    print_one(desk.press(), order)
    payloads = [f.payload for f in desk.book.facts_of(order.subject)]
    told = {p.act: p for p in payloads if isinstance(p, facts.CardActed)}
    assert told["reserve"].blank == "P1#1"
    assert told["reserve"].printer == told["send"].printer == str(desk.machine())
    assert (told["send"].cards_before, told["send"].panels_before) == (1200, 7000)
    assert len(told["send"].job_sha256) == 64
    assert (told["sent"].outcome, told["sent"].cards_after, told["sent"].panels_after) == ("confirmed", 1201, 7005)
    assert len(told["verify"].frame_sha256) == 64
    assert told["verify"].cards_seen == 1
    assert desk.balance().active == 1
    assert desk.balance().remaining == 99


@pytest.mark.parametrize(
    ("script", "state", "ruling", "blank"),
    [
        ("reject", State.VOIDED, Ruling.NOTHING_CAME_OUT, "remaining"),
        ("raise", State.DOUBTFUL, Ruling.LOOK, "in_hand"),
        ("link_lost", State.DOUBTFUL, Ruling.NOTHING_CAME_OUT, "in_hand"),
        ("link_lost_printed", State.DOUBTFUL, Ruling.LOOK_PRINTER_CHANGED, "in_hand"),
        ("jam", State.DOUBTFUL, Ruling.TAKE_CARD_OUT, "in_hand"),
        ("half", State.DOUBTFUL, Ruling.HALF_PRINTED, "in_hand"),
        ("two", State.DOUBTFUL, Ruling.COLLECT_COPIES, "in_hand"),
        ("late", State.DOUBTFUL, Ruling.LOOK_PRINTER_CHANGED, "in_hand"),
        ("reboot", State.DOUBTFUL, Ruling.LOOK_PRINTER_CHANGED, "in_hand"),
        ("other_printer", State.DOUBTFUL, Ruling.LOOK_PRINTER_CHANGED, "in_hand"),
        ("blank", State.DOUBTFUL, Ruling.LOOK_UNREADABLE, "in_hand"),
    ],
)
def test_what_goes_wrong_ends_or_waits_and_is_never_sent_again(
    script: str, state: State, ruling: Ruling, blank: str
) -> None:
    desk = Desk(blanks=10)
    order = desk.order()
    printed = print_one(desk.press([script]), order)
    assert (printed.card.state, printed.ruling) == (state, ruling)
    assert not printed.active
    assert desk.heard[-1] == ("ended" if state is State.VOIDED else "doubtful")
    now = desk.balance()
    assert (now.remaining, now.in_hand) == ((10, 0) if blank == "remaining" else (9, 1))
    with pytest.raises(Refused) as no:
        print_one(desk.press(), order)
    assert no.value.code == "token_already_sent"
    assert desk.world.sent[token_of(order.number, 1)] == 1


def test_a_refusal_that_the_counters_deny_is_a_doubt() -> None:
    class Liar(FakePrinter):
        def _mishap(self, what: str, token: str):  # type: ignore[no-untyped-def]
            answer = super()._mishap("reject", token)
            self.world.feed(token)
            return answer

    desk = Desk()
    printed = print_one(desk.press(printer=Liar(desk.world)), desk.order())
    assert (printed.card.state, printed.ruling) == (State.DOUBTFUL, Ruling.LOOK)


def test_without_a_camera_the_card_waits_for_two_people() -> None:
    desk = Desk()
    printed = print_one(desk.press(camera=None), desk.order())
    assert (printed.card.state, printed.ruling) == (State.DOUBTFUL, Ruling.LOOK)
    assert printed.look is None


def test_a_camera_that_dies_after_the_print_leaves_a_doubt() -> None:
    desk = Desk()
    camera = FakeCamera(desk.world)

    def dies(point: str) -> None:
        desk.world.camera = point != "sent_written"

    printed = print_one(desk.press(camera=camera, reached=dies), desk.order())
    assert (printed.card.state, printed.ruling) == (State.DOUBTFUL, Ruling.LOOK)
    assert printed.look is not None
    assert printed.look.reason == "missing"


def weak(desk: Desk) -> tuple[FakeCamera, Press]:
    """A press whose camera reads the new card in one of five frames, thirty frames a second."""
    camera, turn = FakeCamera(desk.world), itertools.count()
    camera.shows = lambda: camera.newest() if next(turn) % 5 == 2 or not desk.world.tray else ["~"]
    return camera, replace(desk.press(camera=camera), seconds=2.0, timer=lambda: camera.at)


def test_a_weak_card_is_looked_at_again_and_good_when_it_reads() -> None:
    """BAD-1: one frame of five is no read-back."""
    desk = Desk()
    order, (camera, press) = desk.order(), weak(desk)
    printed = print_one(press, order)
    assert (printed.card.state, printed.ruling) == (State.DOUBTFUL, Ruling.LOOK_WEAK)
    assert printed.look is not None
    assert (printed.look.tried, printed.look.read) == (5, 1)
    assert printed.look.ms <= 2_100
    assert desk.journal.card(order).doubt == "look_weak"
    camera.shows = camera.newest
    (answer,) = restart(press)
    assert answer.active


def test_a_weak_card_that_stays_weak_is_spoiled_on_a_persons_word() -> None:
    desk = Desk()
    press = weak(desk)[1]
    print_one(press, desk.order())
    (left,) = press.journal.unsettled(ready.machine_of(press.printer, press.printer.state()))
    answer = settle(press, left, Word.THIS_IS_IT)
    assert (answer.ruling, answer.card.state) == (Ruling.CANNOT_BE_READ, State.SPOILED)


def test_a_printer_without_counters_is_believed_by_its_card() -> None:
    desk = Desk(world=World(counts=False))
    order = desk.order()
    printed = print_one(desk.press(), order)
    assert printed.active
    assert desk.journal.card(order).cards_before is None


# --- before anything is sent ----------------------------------------------------------------------------------------


def refused(desk: Desk, order: Order, **more: object) -> Refused:
    with pytest.raises(Refused) as no:
        print_one(desk.press(**more), order)
    assert not desk.world.sent
    assert desk.balance().remaining == 100
    assert no.value.sentence
    return no.value


def test_no_token_no_print() -> None:
    desk = Desk(tokens=0)
    assert refused(desk, desk.order()).code == "no_token"


def test_no_order_no_print() -> None:
    desk = Desk()
    assert refused(desk, desk.order(issue=3)).code == "no_such_card"


def test_a_suspended_permit_is_not_printed() -> None:
    desk = Desk()
    order = desk.order()
    paused = facts.PermitActed(order.number, "suspend", date(2026, 11, 23), "complaint")
    desk.book.append([(order.subject, paused)], actor="boss")
    assert refused(desk, order).code == "permit_not_issued"


def test_a_card_asked_for_elsewhere_is_not_printed_here() -> None:
    desk = Desk()
    desk.book.station = "nb01"
    order = desk.order()
    desk.book.station = "hz01"
    assert refused(desk, order).code == "card_of_other_station"


def test_a_face_that_does_not_prove_is_not_printed() -> None:
    def no(faces: CardFaces, token: str) -> None:
        raise Refused("码读不出来。", "face_unproven")

    desk = Desk()
    assert refused(desk, desk.order(), prove=no).code == "face_unproven"


def test_a_permit_that_falls_while_the_blank_is_set_aside_gives_it_back() -> None:
    desk = Desk()
    order = desk.order()

    def falls(point: str) -> None:
        if point == "reserved":
            fall = facts.PermitActed(order.number, "revoke", date(2026, 11, 23), "lent_card")
            desk.book.append([(order.subject, fall)], actor="boss")

    assert refused(desk, order, reached=falls).code == "permit_not_issued"
    assert desk.steps(order) == ["ask", "reserve", "drop"]
    assert desk.state(order) is State.ASKED
    assert desk.balance().in_hand == 0


@pytest.mark.parametrize("code", sorted(FaultCode, key=lambda c: c.value))
def test_a_printer_with_a_fault_gets_no_card(code: FaultCode) -> None:
    desk = Desk()
    desk.world.faults = (PrinterFault(code, Severity.PRE),)
    harmless = (FaultCode.REBOOTED, FaultCode.RIBBON_LOW, FaultCode.FEEDER_LOW, FaultCode.CLEAN_DUE)
    if code in harmless:
        print_one(desk.press(), desk.order())
    else:
        assert refused(desk, desk.order()).code == code.value
    assert SENTENCES[code]


def test_an_information_does_not_stop_a_printer_but_a_due_cleaning_does() -> None:
    desk = Desk(workers=2)
    desk.world.faults = (PrinterFault(FaultCode.LOCKED, Severity.INFO),)
    assert print_one(desk.press(), desk.order()).active
    desk.world.faults = (PrinterFault(FaultCode.CLEAN_MUST, Severity.INFO),)
    with pytest.raises(NotReady):
        print_one(desk.press(), desk.order(1))


def test_not_ready_card_inside_and_no_ribbon() -> None:
    desk = Desk()
    order = desk.order()
    desk.world.ready = False
    assert refused(desk, order).code == "busy"
    desk.world.ready, desk.world.ribbon_left = True, 0
    assert refused(desk, order).code == "ribbon_end"
    desk.world.ribbon_left = 5
    desk.world.feed("Told", where="inside")
    assert refused(desk, order).code == "card_in_path"


def test_a_printer_or_camera_that_is_gone_is_a_fault_with_a_sentence() -> None:
    desk = Desk()
    order = desk.order()
    desk.world.reachable = False
    with pytest.raises(Fault) as gone:
        print_one(desk.press(), order)
    assert gone.value.code == "not_reached"
    desk.world.reachable, desk.world.camera = True, False
    with pytest.raises(Fault) as gone:
        print_one(desk.press(), order)
    assert gone.value.code == "missing"
    assert not desk.world.sent


def test_a_job_that_cannot_be_encoded_is_a_fault() -> None:
    class Mute(FakePrinter):
        def encode(self, faces: CardFaces, name: str) -> bytes:
            raise BadReply("型号不支持。")

    desk = Desk()
    with pytest.raises(Fault):
        print_one(desk.press(printer=Mute(desk.world)), desk.order())


def test_the_preview_on_a_screen_does_not_pass_for_the_card() -> None:
    desk = Desk()
    order = desk.order()
    camera = FakeCamera(desk.world)
    camera.shows = lambda: [token_of(order.number, 1)]
    assert refused(desk, order, camera=camera).code == "token_in_view"
    # a camera that has no frame yet is no reason to refuse
    camera.shows = lambda: camera.newest() if desk.world.tray else None
    assert print_one(desk.press(camera=camera), order).active


def test_the_clock_that_was_set_back_prints_nothing() -> None:
    desk = Desk()
    order = desk.order()
    desk.guard.saw_fact((desk.clock.now_ms() + 86_400_000) << 16)
    with pytest.raises(Fault) as behind:
        print_one(desk.press(), order)
    assert behind.value.code == "clock_behind"


def test_an_unsettled_card_blocks_its_printer_and_no_other() -> None:
    desk = Desk(workers=3)
    first = desk.order()
    print_one(desk.press(["half"]), first)
    desk.world.take()
    with pytest.raises(NotReady) as no:
        print_one(desk.press(), desk.order(1))
    assert no.value.code == "card_unsettled"
    assert first.name in no.value.sentence
    # another printer in the same port is blocked as well
    other = World(serial="20000456")
    with pytest.raises(NotReady) as no:
        print_one(desk.press(printer=FakePrinter(other), camera=FakeCamera(other)), desk.order(1, 1))
    assert no.value.code == "card_unsettled"
    # another printer in another port is not
    far = FakePrinter(other, url="usb://0f49:?serial=20000456")
    supplies.receive(desk.journal, "P2", 5, second="boss")
    supplies.load(desk.journal, "P2", Machine.at(far.url, other.serial))
    assert print_one(desk.press(printer=far, camera=FakeCamera(other)), desk.order(1, 1)).active
    assert desk.balance("P2").active == 1


def test_only_a_conclusion_that_settles_can_be_written() -> None:
    desk = Desk()
    order = desk.order()
    with pytest.raises(Bug):
        endings.end(desk.journal, order, Ruling.LOOK, Evidence(), endings.Marks(), lambda point: None)


def test_a_card_cannot_be_printed_twice_even_from_a_stale_order() -> None:
    desk = Desk()
    order = desk.order()
    print_one(desk.press(), order)
    with pytest.raises(Refused) as no:
        print_one(desk.press(), replace(order))
    assert no.value.code == "token_already_sent"


def test_an_attempt_that_was_voided_before_it_was_sent_is_not_printed() -> None:
    desk = Desk()
    order = desk.order()
    desk.book.append(
        [(order.subject, facts.CardActed(order.number, 1, "void", date(2026, 11, 23), "withdrawn"))], actor="clerk-1"
    )
    assert refused(desk, order).code == "card_step"
