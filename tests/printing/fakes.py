"""A counter without hardware: a ledger in memory, a printer and a camera over one small physical world."""

from __future__ import annotations

import hashlib
import itertools
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

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
from devices.errors import BadReply, Missing, NotReached
from station.clock import ClockGuard, FixedClock, HybridClock
from station.domain import facts
from station.domain.card import LIVE, State
from station.domain.record import Record, fold
from station.domain.worker import WorkerRecord
from station.printing import supplies
from station.printing.book import Told
from station.printing.journal import Journal, Order
from station.printing.machine import Machine
from station.printing.press import Press

DAY = date(2026, 11, 23)
STATION = "hz01"
COMPANY = "91330102MA27TE5T2K"


class MemoryBook:
    """Facts in a list; every record is folded by the real fold."""

    def __init__(self, clock: FixedClock, station: str = STATION) -> None:
        self.hybrid = HybridClock(clock)
        self.station = station
        self.told: dict[str, list[facts.Fact]] = {}
        self.count = 0
        self.folded: dict[str, Record] = {}

    def append(self, told: Told, *, actor: str) -> list[facts.Fact]:
        written = []
        for subject, payload in told:
            self.count += 1
            identity = facts.FactId(self.station, 1, self.count)
            fact = facts.Fact(identity, subject, "330100", actor, self.hybrid.stamp(), payload)
            self.told.setdefault(subject, []).append(fact)
            self.folded.pop(subject, None)
            written.append(fact)
        return written

    def decide(self, subject: str, decision: Callable[[Record], Told], *, actor: str) -> list[facts.Fact]:
        return self.append(decision(self.record(subject)), actor=actor)

    def record(self, subject: str) -> Record:
        if subject not in self.folded:
            self.folded[subject] = fold(subject, self.facts_of(subject))
        return self.folded[subject]

    def facts_of(self, subject: str) -> list[facts.Fact]:
        return list(self.told.get(subject, []))

    def find(self, states: Collection[State]) -> Sequence[str]:
        found = []
        for subject in self.told:
            record = self.record(subject)
            if isinstance(record, WorkerRecord) and any(c.state in states for c in record.cards.values()):
                found.append(subject)
        return found

    def workers(self) -> list[WorkerRecord]:
        return [r for s in self.told if isinstance(r := self.record(s), WorkerRecord)]


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


class FakePrinter:
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
        raise AssertionError(what)

    def eject(self) -> PrinterState:
        return self.reject()

    def reject(self) -> PrinterState:
        what = self.script.pop(0) if self.script else "ok"
        if what == "stuck":
            raise BadReply("卡片卡在打印机里。", "not_moved")
        if what == "feeds":
            self.world.feed("~")
        if what != "stays":
            self.world.take("inside")
        return self.state()

    def close(self) -> None:
        pass


def letter(tokens: Sequence[str]) -> Picture:
    """A picture that holds texts, one a line."""
    picture = np.zeros((max(1, len(tokens)), 64, 3), np.uint8)
    for row, token in enumerate(tokens):
        data = token.encode()
        picture[row, 0, 0] = len(data)
        picture[row, 1 : 1 + len(data), 0] = list(data)
    return picture


class FakeCamera:
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
        return None if shown is None else Frame(letter(shown), self.at, "fake")

    def close(self) -> None:
        pass


class FakeReader:
    """Reads `letter` pictures. "~" is a card without a readable code."""

    def read(self, picture: Picture, accept: Accept | None = None) -> tuple[Reading, ...]:
        rows = Counter(bytes(row[1 : 1 + int(row[0, 0]), 0]).decode() for row in picture if row[0, 0])
        return tuple(Reading(text, copies=copies) for text, copies in rows.items() if text != "~")

    def why_not(self, picture: Picture) -> str:
        return "part_covered" if picture[0, 0, 0] else "no_code"


def compose(order: Order, token: str) -> CardFaces:
    front = np.zeros((648, 1016, 3), np.uint8)
    data = token.encode()
    front[0, 0, 0] = len(data)
    front[1, : len(data), 0] = list(data)
    return CardFaces(front)


