"""The conditions of code health that one worker's record shows on a day. Pure; what only a station knows is given."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from station.domain import card, facts, parts, permit
from station.domain.days import day_of
from station.domain.due import Refresh, refresh_of
from station.domain.eligibility import missing_to_submit
from station.domain.evidence import Background, Worth, background_on, boundaries, insurance_on, medical_on
from station.domain.health import Finding
from station.domain.holders import foreign
from station.domain.record import fold_worker, in_agreed_order
from station.domain.standing import Colour, Seen, colour_of, standing
from station.domain.worker import WorkerRecord

RED_DAYS = 90  # DEAD-5
WAITING_DAYS = 30  # DEAD-6
SCANS_LOOKED_AT = 20  # the newest; older ones were looked at by earlier sweeps
ENDED_PERSON = frozenset({"DECEASED", "DOCUMENT_VOID"})
PAPERS = frozenset(
    {"CREDIT_AUTHORISATION_MISSING", "CONSENT_MISSING", "CONSENT_WITHDRAWN", "TRAINING_MISSING", "FINGERPRINT_MISSING"}
)
NOT_THE_PERSON = "face"
DOUBTS = {"look_wrong_card": "BAD-2", "look_pale": "BAD-4"}
"""What the evidence asked for when a card became doubtful; anything else is a card that nobody could read yet."""
Card = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Known:
    """What stands outside the record: companies closed, what the tokens say, what waits, what cannot be drawn."""

    closed: frozenset[str] = frozenset()
    unsent: frozenset[str] = frozenset()  # numbers whose facts the centre has not got although they are a day old
    checks: Mapping[Card, int] = field(default_factory=dict)  # print check computed from the record now
    says: Mapping[Card, Card] = field(default_factory=dict)  # number and issue that the stored token really carries
    refused: Mapping[Card, str] = field(default_factory=dict)  # tokens that no longer verify, and why
    unprintable: str = ""  # glyph: a character cannot be drawn here; text: the words do not fit the card
    number_exists: Callable[[str], bool] = lambda number: True  # division and year of a permit number


def of_worker(record: WorkerRecord, day: date, known: Known) -> list[Finding]:
    """Every condition that this record shows on that day."""
    found = [*_person(record)]
    for right in record.permits.values():
        found += [*_right(record, right, day, known)]
    for piece in record.cards.values():
        found += [*_card(record, piece, day, known)]
    return [Finding(one.condition, one.about, record.subject, record.city, one.detail) for one in found]


def _person(record: WorkerRecord) -> Iterator[Finding]:
    yield from of_face(record)
    right, credit = record.permit, record.credit
    if right is None or not right.live:
        return
    if record.closed in ENDED_PERSON:
        yield Finding("DEAD-3", right.number, detail=record.closed)
    if credit is not None and False in (credit.name_matches, credit.number_matches, credit.company_matches):
        yield Finding("WRONG-2", right.number)
    for kind in foreign(record):
        yield Finding("WRONG-7", right.number, detail=f"holder_{kind}")
    if sum(other.live for other in record.permits.values()) > 1:
        yield Finding("WRONG-3", right.number, detail="two_permits")


def of_face(record: WorkerRecord) -> Iterator[Finding]:
    """WRONG-6, as soon as two people say that it is not the person: for the live permit, else the open application."""
    right, papers = record.permit, record.open_application
    about = right.number if right is not None and right.live else papers.id if papers is not None else ""
    if about and record.face_denied is not None:
        yield Finding("WRONG-6", about, record.subject, record.city, NOT_THE_PERSON)


def _right(record: WorkerRecord, right: parts.Permit, day: date, known: Known) -> Iterator[Finding]:
    number = right.number
    if number in known.unsent:
        yield Finding("DEAD-7", number, detail="unsent")
    if not right.live:
        return
    if not known.number_exists(number):
        yield Finding("WRONG-3", number, detail="no_such_division")
    if right.state is permit.State.GENERATED and (day - right.generated_on).days > WAITING_DAYS:
        yield Finding("DEAD-6", number, detail="not_issued")
    if right.released_on is not None and _long_red(record, right.released_on, day):
        yield Finding("DEAD-5", number)
    if right.state is not permit.State.ISSUED:
        return
    if record.affiliation is None:
        yield Finding("DEAD-1", number)
    if right.company in known.closed:
        yield Finding("DEAD-2", number)
    clock = refresh_of(record, number, day)
    if clock is not None and clock[0] in (Refresh.OVERDUE, Refresh.GRACE_OVER):
        yield Finding("DEAD-4", number, detail=clock[0].value)
    if background_on(record.backgrounds, day) is not Background.PASSED:
        yield Finding("WRONG-8", number, detail="background")
    elif record.photo is None or any(one.code in PAPERS for one in missing_to_submit(record)):
        yield Finding("WRONG-8", number, detail="papers")


def _long_red(record: WorkerRecord, released: date, day: date) -> bool:
    """Red by evidence on each of the last 91 days, whatever the state of the permit was."""
    first = day - timedelta(days=RED_DAYS)
    if released > first:
        return False
    turns = boundaries(record.medicals, record.insurances, record.backgrounds)
    return all(_evidence_red(record, at) for at in {first, day, *(turn for turn in turns if first < turn < day)})


def _evidence_red(record: WorkerRecord, day: date) -> bool:
    medical: Worth = medical_on(record.medicals, day)
    insurance: Worth = insurance_on(record.insurances, day)
    return colour_of(Seen.ISSUED, background_on(record.backgrounds, day), medical, insurance)[0] is Colour.RED


def _card(record: WorkerRecord, piece: parts.Card, day: date, known: Known) -> Iterator[Finding]:
    key = piece.number, piece.issue_number
    about = f"{piece.number}-{piece.issue_number}"
    right = record.permits.get(piece.number)
    if piece.state is card.State.DOUBTFUL:
        yield Finding(DOUBTS.get(piece.doubt, "BAD-1"), about, detail=piece.doubt or "doubtful")
    if piece.state not in (*card.LIVE, card.State.VERIFIED) or right is None or not right.live:
        return
    waits = piece.verified_on is not None and (day - piece.verified_on).days > WAITING_DAYS
    if waits and piece.state in (card.State.VERIFIED, card.State.ACTIVE):
        yield Finding("DEAD-6", about, detail="not_handed_over")
    signed = record.tokens.get(key)
    if signed is not None and signed.print_check != known.checks.get(key, signed.print_check):
        yield Finding("WRONG-1", about, detail="printed_fields")
    if signed is not None and signed.last_day < day:
        yield Finding("WRONG-5", about, detail="past_last_day")
    if known.says.get(key, key) != key:
        yield Finding("BAD-2", about, detail="other_token")
    if key in known.refused:
        yield Finding("BAD-3", about, detail=known.refused[key])
    if known.unprintable or record.photo is None:
        yield Finding("BAD-6", about, detail=known.unprintable or "photo")


def of_history(subject: str, told: list[facts.Fact], since_ms: int = 0) -> list[Finding]:
    """WRONG-4: what a household was shown since then, against the colour of the facts known at that moment.

    A paper entered late is not held against an earlier scan; "cannot tell" is never wrong.
    """
    ordered = in_agreed_order(told)
    scans = [
        at
        for at, fact in enumerate(ordered)
        if isinstance(fact.payload, facts.HouseholdScanned) and fact.at_ms >= since_ms
    ]
    found = []
    for at in scans[-SCANS_LOOKED_AT:]:
        fact = ordered[at]
        shown = fact.payload
        if not isinstance(shown, facts.HouseholdScanned) or shown.colour == Colour.UNKNOWN.value:
            continue
        record = fold_worker(subject, ordered[:at])
        now = standing(record, shown.number, day_of(fact.at_ms), shown.issue_number or None)
        if now.colour.value != shown.colour:
            found.append(Finding("WRONG-4", shown.number, subject, fact.city, f"{shown.colour}_for_{now.colour.value}"))
    return found
