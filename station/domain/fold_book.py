"""How a fold writes into a record: which step belongs to which fact, conflicts, and steps of a timeline."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, TypeVar

from station.domain import facts, parts
from station.domain.worker import WorkerRecord

Writer = Callable[[WorkerRecord, facts.Fact, Any], None]
P = TypeVar("P", bound=facts.Payload)

class Writers(dict[type[facts.Payload], Writer]):
    """The one function per kind of fact that writes it into a worker's record."""

    def told(self, kind: type[P]) -> Callable[[Callable[[WorkerRecord, facts.Fact, P], None]], None]:
        """Register the function for this kind."""

        def register(write: Callable[[WorkerRecord, facts.Fact, P], None]) -> None:
            self[kind] = write

        return register


def conflict(record: WorkerRecord, code: str, about: str, fact: facts.Fact) -> None:
    """Keep what does not fit: both facts stay, a person settles it."""
    record.conflicts.append(parts.Conflict(code, about, str(fact.id)))


def step(fact: facts.Fact, act: str, on: date, reason: str, note: str) -> parts.Step:
    return parts.Step(act, on, fact.actor, fact.at_ms, reason, note, str(fact.id))
