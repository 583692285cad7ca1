"""The shapes a folded record is made of: what is known of a person, their papers, permits and cards. No behaviour."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from station.domain import application, card, permit
from station.domain.evidence import NOBODY, Holder, Period


@dataclass(frozen=True, slots=True)
class Person:
    """Who it is. Personal fields are None where the key is absent (another city, erased)."""

    document_kind: str
    categories: tuple[str, ...]
    wants_card: bool
    number: str | None = None
    name: str | None = None
    raw_name: str | None = None
    sex: str | None = None
    birth: date | None = None
    ethnicity: str | None = None
    phone: str | None = None
    address: str | None = None
    display_pinyin: str | None = None


@dataclass(frozen=True, slots=True)
class Photo:
    sha256: str
    source: str
    at_ms: int
    quality: tuple[tuple[str, float, str], ...] = ()


@dataclass(frozen=True, slots=True)
class FaceDecision:
    photo: str
    decision: str
    engine: str
    score: float | None
    confirmed_by: tuple[str, ...]
    said_same: bool | None = None

    @property
    def confirms(self) -> bool:
        """It says that this is the person; before `said_same` was written down, two names stood for a yes."""
        if self.said_same is not None:
            return self.said_same
        return self.decision == "match" or len(self.confirmed_by) == 2


@dataclass(frozen=True, slots=True)
class Consent:
    item: str
    version: str
    given_on: date
    withdrawn_on: date | None = None
    company: str = ""  # the one the worker belonged to when it was recorded


@dataclass(frozen=True, slots=True)
class Answer:
    """What one side, or the association, said about the end of an affiliation."""

    by: str
    agreed: bool
    on: date


@dataclass(frozen=True, slots=True)
class Affiliation:
    """办证授权认定书: the one company a worker belongs to, until it ended."""

    company: str
    authorised_on: date
    fingerprint: bool
    ended_on: date | None = None
    ended_by: str = ""
    answers: tuple[Answer, ...] = ()


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy of a company; `ended_on` is its last day when it ended before its time."""

    company: str
    number: str
    insurer: str
    kind: str
    period: Period
    policyholder: str = ""
    insured: str = ""
    ended_on: date | None = None

    @property
    def last_day(self) -> date:
        return self.period.last if self.ended_on is None else min(self.ended_on, self.period.last)

    def runs_on(self, day: date) -> bool:
        """Whether somebody can be covered by it on that day."""
        return self.period.first <= day <= self.last_day


@dataclass(frozen=True, slots=True)
class Training:
    fact: str
    certificate_kind: str
    occupation: str
    issuer: str
    issued_on: date
    trade: str = ""
    level: str = ""
    number: str | None = None
    holder: Holder = NOBODY


@dataclass(frozen=True, slots=True)
class Credit:
    """MOFCOM record and certificate reference (双证合一)."""

    status: str
    checked_on: date
    source: str
    reference: str | None = None
    certificate: str | None = None
    name_matches: bool | None = None
    number_matches: bool | None = None
    company_matches: bool | None = None
    fact: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of an application, a permit or a card, as it stands in the timeline."""

    act: str
    on: date
    actor: str
    at_ms: int
    reason: str = ""
    note: str = ""
    fact: str = ""


@dataclass(frozen=True, slots=True)
class Application:
    id: str
    company: str
    purpose: str
    state: application.State
    opened_on_ms: int
    opened_by: str
    visits: int
    policy_version: str
    steps: tuple[Step, ...] = ()
    accepted_on: date | None = None
    accepted_by: str = ""
    due: date | None = None
    due_provisional: bool = False
    extensions: int = 0
    overdue: bool = False
    defects: tuple[str, ...] = ()
    acknowledged: tuple[str, ...] = ()

    @property
    def open(self) -> bool:
        return self.state in application.OPEN


@dataclass(frozen=True, slots=True)
class Permit:
    number: str
    application: str
    company: str
    company_name: str
    categories: tuple[str, ...]
    generated_on: date
    state: permit.State
    policy_version: str
    released_on: date | None = None
    open_causes: tuple[str, ...] = ()
    suspended_on: date | None = None
    ended_on: date | None = None
    end_cause: str = ""
    steps: tuple[Step, ...] = ()

    @property
    def live(self) -> bool:
        """Not cancelled and not revoked."""
        return self.state not in permit.FINAL


@dataclass(frozen=True, slots=True)
class SignedToken:
    number: str
    issue_number: int
    token: str
    key_number: int
    print_check: int
    issued_on: date
    last_day: date


@dataclass(frozen=True, slots=True)
class Card:
    """One print attempt and the plastic that came of it."""

    number: str
    issue_number: int
    state: card.State
    asked_on: date
    reason: str = ""
    batch: str = ""
    printer: str = ""
    blank: str = ""
    job_sha256: str = ""
    frame_sha256: str = ""
    cards_before: int | None = None
    panels_before: int | None = None
    panels_of_job: int | None = None
    cards_after: int | None = None
    outcome: str = ""
    fault: str = ""
    doubt: str = ""  # what the evidence asked for when the doubt began: a ruling's word
    station: str = ""
    activated_on: date | None = None
    verified_on: date | None = None
    steps: tuple[Step, ...] = ()

    @property
    def handed_on(self) -> date | None:
        """The day it first left the station, to the company or straight to the worker; None while it lies here."""
        out = {card.Act.HAND_TO_COMPANY.value, card.Act.HAND_TO_WORKER.value}
        return next((step.on for step in self.steps if step.act in out), None)


@dataclass(frozen=True, slots=True)
class Entry:
    """A confirmed entry (确认入户)."""

    number: str
    issue_number: int
    nonce: str
    colour: str
    acknowledged: bool
    at_ms: int
    overlaps: str = ""  # nonce of the entry of another household just before


@dataclass(frozen=True, slots=True)
class Complaint:
    """What a household said; `fact` is the identity an answer names."""

    fact: str
    number: str
    topic: str
    text: str | None
    contact: str | None
    at_ms: int


@dataclass(frozen=True, slots=True)
class Report:
    """A change the company reported (R34); `fact` is its identity, `settled` what ended it, empty while it waits."""

    fact: str
    what: str
    known_on: date
    on: date
    settled: str = ""


@dataclass(frozen=True, slots=True)
class Evaluation:
    number: str
    nonce: str
    stars: int
    at_ms: int


STOPPED = "STOPPED_IN_PROVINCE"
"""The centre ended an application: said to the clerks like a conflict, but nothing in the file waits for it."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """Something two places said that do not fit together: both facts stay, a person settles it."""

    code: str
    """ILLEGAL_STEP, SECOND_LIVE_PERMIT, SECOND_OPEN_APPLICATION, SENT_TWICE, STOPPED_IN_PROVINCE, UNKNOWN_SUBJECT."""
    about: str  # permit number, application id or card key
    fact: str


@dataclass(frozen=True, slots=True)
class Mandate:
    """What lets a person of a credit agency generate codes: both days inclusive."""

    agency: str
    document: str
    first: date
    last: date

    def holds_on(self, day: date) -> bool:
        return self.first <= day <= self.last


@dataclass(frozen=True, slots=True)
class PackBalance:
    """Blanks or ribbons of one pack: what came, what is left, where the rest went."""

    pack: str
    item: str
    counts: Mapping[str, int]
    cost_fen: int = 0
    fund: str = ""
