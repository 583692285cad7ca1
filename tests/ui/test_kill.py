"""A power cut behind a half-written form: a process that is killed after the draft was kept; the next one has it."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

from station.bootstrap import open_desk
from tests.ui.conftest import Station
from ui.desktop.drafts import Drafts

CLERK_AT_WORK = """
import os, sys, time
from pathlib import Path
from PySide6.QtWidgets import QApplication
from ui.desktop.counter import Counter
from ui.desktop.operations import Operations
from ui.desktop.shell import Shell
app = QApplication([])
shell = Shell(Counter(Operations(), Path(sys.argv[1])))
shell.show()
shell.counter.open()
end = time.monotonic() + 60
def until(holds):
    while not holds() and time.monotonic() < end:
        app.processEvents()
        time.sleep(0.01)
until(lambda: shell.counter.desk is not None)
shell.go("intake")
until(lambda: shell.counter.operations._running == 0)
intake = shell.screens["intake"]
for name, field in intake.fields.items():
    field.setText(f"half {name}")
for box in (*intake.ticks.values(), *intake.consents.values()):
    box.setChecked(True)
until(lambda: intake._soon.isActive())
until(lambda: not intake._soon.isActive() and shell.counter.operations._running == 0)
print("typed", flush=True)
time.sleep(60)
"""


@pytest.mark.power
def test_what_was_typed_survives_kill_9(station: Station) -> None:
    station.desk.ledger.close()
    home = str(station.home)
    clerk = subprocess.Popen([sys.executable, "-c", CLERK_AT_WORK, home], stdout=subprocess.PIPE, text=True)
    try:
        assert clerk.stdout is not None
        assert clerk.stdout.readline().strip() == "typed"
    finally:
        clerk.send_signal(signal.SIGKILL)
        clerk.communicate()
    desk = open_desk(station.home)
    kept = Drafts(desk).get("intake")
    desk.ledger.close()
    fields = (
        "number", "name", "phone", "address", "company", "authorised_on", "training", "training_by", "training_on",
        "photo",
    )  # fmt: skip
    assert {name: kept.get(name) for name in fields} == {name: f"half {name}" for name in fields}
    assert {"card", "finger", "consent_PRIVACY", "consent_FACE"} <= set(kept)
