"""A company's run at the counter: list, people, printers, doubts, report – over the real ledger and emulators."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from station.bootstrap import open_place, places
from station.company.opener import Opener
from station.domain.authority import Actor
from station.domain.errors import Refused
from station.printing.progress import Progress
from station.printing.queue import Phase
from station.printing.settle import Word
from station.services import batch_report, batches, rehearsal, stock, supervising
from station.services.batch_going import Claims, Going
from station.services.batch_list import MOST_ROWS, Row, read_list, run_name
from station.services.batch_people import Photos, permits_of
from station.services.batch_waiting import waiting_for_cards
from station.services.bench import Bench
from station.services.printing import load_rehearsal_blanks
from tests.printing.lists import make_list
from tests.services.house import STAFF, House
from ui.batch_books import save_report, save_sheet


def sheet(path: Path, *rows: tuple[object, ...]) -> Path:
    book = Workbook()
    page = book.active
    for row in rows:
        page.append(row)
    book.save(path / "list.xlsx")
    return path / "list.xlsx"


@pytest.fixture(scope="module")
def opener() -> Iterator[Opener]:
    with Opener() as one:
        yield one


def opened(house: House, name: str = "B1") -> None:
    batches.open_run(house.desk, name, house.orders, company="", actor=STAFF.clerk)


def ran(house: House, *benches: Bench, only: str = "") -> list[batches.Step]:
    for bench in benches:
        load_rehearsal_blanks(house.desk, bench, actor=STAFF.clerk)
    return list(batches.run(house.desk, benches, "B1", actor=STAFF.clerk, only=only))


# --- the list --------------------------------------------------------------------------------------------------------


def test_a_list_is_read_by_its_headings(tmp_path: Path, opener: Opener) -> None:
    path, _ = make_list(tmp_path, 3)
    rows = read_list(path, opener)
    assert [row.line for row in rows] == [3, 4, 5]
    assert [row.photo for row in rows] == ["0001.jpg", "0002.jpg", "0003.jpg"]
    assert all(len(row.document) == 18 and row.name and row.categories and not row.problem for row in rows)
    assert rows[0].document not in repr(rows)


def test_rows_may_lack_things_and_say_so(tmp_path: Path, opener: Opener) -> None:
    first, last = ("甲", "1", "养老照护，占卜"), ("乙", None, "管家")
    wrong = (("=A1", "1", "管家"), ("甲", 3301022026000001, "管家"), ("甲", 123456789012345, "管家"))
    good = ("丁", "2", "管家", "=1")
    path = sheet(tmp_path, ("姓名（必填）", "码证编号", "工种", "备注"), first, (None,), last, *wrong, good)
    rows = read_list(path, opener)
    told = [(row.line, row.permit, row.categories) for row in rows[:2]]
    assert told == [(2, "1", ("ELDERLY",)), (4, "", ("STEWARD",))]
    words = ("占卜", "没有证件号码", "公式", "末位已丢失", "", "")
    assert [word in row.problem for row, word in zip(rows, words, strict=True)] == [True] * 6
    assert [bool(row.problem) for row in rows] == [True, True, True, True, False, False]


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([("姓名", "电话"), ("甲", 1)], "no_heading"),
        ([("姓名", "身份证号")], "empty_list"),
        ([("身份证号",), *(("1",) for _ in range(MOST_ROWS + 1))], "list_too_long"),
    ],
)
def test_what_is_no_list(rows: list[tuple[object, ...]], code: str, tmp_path: Path, opener: Opener) -> None:
    with pytest.raises(Refused) as no:
        read_list(sheet(tmp_path, *rows), opener)
    assert no.value.code == code


def test_what_is_no_sheet_is_refused_by_the_child(tmp_path: Path, opener: Opener) -> None:
    (tmp_path / "list.xlsx").write_bytes(b"not a sheet")
    with pytest.raises(Refused) as no:
        read_list(tmp_path / "list.xlsx", opener)
    assert no.value.code == "not_a_list"


# --- its people ------------------------------------------------------------------------------------------------------


def test_people_of_a_list_are_found_by_either_number(house: House) -> None:
    one, two = house.workers[:2]
    rows = [Row(2, one.person.name, one.person.number), Row(3, permit=two.number), Row(4, permit=two.number)]
    found = list(permits_of(house.desk, rows, None))
    assert [(f.subject, f.number) for f in found[:2]] == house.orders[:2]
    assert [f.good for f in found] == [True, True, False]
    assert found[2].code == "row_twice"
    assert found[2].sentence.startswith("第 4 行：同一个人")


def test_a_real_list_issues_nothing(house: House) -> None:
    one, two = house.workers[:2]
    supervising.suspend(house.desk, two.subject, two.number, cause="complaint", actor=STAFF.supervisor)
    strange = rehearsal.person(77, house.desk.today())
    rows = [
        Row(2, "甲", strange.number), Row(3, permit=two.number), Row(4, "王大", one.person.number),
        Row(5, permit=one.number, document=two.person.number), Row(6, permit="3301022026999999"),
        Row(7, document="123"), Row(8, problem="坏了。"), Row(9, one.person.name, one.person.number),
    ]  # fmt: skip
    codes = [f.code for f in permits_of(house.desk, rows, None)]
    assert codes[:5] == ["no_permit", "permit_not_issued", "name_differs", "row_differs", "no_permit"]
    assert codes[6:] == ["row", ""]
    assert codes[5]
    (answer,) = permits_of(house.desk, rows[-1:], None, company="91330102MA27TE5T2K")
    assert answer.code == "other_company"


def test_a_rehearsal_brings_its_people_and_goes_on_where_it_was_left(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, opener: Opener
) -> None:
    path, folder = make_list(tmp_path, 8)
    rows = read_list(path, opener)[5:]  # the first are at the counter already
    photos = Photos(folder, opener)
    acts = ["put_to_review", "pass_review", "open_application"]
    for module, act in [(rehearsal.intake, a) for a in acts] + [
        (rehearsal.review, "pass_credit"), (rehearsal.evidence, "record_insurance"), (rehearsal.issuing, "release"),
    ]:  # fmt: skip

        class Killed(BaseException):
            pass

        def die(*args: object, **more: object) -> None:
            raise Killed

        with monkeypatch.context() as patch:
            patch.setattr(module, act, die)
            with pytest.raises(Killed):
                list(permits_of(house.desk, rows, photos, staff=STAFF))
    found = list(permits_of(house.desk, rows, photos, staff=STAFF))
    assert [f.sentence for f in found] == ["", "", ""]
    record = house.desk.worker(found[0].subject)
    assert (len(record.applications), len(record.permits), len(record.insurances)) == (1, 1, 1)
    assert [f.number for f in permits_of(house.desk, rows, photos, staff=STAFF)] == [f.number for f in found]


def test_a_rehearsal_needs_photo_and_number(house: House, tmp_path: Path, opener: Opener) -> None:
    number = rehearsal.person(88, house.desk.today()).number
    (tmp_path / "list.txt").write_text("x")
    (tmp_path / "broken.jpg").write_text("x")
    photos = Photos(tmp_path, opener)
    for row, given, code in (
        (Row(2, "甲", number, photo="x.jpg"), None, "no_photos"),
        (Row(2, "甲", number, photo="x.jpg"), photos, "no_photo_file"),
        (Row(2, "甲", number, photo="../x.jpg"), photos, "no_photo_file"),
        (Row(2, "甲", number, photo="list.txt"), photos, "no_photo_file"),
        (Row(2, "甲", number, photo="broken"), photos, "photo_unreadable"),
    ):
        assert [f.code for f in permits_of(house.desk, [row], given, staff=STAFF)] == [code]


# --- the run ---------------------------------------------------------------------------------------------------------


def test_a_run_on_one_printer_and_its_report(house: House, tmp_path: Path) -> None:
    opened(house)
    with house.bench() as bench:
        assert batches.foresee(house.desk, bench, 4).sentences == ("白卡还差 4 张，请备好下一包。",)
        steps = ran(house, bench)
        assert batches.foresee(house.desk, bench, 300).sentences == (
            "色带只够 196 张，请备好色带，印到第 197 张前更换。",
        )  # fmt: skip
    assert [step.progress.done for step in steps] == [1, 2, 3, 4]
    assert [step.turn.number for step in steps] == [number for _, number in house.orders]
    assert steps[-1].seconds_left == 0
    made = batch_report.report(house.desk, "B1")
    assert made.done
    assert (made.total, made.active, made.cards_used) == (4, 4, 4)
    assert (made.two_valid, made.missing, made.sent_twice) == (0, 0, 0)
    assert (dict(made.lost), dict(made.by_printer), batches.waiting(house.desk, "B1")) == ({}, {"EMU0001": 4}, 0)
    paper = batch_report.hand_over(house.desk, "B1")
    assert [one.name for one in paper.cards] == [one.person.name for one in house.workers]
    assert paper.not_made == 0
    save_sheet(paper, tmp_path / "out" / "sheet.xlsx")
    page = load_workbook(tmp_path / "out" / "sheet.xlsx").active
    assert [row[2] for row in page.iter_rows(min_row=4, max_row=7, values_only=True)] == [n for _, n in house.orders]
    save_report(made, tmp_path / "out" / "report.xlsx")
    page = load_workbook(tmp_path / "out" / "report.xlsx").active
    lines = [[cell for cell in row if cell is not None] for row in page.iter_rows(values_only=True)]
    assert lines[1] == ["共 4 张，已启用 4，待打印 0，待核实 0；用卡 4 张。"]
    assert [line[1] for line in lines[-4:]] == [n for _, n in house.orders]
    assert not any(one.person.name in str(lines) for one in house.workers)
    opened(house, "A2")
    assert batches.names(house.desk) == ["A2", "B1"]
    assert batches.close(house.desk, "B1", actor=STAFF.clerk).value.phase is Phase.CLOSED


def test_no_name_becomes_a_formula(house: House, tmp_path: Path) -> None:
    one = batch_report.HandedCard(1, "=1+1", "330", 1, "active")
    save_sheet(batch_report.HandOver("B1", "a", "b", house.desk.today(), (one,), 0), tmp_path / "s.xlsx")
    page = load_workbook(tmp_path / "s.xlsx").active
    assert (page["B4"].value, page["B4"].data_type) == ("=1+1", "s")


def test_a_doubt_is_a_task_and_an_answer_settles_it(house: House) -> None:
    opened(house)
    with house.bench("late_card@2,jam:c@4") as bench:
        steps = ran(house, bench)
        (task,) = batch_report.tasks(house.desk, "B1")
        assert steps[-1].turn.stopped
        assert (task.number, task.issue_number, task.printer) == (house.orders[1][1], 1, "EMU0001")
        assert task.sentence.startswith("镜头下不是这张卡")
        assert not stock.line_of(house.desk, "YL-000001").balanced
        (answer,) = batches.settle_at(house.desk, bench, word=Word.NOTHING, actor=STAFF.clerk).value
        assert answer.ruling.word == "find_the_card"
        assert batch_report.tasks(house.desk) == []
        assert [step.turn.code for step in ran(house, bench)] == ["", "take_card_out"]
        assert [step.turn.code for step in ran(house, bench)] == ["take_card_out"]
        (answer,) = batches.take_out(house.desk, bench, actor=STAFF.clerk).value
        assert (answer.ruling.word, bench.printer.state().ready) == ("taken_out", True)
        with pytest.raises(Refused):
            batches.take_out(house.desk, bench, actor=STAFF.clerk)
    with house.bench() as bench:
        assert [step.turn.stopped for step in ran(house, bench)] == [False, False]
    made = batch_report.report(house.desk, "B1")
    assert made.done
    assert (made.cards_used, dict(made.lost), made.sent_twice) == (6, {"OTHER": 1, "JAM": 1}, 0)
    assert not stock.line_of(house.desk, "YL-000001").balanced
    assert "废卡袋" in stock.found(house.desk, house.orders[1][1], 1, actor=STAFF.clerk).value
    assert stock.line_of(house.desk, "YL-000001").balanced
    assert len(stock.in_the_bag(house.desk)) == 2
    with pytest.raises(Refused):
        stock.found(house.desk, "3301022026999999", 1, actor=STAFF.clerk)


def test_two_printers_share_a_run_and_one_may_stop(house: House) -> None:
    opened(house)
    with house.bench("ribbon_end:start@2") as one, house.bench(tray="two", more="&serial=EMU0002") as two:
        steps = ran(house, one, two)
    made = batch_report.report(house.desk, "B1")
    assert made.done
    assert (made.two_valid, made.sent_twice, made.cards_used, made.by_printer["EMU0001"]) == (0, 0, 4, 1)
    assert made.by_printer["EMU0002"] == 3
    assert [step.turn.code for step in steps if step.turn.stopped] == ["ribbon_end"]
    assert {step.printer for step in steps} == {0, 1}
    assert max(step.progress.done for step in steps) == 4


def test_an_order_belongs_to_the_printer_that_asks_first() -> None:
    claims = Claims()
    assert [claims.take("1"), claims.take("1"), claims.take("2")] == [True, False, True]
    claims.give_back("1")
    assert [claims.take("1"), claims.take("1")] == [True, False]
    claims.stop()
    assert not claims.take("3")


@pytest.mark.parametrize(("shared", "numbers"), [(True, ["1", "2"]), (False, ["1"])])
def test_a_printer_looks_again_for_what_another_left_behind(
    shared: bool, numbers: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def turn(number: str) -> Any:
        return batches.Turn(Progress(2), number, object())  # type: ignore[arg-type]

    passes = iter([[turn("1")], [turn("2")], []])
    monkeypatch.setattr(batches.batch, "run", lambda *_, **__: iter(next(passes)))
    work: Any = batches._work
    assert [one.number for one in work(None, "B1", "", Going([]), shared, threading.Event())] == numbers


def test_a_printer_that_stopped_comes_back_while_the_other_goes_on(house: House) -> None:
    opened(house)
    desk, clerk = house.desk, STAFF.clerk
    going = batches.begin(desk, "B1")
    told: list[tuple[str, str]] = []

    def tell(order: Any, stage: Any) -> None:
        told.append((order.number, stage.value))

    with house.bench("late_card@1") as one, house.bench(tray="two", more="&serial=EMU0002") as two:
        for bench in (one, two):
            load_rehearsal_blanks(desk, bench, actor=clerk)
        (stopped,) = batches.run(desk, [one], "B1", actor=clerk, going=going)
        assert (stopped.turn.stopped, stopped.turn.number) == (True, house.orders[0][1])
        other = batches.run(desk, [two], "B1", actor=clerk, going=going, tell=tell)
        step = next(other)
        assert (step.turn.number, step.progress.done) == (house.orders[1][1], 1)  # the doubt stays with its printer
        batches.settle_at(desk, one, word=Word.NOTHING, actor=clerk)
        steps = [*batches.run(desk, [one], "B1", actor=clerk, going=going), *other]
    assert all(not one.turn.stopped for one in steps)
    assert (house.orders[1][1], "sending") in told
    assert (going.progress.done, going.progress.left) == (4, 0)
    made = batch_report.report(desk, "B1")
    assert (made.done, made.two_valid, made.sent_twice, made.cards_used) == (True, 0, 0, 5)
    assert made.lines[0].live == (2,)


def test_runs_that_are_not_finished_their_names_and_the_pace(house: House) -> None:
    desk = house.desk
    assert (batches.still_open(desk), batches.pace(desk)) == ([], None)
    name = batches.new_name(desk)
    assert name == "P20261123-1"
    batches.open_run(desk, name, house.orders[:2], actor=STAFF.clerk)
    assert batches.new_name(desk) == "P20261123-2"
    assert (batches.pace(desk), [one.name for one in batches.still_open(desk)]) == (None, [name])
    opened(house)
    with house.bench() as bench:
        ran(house, bench)
    batches.pause(desk, name, actor=STAFF.clerk)
    assert batches.pace(desk) is not None
    batches.close(desk, "B1", actor=STAFF.clerk)
    assert [(one.name, one.phase) for one in batches.still_open(desk)] == [(name, Phase.PAUSED)]
    with pytest.raises(Refused):
        batches.begin(desk, name)


def test_who_waits_for_a_card(house: House) -> None:
    desk, orders = house.desk, {number: subject for subject, number in house.orders}
    waiting = waiting_for_cards(desk)
    assert {one.number: one.subject for company in waiting for one in company.people} == orders
    assert all(one.name and not one.again for company in waiting for one in company.people)
    assert house.workers[0].person.name not in repr(waiting)
    companies = {desk.worker(subject).permits[number].company for subject, number in house.orders}
    assert {company.uscc for company in waiting} == companies
    first = house.orders[0]
    supervising.suspend(desk, *first, cause="complaint", actor=STAFF.supervisor)
    batches.open_run(desk, "B1", house.orders[1:3], actor=STAFF.clerk)
    (left,) = waiting_for_cards(desk)
    assert [one.number for one in left.people] == [house.orders[3][1]]
    with house.bench("late_card@1") as bench:
        ran(house, bench)
        batches.cancel(desk, "B1", reason="x", actor=STAFF.clerk)
        batches.settle_at(desk, bench, word=Word.NOTHING, actor=STAFF.clerk)
    again = [one for company in waiting_for_cards(desk) for one in company.people if one.again]
    assert [(one.number, one.issue_number) for one in again] == [(house.orders[1][1], 1)]


def test_the_same_list_is_the_same_run(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(b"x")
    (tmp_path / "b.xlsx").write_bytes(b"x")
    assert run_name(tmp_path / "a.xlsx") == run_name(tmp_path / "b.xlsx") == "L2d711642b726"
    with pytest.raises(Refused):
        run_name(tmp_path / "none.xlsx")


def test_printing_places_of_the_settings(house: House) -> None:
    settings = house.desk.settings
    assert places(settings) == 1
    with pytest.raises(Refused):
        open_place(settings, 1)
    two = dataclasses.replace(settings.devices, second_printer="emulator://evolis?profile=evolis-primacy&serial=EMU2")
    settings = dataclasses.replace(settings, devices=two)
    assert places(settings) == 2
    benches = [open_place(settings, place) for place in range(2)]
    assert ["tray-2" in bench.printer.url for bench in benches] == [False, True]
    for bench in benches:
        bench.printer.close()
        assert bench.camera is not None
        bench.camera.close()
    folder = dataclasses.replace(two, second_printer=f"folder:///{house.home.as_posix()}/out?profile=evolis-primacy")
    blind = open_place(dataclasses.replace(settings, devices=folder), 1)
    assert blind.camera is None  # never through the camera of the first
    blind.printer.close()


def test_who_stops_taking_steps_ends_the_run_after_the_card(house: House) -> None:
    opened(house)
    with house.bench() as bench:
        load_rehearsal_blanks(house.desk, bench, actor=STAFF.clerk)
        steps = batches.run(house.desk, [bench], "B1", actor=STAFF.clerk)
        next(steps)
        steps.close()  # type: ignore[attr-defined]
        made = batch_report.report(house.desk, "B1")
        assert 1 <= made.active < 4
        assert (made.at_printer, made.sent_twice) == (0, 0)
        ran(house, bench)
    assert batch_report.report(house.desk, "B1").done


def test_what_a_printer_raises_is_raised_to_the_caller(house: House) -> None:
    opened(house)

    def broken(point: str) -> None:
        raise ZeroDivisionError

    with house.bench() as bench:
        load_rehearsal_blanks(house.desk, bench, actor=STAFF.clerk)
        with pytest.raises(ZeroDivisionError):
            list(batches.run(house.desk, [bench], "B1", actor=STAFF.clerk, reached=broken))


def test_pause_resume_cancel_and_redo(house: House) -> None:
    opened(house)
    desk, number = house.desk, house.orders[0][1]
    batches.pause(desk, "B1", reason="午休", actor=STAFF.clerk)
    with house.bench() as bench:
        with pytest.raises(Refused) as no:
            ran(house, bench)
        assert no.value.code == "batch_phase"
        batches.resume(desk, "B1", actor=STAFF.clerk)
        ran(house, bench)
        with pytest.raises(Refused):
            batches.redo(desk, "B1", number, reason="PRINT_DEFECT", actor=STAFF.clerk)
        with pytest.raises(Refused):
            batches.redo(desk, "B1", number, reason="BAD", actor=STAFF.supervisor)
        batches.redo(desk, "B1", number, reason="PRINT_DEFECT", actor=STAFF.supervisor)
        assert [step.turn.number for step in ran(house, bench, only=number)] == [number]
    made = batch_report.report(desk, "B1")
    assert (made.lines[0].live, made.cards_used, made.two_valid) == ((2,), 5, 0)
    assert batches.cancel(desk, "B1", reason="企业撤回", actor=STAFF.clerk).value.phase is Phase.CANCELLED
    assert batches.find(desk, "B1").phase is Phase.CANCELLED


def test_an_order_that_may_not_be_printed_is_passed_over(house: House) -> None:
    opened(house)
    subject, number = house.orders[1]
    supervising.suspend(house.desk, subject, number, cause="complaint", actor=STAFF.supervisor)
    with house.bench() as bench:
        steps = ran(house, bench)
    assert [(step.turn.code, step.turn.stopped) for step in steps][1] == ("permit_not_issued", False)
    assert (steps[-1].progress.done, steps[-1].progress.refused, steps[-1].seconds_left) == (3, 1, 0)
    made = batch_report.report(house.desk, "B1")
    assert (made.active, made.waiting, made.missing, made.done) == (3, 1, 1, False)


def test_where_no_camera_reads_two_people_do(house: House) -> None:
    opened(house)
    with house.bench() as seeing:
        bench = Bench(seeing.printer, seeing.reader, None)
        assert ran(house, bench)[-1].turn.code == "look"
        with pytest.raises(Refused):
            batches.settle_by_two(house.desk, bench, actor=STAFF.clerk, second=STAFF.clerk)
        (answer,) = batches.settle_by_two(house.desk, bench, actor=STAFF.clerk, second=STAFF.supervisor).value
        assert answer.active
        assert str(batches.machine_name(bench)).startswith("EMU0001@")


def test_who_may_not(house: House) -> None:
    bureau: Actor = STAFF.bureau
    with house.bench() as bench:
        for act in (
            lambda: batches.open_run(house.desk, "B1", house.orders, actor=bureau),
            lambda: list(batches.run(house.desk, [bench], "B1", actor=bureau)),
            lambda: batches.pause(house.desk, "B1", actor=bureau),
            lambda: batches.resume(house.desk, "B1", actor=bureau),
            lambda: batches.cancel(house.desk, "B1", reason="x", actor=bureau),
            lambda: batches.close(house.desk, "B1", actor=bureau),
            lambda: batches.settle_at(house.desk, bench, actor=bureau),
            lambda: stock.found(house.desk, house.orders[0][1], 1, actor=bureau),
        ):
            with pytest.raises(Refused) as no:
                act()
            assert no.value.code == "not_allowed"
    assert batches.names(house.desk) == []
