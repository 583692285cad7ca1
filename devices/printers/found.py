"""What is plugged in that looks like ours: USB devices, serial ports, queues; sentences for what we do not drive."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from serial.tools import list_ports

from devices import known
from devices.contracts import FoundDevice
from devices.errors import BadReply, DeviceError
from devices.languages import ipp
from devices.languages.ipp import Tag, one
from devices.languages.queue_words import ASKED, check_policy
from devices.printers import profile
from devices.printers.queue import Link
from devices.transports import usb

_QUEUES_SECONDS = 3.0
_KEYBOARD, _COMMUNICATION = (3, 1, 1), 2
"""USB interfaces: a boot keyboard; a serial line, which the system lists as a port."""


def usb_devices(backend: Any = None) -> Iterator[FoundDevice]:
    """Every USB printer, scanner and card reader. When the bus cannot be searched, one entry says why."""
    try:
        for device in usb.devices(backend):
            number = usb.printer_interface(device)
            found = _other(device) if number is None else _printer(device, number)
            usb.release(device)
            if found is not None:
                yield found
    except DeviceError as error:
        yield FoundDevice("usb://", "printer", "USB", supported=False, sentence=error.sentence)


def serial_ports() -> Iterator[FoundDevice]:
    """Every serial port; what is behind it cannot be known unless its USB vendor makes scanners only."""
    for port in sorted(list_ports.comports(), key=lambda port: str(port.device)):
        place = port.device if port.device.startswith("/") else f"/{port.device}"
        name, serial = port.product or port.device, port.serial_number or ""
        maker = known.known_other(port.vid or 0, port.pid or 0)
        if maker is not None and maker.kind == "scanner":
            yield FoundDevice(f"serial://{place}?baud=9600", "scanner", name, serial, sentence=known.LINE)
        else:
            yield FoundDevice(f"serial://{place}", "port", name, serial, sentence=known.UNKNOWN_LINE)


def queues(link: Link) -> Iterator[FoundDevice]:
    """Every print queue of this computer; one that would repeat a failed job is listed with what to do about it."""
    asked = ("printer-name", "printer-info", *ASKED)
    wish = {
        "attributes-charset": one(Tag.CHARSET, "utf-8"),
        "attributes-natural-language": one(Tag.LANGUAGE, "zh-cn"),
        "requested-attributes": one(Tag.KEYWORD, *asked),
    }
    message = ipp.write(ipp.Operation.CUPS_GET_PRINTERS, 1, [(ipp.Group.OPERATION, wish)])
    try:
        answer = ipp.read(link.exchange("/", message, _QUEUES_SECONDS))
    except DeviceError:  # a computer without a print server has no queues
        return
    for told in answer.of(ipp.Group.PRINTER):
        name = str(next(iter(told.get("printer-name", ())), ""))
        title = str(next(iter(told.get("printer-make-and-model", ())), "")) or name
        try:
            check_policy(name, told)
            words = ""
        except BadReply as error:
            words = error.sentence
        yield FoundDevice(f"queue://{name}", "queue", title, "", not words, words)


def _printer(device: Any, interface: int) -> FoundDevice:
    """By its card profile first, then by vendor and product, then by the language it claims to speak."""
    facts = _facts(device) | {"device_id": usb.device_id(device, interface)}
    name = usb.text(device, "product") or _model(facts["device_id"])
    words = f"{name};{facts['device_id']}"
    for model in profile.models():
        if model.usb_vendor == device.idVendor and model.usb_name.casefold() in words.casefold():
            said = known.EXPERIMENTAL if model.speaks == "epcl" else ""
            return _found(device, "printer", name, model.name, said, facts)
    maker = known.known_printer(device.idVendor, device.idProduct, words)
    return _found(device, maker.kind, name or maker.brand, maker.profile, maker.sentence, facts)


def _other(device: Any) -> FoundDevice | None:
    """A scanner or a reader. One on a serial line is listed as its port, not twice."""
    maker = known.known_other(device.idVendor, device.idProduct)
    if maker is None:
        return None
    kinds = usb.interfaces(device)
    if any(kind[0] == _COMMUNICATION for kind in kinds):
        return None
    name = usb.text(device, "product") or maker.brand
    if maker.kind == "scanner" and _KEYBOARD in kinds:
        serial = usb.text(device, "serial_number")
        return FoundDevice("wedge://", "scanner", name, serial, True, known.WEDGE, _facts(device))
    return _found(device, maker.kind, name, "", maker.sentence, _facts(device))


def _found(device: Any, kind: str, name: str, driven: str, sentence: str, facts: dict[str, str]) -> FoundDevice:
    serial = usb.text(device, "serial_number")
    url = f"usb://{facts['vendor']}:{facts['product']}"
    if driven:
        url += f"?profile={driven}" + (f"&serial={quote(serial, safe='')}" if serial else "")
    return FoundDevice(url, kind, name or "USB", serial, bool(driven), sentence, facts)


def _facts(device: Any) -> dict[str, str]:
    return {"vendor": f"{device.idVendor:04x}", "product": f"{device.idProduct:04x}"}


def _model(device_id: str) -> str:
    pairs = (part.partition(":") for part in device_id.split(";"))
    return next((value.strip() for key, _, value in pairs if key.strip() in ("MDL", "MODEL")), "")
