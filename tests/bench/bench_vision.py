"""Every reader on the synthetic benchmark of vision.md §2: rates by condition, CPU milliseconds, wrong texts.

    python -m tests.bench.bench_vision [--quick] [--frames N] [--symbol 8Q5] [--json]

One thread, `process_time`: contention on the machine does not move the figures. "union" is what zxing-cpp, pyzbar and
OpenCV read between them, each alone on the plain gray picture; our ladder must read at least as many.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Container, Iterable
from dataclasses import dataclass, field

import cv2
import zxingcpp
from pyzbar import pyzbar

from devices.contracts import Picture
from devices.scanners.image import LadderReader
from tests.bench.qr_frames import BASE, BenchFrame, Symbol, frames, px_per_module

ALONE = ("zxing", "pyzbar", "opencv")
CAMERA_FRAME_MS = 33.0
BASELINE_HIT_MS = 2.2  # zxing-cpp, one pass, a 720p frame that holds a code: vision.md §2


@dataclass
class Score:
    """What one reader did."""

    read: list[bool] = field(default_factory=list)
    hit_ms: list[float] = field(default_factory=list)
    miss_ms: list[float] = field(default_factory=list)
    easy_ms: list[float] = field(default_factory=list)
    wrong: int = 0

    @property
    def rate(self) -> float:
        return 100 * sum(self.read) / len(self.read)


def zxing_alone(picture: Picture) -> Iterable[str]:
    gray = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    return [found.text for found in zxingcpp.read_barcodes(gray, zxingcpp.BarcodeFormat.QRCodeModel2)]


def pyzbar_alone(picture: Picture) -> Iterable[str]:
    gray = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    return [found.data.decode() for found in pyzbar.decode(gray, symbols=[pyzbar.ZBarSymbol.QRCODE])]


def opencv_alone(picture: Picture) -> Iterable[str]:
    text, _, _ = cv2.QRCodeDetector().detectAndDecode(cv2.cvtColor(picture, cv2.COLOR_RGB2BGR))
    return [text] if text else []


Table = dict[str, dict[str, list[bool]]]  # condition -> reader -> one entry a frame


def run(
    symbol: Symbol, per_condition: int, first: int = 0, groups: Container[str] | None = None
) -> tuple[dict[str, Score], Table, Counter[str]]:
    """Score every reader on every frame. Also answers the hits per condition and which rung read what."""
    reader = LadderReader()
    rungs: Counter[str] = Counter()

    def ladder(picture: Picture) -> Iterable[str]:
        readings = reader.read(picture)
        rungs.update(reading.rung for reading in readings[:1])
        return [reading.text for reading in readings]

    readers: dict[str, Callable[[Picture], Iterable[str]]] = {
        "zxing": zxing_alone,
        "pyzbar": pyzbar_alone,
        "opencv": opencv_alone,
        "glance": lambda picture: [reading.text for reading in reader.glance(picture)],
        "ladder": ladder,
    }
    scores: dict[str, Score] = {name: Score() for name in (*ALONE, "union", "glance", "ladder")}
    table: Table = defaultdict(lambda: defaultdict(list))
    for frame in frames(symbol, per_condition, first, groups):
        read = {name: _score(scores[name], call, frame) for name, call in readers.items()}
        read["union"] = any(read[name] for name in ALONE)
        scores["union"].read.append(read["union"])
        for name, hit in read.items():
            table[frame.condition.name][name].append(hit)
    return scores, table, rungs


def _score(score: Score, call: Callable[[Picture], Iterable[str]], frame: BenchFrame) -> bool:
    began = time.process_time()
    texts = list(call(frame.picture))
    ms = (time.process_time() - began) * 1000
    hit = frame.text in texts
    score.read.append(hit)
    (score.hit_ms if hit else score.miss_ms).append(ms)
    if frame.condition.easy:
        score.easy_ms.append(ms)
    score.wrong += sum(text != frame.text for text in texts)
    return hit


def _median(values: list[float]) -> float:
    return statistics.median(values) if values else 0.0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="4 frames per condition instead of 40")
    parser.add_argument("--frames", type=int, help="frames per condition")
    parser.add_argument("--first", type=int, default=0, help="number of the first frame of each condition")
    parser.add_argument("--symbol", default="8Q5", help="version, level, dots per module: 8Q5, 6M5, 8Q4")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    cv2.setNumThreads(1)
    symbol = Symbol(int(asked.symbol[:-2]), asked.symbol[-2], int(asked.symbol[-1]))
    scores, table, rungs = run(symbol, asked.frames or (4 if asked.quick else 40), asked.first)
    ladder = scores["ladder"]
    good = ladder.rate >= scores["union"].rate and ladder.wrong == 0 and _median(ladder.easy_ms) < CAMERA_FRAME_MS
    if asked.json:
        print(json.dumps({"good": good, **{name: _figures(score) for name, score in scores.items()}}))
    else:
        print(f"{symbol.name} ({symbol.box_mm:.1f} mm), {px_per_module(symbol, BASE):.1f} px per module", end=", ")
        print(f"{len(ladder.read)} frames")
        _print_table(scores, table)
        lost = sum(theirs and not ours for theirs, ours in zip(scores["union"].read, ladder.read, strict=True))
        print(f"read by one of the three but not by the ladder: {lost}")
        print("first read by: " + ", ".join(f"{name} {count}" for name, count in rungs.most_common()))
        print(f"easy frames: {_median(ladder.easy_ms):.1f} ms (one camera frame is {CAMERA_FRAME_MS:.0f} ms;", end=" ")
        print(f"baseline zxing-cpp in vision.md {BASELINE_HIT_MS} ms)")
        print("as good as the union, nothing wrong, within a camera frame: " + ("yes" if good else "NO"))
    return 0 if good else 1


def _figures(score: Score) -> dict[str, float]:
    figures = {"rate": score.rate, "wrong": score.wrong, "hit_ms": _median(score.hit_ms)}
    return {**figures, "miss_ms": _median(score.miss_ms), "easy_ms": _median(score.easy_ms), "frames": len(score.read)}


def _print_table(scores: dict[str, Score], table: Table) -> None:
    names = list(scores)
    print(f"{'% decoded':24}" + "".join(f"{name:>9}" for name in names))
    for condition, hits in table.items():
        print(f"{condition:24}" + "".join(f"{100 * sum(hits[name]) / len(hits[name]):9.0f}" for name in names))
    print(f"{'all':24}" + "".join(f"{scores[name].rate:9.1f}" for name in names))
    for what in ("hit_ms", "miss_ms", "easy_ms"):
        print(f"{'CPU ' + what:24}" + "".join(f"{_median(getattr(scores[name], what)):9.1f}" for name in names))
    print(f"{'wrong texts':24}" + "".join(f"{scores[name].wrong:9d}" for name in names))


if __name__ == "__main__":
    sys.exit(main())
