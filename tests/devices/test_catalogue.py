"""Device URLs, profiles, what is plugged in, and the test card."""

from __future__ import annotations

import re
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import zxingcpp
from serial.tools import list_ports

from devices import bench, catalogue, known
from devices.address import Address
from devices.contracts import Outcome
from devices.errors import BadUrl, Missing
from devices.printers import found, profile
from devices.printers.emulator.memory import ACTS
from devices.printers.emulator.plan import NAMES, parse
from devices.printers.emulator.usb_bus import SimPrinter
from devices.printers.printer import Printer
from devices.transports import usb
from devices.transports.folder import FolderTransport
from devices.transports.memory import MemoryTransport
from devices.transports.recorder import RecordingTransport
from devices.transports.replay import ReplayTransport
from devices.transports.serial_port import SerialTransport
from devices.transports.trace import HEADER
from tests.devices.far_ends import bus, evolis, machine
from tests.devices.pictures import FACES


def opened(url: str) -> Printer:
    printer = catalogue.open_printer(url)
    assert isinstance(printer, Printer)
    assert printer.url == url
    return printer


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("usb://0f49:?profile=evolis-primacy", usb.UsbTransport),
        ("usb://0F49:0a00?profile=evolis-zenius&serial=A1", usb.UsbTransport),
        ("serial:///dev/ttyUSB0?profile=evolis-dualys-kb&baud=9600&parity=E&flow=none", SerialTransport),
        ("serial:///COM4?profile=evolis-dualys", SerialTransport),
        ("serial://COM4?profile=evolis-dualys", SerialTransport),
        ("folder:///out/cards?profile=evolis-primacy", FolderTransport),
        ("memory://?profile=evolis-zenius-kb", MemoryTransport),
    ],
)
def test_a_url_is_a_printer(url: str, kind: type) -> None:
    assert isinstance(opened(url).transport, kind)


def test_places_are_understood(tmp_path: Path) -> None:
    for url, port in (("serial:///COM4", "COM4"), ("serial://COM4", "COM4"), ("serial:///dev/ttyS1", "/dev/ttyS1")):
        assert vars(opened(f"{url}?profile=evolis-dualys").transport)["_name"] == port
    windows = opened("folder:///D:/out%20here?profile=evolis-primacy").transport
    assert isinstance(windows, FolderTransport)
    assert str(windows.folder) == "D:/out here"
    device = vars(opened("usb://0f49:0b01?profile=evolis-primacy&serial=X9").transport)
    assert (device["_vendor"], device["_product"], device["_serial"]) == (0x0F49, 0x0B01, "X9")


def test_an_emulator_with_every_option(tmp_path: Path) -> None:
    tray = tmp_path / "tray"
    options = f"fault=ribbon_end@3,jam:c@9&tray={tray}&cards=7&ribbon=9&serial=EMU7&clock=0&operator=cover"
    printer = opened(f"emulator://evolis?profile=evolis-primacy&{options}")
    state = printer.state()
    assert (state.serial, state.ribbon_left, state.model) == ("EMU7", 9, "Evolis Primacy")
    assert printer.print_card(printer.encode(FACES, "x"), "x").outcome is Outcome.CONFIRMED
    assert (tray / "0001_front.png").exists()


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("", "写法"),
        ("evolis", "写法"),
        ("folder:/out?profile=evolis-primacy", "写法"),
        ("memory://?profile=evolis-primacy#x", "写法"),
        ("memory://?profile=evolis-primacy&profile=evolis-zenius", "重复"),
        ("memory://?profile", "写法"),
        ("memory://[?profile=evolis-primacy", "写法"),
        ("memory://?profile=evolis-primacy&" + "x" * 3000, "写法"),
        ("fax://1234?profile=evolis-primacy", "不认识的打印机连接方式"),
        ("memory://", "缺少打印机型号"),
        ("memory://?profile=zebra-zc350", "evolis-primacy"),
        ("memory://?profile=../../etc", "没有名为"),
        ("memory://?profile=evolis-primacy&speed=9", "不认识的选项：speed"),
        ("usb://?profile=evolis-primacy", "usb://"),
        ("usb://0f49?profile=evolis-primacy", "usb://"),
        ("usb://zz49:?profile=evolis-primacy", "usb://"),
        ("usb://0f49:/x?profile=evolis-primacy", "usb://"),
        ("serial://?profile=evolis-primacy", "串口"),
        ("serial://ttyS0?profile=evolis-primacy", "串口"),
        ("serial://host/dev/ttyS0?profile=evolis-primacy", "串口"),
        ("serial:///dev/ttyS0?profile=evolis-primacy&baud=1234", "baud"),
        ("serial:///dev/ttyS0?profile=evolis-primacy&baud=fast", "整数"),
        ("serial:///dev/ttyS0?profile=evolis-primacy&parity=X", "parity"),
        ("serial:///dev/ttyS0?profile=evolis-primacy&flow=up", "flow"),
        ("folder://out?profile=evolis-primacy", "三条斜线"),
        ("folder://?profile=evolis-primacy", "三条斜线"),
        ("emulator://magicard?profile=evolis-primacy", "emulator://evolis"),
        ("emulator://evolis?profile=evolis-primacy&fault=fire@1", "故障"),
        ("emulator://evolis?profile=evolis-primacy&cards=-1", "整数"),
        ("emulator://evolis?profile=evolis-primacy&clock=9999", "整数"),
        ("emulator://evolis?profile=evolis-primacy&operator=dance", "操作"),
    ],
)
def test_a_url_that_names_nothing_is_refused_with_a_sentence(url: str, words: str) -> None:
    with pytest.raises(BadUrl, match=words):
        catalogue.open_printer(url)


