"""Runs seeds: plays a story, checks after every step, calms down, checks all; over several processes where wanted."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from station.simulation import planted, printing_shift, quiet, rules
from station.simulation.printing_story import Life
from station.simulation.printing_story import write_story as write_printing
from station.simulation.province import Province
from station.simulation.story import Step, shorten, write_story
from station.simulation.world import Violation

CHUNK = 20
PRINTING, DRIVEN = 0, -1
"""So many stations stand for the printing counter, and for one whose every seed runs over the shipped drivers."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A seed that broke an invariant, and its shortest story."""

    seed: int
    rule: str
    what: str
    story: tuple[str, ...] = ()


@dataclass(slots=True)
class Report:
    """What a run found."""

    seeds: int = 0
    seconds: float = 0.0
    violations: int = 0
    first: Failure | None = None
    by_rule: dict[str, int] = field(default_factory=dict)

    @property
    def seeds_per_s(self) -> float:
        return self.seeds / self.seconds if self.seconds else 0.0

    def as_json(self) -> dict[str, Any]:
        """The document of the command line (architecture.md §7)."""
        first = self.first
        return {
            "seeds": self.seeds,
            "violations": self.violations,
            "seeds_per_s": round(self.seeds_per_s, 2),
            "seconds": round(self.seconds, 1),
            "by_rule": self.by_rule,
            "first_violation": None if first is None else {
                "seed": first.seed, "rule": first.rule, "what": first.what, "story": list(first.story)
            },
        }  # fmt: skip


def play(
    seed: int, stations: int, story: list[Step] | None = None, begin: Callable[[int, int], Province] = Province
) -> tuple[Violation | None, list[str]]:
    """One seed: what it broke, if anything, and its diary."""
    province = begin(seed, stations)
    try:
        for step in write_story(seed, stations) if story is None else story:
            province.play(step)
            rules.after_step(province, province.machines[step.place % len(province.machines)])
        quiet.calm(province)
        rules.when_calm(province)
    except Violation as broken:
        return broken, province.world.diary
    finally:
        province.close()
    return None, province.world.diary


def failure(seed: int, stations: int, broken: Violation) -> Failure:
    """The failure with its story made as short as can be."""

    if stations <= PRINTING:
        return _printing_failure(seed, stations == DRIVEN, broken)

    def fails(story: list[Step]) -> bool:
        found, _ = play(seed, stations, story)
        return found is not None and found.rule == broken.rule

    story = shorten(write_story(seed, stations), fails)
    again, diary = play(seed, stations, story)
    shown = again or broken
    return Failure(seed, shown.rule, shown.what, tuple(diary))


def _printing_failure(seed: int, driven: bool, broken: Violation) -> Failure:
    def fails(lives: list[Life]) -> bool:
        found, _ = printing_shift.play(seed, lives, driven)
        return found is not None and found.rule == broken.rule

    lives = shorten(list(write_printing(seed, driven).lives), fails)
    again, diary = printing_shift.play(seed, lives, driven)
    shown = again or broken
    return Failure(seed, shown.rule, shown.what, tuple(diary))


def some(first: int, count: int, stations: int, plant: str) -> list[tuple[int, str, str]]:
    """The seeds of one piece that broke something: (seed, rule, what). Without stations it is printing."""
    found = []
    gc.disable()  # a seed is short and its rubbish is taken out after each piece
    try:
        with planted.plant(plant):
            for seed in range(first, first + count):
                if stations > PRINTING:
                    broken, _ = play(seed, stations)
                else:
                    broken, _ = printing_shift.play(seed, driven=stations == DRIVEN)
                if broken is not None:
                    found.append((seed, broken.rule, broken.what))
                    if plant:
                        break
    finally:
        gc.enable()
        gc.collect()
    return found


def simulate(
    seeds: int, stations: int, *, first: int = 1, plant: str = "", jobs: int = 1,
    tell: Callable[[int], None] = lambda done: None, stop_at_first: bool = False, story: bool = True,
) -> Report:  # fmt: skip
    """Run that many seeds. With a plant, the run ends at the first seed that catches it.

    With `PRINTING` or `DRIVEN` for stations each seed is a printing counter's. `story`: tell the first failure as short
    as can be, which takes many more runs of its seed.
    """
    report, began = Report(), time.monotonic()
    found: list[tuple[int, str, str]] = []
    for done, broken in _pieces(first, seeds, stations, plant, jobs):
        report.seeds += done
        found += broken
        tell(report.seeds)
        if found and (plant or stop_at_first):
            break
    report.seconds = time.monotonic() - began
    report.violations = len(found)
    for _, rule, _ in found:
        report.by_rule[rule] = report.by_rule.get(rule, 0) + 1
    if found:
        seed, rule, what = min(found)
        with planted.plant(plant):
            report.first = failure(seed, stations, Violation(rule, what)) if story else Failure(seed, rule, what)
    return report


def try_plants(
    seeds: int, stations: int, *, first: int = 1, jobs: int = 1,
    tell: Callable[[int, int], None] = lambda done, total: None,
) -> dict[str, Failure | None]:  # fmt: skip
    """Every planted bug of the province, or of printing, in turn: the seed that catches it, None where none did."""
    printing = stations <= PRINTING
    plants = planted.PRINTING if printing else planted.PLANTS
    found: dict[str, Failure | None] = {}
    for bug in plants.values():
        where = DRIVEN if printing and bug.driven else stations
        name = f"printing {bug.name}" if printing else bug.name
        found[bug.name] = simulate(seeds, where, first=first, plant=name, jobs=jobs, story=False).first
        tell(len(found), len(plants))
    return found


def _pieces(
    first: int, seeds: int, stations: int, plant: str, jobs: int
) -> Iterator[tuple[int, list[tuple[int, str, str]]]]:
    starts = range(first, first + seeds, CHUNK)
    sizes = [min(CHUNK, first + seeds - start) for start in starts]
    if jobs <= 1:
        for start, size in zip(starts, sizes, strict=True):
            yield size, some(start, size, stations, plant)
        return
    with ProcessPoolExecutor(jobs) as pool:
        work = [pool.submit(some, start, size, stations, plant) for start, size in zip(starts, sizes, strict=True)]
        try:
            for size, one in zip(sizes, work, strict=True):
                yield size, one.result()
        finally:
            for one in work:
                one.cancel()
