"""Printing under every mishap, death and wrong word: one card each, no token twice, every blank on paper."""

from __future__ import annotations

import os

import pytest

from station.simulation import printing_devices, printing_model
from station.simulation.planted import PRINTING, plant
from station.simulation.printing_shift import play
from station.simulation.printing_story import ONE_IN, write_story
from station.simulation.run import DRIVEN, simulate, try_plants
from station.simulation.run import PRINTING as COUNTER
from tests.simulation.planted_table import caught_by_seed

SEEDS = int(os.environ.get("SEEDS", "10000"))
HARMFUL = [bug.name for bug in PRINTING.values() if not bug.harmless]
CAUGHT = caught_by_seed("Printing")


def test_some_seeds_break_nothing() -> None:
    found = simulate(30, COUNTER)
    assert (found.seeds, found.violations) == (30, 0)


def test_some_seeds_over_the_shipped_drivers_break_nothing() -> None:
    found = simulate(10, DRIVEN)
    assert (found.seeds, found.violations) == (10, 0)


@pytest.mark.parametrize("driven", [False, True])
def test_a_seed_tells_the_same_story_again(driven: bool) -> None:
    assert play(28, driven=driven) == play(28, driven=driven)


def test_every_kind_of_printer_and_every_mishap_is_in_the_stories() -> None:
    stories = [write_story(seed, driven) for seed in range(1, 600) for driven in (False, True)]
    assert {s.kind for s in stories if s.driven} == set(printing_devices.KINDS)
    assert {s.kind for s in stories if not s.driven} == set(printing_model.KINDS)
    assert sum(write_story(seed).driven for seed in range(1, 1 + 10 * ONE_IN)) == 10
    assert {s.printers for s in stories} == {1, 2}
    told = {what for s in stories if not s.driven for life in s.lives for what in life.script}
    assert told == {what for kind in printing_model.MISHAPS.values() for what in kind}
    names = {what.partition(":")[0] for s in stories if s.driven for life in s.lives for what in life.script}
    assert names >= {"mute", "wrong_answer", "counter_reset", "other_printer", "late_card", "abort", "lose", "twice"}


def test_the_table_of_the_docs_holds_every_harmful_plant() -> None:
    assert set(CAUGHT) == set(HARMFUL)
    assert len(HARMFUL) >= 10
    assert sum(PRINTING[name].driven for name in HARMFUL) >= 5


@pytest.mark.parametrize("name", HARMFUL)
def test_every_harmful_plant_is_caught(name: str) -> None:
    seed, rule = CAUGHT[name]
    with plant(f"printing {name}"):
        broken, _ = play(seed, driven=PRINTING[name].driven)
    assert broken is not None, PRINTING[name].sentence
    assert broken.rule == rule
    assert play(seed, driven=PRINTING[name].driven)[0] is None


def test_the_story_of_a_double_card_is_short() -> None:
    found = simulate(40, COUNTER, plant="printing retry_on_error")
    assert found.first is not None
    assert found.first.rule == "I7"
    assert len(found.first.story) < 10


def test_a_plant_that_is_not_caught_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    few = {name: PRINTING[name] for name in ("retry_on_error", "rejected_believed")}
    monkeypatch.setattr("station.simulation.planted.PRINTING", few)
    tried = try_plants(3, COUNTER)
    assert [(name, found is not None) for name, found in tried.items()] == [
        ("retry_on_error", True),
        ("rejected_believed", False),
    ]


@pytest.mark.soak
def test_many_seeds_break_nothing() -> None:
    found = simulate(2 * SEEDS, COUNTER, jobs=2)
    assert found.violations == 0, found.first


@pytest.mark.soak
def test_many_seeds_over_the_shipped_drivers_break_nothing() -> None:
    found = simulate(SEEDS // 5, DRIVEN, jobs=2)
    assert found.violations == 0, found.first
