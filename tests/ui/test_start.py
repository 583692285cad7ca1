"""The window opens before anything heavy is loaded, takes wishes while the ledger opens, and says why it does not."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.ui.conftest import Station
from ui.desktop import text
from ui.desktop.app import dress
from ui.desktop.counter import Counter
from ui.desktop.operations import Operations
from ui.desktop.screens.places import PLACES, Screens
from ui.desktop.shell import Shell

HEAVY = ("cv2", "numpy", "sqlalchemy", "PIL", "zxingcpp", "cryptography", "station.ledger", "station.bootstrap")


def test_the_window_loads_nothing_heavy() -> None:
    asked = (
        "import sys, ui.desktop.app; from PySide6.QtWidgets import QApplication; a = QApplication([]);"
        "ui.desktop.app.dress(a); from ui.desktop.shell import Shell; from ui.desktop.counter import Counter;"
        "from ui.desktop.operations import Operations; s = Shell(Counter(Operations())); s.show(); a.processEvents();"
        f"print([m for m in {HEAVY!r} if m in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True, timeout=60)
    assert ran.stdout.strip() == "[]"


def test_a_wish_made_while_the_ledger_opens_is_kept(qtbot: QtBot, qapp: QApplication, station: Station) -> None:
    station.desk.ledger.close()
    dress(qapp)
    shell = Shell(Counter(Operations(), station.home))
    with qtbot.waitSignal(shell.opening.seen, timeout=5_000):
        shell.show()
    assert shell.current == ""
    qtbot.keyClick(shell, Qt.Key.Key_F4)
    shell.counter.open()
    qtbot.waitUntil(lambda: shell.current == "intake", timeout=30_000)
    assert shell.buttons["intake"].isChecked()
    shell.close()


def test_a_station_that_does_not_open_says_why(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> None:
    (tmp_path / "station.toml").write_text("damaged", encoding="utf-8")
    shell = Shell(Counter(Operations(), tmp_path))
    shell.show()
    shell.counter.open()
    qtbot.waitUntil(lambda: shell.opening.heading.text() == text.OPEN_FAILED, timeout=30_000)
    assert shell.opening.sentence.text()
    qtbot.keyClick(shell, Qt.Key.Key_F9)
    assert shell.current == ""
    shell.close()


def test_the_table_of_screens_is_the_navigation() -> None:
    assert set(text.SCREENS) <= set(PLACES)
    keys = [key for _, key in text.SCREENS.values()]
    assert len(set(keys)) == len(keys)
    assert list(Screens(lambda kind: kind(Counter(Operations())))) == list(PLACES)
