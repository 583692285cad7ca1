"""The figures page: the year so far at once, another period by keyboard, a wrong period in a sentence, no names."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from tests.ui.test_desks import Desk, desk  # noqa: F401 – a fixture
from ui.desktop import text_figures as text
from ui.desktop.screens.figures import FiguresScreen, said
from ui.words import words


def test_figures_by_keyboard(desk: Desk) -> None:  # noqa: F811
    desk.qtbot.keyClick(desk.shell, Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier)
    screen = desk.shell.screens["figures"]
    assert isinstance(screen, FiguresScreen)
    desk.settle(lambda: bool(screen.lines.table.lines))
    cells = {line.key: line.cells[1] for line in screen.lines.table.lines}
    assert set(cells) == set(words("figures"))
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


def test_a_figure_in_words() -> None:
    assert said({"a": 1, "b": 2}) == "a 1、b 2"
    assert said({}) == said(None) == text.NOTHING
    assert said(0.5) == "0.5"
