"""What an emulated printer remembers over power-off and process death, and the operator's hands on it."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from devices.errors import BadUrl

FIRST_CARDS = 1200
FIRST_PANELS = 7100
"""Lifetime counters of a new emulated printer: not zero, so nobody can take a total for a difference."""

ACTS = ("ribbon", "feeder", "cover", "path", "reject", "clean")
"""What the operator can mend: `operator=ribbon,feeder` in the URL, or the methods of the same meaning."""


@dataclass(slots=True)
class Memory:
    """Counters, supplies, settings and the card inside. Everything is a number, a word or a list of words."""

    serial: str
    feeder: int
    ribbon: int
    cards: int = FIRST_CARDS
    panels: int = FIRST_PANELS
    fed: int = 0  # cards fed since the tray was new
    landed: int = 0  # number of the newest card that came out
    rejected: int = 0
    pem: int = 0
    kept: int = 0  # the error management that power-on brings
    inside: bool = False
    cover_open: bool = False
    reject_full: bool = False
    cleaning: str = ""
    ribbon_set: str = "ko"  # what the last host said, unkindly: another one than any job of ours
    ribbon_seen: str = ""  # the kind that the printer sees instead, "" when it sees what was set
    cleanings: int = 4
    since_cleaning: int = 300
    longest_run: int = 900  # most cards between two cleanings
    struck: list[str] = field(default_factory=list)
    landing: list[list[Any]] = field(default_factory=list)  # cards on their way out: number, where, half

    def as_table(self) -> dict[str, Any]:
        """For the tray."""
        return dataclasses.asdict(self)

    def adopt(self, table: Mapping[str, Any]) -> bool:
        """Become what the tray kept, if that is a whole memory and another one; True when it was."""
        mine = self.as_table()
        if table == mine or not all(type(table.get(name)) is type(value) for name, value in mine.items()):
            return False
        for name, value in mine.items():
            if isinstance(value, list):
                getattr(self, name)[:] = table[name]  # others hold on to the list
            else:
                setattr(self, name, table[name])
        return True


class Operator:
    """The hands of a person at the emulated printer."""

    def __init__(self, memory: Memory, cards: int, ribbon: int) -> None:
        self._memory = memory
        self._cards = cards
        self._ribbon = ribbon

    @property
    def full_ribbon(self) -> int:
        """Cards of a new ribbon."""
        return self._ribbon

    def mend(self, acts: str) -> None:
        """Do the acts named in a comma list. Raises BadUrl for an unknown one."""
        for act in filter(None, acts.split(",")):
            if act not in ACTS:
                raise BadUrl(f"没有名为“{act}”的操作。可用的有：{'、'.join(ACTS)}。", "operator")
            getattr(self, f"mend_{act}")()

    def mend_ribbon(self) -> None:
        """A new ribbon."""
        self._memory.ribbon, self._memory.ribbon_seen = self._ribbon, ""

    def mend_feeder(self) -> None:
        """A full feeder."""
        self._memory.feeder = self._cards

    def mend_cover(self) -> None:
        """The cover is closed."""
        self._memory.cover_open = False

    def mend_path(self) -> None:
        """The card inside is taken out by hand and thrown into the reject box."""
        if self._memory.inside:
            self._memory.inside = False
            self._memory.landed += 1
            self._memory.rejected += 1
            self._memory.landing.append([self._memory.landed, "rejected", False])

    def mend_reject(self) -> None:
        """The reject box is emptied."""
        self._memory.reject_full = False

    def mend_clean(self) -> None:
        """A cleaning card has run."""
        memory = self._memory
        memory.longest_run = max(memory.longest_run, memory.since_cleaning)
        memory.cleaning, memory.cleanings, memory.since_cleaning = "", memory.cleanings + 1, 0
