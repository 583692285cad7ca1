"""The scan page under load: requests a second and p99 over loopback, beside the same server's static file.

    python -m tests.bench.bench_household [REQUESTS] [CONNECTIONS]

Once over a station that is its own centre (SQLite), once over a page station joined to a PostgreSQL centre, whose facts
leave by the exchange while the load runs. One server process, keep-alive connections from this process. Every page is
a signature checked, a look-up, a fold and a page rendered; the scan is a fact once in ten minutes per code.

The photo may not be cached by the client: trust.md §8.3 and T14 ask for `no-store`, so the second row pays for it with
every page. The first row is the page alone, as it would be with a photo that the client kept.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from station.bootstrap import found_rehearsal, join_province, open_desk
from station.cards.portraits import rehearsal_portrait
from station.centre import Centre
from station.clock import SystemClock
from station.services import rehearsal
from station.services.desk import Desk
from tests.central_server import fresh_server, programs

ROOT = Path(__file__).resolve().parents[2]
PEOPLE = 30
SYNC_SECONDS = 5
SERVE = """
import sys, uvicorn
from pathlib import Path
from station.bootstrap import open_desk, phone_codes, view_seal
from ui.household.app import make_app
from ui.household.beat import Beat
from ui.household.limits import Limits
desk = open_desk(Path(sys.argv[1]))
app = make_app(desk, view_seal(desk), Limits(10**9, 10**9), phone_codes(desk))
with Beat(desk.sync, float(sys.argv[3])):
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[2]), log_level="error", access_log=False)
"""
PHOTO = re.compile(rb"/photo/[^\"]+")


async def _get(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, path: str) -> bytes:
    writer.write(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    await writer.drain()
    head = await reader.readuntil(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200"), head[:40]
    length = next(line for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:"))
    return await reader.readexactly(int(length.split(b":")[1]))


async def _client(port: int, paths: list[str], times: list[float], photos: bool) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for path in paths:
        began = time.perf_counter()
        page = await _get(reader, writer, path)
        if photos:
            for name in PHOTO.findall(page):
                await _get(reader, writer, name.decode())
        times.append(1000 * (time.perf_counter() - began))
    writer.close()
    await writer.wait_closed()


async def _load(port: int, paths: list[str], connections: int, photos: bool = False) -> tuple[float, list[float]]:
    times: list[float] = []
    began = time.perf_counter()
    await asyncio.gather(*(_client(port, paths[index::connections], times, photos) for index in range(connections)))
    return len(paths) / (time.perf_counter() - began), sorted(times)


def _codes(desk: Desk, issued: list[rehearsal.Issued]) -> list[str]:
    codes = [f"/{desk.worker(one.subject).tokens[one.number, 1].token}" for one in issued]
    desk.ledger.close()
    return codes


@contextlib.contextmanager
def _embedded(folder: Path) -> Iterator[tuple[Path, list[str]]]:
    """A station that is its own centre."""
    desk = found_rehearsal(folder / "station")
    issued = list(rehearsal.seed(desk, PEOPLE, rehearsal_portrait))
    desk.sync()
    yield folder / "station", _codes(desk, issued)


@contextlib.contextmanager
def _joined(folder: Path) -> Iterator[tuple[Path, list[str]]]:
    """A page station beside a PostgreSQL that waits for its disk, as deploying.md sets it up."""
    with fresh_server(("fsync=on",)) as server:
        home, clock = folder / "page", SystemClock()
        centre = Centre.found(folder / "province", server.dsn(server.database()), clock, rehearsal=True)
        join_province(home, centre.packet("hz-page", "330100"))
        desk = open_desk(home)
        desk.sync()
        issued = list(rehearsal.seed(desk, PEOPLE, rehearsal_portrait))
        desk.sync()
        clerk = centre.province()
        centre.clerk_round(clerk)
        clerk.close()
        desk.sync()
        yield home, _codes(desk, issued)


def _measure(home: Path, codes: list[str], requests: int, connections: int) -> list[tuple[str, float, float, float]]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-c", SERVE, str(home), str(port), str(SYNC_SECONDS)]
    server = subprocess.Popen(command, cwd=ROOT, env=os.environ)
    try:
        for _ in range(300):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        asyncio.run(_load(port, codes, connections))  # warm
        rows = []
        for name, paths, photos in (
            ("scan page alone", [codes[n % len(codes)] for n in range(requests)], False),
            ("scan page and its photo", [codes[n % len(codes)] for n in range(requests)], True),
            ("static file (baseline)", ["/style.css"] * requests, False),
        ):
            rate, times = asyncio.run(_load(port, paths, connections, photos))
            rows.append((name, rate, statistics.median(times), times[len(times) * 99 // 100]))
        return rows
    finally:
        server.terminate()
        server.wait()


def main() -> None:
    requests = int(sys.argv[1]) if len(sys.argv) > 1 else 600
    connections = int(sys.argv[2]) if len(sys.argv) > 2 else 8
    print(f"{requests} views over {connections} connections, {PEOPLE} workers, exchange every {SYNC_SECONDS} s")
    print("the photo is no-store (trust.md §8.3, T14): no client may cache it, so it is fetched with every view")
    for title, made in (("SQLite, its own centre", _embedded), ("joined to PostgreSQL", _joined)):
        if made is _joined and programs() is None:
            print(f"\n{title}: not measured, no PostgreSQL is installed")
            continue
        with tempfile.TemporaryDirectory() as folder, made(Path(folder)) as (home, codes):
            rows = _measure(home, codes, requests, connections)
        print(f"\n{title:26} {'views/s':>11} {'median ms':>10} {'p99 ms':>8}")
        for name, rate, median, p99 in rows:
            print(f"{name:26} {rate:11.0f} {median:10.1f} {p99:8.1f}")
        print(f"scan page against static: {rows[0][1] / rows[-1][1]:.2f} of its rate")


if __name__ == "__main__":
    main()
