"""Everything that is still missing before a permit may be generated: the whole list, never just the first.

domain.md §12.2: which paper must be there at which gate. Returns codes; the faces have the words.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from station.domain.evidence import Background, Worth, background_on, counting_for, insurance_on, medical_on
from station.domain.unbinding import left_company, letter_is_old, settled
from station.domain.worker import WorkerRecord

NEEDED_CONSENTS = ("PRIVACY", "HEALTH", "BACKGROUND", "SHARING", "SHOWING")
"""Separate consents (PIPL 28-29, domain.md §11.1). FACE is asked for separately and may be declined without loss."""
SIGNED_CONSENTS = (*NEEDED_CONSENTS, "CREDIT")
"""Everything the worker signs without which nothing goes on; taking one of them back stops the case (A16)."""


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing that is not there, or not good, on that day. `code` is stable; `detail` names the item."""

    code: str
    detail: str = ""


def missing_to_submit(record: WorkerRecord) -> tuple[Missing, ...]:
    """The gate SUBMITTED: the papers a company must hand in (R18, R21, R52-R56)."""
    found: list[Missing] = []
    if record.person is None:
        found.append(Missing("IDENTITY_MISSING"))
    elif not record.person.categories:
        found.append(Missing("CATEGORY_MISSING"))
    affiliation = record.affiliation
    if affiliation is None:
        found.append(Missing("AFFILIATION_MISSING"))
    elif not affiliation.fingerprint:
        found.append(Missing("FINGERPRINT_MISSING"))
    found += [_lacking(record, item) for item in ("CREDIT", *NEEDED_CONSENTS) if not record.consented(item)]
    if record.consented("CREDIT") and letter_is_old(record):
        found.append(Missing("CREDIT_AUTHORISATION_OLD"))
    if not record.trainings:
        found.append(Missing("TRAINING_MISSING"))
    return tuple(found)


def _lacking(record: WorkerRecord, item: str) -> Missing:
    """Never given, or given and taken back: two things to say to the person."""
    if item in record.consents:
        return Missing("CONSENT_WITHDRAWN", item)
    return Missing("CREDIT_AUTHORISATION_MISSING") if item == "CREDIT" else Missing("CONSENT_MISSING", item)


def missing_for_credit(record: WorkerRecord, on: date) -> tuple[Missing, ...]:
    """The gate of A8: MOFCOM record passed and background positively passed (R16, R19, R23)."""
    found: list[Missing] = []
    if record.credit is None or record.credit.status != "PASSED":
        found.append(Missing("CREDIT_NOT_PASSED", record.credit.status if record.credit else "NONE"))
    background = background_on(record.backgrounds, on)
    if background is not Background.PASSED:
        found.append(Missing(f"BACKGROUND_{background.value}"))
    return tuple(found)


def missing_to_generate(record: WorkerRecord, on: date, *, in_business: bool = True) -> tuple[Missing, ...]:
    """The gate READY and A14: everything of the earlier gates, photo, FIT medical and cover today.

    `in_business` says whether the company is 存续/在业 on that day.
    """
    found = [*missing_to_submit(record), *missing_for_credit(record, on)]
    if record.photo is None:
        found.append(Missing("PHOTO_MISSING"))
    if record.face_denied is not None:
        found.append(Missing("FACE_NOT_SAME"))
    medical = medical_on(record.medicals, on)
    if medical is not Worth.VALID:
        found.append(Missing(f"MEDICAL_{medical.value}"))
    found += _cover_lacking(record, on)
    if not in_business:
        found.append(Missing("COMPANY_CLOSED"))
    if record.closed:
        found.append(Missing("WORKER_CLOSED", record.closed))
    live = next((p for p in record.permits.values() if p.live), None)
    if live is not None:
        found.append(Missing("LIVE_PERMIT", live.number))
    return tuple(found)


def missing_to_move(record: WorkerRecord) -> tuple[Missing, ...]:
    """What an UPDATE (§12.8) needs besides: the company that was left has let go, or the association says so."""
    left = left_company(record)
    return () if left is None or settled(left) else (Missing("UNBINDING_OPEN"),)


def _cover_lacking(record: WorkerRecord, on: date) -> list[Missing]:
    """Cover today that counts at the company the worker belongs to: another company's policy does not (§12.8)."""
    company = record.affiliation.company if record.affiliation is not None else ""
    counts = insurance_on(counting_for(record.insurances, company), on)
    if counts is Worth.VALID:
        return []
    if insurance_on(record.insurances, on) is Worth.VALID:
        return [Missing("INSURANCE_OTHER_COMPANY")]
    return [Missing(f"INSURANCE_{counts.value}")]
