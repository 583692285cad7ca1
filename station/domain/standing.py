"""What a permit is worth on a day: green, yellow or red, why, and what comes next (domain.md §13).

Colour is never stored and nobody can set it: it is this function of dated facts. Clauses: 绿色 …已发状态,体检、保险
当天都在有效期内; 黄色 …其中一项已到期; 红色 …失效状态或体检、保险均已到期或治安核查未通过 (R12-R14).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum

from station.domain import card, permit
from station.domain.deadlines import add_months
from station.domain.evidence import Background, Worth, background_on, boundaries, insurance_on, medical_on
from station.domain.worker import WorkerRecord

REFRESH_MONTHS = 6  # R37


class Colour(Enum):
    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"
    UNKNOWN = "unknown"


class Seen(Enum):
    """The state seen through the scanned code (first column of the truth table)."""

    NONE = "NONE"
    GENERATED = "GENERATED"
    ISSUED = "ISSUED"
    SUSPENDED = "SUSPENDED"
    REVOKED = "REVOKED"
    CANCELLED = "CANCELLED"
    SUPERSEDED = "SUPERSEDED"
    NOT_ACTIVE = "NOT_ACTIVE"  # a card that was printed but never read back


@dataclass(frozen=True, slots=True)
class Change:
    """The next day on which the colour will differ if nobody does anything."""

    on: date
    colour: Colour
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """Colour with reason codes (state, background, medical, insurance, in that order) and the look-ahead.

    `stale` is the badge 信息待更新: the half-yearly refresh is overdue; it is not a colour (D-12).
    """

    colour: Colour
    reasons: tuple[str, ...]
    on: date
    seen: Seen
    background: Background
    medical: Worth
    insurance: Worth
    next_change: Change | None = None
    stale: bool = False


def colour_of(seen: Seen, background: Background, medical: Worth, insurance: Worth) -> tuple[Colour, tuple[str, ...]]:
    """The colour rule, all 700 rows of it: colour and reason codes."""
    if seen is Seen.NONE:
        return Colour.UNKNOWN, ("NO_CREDENTIAL",)
    reasons = []
    if seen is not Seen.ISSUED:
        reasons.append(f"STATE_{seen.value}")
    if background is not Background.PASSED:
        reasons.append(f"BACKGROUND_{background.value}")
    if medical is not Worth.VALID:
        reasons.append(f"MEDICAL_{medical.value}")
    if insurance is not Worth.VALID:
        reasons.append(f"INSURANCE_{insurance.value}")
    lapsed = (medical is not Worth.VALID) + (insurance is not Worth.VALID)
    barred = seen is not Seen.ISSUED or background is not Background.PASSED or medical is Worth.UNFIT
    if barred or lapsed == 2:
        return Colour.RED, tuple(reasons)
    return (Colour.YELLOW if lapsed else Colour.GREEN), tuple(reasons)


def standing(record: WorkerRecord, number: str, on: date, issue_number: int | None = None) -> Standing:
    """What a household sees that scans this permit on that day, by phone code or by card `issue_number`."""
    now = _on(record, number, on, issue_number)
    return Standing(
        now.colour, now.reasons, on, now.seen, now.background, now.medical, now.insurance,
        _next_change(record, number, now, issue_number), _stale(record, number, on),
    )  # fmt: skip


def seen_through(record: WorkerRecord, number: str, issue_number: int | None = None) -> Seen:
    """The state as seen through this code: a replaced, lost or void card is SUPERSEDED, an unread one NOT_ACTIVE."""
    right = record.permits.get(number)
    if right is None:
        return Seen.NONE
    if right.state in permit.FINAL or issue_number is None:
        return Seen[right.state.name]
    piece = record.cards.get((number, issue_number))
    if piece is None or piece.state in card.UNBORN:
        return Seen.NOT_ACTIVE
    if piece.state not in card.LIVE:
        return Seen.SUPERSEDED
    return Seen[right.state.name]


def _on(record: WorkerRecord, number: str, day: date, issue_number: int | None) -> Standing:
    seen = seen_through(record, number, issue_number)
    background = background_on(record.backgrounds, day)
    medical = medical_on(record.medicals, day)
    insurance = insurance_on(record.insurances, day)
    colour, reasons = colour_of(seen, background, medical, insurance)
    return Standing(colour, reasons, day, seen, background, medical, insurance)


def _next_change(record: WorkerRecord, number: str, now: Standing, issue_number: int | None) -> Change | None:
    days = boundaries(record.medicals, record.insurances, record.backgrounds)
    for day in sorted(d for d in days if d > now.on):
        then = _on(record, number, day, issue_number)
        if then.colour is not now.colour:
            return Change(day, then.colour, then.reasons)
    return None


Timetable = tuple[tuple[date, Colour], ...]
"""From which day on which colour, the first line from the beginning of time; no two neighbours are the same."""


def timetable(record: WorkerRecord, number: str) -> Timetable:
    """Every change of colour the facts of now foresee, so that a list can show today's without folding anybody."""
    found: list[tuple[date, Colour]] = []
    for day in sorted({date.min, *boundaries(record.medicals, record.insurances, record.backgrounds)}):
        colour = _on(record, number, day, None).colour
        if not found or found[-1][1] is not colour:
            found.append((day, colour))
    return tuple(found)


def colour_in(table: Timetable, day: date) -> Colour:
    """What `standing` answers on that day; UNKNOWN where there is no permit."""
    return next((colour for first, colour in reversed(table) if first <= day), Colour.UNKNOWN)


def last_refresh(record: WorkerRecord, number: str) -> date | None:
    """The day the half-yearly clock runs from: the last full refresh, else the release."""
    right = record.permits.get(number)
    if right is None or right.released_on is None:
        return None
    return right.released_on if record.refreshed_on is None else max(record.refreshed_on, right.released_on)


def _stale(record: WorkerRecord, number: str, on: date) -> bool:
    since = last_refresh(record, number)
    return since is not None and on > add_months(since, REFRESH_MONTHS)
