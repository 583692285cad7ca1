"""Scan to settle: what a restart, the camera, a person's word and two people may conclude."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from station.domain.card import State
from station.domain.errors import Fault, Refused
from station.printing import bag
from station.printing.evidence import Ruling
from station.printing.journal import Order, Pending
from station.printing.press import Printed, print_one
from station.printing.settle import Word, restart, scanned_ended, settle, settle_by_two, take_out
from station.printing.stock import opened_on_paper
from tests.printing.fakes import Desk, FakeCamera, FakePrinter, World, token_of


class PowerCut(BaseException):
    """The process is gone."""


def cut_at(wanted: str):  # type: ignore[no-untyped-def]
    def reached(point: str) -> None:
        if point == wanted:
            raise PowerCut(point)

    return reached


def in_doubt(script: str, desk: Desk | None = None) -> tuple[Desk, Order, Pending]:
    desk = desk or Desk(blanks=10)
    order = desk.order()
    print_one(desk.press([script]), order)
    return desk, order, desk.journal.unsettled(desk.machine())[0]


def balanced(desk: Desk) -> None:
    now = desk.balance()
    assert opened_on_paper(now) == now.pack.opened
    assert now.in_hand == 0


@pytest.mark.parametrize(
    ("script", "ruling", "state", "column"),
    [
        ("link_lost", Ruling.NOTHING_CAME_OUT, State.VOIDED, "back"),
        ("half", Ruling.HALF_PRINTED, State.SPOILED, "spoiled"),
        ("link_lost_printed", Ruling.VERIFY, State.ACTIVE, "active"),
        ("raise", Ruling.NOTHING_CAME_OUT, State.VOIDED, "back"),
    ],
)
def test_counters_and_camera_settle_by_themselves(script: str, ruling: Ruling, state: State, column: str) -> None:
    desk, _order, left = in_doubt(script)
    answer = settle(desk.press(), left)
    assert (answer.ruling, answer.card.state) == (ruling, state)
    assert not desk.journal.unsettled(desk.machine())
    now = desk.balance()
    assert now.remaining == 10 if column == "back" else getattr(now, column) == 1
    balanced(desk)
    assert desk.heard[-1] == ("active" if state is State.ACTIVE else "ended")


def test_two_copies_are_void_collected_and_both_booked() -> None:
    desk, order, left = in_doubt("two")
    answer = settle(desk.press(), left)
    assert (answer.ruling, answer.card.state) == (Ruling.COLLECT_COPIES, State.VOIDED)
    assert answer.ruling.supervisor
    now = desk.balance()
    assert (now.kept, now.missing, now.remaining) == (1, 1, 8)
    assert bag.find_late(desk.journal, order)
    assert not bag.find_late(desk.journal, order)
    now = desk.balance()
    assert (now.kept, now.missing) == (2, 0)
    balanced(desk)


def test_a_camera_without_the_card_waits_and_then_takes_a_word() -> None:
    desk, _order, left = in_doubt("blank")  # a white card: counted, unreadable
    waiting = settle(desk.press(), left)
    assert (waiting.ruling, waiting.card.state) == (Ruling.LOOK_UNREADABLE, State.DOUBTFUL)
    assert desk.heard[-1] == "doubtful"
    answer = settle(desk.press(), left, Word.THIS_IS_IT)
    assert (answer.ruling, answer.card.state) == (Ruling.CANNOT_BE_READ, State.SPOILED)
    balanced(desk)


def test_this_is_it_with_nothing_readable_in_view_is_an_unreadable_card() -> None:
    desk, _order, left = in_doubt("blank")
    desk.world.take()
    assert settle(desk.press(), left).ruling is Ruling.LOOK_FOR_CARD
    assert settle(desk.press(), left, Word.THIS_IS_IT).ruling is Ruling.CANNOT_BE_READ


def test_nothing_came_out_against_a_counter_is_a_card_to_be_found() -> None:
    desk, order, left = in_doubt("blank")
    desk.world.take()
    answer = settle(desk.press(), left, Word.NOTHING)
    assert (answer.ruling, answer.card.state) == (Ruling.FIND_THE_CARD, State.VOIDED)
    assert desk.balance().missing == 1
    assert not bag.waiting(desk.journal)
    assert scanned_ended(desk.journal, order) is Ruling.COLLECT_LATE
    assert desk.balance().missing == 0
    assert bag.waiting(desk.journal) == [order]
    balanced(desk)


def test_the_camera_outweighs_a_wrong_nothing_came_out() -> None:
    desk, _order, left = in_doubt("link_lost_printed")
    answer = settle(desk.press(), left, Word.NOTHING)
    assert answer.active


def test_another_card_in_view_waits_until_somebody_says_that_it_is_all() -> None:
    desk, _order, left = in_doubt("blank")
    camera = FakeCamera(desk.world)
    camera.shows = lambda: ["Tother"]
    assert settle(desk.press(camera=camera), left).ruling is Ruling.LOOK_WRONG_CARD
    answer = settle(desk.press(camera=camera), left, Word.THIS_IS_IT)
    assert (answer.ruling, answer.card.state) == (Ruling.KEEP_THE_CARD, State.VOIDED)
    assert desk.balance().kept == 1
    balanced(desk)


def test_nothing_came_out_beside_a_strange_card() -> None:
    desk, _order, left = in_doubt("blank")
    camera = FakeCamera(desk.world)
    camera.shows = lambda: ["Tother"]
    assert settle(desk.press(camera=camera), left, Word.NOTHING).ruling is Ruling.FIND_THE_CARD


def test_two_cards_in_view_wait_for_one() -> None:
    desk, order, left = in_doubt("link_lost_printed")
    camera = FakeCamera(desk.world)
    camera.shows = lambda: [token_of(order.number, 1), "Tother"]
    assert settle(desk.press(camera=camera), left).ruling is Ruling.LOOK_ONE_CARD_ONLY
    assert settle(desk.press(), left).active


def test_two_copies_of_one_card_are_collected_when_nobody_counted() -> None:
    """Another printer stands in the port: only the person knows that two came out, and shows both."""
    desk, order, left = in_doubt("link_lost_printed")
    camera = FakeCamera(desk.world)
    camera.shows = lambda: [token_of(order.number, 1)] * 2
    assert settle(desk.press(camera=camera), left).ruling is Ruling.LOOK_ONE_CARD_ONLY
    answer = settle(desk.press(camera=camera), left, Word.THIS_IS_IT)
    assert (answer.ruling, answer.card.state) == (Ruling.COLLECT_COPIES, State.VOIDED)


def test_a_rebooted_printer_needs_a_person_to_say_that_it_is_one_card() -> None:
    desk, _order, left = in_doubt("reboot_printed")
    assert settle(desk.press(), left).ruling is Ruling.LOOK_PRINTER_CHANGED
    assert settle(desk.press(), left, Word.THIS_IS_IT).active
    balanced(desk)


def test_another_printer_in_the_port_and_nothing_found() -> None:
    desk, order, left = in_doubt("other_printer")
    desk.world.take()
    found = desk.journal.unsettled(desk.machine())
    assert [f.order for f in found] == [order]
    assert settle(desk.press(), left, Word.NOTHING).ruling is Ruling.FIND_THE_CARD


def test_a_printer_that_is_gone_can_still_be_settled() -> None:
    desk, _order, left = in_doubt("gone")
    assert settle(desk.press(), left).ruling is Ruling.LOOK_FOR_CARD
    assert settle(desk.press(), left, Word.NOTHING).ruling is Ruling.FIND_THE_CARD
    with pytest.raises(Fault):
        restart(desk.press())


def test_a_late_card_after_nothing_came_out_is_collected_and_booked_once() -> None:
    desk, _order, left = in_doubt("late")
    answer = settle(desk.press(), left, Word.NOTHING)
    assert answer.ruling is Ruling.FIND_THE_CARD  # the counter had moved
    desk2, order2, left2 = in_doubt("link_lost")
    assert settle(desk2.press(), left2).ruling is Ruling.NOTHING_CAME_OUT
    desk2.world.feed(token_of(order2.number, 1))  # it comes out after all
    before = desk2.balance()
    assert scanned_ended(desk2.journal, order2) is Ruling.COLLECT_LATE
    assert scanned_ended(desk2.journal, order2) is Ruling.COLLECT_LATE
    now = desk2.balance()
    assert (now.remaining, now.kept) == (before.remaining - 1, 1) == (desk2.world.feeder - 90, 1)
    assert bag.waiting(desk2.journal) == [order2]
    balanced(desk2)


def test_a_spoiled_card_scanned_from_the_bag_is_not_booked_again() -> None:
    desk, order, left = in_doubt("half")
    settle(desk.press(), left)
    before = desk.balance()
    assert scanned_ended(desk.journal, order) is Ruling.COLLECT_LATE
    assert desk.balance() == before


def test_an_active_card_is_no_late_card() -> None:
    desk = Desk()
    order = desk.order()
    print_one(desk.press(), order)
    assert scanned_ended(desk.journal, order) is Ruling.ALREADY_SETTLED


def test_a_card_that_is_still_in_doubt_is_settled_at_its_printer_first() -> None:
    desk, order, _left = in_doubt("half")
    with pytest.raises(Refused) as no:
        scanned_ended(desk.journal, order)
    assert no.value.code == "card_unsettled"


def test_a_replaced_card_is_not_booked_as_late() -> None:
    desk = Desk(blanks=10)
    first = desk.order()
    print_one(desk.press(), first)
    print_one(desk.press(), desk.journal.ask(first.subject, first.number, reason="DAMAGED", again=True))
    before = desk.balance()
    assert desk.state(first) is State.REPLACED
    assert scanned_ended(desk.journal, first) is Ruling.ALREADY_SETTLED
    assert desk.balance() == before


def test_settling_twice_is_refused() -> None:
    desk, _order, left = in_doubt("half")
    settle(desk.press(), left)
    with pytest.raises(Refused) as no:
        settle(desk.press(), left)
    assert no.value.code == "already_settled"


# --- the power goes -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("point", "state"),
    [
        ("composed", State.ASKED),
        ("reserved", State.ASKED),
        ("send_written", State.VOIDED),
        ("printed", State.ACTIVE),
        ("sent_written", State.ACTIVE),
        ("looked", State.ACTIVE),
        ("verify_written", State.ACTIVE),
        ("active_written", State.ACTIVE),
    ],
)
def test_restart_after_a_cut_at(point: str, state: State) -> None:
    desk = Desk(blanks=10)
    order = desk.order()
    with pytest.raises(PowerCut):
        print_one(desk.press(reached=cut_at(point)), order)
    restart(desk.press())
    assert desk.state(order) is state
    assert not desk.journal.left_at(desk.machine())
    assert desk.world.sent[token_of(order.number, 1)] <= 1
    balanced(desk)
    assert desk.balance().remaining == desk.world.feeder - 90
    if state is not State.ACTIVE:
        again = order if state is State.ASKED else desk.journal.ask(order.subject, order.number, reason="NEXT_ATTEMPT")
        assert print_one(desk.press(), again).active
    assert len(desk.live()[order.number]) == 1


def test_a_cut_in_the_middle_of_settling_is_settled_by_the_next_restart() -> None:
    for point in ("doubt_written", "looked", "verify_written", "active_written"):
        desk = Desk(blanks=10)
        order = desk.order()
        with pytest.raises(PowerCut):
            print_one(desk.press(reached=cut_at("printed")), order)
        with pytest.raises(PowerCut):
            restart(desk.press(reached=cut_at(point)))
        restart(desk.press())
        assert desk.state(order) is State.ACTIVE
        balanced(desk)


def test_a_cut_after_an_end_was_written() -> None:
    desk = Desk(blanks=10)
    order = desk.order()
    with pytest.raises(PowerCut):
        print_one(desk.press(["reject"], reached=cut_at("ended")), order)
    assert restart(desk.press()) == []
    assert desk.state(order) is State.VOIDED
    balanced(desk)


def test_a_verified_card_of_which_a_copy_came_out_is_not_activated() -> None:
    desk = Desk(blanks=10)
    order = desk.order()
    with pytest.raises(PowerCut):
        print_one(desk.press(reached=cut_at("verify_written")), order)
    desk.world.feed(token_of(order.number, 1))
    answers = restart(desk.press())
    assert [a.ruling for a in answers] == [Ruling.COLLECT_COPIES]
    assert desk.live()[order.number] == []


def test_restart_asks_a_person_where_it_cannot_tell() -> None:
    desk = Desk(blanks=10)
    order = desk.order()
    with pytest.raises(PowerCut):
        print_one(desk.press(reached=cut_at("printed")), order)
    desk.world.take()
    answers = restart(desk.press())
    assert [(a.ruling, a.card.state) for a in answers] == [(Ruling.LOOK_FOR_CARD, State.DOUBTFUL)]


# --- a card inside ---------------------------------------------------------------------------------------------------


def test_a_card_inside_is_booked_when_it_is_out_whoever_took_it_out() -> None:
    for words in (Word.LOOK, Word.THIS_IS_IT, Word.NOTHING):
        desk, order, left = in_doubt("jam")
        waiting = settle(desk.press(), left, words)
        assert (waiting.ruling, waiting.card.state) == (Ruling.TAKE_CARD_OUT, State.DOUBTFUL)
        assert desk.balance().spoiled == 0
        desk.world.take("inside")  # by hand
        assert [answer.ruling for answer in restart(desk.press())] == [Ruling.TAKEN_OUT]
        assert (desk.state(order), desk.balance().spoiled) == (State.SPOILED, 1)
        balanced(desk)


def test_the_printer_brings_the_card_out_and_it_is_looked_at_again() -> None:
    desk, order, _left = in_doubt("jam")
    (answer,) = take_out(desk.press())
    assert (answer.ruling, desk.state(order), desk.world.inside) == (Ruling.TAKEN_OUT, State.SPOILED, False)
    balanced(desk)


@pytest.mark.parametrize(("what", "code"), [("stuck", "not_moved"), ("stays", "card_stayed")])
def test_a_card_that_does_not_come_out_settles_nothing(what: str, code: str) -> None:
    desk, order, _left = in_doubt("jam")
    with pytest.raises(Fault) as no:
        take_out(desk.press([what]))
    assert no.value.code == code
    assert desk.state(order) is State.DOUBTFUL


def test_a_blank_that_was_fed_by_the_command_is_counted() -> None:
    desk, _order, _left = in_doubt("jam")
    (answer,) = take_out(desk.press(["feeds"]))
    assert answer.ruling is Ruling.COLLECT_COPIES


def test_a_card_that_stood_inside_after_a_power_cut_is_spoiled_though_it_reads_well() -> None:
    """Printed whole and stuck at the slot: that it stood inside is written down before it moves."""
    desk = Desk(blanks=10)
    order = desk.order()
    with pytest.raises(PowerCut):
        print_one(desk.press(reached=cut_at("printed")), order)
    desk.world.plastics[-1].where = "inside"
    press = desk.press()
    settled = press.printer.reject  # type: ignore[attr-defined]

    def cut() -> None:
        settled()
        raise PowerCut

    press.printer.reject = cut  # type: ignore[attr-defined]
    with pytest.raises(PowerCut):
        take_out(press)
    desk.world.plastics[-1].where = "tray"
    assert [answer.ruling for answer in restart(desk.press())] == [Ruling.TAKEN_OUT]
    balanced(desk)


def test_a_doubt_that_knew_of_no_card_inside_learns_of_it() -> None:
    desk, order, _left = in_doubt("link_lost_printed")
    desk.world.plastics[-1].where = "inside"
    (answer,) = take_out(desk.press())
    assert (answer.ruling, desk.state(order)) == (Ruling.TAKEN_OUT, State.SPOILED)


def test_nothing_is_brought_out_where_nothing_is_or_nothing_can() -> None:
    desk = Desk(blanks=10)
    with pytest.raises(Refused) as no:
        take_out(desk.press())
    assert no.value.code == "no_card_inside"
    desk, _order, _left = in_doubt("jam")
    plain = FakePrinter(desk.world)
    press = desk.press(printer=SimpleNamespace(state=plain.state, url=plain.url))
    with pytest.raises(Refused) as no:
        take_out(press)
    assert no.value.code == "no_reject"


# --- where no camera can read ---------------------------------------------------------------------------------------


def by_two(world: World | None = None, script: str = "ok") -> tuple[Desk, Printed]:
    desk = Desk(blanks=10, world=world)
    order = desk.order()
    print_one(desk.press([script], camera=None), order)
    left = desk.journal.unsettled(desk.machine())[0]
    return desk, settle_by_two(desk.press(camera=None), left, second=" boss-2 ")


def test_two_people_activate_a_card_nobody_can_read() -> None:
    desk, answer = by_two(World(counts=False))
    assert answer.active
    told = [f.payload for f in desk.book.facts_of(answer.order.subject) if getattr(f.payload, "act", "") == "verify"]
    assert (told[0].person, told[0].frame_sha256, told[0].cards_seen) == ("boss-2", "", 1)
    balanced(desk)


def test_two_people_do_not_outweigh_the_counters() -> None:
    assert by_two(script="two")[1].ruling is Ruling.COLLECT_COPIES
    assert by_two(script="half")[1].ruling is Ruling.HALF_PRINTED
    assert by_two()[1].active


def test_two_people_are_two_and_only_where_no_camera_is() -> None:
    desk = Desk(blanks=10)
    order = desk.order()
    print_one(desk.press(camera=None), order)
    left = desk.journal.unsettled(desk.machine())[0]
    for press, second, code in (
        (desk.press(), "boss-2", "camera_there"),
        (desk.press(camera=None), "clerk-1", "second_person"),
        (desk.press(camera=None), " ", "second_person"),
    ):
        with pytest.raises(Refused) as no:
            settle_by_two(press, left, second=second)
        assert no.value.code == code
    assert desk.state(order) is State.DOUBTFUL


def test_a_verified_card_is_activated_without_people() -> None:
    desk = Desk(blanks=10)
    order = desk.order()
    with pytest.raises(PowerCut):
        print_one(desk.press(reached=cut_at("verify_written")), order)
    left = desk.journal.unsettled(desk.machine())[0]
    assert settle_by_two(desk.press(camera=None), left, second="boss-2").active


def test_no_camera_and_the_word_nothing() -> None:
    desk = Desk(blanks=10, world=World(counts=False))
    order = desk.order()
    print_one(desk.press(["unborn"], camera=None), order)
    left = desk.journal.unsettled(desk.machine())[0]
    assert settle(desk.press(camera=None), left, Word.THIS_IS_IT).ruling is Ruling.LOOK
    assert settle(desk.press(camera=None), left, Word.NOTHING).ruling is Ruling.FIND_THE_CARD
    balanced(desk)


def test_an_unread_answer_is_remembered_across_a_restart() -> None:
    """The printer's fault of the first life is still evidence in the second: a reboot stays a reboot."""
    desk, order, _left = in_doubt("reboot_printed")
    assert desk.journal.card(order).fault == "rebooted"
    assert [a.ruling for a in restart(desk.press())] == [Ruling.LOOK_PRINTER_CHANGED]
