"""What is plugged in that looks like ours: USB printers by vendor, serial ports; sentences for what we do not drive."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from serial.tools import list_ports

from devices.contracts import FoundDevice
from devices.errors import BadReply, DeviceError
from devices.languages import ipp
from devices.languages.ipp import Tag, one
from devices.languages.queue_words import ASKED, check_policy
from devices.printers import profile
from devices.printers.queue import Link
from devices.transports import usb

_QUEUES_SECONDS = 3.0
_QUEUE_ONLY = "这一品牌没有公开的指令：请安装厂家驱动，通过系统打印队列使用。"
_NOT_YET = "认得这台打印机，但还不能直接驱动：请通过系统打印队列使用。"

VENDORS: dict[int, tuple[str, str]] = {
    0x0A5F: ("Zebra", _NOT_YET),
    0x09B0: ("Fargo", _QUEUE_ONLY),
    0x0A27: ("Datacard", _QUEUE_ONLY),
    0x0D16: ("HiTi", _QUEUE_ONLY),
}
"""USB vendors of card and label printers that we recognise and do not drive (usb.ids; hardware.md §4)."""


def usb_printers(backend: Any = None) -> Iterator[FoundDevice]:
    """Every USB printer. When the bus cannot be searched, one entry says why."""
    try:
        for device, interface in usb.printers(backend):
            yield _usb(device, interface)
            usb.release(device)
    except DeviceError as error:
        yield FoundDevice("usb://", "printer", "USB", supported=False, sentence=error.sentence)


def serial_ports() -> Iterator[FoundDevice]:
    """Every serial port; what is behind it cannot be known."""
    for port in sorted(list_ports.comports(), key=lambda port: str(port.device)):
        place = port.device if port.device.startswith("/") else f"/{port.device}"
        words = "串口：接的是打印机、扫码枪还是读卡器，请在设置中选择。"
        name = port.product or port.device
        yield FoundDevice(f"serial://{place}", "port", name, port.serial_number or "", sentence=words)


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


def _usb(device: Any, interface: int) -> FoundDevice:
    ids = {"vendor": f"{device.idVendor:04x}", "product": f"{device.idProduct:04x}"}
    said = usb.device_id(device, interface)
    name = usb.text(device, "product") or _model(said)
    serial = usb.text(device, "serial_number")
    facts = {**ids, "device_id": said}
    url = f"usb://{ids['vendor']}:{ids['product']}"
    if device.idVendor in VENDORS:
        brand, words = VENDORS[device.idVendor]
        return FoundDevice(url, "printer", name or brand, serial, False, words, facts)
    options = f"&serial={serial}" if serial else ""
    for known in profile.models():
        if known.usb_vendor == device.idVendor and known.usb_name.casefold() in f"{name} {said}".casefold():
            return FoundDevice(f"{url}?profile={known.name}{options}", "printer", name, serial, True, "", facts)
    words = "没有这一型号的资料：请通过系统打印队列使用，或选一个相近的型号先打印测试卡。"
    return FoundDevice(url, "printer", name or "USB", serial, False, words, facts)


def _model(device_id: str) -> str:
    pairs = (part.partition(":") for part in device_id.split(";"))
    return next((value.strip() for key, _, value in pairs if key.strip() in ("MDL", "MODEL")), "")
