"""The serial transport on a pseudo terminal with an emulated printer behind it."""

from __future__ import annotations

import sys

import pytest
import serial

from devices.contracts import Outcome
from devices.errors import Broken, NotReached
from devices.printers.printer import Printer
from devices.transports.serial_port import Line, SerialTransport
from tests.devices.far_ends import MONO, behind_pty, cards, machine
from tests.devices.pictures import FACES

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="pseudo terminals are POSIX")
LINE = Line(flow="none")


def test_a_card_is_printed_over_a_serial_line() -> None:
    end = machine(profile=MONO)
    with behind_pty(end) as port:
        printer = Printer(f"serial://{port}", MONO, SerialTransport(port, LINE))
        job = printer.encode(FACES, "x")
        report = printer.print_card(job, "x")
        printer.close()
    assert (report.outcome, report.bytes_sent) == (Outcome.CONFIRMED, len(job))
    assert len(cards(end).cards) == 1


def test_a_line_that_goes_dead_in_a_job_is_unknown_or_rejected_never_more() -> None:
    end = machine("unplug:back@1", MONO)
    with behind_pty(end) as port:
        printer = Printer(f"serial://{port}", MONO, SerialTransport(port, LINE))
        report = printer.print_card(printer.encode(FACES, "x"), "x")
        printer.close()
    assert report.outcome is Outcome.UNKNOWN
    assert report.after is None
    assert 82_000 < report.bytes_sent < 170_000


def test_the_port_is_ours_alone() -> None:
    with behind_pty(machine()) as port:
        first, second = SerialTransport(port, LINE), SerialTransport(port, LINE)
        first.open()
        first.open()
        with pytest.raises(NotReached, match="串口"):
            second.open()
        first.close()
        second.open()
        second.close()


def test_a_port_that_is_not_there() -> None:
    with pytest.raises(NotReached, match="打不开"):
        SerialTransport("/dev/ttyNothing77", LINE).open()


def test_a_line_nobody_reads_is_broken_with_what_left() -> None:
    import os

    master, slave = os.openpty()
    try:
        transport = SerialTransport(os.ttyname(slave), LINE)
        transport.open()
        with pytest.raises(Broken) as caught:
            transport.write(bytes(200_000), 0.2)
        assert caught.value.code == "stalled"
        assert 0 < caught.value.sent < 200_000
        transport.close()
    finally:
        os.close(master)
        os.close(slave)


def test_a_hung_up_line_is_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    with behind_pty(machine()) as port:
        transport = SerialTransport(port, LINE)
        with pytest.raises(Broken):
            transport.read(1, 0.1)
        transport.open()

        def gone(*_: object) -> bytes:
            raise serial.SerialException("device disconnected")

        monkeypatch.setattr(serial.Serial, "read", gone)
        monkeypatch.setattr(serial.Serial, "write", gone)
        with pytest.raises(Broken):
            transport.read(1, 0.1)
        with pytest.raises(Broken) as caught:
            transport.write(b"abc", 0.1)
        assert (caught.value.sent, caught.value.code) == (0, "unplugged")
        transport.close()
