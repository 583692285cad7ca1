"""A real job cut at every byte: what may be concluded is true, and leads to a legal state of the journal.

Each byte of a job goes to the emulated printer by itself; after each one the link is thought to die. What the printer
would then tell is asked of it by the driver itself whenever anything in it has changed, and judged for every byte by
the two tables that judge real cards. Real cuts through driver, press and ledger stand beside it and must agree.
"""

from __future__ import annotations

import copy
import random
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pytest

from devices.catalogue import open_slip_printer
from devices.contracts import CardPosition, FaultCode, Outcome, Picture, PrinterState, Severity
from devices.errors import Broken
from devices.languages.faults import fault
from devices.languages.slip import SlipLanguage
from devices.printers import evidence as told
from devices.printers.emulator import wire
from devices.printers.emulator.far_end import FarEnd
from devices.printers.emulator.slips import SlipMachine
from devices.printers.printer import Printer
from devices.printers.profile import Profile, load
from devices.printers.slips import SlipPrinter
from station.cards import slips
from station.cards.qr import Symbol
from station.domain.card import STEPS, Act, State
from station.printing import batch
from station.printing.evidence import Before, Ruling, conclude, of_printer
from station.printing.settle import restart, take_out
from tests.devices.pictures import FACES
from tests.printing.real import RealDesk

WAITS = (Ruling.LOOK, Ruling.LOOK_PRINTER_CHANGED, Ruling.TAKE_CARD_OUT)
JOBS = {
    "evolis_colour_duplex": "evolis-primacy",
    "evolis_mono": "evolis-zenius-kb",
    "magicard_colour_duplex": "magicard-rio-ymckok",
    "magicard_mono": "magicard-enduro-k",
    "epcl_colour": "zebra-epcl",
}
SOAK_REAL, QUICK_REAL = 400, 12


@dataclass(frozen=True)
class Case:
    """What a cut behind some byte amounts to."""

    outcome: Outcome
    ruling: Ruling
    fed: int


def machine_of(profile: Profile) -> FarEnd:
    made = wire.build(profile)
    assert isinstance(made, FarEnd)
    return made


def signature(machine: FarEnd) -> tuple[object, ...]:
    """Everything in a printer that its answers can depend on."""
    memory = machine.memory
    return (*(getattr(memory, name) for name in ("cards", "panels", "inside", "fed", "landed", "pem")), machine.linked)


def looked(machine: FarEnd, profile: Profile, before: PrinterState) -> PrinterState:
    """What the driver learns from a copy of this printer after the link died and came back."""
    other = copy.deepcopy(machine)
    other.unplug()
    printer = Printer("copy", profile, wire.EmulatorTransport(other))
    printer._open()
    printer._talk(profile.language.finish(before))  # as the driver waits for a card that may be on its way
    return printer.state()


Verdict = tuple[Outcome, Ruling]


def judged(before: PrinterState, after: PrinterState, left: bool, panels: int, may_finish: bool) -> Verdict:
    """Both tables of the product, as the driver and the press use them."""
    lost = fault(FaultCode.OFFLINE, severity=Severity.MID)
    outcome = told.conclude(told.Evidence(before, after, left, panels, False, may_finish, safe=True))
    counted = Before(before.cards, before.panels, before.serial, panels)
    return outcome, conclude(of_printer(counted, after, outcome, lost))


def cases(profile: Profile, sizes: Iterator[int] | None = None) -> Iterator[tuple[int, Case]]:
    """Every cut of the job (or one every `sizes` bytes) with what it amounts to."""
    job = profile.language.encode(FACES)
    plan = profile.language.plan(job)
    before = Printer("look", profile, wire.EmulatorTransport(machine_of(profile))).state()
    machine = machine_of(profile)
    machine.plug()
    machine.memory.pem = 2
    seen: dict[tuple[object, ...], PrinterState] = {}
    judgements: dict[tuple[object, ...], Verdict] = {}
    place, may_finish = 0, False
    for step in plan.steps:
        data, at = step.question.data, 0
        while at < len(data):
            key = signature(machine)
            if key not in seen:
                seen[key] = looked(machine, profile, before)
            full = (key, place > 0, may_finish or step.ends)
            if full not in judgements:
                judgements[full] = judged(before, seen[key], place > 0, plan.panels, full[2])
            yield place, Case(*judgements[full], machine.memory.fed)
            size = 1 if sizes is None or at < 48 or len(data) - at <= 48 else min(next(sizes), len(data) - at - 48)
            machine.feed(data[at : at + size])
            at, place = at + size, place + size
        may_finish = may_finish or (step.ends and not step.question.answered)
    assert place == len(job)
    after = looked(machine, profile, before)
    yield place, Case(*judged(before, after, True, plan.panels, True), machine.memory.fed)


