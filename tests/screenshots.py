"""Every screen and page as a PNG: `python -m tests.screenshots DIR`. For people to look at, not a test.

Desktop screens are painted offscreen at 1366 × 768 and 1920 × 1080; the household's page in headless Chromium at
360 × 740 where Chromium is installed.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["XDG_DATA_HOME"] = tempfile.mkdtemp(prefix="anxin-shots-")

from PySide6.QtCore import QPoint
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QApplication, QDialog

from station.bootstrap import open_desk, view_seal
from station.domain import facts
from station.services import changes, personal
from station.services.desk import Desk
from ui.desktop.app import dress
from ui.desktop.counter import Counter, Wish
from ui.desktop.operations import Lane, Operations
from ui.desktop.screens.batch import BatchScreen
from ui.desktop.screens.capture import CaptureScreen
from ui.desktop.screens.check import CheckScreen
from ui.desktop.screens.devices import DevicesScreen
from ui.desktop.screens.face import FaceScreen
from ui.desktop.screens.file import FileScreen
from ui.desktop.screens.find import FindScreen
from ui.desktop.screens.issue import IssueScreen
from ui.desktop.screens.papers import PaperDialog
from ui.desktop.screens.queue import QueueScreen
from ui.desktop.screens.stock import StockScreen
from ui.desktop.shell import Shell
from ui.desktop.stock_table import FORMS

SIZES = ((1366, 768), (1920, 1080))
CHROMIUM = Path("/usr/bin/chromium")
PORT = 8137


def until(app: QApplication, holds: Callable[[], bool], seconds: float = 60) -> None:
    """Let the application work until something holds."""
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            raise TimeoutError
        app.processEvents()
        time.sleep(0.01)


def idle(app: QApplication, shell: Shell) -> None:
    quiet = time.monotonic() + 0.4
    while time.monotonic() < quiet:
        app.processEvents()
        if shell.counter.operations._running:
            quiet = time.monotonic() + 0.4
        time.sleep(0.01)


def desktop(out: Path, home: Path) -> None:
    """A walk over all screens, printing one card on the way."""
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    dress(app)
    shell = Shell(Counter(Operations(), home))
    shell.show()
    shell.counter.open()
    until(app, lambda: shell.counter.desk is not None)
    idle(app, shell)
    find, check = shell.screens["find"], shell.screens["check"]
    assert isinstance(find, FindScreen)
    assert isinstance(check, CheckScreen)
    face = shell.screens["face"]
    assert isinstance(face, FaceScreen)

    def shot(name: str) -> None:
        for width, height in SIZES:
            shell.resize(width, height)
            idle(app, shell)
            shell.grab().save(str(out / f"{name}-{width}.png"))

    shot("today")
    shell.go("find")
    find.query.setText("w")
    idle(app, shell)
    shot("find")
    subject = shell.counter.desk.ledger.roll.page(limit=1)[0].subject
    shell.open_file(subject)
    shot("file")
    shell.go("capture")
    capture = shell.screens["capture"]
    assert isinstance(capture, CaptureScreen)
    until(app, lambda: capture.made is not None)
    shot("capture")
    shell.go("face")
    until(app, lambda: face.frame is not None)
    face.primary()
    until(app, lambda: face.found is not None)
    shot("face")
    shell.go("issue")
    idle(app, shell)
    shot("issue-before")
    issue = shell.screens["issue"]
    assert isinstance(issue, IssueScreen)
    for name in ("issue-sticker", ""):
        issue.change_printer()
        idle(app, shell)
        if name:
            shot(name)
    issue.primary()
    idle(app, shell)
    shot("issue-active")
    shell.counter.paper = Wish("handover", (subject,))
    shell.print_paper()
    papers = app.activeModalWidget()
    assert isinstance(papers, PaperDialog)
    until(app, lambda: papers.paper is not None)
    papers.envelope()
    idle(app, shell)
    papers.grab().save(str(out / "papers-handover.png"))
    papers.reject()
    stock = shell.screens["stock"]
    assert isinstance(stock, StockScreen)
    shell.go("stock")
    for name in ("receive", "labour"):
        idle(app, shell)
        stock.choose([form.key for form in FORMS].index(name))
        idle(app, shell)
        shot(f"stock-{name}")
    shell.go("check")
    check.look()
    idle(app, shell)
    shot("check-green")
    record = shell.counter.desk.worker(subject)
    ended = facts.InsuranceEnded(record.insurances[0].policy, date(2025, 1, 1))
    shell.counter.desk.ledger.append([(subject, ended)], actor="clerk-01")
    check.look()
    idle(app, shell)
    shot("check-yellow")
    for name in ("stock", "figures", "outbox"):
        shell.go(name)
        idle(app, shell)
        shot(name)
    over(app, shell, out, "sign-on", shell.lock)
    shell.go("file")
    files = shell.screens["file"]
    assert isinstance(files, FileScreen)
    over(app, shell, out, "scans", files.show_scans)
    shell.go("check")
    check.scanned("https://example.com/")
    idle(app, shell)
    shot("check-unknown")
    devices_screen(shell, app, shot)
    for name in ("intake", "queue", "handover", "company", "companies"):
        shell.go(name)
        idle(app, shell)
        shot(name)
    waiting = shell.screens["queue"]
    assert isinstance(waiting, QueueScreen)
    changes.report(
        shell.counter.desk, subject, what="INSURANCE", known_on=shell.counter.today(), actor=shell.counter.clerk
    )
    shell.go("queue")
    waiting.show_list("changes")
    idle(app, shell)
    shot("queue-changes")
    waiting.show_list("review")
    idle(app, shell)
    shell.counter.pick(waiting.lines[-1].person.subject, "return_papers")
    shell.go("acts")
    idle(app, shell)
    shot("acts-return")
    for act in ("credit", "revoke", "void", "withdraw_consents", "export", "erase"):
        shell.counter.pick(subject, act)
        shell.go("acts")
        idle(app, shell)
        shot(f"acts-{act}")
    batch(app, shell, shot)
    others = [row.subject for row in shell.counter.desk.ledger.roll.page(limit=9) if row.permit_number]
    other = next(one for one in others[1:] if one != subject)
    personal.withdraw_consents(shell.counter.desk, other, ["HEALTH", "FACE"], actor=shell.counter.clerk)
    shell.open_file(other)
    shot("file-withdrawn")
    shell.close()


def batch(app: QApplication, shell: Shell, shot: Callable[[str], None]) -> None:
    """A run of a company's cards: choose, who is in it, the forecast, a doubt, everything done."""
    shell.go("batch")
    screen = shell.screens["batch"]
    assert isinstance(screen, BatchScreen)
    until(app, lambda: screen.view is not None)
    shot("batch-choose")
    screen.primary()
    shot("batch-people")
    screen.primary()
    until(app, lambda: screen.runner.view is not None)
    shot("batch-forecast")
    counter = shell.counter
    counter.fault = "jam:c@1~shot"
    counter.operations.run(Lane.DEVICE, counter.drop_devices, lambda _: None, lambda _: None)
    idle(app, shell)
    screen.primary()
    shot("batch-doubt")
    screen.digit("4")
    shot("batch-settled")
    screen.primary()
    idle(app, shell)
    screen.primary()
    shot("batch-done")


