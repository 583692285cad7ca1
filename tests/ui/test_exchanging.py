"""An exchange at the command line: its steps in words; Ctrl+C ends it between two batches and loses nothing."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from station.bootstrap import found_rehearsal
from station.domain import facts
from station.services.desk import Desk
from station.sync import marks, sending
from ui.cli import exchanging
from ui.words import words


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setattr(sending, "PUSH_BATCH", 2)
    made = found_rehearsal(tmp_path / "home")
    told = [("station:x", facts.StationActed(act, made.today())) for act in "ABCDE"]
    made.ledger.append(told, actor="c")
    return made


def test_the_steps_are_said_in_words(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    assert exchanging.exchanged(desk, quiet=False).ok
    assert "\r上传记录 2/5\r上传记录 4/5\r上传记录 5/5\n" in capsys.readouterr().err
    assert set(words("sync_step")) == {"keys", "blobs", "push", "pull"}
    desk.ledger.close()


def test_ctrl_c_stops_between_two_batches(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = signal.getsignal(signal.SIGINT)
    with monkeypatch.context() as patched:
        patched.setattr(exchanging, "shown", lambda *_: os.kill(os.getpid(), signal.SIGINT))
        done = exchanging.exchanged(desk, quiet=False)
    assert (done.cancelled, done.pushed, done.waiting) == (True, 2, 3)
    assert "已停止" in done.sentence
    assert "这一批传完即停" in capsys.readouterr().err
    assert signal.getsignal(signal.SIGINT) is before
    done = exchanging.exchanged(desk, quiet=True)
    assert (done.ok, done.pushed, marks.outbox(desk.ledger).count) == (True, 3, 0)
    desk.ledger.close()


def test_the_second_ctrl_c_is_final() -> None:
    with pytest.raises(KeyboardInterrupt), exchanging.stopping() as stopped:
        assert not stopped()
        os.kill(os.getpid(), signal.SIGINT)
        assert stopped()
        os.kill(os.getpid(), signal.SIGINT)
        stopped()
