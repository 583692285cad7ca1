"""Kinds of fact about a worker: who, evidence, application."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from station.domain.facts_base import Payload, kind, personal

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
    said_same: bool | None = None  # what the two said; None where the machine's match stood


@kind("worker.closed")
@dataclass(frozen=True, slots=True)
class WorkerClosed(Payload):
    """The person left for good: DECEASED, LEFT_TRADE, DOCUMENT_VOID. DEAD-3, PIPL art. 49."""

    cause: str
    on: date


@kind("worker.erased")
@dataclass(frozen=True, slots=True)
class WorkerErased(Payload):
    """The person's key was destroyed; the chain stays. PIPL art. 47. `basis` is a reason of worker.ERASE."""

    basis: str
    second_person: str = ""


@kind("worker.exported")
@dataclass(frozen=True, slots=True)
class WorkerExported(Payload):
    """Everything stored about the person was handed to them. PIPL art. 45."""

    on: date


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
    """One separate consent was taken back; what was done before stays lawful. PIPL art. 15."""

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


@kind("affiliation.answered")
@dataclass(frozen=True, slots=True)
class AffiliationAnswered(Payload):
    """A word about the end of an affiliation: the other side's, or the association's (D-21)."""

    company: str
    by: str  # company | worker | association
    agreed: bool
    on: date
    note: str = ""


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
    holder: str | None = personal()  # the name as it stands on the paper
    holder_number: str | None = personal()


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
    holder: str | None = personal()  # the name as it stands on the paper
    holder_number: str | None = personal()


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
    holder: str | None = personal()  # the name as it stands on the paper
    holder_number: str | None = personal()


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
    """One evidence fact turned out wrong (WRONG-7): it no longer counts. `reason` is one of evidence.VOID."""

    fact: str  # str(FactId)
    reason: str
    note: str = ""
    second_person: str = ""


@kind("evidence.scan_deleted")
@dataclass(frozen=True, slots=True)
class ScanDeleted(Payload):
    """The picture of a medical or insurance paper is no longer needed (§11.4); what it proved stays as a fact."""

    sha256: str


@kind("evidence.refreshed")
@dataclass(frozen=True, slots=True)
class EvidenceRefreshed(Payload):
    """A full half-yearly refresh was done (R37)."""

    on: date


@kind("change.reported")
@dataclass(frozen=True, slots=True)
class ChangeReported(Payload):
    """R34: the company said that a paper of this person changed, and since when it knows; the paper is yet to come."""

    what: str  # a key of reasons.CHANGES
    known_on: date
    on: date
    note: str | None = personal()


@kind("change.settled")
@dataclass(frozen=True, slots=True)
class ChangeSettled(Payload):
    """A reported change ended without a new paper; `report` is the identity of its fact."""

    report: str
    finding: str
    on: date
    note: str | None = personal()


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
