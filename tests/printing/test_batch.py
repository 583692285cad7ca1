"""A company's run: in order, stopping at doubt, resuming at the exact card, redoing exactly one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from devices.contracts import PrinterFault
from devices.errors import Missing
from station.domain import facts
from station.domain.card import State
from station.domain.errors import Refused
from station.printing import batch, queue, supplies
from station.printing.batch import Turn
from station.printing.machine import Machine
from station.printing.press import print_one
from station.printing.queue import Phase, Place
from station.printing.settle import Word, settle
from tests.printing.fakes import DAY, RIBBON, Desk, FakeCamera, FakePrinter, World, token_of


class PowerCut(BaseException):
    pass


def opened(workers: int = 5, **more: object) -> Desk:
    desk = Desk(workers=workers, **more)  # type: ignore[arg-type]
    queue.open_batch(desk.journal, "B1", [(desk.subjects[n], n) for n in desk.numbers], company="91330102MA27TE5T2K")
    return desk


def run(desk: Desk, script: Sequence[str] = (), **more: object) -> list[Turn]:
    return list(batch.run(desk.press(script, **more), "B1"))


def printed_in_order(desk: Desk) -> list[str]:
    return [p.token.partition(".")[0][1:] for p in desk.world.plastics]


def test_a_run_prints_every_card_once_in_order() -> None:
    desk = opened()
    turns = run(desk)
    assert [t.number for t in turns] == desk.numbers == printed_in_order(desk)
    assert [t.progress.done for t in turns] == [1, 2, 3, 4, 5]
    assert not any(t.stopped for t in turns)
    assert all(t.printed is not None and t.printed.active for t in turns)
    assert run(desk) == []
    assert desk.live() == {n: [1] for n in desk.numbers}
    assert queue.close(desk.journal, "B1").phase is Phase.CLOSED


def test_cards_that_were_asked_for_before_are_used() -> None:
    desk = opened(2)
    asked = desk.order(1)
    run(desk)
    assert desk.state(asked) is State.ACTIVE
    assert max(desk.world.sent.values()) == 1


def test_it_stops_at_doubt_and_resumes_at_the_exact_card() -> None:
    desk = opened()
    turns = run(desk, ["ok", "ok", "blank"])
    assert [t.stopped for t in turns] == [False, False, True]
    assert turns[-1].number == desk.numbers[2]
    assert turns[-1].code == "look_unreadable"
    again = run(desk)  # nobody has looked: still there
    assert [(t.stopped, t.code, t.number) for t in again] == [(True, "look_unreadable", desk.numbers[2])]
    left = desk.journal.unsettled(desk.machine())[0]
    settle(desk.press(), left, Word.THIS_IS_IT)
    turns = run(desk)
    assert [t.number for t in turns] == desk.numbers[2:]
    assert desk.live() == {n: [2 if n == desk.numbers[2] else 1] for n in desk.numbers}
    assert max(desk.world.sent.values()) == 1


def test_a_ribbon_that_ends_stops_the_run_with_its_sentence_and_costs_nothing() -> None:
    desk = opened(blanks=10)
    turns = run(desk, ["ok", "reject"])
    assert turns[-1].stopped
    assert turns[-1].sentence.startswith("色带用完了：请换一卷新色带。没有出卡")
    desk.world.faults = (RIBBON,)
    turns = run(desk)
    assert [(t.stopped, t.code, t.number) for t in turns] == [(True, "ribbon_end", desk.numbers[1])]
    desk.world.faults = ()
    assert len(run(desk)) == 4
    assert desk.balance().remaining == desk.world.feeder - 90 == 5


def test_a_settled_restart_that_needs_a_hand_stops_once() -> None:
    desk = opened()
    run(desk, ["half"])
    turns = run(desk)
    assert [(t.stopped, t.code) for t in turns] == [(True, "half_printed")]
    assert len(run(desk)) == 5


def test_a_kill_at_every_point_of_every_card_resumes_there() -> None:
    points = ["composed", "reserved", "send_written", "printed", "sent_written", "looked", "verify_written"]
    points.append("active_written")
    desk = opened(12)
    for point in points:

        def reached(now: str, point: str = point) -> None:
            if now == point:
                raise PowerCut

        with pytest.raises(PowerCut):
            run(desk, reached=reached)
    turns = run(desk)
    assert not any(t.stopped for t in turns)
    assert all(len(issues) == 1 for issues in desk.live().values())
    assert max(desk.world.sent.values()) == 1
    assert desk.balance().remaining == desk.world.feeder


def test_a_settled_card_of_another_order_is_not_counted_for_the_run() -> None:
    desk = Desk(workers=3)
    queue.open_batch(desk.journal, "B1", [(desk.subjects[n], n) for n in desk.numbers[:2]])
    strange = desk.order(2)
    with pytest.raises(PowerCut):
        print_one(desk.press(reached=lambda p: (_ for _ in ()).throw(PowerCut()) if p == "printed" else None), strange)
    turns = run(desk)
    assert [t.progress.done for t in turns] == [1, 2]
    assert desk.state(strange) is State.ACTIVE


def test_a_settled_card_of_the_run_counts() -> None:
    desk = opened(2)
    with pytest.raises(PowerCut):
        run(desk, reached=lambda p: (_ for _ in ()).throw(PowerCut()) if p == "printed" else None)
    turns = run(desk)
    assert [(t.number, t.progress.done) for t in turns] == [(desk.numbers[0], 1), (desk.numbers[1], 2)]
    assert all(t.printed is not None and t.printed.active for t in turns)


def test_an_order_that_may_not_be_printed_is_named_and_passed_over() -> None:
    desk = opened(3)
    number = desk.numbers[1]
    desk.book.append([(desk.subjects[number], facts.PermitActed(number, "suspend", DAY, "complaint"))], actor="boss")
    turns = run(desk)
    assert [(t.number, t.code, t.stopped) for t in turns] == [
        (desk.numbers[0], "", False),
        (number, "permit_not_issued", False),
        (desk.numbers[2], "", False),
    ]
    assert turns[-1].progress.refused == 1
    assert turns[-1].progress.left == 0
    with pytest.raises(Refused):
        queue.close(desk.journal, "B1")


def test_pause_resume_cancel_are_facts() -> None:
    desk = opened(4)
    turns = []
    for turn in batch.run(desk.press(), "B1"):
        turns.append(turn)
        if turn.progress.done == 2 and not turn.stopped:
            queue.pause(desk.journal, "B1", reason="午休")
    assert [(t.progress.done, t.stopped) for t in turns] == [(1, False), (2, False), (2, True)]
    assert turns[-1].code == "batch_phase"
    for wrong in (lambda: queue.pause(desk.journal, "B1"), lambda: queue.cancel(desk.journal, "B1", reason=" ")):
        with pytest.raises(Refused):
            wrong()
    assert queue.resume(desk.journal, "B1").phase is Phase.OPEN
    with pytest.raises(Refused):
        queue.resume(desk.journal, "B1")
    assert next(batch.run(desk.press(), "B1")).progress.done == 3
    assert queue.cancel(desk.journal, "B1", reason="企业撤回").phase is Phase.CANCELLED
    assert [t.code for t in run(desk)] == ["batch_phase"]
    with pytest.raises(Refused):
        queue.resume(desk.journal, "B1")
    subject = queue.batch_subject("hz01", "B1")
    desk.book.append([(subject, facts.BatchActed("B1", "RESUMED", DAY))], actor="x")
    assert queue.batch_of(desk.journal, "B1").phase is Phase.CANCELLED  # cancelled is final, whatever comes


def test_redo_exactly_one() -> None:
    desk = opened(3)
    run(desk)
    number = desk.numbers[1]
    with pytest.raises(Refused):
        queue.redo(desk.journal, "B1", number, reason=" ")
    with pytest.raises(Refused):
        queue.redo(desk.journal, "B1", "3301022026099999", reason="PRINT_DEFECT")
    order = queue.redo(desk.journal, "B1", number, reason="PRINT_DEFECT", note="有条纹")
    assert order.issue_number == 2
    with pytest.raises(Refused):
        queue.redo(desk.journal, "B1", number, reason="PRINT_DEFECT")
    turns = list(batch.run(desk.press(), "B1", only=number))
    assert [t.number for t in turns] == [number]
    assert desk.live() == {desk.numbers[0]: [1], number: [2], desk.numbers[2]: [1]}
    assert len(desk.world.plastics) == 4


def test_only_prints_only_that_one() -> None:
    desk = opened(3)
    assert [t.number for t in batch.run(desk.press(), "B1", only=desk.numbers[2])] == [desk.numbers[2]]
    assert printed_in_order(desk) == [desk.numbers[2]]


def test_two_printers_share_a_run_without_a_card_twice() -> None:
    desk = opened(6)
    world = World(serial="20000456")
    url = "usb://0f49:?serial=20000456"
    supplies.receive(desk.journal, "P2", 50, second="boss")
    supplies.load(desk.journal, "P2", Machine.at(url, world.serial))
    one = batch.run(desk.press(), "B1")
    two = batch.run(desk.press(printer=FakePrinter(world, url=url), camera=FakeCamera(world)), "B1")
    turns = [next(one), next(two), next(two), next(one), next(two), next(one)]
    assert [t.number for t in turns] == desk.numbers
    assert list(one) == list(two) == []
    assert max((desk.world.sent + world.sent).values()) == 1
    assert desk.live() == {n: [1] for n in desk.numbers}


def test_a_printer_takes_only_what_it_may_claim() -> None:
    desk = opened(4)
    asked: list[str] = []

    def claim(number: str) -> bool:
        asked.append(number)
        return number in desk.numbers[1::2]

    turns = list(batch.run(desk.press(), "B1", claim=claim))
    assert asked == desk.numbers
    assert [t.number for t in turns] == desk.numbers[1::2]
    assert [t.number for t in run(desk)] == desk.numbers[0::2]


def test_an_order_that_another_printer_asks_for_meanwhile_is_no_refusal() -> None:
    desk = opened(2)
    decide = desk.book.decide

    def other_first(*args: Any, **more: Any) -> Any:
        desk.book.decide = decide  # type: ignore[method-assign]
        desk.order(0)  # between our look and our deed
        return decide(*args, **more)

    desk.book.decide = other_first  # type: ignore[method-assign]
    turns = run(desk)
    assert [(t.number, t.code) for t in turns] == [(desk.numbers[1], "")]
    assert turns[-1].progress.refused == 0


def test_a_card_that_another_printer_has_is_left_alone() -> None:
    desk = opened(2)
    first = desk.order(0)
    desk.journal.reserve(first, Machine("Z", "usb:z"), "P9#1")
    assert [t.number for t in run(desk)] == [desk.numbers[1]]
    assert queue.items(desk.journal, queue.batch_of(desk.journal, "B1"))[0].place is Place.AT_PRINTER


def test_a_card_taken_between_the_look_and_the_deed_is_left_alone() -> None:
    desk = opened(1)
    order = desk.order(0)

    def taken(point: str) -> None:
        if point == "composed":
            desk.journal.reserve(order, Machine("Z", "usb:z"), "P9#1")

    assert run(desk, reached=taken) == []
    assert not desk.world.sent
    assert desk.balance().in_hand == 0


def test_a_printer_or_camera_that_goes_stops_the_run() -> None:
    desk = opened(2)
    desk.world.camera = False
    turns = run(desk)
    assert [(t.stopped, t.code) for t in turns] == [(True, "missing")]
    assert turns[0].sentence
    desk.world.reachable = False
    assert [(t.stopped, t.code) for t in run(desk)] == [(True, "not_reached")]


def test_a_card_that_cannot_be_composed_does_not_stop_the_others() -> None:
    desk = opened(2)
    from tests.printing.fakes import compose

    def picky(order, token):  # type: ignore[no-untyped-def]
        if order.number == desk.numbers[0]:
            raise Refused("有字打不出来。", "no_glyph")
        return compose(order, token)

    assert [(t.code, t.stopped) for t in run(desk, compose=picky)] == [("no_glyph", False), ("", False)]


@pytest.mark.parametrize(
    ("name", "orders"),
    [
        ("B 2", [("worker:a", "1")]),
        ("", [("worker:a", "1")]),
        ("批次", [("worker:a", "1")]),
        ("x" * 41, [("worker:a", "1")]),
        ("B2", []),
        ("B2", [("worker:a", "1"), ("worker:b", "1")]),
        ("B1", [("worker:a", "1")]),
    ],
)
def test_what_is_no_run(name: str, orders: list[tuple[str, str]]) -> None:
    desk = opened(1)
    with pytest.raises(Refused) as no:
        queue.open_batch(desk.journal, name, orders)
    assert no.value.sentence


@pytest.mark.parametrize("name", ["B", "x" * 40, "2026-11-23"])
def test_what_is_a_name(name: str) -> None:
    desk = Desk()
    assert queue.open_batch(desk.journal, name, [("worker:a", "1")]).name == name


def test_a_card_lost_after_the_run_is_not_made_again_by_it() -> None:
    desk = opened(2)
    run(desk)
    number = desk.numbers[0]
    desk.book.append([(desk.subjects[number], facts.CardActed(number, 1, "report_lost", DAY))], actor="clerk-1")
    assert run(desk) == []
    assert len(desk.world.plastics) == 2


def test_a_long_run_is_several_facts_and_keeps_its_order() -> None:
    desk = Desk()
    orders = [(f"worker:{n}", f"33010220260{n:05d}") for n in range(1200)]
    found = queue.open_batch(desk.journal, "BIG", orders, company="C")
    assert found.orders == tuple(orders)
    assert (found.company, found.opened_on) == ("C", DAY)
    assert len(desk.book.facts_of(queue.batch_subject("hz01", "BIG"))) == 3
    with pytest.raises(Refused) as no:
        queue.batch_of(desk.journal, "B9")
    assert no.value.code == "no_such_batch"


def test_a_fact_this_version_does_not_know_changes_no_run() -> None:
    desk = opened(1)
    subject = queue.batch_subject("hz01", "B1")
    told = [(subject, facts.BatchActed("B1", "LATER", DAY)), (subject, facts.StationActed("X", DAY))]
    desk.book.append(told, actor="x")
    assert queue.batch_of(desk.journal, "B1").phase is Phase.OPEN


def test_a_device_error_in_the_middle_is_a_doubt_of_the_run() -> None:
    desk = opened(1)
    turns = run(desk, ["raise"])
    assert [(t.stopped, t.code) for t in turns] == [(True, "look")]
    assert Missing("x").code == "missing"
    assert isinstance(RIBBON, PrinterFault)
    assert desk.world.sent[token_of(desk.numbers[0], 1)] == 1
