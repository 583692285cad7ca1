"""What the batch desk says and offers, without a window: the view of a run, its printers and orders, a new run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from station.domain import reasons
from station.domain.errors import Refused
from station.printing.queue import Phase
from station.printing.settle import Word
from station.services import batch_report, batches, supervising
from station.services.printing import load_rehearsal_blanks
from tests.services.house import STAFF, House, make, opened
from ui.desktop import text_batch as text
from ui.desktop.viewmodels.batch_printer import Ready
from ui.desktop.viewmodels.batch_run import Does, RunView, load_run, run_view, time_of
from ui.desktop.viewmodels.batches import COMPANY, RUN, from_company, from_list, pick_view, write_down


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Any]]:
    home = tmp_path_factory.mktemp("made") / "station"
    return home, make(home, 4)


@pytest.fixture
def house(made: tuple[Path, list[Any]], tmp_path: Path) -> Iterator[House]:
    with opened(made[0], tmp_path / "station", made[1]) as one:
        yield one


def in_hand(house: House, places: int = 1) -> RunView:
    if "B1" not in batches.names(house.desk):
        batches.open_run(house.desk, "B1", house.orders, actor=STAFF.clerk)
    return run_view(load_run(house.desk, "B1"), places)


def answer(house: House, view: RunView, bench: Any, place: int = 0) -> None:
    load_rehearsal_blanks(house.desk, bench, actor=STAFF.clerk)
    seen = batches.foresee(house.desk, bench, view.share)
    view.found(place, Ready(batches.machine_name(bench).serial, bench.camera is None, seen))


def ran(house: House, view: RunView, bench: Any, place: int = 0, only: str = "") -> None:
    view.began(place)
    stages: list[str] = []

    def tell(order: Any, stage: Any) -> None:
        stages.append(stage.value)
        view.stage(place, order.number, order.issue_number, stage.value)

    for step in batches.run(house.desk, [bench], "B1", actor=STAFF.clerk, only=only, tell=tell):
        view.stepped(place, step)
    view.stood(place)


def states(view: RunView) -> list[str]:
    return [line.state for line in view.orders.lines]


def test_before_a_run_one_sees_whether_supplies_will_do(house: House) -> None:
    view = in_hand(house, 2)
    assert (view.does, view.action, view.share) == (Does.START, text.START, 2)
    assert text.ASKING in view.printers[0].sentence
    with house.bench(more="&ribbon=1") as bench:
        answer(house, view, bench)
    assert view.printers[0].state == "warn"
    assert "色带只够 1 张" in view.printers[0].sentence
    assert "EMU0001" in view.printers[0].sentence
    assert (view.estimate, view.figures) == ("", text.PACE_UNKNOWN)
    assert "开始" in view.sentence[0]
    assert [line.cells[0] for line in view.orders.lines] == ["1", "2", "3", "4"]
    assert view.orders.lines[0].cells[2] == house.workers[0].person.name
    assert house.workers[0].person.name not in repr(view)


def test_a_run_from_the_first_card_to_the_last(house: House) -> None:
    view = in_hand(house)
    with house.bench() as bench:
        answer(house, view, bench)
        assert "足够" in view.printers[0].sentence
        view.began(0)
        assert (view.does, view.printers[0].state) == (Does.PAUSE, "plain")
        view.stage(0, house.orders[0][1], 1, "sending")
        assert "正在打印" in view.printers[0].sentence
        assert "正在打印" in view.orders.lines[0].cells[-1]
        assert text.GOING in view.sentence[0]
        ran(house, view, bench)
    assert (view.progress.done, view.complete, view.does) == (4, True, Does.FINISH)
    assert states(view) == ["good"] * 4
    assert view.orders.done(house.orders[0][1])
    assert "秒" in view.figures
    view.renew(load_run(house.desk, "B1"))
    assert (view.progress.done, states(view)) == (4, ["good"] * 4)
    assert view.sentence == (text.DONE_ALL.format(total=4), False)
    batches.close(house.desk, "B1", actor=STAFF.clerk)
    view.renew(load_run(house.desk, "B1"))
    assert (view.does, view.ended) == (Does.TO_LIST, True)
    assert "已结清" in view.sentence[0]


def test_a_doubt_is_answered_and_the_next_number_is_made(house: House) -> None:
    view = in_hand(house)
    with house.bench("late_card@2") as bench:
        answer(house, view, bench)
        ran(house, view, bench)
        assert (view.does, view.action) == (Does.LOOK, text.LOOK)
        assert view.doubtful is view.printers[0]
        assert states(view) == ["good", "bad", "plain", "plain"]
        assert view.sentence == (text.SEE_TO_IT, True)
        again = run_view(load_run(house.desk, "B1"), 1)  # after a crash: the ledger remembers where and why
        answer(house, again, bench)
        assert (again.does, again.printers[0].task) == (Does.LOOK, view.printers[0].task)
        view.settled(0, batches.settle_at(house.desk, bench, actor=STAFF.clerk).value)
        assert view.does is Does.LOOK  # the camera still sees the other card
        view.settled(0, batches.settle_at(house.desk, bench, word=Word.NOTHING, actor=STAFF.clerk).value)
        assert view.does is Does.START
        assert "没有找到" in view.printers[0].sentence
        assert view.sentence == (text.SETTLED, False)
        view.renew(load_run(house.desk, "B1"))
        assert states(view) == ["good", "warn", "plain", "plain"]
        assert "待重做" in view.orders.lines[1].cells[-1]
        assert view.action == text.GO_ON
        ran(house, view, bench)
    assert (view.complete, view.orders.lines[1].cells[3]) == (True, "2")


def test_a_ribbon_that_ends_is_a_task_not_a_doubt(house: House) -> None:
    view = in_hand(house)
    with house.bench("ribbon_end:start@2") as bench:
        answer(house, view, bench)
        ran(house, view, bench)
    assert (view.does, view.action, view.doubtful) == (Does.GO_ON, text.MENDED, None)
    assert "请换一卷新色带" in view.printers[0].sentence
    assert view.printers[0].state == "bad"
    view.renew(load_run(house.desk, "B1"))
    assert view.does is Does.GO_ON  # reading again does not do the person's work
    with house.bench(operator="ribbon") as bench:
        ran(house, view, bench)
    assert view.complete


def test_one_printer_waits_while_the_other_goes_on(house: House) -> None:
    view = in_hand(house, 2)
    with house.bench("ribbon_end:start@1") as bench:
        answer(house, view, bench)
        view.began(1)
        ran(house, view, bench)
    assert (view.working, view.does, [one.place for one in view.waiting]) == (True, Does.GO_ON, [0])
    view.pausing = True
    assert (view.does, view.action) == (Does.WAIT, text.PAUSING)
    view.stood(1, "打印机没有应答，请检查电源和连线。")
    assert [one.place for one in view.waiting] == [0, 1]
    view.renew(load_run(house.desk, "B1"))
    assert not view.pausing


def test_a_pause_is_no_trouble_and_says_how_to_go_on(house: House) -> None:
    view = in_hand(house)
    with house.bench() as bench:
        answer(house, view, bench)
        view.began(0)
        run = batches.run(house.desk, [bench], "B1", actor=STAFF.clerk)
        view.stepped(0, next(run))
        batches.pause(house.desk, "B1", actor=STAFF.clerk)
        for step in run:
            view.stepped(0, step)
        view.stood(0)
    view.renew(load_run(house.desk, "B1"))
    assert (view.report.phase, view.waiting, view.does, view.action) == (Phase.PAUSED, [], Does.START, text.GO_ON)
    assert "已暂停" in view.sentence[0]
    assert "预计" in view.estimate


def test_an_order_that_may_not_be_printed_says_why_in_its_line(house: House) -> None:
    view = in_hand(house)
    subject, number = house.orders[1]
    supervising.suspend(house.desk, subject, number, cause="complaint", actor=STAFF.supervisor)
    with house.bench() as bench:
        answer(house, view, bench)
        ran(house, view, bench)
    assert states(view) == ["good", "bad", "good", "good"]
    assert "不在“已发”状态" in view.orders.lines[1].cells[-1]
    assert view.sentence == (text.REFUSED.format(count=1), True)
    view.renew(load_run(house.desk, "B1"))
    assert "不在“已发”状态" in view.orders.lines[1].cells[-1]


def test_a_card_that_waits_at_a_printer_that_is_not_here(house: House) -> None:
    view = in_hand(house)
    with house.bench("late_card@1") as bench:
        answer(house, view, bench)
        ran(house, view, bench)
    view = in_hand(house)
    assert view.elsewhere == []  # nobody has answered yet
    with house.bench(tray="two", more="&serial=EMU9") as bench:
        answer(house, view, bench)
    assert "EMU0001" in view.sentence[0]
    assert view.sentence[1]


def test_redone_cards_count_once(house: House) -> None:
    view = in_hand(house)
    number = house.orders[2][1]
    with house.bench() as bench:
        answer(house, view, bench)
        ran(house, view, bench)
        batches.redo(house.desk, "B1", number, reason=next(iter(reasons.REISSUE)), actor=STAFF.supervisor)
        view.renew(load_run(house.desk, "B1"))
        assert (view.progress.done, view.does) == (3, Does.START)
        ran(house, view, bench, only=number)
    assert (view.progress.done, view.orders.lines[2].cells[3]) == (4, "2")
    assert batch_report.report(house.desk, "B1").two_valid == 0


def test_what_there_is_to_choose_from(house: House) -> None:
    desk = house.desk
    view = pick_view(desk)
    assert view.sentence == text.FRESH
    assert all(line.key.startswith(COMPANY) for line in view.lines)
    uscc = view.lines[0].key.removeprefix(COMPANY)
    new = from_company(view.companies[uscc])
    assert "这次制卡" in new.sentence
    first = new.people[0].number
    assert first not in repr(new)
    new.toggle(first)
    new.toggle("row:3")
    assert [one for _, one in new.orders] == [one.number for one in new.people[1:]]
    assert text.NEW_LEFT_OUT in new.lines()[0].cells
    with pytest.raises(Refused):
        write_down(desk, type(new)("x", "", []), STAFF.clerk)
    new.toggle(first)
    name = write_down(desk, new, STAFF.clerk)
    view = pick_view(desk)
    assert (view.lines[0].key, view.sentence) == (f"{RUN}{name}", text.AGAIN.format(count=1))
    assert text.GOING_ON in view.lines[0].cells
    batches.pause(desk, name, actor=STAFF.clerk)
    assert "已暂停" in pick_view(desk).lines[0].cells
    batches.cancel(desk, name, reason="x", actor=STAFF.clerk)
    assert "已取消" in pick_view(desk).lines[-1].cells


def test_a_list_keeps_its_order_and_names_what_cannot_be_printed(house: House, tmp_path: Path) -> None:
    book = Workbook()
    page = book.active
    page.append(("姓名", "码证编号"))
    for worker in (house.workers[3], house.workers[0]):
        page.append((worker.person.name, worker.number))
    page.append(("甲", "3301022026999999"))
    path = tmp_path / "list.xlsx"
    book.save(path)
    told: list[tuple[int, int]] = []
    new = from_list(house.desk, path, lambda *at: told.append(at))
    assert [one.number for one in new.people] == [house.workers[3].number, house.workers[0].number]
    assert [one.name for one in new.people] == [house.workers[3].person.name, house.workers[0].person.name]
    assert [at for at, _ in new.problems] == ["4"]
    assert [line.state for line in new.lines()] == ["good", "good", "bad"]
    assert "有 1 行不能制卡" in new.sentence
    name = write_down(house.desk, new, STAFF.clerk)
    assert name.startswith("L")
    again = from_list(house.desk, path, lambda *_: None)
    assert (again.known, again.name) == (True, name)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(20, "不到 1 分钟"), (60, "约 1 分钟"), (3600, "约 1 小时 0 分钟"), (9000, "约 2 小时 30 分钟")],
)
def test_lengths_of_time(seconds: float, said: str) -> None:
    assert time_of(seconds) == said
