"""Every blank counted: the equation of trust.md §5.3, the end of the day, the bag, and what a card costs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.contracts import Outcome
from station.domain import facts
from station.domain.errors import Refused
from station.printing import bag, labour, supplies
from station.printing.cost import Cost, cost_of, forecast
from station.printing.evidence import Evidence, Ruling
from station.printing.machine import Machine, NotReady
from station.printing.press import print_one
from station.printing.settle import restart, settle
from station.printing.stock import Move, Pack, balance, loaded_in, opened_on_paper, packs, why_blocked
from tests.printing.fakes import DAY, Desk, World

MOVES = [m for m in Move if m not in (Move.RECEIVED, Move.LOADED, Move.ENTRUSTED, Move.WORKED)]


def told(*acts: tuple[str, int], on: date = DAY, item: str = "BLANK") -> list[facts.Fact]:
    return [
        facts.Fact(facts.FactId("hz01", 1, n), "s", "330100", "c", n << 16, facts.StockActed(act, "P", count, on, item))
        for n, (act, count) in enumerate(acts, start=1)
    ]


@given(st.lists(st.tuples(st.sampled_from([m.value for m in MOVES] + ["FROM_LATER"]), st.integers(0, 5))))
def test_the_equation_holds_after_any_facts_in_any_order(acts: list[tuple[str, int]]) -> None:
    pack = Pack("P", "BLANK", 100, 50)
    now = balance(pack, reversed(told(*acts)))
    assert opened_on_paper(now) == 50
    assert now == balance(pack, told(*acts) + told(*acts))


def test_a_day_by_hand() -> None:
    pack = Pack("P", "BLANK", 100, 50)
    acts = [("DRAWN", 1)] * 6 + [("ACTIVATED", 1)] * 3
    acts += [("SPOILED", 1), ("VOID_KEPT", 1), ("MISSING", 1), ("TESTED", 2)]
    now = balance(pack, told(*acts))
    assert (now.remaining, now.active, now.spoiled, now.kept, now.missing, now.tested) == (42, 3, 1, 1, 1, 2)
    assert (now.in_hand, now.used, now.draws, now.difference, now.settled) == (0, 8, 6, None, False)
    counted = balance(pack, told(*acts, ("COUNTED", 42)))
    assert (counted.difference, counted.settled) == (0, False)  # one is still missing
    found = balance(pack, told(*acts, ("FOUND", 1), ("COUNTED", 42)))
    assert (found.kept, found.missing, found.settled) == (2, 0, True)
    short = balance(pack, told(*acts, ("COUNTED", 40), ("SIGNED", -2)))
    assert (short.remaining, short.written_off, short.missing, short.settled) == (40, 3, 0, True)
    late = balance(pack, told(*acts, ("COUNTED", 40), ("SIGNED", -2), ("FOUND", 1), ("DESTROYED", 1)))
    assert (late.written_off, late.kept, late.destroyed) == (2, 2, 1)
    assert balance(pack, told(("DRAWN", 1), ("RETURNED", 1))).remaining == 50


def test_an_exhausted_pack_needs_no_count() -> None:
    pack = Pack("P", "BLANK", 2, 2)
    assert balance(pack, told(("DRAWN", 2), ("ACTIVATED", 2))).settled
    assert not balance(pack, told(("DRAWN", 2), ("ACTIVATED", 1))).settled
    assert not balance(pack, told(("DRAWN", 2), ("ACTIVATED", 1), ("MISSING", 1))).settled


def test_a_day_that_was_not_balanced_blocks_the_next_one() -> None:
    pack = Pack("P", "BLANK", 100, 50)
    tomorrow = DAY + timedelta(1)
    open_day = balance(pack, told(("DRAWN", 1), ("ACTIVATED", 1)))
    assert why_blocked(open_day, DAY) == ""
    assert "没有日结" in why_blocked(open_day, tomorrow)
    assert why_blocked(balance(pack, told(("DRAWN", 1), ("ACTIVATED", 1), ("COUNTED", 49))), tomorrow) == ""
    short = balance(pack, told(("DRAWN", 2), ("ACTIVATED", 1), ("MISSING", 1), ("DRAWN", 1), ("COUNTED", 45)))
    assert "少 2 张、1 张尚未核实、1 张未找到" in why_blocked(short, tomorrow)
    over = balance(pack, told(("DRAWN", 1), ("ACTIVATED", 1), ("COUNTED", 50)))
    assert "多 1 张" in why_blocked(over, tomorrow)
    assert why_blocked(balance(pack, []), tomorrow) == ""
    moved_on = balance(pack, told(("DRAWN", 1), ("ACTIVATED", 1), ("COUNTED", 49), ("DRAWN", 1)))
    assert moved_on.difference is None
    assert why_blocked(moved_on, tomorrow)


def test_packs_and_where_they_are_loaded() -> None:
    here, there = Machine("A", "usb:1"), Machine("B", "usb:2")

    def fact(n: int, act: str, pack: str, count: int, reason: str = "", item: str = "BLANK") -> facts.Fact:
        p = facts.StockActed(act, pack, count, DAY, item, reason, cost_fen=100 if act == "RECEIVED" else 0, fund="F")
        return facts.Fact(facts.FactId("hz01", 1, n), "s", "330100", "c", n << 16, p)

    shelf = packs(
        [
            fact(1, "RECEIVED", "P1", 10),
            fact(2, "RECEIVED", "R1", 200, item="RIBBON"),
            fact(3, "LOADED", "P1", 10, str(here)),
            fact(4, "LOADED", "R1", 200, str(here), item="RIBBON"),
            fact(5, "RECEIVED", "P2", 10),
            fact(6, "LOADED", "P2", 5, str(here)),
            facts.Fact(facts.FactId("hz01", 1, 7), "s", "330100", "c", 7 << 16, facts.StationActed("STARTED", DAY)),
            fact(8, "COUNTED", "P1", 3),
        ]
    )
    assert shelf["P1"] == Pack("P1", "BLANK", 10, 10, 100, "F", "", str(here), 3)
    assert shelf["P2"].sealed == 5
    assert loaded_in(shelf, here, "BLANK") == shelf["P2"]
    assert loaded_in(shelf, here, "RIBBON") == shelf["R1"]
    assert loaded_in(shelf, there, "BLANK") is None


# --- acts -----------------------------------------------------------------------------------------------------------


def code(act: Callable[[], object]) -> str:
    with pytest.raises(Refused) as no:
        act()
    assert no.value.sentence
    return no.value.code


def test_what_may_not_be_done_to_a_pack() -> None:
    desk = Desk(blanks=10)
    j, machine = desk.journal, desk.machine()
    assert code(lambda: supplies.receive(j, "P1", 10, second="boss")) == "pack_known"
    assert code(lambda: supplies.receive(j, "P 2", 10, second="boss")) == "pack_name"
    assert code(lambda: supplies.receive(j, "卡包", 10, second="boss")) == "pack_name"
    assert code(lambda: supplies.receive(j, "P2", 0, second="boss")) == "pack_count"
    assert code(lambda: supplies.receive(j, "P2", 1, second="boss", cost_fen=-1)) == "pack_count"
    assert code(lambda: supplies.load(j, "P9", machine)) == "no_such_pack"
    assert code(lambda: supplies.load(j, "P1", machine, 1)) == "pack_count"
    assert code(lambda: supplies.count_pack(j, "P1", -1)) == "pack_count"
    assert code(lambda: supplies.test_card(j, "P1", 0)) == "pack_count"
    assert code(lambda: supplies.sign_difference(j, "P1", reason="x", supervisor="y")) == "not_counted"


def test_a_printer_without_a_pack_or_with_an_empty_one_prints_nothing() -> None:
    desk = Desk(workers=3, blanks=1)
    other = Machine("X", "usb:9")
    with pytest.raises(NotReady) as no:
        supplies.draw(desk.journal, other, desk.order())
    assert no.value.code == "no_pack"
    assert print_one(desk.press(), desk.order(0, 1)).active
    with pytest.raises(NotReady) as no:
        print_one(desk.press(), desk.order(1))
    assert no.value.code == "no_blank"
    supplies.receive(desk.journal, "P2", 5, second="boss")
    supplies.load(desk.journal, "P2", desk.machine(), 2)
    assert print_one(desk.press(), desk.order(1, 1)).active
    assert desk.balance("P2").remaining == 1


def test_a_half_used_pack_is_counted_before_another_goes_in() -> None:
    desk = Desk(blanks=10)
    print_one(desk.press(), desk.order())
    supplies.receive(desk.journal, "P2", 5, second="boss")
    assert code(lambda: supplies.load(desk.journal, "P2", desk.machine())) == "pack_not_counted"
    supplies.load(desk.journal, "P1", desk.machine())  # the same again
    supplies.receive(desk.journal, "R1", 100, second="boss", item="RIBBON")
    supplies.load(desk.journal, "R1", desk.machine())  # a ribbon is no pack
    assert supplies.count_pack(desk.journal, "P1", 9).settled
    supplies.load(desk.journal, "P2", desk.machine())
    assert supplies.count_pack(desk.journal, "P2", 0).difference == -5  # none left is a count too


def test_the_next_day_begins_when_the_last_one_is_signed() -> None:
    desk = Desk(workers=4, blanks=10)
    print_one(desk.press(), desk.order())
    desk.clock.advance(86_400)
    with pytest.raises(NotReady) as no:
        print_one(desk.press(), desk.order(1))
    assert no.value.code == "day_not_balanced"
    j = desk.journal
    assert supplies.count_pack(j, "P1", 8).difference == -1
    with pytest.raises(NotReady):
        print_one(desk.press(), desk.order(1, 1))
    assert code(lambda: supplies.sign_difference(j, "P1", reason=" ", supervisor="boss")) == "no_reason"
    assert code(lambda: supplies.sign_difference(j, "P1", reason="掉了一张", supervisor="")) == "no_reason"
    signed = supplies.sign_difference(j, "P1", reason="掉了一张", supervisor="boss")
    assert (signed.remaining, signed.written_off, signed.settled) == (8, 1, True)
    assert print_one(desk.press(), desk.order(1, 1)).active
    assert desk.balance().remaining == 7


def test_an_unsettled_card_cannot_be_signed_away() -> None:
    desk = Desk(blanks=10)
    print_one(desk.press(["half"]), desk.order())
    supplies.count_pack(desk.journal, "P1", 9)
    assert code(lambda: supplies.sign_difference(desk.journal, "P1", reason="x", supervisor="b")) == "cards_in_hand"
    restart(desk.press())
    assert supplies.count_pack(desk.journal, "P1", 9).settled


def test_test_cards_are_booked() -> None:
    desk = Desk(blanks=10)
    assert supplies.test_card(desk.journal, "P1").tested == 1
    assert desk.balance().remaining == 9


def test_test_cards_of_a_printer_take_its_ribbon_too() -> None:
    desk = Desk(blanks=10)
    supplies.test_cards_at(desk.journal, desk.machine(), 2)
    assert (desk.balance().tested, desk.balance().remaining) == (2, 8)
    supplies.receive(desk.journal, "R1", 50, second="boss", item="RIBBON")
    supplies.load(desk.journal, "R1", desk.machine())
    supplies.test_cards_at(desk.journal, desk.machine(), 1)
    assert (desk.balance().remaining, desk.balance("R1").remaining) == (7, 49)
    assert code(lambda: supplies.test_cards_at(desk.journal, Machine("X", "usb:9"), 1)) == "no_pack"


def test_the_ribbon_follows_the_blank() -> None:
    desk = Desk(workers=3, blanks=10)
    supplies.receive(desk.journal, "R1", 50, second="boss", item="RIBBON", cost_fen=15_000)
    supplies.load(desk.journal, "R1", desk.machine())
    print_one(desk.press(), desk.order())
    assert desk.journal.card(desk.order(0, 1)).blank == "P1#1/R1"
    print_one(desk.press(["reject"]), desk.order(1))
    assert desk.balance("R1").remaining == 49
    print_one(desk.press(["two"]), desk.order(2))
    restart(desk.press())
    assert desk.balance("R1").remaining == 47
    assert [b.pack.name for b in supplies.balances(desk.journal)] == ["P1", "R1"]


# --- the bag --------------------------------------------------------------------------------------------------------


def test_cards_of_the_bag_are_destroyed_by_two_once() -> None:
    desk = Desk(workers=4, blanks=10)
    spoiled, void, nothing, good = (desk.order(n) for n in range(4))
    print_one(desk.press(["half"]), spoiled)
    settle(desk.press(), desk.journal.unsettled(desk.machine())[0])
    print_one(desk.press(["two"]), void)
    desk.world.take()
    restart(desk.press())
    bag.find_late(desk.journal, void)
    bag.find_late(desk.journal, void)
    print_one(desk.press(["reject"]), nothing)
    print_one(desk.press(), good)
    assert bag.waiting(desk.journal) == [spoiled, void]
    assert code(lambda: bag.destroy(desk.journal, nothing, second="boss")) == "not_in_bag"
    assert code(lambda: bag.destroy(desk.journal, good, second="boss")) == "not_in_bag"
    assert code(lambda: bag.destroy(desk.journal, spoiled, second="clerk-1")) == "second_person"
    assert code(lambda: bag.destroy(desk.journal, spoiled, second=" ")) == "second_person"
    bag.destroy(desk.journal, spoiled, second="boss")
    bag.destroy(desk.journal, void, second=" boss ")
    assert desk.balance().destroyed == 3
    assert bag.waiting(desk.journal) == []
    assert code(lambda: bag.destroy(desk.journal, spoiled, second="boss")) == "not_in_bag"
    last = [f.payload for f in desk.book.facts_of(void.subject) if isinstance(f.payload, facts.CardActed)][-1]
    assert (last.act, last.person) == ("destroy", "boss")


def act(desk: Desk, order: object, word: str) -> None:
    o = order
    told = facts.CardActed(o.number, o.issue_number, word, DAY)  # type: ignore[attr-defined]
    desk.book.append([(o.subject, told)], actor="clerk-1")  # type: ignore[attr-defined]


def test_recalled_and_later_spoiled_cards_go_into_the_bag() -> None:
    desk = Desk(workers=2, blanks=10)
    recalled, spoiled = desk.order(0), desk.order(1)
    for order in (recalled, spoiled):
        print_one(desk.press(), order)
    act(desk, recalled, "report_damaged")
    act(desk, recalled, "take_back")
    act(desk, spoiled, "spoil")
    assert bag.waiting(desk.journal) == [recalled, spoiled]
    for order in (recalled, spoiled):
        bag.destroy(desk.journal, order, second="boss")
    assert desk.balance().destroyed == 2


def test_a_card_that_never_had_a_blank_is_not_in_the_bag() -> None:
    desk = Desk(blanks=10)
    order = desk.order()
    act(desk, order, "void")
    assert bag.waiting(desk.journal) == []
    assert code(lambda: bag.destroy(desk.journal, order, second="boss")) == "not_in_bag"
    assert not bag.find_late(desk.journal, order)


def test_a_recalled_card_of_an_older_program_has_no_pack() -> None:
    desk = Desk(blanks=10)
    order = desk.order()
    for word in ("reserve", "send", "sent", "verify", "activate", "report_damaged", "take_back"):
        act(desk, order, word)
    bag.destroy(desk.journal, order, second="boss")
    assert desk.balance().destroyed == 0


def test_only_what_this_version_knows_is_booked_for_a_card() -> None:
    desk = Desk(blanks=10)
    order = desk.order()
    print_one(desk.press(["half"]), order)
    restart(desk.press())
    later = facts.StockActed("SHREDDED", "P1", 1, DAY, reason=order.name)
    pack = "station:hz01/pack/P1"
    desk.book.append([(pack, later), (pack, facts.StationActed("X", DAY))], actor="clerk-1")
    assert bag.waiting(desk.journal) == [order]
    assert desk.balance().spoiled == 1


# --- what it costs --------------------------------------------------------------------------------------------------


def test_cost_per_card_by_fund_with_the_spoils() -> None:
    desk = Desk(workers=4, blanks=10)  # a blank is 2 yuan
    j = desk.journal
    supplies.receive(j, "R1", 50, second="boss", item="RIBBON", cost_fen=15_000, fund="企业自付")  # 3 yuan a card
    supplies.load(j, "R1", desk.machine())
    assert cost_of(j, 2026, 0) == Cost(0, 0, 0, 0, {})
    assert cost_of(j, 2026, 0).fen_per_card is None
    for n in range(3):
        assert print_one(desk.press(), desk.order(n)).active
    print_one(desk.press(["half"]), desk.order(3))
    restart(desk.press())
    cost = cost_of(j, 2026, 3)
    assert cost == Cost(3, 2000, 0, 0, {"2026专项": 800, "企业自付": 1200})
    assert cost.fen_per_card == 667
    assert (cost.over_ceiling, cost.sentence) == (False, "")
    assert cost_of(j, 2026, 2).fen_per_card == 1000  # one is still in the drawer; exactly ten yuan is within
    assert not cost_of(j, 2026, 2).over_ceiling
    assert cost_of(j, 2025, 0) == Cost(0, 0, 0, 0, {})
    supplies.test_card(j, "P1", 6)
    over = cost_of(j, 2026, 3)
    assert over.over_ceiling
    assert "10.67 元（耗材 10.67 元、工时 0.00 元）" in over.sentence
    supplies.receive(j, "P2", 3, second="boss", cost_fen=100)
    supplies.test_card(j, "P2", 1)
    assert cost_of(j, 2026, 3).fen == 3234  # a third of a yuan, rounded up
    assert cost_of(j, 2026, 3).by_fund[""] == 34


def test_labour_is_part_of_what_a_card_costs() -> None:
    desk = Desk(blanks=10)
    j = desk.journal
    assert print_one(desk.press(), desk.order()).active  # 2 yuan
    november, october = date(2026, 11, 30), date(2026, 10, 1)
    labour.record_labour(j, november, 600, cost_fen=9_000, fund="2026专项")
    labour.record_labour(j, november, 60, cost_fen=100, fund="会费")
    labour.record_labour(j, october, 30, cost_fen=50, fund="会费")
    cost = cost_of(j, 2026, 10)
    assert (cost.material_fen, cost.labour_fen, cost.minutes, cost.fen) == (200, 9_150, 690, 9_350)
    assert cost.by_fund == {"2026专项": 9_200, "会费": 150}
    assert (cost.fen_per_card, cost.over_ceiling) == (935, False)
    assert cost_of(j, 2026, 9).over_ceiling
    labour.record_labour(j, november, 300, cost_fen=4_000, fund="2026专项")  # told again: corrected, not added
    labour.record_labour(j, october, 0, cost_fen=0, fund="会费")  # taken out
    assert [(w.month, w.fund, w.minutes, w.cost_fen, w.told_by) for w in labour.worked_in(j, 2026)] == [
        (date(2026, 11, 1), "2026专项", 300, 4_000, "clerk-1"), (date(2026, 11, 1), "会费", 60, 100, "clerk-1"),
    ]  # fmt: skip
    assert cost_of(j, 2026, 10).fen == 4_300
    assert labour.worked_in(j, 2025) == []
    for month, minutes, fen in ((date(2026, 12, 1), 60, 100), (november, -1, 100), (november, 10, -1),
                                (november, 10, 0), (november, 0, 10), (november, 10**8, 10)):  # fmt: skip
        refused = code(lambda m=month, n=minutes, c=fen: labour.record_labour(j, m, n, cost_fen=c, fund=""))
        assert refused in ("labour_month", "labour_amount")
    desk.book.append([("station:hz01/labour/2026", facts.StationActed("LATER", DAY))], actor="x")
    desk.book.append([("station:hz01/labour/2026", facts.StockActed("LATER", "x", 1, DAY, "LABOUR"))], actor="x")
    assert len(labour.worked_in(j, 2026)) == 2


def test_custody_changes_by_two() -> None:
    desk = Desk(blanks=10)
    j = desk.journal
    assert code(lambda: supplies.receive(j, "P2", 5, second=" ")) == "second_person"
    assert code(lambda: supplies.receive(j, "P2", 5, second="clerk-1")) == "second_person"
    supplies.receive(j, "P2", 5, second=" boss ")
    assert supplies.on_shelf(j)["P2"].keeper == "clerk-1"
    (came,) = [f.payload for f in desk.book.facts_of("station:hz01") if getattr(f.payload, "pack", "") == "P2"]
    assert came.second_person == "boss"
    assert code(lambda: supplies.entrust(j, "P9", to="boss")) == "no_such_pack"
    assert code(lambda: supplies.entrust(j, "P2", to="clerk-1")) == "second_person"
    assert code(lambda: supplies.entrust(j, "P1", to="boss")) == "nothing_sealed"
    supplies.entrust(j, "P2", to="boss")
    assert supplies.on_shelf(j)["P2"].keeper == "boss"
    assert supplies.on_shelf(j)["P2"].sealed == 5
    assert code(lambda: supplies.entrust(j, "P2", to="boss")) == "keeps_it"
    supplies.load(j, "P2", desk.machine(), 2)
    assert (supplies.on_shelf(j)["P2"].keeper, desk.balance("P2").remaining) == ("boss", 2)


def test_the_forecast_says_what_to_have_at_hand() -> None:
    desk = Desk(blanks=10)
    said = forecast(desk.journal, desk.machine(), 12)
    assert (said.blanks, said.ribbon) == (10, None)
    assert said.sentences == ("白卡还差 2 张，请备好下一包。",)
    assert forecast(desk.journal, desk.machine(), 10).sentences == ()
    (said_of_ribbon,) = forecast(desk.journal, desk.machine(), 10, 7).sentences
    assert said_of_ribbon == "色带只够 7 张，请备好色带，印到第 8 张前更换。"
    supplies.receive(desk.journal, "R1", 9, second="boss", item="RIBBON")
    supplies.load(desk.journal, "R1", desk.machine())
    assert forecast(desk.journal, desk.machine(), 10).ribbon == 9
    assert forecast(desk.journal, desk.machine(), 9).sentences == ()
    assert forecast(desk.journal, Machine("X", "usb:9"), 1).blanks == 0


def test_a_move_that_says_nothing_books_nothing() -> None:
    desk = Desk(world=World(counts=False))
    order = desk.order()
    assert supplies.settled(desk.journal, order, "P1#1", supplies.Blanks()) == []
    assert Ruling.VERIFY.sentence == ""
    assert Evidence(Outcome.CONFIRMED).cards is None
