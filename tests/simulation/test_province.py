"""Stations and a centre under every fault: no violation, the same seed the same story, and planted bugs caught."""

from __future__ import annotations

import os
import random

import pytest

from station.domain.standing import Colour
from station.services.inspecting import inspect_number
from station.simulation import counter
from station.simulation.memory import PowerCut
from station.simulation.planted import PLANTS, plant
from station.simulation.province import Province
from station.simulation.run import failure, play, simulate
from station.simulation.story import KINDS, OTHER, THEMES, shorten, theme_of, write_story
from station.simulation.world import DAY_MS
from station.sync import marks
from tests.simulation.planted_table import caught_by_seed

SEEDS = int(os.environ.get("SEEDS", "10000"))
HARMFUL = [bug.name for bug in PLANTS.values() if not bug.harmless]
CAUGHT = caught_by_seed("Planted bugs")


def test_some_seeds_break_nothing() -> None:
    found = simulate(6, 4, first=900)
    assert (found.seeds, found.violations, found.first) == (6, 0, None)
    assert found.as_json()["seeds_per_s"] > 0


def test_a_seed_tells_the_same_story_again() -> None:
    with plant(""):
        first, again = play(33, 4), play(33, 4)
    assert first == again
    assert len(first[1]) > 5


def test_the_table_of_the_docs_holds_every_harmful_plant() -> None:
    assert set(CAUGHT) == set(HARMFUL)
    assert len(HARMFUL) >= 20


@pytest.mark.parametrize("name", HARMFUL)
def test_a_planted_bug_is_caught(name: str) -> None:
    seed, rule = CAUGHT[name]
    with plant(name):
        broken, _ = play(seed, 4)
    assert broken is not None, PLANTS[name].sentence
    assert broken.rule == rule
    with plant(""):
        assert play(seed, 4)[0] is None, "the seed fails without the bug: nothing was proved"


def test_every_theme_and_every_kind_of_step_is_in_the_stories() -> None:
    stories = {seed: write_story(seed, 4) for seed in range(1, 400)}
    assert {step.kind for story in stories.values() for step in story} == set(KINDS)
    told = [next(name for name, theme in THEMES.items() if theme is theme_of(seed)) for seed in stories]
    assert set(told) == set(THEMES)
    for name, theme in THEMES.items():
        mine = [story for seed, story in stories.items() if theme_of(seed) is theme]
        opening = [step.removesuffix(OTHER) for step in theme.opening]
        whole = sum([step.kind for step in story[: len(opening)]] == opening for story in mine)
        assert whole >= 0.4 * len(mine), f"{name} seldom begins as it should"


def test_the_story_of_a_failure_is_short() -> None:
    seed, _ = CAUGHT["cursor_before_rows"]
    with plant("cursor_before_rows"):
        broken, _ = play(seed, 4)
        assert broken is not None
        told = failure(seed, 4, broken)
    assert told.rule == broken.rule
    assert 0 < len(told.story) <= 30


def test_shortening_keeps_what_fails() -> None:
    story = write_story(1, 4, 20)
    wanted = {story[3], story[17]}
    assert set(shorten(story, lambda shorter: wanted <= set(shorter))) == wanted


def test_every_plant_has_a_sentence_and_is_put_back() -> None:
    assert len(PLANTS) >= 20
    for name, bug in PLANTS.items():
        before = [vars(owner)[attribute] for owner, attribute, _ in bug.patches()]
        with plant(name):
            assert bug.sentence
        assert [vars(owner)[attribute] for owner, attribute, _ in bug.patches()] == before


@pytest.mark.soak
def test_many_seeds_break_nothing() -> None:
    found = simulate(SEEDS, 4, jobs=2)
    assert found.violations == 0, found.first


@pytest.mark.soak
@pytest.mark.parametrize("name", HARMFUL)
def test_every_harmful_plant_is_caught(name: str) -> None:
    assert simulate(SEEDS, 4, plant=name, jobs=2).violations


def test_a_clock_that_was_set_back_shows_no_green() -> None:
    """Without a good clock a station cannot say how old its data are (trust.md T12)."""
    province = Province(7, 2)
    machine = province.machines[0]
    number = ""
    for turn in range(60):
        province.world.dice = random.Random(turn)
        counter.serve(machine, 3)
        shown = machine.store.rows("SELECT number FROM roll_permits WHERE state = 'issued'")
        if shown and inspect_number(machine.desk, shown[0][0]).colour is Colour.UNKNOWN:
            machine.sync()
        if shown and inspect_number(machine.desk, shown[0][0]).colour is Colour.GREEN:
            number = shown[0][0]
            break
    assert number
    machine.watch.off_ms = -40 * DAY_MS
    assert inspect_number(machine.desk, number).colour is Colour.UNKNOWN
    province.close()


def test_a_disk_whose_power_went_just_after_it_was_level_was_level() -> None:
    """The rule of colours had counted that moment as never."""
    province = Province(7, 2)
    machine, seen = province.machines[0], 0
    disk = machine.copy()
    for fuse in range(1, 200):
        machine.restore(disk)
        province.world.ms += 60_000
        before, machine.store.fuse = marks.level_ms(machine.ledger), fuse
        try:
            machine.sync()
            break
        except PowerCut:
            machine.start()
        if marks.level_ms(machine.ledger) != before:
            assert machine.level_ms == province.world.ms
            seen += 1
    province.close()
    assert seen, "no cut fell between the mark and the answer"
