"""`make screenshots`: every screen of the desktop at 1366 × 768, over a small rehearsal, as PNG in a folder."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SIZE = (1366, 768)
PATIENCE_SECONDS = 60.0


def main(folder: Path) -> int:
    """Rehearse three workers, open the desktop on them, and take each screen once nothing is loading any more."""
    folder.mkdir(parents=True, exist_ok=True)
    demo = folder / "rehearsal"
    if not demo.exists():
        command = [sys.executable, "main.py", "demo", "--workers", "3", "--out", str(demo.resolve())]
        subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtWidgets import QApplication

    from ui.desktop.counter import Counter
    from ui.desktop.operations import Operations
    from ui.desktop.shell import Shell
    from ui.desktop.text import SCREENS
    from ui.desktop.theme import dress

    app = QApplication(sys.argv[:1])
    dress(app)
    counter = Counter(Operations(), demo / "station")
    shell = Shell(counter)
    opened: list[bool] = []
    counter.opened.connect(lambda: opened.append(True))
    shell.resize(*SIZE)
    shell.show()
    counter.open()
    until = time.monotonic() + PATIENCE_SECONDS
    while not opened and time.monotonic() < until:
        app.processEvents()
        time.sleep(0.02)
    if opened:
        numbers = sorted(one.name[:16] for one in (demo / "cards").glob("*-1-front.png"))
        counter.pick(counter.desk.ledger.subject_of_permit(numbers[0]) or "")
    for name in (*SCREENS, "file") if opened else ():
        shell.go(name)
        settle = time.monotonic() + 2.0
        while time.monotonic() < settle:
            app.processEvents()
            time.sleep(0.02)
        shell.grab().save(str(folder / f"{name}.png"))
        print(folder / f"{name}.png")
    shell.close()
    return 0 if opened else 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else "out/screenshots")))
