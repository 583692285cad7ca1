"""Starts the desktop: the window first, everything heavy behind it."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from ui.desktop.counter import Counter
from ui.desktop.operations import Operations
from ui.desktop.shell import Shell
from ui.desktop.theme import dress


def main() -> int:
    """Open the station (ANXIN_HOME, else this user's own rehearsal) once the window is painted; run until closed."""
    app = QApplication(sys.argv[:1])
    dress(app)
    named = os.environ.get("ANXIN_HOME")
    shell = Shell(Counter(Operations(), Path(named) if named else None))
    shell.opening.seen.connect(shell.counter.open, Qt.ConnectionType.QueuedConnection)
    shell.show()
    signal.signal(signal.SIGINT, lambda *_: app.quit())
    return app.exec()
