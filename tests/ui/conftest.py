"""One rehearsal station with issued permits, made once and copied for each test that changes it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from station.bootstrap import found_rehearsal, open_bench, open_desk
from station.cards.portraits import rehearsal_portrait
from station.services import rehearsal
from station.services.desk import Desk
from station.services.printing import load_rehearsal_blanks, press_of, print_card, waiting
from station.trust.token import Token, parse, url
from ui.desktop import garbage


@pytest.fixture(autouse=True)
def windows_are_closed() -> Iterator[None]:
    """A window that a test leaves open keeps its lanes, and the interpreter from collecting anything."""
    yield
    assert garbage._keepers == 0


@dataclass(frozen=True, slots=True)
class Station:
    """An open station; the first worker's card is active, the second's is still asked for."""

    home: Path
    desk: Desk
    workers: list[rehearsal.Issued]

    def address(self, index: int, issue: int = 1) -> str:
        """What the QR of that worker's card says."""
        worker = self.workers[index]
        signed = self.desk.worker(worker.subject).tokens[worker.number, issue]
        token = parse(signed.token)
        assert isinstance(token, Token)
        return url(self.desk.settings.city.url_prefix, token)


@pytest.fixture(scope="session")
def made_station(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[rehearsal.Issued]]:
    home = tmp_path_factory.mktemp("made") / "station"
    desk = found_rehearsal(home)
    issued = list(rehearsal.seed(desk, 2, rehearsal_portrait))
    desk.sync()
    bench = open_bench(desk.settings)
    clerk = rehearsal.cast(desk.settings.city.code).clerk
    load_rehearsal_blanks(desk, bench, actor=clerk)
    order = waiting(desk.worker(issued[0].subject), issued[0].number)
    assert order is not None
    assert print_card(press_of(desk, bench, actor=clerk), order, actor=clerk).value.active
    bench.printer.close()
    assert bench.camera is not None
    bench.camera.close()
    desk.ledger.close()
    return home, issued


@pytest.fixture
def station(made_station: tuple[Path, list[rehearsal.Issued]], tmp_path: Path) -> Iterator[Station]:
    home = tmp_path / "station"
    shutil.copytree(made_station[0], home)
    settings = home / "station.toml"
    settings.write_text(
        settings.read_text(encoding="utf-8").replace(made_station[0].as_posix(), home.as_posix()), encoding="utf-8"
    )
    desk = open_desk(home)
    yield Station(home, desk, made_station[1])
    desk.ledger.close()
