"""Printers of a simulated counter that are real above the wire: shipped drivers and languages over emulated machines.

Everything lies in memory and the machines count their own time, so a seed is the same story every time and costs
little. A card is white but for the bits of its token, on the half that a card cut short does not have.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from functools import cache

import numpy as np

from devices.contracts import CardFaces, CardPrinter, Picture, PrintReport
from devices.errors import DeviceError
from devices.languages import ipp
from devices.languages.raster import Plane
from devices.printers.emulator import plan, queue, wire
from devices.printers.emulator.tray import LATE, REJECTED, Landed, MemoryTray
from devices.printers.printer import Printer
from devices.printers.profile import Profile, load
from devices.printers.queue import QueuePrinter
from station.printing.journal import Order
from station.simulation.printing_world import BLANKS, Death, Plastic, Reached, World

SPOOLED, UNCOUNTED = "queue", "zebra-epcl"
KINDS = ("evolis-zenius-kb", "evolis-primacy", "magicard-enduro-k", "magicard-rio-ymckok", UNCOUNTED, SPOOLED)
"""A profile a world, and the print queue."""

_DEATHS = ("wire", "written", "wire", "written")
"""The program ends in the middle of a piece of the job, or just behind one."""
_QUEUE_DEATHS = ("follow",) * 8
"""The program ends while it follows a job in the queue."""

_NEVER = frozenset({"feeder_empty"})
"""Blanks do not vanish: the person who fills the feeder counts them."""

_UNSEEN = frozenset({"two_cards", "no_varnish"})
"""What nobody can know of a printer without counters."""
_OFTEN = ("mute", "wrong_answer", "counter_reset", "other_printer", "two_cards", "late_card", "unplug", "jam",
          "no_varnish")
_JOB_BYTES = 90_000
_PIECE = 256
"""A write that is longer is a piece of a job, never a question."""
_TOP, _LEFT, _HEIGHT = 100, 900, 64
_PATIENCE = 10.0


def mishaps(kind: str, dice: random.Random, most: int) -> tuple[str, ...]:
    """What goes wrong with the next cards, by the emulators' own names; "ok" is a card without."""
    return tuple("ok" if dice.random() < 0.4 else _mishap(kind, dice) for _ in range(dice.randrange(most)))


def deaths(kind: str) -> tuple[str, ...]:
    """Where in the driver the program can end."""
    return _QUEUE_DEATHS if kind == SPOOLED else _DEATHS


def _mishap(kind: str, dice: random.Random) -> str:
    if kind == SPOOLED:
        return dice.choice([*sorted(queue.JOB), "hold", "hold", "hold"])
    names = sorted(plan.NAMES - _NEVER - (_UNSEEN if kind == UNCOUNTED else frozenset()))
    name = dice.choice([*names, *(one for one in _OFTEN if one in names)])
    if name in plan.LINK and dice.random() < 0.3:
        return f"{name}:{dice.randrange(_JOB_BYTES)}"
    where = dice.choice([place for place in plan.PLACES_OF if plan.possible(name, place)])
    return f"{name}:{where}" if where else name


def bits(token: str) -> Picture:
    """The bits of a token, a byte a row: its length first."""
    data = token.encode()
    octets = np.zeros(_HEIGHT, np.uint8)
    octets[0], octets[1 : 1 + len(data)] = len(data), list(data)
    return np.where(np.unpackbits(octets).reshape(_HEIGHT, 8) == 1, np.uint8(0), np.uint8(255))


def token_on(front: Picture) -> str:
    """The token that a finished card shows, "" where there is none to be read."""
    seen = front[_TOP : _TOP + _HEIGHT, _LEFT : _LEFT + 8]
    octets = np.packbits((seen < 128).all(axis=2).astype(np.uint8))
    length = int(octets[0])
    try:
        text = bytes(octets[1 : 1 + length]).decode("ascii")
    except UnicodeDecodeError:
        return ""
    return text if length < _HEIGHT and (bits(text) == seen[:, :, 0]).all() else ""


class DrivenWorld(World):
    """What the two kinds of driven printers share."""

    now = ""
    """The token that is being printed."""

    def compose(self, order: Order, token: str) -> CardFaces:
        self.previewed = token
        front = np.full((648, 1016, 3), 255, np.uint8)
        front[_TOP : _TOP + _HEIGHT, _LEFT : _LEFT + 8] = bits(token)[:, :, None]
        return CardFaces(front)

    def lay(self, card: Landed, whole: bool) -> None:
        """A card comes out."""
        read = token_on(card.front)
        where = {LATE: "slot", REJECTED: "bag"}.get(card.where, "tray")
        self.plastics.append(Plastic(read or self.now, bool(read) and whole, where, bool(read)))


