"""A real PostgreSQL under faults: kill -9, a cut network, restored backups, cloned disks, failover.

The small runs are part of every test run; `make soak` runs the long ones with the same code.
"""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from station.clock import SystemClock
from station.domain.errors import Fault, Refused
from station.ledger import log
from station.ledger.ledger import Ledger
from station.sync.administration import CLERK_LOGIN, Administration, province
from station.sync.exchange import exchange, reenrol
from station.sync.remote import RemoteCentral
from tests.central_server import PgServer, free_port, fresh_server, programs
from tests.contracts.cutting import Cutter
from tests.contracts.load import open_ledger, told
from tests.contracts.province import PASSWORD
from tests.contracts.test_central import Pen
from tests.conventions.tree import ROOT
from tests.ledger.office import CITY

pytestmark = pytest.mark.postgres
STATIONS = ("hz-01", "hz-02", "hz-03")
DURABLE = ("fsync=on",)


@contextmanager
def centre(settings: tuple[str, ...] = DURABLE) -> Iterator[tuple[PgServer, Administration]]:
    """A server of one's own with a centre and three stations in it."""
    if programs() is None:
        pytest.skip("no PostgreSQL installed: this test starts, kills and promotes servers of its own")
    with fresh_server(settings) as server:
        with psycopg.connect(server.dsn("postgres"), autocommit=True) as conn:
            conn.execute("CREATE DATABASE anxin")
        admin = Administration(server.dsn("anxin"))
        admin.found(PASSWORD)
        for station in STATIONS:
            admin.add_station(station, CITY, PASSWORD)
        yield server, admin
        admin.close()


def address(server: PgServer, station: str, port: int = 0) -> str:
    return f"postgresql://st-{station}:{PASSWORD}@127.0.0.1:{port or server.port}/anxin"


def sums(ledger: Ledger) -> dict[tuple[str, int], tuple[int, str]]:
    with ledger.store.reading() as conn:
        return {(c.station, c.epoch): (c.next_seq - 1, c.head) for c in log.all_chains(conn)}


class Storm:
    """Three stations under load while things die."""

    def __init__(self, server: PgServer, folder: Path, each: int, seed: int) -> None:
        self.server, self.folder, self.each = server, folder, each
        self.chance = random.Random(seed)
        self.net = Cutter(server.port)
        self.running: dict[str, subprocess.Popen[str]] = {}
        self.ended: set[str] = set()
        self.died = {"station": 0, "server": 0, "net": 0}

    def run(self, seconds: float, limit: float) -> None:
        start = time.monotonic()
        while len(self.ended) < len(STATIONS):
            for station in STATIONS:
                self._keep_alive(station)
            time.sleep(self.chance.uniform(0.2, 0.8))
            if time.monotonic() - start < seconds:
                self._strike()
            self.net.down = False
            assert time.monotonic() - start < limit, f"not level in time: {self.died}"
        self.net.close()

    def _keep_alive(self, station: str) -> None:
        child = self.running.get(station)
        if station in self.ended or (child is not None and child.poll() is None):
            return
        if child is not None and child.returncode == 0:
            child.communicate()
            self.ended.add(station)
            return
        if child is not None:
            said = child.communicate()[0]
            assert child.returncode < 0, f"{station} gave up: {said}"
        where = address(self.server, station, self.net.port)
        command = [sys.executable, "-m", "tests.contracts.load", str(self.folder), station, str(self.each), where]
        self.running[station] = subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )

    def _strike(self) -> None:
        kind = self.chance.choices(["station", "net", "server", "nothing"], [3, 4, 1, 2])[0]
        if kind == "station":
            victim = self.running[self.chance.choice(STATIONS)]
            if victim.poll() is None:
                victim.kill()
                self.died[kind] += 1
        elif kind == "net":
            self.net.down = True
            self.net.cut()
            self.died[kind] += 1
            time.sleep(self.chance.uniform(0, 0.5))
        elif kind == "server":
            self.server.kill()
            self.died[kind] += 1
            self._start_again()

    def _start_again(self) -> None:
        """The children of a killed server need a moment to notice."""
        for _ in range(40):
            try:
                self.server.start()
            except RuntimeError:
                time.sleep(0.25)
            else:
                return
        raise AssertionError("the server does not start again")

    def close(self) -> None:
        for station in set(self.running) - self.ended:
            self.running[station].kill()
            self.running[station].communicate()


