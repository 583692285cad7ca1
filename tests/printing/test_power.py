"""The power goes at every labelled point and at bytes of the job: a real process, ledger, printer code and reader.

After the restart there is at most one good card and never two valid ones; no token went to the printer twice.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from station.printing import batch, ready, supplies
from station.printing.press import POINTS
from station.printing.settle import Word, settle
from station.printing.stock import opened_on_paper
from tests.printing.real import DIED, RealDesk

ROOT = Path(__file__).resolve().parents[2]
JOB = 1_892_907
NOT_ON_THIS_WAY = {"dropped", "doubt_written", "ended"}
"""Points that a good card does not pass; `test_settle` cuts there."""
DEATHS = [point for point in POINTS if point not in NOT_ON_THIS_WAY] + [
    f"byte:{n}" for n in (1, 600_000, 1_200_000, JOB - 4, JOB - 1)
]


COMMAND = (sys.executable, "-m", "tests.printing.real")
Die = Callable[[Path, str], int]


@pytest.fixture(scope="module")
def die() -> Iterator[Die]:
    """One life of the program in `home` that ends at `death`; its exit code."""
    if not hasattr(os, "fork"):
        yield lambda home, death: subprocess.run([*COMMAND, str(home), death], cwd=ROOT, check=False).returncode
        return
    with subprocess.Popen(COMMAND, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:

        def ask(home: Path, death: str) -> int:
            assert server.stdin is not None
            assert server.stdout is not None
            server.stdin.write(f"{home}\t{death}\n")
            server.stdin.flush()
            return int(server.stdout.readline())

        yield ask
        assert server.stdin is not None
        server.stdin.close()


def work_on(home: Path) -> RealDesk:
    """Restart, settle as the person at the printer would, and finish the run. The open desk."""
    mend = ""
    for _ in range(8):
        desk = RealDesk(home, printer=f"&operator={mend}" if mend else "")
        turns = list(batch.run(desk.press(seconds=0.3), "B1"))
        if not any(turn.stopped for turn in turns):
            return desk
        for left in desk.journal.unsettled(ready.machine_of(desk.printer, desk.printer.state())):
            seen = desk.plastic()[-1:]
            mine = seen == [(left.order.number, left.order.issue_number)]
            settle(desk.press(seconds=0.3), left, Word.THIS_IS_IT if mine else Word.NOTHING)
        mend = "path" if turns[-1].code in ("take_card_out", "card_in_path") else ""
        desk.close()
    raise AssertionError("the run does not end")


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A station with two workers whose cards wait in batch B1."""
    home = tmp_path_factory.mktemp("founded") / "home"
    desk = RealDesk(home)
    desk.found(2)
    desk.close()
    return home


@pytest.fixture
def home(founded: Path, tmp_path: Path) -> Path:
    """A copy of it, as the machine is switched on."""
    return Path(shutil.copytree(founded, tmp_path / "home"))


@pytest.mark.power
@pytest.mark.parametrize("death", DEATHS)
def test_power_cut(death: str, home: Path, die: Die) -> None:
    assert die(home, death) == DIED
    desk = work_on(home)
    first = desk.orders[0][1]
    try:
        assert all(len(issues) == 1 for issues in desk.live().values())
        assert max(desk.sent().values()) == 1
        lying = Counter(one for one in desk.plastic() if one is not None)
        assert max(lying.values()) == 1
        for number, (issue,) in desk.live().items():
            assert lying[number, issue] == 1
        balance = next(b for b in supplies.balances(desk.journal) if b.pack.name == "P1")
        assert opened_on_paper(balance) == balance.pack.opened == 50
        assert balance.in_hand == 0
        landed = len(desk.plastic()) + len(desk.plastic("rejected"))
        assert balance.remaining == 50 - landed
        assert supplies.count_pack(desk.journal, "P1", 50 - landed).settled
        assert not any(record.conflicts for record in desk.records())
        if death in ("composed", "reserved"):
            assert desk.live()[first] == [1]
    finally:
        desk.close()


@pytest.mark.power
def test_two_deaths_in_a_row_and_then_a_third_while_settling(home: Path, die: Die) -> None:
    assert die(home, "printed") == DIED
    assert die(home, "doubt_written") == DIED
    assert die(home, "verify_written") == DIED
    desk = work_on(home)
    try:
        assert desk.live() == {number: [1] for _, number in desk.orders}
        assert max(desk.sent().values()) == 1
        assert len(desk.plastic()) == 2
    finally:
        desk.close()
