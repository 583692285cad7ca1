"""The devices screen by keyboard: live state, test prints with books kept, devices chosen by two, recorder, bundle."""

from __future__ import annotations

import dataclasses
import zipfile
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from devices import bench
from devices.contracts import CardPosition, Cleaning, FaultCode, FoundDevice, PrinterFault, PrinterState, Severity
from devices.errors import NotReached
from devices.transports.trace import events
from station.services import stock
from station.services.staff import REHEARSAL_PASSWORD
from station.settings import load_settings
from tests.ui.conftest import Station
from tests.ui.test_desktop import press, settle, shell
from tests.ui.test_issue_desk import practise
from ui import support
from ui.desktop import text_devices as text
from ui.desktop.screens import device_state
from ui.desktop.screens.devices import DevicesScreen
from ui.desktop.shell import Shell
from ui.desktop.viewmodels.devices import found_lines, printer_view, slots_for, words_of

__all__ = ["shell"]


@pytest.fixture
def devices(shell: Shell, qtbot: QtBot) -> DevicesScreen:
    settle(qtbot, shell)
    shell.go("devices")
    made = shell.screens["devices"]
    assert isinstance(made, DevicesScreen)
    settle(qtbot, shell, lambda: text.READY in made.state.heading.text())
    return made


def key(qtbot: QtBot, shell: Shell, number: int) -> None:
    qtbot.keyClick(QApplication.focusWidget() or shell, getattr(Qt.Key, f"Key_{number}"))


# --- the first page


def test_the_printer_tells_what_it_is_and_has(devices: DevicesScreen) -> None:
    values = {name: value.text() for name, value in devices.state.values.items()}
    assert values["device"] == "Evolis Primacy（EMU0001）"
    assert values["ribbon"].startswith("YMCKO")
    assert "还可印" in values["ribbon"]
    assert "已走卡 12" in values["counters"]
    assert values["clean"].startswith("再打 ")
    assert values["trace"] == text.NOT_RECORDING
    assert devices.state.slots["scanner"].text() == text.NOT_SET_NOTES["scanner"]
    assert devices.state.slots["printer"].text() == "模拟设备 evolis-primacy"
    assert devices.state.slots["camera"].text() == "模拟镜头（看出卡槽）"


