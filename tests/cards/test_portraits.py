"""Rehearsal portraits: repeatable, various, on white, in the proportions of GA 461."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from station.cards.portraits import EYES, HEIGHT, looks, rehearsal_portrait

SEEDS = range(40)


def test_a_number_is_always_the_same_face() -> None:
    assert np.array_equal(rehearsal_portrait(11), rehearsal_portrait(11))
    assert looks(11) == looks(11)


def test_numbers_give_different_faces() -> None:
    assert len({rehearsal_portrait(seed).tobytes() for seed in SEEDS}) == len(SEEDS)


def test_all_styles_occur() -> None:
    made = [looks(seed) for seed in range(200)]
    assert {(one.woman, one.hair_style) for one in made} == {(w, h) for w in (True, False) for h in range(4)}
    assert {one.clothes for one in made} == {0, 1, 2}
    assert {one.glasses for one in made} == {True, False}


@pytest.mark.parametrize("seed", SEEDS)
def test_proportions_of_ga_461(seed: int) -> None:
    picture = rehearsal_portrait(seed)
    assert picture.shape == (441, 358, 3)
    assert picture.dtype == np.uint8
    assert (picture[:6] == 255).all(), "white ground"
    assert (picture[:300, :20] == 255).all()
    drawn: NDArray[np.bool_] = np.asarray((picture < 250).any(axis=2))
    assert 7 <= int(np.argmax(drawn.max(axis=1))) <= 27, "hair begins near the upper edge"
    assert HEIGHT - EYES >= 207
    assert 193 <= 2 * 98 * looks(seed).width <= 221, "width of the face"
    assert drawn[-1].mean() > 0.85, "shoulders reach the lower edge"
    assert drawn[0].sum() == 0
