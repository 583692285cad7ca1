"""A Magicard on an emulated wire: every fault at its point, what may be believed after, settling, the USB bus."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from devices import catalogue
from devices.contracts import CardPosition, Outcome
from devices.contracts import FaultCode as Code
from devices.contracts import Outcome as Out
from devices.errors import BadUrl, NotReached
from devices.languages.magicard import encode
from devices.languages.magicard_frames import command, page, question
from devices.languages.magicard_talk import Magicard
from devices.printers import found
from devices.printers.emulator import wire
from devices.printers.emulator.magicard_machine import MagicardMachine
from devices.printers.emulator.tray import MemoryTray
from devices.printers.emulator.usb_bus import SimPrinter
from devices.printers.printer import Printer
from devices.printers.profile import Profile, load
from devices.transports.usb import UsbTransport
from tests.devices.far_ends import bus
from tests.devices.pictures import FACES, checks, colourful

RIO, DUPLEX, MONO = load("magicard-rio"), load("magicard-rio-ymckok"), load("magicard-enduro-k")
JOB, DUPLEX_JOB, MONO_JOB = (one.language.encode(FACES) for one in (RIO, DUPLEX, MONO))


def machine(fault: str = "", profile: Profile = RIO, **more: int) -> MagicardMachine:
    end = wire.build(profile, fault=fault, **more)
    assert isinstance(end, MagicardMachine)
    return end


def emulated(fault: str = "", profile: Profile = RIO) -> tuple[Printer, MagicardMachine]:
    end = machine(fault, profile)
    return Printer("emulator://magicard", profile, wire.EmulatorTransport(end)), end


def out(end: MagicardMachine) -> MemoryTray:
    assert isinstance(end.tray, MemoryTray)
    return end.tray


def test_a_card_with_two_sides_comes_out_as_it_was_asked_for() -> None:
    printer, end = emulated("", DUPLEX)
    report = printer.print_card(DUPLEX_JOB, "x")
    assert (report.outcome, report.bytes_sent, report.fault) == (Out.CONFIRMED, len(DUPLEX_JOB), None)
    assert report.before is not None
    assert report.after is not None
    assert (report.after.cards, report.after.panels) == (1201, 7106)
    assert report.after.ribbon_left == report.before.ribbon_left - 1  # type: ignore[operator]
    (card,) = out(end).cards
    assert int(np.abs(card.front[3:645].astype(int) - colourful()[3:645]).max()) < 4
    assert card.back is not None
    assert (card.back[3:645] == checks()[3:645]).all()


# fault, profile, outcome, code, cards that came out, card still inside, outcome of the next try
FAULTS = [
    ("unplug@1", "rio", Out.REJECTED, Code.OFFLINE, 0, False, Out.CONFIRMED),
    ("unplug:start@1", "rio", Out.REJECTED, Code.OFFLINE, 0, False, Out.CONFIRMED),
    ("unplug:end@1", "rio", Out.REJECTED, Code.OFFLINE, 0, False, Out.CONFIRMED),
    ("unplug:end@1", "duplex", Out.UNKNOWN, Code.OFFLINE, 0, True, Out.REJECTED),
    ("unplug:back@1", "duplex", Out.UNKNOWN, Code.OFFLINE, 0, True, Out.REJECTED),
    ("unplug:reply@1", "rio", Out.UNKNOWN, Code.OFFLINE, 1, False, Out.CONFIRMED),
    ("unplug:status@1", "rio", Out.CONFIRMED, None, 1, False, Out.CONFIRMED),
    ("gone@1", "rio", Out.UNKNOWN, Code.OFFLINE, 0, False, Out.REJECTED),
    ("reboot@1", "rio", Out.REJECTED, Code.OFFLINE, 0, False, Out.CONFIRMED),
    ("reboot:reply@1", "rio", Out.UNKNOWN, Code.OFFLINE, 1, False, Out.CONFIRMED),
    ("reboot:back@1", "duplex", Out.UNKNOWN, Code.OFFLINE, 0, True, Out.REJECTED),
    ("other_printer@1", "rio", Out.UNKNOWN, Code.OFFLINE, 0, False, Out.CONFIRMED),
    ("mute@1", "rio", Out.UNKNOWN, Code.OFFLINE, 1, False, Out.CONFIRMED),
    ("mute:reply@1", "rio", Out.UNKNOWN, Code.OFFLINE, 1, False, Out.CONFIRMED),
    ("mute:status@1", "rio", Out.UNKNOWN, Code.OFFLINE, 1, False, Out.CONFIRMED),
    ("wrong_answer@1", "rio", Out.CONFIRMED, None, 1, False, Out.CONFIRMED),
    ("wrong_answer:start@1", "rio", Out.CONFIRMED, None, 1, False, Out.CONFIRMED),
    ("wrong_answer:status@1", "rio", Out.CONFIRMED, None, 1, False, Out.CONFIRMED),
    ("slow@1", "rio", Out.UNKNOWN, Code.OFFLINE, 1, False, Out.REJECTED),
    ("jam@1", "rio", Out.UNKNOWN, Code.OFFLINE, 0, True, Out.REJECTED),
    ("jam:back@1", "duplex", Out.UNKNOWN, Code.OFFLINE, 0, True, Out.REJECTED),
    ("jam@1", "duplex", Out.UNKNOWN, Code.OFFLINE, 0, True, Out.REJECTED),
    ("jam@1", "mono", Out.UNKNOWN, Code.OFFLINE, 0, True, Out.REJECTED),
    ("ribbon_end@1", "rio", Out.UNKNOWN, Code.RIBBON_END, 0, True, Out.REJECTED),
    ("ribbon_end:start@1", "rio", Out.REJECTED, Code.RIBBON_END, 0, False, Out.REJECTED),
    ("ribbon_broken@1", "rio", Out.UNKNOWN, Code.RIBBON_MISSING, 0, True, Out.REJECTED),
    ("cover_open@1", "rio", Out.REJECTED, Code.COVER_OPEN, 0, False, Out.REJECTED),
    ("cover_open:k@1", "rio", Out.UNKNOWN, Code.COVER_OPEN, 0, True, Out.REJECTED),
    ("cover_open:k@1", "duplex", Out.UNKNOWN, Code.COVER_OPEN, 0, True, Out.REJECTED),
    ("feeder_empty@1", "rio", Out.REJECTED, Code.FEEDER_EMPTY, 0, False, Out.REJECTED),
    ("feed_fail@1", "rio", Out.UNKNOWN, Code.OFFLINE, 0, False, Out.CONFIRMED),
    ("head_hot@1", "rio", Out.UNKNOWN, Code.HEAD_HOT, 0, False, Out.CONFIRMED),
    ("clean_due@1", "rio", Out.CONFIRMED, None, 1, False, Out.CONFIRMED),
    ("half_card@1", "rio", Out.CONFIRMED, None, 1, False, Out.CONFIRMED),
    ("late_card@1", "rio", Out.CONFIRMED, None, 0, False, Out.CONFIRMED),
    ("two_cards@1", "rio", Out.UNKNOWN, None, 2, False, Out.CONFIRMED),
    ("counter_reset@1", "rio", Out.UNKNOWN, None, 1, False, Out.CONFIRMED),
    ("unplug:600000@1", "rio", Out.REJECTED, Code.OFFLINE, 0, False, Out.CONFIRMED),
]


@pytest.mark.parametrize(("plan", "kind", "outcome", "code", "count", "inside", "after"), FAULTS)
def test_each_fault_is_reported_for_what_it_is(
    plan: str, kind: str, outcome: Out, code: Code | None, count: int, inside: bool, after: Out
) -> None:
    profile, job = {"rio": (RIO, JOB), "duplex": (DUPLEX, DUPLEX_JOB), "mono": (MONO, MONO_JOB)}[kind]
    printer, end = emulated(plan, profile)
    report = printer.print_card(job, "x")
    assert report.outcome is outcome
    assert (report.fault.code if report.fault else None) is code
    assert len(out(end).cards) == count
    assert end.memory.inside is inside
    assert bool(report.said) is (outcome is not Out.CONFIRMED)
    if outcome is Out.REJECTED:
        assert end.memory.fed == 0
    assert printer.print_card(job, "x").outcome is after


def test_the_last_blank_of_the_feeder_is_a_card_like_any_other() -> None:
    printer, end = emulated()
    end.memory.feeder = 1
    report = printer.print_card(JOB, "x")
    assert (report.outcome, report.fault, len(out(end).cards), end.memory.feeder) == (Out.CONFIRMED, None, 1, 0)
    assert printer.print_card(JOB, "x").fault.code is Code.FEEDER_EMPTY


def test_a_printer_that_repeats_by_itself_is_never_believed() -> None:
    """Nothing public says whether one does: the counter tells."""
    printer, end = emulated("jam@1")
    end.memory.pem = 0
    report = printer.print_card(JOB, "x")
    assert (report.outcome, len(out(end).cards)) == (Out.UNKNOWN, 2)
    assert "2" in report.said


def test_a_cut_anywhere_is_rejected_or_unknown_and_truly_so() -> None:
    """The front is printed when its page is whole; before that nothing has moved."""
    first = len(encode(FACES, DUPLEX.language.form)) - len(MONO_JOB)  # type: ignore[attr-defined]
    for place in [0, 1, 64, 65, 300, *range(4096, len(DUPLEX_JOB), 70_001), len(DUPLEX_JOB) - 1]:
        printer, end = emulated(f"unplug:{place}@1", DUPLEX)
        report = printer.print_card(DUPLEX_JOB, "x")
        assert report.outcome is (Out.REJECTED if end.memory.fed == 0 else Out.UNKNOWN), place
        assert (report.outcome is Out.REJECTED) == (place < first), place
        assert report.bytes_sent == place


def test_a_card_that_stayed_inside_is_brought_out() -> None:
    printer, end = emulated("unplug:back@1", DUPLEX)
    assert printer.print_card(DUPLEX_JOB, "x").outcome is Out.UNKNOWN
    assert printer.reject().card_position is CardPosition.NONE
    assert [card.where for card in out(end).cards] == ["tray"]
    assert printer.eject().ready
    assert printer.print_card(DUPLEX_JOB, "x").outcome is Out.CONFIRMED


def told(end: MagicardMachine, data: bytes) -> bytes:
    end.plug()
    end.feed(data)
    said = b""
    while more := end.answer(4096, 0.0):
        said += more
    return said


def test_answers_of_the_emulator() -> None:
    assert told(machine(), question("TCQ")) == b"\x01STA,TCQ1200,\x03"
    assert told(machine(), question("XYZ")) == b""
    assert told(machine(), command("SNR1,") + command("SNR6,") + command("SNRx,")) == (
        b"\x01LID=0,\x03\x01END,\x03\x01END,\x03"
    )
    assert told(machine(), b"noise" + command("SNR3,")) == b""
    assert told(machine(), b"\x05noise") == b""


def test_copies_are_printed_as_they_are_asked_for() -> None:
    """Why a job with more than one is refused before it leaves."""
    end = machine()
    told(end, b"".join(page(["ESS2", "DPXOFF", "PAG1"], [("K", bytes(85344))])))
    assert len(out(end).cards) == 2
    odd = machine()
    told(odd, b"".join(page(["ESSx", "ESS99999999", "DPXOFF", "PAG1"], [("K", bytes(85344))])))
    assert len(out(odd).cards) == 1
    told(end, b"".join(page(["ESS1", "DPXON", "PAG2"], [("K", bytes(85344))])))
    assert len(out(end).cards) == 2


def test_printing_takes_the_printers_own_time() -> None:
    end = machine()
    end.plug()
    end.feed(JOB)
    begun = end.seconds
    end.feed(question("TCQ") + command("SNR3,"))
    assert end.answer(99, 0.0) == b"\x01STA,TCQ1200,\x03"
    assert end.answer(99, 0.0) == b"\x01REAR=1,\x03"
    assert end.answer(99, 60.0) == b""
    assert end.seconds == begun + 60.0
    end.feed(question("TCQ") + command("SNR3,"))
    assert end.answer(99, 0.0) == b"\x01STA,TCQ1201,\x03"
    assert end.answer(99, 0.0) == b"\x01REAR=0,\x03"


def test_in_an_error_it_takes_no_bytes_until_it_is_opened_anew() -> None:
    printer, end = emulated("jam@1")
    assert printer.state().ready
    transport = printer.transport
    transport.write(JOB, 1.0)
    with pytest.raises(NotReached, match="面板"):
        transport.write(question("TCQ"), 1.0)
    assert end.memory.inside


def test_the_bus_finds_it_by_its_name_and_stalls_in_an_error(tmp_path: Path) -> None:
    end = SimPrinter(machine("jam@1"), 0x0C1F, 0x1800, "RioTango2D", "M1", maker="Magicard")
    ends = bus(end)
    (one,) = found.usb_devices(ends)
    assert one.url == "usb://0c1f:1800?profile=magicard-rio&serial=M1"
    assert one.supported
    wire_to = UsbTransport(0x0C1F, 0x1800, "M1", ends)
    printer = Printer(one.url, RIO, wire_to)
    report = printer.print_card(JOB, "x")
    assert (report.outcome, report.bytes_sent) == (Out.UNKNOWN, len(JOB))
    assert report.after is not None
    assert report.after.card_position is CardPosition.INSIDE


def test_the_url_names_the_language_of_the_profile(tmp_path: Path) -> None:
    printer = catalogue.open_printer(f"emulator://magicard?profile=magicard-rio&tray={tmp_path}")
    assert printer.print_card(printer.encode(FACES, "x"), "x").outcome is Outcome.CONFIRMED
    assert (tmp_path / "0001_front.png").exists()
    folder = catalogue.open_printer(f"folder://{tmp_path}/jobs?profile=magicard-rio")
    assert folder.print_card(JOB, "x").outcome is Outcome.ACCEPTED
    assert (tmp_path / "jobs" / "0001.prn").read_bytes() == JOB
    with pytest.raises(BadUrl, match="emulator://magicard"):
        catalogue.open_printer("emulator://evolis?profile=magicard-rio")


def test_every_profile_names_where_its_facts_come_from() -> None:
    for name in ("magicard-rio", "magicard-enduro"):
        for ribbon in ("", "-ymcko", "-ymckok", "-k"):
            one = load(name + ribbon)
            assert isinstance(one.language, Magicard)
            assert one.panels == len(one.language.form.front + one.language.form.back)
            assert "Gutenprint" in one.sources["job"]
            assert "inferred" in one.sources["turn"]