def prove(faces: CardFaces, token: str) -> None:
    assert bytes(faces.front[1, : int(faces.front[0, 0, 0]), 0]).decode() == token


def same_token(text: str, token: str) -> bool:
    return text == token


def is_code(text: str) -> bool:
    return text.startswith("T")


def token_of(number: str, issue: int) -> str:
    return f"T{number}.{issue}"


class Desk:
    """One station's counter: book, world, and presses that die and are made again."""

    def __init__(self, workers: int = 1, *, tokens: int = 4, world: World | None = None, blanks: int = 100) -> None:
        self.clock = FixedClock.on(DAY)
        self.guard = ClockGuard(self.clock, build_day=date(2026, 1, 1))
        self.book = MemoryBook(self.clock)
        self.world = world or World()
        self.numbers = [f"33010220260{n:05d}" for n in range(1, workers + 1)]
        letters = [f"{chr(97 + n // 26)}{chr(97 + n % 26):a>23}" for n in range(workers)]
        self.subjects = {number: f"worker:{name}" for number, name in zip(self.numbers, letters, strict=True)}
        self.journal = Journal(self.book, self.book.find, STATION, self.guard, "clerk-1")
        self.points: Callable[[str], None] = lambda point: None
        self.heard: list[str] = []
        for number in self.numbers:
            self.permit(number, tokens)
        self.stock(blanks)

    def permit(self, number: str, tokens: int) -> None:
        told: list[facts.Payload] = [
            facts.PermitGenerated(number, "A", COMPANY, "金桥家政", ("HOUSEWORK",), DAY),
            facts.PermitActed(number, "release", DAY),
        ]
        told += [self.signed(number, issue) for issue in range(1, tokens + 1)]
        self.book.append([(self.subjects[number], payload) for payload in told], actor="boss")

    def signed(self, number: str, issue: int) -> facts.TokenSigned:
        return facts.TokenSigned(number, issue, token_of(number, issue), 1, 7, DAY, date(2029, 11, 22))

    def stock(self, blanks: int, ribbon: int = 0) -> None:
        supplies.receive(self.journal, "P1", blanks, second="boss", cost_fen=blanks * 200, fund="2026专项")
        supplies.load(self.journal, "P1", self.machine())
        if ribbon:
            price, fund = ribbon * 300, "2026专项"
            supplies.receive(self.journal, "R1", ribbon, second="boss", item="RIBBON", cost_fen=price, fund=fund)
            supplies.load(self.journal, "R1", self.machine())

    def machine(self) -> Machine:
        serial = self.world.serial if self.world.counts else ""
        return Machine.at(PORT, serial)

    def order(self, at: int = 0, issue: int | None = None) -> Order:
        number = self.numbers[at]
        if issue is None:
            return self.journal.ask(self.subjects[number], number, reason="FIRST_ISSUE")
        return Order(self.subjects[number], number, issue)

    def press(self, script: Sequence[str] = (), **more: Any) -> Press:
        ticks = itertools.count()
        return Press(
            **{
                "journal": self.journal,
                "printer": FakePrinter(self.world, script),
                "reader": FakeReader(),
                "camera": FakeCamera(self.world),
                "compose": compose,
                "prove": prove,
                "same_token": same_token,
                "is_code": is_code,
                "tell": lambda order, stage: self.heard.append(stage.value),
                "reached": self.points,
                "timer": lambda: next(ticks) * 0.5,
                **more,
            }
        )

    def state(self, order: Order) -> State:
        return self.journal.card(order).state

    def steps(self, order: Order) -> list[str]:
        return [step.act for step in self.journal.card(order).steps]

    def balance(self, pack: str = "P1") -> Any:
        return next(b for b in supplies.balances(self.journal) if b.pack.name == pack)

    def live(self) -> dict[str, list[int]]:
        """Permit -> issue numbers of live cards."""
        found: dict[str, list[int]] = {number: [] for number in self.numbers}
        for record in self.book.workers():
            for piece in record.cards.values():
                if piece.state in LIVE:
                    found[piece.number].append(piece.issue_number)
        return found
