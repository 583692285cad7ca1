"""A USB bus without cables for pyusb: printers with an emulated far end, hot plug, short writes and stalls.

It answers what pyusb and the printer class ask (descriptors, strings, GET_DEVICE_ID, GET_PORT_STATUS) and passes bulk
bytes to the far end; it knows no printer language.
"""

from __future__ import annotations

import array
import errno
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import usb.backend
import usb.core

from devices.printers.emulator.far_end import LinkLost, Machine, Stalled

OUT, IN = 0x01, 0x82
_PACKET = 64
_PAPER_EMPTY, _SELECTED, _NO_ERROR = 0x20, 0x10, 0x08
_LANGUAGE = 0x0409
_DESCRIPTOR_STRING = 3


@dataclass(slots=True, eq=False)
class SimPrinter:
    """One device on the bus."""

    machine: Machine
    vendor: int = 0x0F49
    product_id: int = 0x0A00
    product: str = "Evolis Primacy"
    serial: str = "EMU0001"
    maker: str = "Evolis"
    interface_class: int = 7
    interface_rest: tuple[int, int] | None = None  # subclass and protocol where it is no printer
    commands: str = "ESC"  # CMD of the IEEE 1284 id
    kernel_driver: bool = True
    most: int = 1 << 30  # bytes that one transfer takes at most: a smaller value makes short writes
    status: int | None = None  # of GET_PORT_STATUS; None tells what the machine has
    stalled: bool = False  # takes and gives nothing until the time is over
    busy: bool = False  # another program has claimed it
    forbidden: bool = False  # no permission
    both_ways: tuple[bool, ...] = (True,)  # for each alternate setting of the interface
    configured: bool = True
    empty_reads: int = 0  # so many reads give nothing at once instead of waiting
    plugged: bool = True
    log: list[str] = field(default_factory=list)

    def port_status(self) -> int:
        """Fine is selected and no error; paper empty for supplies; not "no error" for the mechanism."""
        memory = self.machine.memory
        if self.status is not None:
            return self.status
        if memory.feeder == 0 or memory.ribbon == 0:
            return _SELECTED | _PAPER_EMPTY
        return _SELECTED if memory.cover_open else _SELECTED | _NO_ERROR

    def device_id(self) -> bytes:
        """IEEE 1284 id with its own length in front."""
        text = f"MFG:{self.maker};CMD:{self.commands};MDL:{self.product};".encode("ascii")
        return (len(text) + 2).to_bytes(2, "big") + text


