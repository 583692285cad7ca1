"""Printing under every mishap, death and wrong word: one card each, no token twice, every blank on paper."""

from __future__ import annotations

import os

import pytest

from station.simulation.planted import PRINTING, plant
from station.simulation.printing_shift import play
from station.simulation.run import PRINTING as COUNTER
from station.simulation.run import simulate

SEEDS = int(os.environ.get("SEEDS", "10000"))
HARMFUL = [bug.name for bug in PRINTING.values() if not bug.harmless]


def test_some_seeds_break_nothing() -> None:
    found = simulate(30, COUNTER)
    assert (found.seeds, found.violations) == (30, 0)


def test_a_seed_tells_the_same_story_again() -> None:
    assert play(28) == play(28)


@pytest.mark.parametrize("name", HARMFUL)
def test_every_harmful_plant_is_caught(name: str) -> None:
    with plant(f"printing {name}"):
        assert any(play(seed)[0] for seed in range(1, 40)), PRINTING[name].sentence
    assert len(HARMFUL) >= 10


def test_the_story_of_a_double_card_is_short() -> None:
    found = simulate(40, COUNTER, plant="printing retry_on_error")
    assert found.first is not None
    assert found.first.rule == "I7"
    assert len(found.first.story) < 10


@pytest.mark.soak
def test_many_seeds_break_nothing() -> None:
    found = simulate(2 * SEEDS, COUNTER, jobs=2)
    assert found.violations == 0, found.first
