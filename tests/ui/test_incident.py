"""Looking is written down before anything is shown, off the GUI thread; `incident` counts, and lists for two people."""

from __future__ import annotations

import json
import threading
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from openpyxl import load_workbook
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from station.bootstrap import open_desk
from station.domain.authority import Actor
from station.domain.identity import mask_number
from station.ledger.looks import Looks
from station.services.incident import KINDS, SHOWN
from station.services.looking import Opened, look
from tests.ui.conftest import Station
from tests.ui.test_cli_acts import call, home  # noqa: F401 – a fixture
from tests.ui.test_desks import Desk, desk  # noqa: F401 – a fixture
from ui.cli.incident import COLUMNS, ERASED
from ui.cli.main import main
from ui.desktop.screens.file import FileScreen
from ui.desktop.screens.papers import PaperDialog
from ui.desktop.screens.scans import ScansDialog
from ui.words import words

CLERK = Actor("clerk-01", ("CLERK",), "330100")


def opened(at: Desk, subject: str) -> list[tuple[str, str]]:
    return [(one.person, one.opened) for one in at.shell.counter.desk.ledger.looks.of(subject)]


def test_file_scans_and_papers_are_looks_of_whoever_stands_there(
    desk: Desk, monkeypatch: pytest.MonkeyPatch  # noqa: F811
) -> None:
    threads: list[str] = []
    note = Looks.note

    def noted(self: Looks, *args: object) -> int:
        threads.append(threading.current_thread().name)
        return note(self, *args)  # type: ignore[arg-type]

    monkeypatch.setattr(Looks, "note", noted)
    shell = desk.shell
    subject = shell.counter.desk.ledger.roll.page(limit=1)[0].subject
    shell.counter.pick(subject)
    shell.go("file")
    desk.settle(lambda: bool(opened(desk, subject)))
    assert opened(desk, subject) == [("clerk-01", "FILE")]
    desk.qtbot.keyClick(shell.screens["file"], Qt.Key.Key_O, Qt.KeyboardModifier.ControlModifier)
    desk.settle(lambda: isinstance(QApplication.activeModalWidget(), ScansDialog))
    desk.settle(lambda: len(opened(desk, subject)) == 2)
    QApplication.activeModalWidget().close()
    shell.print_paper()
    desk.settle(lambda: isinstance(QApplication.activeModalWidget(), PaperDialog))
    desk.settle(lambda: len(opened(desk, subject)) == 3)
    QApplication.activeModalWidget().close()
    shell.counter.take_over(Actor("clerk-02", ("CLERK",), "330100"))
    desk.settle(lambda: len(opened(desk, subject)) == 4)
    assert set(opened(desk, subject)) == {
        ("clerk-01", "FILE"), ("clerk-01", "SCANS"), ("clerk-01", "PAPER"), ("clerk-02", "FILE"),
    }  # fmt: skip
    assert threads
    assert all(name.startswith("lane-") for name in threads)


def test_a_look_that_cannot_be_written_is_said_and_nobody_is_shown(
    desk: Desk, monkeypatch: pytest.MonkeyPatch  # noqa: F811
) -> None:
    shell = desk.shell
    first, second = (row.subject for row in shell.counter.desk.ledger.roll.page(limit=2))
    screen = shell.screens["file"]
    assert isinstance(screen, FileScreen)
    shell.counter.pick(first)
    shell.go("file")
    desk.settle(lambda: screen.name.text() != "—")
    monkeypatch.setattr(shell.counter.desk.ledger.store, "_keep_free", 1 << 60)
    shell.counter.pick(second)
    desk.settle(lambda: "磁盘" in screen.sentence.text())
    assert (screen.name.text(), screen.timeline.text(), screen.gaps_title.text()) == ("—", "", "")
    assert not screen.photo.has_picture
    assert screen.colour._word == "—", "nothing is said of a permit that was not looked at"
    assert opened(desk, second) == []
    dialog = ScansDialog(shell.counter, shell)
    desk.settle(lambda: "磁盘" in dialog.sentence.text())
    dialog.reject()


