"""What happens in a seed, as a list of steps that can be told again, step by step, and made shorter."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

WEIGHTS = {
    "work": 46, "sync": 24, "clerk": 8, "time": 6, "cut": 4, "centre_cut": 3, "line": 3, "clock": 3, "backup": 3,
    "restore": 2, "silent": 0.5, "clone": 0.7, "centre_backup": 2.5, "centre_restore": 1.6, "revoke": 0.4,
    "reenrol": 2, "late": 3, "hostile": 0.8,
}  # fmt: skip
KINDS = tuple(WEIGHTS)


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what, at which machine, and the dice of it. Steps do not share dice, so one may be left out."""

    kind: str
    place: int
    seed: int


def write_story(seed: int, stations: int, length: int = 0) -> list[Step]:
    """The story of a seed."""
    dice = random.Random(f"story {seed}")
    length = length or dice.randrange(8, 24)
    kinds = dice.choices(KINDS, list(WEIGHTS.values()), k=length)
    return [Step(kind, dice.randrange(stations + 1), dice.randrange(1 << 30)) for kind in kinds]


T = TypeVar("T")


def shorten(story: list[T], fails: Callable[[list[T]], bool], tries: int = 150) -> list[T]:
    """The shortest story found that still fails: halves first, then single steps."""
    size = len(story) // 2
    while size:
        start = 0
        while start < len(story) and tries > 0:
            shorter = story[:start] + story[start + size :]
            tries -= 1
            if fails(shorter):
                story = shorter
            else:
                start += size
        size //= 2
    return story
