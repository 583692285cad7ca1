"""Power cuts under the real engine at every I/O point of key transactions: nothing that was said to be saved is lost.

trust.md §6.1 layer A, F3. After each cut the shipped ledger opens what is left; every table must be as it was before or
after a step, never in between, with every step that was acknowledged in it, the audit clean, and the next fact taken.
The controls, less careful settings of the same engine, must fail, or the harness itself is dead.
"""

from __future__ import annotations

import importlib
import random
import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from station.domain import facts
from station.domain.errors import Fault
from station.ledger import store
from station.ledger.ledger import Ledger
from station.sync import marks
from station.sync.central import Cursor, NumberBlock
from station.sync.numbers import Numbers
from tests.ledger.crash_disk import CrashDisk, Trace, write_files
from tests.ledger.office import DAY, PERMIT, Office, registered, whole_life

pytestmark = pytest.mark.power
SEEDS = 20
IOERR = sqlite3.SQLITE_IOERR_WRITE
QUICK_POINTS = 30
"""Points of each transaction in an ordinary run, one seed each; the soak takes every point with twenty."""
Tables = dict[str, list[tuple[Any, ...]]]
Step = Callable[[Ledger], object]


def tables(ledger: Ledger) -> Tables:
    """Everything in the file."""
    with ledger.store.reading() as conn:
        names = conn.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'")).scalars().all()
        return {name: sorted(tuple(row) for row in conn.execute(text(f'SELECT * FROM "{name}"'))) for name in names}


def neighbour(office: Office) -> list[Any]:
    """A page of another station's facts."""
    other = office.open("hz-02")
    for payload in whole_life("3301022026000456"):
        other.append([("worker:n", payload)], actor="clerk-2")
    page = other.own_after(0)
    other.close()
    return page


def approve(ledger: Ledger) -> object:
    """A decision in one transaction: the permit is generated, its first card asked for."""
    told = [facts.PermitGenerated(PERMIT, "A-1", "91330102MA27TE5T2K", "好阿姨", ("HOUSEWORK",), DAY)]
    return ledger.decide("worker:a", lambda record: [("worker:a", one) for one in told], actor="clerk-1")


def steps_of(office: Office) -> dict[str, tuple[int, list[Step]]]:
    """The transactions: how many facts of a life are there before, and what is then done, step by step."""
    page = neighbour(office)
    life = whole_life()
    register: list[Step] = [lambda ledger: ledger.append([("worker:a", life[0]), ("worker:a", life[1])], actor="c"),
                            lambda ledger: ledger.append([("worker:b", registered("李四"))], actor="c")]  # fmt: skip
    sent = facts.CardActed(PERMIT, 1, "send", DAY, printer="p-1", batch="b-1")
    done = facts.CardActed(PERMIT, 1, "sent", DAY)
    journal: list[Step] = [lambda ledger: ledger.append([("worker:a", sent)], actor="c"),
                           lambda ledger: ledger.append([("worker:a", done)], actor="c")]  # fmt: skip
    taking: list[Step] = [
        lambda ledger: ledger.take(page[:6], mark=marks.of_cursor(Cursor(1, 6, page[5].hash.hex()))),
        lambda ledger: ledger.take(page[6:], mark=marks.of_cursor(Cursor(1, len(page), page[-1].hash.hex()))),
    ]
    return {
        "register": (0, register),
        "approve": (10, [approve]),
        "journal": (14, journal),
        "take": (3, taking),
        "erase": (5, [lambda ledger: ledger.erase("worker:a", "本人申请", actor="c")]),
        "photo": (2, [lambda ledger: ledger.blobs.put("worker:a", random.Random(5).randbytes(30_000))]),
        "numbers": (1, [lambda ledger: numbers(ledger).lease("330102", 2026),
                        lambda ledger: numbers(ledger).take("330102", 2026)]),
    }


class Lessor:
    """A centre that leases one block."""

    def blocks_of(self, station: str, epoch: int) -> list[NumberBlock]:
        return [NumberBlock("330102", 2026, 1, 100, epoch)]


def numbers(ledger: Ledger) -> Numbers:
    return Numbers(ledger, Lessor())  # type: ignore[arg-type]


