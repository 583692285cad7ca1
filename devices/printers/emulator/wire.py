"""An emulated printer as a transport: everything above it is the code that drives a real one."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from devices.errors import BadUrl, Broken, NotReached
from devices.languages.epcl_talk import Epcl
from devices.languages.evolis_talk import Evolis
from devices.languages.magicard_talk import Magicard
from devices.printers.emulator.epcl_machine import EpclMachine
from devices.printers.emulator.far_end import LinkLost, Machine, Stalled
from devices.printers.emulator.machine import EvolisMachine
from devices.printers.emulator.magicard_machine import MagicardMachine
from devices.printers.emulator.memory import Memory
from devices.printers.emulator.plan import parse
from devices.printers.emulator.tray import FolderTray, MemoryTray, Tray
from devices.printers.profile import Profile

CARDS, SERIAL = 100, "EMU0001"


def build(
    profile: Profile,
    *,
    fault: str = "",
    tray: Path | Tray | None = None,
    cards: int = CARDS,
    ribbon: int | None = None,
    serial: str = SERIAL,
    operator: str = "",
) -> Machine:
    """The printer behind the wire: as the tray kept it, or new. Raises BadUrl for an unknown fault or act."""
    kept = FolderTray(tray) if isinstance(tray, Path) else MemoryTray() if tray is None else tray
    full = profile.ribbon_cards if ribbon is None else ribbon
    memory = Memory(serial, cards, full)
    planned = parse(fault)
    machine: EvolisMachine | MagicardMachine | EpclMachine
    if isinstance(profile.language, Evolis):
        machine = EvolisMachine(profile.title, profile.language, memory, kept, planned, cards, full)
    elif isinstance(profile.language, Magicard):
        machine = MagicardMachine(profile.language, memory, kept, planned, cards, full)
    elif isinstance(profile.language, Epcl):
        machine = EpclMachine(profile.language, memory, kept, planned, cards, full)
    else:
        raise BadUrl(f"型号“{profile.name}”还没有模拟打印机。", "profile")
    machine.operator.mend(operator)
    machine.settle()
    return machine


class EmulatorTransport:
    """A wire to an emulated printer. With `speed` it takes the printer's time divided by that. Implements Transport."""

    def __init__(self, machine: Machine, speed: float = 0.0, sleep: Callable[[float], None] = time.sleep) -> None:
        self.machine = machine
        self._speed = speed
        self._sleep = sleep
        self._open = False
        self._paid = machine.seconds

    @property
    def answers(self) -> bool:
        """It has a back channel."""
        return True

    def open(self) -> None:
        """Put the cable in. Raises NotReached when it was pulled for good."""
        if self.machine.away:
            raise NotReached("模拟打印机的数据线被拔掉了。", "gone")
        if not self.machine.tray.take():
            raise NotReached("模拟打印机正被其他程序占用：请先关闭那个程序。", "busy")
        self.machine.plug()
        self._open = True

    def write(self, data: bytes, timeout: float) -> int:
        """Give it all. Raises NotReached when the link was down before, Broken when it died on the way."""
        if not self._open:
            raise NotReached("模拟打印机没有打开。", "closed")
        if not self.machine.linked:
            raise NotReached("模拟打印机的连接断了。", "unplugged")
        try:
            self.machine.feed(data)
        except LinkLost as lost:
            raise Broken("模拟打印机的连接在传送中断了。", lost.accepted, "unplugged") from lost
        except Stalled as stalled:
            words = "模拟打印机不接收数据：请查看打印机的面板。"
            if stalled.accepted:
                raise Broken(words, stalled.accepted, "stalled") from stalled
            raise NotReached(words, "stalled") from stalled
        finally:
            self._pay()
        return len(data)

    def read(self, size: int, timeout: float) -> bytes:
        """What it said within `timeout` of its own seconds."""
        try:
            said = self.machine.answer(size, timeout)
        except LinkLost as lost:
            raise Broken("模拟打印机的连接断了。", 0, "unplugged") from lost
        self._pay()
        return said

    def close(self) -> None:
        """Leave it; it goes on living."""
        self._open = False
        self.machine.tray.leave()

    def _pay(self) -> None:
        owed, self._paid = self.machine.seconds - self._paid, self.machine.seconds
        if self._speed and owed > 0:
            self._sleep(owed / self._speed)
