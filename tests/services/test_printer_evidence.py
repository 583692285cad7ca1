"""What the printer itself says decides through `press_of`: the panels of exactly this job, and a card still inside."""

from __future__ import annotations

import dataclasses

import pytest

from devices.contracts import CardFaces, FaultCode
from station.cards import artwork
from station.domain.card import State
from station.services import batches, printing
from station.services.printing import load_rehearsal_blanks
from tests.services.house import STAFF, House


class PowerCut(BaseException):
    """The process is gone."""


def opened(house: House, count: int = 1) -> None:
    batches.open_run(house.desk, "B1", house.orders[:count], company="", actor=STAFF.clerk)


def newest(house: House) -> State:
    number = house.orders[0][1]
    return house.desk.worker(house.orders[0][0]).cards_of(number)[-1].state


def test_a_card_without_varnish_is_never_active(house: House) -> None:
    """Its code reads well and one card was counted; only the ribbon tells."""
    opened(house)
    with house.bench("no_varnish@1") as bench:
        load_rehearsal_blanks(house.desk, bench, actor=STAFF.clerk)
        (step,) = batches.run(house.desk, [bench], "B1", actor=STAFF.clerk)
        assert (step.turn.stopped, step.turn.code, newest(house)) == (True, "half_printed", State.DOUBTFUL)
        (answer,) = batches.settle_at(house.desk, bench, actor=STAFF.clerk).value
        assert (answer.ruling.word, answer.card.state) == ("half_printed", State.SPOILED)
        (step,) = batches.run(house.desk, [bench], "B1", actor=STAFF.clerk)
        assert step.turn.printed is not None
        assert (step.turn.printed.active, step.turn.printed.card.panels_of_job) == (True, 6)


def test_the_panels_of_a_job_are_known_after_the_power_was_cut(house: House) -> None:
    opened(house)

    def cut(point: str) -> None:
        if point == "printed":
            raise PowerCut

    with house.bench("no_varnish@1") as bench:
        load_rehearsal_blanks(house.desk, bench, actor=STAFF.clerk)
        press = printing.press_of(house.desk, bench, actor=STAFF.clerk, reached=cut)
        subject, number = house.orders[0]
        order = printing.waiting(house.desk.worker(subject), number)
        assert order is not None
        with pytest.raises(PowerCut):
            printing.print_card(press, order, actor=STAFF.clerk)
    with house.bench() as bench:
        press = printing.press_of(house.desk, bench, actor=STAFF.clerk)
        (answer,) = printing.settle_left(press, actor=STAFF.clerk).value
    assert (answer.ruling.word, answer.card.state) == ("half_printed", State.SPOILED)


@pytest.mark.parametrize(("profile", "back", "panels"), [("", True, 6), ("", False, 5), ("-ymcko", True, 5)])
def test_a_back_that_is_left_out_is_not_missing(
    house: House, profile: str, back: bool, panels: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def composed(content: artwork.CardContent) -> CardFaces:
        faces = artwork.compose(content)
        return faces if back else dataclasses.replace(faces, back=None)

    monkeypatch.setattr(printing, "compose", composed)
    opened(house)
    with house.bench(profile=f"evolis-primacy{profile}") as bench:
        load_rehearsal_blanks(house.desk, bench, actor=STAFF.clerk)
        (step,) = batches.run(house.desk, [bench], "B1", actor=STAFF.clerk)
    assert step.turn.printed is not None
    assert (step.turn.printed.active, step.turn.printed.card.panels_of_job) == (True, panels)


def test_a_ribbon_of_another_kind_stops_the_run_until_it_is_changed(house: House) -> None:
    opened(house)
    with house.bench("wrong_ribbon@1") as bench:
        load_rehearsal_blanks(house.desk, bench, actor=STAFF.clerk)
        (step,) = batches.run(house.desk, [bench], "B1", actor=STAFF.clerk)
        assert (step.turn.stopped, step.turn.code) == (True, "ribbon_wrong")
    with house.bench(operator="ribbon") as bench:
        (step,) = batches.run(house.desk, [bench], "B1", actor=STAFF.clerk)
        assert (step.turn.stopped, newest(house)) == (False, State.ACTIVE)
        assert bench.printer.state().ribbon == "ymckok"


def test_supplies_that_run_low_are_told_and_stop_nothing(house: House) -> None:
    opened(house)
    with house.bench(more="&cards=6&ribbon=9") as bench:
        load_rehearsal_blanks(house.desk, bench, actor=STAFF.clerk)
        machine = bench.printer.transport.machine  # type: ignore[attr-defined]
        machine.memory.ribbon, machine.operator._ribbon = 9, 200
        state = bench.printer.state()
        assert [found.code for found in state.faults] == [FaultCode.RIBBON_LOW, FaultCode.FEEDER_LOW]
        assert state.ready
        (step,) = batches.run(house.desk, [bench], "B1", actor=STAFF.clerk)
        assert (step.turn.stopped, newest(house)) == (False, State.ACTIVE)
