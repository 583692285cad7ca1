"""How facts about the person, the evidence and the application are written into a worker's record."""

from __future__ import annotations

from dataclasses import replace

from station.domain import application, evidence, facts, parts
from station.domain.errors import Refused
from station.domain.fold_book import Writers, conflict, step
from station.domain.parts import STOPPED
from station.domain.reasons import SECOND_IN_PROVINCE
from station.domain.worker import WorkerRecord

WRITERS = Writers()
told = WRITERS.told

# --- who --------------------------------------------------------------------------------------------------------------


@told(facts.WorkerRegistered)
def _registered(record: WorkerRecord, fact: facts.Fact, p: facts.WorkerRegistered) -> None:
    record.person = parts.Person(
        p.document_kind, p.categories, p.wants_card, p.number, p.name, p.raw_name, p.sex, p.birth, p.ethnicity,
        p.phone, p.address, p.display_pinyin,
    )  # fmt: skip
    record.erased = record.erased and p.number is None  # whoever comes back after an erasure begins anew


@told(facts.WorkerPhotographed)
def _photographed(record: WorkerRecord, fact: facts.Fact, p: facts.WorkerPhotographed) -> None:
    record.photo = parts.Photo(p.sha256, p.source, fact.at_ms, p.quality)


@told(facts.FaceMatched)
def _face(record: WorkerRecord, fact: facts.Fact, p: facts.FaceMatched) -> None:
    record.faces.append(parts.FaceDecision(p.photo, p.decision, p.engine, p.score, p.confirmed_by, p.said_same))


@told(facts.WorkerClosed)
def _closed(record: WorkerRecord, fact: facts.Fact, p: facts.WorkerClosed) -> None:
    record.closed, record.closed_on = p.cause, p.on


@told(facts.WorkerErased)
def _erased(record: WorkerRecord, fact: facts.Fact, p: facts.WorkerErased) -> None:
    record.erased, record.photo = True, None


@told(facts.ConsentGiven)
def _consent(record: WorkerRecord, fact: facts.Fact, p: facts.ConsentGiven) -> None:
    belongs = record.affiliation
    company = belongs.company if belongs is not None else ""
    record.consents[p.item] = parts.Consent(p.item, p.version, p.on, company=company)


@told(facts.ConsentWithdrawn)
def _consent_withdrawn(record: WorkerRecord, fact: facts.Fact, p: facts.ConsentWithdrawn) -> None:
    given = record.consents.get(p.item)
    if given is not None:
        record.consents[p.item] = replace(given, withdrawn_on=p.on)


@told(facts.AffiliationBegan)
def _affiliated(record: WorkerRecord, fact: facts.Fact, p: facts.AffiliationBegan) -> None:
    record.affiliations.append(parts.Affiliation(p.company, p.authorised_on, p.fingerprint))


@told(facts.AffiliationEnded)
def _left(record: WorkerRecord, fact: facts.Fact, p: facts.AffiliationEnded) -> None:
    record.affiliations = [
        replace(a, ended_on=p.on, ended_by=p.by) if a.company == p.company and a.ended_on is None else a
        for a in record.affiliations
    ]


@told(facts.AffiliationAnswered)
def _answered(record: WorkerRecord, fact: facts.Fact, p: facts.AffiliationAnswered) -> None:
    """A word about the newest stay at that company that has ended."""
    ended = [at for at, a in enumerate(record.affiliations) if a.company == p.company and a.ended_on is not None]
    if ended:
        now = record.affiliations[ended[-1]]
        answers = (*now.answers, parts.Answer(p.by, p.agreed, p.on))
        record.affiliations[ended[-1]] = replace(now, answers=answers)


# --- evidence ---------------------------------------------------------------------------------------------------------


def _holder(p: facts.MedicalRecorded | facts.TrainingRecorded) -> evidence.Holder:
    return p.holder or "", p.holder_number or ""


@told(facts.MedicalRecorded)
def _medical(record: WorkerRecord, fact: facts.Fact, p: facts.MedicalRecorded) -> None:
    record.medicals.append(
        evidence.Medical(
            str(fact.id), p.fit, p.examined_on, evidence.Period(p.valid_from, p.valid_until), p.tier, p.reference,
            p.institution, p.paper, _holder(p),
        )
    )  # fmt: skip


