"""Who opens whose data at this station is written down before it is shown (PIPL art. 51, 54; domain.md §11.1).

Once an hour for each person of the station, subject and kind of thing. A row never reaches over midnight, so that
"looked at on that day" can be answered exactly.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum

from station.domain.authority import Actor
from station.domain.days import day_of, start_of_day
from station.domain.errors import Refused
from station.services.desk import Desk

HOUR_MS = 3_600_000


class Opened(Enum):
    """What was opened."""

    FILE = "FILE"
    SCANS = "SCANS"
    PAPER = "PAPER"
    EXPORT = "EXPORT"
    INCIDENT = "INCIDENT"


def look(desk: Desk, subjects: Iterable[str], opened: Opened, *, actor: Actor) -> None:
    """Write down that this person opens these people's data; durable on return, then it may be shown.

    Raises Refused where nobody has signed on, and Fault where the ledger cannot be written: then nothing is shown.
    """
    if not actor.person:
        raise Refused("请先登录，再查看个人信息。", "nobody_signed_on")
    now = desk.clock.now_ms()
    since = max(now - HOUR_MS + 1, start_of_day(day_of(now)))
    desk.ledger.looks.note(subjects, actor.person, opened.value, now, since)


def covers_until(at_ms: int) -> int:
    """The last instant at which a look noted then may have gone on without another row."""
    return min(at_ms + HOUR_MS, start_of_day(day_of(at_ms)) + 24 * HOUR_MS) - 1
