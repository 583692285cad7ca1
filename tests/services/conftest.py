"""One station with four released permits for every test of the services at the counter."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from station.services import rehearsal
from tests.services.house import House, make, opened


@pytest.fixture(scope="session")
def made_house(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[rehearsal.Issued]]:
    home = tmp_path_factory.mktemp("house") / "station"
    return home, make(home, 4)


@pytest.fixture
def house(made_house: tuple[Path, list[rehearsal.Issued]], tmp_path: Path) -> Iterator[House]:
    with opened(made_house[0], tmp_path / "station", made_house[1]) as one:
        yield one
