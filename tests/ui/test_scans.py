"""Scans of papers: shown before they are kept, kept encrypted under the person, seen again; other files refused."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from station.domain.authority import Actor
from station.domain.errors import Refused
from station.services.scans import LONGEST_SIDE, keep_scan, scan_data, scans_of
from tests.ui.conftest import Station
from tests.ui.test_desks import Desk, desk  # noqa: F401 – a fixture
from ui.desktop import text_papers
from ui.desktop.screens.scans import ScansDialog
from ui.desktop.viewmodels.consequence import consequences

CLERK = Actor("clerk-01", ("CLERK",), "330100")


@pytest.fixture
def page(tmp_path: Path) -> Path:
    made = np.full((900, 640, 3), 250, np.uint8)
    made[100:140, 60:580] = (10, 10, 10)
    out = tmp_path / "policy.png"
    Image.fromarray(made).save(out)
    return out


def test_a_policy_is_shown_kept_and_seen_again(desk: Desk, page: Path) -> None:  # noqa: F811
    shell = desk.shell
    subject = shell.counter.desk.ledger.roll.page(limit=1)[0].subject
    desk.open(subject, "insurance")
    desk.settle(lambda: desk.acts._key() == "insurance")
    form = desk.acts.form
    form._inputs["paper"].setText(str(page))  # type: ignore[union-attr]
    desk.settle(lambda: form._pictures["paper"].has_picture)
    said = desk.act(
        subject, "insurance", policy="P9", insurer="人保", first="20261101", last="20271031", paper=str(page)
    )
    assert "已办理" in said
    cover = shell.counter.desk.worker(subject).insurances[-1]
    assert cover.paper
    assert page.read_bytes()[:8] not in (shell.counter.desk.settings.home / "ledger.sqlite").read_bytes()
    shell.go("file")
    desk.settle()
    desk.qtbot.keyClick(shell.screens["file"], Qt.Key.Key_O, Qt.KeyboardModifier.ControlModifier)
    desk.settle(lambda: isinstance(QApplication.activeModalWidget(), ScansDialog))
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, ScansDialog)
    desk.settle(lambda: dialog.page.has_picture)
    assert text_papers.SCAN_KINDS["evidence.insurance"] in dialog.list.item(0).text()
    dialog.reject()


def test_without_scans_the_page_says_how_to_add_one(desk: Desk) -> None:  # noqa: F811
    shell = desk.shell
    shell.counter.pick(shell.counter.desk.ledger.roll.page(limit=1)[0].subject)
    dialog = ScansDialog(shell.counter, shell)
    desk.settle(lambda: dialog.sentence.text() == text_papers.NO_SCANS)
    dialog.reject()


def test_what_is_no_picture_is_refused_and_nothing_is_kept(desk: Desk, tmp_path: Path) -> None:  # noqa: F811
    wrong = tmp_path / "x.png"
    wrong.write_bytes(b"%PDF-1.4")
    counter = desk.shell.counter
    subject = counter.desk.ledger.roll.page(limit=1)[0].subject
    before = len(counter.desk.worker(subject).medicals)
    said = desk.act(subject, "medical", fit="fit", tier="GENERAL", paper=str(wrong))
    assert "照片" in said
    assert len(counter.desk.worker(subject).medicals) == before
    assert "没有找到" in desk.act(subject, "medical", paper=str(tmp_path / "gone.png"))


def test_a_large_page_is_made_smaller_and_belongs_to_one_person(station: Station, tmp_path: Path) -> None:
    out = tmp_path / "big.jpg"
    Image.fromarray(np.full((3000, 4000, 3), 200, np.uint8)).save(out)
    first, second = (worker.subject for worker in station.workers)
    sha256 = keep_scan(station.desk, first, out.read_bytes(), actor=CLERK)
    with Image.open(io.BytesIO(scan_data(station.desk, first, sha256))) as kept:
        assert kept.size == (LONGEST_SIDE, 1800)
    with pytest.raises(Refused) as caught:
        scan_data(station.desk, second, sha256)
    assert caught.value.code == "scan_not_here"
    with pytest.raises(Refused) as caught:
        keep_scan(station.desk, first, out.read_bytes(), actor=Actor("b", ("BUREAU",)))
    assert caught.value.code == "not_allowed"
    assert scans_of(station.desk, first) == []


def test_the_colour_after_an_act_is_the_colour_it_gets(station: Station) -> None:
    from station.domain.standing import standing
    from station.services import supervising

    at, worker = station.desk, station.workers[0]
    boss = Actor("supervisor-01", ("SUPERVISOR",))
    keys = ["suspend", "cancel", "revoke", "leave", "reinstate", "medical"]
    told = consequences(at, at.worker(worker.subject), keys)
    assert set(told) == set(keys) - {"medical"}
    assert told["suspend"].before[0] == "green"
    assert {told[key].after[0] for key in ("suspend", "cancel", "revoke", "leave")} == {"red"}
    supervising.suspend(at, worker.subject, worker.number, cause="complaint", actor=boss)
    record = at.worker(worker.subject)
    now = standing(record, worker.number, at.today())
    assert now.colour.value == told["suspend"].after[0]
    assert consequences(at, record, ["reinstate"])["reinstate"].after[0] == "green"
    applicant = next(row for row in at.ledger.roll.page() if row.permit_number)
    assert applicant.subject in {one.subject for one in station.workers}