@told(facts.BackgroundRecorded)
def _background(record: WorkerRecord, fact: facts.Fact, p: facts.BackgroundRecorded) -> None:
    record.backgrounds.append(
        evidence.BackgroundCheck(
            str(fact.id), evidence.Background(p.conclusion), p.checked_on, p.source, p.reference
        )
    )


@told(facts.TrainingRecorded)
def _trained(record: WorkerRecord, fact: facts.Fact, p: facts.TrainingRecorded) -> None:
    record.trainings.append(
        parts.Training(
            str(fact.id), p.certificate_kind, p.occupation, p.issuer, p.issued_on, p.trade, p.level, p.number,
            _holder(p),
        )
    )  # fmt: skip


@told(facts.CreditRecorded)
def _credit(record: WorkerRecord, fact: facts.Fact, p: facts.CreditRecorded) -> None:
    record.credit = parts.Credit(
        p.status, p.checked_on, p.source, p.reference, p.certificate, p.name_matches, p.number_matches,
        p.company_matches, str(fact.id),
    )  # fmt: skip


@told(facts.EvidenceVoided)
def _voided(record: WorkerRecord, fact: facts.Fact, p: facts.EvidenceVoided) -> None:
    record.medicals = [m for m in record.medicals if m.fact != p.fact]
    record.insurances = [i for i in record.insurances if i.fact != p.fact]
    record.backgrounds = [b for b in record.backgrounds if b.fact != p.fact]
    record.trainings = [t for t in record.trainings if t.fact != p.fact]
    if record.credit is not None and record.credit.fact == p.fact:
        record.credit = None


@told(facts.EvidenceRefreshed)
def _refreshed(record: WorkerRecord, fact: facts.Fact, p: facts.EvidenceRefreshed) -> None:
    record.refreshed_on = p.on if record.refreshed_on is None else max(p.on, record.refreshed_on)


# --- the application --------------------------------------------------------------------------------------------------


@told(facts.ApplicationOpened)
def _opened(record: WorkerRecord, fact: facts.Fact, p: facts.ApplicationOpened) -> None:
    if p.application in record.applications:
        conflict(record, "ILLEGAL_STEP", p.application, fact)
        return
    if record.open_application is not None:
        conflict(record, "SECOND_OPEN_APPLICATION", p.application, fact)
    record.applications[p.application] = parts.Application(
        p.application, p.company, p.purpose, application.State.DRAFT, fact.at_ms, fact.actor, p.visits,
        p.policy_version,
    )  # fmt: skip


@told(facts.ApplicationActed)
def _application_acted(record: WorkerRecord, fact: facts.Fact, p: facts.ApplicationActed) -> None:
    papers = record.applications.get(p.application)
    if papers is None:
        conflict(record, "UNKNOWN_SUBJECT", p.application, fact)
        return
    act = application.Act(p.act)
    try:
        state = application.after(papers.state, act)
    except Refused:
        conflict(record, "ILLEGAL_STEP", p.application, fact)
        return
    papers = replace(papers, state=state, steps=(*papers.steps, step(fact, p.act, p.on, p.reason, p.note)))
    if act is application.Act.RETURN:
        papers = replace(papers, defects=p.defects)
    elif act is application.Act.ACCEPT:
        papers = replace(
            papers, accepted_on=p.on, accepted_by=fact.actor, due=p.due, due_provisional=p.due_provisional, defects=()
        )
    elif act is application.Act.EXTEND:
        papers = replace(
            papers, due=p.due, due_provisional=p.due_provisional, extensions=papers.extensions + 1, overdue=False
        )
    elif act is application.Act.MARK_OVERDUE:
        papers = replace(papers, overdue=True)
    elif p.reason == SECOND_IN_PROVINCE:
        conflict(record, STOPPED, p.application, fact)
    elif act is application.Act.ACKNOWLEDGE:
        papers = replace(papers, acknowledged=(*papers.acknowledged, p.acknowledged_by))
    record.applications[p.application] = papers
