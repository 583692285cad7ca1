"""Which civil day an instant belongs to, in Asia/Shanghai: UTC+8 all year.

China has had no summer time since 1991 and this system knows no instant before 2020, so a constant offset is exact and
needs no time-zone database (domain.md §10).
"""

from __future__ import annotations

from datetime import date

MS_PER_DAY = 86_400_000
SHANGHAI_MS = 8 * 3_600_000
EPOCH_ORDINAL = date(1970, 1, 1).toordinal()


def day_of(ms: int) -> date:
    """The civil day in Asia/Shanghai of a UTC instant: 2025-03-04T16:00:00Z is already 2025-03-05."""
    return date.fromordinal(EPOCH_ORDINAL + (ms + SHANGHAI_MS) // MS_PER_DAY)


def start_of_day(day: date) -> int:
    """The first UTC millisecond of a civil day in Asia/Shanghai; `day_of(start_of_day(d)) == d`."""
    return (day.toordinal() - EPOCH_ORDINAL) * MS_PER_DAY - SHANGHAI_MS