def storm(tmp_path: Path, each: int, seconds: float, limit: float, seed: int) -> dict[str, int]:
    """Load, strike, then look: everybody holds the same and the centre holds each fact once."""
    with centre() as (server, admin):
        made = Storm(server, tmp_path, each, seed)
        try:
            made.run(seconds, limit)
        finally:
            made.close()
        ledgers = [open_ledger(tmp_path, station) for station in STATIONS]
        for ledger in ledgers * 2:  # the first to end has not seen the last facts of the others
            way = RemoteCentral.at(address(server, ledger.station), SystemClock())
            done = exchange(ledger, way)
            way.close()
        assert done.ok
        found = [sums(ledger) for ledger in ledgers]
        assert found[0] == found[1] == found[2]
        assert {key: count for key, (count, _) in found[0].items()} == {(s, 1): each for s in STATIONS}
        with admin.transactions.reading() as conn:
            counted = conn.exec_driver_sql(
                "SELECT count(*), count(DISTINCT (station, epoch, seq)), max(number), count(DISTINCT hash) FROM facts"
            ).one()
        assert set(counted) == {3 * each}, "nothing twice, nothing missing, no hole in the city's numbers"
        assert all(ledger.verify().ok for ledger in ledgers[:1])
        for ledger in ledgers:
            ledger.close()
        return made.died


def test_killed_and_cut_they_all_end_with_the_same(tmp_path: Path) -> None:
    died = storm(tmp_path, each=600, seconds=6, limit=90, seed=7)
    assert sum(died.values()) >= 3, died


@pytest.mark.soak
def test_three_minutes_of_20_000_facts_each(tmp_path: Path) -> None:
    died = storm(tmp_path, each=20_000, seconds=180, limit=1_500, seed=11)
    print(died)
    assert min(died.values()) >= 3, died


def test_a_restored_centre_gets_everything_again(tmp_path: Path) -> None:
    with centre(("fsync=off",)) as (server, admin):
        ledgers = [open_ledger(tmp_path, station) for station in STATIONS]
        ways = {s: RemoteCentral.at(address(server, s), SystemClock()) for s in STATIONS}
        for ledger in ledgers:
            ledger.append([told(ledger.station, n) for n in range(1, 31)], actor="c")
            assert exchange(ledger, ways[ledger.station]).ok
        admin.close()
        for way in ways.values():
            way.close()
        with psycopg.connect(server.dsn("postgres"), autocommit=True) as conn:  # the backup
            conn.execute("CREATE DATABASE older TEMPLATE anxin")
        for ledger in ledgers:
            ledger.append([told(ledger.station, n) for n in range(31, 61)], actor="c")
            assert exchange(ledger, ways[ledger.station]).waiting == 0
        lost = [ways[s].lease_numbers(s, "330102", 2026, 100) for s in STATIONS]  # nobody will know of these
        for way in ways.values():
            way.close()
        with psycopg.connect(server.dsn("postgres"), autocommit=True) as conn:
            conn.execute("DROP DATABASE anxin WITH (FORCE)")
            conn.execute("ALTER DATABASE older RENAME TO anxin")
        with psycopg.connect(server.dsn("anxin")) as conn:
            assert conn.execute("SELECT count(*) FROM facts").fetchone() == (90,), "the backup is older"
        clerk = province(f"postgresql://{CLERK_LOGIN}:{PASSWORD}@127.0.0.1:{server.port}/anxin", SystemClock())
        assert clerk.restored() == 2
        clerk.close()
        for ledger in ledgers * 2:
            done = exchange(ledger, ways[ledger.station])
        assert done.ok
        again = [ways[s].lease_numbers(s, "330102", 2026, 100) for s in STATIONS]
        assert min(block.first for block in again) > max(block.last for block in lost)
        with psycopg.connect(server.dsn("anxin")) as conn:
            assert conn.execute("SELECT count(*), max(number) FROM facts").fetchone() == (180, 180)
        assert len({tuple(sorted(sums(ledger).items())) for ledger in ledgers}) == 1
        for ledger in ledgers:
            ledger.close()
        for way in ways.values():
            way.close()


