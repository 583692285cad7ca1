"""A fresh city for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from station.ledger.ledger import Ledger
from tests.ledger.office import Office


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = Office(tmp_path)
    yield made
    made.close()


@pytest.fixture
def ledger(office: Office) -> Ledger:
    return office.open()
