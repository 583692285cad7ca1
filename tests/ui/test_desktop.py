"""The desktop as a clerk uses it: keyboard only, from find to an active card; a scanner never types into a field."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QShortcut
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from devices.idcards.emulator import SAMPLE
from devices.scanners.emulator import ScannerMachine
from devices.scanners.serial_scanner import SerialScanner
from station.domain import card, facts
from tests.ui.conftest import Station
from ui.desktop import sound, text
from ui.desktop.app import dress
from ui.desktop.counter import Counter
from ui.desktop.hand_scanner import HandScanner
from ui.desktop.operations import Lane, Operations
from ui.desktop.screens.check import CheckScreen
from ui.desktop.screens.find import FindScreen
from ui.desktop.screens.intake import IntakeScreen
from ui.desktop.screens.issue import IssueScreen
from ui.desktop.screens.queue import QueueScreen
from ui.desktop.screens.today import ACROSS, LISTS, TodayScreen
from ui.desktop.shell import Shell
from ui.desktop.viewmodels import codes
from ui.flows import IssueStep
from ui.words import words


@pytest.fixture
def shell(qtbot: QtBot, qapp: QApplication, station: Station) -> Iterator[Shell]:
    station.desk.ledger.close()
    dress(qapp)
    made = Shell(Counter(Operations(), station.home))
    made.resize(1366, 768)
    made.show()
    made.counter.open()
    settle(qtbot, made, lambda: made.counter.desk is not None)
    yield made
    made.close()
    made.deleteLater()


def settle(qtbot: QtBot, shell: Shell, until: Callable[[], bool] = lambda: True) -> None:
    """Wait until nothing runs and the condition holds."""
    qtbot.waitUntil(lambda: until() and shell.counter.operations._running == 0, timeout=30_000)
    QApplication.processEvents()


def press(qtbot: QtBot, shell: Shell, key: Qt.Key) -> None:
    qtbot.keyClick(QApplication.focusWidget() or shell, key)


def test_the_counter_path_by_keyboard_only(shell: Shell, qtbot: QtBot, station: Station) -> None:
    worker = station.workers[1]
    press(qtbot, shell, Qt.Key.Key_F3)
    find = shell.screens["find"]
    assert isinstance(find, FindScreen)
    assert shell.current == "find"
    qtbot.keyClicks(find.query, worker.person.number[-6:])
    press(qtbot, shell, Qt.Key.Key_Return)
    settle(qtbot, shell, lambda: shell.current == "file")
    assert shell.counter.subject == worker.subject
    press(qtbot, shell, Qt.Key.Key_F9)
    issue = shell.screens["issue"]
    assert isinstance(issue, IssueScreen)
    settle(qtbot, shell, lambda: issue.view is not None and issue.view.step is IssueStep.PRINT)
    assert issue.front.has_picture
    assert issue.back.has_picture
    press(qtbot, shell, Qt.Key.Key_F9)
    settle(qtbot, shell, lambda: issue.view is not None and issue.view.step is IssueStep.DONE)
    assert issue.steps.at == len(text.STEPS_OF_ISSUE)
    record = shell.counter.desk.worker(worker.subject)
    assert record.cards[worker.number, 1].state is card.State.ACTIVE
    press(qtbot, shell, Qt.Key.Key_Escape)
    assert shell.current == "file"


def test_the_check_screen_shows_colour_word_and_person(shell: Shell, qtbot: QtBot, station: Station) -> None:
    check = shell.screens["check"]
    assert isinstance(check, CheckScreen)
    press(qtbot, shell, Qt.Key.Key_F5)
    check.scanned(station.workers[0].number)
    settle(qtbot, shell, lambda: check.panel.colour == "green")
    assert check.name.text() == station.workers[0].person.name
    height = check.panel.height()
    check.scanned("https://example.com/")
    settle(qtbot, shell, lambda: check.panel.colour == "unknown")
    assert check.name.text() == ""
    assert check.panel.height() == height
    qtbot.keyClicks(check.pane, "1")
    qtbot.keyClicks(check.field, "2")
    assert check.field.text() == "12"
    press(qtbot, shell, Qt.Key.Key_Return)
    settle(qtbot, shell)
    assert check.panel.colour == "unknown"


def test_enter_goes_on_and_what_was_typed_survives(shell: Shell, qtbot: QtBot, station: Station) -> None:
    press(qtbot, shell, Qt.Key.Key_F4)
    intake = shell.screens["intake"]
    assert isinstance(intake, IntakeScreen)
    assert QApplication.focusWidget() is intake.fields["number"]
    qtbot.keyClicks(intake.fields["number"], "33010219700101")
    press(qtbot, shell, Qt.Key.Key_Return)
    assert QApplication.focusWidget() is intake.fields["name"]
    qtbot.keyClick(intake.fields["name"], Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert QApplication.focusWidget() is intake.fields["number"]
    press(qtbot, shell, Qt.Key.Key_F9)
    settle(qtbot, shell, lambda: intake.sentence.text() not in ("", text.BUSY))
    assert intake.fields["number"].text() == "33010219700101"
    time.sleep(0.4)
    settle(qtbot, shell, lambda: not intake._soon.isActive())
    again = IntakeScreen(shell.counter)
    qtbot.addWidget(again)
    again._restore()
    settle(qtbot, shell, lambda: again.fields["number"].text() == "33010219700101")


def test_an_identity_card_fills_the_form(shell: Shell, qtbot: QtBot, station: Station) -> None:
    press(qtbot, shell, Qt.Key.Key_F4)
    intake = shell.screens["intake"]
    assert isinstance(intake, IntakeScreen)
    press(qtbot, shell, Qt.Key.Key_F12)
    settle(qtbot, shell, lambda: intake.fields["number"].text() != "")
    filled = [intake.fields[name].text() for name in ("number", "name", "address", "photo")]
    assert filled == [SAMPLE.number, SAMPLE.name, SAMPLE.address, ""]
    assert intake.sentence.text() == text.INTAKE_CARD_READ
    assert QApplication.focusWidget() is intake.fields["phone"]


def test_a_serial_scanner_is_heard_and_its_plug_is_watched(qtbot: QtBot, qapp: QApplication) -> None:
    machine = ScannerMachine(("3301022026000001",), "unplug")
    hand = HandScanner(SerialScanner(machine, back_off=(0.0,)))
    texts: list[str] = []
    away: list[str] = []
    hand.scanned.connect(texts.append)
    hand.away.connect(away.append)
    hand.start()
    try:
        qtbot.waitUntil(lambda: bool(texts), timeout=30_000)
    finally:
        hand.stop()
    assert texts == ["3301022026000001"]
    assert ["断开" in words for words in away] == [True, False]


def test_today_counts_and_opens(shell: Shell, qtbot: QtBot, station: Station) -> None:
    today = shell.screens["today"]
    assert isinstance(today, TodayScreen)
    settle(qtbot, shell, lambda: today.numbers["issued"].text() == "2")
    assert today.numbers["to_print"].text() == "1"
    today.people.setFocus()
    press(qtbot, shell, Qt.Key.Key_Return)
    assert shell.current == "file"


def test_every_number_of_today_opens_its_list_by_keyboard(shell: Shell, qtbot: QtBot) -> None:
    today, queue = shell.screens["today"], shell.screens["queue"]
    assert isinstance(today, TodayScreen)
    assert isinstance(queue, QueueScreen)
    for place, name in enumerate(today.numbers):
        shell.go("today")
        settle(qtbot, shell)
        today.cards[0].setFocus()
        for _ in range(place % ACROSS):
            qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Right)
        for _ in range(place // ACROSS):
            qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Down)
        assert QApplication.focusWidget() is today.numbers[name]
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
        settle(qtbot, shell)
        if name == "issued":
            assert shell.current == "find"
        else:
            assert (shell.current, queue.name) == ("queue", LISTS[name])
            assert int(today.numbers[name].text()) <= len(queue.lines)
    qtbot.keyClick(today.cards[-1], Qt.Key.Key_Down)
    shell.go("today")
    assert today.people.hasFocus()


def test_every_screen_fits_1366_by_768_and_has_names(shell: Shell, qtbot: QtBot, station: Station) -> None:
    shell.counter.pick(station.workers[0].subject)
    for name in shell.screens:
        shell.go(name)
        settle(qtbot, shell)
        hint = shell.minimumSizeHint()
        assert hint.width() <= 1280, name
        assert hint.height() <= 680, name  # what a task bar leaves of 768 (desktop.md §5)
        for field in shell.screens[name].findChildren(QLineEdit):
            assert field.accessibleName(), name


def test_no_key_of_a_screen_is_a_key_of_the_window(shell: Shell) -> None:
    """Two shortcuts with one key in one window are ambiguous: Qt runs neither."""

    def keys(of: QWidget, find: Qt.FindChildOption) -> list[str]:
        return [short.key().toString() for short in of.findChildren(QShortcut, options=find)]

    own = keys(shell, Qt.FindChildOption.FindDirectChildrenOnly)
    assert {"F9", "Ctrl+P", "Ctrl+B"} <= set(own)
    assert len(own) == len(set(own))
    for name in shell.screens:
        assert not set(own) & set(keys(shell.screens[name], Qt.FindChildOption.FindChildrenRecursively)), name


def test_trouble_becomes_a_sentence_and_never_a_crash(qtbot: QtBot) -> None:
    operations = Operations()
    heard: list[object] = []
    operations.run(Lane.LEDGER, lambda: 1 / 0, heard.append, heard.append)
    qtbot.waitUntil(lambda: len(heard) == 1, timeout=5_000)
    assert getattr(heard[0], "kind", "") == "bug"
    operations.close()
    operations.run(Lane.LEDGER, lambda: 1, heard.append, heard.append)
    assert len(heard) == 1


def test_five_meanings_have_five_sounds() -> None:
    import io
    import wave

    assert set(sound.TONES) == set(sound.BEEPS) == {*codes.MEANINGS.values(), "green", "yellow", "red"}
    made = {meaning: sound.sound_of(meaning) for meaning in sound.TONES}
    assert len(set(made.values())) == len(set(sound.BEEPS.values())) == 5
    for wav in made.values():
        with wave.open(io.BytesIO(wav)) as file:
            assert 0.2 < file.getnframes() / file.getframerate() < 1.0


def test_every_refusal_has_a_title_and_says_what_to_do() -> None:
    assert set(words("refusal")) == set(words("refusal_advice")) == set(codes.MEANINGS)
    assert all(line.endswith("。") for line in words("refusal_advice").values())


def test_each_refusal_is_told_apart(station: Station) -> None:
    desk, worker = station.desk, station.workers[0]
    good = station.address(0)
    forged = good[:-1] + str((int(good[-1]) + 1) % 10)
    kinds = [codes.check_text(desk, given) for given in (good, forged, "https://example.com/", station.address(0, 2))]
    assert [(view.kind, view.meaning) for view in kinds] == [
        ("green", "green"), ("forged", "invalid"), ("not_a_code", "invalid"), ("not_active", "red"),
    ]  # fmt: skip
    elsewhere = codes.check_text(desk, "3302032026000001")
    assert (elsewhere.kind, elsewhere.colour, elsewhere.meaning) == ("other_city", "unknown", "unsure")
    assert elsewhere.reasons == []
    nobody = codes.check_text(desk, f"{worker.number[:10]}999999")
    assert nobody.kind == "no_record"
    asked = facts.CardActed(worker.number, 1, "report_lost", desk.clock.today())
    desk.ledger.append([(worker.subject, asked)], actor="clerk-01")
    lost = codes.check_text(desk, good)
    assert (lost.kind, lost.colour, lost.meaning) == ("replaced", "red", "red")
    assert lost.history
    person = desk.worker(worker.subject).person
    assert person is not None
    renamed = facts.WorkerRegistered("ID_CARD", person.categories, True, number=person.number, name="李改名")
    second = station.workers[1].subject
    desk.ledger.append([(second, renamed)], actor="clerk-01")
    acts = ("reserve", "send", "sent", "verify", "activate")
    day, number = desk.clock.today(), station.workers[1].number
    desk.ledger.append([(second, facts.CardActed(number, 1, act, day)) for act in acts], actor="clerk-01")
    wrong = codes.check_text(desk, station.address(1))
    assert words("health")["WRONG-1"] in wrong.reasons
    desk.as_of_ms = lambda: 1
    assert codes.check_text(desk, worker.number).kind == "stale"


def test_the_layout_of_the_check_desk_never_jumps(shell: Shell, qtbot: QtBot, station: Station) -> None:
    check = shell.screens["check"]
    assert isinstance(check, CheckScreen)
    shell.go("check")
    settle(qtbot, shell)

    def places() -> list[object]:
        QApplication.processEvents()
        parts = (check.pane, check.field, check.panel, check.photo, check.history.parentWidget())
        return [part.geometry() for part in parts]

    before = places()
    for given in (station.workers[0].number, "https://example.com/", "3302032026000001", station.workers[1].number):
        check.scanned(given)
        settle(qtbot, shell)
        assert places() == before, given
