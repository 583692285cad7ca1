"""Stock at the counter: every blank on one line, the evening's count, two names, and what a card costs."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from datetime import timedelta

import pytest

from station.domain.authority import Actor
from station.domain.card import State
from station.domain.errors import Refused
from station.domain.facts import StockActed
from station.printing.machine import Machine, NotReady
from station.printing.press import Printed, print_one
from station.printing.settle import restart
from station.services import batches, stock, supervising
from station.services.bench import Bench
from station.services.printing import press_of, waiting
from tests.services.house import DAY, STAFF, House

OPERATOR = Actor("operator-01", ("BATCH_OPERATOR",), "330100")


def stocked(house: House, bench: Bench, blanks: int = 50, ribbon: int = 100) -> None:
    desk = house.desk
    stock.receive(desk, "B1", 100, cost_fen=20_000, fund="专项", actor=OPERATOR, second=STAFF.supervisor)
    stock.receive(
        desk, "R1", ribbon, item="RIBBON", cost_fen=ribbon * 300, fund="会费", actor=OPERATOR, second=STAFF.supervisor
    )
    stock.load(desk, "B1", bench.printer, count=blanks, actor=STAFF.clerk)
    stock.load(desk, "R1", bench.printer, actor=STAFF.clerk)


def printed(house: House, bench: Bench, which: Sequence[int]) -> list[Printed]:
    press = press_of(house.desk, bench, actor=STAFF.clerk)
    press = dataclasses.replace(press, seconds=0.2)
    orders = [waiting(house.desk.worker(house.workers[n].subject), house.workers[n].number) for n in which]
    return [print_one(press, order) for order in orders if order is not None]


def test_a_pack_and_a_ribbon_are_followed_card_by_card(house: House) -> None:
    with house.bench() as bench:
        stocked(house, bench)
        assert all(one.active for one in printed(house, bench, (0, 1)))
    blanks, ribbon = stock.packs(house.desk)
    assert (blanks.pack, blanks.received, blanks.sealed, blanks.loaded) == ("B1", 100, 50, 50)
    assert (blanks.active, blanks.remaining, blanks.in_hand) == (2, 48, 0)
    assert blanks.balanced
    assert blanks.needs_count
    assert (blanks.printer, blanks.fund, blanks.cost_fen) == ("EMU0001", "专项", 20_000)
    assert (ribbon.item, ribbon.active, ribbon.remaining, ribbon.balanced, ribbon.needs_count) == (
        "RIBBON", 2, 98, True, False,
    )  # fmt: skip
    assert blanks.accounted == blanks.loaded
    assert stock.unbalanced(house.desk) == []
    found = stock.cost(house.desk, 2026)
    assert (found.cards, dict(found.by_fund), found.fen_per_card) == (0, {"专项": 400, "会费": 600}, None)
    handed(house, 0)
    handed(house, 1)
    found = stock.cost(house.desk, 2026)
    assert (found.cards, found.fen_per_card, found.sentence) == (2, 500, "")
    assert stock.cost(house.desk, 2027).cards == 0


def handed(house: House, n: int, issue: int = 1) -> None:
    worker = house.workers[n]
    supervising.hand_to_company(
        house.desk, worker.subject, worker.number, issue, collector="李经办", actor=STAFF.clerk
    )


def test_a_replaced_card_stays_handed_over(house: House) -> None:
    with house.bench() as bench:
        stocked(house, bench)
        printed(house, bench, (0,))
    handed(house, 0)
    worker, desk = house.workers[0], house.desk
    supervising.hand_to_worker(desk, worker.subject, worker.number, 1, actor=STAFF.clerk)
    supervising.report_lost(desk, worker.subject, worker.number, 1, actor=STAFF.clerk)
    assert stock.cost(desk, 2026).cards == 1


def test_hours_are_told_by_month_and_fund(house: House) -> None:
    desk = house.desk
    with house.bench() as bench:
        stocked(house, bench)
        printed(house, bench, (0,))
    handed(house, 0)
    answer = stock.record_labour(desk, "2026-11", 90, cost_fen=400, fund=" 会费 ", actor=OPERATOR).value
    assert (answer.fen_per_card, answer.labour_fen, answer.by_fund["会费"]) == (900, 400, 700)
    over = stock.record_labour(desk, "2026-11", 90, cost_fen=501, fund="会费", actor=STAFF.supervisor).value
    assert over.over_ceiling
    assert "10.01 元（耗材 5.00 元、工时 5.01 元）" in over.sentence
    assert [(one.fund, one.cost_fen) for one in stock.worked(desk, 2026)] == [("会费", 501)]
    for month, actor, why in (("十一月", OPERATOR, "labour_month"), ("2026-13", OPERATOR, "labour_month"),
                              ("2027-01", OPERATOR, "labour_month"), ("2026-11", STAFF.clerk, "not_allowed")):
        with pytest.raises(Refused) as no:
            stock.record_labour(desk, month, 60, cost_fen=100, fund="", actor=actor)
        assert no.value.code == why


def test_a_pack_changes_hands_by_two(house: House) -> None:
    desk, boss = house.desk, STAFF.supervisor
    for second, why in ((OPERATOR, "same_person"), (STAFF.bureau, "second_person")):
        with pytest.raises(Refused) as no:
            stock.receive(desk, "B1", 100, actor=OPERATOR, second=second)
        assert no.value.code == why
    assert stock.receive(desk, "B1", 100, actor=OPERATOR, second=boss).value.keeper == OPERATOR.person
    with pytest.raises(Refused) as no:
        stock.entrust(desk, "B1", actor=STAFF.clerk, second=boss)
    assert no.value.code == "not_the_keeper"
    assert stock.entrust(desk, "B1", actor=OPERATOR, second=STAFF.clerk).value.keeper == STAFF.clerk.person
    assert stock.entrust(desk, "B1", actor=boss, second=OPERATOR).value.keeper == OPERATOR.person  # the clerk is away
    with pytest.raises(Refused) as no:
        stock.entrust(desk, "B1", actor=OPERATOR, second=OPERATOR)
    assert no.value.code == "same_person"


def test_over_ten_yuan_a_card_is_said(house: House) -> None:
    with house.bench() as bench:
        stock.receive(house.desk, "B1", 10, cost_fen=10_010, fund="专项", actor=OPERATOR, second=STAFF.supervisor)
        stock.load(house.desk, "B1", bench.printer, actor=STAFF.clerk)
        printed(house, bench, (0,))
    handed(house, 0)
    found = stock.cost(house.desk, 2026)
    assert (found.fen_per_card, found.over_ceiling) == (1001, True)
    assert "10.01 元" in found.sentence


def test_a_day_that_was_not_closed_stops_the_next_days_first_print(house: House) -> None:
    with house.bench() as bench:
        stocked(house, bench)
        printed(house, bench, (0,))
        assert [line.pack for line in stock.day_to_close(house.desk)] == ["B1"]
        assert stock.packs(house.desk)[0].blocked == ""
        house.clock.set_day(DAY + timedelta(days=1))
        assert "没有日结" in stock.packs(house.desk)[0].blocked
        with pytest.raises(NotReady) as no:
            printed(house, bench, (1,))
        assert no.value.code == "day_not_balanced"
        assert [line.difference for line in stock.close_day(house.desk, {"B1": 47}, actor=OPERATOR).value] == [-2]
        with pytest.raises(NotReady, match="少 2 张"):
            printed(house, bench, (1,))
        for actor, second in ((OPERATOR, STAFF.supervisor), (STAFF.supervisor, STAFF.supervisor)):
            with pytest.raises(Refused):
                stock.sign(house.desk, "B1", reason="两张粘连", actor=actor, second=second)
        line = stock.sign(house.desk, "B1", reason="两张粘连", actor=STAFF.supervisor, second=OPERATOR).value
        assert (line.remaining, line.written_off, line.balanced) == (47, 2, True)
        assert (line.needs_count, line.blocked) == (False, "")
        signed = house.desk.ledger.facts_of("station:rehearsal-01/pack/B1")[-1]
        assert isinstance(signed.payload, StockActed)
        assert (signed.actor, signed.payload.second_person) == (OPERATOR.person, STAFF.supervisor.person)
        assert stock.day_to_close(house.desk) == []
        assert printed(house, bench, (1,))[0].active


def test_a_right_count_closes_the_day(house: House) -> None:
    with house.bench() as bench:
        stocked(house, bench)
        printed(house, bench, (0,))
        line = stock.count(house.desk, "B1", 49, actor=OPERATOR).value
        assert (line.counted, line.difference, line.needs_count) == (49, 0, False)
        house.clock.set_day(DAY + timedelta(days=1))
        assert printed(house, bench, (1,))[0].active


def test_a_jammed_card_goes_into_the_bag_and_is_destroyed_by_two(house: House) -> None:
    with house.bench("jam:c@1") as bench:
        stocked(house, bench)
        assert not printed(house, bench, (0,))[0].active
        (blanks,) = stock.unbalanced(house.desk)
        assert (blanks.in_hand, blanks.balanced) == (1, False)
        assert not restart(dataclasses.replace(press_of(house.desk, bench, actor=STAFF.clerk), seconds=0.2))[0].active
        assert stock.unbalanced(house.desk) != [], "what is still inside the printer is booked nowhere"
        batches.take_out(house.desk, bench, actor=STAFF.clerk)
    assert stock.unbalanced(house.desk) == []
    assert stock.spoils(house.desk) == stock.spoils(house.desk, DAY) == [stock.SpoilLine("JAM", 1)]
    assert stock.spoils(house.desk, DAY + timedelta(days=1)) == []
    (lying,) = stock.in_the_bag(house.desk)
    assert (lying.number, lying.state, lying.reason) == (house.workers[0].number, "spoiled", "JAM")
    boss = STAFF.supervisor
    for actor, second in ((OPERATOR, STAFF.clerk), (boss, boss), (boss, STAFF.bureau)):
        with pytest.raises(Refused):
            stock.destroy(house.desk, [lying], actor=actor, second=second)
    assert stock.destroy(house.desk, [lying], actor=STAFF.supervisor, second=STAFF.clerk).value == 1
    assert stock.in_the_bag(house.desk) == []
    line = stock.line_of(house.desk, "B1")
    assert (line.spoiled, line.destroyed, line.balanced) == (1, 1, True)
    assert stock.spoils(house.desk) == [stock.SpoilLine("JAM", 1)]
    with pytest.raises(Refused) as no:
        stock.destroy(house.desk, [lying], actor=STAFF.supervisor, second=STAFF.clerk)
    assert no.value.code == "not_in_bag"


def test_a_card_that_never_left_the_feeder_is_no_spoil(house: House) -> None:
    with house.bench("feed_fail@1") as bench:
        stocked(house, bench)
        one = printed(house, bench, (0,))[0]
        restart(dataclasses.replace(press_of(house.desk, bench, actor=STAFF.clerk), seconds=0.2))
    piece = house.desk.worker(one.order.subject).cards[one.order.number, 1]
    assert piece.state is State.VOIDED
    assert stock.spoils(house.desk) == []
    assert stock.line_of(house.desk, "B1").remaining == 50


def test_a_good_card_that_is_spoiled_afterwards_has_its_own_reason(house: House) -> None:
    with house.bench() as bench:
        stocked(house, bench)
        one = printed(house, bench, (0,))[0].order
    supervising.spoil(house.desk, one.subject, one.number, 1, reason="PRINT_DEFECT", actor=STAFF.supervisor)
    assert stock.spoils(house.desk) == [stock.SpoilLine("PRINT_DEFECT", 1)]
    assert [line.reason for line in stock.in_the_bag(house.desk)] == ["PRINT_DEFECT"]
    piece = house.desk.worker(one.subject).cards[one.number, 1]
    assert stock.why(dataclasses.replace(piece, steps=())) == "OTHER"


def test_test_cards_are_counted(house: House) -> None:
    with house.bench() as bench:
        stocked(house, bench)
    line = stock.use_for_test(house.desk, "B1", 2, actor=STAFF.clerk).value
    assert (line.tested, line.remaining, line.balanced) == (2, 48, True)


@pytest.mark.parametrize("actor", [STAFF.bureau, STAFF.handler])
def test_who_may_not(house: House, actor: Actor) -> None:
    machine = Machine("EMU0001", "emulator:x")
    for act in (
        lambda: stock.receive(house.desk, "B9", 10, actor=actor, second=STAFF.supervisor),
        lambda: stock.load_into(house.desk, "B9", machine, actor=actor),
        lambda: stock.count(house.desk, "B9", 10, actor=actor),
        lambda: stock.use_for_test(house.desk, "B9", actor=actor),
        lambda: stock.sign(house.desk, "B9", reason="x", actor=actor, second=STAFF.clerk),
        lambda: stock.destroy(house.desk, [], actor=actor, second=STAFF.clerk),
    ):
        with pytest.raises(Refused) as no:
            act()
        assert no.value.code == "not_allowed"
    assert stock.packs(house.desk) == []


def test_names_that_are_not_there(house: House) -> None:
    for act in (
        lambda: stock.line_of(house.desk, "B9"),
        lambda: stock.count(house.desk, "B9", 1, actor=OPERATOR),
        lambda: stock.receive(house.desk, "B9", 1, item="PAPER", actor=OPERATOR, second=STAFF.supervisor),
    ):
        with pytest.raises(Refused) as no:
            act()
        assert no.value.sentence
