"""Prints what keeping facts costs beside raw sqlite3 on the same disk in the same run, and what a search costs.

    python -m tests.bench.bench_ledger [WORKERS]

The baseline is the one of data.md §2: WAL, synchronous=FULL, one row of facts and one upsert of a projection per
transaction, straight through `sqlite3`. Ours also chains, seals, folds, and keeps five tables and the search keys.
Rounds of ours and of the baseline take turns, so that the ratio means something on a busy machine.
"""

from __future__ import annotations

import random
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import CursorResult, insert, text

from station.domain import facts
from station.domain.facts import FactId, Payload
from station.ledger import encoding
from station.ledger.ledger import Ledger
from station.ledger.rows import rows_of, terms_of_worker
from station.ledger.schema import roll_terms, roll_workers
from station.sync.exchange import exchange
from station.sync.sql import SqlCentral
from tests.ledger.office import CITY, PERMIT, Office, registered, whole_life

ROUNDS = 5
SINGLE = 100
BULK = 1_000
SEARCHES = 200
Row = tuple[str, float, float, str]
"""What, our figure, the baseline's figure in the same unit, the unit."""
SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗"
GIVEN = "秀英芳娜敏静丽强磊洋艳勇军杰娟涛明超兰霞平刚桂红玉梅春花云飞"


def main() -> None:
    workers = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    with tempfile.TemporaryDirectory(prefix="anxin-bench-") as folder:
        for what, ours, baseline, unit in rows(Path(folder), workers):
            ratio = f"{ours / baseline:6.2f} x" if baseline else ""
            print(f"{what:58} {ours:12,.1f} {baseline or '-':>12,.1f} {unit:8} {ratio}" if baseline
                  else f"{what:58} {ours:12,.1f} {'-':>12} {unit:8}")  # fmt: skip


def rows(folder: Path, workers: int) -> list[Row]:
    """Every line of the table."""
    return [*_encoding(), *_appending(folder), *_syncing(folder), *_searching(folder, workers)]


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


def _searching(folder: Path, workers: int) -> list[Row]:
    office = Office(folder)
    ledger = office.open("hz-05")
    people = _fill(ledger, workers)
    dice, found = random.Random(5), []
    keys: list[tuple[str, Callable[[tuple[str, str, str, str]], str], str]] = [
        ("name, 2 characters inside", lambda p: p[0][1:], "name LIKE '%' || :k || '%'"),
        ("name, first character", lambda p: p[0][:1], "name LIKE :k || '%'"),
        ("pinyin", lambda p: p[3].split()[0][:5], "readings LIKE :k || '%'"),
        ("initials", lambda p: p[3].split()[1], "initials LIKE :k || '%'"),
        ("last 4 of the document", lambda p: p[1][-4:], "id_tail LIKE '%' || :k"),
        ("last 4 of the phone", lambda p: p[2][-4:], "phone_tail LIKE '%' || :k"),
        ("surname and last 4", lambda p: f"{p[0][0]} {p[1][-4:]}", "id_tail LIKE '%' || substr(:k, 3)"),
        ("nobody", lambda p: "覃𬱖", "name LIKE '%' || :k || '%'"),
    ]
    for what, key, like in keys:
        typed = [key(dice.choice(people)) for _ in range(SEARCHES)]
        ours = _p95([_timed(partial(ledger.roll.find, one)) for one in typed])
        with ledger.store.reading() as conn:
            scan = partial(conn.execute, text(f"SELECT * FROM roll_workers WHERE {like} LIMIT 50"))
            scans = [_timed(partial(_all, scan, one)) for one in typed[:20]]
        found.append((f"search among {workers:,}: {what} (p95, LIKE beside)", ours, _p95(scans), "ms"))
    office.close()
    return found


def _fill(ledger: Ledger, workers: int) -> list[tuple[str, str, str, str]]:
    """Workers straight into the projection: (name, document, phone, spelling and initials)."""
    dice, people = random.Random(1), []
    rows_in, terms = [], []
    for ref in range(1, workers + 1):
        name = dice.choice(SURNAMES) + "".join(dice.choices(GIVEN, k=dice.choice((1, 2, 2))))
        number, phone = f"33010219700101{dice.randrange(10_000):04d}", f"1{dice.randrange(3 * 10**9, 10**10)}"
        row = _row(ref, name, number, phone)
        rows_in.append(row)
        terms += [{"kind": kind, "term": term, "ref": ref} for kind, term in terms_of_worker(row)]
        people.append((name, number, phone, f"{row['readings'].split()[0]} {row['initials'].split()[0]}"))
    terms.sort(key=lambda one: (one["kind"], one["term"].encode(), one["ref"]))
    with ledger.store.writing() as conn:
        for table, lines in ((roll_workers, rows_in), (roll_terms, terms)):
            for start in range(0, len(lines), 20_000):
                conn.execute(insert(table), lines[start : start + 20_000])
    return people


def _row(ref: int, name: str, number: str, phone: str) -> dict[str, object]:
    from station.domain.record import fold

    told = facts.Fact(FactId("x", 1, ref), f"worker:{ref}", CITY, "c", ref << 16, registered(name, number, phone))
    return {"id": ref, **rows_of(fold(told.subject, [told]))["roll_workers"][0]}


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


def _all(scan: Callable[[dict[str, str]], CursorResult[Any]], key: str) -> Sequence[Any]:
    return scan({"k": key}).all()


def _timed(act: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    return (time.perf_counter() - start) * 1000


def _p95(times: list[float]) -> float:
    return sorted(times)[len(times) * 95 // 100]


if __name__ == "__main__":
    main()
