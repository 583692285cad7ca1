"""What happens in a seed, as a list of steps that can be told again, step by step, and made shorter.

A seed dwells on one thing (`THEMES`): a story in which everything is as likely as everything else seldom gets to the
second restore of one backup, or to a third permit of one block.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

WEIGHTS = {
    "work": 46, "case": 2, "sync": 24, "clerk": 8, "time": 6, "cut": 4, "centre_cut": 3, "line": 3, "clock": 3,
    "backup": 3, "restore": 2, "silent": 0.5, "clone": 0.7, "centre_backup": 2.5, "centre_restore": 1.6, "revoke": 0.4,
    "reenrol": 2, "late": 3, "hostile": 0.8, "hole": 1,
}  # fmt: skip
KINDS = tuple(WEIGHTS)
LONGEST = 24
OTHER = "'"


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what, at which machine, and the dice of it. Steps do not share dice, so one may be left out."""

    kind: str
    place: int
    seed: int


@dataclass(frozen=True, slots=True)
class Theme:
    """What a seed dwells on."""

    share: float
    """How often, beside the others."""
    people: int = 4
    """So many in a city: with one, every counter has the same person in hand."""
    near: float = 0.0
    """The share of steps at two machines, and at what was copied from one of them."""
    opening: tuple[str, ...] = ()
    """What half of its stories begin with, and others with the first few of it; with a dash at the other machine."""
    often: Mapping[str, float] | None = None
    """So many times as often as in `WEIGHTS`."""


THEMES = {
    "everything": Theme(3),
    "one_person": Theme(
        2, people=1, near=0.95,
        opening=("case", "sync", "clerk", "sync'", "case'", "case'", "sync", "case", "case", "sync'"),
        often={"case": 16, "work": 0.3, "sync": 1.5, "clerk": 4, "line": 2}),
    "numbers": Theme(
        2, near=0.8, opening=("centre_backup", "case", "sync", "centre_restore", "case'", "sync'"),
        often={"case": 24, "work": 0.3, "sync": 0.7, "cut": 2, "backup": 2, "restore": 2, "centre_restore": 2}),
    "disks": Theme(
        2, near=0.9, opening=("case", "backup", "case", "sync", "restore", "case", "sync'"),
        often={"case": 4, "backup": 5, "restore": 5, "reenrol": 3}),
    "copies": Theme(
        2, people=2, near=0.9, opening=("backup", "case", "sync", "restore", "silent", "case", "sync", "case"),
        often={"case": 2, "backup": 3, "restore": 2, "silent": 8, "clone": 8, "reenrol": 4}),
    "centre": Theme(
        2, people=2, near=0.7,
        opening=("case", "sync", "centre_backup", "clerk", "sync'", "centre_restore", "sync", "clerk", "sync"),
        often={"clerk": 2, "centre_backup": 4, "centre_restore": 8, "centre_cut": 3, "late": 3}),
    "hands": Theme(
        2, people=2, near=0.8, opening=("case", "sync", "revoke", "sync"),
        often={"hostile": 16, "revoke": 10, "hole": 8, "late": 2}),
    "clocks": Theme(
        1, people=1, near=0.9, opening=("case", "sync", "clerk", "sync'"), often={"case": 2, "time": 4, "clock": 6}),
}  # fmt: skip


def theme_of(seed: int) -> Theme:
    """What this seed dwells on."""
    themes = list(THEMES.values())
    return random.Random(f"theme {seed}").choices(themes, [theme.share for theme in themes])[0]


def write_story(seed: int, stations: int, length: int = 0) -> list[Step]:
    """The story of a seed."""
    dice, theme = random.Random(f"story {seed}"), theme_of(seed)
    length = length or dice.randrange(8, LONGEST)
    often = theme.often or {}
    weights = [weight * often.get(kind, 1) for kind, weight in WEIGHTS.items()]
    kinds = dice.choices(KINDS, weights, k=length)
    one, other = dice.sample(range(max(2, stations - 1)), 2)
    places = [
        dice.choice((one, one, other, stations)) if dice.random() < theme.near else dice.randrange(stations + 1)
        for _ in kinds
    ]
    opening = theme.opening[: dice.choice((len(theme.opening), dice.randrange(len(theme.opening) + 1)))]
    kinds[:0] = [step.removesuffix(OTHER) for step in opening]
    places[:0] = [other if step.endswith(OTHER) else one for step in opening]
    return [Step(kind, place, dice.randrange(1 << 30)) for kind, place in zip(kinds, places, strict=True)]


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
