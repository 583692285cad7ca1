"""The scan page under load: requests a second and p99 over loopback, beside the same server's static file.

    python -m tests.bench.bench_household [REQUESTS] [CONNECTIONS]

One server process, keep-alive connections from this process; the photo is cached by the client and not asked for. Every
page is a signature checked, a look-up, a fold, a fact appended (the scan) and a page rendered.
"""

from __future__ import annotations

import asyncio
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from station.bootstrap import found_rehearsal
from station.cards.portraits import rehearsal_portrait
from station.services import rehearsal

ROOT = Path(__file__).resolve().parents[2]
PEOPLE = 30
SERVE = """
import sys, uvicorn
from pathlib import Path
from station.bootstrap import open_desk, phone_codes, view_seal
from ui.household.app import make_app
from ui.household.limits import Limits
desk = open_desk(Path(sys.argv[1]))
app = make_app(desk, view_seal(desk), Limits(10**9, 10**9), phone_codes(desk))
uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[2]), log_level="error", access_log=False)
"""


async def _client(port: int, paths: list[str], times: list[float]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for path in paths:
        began = time.perf_counter()
        writer.write(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        await writer.drain()
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200"), head[:40]
        length = next(line for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:"))
        await reader.readexactly(int(length.split(b":")[1]))
        times.append(1000 * (time.perf_counter() - began))
    writer.close()
    await writer.wait_closed()


async def _load(port: int, paths: list[str], connections: int) -> tuple[float, list[float]]:
    times: list[float] = []
    began = time.perf_counter()
    await asyncio.gather(*(_client(port, paths[index::connections], times) for index in range(connections)))
    return len(paths) / (time.perf_counter() - began), sorted(times)


def _codes(home: Path) -> list[str]:
    desk = found_rehearsal(home)
    issued = list(rehearsal.seed(desk, PEOPLE, rehearsal_portrait))
    desk.sync()
    codes = [desk.worker(one.subject).tokens[one.number, 1].token for one in issued]
    desk.ledger.close()
    return [f"/{code}" for code in codes]


def main() -> None:
    requests = int(sys.argv[1]) if len(sys.argv) > 1 else 600
    connections = int(sys.argv[2]) if len(sys.argv) > 2 else 8
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "station"
        codes = _codes(home)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        server = subprocess.Popen([sys.executable, "-c", SERVE, str(home), str(port)], cwd=ROOT, env=os.environ)
        try:
            for _ in range(300):
                with socket.socket() as probe:
                    if probe.connect_ex(("127.0.0.1", port)) == 0:
                        break
                time.sleep(0.1)
            asyncio.run(_load(port, codes, connections))  # warm
            rows = []
            for name, paths in (
                ("scan page", [codes[n % len(codes)] for n in range(requests)]),
                ("static file (baseline)", ["/style.css"] * requests),
            ):
                rate, times = asyncio.run(_load(port, paths, connections))
                rows.append((name, rate, statistics.median(times), times[len(times) * 99 // 100]))
        finally:
            server.terminate()
            server.wait()
    print(f"{requests} requests over {connections} connections, SQLite ledger, {PEOPLE} workers")
    print(f"{'what':26} {'requests/s':>11} {'median ms':>10} {'p99 ms':>8}")
    for name, rate, median, p99 in rows:
        print(f"{name:26} {rate:11.0f} {median:10.1f} {p99:8.1f}")
    print(f"scan page against static: {rows[0][1] / rows[1][1]:.2f} of its rate")


if __name__ == "__main__":
    main()
