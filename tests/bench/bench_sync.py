"""Prints what exchanging facts with a real PostgreSQL costs beside the raw floor and beside PouchDB, in one run.

    python -m tests.bench.bench_sync [FACTS] [ROUNDS] [LARGEST]

The floors are COPY out -> SQLite executemany (pull) and COPY text in (push). The peer replicates the same bodies by
express-pouchdb on leveldb (npm, fetched once into out/bench-pouch). Ours includes hash chains, rules at both ends, the
fold and the projections; rounds of ours and of the floors take turns. The delta is measured at three sizes of the
ledger, the largest on top of a million facts; the ledger of a station in use is encrypted, which has a line of its own.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import psycopg

from station.clock import SystemClock
from station.domain import facts
from station.garbage import search_seldom
from station.ledger import encoding
from station.ledger.encoding import RawFact
from station.ledger.ledger import Ledger
from station.ledger.vault import MemoryVault
from station.sync.administration import Administration
from station.sync.exchange import exchange
from station.sync.remote import RemoteCentral
from station.sync.sending import PUSH_BATCH
from tests.bench.pouch import Peer, peer
from tests.central_server import PgServer, fresh_server, programs
from tests.ledger.office import CITY, DAY, KEYS

FACTS = 100_000
SMALLEST, LARGEST = 10_000, 1_000_000
ROUNDS = 5
DAY_MS = 86_400_000
PER_SUBJECT = 20
PASSWORD = "bench"


class NoSealer:
    """These facts have nothing personal."""

    def seal(self, subject: str, about: bytes, clear: bytes) -> tuple[str, bytes]:
        raise AssertionError

    def unseal(self, subject: str, key: str, about: bytes, box: bytes) -> bytes | None:
        return None


class Writer:
    """Writes one station's facts as its ledger would, as fast as that goes."""

    def __init__(self, station: str) -> None:
        self.station, self.seq, self.prev = station, 0, ""
        self._at = (SystemClock().now_ms() - DAY_MS) << 16

    def write(self, count: int) -> list[RawFact]:
        made = []
        for _ in range(count):
            self.seq += 1
            self._at += 1
            note = f"{self.seq:08d}" * 25
            payload = facts.ApplicationActed("A-1", "put_to_review", DAY, note=note)
            subject = f"worker:{self.seq // PER_SUBJECT:024d}"
            identity = facts.FactId(self.station, 1, self.seq)
            raw = encoding.write(identity, subject, CITY, "c", self._at, payload, self.prev, NoSealer())
            self.prev = raw.hash.hex()
            made.append(raw)
        return made


class Bench:
    """One centre with two stations: one writes, the other reads."""

    def __init__(self, server: PgServer, folder: Path) -> None:
        self.server, self.folder = server, folder
        self.admin = Administration(server.dsn("postgres"))
        self.admin.found(PASSWORD)
        for station in ("hz-01", "hz-02"):
            self.admin.add_station(station, CITY, PASSWORD)
        self.writer, self.written = Writer("hz-01"), self.way("hz-01")

    def way(self, station: str) -> RemoteCentral:
        return RemoteCentral.at(self.server.dsn("postgres", f"st-{station}", PASSWORD), SystemClock())

    def push(self, raws: list[RawFact]) -> float:
        """As an exchange does it."""
        start = time.perf_counter()
        taken = sum(ack.accepted for ack in self.written.push_all("hz-01", batches(raws)))
        took = time.perf_counter() - start
        assert taken == len(raws)
        return took

    def reader(self, name: str, *, encrypted: bool = False) -> Ledger:
        vault = MemoryVault({**KEYS, "station": b"r" * 32})
        path = self.folder / f"{name}.ledger"
        return Ledger.open(path, station="hz-02", city=CITY, clock=SystemClock(), vault=vault, encrypted=encrypted)

    def grow(self, total: int) -> None:
        """Until the city has that many facts."""
        while (lacking := total - self.writer.seq) > 0:
            self.push(self.writer.write(min(lacking, 20_000)))

    def pull(self, name: str, *, encrypted: bool = False) -> float:
        ledger, way = self.reader(name, encrypted=encrypted), self.way("hz-02")
        start = time.perf_counter()
        done = exchange(ledger, way)
        took = time.perf_counter() - start
        assert done.ok, done.sentence
        ledger.close()
        way.close()
        return took


def batches(raws: list[RawFact]) -> Iterator[list[RawFact]]:
    """In the order and the size of an exchange."""
    for at in range(0, len(raws), PUSH_BATCH):
        yield raws[at : at + PUSH_BATCH]


def floor_pull(server: PgServer, path: Path) -> float:
    """COPY binary out of the table, executemany into SQLite, one transaction."""
    start = time.perf_counter()
    with psycopg.connect(server.dsn("postgres")) as conn, closing(sqlite3.connect(path)) as lite:
        lite.execute("PRAGMA journal_mode=WAL")
        keys = "PRIMARY KEY (station, epoch, seq)"
        lite.execute(f"CREATE TABLE f (station, epoch, seq, subject, kind, at, hash, body, {keys})")
        lite.execute("CREATE INDEX s ON f (subject)")
        columns = "station, epoch, seq, subject, kind, recorded_at, hash, body"
        copy = f"COPY (SELECT {columns} FROM facts) TO STDOUT (FORMAT binary)"
        with conn.cursor() as cursor, cursor.copy(copy.encode()) as out:
            out.set_types(["text", "int4", "int8", "text", "text", "int8", "bytea", "text"])
            lite.executemany("INSERT INTO f VALUES (?,?,?,?,?,?,?,?)", out.rows())
        lite.commit()
    return time.perf_counter() - start