def test_a_trace_is_recorded_and_replayed_by_url(tmp_path: Path) -> None:
    trace = tmp_path / "a.trace"
    first = opened(f"emulator://evolis?profile=evolis-primacy&trace={trace}")
    assert isinstance(first.transport, RecordingTransport)
    told = first.state()
    first.close()
    second = opened(f"replay://{trace}?profile=evolis-primacy")
    assert isinstance(second.transport, ReplayTransport)
    assert second.state() == told
    with pytest.raises(Missing, match="通信记录"):
        opened(f"replay://{tmp_path}/none?profile=evolis-primacy")
    (tmp_path / "b.trace").write_text(HEADER.upper())
    with pytest.raises(Missing):
        opened(f"replay://{tmp_path}/b.trace?profile=evolis-primacy")


def test_options_are_taken_once() -> None:
    address = Address.parse("x://h/p?a=1&b=&c=50")
    assert (address.take("a"), address.take("a", "gone"), address.take("b", "z")) == ("1", "gone", "")
    assert (address.take_number("c", 7), address.take_number("c", 7)) == (50, 7)
    address.finish()


PAGE = (profile.FOLDER.parents[0] / "docs" / "printers.md").read_text(encoding="utf-8")


def test_every_fault_act_scheme_and_option_is_on_the_page() -> None:
    source = Path(catalogue.__file__).read_text(encoding="utf-8")
    options = re.findall(r'take(?:_number)?\("([a-z]+)"', source)
    words = [*NAMES, *ACTS, *options, *(f"{scheme}://" for scheme in ("usb", "serial", "folder", "memory", "replay"))]
    assert len(options) > 10
    assert [word for word in words if word not in PAGE] == []
    rows = dict(re.findall(r"^\| `([a-z_]+)` \| `([a-z]+)` \|", PAGE, re.MULTILINE))
    assert {name: parse(f"{name}@1")[0].where for name in rows} == rows


# --- profiles


def test_every_profile_loads_and_tells_its_sources() -> None:
    names = profile.names()
    assert {"evolis-primacy", "evolis-zenius", "evolis-dualys", "evolis-dualys-kb"} <= set(names)
    for name in (one for one in names if one.startswith("evolis")):
        one = profile.load(name)
        form = evolis(one).form
        assert one.panels == len(form.front) + len(form.back), "one ribbon panel per bitmap"
        assert (one.name, one.ribbon, one.duplex) == (name, form.ribbon, bool(form.back))
        assert one.ribbon_cards > 0
        assert "A5013" in one.sources["job"]
        assert all(one.sources.values())
    assert len(profile.models()) == 6


GOOD = (profile.FOLDER / "evolis-primacy.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('language = "evolis"', 'language = "klingon"'),
        ("levels = 128", "levels = 100"),
        ("levels = 128", ""),
        ('front = "ymcko"', 'front = "cmyk"'),
        ('clears = "Srs"', 'clears = "Sc"'),
        ('"Rtp"', '"Rxx"'),
        ("[ribbons.", "[others."),
        ('title = "Evolis Primacy"', "title = "),
        ("answer_s = 5", 'answer_s = "soon"'),
    ],
)
def test_a_broken_profile_is_missing_with_its_file_name(tmp_path: Path, old: str, new: str) -> None:
    (tmp_path / "evolis-primacy.toml").write_text(GOOD.replace(old, new), encoding="utf-8")
    with pytest.raises(Missing, match=r"evolis-primacy\.toml"):
        profile.load("evolis-primacy", tmp_path)


