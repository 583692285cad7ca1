"""Kinds of fact about permits, cards, households, companies and the station itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from station.domain.facts_base import Payload, kind, personal

# --- the permit -----------------------------------------------------------------------------------------------------


@kind("permit.generated")
@dataclass(frozen=True, slots=True)
class PermitGenerated(Payload):
    """Code and online permit come into being together (R5), with their number."""

    number: str  # 16 digits
    application: str
    company: str
    company_name: str
    categories: tuple[str, ...]
    on: date
    policy_version: str = "ZJ-2020-21"


@kind("permit.acted")
@dataclass(frozen=True, slots=True)
class PermitActed(Payload):
    """RELEASE, SUSPEND, REINSTATE, CANCEL, REVOKE, TRANSFER (domain.md §12.4). `act` is a value of permit.Act."""

    number: str
    act: str
    on: date
    cause: str = ""
    note: str = ""
    document: str = ""
    second_person: str = ""
    company: str = ""  # with TRANSFER
    company_name: str = ""


@kind("token.signed")
@dataclass(frozen=True, slots=True)
class TokenSigned(Payload):
    """The centre signed a card token ahead of printing (trust.md §4): one per possible print attempt."""

    number: str
    issue_number: int
    token: str  # the 191 digits
    key_number: int
    print_check: int
    issued_on: date
    last_day: date


# --- the card -------------------------------------------------------------------------------------------------------


@kind("card.acted")
@dataclass(frozen=True, slots=True)
class CardActed(Payload):
    """One durable step of the print journal (trust.md §5). `act` is a value of card.Act.

    Which evidence a step carries: RESERVE: blank, printer; SEND: counters before, job hash and panels; SENT: counters
    after, outcome; VERIFY: frame hash, cards seen, counter delta.
    """

    number: str
    issue_number: int
    act: str
    on: date
    reason: str = ""
    note: str = ""
    batch: str = ""
    printer: str = ""
    blank: str = ""
    job_sha256: str = ""
    frame_sha256: str = ""
    cards_before: int | None = None
    cards_after: int | None = None
    panels_before: int | None = None
    panels_after: int | None = None
    panels_of_job: int | None = None  # SEND: ribbon panels that exactly this job uses
    outcome: str = ""
    fault: str = ""
    cards_seen: int | None = None
    person: str = ""  # collector at hand-over, second name at destruction


# --- the household --------------------------------------------------------------------------------------------------


@kind("household.scanned")
@dataclass(frozen=True, slots=True)
class HouseholdScanned(Payload):
    """What a household was shown at that moment; kept so WRONG-4 can be checked. No household identity.

    `times` are the looks it stands for, this one and those since the fact before it.
    """

    number: str
    issue_number: int
    colour: str
    as_of_ms: int
    times: int = 1


@kind("household.confirmed")
@dataclass(frozen=True, slots=True)
class HouseholdConfirmed(Payload):
    """确认入户 (R11): once per page view, by its nonce; `overlaps` is the nonce of another household's entry with the
    same permit shortly before (trust.md T3)."""

    number: str
    issue_number: int
    nonce: str
    colour: str
    acknowledged: bool = False
    overlaps: str = ""


@kind("household.complained")
@dataclass(frozen=True, slots=True)
class HouseholdComplained(Payload):
    """R9: a complaint or consultation from the page."""

    number: str
    topic: str
    text: str | None = personal()
    contact: str | None = personal()


@kind("household.answered")
@dataclass(frozen=True, slots=True)
class ComplaintAnswered(Payload):
    """A complaint was looked into, with a finding of the closed list; `complaint` is the identity of its fact."""

    complaint: str
    finding: str
    on: date
    note: str | None = personal()


@kind("household.evaluated")
@dataclass(frozen=True, slots=True)
class HouseholdEvaluated(Payload):
    """An evaluation bound to a confirmed entry (可评)."""

    number: str
    nonce: str
    stars: int
    text: str | None = personal()


# --- company, station, policy ---------------------------------------------------------------------------------------


@kind("company.registered")
@dataclass(frozen=True, slots=True)
class CompanyRegistered(Payload):
    """A household-service company or agency; members and non-members alike (R46). Public register data."""

    uscc: str
    name: str
    short_name: str
    division: str
    registered_on: date | None = None
    contact: str = ""
    phone: str = ""


@kind("company.status_changed")
@dataclass(frozen=True, slots=True)
class CompanyStatusChanged(Payload):
    """存续/在业 -> IN_BUSINESS, REVOKED, DEREGISTERED (DEAD-2)."""

    uscc: str
    status: str
    on: date
    source: str = ""


@kind("notice.given")
@dataclass(frozen=True, slots=True)
class NoticeGiven(Payload):
    """A letter about papers that end soon reached the company: which lines (permit number, paper, last day, notice),

    and whether it was HANDED over or SENT, to whom (domain.md §12.7).
    """

    company: str
    on: date
    how: str
    to: str | None = personal()
    lines: tuple[tuple[str, str, str, str], ...] = ()


@kind("batch.acted")
@dataclass(frozen=True, slots=True)
class BatchActed(Payload):
    """A company's run of cards: OPENED with its orders (worker's subject, permit number) in printing order, and later

    PAUSED, RESUMED, CANCELLED, CLOSED. Orders of several OPENED facts of one batch follow each other.
    """

    batch: str
    act: str
    on: date
    orders: tuple[tuple[str, str], ...] = ()
    company: str = ""
    reason: str = ""


@kind("stock.acted")
@dataclass(frozen=True, slots=True)
class StockActed(Payload):
    """Blanks and ribbons: RECEIVED, LOADED, DRAWN, RETURNED, ACTIVATED, SPOILED, VOID_KEPT, MISSING, FOUND, TESTED,

    DESTROYED, COUNTED, SIGNED, ENTRUSTED (trust.md §5.1, §5.3); what each does to the balance: station.printing.stock.
    WORKED is about people's hours (R39): `pack` is the month, `count` minutes; station.printing.labour.
    """

    act: str
    pack: str
    count: int
    on: date
    item: str = "BLANK"
    reason: str = ""
    second_person: str = ""
    cost_fen: int = 0
    fund: str = ""


@kind("station.acted")
@dataclass(frozen=True, slots=True)
class StationActed(Payload):
    """STARTED, EPOCH, CLOSED, DAY_CLOSED and the like: the station's own life."""

    act: str
    on: date
    note: str = ""


@kind("mandate.given")
@dataclass(frozen=True, slots=True)
class MandateGiven(Payload):
    """R26: the bureau lets a person of a third-party credit agency generate codes, in writing and for certain days.

    The newest one of a person counts; one that ends before today takes it back.
    """

    person: str
    agency: str
    document: str
    first: date
    last: date
    second_person: str = ""


@kind("duty.changed")
@dataclass(frozen=True, slots=True)
class DutyChanged(Payload):
    """Who may do what at this station from now on (authority.Role values); the person, not the login (T5)."""

    person: str
    roles: tuple[str, ...]
    name: str | None = personal()
