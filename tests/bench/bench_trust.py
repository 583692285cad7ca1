"""Prints what signing, reading and judging one code costs, beside the goals of trust.md §0 and §9 (F8).

    python -m tests.bench.bench_trust
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date

from station.trust.founding import found
from station.trust.register import Purpose
from station.trust.signer import signer_for
from station.trust.status_bitmap import StatusBitmap, read_bitmap
from station.trust.token import encode, parse_scan, url
from station.trust.verdict import judge

TODAY = date(2026, 11, 23)
LAST_DAY = date(2029, 11, 22)
NUMBER = "3301022026000123"
PREFIX = "https://axm.example.cn/"
ROUNDS = 2000


def microseconds(call: Callable[[], object], rounds: int = ROUNDS) -> tuple[float, float]:
    """Median and 95th percentile of one call."""
    taken = []
    for _ in range(rounds):
        start = time.perf_counter_ns()
        call()
        taken.append((time.perf_counter_ns() - start) / 1000)
    taken.sort()
    return taken[rounds // 2], taken[rounds * 95 // 100]


def rows() -> list[tuple[str, float, float, str]]:
    """(what, median µs, p95 µs, goal)"""
    founding = found(["330100"], [2026], Purpose.PRODUCTION, TODAY)
    keyring = founding.keyring(TODAY)
    signer = signer_for(founding.signers(), NUMBER, TODAY)
    token = signer.sign_token(NUMBER, 1, TODAY, LAST_DAY, 1)
    address = url(PREFIX, token)
    forged = str(int(encode(token)) ^ 1).zfill(191)
    gone = [f"3301022026{n:06d}" for n in range(1, 131_072, 50)]
    listing = StatusBitmap.of("330100", 1, 0, {(102, 2026): 131_072}, gone).signed_by(signer)
    many = found([f"33{n:02d}00" for n in range(1, 12)], range(2020, 2027), Purpose.PRODUCTION, TODAY)
    register = many.register_file()
    return [
        ("sign one token", *microseconds(lambda: signer.sign_token(NUMBER, 1, TODAY, LAST_DAY, 1)), "30"),
        ("encode as an address", *microseconds(lambda: url(PREFIX, token)), "-"),
        ("parse an address", *microseconds(lambda: parse_scan(address, [PREFIX])), "-"),
        ("judge a genuine code", *microseconds(lambda: judge(address, keyring, TODAY, [PREFIX])), "100; p95 2000"),
        ("judge a forged code", *microseconds(lambda: judge(forged, keyring, TODAY)), "100; p95 2000"),
        ("sign a phone code", *microseconds(lambda: signer.sign_phone_code(NUMBER, 1_795_000_000_000, 1)), "-"),
        ("read a list of 131,072", *microseconds(lambda: read_bitmap(listing, keyring, TODAY), 200), "-"),
        ("load a register of 77 keys", *microseconds(lambda: many.keyring(TODAY), 50), "-"),
        ("bytes of that register", float(len(register)), float(len(register)), "-"),
    ]


def main() -> None:
    print(f"{'what':<30}{'median µs':>12}{'p95 µs':>12}   goal µs")
    for what, median, p95, goal in rows():
        print(f"{what:<30}{median:>12.1f}{p95:>12.1f}   {goal}")


if __name__ == "__main__":
    main()
