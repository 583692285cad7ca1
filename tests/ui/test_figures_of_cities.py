"""The figures page at one of the province's own stations: every city, the whole, as of when; elsewhere no choice."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from station.clock import SystemClock
from station.ledger.ledger import Ledger
from station.ledger.vault import MemoryVault
from station.sync import marks
from station.sync.copies import Copies
from tests.ledger.office import KEYS, raws_of
from tests.ui.test_desks import Desk, desk  # noqa: F401 – a fixture
from ui.desktop import text_figures as text
from ui.desktop.screens.figures import FiguresScreen
from ui.desktop.screens.places import OF_THE_PROVINCE
from ui.desktop.text import PROVINCE_KEYS


@pytest.fixture
def copies(desk: Desk, tmp_path: Path) -> Copies:  # noqa: F811
    """The rehearsal's own city, and one in which nothing happened yet."""

    def opened(path: Path, city: str) -> Ledger:
        return Ledger.open(path, station="zj-01", city=city, clock=SystemClock(), vault=MemoryVault(dict(KEYS)))

    made, here = Copies(tmp_path / "cities", opened), desk.shell.counter.desk
    made.of(here.settings.city.code).take(raws_of(here.ledger))
    made.of("330200")
    marks.level(made.of(here.settings.city.code), 1_795_842_000_000)
    return made


def shown(screen: FiguresScreen) -> dict[str, str]:
    return {line.key: line.cells[1] for line in screen.lines.table.lines}


def test_a_city_or_all_of_them_may_be_chosen(desk: Desk, copies: Copies) -> None:  # noqa: F811
    desk.shell.counter.desk.copies = copies
    desk.shell.go("figures")
    screen = desk.shell.screens["figures"]
    assert isinstance(screen, FiguresScreen)
    desk.settle(lambda: bool(screen.lines.table.lines))
    assert screen.scope.isVisible()
    assert [screen.scope.itemText(n) for n in range(screen.scope.count())] == [text.WHOLE, "杭州市", "宁波市"]
    assert shown(screen)["released"] == "2"
    assert text.AS_OF.format(at="—") in screen.sentence.text(), "the oldest of them counts"
    for city, released, at in (("杭州市", "2", "2026-11-28 13:00"), ("宁波市", "0", "—")):
        screen.scope.setCurrentIndex(screen.scope.findText(city))
        desk.press(Qt.Key.Key_F9)
        desk.settle(lambda at=at: text.AS_OF.format(at=at) in screen.sentence.text())  # type: ignore[misc]
        assert shown(screen)["released"] == released
        assert text.AS_OF.format(at=at) in screen.sentence.text()
    desk.shell.go("queue")
    desk.shell.go("figures")
    assert screen.scope.currentText() == "宁波市", "what was chosen stays chosen"


def test_a_station_of_a_city_has_nothing_to_choose(desk: Desk) -> None:  # noqa: F811
    desk.shell.go("figures")
    screen = desk.shell.screens["figures"]
    assert isinstance(screen, FiguresScreen)
    desk.settle(lambda: bool(screen.lines.table.lines))
    assert not screen.scope.isVisible()
    assert not screen.scope_label.isVisible()
    assert screen.hint.text() == text.HINT


def test_leaving_gives_the_copies_back(desk: Desk, copies: Copies) -> None:  # noqa: F811
    desk.shell.counter.desk.copies = copies
    desk.shell.counter.close()
    assert copies._open == {}


def test_the_province_has_few_pages_and_none_of_a_citys_business(desk: Desk, copies: Copies) -> None:  # noqa: F811
    shell = desk.shell
    assert not [name for name, button in shell.buttons.items() if not button.isVisible()]
    shell.counter.desk.copies = copies
    shell._opened()
    assert {name for name, button in shell.buttons.items() if button.isVisible()} == OF_THE_PROVINCE
    assert {key for key, one in shell.key_labels.items() if one.isVisible()} == PROVINCE_KEYS
    for key in (Qt.Key.Key_F4, Qt.Key.Key_F9, Qt.Key.Key_F2):
        desk.qtbot.keyClick(shell, key)
        desk.settle()
        assert shell.current == "figures"
        assert shell.buttons["figures"].isChecked()
    desk.qtbot.keyClick(shell, Qt.Key.Key_F5)
    desk.settle()
    assert shell.current == "check"
