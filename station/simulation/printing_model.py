"""A printer that is nothing but its contract, and a queue likewise: the mishaps of hardware.md §13, many a second.

Bytes and languages are not here: those are `printing_devices`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence

import numpy as np

from devices.contracts import (
    Accept,
    CardFaces,
    CardPosition,
    CardPrinter,
    FaultCode,
    Outcome,
    PrinterFault,
    PrinterState,
    PrintReport,
    Severity,
)
from devices.errors import Missing, NotReached
from station.domain.errors import Bug
from station.printing.journal import Order
from station.simulation.printing_world import BLANKS, Plastic, Reached, World

JAM = PrinterFault(FaultCode.CARD_JAM, Severity.MID, "CARD JAM")
RIBBON = PrinterFault(FaultCode.RIBBON_END, Severity.PRE, "ERROR RIBBON")
REBOOT = PrinterFault(FaultCode.REBOOTED, Severity.MID, "")
OFFLINE = PrinterFault(FaultCode.OFFLINE, Severity.MID, "")

COUNTER, PLAIN, QUEUE = "counter", "plain", "queue"
KINDS = (COUNTER, COUNTER, COUNTER, COUNTER, COUNTER, COUNTER, PLAIN, QUEUE)
"""A printer that counts, one that cannot, and a queue that tells of jobs only."""

_ANY = (
    "ok", "ok", "ok", "reject", "reject_printed", "raise", "link_lost", "link_lost_printed", "gone", "jam", "half",
    "late", "unborn", "reboot", "reboot_printed", "blank", "mute", "mute_printed", "wrong_answer",
)  # fmt: skip
MISHAPS = {
    COUNTER: (*_ANY, "two", "other_printer", "counter_reset"),
    PLAIN: _ANY,
    QUEUE: ("ok", "ok", "ok", "reject", "abort", "abort_printed", "twice", "twice_silently", "lose", "queue_late",
            "hold", "cut", "gone"),
}  # fmt: skip
"""What may become of one card, as the printer reports it or does not."""


class ModelWorld(World):
    """The printer's own memory beside the plastic."""

    def __init__(self, kind: str, place: int = 1) -> None:
        super().__init__(f"usb://0f49:{place}?profile=evolis-primacy", kind == COUNTER)
        self.kind = kind
        self.cards, self.panels, self.blanks = 1200, 7000, BLANKS
        self.faults: tuple[PrinterFault, ...] = ()
        self.reachable = True
        self.held: list[tuple[str, str]] = []
        """Jobs in the queue: name and token."""
        self._serial = f"1000012{place}"

    @property
    def serial(self) -> str:
        return self._serial if self.counts else ""

    @property
    def feeder(self) -> int:
        return self.blanks

    @property
    def inside(self) -> bool:
        return any(p.where == "inside" for p in self.plastics)

    def replace_printer(self) -> None:
        """Another one stands on the port."""
        self._serial, self.cards, self.panels = self._serial + "B", 40, 200

    def feed(self, token: str, *, good: bool = True, where: str = "tray") -> None:
        """A card of that token leaves the feeder."""
        self.blanks -= 1
        self.cards += 1
        self.panels += 5 if good else 3
        self.plastics.append(Plastic(token, good, where))

    def open(self, script: Sequence[str], reached: Reached) -> CardPrinter:
        self.started = 0
        return (QueuedModel if self.kind == QUEUE else ModelPrinter)(self, script, reached)

    def compose(self, order: Order, token: str) -> CardFaces:
        """The rest of the picture is memory that nobody touches."""
        self.previewed = token
        front = np.zeros((648, 1016, 3), np.uint8)
        data = token.encode()
        front[0, 0, 0] = len(data)
        front[1, : len(data), 0] = list(data)
        return CardFaces(front)

    def mend(self, again: bool) -> None:
        self.reachable, self.faults = True, ()
        for _, token in self.held if again else ():  # what a dead program left there is printed
            self.feed(token)
        self.held = [] if again else self.held

    def take_inside(self) -> None:
        for p in self.plastics:
            p.where = "bag" if p.where == "inside" else p.where


