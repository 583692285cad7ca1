"""Which bugs can be planted, and the planting: shipped functions are replaced while a run lasts, and put back."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from station.simulation import (
    planted_centre,
    planted_ledger,
    planted_rules,
    planted_sync,
    printing_planted,
    printing_planted_drivers,
)
from station.sync import reading, sending

Patch = tuple[Any, str, Any]
"""(module or class, attribute, what stands there instead)."""
PAGE, BATCH = 40, 25
"""So small in a simulation that a few facts make several pages."""


@dataclass(frozen=True, slots=True)
class Plant:
    """One bug. `harmless` says why no invariant can see it; empty for one that must be caught."""

    name: str
    sentence: str
    patches: Callable[[], list[Patch]]
    harmless: str = ""
    driven: bool = False
    """It is in a driver: looked for where every seed runs over the shipped ones."""


PLANTS: dict[str, Plant] = {
    name: Plant(name, sentence, patches, harmless)
    for table in (planted_sync.TABLE, planted_centre.TABLE, planted_ledger.TABLE, planted_rules.TABLE)
    for name, (sentence, patches, harmless) in table.items()
}

PRINTING: dict[str, Plant] = {
    name: Plant(name, sentence, patches, harmless, driven)
    for table, driven in ((printing_planted.TABLE, False), (printing_planted_drivers.TABLE, True))
    for name, (sentence, patches, harmless) in table.items()
}


@contextlib.contextmanager
def plant(name: str) -> Iterator[None]:
    """While this lasts the bug is in. An empty name plants nothing; a bug in printing is called `printing NAME`."""
    patches: list[Patch] = [(reading, "PULL_BATCH", PAGE), (sending, "PUSH_BATCH", BATCH)]
    if name:
        bug = PLANTS[name] if name in PLANTS else PRINTING[name.removeprefix("printing ")]
        patches += bug.patches()
    before = [(owner, attribute, vars(owner)[attribute]) for owner, attribute, _ in patches]
    for owner, attribute, instead in patches:
        setattr(owner, attribute, instead)
    try:
        yield
    finally:
        for owner, attribute, was in reversed(before):
            setattr(owner, attribute, was)
