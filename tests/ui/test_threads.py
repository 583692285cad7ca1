"""Qt classes are made, and cycles collected, on the GUI thread only; what is not Qt's is loaded behind the window."""

from __future__ import annotations

import gc
import subprocess
import sys
from threading import Event, current_thread

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.ui.conftest import Station
from ui.desktop import garbage
from ui.desktop.operations import Lane, Operations

OPENS = """
import gc, sys, threading
from pathlib import Path

class Noted:
    opened, late, by = False, [], {}
    @classmethod
    def find_spec(cls, name, path=None, target=None):
        Noted.by.setdefault(name, threading.current_thread())
        if Noted.opened and threading.current_thread() is main and not name.startswith(("ui.desktop", "PySide6")):
            Noted.late.append(name)

main = threading.main_thread()
sys.meta_path.insert(0, Noted)
collected = set()
gc.callbacks.append(lambda phase, info: collected.add(threading.current_thread().name))
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication
app = QApplication([])
from ui.desktop.counter import Counter
from ui.desktop.operations import Operations
from ui.desktop.screens.places import PLACES
from ui.desktop.shell import Shell
shell = Shell(Counter(Operations(), Path(sys.argv[1])))
shell.show()
collected.clear()
shell.counter.opened.connect(lambda: setattr(Noted, "opened", True))
shell.counter.open()
while not collected or any(f"ui.desktop.screens.{module}" not in sys.modules for module, _ in PLACES.values()):
    app.processEvents()
for name in [name for name, thread in Noted.by.items() if thread is not main and name in sys.modules]:
    kinds = [one for one in vars(sys.modules[name]).values() if isinstance(one, type) and one.__module__ == name]
    if any(issubclass(kind, QObject) for kind in kinds):
        print("Qt class of a lane:", name)
print("late:", *Noted.late)
print("collected by:", *collected)
shell.close()
print("afterwards:", gc.isenabled())
"""


def test_opening_makes_no_qt_class_and_collects_nothing_in_a_lane(station: Station) -> None:
    station.desk.ledger.close()
    run = [sys.executable, "-c", OPENS, str(station.home)]
    said = subprocess.run(run, capture_output=True, text=True, timeout=60, check=False)
    assert said.stdout.splitlines() == ["late:", "collected by: MainThread", "afterwards: True"], said.stderr


def test_what_lanes_leave_is_collected_while_they_work(qtbot: QtBot, qapp: QApplication) -> None:
    operations, made, go_on = Operations(), Event(), Event()
    answered: list[object] = []
    count, by = len(gc.get_objects()), set[str]()

    def litter() -> bool:
        for _ in range(50_000):
            knot: list[object] = []
            knot.append(knot)
        made.set()
        return go_on.wait(60)

    def note(phase: str, info: object) -> None:
        by.add(current_thread().name)

    gc.callbacks.append(note)
    try:
        operations.run(Lane.LONG, litter, answered.append, answered.append)
        qtbot.waitUntil(made.is_set, timeout=20_000)
        assert not gc.isenabled() and not answered
        qtbot.waitUntil(lambda: len(gc.get_objects()) < count + 40_000, timeout=20_000)
    finally:
        gc.callbacks.remove(note)
        go_on.set()
        operations.close()
    assert by == {"MainThread"}
    assert gc.isenabled()
    operations.close()
    assert gc.isenabled() and garbage._keepers == 0, "closing twice counts once"


def test_generations_follow_the_interpreter(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    monkeypatch.setattr(gc, "collect", asked.append)
    monkeypatch.setattr(gc, "get_threshold", lambda: (700, 10, 10))
    for counts in [(700, 11, 11), (701, 10, 11), (701, 11, 10), (701, 11, 11)]:
        monkeypatch.setattr(gc, "get_count", lambda counts=counts: counts)
        garbage.collect()
    assert asked == [0, 1, 2]
