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
    struck: list[str] = field(default_factory=list)
    landing: list[list[Any]] = field(default_factory=list)  # cards on their way out: number, where, half

    def as_table(self) -> dict[str, Any]:
        """For the tray."""
        return dataclasses.asdict(self)

    @classmethod
    def recalled(cls, table: Mapping[str, Any], serial: str, feeder: int, ribbon: int) -> Memory:
        """What the tray kept; a new printer when it kept nothing that fits."""
        new = cls(serial, feeder, ribbon)
        if not all(name in table and type(table[name]) is type(value) for name, value in new.as_table().items()):
            return new
        return cls(**{name: table[name] for name in new.as_table()})


class Operator:
    """The hands of a person at the emulated printer."""

    def __init__(self, memory: Memory, cards: int, ribbon: int) -> None:
        self._memory = memory
        self._cards = cards
        self._ribbon = ribbon

    def mend(self, acts: str) -> None:
        """Do the acts named in a comma list. Raises BadUrl for an unknown one."""
        for act in filter(None, acts.split(",")):
            if act not in ACTS:
                raise BadUrl(f"没有名为“{act}”的操作。可用的有：{'、'.join(ACTS)}。", "operator")
            getattr(self, f"mend_{act}")()

    def mend_ribbon(self) -> None:
        """A new ribbon."""
        self._memory.ribbon = self._ribbon

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
        self._memory.cleaning = ""
