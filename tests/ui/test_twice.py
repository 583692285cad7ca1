"""A second F9, a held key and a power cut: nothing is done twice and nothing that was typed is lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QShortcut
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from station.domain import card
from tests.ui.conftest import Station
from ui.desktop.app import dress
from ui.desktop.counter import Counter
from ui.desktop.drafts import Drafts
from ui.desktop.operations import Operations
from ui.desktop.screens.company import CompanyScreen
from ui.desktop.screens.handover import HandoverScreen
from ui.desktop.screens.intake import IntakeScreen
from ui.desktop.shell import Shell


@pytest.fixture
def begin(qtbot: QtBot, qapp: QApplication, station: Station) -> Iterator[Callable[[], Shell]]:
    """Opens a window over the station; each call is the next start of the program."""
    station.desk.ledger.close()
    dress(qapp)
    made: list[Shell] = []

    def start() -> Shell:
        shell = Shell(Counter(Operations(), station.home))
        made.append(shell)
        shell.resize(1366, 740)
        shell.show()
        shell.counter.open()
        settle(qtbot, shell, lambda: shell.counter.desk is not None)
        return shell

    yield start
    for shell in made:
        shell.close()
        shell.deleteLater()


def settle(qtbot: QtBot, shell: Shell, until: Callable[[], bool] = lambda: True) -> None:
    qtbot.waitUntil(lambda: until() and shell.counter.operations._running == 0, timeout=60_000)
    QApplication.processEvents()


def test_f9_twice_submits_once(begin: Callable[[], Shell], qtbot: QtBot) -> None:
    shell = begin()
    shell.go("intake")
    settle(qtbot, shell)
    intake = shell.screens["intake"]
    assert isinstance(intake, IntakeScreen)
    today = shell.counter.today().isoformat()
    typed = {
        "number": "330102197001010021", "name": "王秀英", "company": "金桥", "authorised_on": today, "training": "PX1",
        "training_by": "杭州家政培训学校", "training_on": today,
    }  # fmt: skip
    for name, words in typed.items():
        intake.fields[name].setText(words)
    for box in (next(iter(intake.categories.values())), *intake.ticks.values(), *intake.consents.values()):
        box.setChecked(True)
    before = len(shell.counter.desk.ledger.inbox.open())
    for _ in range(3):
        qtbot.keyClick(shell, Qt.Key.Key_F9)
    intake.save.click()
    settle(qtbot, shell)
    assert len(shell.counter.desk.ledger.inbox.open()) == before + 1
    assert "已录入" in intake.sentence.text()


def test_a_main_act_under_way_is_not_begun_again(begin: Callable[[], Shell], qtbot: QtBot) -> None:
    shell = begin()
    screen, done = shell.screens["today"], []
    for _ in range(2):
        screen.once(lambda: done.append(1), lambda _: None)
    settle(qtbot, shell)
    assert done == [1]
    screen.once(lambda: 1 / 0, lambda _: None)
    settle(qtbot, shell)
    assert screen.sentence.text()
    screen.once(lambda: done.append(2), lambda _: None)  # trouble does not lock the screen
    settle(qtbot, shell)
    assert done == [1, 2]


def test_a_held_key_is_one_key(begin: Callable[[], Shell]) -> None:
    found = begin().findChildren(QShortcut)
    assert len(found) > 15
    assert not [one.key().toString() for one in found if one.autoRepeat()]


def test_the_hand_over_desk_comes_back_after_a_power_cut(
    begin: Callable[[], Shell], qtbot: QtBot, station: Station
) -> None:
    shell = begin()
    desk = shell.counter.desk
    number, subject = station.workers[0].number, station.workers[0].subject
    assert [one.state for one in desk.worker(subject).cards_of(number)] == [card.State.ACTIVE]
    shell.go("handover")
    settle(qtbot, shell)
    screen = shell.screens["handover"]
    assert isinstance(screen, HandoverScreen)
    screen.collector.setText("李经理")
    screen.scanned(number)
    settle(qtbot, shell, lambda: len(screen.pile) == 1)
    settle(qtbot, shell, lambda: not screen.kept.soon.isActive())
    kept = Drafts(desk).get("handover")
    assert kept == {"collector": "李经理", "pile": number}
    shell.close()
    again = begin()
    again.go("handover")
    back = again.screens["handover"]
    assert isinstance(back, HandoverScreen)
    settle(qtbot, again, lambda: len(back.pile) == 1)
    assert back.collector.text() == "李经理"
    for _ in range(2):
        qtbot.keyClick(again, Qt.Key.Key_F9)
    settle(qtbot, again, lambda: not back.pile)
    steps = [step.act for step in again.counter.desk.worker(subject).cards_of(number)[0].steps]
    assert steps.count("hand_to_company") == 1
    assert Drafts(again.counter.desk).get("handover") == {}


def test_the_company_desk_comes_back_after_a_power_cut(begin: Callable[[], Shell], qtbot: QtBot) -> None:
    shell = begin()
    shell.go("company")
    settle(qtbot, shell)
    screen = shell.screens["company"]
    assert isinstance(screen, CompanyScreen)
    for name, field in screen.fields.items():
        field.setText(f"half {name}")
    settle(qtbot, shell, lambda: not screen.kept.soon.isActive())
    shell.close()
    again = begin()
    again.go("company")
    settle(qtbot, again)
    back = again.screens["company"]
    assert isinstance(back, CompanyScreen)
    assert {name: field.text() for name, field in back.fields.items()} == {
        name: f"half {name}" for name in back.fields
    }
