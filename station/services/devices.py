"""The devices of a station: which one stands where, and a test card whose blank is booked in the same act.

What is plugged in and how a device is asked is devices.bench; opening them is bootstrap's business.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from devices.contracts import CardFaces, CardPrinter, Outcome, PrintReport
from station.domain import facts
from station.domain.authority import ACTS, Actor, permit_act
from station.domain.errors import Refused
from station.printing import supplies
from station.printing.machine import Machine
from station.printing.ready import ask, check_printer, machine_of
from station.services.desk import Desk, Done, Topic
from station.services.printing import journal_of
from station.settings import Settings, put_device

PRINTERS = ("printer", "second_printer")
SLOTS = ("printer", "camera", "second_printer", "second_camera", "portrait", "scanner", "idcard", "slip", "label")
"""Where a device may stand: the settings under [devices] by their names."""

FITS: dict[str, tuple[str, ...]] = {
    "printer": ("printer", "queue"),
    "second_printer": ("printer", "queue"),
    "camera": ("camera",),
    "second_camera": ("camera",),
    "portrait": ("camera",),
    "scanner": ("scanner", "port"),
    "idcard": ("idcard", "port"),
    "slip": ("slip", "port"),
    "label": ("slip", "port"),
}
"""Which kinds of found devices may stand there; what is behind a bare serial port, only a person knows."""

CHANGED = "DEVICE_CHANGED"
TEST_JOB = "test-card"
Check = Callable[[str, str], None]
"""(slot, address): raises Refused for an address that opens nothing there."""


@dataclass(frozen=True, slots=True)
class TestCard:
    """What a test card did: the report, how many blanks were booked, and of which pack."""

    __test__ = False  # a name like this is no test

    report: PrintReport
    booked: int
    pack: str
    remaining: int  # blanks of that pack on paper afterwards

    @property
    def good(self) -> bool:
        """The printer took it and had no complaint."""
        return self.report.outcome in (Outcome.CONFIRMED, Outcome.ACCEPTED)


def print_test_card(desk: Desk, printer: CardPrinter, faces: CardFaces, *, actor: Actor) -> Done[TestCard]:
    """Print one test card (devices.bench draws it) and book the blank and the ribbon it took as TESTED.

    Refused like any other card while a card of this printer is not settled, or nothing was loaded into it. A doubt
    costs what the printer's counter says; where it has none, one blank.
    """
    permit_act("stock.LOAD", actor)
    journal = journal_of(desk, actor)
    state = ask(printer)
    machine = machine_of(printer, state)
    check_printer(journal, printer, state)
    pack = supplies.pack_at(journal, machine).pack
    report = printer.print_card(printer.encode(faces, TEST_JOB), TEST_JOB)
    used = blanks_used(report)
    if used:
        supplies.test_cards_at(journal, machine, used)
    left = supplies.balance_of(journal, pack).remaining
    return Done(TestCard(report, used, pack.name, left), frozenset({Topic.STOCK}))


def blanks_used(report: PrintReport) -> int:
    """How many blanks left the feeder for this job, by the printer's own counter where it has one."""
    before, after = report.before, report.after
    if report.outcome is Outcome.REJECTED:
        return 0
    if before is None or after is None or before.cards is None or after.cards is None or before.serial != after.serial:
        return 1
    return max(0, after.cards - before.cards)


def rule_of(slot: str) -> str:
    """The act that changing that device is: another printer needs two people (trust.md §8.2)."""
    return "device.CHOOSE_PRINTER" if slot in PRINTERS else "device.CHOOSE"


def choose(
    desk: Desk, slot: str, url: str, *, check: Check, actor: Actor, second: Actor | None = None
) -> Done[Settings]:
    """Write this device into the settings of the station; "" takes it away. In force at once, and on the record.

    `check` raises Refused for an address that names nothing; it is Refused too while a card of the printer to be
    replaced is not settled.
    """
    rule = rule_of(slot)
    permit_act(rule, actor, second if ACTS[rule].second else None)
    if url:
        check(slot, url)
    before = desk.settings.devices
    if slot in PRINTERS:
        _check_settled(desk, getattr(before, slot), actor)
    desk.settings = put_device(desk.settings.home, slot, url)
    by = f" {second.person}" if second is not None and ACTS[rule].second else ""
    note = f"{slot} {Machine.at(url, '').port if url else '-'}{by}"  # no path of this computer travels
    told = facts.StationActed(CHANGED, desk.today(), note)
    desk.ledger.append([(f"station:{desk.settings.station}", told)], actor=actor.person)
    return Done(desk.settings, frozenset({Topic.STOCK}))


def _check_settled(desk: Desk, url: str, actor: Actor) -> None:
    if not url:
        return
    left = journal_of(desk, actor).unsettled(Machine.at(url, ""))
    if left:
        words = f"这台打印机上还有一张卡（{left[0].order.name}）没有核实，请先核实再换打印机。"
        raise Refused(words, "card_unsettled")
