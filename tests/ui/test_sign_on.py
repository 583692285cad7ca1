"""Ctrl+L: locked until a password is given, Esc opens nothing, drafts stay; a new station enters its first people."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from station.services.staff import Staff
from tests.ui.test_desks import Desk, desk  # noqa: F401 – a fixture
from ui.desktop import text_sign_on as text
from ui.desktop.counter import NOBODY
from ui.desktop.screens.intake import IntakeScreen
from ui.desktop.screens.sign_on import SignOn


def locked(desk: Desk) -> SignOn:  # noqa: F811
    desk.qtbot.keyClick(desk.shell, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    desk.settle(lambda: isinstance(QApplication.activeModalWidget(), SignOn))
    found = QApplication.activeModalWidget()
    assert isinstance(found, SignOn)
    desk.settle()
    return found


def test_locked_and_opened_by_another_person(desk: Desk) -> None:  # noqa: F811
    counter = desk.shell.counter
    boss = Staff(counter.desk).sign_in("supervisor", "yanlian-2026")
    bureau = Staff(counter.desk).sign_in("bureau", "yanlian-2026")
    Staff(counter.desk).open_account(
        "li.na", "李娜", "qin-shui-9-wan", ("CLERK",), actor=boss, second=bureau
    )
    desk.shell.go("intake")
    intake = desk.shell.screens["intake"]
    assert isinstance(intake, IntakeScreen)
    intake.fields["name"].setText("王秀")
    dialog = locked(desk)
    assert not intake.isVisible()
    desk.qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    dialog.close()
    desk.settle()
    assert dialog.isVisible()
    dialog.people.setCurrentIndex(dialog.people.findData("li.na"))
    dialog.password.setText("wrong")
    desk.qtbot.keyClick(dialog.password, Qt.Key.Key_Return)
    desk.settle(lambda: "口令" in dialog.sentence.text())
    assert counter.clerk.person == "clerk-01"
    dialog.password.setText("qin-shui-9-wan")
    desk.qtbot.keyClick(dialog.password, Qt.Key.Key_Return)
    desk.settle(lambda: counter.clerk.person == "李娜")
    desk.settle(lambda: QApplication.activeModalWidget() is None)
    assert desk.shell.current == "intake"
    assert "李娜" in desk.shell.duty.text()
    assert intake.fields["name"].text() == "王秀"
    assert "BATCH_OPERATOR" not in counter.clerk.roles


def test_behind_the_lock_no_key_works(desk: Desk) -> None:  # noqa: F811
    desk.shell.go("today")
    dialog = locked(desk)
    desk.qtbot.keyClick(dialog, Qt.Key.Key_F4)
    desk.settle()
    assert desk.shell.current == ""
    desk.qtbot.keyClick(dialog.password, Qt.Key.Key_Return)
    desk.settle(lambda: QApplication.activeModalWidget() is None)
    assert desk.shell.current == "today"


def test_the_first_people_of_a_station(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    counter = desk.shell.counter
    known: list[object] = []
    real = Staff.people
    monkeypatch.setattr(Staff, "people", lambda self, roles=None: [
        one for one in real(self, roles) if one.login in known
    ])  # fmt: skip
    counter.clerk = NOBODY
    dialog = locked(desk)
    for login, name, role in (("zhang", "张主管", "SUPERVISOR"), ("wu", "吴窗口", "CLERK")):
        assert dialog.needs == role
        assert dialog.told.text() == text.NEEDS[role]
        assert dialog.password.text() == ""
        dialog.sign()
        desk.settle(lambda: dialog.sentence.text() == text.NAME_NEEDED)
        dialog.login.setText(login)
        dialog.name.setText(name)
        dialog.password.setText("feng-qiao-8-ye")
        known.append(login)
        desk.qtbot.keyClick(dialog.password, Qt.Key.Key_Return)
        desk.settle(lambda role=role: dialog.needs != role)  # type: ignore[misc]
    assert [dialog.people.itemData(row) for row in range(dialog.people.count())] == ["wu"]
    dialog.password.setText("feng-qiao-8-ye")
    dialog.sign()
    desk.settle(lambda: counter.clerk.person == "吴窗口")