def check(found: Iterable[tuple[int, Case]]) -> Counter[tuple[str, str]]:
    """Every case is true and legal. Returns how many there were of each kind."""
    kinds: Counter[tuple[str, str]] = Counter()
    for place, case in found:
        assert case.outcome in (Outcome.REJECTED, Outcome.UNKNOWN), place
        if case.outcome is Outcome.REJECTED:
            assert case.fed == 0, f"byte {place}: called unprinted, but a card was fed"
            assert case.ruling is Ruling.NOTHING_CAME_OUT
        act = case.ruling.act
        assert act in (Act.VOID, Act.SPOIL, None), place
        assert act is None or act in STEPS[State.SENT], place
        assert case.ruling.settles or case.ruling in WAITS, place
        kinds[case.outcome.value, case.ruling.word] += 1
    return kinds


def strides(seed: int) -> Iterator[int]:
    dice = random.Random(seed)
    while True:
        yield dice.randint(1, 9000)


@pytest.mark.parametrize("name", JOBS)
def test_a_job_cut_here_and_there(name: str) -> None:
    kinds = check(cases(load(JOBS[name]), strides(7)))
    few = 1 if name.startswith("epcl") else 10  # without counters every byte that left is a doubt
    assert kinds["rejected", "nothing_came_out"] >= few
    assert sum(kinds.values()) > 150


