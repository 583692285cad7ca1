"""The batch desk by keyboard: forecast, a run, faults in the middle, doubts, resume, redo, report, two printers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from PySide6.QtCore import Qt
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication, QComboBox, QDialog, QFileDialog, QLineEdit
from pytestqt.qtbot import QtBot

from station.bootstrap import open_bench, open_desk
from station.cards.portraits import rehearsal_portrait
from station.printing.queue import Phase
from station.services import batch_report, batches, rehearsal
from tests.ui.conftest import Station
from ui.desktop import text_batch as text
from ui.desktop.app import dress
from ui.desktop.counter import Counter
from ui.desktop.operations import Lane, Operations
from ui.desktop.screens.batch import BatchScreen
from ui.desktop.shell import Shell
from ui.desktop.viewmodels.batch_run import Does, RunView
from ui.desktop.viewmodels.batches import COMPANY, RUN
from ui.desktop.widgets.ask import AskDialog
from ui.desktop.widgets.batch_report import ReportDialog

PEOPLE = 4


class Batch:
    """A window with the batch desk in front, and a keyboard."""

    def __init__(self, qtbot: QtBot, station: Station) -> None:
        self.qtbot, self.home = qtbot, station.home
        self.shell = Shell(Counter(Operations(), station.home))
        self.shell.resize(1366, 768)
        self.shell.show()
        self.shell.counter.open()
        self.settle(lambda: self.shell.counter.desk is not None)

    def settle(self, until: Callable[[], bool] = lambda: True) -> None:
        self.qtbot.waitUntil(lambda: until() and self.shell.counter.operations._running == 0, timeout=20_000)
        QApplication.processEvents()

    def press(self, *keys: Qt.Key) -> None:
        for key in keys:
            self.qtbot.keyClick(QApplication.focusWidget() or self.shell, key)
            self.settle()

    @property
    def screen(self) -> BatchScreen:
        found = self.shell.screens["batch"]
        assert isinstance(found, BatchScreen)
        return found

    @property
    def view(self) -> RunView:
        found = self.screen.runner.view
        assert found is not None
        return found

    @property
    def dialog(self) -> QDialog:
        self.settle(lambda: QApplication.activeModalWidget() is not None)
        found = QApplication.activeModalWidget()
        assert isinstance(found, QDialog)
        return found

    def shut(self) -> None:
        """The dialog is gone; where no window manager is, nobody else gives the window its focus back."""
        self.settle(lambda: QApplication.activeModalWidget() is None)
        self.shell.activateWindow()
        self.settle(lambda: QApplication.activeWindow() is self.shell)

    def open(self) -> None:
        self.qtbot.keyClick(self.shell, Qt.Key.Key_B, Qt.KeyboardModifier.ControlModifier)
        self.settle(lambda: self.screen.view is not None)

    def new_run(self) -> str:
        """By keyboard, up to the forecast."""
        self.open()
        self.press(Qt.Key.Key_Return, Qt.Key.Key_F9)
        self.settle(lambda: self.screen.runner.view is not None)
        return self.view.name

    def fault(self, fault: str) -> None:
        counter = self.shell.counter
        counter.fault = fault
        counter.operations.run(Lane.DEVICE, counter.drop_devices, lambda _: None, lambda _: None)
        self.settle()

    def mend(self, act: str) -> None:
        counter = self.shell.counter
        counter.fault = ""
        counter.operations.run(Lane.DEVICE, lambda: counter.mend(act), lambda _: None, lambda _: None)
        self.settle()

    def report(self) -> batch_report.Report:
        return batch_report.report(self.shell.counter.desk, self.view.name)

    def close(self) -> None:
        self.shell.close()
        self.shell.deleteLater()


def people(station: Station) -> None:
    """Four more workers of one company whose cards wait; a doubt is looked at for a moment only."""
    desk, staff = station.desk, rehearsal.cast(station.desk.settings.city.code)
    uscc = rehearsal.employer(desk, 2, staff)
    for index in range(30, 30 + PEOPLE):
        rehearsal.bring(desk, rehearsal.person(index, desk.today()), uscc, rehearsal_portrait(index), staff)
    desk.sync()
    settings = station.home / "station.toml"
    settings.write_text(settings.read_text("utf-8") + "\n[limits]\nread_back_seconds = 0.2\n", "utf-8")


@pytest.fixture
def ready(qapp: QApplication, station: Station) -> Station:
    people(station)
    station.desk.ledger.close()
    dress(qapp)
    return station


@pytest.fixture
def desk(qtbot: QtBot, ready: Station) -> Iterator[Batch]:
    made = Batch(qtbot, ready)
    yield made
    made.close()


def choose_company(desk: Batch, count: int = PEOPLE) -> None:
    """Put the line of the company with so many people in hand."""
    lines = desk.screen.picks.lines
    at = next(at for at, line in enumerate(lines.table.lines) if line.cells[2] == text.COUNT.format(count=count))
    while lines.currentIndex().row() != at:
        desk.press(Qt.Key.Key_Down if lines.currentIndex().row() < at else Qt.Key.Key_Up)


def test_a_whole_run_with_nothing_but_the_keyboard(
    desk: Batch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen = desk.screen
    desk.open()
    assert screen.picks.next.text() == text.FRESH
    assert QApplication.focusWidget() is screen.picks.lines
    choose_company(desk)
    desk.press(Qt.Key.Key_Return)
    assert screen.pages.currentWidget() is screen.people
    assert QApplication.focusWidget() is screen.people.lines
    desk.press(Qt.Key.Key_Space, Qt.Key.Key_Down)
    assert "这次制卡 3 张" in screen.people.next.text()
    desk.press(Qt.Key.Key_F9)
    desk.settle(lambda: screen.runner.view is not None and screen.runner.view.printers[0].ready is not None)
    assert "白卡需 3，有" in screen.run.printers[0].text()
    assert screen.run.do.text() == text.START
    assert batch_report.report(desk.shell.counter.desk, desk.view.name).cards_used == 0  # seen before anything is spent
    shown: list[str] = []
    screen.runner.changed.connect(lambda: shown.append(screen.run.printers[0].text() + screen.run.figures.text()))
    desk.press(Qt.Key.Key_F9)
    desk.settle(lambda: desk.view.complete)
    assert any("正在打印，请勿" in one for one in shown)
    assert any("还要不到 1 分钟" in one and "每张" in one for one in shown)
    assert screen.run.count.text() == "3 / 3"
    assert [line.state for line in screen.run.lines.table.lines] == ["good"] * 3
    assert screen.sentence.text() == text.DONE_ALL.format(total=3)
    names = {text.REPORT_NAME: tmp_path / "r.xlsx", text.SHEET_NAME: tmp_path / "s.xlsx"}

    def choose(parent: object, title: str, name: str, kind: str) -> tuple[str, str]:
        assert not any(cell.cells[2] in name for cell in screen.run.lines.table.lines)  # nobody in a file's name
        return next((str(path), kind) for words, path in names.items() if name[:3] == words[:3])

    monkeypatch.setattr(QFileDialog, "getSaveFileName", choose)
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toLocalFile()))
    desk.press(Qt.Key.Key_6)
    report = desk.dialog
    assert isinstance(report, ReportDialog)
    assert "共 3 张，已启用 3" in report.figures.text()
    assert len(report.lines.table.lines) == 3
    for key in (Qt.Key.Key_S, Qt.Key.Key_J, Qt.Key.Key_O):
        desk.qtbot.keyClick(report, key, Qt.KeyboardModifier.ControlModifier)
        desk.settle()
    assert opened == [str(tmp_path / "s.xlsx")]
    page = load_workbook(tmp_path / "s.xlsx").active
    assert page["B4"].value == screen.run.lines.table.lines[0].cells[2]
    assert "共 3 张" in str(load_workbook(tmp_path / "r.xlsx").active["A2"].value)
    desk.qtbot.keyClick(report, Qt.Key.Key_Escape)
    desk.shut()
    desk.press(Qt.Key.Key_F9)
    desk.settle(lambda: desk.view.report.phase is Phase.CLOSED)
    desk.press(Qt.Key.Key_F9)
    assert screen.pages.currentWidget() is screen.picks
    desk.settle(lambda: "已结清" in screen.picks.lines.table.lines[-1].cells)
    left = next(line for line in screen.picks.lines.table.lines if line.key.startswith(COMPANY))
    assert left.cells[2] == "1 张"  # who was left out waits again


def test_a_ribbon_ends_in_the_middle_and_is_changed(desk: Batch) -> None:
    desk.open()
    choose_company(desk)
    desk.new_run()
    desk.fault("ribbon_end:start@4")
    desk.press(Qt.Key.Key_F9)
    desk.settle(lambda: desk.view.does is Does.GO_ON)
    assert "请换一卷新色带" in desk.screen.run.printers[0].text()
    assert not desk.screen.run.settling.isVisible()
    assert desk.view.progress.done == 2
    desk.mend("ribbon")
    desk.press(Qt.Key.Key_F9)
    desk.settle(lambda: desk.view.complete)
    made = desk.report()
    assert (made.active, made.cards_used, made.two_valid, made.sent_twice) == (PEOPLE, PEOPLE, 0, 0)
    assert [line.place_in_run for line in made.lines] == [1, 2, 3, 4]


def test_a_doubt_is_settled_by_a_number_key(desk: Batch) -> None:
    desk.open()
    choose_company(desk)
    desk.new_run()
    desk.fault("late_card@3")  # the station has made one already
    desk.press(Qt.Key.Key_F9)
    desk.settle(lambda: desk.view.does is Does.LOOK)
    screen = desk.screen
    assert screen.run.settling.isVisible()
    assert not screen.run.settling.pair.isVisible()
    assert screen.run.do.text() == text.LOOK
    desk.press(Qt.Key.Key_F9)  # the wrong card still lies there
    desk.settle(lambda: desk.view.does is Does.LOOK)
    assert desk.view.progress.done == 1
    desk.press(Qt.Key.Key_2)
    desk.settle(lambda: desk.view.does is Does.START)
    assert not screen.run.settling.isVisible()
    assert "没有找到" in screen.run.printers[0].text()
    desk.press(Qt.Key.Key_F9)
    desk.settle(lambda: desk.view.complete)
    made = desk.report()
    assert [line.live for line in made.lines] == [(1,), (2,), (1,), (1,)]
    assert (made.two_valid, made.sent_twice) == (0, 0)


def test_after_a_crash_the_run_is_the_first_line(qtbot: QtBot, qapp: QApplication, ready: Station) -> None:
    station = open_desk(ready.home)
    clerk = rehearsal.cast(station.settings.city.code).clerk
    rows = station.ledger.roll.permits(state="ISSUED") or station.ledger.roll.permits(live=True)
    orders = [(row.subject, row.number) for row in rows][-PEOPLE:]
    batches.open_run(station, "B1", orders, actor=clerk)
    bench = open_bench(station.settings)

    class Killed(BaseException):
        """The process ends here."""

    points: list[str] = []

    def die(point: str) -> None:
        points.append(point)
        if points.count("send_written") == 2:
            raise Killed

    with pytest.raises(Killed):
        for _ in batches.run(station, [bench], "B1", actor=clerk, reached=die):
            assert "send_written" in points
    bench.printer.close()
    assert bench.camera is not None
    bench.camera.close()
    station.ledger.close()
    desk = Batch(qtbot, ready)
    try:
        desk.open()
        screen = desk.screen
        assert screen.picks.next.text() == text.AGAIN.format(count=1)
        assert screen.picks.lines.key == f"{RUN}B1"
        desk.press(Qt.Key.Key_Return)
        desk.settle(lambda: screen.runner.view is not None and desk.view.printers[0].ready is not None)
        assert desk.view.does is Does.LOOK
        assert (desk.view.progress.done, desk.view.report.at_printer) == (1, 1)
        assert screen.run.settling.isVisible()
        desk.press(Qt.Key.Key_2)  # it died between writing and sending: nothing came out
        desk.settle(lambda: desk.view.does is Does.START)
        desk.press(Qt.Key.Key_F9)
        desk.settle(lambda: desk.view.complete)
        made = desk.report()
        assert (made.active, made.two_valid, made.missing, made.sent_twice) == (PEOPLE, 0, 0, 0)
        assert [line.live for line in made.lines] == [(1,), (2,), (1,), (1,)]
    finally:
        desk.close()


def test_exactly_one_is_redone_with_a_reason(desk: Batch) -> None:
    desk.open()
    choose_company(desk)
    desk.new_run()
    screen = desk.screen
    desk.press(Qt.Key.Key_5)
    assert screen.sentence.text() == text.NOT_DONE
    desk.press(Qt.Key.Key_F9)
    desk.settle(lambda: desk.view.complete)
    desk.press(Qt.Key.Key_Down, Qt.Key.Key_5)
    dialog = desk.dialog
    assert isinstance(dialog, AskDialog)
    reason = dialog.form._inputs["reason"]
    assert isinstance(reason, QComboBox)
    reason.setCurrentIndex(reason.findData("OTHER"))
    desk.qtbot.keyClick(dialog, Qt.Key.Key_F9)
    desk.settle(lambda: "其他" in dialog.sentence.text())  # OTHER needs a note; the dialog stays
    note = dialog.form._inputs["note"]
    assert isinstance(note, QLineEdit)
    note.setText("边角有划痕")
    desk.qtbot.keyClick(dialog, Qt.Key.Key_F9)
    desk.settle(lambda: desk.report().cards_used == PEOPLE + 1 and desk.view.complete)
    made = desk.report()
    assert [line.live for line in made.lines] == [(1,), (2,), (1,), (1,)]
    assert made.two_valid == 0
    assert screen.run.lines.table.lines[1].cells[3] == "2"


def test_pause_cancel_and_the_way_back(desk: Batch) -> None:
    desk.open()
    choose_company(desk)
    name = desk.new_run()
    screen, runner = desk.screen, desk.screen.runner
    seen: list[str] = []

    def pause_at_the_second() -> None:
        if runner.view is not None and runner.view.progress.done == 1 and not seen:
            seen.append(screen.run.do.text())
            runner.primary()  # what F9 does at that moment
            seen.append(screen.run.do.text())
            screen.back_to_list()
            seen.append(screen.sentence.text())

    runner.changed.connect(pause_at_the_second)
    desk.press(Qt.Key.Key_F9)
    desk.settle(lambda: desk.view.report.phase is Phase.PAUSED and not desk.view.working)
    runner.changed.disconnect(pause_at_the_second)
    assert seen == [text.PAUSE, text.PAUSING, text.BUSY_RUN.format(name=name)]
    assert 1 <= desk.view.progress.done < PEOPLE
    assert "已暂停" in screen.sentence.text()
    desk.press(Qt.Key.Key_F9)
    desk.settle(lambda: desk.view.complete)
    assert desk.view.report.phase is Phase.OPEN
    desk.press(Qt.Key.Key_8)
    dialog = desk.dialog
    assert isinstance(dialog, AskDialog)
    desk.qtbot.keyClick(dialog, Qt.Key.Key_F9)
    desk.settle(lambda: "请填写" in dialog.sentence.text())
    why = dialog.form._inputs["why"]
    assert isinstance(why, QLineEdit)
    why.setText("企业撤回")
    desk.qtbot.keyClick(dialog, Qt.Key.Key_F9)
    desk.shut()
    desk.settle(lambda: desk.view.report.phase is Phase.CANCELLED)
    assert screen.run.do.text() == text.TO_LIST
    desk.press(Qt.Key.Key_0)
    assert screen.pages.currentWidget() is screen.picks


def test_a_window_that_closes_ends_after_the_card_in_hand(qtbot: QtBot, ready: Station) -> None:
    desk = Batch(qtbot, ready)
    desk.open()
    choose_company(desk)
    name = desk.new_run()
    desk.screen.runner.changed.connect(lambda: desk.view.progress.done == 1 and desk.shell.close())
    qtbot.keyClick(desk.screen.run.lines, Qt.Key.Key_F9)
    qtbot.waitUntil(lambda: desk.shell.counter.operations.closed, timeout=20_000)
    desk.close()
    station = open_desk(ready.home)
    made = batch_report.report(station, name)
    assert 1 <= made.active < PEOPLE
    assert (made.at_printer, made.sent_twice, made.phase) == (0, 0, Phase.OPEN)
    station.ledger.close()


def test_two_printers_and_the_one_without_a_camera_asks_two_people(qtbot: QtBot, ready: Station) -> None:
    settings = ready.home / "station.toml"
    out = (ready.home / "tray-2").as_posix()
    second = f"emulator://evolis?profile=evolis-primacy&serial=EMU0002&tray={out}&fault=late_card@2"
    settings.write_text(
        settings.read_text("utf-8").replace('second_printer = ""', f'second_printer = "{second}"'), "utf-8"
    )
    desk = Batch(qtbot, ready)
    try:
        desk.open()
        choose_company(desk)
        desk.new_run()
        desk.settle(lambda: all(one.ready is not None for one in desk.view.printers))
        screen = desk.screen
        assert "（EMU0002）：约 2 张" in screen.run.printers[1].text()
        desk.press(Qt.Key.Key_F9)
        desk.settle(lambda: not desk.view.working)
        assert desk.view.printers[1].doubt
        assert desk.view.progress.done == PEOPLE - 1  # the other one made all the rest
        desk.press(Qt.Key.Key_2)
        desk.settle(lambda: desk.view.doubtful is None)
        desk.press(Qt.Key.Key_F9)
        desk.settle(lambda: desk.view.complete)
        made = desk.report()
        assert set(made.by_printer) == {"EMU0001", "EMU0002"}
        assert (made.two_valid, made.sent_twice) == (0, 0)
    finally:
        desk.close()


def test_without_a_camera_two_people_compare(qtbot: QtBot, ready: Station) -> None:
    settings = ready.home / "station.toml"
    lines = settings.read_text("utf-8").splitlines()
    blind = ['camera = ""' if line.startswith("camera = ") else line for line in lines]
    settings.write_text("\n".join(blind) + "\n", "utf-8")
    desk = Batch(qtbot, ready)
    try:
        desk.open()
        choose_company(desk)
        desk.new_run()
        desk.press(Qt.Key.Key_F9)
        desk.settle(lambda: desk.view.does is Does.LOOK)
        bar = desk.screen.run.settling
        desk.settle(bar.pair.isVisible)
        bar.second.password.setText("wrong")
        desk.press(Qt.Key.Key_3)
        desk.settle(lambda: "口令" in desk.screen.sentence.text())
        assert desk.view.does is Does.LOOK
        bar.second._chosen()  # the rehearsal's password again
        desk.press(Qt.Key.Key_3)
        desk.settle(lambda: desk.view.does is Does.START)
        assert desk.view.progress.done == 1
        made = desk.report()
        record = desk.shell.counter.desk.worker(made.lines[0].subject)
        assert record.cards[made.lines[0].number, 1].state.value == "active"
    finally:
        desk.close()


def test_a_list_of_the_company_decides_the_order(desk: Batch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.open()
    ledger = desk.shell.counter.desk.ledger
    numbers = [row.number for row in ledger.roll.permits(live=True)][-PEOPLE:][::-1]
    book = Workbook()
    page = book.active
    page.append(("姓名", "码证编号"))
    for number in numbers:
        page.append(("", number))
    page.append(("", "3301022026999999"))
    book.save(tmp_path / "list.xlsx")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_, **__: (str(tmp_path / "list.xlsx"), ""))
    screen = desk.screen
    desk.press(Qt.Key.Key_1)
    desk.settle(lambda: screen.new is not None)
    assert [line.cells[0] for line in screen.people.lines.table.lines] == [*numbers, ""]
    assert "没有这个编号的码证" in screen.people.lines.table.lines[-1].cells[-1]
    desk.press(Qt.Key.Key_F9)
    desk.settle(lambda: screen.runner.view is not None)
    assert [line.cells[1] for line in screen.run.lines.table.lines] == numbers
    desk.press(Qt.Key.Key_0, Qt.Key.Key_1)
    desk.settle(lambda: screen.pages.currentWidget() is screen.run)
    assert desk.view.name.startswith("L")


def test_what_every_key_of_the_desk_is_for_fits_on_a_small_screen(desk: Batch) -> None:
    desk.open()
    side = desk.shell.buttons
    bottoms = [button.mapTo(desk.shell, button.rect().bottomLeft()).y() for button in side.values()]
    strip = desk.shell.lamps["sync"].mapTo(desk.shell, desk.shell.lamps["sync"].rect().topLeft()).y()
    assert max(bottoms) < strip
    assert all(button.height() >= button.fontMetrics().height() for button in side.values())