# --- what is plugged in


def test_usb_printers_are_listed_with_a_url_that_opens_them() -> None:
    ends = bus(
        SimPrinter(machine(), serial="A1"),
        SimPrinter(machine(), product="Evolis Zenius", serial="", kernel_driver=False),
        SimPrinter(machine(), product="Evolis Avansia", serial="C3"),
        SimPrinter(machine(), vendor=0x0A5F, product_id=0x0050, product="P120i", serial="D 4"),
        SimPrinter(machine(), vendor=0x09B0, product="", serial="", kernel_driver=False),
        SimPrinter(machine(), vendor=0x1111, product="", serial="", forbidden=True),
        SimPrinter(machine(), interface_class=3),
    )
    one, two, three, four, five, six = found.usb_devices(ends)
    assert one.url == "usb://0f49:0a00?profile=evolis-primacy&serial=A1"
    assert (one.supported, one.name, one.serial) == (True, "Evolis Primacy", "A1")
    assert (two.url, two.facts["device_id"][:11]) == ("usb://0f49:0a00?profile=evolis-zenius", "MFG:Evolis;")
    assert four.url == "usb://0a5f:0050?profile=zebra-epcl&serial=D%204"
    assert (four.supported, four.sentence) == (True, known.EXPERIMENTAL)
    for url in (one.url, two.url, four.url):
        assert isinstance(opened(url).transport, usb.UsbTransport)
    assert vars(opened(four.url).transport)["_serial"] == "D 4"
    assert (three.supported, five.supported, six.supported) == (False, False, False)
    assert "测试卡" in three.sentence
    assert (five.sentence, six.sentence) == (known.QUEUE_ONLY, known.OFFICE)
    assert (five.name, six.name) == ("Fargo", "USB")
    assert all("claim" not in end.log or "close" in end.log for end in ends.printers)


SLIPS = [
    (SimPrinter(machine(), 0x0A5F, 0x0080, "ZTC GK420d", "Z1"), "usb://0a5f:0080?profile=zpl-203&serial=Z1"),
    (SimPrinter(machine(), 0x0A5F, 0x0172, "ZTC ZT411", ""), "usb://0a5f:0172?profile=zpl-203"),
    (SimPrinter(machine(), 0x04B8, 0x0202, "TM-T88V", ""), "usb://04b8:0202?profile=escpos-80-512"),
    (SimPrinter(machine(), 0x04B8, 0x0E15, "TM-m30II", ""), "usb://04b8:0e15?profile=escpos-80"),
    (
        SimPrinter(machine(), 0x1111, 1, "POS", "", commands="ESC/POS", kernel_driver=False),
        "usb://1111:0001?profile=escpos-80",
    ),
    (
        SimPrinter(machine(), 0x0A5F, 0x9999, "ZD888", "", commands="ZPL,EPL", kernel_driver=False),
        "usb://0a5f:9999?profile=zpl-203",
    ),
]


@pytest.mark.parametrize(("end", "url"), SLIPS, ids=lambda value: getattr(value, "product", ""))
def test_receipt_and_label_printers_are_driven(end: SimPrinter, url: str) -> None:
    (one,) = found.usb_devices(bus(end))
    assert (one.kind, one.supported, one.url) == ("slip", True, url)
    assert "测试单" in one.sentence
    assert isinstance(catalogue.open_slip_printer(one.url).transport, usb.UsbTransport)


def test_what_no_language_is_known_for_is_named_with_what_to_do() -> None:
    zxp = SimPrinter(machine(), vendor=0x0A5F, product_id=0x0099, product="ZXP Series 3")
    office = SimPrinter(machine(), vendor=0x04B8, product_id=0x0001, product="ET-2700 Series", commands="ESCPL2")
    card, paper = found.usb_devices(bus(zxp, office))
    assert (card.kind, card.supported, card.sentence) == ("printer", False, known.QUEUE_ONLY)
    assert (paper.kind, paper.supported, paper.sentence) == ("printer", False, known.OFFICE)


@pytest.mark.parametrize("vendor", [0x1EAB, 0x0C2E, 0x05E0, 0x05F9])
def test_scanners_are_known_by_their_vendor_and_told_apart_by_their_mode(vendor: int) -> None:
    def scanner(kind: int, rest: tuple[int, int]) -> SimPrinter:
        return SimPrinter(machine(), vendor, 1, "Scanner", "", interface_class=kind, interface_rest=rest)

    keyboard, special = found.usb_devices(bus(scanner(3, (1, 1)), scanner(2, (2, 1)), scanner(3, (0, 0))))
    assert (keyboard.kind, keyboard.supported, keyboard.url, keyboard.sentence) == (
        "scanner", True, "wedge://", known.WEDGE,
    )  # fmt: skip
    assert (special.kind, special.supported, special.sentence) == ("scanner", False, known.MODE)


