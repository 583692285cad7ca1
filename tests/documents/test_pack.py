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
from station.documents.pack import code_pack
from station.domain import facts
from station.domain.errors import Refused
from station.services import supervising
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
    count = code_pack(desk, view_seal(desk), uscc, out, actor=clerk, tell=lambda d, t: told.append((d, t))).value
    with zipfile.ZipFile(out) as pack:
        assert sorted(pack.namelist()) == [f"{worker.number}/code.png", f"{worker.number}/handout.pdf"]
        assert pack.read(f"{worker.number}/handout.pdf")[:5] == b"%PDF-"
        png = pack.read(f"{worker.number}/code.png")
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