def test_a_cloned_disk_is_frozen_at_the_first_fork_and_both_are_told(tmp_path: Path) -> None:
    with centre(("fsync=off",)) as (server, admin):
        (tmp_path / "a").mkdir()
        original = open_ledger(tmp_path / "a", "hz-01")
        way = RemoteCentral.at(address(server, "hz-01"), SystemClock())
        original.append([told("hz-01", n) for n in range(1, 11)], actor="c")
        assert exchange(original, way).ok
        original.close()
        shutil.copytree(tmp_path / "a", tmp_path / "b")
        original, clone = open_ledger(tmp_path / "a", "hz-01"), open_ledger(tmp_path / "b", "hz-01")
        original.append([told("hz-01", 11)], actor="c")
        assert exchange(original, way).ok
        clone.append([told("hz-01", 12)], actor="c")
        done = exchange(clone, way)
        assert not done.ok
        assert "hz-01.1.11" in done.alarms[0]
        assert clone.frozen
        original.append([told("hz-01", 13)], actor="c")
        assert "冻结" in exchange(original, way).alarms[0]
        assert original.frozen
        status = admin.status()
        assert [(s.state, "hz-01.1.11" in s.why) for s in status.stations if s.station == "hz-01"] == [("frozen", True)]
        assert (status.facts, status.forks) == (11, 1)
        with pytest.raises(Refused, match="central renew-station"):
            reenrol(original, way)
        assert admin.renew_station("hz-01") == 2
        assert not exchange(clone, way).ok
        assert reenrol(original, way) == 3, "an epoch that no copy of this disk can have too"
        original.append([told("hz-01", 14)], actor="c")
        assert exchange(original, way).ok
        assert not exchange(clone, way).ok
        assert exchange(original, way).ok, "the clone cannot freeze it again"
        way.close()
        original.close()
        clone.close()


def test_failover_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    with centre() as (server, admin):
        admin.close()
        standby = _standby(server)
        try:
            ports = f"127.0.0.1:{server.port},127.0.0.1:{standby.port}"
            way = RemoteCentral.at(f"postgresql://st-hz-01:{PASSWORD}@{ports}/anxin", SystemClock())
            pusher = Pusher(way)
            pusher.start()
            pusher.wait_for(40)
            server.stop("immediate")
            cut = time.monotonic()
            standby.run("pg_ctl", "-D", str(standby.data), "-w", "promote")
            pusher.wait_for(len(pusher.acked) + 40)
            pusher.over.set()
            pusher.join()
            way.close()
            gap = pusher.longest_gap()
            print(f"\nfailover: writing again after {gap:.2f} s, promoted after {time.monotonic() - cut:.2f} s or less")
            with psycopg.connect(standby.dsn("anxin")) as conn:
                held = {row[0] for row in conn.execute("SELECT seq FROM facts")}
            assert set(pusher.acked) <= held, "an acknowledged fact was lost"
            assert gap < 30
        finally:
            standby.stop("immediate")
            shutil.rmtree(standby.folder, ignore_errors=True)


def _standby(primary: PgServer) -> PgServer:
    """A hot standby the primary waits for at every commit."""
    folder = primary.folder / "standby"
    folder.mkdir()
    primary.own()
    made = PgServer(folder, port=free_port(), password=primary.password, settings=DURABLE)
    source = f"host=127.0.0.1 port={primary.port} user=anxin_admin password={primary.password} application_name=standby"
    made.run("pg_basebackup", "-d", source, "-D", str(made.data), "-R", "-X", "stream", "-C", "-S", "standby",
             "--checkpoint=fast")  # fmt: skip
    made.start()
    with psycopg.connect(primary.dsn("postgres"), autocommit=True) as conn:
        conn.execute("ALTER SYSTEM SET synchronous_standby_names = 'standby'")
        conn.execute("SELECT pg_reload_conf()")
        for _ in range(100):
            if conn.execute("SELECT 1 FROM pg_stat_replication WHERE sync_state = 'sync'").fetchone():
                return made
            time.sleep(0.1)
    raise AssertionError("the standby never became synchronous")


class Pusher(threading.Thread):
    """Pushes one fact after another and tries again whatever happens; remembers what was acknowledged, and when."""

    def __init__(self, way: RemoteCentral) -> None:
        super().__init__(daemon=True)
        self.way, self.over = way, threading.Event()
        self.acked: list[int] = []
        self.times: list[float] = []
        self.failures = 0

    def run(self) -> None:
        pen = Pen(SystemClock())  # type: ignore[arg-type]
        while not self.over.is_set():
            batch = pen(f"F{len(pen.raws)}")
            while not self.over.is_set():
                try:
                    self.way.push("hz-01", batch)
                except Fault:
                    self.failures += 1
                    time.sleep(0.05)
                    continue
                self.acked.append(batch[0].id.seq)
                self.times.append(time.monotonic())
                break

    def wait_for(self, count: int) -> None:
        end = time.monotonic() + 60
        while len(self.acked) < count:
            assert self.is_alive()
            assert time.monotonic() < end
            time.sleep(0.02)

    def longest_gap(self) -> float:
        return max(b - a for a, b in zip(self.times, self.times[1:], strict=False))
