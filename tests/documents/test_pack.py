"""The code pack of a company: whose it holds, that its code opens the worker's own page, that the ledger knows."""

from __future__ import annotations

import io
import warnings
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from devices.catalogue import open_reader
from station.bootstrap import phone_codes, view_seal
from station.documents import pack
from station.documents.kinds import Paper
from station.documents.pack import Packed, code_pack
from station.domain import facts
from station.domain.errors import Refused
from station.services import supervising
from station.services.desk import Desk
from station.services.rehearsal import cast
from tests.ui.conftest import Station, made_station, station
from ui.cli.main import main
from ui.household.app import make_app

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

__all__ = ["made_station", "station"]


def test_a_code_opens_the_workers_own_page(station: Station, tmp_path: Path) -> None:
    desk, worker = station.desk, station.workers[0]
    clerk, uscc = cast("330100").clerk, desk.worker(worker.subject).permits[worker.number].company
    out = tmp_path / "pack.zip"
    told: list[tuple[int, int]] = []
    count = code_pack(desk, view_seal(desk), uscc, out, actor=clerk, tell=lambda d, t: told.append((d, t))).value.count
    with zipfile.ZipFile(out) as zipped:
        assert sorted(zipped.namelist()) == [f"{worker.number}/code.png", f"{worker.number}/handout.pdf"]
        assert zipped.read(f"{worker.number}/handout.pdf")[:5] == b"%PDF-"
        png = zipped.read(f"{worker.number}/code.png")
    assert (count, told) == (1, [(1, 1)])
    (read,) = open_reader().read(np.asarray(Image.open(io.BytesIO(png)).convert("RGB")))
    assert worker.number not in read.text
    address = "/" + read.text.split("/", 3)[3]
    page = TestClient(make_app(desk, view_seal(desk), phone_code=phone_codes(desk))).get(address)
    assert worker.person.name in page.text
    last = desk.ledger.facts_of(f"station:{desk.settings.station}")[-1].payload
    assert isinstance(last, facts.StationActed)
    assert (last.act, last.note) == ("EXPORTED", "codes 1")


def test_who_has_no_permit_in_force_is_not_packed(station: Station, tmp_path: Path) -> None:
    desk, worker, staff = station.desk, station.workers[0], cast("330100")
    uscc = desk.worker(worker.subject).permits[worker.number].company
    supervising.suspend(desk, worker.subject, worker.number, cause="complaint", actor=staff.supervisor)
    with pytest.raises(Refused, match="没有有效的码证"):
        code_pack(desk, view_seal(desk), uscc, tmp_path / "pack.zip", actor=staff.clerk)
    assert not list(tmp_path.glob("*.zip"))


def test_the_command(station: Station, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    worker = station.workers[1]
    uscc = station.desk.worker(worker.subject).permits[worker.number].company
    out = tmp_path / "pack.zip"
    assert main(["codes", "pack", "--company", uscc, "--out", str(out), "--home", str(station.home), "--json"]) == 0
    assert out.exists()
    capsys.readouterr()


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    """A folder with nothing in it, so that a test sees everything that is left there."""
    place = tmp_path / "out"
    place.mkdir()
    return place


def packed(station: Station, out: Path, **how: object) -> Packed:
    desk, worker = station.desk, station.workers[0]
    uscc = desk.worker(worker.subject).permits[worker.number].company
    return code_pack(desk, view_seal(desk), uscc, out, **how).value  # type: ignore[arg-type]


def together(station: Station, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """All workers of the station, as if they were of one company."""
    numbers = [one.number for one in station.workers]
    monkeypatch.setattr(pack, "in_force", lambda desk, uscc: numbers)
    return numbers


def test_many_need_two_people_and_come_in_parts(
    station: Station, empty: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers, staff = together(station, monkeypatch), cast("330100")
    monkeypatch.setattr(pack, "MANY", 1)
    for actor, second, code in (
        (staff.clerk, None, "not_allowed"), (staff.supervisor, None, "second_person"),
        (staff.supervisor, staff.supervisor, "same_person"),
    ):  # fmt: skip
        with pytest.raises(Refused) as no:
            packed(station, empty / "pack.zip", actor=actor, second=second)
        assert no.value.code == code
    assert list(empty.iterdir()) == []
    told: list[tuple[int, int]] = []
    made = packed(
        station, empty / "pack.zip", actor=staff.supervisor, second=staff.bureau,
        tell=lambda d, t: told.append((d, t)),
    )  # fmt: skip
    assert [file.name for file in made.files] == [f"pack-{nth}.zip" for nth in range(1, len(numbers) + 1)]
    assert sorted(empty.iterdir()) == sorted(made.files)
    for number, file in zip(numbers, made.files, strict=True):
        with zipfile.ZipFile(file) as one:
            assert {name.partition("/")[0] for name in one.namelist()} == {number}
    assert told == [(done, len(numbers)) for done in range(1, len(numbers) + 1)]
    last = station.desk.ledger.facts_of(f"station:{station.desk.settings.station}")[-1].payload
    assert isinstance(last, facts.StationActed)
    assert last.note == f"codes {len(numbers)} bureau-01"


def test_who_cannot_be_packed_is_skipped_and_named_by_number(
    station: Station, empty: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers, staff, whole = together(station, monkeypatch), cast("330100"), pack.handout
    bad = {numbers[0]}

    def handout(desk: Desk, number: str, code: bytes) -> Paper:
        if number in bad:
            raise Refused("姓名中有画不出的字，请先安装字体。", "undrawable")
        return whole(desk, number, code)

    monkeypatch.setattr(pack, "handout", handout)
    made = packed(station, empty / "pack.zip", actor=staff.clerk)
    assert (made.count, [one.number for one in made.skipped]) == (len(numbers) - 1, [numbers[0]])
    with zipfile.ZipFile(empty / "pack.zip") as one:
        assert {name.partition("/")[0] for name in one.namelist()} == set(numbers[1:])
    bad.update(numbers)
    with pytest.raises(Refused, match="没有一个人"):
        packed(station, empty / "none.zip", actor=staff.clerk)
    assert [file.name for file in empty.iterdir()] == ["pack.zip"]


def test_a_failure_leaves_nothing_behind(
    station: Station, empty: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers, staff, whole = together(station, monkeypatch), cast("330100"), pack.handout
    monkeypatch.setattr(pack, "MANY", 1)

    def handout(desk: Desk, number: str, code: bytes) -> Paper:
        if number == numbers[-1]:
            raise OSError(28, "No space left on device")
        return whole(desk, number, code)

    monkeypatch.setattr(pack, "handout", handout)
    before = len(station.desk.ledger.facts_of(f"station:{station.desk.settings.station}"))
    with pytest.raises(OSError, match="space"):
        packed(station, empty / "pack.zip", actor=staff.supervisor, second=staff.bureau)
    assert list(empty.iterdir()) == [], "neither a part nor the packs that were done"
    assert len(station.desk.ledger.facts_of(f"station:{station.desk.settings.station}")) == before
