"""The journal's own promises, and the names of printers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.domain import facts
from station.domain.card import Act, State
from station.domain.errors import Refused
from station.printing.book import as_worker, finder
from station.printing.evidence import Before
from station.printing.journal import Order
from station.printing.machine import Machine
from station.printing.press import print_one
from station.printing.progress import Progress, progress_of, seconds_of
from tests.printing.fakes import COMPANY, DAY, Desk


def test_asking_gives_the_next_issue_number_once() -> None:
    desk = Desk()
    first = desk.order()
    assert first.issue_number == 1
    assert first.name == f"{first.number}-1"
    with pytest.raises(Refused) as no:
        desk.order()
    assert no.value.code == "card_on_its_way"
    print_one(desk.press(), first)
    with pytest.raises(Refused) as no:
        desk.order()
    assert no.value.code == "card_live"
    again = desk.journal.ask(first.subject, first.number, reason="DAMAGED", again=True)
    assert again.issue_number == 2
    print_one(desk.press(), again)
    assert desk.live()[first.number] == [2]
    assert desk.state(first) is State.REPLACED


def test_nobody_but_a_worker_has_cards() -> None:
    desk = Desk()
    with pytest.raises(Refused):
        desk.journal.worker(f"company:{COMPANY}")
    with pytest.raises(Refused):
        as_worker(desk.book.record("station:hz01"))
    with pytest.raises(Refused) as no:
        desk.journal.ask("worker:nobody", "3301022026000009", reason="FIRST_ISSUE")
    assert no.value.code == "permit_not_issued"


def test_each_step_is_checked_against_the_table_in_the_transaction() -> None:
    desk = Desk()
    order = desk.order()
    for step in (
        lambda: desk.journal.drop(order, "x"),
        lambda: desk.journal.send(order, desk.machine(), "00", Before(1, 1, "")),
        lambda: desk.journal.activate(order),
        lambda: desk.journal.note(order, Act.VERIFY),
    ):
        with pytest.raises(Refused) as no:
            step()
        assert no.value.code == "card_step"
    assert desk.steps(order) == ["ask"]


def test_a_batch_name_goes_with_every_step() -> None:
    desk = Desk()
    number = desk.numbers[0]
    order = desk.journal.ask(desk.subjects[number], number, reason="FIRST_ISSUE", batch="B1", note="加急")
    print_one(desk.press(), order)
    told = [f.payload for f in desk.book.facts_of(order.subject) if isinstance(f.payload, facts.CardActed)]
    assert {p.batch for p in told} == {"B1"}
    assert told[0].note == "加急"


def test_left_at_sees_this_station_this_printer_and_the_oldest_first() -> None:
    desk = Desk(workers=3)
    a, b, other = (desk.order(n) for n in range(3))
    desk.journal.reserve(b, desk.machine(), "P1#1")
    desk.clock.advance(5)
    desk.journal.reserve(a, desk.machine(), "P1#2")
    desk.journal.reserve(other, Machine("Z", "usb:z"), "P2#1")
    assert [left.order for left in desk.journal.left_at(desk.machine())] == [b, a]
    assert desk.journal.unsettled(desk.machine()) == []
    desk.journal.send(a, desk.machine(), "00", Before(1, 1, ""))
    assert [left.order for left in desk.journal.unsettled(desk.machine())] == [a]
    assert Desk().journal.left_at(desk.machine()) == []


def test_a_finder_over_the_projection_names_each_worker_once() -> None:
    class Row:
        def __init__(self, subject: str) -> None:
            self.subject = subject

    class Jobs:
        asked: list[str]

        def in_states(self, states: list[str]) -> list[Row]:
            self.asked = states
            return [Row("b"), Row("a"), Row("b")]

    jobs = Jobs()
    assert finder(jobs)({State.SENT, State.ASKED}) == ["b", "a"]  # type: ignore[arg-type]
    assert jobs.asked == ["asked", "sent"]


@given(st.text(), st.text(min_size=1))
def test_a_printers_name_can_be_read_again(serial: str, url: str) -> None:
    machine = Machine.at("usb://" + url, serial)
    assert Machine.parse(str(machine)) == machine
    assert str(Machine.at("folder:///home/somebody/cards", "")).startswith("@folder:")
    assert "somebody" not in str(Machine.at("folder:///home/somebody/cards", ""))
    plain = Machine.at("folder:///x?profile=p", "")
    assert Machine.at("folder:///x?profile=p&trace=/y&fault=jam@1&operator=path", "") == plain
    assert Machine.at("folder:///x?profile=q", "") != plain


@pytest.mark.parametrize(
    ("one", "other", "same", "touches"),
    [
        (Machine("A", "p1"), Machine("A", "p2"), True, True),
        (Machine("A", "p1"), Machine("B", "p1"), False, True),
        (Machine("A", "p1"), Machine("B", "p2"), False, False),
        (Machine("", "p1"), Machine("", "p1"), True, True),
        (Machine("", "p1"), Machine("", "p2"), False, False),
        (Machine("A", "p1"), Machine("", "p1"), False, True),
    ],
)
def test_the_same_printer(one: Machine, other: Machine, same: bool, touches: bool) -> None:
    assert (one.same(other), other.same(one)) == (same, same)
    assert (one.touches(other), other.touches(one)) == (touches, touches)


def test_progress_takes_its_pace_from_the_latest_cards() -> None:
    now = Progress(20)
    assert (now.seconds_per_card, now.seconds_left, now.left) == (None, None, 20)
    desk = Desk(workers=3)
    cards = []
    for n in range(3):
        order = desk.order(n)
        printed = print_one(desk.press(reached=lambda point: desk.clock.advance(2 if point == "printed" else 0)), order)
        cards.append(printed.card)
        desk.clock.advance(100)
    assert [seconds_of(c) for c in cards] == [2.0, 2.0, 2.0]
    now = progress_of(reversed(cards), 20)
    assert (now.done, now.seconds_per_card, now.seconds_left) == (3, 2.0, 34.0)
    assert now.refuse().left == 16
    for _ in range(12):
        now = now.plus(cards[0])
    assert len(now.seconds) == 10
    assert Progress(1, 2).left == 0
    assert progress_of([None], 5).done == 1
    asked = desk.journal.ask(desk.subjects[desk.numbers[0]], desk.numbers[0], reason="DAMAGED", again=True)
    assert seconds_of(desk.journal.card(asked)) is None


def test_an_order_is_a_value() -> None:
    assert Order("worker:a", "3", 1) == Order("worker:a", "3", 1)
    assert DAY.year == 2026
