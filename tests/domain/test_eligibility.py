"""Everything that is missing, all of it at once, gate by gate."""

from __future__ import annotations

from datetime import date

from station.domain import facts
from station.domain.eligibility import missing_for_credit, missing_to_generate, missing_to_submit
from station.domain.record import fold_worker
from tests.domain.told import SUBJECT, Teller

DAY = date(2025, 6, 2)


def test_an_empty_file_lists_everything() -> None:
    codes = [(m.code, m.detail) for m in missing_to_generate(fold_worker(SUBJECT, []), DAY, in_business=False)]
    assert codes == [
        ("IDENTITY_MISSING", ""),
        ("AFFILIATION_MISSING", ""),
        ("CREDIT_AUTHORISATION_MISSING", ""),
        ("CONSENT_MISSING", "PRIVACY"),
        ("CONSENT_MISSING", "HEALTH"),
        ("CONSENT_MISSING", "BACKGROUND"),
        ("CONSENT_MISSING", "SHARING"),
        ("CONSENT_MISSING", "SHOWING"),
        ("TRAINING_MISSING", ""),
        ("CREDIT_NOT_PASSED", "NONE"),
        ("BACKGROUND_MISSING", ""),
        ("PHOTO_MISSING", ""),
        ("MEDICAL_MISSING", ""),
        ("INSURANCE_MISSING", ""),
        ("COMPANY_CLOSED", ""),
    ]


def complete() -> Teller:
    tell = Teller()
    tell.papers(medical_until=date(2025, 12, 31), insurance=(date(2025, 1, 1), date(2025, 12, 31)))
    return tell


def test_a_complete_file_misses_nothing() -> None:
    record = fold_worker(SUBJECT, complete().facts)
    assert missing_to_submit(record) == ()
    assert missing_for_credit(record, DAY) == ()
    assert missing_to_generate(record, DAY) == ()


def test_each_single_gap_is_named() -> None:
    tell = complete()
    tell(facts.WorkerRegistered("ID_CARD", (), True))
    tell(facts.AffiliationEnded("91330102MA27TE5T2K", DAY, "worker"))
    tell(facts.AffiliationBegan("92330110MA2DEM009N", DAY, False))
    tell(facts.CreditRecorded("SUBMITTED", DAY, "mofcom"))
    tell(facts.BackgroundRecorded("FAILED", DAY, "bureau"))
    tell(facts.MedicalRecorded(False, DAY, DAY, DAY))
    tell(facts.WorkerClosed("LEFT_TRADE", DAY))
    tell(facts.FaceMatched("ab" * 32, "unsure", "", None, None, ("a", "b"), False))
    tell.permit()
    codes = [(m.code, m.detail) for m in missing_to_generate(fold_worker(SUBJECT, tell.facts), DAY)]
    assert codes == [
        ("CATEGORY_MISSING", ""),
        ("FINGERPRINT_MISSING", ""),
        ("CREDIT_AUTHORISATION_OLD", ""),
        ("CREDIT_NOT_PASSED", "SUBMITTED"),
        ("BACKGROUND_FAILED", ""),
        ("FACE_NOT_SAME", ""),
        ("MEDICAL_UNFIT", ""),
        ("WORKER_CLOSED", "LEFT_TRADE"),
        ("LIVE_PERMIT", "3301022026000123"),
    ]


def test_evidence_of_tomorrow_does_not_open_the_gate_today() -> None:
    record = fold_worker(SUBJECT, complete().facts)
    assert [m.code for m in missing_to_generate(record, date(2026, 1, 1))] == ["MEDICAL_EXPIRED", "INSURANCE_EXPIRED"]
