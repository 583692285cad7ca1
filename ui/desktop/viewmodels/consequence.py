"""What the code will answer once an act is done: the same fold and the same colour rule, one imagined fact further."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from station.domain import facts, parts
from station.domain.facts_base import Fact, FactId
from station.domain.permit import Act, Cause
from station.domain.record import fold_worker
from station.domain.standing import standing
from station.domain.worker import WorkerRecord
from station.services.desk import Desk
from ui.words import word, words


@dataclass(frozen=True, slots=True)
class Consequence:
    """The colour before and after, each with its word and first reason."""

    before: tuple[str, str, str]
    after: tuple[str, str, str]


def _acted(act: Act, cause: Cause) -> Callable[[parts.Permit, date], facts.Payload]:
    return lambda right, day: facts.PermitActed(right.number, act.value, day, cause.value)


def _cleared(right: parts.Permit, day: date) -> facts.Payload:
    cause = right.open_causes[0] if right.open_causes else ""
    return facts.PermitActed(right.number, Act.REINSTATE.value, day, cause)


IMAGINED: dict[str, Callable[[parts.Permit, date], facts.Payload]] = {
    "release": _acted(Act.RELEASE, Cause.OTHER),
    "suspend": _acted(Act.SUSPEND, Cause.OTHER),
    "reinstate": _cleared,
    "cancel": _acted(Act.CANCEL, Cause.OTHER),
    "revoke": _acted(Act.REVOKE, Cause.OTHER),
    "close": _acted(Act.CANCEL, Cause.DECEASED),
    "leave": _acted(Act.SUSPEND, Cause.AFFILIATION_ENDED),
}


def consequences(desk: Desk, record: WorkerRecord, keys: list[str]) -> dict[str, Consequence]:
    """For each of these acts that changes what the permit answers: the colour now and the colour afterwards."""
    right, day = record.permit, desk.clock.today()
    if right is None:
        return {}
    told = desk.ledger.facts_of(record.subject)
    now = _shown(record, right.number, day)
    found = {}
    for key in keys:
        imagine = IMAGINED.get(key)
        if imagine is not None:
            told_then = imagine(right, day)
            fact = Fact(FactId("imagined", 0, 0), record.subject, record.city, "", record.newest + 1, told_then)
            found[key] = Consequence(now, _shown(fold_worker(record.subject, [*told, fact]), right.number, day))
    return found


def _shown(record: WorkerRecord, number: str, day: date) -> tuple[str, str, str]:
    found = standing(record, number, day)
    reason = words("reason")[found.reasons[0]] if found.reasons else ""
    return found.colour.value, word("colour", found.colour.value), reason
