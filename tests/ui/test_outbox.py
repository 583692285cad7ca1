"""The outbox page: what waits, since when, why; F9 sends it. The beat: quiet, slower after failures, none at home."""

from __future__ import annotations

import dataclasses
import threading
import time
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from station.domain import facts
from station.domain.errors import Fault
from station.domain.facts import KINDS
from station.sync.exchanged import Exchanged
from tests.ui.conftest import Station
from tests.ui.test_desks import Desk, desk  # noqa: F401 – a fixture
from ui.desktop import text_outbox as text
from ui.desktop.beat import Beat
from ui.desktop.counter import Counter
from ui.desktop.operations import Operations
from ui.desktop.screens.outbox import OutboxScreen
from ui.words import words


def test_every_kind_of_fact_has_a_word() -> None:
    assert set(words("fact")) == set(KINDS)


def test_what_waits_why_and_since_when_by_keyboard(desk: Desk) -> None:  # noqa: F811
    station = desk.shell.counter.desk
    station.ledger.append([("station:x", facts.StationActed(word, station.today())) for word in "AB"], actor="c")
    exchange = station.sync
    station.sync = fails
    desk.qtbot.keyClick(desk.shell, Qt.Key.Key_U, Qt.KeyboardModifier.ControlModifier)
    screen = desk.shell.screens["outbox"]
    assert isinstance(screen, OutboxScreen)
    desk.settle(lambda: bool(screen.lines.table.lines))
    cells = {line.key: line.cells for line in screen.lines.table.lines}
    assert cells["station.acted"][:2] == (words("fact")["station.acted"], "2 条")
    desk.press(Qt.Key.Key_F9)
    desk.settle(lambda: "连接不上" in screen.sentence.text())
    assert screen.do.isEnabled()
    station.sync = lambda *_: kept_failure(station)
    desk.press(Qt.Key.Key_F9)
    desk.settle(lambda: screen.why.isVisible())
    assert screen.why.text().startswith("从 ")
    assert "连接不上省级平台" in screen.why.text()
    station.sync = exchange
    desk.press(Qt.Key.Key_F9)
    desk.settle(lambda: [line.cells[0] for line in screen.lines.table.lines] == [text.EMPTY])
    assert not screen.why.isVisible()
    assert screen.level.text().startswith("最近一次两边总数一致")


def test_the_lamp_calls_a_fault_only_what_is_one(desk: Desk) -> None:  # noqa: F811
    """Facts told while an exchange ran, or a stop, are taken up by the next."""
    counter, found = desk.shell.counter, list[tuple[str, str]]()
    counter.status.connect(lambda name, state, words: found.append((name, state)))
    for result, state in (
        (Exchanged(tally_equal=True), "good"), (Exchanged(), "warn"), (Exchanged(cancelled=True), "warn"),
        (Exchanged(tally_equal=True, alarms=["x"]), "bad"), (Exchanged(alarms=["x"]), "bad"),
    ):  # fmt: skip
        counter.desk.sync = lambda *_, result=result: result
        found.clear()
        counter.sync(quiet=True)
        desk.settle(lambda: bool(found))
        assert ("sync", state) in found


def test_a_supervisor_enrols_a_frozen_station_again_by_keyboard(desk: Desk) -> None:  # noqa: F811
    station = desk.shell.counter.desk
    station.ledger.freeze("本站台账是较早的备份。")
    desk.qtbot.keyClick(desk.shell, Qt.Key.Key_U, Qt.KeyboardModifier.ControlModifier)
    screen = desk.shell.screens["outbox"]
    assert isinstance(screen, OutboxScreen)
    desk.settle(lambda: screen.renew.isVisible())
    assert "较早的备份" in screen.why.text()
    desk.press(Qt.Key.Key_2)
    desk.settle(lambda: screen.asked is not None and bool(screen.asked.by[0]))
    assert screen.asked is not None
    desk.qtbot.keyClick(screen.asked, Qt.Key.Key_F9)
    desk.settle(lambda: screen.asked is None and "第 2 启用期" in screen.sentence.text())
    assert (station.ledger.frozen, station.ledger.epoch) == ("", 2)
    desk.settle(lambda: not screen.renew.isVisible())
    station.ledger.append([("station:x", facts.StationActed("A", station.today()))], actor="c")


def test_a_long_exchange_is_stopped_by_keyboard(desk: Desk) -> None:  # noqa: F811
    station = desk.shell.counter.desk
    began = threading.Event()

    def long(progress: object, cancelled: Callable[[], bool]) -> Exchanged:
        began.set()
        while not cancelled():
            time.sleep(0.01)
        return Exchanged(cancelled=True, pushed=500)

    desk.qtbot.keyClick(desk.shell, Qt.Key.Key_U, Qt.KeyboardModifier.ControlModifier)
    screen = desk.shell.screens["outbox"]
    assert isinstance(screen, OutboxScreen)
    assert not screen.halt.isVisible()
    desk.settle()
    station.sync = long
    desk.qtbot.keyClick(QApplication.focusWidget() or desk.shell, Qt.Key.Key_F9)
    desk.qtbot.waitUntil(lambda: began.is_set() and screen.halt.isVisible())
    desk.qtbot.keyClick(QApplication.focusWidget() or desk.shell, Qt.Key.Key_3)
    desk.settle(lambda: "同步已停止：已上传 500 条" in screen.sentence.text())
    assert not screen.halt.isVisible()
    began.clear()
    desk.qtbot.keyClick(QApplication.focusWidget() or desk.shell, Qt.Key.Key_F9)
    desk.qtbot.waitUntil(began.is_set)  # closing the window ends it too, or this test would never


def fails(*_: object) -> Exchanged:
    raise Fault("连接不上省级平台。", "请检查网络。", code="centre_unreachable")


def kept_failure(station: Any) -> Exchanged:
    from station.services.outbox import kept

    return kept(station.ledger, station.clock.now_ms, fails)


def test_the_beat_goes_on_and_slows_down_while_nobody_answers(qtbot: QtBot, station: Station) -> None:
    counter = Counter(Operations(), station.home)
    station.desk.settings = dataclasses.replace(station.desk.settings, central="postgresql://somewhere")
    counter.desk = station.desk
    calls: list[str] = []
    answers: list[Exception | Exchanged] = [Exchanged(tally_equal=True, pulled=3), Fault("断开。", "", code="x")]

    def sync(*_: object) -> Exchanged:
        calls.append("sync")
        answer = answers[min(len(calls), len(answers)) - 1]
        if isinstance(answer, Exception):
            raise answer
        return answer

    counter.desk.sync = sync
    touched: list[object] = []
    counter.operations.touched.connect(touched.append)
    beat = Beat(counter, 5)
    beat._begin()
    qtbot.waitUntil(lambda: len(calls) >= 3)
    qtbot.waitUntil(lambda: beat.timer.interval() >= 10)
    assert len(touched) == 1
    counter.operations.close()


def test_a_station_that_is_its_own_centre_keeps_still(station: Station) -> None:
    counter = Counter(Operations(), station.home)
    counter.desk = station.desk
    beat = Beat(counter, 1)
    beat._begin()
    assert not beat.timer.isActive()
    counter.operations.close()
