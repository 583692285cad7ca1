"""From a camera frame to a verdict on the screen: read, judge, look up, fold. `python -m tests.bench.bench_check`.

Baselines of the same run: pyzbar for the reading (desktop.md §2: 18 ms on a finished front; vision.md: one 30-fps
frame is 33 ms), and trust.md F8 (verify ≤ 2 ms). Medians; nothing here fails a test.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import cv2
from pyzbar import pyzbar

from devices.cameras.photograph import VIEWS, photograph
from devices.scanners.image import LadderReader
from station.bootstrap import found_rehearsal
from station.cards.portraits import rehearsal_portrait
from station.services import printing, rehearsal
from station.services.inspecting import inspect_code
from station.trust.token import Token, parse, parse_scan, url
from station.trust.verdict import judge

FRAMES = 24
ROUNDS = 40
RECORDED = {
    "read a 720p frame of the card": "2.4 (ladder, hit), pyzbar 22 (vision.md §2)",
    "judge the signature": "0.13 (trust.md §4.4); goal 2 (F8)",
    "frame to verdict": "33: one frame of a camera at 30 a second (desktop.md §4)",
}
"""Milliseconds in the measurements of the design, on a quiet machine."""


def median_ms(work: Callable[[int], object], rounds: int) -> float:
    """Milliseconds of CPU-bound work, by wall clock."""
    took = []
    for index in range(rounds):
        started = time.perf_counter()
        work(index)
        took.append((time.perf_counter() - started) * 1000)
    return statistics.median(took)


def main() -> None:
    """Print the table."""
    cv2.setNumThreads(1)
    with tempfile.TemporaryDirectory() as folder:
        desk = found_rehearsal(Path(folder) / "station")
        (worker,) = list(rehearsal.seed(desk, 1, rehearsal_portrait))
        desk.sync()
        record = desk.worker(worker.subject)
        signed = parse(record.tokens[worker.number, 1].token)
        order = printing.waiting(record, worker.number)
        assert isinstance(signed, Token)
        assert order is not None
        address = url(desk.settings.city.url_prefix, signed)
        front = printing.faces_of(desk, order).front
        frames = [photograph(front, VIEWS["desk"], seed) for seed in range(FRAMES)]
        reader, prefixes = LadderReader(), (desk.settings.city.url_prefix,)

        def read(index: int) -> str:
            found = reader.read(
                frames[index % FRAMES], lambda text: isinstance(parse_scan(text, prefixes), Token)
            )
            return found[0].text if found else ""

        today = desk.clock.today()
        rows = {
            "read a 720p frame of the card": median_ms(read, ROUNDS),
            "the same by pyzbar (baseline)": median_ms(lambda i: pyzbar.decode(frames[i % FRAMES]), ROUNDS),
            "judge the signature": median_ms(lambda _: judge(address, desk.keyring, today, prefixes), ROUNDS * 5),
            "look up, fold, colour": median_ms(lambda _: inspect_code(desk, address), ROUNDS * 5),
            "frame to verdict": median_ms(lambda i: inspect_code(desk, read(i)), ROUNDS),
        }
        for name, took in rows.items():
            print(f"{name:36} {took:8.2f} ms" + (f"   recorded: {RECORDED[name]}" if name in RECORDED else ""))
        missed = sum(read(index) != address for index in range(FRAMES))
        ratio = rows["the same by pyzbar (baseline)"] / rows["read a 720p frame of the card"]
        print(f"{'reading against pyzbar':36} {ratio:8.1f} x faster; {FRAMES - missed} of {FRAMES} frames read")
        desk.ledger.close()


if __name__ == "__main__":
    main()
