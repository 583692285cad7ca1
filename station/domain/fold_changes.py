"""How a change that a company reported is written into a worker's record, and which later paper answers it (R34)."""

from __future__ import annotations

from dataclasses import replace

from station.domain import facts, parts
from station.domain.fold_book import Writers
from station.domain.worker import WorkerRecord

WRITERS = Writers()
told = WRITERS.told

INSURANCE = (facts.InsuranceRecorded, facts.InsuranceEnded, facts.PolicyJoined, facts.PolicyLeft)
ANSWERED_BY: dict[str, tuple[type[facts.Payload], ...]] = {
    "UNFIT": (facts.MedicalRecorded,),
    "MEDICAL": (facts.MedicalRecorded,),
    "ADVERSE": (facts.BackgroundRecorded,),
    "INSURANCE": INSURANCE,
    "IDENTITY": (facts.WorkerRegistered,),
}
"""Which fact, told after a report, applies what was reported."""
ENDS_ALL = (facts.WorkerClosed, facts.WorkerErased)


@told(facts.ChangeReported)
def _reported(record: WorkerRecord, fact: facts.Fact, p: facts.ChangeReported) -> None:
    record.reports.append(parts.Report(str(fact.id), p.what, p.known_on, p.on))


@told(facts.ChangeSettled)
def _settled(record: WorkerRecord, fact: facts.Fact, p: facts.ChangeSettled) -> None:
    record.reports = [
        replace(one, settled=p.finding) if one.fact == p.report and not one.settled else one for one in record.reports
    ]


def settle(record: WorkerRecord, fact: facts.Fact) -> None:
    """The paper that was told just now answers every report that waited for its kind; 核查中 is no conclusion.

    Nothing waits for anybody whose file is closed.
    """
    p = fact.payload
    if isinstance(p, facts.BackgroundRecorded) and p.conclusion == "PENDING":
        return
    for at, one in enumerate(record.reports):
        if not one.settled and isinstance(p, (*ANSWERED_BY.get(one.what, ()), *ENDS_ALL)):
            record.reports[at] = replace(one, settled=p.kind)
