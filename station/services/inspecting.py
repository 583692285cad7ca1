"""What a scanned code is worth: signature × standing on the day × this card × how fresh our data are.

The same answer for read-back, check desk, CLI and household page (architecture.md §6). Stale data never yields green.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from station.domain import permit
from station.domain.errors import Refused
from station.domain.identity import PermitNumber
from station.domain.names import check_name
from station.domain.standing import Change, Colour, Seen, standing
from station.domain.worker import WorkerRecord
from station.services.desk import Desk
from station.trust.keyring import Freshness
from station.trust.status_bitmap import Listed
from station.trust.token import Token, parse
from station.trust.verdict import Reason, Verdict, VerdictKind, judge

HOUR_MS = 3_600_000
WITHDRAWN_THERE = "WITHDRAWN_THERE"
NOT_WITHDRAWN_THERE = "NOT_WITHDRAWN_THERE"
"""What the list of another city says of its permit."""


@dataclass(frozen=True, slots=True)
class Inspection:
    """Everything a face may show about one code. `record` is None where the code names nobody we know."""

    verdict: Verdict
    on: date
    colour: Colour = Colour.UNKNOWN
    reasons: tuple[str, ...] = ()
    state: str = ""
    seen: Seen = Seen.NONE
    next_change: Change | None = None
    stale_refresh: bool = False
    as_of_ms: int = 0
    data_hours: float = 0.0
    unsure: bool = False
    subject: str = ""
    record: WorkerRecord | None = None
    current_issue: int | None = None

    @property
    def permit_number(self) -> str | None:
        return self.verdict.permit_number

    @property
    def issue_number(self) -> int | None:
        return self.verdict.issue_number


def inspect_code(desk: Desk, text: str, on: date | None = None) -> Inspection:
    """Judge the text of a code as of `on` (default today: then freshness counts too)."""
    today = desk.clock.today()
    day = on or today
    prefixes = (desk.settings.city.url_prefix,)
    verdict = judge(text, desk.keyring, day, prefixes, now_ms=desk.clock.now_ms())
    if not verdict.genuine or verdict.permit_number is None:
        return Inspection(verdict, day, reasons=verdict.reasons)
    issue = None if verdict.phone_code else verdict.issue_number
    found = inspect_number(desk, verdict.permit_number, issue, on)
    if issue is not None and found.record is not None:
        signed = found.record.tokens.get((verdict.permit_number, issue))
        if signed is None or verdict.token is None or not same_body(signed.token, verdict.token):
            # A valid signature over a body the ledger never issued: only a leaked key can make one (trust.md T1).
            found = replace(found, colour=Colour.UNKNOWN, reasons=("NOT_ISSUED",), seen=Seen.NONE)
    reasons = tuple(dict.fromkeys((*found.reasons, *verdict.reasons)))
    if Reason.PAST_LAST_DAY in verdict.reasons and found.colour in (Colour.GREEN, Colour.YELLOW):
        found = replace(found, colour=Colour.RED)
    return replace(found, verdict=verdict, reasons=reasons)


def inspect_number(desk: Desk, number: str, issue_number: int | None = None, on: date | None = None) -> Inspection:
    """Standing of a permit by its number, without a code: for typed look-ups and lists."""
    day = on or desk.clock.today()
    nobody = Inspection(Verdict(VerdictKind.NOT_A_CODE), day, reasons=("NO_CREDENTIAL",))
    subject = desk.ledger.subject_of_permit(number)
    if subject is None:
        return _by_list(desk, number, nobody)
    record = desk.worker(subject)
    now = standing(record, number, day, issue_number)
    right = record.permits.get(number)
    current = record.current_card(number)
    as_of = desk.as_of_ms()
    hours = max(0.0, (desk.clock.now_ms() - as_of) / HOUR_MS)
    found = Inspection(
        Verdict(VerdictKind.NOT_A_CODE),
        day,
        now.colour,
        now.reasons,
        _state(right.state if right else None),
        now.seen,
        now.next_change,
        now.stale,
        as_of,
        hours,
        subject=subject,
        record=record,
        current_issue=current.issue_number if current else None,
    )
    return found if on is not None else _honest(desk, found)


def inspect_named(desk: Desk, number: str, name: str) -> tuple[str, Inspection] | None:
    """A typed look-up by a stranger: number and name must both fit (domain.md §3.3), else None, whatever is wrong."""
    try:
        parsed, wanted = str(PermitNumber.parse(number)), check_name(name)
    except Refused:
        return None
    found = inspect_number(desk, parsed)
    person = found.record.person if found.record is not None else None
    return (parsed, found) if person is not None and person.name == wanted else None


def _by_list(desk: Desk, number: str, nobody: Inspection) -> Inspection:
    """A permit that is not ours, by the signed list of its city (trust.md §4.6): what stands on it is red, whatever
    else may be so; what does not is not thereby valid."""
    if number[:4] == desk.settings.city.code[:4]:
        return nobody
    said = desk.elsewhere(number)
    if said is None or said[0] is Listed.UNKNOWN:
        return nobody
    listed, as_of = said
    hours = max(0.0, (desk.clock.now_ms() - as_of) / HOUR_MS)
    if listed is Listed.WITHDRAWN:
        return replace(nobody, colour=Colour.RED, reasons=(WITHDRAWN_THERE,), as_of_ms=as_of, data_hours=hours)
    return replace(nobody, reasons=(NOT_WITHDRAWN_THERE,), as_of_ms=as_of, data_hours=hours)


def _honest(desk: Desk, found: Inspection) -> Inspection:
    """D-22, T12: past 24 h no green, past 72 h (or with a key register of 30 days) no colour; red stays red."""
    limits = desk.settings.limits
    keys_old = desk.keyring.freshness(desk.clock.today()) is Freshness.STALE
    too_old = found.data_hours > limits.unknown_hours or keys_old or desk.clock.behind  # its hours mean nothing then
    no_green = found.data_hours > limits.stale_hours and found.colour is Colour.GREEN
    if found.colour is not Colour.RED and (too_old or no_green):
        return replace(found, colour=Colour.UNKNOWN, reasons=(*found.reasons, "DATA_STALE"), unsure=True)
    return found


def same_body(digits: str, token: Token) -> bool:
    """Whether the 191 digits carry the same 15 bytes: equality is never by the string (trust.md §4.3)."""
    known = parse(digits)
    return isinstance(known, Token) and known.body == token.body


def _state(state: permit.State | None) -> str:
    return state.value if state is not None else ""
