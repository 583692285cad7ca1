"""A station whose login was closed stops writing at its next exchange, whichever call finds out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from station.clock import ClockGuard, SystemClock
from station.domain.errors import Fault, Refused
from station.remote import Published, RemoteWay
from station.settings import Settings, load_city
from station.sync.exchange import exchange
from tests.central_server import PgServer
from tests.contracts.load import open_ledger, told
from tests.contracts.province import PASSWORD, Province
from tests.ledger.office import CITY, DAY

pytestmark = pytest.mark.postgres
NOBODY: Any = None


@pytest.mark.parametrize("introduced", [False, True])
def test_a_revoked_station_writes_no_more(pg_server: PgServer, tmp_path: Path, introduced: bool) -> None:
    clock = SystemClock()
    province = Province(pg_server, clock)
    province.admin.add_station("hz-01", CITY, PASSWORD)
    ledger, central = open_ledger(tmp_path, "hz-01"), province.login("hz-01")
    ledger.append([told("hz-01", 1)], actor="c")
    assert exchange(ledger, central).ok
    settings = Settings("hz-01", load_city(CITY), True, tmp_path, "postgresql://somewhere/anxin")
    guard = ClockGuard(clock, build_day=DAY)
    way = RemoteWay(settings, ledger, central, guard, b"k" * 32, Published(tmp_path), introduced)
    province.admin.revoke_station("hz-01", "被盗")
    for _ in range(2):
        with pytest.raises(Refused) as caught:
            way.exchange(NOBODY)
        assert caught.value.code == "revoked"
        assert "停用" in ledger.frozen
    with pytest.raises(Fault) as frozen:
        ledger.append([told("hz-01", 2)], actor="c")
    assert frozen.value.code == "station_frozen"
    for one in (central, ledger, province):
        one.close()
