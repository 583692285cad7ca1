"""The press on the real ledger, the real printer code over the emulator or a folder, and the real reader."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from devices.catalogue import open_camera, open_printer
from devices.contracts import CardPosition
from station.domain.card import State
from station.domain.facts import CardActed
from station.printing import batch, ready, supplies
from station.printing.evidence import Ruling
from station.printing.press import print_one
from station.printing.settle import Word, restart, scanned_ended, settle, settle_by_two, take_out
from tests.printing.real import RealDesk


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path


def opened(home: Path, workers: int = 1, fault: str = "") -> RealDesk:
    desk = RealDesk(home, printer=f"&fault={fault}" if fault else "")
    desk.found(workers)
    return desk


def test_a_card_goes_round_the_whole_loop(home: Path) -> None:
    desk = opened(home)
    turns = list(batch.run(desk.press(), "B1"))
    assert [turn.printed is not None and turn.printed.active for turn in turns] == [True]
    number = desk.orders[0][1]
    assert desk.live() == {number: [1]}
    assert desk.plastic() == [(number, 1)]
    told = [f.payload for f in desk.ledger.facts_of(desk.orders[0][0]) if isinstance(f.payload, CardActed)]
    assert [p.act for p in told] == ["ask", "reserve", "send", "sent", "verify", "activate"]
    assert (told[2].cards_before, told[3].cards_after, told[3].outcome) == (1200, 1201, "confirmed")
    assert {p.batch for p in told} == {"B1"}
    assert desk.ledger.verify().ok
    desk.close()


def brought_out(desk: RealDesk, after: Ruling | None) -> None:
    """A card that stands inside comes out by command; only then is it booked."""
    if after is Ruling.TAKE_CARD_OUT:
        (answer,) = take_out(desk.press(seconds=0.2))
        assert (answer.ruling, answer.card.state) == (Ruling.TAKEN_OUT, State.SPOILED)
        assert desk.printer.state().card_position is not CardPosition.INSIDE
        assert len(desk.plastic()) + len(desk.plastic("rejected")) == 1


@pytest.mark.parametrize(
    ("fault", "first", "after"),
    [
        ("ribbon_end:start@1", "ribbon_end", None),
        ("jam:c@1", "take_card_out", Ruling.TAKE_CARD_OUT),
        ("unplug:1200000@1", "take_card_out", Ruling.TAKE_CARD_OUT),
        ("unplug:reply@1", "look", Ruling.VERIFY),
        ("two_cards@1", "collect_copies", Ruling.COLLECT_COPIES),
    ],
)
def test_a_fault_of_the_emulator_is_settled(home: Path, fault: str, first: str, after: Ruling | None) -> None:
    desk = opened(home, fault=fault)
    turns = list(batch.run(desk.press(seconds=0.2), "B1"))
    assert turns[-1].code == first
    assert turns[-1].stopped
    if after is None:
        assert not desk.sent() or max(desk.sent().values()) == 0
    else:
        answers = restart(desk.press(seconds=0.2))
        assert [a.ruling for a in answers] == [after]
        brought_out(desk, after)
        assert max(desk.sent().values()) == 1
        assert len(desk.live()[desk.orders[0][1]]) == (1 if after is Ruling.VERIFY else 0)
    desk.close()


def test_a_late_card_is_void_collected_and_the_next_number_is_active(home: Path) -> None:
    desk = opened(home, workers=2, fault="late_card@1")
    turns = list(batch.run(desk.press(seconds=0.2), "B1"))
    assert [(turn.stopped, turn.code) for turn in turns] == [(True, "look")]
    left = desk.journal.unsettled(ready.machine_of(desk.printer, desk.printer.state()))[0]
    answer = settle(desk.press(seconds=0.2), left, Word.NOTHING)
    assert (answer.ruling, answer.card.state) == (Ruling.FIND_THE_CARD, State.VOIDED)
    assert not any(turn.stopped for turn in batch.run(desk.press(seconds=0.2), "B1"))
    (_, one), (_, two) = desk.orders
    assert desk.plastic() == [(one, 1), (one, 2), (two, 1)]  # the late card fell when the next one was made
    assert desk.live() == {one: [2], two: [1]}
    assert supplies.balances(desk.journal)[0].missing == 1
    assert scanned_ended(desk.journal, left.order) is Ruling.COLLECT_LATE
    balance = supplies.balances(desk.journal)[0]
    assert (balance.missing, balance.kept, balance.active, balance.remaining) == (0, 1, 2, 47)
    desk.close()


def test_a_folder_is_activated_by_reading_what_its_job_renders(home: Path) -> None:
    desk = RealDesk(home)
    folder = home / "jobs"
    printer = open_printer(f"folder://{folder.as_posix()}?profile=evolis-primacy")
    desk.printer.close()
    emulator, desk.printer = desk.printer, printer
    desk.found(1)

    def rendered(point: str) -> None:
        if point == "sent_written":
            job = max(folder.glob("*.prn")).read_bytes()
            emulator.print_card(job, "rendered")

    press = desk.press(rendered)
    order = desk.journal.ask(*desk.orders[0], reason="FIRST_ISSUE")
    printed = print_one(press, order)
    assert printed.active
    assert printed.report is not None
    assert (printed.card.outcome, printed.card.cards_before) == ("accepted", None)
    assert desk.plastic() == [(order.number, 1)]
    emulator.close()
    desk.close()


def test_a_folder_without_a_camera_is_activated_by_two(home: Path) -> None:
    desk = RealDesk(home)
    desk.printer.close()
    desk.printer = open_printer(f"folder://{(home / 'jobs').as_posix()}?profile=evolis-primacy")
    desk.found(1)
    order = desk.journal.ask(*desk.orders[0], reason="FIRST_ISSUE")
    press = desk.press(camera=None)
    printed = print_one(press, order)
    assert (printed.card.state, printed.ruling) == (State.DOUBTFUL, Ruling.LOOK)
    left = desk.journal.unsettled(ready.machine_of(desk.printer, desk.printer.state()))[0]
    assert settle_by_two(press, left, second="boss-2").active
    desk.close()


def test_a_photograph_of_the_tray_on_a_desk_is_read(home: Path) -> None:
    desk = opened(home)
    desk.camera = open_camera(f"tray://{desk.tray.as_posix()}?view=tilted")
    turns = list(batch.run(desk.press(), "B1"))
    assert turns[0].printed is not None
    assert turns[0].printed.active
    assert supplies.balances(desk.journal)[0].active == 1
    desk.close()


# --- another language behind the same press


def magicard(home: Path, fault: str = "") -> RealDesk:
    tray = (home / "tray").as_posix()
    options = f"profile=magicard-rio-ymckok&tray={tray}" + (f"&fault={fault}" if fault else "")
    desk = RealDesk(home, printer=f"emulator://magicard?{options}")
    desk.found(1)
    return desk


def test_a_magicard_prints_reads_back_and_activates_with_the_same_press(home: Path) -> None:
    desk = magicard(home)
    turns = list(batch.run(desk.press(), "B1"))
    assert [turn.printed is not None and turn.printed.active for turn in turns] == [True]
    number = desk.orders[0][1]
    assert (desk.live(), desk.plastic()) == ({number: [1]}, [(number, 1)])
    told = [f.payload for f in desk.ledger.facts_of(desk.orders[0][0]) if isinstance(f.payload, CardActed)]
    assert [p.act for p in told] == ["ask", "reserve", "send", "sent", "verify", "activate"]
    assert (told[2].panels_before, told[3].panels_after, told[3].outcome) == (7100, 7106, "confirmed")
    desk.close()


@pytest.mark.parametrize(
    ("fault", "first", "after"),
    [
        ("ribbon_end:start@1", "ribbon_end", None),
        ("jam:c@1", "take_card_out", Ruling.TAKE_CARD_OUT),
        ("unplug:back@1", "take_card_out", Ruling.TAKE_CARD_OUT),
        ("unplug:reply@1", "look", Ruling.VERIFY),
        ("two_cards@1", "collect_copies", Ruling.COLLECT_COPIES),
        ("feed_fail@1", "nothing_came_out", Ruling.NOTHING_CAME_OUT),
    ],
)
def test_a_fault_of_a_magicard_is_settled(home: Path, fault: str, first: str, after: Ruling | None) -> None:
    desk = magicard(home, fault)
    turns = list(batch.run(desk.press(seconds=0.2), "B1"))
    assert turns[-1].code == first
    answers = restart(desk.press(seconds=0.2))
    assert [a.ruling for a in answers] == ([after] if after else [])
    brought_out(desk, after)
    assert max(desk.sent().values(), default=0) <= 1
    live = desk.live()[desk.orders[0][1]]
    assert len(live) == (1 if after is Ruling.VERIFY else 0)
    desk.close()
