"""URL -> device, and what is plugged in: the one place that knows every transport, printer, camera and reader."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from devices.address import Address
from devices.contracts import Camera, CardPrinter, CodeReader, FoundDevice, Transport
from devices.errors import BadUrl
from devices.printers.emulator import wire
from devices.printers.printer import Printer
from devices.printers.profile import Profile, load
from devices.transports.folder import FolderTransport
from devices.transports.memory import MemoryTransport


def open_printer(url: str) -> CardPrinter:
    """The printer at that URL, not asked yet. Raises BadUrl for what names no transport, profile or option we know."""
    address = Address.parse(url)
    opener = _TRANSPORTS.get(address.scheme)
    if opener is None:
        raise BadUrl(f"不认识的打印机连接方式“{address.scheme}”。可用的有：{'、'.join(_TRANSPORTS)}。", "url_scheme")
    name = address.take("profile")
    if not name:
        raise BadUrl("设备地址缺少打印机型号，例如 ?profile=evolis-primacy", "profile")
    profile = load(name)
    transport = opener(address, profile)
    address.finish()
    return Printer(url, profile, transport)


def open_camera(url: str) -> Camera:
    """The camera at that URL (devices.cameras). OpenCV is loaded only when a camera is asked for."""
    camera: Camera = import_module("devices.cameras.cameras").open_camera(url)
    return camera


def open_reader() -> CodeReader:
    """The one QR engine (devices.scanners). Its libraries are loaded only when it is asked for."""
    reader: CodeReader = import_module("devices.scanners.image").LadderReader()
    return reader


def list_devices() -> list[FoundDevice]:
    """What is plugged in."""
    return []


def _folder(address: Address, profile: Profile) -> Transport:
    return FolderTransport(address.folder)


def _memory(address: Address, profile: Profile) -> Transport:
    return MemoryTransport()


def _emulator(address: Address, profile: Profile) -> Transport:
    if address.host != "evolis":
        raise BadUrl("模拟打印机目前只有 emulator://evolis", "url")
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


_TRANSPORTS: dict[str, Callable[[Address, Profile], Transport]] = {
    "folder": _folder,
    "memory": _memory,
    "emulator": _emulator,
}
