"""The ledger of a simulated printing counter: facts in a list, whole or not at all, and the shipped fold."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from station.clock import FixedClock, HybridClock
from station.domain import facts
from station.domain.card import State
from station.domain.record import Record, fold
from station.domain.worker import WorkerRecord
from station.printing.book import Told

STATION = "hz01"


class MemoryBook:
    """Implements Book; it survives every death of the program."""

    def __init__(self, clock: FixedClock) -> None:
        self._hybrid = HybridClock(clock)
        self._told: dict[str, list[facts.Fact]] = {}
        self._folded: dict[str, Record] = {}
        self._count = 0

    def append(self, told: Told, *, actor: str) -> list[facts.Fact]:
        """Write down what happened."""
        written = []
        for subject, payload in told:
            self._count += 1
            identity = facts.FactId(STATION, 1, self._count)
            fact = facts.Fact(identity, subject, "330100", actor, self._hybrid.stamp(), payload)
            self._told.setdefault(subject, []).append(fact)
            self._folded.pop(subject, None)
            written.append(fact)
        return written

    def decide(self, subject: str, decision: Callable[[Record], Told], *, actor: str) -> list[facts.Fact]:
        """Fold, decide, append."""
        return self.append(decision(self.record(subject)), actor=actor)

    def record(self, subject: str) -> Record:
        """The fold of one subject's facts."""
        if subject not in self._folded:
            self._folded[subject] = fold(subject, self.facts_of(subject))
        return self._folded[subject]

    def facts_of(self, subject: str) -> list[facts.Fact]:
        """All facts of one subject."""
        return list(self._told.get(subject, []))

    def find(self, states: Collection[State]) -> Sequence[str]:
        """Subjects of the workers with a card in one of these states."""
        return [r.subject for r in self.workers() if any(c.state in states for c in r.cards.values())]

    def workers(self) -> list[WorkerRecord]:
        """Every worker's record."""
        return [r for s in self._told if s.startswith("worker:") and isinstance(r := self.record(s), WorkerRecord)]