def test_the_printer_is_asked_again_by_itself_and_only_while_somebody_looks(
    shell: Shell, qtbot: QtBot, devices: DevicesScreen, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert device_state.POLL_MS >= 2_000
    printer = shell.counter.bench.printer
    asked: list[int] = []

    def gone() -> PrinterState:
        asked.append(1)
        raise NotReached("打印机没有应答，请检查电源和连线。", "gone")

    monkeypatch.setattr(printer, "state", gone)
    devices.state._poll.setInterval(30)
    qtbot.waitUntil(lambda: text.SILENT in devices.state.heading.text(), timeout=10_000)
    assert "电源" in devices.state.todo.text()
    monkeypatch.undo()
    qtbot.waitUntil(lambda: text.READY in devices.state.heading.text(), timeout=10_000)
    shell.go("today")
    settle(qtbot, shell)
    assert not devices.state._poll.isActive()


def test_a_test_card_says_what_it_costs_and_is_booked(shell: Shell, qtbot: QtBot, devices: DevicesScreen) -> None:
    desk = shell.counter.desk
    (before,) = [line for line in stock.packs(desk) if line.item == "BLANK"]
    key(qtbot, shell, 5)
    settle(qtbot, shell, lambda: before.pack in devices.sentence.text())
    assert "再按一次 5" in devices.sentence.text()
    key(qtbot, shell, 6)  # something else: the question is off
    settle(qtbot, shell, lambda: devices.sentence.text() == text.SLIP_SENT)
    key(qtbot, shell, 5)
    settle(qtbot, shell, lambda: "再按一次 5" in devices.sentence.text())
    assert stock.line_of(desk, before.pack).tested == before.tested
    key(qtbot, shell, 5)
    settle(qtbot, shell, lambda: "测试卡已送出" in devices.sentence.text())
    after = stock.line_of(desk, before.pack)
    assert (after.tested, after.remaining) == (before.tested + 1, before.remaining - 1)
    assert after.loaded == after.accounted


def test_a_test_card_that_jams_costs_its_blank(shell: Shell, qtbot: QtBot, devices: DevicesScreen) -> None:
    practise(shell, qtbot, "printer", "jam", "c")
    for said in ("再按一次 5", "登记用卡 1 张"):
        key(qtbot, shell, 5)
        settle(qtbot, shell, lambda said=said: said in devices.sentence.text())
    assert devices.sentence.objectName() == "wrong"
    settle(qtbot, shell, lambda: text.UNREADY in devices.state.heading.text())
    practise(shell, qtbot, "printer", "")
    devices.practice.mend("path")
    settle(qtbot, shell, lambda: text.ACTS["path"] in devices.sentence.text())


def test_slip_printer_faults_are_said(shell: Shell, qtbot: QtBot, devices: DevicesScreen) -> None:
    practise(shell, qtbot, "slip", "paper_end")
    key(qtbot, shell, 6)
    settle(qtbot, shell, lambda: "没纸了" in devices.sentence.text())
    assert text.FAULTS["slip"]["paper_end"] in devices.state.slots["slip"].text()
    practise(shell, qtbot, "slip", "")
    key(qtbot, shell, 6)
    settle(qtbot, shell, lambda: devices.sentence.text() == text.SLIP_SENT)


def test_card_reader_faults_reach_the_intake_form(shell: Shell, qtbot: QtBot, devices: DevicesScreen) -> None:
    practise(shell, qtbot, "idcard", "damaged")
    shell.go("intake")
    intake = shell.screens["intake"]
    intake.read_card()  # type: ignore[attr-defined]
    settle(qtbot, shell, lambda: bool(intake.sentence.text()) and intake.sentence.objectName() == "wrong")
    practise(shell, qtbot, "idcard", "")
    shell.go("intake")
    intake.read_card()  # type: ignore[attr-defined]
    settle(qtbot, shell, lambda: bool(intake.fields["name"].text()))  # type: ignore[attr-defined]


def test_the_conversation_is_written_down_while_it_is_wanted(
    shell: Shell, qtbot: QtBot, devices: DevicesScreen
) -> None:
    folder = shell.counter.desk.settings.home / support.TRACES
    key(qtbot, shell, 7)
    settle(qtbot, shell, lambda: shell.counter.trace is not None and ".trace" in devices.state.values["trace"].text())
    (path,) = folder.glob("*.trace")
    assert path.name in devices.state.values["trace"].text()
    key(qtbot, shell, 7)
    settle(qtbot, shell, lambda: devices.state.values["trace"].text() == text.NOT_RECORDING)
    told = events(path.read_text("ascii"))
    assert {event.kind for event in told} >= {"open", "write", "read", "close"}
    size = path.stat().st_size
    devices.state.primary()
    settle(qtbot, shell)
    assert path.stat().st_size == size


def test_a_support_bundle_with_one_key(
    shell: Shell,
    qtbot: QtBot,
    devices: DevicesScreen,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    station: Station,
) -> None:
    out = tmp_path / "s.zip"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(out), ""))
    key(qtbot, shell, 8)
    settle(qtbot, shell, lambda: "支持包 s.zip" in devices.sentence.text())
    with zipfile.ZipFile(out) as packed:
        told = {name: packed.read(name).decode() for name in packed.namelist()}
    assert "EMU0001" in told["printers.json"]
    assert {"doctor.json", "settings.json", "jobs.json"} <= set(told)
    people = [row.name for row in shell.counter.desk.ledger.roll.page(limit=99) if row.name]
    assert people
    assert not [name for name in people if any(name in member for member in told.values())]


# --- choosing

