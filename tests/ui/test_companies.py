"""The company file by keyboard alone: found, registered, contact, policy, endorsements, closed; and as commands."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit
from pytestqt.qtbot import QtBot

from station.bootstrap import open_desk
from station.domain.evidence import Worth, insurance_on
from station.services.desk import Desk
from tests.ui.conftest import Station
from ui import text_companies as text
from ui.cli.main import main
from ui.company_table import FORMS
from ui.desktop.app import dress
from ui.desktop.counter import Counter
from ui.desktop.operations import Operations
from ui.desktop.screens.companies import CompaniesScreen
from ui.desktop.shell import Shell

CONTROL = Qt.KeyboardModifier.ControlModifier
NEW = "91330102MA27TE5T2K"


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


def opened(shell: Shell, qtbot: QtBot) -> CompaniesScreen:
    qtbot.keyClick(shell, Qt.Key.Key_E, CONTROL)
    settle(qtbot, shell, lambda: shell.current == "companies")
    screen = shell.screens["companies"]
    assert isinstance(screen, CompaniesScreen)
    return screen


def filled(shell: Shell, qtbot: QtBot, screen: CompaniesScreen, act: int, typed: list[str]) -> None:
    """A number key, Enter, then every field by typing and Enter; F9."""
    qtbot.keyClick(screen.lines, Qt.Key(Qt.Key.Key_0 + act))
    settle(qtbot, shell)
    qtbot.keyClick(screen.lines, Qt.Key.Key_Return)
    for said in typed:
        field = QApplication.focusWidget()
        if isinstance(field, QLineEdit):
            field.selectAll()
            qtbot.keyClicks(field, said) if said.isascii() else field.setText(said)
        else:
            assert isinstance(field, QComboBox)
            for _ in range(int(said or 0)):
                qtbot.keyClick(field, Qt.Key.Key_Down)
        qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.keyClick(screen, Qt.Key.Key_F9)
    settle(qtbot, shell)


def uscc_of(desk: Desk, number: str) -> str:
    row = desk.ledger.roll.permit(number)
    assert row is not None
    return row.company


def find(shell: Shell, qtbot: QtBot, screen: CompaniesScreen, typed: str) -> None:
    screen.query.clear()
    qtbot.keyClicks(screen.query, typed)
    qtbot.waitUntil(lambda: not screen._look_soon.isActive())
    settle(qtbot, shell, lambda: screen.view is not None and screen.view.record.uscc == typed)
    qtbot.keyClick(screen.query, Qt.Key.Key_Down)
    assert screen.lines.hasFocus()


def test_a_company_is_registered_and_called_by_keyboard_alone(shell: Shell, qtbot: QtBot) -> None:
    screen, desk = opened(shell, qtbot), shell.counter.desk
    screen.lines.setFocus()
    filled(shell, qtbot, screen, 1, [NEW, "杭州安心家政有限公司", "安心家政", "1", "李经理", "0571-87654321"])
    assert screen.sentence.text() == text.SAID["register"].format(what="安心家政")
    known = desk.company(NEW)
    assert (known.contact, known.phone, known.status) == ("李经理", "057187654321", "IN_BUSINESS")
    find(shell, qtbot, screen, NEW)
    assert "李经理" in screen.detail.text()
    assert known.division != desk.divisions.counties_of("330100", desk.today())[0].code

    filled(shell, qtbot, screen, 2, ["", "", "", "12"])
    assert "电话号码不正确" in screen.sentence.text()
    filled(shell, qtbot, screen, 2, ["", "", "", "13900001111"])
    after = desk.company(NEW)
    assert (after.phone, after.contact, after.name) == ("13900001111", "李经理", known.name)
    filled(shell, qtbot, screen, 1, [NEW, "x", "y", "0", "", ""])
    assert "已经登记" in screen.sentence.text()


def test_policy_and_endorsement_and_closing(shell: Shell, qtbot: QtBot, station: Station) -> None:
    screen, desk = opened(shell, qtbot), shell.counter.desk
    worker = station.workers[0]
    uscc, today = uscc_of(desk, worker.number), desk.today()
    find(shell, qtbot, screen, uscc)
    last = f"{today.year + 1}-12-31"
    filled(shell, qtbot, screen, 4, ["G1", "人保财险", "0", today.isoformat(), last, ""])
    assert screen.policies.table.lines[0].key == "G1"
    filled(shell, qtbot, screen, 6, ["0", today.isoformat(), "P-1", ""])
    count = len(desk.ledger.roll.workers_of(uscc))
    assert screen.sentence.text() == text.SAID["endorsed"].format(done=count)
    assert screen.policies.table.lines[0].cells[-1] == text.COUNT.format(count=count)
    assert worker.person.name in screen.members.text()
    filled(shell, qtbot, screen, 7, ["0", today.isoformat(), "", "没有此人"])
    assert "没有这个人" in screen.sentence.text()
    stays = [one for one in desk.worker(worker.subject).insurances if one.policy == "G1"]
    assert insurance_on(stays, today) is Worth.VALID
    filled(shell, qtbot, screen, 5, ["0", today.isoformat(), ""])
    assert screen.sentence.text() == text.SAID["end_policy"].format(what=count)

    filled(shell, qtbot, screen, 3, ["1", today.isoformat(), "公示系统"])
    assert desk.company(uscc).status == "DEREGISTERED"
    assert desk.worker(worker.subject).permits[worker.number].open_causes == ("company_closed",)
    assert "注销" in screen.detail.text()


def test_what_was_typed_is_kept_as_a_draft_and_nothing_found_is_a_sentence(shell: Shell, qtbot: QtBot) -> None:
    screen = opened(shell, qtbot)
    screen.choose(0)
    settle(qtbot, shell)
    line = screen.form._inputs["name"]
    assert isinstance(line, QLineEdit)
    line.setText("杭州安心")
    qtbot.waitUntil(lambda: not screen._keep_soon.isActive())
    settle(qtbot, shell)
    screen.choose(1)
    settle(qtbot, shell)
    screen.choose(0)
    settle(qtbot, shell)
    again = screen.form._inputs["name"]
    assert isinstance(again, QLineEdit)
    assert again.text() == "杭州安心"
    screen.query.setText("zzzz")
    qtbot.waitUntil(lambda: not screen._look_soon.isActive())
    settle(qtbot, shell)
    assert screen.detail.text() == text.NONE_FOUND
    screen.choose(1)
    screen.primary()
    settle(qtbot, shell)
    assert screen.sentence.text() == text.PICK


def call(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, dict[str, object]]:
    code = main([*words, "--json"])
    return code, json.loads(capsys.readouterr().out)


def test_the_same_acts_as_commands(station: Station, capsys: pytest.CaptureFixture[str]) -> None:
    home, worker = ("--home", str(station.home)), station.workers[0]
    uscc, today = uscc_of(station.desk, worker.number), station.desk.today()
    station.desk.ledger.close()
    company = (
        "company",
        "policy",
        "--company",
        uscc,
        "--number",
        "G1",
        "--insurer",
        "人保",
        "--last",
        f"{today.year + 1}-12-31",
    )
    assert call(capsys, *company, "--kind", "list", *home)[1]["error"]["code"] == "choices"  # type: ignore[index]
    assert call(capsys, *company, "--kind", "LIABILITY", *home)[0] == 0
    code, told = call(
        capsys, "company", "join", "--company", uscc, "--policy", "G1", "--people", worker.person.number, *home
    )
    assert (code, told["said"]) == (0, text.SAID["endorsed"].format(done=1))
    code, told = call(capsys, "company", "show", uscc, *home)
    (policy,) = told["policies"]  # type: ignore[misc]
    assert [one["name"] for one in policy["members"]] == [worker.person.name]
    assert main(["company", "show", uscc, *home]) == 0
    assert worker.person.name in capsys.readouterr().out
    code, _ = call(
        capsys, "act", "end-insurance", "--worker", worker.number, "--policy", "G1", "--last-day", "2020-01-01", *home
    )
    assert code == 1
    code, told = call(capsys, "act", "join-policy", "--worker", worker.number, *home)
    assert (code, told["error"]["code"]) == (1, "member_already")  # type: ignore[index]
    code, told = call(
        capsys, "company", "status", "--company", uscc, "--status", "REVOKED", "--source", "公示系统", *home
    )
    assert code == 0
    desk = open_desk(station.home)
    assert not desk.in_business(uscc)
    desk.ledger.close()


def test_every_act_has_its_words() -> None:
    assert {form.key for form in FORMS} == set(text.ACTS)
    assert {field.name for form in FORMS for field in form.fields} <= set(text.FIELDS)
