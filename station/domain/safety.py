"""Changes that a released permit must answer at once: UNFIT, a failed background check, a company that was left (D-20).

The act that records one suspends by itself. Where record and permit met only afterwards – another station wrote one of
them – the timer applies it by this decision. Pure functions of a record and a day.
"""

from __future__ import annotations

from datetime import date

from station.domain import permit
from station.domain.evidence import Background, Worth, background_on, medical_on
from station.domain.permit import Cause
from station.domain.worker import WorkerRecord


def unapplied(record: WorkerRecord, day: date) -> list[Cause]:
    """Why the permit that counts may not stay released (C2); nothing for one that is not."""
    right = record.permit
    if right is None or right.state is not permit.State.ISSUED:
        return []
    found = []
    if record.affiliation is None or record.affiliation.company != right.company:
        found.append(Cause.AFFILIATION_ENDED)
    if medical_on(record.medicals, day) is Worth.UNFIT:
        found.append(Cause.MEDICAL_UNFIT)
    if background_on(record.backgrounds, day) is Background.FAILED:
        found.append(Cause.ADVERSE_HINT)
    return found