class ModelPrinter:
    """Prints tokens into the world. Implements SettlingPrinter."""

    def __init__(self, world: ModelWorld, script: Sequence[str], reached: Reached) -> None:
        self.world = world
        self.script = list(script)
        self.middle: Callable[[str], None] = reached

    @property
    def url(self) -> str:
        return self.world.url

    @property
    def answers(self) -> bool:
        return self.world.counts

    def state(self) -> PrinterState:
        """Counters where there are any."""
        w = self.world
        if not w.reachable:
            raise NotReached("打印机没有应答。")
        if not w.counts:
            return PrinterState("folder", "", True)
        position = CardPosition.INSIDE if w.inside else CardPosition.NONE
        return PrinterState("Primacy", w.serial, True, w.cards, w.panels, "ymcko", 90, position, w.faults)

    def encode(self, faces: CardFaces, name: str) -> bytes:
        """The token."""
        length = int(faces.front[0, 0, 0])
        return bytes(faces.front[1, :length, 0])

    def panels(self, job: bytes) -> int | None:
        return 5

    def print_card(self, job: bytes, name: str) -> PrintReport:
        """Print it, or what the script says instead."""
        w = self.world
        token = w.begins(name)
        before = self.state()
        what = self.script.pop(0) if self.script else "ok"
        outcome, fault, blind = self._mishap(what, token, name)
        after = None if blind or not w.reachable or w.kind == QUEUE else self.state()
        return PrintReport(outcome, len(job), hashlib.sha256(job).hexdigest(), before, after, fault)

    def eject(self) -> PrinterState:
        """The card inside comes into the tray."""
        for p in self.world.plastics:
            p.where = "tray" if p.where == "inside" else p.where
        return self.state()

    def reject(self) -> PrinterState:
        """The card inside comes into the reject box."""
        self.world.take_inside()
        return self.state()

    def close(self) -> None:
        """Nothing is held open."""

    def _mishap(self, what: str, token: str, name: str) -> tuple[Outcome, PrinterFault | None, bool]:
        w = self.world
        self.middle("feeding")
        if what == "raise":
            raise Missing("驱动不见了。")
        if what in ("gone", "mute", "mute_printed"):
            w.reachable = False
        for good, where in _CARDS.get(what, ()):
            w.feed(token, good=good, where=where)
        if what == "other_printer":
            w.replace_printer()
        if what == "counter_reset":
            w.cards = w.panels = 0
        if what == "hold":
            w.held.append((name, token))
        self.middle("ejected")
        return self._report(what)

    def _report(self, what: str) -> tuple[Outcome, PrinterFault | None, bool]:
        """What it says: outcome, fault, and whether it cannot be asked afterwards."""
        if what == "ok":
            return (Outcome.CONFIRMED if self.world.counts else Outcome.ACCEPTED), None, False
        if what not in _SAYS:
            raise Bug(f"no such mishap: {what}")
        return _SAYS[what]


class QueuedModel(ModelPrinter):
    """A queue. Implements SpooledPrinter."""

    def print_card(self, job: bytes, name: str) -> PrintReport:
        """A job that is sent while another one of ours waits overtakes it: that must not be."""
        self.world.overtaken += len(self.world.held)
        return super().print_card(job, name)

    def withdraw(self, ours: Accept) -> tuple[str, ...]:
        """Take back what waits."""
        if not self.world.reachable:
            raise NotReached("打印队列没有应答。")
        gone = tuple(name for name, _ in self.world.held if ours(name))
        self.world.held = [job for job in self.world.held if not ours(job[0])]
        return gone


_GOOD, _BAD = (True, "tray"), (False, "tray")
_CARDS = {
    "ok": (_GOOD,), "reject_printed": (_GOOD,), "link_lost_printed": (_GOOD,), "jam": ((False, "inside"),),
    "half": (_BAD,), "two": (_GOOD, _GOOD), "late": ((True, "slot"),), "reboot_printed": (_GOOD,), "blank": (_BAD,),
    "mute_printed": (_GOOD,), "wrong_answer": (_GOOD,), "other_printer": (_GOOD,), "counter_reset": (_GOOD,),
    "abort_printed": (_GOOD,), "twice": (_GOOD, _GOOD), "twice_silently": (_GOOD, _GOOD),
    "queue_late": ((True, "slot"),), "cut": (_GOOD,),
}  # fmt: skip
"""The cards that come out: whether they are good, and where they come to lie."""

_DOUBT, _BLIND = (Outcome.UNKNOWN, OFFLINE, False), (Outcome.UNKNOWN, OFFLINE, True)
_SAYS: dict[str, tuple[Outcome, PrinterFault | None, bool]] = {
    "reject": (Outcome.REJECTED, RIBBON, False),
    "reject_printed": (Outcome.REJECTED, RIBBON, False),  # it says no, and a card came out all the same
    "blank": (Outcome.CONFIRMED, None, False),  # it says yes, and the card is white
    "link_lost": _DOUBT, "link_lost_printed": _BLIND, "gone": _BLIND, "mute": _BLIND, "mute_printed": _BLIND,
    "wrong_answer": _BLIND, "late": _BLIND, "unborn": _BLIND,  # bytes taken, no card, and it does not know
    "jam": (Outcome.UNKNOWN, JAM, False), "half": (Outcome.UNKNOWN, RIBBON, False),
    "two": (Outcome.UNKNOWN, None, False),
    "reboot": (Outcome.UNKNOWN, REBOOT, False), "reboot_printed": (Outcome.UNKNOWN, REBOOT, False),
    "other_printer": _DOUBT, "counter_reset": _DOUBT,
    "abort": _BLIND, "abort_printed": _BLIND, "twice": _BLIND, "hold": _BLIND, "cut": _BLIND,
    "twice_silently": (Outcome.ACCEPTED, None, True), "lose": (Outcome.ACCEPTED, None, True),
    "queue_late": (Outcome.ACCEPTED, None, True),
}  # fmt: skip
