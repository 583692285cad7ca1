"""A scanner in keyboard mode, at every speed and on every screen: the code arrives once, and nothing else happens."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QListWidget, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.conftest import Station
from tests.ui.test_desktop import press, settle, shell
from ui.desktop import text
from ui.desktop.screens.intake import IntakeScreen
from ui.desktop.shell import Shell
from ui.desktop.wedge import HOLD_MS, IDLE_MS, Wedge

__all__ = ["shell"]
CODE = "https://anxin.zj.example/" + "3141592653" * 19 + "7"


def keys(window: QWidget, typed: str, *, gap: int, end: str = "\r", start: int = 1_000) -> None:
    """What the window system sends for these characters, press and release, `gap` ms apart."""
    handle = window.windowHandle()
    at = start
    for c in [*typed, *end]:
        key = {"\r": Qt.Key.Key_Return, "\t": Qt.Key.Key_Tab}.get(c) or Qt.Key(ord(c.upper()))
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            event = QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, c)
            event.setTimestamp(at)
            QApplication.sendEvent(handle, event)
        at += gap


class Pad(QWidget):
    """A window with a text field and a list whose keys act."""

    def __init__(self) -> None:
        super().__init__()
        self.field, self.list = QLineEdit(), Counting()
        column = QVBoxLayout(self)
        column.addWidget(self.field)
        column.addWidget(self.list)
        self.codes: list[str] = []
        self.wedge = Wedge(self)
        self.wedge.scanned.connect(self.codes.append)


class Counting(QListWidget):
    def __init__(self) -> None:
        super().__init__()
        self.typed = ""
        self.enters = 0

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Return:
            self.enters += 1
        self.typed += event.text().strip()
        event.ignore()  # goes on to every ancestor


@pytest.fixture
def pad(qtbot: QtBot) -> Pad:
    made = Pad()
    qtbot.addWidget(made, before_close_func=lambda widget: widget.wedge.stop())
    made.show()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is not None)
    return made


@pytest.mark.parametrize("gap", [1, 2, 5, 8, 15, 20])
@pytest.mark.parametrize("end", ["\r", "\t"])
def test_a_scan_arrives_whole_and_does_nothing_else(pad: Pad, gap: int, end: str) -> None:
    for here in (pad.field, pad.list):
        here.setFocus()
        pad.field.setText("王秀英")
        pad.field.setCursorPosition(1)
        keys(pad, CODE, gap=gap, end=end, start=10_000 if here is pad.field else 100_000)
        assert pad.field.text() == "王秀英"
        assert pad.field.cursorPosition() == 1
        assert pad.list.typed == ""
        assert pad.list.enters == 0
        assert QApplication.focusWidget() is here
    assert pad.codes == [CODE, CODE]


def test_typing_is_given_back_in_order(pad: Pad, qtbot: QtBot) -> None:
    pad.list.setFocus()
    keys(pad, "3", gap=1, end="")
    assert pad.list.typed == ""
    qtbot.waitUntil(lambda: pad.list.typed == "3", timeout=HOLD_MS * 20)
    keys(pad, "1234", gap=60, end="\r", start=5_000)
    assert pad.list.typed == "31234"
    assert pad.list.enters == 1
    keys(pad, "77", gap=10, end="", start=9_000)
    qtbot.waitUntil(lambda: pad.list.typed == "3123477", timeout=IDLE_MS * 10)
    assert pad.codes == []


def test_a_person_typing_into_a_field_loses_no_character(pad: Pad) -> None:
    pad.field.setFocus()
    for gap in (25, 60, 119):
        pad.field.clear()
        keys(pad, "330102199001011234", gap=gap, end="", start=gap * 10_000)
        assert pad.field.text() == "330102199001011234"
    keys(pad, "", gap=1, start=2_000_000)
    assert pad.codes == []


def test_one_pull_of_the_trigger_that_fires_twice_counts_once(pad: Pad) -> None:
    pad.list.setFocus()
    keys(pad, CODE, gap=1, start=10_000)
    keys(pad, CODE, gap=1, start=10_500)
    assert pad.codes == [CODE]
    keys(pad, CODE, gap=1, start=20_000)
    assert pad.codes == [CODE, CODE]


def test_a_key_that_repeats_itself_is_no_scanner(pad: Pad) -> None:
    pad.list.setFocus()
    for at in range(30):
        event = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_A, Qt.KeyboardModifier.NoModifier, "a", True)
        event.setTimestamp(1_000 + at)
        QApplication.sendEvent(pad.windowHandle(), event)
    keys(pad, "", gap=1, start=1_040)
    assert pad.codes == []
    assert pad.list.typed == "a" * 30


@pytest.mark.parametrize("screen", sorted(text.SCREENS))
def test_a_scan_on_any_screen_lands_once_where_codes_belong(
    shell: Shell, qtbot: QtBot, station: Station, screen: str
) -> None:
    shell.counter.pick(station.workers[0].subject)
    shell.go(screen)
    settle(qtbot, shell)
    seen: list[str] = []
    shell.wedge.scanned.connect(seen.append)
    keys(shell, station.workers[0].number, gap=4)
    settle(qtbot, shell, lambda: len(seen) > 0)
    assert seen == [station.workers[0].number]
    takes = shell.screens[screen].takes_scans
    assert shell.current == (screen if takes else "check")
    assert QApplication.activeModalWidget() is None


def test_a_scanner_never_types_into_a_name_field(shell: Shell, qtbot: QtBot, station: Station) -> None:
    press(qtbot, shell, Qt.Key.Key_F4)
    intake = shell.screens["intake"]
    assert isinstance(intake, IntakeScreen)
    name = intake.fields["name"]
    name.setFocus()
    name.setText("王秀")
    keys(shell, station.workers[0].number, gap=4)
    settle(qtbot, shell, lambda: shell.current == "check")
    assert name.text() == "王秀"
    check = shell.screens["check"]
    wanted: Callable[[], bool] = lambda: check.panel.colour == "green"  # type: ignore[attr-defined]  # noqa: E731
    settle(qtbot, shell, wanted)


def test_the_pane_says_whether_it_listens_and_lets_a_number_be_typed(
    shell: Shell, qtbot: QtBot, station: Station
) -> None:
    press(qtbot, shell, Qt.Key.Key_F5)
    check = shell.screens["check"]
    pane, field = check.pane, check.field  # type: ignore[attr-defined]
    assert pane.text() == text.SCAN_READY
    for at, digit in enumerate(station.workers[0].number):
        keys(shell, digit, gap=1, end="", start=1_000 + 200 * at)
        qtbot.waitUntil(lambda want=at + 1: len(field.text()) == want)
    assert pane.text() == text.SCAN_AWAY
    keys(shell, "", gap=1, start=10_000)
    settle(qtbot, shell, lambda: check.panel.colour == "green")  # type: ignore[attr-defined]
    assert field.text() == ""
    assert pane.hasFocus()
