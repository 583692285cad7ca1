"""The stock desk by keyboard: count, receive, load, a difference signed by two, cards in the bag."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit

from station.domain.errors import Refused
from station.services import stock, supervising
from tests.ui.test_desks import Desk, desk  # noqa: F401 – a fixture
from ui.desktop import text_stock
from ui.desktop.screens.stock import StockScreen
from ui.desktop.stock_table import FORMS, fen_of, minutes_of

KEYS = [form.key for form in FORMS]


def stock_desk(desk: Desk) -> StockScreen:  # noqa: F811
    desk.qtbot.keyClick(desk.shell, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    screen = desk.shell.screens["stock"]
    assert isinstance(screen, StockScreen)
    desk.settle(lambda: screen.view is not None)
    return screen


def fill(screen: StockScreen, **values: str) -> None:
    for name, value in values.items():
        widget = screen.form._inputs[name]
        if isinstance(widget, QComboBox):
            widget.setCurrentIndex(widget.findData(value))
        elif isinstance(widget, QLineEdit):
            widget.setText(value)


def act(desk: Desk, screen: StockScreen, key: str, **values: str) -> str:  # noqa: F811
    """Do one act; answers what the screen says."""
    screen.choose(KEYS.index(key))
    desk.settle()
    fill(screen, **values)
    desk.qtbot.keyClick(screen, Qt.Key.Key_F9)
    desk.settle()
    return screen.sentence.text()


def test_the_evening_by_keyboard(desk: Desk) -> None:  # noqa: F811
    screen = stock_desk(desk)
    counter = desk.shell.counter
    assert screen.view is not None
    assert not screen.view.done
    pack = screen.lines.key
    assert pack in screen.next.text()
    assert "待清点" in screen.view.lines[0].cells[-1]
    left = screen.view.packs[pack].remaining
    assert QApplication.focusWidget() is screen.lines
    desk.press(Qt.Key.Key_1, Qt.Key.Key_Return)
    desk.type(str(left))
    desk.press(Qt.Key.Key_F9)
    desk.settle(lambda: screen.view is not None and screen.view.done)
    assert screen.next.text() == text_stock.ALL_COUNTED
    assert stock.day_to_close(counter.desk) == []
    assert QApplication.focusWidget() is screen.lines


def test_a_difference_is_signed_by_two(desk: Desk) -> None:  # noqa: F811
    screen = stock_desk(desk)
    assert screen.view is not None
    pack = screen.lines.key
    act(desk, screen, "count", counted=str(screen.view.packs[pack].remaining - 1))
    desk.settle(lambda: screen.view is not None and "差 -1" in screen.view.lines[0].cells[-1])
    assert screen.next.text() == text_stock.TO_SIGN.format(packs=pack)
    assert "请填写" in act(desk, screen, "sign")
    assert text_stock.DONE.format(act="差异签字") in act(desk, screen, "sign", why="进纸时弯折一张")
    line = stock.line_of(desk.shell.counter.desk, pack)
    assert line.written_off == 1
    assert line.balanced


def test_a_pack_comes_in_and_into_the_printer(desk: Desk) -> None:  # noqa: F811
    screen = stock_desk(desk)
    said = act(desk, screen, "receive", pack="K-77", item="BLANK", count="500", yuan="12,5", fund="专项")
    assert said == text_stock.BAD_AMOUNT
    assert text_stock.DONE.format(act="入库") in act(
        desk, screen, "receive", pack="K-77", item="BLANK", count="500", yuan="1250", fund="专项"
    )
    desk.settle(lambda: screen.view is not None and "K-77" in screen.view.packs)
    for row, line in enumerate(screen.lines.table.lines):
        if line.key == "K-77":
            screen.lines.selectRow(row)
    desk.settle()
    assert "500" in screen.effect.text() or act(desk, screen, "load", some="100")
    act(desk, screen, "load", some="100")
    desk.settle()
    assert stock.line_of(desk.shell.counter.desk, "K-77").sealed <= 500


def pick(desk: Desk, screen: StockScreen, pack: str) -> None:  # noqa: F811
    for row, line in enumerate(screen.lines.table.lines):
        if line.key == pack:
            screen.lines.selectRow(row)
    desk.settle(lambda: screen.lines.key == pack)


def test_a_pack_changes_hands_with_two_names(desk: Desk) -> None:  # noqa: F811
    screen = stock_desk(desk)
    act(desk, screen, "receive", pack="K-78", item="BLANK", count="500", yuan="1250", fund="专项")
    desk.settle(lambda: screen.view is not None and "K-78" in screen.view.packs)
    line = stock.line_of(desk.shell.counter.desk, "K-78")
    assert line.keeper == desk.shell.counter.clerk.person
    pick(desk, screen, "K-78")
    assert text_stock.KEEPER.format(person=line.keeper) in screen.detail.text()
    screen.choose(KEYS.index("entrust"))
    desk.settle()
    assert screen.second.isVisible()
    assert text_stock.DONE.format(act="移交") in act(desk, screen, "entrust")
    assert stock.line_of(desk.shell.counter.desk, "K-78").keeper == "supervisor-01"
    pick(desk, screen, "K-78")
    assert "supervisor-01 保管" in screen.detail.text()
    assert "supervisor-01 保管" in act(desk, screen, "entrust")  # no longer the clerk's to give


def test_hours_count_in_what_a_card_costs(desk: Desk) -> None:  # noqa: F811
    screen = stock_desk(desk)
    assert screen.view is not None
    at_home = desk.shell.counter.desk
    month = f"{at_home.today():%Y-%m}"
    assert act(desk, screen, "labour", month=month, hours="七", yuan="3") == text_stock.BAD_HOURS
    assert text_stock.LABOUR_DONE in act(desk, screen, "labour", month=month, hours="7.5", yuan="3", fund="会费")
    spent = stock.cost(at_home, at_home.today().year)
    assert (spent.minutes, spent.labour_fen, spent.by_fund["会费"]) == (450, 300, 300)
    for row in at_home.ledger.jobs.in_states(["active"]):
        clerk = desk.shell.counter.clerk
        supervising.hand_to_company(
            at_home, row.subject, row.number, row.issue_number, collector="李经办", actor=clerk
        )
    assert not screen.warning.isVisible()
    assert "超过每证 10 元的上限" in act(desk, screen, "labour", month=month, hours="7.5", yuan="300", fund="会费")
    desk.settle(lambda: screen.warning.isVisible())
    assert "超过每证 10 元的上限" in screen.warning.text()
    assert "按已交付" in screen.foot.text()


def test_a_stray_card_and_an_empty_bag(desk: Desk) -> None:  # noqa: F811
    screen = stock_desk(desk)
    assert act(desk, screen, "destroy") == text_stock.NOT_HERE
    assert "编号" in act(desk, screen, "found", permit="3301022026999999", version="1")
    number = desk.shell.counter.desk.ledger.roll.permits(live=True)[0].number
    assert act(desk, screen, "found", permit=number, version="x") != ""


def test_what_was_typed_is_there_again(desk: Desk) -> None:  # noqa: F811
    screen = stock_desk(desk)
    screen.choose(KEYS.index("receive"))
    desk.settle()
    fill(screen, pack="K-99", count="7")
    screen._keep()
    desk.settle()
    screen.choose(0)
    desk.settle()
    screen.choose(KEYS.index("receive"))
    desk.settle(lambda: screen.form.values()[0]["pack"] == "K-99")


@pytest.mark.parametrize("typed", ["x", "1.005", "-1", "NaN", "1e999"])
def test_what_is_no_amount(typed: str) -> None:
    with pytest.raises(Refused):
        fen_of(typed)


@pytest.mark.parametrize("typed", ["x", "0.001", "-1", "NaN", "1e999"])
def test_what_are_no_hours(typed: str) -> None:
    with pytest.raises(Refused):
        minutes_of(typed)


def test_amounts() -> None:
    assert minutes_of("7.5") == 450
    assert fen_of("199.5") == 19950
    assert fen_of("") == 0
