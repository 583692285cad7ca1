"""The batch and the stock on the command line: documents, exit codes, sentences, and the person at the terminal."""

from __future__ import annotations

import dataclasses
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from station.bootstrap import found_rehearsal, open_desk
from station.domain.errors import Refused
from station.services import supervising
from station.services.rehearsal import cast
from station.services.staff import REHEARSAL_PASSWORD, found_rehearsal_staff
from tests.printing.lists import make_list
from ui.cli import home as cli_home
from ui.cli.main import main
from ui.cli.staff import operator, supervisor
from ui.cli.stock import fen

Call = Callable[..., tuple[int, dict[str, Any]]]


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A rehearsal station that looks at a doubt for a moment only, and a list of three."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("ANXIN_HOME", str(tmp_path / "station"))
    found_rehearsal(tmp_path / "station").ledger.close()
    settings = tmp_path / "station" / "station.toml"
    settings.write_text(settings.read_text("utf-8") + "\n[limits]\nread_back_seconds = 0.1\n", "utf-8")
    make_list(tmp_path, 3)
    yield tmp_path
    cli_home._desk.cache_clear()


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str]) -> Call:
    def called(*argv: object, plain: bool = False) -> tuple[int, Any]:
        code = main([str(one) for one in argv] + ([] if plain else ["--json"]))
        said = capsys.readouterr()
        return code, said.out + said.err if plain else json.loads(said.out)

    return called


def batch(place: Path, *more: object, fault: str = "", operator: str = "") -> tuple[object, ...]:
    printer = f"emulator://evolis?profile=evolis-primacy&fault={fault}&operator={operator}"
    return ("batch", "run", place / "list.xlsx", "--photos", place / "photos", "--printer", printer, *more)


def test_a_list_becomes_cards_a_report_and_a_sheet(place: Path, call: Call) -> None:
    code, done = call(*batch(place))
    assert (code, done["total"], done["active"], done["done"], done["stock_balanced"]) == (0, 3, 3, True, True)
    assert (done["two_valid"], done["missing"], done["sent_twice"], done["printed_now"]) == (0, 0, 0, 3)
    assert (done["list_refused"], done["tasks"], done["stops"], done["synced"]) == ([], [], [], True)
    name = done["batch"]
    assert call(*batch(place))[1]["error"]["code"] == "batch_known"
    code, again = call(*batch(place, "--resume"))
    assert (code, again["active"], again["printed_now"]) == (0, 3, 0)
    code, report = call("batch", "report", name, "--sheet", place / "sheet.xlsx")
    assert code == 0
    assert [[one["issue_number"] for one in line["attempts"]] for line in report["lines"]] == [[1], [1], [1]]
    page = load_workbook(place / "sheet.xlsx").active
    assert [page.cell(4 + at, 3).value for at in range(3)] == [line["number"] for line in report["lines"]]
    number = report["lines"][1]["number"]
    assert call("batch", "redo", name, number, "--reason", "WHIM")[1]["error"]["code"] == "unknown_reason"
    code, redone = call("batch", "redo", name, number, "--reason", "PRINT_DEFECT")
    assert (code, redone["printed_now"], redone["cards_used"], redone["two_valid"]) == (0, 1, 4, 0)
    assert call("batch", "close", name) == (0, {"batch": name, "phase": "CLOSED"})
    code, status = call("batch", "status")
    assert [(one["name"], one["phase"], one["active"]) for one in status["batches"]] == [(name, "CLOSED", 3)]
    assert call("batch", "cancel", name, "--reason", "x")[0] == 1


def test_a_doubt_is_a_task_until_somebody_answers(place: Path, call: Call) -> None:
    fault = "late_card@2"
    code, stopped = call(*batch(place, fault=fault))
    assert (code, stopped["active"], stopped["at_printer"]) == (2, 1, 1)
    (task,) = stopped["tasks"]
    assert (task["code"], task["printer"]) == ("look_wrong_card", "EMU0001")
    assert stopped["stops"][0]["sentence"] == task["sentence"]
    name = stopped["batch"]
    assert call("batch", "status", name)[0] == call("batch", "status")[0] == 2
    code, report = call("batch", "report", name)
    assert (code, report["done"]) == (1, False)
    printer = batch(place, fault=fault)[-1]
    code, looked = call("batch", "settle", "--printer", printer)
    assert (code, [one["settled"] for one in looked["settled"]]) == (2, [False])
    code, settled = call("batch", "settle", "--printer", printer, "--word", "nothing")
    assert (code, settled["settled"][0]["code"], settled["tasks"]) == (0, "find_the_card", [])
    code, done = call(*batch(place, "--resume", fault=fault))
    assert (code, done["active"], done["stock_balanced"]) == (0, 3, False)
    assert call("stock", "status")[0] == 1
    code, packs = call("stock", "found", task["number"], task["issue_number"])
    assert (code, packs["packs"][0]["missing"], packs["packs"][0]["balanced"]) == (0, 0, True)
    code, bag = call("stock", "status")
    assert (code, [one["number"] for one in bag["bag"]], bag["balanced"]) == (0, [task["number"]], True)
    assert call("stock", "destroy")[1]["packs"][0]["destroyed"] == 1


