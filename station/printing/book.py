"""The ledger as printing needs it, and nothing of how it is kept."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Protocol

from station.domain.card import State
from station.domain.errors import Refused
from station.domain.facts import Fact, Payload
from station.domain.record import Record
from station.domain.worker import WorkerRecord
from station.ledger.jobs import Jobs

Told = Sequence[tuple[str, Payload]]
"""What happened, before it has an identity: (subject, payload), in order."""


class Book(Protocol):
    """Facts of subjects: durable when a call returns, all of one call or nothing."""

    def append(self, told: Told, *, actor: str) -> list[Fact]:
        """Write down what happened."""
        ...

    def decide(self, subject: str, decision: Callable[[Record], Told], *, actor: str) -> list[Fact]:
        """Fold, decide, append in one transaction; what `decision` raises is passed on and nothing is written."""
        ...

    def record(self, subject: str) -> Record:
        """The fold of one subject's facts; of an unknown subject, an empty record."""
        ...

    def facts_of(self, subject: str) -> list[Fact]:
        """All facts of one subject in the agreed order."""
        ...


Find = Callable[[Collection[State]], Sequence[str]]
"""Subjects of the workers who have a card in one of these states, each once."""


def finder(jobs: Jobs) -> Find:
    """`Find` over the ledger's projection of cards; the longest waiting first."""

    def find(states: Collection[State]) -> Sequence[str]:
        rows = jobs.in_states(sorted(state.value for state in states))
        return list(dict.fromkeys(row.subject for row in rows))

    return find


def as_worker(record: Record) -> WorkerRecord:
    """A worker's record. Raises Refused for a company or a station: they have no cards."""
    if not isinstance(record, WorkerRecord):
        raise Refused("制卡只适用于从业人员档案。", "not_a_worker")
    return record
