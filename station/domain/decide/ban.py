"""Until when a person may not apply again (A1): after false papers only, by analogy with 行政许可法 78 and 79.

The notice names no ban and no period; decision 0007 says why these two and no others.
"""

from __future__ import annotations

from datetime import date

from station.domain import application, permit
from station.domain.deadlines import add_months
from station.domain.worker import WorkerRecord

REFUSED_MONTHS = 12
"""行政许可法 78: false papers, found before anything was granted – one year."""
REVOKED_MONTHS = 36
"""行政许可法 79: a permit obtained by false papers – three years."""


def banned_until(record: WorkerRecord) -> date | None:
    """The last day on which this person may not apply; None where nothing bars them. The day itself is barred."""
    ends = [add_months(day, REFUSED_MONTHS) for day in _refused(record)]
    ends += [add_months(day, REVOKED_MONTHS) for day in _revoked(record)]
    return max(ends, default=None)


def _refused(record: WorkerRecord) -> list[date]:
    """Days on which the bureau refused for false papers; a company's own review bars nobody."""
    return [
        step.on
        for papers in record.applications.values()
        for step in papers.steps
        if step.act == application.Act.REFUSE_CREDIT.value and step.reason == "FALSE_MATERIAL"
    ]


def _revoked(record: WorkerRecord) -> list[date]:
    """Days on which a permit was revoked for false papers."""
    return [
        right.ended_on
        for right in record.permits.values()
        if right.state is permit.State.REVOKED
        and right.end_cause == permit.Cause.FALSE_MATERIAL.value
        and right.ended_on is not None
    ]
