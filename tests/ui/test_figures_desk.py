"""The figures page: the year so far at once, another period by keyboard, a wrong period in a sentence, no names."""

from __future__ import annotations

import re

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from tests.ui.test_desks import Desk, desk  # noqa: F401 – a fixture
from ui.desktop import text_figures as text
from ui.desktop.screens.figures import FiguresScreen
from ui.figures import lines
from ui.words import words


def test_figures_by_keyboard(desk: Desk) -> None:  # noqa: F811
    desk.qtbot.keyClick(desk.shell, Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier)
    screen = desk.shell.screens["figures"]
    assert isinstance(screen, FiguresScreen)
    desk.settle(lambda: bool(screen.lines.table.lines))
    cells = {line.key: line.cells[1] for line in screen.lines.table.lines}
    assert {key.partition(".")[0] for key in cells} == set(words("figures"))
    english = [line.cells for line in screen.lines.table.lines if re.search("[a-z]", "".join(line.cells))]
    assert not english
    assert cells["applications.release"] == "2"
    assert cells["released"] == "2"
    names = [one.name for one in desk.shell.counter.desk.ledger.roll.page()]
    assert not [name for name in names if name and any(name in cell for cell in cells.values())]
    assert QApplication.focusWidget() is screen.fields["first"]
    screen.fields["first"].setText("2019-01-01")
    desk.press(Qt.Key.Key_Return)
    screen.fields["last"].setText("20191231")
    desk.press(Qt.Key.Key_Return)
    desk.settle(lambda: "2019-12-31" in screen.sentence.text())
    assert {line.key: line.cells[1] for line in screen.lines.table.lines}["released"] == "0"
    screen.fields["last"].setText("2018-12-31")
    desk.press(Qt.Key.Key_F9)
    desk.settle(lambda: "颠倒" in screen.sentence.text())
    screen.fields["last"].setText("gestern")
    desk.press(Qt.Key.Key_F9)
    desk.settle(lambda: text.LAST in screen.sentence.text())
    assert screen.do.isEnabled()


def test_figures_in_words() -> None:
    document = {
        "released": 3, "coverage": 0.5, "average_working_days": None, "refused_for": {}, "working_days": {"3": 2},
        "applications": {"release": 1, "accept": 2}, "workers": {"91330102MA27TE5T2K": 4}, "paused": {"future": 1},
    }  # fmt: skip
    assert [line[1:] for line in lines(document)] == [
        ("发放码证", "3"), ("持证上岗率", "50%"), ("平均用时（工作日）", "—"), ("不予发放原因", "—"),
        ("办结用时：3 个工作日", "2"), ("申领：受理", "2"), ("申领：发放", "1"),
        ("在册从业人员：91330102MA27TE5T2K", "4"), ("暂停：future", "1"),
    ]  # fmt: skip
