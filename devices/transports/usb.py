"""A printer-class USB device as a transport (pyusb): finds it by vendor and interface class, moves bulk bytes.

Product ids of card printers are not published, so a device counts when its vendor fits and it has a printer interface
(class 7); two alike are told apart by serial number (hardware.md §1.2, §9). It knows no printer language.
"""

from __future__ import annotations

import contextlib
import errno
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import usb.core
import usb.util

from devices.errors import Broken, DeviceError, Missing, NotReached

PRINTER_CLASS = 7
CHUNK = 16384
"""Bytes of one bulk transfer: small enough that `Broken.sent` is close to the truth, large enough for full speed."""

_GET_DEVICE_ID, _GET_PORT_STATUS, _SOFT_RESET = 0x00, 0x01, 0x02  # requests of the printer class, to its interface
_CLASS_IN, _CLASS_OUT = 0xA1, 0x21
_CONTROL_MS = 2000
_PAPER_EMPTY, _SELECTED, _NO_ERROR = 0x20, 0x10, 0x08
_EMPTY_READ_PAUSE = 0.005  # some devices answer "nothing yet" at once instead of waiting
_PACKET = 512  # a bulk read must have room for whole packets


@dataclass(frozen=True, slots=True)
class PortStatus:
    """GET_PORT_STATUS of the USB printer class."""

    paper_empty: bool
    selected: bool
    error: bool


def backend(chosen: Any = None) -> Any:
    """The libusb to use: the given one, or the one that libusb-package brings. Raises Missing when there is none."""
    if chosen is not None:
        return chosen
    import libusb_package  # loads a native library: only when USB is asked for

    found = libusb_package.get_libusb1_backend()
    if found is None:
        raise Missing("这台电脑没有可用的 USB 程序库（libusb），无法直接连接打印机。", "libusb")
    return found


def devices(chosen: Any = None) -> Iterator[Any]:
    """Everything on the bus; nothing is opened. Raises Missing, NotReached."""
    try:
        yield from usb.core.find(find_all=True, backend=backend(chosen))
    except usb.core.USBError as error:
        raise NotReached("查找 USB 设备时出错，请重新插好数据线。", "usb") from error


def printers(chosen: Any = None) -> Iterator[tuple[Any, int]]:
    """Every USB device with a printer interface, and that interface's number. Raises Missing, NotReached."""
    for device in devices(chosen):
        number = printer_interface(device)
        if number is not None:
            yield device, number


def printer_interface(device: Any) -> int | None:
    """The number of the first printer-class interface, None when there is none or it cannot be read."""
    with contextlib.suppress(usb.core.USBError):
        for configuration in device:
            for interface in configuration:
                if interface.bInterfaceClass == PRINTER_CLASS:
                    return int(interface.bInterfaceNumber)
    return None


def interfaces(device: Any) -> set[tuple[int, int, int]]:
    """Class, subclass and protocol of each interface; empty when they cannot be read."""
    found: set[tuple[int, int, int]] = set()
    with contextlib.suppress(usb.core.USBError):
        for configuration in device:
            for one in configuration:
                found.add((int(one.bInterfaceClass), int(one.bInterfaceSubClass), int(one.bInterfaceProtocol)))
    return found


def text(device: Any, name: str) -> str:
    """A string descriptor (`serial_number`, `product`, `manufacturer`), "" where it may not be read."""
    try:
        return str(getattr(device, name) or "").strip("\0 ")
    except (usb.core.USBError, ValueError, RuntimeError):  # no permission, no language table, not supported
        return ""


def device_id(device: Any, interface: int) -> str:
    """The IEEE 1284 id (`MFG:…;MDL:…;`), "" when the device does not tell."""
    try:
        raw = bytes(device.ctrl_transfer(_CLASS_IN, _GET_DEVICE_ID, 0, interface << 8, 1024, _CONTROL_MS))
    except usb.core.USBError:
        return ""
    return raw[2 : int.from_bytes(raw[:2], "big")].decode("ascii", "replace")


def release(device: Any) -> None:
    """Let go of a device that was only looked at: whoever holds a claim keeps others away."""
    usb.util.dispose_resources(device)


