"""Doubts are settled at the printing desk: by camera, by word, by two people; then the card is redone."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from devices.practice import practice_of
from devices.printers.emulator.memory import ACTS
from devices.printers.emulator.plan import PLACES_OF
from station.domain import card
from station.services.staff import REHEARSAL_PASSWORD
from tests.ui.conftest import Station
from tests.ui.test_desktop import press, settle, shell
from ui.desktop import text
from ui.desktop import text_devices as words
from ui.desktop.operations import Lane
from ui.desktop.screens.devices import DevicesScreen
from ui.desktop.screens.issue import IssueScreen
from ui.desktop.shell import Shell
from ui.flows import IssueStep

__all__ = ["shell"]


@pytest.fixture
def issue(shell: Shell, qtbot: QtBot, station: Station) -> IssueScreen:
    """The printing desk with a worker whose card waits, and a printer that fails as `spoil` says."""
    made = shell.screens["issue"]
    assert isinstance(made, IssueScreen)
    return made


def spoil(shell: Shell, qtbot: QtBot, station: Station, issue: IssueScreen, fault: str) -> Callable[[], card.State]:
    worker = station.workers[1]
    settle(qtbot, shell)
    shell.counter.operations.run(Lane.DEVICE, shell.counter.drop_devices, lambda _: None, lambda _: None)
    settle(qtbot, shell)
    shell.counter.fault = fault
    shell.counter.pick(worker.subject)
    shell.go("issue")
    settle(qtbot, shell, lambda: issue.view is not None and issue.view.step is IssueStep.PRINT)
    press(qtbot, shell, Qt.Key.Key_F9)
    return lambda: shell.counter.desk.worker(worker.subject).current_card(worker.number).state


def test_no_card_came_out_and_the_next_one_is_no_reissue(
    shell: Shell, qtbot: QtBot, station: Station, issue: IssueScreen
) -> None:
    spoil(shell, qtbot, station, issue, "late_card@1")
    settle(qtbot, shell, lambda: issue.view is not None and issue.view.step is IssueStep.SETTLE)
    assert issue.settling.isVisible()
    assert not issue.settling.pair.isVisible()
    qtbot.keyClick(issue, Qt.Key.Key_2)
    settle(qtbot, shell, lambda: issue.view.step is IssueStep.REDO)
    assert not issue.settling.isVisible()
    worker = station.workers[1]
    press(qtbot, shell, Qt.Key.Key_F9)
    settle(qtbot, shell, lambda: issue.view.step is IssueStep.PRINT)
    second = shell.counter.desk.worker(worker.subject).cards[worker.number, 2]
    assert second.reason == "NEXT_ATTEMPT"
    shell.counter.fault = ""
    press(qtbot, shell, Qt.Key.Key_F9)
    settle(qtbot, shell, lambda: issue.view.step is IssueStep.DONE)
    assert shell.counter.desk.worker(worker.subject).cards[worker.number, 2].state is card.State.ACTIVE
    assert issue.act.text() == text.ISSUE_REISSUE


def test_two_people_settle_where_there_is_no_camera(
    shell: Shell, qtbot: QtBot, station: Station, issue: IssueScreen
) -> None:
    spoil(shell, qtbot, station, issue, "late_card@1")
    settle(qtbot, shell, lambda: issue.view is not None and issue.view.step is IssueStep.SETTLE)
    bench = shell.counter.bench
    shell.counter.bench = dataclasses.replace(bench, camera=None)
    try:
        issue.refresh()
        settle(qtbot, shell, lambda: issue.settling.pair.isVisible())
        issue.settling.second.password.setText(REHEARSAL_PASSWORD)
        qtbot.keyClick(issue, Qt.Key.Key_3)
        settle(qtbot, shell, lambda: issue.view.step is not IssueStep.SETTLE)
    finally:
        shell.counter.bench = bench
    worker = station.workers[1]
    assert shell.counter.desk.worker(worker.subject).cards[worker.number, 1].state in card.LIVE | card.ENDED


def test_a_practised_fault_is_mended_as_the_operator_would_and_can_be_practised_again(
    shell: Shell, qtbot: QtBot, station: Station, issue: IssueScreen
) -> None:
    devices = shell.screens["devices"]
    assert isinstance(devices, DevicesScreen)
    worker = station.workers[1]
    for round_ in (1, 2):
        practise(shell, qtbot, "printer", "ribbon_end", "m")
        shell.counter.pick(worker.subject)
        shell.go("issue")
        settle(qtbot, shell, lambda: issue.view is not None and issue.view.step is IssueStep.PRINT)
        press(qtbot, shell, Qt.Key.Key_F9)
        settle(qtbot, shell, lambda: issue.view.step in (IssueStep.SETTLE, IssueStep.REDO))
        shell.go("devices")
        for act in ("path", "ribbon"):
            devices.practice.mends[act].click()
            settle(qtbot, shell, lambda act=act: words.ACTS[act] in devices.sentence.text())
        devices.turn("state")
        settle(qtbot, shell, lambda: words.READY in devices.state.heading.text())
        shell.go("issue")
        if issue.view.step is IssueStep.SETTLE:
            qtbot.keyClick(issue, Qt.Key.Key_2)  # the half card is in the reject box
            settle(qtbot, shell, lambda: issue.view.step is IssueStep.REDO)
        press(qtbot, shell, Qt.Key.Key_F9)
        settle(qtbot, shell, lambda: issue.view.step is IssueStep.PRINT)
        assert len(shell.counter.desk.worker(worker.subject).cards_of(worker.number)) == round_ + 1
    press(qtbot, shell, Qt.Key.Key_F9)
    settle(qtbot, shell, lambda: issue.view.step is IssueStep.DONE)


def test_a_sticker_on_the_label_printer_while_no_card_can_be_printed(
    shell: Shell, qtbot: QtBot, station: Station, issue: IssueScreen
) -> None:
    worker, counter = station.workers[1], shell.counter
    labels, cards = station.home / "labels", station.home / "tray"
    before = len(list(cards.glob("*_front.png")))
    settle(qtbot, shell)
    counter.pick(worker.subject)
    shell.go("issue")
    settle(qtbot, shell, lambda: issue.view is not None and issue.view.step is IssueStep.PRINT)
    qtbot.keyClick(issue, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    settle(qtbot, shell, lambda: counter.stickers and issue.act.text() == text.ISSUE_STICKER)
    assert issue.on_labels.isVisible()
    assert issue.front.has_picture and not issue.back.has_picture
    press(qtbot, shell, Qt.Key.Key_F9)
    settle(qtbot, shell, lambda: issue.view is not None and issue.view.step is IssueStep.DONE)
    assert len(list(labels.glob("slip_*.png"))) == 1
    assert len(list(cards.glob("*_front.png"))) == before
    assert counter.desk.worker(worker.subject).cards[worker.number, 1].state is card.State.ACTIVE
    qtbot.keyClick(issue, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    settle(qtbot, shell, lambda: not counter.stickers)
    assert not issue.on_labels.isVisible()
    press(qtbot, shell, Qt.Key.Key_F9)
    settle(qtbot, shell, lambda: issue.view is not None and issue.view.step is IssueStep.PRINT)
    press(qtbot, shell, Qt.Key.Key_F9)
    settle(qtbot, shell, lambda: issue.view is not None and issue.view.step is IssueStep.DONE)
    states = [piece.state for piece in counter.desk.worker(worker.subject).cards_of(worker.number)]
    assert states[0] in card.ENDED  # the rehearsal reissues as damaged
    assert states[1] is card.State.ACTIVE


def test_without_a_label_printer_a_sentence_says_so(
    shell: Shell, qtbot: QtBot, station: Station, issue: IssueScreen
) -> None:
    settle(qtbot, shell)
    settings = shell.counter.desk.settings
    shell.counter.desk.settings = dataclasses.replace(settings, devices=dataclasses.replace(settings.devices, label=""))
    shell.go("issue")
    settle(qtbot, shell)
    qtbot.keyClick(issue, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    settle(qtbot, shell, lambda: "还没有设置标签打印机" in issue.sentence.text())
    assert not shell.counter.stickers


def test_what_was_said_of_one_card_is_not_said_of_the_next_person(
    shell: Shell, qtbot: QtBot, station: Station, issue: IssueScreen
) -> None:
    shell.counter.pick(station.workers[0].subject)
    shell.go("issue")
    settle(qtbot, shell, lambda: issue.sentence.text() == text.ISSUE_DONE)
    shell.counter.pick(station.workers[1].subject)
    settle(qtbot, shell, lambda: issue.view.step is IssueStep.PRINT)
    assert issue.sentence.text() == ""


def practise(shell: Shell, qtbot: QtBot, slot: str, fault: str, place: str = "") -> None:
    """Choose a fault as a person does on the devices screen."""
    devices = shell.screens["devices"]
    assert isinstance(devices, DevicesScreen)
    shell.go("devices")
    settle(qtbot, shell)
    devices.digit(4)
    pane = devices.practice
    pane.device.setCurrentIndex(pane.device.findData(slot))
    pane.fault.setCurrentIndex(pane.fault.findData(fault))
    pane.place.setCurrentIndex(pane.place.findData(place))
    press(qtbot, shell, Qt.Key.Key_F9)
    said = words.PLACES[place] if fault else words.NO_FAULT[1:]
    settle(qtbot, shell, lambda: said in devices.sentence.text())


@pytest.mark.parametrize("fault", ["no_frame", "black", "old_frame", "other_card", "two_cards"])
def test_a_camera_that_fails_activates_no_other_card_and_is_mended_by_looking_again(
    shell: Shell, qtbot: QtBot, station: Station, issue: IssueScreen, fault: str
) -> None:
    practise(shell, qtbot, "camera", fault)
    worker = station.workers[1]
    shell.counter.pick(worker.subject)
    shell.go("issue")
    settle(qtbot, shell, lambda: issue.view is not None and issue.view.step is IssueStep.PRINT)
    press(qtbot, shell, Qt.Key.Key_F9)
    settle(qtbot, shell, lambda: issue.view.step is not IssueStep.PRINT)
    piece = shell.counter.desk.worker(worker.subject).cards[worker.number, 1]
    if fault == "two_cards":  # ours is among them
        assert piece.state in (card.State.ACTIVE, card.State.DOUBTFUL, card.State.SENT)
        return
    assert piece.state in card.UNSETTLED
    practise(shell, qtbot, "camera", "")
    shell.go("issue")
    settle(qtbot, shell)
    press(qtbot, shell, Qt.Key.Key_F9)
    settle(qtbot, shell, lambda: issue.view.step is IssueStep.DONE)
    assert shell.counter.desk.worker(worker.subject).cards[worker.number, 1].state is card.State.ACTIVE


def test_every_fault_of_every_emulator_is_offered_with_its_places() -> None:
    for url in (
        "emulator://evolis?profile=evolis-primacy", "emulator://queue", "emulator://escpos", "emulator://zpl", "emulator://scanner",
        "emulator://sam", "tray:///x",
    ):  # fmt: skip
        practice = practice_of(url)
        assert practice is not None
        assert set(words.FAULTS[practice.kind]) == set(practice.names), url
    assert set(words.ACTS) == set(ACTS)
    assert set(words.PLACES) == set(PLACES_OF)
