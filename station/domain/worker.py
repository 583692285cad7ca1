"""WorkerRecord: everything that is known of one worker, as `record.fold_worker` sums it up. Shape and look-ups only."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from station.domain import card, evidence, parts


@dataclass(slots=True)
class WorkerRecord:
    """Everything that is known of one worker. Built by `fold_worker`, never changed afterwards."""

    subject: str
    city: str = ""
    person: parts.Person | None = None
    photo: parts.Photo | None = None
    faces: list[parts.FaceDecision] = field(default_factory=list)
    consents: dict[str, parts.Consent] = field(default_factory=dict)
    affiliations: list[parts.Affiliation] = field(default_factory=list)
    medicals: list[evidence.Medical] = field(default_factory=list)
    insurances: list[evidence.Insurance] = field(default_factory=list)
    backgrounds: list[evidence.BackgroundCheck] = field(default_factory=list)
    trainings: list[parts.Training] = field(default_factory=list)
    credit: parts.Credit | None = None
    refreshed_on: date | None = None
    applications: dict[str, parts.Application] = field(default_factory=dict)
    permits: dict[str, parts.Permit] = field(default_factory=dict)
    tokens: dict[tuple[str, int], parts.SignedToken] = field(default_factory=dict)
    cards: dict[tuple[str, int], parts.Card] = field(default_factory=dict)
    entries: list[parts.Entry] = field(default_factory=list)
    scans: int = 0
    complaints: list[parts.Complaint] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)  # identity of a complaint -> what was found
    reports: list[parts.Report] = field(default_factory=list)
    evaluations: list[parts.Evaluation] = field(default_factory=list)
    closed: str = ""
    closed_on: date | None = None
    erased: bool = False
    conflicts: list[parts.Conflict] = field(default_factory=list)
    newest: int = 0  # the highest recorded_at folded in

    @property
    def permit(self) -> parts.Permit | None:
        """The one that counts: the live one, else the newest."""
        rights = list(self.permits.values())
        return next((right for right in rights if right.live), rights[-1] if rights else None)

    @property
    def affiliation(self) -> parts.Affiliation | None:
        """The company the worker belongs to now, if any."""
        return next((a for a in reversed(self.affiliations) if a.ended_on is None), None)

    @property
    def open_application(self) -> parts.Application | None:
        return next((a for a in self.applications.values() if a.open), None)

    @property
    def face_denied(self) -> parts.FaceDecision | None:
        """Two people said that this is not the person, and no two people have said otherwise since."""
        newest = next((found for found in reversed(self.faces) if found.decision != "match"), None)
        return newest if newest is not None and not newest.confirms else None

    def cards_of(self, number: str) -> list[parts.Card]:
        """All print attempts of a permit, lowest issue number first."""
        return sorted((c for c in self.cards.values() if c.number == number), key=lambda c: c.issue_number)

    def current_card(self, number: str) -> parts.Card | None:
        """The card that answers for the permit now, if one is active."""
        return next((c for c in reversed(self.cards_of(number)) if c.state in card.LIVE), None)

    def next_issue_number(self, number: str) -> int:
        """One above everything ever asked for: no print attempt reuses an issue number."""
        return max((c.issue_number for c in self.cards.values() if c.number == number), default=0) + 1

    def consented(self, item: str) -> bool:
        given = self.consents.get(item)
        return given is not None and given.withdrawn_on is None
