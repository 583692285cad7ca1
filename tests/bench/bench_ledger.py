"""Prints what keeping facts costs beside raw sqlite3 on the same disk in the same run.

    python -m tests.bench.bench_ledger

The baseline is the one of data.md §2: WAL, synchronous=FULL, one row of facts and one upsert of a projection per
transaction, straight through `sqlite3`. Ours also chains, seals, folds, and keeps five tables and the search keys.
Rounds of ours and of the baseline take turns, so that the ratio means something on a busy machine.
"""

from __future__ import annotations

import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

from station.domain import facts
from station.domain.facts import FactId, Payload
from station.ledger import encoding
from station.ledger.ledger import Ledger
from station.sync.exchange import exchange
from station.sync.sql import SqlCentral
from tests.ledger.office import CITY, PERMIT, Office, registered, whole_life

ROUNDS = 5
SINGLE = 100
BULK = 1_000
Row = tuple[str, float, float, str]
"""What, our figure, the baseline's figure in the same unit, the unit."""


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="anxin-bench-") as folder:
        for what, ours, baseline, unit in rows(Path(folder)):
            ratio = f"{ours / baseline:6.2f} x" if baseline else ""
            print(f"{what:58} {ours:12,.1f} {baseline or '-':>12,.1f} {unit:8} {ratio}" if baseline
                  else f"{what:58} {ours:12,.1f} {'-':>12} {unit:8}")  # fmt: skip


def rows(folder: Path) -> list[Row]:
    """Every line of the table."""
    return [*_encoding(), *_appending(folder), *_syncing(folder)]


def _encoding() -> list[Row]:
    class Plain:
        def seal(self, subject: str, about: bytes, clear: bytes) -> tuple[str, bytes]:
            return "0" * 32, clear

        def unseal(self, subject: str, key: str, about: bytes, box: bytes) -> bytes | None:
            return box

    told, raws, prev = registered(), [], ""
    start = time.perf_counter()
    for seq in range(1, 5_001):
        raw = encoding.write(FactId("hz-01", 1, seq), "worker:a", CITY, "c", seq << 16, told, prev, Plain())
        prev = raw.hash.hex()
        raws.append(raw)
    written = 5_000 / (time.perf_counter() - start)
    start = time.perf_counter()
    for raw in raws:
        encoding.fact_of(encoding.read(raw.body), Plain())
    return [
        ("facts encoded (goal 15,000)", written, 0, "facts/s"),
        ("facts read strictly", 5_000 / (time.perf_counter() - start), 0, "facts/s"),
    ]


def _appending(folder: Path) -> list[Row]:
    office = Office(folder)
    sealed, plain = office.open("hz-01"), office.open("hz-02", encrypted=False)
    with closing(sqlite3.connect(folder / "raw.db", isolation_level=None)) as raw:
        raw.execute("PRAGMA journal_mode=WAL")
        raw.execute("PRAGMA synchronous=FULL")
        raw.execute("CREATE TABLE facts (station, epoch, seq, subject, body, PRIMARY KEY (station, epoch, seq))")
        raw.execute("CREATE TABLE roll (subject PRIMARY KEY, name, tail)")
        one = _in_turns(
            SINGLE,
            lambda n: _raw(raw, n, 1),
            lambda n: [_single(sealed, [_scan(n + i)]) for i in range(SINGLE)],
            lambda n: [_single(plain, [_scan(n + i)]) for i in range(SINGLE)],
            lambda n: [_single(sealed, [_new(n + i)]) for i in range(SINGLE)],
        )
        bulk = _in_turns(
            BULK,
            lambda n: _raw(raw, n + 1_000_000, BULK),
            lambda n: _single(sealed, [_scan(n + i) for i in range(BULK)]),
            lambda n: _single(sealed, [_new(n + i + 1_000_000) for i in range(BULK)]),
        )
    count, start = sealed.count(), time.perf_counter()
    assert sealed.verify().ok
    audited = count / (time.perf_counter() - start)
    start = time.perf_counter()
    sealed.rebuild()
    rebuilt = count / (time.perf_counter() - start)
    office.close()
    return [
        ("appended one by one, FULL, encrypted: a scan", one[1], one[0], "facts/s"),
        ("appended one by one, FULL, not encrypted: a scan", one[2], one[0], "facts/s"),
        ("appended one by one, FULL, encrypted: a new worker", one[3], one[0], "facts/s"),
        ("appended 1,000 at once, encrypted: scans", bulk[1], bulk[0], "facts/s"),
        ("appended 1,000 at once, encrypted: new workers", bulk[2], bulk[0], "facts/s"),
        ("recorded on a quiet machine (data.md §2): SQLCipher, raw", 2_060, 3_241, "facts/s"),
        ("recorded on a quiet machine, 1,000 at once: SQLCipher, raw", 9_267, 14_796, "facts/s"),
        ("audited", audited, 0, "facts/s"),
        ("rebuilt", rebuilt, 0, "facts/s"),
    ]


def _syncing(folder: Path) -> list[Row]:
    office = Office(folder)
    central = SqlCentral.embedded(folder / "centre.db", office.clock)
    one, two = office.open("hz-03"), office.open("hz-04")
    for ledger in (one, two):
        central.enrol(ledger.station, CITY)
    for start in range(100):
        one.append([(f"worker:{start}", told) for told in whole_life(f"3301022026{start:06d}")], actor="c")
    begun = time.perf_counter()
    sent = exchange(one, central)
    pushed = sent.pushed / (time.perf_counter() - begun)
    begun = time.perf_counter()
    got = exchange(two, central)
    pulled = got.pulled / (time.perf_counter() - begun)
    begun = time.perf_counter()
    assert exchange(two, central).ok
    idle = (time.perf_counter() - begun) * 1000
    central.close()
    office.close()
    return [
        ("pushed to the embedded centre", pushed, 0, "facts/s"),
        ("pulled by a new station, folded and shown", pulled, 0, "facts/s"),
        ("an exchange with nothing to do", idle, 0, "ms"),
    ]


def _new(index: int) -> tuple[str, Payload]:
    return f"worker:{index}", registered("王小明", f"{index:018d}", f"138{index:08d}")


def _scan(index: int) -> tuple[str, Payload]:
    return f"worker:{index % 50}", facts.HouseholdScanned(PERMIT, 1, "green", index)


def _single(ledger: Ledger, told: Sequence[tuple[str, Payload]]) -> None:
    ledger.append(told, actor="c")


def _raw(raw: sqlite3.Connection, first: int, together: int) -> None:
    body = "x" * 459
    for start in range(first, first + (SINGLE if together == 1 else BULK), together):
        raw.execute("BEGIN IMMEDIATE")
        for n in range(start, start + together):
            raw.execute("INSERT INTO facts VALUES ('hz-01', 1, ?, ?, ?)", (n, f"worker:{n}", body))
            raw.execute(
                "INSERT INTO roll VALUES (?, ?, ?) ON CONFLICT (subject) DO UPDATE SET name = excluded.name",
                (f"worker:{n}", "王小明", "0021"),
            )
        raw.execute("COMMIT")


def _in_turns(count: int, *acts: Callable[[int], object]) -> list[float]:
    """Median of each act's facts per second over rounds in which they take turns; the first round warms up."""
    taken: list[list[float]] = [[] for _ in acts]
    for turn in range(ROUNDS + 1):
        for act, times in zip(acts, taken, strict=True):
            start = time.perf_counter()
            act(turn * count)
            if turn:
                times.append(count / (time.perf_counter() - start))
    return [statistics.median(times) for times in taken]


if __name__ == "__main__":
    main()
