"""Prints what our software adds to a card beside the fastest printer's cycle, and glabels' merge of the same cards.

    python -m tests.bench.bench_press [--cards N]

One card is: compose, prove, encode, every durable step of the journal, stock, and reading the card back from one
photograph of it. The printer between them costs nothing here: it takes the bytes and says what an honest printer says,
so that what is measured is ours. glabels merges the same names, numbers, photos and codes into a PDF, front and back in
two runs; it neither keeps a journal nor reads anything back. Where `glabels-3-batch` is missing it is skipped by name.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PIL import Image

from devices.cameras.photograph import VIEWS, photograph
from devices.catalogue import open_printer, open_reader
from devices.contracts import CardFaces, CardPosition, Frame, Outcome, PrinterState, PrintReport
from devices.printers.printer import Printer
from station.bootstrap import found_rehearsal
from station.cards.artwork import compose
from station.cards.portraits import rehearsal_portrait
from station.printing.journal import Order
from station.services import rehearsal
from station.services.bench import Bench
from station.services.desk import Desk
from station.services.printing import content_of, load_rehearsal_blanks, press_of, print_card, waiting
from station.trust.token import Token, parse, url
from tests.bench.glabels import BACK, FRONT

FASTEST_SECONDS = 3600 / 300
"""An assumption on the fast side, 300 colour cards an hour: the design names no cycle, and none was measured here. The
emulated printer's own clock takes 23.5 s."""
NEEDED = 20
PROFILES = ("evolis-primacy", "magicard-rio")
GLABELS = "glabels-3-batch"


class Honest:
    """A printer of that profile whose mechanics take no time: a real language, and the answers of a success."""

    def __init__(self, profile: str) -> None:
        found = open_printer(f"memory://?profile={profile}")
        if not isinstance(found, Printer):
            raise TypeError(profile)
        self._printer = found
        self.url, self.answers = found.url, True
        self.cards = self.sent = 0
        self.faces: CardFaces | None = None
        self.encoding: list[float] = []

    def state(self) -> PrinterState:
        panels = self.cards * self._printer.profile.panels
        return PrinterState("bench", "B1", True, self.cards, panels, "", 1000, CardPosition.NONE)

    def encode(self, faces: CardFaces, name: str) -> bytes:
        began = time.perf_counter()
        job = self._printer.encode(faces, name)
        self.encoding.append(time.perf_counter() - began)
        self.faces = faces
        return job

    def panels(self, job: bytes) -> int | None:
        return self._printer.panels(job)

    def print_card(self, job: bytes, name: str) -> PrintReport:
        before = self.state()
        self.cards += 1
        self.sent += len(job)
        digest = hashlib.sha256(job).hexdigest()
        return PrintReport(Outcome.CONFIRMED, len(job), digest, before, self.state())

    def close(self) -> None:
        """Nothing is held open."""


@dataclass
class Lens:
    """Photographs the card that came out last; taking the photograph is the camera's time, not ours."""

    printer: Honest
    frame: Frame | None = None
    of: int = 0
    waited: float = 0.0

    def read(self, timeout: float) -> Frame | None:
        began = time.perf_counter()
        if self.printer.cards and self.printer.cards != self.of and self.printer.faces is not None:
            self.of = self.printer.cards
            self.frame = Frame(photograph(self.printer.faces.front, VIEWS["desk"], self.of), began)
        self.waited += time.perf_counter() - began
        return self.frame

    def close(self) -> None:
        """Nothing is held open."""


@dataclass
class Figures:
    """Seconds of each card, and what was encoded."""

    profile: str
    seconds: list[float] = field(default_factory=list)
    encode_seconds: float = 0.0
    job_bytes: int = 0
    raw_bytes: int = 0
    active: int = 0


def founded(folder: Path, cards: int) -> tuple[Desk, list[rehearsal.Issued]]:
    """A rehearsal station whose workers wait for their cards."""
    desk = found_rehearsal(folder / "station")
    faces = [rehearsal_portrait(seed) for seed in range(12)]
    issued = list(rehearsal.seed(desk, cards, lambda index: faces[index % 12]))
    desk.sync()
    return desk, issued


def pressed(desk: Desk, issued: Sequence[rehearsal.Issued], profile: str) -> Figures:
    """Print these cards through the whole press; the camera's own time is taken out."""
    printer = Honest(profile)
    lens = Lens(printer)
    clerk = rehearsal.cast(desk.settings.city.code).clerk
    bench = Bench(printer, open_reader(), lens)
    load_rehearsal_blanks(desk, bench, actor=clerk)
    press = press_of(desk, bench, actor=clerk)
    found = Figures(profile)
    for at, one in enumerate(issued):
        order = waiting(desk.worker(one.subject), one.number)
        if order is None:
            raise ValueError("no card is asked for")
        began, waited = time.perf_counter(), lens.waited
        found.active += print_card(press, order, actor=clerk).value.active
        if at:  # the first card warms fonts and grounds
            found.seconds.append(time.perf_counter() - began - (lens.waited - waited))
    faces = printer.faces
    sides = 0 if faces is None else 1 + (faces.back is not None)
    found.encode_seconds = sum(printer.encoding)
    found.job_bytes, found.raw_bytes = printer.sent, len(printer.encoding) * sides * 1016 * 648 * 3
    return found


