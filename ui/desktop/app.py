"""Starts the desktop: the window first, everything heavy behind it."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from ui.desktop.counter import Counter
from ui.desktop.operations import Operations
from ui.desktop.shell import Shell
from ui.desktop.theme import dress


def main() -> int:
    """Open the station (ANXIN_HOME, the last one, else a new rehearsal) and run until the window is closed."""
    app = QApplication(sys.argv[:1])
    dress(app)
    shell = Shell(Counter(Operations(), station_home()))
    shell.show()
    signal.signal(signal.SIGINT, lambda *_: app.quit())
    QTimer.singleShot(0, shell.counter.open)
    return app.exec()


def station_home() -> Path:
    """Which station to open; a rehearsal of the demo is never opened by surprise."""
    named = os.environ.get("ANXIN_HOME")
    if named:
        return Path(named)
    from station.bootstrap import data_home

    return data_home() / "desktop-rehearsal"
