"""The physical world of a simulated printing counter: feeder, plastic, a printer that fails, a camera that looks.

It remembers what really happened and survives every death of the program. The printer is the contract of
`devices.contracts` and nothing of a language: bytes are the matter of the emulators' own tests.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from devices.contracts import (
    Accept,
    CardFaces,
    CardPosition,
    FaultCode,
    Frame,
    Outcome,
    Picture,
    PrinterFault,
    PrinterState,
    PrintReport,
    Reading,
    Severity,
)
from devices.errors import Missing, NotReached
from station.domain.errors import Bug
from station.printing.journal import Order

MISHAPS = (
    "ok", "ok", "ok", "reject", "reject_printed", "raise", "link_lost", "link_lost_printed", "gone", "jam", "half",
    "two", "late", "unborn", "reboot", "reboot_printed", "blank", "other_printer",
)  # fmt: skip
"""What may become of one card (hardware.md §13), as the printer reports it or does not."""


@dataclass
class Plastic:
    """One physical card that left the feeder."""

    token: str
    good: bool = True
    where: str = "tray"  # tray, inside, slot (late), bag


@dataclass
class World:
    """What is really there: feeder, counters, cards. It survives every crash of the program."""

    feeder: int = 100
    cards: int = 1200
    panels: int = 7000
    serial: str = "10000123"
    counts: bool = True
    plastics: list[Plastic] = field(default_factory=list)
    sent: Counter[str] = field(default_factory=Counter)
    read: set[str] = field(default_factory=set)
    """Tokens that ever stood before the camera."""
    faults: tuple[PrinterFault, ...] = ()
    reachable: bool = True
    ready: bool = True
    ribbon_left: int | None = 90
    camera: bool = True

    def feed(self, token: str, *, good: bool = True, where: str = "tray") -> None:
        self.feeder -= 1
        self.cards += 1
        self.panels += 5 if good else 3
        self.plastics.append(Plastic(token, good, where))

    @property
    def tray(self) -> list[Plastic]:
        return [p for p in self.plastics if p.where == "tray"]

    @property
    def inside(self) -> bool:
        return any(p.where == "inside" for p in self.plastics)

    def fall(self) -> None:
        """Cards that hung in the slot come out."""
        for p in self.plastics:
            p.where = "tray" if p.where == "slot" else p.where

    def take(self, where: str = "tray") -> None:
        """Everything that lies there goes into the bag."""
        for p in self.plastics:
            p.where = "bag" if p.where == where else p.where


JAM = PrinterFault(FaultCode.CARD_JAM, Severity.MID, "CARD JAM")
RIBBON = PrinterFault(FaultCode.RIBBON_END, Severity.PRE, "ERROR RIBBON")
REBOOT = PrinterFault(FaultCode.REBOOTED, Severity.MID, "")
OFFLINE = PrinterFault(FaultCode.OFFLINE, Severity.MID, "")


PORT = "usb://0f49:?profile=evolis-primacy"


class Printer:
    """Prints tokens into the world. `script` names what goes wrong with the next cards, in order."""

    def __init__(self, world: World, script: Sequence[str] = (), url: str = PORT) -> None:
        self.world = world
        self.script = list(script)
        self.url = url
        self.middle: Callable[[str], None] = lambda point: None

    @property
    def answers(self) -> bool:
        return self.world.counts

    def state(self) -> PrinterState:
        w = self.world
        if not w.reachable:
            raise NotReached("打印机没有应答。")
        if not w.counts:
            return PrinterState("folder", "", w.ready)
        position = CardPosition.INSIDE if w.inside else CardPosition.NONE
        return PrinterState(
            "Primacy", w.serial, w.ready, w.cards, w.panels, "ymcko", w.ribbon_left, position, w.faults
        )

    def encode(self, faces: CardFaces, name: str) -> bytes:
        length = int(faces.front[0, 0, 0])
        return bytes(faces.front[1, :length, 0])

    def panels(self, job: bytes) -> int | None:
        return 5

    def print_card(self, job: bytes, name: str) -> PrintReport:
        w, token = self.world, job.decode()
        w.sent[token] += 1
        before = self.state()
        what = self.script.pop(0) if self.script else "ok"
        outcome, fault, blind = self._mishap(what, token)
        after = None if blind or not w.reachable else self.state()
        return PrintReport(outcome, len(job), hashlib.sha256(job).hexdigest(), before, after, fault)

    def _mishap(self, what: str, token: str) -> tuple[Outcome, PrinterFault | None, bool]:
        w = self.world
        if what == "ok":
            self.middle("feeding")
            w.feed(token)
            self.middle("ejected")
            return (Outcome.CONFIRMED if w.counts else Outcome.ACCEPTED), None, False
        if what == "reject":
            return Outcome.REJECTED, RIBBON, False
        if what == "reject_printed":  # it says no, and a card came out all the same
            w.feed(token)
            return Outcome.REJECTED, RIBBON, False
        if what == "raise":
            raise Missing("驱动不见了。")
        if what == "link_lost":
            return Outcome.UNKNOWN, OFFLINE, False
        if what == "link_lost_printed":
            w.feed(token)
            return Outcome.UNKNOWN, OFFLINE, True
        if what == "gone":
            w.reachable = False
            return Outcome.UNKNOWN, OFFLINE, True
        if what == "jam":
            w.feed(token, good=False, where="inside")
            return Outcome.UNKNOWN, JAM, False
        if what == "half":
            w.feed(token, good=False)
            return Outcome.UNKNOWN, RIBBON, False
        if what == "two":
            w.feed(token)
            w.feed(token)
            return Outcome.UNKNOWN, None, False
        if what == "late":
            w.feed(token, where="slot")
            return Outcome.UNKNOWN, OFFLINE, True
        if what == "unborn":  # bytes taken, no card, and the printer does not know
            return Outcome.UNKNOWN, OFFLINE, True
        if what == "reboot":
            return Outcome.UNKNOWN, REBOOT, False
        if what == "reboot_printed":
            w.feed(token)
            return Outcome.UNKNOWN, REBOOT, False
        if what == "other_printer":
            w.feed(token)
            w.serial, w.cards, w.panels = w.serial + "B", 40, 200
            return Outcome.UNKNOWN, OFFLINE, False
        if what == "blank":  # it says yes, and the card is white
            w.feed(token)
            w.plastics[-1].good = False
            return Outcome.CONFIRMED, None, False
        raise Bug(f"no such mishap: {what}")

    def close(self) -> None:
        """Nothing is held open."""


def letter(tokens: Sequence[str]) -> Picture:
    """A picture that holds texts, one a line."""
    picture = np.zeros((max(1, len(tokens)), 64, 3), np.uint8)
    for row, token in enumerate(tokens):
        data = token.encode()
        picture[row, 0, 0] = len(data)
        picture[row, 1 : 1 + len(data), 0] = list(data)
    return picture


class Eye:
    """Shows the newest card of the tray, or what it is told to show."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.shows: Callable[[], Sequence[str] | None] = self.newest
        self.at = 0.0

    def newest(self) -> Sequence[str] | None:
        tray = self.world.tray
        return ([tray[-1].token] if tray[-1].good else ["~"]) if tray else []

    def read(self, timeout: float) -> Frame | None:
        if not self.world.camera:
            raise Missing("摄像头不见了。")
        self.at += 1 / 30
        shown = self.shows()
        self.world.read.update(shown or ())
        return None if shown is None else Frame(letter(shown), self.at, "fake")

    def close(self) -> None:
        """Nothing is held open."""


class Eyes:
    """Reads `letter` pictures. "~" is a card without a readable code."""

    def read(self, picture: Picture, accept: Accept | None = None) -> tuple[Reading, ...]:
        rows = [bytes(row[1 : 1 + int(row[0, 0]), 0]).decode() for row in picture if row[0, 0]]
        return tuple(Reading(text) for text in rows if text != "~")

    def why_not(self, picture: Picture) -> str:
        return "part_covered" if picture[0, 0, 0] else "no_code"


def compose(order: Order, token: str) -> CardFaces:
    """A card that is its token and nothing else; the rest of the picture is memory nobody touches."""
    front = np.zeros((648, 1016, 3), np.uint8)
    data = token.encode()
    front[0, 0, 0] = len(data)
    front[1, : len(data), 0] = list(data)
    return CardFaces(front)


def prove(faces: CardFaces, token: str) -> None:
    """The faces are the token."""


def same_token(text: str, token: str) -> bool:
    return text == token


def is_code(text: str) -> bool:
    return text.startswith("T")


def token_of(number: str, issue: int) -> str:
    return f"T{number}.{issue}"
