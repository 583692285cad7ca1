"""One card: written down, then done; sent once, read back, and only then active. Never repeats, never guesses.

Printing never activates. What the printer says decides at most that nothing came out; everything else is decided by
the camera, or waits as a doubt for the person at the printer (`settle`). A doubt is never sent again: the next attempt
has the next issue number.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum

from devices.contracts import Camera, CardFaces, CardPrinter, CodeReader, Outcome, PrintReport
from devices.errors import DeviceError
from station.domain import parts
from station.domain.card import Act, State
from station.domain.errors import Fault, Refused
from station.printing import endings, ready, supplies
from station.printing.endings import Marks
from station.printing.evidence import Before, Evidence, Ruling, conclude, of_printer
from station.printing.journal import Journal, Order
from station.printing.machine import Machine
from station.printing.readback import SECONDS, IsCode, ReadBack, SameToken, read_back

POINTS = endings.POINTS


class Stage(Enum):
    """What the person at the counter is told while a card is made."""

    CHECKING = "checking"
    COMPOSING = "composing"
    PROVING = "proving"
    SENDING = "sending"
    LOOKING = "looking"
    VERIFIED = "verified"
    ACTIVE = "active"
    DOUBTFUL = "doubtful"
    ENDED = "ended"


def nobody_listens(order: Order, stage: Stage) -> None:
    """The default listener."""


def nothing_happens(point: str) -> None:
    """The default at every point: the power stays on."""


@dataclass(frozen=True, slots=True)
class Press:
    """A printer, a camera and what makes a card out of an order. One press per printer; one thread per press."""

    journal: Journal
    printer: CardPrinter
    reader: CodeReader
    camera: Camera | None  # None: nobody but two people can read here
    compose: Callable[[Order, str], CardFaces]
    """The faces for an order and its token. Raises Refused for a card that must not be printed."""
    prove: Callable[[CardFaces, str], None]
    """Raises Refused unless the rendered faces read as exactly that token."""
    same_token: SameToken
    is_code: IsCode
    seconds: float = SECONDS
    tell: Callable[[Order, Stage], None] = nobody_listens
    reached: endings.Reached = nothing_happens
    timer: Callable[[], float] = time.monotonic


@dataclass(frozen=True, slots=True)
class Printed:
    """What became of one attempt. `ruling.sentence` is the task for the operator when the card is not active."""

    order: Order
    card: parts.Card
    ruling: Ruling
    report: PrintReport | None = None
    look: ReadBack | None = None

    @property
    def active(self) -> bool:
        return self.card.state is State.ACTIVE


def print_one(press: Press, order: Order) -> Printed:
    """Make one card. Raises Refused, NotReady or Fault only as long as nothing was sent; the blank is then back.

    Afterwards it answers what is known: ACTIVE, ended with a reason, or DOUBTFUL with a task.
    """
    journal = press.journal
    press.tell(order, Stage.CHECKING)
    journal.may_print(order)
    token = journal.token(order)
    press.tell(order, Stage.COMPOSING)
    faces = press.compose(order, token)
    press.tell(order, Stage.PROVING)
    press.prove(faces, token)
    job = _encode(press, faces, order)
    press.reached("composed")
    if press.camera is not None:
        ready.check_camera(press.reader, press.camera, token, press.same_token, press.is_code)
    ready.withdraw(press.printer)
    state = ready.ask(press.printer)
    ready.check_printer(journal, press.printer, state)
    before = Before(state.cards, state.panels, state.serial, press.printer.panels(job))
    _set_aside(press, order, ready.machine_of(press.printer, state), job, before)
    press.tell(order, Stage.SENDING)
    try:
        report = press.printer.print_card(job, order.name)
    except DeviceError as why:
        return _in_doubt(press, order, Ruling.LOOK, Evidence(), Marks(said=why.code), None)
    press.reached("printed")
    return _after_print(press, order, token, before, report)


def _encode(press: Press, faces: CardFaces, order: Order) -> bytes:
    try:
        return press.printer.encode(faces, order.name)
    except DeviceError as why:
        raise Fault(why.sentence, "请检查打印机设置。", why.code) from why


def _set_aside(press: Press, order: Order, machine: Machine, job: bytes, before: Before) -> None:
    """RESERVE and SEND, both durable. When the second is refused the blank goes back."""
    journal = press.journal
    drawn = supplies.draw(journal, machine, order)
    journal.reserve(order, machine, drawn.blank, drawn.told)
    press.reached("reserved")
    try:
        journal.send(order, machine, hashlib.sha256(job).hexdigest(), before)
    except Refused:
        endings.drop(journal, order, "send_refused", press.reached)
        raise
    press.reached("send_written")


def _after_print(press: Press, order: Order, token: str, before: Before, report: PrintReport) -> Printed:
    e = of_printer(before, report.after, report.outcome, report.fault)
    ruling, marks = conclude(e), Marks(report.after, report.fault, report.said)
    if report.outcome is Outcome.REJECTED and ruling is Ruling.NOTHING_CAME_OUT:
        return _ended(press, order, ruling, e, marks, report)
    if report.outcome in (Outcome.REJECTED, Outcome.UNKNOWN):
        return _in_doubt(press, order, ruling, e, marks, report)
    press.journal.note(order, Act.SENT, note=report.said, **endings.fields(e, marks))
    press.reached("sent_written")
    if ruling.settles or press.camera is None:
        return _in_doubt(press, order, ruling, e, marks, report)
    e, marks = look(press, order, token, e, marks)
    ruling = conclude(e)
    if ruling is not Ruling.VERIFY:
        return _in_doubt(press, order, ruling, e, marks, report)
    return _ended(press, order, ruling, e, marks, report)


def look(press: Press, order: Order, token: str, e: Evidence, marks: Marks) -> tuple[Evidence, Marks]:
    """Add what the camera sees to the evidence; without a camera nothing is added."""
    if press.camera is None:
        return e, marks
    press.tell(order, Stage.LOOKING)
    found = read_back(
        press.reader,
        press.camera,
        token,
        press.same_token,
        is_code=press.is_code,
        seconds=press.seconds,
        timer=press.timer,
    )
    press.reached("looked")
    return replace(e, seen=found.seen, cards_seen=found.cards_seen, flaw=found.flaw), replace(marks, look=found)


def _in_doubt(
    press: Press, order: Order, ruling: Ruling, e: Evidence, marks: Marks, report: PrintReport | None
) -> Printed:
    piece = endings.doubt(press.journal, order, ruling, e, marks, press.reached)
    press.tell(order, Stage.DOUBTFUL)
    return Printed(order, piece, ruling, report, marks.look)


def _ended(press: Press, order: Order, ruling: Ruling, e: Evidence, marks: Marks, report: PrintReport) -> Printed:
    piece = endings.end(press.journal, order, ruling, e, marks, press.reached)
    told = (Stage.VERIFIED, Stage.ACTIVE) if piece.state is State.ACTIVE else (Stage.ENDED,)
    for stage in told:  # nobody hears of it before it is written
        press.tell(order, stage)
    return Printed(order, piece, ruling, report, marks.look)
