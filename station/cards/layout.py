"""What a layout says: places, sizes, inks and words of both faces, typed. Reading it from a file is layout_file's.

A layout is a template, not code (domain.md §3.2): a city may bring another file, and every printed word stands in it.
"""

from __future__ import annotations

import string
from collections.abc import Mapping
from dataclasses import dataclass

from station.cards.places import Box
from station.cards.qr import Symbol

CITY_WORDS = ("title", "issuer", "host", "code_name", "hotline", "complaint_phone", "return_address")
"""Placeholders that all cards of one city share: painted once and kept."""
CARD_WORDS = ("name", "number", "company", "categories", "year", "month", "day", "issue_number")
"""Placeholders of one card."""
WHITE = "white"
BLACK = "black"
"""The ink of resin: pure 0,0,0 in whole dots. Every other ink is dye, smooth."""


@dataclass(frozen=True, slots=True)
class Field:
    """Text in a box: it shrinks from `size` to `smallest`, then wraps and shrinks to `smallest_wrapped`.

    What still does not fit is refused. `label` stands above the box. `balanced` breaks into lines of like length; else
    each line is filled. `words` are the placeholders in its text.
    """

    key: str
    box: Box
    text: str
    size: int
    smallest: int
    smallest_wrapped: int
    lines: int = 1
    bold: bool = False
    serif: bool = False
    align: str = "left"
    ink: str = BLACK
    label: str = ""
    balanced: bool = True
    words: frozenset[str] = frozenset()

    @property
    def varies(self) -> bool:
        """Whether it differs from card to card."""
        return not self.words.isdisjoint(CARD_WORDS)


@dataclass(frozen=True, slots=True)
class Panel:
    """A rounded frame; filled white where `filled`."""

    box: Box
    ink: str
    filled: bool


@dataclass(frozen=True, slots=True)
class Rule:
    """A straight line across: left, middle height, length, and how thick, in dots."""

    x: int
    y: int
    w: int
    thick: int
    ink: str


@dataclass(frozen=True, slots=True)
class Sign:
    """The shape of a colour, for those who cannot see it: centre and radius in dots."""

    kind: str
    x: int
    y: int
    r: int


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a rehearsal card bears: a framed word, turned by some degrees."""

    box: Box
    text: str
    turn: float
    ink: str
    opacity: float


@dataclass(frozen=True, slots=True)
class Face:
    """One side: fields and what stands around them."""

    fields: tuple[Field, ...]
    panels: tuple[Panel, ...]
    rules: tuple[Rule, ...]
    signs: tuple[Sign, ...]
    stamp: Stamp

    @property
    def words(self) -> frozenset[str]:
        """The placeholders that occur on it."""
        return frozenset().union(*(one.words for one in self.fields))

    def field(self, key: str) -> Field:
        """The field of that name."""
        return next(one for one in self.fields if one.key == key)


@dataclass(frozen=True, slots=True)
class CardLayout:
    """One layout: both sides, the band of the title, photo and symbol."""

    name: str
    band: Box
    photo: Box
    symbol_box: Box
    symbol: Symbol
    front: Face
    back: Face
    colours: Mapping[str, str]
    label_size: int


def placeholders(text: str) -> frozenset[str]:
    """The names in braces. Raises ValueError for braces that do not pair."""
    return frozenset(name for _, name, _, _ in string.Formatter().parse(text) if name is not None)
