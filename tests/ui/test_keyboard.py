"""Every screen by keyboard alone: its key opens it, Tab reaches everything and comes round, Esc leads back."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QLineEdit,
    QPushButton,
    QTextEdit,
    QWidget,
)
from pytestqt.qtbot import QtBot

from tests.ui.conftest import Station
from tests.ui.test_desktop import settle, shell  # noqa: F401
from ui.desktop import text
from ui.desktop.screens.companies import CompaniesScreen
from ui.desktop.screens.places import PLACES
from ui.desktop.shell import Shell

UNLISTED = {"capture": "Shift+F5", "face": "Shift+F6", "companies": "Ctrl+E", "file": ""}
"""Screens without a line at the side, by their key (Shell._keys); the file opens by Enter on a person found."""

KEYS = {name: key for name, (_, key) in text.SCREENS.items()} | UNLISTED
WORK = (QAbstractButton, QLineEdit, QTextEdit, QComboBox, QAbstractItemView)
MOST = 200


def strike(qtbot: QtBot, shell: Shell, key: str) -> None:  # noqa: F811
    """The key as it is written on the button."""
    combination = QKeySequence(key)[0]
    qtbot.keyClick(QApplication.focusWidget() or shell, combination.key(), combination.keyboardModifiers())


def workable(screen: QWidget) -> set[QWidget]:
    """What can be clicked, typed into or chosen from now: the inside of a box or a list is part of it."""
    found = {one for one in screen.findChildren(QWidget) if isinstance(one, WORK)}
    found = {one for one in found if one.isVisible() and one.isEnabled()}
    return {one for one in found if not any(isinstance(above, (QComboBox, QAbstractItemView)) for above in _above(one))}


def _above(widget: QWidget) -> list[QWidget]:
    line, now = [], widget.parentWidget()
    while now is not None:
        line.append(now)
        now = now.parentWidget()
    return line


def has_key(widget: QWidget) -> bool:
    """A key of its own is written on it: `(Ctrl+K)`, or `F6` at the end."""
    if not isinstance(widget, QAbstractButton):
        return False
    inside, last = widget.text().rpartition("(")[2].rstrip(")"), widget.text().rpartition(" ")[2]
    return any(key.isascii() and not QKeySequence(key).isEmpty() for key in (inside, last) if key)


def tabs(screen: QWidget) -> list[QPushButton]:
    """The heads of its pages, in order."""
    return [one for one in screen.findChildren(QPushButton, "tab") if one.isVisible() and one.isEnabled()]


def walk(qtbot: QtBot, shell: Shell, name: str) -> None:  # noqa: F811
    """Tab comes round, and by everything that can be worked with."""
    start = QApplication.focusWidget()
    assert start is not None, "the focus is nowhere"
    reached: set[QWidget] = set()
    for _ in range(MOST):
        now = QApplication.focusWidget()
        assert now is not None
        reached |= {now, *_above(now)}
        strike(qtbot, shell, "Tab")
        settle(qtbot, shell)
        if QApplication.focusWidget() is start:
            break
    else:
        raise AssertionError(f"Tab does not come back to {start!r}: it is caught at {QApplication.focusWidget()!r}")
    left = workable(shell.screens[name]) - reached - set(tabs(shell.screens[name]))
    missed = [one for one in left if not has_key(one)]
    assert not missed, [(type(one).__name__, one.accessibleName() or getattr(one, "text", str)()) for one in missed]


def turn(qtbot: QtBot, shell: Shell, tab: QPushButton) -> None:  # noqa: F811
    """By the digit on it, else one to the right."""
    first = tab.text()[:1]
    strike(qtbot, shell, first if first.isdecimal() else "Right")
    settle(qtbot, shell)


def find_company(qtbot: QtBot, shell: Shell, station: Station) -> None:  # noqa: F811
    """Its acts are of a company: its code is typed, and the arrow goes to what was found."""
    screen, row = shell.screens["companies"], shell.counter.desk.ledger.roll.permit(station.workers[0].number)
    assert isinstance(screen, CompaniesScreen)
    assert row is not None
    qtbot.keyClicks(QApplication.focusWidget(), row.company)
    qtbot.waitUntil(lambda: not screen._look_soon.isActive())
    settle(qtbot, shell, lambda: screen.view is not None)
    strike(qtbot, shell, "Down")


def test_every_screen_has_a_key() -> None:
    assert set(KEYS) == set(PLACES)


@pytest.mark.parametrize("name", sorted(KEYS))
def test_a_screen_by_keyboard_only(shell: Shell, qtbot: QtBot, station: Station, name: str) -> None:  # noqa: F811
    shell.counter.pick(station.workers[0].subject)
    if name == "file":
        shell.go(name)
    elif name != "today":
        strike(qtbot, shell, KEYS[name])
    settle(qtbot, shell, lambda: shell.current == name)
    walk(qtbot, shell, name)
    if name == "companies":
        find_company(qtbot, shell, station)
    for tab in tabs(shell.screens[name])[1:]:
        turn(qtbot, shell, tab)
        assert tab.isChecked(), tab.text()
        walk(qtbot, shell, name)
    strike(qtbot, shell, "Escape")
    settle(qtbot, shell)
    assert shell.current == "today"
