"""How a conclusion is written down: the steps of the card and the bookings of its blank, together. Decides nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from devices.contracts import PrinterFault, PrinterState
from station.domain import parts
from station.domain.card import Act, State
from station.domain.errors import Bug
from station.printing.evidence import Blanks, Evidence, Ruling, blanks
from station.printing.journal import Journal, Order
from station.printing.readback import ReadBack
from station.printing.supplies import settled

Reached = Callable[[str], None]
"""Called at each point of POINTS with its name; a test ends the process there."""

POINTS = (
    "composed", "reserved", "dropped", "send_written", "printed", "sent_written", "looked", "doubt_written",
    "ended", "verify_written", "active_written",
)  # fmt: skip
"""Between any two of these the power may go: each is a moment just after something became durable or happened."""


@dataclass(frozen=True, slots=True)
class Marks:
    """What goes into the fact beside the conclusion: the printer's answer, the look, who says so."""

    after: PrinterState | None = None
    fault: PrinterFault | None = None
    said: str = ""
    look: ReadBack | None = None
    second_person: str = ""


def fields(e: Evidence, marks: Marks) -> dict[str, Any]:
    """The evidence by the names of CardActed's fields."""
    look = marks.look
    return {
        "outcome": e.outcome.value if e.outcome else "",
        "fault": marks.fault.code.value if marks.fault else "",
        "cards_after": marks.after.cards if marks.after else None,
        "panels_after": marks.after.panels if marks.after else None,
        "frame_sha256": look.frame_sha256 if look else "",
        "cards_seen": e.cards_seen if look or marks.second_person else None,
        "person": marks.second_person,
    }


def doubt(journal: Journal, order: Order, ruling: Ruling, e: Evidence, marks: Marks, reached: Reached) -> parts.Card:
    """Nobody may say yet what became of it; `ruling` is the task for the person at the printer."""
    piece = journal.note(order, Act.DOUBT, reason=ruling.word, note=marks.said, **fields(e, marks))
    reached("doubt_written")
    return piece


def end(journal: Journal, order: Order, ruling: Ruling, e: Evidence, marks: Marks, reached: Reached) -> parts.Card:
    """Write a conclusion that settles: VERIFY and then ACTIVATE, or VOID or SPOIL with where its blank went."""
    if ruling.act is None:
        raise Bug(f"{ruling.word} settles nothing")
    piece = journal.card(order)
    booked = settled(journal, order, piece.blank, blanks(ruling, e))
    if ruling is not Ruling.VERIFY:
        piece = journal.note(order, ruling.act, also=booked, reason=ruling.word, **fields(e, marks))
        reached("ended")
        return piece
    if piece.state is not State.VERIFIED:
        journal.note(order, Act.VERIFY, **fields(e, marks))
        reached("verify_written")
    piece = journal.activate(order, booked)
    reached("active_written")
    return piece


def drop(journal: Journal, order: Order, reason: str, reached: Reached) -> parts.Card:
    """Nothing was sent: the blank goes back and the card waits again."""
    back = settled(journal, order, journal.card(order).blank, Blanks(back=1))
    piece = journal.drop(order, reason, back)
    reached("dropped")
    return piece