def devices_screen(shell: Shell, app: QApplication, shot: Callable[[str], None]) -> None:
    """Its four pages, a printer in trouble, and one that is not there."""
    shell.go("devices")
    devices = shell.screens["devices"]
    assert isinstance(devices, DevicesScreen)
    idle(app, shell)
    shot("devices")
    devices.digit(5)
    idle(app, shell)
    shot("devices-test-card")
    devices.turn("choose")
    idle(app, shell)
    shot("devices-choose")
    devices.turn("camera")
    devices.primary()
    until(app, lambda: devices.live.frames > 3)
    shot("devices-camera")
    devices.primary()
    devices.turn("practice")
    devices.practice.fault.setCurrentIndex(devices.practice.fault.findData("cover_open"))
    devices.primary()
    idle(app, shell)
    shot("devices-practice")
    devices.turn("state")
    idle(app, shell)
    shot("devices-cover-open")
    shell.counter.faults.clear()
    shell.counter.operations.run(Lane.DEVICE, lambda: shell.counter.mend("cover"), lambda _: None, lambda _: None)
    shell.counter.probe()
    idle(app, shell)


def over(app: QApplication, shell: Shell, out: Path, name: str, open_it: Callable[[], object]) -> None:
    """A dialog as it stands over the window: Qt paints one window at a time, so the two are laid together here."""
    shell.resize(*SIZES[0])
    open_it()
    idle(app, shell)
    dialog = app.activeModalWidget()
    assert isinstance(dialog, QDialog)
    picture = shell.grab()
    painter = QPainter(picture)
    at = shell.mapFromGlobal(dialog.mapToGlobal(QPoint(0, 0)))
    painter.drawPixmap(at, dialog.grab())
    painter.end()
    picture.save(str(out / f"{name}-{SIZES[0][0]}.png"))
    dialog.done(QDialog.DialogCode.Accepted)
    idle(app, shell)


@contextmanager
def served(desk: Desk) -> Iterator[str]:
    """The household's page on loopback."""
    import uvicorn

    from ui.household.app import make_app

    config = uvicorn.Config(make_app(desk, view_seal(desk)), host="127.0.0.1", port=PORT, log_level="error")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    try:
        yield f"http://127.0.0.1:{PORT}"
    finally:
        server.should_exit = True
        thread.join()


def household(out: Path, home: Path) -> None:
    """Yellow, confirmed, not active and unknown on a phone of 360 px; scripts are off."""
    from playwright.sync_api import sync_playwright

    desk = open_desk(home)
    tokens = [record.tokens for row in desk.ledger.roll.page(limit=9) if (record := desk.worker(row.subject))]
    codes = [signed[min(signed)].token for signed in tokens if signed]
    quiet = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
    quiet += ["--disable-component-update", "--disable-sync"]
    with served(desk) as base, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=str(CHROMIUM), args=quiet)
        page = browser.new_context(viewport={"width": 360, "height": 740}, java_script_enabled=False).new_page()
        for name, code in (("yellow", codes[0]), ("red", codes[1]), ("unknown", "123")):
            page.goto(f"{base}/{code}")
            page.screenshot(path=out / f"household-{name}.png", full_page=True)
        page.goto(f"{base}/{codes[0]}")
        page.check("input[name=read]")
        page.click("text=确认入户")
        page.screenshot(path=out / "household-confirmed.png", full_page=True)
        page.click("text=稍后再评价")
        page.screenshot(path=out / "household-visit.png", full_page=True)
        page.goto(base)
        page.screenshot(path=out / "household-typed.png", full_page=True)
        page.fill("#number", "3302032026000007")
        page.fill("#name", "王秀英")
        page.click("button")
        page.screenshot(path=out / "household-elsewhere.png", full_page=True)
        browser.close()
    desk.ledger.close()


def main(out: Path) -> None:
    """All of them."""
    out.mkdir(parents=True, exist_ok=True)
    home = Path(tempfile.mkdtemp(prefix="anxin-shot-home-")) / "station"
    try:
        desktop(out, home)
        if CHROMIUM.exists():
            household(out, home)
    finally:
        shutil.rmtree(home.parent, ignore_errors=True)
    print(f"{len(list(out.glob('*.png')))} pictures in {out}")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "out/screenshots"))
