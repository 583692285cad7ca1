"""The file's timeline: every fact about a worker as one sentence – what happened, why, on whose word, with whom beside.

A household's scans are left out: they are many, and say nothing about the person.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from station.domain import facts
from station.domain.facts import Fact, Payload
from station.domain.reasons import BY_THE_CENTRE, CHANGES, DEFECTS, REASONS
from station.domain.words import ACTS
from station.services.desk import Desk
from ui.desktop import text
from ui.words import moment, word, words

LEFT_OUT = frozenset({facts.HouseholdScanned})
Say = Callable[[Any, Desk], str]


def timeline(desk: Desk, subject: str) -> list[tuple[str, str]]:
    """(when, sentence), the newest first. Facts of a newer program are named, not explained."""
    told = [fact for fact in desk.ledger.facts_of(subject) if type(fact.payload) not in LEFT_OUT]
    newest = sorted(told, key=lambda fact: (fact.recorded_at, fact.id.station, fact.id.seq), reverse=True)
    return [(moment(fact.at_ms), sentence(fact, desk)) for fact in newest]


def sentence(fact: Fact, desk: Desk) -> str:
    """One fact in words, with who recorded it."""
    say = SAYINGS.get(type(fact.payload))
    what = say(fact.payload, desk) if say is not None else word_of(fact)
    return f"{what} · {fact.actor}"


def word_of(fact: Fact) -> str:
    """What a kind is called, or that this program does not know it."""
    return words("fact").get(fact.payload.kind, text.TOLD_UNKNOWN)


def _with(what: str, *details: str) -> str:
    said = "；".join(one for one in details if one)
    return f"{what}（{said}）" if said else what


def _second(person: str) -> str:
    return text.TOLD_SECOND.format(person=person) if person else ""


def _company(desk: Desk, uscc: str) -> str:
    return desk.company(uscc).short_name or uscc


def _registered(p: facts.WorkerRegistered, desk: Desk) -> str:
    return _with(text.TOLD_REGISTERED, p.name or "", "" if p.wants_card else text.TOLD_NO_CARD)


def _application(p: facts.ApplicationActed, desk: Desk) -> str:
    reasons = {**REASONS.get(f"application.{p.act.upper()}", {}), **BY_THE_CENTRE}
    return _with(
        text.TOLD_APPLICATION.format(act=ACTS.get(p.act, p.act)), reasons.get(p.reason, p.reason),
        "、".join(DEFECTS.get(code, code) for code in p.defects), p.note,
        text.TOLD_DUE.format(due=p.due) if p.due else "", text.TOLD_BY.get(p.acknowledged_by, p.acknowledged_by),
    )  # fmt: skip


def _permit(p: facts.PermitActed, desk: Desk) -> str:
    reasons = {**REASONS["permit.SUSPEND"], **REASONS["permit.CANCEL"], **REASONS["permit.REVOKE"]}
    return _with(
        text.PERMIT_ACT.format(act=ACTS.get(p.act, p.act)), reasons.get(p.cause, p.cause), p.company_name, p.note,
        p.document, _second(p.second_person),
    )  # fmt: skip


def _card(p: facts.CardActed, desk: Desk) -> str:
    reasons = {**REASONS["card.REISSUE"], **REASONS["card.SPOIL"], **text.TOLD_CARD_REASONS}
    return _with(
        text.CARD_ACT.format(issue=p.issue_number, act=ACTS.get(p.act, p.act)), reasons.get(p.reason, ""), p.note,
        p.person,
    )  # fmt: skip


def _photo(p: facts.WorkerPhotographed, desk: Desk) -> str:
    off = "、".join(word("measure", name) for name, _, verdict in p.quality if verdict == "bad")
    return _with(
        text.TOLD_PHOTO, text.TOLD_SOURCES.get(p.source, p.source), text.TOLD_OFF.format(measures=off) if off else ""
    )


def _face(p: facts.FaceMatched, desk: Desk) -> str:
    same = len(p.confirmed_by) == 2 if p.said_same is None else p.said_same
    by = "" if p.decision == "match" else text.TOLD_SAME[same].format(people="、".join(p.confirmed_by)).strip()
    return _with(text.TOLD_FACE.format(decision=word("face", p.decision)), by)


def _medical(p: facts.MedicalRecorded, desk: Desk) -> str:
    fit = text.TOLD_FIT if p.fit else text.TOLD_UNFIT
    return _with(fit, text.TOLD_EXAMINED.format(on=p.examined_on), text.TOLD_UNTIL.format(last=p.valid_until))


def _insurance(p: facts.InsuranceRecorded, desk: Desk) -> str:
    kind = text.TOLD_INSURANCES.get(p.insurance_kind, p.insurance_kind)
    return _with(kind, p.insurer, p.policy, text.TOLD_SPAN.format(first=p.valid_from, last=p.valid_until))


def _joined_policy(p: facts.PolicyJoined, desk: Desk) -> str:
    kind = text.TOLD_INSURANCES.get(p.insurance_kind, p.insurance_kind)
    endorsed = text.TOLD_ENDORSEMENT.format(number=p.endorsement) if p.endorsement else ""
    span = text.TOLD_SPAN.format(first=p.valid_from, last=p.valid_until)
    what = text.TOLD_JOINED_POLICY.format(kind=kind)
    return _with(what, _company(desk, p.company), p.insurer, p.policy, span, endorsed)


def _left_policy(p: facts.PolicyLeft, desk: Desk) -> str:
    endorsed = text.TOLD_ENDORSEMENT.format(number=p.endorsement) if p.endorsement else ""
    reason = text.TOLD_COVER_REASONS.get(p.reason, p.reason)
    return _with(text.TOLD_COVER_ENDED.format(last=p.last_day), p.policy, endorsed, reason)


def _complaint(p: facts.HouseholdComplained, desk: Desk) -> str:
    return _with(text.TOLD_COMPLAINT, word("topic", p.topic), p.text or "")


SAYINGS: dict[type[Payload], Say] = {
    facts.WorkerRegistered: _registered,
    facts.WorkerPhotographed: _photo,
    facts.FaceMatched: _face,
    facts.WorkerClosed: lambda p, _: _with(text.TOLD_CLOSED, REASONS["permit.CANCEL"].get(p.cause.lower(), p.cause)),
    facts.WorkerErased: lambda p, _: _with(
        text.TOLD_ERASED, REASONS["worker.ERASE"].get(p.basis, p.basis), _second(p.second_person)
    ),
    facts.WorkerExported: lambda p, _: text.TOLD_EXPORTED,
    facts.ScanDeleted: lambda p, _: text.TOLD_SCAN_GONE,
    facts.ConsentGiven: lambda p, _: text.TOLD_CONSENT.format(item=words("consent").get(p.item, p.item), on=p.on),
    facts.ConsentWithdrawn: lambda p, _: text.TOLD_WITHDRAWN.format(item=words("consent").get(p.item, p.item), on=p.on),
    facts.AffiliationBegan: lambda p, desk: _with(
        text.TOLD_JOINED.format(company=_company(desk, p.company)), text.TOLD_SIGNED.format(on=p.authorised_on)
    ),
    facts.AffiliationEnded: lambda p, desk: _with(
        text.TOLD_LEFT.format(company=_company(desk, p.company)), text.TOLD_BY.get(p.by, p.by), p.reason
    ),
    facts.AffiliationAnswered: lambda p, desk: _with(
        (text.TOLD_AGREED if p.agreed else text.TOLD_OBJECTED).format(
            who=text.TOLD_BY.get(p.by, p.by), company=_company(desk, p.company)
        ),
        p.note,
    ),
    facts.MedicalRecorded: _medical,
    facts.InsuranceRecorded: _insurance,
    facts.InsuranceEnded: lambda p, _: _with(
        text.TOLD_COVER_ENDED.format(last=p.last_day), p.policy, text.TOLD_COVER_REASONS.get(p.reason, p.reason)
    ),
    facts.PolicyJoined: _joined_policy,
    facts.PolicyLeft: _left_policy,
    facts.BackgroundRecorded: lambda p, _: _with(
        text.TOLD_BACKGROUND.format(conclusion=text.CONCLUSIONS[p.conclusion]), str(p.checked_on), p.source
    ),
    facts.TrainingRecorded: lambda p, _: _with(text.TOLD_TRAINING, p.occupation, p.level, p.issuer, str(p.issued_on)),
    facts.CreditRecorded: lambda p, _: _with(
        text.TOLD_CREDIT.format(status=text.CREDIT.get(p.status, p.status)), str(p.checked_on), p.source
    ),
    facts.EvidenceVoided: lambda p, _: _with(
        text.TOLD_VOIDED, REASONS["evidence.VOID"].get(p.reason, p.reason), p.note, _second(p.second_person)
    ),
    facts.ChangeReported: lambda p, _: _with(
        text.TOLD_REPORTED.format(what=CHANGES.get(p.what, p.what)), text.TOLD_KNOWN.format(on=p.known_on), p.note or ""
    ),
    facts.ChangeSettled: lambda p, _: _with(
        text.TOLD_REPORT_SETTLED, REASONS["change.SETTLE"].get(p.finding, p.finding), p.note or ""
    ),
    facts.EvidenceRefreshed: lambda p, _: text.TOLD_REFRESHED.format(on=p.on),
    facts.ApplicationOpened: lambda p, desk: _with(
        text.TOLD_OPENED if p.purpose == "NEW" else text.TOLD_UPDATE, _company(desk, p.company)
    ),
    facts.ApplicationActed: _application,
    facts.PermitGenerated: lambda p, _: text.TOLD_GENERATED.format(number=p.number),
    facts.PermitActed: _permit,
    facts.TokenSigned: lambda p, _: text.TOLD_TOKEN.format(issue=p.issue_number),
    facts.CardActed: _card,
    facts.HouseholdConfirmed: lambda p, _: text.ENTERED_TWICE if p.overlaps else text.ENTERED,
    facts.HouseholdComplained: _complaint,
    facts.ComplaintAnswered: lambda p, _: _with(
        text.TOLD_ANSWERED, REASONS["complaint.ANSWER"].get(p.finding, p.finding), p.note or ""
    ),
    facts.HouseholdEvaluated: lambda p, _: _with(text.TOLD_STARS.format(stars=p.stars), p.text or ""),
}
"""Every kind of fact about a worker; a test holds it complete."""
