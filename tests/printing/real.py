"""A counter with the real ledger, printer code over the emulator, and reader: also as a process to be killed.

`python -m tests.printing.real HOME DEATH` runs batch B1 and ends itself without warning at DEATH: a point of the press,
or `byte:N`, when the N-th byte of a job has arrived at the printer. Without arguments it reads such lines from standard
input, runs each in a process of its own, and answers with the exit code; the libraries are then loaded only once.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from devices.catalogue import open_camera, open_printer, open_reader
from devices.contracts import CardFaces, CardPrinter
from station.cards.qr import Symbol, picture
from station.clock import ClockGuard, FixedClock
from station.domain import card, facts
from station.domain.errors import Refused
from station.domain.worker import WorkerRecord
from station.ledger.ledger import Ledger
from station.ledger.vault import MemoryVault
from station.printing import batch, queue, ready, supplies
from station.printing.book import finder
from station.printing.journal import Journal, Order
from station.printing.press import Press
from station.trust.founding import found
from station.trust.register import Purpose
from station.trust.token import Token, encode, parse, parse_scan, url
from tests.ledger.office import KEYS, template

DAY = date(2026, 11, 23)
LAST = date(2029, 11, 22)
PREFIX = "https://axm.example.cn/"
SYMBOL = Symbol(8, "Q", 5)
DIED = 86
COMPANY = "91330102MA27TE5T2K"


def token_in(text: str) -> Token | None:
    read = parse_scan(text, (PREFIX,))
    return read if isinstance(read, Token) else None


def same_token(text: str, token: str) -> bool:
    read, asked = token_in(text), parse(token)
    return read is not None and isinstance(asked, Token) and read.body == asked.body


def compose(order: Order, token: str) -> CardFaces:
    """A white card with the code: what the drawing of names costs is not our matter here."""
    front = np.full((648, 1016, 3), 255, np.uint8)
    known = parse(token)
    if not isinstance(known, Token):
        raise Refused("码已损坏。", "token_broken")
    code = picture(url(PREFIX, known), SYMBOL)
    front[300 : 300 + len(code), 660 : 660 + len(code)] = code[:, :, None]
    front[40:200, 60:700] = (40, 90, 160)
    return CardFaces(front, np.full((648, 1016, 3), 255, np.uint8))


class RealDesk:
    """One opened life of the station in `home`; close it to end it politely."""

    def __init__(self, home: Path, *, printer: str = "", camera: str = "") -> None:
        self.home, self.tray = home, home / "tray"
        home.mkdir(exist_ok=True)
        path = home / "ledger"
        if not path.exists():
            shutil.copyfile(template(), path)
        self.guard = ClockGuard(FixedClock.on(DAY), build_day=date(2026, 1, 1))
        vault = MemoryVault({**KEYS, "station": b"s" * 32})
        self.ledger = Ledger.open(path, station="hz-01", city="330100", clock=self.guard, vault=vault)
        options = f"profile=evolis-primacy&tray={self.tray.as_posix()}{printer}"
        self.printer: CardPrinter = open_printer(printer if "://" in printer else f"emulator://evolis?{options}")
        self.camera = open_camera(camera or f"tray://{self.tray.as_posix()}?view=vga")
        self.reader = open_reader()
        self.journal = Journal(self.ledger, finder(self.ledger.jobs), "hz-01", self.guard, "clerk-1")

    def close(self) -> None:
        self.printer.close()
        self.camera.close()
        self.ledger.close()

    def found(self, workers: int, *, blanks: int = 50) -> None:
        """Released permits with signed tokens, a pack in the printer, and batch B1 over all of them."""
        signer = found(["330100"], [2026], Purpose.REHEARSAL, DAY).signers()[0]
        for n in range(workers):
            number, subject = f"3301022026{n + 1:06d}", f"worker:{'abcdefghij'[n] * 24}"
            told: list[facts.Payload] = [
                facts.PermitGenerated(number, "A", COMPANY, "金桥家政", ("HOUSEWORK",), DAY),
                facts.PermitActed(number, "release", DAY),
            ]
            for issue, token in enumerate(signer.issue_ahead(number, DAY, LAST, 7, count=8), start=1):
                told.append(facts.TokenSigned(number, issue, encode(token), 1, 7, DAY, LAST))
            self.ledger.append([(subject, one) for one in told], actor="boss")
        supplies.receive(self.journal, "P1", blanks, second="boss")
        supplies.load(self.journal, "P1", ready.machine_of(self.printer, self.printer.state()))
        queue.open_batch(self.journal, "B1", self.orders)

    @property
    def orders(self) -> list[tuple[str, str]]:
        found_permits = self.ledger.facts_of  # subjects are known by their pattern
        return [
            (subject, f.payload.number)
            for subject in (f"worker:{letter * 24}" for letter in "abcdefghij")
            for f in found_permits(subject)
            if isinstance(f.payload, facts.PermitGenerated)
        ]

    def press(self, reached: Callable[[str], None] = lambda point: None, **more: Any) -> Press:
        return Press(
            self.journal,
            self.printer,
            self.reader,
            more.pop("camera", self.camera),
            compose,
            lambda faces, token: None,
            same_token,
            lambda text: token_in(text) is not None,
            reached=reached,
            **more,
        )

    def records(self) -> list[WorkerRecord]:
        return [self.journal.worker(subject) for subject, _ in self.orders]

    def live(self) -> dict[str, list[int]]:
        return {
            number: [c.issue_number for c in record.cards_of(number) if c.state in card.LIVE]
            for record in self.records()
            for number in record.permits
        }

    def sent(self) -> dict[tuple[str, int], int]:
        """How often each token was sent, by the journal."""
        return {
            key: sum(step.act == "send" for step in piece.steps)
            for record in self.records()
            for key, piece in record.cards.items()
        }

    def plastic(self, where: str = "") -> list[tuple[str, int] | None]:
        """What the cards in the tray (or in `rejected`) say: (permit number, issue number), None when unreadable."""
        import cv2

        found_cards: list[tuple[str, int] | None] = []
        for path in sorted((self.tray / where).glob("*_front.png")):
            front = cv2.cvtColor(cv2.imread(str(path)), cv2.COLOR_BGR2RGB)
            read = [t for r in self.reader.read(np.asarray(front, np.uint8)) if (t := token_in(r.text))]
            found_cards.append((read[0].body.permit_number, read[0].body.issue_number) if read else None)
        return found_cards


class Cut:
    """Ends this process without a word, as a power cut does."""

    def __init__(self, death: str) -> None:
        self.death = death
        kind, _, number = death.partition(":")
        self.byte = int(number) if kind == "byte" else -1

    def reached(self, point: str) -> None:
        if point == self.death:
            os._exit(DIED)

    def wire(self, desk: RealDesk) -> None:
        """Count the job's bytes at the printer's wire."""
        if self.byte < 0:
            return
        transport = desk.printer.transport  # type: ignore[attr-defined]
        write, arrived = transport.write, 0

        def counted(data: bytes, timeout: float) -> int:
            nonlocal arrived
            room = self.byte - arrived
            if len(data) > 500 or arrived:
                if room <= len(data):
                    write(data[:room], timeout)
                    os._exit(DIED)
                arrived += len(data)
            return int(write(data, timeout))

        transport.write = counted


def main(home: str, death: str) -> None:
    desk = RealDesk(Path(home))
    cut = Cut(death)
    cut.wire(desk)
    for _ in batch.run(desk.press(cut.reached), "B1"):
        pass
    desk.close()


def serve() -> None:
    """One forked process a line: HOME, tab, DEATH."""
    for library in ("devices.cameras.cameras", "devices.scanners.image", "devices.scanners.second"):
        import_module(library)
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            main(*line.rstrip("\n").split("\t"))
            os._exit(0)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


if __name__ == "__main__":
    serve() if len(sys.argv) == 1 else main(sys.argv[1], sys.argv[2])