class SimUsbBus(usb.backend.IBackend):  # type: ignore[misc]  # pyusb has no types
    """The bus as a pyusb backend: pass it as `chosen` to UsbTransport."""

    def __init__(self, printers: Sequence[SimPrinter]) -> None:
        super().__init__()
        self.printers = list(printers)

    def enumerate_devices(self) -> Iterator[SimPrinter]:
        """What is plugged in now."""
        return iter([printer for printer in self.printers if printer.plugged])

    def get_device_descriptor(self, dev: SimPrinter) -> Any:
        """One configuration, three strings."""
        return _described(
            bLength=18,
            bDescriptorType=1,
            bcdUSB=0x0200,
            bDeviceClass=0,
            bDeviceSubClass=0,
            bDeviceProtocol=0,
            bMaxPacketSize0=64,
            idVendor=dev.vendor,
            idProduct=dev.product_id,
            bcdDevice=0x0100,
            iManufacturer=1,
            iProduct=2,
            iSerialNumber=3,
            bNumConfigurations=1,
            bus=1,
            address=self.printers.index(dev) + 1,
            port_number=self.printers.index(dev) + 1,
            port_numbers=(self.printers.index(dev) + 1,),
            speed=3,
        )

    def get_configuration_descriptor(self, dev: SimPrinter, config: int) -> Any:
        """One interface."""
        _only(config)
        return _described(
            bLength=9,
            bDescriptorType=2,
            wTotalLength=32,
            bNumInterfaces=1,
            bConfigurationValue=1,
            iConfiguration=0,
            bmAttributes=0xC0,
            bMaxPower=1,
        )

    def get_interface_descriptor(self, dev: SimPrinter, intf: int, alt: int, config: int) -> Any:
        """The printer class, bidirectional."""
        _only(intf, config)
        subclass, protocol = dev.interface_rest or (1, 2 if dev.both_ways[alt] else 1)
        return _described(
            bLength=9,
            bDescriptorType=4,
            bInterfaceNumber=0,
            bAlternateSetting=alt,
            bNumEndpoints=2 if dev.both_ways[alt] else 1,
            bInterfaceClass=dev.interface_class,
            bInterfaceSubClass=subclass,
            bInterfaceProtocol=protocol,
            iInterface=0,
        )

    def get_endpoint_descriptor(self, dev: SimPrinter, ep: int, intf: int, alt: int, config: int) -> Any:
        """Bulk out and bulk in."""
        _only(intf, config)
        ends = (OUT, IN) if dev.both_ways[alt] else (OUT,)
        return _described(
            bLength=7,
            bDescriptorType=5,
            bEndpointAddress=ends[ep],
            bmAttributes=2,
            wMaxPacketSize=_PACKET,
            bInterval=0,
            bRefresh=0,
            bSynchAddress=0,
        )

    def open_device(self, dev: SimPrinter) -> SimPrinter:
        """The handle is the device."""
        if dev.forbidden:
            raise usb.core.USBError("Access denied", -3, errno.EACCES)
        _there(dev)
        return dev

    def close_device(self, dev_handle: SimPrinter) -> None:
        """The cable stays in."""
        dev_handle.log.append("close")

    def set_configuration(self, dev_handle: SimPrinter, config_value: int) -> None:
        """There is only one."""
        _there(dev_handle)
        dev_handle.configured = True

    def set_interface_altsetting(self, dev_handle: SimPrinter, intf: int, altsetting: int) -> None:
        """Choose how the interface talks."""
        _there(dev_handle)
        dev_handle.log.append(f"alternate {altsetting}")

    def get_configuration(self, dev_handle: SimPrinter) -> int:
        """There is only one."""
        _there(dev_handle)
        return 1 if dev_handle.configured else 0

    def claim_interface(self, dev_handle: SimPrinter, intf: int) -> None:
        """Fails while the kernel's driver or another program holds it."""
        _there(dev_handle)
        if dev_handle.busy or dev_handle.kernel_driver:
            raise usb.core.USBError("Resource busy", -6, errno.EBUSY)
        dev_handle.log.append("claim")
        machine = dev_handle.machine
        machine.reopen() if machine.linked else machine.plug()

    def release_interface(self, dev_handle: SimPrinter, intf: int) -> None:
        """Give it back."""
        _there(dev_handle)
        dev_handle.log.append("release")

    def is_kernel_driver_active(self, dev_handle: SimPrinter, intf: int) -> bool:
        """As usblp would."""
        return dev_handle.kernel_driver

    def detach_kernel_driver(self, dev_handle: SimPrinter, intf: int) -> None:
        """Take it from the kernel."""
        dev_handle.kernel_driver = False
        dev_handle.log.append("detach")

    def attach_kernel_driver(self, dev_handle: SimPrinter, intf: int) -> None:
        """Give it to the kernel again."""
        dev_handle.kernel_driver = True
        dev_handle.log.append("attach")

    def bulk_write(self, dev_handle: SimPrinter, ep: int, intf: int, data: array.array[int], timeout: int) -> int:
        """Into the far end; less than asked where the device is set so."""
        _there(dev_handle)
        if dev_handle.stalled:
            raise usb.core.USBTimeoutError("Operation timed out", -7, errno.ETIMEDOUT)
        taken = data.tobytes()[: dev_handle.most]
        try:
            dev_handle.machine.feed(taken)
        except LinkLost as lost:
            dev_handle.plugged = not dev_handle.machine.away
            raise _gone() from lost
        except Stalled as stalled:
            if stalled.accepted:
                return stalled.accepted
            raise usb.core.USBTimeoutError("Operation timed out", -7, errno.ETIMEDOUT) from stalled
        return len(taken)

    def bulk_read(self, dev_handle: SimPrinter, ep: int, intf: int, buff: array.array[int], timeout: int) -> int:
        """Out of the far end, in whole packets of room."""
        _there(dev_handle)
        try:
            said = b"" if dev_handle.stalled else dev_handle.machine.answer(len(buff), timeout / 1000)
        except LinkLost as lost:
            raise _gone() from lost
        if not said and dev_handle.empty_reads > 0:
            dev_handle.empty_reads -= 1
            return 0
        if not said:
            raise usb.core.USBTimeoutError("Operation timed out", -7, errno.ETIMEDOUT)
        buff[: len(said)] = array.array("B", said)
        return len(said)

    def ctrl_transfer(
        self,
        dev_handle: SimPrinter,
        bmRequestType: int,  # noqa: N803  # pyusb's name
        bRequest: int,  # noqa: N803  # pyusb's name
        wValue: int,  # noqa: N803  # pyusb's name
        wIndex: int,  # noqa: N803  # pyusb's name
        data: array.array[int],
        timeout: int,
    ) -> int:
        """Strings and the class requests of a printer: GET_DEVICE_ID, GET_PORT_STATUS, SOFT_RESET."""
        _there(dev_handle)
        if (bmRequestType, bRequest, wValue >> 8) == (0x80, 6, _DESCRIPTOR_STRING):
            said = self._string(dev_handle, wValue & 0xFF)
        elif (bmRequestType, bRequest) == (0xA1, 0):
            said = dev_handle.device_id()
        elif (bmRequestType, bRequest) == (0xA1, 1):
            said = bytes([dev_handle.port_status()])
        elif (bmRequestType, bRequest) == (0x21, 2):
            dev_handle.machine.plug()  # SOFT_RESET flushes the buffers of the interface
            said = b""
        else:
            raise usb.core.USBError("Pipe error", -9, errno.EPIPE)
        said = said[: len(data)]
        data[: len(said)] = array.array("B", said)
        return len(said)

    @staticmethod
    def _string(printer: SimPrinter, index: int) -> bytes:
        if index == 0:
            return bytes([4, _DESCRIPTOR_STRING]) + _LANGUAGE.to_bytes(2, "little")
        text = {1: printer.maker, 2: printer.product, 3: printer.serial}[index].encode("utf-16-le")
        return bytes([len(text) + 2, _DESCRIPTOR_STRING]) + text


def _described(**fields: Any) -> Any:
    return SimpleNamespace(**fields, extra_descriptors=array.array("B"))


def _only(*places: int) -> None:
    if any(places):
        raise IndexError(places)


def _there(printer: SimPrinter) -> None:
    if not printer.plugged:
        raise _gone()


def _gone() -> usb.core.USBError:
    return usb.core.USBError("No such device (it may have been disconnected)", -4, errno.ENODEV)