SCANNER = FoundDevice("serial:///dev/ttyACM9?baud=9600", "scanner", "HF500", sentence="串口式扫码枪：请设为扫码枪。")
OLD = FoundDevice("usb://09b0:0001", "printer", "Fargo", "", False, "这一品牌没有公开的指令。")
RIO = FoundDevice("emulator://magicard?profile=magicard-rio", "printer", "Rio", "M1")


@pytest.fixture
def plugged(shell: Shell, qtbot: QtBot, devices: DevicesScreen, monkeypatch: pytest.MonkeyPatch) -> DevicesScreen:
    monkeypatch.setattr(bench, "plugged_in", lambda: [SCANNER, OLD, RIO])
    key(qtbot, shell, 2)
    settle(qtbot, shell, lambda: len(devices.choice.found) == 3)
    assert QApplication.focusWidget() is devices.choice.lines
    return devices


def test_a_scanner_is_chosen_by_keyboard_and_heard_at_once(shell: Shell, qtbot: QtBot, plugged: DevicesScreen) -> None:
    pane = plugged.choice
    assert pane.about.text() == SCANNER.sentence
    assert (pane.slot.currentData(), pane.slot.count()) == ("scanner", 1)
    assert pane.address.text() == SCANNER.url
    assert not pane.second.isVisible()
    press(qtbot, shell, Qt.Key.Key_F9)
    settle(qtbot, shell, lambda: text.SAVED.format(slot=text.SLOTS["scanner"]) in plugged.sentence.text())
    home = shell.counter.desk.settings.home
    assert load_settings(home).devices.scanner == SCANNER.url
    assert shell.hand is not None
    assert text.USED.format(slots=text.SLOTS["scanner"]) in pane.lines.table.lines[0].cells[-1]
    pane.address.clear()
    pane.primary()
    settle(qtbot, shell, lambda: text.REMOVED.format(slot=text.SLOTS["scanner"]) in plugged.sentence.text())
    assert load_settings(home).devices.scanner == ""
    assert shell.hand is None


def test_what_is_not_driven_says_so_and_an_address_can_be_typed(
    shell: Shell, qtbot: QtBot, plugged: DevicesScreen
) -> None:
    pane = plugged.choice
    press(qtbot, shell, Qt.Key.Key_Down)
    assert pane.about.text() == OLD.sentence
    assert pane.lines.table.lines[1].cells[-1] == text.NOT_DRIVEN
    pane.slot.setCurrentIndex(pane.slot.findData("slip"))
    assert "escpos" in pane.address.text()
    pane.address.setText("usb://zz")
    pane.primary()
    settle(qtbot, shell, lambda: "型号" in plugged.sentence.text())
    assert "escpos" in load_settings(shell.counter.desk.settings.home).devices.slip


def test_another_printer_needs_the_supervisor_and_a_second_person(
    shell: Shell, qtbot: QtBot, plugged: DevicesScreen
) -> None:
    pane = plugged.choice
    pane.lines.selectRow(2)
    assert pane.slot.currentData() == "printer"
    assert pane.two.isVisible() and pane.by.isVisible() and pane.second.isVisible()
    pane.by.password.setText(REHEARSAL_PASSWORD)
    pane.second.people.setCurrentText("supervisor-01")
    pane.second.password.setText(REHEARSAL_PASSWORD)
    pane.primary()
    settle(qtbot, shell, lambda: "不能是同一个人" in plugged.sentence.text())
    pane.second.people.setCurrentText("clerk-01")
    pane.second.password.setText(REHEARSAL_PASSWORD)
    pane.primary()
    settle(qtbot, shell, lambda: text.SAVED.format(slot=text.SLOTS["printer"]) in plugged.sentence.text())
    assert load_settings(shell.counter.desk.settings.home).devices.printer == RIO.url
    key(qtbot, shell, 1)
    settle(qtbot, shell, lambda: "Magicard" in plugged.state.values["device"].text())


# --- the camera