@pytest.mark.soak
@pytest.mark.parametrize("name", JOBS)
def test_a_job_cut_at_every_byte(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    profile = load(JOBS[name])
    kinds = check(cases(profile))
    assert sum(kinds.values()) == len(profile.language.encode(FACES)) + 1  # and the link dies behind the last byte
    assert kinds["unknown", "look"] == (sum(kinds.values()) - 1 if name.startswith("epcl") else 1)
    with capsys.disabled():
        print(f"\n{name}: {sum(kinds.values())} cuts {dict(kinds)}")


def agrees(profile: Profile, count: int) -> None:
    """Real cuts: an unplugged printer under the real driver says what was concluded for that byte."""
    job = profile.language.encode(FACES)
    expected = {place: case for place, case in cases(profile, strides(11)) if place < len(job)}
    places = sorted(random.Random(3).sample(sorted(expected), min(count, len(expected))))
    borders = [here for here, there in zip(sorted(expected), sorted(expected)[1:], strict=False)
               if expected[here] != expected[there]]  # fmt: skip
    handshake = 12  # the session begins with the very command that a job begins with: a cut there is no cut of the job
    wanted = {*places, *borders, *(border + 1 for border in borders if border + 1 in expected)}
    for place in sorted(one for one in wanted if one >= handshake):
        printer = Printer("cut", profile, wire.EmulatorTransport(wire.build(profile, fault=f"unplug:{place}@1")))
        report = printer.print_card(job, "x")
        assert report.outcome is expected[place].outcome, place
        assert report.bytes_sent == place
        assert report.after is not None
        inside = report.after.card_position is CardPosition.INSIDE
        assert inside == (expected[place].ruling is Ruling.TAKE_CARD_OUT), place


@pytest.mark.parametrize("name", JOBS)
def test_real_cuts_agree(name: str) -> None:
    agrees(load(JOBS[name]), QUICK_REAL)


@pytest.mark.soak
@pytest.mark.parametrize("name", JOBS)
def test_many_real_cuts_agree(name: str) -> None:
    agrees(load(JOBS[name]), SOAK_REAL)


@pytest.mark.parametrize(
    ("profile", "place", "state"),
    [
        ("evolis-primacy", 300_000, State.VOIDED),
        ("evolis-primacy", 1_500_000, State.SPOILED),
        ("magicard-rio-ymckok", 900_000, State.VOIDED),
        ("magicard-rio-ymckok", 1_650_000, State.SPOILED),
    ],
)
def test_the_journal_after_a_cut_is_legal(
    tmp_path: Path, profile: str, place: int, state: State
) -> None:
    speaks = load(profile).speaks
    url = f"emulator://{speaks}?profile={profile}&tray={(tmp_path / 'tray').as_posix()}&fault=unplug:{place}@1"
    desk = RealDesk(tmp_path, printer=url)
    desk.found(1)
    list(batch.run(desk.press(seconds=0.2), "B1"))
    restart(desk.press(seconds=0.2))
    if state is State.SPOILED:
        (answer,) = take_out(desk.press(seconds=0.2))
        assert answer.ruling is Ruling.TAKEN_OUT
    number = desk.orders[0][1]
    states = {piece.state for record in desk.records() for piece in record.cards.values()}
    assert states == {state}
    assert max(desk.sent().values()) == 1
    assert desk.live() == {number: []}
    assert desk.ledger.verify().ok
    desk.close()


# --- slips


class _CutWire:
    """A printer whose cable is pulled behind so many bytes of the slip."""

    answers = True

    def __init__(self, end: SlipMachine, place: int) -> None:
        self.end, self.place = end, place

    def open(self) -> None:
        self.end.open()

    def write(self, data: bytes, timeout: float) -> int:
        if len(data) <= 3:
            return self.end.write(data, timeout)
        for part in (data[: self.place],) if self.place else ():
            self.end.write(part, timeout)
        raise Broken("断了。", self.place)

    def read(self, size: int, timeout: float) -> bytes:
        return self.end.read(size, timeout)

    def close(self) -> None:
        self.end.close()


DAY, URL = date(2026, 11, 23), "https://a.cn/" + "1" * 191
SLIPS = {
    "escpos": ("escpos-80", slips.receipt("SJ-1", DAY, "张三", ["身份证", "健康证明"], "发证站", "0571")),
    "zpl": ("zpl-203", slips.sticker("张三", "3301022026000001", DAY, URL, Symbol(8, "Q", 5), "发证站")),
}


class _Encoded:
    """A language whose job is ready: drawing it anew for each cut would measure only that."""

    def __init__(self, language: SlipLanguage, job: bytes) -> None:
        self.language, self.job = language, job

    def encode(self, picture: Picture) -> bytes:
        return self.job

    def __getattr__(self, name: str) -> object:
        return getattr(self.language, name)


def slip_cuts(speaks: str, step: int) -> int:
    """How many cuts were tried. A slip that was cut is never called printed, and half a slip never is whole."""
    profile, slip = SLIPS[speaks]
    printer = open_slip_printer(f"emulator://{speaks}?profile={profile}")
    picture = slips.draw(slip, printer.width, printer.profile.dpi)
    job = printer.profile.language.encode(picture)
    ready = replace(printer.profile, language=_Encoded(printer.profile.language, job))
    count = 0
    for place in {*range(0, len(job), step), len(job) - 1}:
        end = SlipMachine(printer.profile.language, speaks)
        cut = SlipPrinter("cut", ready, _CutWire(end, place))
        report = cut.print_slip(picture)
        assert (report.outcome, report.bytes_sent) == (Outcome.UNKNOWN, place)
        assert all((one == picture).all() for one in end.slips)
        assert len(end.slips) == (speaks == "zpl" and place == len(job) - 1), place  # only its line feed was missing
        count += 1
    return count


@pytest.mark.parametrize("speaks", SLIPS)
def test_a_slip_cut_here_and_there(speaks: str) -> None:
    assert slip_cuts(speaks, 997) > 20


@pytest.mark.soak
@pytest.mark.parametrize("speaks", SLIPS)
def test_a_slip_cut_at_every_byte(speaks: str, capsys: pytest.CaptureFixture[str]) -> None:
    count = slip_cuts(speaks, 1)
    with capsys.disabled():
        print(f"\n{speaks}: {count} cuts")


def test_the_judges_know_a_false_case() -> None:
    """A case that lies is found: the check itself is not blind."""
    lies = [Case(Outcome.REJECTED, Ruling.NOTHING_CAME_OUT, 1), Case(Outcome.CONFIRMED, Ruling.VERIFY, 1)]
    for lie in lies:
        with pytest.raises(AssertionError):
            check([(5, lie)])