@dataclass
class Found:
    """What the cuts did."""

    runs: int = 0
    lost: int = 0
    broken: int = 0
    points: int = 0
    first: str = ""

    def wrong(self, what: str) -> None:
        self.first = self.first or what


@dataclass
class Bench:
    """One transaction, recorded once, and cut as often as one likes."""

    office: Office
    name: str
    states: list[Tables] = field(default_factory=list)
    trace: Trace | None = None

    def record(self, disk: CrashDisk, before: int, steps: list[Step]) -> None:
        folder = self.office.folder
        ledger = self.office.open()
        for payload in whole_life()[:before]:
            ledger.append([("worker:a", payload)], actor="c")
        ledger.close()
        (folder / "hz-02.ledger").unlink(missing_ok=True)
        with disk.watching(folder) as trace:
            ledger = self.office.open()
            self.states.append(tables(ledger))
            for step in steps:
                step(ledger)
                trace.tell()
                self.states.append(tables(ledger))
            ledger.close()
        self.trace = trace

    def cut(self, point: int, seed: int, found: Found) -> None:
        """One power cut, and what the ledger makes of it."""
        assert self.trace is not None
        write_files(self.office.folder, self.trace.after_cut(point, random.Random(f"{self.name} {point} {seed}")))
        found.runs += 1
        said = f"{self.name}, call {point} of {len(self.trace.calls)}, seed {seed}"
        try:
            ledger = self.office.open()
        except Fault as fault:
            found.broken += 1
            return found.wrong(f"{said}: {fault.code}")
        try:
            self._look(ledger, said, self.trace.told(point), found)
        except (Fault, DBAPIError) as error:
            found.broken += 1
            found.wrong(f"{said}: {error!r}")
        finally:
            ledger.close()
        return None

    def _look(self, ledger: Ledger, said: str, told: int, found: Found) -> None:
        now = tables(ledger)
        if now not in self.states[told:]:
            found.lost += 1
            found.wrong(f"{said}: {'older than what was acknowledged' if now in self.states else 'in between'}")
        problems = ledger.verify().problems
        if problems:
            found.broken += 1
            found.wrong(f"{said}: {problems[0].sentence}")
        count = ledger.count()
        ledger.append([("worker:z", facts.StationActed("AGAIN", DAY))], actor="c")
        assert ledger.count() == count + 1


NAMES = ("register", "approve", "journal", "take", "erase", "photo", "numbers")


@pytest.fixture(scope="module")
def disk() -> CrashDisk:
    try:
        return CrashDisk(importlib.import_module("sqlcipher3._sqlite3"))
    except AttributeError:
        pytest.skip("this build of the driver does not export its VFS, so nobody can watch its files")


def recorded(office: Office, disk: CrashDisk, name: str) -> Bench:
    made = Bench(office, name)
    made.record(disk, *steps_of(office)[name])
    return made


def storm(office: Office, disk: CrashDisk, name: str, seeds: int, points: int = 0) -> Found:
    """Cut at every point, or at so many spread over all, with so many seeds each."""
    bench = recorded(office, disk, name)
    assert bench.trace is not None
    chosen = bench.trace.points
    if points and len(chosen) > points:
        chosen = sorted(random.Random(name).sample(chosen, points))
    found = Found(points=len(chosen))
    for point in chosen:
        for seed in range(seeds):
            bench.cut(point, seed, found)
    return found


@pytest.mark.parametrize("name", NAMES)
def test_a_power_cut_loses_nothing_that_was_acknowledged(office: Office, disk: CrashDisk, name: str) -> None:
    found = storm(office, disk, name, 1, QUICK_POINTS)
    assert (found.lost, found.broken) == (0, 0), found.first
    assert found.runs >= 10


@pytest.mark.soak
@pytest.mark.parametrize("name", NAMES)
def test_every_point_with_twenty_seeds(office: Office, disk: CrashDisk, name: str) -> None:
    found = storm(office, disk, name, SEEDS)
    print(f"\n{name}: {found.runs} power cuts at {found.points} points, {found.lost} lost, {found.broken} broken")
    assert (found.lost, found.broken) == (0, 0), found.first


