"""Every kind of fact the station may append, in one place, as frozen dataclasses.

A fact says what happened; `record.fold` alone knows what facts mean together. A kind never changes meaning:
a new shape gets a new version and an upcast. Fields made with `personal()` are encrypted under the person's own
key before they enter the ledger, and read back as None where the key is absent (another city, or erased).
Dates are civil dates in Asia/Shanghai; instants are UTC milliseconds.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar, TypeVar

T = TypeVar("T")


def personal(default: Any = None) -> Any:
    """A field that is encrypted at rest under the subject's own key."""
    return dataclasses.field(default=default, metadata={"personal": True})


@dataclass(frozen=True, slots=True, order=True)
class FactId:
    """Identity of a fact, made before it is stored: which station, which life of that station, which number."""

    station: str
    epoch: int
    seq: int

    def __str__(self) -> str:
        return f"{self.station}.{self.epoch}.{self.seq}"


@dataclass(frozen=True, slots=True)
class Payload:
    """Base of every payload. `kind` is the name in the ledger and on the wire."""

    kind: ClassVar[str] = ""


KINDS: dict[str, type[Payload]] = {}

P = TypeVar("P", bound=type[Payload])


def kind(name: str) -> Any:
    """Register a payload class under the name it has in the ledger."""

    def register(cls: P) -> P:
        if name in KINDS:
            raise ValueError(f"fact kind {name} is registered twice")
        cls.kind = name
        KINDS[name] = cls
        return cls

    return register


@dataclass(frozen=True, slots=True)
class UnknownPayload(Payload):
    """A kind this version does not know yet: kept, passed on, folded after the upgrade."""

    name: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that happened. `recorded_at` is a hybrid logical clock value: (milliseconds << 16) | counter."""

    id: FactId
    subject: str
    city: str
    actor: str
    recorded_at: int
    payload: Payload

    @property
    def order(self) -> tuple[int, str, int, int]:
        """The agreed order of facts, the same on every machine."""
        return (self.recorded_at, self.id.station, self.id.epoch, self.id.seq)

    @property
    def at_ms(self) -> int:
        """UTC milliseconds of the hybrid clock."""
        return self.recorded_at >> 16


# --- the worker: who ------------------------------------------------------------------------------------------------


@kind("worker.registered")
@dataclass(frozen=True, slots=True)
class WorkerRegistered(Payload):
    """A person came to the counter, or was corrected: the newest one counts. R21, domain.md §7, §8."""

    document_kind: str  # ID_CARD | HMT_PERMIT | FOREIGN_PERMANENT
    categories: tuple[str, ...]
    wants_card: bool
    number: str | None = personal()
    name: str | None = personal()
    raw_name: str | None = personal()
    sex: str | None = personal()
    birth: date | None = personal()
    ethnicity: str | None = personal()
    phone: str | None = personal()
    address: str | None = personal()
    display_pinyin: str | None = personal()


@kind("worker.photographed")
@dataclass(frozen=True, slots=True)
class WorkerPhotographed(Payload):
    """An accepted photo; the picture itself is a blob under `sha256`. U2, domain.md §9."""

    sha256: str
    source: str  # camera | file | idcard
    width: int
    height: int
    quality: tuple[tuple[str, float, str], ...] = ()  # (measure, value, verdict)
    background_corrected: bool = False


@kind("worker.face_matched")
@dataclass(frozen=True, slots=True)
class FaceMatched(Payload):
    """The station's own face comparison: an aid, never the only way. Score and decision only, no template. D-16."""

    photo: str
    decision: str  # match | unsure | no_match | declined
    engine: str
    score: float | None = None
    threshold: float | None = None
    confirmed_by: tuple[str, ...] = ()  # the two people of the manual path


@kind("worker.closed")
@dataclass(frozen=True, slots=True)
class WorkerClosed(Payload):
    """The person left for good: DECEASED, LEFT_TRADE, DOCUMENT_VOID. DEAD-3, PIPL art. 49."""

    cause: str
    on: date


@kind("worker.erased")
@dataclass(frozen=True, slots=True)
class WorkerErased(Payload):
    """The person's key was destroyed; the chain stays. PIPL art. 47."""

    basis: str


@kind("consent.given")
@dataclass(frozen=True, slots=True)
class ConsentGiven(Payload):
    """Separate consent per item: FACE, HEALTH, BACKGROUND, SHARING, SHOWING, PRIVACY, CREDIT. PIPL 13-29."""

    item: str
    version: str
    on: date
    evidence: str | None = None  # blob of the signed paper


@kind("consent.withdrawn")
@dataclass(frozen=True, slots=True)
class ConsentWithdrawn(Payload):
    item: str
    on: date


@kind("affiliation.began")
@dataclass(frozen=True, slots=True)
class AffiliationBegan(Payload):
    """办证授权认定书 (附件2): exactly one company, signed with fingerprint and date. R52-R56."""

    company: str  # USCC
    authorised_on: date
    fingerprint: bool
    paper: str | None = None


@kind("affiliation.ended")
@dataclass(frozen=True, slots=True)
class AffiliationEnded(Payload):
    company: str
    on: date
    by: str  # company | worker | association
    reason: str = ""


# --- the worker: evidence -------------------------------------------------------------------------------------------


