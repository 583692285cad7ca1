"""The centre's folder remembers what its database forgot, also when one backup comes back twice."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from station.bootstrap import join_province, open_desk
from station.cards.portraits import rehearsal_portrait
from station.centre import Attended, Centre
from station.clock import SystemClock
from station.domain.errors import Fault
from station.services.rehearsal import seed
from tests.central_server import PgServer, fresh_server, programs

pytestmark = pytest.mark.postgres


def round_of(centre: Centre) -> Attended:
    clerk = centre.province()
    try:
        return centre.clerk_round(clerk)
    finally:
        clerk.close()


def back_to(server: PgServer, name: str) -> None:
    with psycopg.connect(server.dsn("postgres"), autocommit=True) as conn:
        conn.execute(f"DROP DATABASE {name} WITH (FORCE)")
        conn.execute(f"CREATE DATABASE {name} TEMPLATE backup")


def test_the_same_backup_twice(tmp_path: Path) -> None:
    if programs() is None:
        pytest.skip("no PostgreSQL installed")
    with fresh_server() as server:
        name = server.database()
        centre = Centre.found(tmp_path / "province", server.dsn(name), SystemClock(), rehearsal=True)
        join_province(tmp_path / "hz-01", centre.packet("hz-01", "330100"))
        desk = open_desk(tmp_path / "hz-01")
        assert desk.sync().ok
        round_of(centre)
        desk.central.close()  # type: ignore[attr-defined]
        with psycopg.connect(server.dsn("postgres"), autocommit=True) as conn:
            conn.execute(f"CREATE DATABASE backup TEMPLATE {name}")
        list(seed(desk, 1, rehearsal_portrait))
        assert desk.sync().ok
        assert round_of(centre).told > 0
        assert desk.sync().ok, "the station has what the centre signed"
        for generation in (2, 3):
            desk.central.close()  # type: ignore[attr-defined]
            back_to(server, name)
            with pytest.raises(Fault) as told:
                round_of(centre)
            assert told.value.code == "centre_is_older"
            assert centre.restored() == generation
            assert not desk.sync().ok, "what the centre signed is given back, but not yet looked at"
            assert round_of(centre).taken_back > 0, "the centre's own facts come back from the station"
            assert desk.sync().ok
            with psycopg.connect(server.dsn(name)) as conn:
                heads = conn.execute("SELECT min(next) FROM number_heads").fetchone()
            assert heads is not None
            assert heads[0] > (generation - 1) * 10_000
        desk.ledger.close()
        desk.central.close()  # type: ignore[attr-defined]
