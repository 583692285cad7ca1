"""A queue that holds a card when the program is killed: the next life takes it back before anything else is printed."""

from __future__ import annotations

from pathlib import Path

import pytest

from devices.languages import ipp
from devices.printers.emulator.queue import EmulatedQueue
from devices.printers.emulator.tray import FolderTray
from devices.printers.queue import QueuePrinter
from station.domain.card import State
from station.domain.errors import Fault
from station.printing import batch, ready
from station.printing.evidence import Ruling
from station.printing.journal import Order, is_attempt
from station.printing.machine import Machine, NotReady
from station.printing.press import print_one
from station.printing.settle import Word, restart, settle
from tests.printing.real import RealDesk


class PowerCut(BaseException):
    """The process is gone."""


class Counter:
    """A desk over a queue that lives on when the desk dies."""

    def __init__(self, home: Path, fault: str) -> None:
        self.home = home
        self.far = EmulatedQueue(FolderTray(home / "tray"), fault)
        self.desk = self.life()
        self.desk.found(2)

    def life(self) -> RealDesk:
        desk = RealDesk(self.home, printer=f"emulator://queue?tray={(self.home / 'none').as_posix()}")
        desk.printer = QueuePrinter("queue://card", "card", self.far, clock=self.far.clock, sleep=self.far.wait)
        return desk

    def killed_while_it_waits(self) -> Order:
        """The job is in the queue and is held there; the program dies waiting for it."""

        def die(seconds: float) -> None:
            raise PowerCut

        self.desk.printer._sleep = die  # type: ignore[attr-defined]
        order = self.desk.journal.ask(*self.desk.orders[0], reason="FIRST_ISSUE")
        with pytest.raises(PowerCut):
            print_one(self.desk.press(), order)
        self.desk.close()
        self.desk = self.life()
        return order


@pytest.fixture
def counter(tmp_path: Path) -> Counter:
    return Counter(tmp_path / "home", "hold@1")


def machine(counter: Counter) -> Machine:
    return ready.machine_of(counter.desk.printer, counter.desk.printer.state())


def late_card(counter: Counter) -> int:
    """Cards that come out when somebody starts the queue again."""
    before = len(counter.desk.plastic())
    counter.far.release()
    return len(counter.desk.plastic()) - before


def test_a_restart_takes_the_held_job_back(counter: Counter) -> None:
    order = counter.killed_while_it_waits()
    (answer,) = restart(counter.desk.press(seconds=0.2))
    assert answer.card.state is State.DOUBTFUL
    assert (counter.far.canceled, late_card(counter)) == ([1], 0)
    left = counter.desk.journal.left_at(machine(counter))
    assert settle(counter.desk.press(seconds=0.2), left[0], Word.NOTHING).ruling is Ruling.FIND_THE_CARD
    turns = list(batch.run(counter.desk.press(seconds=0.2), "B1"))
    assert not any(turn.stopped for turn in turns)
    assert counter.desk.live()[order.number] == [2]
    assert max(counter.desk.sent().values()) == 1


def test_a_single_card_takes_it_back_too(counter: Counter) -> None:
    """At the counter nothing is restarted: another printer's card is asked for, and the job would print beside it."""
    counter.killed_while_it_waits()
    order = counter.desk.journal.ask(*counter.desk.orders[1], reason="FIRST_ISSUE")
    with pytest.raises(NotReady, match="还没有核实"):
        print_one(counter.desk.press(), order)
    assert late_card(counter) == 0


def test_settling_takes_it_back_and_goes_on_where_it_cannot(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    counter.killed_while_it_waits()
    left = counter.desk.journal.left_at(machine(counter))[0]
    exchange = counter.far.exchange

    def refuses(place: str, message: bytes, timeout: float) -> bytes:
        if ipp.read(message).code == ipp.Operation.GET_JOBS:
            return ipp.write(0x0401, ipp.read(message).number, [])
        return exchange(place, message, timeout)

    with monkeypatch.context() as patch:
        patch.setattr(counter.far, "exchange", refuses)
        assert not settle(counter.desk.press(seconds=0.2), left).ruling.settles
        with pytest.raises(Fault, match="打印队列"):
            restart(counter.desk.press())
        assert counter.far.canceled == []
    settle(counter.desk.press(seconds=0.2), left)
    assert (counter.far.canceled, late_card(counter)) == ([1], 0)


def test_names_of_attempts() -> None:
    assert is_attempt(Order("worker:a", "3301022026000001", 12).name)
    for other in ("", "test-card", "3301022026000001", "x3301022026000001-1", "3301022026000001-1 ", "letter-1"):
        assert not is_attempt(other)
