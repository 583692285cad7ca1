"""T10 and T14 by numbers: one nonce raced for by threads and by two machines, and what the clock tells a forger."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from station.bootstrap import open_desk, phone_codes, vault_of, view_seal
from station.embedded import EmbeddedKeys
from station.services import visits
from station.services.inspecting import inspect_code
from station.trust.token import encode
from tests.conventions.tree import ROOT
from tests.ui.conftest import Station
from ui.household.app import NOBODY
from ui.household.served import Cities, Served

RACES = 10_000
RACER = """
import sys
from pathlib import Path
from station.bootstrap import open_desk, view_seal
from station.services import visits
desk = open_desk(Path(sys.argv[1]))
seal, nonces = view_seal(desk), sys.argv[2].split()
print("ready", flush=True)
sys.stdin.readline()
print(*(visits.confirm_entry(desk, seal, one).fresh for one in nonces), flush=True)
"""


def race(station: Station, times: int) -> None:
    desk, seal, worker = station.desk, view_seal(station.desk), station.workers[0]
    nonce = seal.nonce(worker.number, 1, "green", desk.clock.now_ms())
    with ThreadPoolExecutor(8) as pool:
        entered = list(pool.map(lambda _: visits.confirm_entry(desk, seal, nonce), range(times)))
    assert sum(one.fresh for one in entered) == 1
    assert {one.nonce for one in entered} == {nonce}
    assert [entry.nonce for entry in desk.worker(worker.subject).entries] == [nonce]


def test_a_few_hundred_racing_confirmations_store_exactly_one(station: Station) -> None:
    race(station, 300)


@pytest.mark.soak
def test_ten_thousand_racing_confirmations_store_exactly_one(station: Station) -> None:
    race(station, RACES)


def test_two_page_processes_over_one_ledger_store_each_nonce_once(station: Station) -> None:
    """Both start from the same line; every nonce is stored by exactly one of them."""
    desk, worker = station.desk, station.workers[0]
    nonces = [view_seal(desk).nonce(worker.number, 1, "green", desk.clock.now_ms()) for _ in range(40)]
    command = [sys.executable, "-c", RACER, str(station.home), " ".join(nonces)]
    racers = [
        subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(2)
    ]
    for one in racers:
        assert one.stdout is not None
        assert one.stdout.readline() == "ready\n"
    for one in racers:
        assert one.stdin is not None
        one.stdin.write("\n")
        one.stdin.flush()
    told = [one.communicate(timeout=120)[0].split() for one in racers]
    assert [one.returncode for one in racers] == [0, 0]
    assert [sorted(pair) for pair in zip(*told, strict=True)] == [["False", "True"]] * len(nonces)
    fresh = open_desk(station.home)
    stored = [entry.nonce for entry in fresh.worker(worker.subject).entries]
    assert sorted(stored) == sorted(nonces)
    fresh.ledger.close()


# --- what the clock tells (trust.md T14) ------------------------------------------------------------------------------


def medians(station: Station, rounds: int) -> tuple[float, float]:
    """Median ms of the whole answer to a bad signature, and to a genuine code of a number nobody has, in turns.

    Of processor time: a wait for a core that others hold says nothing about the code.
    """
    from ui.household.app import Household

    desk = station.desk
    page = Household(Cities(Served(desk, view_seal(desk), phone_codes(desk))))
    today = desk.today()
    keys = EmbeddedKeys(station.home, [desk.settings.city.code], vault_of(desk.settings))
    signer = keys.open_signers(list, today)[0]
    number = f"{station.workers[0].number[:10]}999998"
    unknown = encode(signer.sign_token(number, 1, today, today, 7))
    assert inspect_code(desk, unknown).verdict.genuine
    forged = unknown[:-1] + ("1" if unknown[-1] != "1" else "2")
    times: dict[str, list[float]] = {forged: [], unknown: []}
    for nth in range(rounds + 20):
        for code in (forged, unknown) if nth % 2 else (unknown, forged):
            began = time.thread_time()
            answer = page._scan(code)
            took = 1000 * (time.thread_time() - began)
            assert answer.status_code == 404
            if nth >= 20:
                times[code].append(took)
    return statistics.median(times[forged]), statistics.median(times[unknown])


@pytest.mark.soak
def test_a_bad_signature_and_an_unknown_number_take_the_same_time(station: Station) -> None:
    """Below a millisecond, median against median of the same run."""
    forged, unknown = medians(station, 200)
    assert abs(forged - unknown) < 1.0, f"{forged:.2f} ms against {unknown:.2f} ms"


@pytest.mark.soak
def test_the_measurement_sees_a_difference(station: Station, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work of two milliseconds that only a well-signed code takes would be found."""
    found = station.desk.ledger.subject_of_permit

    def slow(number: str) -> str | None:
        end = time.thread_time() + (0.0 if number == NOBODY else 0.002)
        while time.thread_time() < end:
            pass
        return found(number)

    monkeypatch.setattr(type(station.desk.ledger), "subject_of_permit", lambda self, number: slow(number))
    forged, unknown = medians(station, 40)
    assert unknown - forged > 1.0