def composed(desk: Desk, issued: Sequence[rehearsal.Issued]) -> float:
    """Seconds for what glabels does too: both faces of every card drawn, from the papers and the photo."""
    began = time.perf_counter()
    for one in issued:
        record = desk.worker(one.subject)
        compose(content_of(desk, record, Order(one.subject, one.number, 1), record.tokens[one.number, 1].token))
    return time.perf_counter() - began


def merged(desk: Desk, issued: Sequence[rehearsal.Issued], folder: Path) -> float | None:
    """Seconds that glabels takes for the same cards, front and back; None where it is not installed."""
    program = shutil.which(GLABELS)
    if program is None:
        return None
    photos = folder / "photos"
    photos.mkdir()
    for seed in range(12):
        Image.fromarray(rehearsal_portrait(seed)).save(photos / f"{seed}.jpg", quality=88)
    with (folder / "cards.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("name", "number", "company", "issuer", "token", "photo"))
        for at, one in enumerate(issued):
            record = desk.worker(one.subject)
            token = parse(record.tokens[one.number, 1].token)
            if not isinstance(token, Token):
                raise TypeError("a token of ours")
            address = url(desk.settings.city.url_prefix, token)
            company = record.permits[one.number].company_name
            issuer = desk.settings.city.association
            rows.writerow((one.person.name, one.number, company, issuer, address, photos / f"{at % 12}.jpg"))
    began = time.perf_counter()
    for name, label in (("front", FRONT), ("back", BACK)):
        (folder / f"{name}.glabels").write_text(label, encoding="utf-8")
        files = [str(folder / file) for file in ("cards.csv", f"{name}.pdf", f"{name}.glabels")]
        command = [program, "-i", files[0], "-o", files[1], files[2]]
        subprocess.run(command, check=True, capture_output=True, timeout=600)
    took = time.perf_counter() - began
    pages = (folder / "front.pdf").stat().st_size
    return took if pages > 10_000 else None


def table(found: Sequence[Figures], drawn: float, merge: float | None, cards: int, busy: float) -> dict[str, Any]:
    """What was measured, ready to be printed or kept."""
    presses = {}
    for one in found:
        median = statistics.median(one.seconds)
        presses[one.profile] = {
            "ms_per_card": round(1000 * median, 1),
            "ms_p95": round(1000 * sorted(one.seconds)[int(0.95 * len(one.seconds))], 1),
            "printer_is_slower_by": round(FASTEST_SECONDS / median, 1),
            "encode_mb_per_s": round(one.raw_bytes / one.encode_seconds / 1e6, 1),
            "job_mb_per_s": round(one.job_bytes / one.encode_seconds / 1e6, 1),
            "active": one.active,
        }
    return {
        "cards": cards, "fastest_cycle_s": FASTEST_SECONDS, "needed": NEEDED, "press": presses,
        "drawn_s": round(drawn, 2), "glabels_s": None if merge is None else round(merge, 2), "load": busy,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }  # fmt: skip


def told(doc: dict[str, Any]) -> None:
    """The same as lines."""
    print(f"{doc['cards']} cards: composed, proved, encoded, journalled, read back; load {doc['load']}")
    for profile, one in doc["press"].items():
        print(
            f"  {profile:16} {one['ms_per_card']:6.1f} ms a card (p95 {one['ms_p95']:.1f}); a printer of "
            f"{doc['fastest_cycle_s']:.0f} s a card is {one['printer_is_slower_by']:.0f} times slower; "
            f"encode {one['encode_mb_per_s']:.0f} MB/s of picture, {one['job_mb_per_s']:.0f} MB/s of job"
        )
    if doc["glabels_s"] is None:
        print(f"  {GLABELS}: skipped, not installed (Debian package glabels)")
    else:
        ratio = doc["glabels_s"] / doc["drawn_s"]
        print(f"  {GLABELS}, front and back, one PDF each: {doc['glabels_s']:.2f} s; ours, both faces drawn: "
              f"{doc['drawn_s']:.2f} s, {ratio:.1f} times as fast")  # fmt: skip
    print(f"  at most {doc['peak_mb']} MB")


def main() -> int:
    """Exit 1 when a printer would not be the bottleneck by far, or a card was not read back."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cards", type=int, default=200)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    per = max(options.cards // len(PROFILES), 2)
    with tempfile.TemporaryDirectory(prefix="anxin-bench-") as place:
        folder = Path(place)
        desk, issued = founded(folder, per * len(PROFILES))
        found = [pressed(desk, issued[at * per : (at + 1) * per], profile) for at, profile in enumerate(PROFILES)]
        merge = merged(desk, issued, folder)
        drawn = composed(desk, issued)
        desk.ledger.close()
    doc = table(found, drawn, merge, len(issued), round(os.getloadavg()[0], 1))
    print(json.dumps(doc, indent=2)) if options.json else told(doc)
    good = all(one.active == per for one in found)
    return 0 if good and all(p["printer_is_slower_by"] >= NEEDED for p in doc["press"].values()) else 1


if __name__ == "__main__":
    sys.exit(main())