def test_the_person_at_the_terminal_is_asked(place: Path, call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter(["3", "4"])
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    monkeypatch.setattr("click.prompt", lambda *_, **__: next(answers))
    monkeypatch.setattr("click.confirm", lambda *_, **__: False)
    code, said = call(*batch(place, fault="late_card@2,jam:c@3"), plain=True)
    assert code == 2
    assert "打印机出过卡但没有找到" in said
    assert "已启用 1，待打印 1，待核实 1" in said
    code, said = call(*batch(place, "--resume", operator="path"), plain=True)  # 4 was: stop for now
    assert code == 2
    assert "这张卡已从打印机里退出" in said
    assert "待核实 0" in said


def test_the_card_inside_is_brought_out_by_a_command(
    place: Path, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, stopped = call(*batch(place, fault="jam:c@1,jam:c@2"))
    assert (code, stopped["stops"][0]["code"]) == (2, "take_card_out")
    printer = batch(place)[-1]
    code, settled = call("batch", "settle", "--printer", printer)
    assert (code, settled["settled"][0]["settled"]) == (2, False)
    code, settled = call("batch", "settle", "--printer", printer, "--take-out")
    assert (code, settled["settled"][0]["code"], settled["tasks"]) == (0, "taken_out", [])
    assert len(list((place / "station" / "tray" / "rejected").glob("*_front.png"))) == 1
    code, said = call("batch", "settle", "--printer", printer, "--take-out")
    assert (code, said["error"]["code"]) == (1, "no_card_inside")
    answers = iter(["5", "4"])
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    monkeypatch.setattr("click.prompt", lambda *_, **__: next(answers))
    code, told = call(*batch(place, "--resume", fault="jam:c@1,jam:c@2"), plain=True)
    assert (code, "这张卡已从打印机里退出" in told, "已启用 3" in told) == (0, True, True)


def test_for_people_there_are_sentences(place: Path, call: Call) -> None:
    assert "还没有批次" in call("batch", "status", plain=True)[1]
    assert "还没有登记卡包" in call("stock", "status", plain=True)[1]
    code, said = call(*batch(place), plain=True)
    assert code == 0
    assert "共 3 张，已启用 3，待打印 0，待核实 0；用卡 3 张。" in said
    assert "启用 100000 = 已启用 3、余 99997  平" in said
    _, listed = call("batch", "status", plain=True)
    assert "进行中" in listed
    name = next(word for word in listed.replace("│", " ").split() if word.startswith("L"))
    assert "交接清单：" in call("batch", "report", name, "--sheet", place / "s.xlsx", plain=True)[1]
    assert "批次报告：" in call("batch", "report", name, "--book", place / "r.xlsx", plain=True)[1]
    assert "共 3 张" in call("batch", "status", name, plain=True)[1]
    assert "已登记。" in call("batch", "pause", name, plain=True)[1]
    code, said = call(*batch(place, "--resume"), plain=True)
    assert code == 0
    assert "还没有交付的卡" in call("stock", "cost", plain=True)[1]


def test_rows_that_cannot_be_printed_are_named_and_the_rest_is(place: Path, call: Call) -> None:
    (place / "photos" / "0002.jpg").unlink()
    code, done = call(*batch(place))
    assert (code, done["total"], done["active"]) == (1, 2, 2)
    assert [(one["line"], one["code"]) for one in done["list_refused"]] == [(4, "no_photo_file")]
    for photo in (place / "photos").iterdir():
        photo.unlink()
    book = load_workbook(place / "list.xlsx")
    page = book.active
    page.delete_rows(3)
    page.delete_rows(4)
    book.save(place / "list.xlsx")
    code, refused = call(*batch(place))
    assert (code, refused["error"]["code"]) == (1, "nobody_listed")


def test_two_printers_and_their_cameras(place: Path, call: Call) -> None:
    second = f"emulator://evolis?profile=evolis-primacy&serial=EMU2&tray={(place / 'two').as_posix()}"
    code, done = call(*batch(place, "--printer", second))
    assert (code, done["active"], sum(done["by_printer"].values()), len(done["stock"])) == (0, 3, 3, 2)
    code, refused = call(*batch(place, "--printer", second, "--camera", "webcam://0", "--resume"))
    assert (code, refused["error"]["code"]) == (1, "cameras_and_printers")


def test_packs_come_are_counted_and_signed_for(place: Path, call: Call) -> None:
    assert call("stock", "receive", "P1", 2, "--yuan", "30.50", "--fund", "专项")[0] == 0
    assert call("stock", "receive", "R1", 200, "--ribbon", "--yuan", "400")[0] == 0
    assert call("stock", "load", "P1", "--count", 2)[0] == call("stock", "load", "R1")[0] == 0
    code, stopped = call(*batch(place))
    assert (code, stopped["active"], stopped["stops"][0]["code"]) == (2, 2, "no_blank")
    assert stopped["forecast"] == ["白卡还差 1 张，请备好下一包。"]
    assert call("stock", "receive", "P2", 5)[0] == call("stock", "load", "P2")[0] == 0
    assert call(*batch(place, "--resume"))[0] == 0
    code, cost = call("stock", "cost")
    assert (code, cost["cards"], cost["by_fund"], cost["fen_per_card"]) == (0, 0, {"": 600, "专项": 3050}, None)
    assert "还没有登记工时" in call("stock", "cost", plain=True)[1]
    desk = open_desk(place / "station")
    for row in desk.ledger.roll.permits(live=True):
        clerk = cast(desk.settings.city.code).clerk
        supervising.hand_to_company(desk, row.subject, row.number, 1, collector="李经办", actor=clerk)
    month = f"{desk.today():%Y-%m}"
    desk.ledger.close()
    code, cost = call("stock", "cost")
    assert (code, cost["cards"], cost["fen_per_card"], cost["over_ceiling"]) == (1, 3, 1217, True)
    code, worked = call("stock", "labour", month, "--hours", "7.5", "--yuan", "60", "--fund", "专项")
    assert (code, worked["labour_fen"], worked["minutes"], worked["by_fund"]) == (0, 6000, 450, {"": 600, "专项": 9050})
    said = call("stock", "cost", plain=True)[1]
    assert "工时 7.5 小时 60.00 元" in said
    assert "32.17 元（耗材 12.17 元、工时 20.00 元）" in said
    for hours in ("x", "0.001", "NaN"):
        assert call("stock", "labour", month, "--hours", hours, "--yuan", "60")[1]["error"]["code"] == "hours"
    assert call("stock", "entrust", "P2")[1]["error"]["code"] == "nothing_sealed"
    assert call("stock", "receive", "P3", 5)[1]["packs"][2]["keeper"] == "clerk-01"
    assert call("stock", "entrust", "P3")[1]["packs"][2]["keeper"] == "supervisor-01"
    code, counted = call("stock", "count", "P2", 3)
    assert (code, counted["packs"][1]["difference"]) == (0, -1)
    code, signed = call("stock", "sign", "P2", "--reason", "粘连")
    assert (code, signed["packs"][1]["written_off"], signed["packs"][1]["needs_count"]) == (0, 1, False)
    assert call("stock", "load", "P9")[1]["error"]["code"] == "no_such_pack"


@pytest.mark.parametrize(("yuan", "amount"), [("0", 0), ("199", 19900), ("199.5", 19950), ("-1", -100)])
def test_money(yuan: str, amount: int) -> None:
    assert fen(yuan) == amount


@pytest.mark.parametrize("yuan", ["x", "1.005", "NaN", "Infinity", ""])
def test_no_money(yuan: str) -> None:
    with pytest.raises(Refused):
        fen(yuan)


def test_a_real_station_asks_people_to_sign_in_once(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = open_desk(place / "station")
    found_rehearsal_staff(desk)
    assert operator(desk).person == "clerk-01"
    desk.settings = dataclasses.replace(desk.settings, rehearsal=False)
    said = iter(["clerk", REHEARSAL_PASSWORD, "supervisor", "wrong", "supervisor", REHEARSAL_PASSWORD])
    monkeypatch.setattr("click.prompt", lambda *_, **__: next(said))
    assert "BATCH_OPERATOR" in operator(desk).roles
    assert operator(desk).person == "clerk-01"
    with pytest.raises(Refused):
        supervisor(desk)
    assert supervisor(desk).roles == ("SUPERVISOR",)
    assert list(said) == []
    desk.ledger.close()


def test_what_is_not_there(place: Path, call: Call) -> None:
    assert call("batch", "run", place / "none.xlsx")[1]["error"]["code"] == "no_list"
    assert call("batch", "status", "B9")[1]["error"]["code"] == "no_such_batch"