def test_the_first_opening_can_be_cut_anywhere(office: Office, disk: CrashDisk) -> None:
    """Nothing is acknowledged before it; whatever is left, the next opening begins or finishes the ledger."""
    folder = office.folder
    with disk.watching(folder) as trace:
        ledger = Ledger.open(office.path("hz-01"), station="hz-01", city="330100", clock=office.clock,
                             vault=office.vault("hz-01"))  # fmt: skip
        whole = tables(ledger)
        ledger.close()
    for point in random.Random(1).sample(trace.points, 25):
        write_files(folder, trace.after_cut(point, random.Random(point)))
        ledger = Ledger.open(office.path("hz-01"), station="hz-01", city="330100", clock=office.clock,
                             vault=office.vault("hz-01"))  # fmt: skip
        assert tables(ledger) == whole
        ledger.close()


@pytest.mark.parametrize(
    ("name", "code"), [("register", sqlite3.SQLITE_FULL), ("take", IOERR), ("erase", sqlite3.SQLITE_FULL)]
)
def test_a_disk_that_fails_at_any_call_leaves_all_or_nothing(
    office: Office, disk: CrashDisk, name: str, code: int
) -> None:
    """trust.md F4: a sentence, the tables of before, and the same step again when there is room."""
    before, (step, *_) = steps_of(office)[name]
    ledger = office.open()
    for payload in whole_life()[:before]:
        ledger.append([("worker:a", payload)], actor="c")
    ledger.close()
    files = {path.name: path.read_bytes() for path in office.folder.iterdir()}
    failed = 0
    for after in range(200):
        write_files(office.folder, files)
        with disk.watching(office.folder):
            ledger = office.open()
            was = tables(ledger)
            with disk.failing(after, code) as blown:
                try:
                    step(ledger)
                except Fault as fault:
                    assert fault.code == ("disk_full" if code == sqlite3.SQLITE_FULL else "disk_error")
                    failed += 1
                ended = not blown()
            now = tables(ledger)
            if now == was:
                step(ledger)
                now = tables(ledger)
            ledger.close()
            ledger = office.open()
            assert tables(ledger) == now != was
            assert ledger.verify().ok
            ledger.close()
        if ended:
            break
    assert ended
    assert failed > 5


@pytest.mark.parametrize(("level", "lost", "broken"), [("OFF", True, True), ("NORMAL", True, False)])
def test_the_controls_fail(
    office: Office, disk: CrashDisk, monkeypatch: pytest.MonkeyPatch, level: str, lost: bool, broken: bool
) -> None:
    """With OFF the same cuts lose and damage; with NORMAL they lose what was acknowledged, and damage nothing."""
    careless = [f"synchronous={level}" if one.startswith("synchronous") else one for one in store.PRAGMAS]
    monkeypatch.setattr(store, "PRAGMAS", careless)
    found = storm(office, disk, "register", 1)
    print(f"\nsynchronous={level}: {found.runs} cuts, {found.lost} lost, {found.broken} broken")
    assert (found.lost > 0, found.broken > 0) == (lost, broken), found


def test_the_disk_forgets_what_was_not_synced() -> None:
    """The harness itself: synced bytes stay, others are kept, dropped or torn; names come and go as folders do."""
    from tests.ledger.crash_disk import Call

    old, new = b"a" * 1024, b"b" * 1024
    trace = Trace({"f": old, "g": old}, [
        Call("write", "f", 0, new), Call("sync", "f"), Call("write", "f", 1024, new), Call("create", "n"),
        Call("write", "n", 0, new), Call("delete", "g", folder_synced=False),
    ])  # fmt: skip
    ends = [trace.after_cut(len(trace.calls), random.Random(seed)) for seed in range(200)]
    assert all(end["f"][:1024] == new for end in ends)
    assert {len(end["f"]) for end in ends} >= {1024, 2048}
    assert any(end["f"][1024:1536] == new[:512] != end["f"][1536:] for end in ends)
    assert {"n" in end for end in ends} == {True, False}
    assert {"g" in end for end in ends} == {True, False}
    assert all(trace.after_cut(0, random.Random(seed)) == {"f": old, "g": old} for seed in range(9))


@pytest.fixture(autouse=True)
def _nothing_left(tmp_path: Path) -> Any:
    yield
    shutil.rmtree(tmp_path, ignore_errors=True)
