"""What two places said that does not fit together: both facts stay, a person looks, and says which one counts.

Looking changes no fact of the worker; the station notes that it was looked at, by whom and with which finding.
"""

from __future__ import annotations

from dataclasses import dataclass

from station.domain import facts
from station.domain.authority import Actor, permit_act
from station.domain.errors import Refused
from station.domain.record import StationRecord
from station.ledger.inbox import ConflictRow
from station.services.desk import Desk, Done, Topic

LOOKED_AT = "CONFLICT_SETTLED"


@dataclass(frozen=True, slots=True)
class Clash:
    """One conflict with the fact that did not fit: who said it, when and where, as far as it is here."""

    row: ConflictRow
    actor: str
    at_ms: int
    station: str


def waiting(desk: Desk) -> list[Clash]:
    """Conflicts nobody has looked at, the oldest fact first."""
    settled = _settled(desk)
    return [_clash(desk, row) for row in desk.ledger.inbox.conflicts() if _key(row) not in settled]


def settle(desk: Desk, subject: str, *, finding: str, actor: Actor) -> Done[int]:
    """All conflicts of this worker were looked at, with this finding of the closed list. Answers how many."""
    permit_act("conflict.SETTLE", actor, reason=finding)
    rows = [clash.row for clash in waiting(desk) if clash.row.subject == subject]
    if not rows:
        raise Refused("此人没有待处理的冲突。", "no_conflict")
    today, own = desk.today(), f"station:{desk.ledger.station}"
    told = [(own, facts.StationActed(LOOKED_AT, today, f"{_key(row)} {finding}")) for row in rows]
    desk.ledger.append(told, actor=actor.person)
    return Done(len(rows), frozenset({Topic.ROLL, Topic.APPLICATIONS}))


def _settled(desk: Desk) -> set[str]:
    record = desk.ledger.record(f"station:{desk.ledger.station}")
    acts = record.acts if isinstance(record, StationRecord) else []
    return {step.note.rpartition(" ")[0] for step in acts if step.act == LOOKED_AT}


def _key(row: ConflictRow) -> str:
    return f"{row.subject}|{row.code}|{row.about}|{row.fact}"


def _clash(desk: Desk, row: ConflictRow) -> Clash:
    told = next((fact for fact in desk.ledger.facts_of(row.subject) if str(fact.id) == row.fact), None)
    if told is None:
        return Clash(row, "", 0, "")
    return Clash(row, told.actor, told.at_ms, told.id.station)
