"""A city with a centre."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from station.sync.sql import SqlCentral
from tests.ledger.office import CITY, Office


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = Office(tmp_path)
    yield made
    made.close()


@pytest.fixture
def central(office: Office) -> Iterator[SqlCentral]:
    made = SqlCentral.embedded(office.folder / "centre.db", office.clock)
    for station in ("hz-01", "hz-02", "hz-03"):
        made.enrol(station, CITY)
    yield made
    made.close()