@kind("evidence.medical")
@dataclass(frozen=True, slots=True)
class MedicalRecorded(Payload):
    """Conclusion only: no item results, nothing about hepatitis B. domain.md §5.2."""

    fit: bool
    examined_on: date
    valid_from: date
    valid_until: date
    tier: str = "GENERAL"  # GENERAL < LIVE_IN < ELDERLY < MATERNITY
    institution: str | None = personal()
    reference: str | None = personal()
    verified_by: str = ""
    paper: str | None = None


@kind("evidence.insurance")
@dataclass(frozen=True, slots=True)
class InsuranceRecorded(Payload):
    """从业责任保险 for this person: a membership in a policy, both days inclusive. domain.md §5.3, D-11."""

    policy: str
    insurer: str
    valid_from: date
    valid_until: date
    insurance_kind: str = "LIABILITY"  # LIABILITY | EMPLOYER | ACCIDENT; only LIABILITY counts for the colour
    policyholder: str = ""
    verified_by: str = ""
    paper: str | None = None


@kind("evidence.insurance_ended")
@dataclass(frozen=True, slots=True)
class InsuranceEnded(Payload):
    """An endorsement (批单) took the person out, or the policy was terminated; last day of cover inclusive."""

    policy: str
    last_day: date
    reason: str = ""


@kind("evidence.background")
@dataclass(frozen=True, slots=True)
class BackgroundRecorded(Payload):
    """Conclusion only (R19, D-6): PASSED, FAILED or PENDING."""

    conclusion: str
    checked_on: date
    source: str
    reference: str | None = personal()


@kind("evidence.training")
@dataclass(frozen=True, slots=True)
class TrainingRecorded(Payload):
    """家政专业技能培训证书 or an occupational level certificate. domain.md §5.1."""

    certificate_kind: str  # TRAINING | SPECIAL_ABILITY | OCCUPATION_LEVEL
    occupation: str
    issuer: str
    issued_on: date
    trade: str = ""
    level: str = ""
    number: str | None = personal()
    paper: str | None = None


@kind("evidence.credit")
@dataclass(frozen=True, slots=True)
class CreditRecorded(Payload):
    """MOFCOM 家政服务员信用记录 and 信用查询证书: state, reference, source and time. R16, R57-R61, D-5."""

    status: str  # NONE | SUBMITTED | PASSED | REJECTED
    checked_on: date
    source: str
    reference: str | None = personal()
    certificate: str | None = personal()
    name_matches: bool | None = None
    number_matches: bool | None = None
    company_matches: bool | None = None


@kind("evidence.voided")
@dataclass(frozen=True, slots=True)
class EvidenceVoided(Payload):
    """One evidence fact turned out wrong (WRONG-7): it no longer counts."""

    fact: str  # str(FactId)
    reason: str


@kind("evidence.refreshed")
@dataclass(frozen=True, slots=True)
class EvidenceRefreshed(Payload):
    """A full half-yearly refresh was done (R37)."""

    on: date


# --- the application ------------------------------------------------------------------------------------------------


@kind("application.opened")
@dataclass(frozen=True, slots=True)
class ApplicationOpened(Payload):
    """A1. `application` is a number unique in the ledger; `purpose` NEW or UPDATE (change of company, §12.8)."""

    application: str
    company: str
    purpose: str = "NEW"
    visits: int = 0
    policy_version: str = "ZJ-2020-21"


@kind("application.acted")
@dataclass(frozen=True, slots=True)
class ApplicationActed(Payload):
    """A step of 附件3 (domain.md §12.3). `act` is a value of application.Act; `defects` only with RETURN."""

    application: str
    act: str
    on: date
    reason: str = ""
    note: str = ""
    defects: tuple[str, ...] = ()
    due: date | None = None  # with ACCEPT and EXTEND
    due_provisional: bool = False
    acknowledged_by: str = ""


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

    Which evidence a step carries: RESERVE: blank, printer; SEND: counters before, job hash; SENT: counters after,
    outcome; VERIFY: frame hash, cards seen, counter delta.
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
    outcome: str = ""
    fault: str = ""
    cards_seen: int | None = None
    person: str = ""  # collector at hand-over, second name at destruction


# --- the household --------------------------------------------------------------------------------------------------


@kind("household.scanned")
@dataclass(frozen=True, slots=True)
class HouseholdScanned(Payload):
    """What a household was shown at that moment; kept so WRONG-4 can be checked. No household identity."""

    number: str
    issue_number: int
    colour: str
    as_of_ms: int


@kind("household.confirmed")
@dataclass(frozen=True, slots=True)
class HouseholdConfirmed(Payload):
    """确认入户 (R11): once per page view, by its nonce."""

    number: str
    issue_number: int
    nonce: str
    colour: str
    acknowledged: bool = False


@kind("household.complained")
@dataclass(frozen=True, slots=True)
class HouseholdComplained(Payload):
    """R9: a complaint or consultation from the page."""

    number: str
    topic: str
    text: str | None = personal()
    contact: str | None = personal()


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


@kind("stock.acted")
@dataclass(frozen=True, slots=True)
class StockActed(Payload):
    """Blanks and ribbons: RECEIVED, LOADED, DRAWN, RETURNED, SPOILED, DESTROYED, COUNTED (trust.md §5.3)."""

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


@kind("duty.changed")
@dataclass(frozen=True, slots=True)
class DutyChanged(Payload):
    """Who may do what at this station from now on (authority.Role values); the person, not the login (T5)."""

    person: str
    roles: tuple[str, ...]
    name: str | None = personal()
