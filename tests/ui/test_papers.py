"""Ctrl+P: the right paper is offered after an act, seen first, saved or printed; the hand-over sheet lists the pile."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from station.bootstrap import open_desk
from station.documents.kinds import fill
from station.documents.sheet import document_of
from station.domain.errors import Refused
from tests.ui.conftest import Station
from tests.ui.test_desks import Desk, desk  # noqa: F401 – a fixture
from ui import text_acts
from ui.cli.main import main as command_line
from ui.desktop import text_papers
from ui.desktop.counter import Wish
from ui.desktop.screens.papers import PaperDialog


def asked(desk: Desk) -> PaperDialog:  # noqa: F811
    desk.qtbot.keyClick(desk.shell, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    desk.settle(lambda: isinstance(QApplication.activeModalWidget(), PaperDialog))
    found = QApplication.activeModalWidget()
    assert isinstance(found, PaperDialog)
    desk.settle(lambda: found.paper is not None or bool(found.sentence.text()))
    return found


def test_the_receipt_is_offered_after_acceptance(
    desk: Desk, qtbot: QtBot, tmp_path: Path  # noqa: F811
) -> None:
    shell = desk.shell
    subject = next(row.subject for row in shell.counter.desk.ledger.inbox.open(state="submitted"))
    said = desk.act(subject, "accept")
    assert text_papers.OFFER.format(title=text_acts.PAPERS["receipt"]) in said
    dialog = asked(desk)
    assert dialog.kind.currentData() == "receipt"
    assert dialog.paper is not None
    assert not dialog.sheet.pixmap().isNull()
    dialog.write(tmp_path / "r.pdf")
    desk.settle(lambda: dialog.sentence.text() == text_papers.SAVED.format(name="r.pdf"))
    assert (tmp_path / "r.pdf").read_bytes().startswith(b"%PDF")
    dialog.kind.setCurrentIndex(dialog.kind.findData("extension"))
    desk.settle(lambda: dialog.paper is None and "延期" in dialog.sentence.text())
    assert not dialog.saves.isEnabled()
    assert not dialog.prints.isEnabled()
    qtbot.keyClick(dialog, Qt.Key.Key_F9)
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    desk.settle(lambda: QApplication.activeModalWidget() is None)


def test_the_receipt_and_the_pile_go_on_narrow_paper_too(desk: Desk) -> None:  # noqa: F811
    counter = desk.shell.counter
    home = counter.desk.settings.home
    card = counter.desk.ledger.jobs.in_states(["active"])[0]
    counter.paper = Wish("receipt", (card.subject,))
    dialog = asked(desk)
    assert not dialog.envelopes.isVisible()
    desk.qtbot.keyClick(dialog, Qt.Key.Key_F6)
    desk.settle(lambda: "编号" in dialog.sentence.text())
    desk.qtbot.keyClick(dialog, Qt.Key.Key_F7)  # no pile, no envelope
    dialog.kind.setCurrentIndex(dialog.kind.findData("handover"))
    desk.settle(lambda: dialog.paper is not None)
    desk.qtbot.keyClick(dialog, Qt.Key.Key_F6)
    desk.settle(lambda: "-00002" in dialog.sentence.text())
    dialog.address.setText("文三路 1 号")
    desk.qtbot.keyClick(dialog, Qt.Key.Key_F7)
    desk.settle(lambda: "-00003" in dialog.sentence.text())
    assert len(list((home / "slips").glob("*.png"))) == 2
    assert len(list((home / "labels").glob("*.png"))) == 1
    dialog.kind.setCurrentIndex(dialog.kind.findData("application"))
    desk.settle(lambda: dialog.paper is not None)
    assert not dialog.slips.isEnabled()
    dialog.slip()
    desk.settle()
    settings = counter.desk.settings
    devices = dataclasses.replace(settings.devices, slip=f"{settings.devices.slip}&fault=cover_open@3")
    counter.desk.settings = dataclasses.replace(settings, devices=devices)
    dialog.kind.setCurrentIndex(dialog.kind.findData("receipt"))
    desk.settle(lambda: dialog.paper is not None)
    desk.qtbot.keyClick(dialog, Qt.Key.Key_F6)
    desk.settle(lambda: "盖子开着" in dialog.sentence.text())
    assert dialog.slips.isEnabled()  # to try again
    desk.qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    desk.settle(lambda: QApplication.activeModalWidget() is None)


def test_without_anybody_in_hand_a_sentence_says_so(desk: Desk) -> None:  # noqa: F811
    desk.settle()  # the first page says its hint when it has loaded
    desk.qtbot.keyClick(desk.shell, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    desk.settle()
    assert desk.shell.screens[desk.shell.current].sentence.text() == text_papers.NOBODY


def test_the_sheet_lists_the_cards_of_one_company(station: Station) -> None:
    sheet = fill(station.desk, "handover", station.workers[0].subject, collector="李经办")
    plain = document_of(sheet).toPlainText()
    assert station.workers[0].number in plain
    assert "李经办" in plain
    assert "合计 1 张" in plain
    with pytest.raises(Refused) as caught:
        both = [worker.subject for worker in station.workers]
        fill(station.desk, "handover", both[0], subjects=both)
    assert caught.value.code == "no_active_card"


def test_a_paper_from_the_command_line(station: Station, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    station.desk.ledger.close()
    out = tmp_path / "a.pdf"
    number = station.workers[0].person.number
    home = ["--home", str(station.home)]
    assert command_line(["document", "application", "--worker", number, "--out", str(out), *home]) == 0
    assert out.read_bytes().startswith(b"%PDF")
    assert "申领表" in capsys.readouterr().out
    missing = ["document", "extension", "--worker", number, "--out", str(out), "--json", *home]
    assert command_line(missing) == 1
    assert '"not_extended"' in capsys.readouterr().out
    assert command_line(["document", "receipt", "--worker", "没有这人", "--out", str(out), *home]) == 1
    again = open_desk(station.home)
    again.ledger.close()
