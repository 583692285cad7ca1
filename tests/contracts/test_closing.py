"""A station is closed only where everything it holds is at the centre: the code of both sides, and what breaks it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from station.clock import SystemClock
from station.domain.errors import Fault, Refused
from station.sync.central import Position
from station.sync.closing import close_station, code_of, station_code
from station.sync.exchange import exchange
from tests.central_server import PgServer
from tests.contracts.load import open_ledger, told
from tests.contracts.province import PASSWORD, Province
from tests.ledger.office import CITY

pytestmark = pytest.mark.postgres


@pytest.fixture
def province(pg_server: PgServer) -> Iterator[Province]:
    made = Province(pg_server, SystemClock())
    made.admin.add_station("hz-01", CITY, PASSWORD)
    yield made
    made.close()


def refused(code: str, act: object, *arguments: object) -> str:
    assert callable(act)
    with pytest.raises(Refused) as caught:
        act(*arguments)
    assert caught.value.code == code
    return caught.value.sentence


def test_a_station_is_closed_with_its_code_and_not_with_an_older_one(province: Province, tmp_path: Path) -> None:
    ledger, way = open_ledger(tmp_path, "hz-01"), province.login("hz-01")
    ledger.append([told("hz-01", n) for n in range(1, 11)], actor="c")
    assert "记录 10 条" in refused("not_level", station_code, ledger)
    assert exchange(ledger, way).ok
    older = station_code(ledger)
    assert older.startswith("10-")
    ledger.append([told("hz-01", 11)], actor="c")
    assert exchange(ledger, way).ok
    code = close_station(ledger)
    with pytest.raises(Fault, match=code):
        ledger.append([told("hz-01", 12)], actor="c")
    assert exchange(ledger, way).pushed == 0
    assert code in refused("frozen", close_station, ledger)
    refused("not_level", province.admin.revoke_station, "hz-01", "迁移", older)
    assert [one.state for one in province.admin.status().stations] == ["active"]
    province.admin.revoke_station("hz-01", "迁移", code.upper())
    (line,) = province.admin.status().stations
    assert (line.state, f"{line.facts}-") == ("revoked", code[:3])
    way.close()
    ledger.close()


def test_another_life_counts_too_and_an_empty_one_does_not() -> None:
    one = {1: Position(3, "aa")}
    assert code_of("hz-01", one) == code_of("hz-01", {**one, 2: Position()})
    assert code_of("hz-01", one) != code_of("hz-01", {**one, 2: Position(2, "bb")})
    assert code_of("hz-01", one) != code_of("hz-02", one)
