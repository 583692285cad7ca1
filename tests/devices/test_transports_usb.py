"""The USB transport on a simulated bus: finding, claiming, exact counts, unplugging, two alike."""

from __future__ import annotations

import pytest
import usb.core

from devices.contracts import Outcome
from devices.errors import Broken, NotReached, TimedOut
from devices.printers.emulator.usb_bus import SimPrinter, SimUsbBus
from devices.printers.printer import Printer
from devices.transports import usb as wire
from devices.transports.recorder import RecordingTransport
from devices.transports.replay import ReplayTransport
from devices.transports.usb import CHUNK, UsbTransport
from tests.devices.far_ends import PRIMACY, bus, cards, machine
from tests.devices.pictures import FACES

ASK, ANSWER = b"\x1bRsn\r", b"EMU0001\0"


def sim(fault: str = "", **options: object) -> SimPrinter:
    return SimPrinter(machine(fault), **options)  # type: ignore[arg-type]


def opened(printer: SimPrinter) -> UsbTransport:
    transport = UsbTransport(0x0F49, chosen=SimUsbBus([printer]))
    transport.open()
    return transport


def test_a_card_is_printed_over_usb() -> None:
    end = sim(most=1000)  # every transfer is cut short by the device
    printer = Printer("usb://0f49:", PRIMACY, UsbTransport(0x0F49, chosen=bus(end)))
    job = printer.encode(FACES, "x")
    report = printer.print_card(job, "x")
    printer.close()
    assert (report.outcome, report.bytes_sent) == (Outcome.CONFIRMED, len(job))
    assert len(cards(end.machine).cards) == 1
    assert end.machine.memory.pem == 0  # given back as it was found


def test_the_kernel_driver_gets_its_printer_back() -> None:
    end = sim()
    transport = opened(end)
    transport.open()  # a second open changes nothing
    assert end.log == ["detach", "claim"]
    transport.close()
    assert end.log == ["detach", "claim", "release", "attach", "close"]
    free = sim(kernel_driver=False)
    opened(free).close()
    assert free.log == ["claim", "release", "close"]


def test_two_alike_are_told_apart_by_serial_number() -> None:
    one, two = sim(serial="A1"), sim(serial="B2")
    both = SimUsbBus([one, two])
    with pytest.raises(NotReached, match="serial="):
        UsbTransport(0x0F49, chosen=both).open()
    transport = UsbTransport(0x0F49, serial="B2", chosen=both)
    transport.open()
    assert "claim" in two.log
    assert "claim" not in one.log
    assert one.kernel_driver
    transport.close()


@pytest.mark.parametrize(
    ("options", "place", "code"),
    [
        ({"plugged": False}, {}, "not_found"),
        ({"vendor": 0x1234}, {}, "not_found"),
        ({"interface_class": 8}, {}, "not_found"),
        ({}, {"product": 0x0B00}, "not_found"),
        ({}, {"serial": "OTHER"}, "not_found"),
        ({"forbidden": True}, {}, "permission"),
        ({"busy": True}, {}, "busy"),
        ({"both_ways": (False,)}, {}, "one_way"),
    ],
)
def test_what_cannot_be_opened_is_not_reached_with_a_reason(
    options: dict[str, object], place: dict[str, object], code: str
) -> None:
    transport = UsbTransport(0x0F49, chosen=bus(sim(**options)), **place)  # type: ignore[arg-type]
    with pytest.raises(NotReached) as caught:
        transport.open()
    assert caught.value.code == code
    assert caught.value.sentence.endswith("。")
    transport.close()


@pytest.mark.parametrize("options", [{"busy": True}, {"both_ways": (False,)}])
def test_a_printer_that_cannot_be_taken_is_left_to_the_kernel_driver(options: dict[str, object]) -> None:
    end = sim(**options)
    transport = UsbTransport(0x0F49, chosen=bus(end))
    for _ in range(2):
        with pytest.raises(NotReached):
            transport.open()
        transport.close()
        assert end.kernel_driver
        assert end.log[-2:] == ["attach", "close"]


