"""Emulated printers behind real transports: on a simulated USB bus and behind a pseudo terminal."""

from __future__ import annotations

import contextlib
import os
import select
import threading
from collections.abc import Iterator

from devices.languages.evolis_talk import Evolis
from devices.printers.emulator import wire
from devices.printers.emulator.far_end import LinkLost
from devices.printers.emulator.machine import EvolisMachine
from devices.printers.emulator.tray import MemoryTray
from devices.printers.emulator.usb_bus import SimPrinter, SimUsbBus
from devices.printers.printer import Printer
from devices.printers.profile import Profile, load

PRIMACY = load("evolis-primacy")
MONO = load("evolis-dualys-kb")


def evolis(profile: Profile) -> Evolis:
    """The language of a profile of ours."""
    assert isinstance(profile.language, Evolis)
    return profile.language


def machine(fault: str = "", profile: Profile = PRIMACY, serial: str = "EMU0001") -> EvolisMachine:
    """A new emulated printer without a tray folder."""
    return wire.build(profile, fault=fault, serial=serial)


def emulated(fault: str = "", profile: Profile = PRIMACY) -> Printer:
    """A printer on an emulated wire."""
    return Printer("emulator://evolis", profile, wire.EmulatorTransport(machine(fault, profile)))


def far_end(printer: Printer) -> EvolisMachine:
    """The machine behind an emulated wire."""
    assert isinstance(printer.transport, wire.EmulatorTransport)
    return printer.transport.machine


def cards(printer: EvolisMachine) -> MemoryTray:
    """The tray of a machine without a folder."""
    assert isinstance(printer.tray, MemoryTray)
    return printer.tray


def bus(*printers: SimPrinter) -> SimUsbBus:
    """A USB bus with these printers, or with one."""
    return SimUsbBus(printers or (SimPrinter(machine()),))


@contextlib.contextmanager
def behind_pty(printer: EvolisMachine) -> Iterator[str]:
    """The name of a serial port with this printer at its other end; a lost link hangs the port up."""
    master, slave = os.openpty()
    stop = threading.Event()
    printer.plug()

    def serve() -> None:
        while not stop.is_set():
            ready, _, _ = select.select([master], [], [], 0.02)
            if not ready:
                continue
            try:
                printer.feed(os.read(master, 65536))
                while said := printer.answer(4096, 0.0):
                    os.write(master, said)
            except (LinkLost, OSError):
                break
        os.close(master)

    thread = threading.Thread(target=serve, name="pty printer")
    thread.start()
    try:
        yield os.ttyname(slave)
    finally:
        stop.set()
        thread.join()
        os.close(slave)