class UsbTransport:
    """One printer on the bus. Implements Transport."""

    def __init__(self, vendor: int, product: int | None = None, serial: str = "", chosen: Any = None) -> None:
        self._vendor = vendor
        self._product = product
        self._serial = serial
        self._chosen = chosen
        self._device: Any = None
        self._interface = 0
        self._out: Any = None
        self._in: Any = None
        self._detached = False
        self._held = b""

    @property
    def answers(self) -> bool:
        """A printer-class device that card printers use is bidirectional."""
        return True

    def open(self) -> None:
        """Find it, take it from the kernel's printer driver, claim it."""
        if self._device is not None:
            return
        device, number = self._find()
        try:
            self._claim(device, number)
        except usb.core.USBError as error:
            self._give_back(device, number)
            raise _not_opened(error) from error
        except DeviceError:
            self._give_back(device, number)
            raise
        self._device, self._interface, self._held = device, number, b""

    def write(self, data: bytes, timeout: float) -> int:
        """Send all of it in chunks. Raises NotReached when surely nothing left, Broken with the chunks that did."""
        if self._device is None:
            raise NotReached("打印机没有打开。", "closed")
        deadline = time.monotonic() + timeout
        sent = 0
        while sent < len(data):
            left_ms = max(1, int((deadline - time.monotonic()) * 1000))
            try:
                sent += self._out.write(data[sent : sent + CHUNK], left_ms)
            except usb.core.USBTimeoutError as error:
                words = self._why()
                raise (Broken(words, sent, "stalled") if sent else NotReached(words, "stalled")) from error
            except usb.core.USBError as error:
                raise Broken("打印机的数据线在传送中断开了。", sent, "unplugged") from error
        return sent

    def read(self, size: int, timeout: float) -> bytes:
        """Up to `size` bytes; b"" when none came in time. Raises Broken when the device is gone."""
        if self._device is None:
            raise Broken("打印机没有打开。", 0, "closed")
        deadline = time.monotonic() + timeout
        while not self._held:
            left_ms = int((deadline - time.monotonic()) * 1000)
            if left_ms <= 0:
                return b""
            try:
                self._held = bytes(self._in.read(max(_PACKET, size // _PACKET * _PACKET), left_ms))
            except usb.core.USBTimeoutError:
                return b""
            except usb.core.USBError as error:
                raise Broken("打印机的数据线断开了。", 0, "unplugged") from error
            if not self._held:
                time.sleep(_EMPTY_READ_PAUSE)
        said, self._held = self._held[:size], self._held[size:]
        return said

    def status(self) -> PortStatus | None:
        """GET_PORT_STATUS, None when the device does not tell."""
        try:
            raw = self._device.ctrl_transfer(_CLASS_IN, _GET_PORT_STATUS, 0, self._interface, 1, _CONTROL_MS)
        except usb.core.USBError:
            return None
        bits = int(raw[0]) if len(raw) else 0
        return PortStatus(bool(bits & _PAPER_EMPTY), bool(bits & _SELECTED), not bits & _NO_ERROR)

    def flush(self) -> bool:
        """SOFT_RESET: the device drops a command of which only a part came. False where it does not know how."""
        try:
            self._device.ctrl_transfer(_CLASS_OUT, _SOFT_RESET, 0, self._interface, None, _CONTROL_MS)
        except usb.core.USBError:
            return False
        self._held = b""
        return True

    def close(self) -> None:
        """Give it back, to the kernel's driver too."""
        device, self._device = self._device, None
        if device is not None:
            self._give_back(device, self._interface)

    def _give_back(self, device: Any, number: int) -> None:
        with contextlib.suppress(usb.core.USBError):  # it may be gone already, or never have been claimed
            usb.util.release_interface(device, number)
        if self._detached:
            with contextlib.suppress(usb.core.USBError):
                device.attach_kernel_driver(number)
        self._detached = False
        usb.util.dispose_resources(device)

    def _find(self) -> tuple[Any, int]:
        found = [
            (device, number)
            for device, number in printers(self._chosen)
            if device.idVendor == self._vendor and self._product in (None, device.idProduct)
        ]
        if self._serial:
            others = [pair for pair in found if text(pair[0], "serial_number") != self._serial]
            found = [pair for pair in found if pair not in others]
            for device, _ in others:
                release(device)
        if not found:
            raise NotReached("没有找到打印机：请打开电源、插好数据线，并关闭厂家的打印软件。", "not_found")
        if len(found) > 1:
            raise NotReached("插着几台同样的打印机：请在设备地址里用 serial= 指明是哪一台。", "several")
        return found[0]

    def _claim(self, device: Any, number: int) -> None:
        self._detached = False
        with contextlib.suppress(RuntimeError):  # pyusb where there is no kernel driver to detach (Windows, macOS)
            if device.is_kernel_driver_active(number):
                device.detach_kernel_driver(number)
                self._detached = True
        try:
            configuration = device.get_active_configuration()
        except usb.core.USBError:
            device.set_configuration()
            configuration = device.get_active_configuration()
        usb.util.claim_interface(device, number)
        for interface in configuration:
            if interface.bInterfaceNumber == number and interface.bInterfaceClass == PRINTER_CLASS:
                ends = {usb.util.endpoint_direction(end.bEndpointAddress): end for end in interface if _is_bulk(end)}
                if len(ends) == 2:
                    if interface.bAlternateSetting:
                        device.set_interface_altsetting(number, interface.bAlternateSetting)
                    self._out, self._in = ends[usb.util.ENDPOINT_OUT], ends[usb.util.ENDPOINT_IN]
                    return
        raise NotReached("这台设备的打印接口不能双向通信，不能用来制卡。", "one_way")

    def _why(self) -> str:
        status = self.status()
        if status is not None and status.paper_empty:
            return "打印机不接收数据：卡片或色带用完了。"
        if status is not None and status.error:
            return "打印机不接收数据：机械部分有故障。"
        return "打印机不接收数据：请查看打印机的面板。"


def _is_bulk(end: Any) -> bool:
    return bool(usb.util.endpoint_type(end.bmAttributes) == usb.util.ENDPOINT_TYPE_BULK)


def _not_opened(error: usb.core.USBError) -> NotReached:
    if error.errno == errno.EACCES:
        return NotReached("没有权限使用这台打印机：请按说明安装 udev 规则（Linux）或 WinUSB 驱动。", "permission")
    if error.errno == errno.EBUSY:
        return NotReached("打印机正被其他程序占用：请关闭厂家软件或系统打印队列。", "busy")
    return NotReached("打印机打不开：请重新插好数据线。", "usb")
