"""Which symbol to print: the candidates of trust.md §4.2 on the conditions of the benchmark.

    python -m tests.bench.bench_symbol [--frames 20]
"""

from __future__ import annotations

import argparse
from collections import defaultdict

import cv2
import zxingcpp

from devices.contracts import Picture
from tests.bench.qr_frames import BASE, Symbol, frames, px_per_module

CANDIDATES = (Symbol(8, "Q", 5), Symbol(6, "M", 5), Symbol(8, "Q", 4), Symbol(6, "M", 4))


def one_pass(picture: Picture) -> set[str]:
    gray = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    return {found.text for found in zxingcpp.read_barcodes(gray, zxingcpp.BarcodeFormat.QRCodeModel2)}


def enlarged(picture: Picture) -> set[str]:
    gray = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    large = cv2.resize(gray, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)
    sharp = cv2.addWeighted(large, 1.8, cv2.GaussianBlur(large, (0, 0), 2.0), -0.8, 0)
    return {found.text for found in zxingcpp.read_barcodes(sharp, zxingcpp.BarcodeFormat.QRCodeModel2)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--frames", type=int, default=20, help="frames per condition")
    count = parser.parse_args().frames
    cv2.setNumThreads(1)
    wrong = 0
    rates: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0, 0, 0]))
    for symbol in CANDIDATES:
        for frame in frames(symbol, count):
            texts = one_pass(frame.picture)
            first = frame.text in texts
            texts |= set() if first else enlarged(frame.picture)
            second = frame.text in texts
            wrong += len(texts - {frame.text})
            for row in (frame.condition.group, "all"):
                cell = rates[row][symbol.name]
                cell[0] += 1
                cell[1] += first
                cell[2] += second
    print("decoded in one pass / with one enlarged retry, %")
    print("| condition | " + " | ".join(f"{s.name} ({s.box_mm:.1f} mm)" for s in CANDIDATES) + " |")
    print("| px per module | " + " | ".join(f"{px_per_module(s, BASE):.1f}" for s in CANDIDATES) + " |")
    for row, cells in rates.items():
        shown = []
        for symbol in CANDIDATES:
            tried, first_pass, retried = cells[symbol.name]
            shown.append(f"{100 * first_pass / tried:.0f} / {100 * retried / tried:.0f}")
        print(f"| {row} | " + " | ".join(shown) + " |")
    print(f"wrong texts: {wrong} in {sum(cells[0] for cells in rates['all'].values())} frames")


if __name__ == "__main__":
    main()
