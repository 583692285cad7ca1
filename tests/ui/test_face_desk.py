"""The face desk: consent first, a score as advice, two people with the same outcome, hints on request."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from devices.contracts import Picture
from station.domain import facts
from station.domain.decide.facing import identity_confirmed
from station.services.capture import accept_photo, photo_of
from tests.faces import people
from tests.ui.conftest import Station
from tests.ui.test_desktop import press, settle, shell  # noqa: F401 – the fixture
from ui.desktop import text_face as text
from ui.desktop.screens.face import FaceScreen
from ui.desktop.shell import Shell
from ui.desktop.viewmodels.timeline import timeline


def opened(shell: Shell, qtbot: QtBot, station: Station, index: int = 0) -> FaceScreen:  # noqa: F811
    shell.open_file(station.workers[index].subject)
    settle(qtbot, shell)
    qtbot.keyClick(shell, Qt.Key.Key_F6, Qt.KeyboardModifier.ShiftModifier)
    screen = shell.screens["face"]
    assert isinstance(screen, FaceScreen)
    qtbot.waitUntil(lambda: screen.frame is not None and bool(screen.who.text()), timeout=90_000)
    settle(qtbot, shell)
    screen._running = False  # from here on the test holds the frame
    qtbot.wait(300)
    return screen


def own_picture(shell: Shell, subject: str) -> Picture:  # noqa: F811
    desk = shell.counter.desk
    kept = photo_of(desk, desk.worker(subject))
    assert kept is not None
    return kept


def decided(shell: Shell, subject: str) -> list[facts.FaceMatched]:  # noqa: F811
    told = [fact.payload for fact in shell.counter.desk.ledger.facts_of(subject)]
    return [one for one in told if isinstance(one, facts.FaceMatched)]


def test_a_match_is_kept_by_one_clerk(shell: Shell, qtbot: QtBot, station: Station) -> None:  # noqa: F811
    screen, subject = opened(shell, qtbot, station), station.workers[0].subject
    screen.frame = people.dimmed(own_picture(shell, subject), 0.9)
    press(qtbot, shell, Qt.Key.Key_F9)
    settle(qtbot, shell, lambda: screen.found is not None)
    assert screen.advice.text().startswith("一致")
    assert "ORL" in screen.basis.text(), "thresholds say what they were measured on"
    assert decided(shell, subject) == [], "nothing is kept before a person says so"
    press(qtbot, shell, Qt.Key.Key_F9)
    settle(qtbot, shell, lambda: screen.sentence.text() == text.AGREED)
    (kept,) = decided(shell, subject)
    assert (kept.decision, kept.confirmed_by) == ("match", ())
    assert kept.score is not None
    assert kept.threshold is not None
    assert kept.engine.startswith("dlib")
    settle(qtbot, shell, lambda: "一致" in screen.last.text())


def test_no_face_goes_to_two_people_with_the_same_outcome(
    shell: Shell,  # noqa: F811
    qtbot: QtBot,
    station: Station,
) -> None:
    screen, subject = opened(shell, qtbot, station), station.workers[0].subject
    screen.frame = np.full((400, 400, 3), 220, np.uint8)
    screen.primary()
    settle(qtbot, shell, lambda: screen.found is not None)
    assert screen.advice.text() == text.NO_FACE["first"]
    screen.primary()  # compares again; there is nothing to agree to
    settle(qtbot, shell)
    assert decided(shell, subject) == []
    assert screen.two.by.people.currentText() != screen.two.second.people.currentText()
    qtbot.mouseClick(screen.two.same, Qt.MouseButton.LeftButton)
    settle(qtbot, shell, lambda: screen.sentence.text() == text.KEPT_SAME)
    (kept,) = decided(shell, subject)
    assert (kept.decision, kept.score, len(kept.confirmed_by)) == ("unsure", None, 2)
    assert identity_confirmed(shell.counter.desk.worker(subject))


def test_who_declines_is_never_compared(shell: Shell, qtbot: QtBot, station: Station) -> None:  # noqa: F811
    screen, subject = opened(shell, qtbot, station), station.workers[0].subject
    qtbot.mouseClick(screen.agree, Qt.MouseButton.LeftButton)
    settle(qtbot, shell, lambda: screen.sentence.text() == text.WITHDRAWN)
    settle(qtbot, shell, lambda: screen.consent.text() == text.NOT_CONSENTED)
    assert not screen.do.isEnabled()
    assert not screen.hints.isEnabled()
    screen.primary()
    settle(qtbot, shell)
    assert screen.found is None
    qtbot.mouseClick(screen.two.other, Qt.MouseButton.LeftButton)
    settle(qtbot, shell, lambda: screen.sentence.text() == text.KEPT_OTHER)
    settle(qtbot, shell, lambda: "核对为不是本人" in screen.last.text())
    assert any("两人核对：不是本人" in line for _, line in timeline(station.desk, subject))
    qtbot.mouseClick(screen.two.same, Qt.MouseButton.LeftButton)
    settle(qtbot, shell, lambda: screen.sentence.text() == text.KEPT_SAME)
    first, last = decided(shell, subject)
    assert (first.decision, first.engine, first.score, first.said_same) == ("declined", "", None, False)
    assert len(first.confirmed_by) == len(last.confirmed_by) == 2
    assert last.said_same
    qtbot.mouseClick(screen.agree, Qt.MouseButton.LeftButton)
    settle(qtbot, shell, lambda: screen.consent.text() == text.CONSENTED)


def test_without_an_engine_two_people_look(
    shell: Shell,  # noqa: F811
    qtbot: QtBot,
    station: Station,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("ui.desktop.screens.live.load", lambda models: None)
    screen, subject = opened(shell, qtbot, station), station.workers[0].subject
    screen.primary()
    settle(qtbot, shell, lambda: screen.advice.text() == text.NO_ENGINE)
    qtbot.mouseClick(screen.two.same, Qt.MouseButton.LeftButton)
    settle(qtbot, shell, lambda: screen.sentence.text() == text.KEPT_SAME)
    assert [(one.decision, one.engine) for one in decided(shell, subject)] == [("unsure", "")]


def test_one_person_is_not_two(shell: Shell, qtbot: QtBot, station: Station) -> None:  # noqa: F811
    screen, subject = opened(shell, qtbot, station), station.workers[0].subject
    screen.two.second.password.setText("wrong-password")
    screen.by_two(same=True)
    settle(qtbot, shell, lambda: bool(screen.sentence.text()))
    assert decided(shell, subject) == []


def test_hints_only_on_request_and_never_of_another_person(
    shell: Shell,  # noqa: F811
    qtbot: QtBot,
    station: Station,
) -> None:
    one, other = (worker.subject for worker in station.workers)
    screen = opened(shell, qtbot, station)
    desk = shell.counter.desk
    same = own_picture(shell, one)
    out = io.BytesIO()
    Image.fromarray(same).save(out, "JPEG", quality=95)
    accept_photo(desk, other, out.getvalue(), source="file", actor=shell.counter.clerk)
    known = desk.worker(one).person
    assert known is not None
    twin = facts.WorkerRegistered("ID_CARD", known.categories, True, number=known.number, name="张冒名", sex=known.sex)
    desk.ledger.append([(other, twin)], actor="clerk-01")
    assert screen.alike.isHidden()
    before = len(desk.ledger.facts_of(one))
    screen.look()
    settle(qtbot, shell, lambda: not screen.alike.isHidden())
    assert screen.alike.key == other
    assert len(desk.ledger.facts_of(one)) == before
    screen.alike.opened.emit(screen.alike.key)
    settle(qtbot, shell, lambda: shell.current == "file")
    assert shell.counter.subject == other
    assert screen.alike.isHidden(), "what was found about one is not shown beside another"
    assert screen.found is None