def test_a_product_number_narrows_the_search() -> None:
    zenius = sim(product_id=0x0A00)
    both = SimUsbBus([sim(product_id=0x0B00), zenius])
    transport = UsbTransport(0x0F49, 0x0A00, chosen=both)
    transport.open()
    assert "claim" in zenius.log


def test_an_alternate_setting_that_talks_both_ways_is_chosen() -> None:
    end = sim(both_ways=(False, True))
    transport = opened(end)
    assert "alternate 1" in end.log
    transport.write(ASK, 1.0)
    assert transport.read(100, 1.0) == ANSWER


def test_a_device_without_a_configuration_gets_one() -> None:
    end = sim(configured=False)
    transport = opened(end)
    assert end.configured
    transport.close()


def test_an_answer_waits_out_empty_reads_and_ends_with_the_time() -> None:
    end = sim(empty_reads=3)
    transport = opened(end)
    transport.write(ASK, 1.0)
    assert transport.read(2, 1.0) == ANSWER[:2]
    assert transport.read(100, 1.0) == ANSWER[2:]
    end.empty_reads = 10_000
    assert transport.read(100, 0.02) == b""


def test_a_cut_cable_says_how_many_bytes_had_left() -> None:
    end = sim("unplug:100000@1")
    transport = opened(end)
    job = bytes(200_000)
    with pytest.raises(Broken) as caught:
        transport.write(job, 5.0)
    assert caught.value.sent == 100_000 // CHUNK * CHUNK
    with pytest.raises(Broken):
        transport.read(10, 0.1)
    transport.close()


def test_a_device_that_went_away_is_broken_then_not_reached() -> None:
    end = sim()
    transport = opened(end)
    end.plugged = False
    with pytest.raises(Broken) as caught:
        transport.write(ASK, 1.0)
    assert caught.value.sent == 0
    with pytest.raises(Broken):
        transport.read(10, 1.0)
    transport.close()
    with pytest.raises(NotReached):
        transport.open()
    end.plugged = True
    transport.open()
    transport.write(ASK, 1.0)
    assert transport.read(100, 1.0) == ANSWER


@pytest.mark.parametrize(("status", "words"), [(0x20, "用完"), (0x10, "机械"), (0x18, "面板")])
def test_a_printer_that_takes_nothing_says_why(status: int, words: str) -> None:
    end = sim(status=status)
    transport = opened(end)
    end.stalled = True
    with pytest.raises(NotReached, match=words):
        transport.write(ASK, 0.1)
    assert transport.read(10, 0.05) == b""


def test_a_stall_after_some_bytes_is_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    end = sim(most=1000)
    transport = opened(end)
    fed = end.machine.feed

    def stall_after(data: bytes) -> None:
        fed(data)
        end.stalled = True

    monkeypatch.setattr(end.machine, "feed", stall_after)
    with pytest.raises(Broken) as caught:
        transport.write(bytes(5000), 0.1)
    assert (caught.value.sent, caught.value.code) == (1000, "stalled")


def test_the_port_status_of_the_printer_class() -> None:
    end = sim(status=0x30)
    transport = opened(end)
    status = transport.status()
    assert status is not None
    assert (status.paper_empty, status.selected, status.error) == (True, True, True)
    end.plugged = False
    assert transport.status() is None


@pytest.mark.parametrize(
    ("state", "bits"),
    [
        ({}, (False, True, False)),
        ({"feeder": 0}, (True, True, True)),
        ({"ribbon": 0}, (True, True, True)),
        ({"cover_open": True}, (False, True, True)),
    ],
)
def test_the_port_status_follows_the_machine(state: dict[str, int], bits: tuple[bool, bool, bool]) -> None:
    end = sim()
    for name, value in state.items():
        setattr(end.machine.memory, name, value)
    status = opened(end).status()
    assert status is not None
    assert (status.paper_empty, status.selected, status.error) == bits