class MachineWorld(DrivenWorld):
    """An emulated printer that lives on when the program dies."""

    def __init__(self, kind: str, place: int, flushes: bool) -> None:
        profile = _profile(kind)
        super().__init__(f"emulator://{profile.speaks}?profile={kind}&serial=EMU{place}", kind != UNCOUNTED)
        self.profile, self.flushes = profile, flushes
        self.front_panels = profile.panels - profile.duplex
        self.far = wire.build(profile, tray=PlasticTray(self), cards=BLANKS, serial=f"EMU{place}")
        self.reached: Reached = _nothing
        self._lives = 0

    @property
    def serial(self) -> str:
        return self.far.memory.serial if self.counts else ""

    @property
    def feeder(self) -> int:
        return BLANKS - self.far.memory.fed

    @property
    def inside(self) -> bool:
        return self.far.memory.inside

    def open(self, script: Sequence[str], reached: Reached) -> CardPrinter:
        self._lives += 1
        card = self.far.memory.fed + 1
        told = [f"{what}@{card + n}~l{self._lives}" for n, what in enumerate(script) if what != "ok"]
        self.far.befall(plan.parse(",".join(told)))
        self.started, self.reached = 0, reached
        return WatchedPrinter(self)

    def mend(self, again: bool) -> None:
        """Ribbon, cover, boxes; where it is still not ready it is switched off and on."""
        self.far.befall(())
        self.far.away = False
        self.far.operator.mend("ribbon,cover,reject,clean")
        self.far.settle()
        self.reached = _nothing
        printer = WatchedPrinter(self)
        try:
            well = printer.state().ready
        except DeviceError:
            well = False
        if not well:
            self.far.unplug("reboot")
        printer.close()

    def take_inside(self) -> None:
        self.far.operator.mend_path()
        self.far.settle()


class WatchedPrinter(Printer):
    """The shipped printer; the world notes what it is given."""

    def __init__(self, world: MachineWorld) -> None:
        super().__init__(world.url, world.profile, WatchedWire(world))
        self._world = world

    def print_card(self, job: bytes, name: str) -> PrintReport:
        self._world.now = self._world.begins(name)
        return super().print_card(job, name)


class WatchedWire(wire.EmulatorTransport):
    """A cable whose pieces are counted. One that was never pulled is taken over as it is by the next program."""

    def __init__(self, world: MachineWorld) -> None:
        super().__init__(world.far)
        self._world = world

    def open(self) -> None:
        """A command that came in half is still waited for, unless the cable was out."""
        linked = self.machine.linked
        super().open() if self.machine.away or not linked else self._take_over()

    def _take_over(self) -> None:
        self.machine.reopen()
        self._open = True

    def flush(self) -> bool:
        """Not every interface knows how."""
        if self._world.flushes:
            self.machine.plug()
        return self._world.flushes

    def write(self, data: bytes, timeout: float) -> int:
        """Note it and pass it on; the program may die on the way."""
        world = self._world
        if len(data) < _PIECE:
            return super().write(data, timeout)
        world.pieces[world.now, hash(data)] += 1
        try:
            world.reached("wire")
        except Death:
            super().write(data[: len(data) // 2], timeout)
            raise
        count = super().write(data, timeout)
        world.reached("written")
        return count


class PlasticTray(MemoryTray):
    """The emulators' tray of a machine that lives on: its cards become plastic of the world."""

    def __init__(self, world: DrivenWorld) -> None:
        super().__init__()
        self._world = world
        self._burned: set[str] = set()

    def begin(self) -> None:
        """A blank is fed."""
        self._burned.clear()

    def keep_ink(self, side: str, letter: str, plane: Plane) -> None:
        """Which panels are on the card inside: a card without varnish reads well and is not good."""
        if side == "front":
            self._burned.add(letter)

    def lay(self, card: Landed) -> None:
        """It comes out."""
        world = self._world
        whole = not isinstance(world, MachineWorld) or len(self._burned) == world.front_panels
        world.lay(card, whole)

    def release_late(self, number: int) -> int:
        """Cards that hung in the slot fall into the tray."""
        return self._world.fall()


class QueueWorld(DrivenWorld):
    """The shipped queue printer over an emulated print server that lives on."""

    def __init__(self, place: int) -> None:
        super().__init__(f"emulator://queue?place={place}", counts=False)
        self.far = queue.EmulatedQueue(PlasticTray(self))
        self.reached: Reached = _nothing

    @property
    def serial(self) -> str:
        return ""

    @property
    def feeder(self) -> int:
        return BLANKS - len(self.plastics)

    @property
    def inside(self) -> bool:
        return False

    def open(self, script: Sequence[str], reached: Reached) -> CardPrinter:
        told = [f"{what}@{n}" for n, what in enumerate(script, start=1) if what != "ok"]
        self.far.befall(",".join(told))
        self.started, self.reached = 0, reached
        return WatchedQueue(self)

    def mend(self, again: bool) -> None:
        """Where somebody starts the queue again, what a dead program left there comes out late."""
        self.far.befall("")
        self.reached = _nothing
        if again:
            self.far.release()

    def take_inside(self) -> None:
        """A queue tells of no card inside."""

    def exchange(self, place: str, message: bytes, timeout: float) -> bytes:
        """The link: jobs are noted, the rest is passed on."""
        asked = ipp.read(message)
        if asked.code == ipp.Operation.PRINT_JOB:
            self.pieces[self.now, hash(asked.document)] += 1
            self.overtaken += len(self.far.waiting)
        return self.far.exchange(place, message, timeout)

    def wait(self, seconds: float) -> None:
        """Time passes; the program may die meanwhile."""
        self.reached("follow")
        self.far.wait(seconds)


class WatchedQueue(QueuePrinter):
    """The shipped queue printer; the world notes what it is given."""

    def __init__(self, world: QueueWorld) -> None:
        super().__init__(world.url, "card", world, patience=_PATIENCE, clock=world.far.clock, sleep=world.wait)
        self._world = world

    def print_card(self, job: bytes, name: str) -> PrintReport:
        self._world.now = self._world.begins(name)
        return super().print_card(job, name)


@cache
def _profile(kind: str) -> Profile:
    return load(kind)


def _nothing(point: str) -> None:
    """The power stays on."""
