"""The commands of deploying.md, run as they stand: from a bare PostgreSQL to two stations that see the same."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from station.bootstrap import open_desk
from station.cards.portraits import rehearsal_portrait
from station.centre import Centre
from station.clock import SystemClock
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
    issued = next(iter(seed(first, 1, rehearsal_portrait, first=50)))
    assert first.sync().ok
    centre = Centre(place / "province", clock)
    assert _without_admin(centre)
    with_clerk = centre.province()
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