def test_the_camera_is_tried_live_and_stops_when_nobody_looks(
    shell: Shell, qtbot: QtBot, devices: DevicesScreen
) -> None:
    for _ in range(2):
        key(qtbot, shell, 5)
        settle(qtbot, shell, lambda: bool(devices.sentence.text()))
    settle(qtbot, shell, lambda: "测试卡已送出" in devices.sentence.text())
    key(qtbot, shell, 3)
    press(qtbot, shell, Qt.Key.Key_F9)
    qtbot.waitUntil(lambda: devices.live.frames > 6, timeout=20_000)
    assert devices.live.picture.has_picture
    assert devices.live.reads.text() == text.CODES["code"]
    assert "来不及取的 0 帧" in devices.live.pace.text()
    shell.go("today")
    settle(qtbot, shell)
    assert not devices.live.running
    practise(shell, qtbot, "camera", "no_frame")
    key(qtbot, shell, 3)
    press(qtbot, shell, Qt.Key.Key_F9)
    qtbot.waitUntil(lambda: devices.live.reads.text() == text.CODES["no_frame"], timeout=20_000)
    press(qtbot, shell, Qt.Key.Key_F9)
    settle(qtbot, shell, lambda: not devices.live.running)


# --- the words


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("usb://0f49:0a00?profile=evolis-primacy&serial=A1", "USB evolis-primacy"),
        ("serial:///dev/ttyUSB0", "串口 dev/ttyUSB0"),
        ("serial:///dev/ttyUSB0?profile=evolis-dualys", "串口 dev/ttyUSB0 evolis-dualys"),
        ("queue://card", "打印队列 card"),
        ("webcam://0?id=usb-046d_C920-video-index0", "摄像头 usb-046d_C920-video-index0"),
        ("emulator://sam", "模拟设备 sam"),
        ("fax://1", "fax://1"),
        ("", ""),
    ],
)
def test_an_address_in_words(url: str, words: str) -> None:
    assert words_of(url) == words


def test_a_queue_has_no_counters_and_none_is_never_shown() -> None:
    view = printer_view(PrinterState("Q", "", ready=True))
    assert view.rows["counters"] == text.NO_COUNTERS
    assert "None" not in "".join(view.rows.values())
    assert view.rows["device"] == "Q（没有序列号）"
    assert view.rows["clean"] == view.rows["ribbon"] == text.UNKNOWN


def test_cards_until_the_next_cleaning_are_said_where_they_are_known() -> None:
    state = PrinterState("E", "1", ready=True, cards=3, cleaning=Cleaning(left=61))
    assert printer_view(state).rows["clean"] == "再打 61 张该清洁"
    due = (PrinterFault(FaultCode.CLEAN_DUE, Severity.PRE),)
    assert printer_view(dataclasses.replace(state, faults=due)).rows["clean"] == text.CLEAN["clean_due"]
    assert printer_view(dataclasses.replace(state, cleaning=Cleaning())).rows["clean"] == text.CLEAN[""]


def test_a_printer_in_trouble_says_what_to_do() -> None:
    faults = (PrinterFault(FaultCode.CLEAN_MUST, Severity.PRE), PrinterFault(FaultCode.COVER_OPEN, Severity.PRE))
    state = PrinterState("E", "1", ready=False, cards=3, panels=None, ribbon="ymcko", card_position=CardPosition.INSIDE,
                         faults=faults)  # fmt: skip
    view = printer_view(state)
    assert (view.good, view.heading) == (False, text.UNREADY)
    assert "上盖" in view.todo
    assert view.rows["clean"] == text.CLEAN["clean_must"]
    assert view.rows["counters"] == "已走卡 3 张，已用色带 不知道 格"
    assert view.rows["ribbon"] == "YMCKO，余量不知道"
    assert "取出" in view.rows["card"]


def test_two_printers_alike_are_told_apart_in_the_list(station: Station) -> None:
    one, two = (FoundDevice(f"usb://0f49:0a00?profile=evolis-primacy&serial={n}", "printer", "P", n) for n in "AB")
    from station.settings import Devices

    lines = found_lines([one, two], Devices(printer=one.url))
    assert [line.state for line in lines] == ["good", "plain"]
    assert slots_for(one) == ("printer", "second_printer")
    assert slots_for(OLD) == ()
