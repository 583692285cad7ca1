"""Stations and a centre under every fault: no violation, the same seed the same story, and planted bugs caught."""

from __future__ import annotations

import os
import random

import pytest

from station.domain.standing import Colour
from station.services.inspecting import inspect_number
from station.simulation import counter
from station.simulation.planted import PLANTS, plant
from station.simulation.province import Province
from station.simulation.run import failure, play, simulate
from station.simulation.story import shorten, write_story
from station.simulation.world import DAY_MS

SEEDS = int(os.environ.get("SEEDS", "10000"))
CAUGHT = {"cursor_before_rows": 2, "keys_after_facts": 6, "honesty_gone": 20, "life_of_its_own": 16}
"""Plants and the seeds that are known to catch them: a few that run in a second."""


def test_some_seeds_break_nothing() -> None:
    found = simulate(6, 4, first=900)
    assert (found.seeds, found.violations, found.first) == (6, 0, None)
    assert found.as_json()["seeds_per_s"] > 0


def test_a_seed_tells_the_same_story_again() -> None:
    with plant(""):
        first, again = play(33, 4), play(33, 4)
    assert first == again
    assert len(first[1]) > 5


@pytest.mark.parametrize("name", CAUGHT)
def test_a_planted_bug_is_caught(name: str) -> None:
    with plant(name):
        broken, _ = play(CAUGHT[name], 4)
    assert broken is not None
    with plant(""):
        assert play(CAUGHT[name], 4)[0] is None, "the seed fails without the bug: nothing was proved"


def test_the_story_of_a_failure_is_short() -> None:
    with plant("cursor_before_rows"):
        broken, _ = play(2, 4)
        assert broken is not None
        told = failure(2, 4, broken)
    assert told.rule == broken.rule
    assert 0 < len(told.story) <= 20


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
@pytest.mark.parametrize("name", [bug.name for bug in PLANTS.values() if not bug.harmless])
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
    """Seed 8631: the rule of colours had counted that moment as never."""
    broken, diary = play(8631, 4)
    assert broken is None, diary[-12:]
