"""URL -> device, and what is plugged in: the one place that knows every transport, printer, camera and reader."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from devices.address import Address
from devices.contracts import Camera, CardPrinter, CodeReader, CodeScanner, FoundDevice, IdCardReader, Transport
from devices.errors import BadUrl, Missing
from devices.idcards.emulator import SAMPLE, SamMachine, card_from
from devices.idcards.reader import SamReader
from devices.languages.queue_words import SAFE_POLICY
from devices.printers import found
from devices.printers.emulator import wire
from devices.printers.emulator.queue import EmulatedQueue
from devices.printers.emulator.slips import SlipMachine
from devices.printers.emulator.tray import FolderTray, MemoryTray
from devices.printers.printer import Printer
from devices.printers.profile import Profile, load
from devices.printers.queue import QueuePrinter
from devices.printers.slips import SlipPrinter, load_slip
from devices.printers.stickers import StickerPrinter
from devices.scanners.emulator import ScannerMachine, texts_from
from devices.scanners.serial_scanner import SerialScanner
from devices.transports.folder import FolderTransport
from devices.transports.ipp_link import IppLink
from devices.transports.memory import MemoryTransport
from devices.transports.recorder import RecordingTransport, into
from devices.transports.replay import ReplayTransport
from devices.transports.serial_port import BAUDS, FLOWS, PARITIES, Line, SerialTransport
from devices.transports.usb import UsbTransport


def open_printer(url: str) -> CardPrinter:
    """The printer at that URL, not asked yet. Raises BadUrl for what names no transport, profile or option we know."""
    address = Address.parse(url)
    if address.scheme in ("queue", "spooler") or (address.scheme, address.host) == ("emulator", "queue"):
        return _queue(url, address)
    opener = _TRANSPORTS.get(address.scheme)
    if opener is None and address.scheme != "emulator":
        ways = "、".join([*_TRANSPORTS, "emulator", "queue", "spooler"])
        raise BadUrl(f"不认识的打印机连接方式“{address.scheme}”。可用的有：{ways}。", "url_scheme")
    name = address.take("profile")
    if not name:
        raise BadUrl("设备地址缺少打印机型号，例如 ?profile=evolis-primacy", "profile")
    profile = load(name)
    trace = address.take("trace")
    transport = _emulator(address, profile) if opener is None else opener(address)
    address.finish()
    if trace:
        transport = RecordingTransport(transport, into(Path(trace)))
    return Printer(url, profile, transport)


def can_record(url: str) -> bool:
    """Whether a `trace=` may be asked of the card printer at that URL: a queue has no conversation to write down."""
    scheme, _, rest = url.partition("://")
    return scheme in _TRANSPORTS or (scheme == "emulator" and not rest.startswith("queue"))


def open_slip_printer(url: str) -> SlipPrinter:
    """The receipt or label printer at that URL, not asked yet. Raises BadUrl."""
    address = Address.parse(url)
    known = load_slip(address.take("profile"))
    transport: Transport
    if address.scheme == "emulator":
        if address.host != known.speaks:
            raise BadUrl(f"型号“{known.name}”的模拟打印机写作 emulator://{known.speaks}", "url")
        tray, fault = address.take("tray"), address.take("fault")
        transport = SlipMachine(known.language, known.speaks, Path(tray) if tray else None, fault)
    elif address.scheme in _SLIP_TRANSPORTS:
        transport = _SLIP_TRANSPORTS[address.scheme](address)
    else:
        ways = "、".join([*_SLIP_TRANSPORTS, "emulator"])
        raise BadUrl(f"不认识的单据打印机连接方式“{address.scheme}”。可用的有：{ways}。", "url_scheme")
    address.finish()
    return SlipPrinter(url, known, transport)


def open_sticker_printer(url: str) -> StickerPrinter:
    """The label printer at that URL as one that prints permits, not asked yet. Raises BadUrl."""
    return StickerPrinter(open_slip_printer(url))


def open_id_reader(url: str) -> IdCardReader:
    """The identity card reader at that URL, not asked yet: `serial:///dev/ttyUSB0`, `emulator://sam`. Raises BadUrl."""
    address = Address.parse(url)
    if address.scheme == "emulator" and address.host == "sam":
        card, fault = address.take("card"), address.take("fault")
        address.finish()
        machine = SamMachine(card_from(Path(card)) if card else SAMPLE, fault)
        return SamReader(machine, clock=machine.clock, sleep=machine.wait)
    if address.scheme != "serial":
        raise BadUrl("身份证阅读器地址的写法是 serial:///dev/ttyUSB0 或 serial:///COM4。", "url")
    transport = _serial(address, flow="none")
    address.finish()
    return SamReader(transport)


def open_scanner(url: str) -> CodeScanner:
    """The hand-held scanner at that URL, not opened yet: `serial:///dev/ttyACM0?baud=9600`, `emulator://scanner`."""
    address = Address.parse(url)
    if address.scheme == "emulator" and address.host == "scanner":
        codes, fault = address.take("codes"), address.take("fault")
        address.finish()
        machine = ScannerMachine(texts_from(Path(codes)) if codes else (), fault)
        return SerialScanner(machine, clock=machine.clock)
    if address.scheme != "serial":
        raise BadUrl("扫码枪地址的写法是 serial:///dev/ttyACM0 或 serial:///COM4；键盘式扫码枪不用设置。", "url")
    trigger = address.take("trigger", "none")
    transport = _serial(address, flow="none", baud=9600)
    address.finish()
    return SerialScanner(transport, trigger)


def open_camera(url: str) -> Camera:
    """The camera at that URL (devices.cameras). OpenCV is loaded only when a camera is asked for."""
    camera: Camera = import_module("devices.cameras.cameras").open_camera(url)
    return camera


def open_reader(models: Path | None = None) -> CodeReader:
    """The one QR engine (devices.scanners), with the models dropped into that folder if there are any.

    Its libraries are loaded only when it is asked for.
    """
    reader: CodeReader = import_module("devices.scanners.image").LadderReader(models)
    return reader


def list_devices(usb_backend: Any = None) -> list[FoundDevice]:
    """What there is: USB devices, print queues, serial ports and cameras, also what we recognise but do not drive."""
    cameras: list[FoundDevice] = import_module("devices.cameras.cameras").plugged_in()
    queues: list[FoundDevice] = (
        import_module("devices.printers.spooler").plugged_in()
        if sys.platform == "win32"
        else list(found.queues(IppLink()))
    )
    return [*found.usb_devices(usb_backend), *queues, *found.serial_ports(), *cameras]


def _queue(url: str, address: Address) -> CardPrinter:
    """A queue needs no profile: the driver behind it knows its printer."""
    duplex = address.take("sides", "1") == "2"
    if not address.host or address.path:
        raise BadUrl("打印队列地址的写法是 queue://队列名，例如 queue://card", "url")
    if address.scheme == "spooler":
        address.finish()
        opened = import_module("devices.printers.spooler").open_spooler
        spooler: CardPrinter = opened(url, unquote(address.host), duplex=duplex)
        return spooler
    if address.scheme == "queue":
        link = IppLink(address.take("server"))
        address.finish()
        return QueuePrinter(url, address.host, link, duplex=duplex)
    tray, fault, policy = address.take("tray"), address.take("fault"), address.take("policy", SAFE_POLICY)
    address.finish()
    far = EmulatedQueue(FolderTray(Path(tray)) if tray else MemoryTray(), fault, policy)
    return QueuePrinter(url, address.host, far, duplex=duplex, clock=far.clock, sleep=far.wait)


def _usb(address: Address) -> Transport:
    match = _USB_PLACE.fullmatch(address.host)
    if match is None or address.path:
        raise BadUrl("USB 设备地址应写作 usb://厂商号，例如 usb://0f49:?profile=evolis-primacy", "url")
    product = int(match[2], 16) if match[2] else None
    return UsbTransport(int(match[1], 16), product, address.take("serial"))


def _serial(address: Address, flow: str = "rtscts", baud: int = 115200) -> Transport:
    place = address.path or f"/{address.host}"
    port = place[1:] if place.upper().startswith("/COM") else place
    if (address.host and port != address.host) or len(port) < 2:
        raise BadUrl("串口地址的写法是 serial:///dev/ttyUSB0 或 serial:///COM4", "url")
    line = Line(address.take_number("baud", baud), address.take("parity", "N"), address.take("flow", flow))
    if line.baud not in BAUDS or line.parity not in PARITIES or line.flow not in FLOWS:
        raise BadUrl("串口的 baud、parity（N、E、O）或 flow（none、rtscts、xonxoff）不对。", "url_option")
    return SerialTransport(port, line)


def _replay(address: Address) -> Transport:
    try:
        return ReplayTransport(address.folder.read_text(encoding="ascii"))
    except (OSError, ValueError) as error:
        raise Missing("设备通信记录文件读不出来，请检查路径。", "trace") from error


def _folder(address: Address) -> Transport:
    return FolderTransport(address.folder)


def _memory(address: Address) -> Transport:
    return MemoryTransport()


def _emulator(address: Address, profile: Profile) -> Transport:
    if address.host != profile.speaks:
        raise BadUrl(f"型号“{profile.name}”的模拟打印机写作 emulator://{profile.speaks}", "url")
    tray = address.take("tray")
    machine = wire.build(
        profile,
        fault=address.take("fault"),
        tray=Path(tray) if tray else None,
        cards=address.take_number("cards", wire.CARDS),
        ribbon=address.take_number("ribbon", profile.ribbon_cards),
        serial=address.take("serial", wire.SERIAL),
        operator=address.take("operator"),
    )
    return wire.EmulatorTransport(machine, address.take_number("clock", 0, 0, 1000))


_USB_PLACE = re.compile(r"([0-9a-fA-F]{4}):([0-9a-fA-F]{4})?")
_SLIP_TRANSPORTS: dict[str, Callable[[Address], Transport]] = {
    "usb": _usb,
    "serial": _serial,
    "folder": _folder,
    "memory": _memory,
}
_TRANSPORTS: dict[str, Callable[[Address], Transport]] = {**_SLIP_TRANSPORTS, "replay": _replay}
