"""The world around the stations: one true time, clocks that lie, what was promised to people, what was destroyed.

It remembers what no station can be asked about: which facts somebody was told are saved, which of them a fire took
before they left the house, and which token's bytes went to a printer how often.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from station.domain.days import day_of, start_of_day
from station.domain.facts import Fact, FactId

MINUTE, HOUR, DAY_MS = 60_000, 3_600_000, 86_400_000
FIRST_DAY = date(2026, 3, 2)
CALLS = 2_000
"""Ten times what the busiest step needs."""
Told = tuple[str, str, int]
"""Subject, kind and stamp of a fact: enough to know it again."""


class Violation(AssertionError):
    """An invariant does not hold. `rule` is its name in trust.md §6.3."""

    def __init__(self, rule: str, what: str) -> None:
        super().__init__(f"{rule}: {what}")
        self.rule = rule
        self.what = what


@dataclass(slots=True)
class World:
    """True time and what people were promised."""

    dice: random.Random
    ms: int = start_of_day(FIRST_DAY) + 9 * HOUR
    promised: dict[FactId, Told] = field(default_factory=dict)
    destroyed: set[FactId] = field(default_factory=set)
    acknowledged: dict[FactId, str] = field(default_factory=dict)
    sent: Counter[tuple[str, str, int]] = field(default_factory=Counter)
    """How often each station sent the bytes of a token: (station, number, issue number)."""
    unsure: set[tuple[str, int]] = field(default_factory=set)
    """Tokens whose sending was noted only on a disk that was destroyed."""
    late: list[Callable[[], object]] = field(default_factory=list)
    diary: list[str] = field(default_factory=list)
    calls: int = 0
    """How often the centre was called in this step."""

    def now_ms(self) -> int:
        return self.ms

    def today(self) -> date:
        return day_of(self.ms)

    def call(self, name: str) -> None:
        """The centre is called. Raises Violation for a step that calls it without end."""
        self.calls += 1
        if self.calls > CALLS:
            raise Violation("I12", f"a step called the centre {CALLS} times, now for {name}")

    def promise(self, told: list[Fact]) -> None:
        """Somebody saw 已保存 for these."""
        for fact in told:
            self.promised[fact.id] = (fact.subject, type(fact.payload).kind, fact.recorded_at)

    def note(self, line: str) -> None:
        self.diary.append(line)

    def chance(self, share: float) -> bool:
        return self.dice.random() < share


@dataclass(slots=True)
class Watch:
    """The clock of one machine: true time and how far it is off."""

    world: World
    off_ms: int = 0

    def now_ms(self) -> int:
        return self.world.ms + self.off_ms

    def today(self) -> date:
        return day_of(self.now_ms())