def test_the_command_counts_and_two_people_get_the_list(
    station: Station, home: str, capsys: pytest.CaptureFixture[str], tmp_path: Path  # noqa: F811
) -> None:
    number = station.workers[0].number
    today = station.desk.clock.today()
    day, tomorrow = today.isoformat(), (today + timedelta(days=1)).isoformat()
    code, told = call(capsys, "incident", "--since", day, "--home", home)
    assert (code, told["people"], told["companies"], told["known_since"]) == (0, 0, [], None)
    for words_ in (("export", "--worker", number), ("document", "application", "--worker", number)):
        assert main([*words_, "--out", str(tmp_path / "made"), "--home", home]) == 0
    capsys.readouterr()
    code, told = call(capsys, "incident", "--since", day, "--by", "clerk", "--home", home)
    assert (code, told["people"], told["kinds"]["identity"], told["kinds"]["medical"]) == (0, 1, 1, 1)
    assert (told["known_since"], told["file"], len(told["companies"])) == (day, None, 1)
    reversed_, nobody = ("--since", tomorrow, "--until", day), ("--since", day, "--by", "x")
    for wrong in (reversed_, nobody, (), ("--station", "--by", "clerk"), ("--station", "--since", day)):
        code, told = call(capsys, "incident", *wrong, "--home", home)
        assert code == 1, wrong
    code, told = call(capsys, "incident", "--since", day, "--login", "clerk", "--home", home)
    assert (code, told["error"]["code"]) == (1, "not_allowed")
    out = tmp_path / "list.xlsx"
    alone = ("--since", day, "--out", str(out), "--second", "supervisor")
    code, told = call(capsys, "incident", *alone, "--home", home)
    assert (code, told["error"]["code"], out.exists()) == (1, "same_person", False)
    assert main(["incident", "--station", "--out", str(out), "--home", home]) == 0
    said = capsys.readouterr()
    at = open_desk(station.home)
    people = [at.worker(one.subject).person for one in station.workers]
    at.ledger.close()
    rows = list(load_workbook(out).active.iter_rows(values_only=True))
    assert rows[0] == COLUMNS
    assert {row[:4] for row in rows[1:]} == {
        (one.number, person.name, mask_number(person.number or ""), person.phone)
        for one, person in zip(station.workers, people, strict=True)
        if person is not None
    }
    for person in people:
        assert person is not None
        assert not [one for one in (person.name, person.number, person.phone) if str(one) in said.out + said.err]
    code, told = call(capsys, "incident", "--since", day, "--by", "supervisor", "--home", home)
    assert (told["people"], told["kinds"]) == (2, {"identity": 2}), "the list was a look at both"
    code, told = call(capsys, "incident", "--station", "--out", str(tmp_path / "made" / "x.xlsx"), "--home", home)
    assert (code, told["error"]["code"]) == (2, "no_book")


def test_an_export_says_who_looked(station: Station, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    worker = station.workers[0]
    look(station.desk, [worker.subject], Opened.FILE, actor=CLERK)
    station.desk.ledger.close()
    out = tmp_path / "copy.zip"
    code, _ = call(capsys, "export", "--worker", worker.number, "--out", str(out), "--home", str(station.home))
    assert code == 0
    told = json.loads(zipfile.ZipFile(out).read("data.json"))
    assert [(one["by"], one["opened"]) for one in told["looks"]] == [("clerk-01", "FILE"), ("clerk-01", "EXPORT")]


def test_everything_opened_and_every_kind_has_a_word() -> None:
    assert set(words("opened")) == {one.value for one in Opened}
    assert set(words("data_kind")) == set(KINDS)
    assert set(SHOWN) == set(Opened)
    assert ERASED
