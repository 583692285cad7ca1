"""A permit of another city, asked of the province now: its colour without its person (architecture.md §6).

The signed list of that city works without a network and only ever says what is over; the province says the rest, as of
this moment. Asking goes over the network: never on the lane of the ledger.
"""

from __future__ import annotations

from dataclasses import replace

from station.domain.standing import Colour, Seen
from station.services.desk import Desk
from station.services.inspecting import WITHDRAWN_THERE, Inspection
from station.trust.verdict import Reason

BY_PROVINCE = "BY_PROVINCE"
"""The colour is the province's answer."""


def worth_asking(desk: Desk, found: Inspection, number: str, *, typed: bool = False) -> bool:
    """Whether the province can say more: of a genuine code or a whole typed number of another city that is not said to
    be over, at a station that has a province to ask."""
    other = bool(desk.settings.central) and number[:4] != desk.settings.city.code[:4]
    return other and found.record is None and (typed or found.verdict.genuine) and WITHDRAWN_THERE not in found.reasons


def ask(desk: Desk, found: Inspection, number: str) -> Inspection | None:
    """The same inspection with the province's colour; None where the province knows no such permit.

    Raises Fault where it cannot be reached; what was found without it still holds.
    """
    line = desk.ask_elsewhere(number)
    if line is None:
        return None
    issue = None if found.verdict.phone_code else found.issue_number
    seen = Seen.NONE
    colour = line.colour_on(found.on)
    if issue is not None and issue != line.issue:
        seen = Seen.SUPERSEDED if issue < line.issue else Seen.NOT_ACTIVE
        colour = Colour.RED
    if Reason.PAST_LAST_DAY in found.verdict.reasons:
        colour = Colour.RED
    reasons = (BY_PROVINCE, *(code for code in found.reasons if code in found.verdict.reasons))
    return replace(found, colour=colour, reasons=reasons, seen=seen, as_of_ms=line.as_of_ms, data_hours=0.0)
