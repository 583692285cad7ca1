"""The commands of deploying.md, run as they stand: from a bare PostgreSQL to two stations that see the same."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from station.bootstrap import open_desk
from station.cards.portraits import rehearsal_portrait
from station.centre import Centre
from station.clock import SystemClock
from station.domain.errors import Fault
from station.domain.facts import StationActed
from station.services.rehearsal import seed
from tests.central_server import SUPER, PgServer, fresh_server, programs
from tests.conventions.tree import ROOT

pytestmark = pytest.mark.postgres
PAGE = (ROOT / "resources" / "docs" / "deploying.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def bare_server() -> object:
    """A server nobody has used: roles belong to a server, and the page makes them."""
    if programs() is None:
        pytest.skip("no PostgreSQL installed")
    with fresh_server() as server:
        yield server


@pytest.fixture(scope="module")
def place(bare_server: PgServer, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in which the page was followed."""
    folder = tmp_path_factory.mktemp("province")
    blocks = re.findall(r"^```sh province\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    assert len(blocks) == 4
    bin_ = programs()
    psql = folder / "psql"
    psql.write_text(
        f'#!/bin/sh\nPGPASSWORD={bare_server.password} exec "{bin_}/psql" -q -v ON_ERROR_STOP=1 -h 127.0.0.1 '
        f'-p {bare_server.port} -U {SUPER} -d postgres "$@"\n'
    )
    psql.chmod(0o700)
    environment = {
        **os.environ,
        "PSQL": str(psql),
        "DB": f"127.0.0.1:{bare_server.port}",
        "PYTHON": sys.executable,
        "AT": str(folder),
        "PGPASSFILE": str(folder / "pgpass"),
    }
    environment.pop("ANXIN_HOME", None)
    script = "\n".join(["set -eu", "trap 'kill $(jobs -p) 2> /dev/null || true' EXIT", *blocks])
    done = subprocess.run(
        ["bash", "-c", script], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=600, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "省级平台已就绪" in done.stdout
    assert done.stdout.count("两边总数一致") == 5
    assert "已发 2，已启用 2" in done.stdout
    assert done.stdout.count("-front.png") == 4, "two cards made, the same two judged at the other station"
    return folder


def test_a_worker_of_one_station_is_issued_and_seen_at_the_other(place: Path, bare_server: PgServer) -> None:
    clock = SystemClock()
    first, second = open_desk(place / "hz-01"), open_desk(place / "hz-02")
    centre = Centre(place / "province", clock)
    assert _without_admin(centre)
    with_clerk = centre.province()
    centre.clerk_round(with_clerk)  # what the clerk of the page had not come to when the page was over
    issued = next(iter(seed(first, 1, rehearsal_portrait, first=50)))
    assert first.sync().ok
    assert centre.clerk_round(with_clerk).told == 3, "three issue numbers are signed ahead"
    assert centre.clerk_round(with_clerk).told == 0, "and no more when it looks again"
    with_clerk.close()
    assert first.sync().ok
    assert second.sync().ok
    seen = second.worker(issued.subject)
    assert seen.person is not None
    assert seen.person.name == issued.person.name
    assert sorted(seen.tokens) == [(issued.number, 1), (issued.number, 2), (issued.number, 3)]
    for desk in (first, second):
        desk.ledger.close()
        desk.central.close()  # type: ignore[attr-defined]


def test_the_account_of_numbers_names_what_was_given(place: Path) -> None:
    command = [sys.executable, "main.py", "central", "numbers", "--home", str(place / "province"), "--division",
               "330102", "--year", str(SystemClock().today().year)]  # fmt: skip
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    first = done.stdout.splitlines()[0]
    assert re.fullmatch(r"000001–000100  hz-01 第 1 期  已用 \d+，未用 \d+：还可使用", first), done.stdout


def _without_admin(centre: Centre) -> bool:
    """No secret stands in the settings."""
    text = (centre.home / "centre.toml").read_text()
    return "PASSWORD" not in text and not re.search(r"://[^/@\s]*:[^/@\s]*@", text)


def test_the_login_of_a_station_is_no_one_elses(place: Path, bare_server: PgServer) -> None:
    with pytest.raises(psycopg.OperationalError, match="authentication failed"):
        psycopg.connect(bare_server.dsn("anxin", "st-hz-01", "guess"))


# --- 6.2: the life of a station, with the commands its table names --------------------------------------------------


def run(place: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """One command of the program, as the administrator or the station would give it."""
    environment = {**os.environ, "PGPASSFILE": str(place / "pgpass"), "ANXIN_CENTRAL_HOME": str(place / "province")}
    command = [sys.executable, "main.py", *words]
    return subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False
    )


def answers(code: int, said: str, place: Path, *words: str) -> str:
    done = run(place, *words)
    assert done.returncode == code, done.stdout + done.stderr
    assert said in done.stdout + done.stderr
    return done.stdout


def acts(home: Path, word: str) -> None:
    """The station writes something down."""
    desk = open_desk(home)
    try:
        told = [(f"station:{desk.settings.station}", StationActed(word, desk.today()))]
        desk.ledger.append(told, actor="c")
    finally:
        desk.ledger.close()
        desk.central.close()  # type: ignore[attr-defined]


def cannot_act(home: Path) -> str:
    with pytest.raises(Fault) as caught:
        acts(home, "NO")
    assert caught.value.code == "station_frozen"
    return caught.value.sentence


def test_a_station_comes_back_from_a_backup(place: Path) -> None:
    home = place / "hz-02"
    shutil.copytree(home, place / "backup")
    acts(home, "A")
    answers(0, "两边总数一致", place, "sync", "--home", str(home))
    shutil.rmtree(home)
    (place / "backup").rename(home)
    answers(2, "较早的备份", place, "sync", "--home", str(home))
    cannot_act(home)
    assert '"epoch": 2' in answers(0, "第 2 启用期", place, "sync", "--new-life", "--json", "--home", str(home))
    answers(1, "没有停止写入", place, "sync", "--new-life", "--home", str(home))
    acts(home, "B")
    answers(0, "两边总数一致", place, "sync", "--home", str(home))


def test_a_cloned_disk_and_its_original(place: Path) -> None:
    home, clone = place / "hz-02", place / "clone"
    shutil.copytree(home, clone)
    acts(home, "C")
    acts(clone, "C'")
    answers(0, "两边总数一致", place, "sync", "--home", str(home))
    answers(2, "内容不同", place, "sync", "--home", str(clone))
    acts(home, "D")
    answers(2, "冻结", place, "sync", "--home", str(home))
    answers(1, "central renew-station", place, "sync", "--new-life", "--home", str(home))
    answers(0, "启用期", place, "central", "renew-station", "hz-02")
    answers(2, "", place, "sync", "--home", str(clone))
    answers(0, "可以继续办理", place, "sync", "--new-life", "--home", str(home))
    answers(2, "", place, "sync", "--home", str(clone))
    cannot_act(clone)
    acts(home, "E")
    answers(0, "两边总数一致", place, "sync", "--home", str(home))
    assert "hz-02.2." in answers(0, "不再上传", place, "sync", "--waiting", "--home", str(clone))


def test_a_new_computer_takes_the_place_of_the_old_one(place: Path) -> None:
    old, new, packet = place / "hz-01", place / "hz-01-new", place / "hz-01-new.packet"
    add = ("central", "add-station", "hz-01", "--city", "330100", "--out", str(packet), "--json")
    answers(1, "--new-computer", place, *add)
    code = json.loads(answers(0, "code", place, *add, "--new-computer"))["code"]
    answers(1, "另一台电脑", place, "sync", "--home", str(old))
    answers(0, "两边总数一致", place, "join", str(packet), "--home", str(new), "--code", code)
    for _ in range(2):
        answers(1, "另一台电脑", place, "sync", "--home", str(old))
    answers(1, "另一台电脑", place, "sync", "--new-life", "--home", str(old))
    assert "另一台电脑" in cannot_act(old)
    acts(new, "A")
    answers(0, "两边总数一致", place, "sync", "--home", str(new))
    desk = open_desk(new)
    assert (desk.ledger.epoch, desk.ledger.frozen) == (2, "")
    assert desk.ledger.roll.count() > 0, "what the old computer wrote is here"
    desk.ledger.close()
    desk.central.close()  # type: ignore[attr-defined]
