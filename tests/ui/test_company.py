"""The company desk on the screen: check, take, stop, take on, give back – nobody twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from station.domain.application import State
from tests.company.lists import good_row, write_list, write_photos
from tests.ui.conftest import Station
from ui.desktop import text_company as words
from ui.desktop.app import dress
from ui.desktop.counter import Counter
from ui.desktop.operations import Operations
from ui.desktop.screens.company import CompanyScreen
from ui.desktop.shell import Shell

SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def shell(qtbot: QtBot, qapp: QApplication, station: Station) -> Iterator[Shell]:
    station.desk.ledger.close()
    dress(qapp)
    made = Shell(Counter(Operations(), station.home))
    made.resize(1366, 768)
    made.show()
    made.counter.open()
    settle(qtbot, made, lambda: made.counter.desk is not None)
    yield made
    made.close()
    made.deleteLater()


def settle(qtbot: QtBot, shell: Shell, until: Callable[[], bool] = lambda: True) -> None:
    qtbot.waitUntil(lambda: until() and shell.counter.operations._running == 0, timeout=60_000)
    QApplication.processEvents()


def test_a_list_from_the_file_to_the_review_desk(shell: Shell, qtbot: QtBot, tmp_path: Path) -> None:
    today = shell.counter.today() - timedelta(days=1)
    rows = [good_row(20 + n, today) for n in range(7)]
    rows[3] = {**rows[3], "phone": "12"}
    sheet = write_list(tmp_path / "list.xlsx", rows)
    photos = write_photos(tmp_path / "photos", 0)
    qtbot.keyClick(shell, Qt.Key.Key_F4, SHIFT)
    screen = shell.screens["company"]
    assert isinstance(screen, CompanyScreen)
    assert shell.current == "company"
    qtbot.keyClick(screen, Qt.Key.Key_F9)
    assert screen.sentence.text() == words.NOT_CHECKED
    screen.check_list()
    assert screen.sentence.text() == words.NO_SHEET
    for name, said in (("company", "金桥"), ("sheet", str(sheet)), ("photos", str(photos)), ("reviewer", "王初审")):
        screen.fields[name].setText(said)
    screen.check_list()
    settle(qtbot, shell, lambda: screen.run is not None)
    assert "合格 6 行，有问题 1 行" in screen.sentence.text()
    assert screen.table.item(0, 0).text() == "5"
    assert "电话" in screen.table.item(0, 1).text()

    screen.fields["reviewer"].clear()
    qtbot.keyClick(screen, Qt.Key.Key_F9)
    assert screen.sentence.text() == words.NO_REVIEWER
    assert not screen.running
    screen.fields["reviewer"].setText("王初审")
    qtbot.keyClick(screen, Qt.Key.Key_F9)
    screen._stop()
    settle(qtbot, shell, lambda: not screen.running)
    assert screen.sentence.text() == words.STOPPED
    waiting = shell.counter.desk.ledger.inbox.open(state=State.SUBMITTED.value)
    assert 0 < len(waiting) < 6
    qtbot.keyClick(screen, Qt.Key.Key_F9)
    settle(qtbot, shell, lambda: not screen.running)
    assert f"先前已录入 {len(waiting)} 人" in screen.sentence.text()
    assert len(shell.counter.desk.ledger.inbox.open(state=State.SUBMITTED.value)) == 6

    screen.save_back()
    settle(qtbot, shell)
    (given,) = [path for path in tmp_path.glob("*.xlsx") if path != sheet]
    assert openpyxl.load_workbook(given).worksheets[0].max_row == 2


@pytest.mark.parametrize(("company", "said"), [("", "没有找到"), ("没有这家", "没有找到"), ("家政", "不止一家")])
def test_an_unknown_company_is_a_sentence(
    shell: Shell, qtbot: QtBot, tmp_path: Path, company: str, said: str
) -> None:
    shell.go("company")
    screen = shell.screens["company"]
    assert isinstance(screen, CompanyScreen)
    screen.fields["company"].setText(company)
    screen.fields["sheet"].setText(str(tmp_path / "none.xlsx"))
    screen.check_list()
    settle(qtbot, shell)
    assert said in screen.sentence.text()
    screen.fields["company"].setText("金桥")
    screen.check_list()
    settle(qtbot, shell)
    assert "找不到这个文件" in screen.sentence.text()