def test_a_soft_reset_of_the_class_flushes_a_cut_command() -> None:
    end = sim(kernel_driver=False)
    device, _ = next(iter(wire.printers(bus(end))))
    end.machine.plug()
    end.machine.feed(b"\x1bDb;k;2;half")
    device.ctrl_transfer(0x21, 2, 0, 0, None, 100)
    end.machine.feed(ASK)
    assert end.machine.answer(100, 0.0) == ANSWER
    with pytest.raises(usb.core.USBError):
        device.ctrl_transfer(0x21, 9, 0, 0, None, 100)
    wire.release(device)


@pytest.mark.parametrize("again", ["a new life", "the same life"])
def test_a_panel_that_was_cut_is_dropped_when_the_printer_is_silent(again: str) -> None:
    """kill -9 in the middle of a panel: the cable stays in, and questions are taken for the rest of the panel."""
    end = sim()
    printer = Printer("usb://0f49:", PRIMACY, UsbTransport(0x0F49, chosen=bus(end)))
    if again == "the same life":
        printer.state()
        printer.close()
    life = opened(end)
    life.write(b"\x1bSs\r\x1bSr\r\x1bDb;k;2;" + bytes(1000), 1.0)
    life.close()
    assert printer.state().ready
    assert printer.print_card(printer.encode(FACES, "x"), "x").outcome is Outcome.CONFIRMED


def test_a_printer_that_knows_no_soft_reset_stays_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    end = sim()
    life = opened(end)
    life.write(b"\x1bDb;k;2;half", 1.0)
    life.close()
    known = SimUsbBus.ctrl_transfer

    def unknown(self: SimUsbBus, dev_handle: SimPrinter, kind: int, request: int, *more: object) -> int:
        if (kind, request) == (0x21, 2):
            raise usb.core.USBError("Pipe error", -9, 32)
        return known(self, dev_handle, kind, request, *more)  # type: ignore[arg-type]

    monkeypatch.setattr(SimUsbBus, "ctrl_transfer", unknown)
    printer = Printer("usb://0f49:", PRIMACY, UsbTransport(0x0F49, chosen=bus(end)))
    with pytest.raises(TimedOut):
        printer.state()


def test_a_flush_stands_in_the_trace_and_is_replayed() -> None:
    end, lines = sim(), list[str]()
    life = opened(end)
    life.write(b"\x1bDb;k;2;half", 1.0)
    life.close()
    recording = RecordingTransport(UsbTransport(0x0F49, chosen=bus(end)), lines.append)
    state = Printer("usb://0f49:", PRIMACY, recording).state()
    assert lines.count("flush") == 1
    replay = ReplayTransport("\n".join(lines))
    assert Printer("replay", PRIMACY, replay).state() == state
    assert replay.finished
    assert not replay.flush()
    assert not RecordingTransport(replay, lines.append).flush()


def test_the_device_id_is_read_after_the_claim() -> None:
    end = sim(kernel_driver=False)
    device, interface = next(iter(wire.printers(bus(end))))
    assert wire.device_id(device, interface) == "MFG:Evolis;CMD:ESC;MDL:Evolis Primacy;"
    assert (wire.text(device, "product"), wire.text(device, "serial_number")) == ("Evolis Primacy", "EMU0001")
    wire.release(device)
    end.plugged = False
    assert wire.device_id(device, interface) == ""


def test_a_string_that_may_not_be_read_is_empty() -> None:
    device, _ = next(iter(wire.printers(bus(sim(forbidden=True)))))
    assert wire.text(device, "product") == ""


def test_a_bus_that_fails_is_not_reached(monkeypatch: pytest.MonkeyPatch) -> None:
    both = bus()

    def failing(self: SimUsbBus) -> object:
        raise usb.core.USBError("Input/output error", -1, 5)

    monkeypatch.setattr(SimUsbBus, "enumerate_devices", failing)
    with pytest.raises(NotReached, match="USB"):
        list(wire.printers(both))


def test_an_interface_that_cannot_be_read_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(self: SimUsbBus, dev: SimPrinter, config: int) -> object:
        raise usb.core.USBError("Entity not found", -5, 2)

    monkeypatch.setattr(SimUsbBus, "get_configuration_descriptor", failing)
    assert list(wire.printers(bus())) == []
