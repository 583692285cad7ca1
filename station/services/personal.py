"""The person's rights at the counter: consents taken back, everything deleted (PIPL 15, 47)."""

from __future__ import annotations

from collections.abc import Iterable

from station.domain.authority import Actor
from station.domain.decide import personal
from station.domain.worker import WorkerRecord
from station.services.desk import Desk, Done, Topic

_TOUCHED = frozenset({Topic.ROLL, Topic.APPLICATIONS, Topic.PERMITS, Topic.CARDS})


def withdraw_consents(desk: Desk, subject: str, items: Iterable[str], *, actor: Actor) -> Done[WorkerRecord]:
    """The worker takes consents back: the open case stops and the permit pauses, unless it was only the face's."""
    today, wanted = desk.today(), tuple(items)
    record = desk.decide(subject, actor, lambda r: personal.withdraw_consents(r, wanted, today, actor=actor))
    return Done(record, _TOUCHED)


def erase(desk: Desk, subject: str, *, reason: str, actor: Actor, second: Actor) -> Done[WorkerRecord]:
    """Destroy the person's keys, pictures, search words and drafts, here and with the next exchange everywhere.

    The facts stay, without anything personal. Raises Refused with what keeps the data, and until when.
    """
    today = desk.today()
    record = desk.decide(subject, actor, lambda r: personal.erase(r, today, reason=reason, actor=actor, second=second))
    return Done(record, _TOUCHED)
