"""The printer on an emulated wire: every fault at its point, cuts through a whole job, what may be believed after."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest

from devices.contracts import CardPosition, CardPrinter, PrintReport, SettlingPrinter
from devices.contracts import FaultCode as Code
from devices.contracts import Outcome as Out
from devices.contracts import Severity as When
from devices.errors import BadReply, DeviceError, NotReached, TimedOut
from devices.languages.evolis_commands import frame
from devices.printers.emulator import wire
from devices.printers.emulator.mechanism import Mechanism, Stopped
from devices.printers.printer import Printer
from devices.printers.profile import Profile, load
from devices.transports.folder import FolderTransport
from devices.transports.memory import MemoryTransport
from tests.devices.far_ends import MONO, PRIMACY, cards, emulated, far_end
from tests.devices.pictures import FACES, FRONT_ONLY, checks, colourful

JOB = emulated().encode(FACES, "x")
MONO_JOB = emulated("", MONO).encode(FACES, "x")


def printed(printer: Printer, job: bytes = JOB) -> PrintReport:
    return printer.print_card(job, "card 1")


def test_a_card_comes_out_as_it_was_asked_for() -> None:
    printer: CardPrinter = emulated()
    assert printer.answers
    report = printer.print_card(printer.encode(FACES, "x"), "x")
    assert report == PrintReport(
        Out.CONFIRMED, len(JOB), hashlib.sha256(JOB).hexdigest(), report.before, report.after, None, ""
    )
    assert report.before is not None
    assert report.after is not None
    assert (report.before.cards, report.after.cards) == (1200, 1201)
    assert (report.before.panels, report.after.panels) == (7100, 7106)
    assert isinstance(printer, Printer)
    card = cards(far_end(printer)).cards[0]
    assert int(np.abs(card.front.astype(int) - colourful()).max()) <= 1
    assert card.back is not None
    assert (card.back == checks()).all()


def test_the_front_alone_uses_five_panels() -> None:
    printer = emulated()
    report = printed(printer, printer.encode(FRONT_ONLY, "x"))
    assert report.outcome is Out.CONFIRMED
    assert report.after is not None
    assert report.after.panels == 7105


# fault, outcome of card 1, its code and severity, cards that came out, card still inside, outcome of the next try
FAULTS = [
    ("ribbon_end@1", Out.UNKNOWN, Code.RIBBON_END, When.MID, 0, True, Out.REJECTED),
    ("ribbon_end:start@1", Out.REJECTED, Code.RIBBON_END, When.PRE, 0, False, Out.REJECTED),
    ("ribbon_broken@1", Out.UNKNOWN, Code.RIBBON_BROKEN, When.MID, 0, True, Out.REJECTED),
    ("feeder_empty@1", Out.REJECTED, Code.FEEDER_EMPTY, When.PRE, 0, False, Out.REJECTED),
    ("feed_fail@1", Out.REJECTED, Code.FEED_FAIL, When.MID, 0, False, Out.CONFIRMED),
    ("cover_open@1", Out.REJECTED, Code.COVER_OPEN, When.PRE, 0, False, Out.REJECTED),
    ("cover_open:y@1", Out.UNKNOWN, Code.COVER_OPEN, When.MID, 0, True, Out.REJECTED),
    ("head_hot@1", Out.REJECTED, Code.HEAD_HOT, When.PRE, 0, False, Out.CONFIRMED),
    ("head_hot:k@1", Out.UNKNOWN, Code.HEAD_HOT, When.MID, 0, True, Out.REJECTED),
    ("jam:y@1", Out.UNKNOWN, Code.CARD_JAM, When.MID, 0, True, Out.REJECTED),
    ("jam:o@1", Out.UNKNOWN, Code.CARD_JAM, When.MID, 0, True, Out.REJECTED),
    ("jam:back@1", Out.UNKNOWN, Code.CARD_JAM, When.MID, 0, True, Out.REJECTED),
    ("reject_full@1", Out.REJECTED, Code.REJECT_FULL, When.PRE, 0, False, Out.REJECTED),
    ("clean_must@1", Out.REJECTED, Code.CLEAN_MUST, When.PRE, 0, False, Out.REJECTED),
    ("clean_due@1", Out.CONFIRMED, None, None, 1, False, Out.CONFIRMED),
    ("wrong_ribbon@1", Out.REJECTED, Code.RIBBON_WRONG, When.PRE, 0, False, Out.REJECTED),
    ("unplug:start@1", Out.REJECTED, Code.OFFLINE, When.MID, 0, False, Out.CONFIRMED),
    ("unplug:y@1", Out.REJECTED, Code.OFFLINE, When.MID, 0, False, Out.CONFIRMED),
    ("unplug:m@1", Out.UNKNOWN, Code.OFFLINE, When.MID, 0, True, Out.REJECTED),
    ("unplug:back@1", Out.UNKNOWN, Code.OFFLINE, When.MID, 0, True, Out.REJECTED),
    ("unplug:end@1", Out.UNKNOWN, Code.OFFLINE, When.MID, 0, True, Out.REJECTED),
    ("unplug:reply@1", Out.UNKNOWN, Code.OFFLINE, When.MID, 1, False, Out.CONFIRMED),
    ("unplug:status@1", Out.CONFIRMED, None, None, 1, False, Out.CONFIRMED),
    ("gone:y@1", Out.UNKNOWN, Code.OFFLINE, When.MID, 0, False, Out.REJECTED),
    ("gone:reply@1", Out.UNKNOWN, Code.OFFLINE, When.MID, 1, False, Out.REJECTED),
    ("reboot:y@1", Out.UNKNOWN, Code.REBOOTED, When.MID, 0, False, Out.CONFIRMED),
    ("reboot@1", Out.UNKNOWN, Code.REBOOTED, When.MID, 0, True, Out.REJECTED),
    ("reboot:reply@1", Out.UNKNOWN, Code.REBOOTED, When.MID, 1, False, Out.CONFIRMED),
    ("other_printer:y@1", Out.UNKNOWN, Code.REBOOTED, When.MID, 0, False, Out.CONFIRMED),
    ("mute@1", Out.REJECTED, Code.OFFLINE, When.MID, 0, False, Out.CONFIRMED),
    ("mute:m@1", Out.UNKNOWN, Code.OFFLINE, When.MID, 0, True, Out.REJECTED),
    ("mute:reply@1", Out.UNKNOWN, Code.OFFLINE, When.MID, 1, False, Out.CONFIRMED),
    ("mute:status@1", Out.CONFIRMED, None, None, 1, False, Out.CONFIRMED),
    ("wrong_answer:start@1", Out.REJECTED, Code.UNKNOWN, When.MID, 0, False, Out.CONFIRMED),
    ("wrong_answer@1", Out.UNKNOWN, Code.UNKNOWN, When.MID, 1, False, Out.CONFIRMED),
    ("wrong_answer:status@1", Out.CONFIRMED, None, None, 1, False, Out.CONFIRMED),
    ("slow@1", Out.UNKNOWN, Code.OFFLINE, When.MID, 1, False, Out.REJECTED),
    ("half_card@1", Out.CONFIRMED, None, None, 1, False, Out.CONFIRMED),
    ("late_card@1", Out.CONFIRMED, None, None, 0, False, Out.CONFIRMED),
    ("two_cards@1", Out.UNKNOWN, None, None, 2, False, Out.CONFIRMED),
    ("counter_reset@1", Out.UNKNOWN, None, None, 1, False, Out.CONFIRMED),
]


@pytest.mark.parametrize(("plan", "outcome", "code", "severity", "out", "inside", "after"), FAULTS, ids=str)
def test_each_fault_is_reported_for_what_it_is(
    plan: str, outcome: Out, code: Code | None, severity: When | None, out: int, inside: bool, after: Out
) -> None:
    printer = emulated(plan)
    machine = far_end(printer)
    report = printed(printer)
    assert report.outcome is outcome
    assert (report.fault.code, report.fault.severity) == (code, severity) if report.fault else code is None
    assert len(cards(machine).cards) == out
    assert machine.memory.inside is inside
    assert bool(report.said) is (outcome is not Out.CONFIRMED)
    if outcome is Out.REJECTED:
        assert machine.memory.fed == 0
    assert printed(printer).outcome is after


@pytest.mark.parametrize("plan", ["jam@1", "ribbon_end@1", "jam:back@1"])
def test_a_fault_of_a_panel_that_the_job_lacks_strikes_at_the_last_one(plan: str) -> None:
    assert printed(emulated(plan, MONO), MONO_JOB).outcome is Out.UNKNOWN


# --- cuts


def cut(profile: Profile, job: bytes, place: int) -> tuple[Printer, PrintReport]:
    printer = emulated(f"unplug:{place}@1", profile)
    return printer, printer.print_card(job, "x")


@pytest.mark.parametrize(
    ("profile", "job", "step", "first_print"),
    [(PRIMACY, JOB, 4096, 40 + 576083), (MONO, MONO_JOB, 512, 40 + 15 + 82914 + 1)],
    ids=["colour", "mono"],
)
def test_a_cut_anywhere_is_rejected_or_unknown_and_truly_so(
    profile: Profile, job: bytes, step: int, first_print: int
) -> None:
    """Until the second download begins no card has moved; from there on nothing may be called unprinted."""
    for place in [*range(0, len(job), step), len(job) - 1]:
        printer, report = cut(profile, job, place)
        machine = far_end(printer)
        assert report.outcome is (Out.REJECTED if machine.memory.fed == 0 else Out.UNKNOWN), place
        assert (report.outcome is Out.REJECTED) == (place < first_print + 10), place
        assert report.bytes_sent == place
        assert machine.memory.fed == machine.memory.landed + machine.memory.inside


@pytest.mark.parametrize("place", [0, 3, 39, 40, 41, 50, 100_000, 576_122, 576_123, 576_133, 1_000_000, len(JOB) - 4])
def test_after_a_cut_and_its_settling_the_next_card_is_whole(place: int) -> None:
    printer, report = cut(PRIMACY, JOB, place)
    if report.after is not None and report.after.card_position is CardPosition.INSIDE:
        assert printed(printer).outcome is Out.REJECTED
        settled = printer.reject()
        assert (settled.card_position, settled.ready) == (CardPosition.NONE, True)
        assert [card.where for card in cards(far_end(printer)).cards] == ["rejected"]
    assert printed(printer).outcome is Out.CONFIRMED
    whole = cards(far_end(printer)).cards[-1]
    assert int(np.abs(whole.front.astype(int) - colourful()).max()) <= 1


# --- terms


def test_repeats_are_switched_off_first_and_given_back_last() -> None:
    printer = emulated()
    machine = far_end(printer)
    assert machine.memory.pem == 0
    printer.state()
    assert machine.memory.pem == 2
    printer.close()
    printer.close()
    assert machine.memory.pem == 0


def test_a_printer_switched_off_between_two_cards_is_set_again() -> None:
    printer = emulated()
    printed(printer)
    machine = far_end(printer)
    machine.memory.pem = 0
    assert printed(printer).outcome is Out.CONFIRMED
    assert machine.memory.pem == 2


def test_a_printer_that_keeps_its_own_repeats_prints_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    printer = emulated()
    machine = far_end(printer)
    monkeypatch.setattr(machine, "_set", lambda command: "OK")
    with pytest.raises(BadReply, match="自行重打"):
        printer.state()
    report = printed(printer)
    assert (report.outcome, report.bytes_sent) == (Out.REJECTED, 0)
    assert machine.memory.fed == 0


@pytest.mark.parametrize("plan", ["unplug:y@1", "reboot@1", "reboot:reply@1", "no_varnish@1", "two_cards@1", "jam:c@1"])
def test_a_printer_whose_kept_mode_hides_a_restart_is_doubted_after_any_fault(plan: str) -> None:
    printer = emulated(plan)
    far_end(printer).memory.pem = far_end(printer).memory.kept = 2
    report = printed(printer)
    assert (report.outcome, report.fault and report.fault.code) == (Out.UNKNOWN, Code.REBOOTED)


def test_a_printer_whose_kept_mode_hides_a_restart_prints_where_nothing_went_wrong() -> None:
    """Every answer OK, one card more, every panel of the job: nothing is left that a restart could have changed."""
    printer = emulated()
    far_end(printer).memory.pem = far_end(printer).memory.kept = 2
    for _ in range(2):
        report = printed(printer)
        assert (report.outcome, report.fault, report.said) == (Out.CONFIRMED, None, "")


def test_a_printer_that_takes_its_repeats_back_between_two_cards_gets_no_second_job(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    printer = emulated()
    assert printed(printer).outcome is Out.CONFIRMED
    machine = far_end(printer)
    machine.memory.pem = 0
    monkeypatch.setattr(machine, "_set", lambda command: "OK")
    report = printed(printer)
    assert (report.outcome, report.bytes_sent) == (Out.REJECTED, 0)
    assert machine.memory.fed == 1


def test_the_terms_are_set_again_after_every_reconnect() -> None:
    printer = emulated()
    printer.state()
    far_end(printer).unplug("reboot")
    with pytest.raises(NotReached):
        printer.state()
    assert far_end(printer).memory.pem == 0
    printer.state()
    assert far_end(printer).memory.pem == 2


def test_a_job_that_is_called_unprinted_is_dropped_by_the_printer() -> None:
    printer = emulated("unplug:y@1")
    assert printed(printer).outcome is Out.REJECTED
    assert far_end(printer)._mechanism.sequence is None
    assert far_end(printer).memory.pem == 2


def test_once_the_end_command_may_have_left_nothing_is_called_unprinted() -> None:
    """A mono card is fed by the end command itself: before it has moved, the counters look innocent."""
    profile = load("evolis-zenius-kb")
    lost = emulated("unplug:end@1", profile)
    job = lost.encode(FRONT_ONLY, "x")
    report = printed(lost, job)
    assert report.after is not None
    assert (report.outcome, report.after.cards, report.bytes_sent) == (Out.UNKNOWN, 1200, len(job))

    late = emulated("", profile)
    write = late.transport.write
    late.transport.write = lambda data, timeout: (  # type: ignore[method-assign]
        len(data) if data == frame("Se") else write(data, timeout)
    )
    report = printed(late, job)
    assert report.after is not None
    assert (report.outcome, report.after.cards) == (Out.UNKNOWN, 1200)


def test_a_job_that_repeats_or_is_cut_never_leaves() -> None:
    printer = emulated()
    for job in (JOB[:-4] + frame("Sc") + frame("Se"), JOB[:-1], JOB + JOB, b""):
        report = printer.print_card(job, "x")
        assert (report.outcome, report.bytes_sent) == (Out.REJECTED, 0)
        assert report.fault is not None
        assert report.fault.code is Code.SYNTAX
    assert not far_end(printer).linked


# --- settling


def test_eject_brings_the_card_into_the_tray() -> None:
    printer: SettlingPrinter = emulated("jam@1")
    assert printer.print_card(JOB, "x").outcome is Out.UNKNOWN
    assert printer.eject().card_position is CardPosition.NONE
    assert isinstance(printer, Printer)
    assert [card.where for card in cards(far_end(printer)).cards] == ["tray"]


def test_nothing_is_moved_when_nothing_is_inside() -> None:
    """An end command to an empty printer would feed a blank; the first panel of a lost job waits in it."""
    printer = emulated("gone:576140@1")
    assert printed(printer).outcome is Out.UNKNOWN
    far_end(printer).away = False
    far_end(printer).memory.inside = False
    fed = far_end(printer).memory.fed
    assert printer.eject().card_position is CardPosition.NONE
    assert printer.reject().cards == 1200 + fed
    assert not cards(far_end(printer)).cards


def test_a_card_that_will_not_move_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    printer = emulated("jam@1")
    printed(printer)

    def stuck(*_: object) -> None:
        raise Stopped("CARD JAM")

    monkeypatch.setattr(Mechanism, "eject", stuck)
    for move in (printer.eject, printer.reject):
        with pytest.raises(DeviceError, match="卡在"):
            move()


# --- without an answer


def test_a_folder_accepts_the_exact_bytes(tmp_path: object) -> None:
    from pathlib import Path

    folder = Path(str(tmp_path)) / "out"
    printer = Printer("folder", PRIMACY, FolderTransport(folder))
    assert not printer.answers
    assert printer.state().ready
    report = printed(printer)
    assert (report.outcome, report.bytes_sent, report.before, report.after) == (Out.ACCEPTED, len(JOB), None, None)
    assert (folder / "0001.prn").read_bytes() == JOB
    (folder / "0001.prn").unlink()
    folder.rmdir()
    failed = printed(printer)
    assert (failed.outcome, failed.bytes_sent) == (Out.REJECTED, 0)
    printer.close()


def test_memory_keeps_the_job() -> None:
    transport = MemoryTransport()
    printer = Printer("memory", load("evolis-zenius"), transport)
    job = printer.encode(FACES, "x")
    assert printer.print_card(job, "x").outcome is Out.ACCEPTED
    assert transport.written == [job]


class _Breaking(MemoryTransport):
    """A one-way wire that breaks after some bytes."""

    def write(self, data: bytes, timeout: float) -> int:
        from devices.errors import Broken

        raise Broken("断了。", 1000)


def test_a_one_way_wire_that_breaks_is_unknown() -> None:
    report = printed(Printer("x", PRIMACY, _Breaking()))
    assert (report.outcome, report.bytes_sent) == (Out.UNKNOWN, 1000)


# --- the link


def test_a_printer_that_is_not_there_is_rejected_with_a_sentence() -> None:
    printer = emulated()
    far_end(printer).away = True
    with pytest.raises(NotReached):
        printer.state()
    report = printed(printer)
    assert (report.outcome, report.before) == (Out.REJECTED, None)
    assert "拔掉" in report.said


def test_a_mute_printer_times_out(monkeypatch: pytest.MonkeyPatch) -> None:
    printer = emulated()
    monkeypatch.setattr(far_end(printer), "_say", lambda text, later=0.0: None)
    with pytest.raises(TimedOut):
        printer.state()


def test_a_link_that_dies_under_a_question_is_not_reached_and_may_be_asked_again() -> None:
    printer = emulated("unplug:status@1")
    printer.state()
    far_end(printer).unplug()
    with pytest.raises(NotReached):
        printer.state()
    assert printer.state().ready


def test_answers_to_an_earlier_session_are_thrown_away() -> None:
    printer = emulated()
    far_end(printer)._replies.extend([(0.0, b"OLD\0"), (0.0, b"STALE AND CUT")])
    assert printer.state().serial == "EMU0001"


def test_a_write_that_never_left_is_told_from_one_that_may_have(monkeypatch: pytest.MonkeyPatch) -> None:
    """The link is found dead before the first byte of the job: nothing left, nothing is doubtful."""
    printer = emulated()
    transport = printer.transport
    assert isinstance(transport, wire.EmulatorTransport)
    write = transport.write

    def refuse(data: bytes, timeout: float) -> int:
        if data == frame("Pem", 2) and far_end(printer).memory.pem == 2:
            far_end(printer).away = True
            raise NotReached("没有连上。", "not_found")
        return write(data, timeout)

    monkeypatch.setattr(transport, "write", refuse)
    report = printed(printer)
    assert (report.outcome, report.bytes_sent) == (Out.REJECTED, 0)
