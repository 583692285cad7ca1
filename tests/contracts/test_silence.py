"""A station that falls silent in the middle holds up nobody: no write waits for a COMMIT, no login for ever."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import psycopg
import pytest

from station.clock import FixedClock
from station.domain.errors import Fault
from station.ledger.privacy import PersonKey
from station.sync.administration import CLERK_LOGIN, LIMITS
from station.sync.postgres import PostgresTransactions
from station.sync.remote import _PUSH, _joined
from tests.central_server import PgServer
from tests.contracts.province import PASSWORD, Province
from tests.contracts.test_central import Pen
from tests.ledger.office import CITY, DAY

pytestmark = pytest.mark.postgres


CLOCK = FixedClock.on(DAY)


@pytest.fixture
def province(pg_server: PgServer) -> Iterator[Province]:
    made = Province(pg_server, CLOCK)
    for station in ("hz-01", "hz-02"):
        made.admin.add_station(station, CITY, PASSWORD)
    yield made
    made.close()


def test_every_login_has_its_limits(province: Province) -> None:
    for login in ("st-hz-01", CLERK_LOGIN):
        with psycopg.connect(province.server.dsn(province.name, login, PASSWORD)) as conn:
            shown = {name: (conn.execute(f"SHOW {name}".encode()).fetchone() or ("",))[0] for name in LIMITS}
        assert shown == LIMITS, login


def test_no_write_of_a_station_waits_for_a_commit(province: Province, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(self: PostgresTransactions) -> None:
        raise AssertionError("a transaction stays open between two ways to the server")

    monkeypatch.setattr(PostgresTransactions, "writing", never)
    way = province.login("hz-01")
    assert way.enrol("hz-01", CITY, public_key=b"k" * 32) == 1
    assert way.push("hz-01", Pen(CLOCK)("A", "B")).accepted == 2
    assert way.lease_numbers("hz-01", "330102", 2026, 100).first == 1
    way.put_keys("hz-01", [PersonKey(one * 32, f"worker:{one}", CITY, 5, b"box") for one in "ab"])
    assert {key.id for key in way.get_keys(CITY, ["a" * 32, "b" * 32])} == {"a" * 32, "b" * 32}
    assert way.renew("hz-01") == 2
    way.close()


def test_who_waits_for_a_silent_one_is_told_and_goes_on_when_it_is_gone(province: Province) -> None:
    """The seconds are shortened; that there are limits is asked above."""
    silent = psycopg.connect(province.server.dsn(province.name, "st-hz-01", PASSWORD))
    silent.execute("SET idle_in_transaction_session_timeout = '2s'")
    silent.commit()
    bound = _joined(Pen(CLOCK)("A"))
    silent.execute(str(_PUSH).replace(":bodies", "%s").replace(":signatures", "%s").encode(), list(bound.values()))
    way, other = province.login("hz-02"), Pen(CLOCK, "hz-02")("B")
    with way.transactions.reading() as conn:
        conn.exec_driver_sql("SELECT 1")
    with psycopg.connect(province.server.dsn("postgres"), autocommit=True) as conn:
        conn.execute(b"ALTER ROLE \"st-hz-02\" SET lock_timeout = '300ms'")
    way.close()
    with pytest.raises(Fault) as told:
        way.push("hz-02", other)
    assert told.value.code == "centre_busy"
    accepted: list[int] = []
    with psycopg.connect(province.server.dsn("postgres"), autocommit=True) as conn:
        conn.execute(b"ALTER ROLE \"st-hz-02\" SET lock_timeout = '10s'")
    way.close()
    waiting = threading.Thread(target=lambda: accepted.append(way.push("hz-02", other).accepted))
    waiting.start()
    waiting.join(8)
    assert accepted == [1], "the server ended the silent one"
    silent.close()
    way.close()
