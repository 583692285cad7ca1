"""How long a person's data must be kept, and from which day the law wants them gone (domain.md §11.4, PIPL 19, 47).

Pure functions of facts and a day. While a case is open, or somebody is owed an answer, nothing of it is due.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from station.domain import application, card, facts
from station.domain.days import day_of
from station.domain.deadlines import add_months
from station.domain.parts import STOPPED
from station.domain.worker import WorkerRecord

CREDENTIAL_MONTHS = 36  # the life of the credential and three years
REFUSED_MONTHS = 6  # refused, withdrawn or lapsed: for disputes
IDLE_MONTHS = 6  # registered, and nothing was ever applied for
LOOK_MONTHS = 36  # who looked at whom: audit log, at least three years (PIPL art. 56)
UNSURE = frozenset({card.State.SENDING, card.State.SENT, card.State.DOUBTFUL})
FAILED = frozenset({application.State.REJECTED, application.State.WITHDRAWN, application.State.LAPSED})


@dataclass(frozen=True, slots=True)
class Hold:
    """Why everything is kept: `code`, and the last day of it where a period says so."""

    code: str  # OPEN_APPLICATION | LIVE_PERMIT | UNSURE_CARD | COMPLAINT | CONFLICT | PERIOD
    until: date | None = None


def hold_on(record: WorkerRecord, day: date) -> Hold | None:
    """What keeps this person's data on that day; None when nothing does and they may be deleted on request."""
    case = _open_case(record)
    if case:
        return Hold(case)
    last = kept_until(record)
    return Hold("PERIOD", last) if last is not None and day <= last else None


def _open_case(record: WorkerRecord) -> str:
    if record.open_application is not None:
        return "OPEN_APPLICATION"
    if any(right.live for right in record.permits.values()):
        return "LIVE_PERMIT"
    if any(piece.state in UNSURE for piece in record.cards.values()):
        return "UNSURE_CARD"
    return _owed(record)


def _owed(record: WorkerRecord) -> str:
    """What somebody still has to look at, whatever became of the permit."""
    if any(one.fact not in record.answers for one in record.complaints):
        return "COMPLAINT"
    return "CONFLICT" if any(one.code != STOPPED for one in record.conflicts) else ""


def kept_until(record: WorkerRecord) -> date | None:
    """The last day on which permits and applications that have ended are still kept; None where there were none."""
    lasts = [add_months(right.ended_on or right.generated_on, CREDENTIAL_MONTHS) for right in record.permits.values()]
    lasts += [
        add_months(papers.steps[-1].on, REFUSED_MONTHS)
        for papers in record.applications.values()
        if papers.state in FAILED
    ]
    return max(lasts, default=None)


def due_after(record: WorkerRecord) -> date | None:
    """The day after which this person's data are deleted by themselves; None while a case is open or nothing is left.

    Whoever was only registered is kept for six months after the last word about them.
    """
    if record.person is None or record.erased or _open_case(record):
        return None
    return kept_until(record) or add_months(day_of(record.newest >> 16), IDLE_MONTHS)


def spent_scans(record: WorkerRecord, told: Iterable[facts.Fact], day: date) -> list[str]:
    """The scans of medical and insurance papers whose paper has run out or was voided (D-8), in the order they came.

    A picture that another paper still needs stays, and all of them stay while a case is open.
    """
    if record.open_application is not None or _owed(record):
        return []
    needed: set[str] = set()
    spent: dict[str, None] = {}
    gone = set()
    valid = {m.fact for m in record.medicals if m.period.last >= day}
    valid |= {i.fact for i in record.insurances if min(i.period.last, i.ended_on or date.max) >= day}
    for fact in told:
        p = fact.payload
        if isinstance(p, facts.ScanDeleted):
            gone.add(p.sha256)
        elif isinstance(p, facts.MedicalRecorded | facts.InsuranceRecorded) and str(fact.id) not in valid:
            spent.update({p.paper: None} if p.paper else {})
        else:
            paper = getattr(p, "paper", None) or getattr(p, "evidence", None)
            needed.update({paper} if paper else ())
    return [sha256 for sha256 in spent if sha256 not in needed | gone]