def test_a_card_reader_on_usb_is_named_with_what_to_do_instead() -> None:
    reader = SimPrinter(machine(), 0x0400, 0xC35A, "", "", interface_class=0xFF, interface_rest=(0, 0))
    (one,) = found.usb_devices(bus(reader))
    assert (one.kind, one.supported, one.name, one.sentence) == ("idcard", False, "SAM", known.SAM_USB)


def test_a_serial_scanner_is_a_scanner_and_another_line_a_port(monkeypatch: pytest.MonkeyPatch) -> None:
    ports = [
        SimpleNamespace(device="/dev/ttyACM0", product="HF500", serial_number="N1", vid=0x1EAB, pid=0x0106),
        SimpleNamespace(device="/dev/ttyUSB0", product="USB2.0-Serial", serial_number=None, vid=0x1A86, pid=0x7523),
        SimpleNamespace(device="/dev/ttyS0", product=None, serial_number=None, vid=None, pid=None),
    ]
    monkeypatch.setattr(list_ports, "comports", lambda: ports)
    scanner, plain, bare = sorted(found.serial_ports(), key=lambda one: one.kind, reverse=True)
    assert (scanner.kind, scanner.url, scanner.sentence) == ("scanner", "serial:///dev/ttyACM0?baud=9600", known.LINE)
    catalogue.open_scanner(scanner.url)
    assert {plain.kind, bare.kind} == {"port"}


def test_a_machine_without_libusb_still_lists_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    import libusb_package

    port = SimpleNamespace(device="COM7", product="CH340", serial_number=None, vid=0x1A86, pid=0x7523)
    other = SimpleNamespace(device="/dev/ttyS0", product=None, serial_number="S1", vid=None, pid=None)
    monkeypatch.setattr(libusb_package, "get_libusb1_backend", lambda: None)
    monkeypatch.setattr(list_ports, "comports", lambda: [port, other])
    listed = catalogue.list_devices()
    assert [(one.kind, one.supported) for one in listed] == [("printer", False), ("port", True), ("port", True)]
    assert "libusb" in listed[0].sentence
    assert [one.url for one in listed[1:]] == ["serial:///dev/ttyS0", "serial:///COM7"]
    assert [one.name for one in listed[1:]] == ["/dev/ttyS0", "CH340"]


def test_the_real_bus_can_be_listed_here() -> None:
    assert all(one.sentence or one.supported for one in catalogue.list_devices())


# --- the bench


def test_the_test_card_tells_its_own_mistakes() -> None:
    card = bench.test_card()
    assert [code.text for code in zxingcpp.read_barcodes(card.front)] == [bench.TEST_TEXT]
    assert card.back is not None
    assert [code.text for code in zxingcpp.read_barcodes(card.back)] == [bench.TEST_TEXT + " BACK"]
    for face in (card.front, card.back):
        for other in (face[::-1], face[:, ::-1], face[::-1, ::-1]):
            assert not (face == other).all()
        greys = face.reshape(-1, 3)
        assert (greys == 0).all(axis=1).any()
    assert (card.front[430:570, 510:610] == 1).all()
    assert (bench.test_card().front == card.front).all()


def test_a_test_card_is_printed_and_the_printer_probed(tmp_path: Path) -> None:
    url = f"emulator://evolis?profile=evolis-zenius&tray={tmp_path}"
    assert bench.print_test_card(url).outcome is Outcome.CONFIRMED
    assert bench.probe(url).cards == 1201
    front = tmp_path / "0001_front.png"
    assert front.exists()
    from PIL import Image

    with Image.open(front) as image:
        assert [code.text for code in zxingcpp.read_barcodes(np.asarray(image))] == [bench.TEST_TEXT]
    assert isinstance(bench.plugged_in(), list)


def test_a_camera_and_a_reader_open_from_here(tmp_path: Path) -> None:
    url = f"emulator://evolis?profile=evolis-primacy&tray={tmp_path}"
    bench.print_test_card(url)
    camera = catalogue.open_camera(f"tray://{tmp_path}")
    shot = camera.read(2.0)
    camera.close()
    assert shot is not None
    assert bench.TEST_TEXT in [reading.text for reading in catalogue.open_reader().read(shot.picture)]