def floor_push(server: PgServer, raws: list[RawFact]) -> float:
    """COPY text into a bare table with the same columns and keys."""
    with psycopg.connect(server.dsn("postgres")) as conn:
        conn.execute("DROP TABLE IF EXISTS bare")
        conn.execute("CREATE TABLE bare (LIKE facts INCLUDING INDEXES)")
        conn.commit()
        start = time.perf_counter()
        with conn.cursor() as cursor, cursor.copy(
            "COPY bare (city, number, station, epoch, seq, subject, kind, recorded_at, hash, body) FROM STDIN"
        ) as into:
            for n, r in enumerate(raws):
                into.write_row((r.city, n, r.id.station, 1, r.id.seq, r.subject, r.kind, r.recorded_at, r.hash, r.body))
        conn.commit()
    return time.perf_counter() - start


def median(rounds: int, act: Callable[[int], float]) -> float:
    return statistics.median(act(n) for n in range(rounds))


def line(what: str, ours: float, unit: str, floor: float = 0.0, other: float = 0.0, faster: bool = True) -> None:
    """Ours, the floor and the peer; a ratio above 1 is in our favour."""

    def ratio(base: float) -> float:
        return ours / base if faster else base / ours

    parts = [f"{what:44} {ours:12,.2f} {unit:8}"]
    parts += [f"floor {floor:10,.2f} ({ratio(floor):5.2f} x)"] if floor else []
    parts += [f"PouchDB {other:10,.2f} ({ratio(other):6.2f} x)"] if other else []
    print("  ".join(parts), flush=True)


def main() -> None:
    given = [int(word) for word in sys.argv[1:]]
    count, rounds, largest = [*given, *(FACTS, ROUNDS, LARGEST)[len(given) :]]
    if programs() is None:
        print("skipped: no PostgreSQL installed")
        return
    search_seldom()  # as main.py does for its commands
    folder = Path(tempfile.mkdtemp(prefix="anxin-bench-sync-"))
    try:
        with fresh_server(("synchronous_commit=on",)) as server:
            run(Bench(server, folder), count, rounds, largest)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def run(bench: Bench, count: int, rounds: int, largest: int) -> None:
    sample = "\n".join(raw.body for raw in Writer("hz-09").write(1000))
    other: Peer | None = peer(bench.folder, count, rounds, sample)
    follower = Follower(bench, rounds)
    follower.measure(SMALLEST)
    _bulk(bench, count, rounds, other)
    follower.measure(SMALLEST + count)
    follower.measure(largest)
    follower.say(other)
    print(json.dumps({"facts": count, "rounds": rounds, "largest": largest, "peer": other is not None}))


def _bulk(bench: Bench, count: int, rounds: int, other: Peer | None) -> None:
    """Push of `count` facts in as many shares as rounds, then `rounds` new stations that pull everything."""
    share = count // rounds
    pushes, copies = [], []
    for _ in range(rounds):
        raws = bench.writer.write(share)
        copies.append(share / floor_push(bench.server, raws))
        pushes.append(share / bench.push(raws))
    total = bench.writer.seq
    floors, pulls, sealed = [], [], []
    for n in range(rounds):
        floors.append(total / floor_pull(bench.server, bench.folder / f"floor{n}.db"))
        pulls.append(total / bench.pull(f"pull{n}"))
        sealed.append(total / bench.pull(f"sealed{n}", encrypted=True))
    middle = statistics.median
    theirs = (other.pull_per_s, other.push_per_s) if other else (0.0, 0.0)
    line(f"pull of {total:,}, facts/s", middle(pulls), "/s", middle(floors), theirs[0])
    line(f"pull of {total:,} into an encrypted ledger", middle(sealed), "/s", middle(floors), theirs[0])
    line(f"push of {count:,}, facts/s", middle(pushes), "/s", middle(copies), theirs[1])


class Follower:
    """One station that stays level while the city grows: what a delta and a poll cost it at each size."""

    def __init__(self, bench: Bench, rounds: int) -> None:
        self.bench, self.rounds = bench, rounds
        self.ledger, self.way = bench.reader("follower"), bench.way("hz-02")
        self.found: list[tuple[int, float, float]] = []

    def measure(self, total: int) -> None:
        self.bench.grow(total)
        assert exchange(self.ledger, self.way).ok
        self._delta(0)
        times = 2 * self.rounds + 1
        delta, poll = median(times, self._delta), median(times, self._poll)
        self.found.append((self.bench.writer.seq, delta, poll))

    def _delta(self, _: int) -> float:
        self.bench.push(self.bench.writer.write(100))
        start = time.perf_counter()
        assert exchange(self.ledger, self.way).pulled == 100
        return 1000 * (time.perf_counter() - start)

    def _poll(self, _: int) -> float:
        start = time.perf_counter()
        assert exchange(self.ledger, self.way).pulled == 0
        return 1000 * (time.perf_counter() - start)

    def say(self, other: Peer | None) -> None:
        for total, delta, poll in self.found:
            line(f"delta of 100 on {total:,}, ms", delta, "ms", 0.0, other.delta_ms if other else 0.0, False)
            line(f"poll without news on {total:,}, ms", poll, "ms", 0.0, other.poll_ms if other else 0.0, False)
        deltas = [delta for _, delta, _ in self.found]
        print(f"{'largest delta / smallest delta':44} {max(deltas) / min(deltas):12.2f}", flush=True)
        self.ledger.close()
        self.way.close()


if __name__ == "__main__":
    main()
