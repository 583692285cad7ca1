"""From a picture to a permit photo: what is found, how it is cut, and that each fault is seen and said."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from devices.contracts import Picture
from station.faces.crop import HEIGHT, WIDTH
from station.faces.engines import engines, load
from station.faces.face import Face, FaceMatcher, main_face
from station.faces.measures import Measure, Verdict
from station.faces.portrait import Portrait, portrait_of
from tests.faces import people

NAMES = [
    *("faces", "eye_distance", "inside", "roll", "yaw", "pitch", "head_size", "eye_line", "centred", "margin_above"),
    *("sharpness", "exposure", "burnt", "underexposed", "side_light", "red_eye"),
    *("background_light", "background_even", "background_colour"),
]


@pytest.fixture(scope="module")
def finder() -> FaceMatcher:
    matcher = load(None)
    assert matcher is not None, "the extra [faces] is part of the tests' environment"
    return matcher


def measure(made: Portrait, name: str) -> Measure:
    return next(one for one in made.measures if one.name == name)


@pytest.mark.parametrize("seed", [1, 4, 7])
def test_a_good_picture_is_accepted_and_stands_where_the_standard_wants_it(finder: FaceMatcher, seed: int) -> None:
    made = portrait_of(people.seen(seed), finder)
    assert made.acceptable, [m for m in made.measures if m.verdict is Verdict.BAD]
    assert [one.name for one in made.measures] == NAMES
    assert made.picture is not None
    assert made.picture.shape == (HEIGHT, WIDTH, 3)
    assert 193 <= measure(made, "head_size").value <= 221
    assert measure(made, "eye_line").value >= 207
    assert abs(measure(made, "centred").value) < 1
    face, _ = main_face(finder.find(made.picture))
    assert face is not None
    assert abs(face.between_eyes[0] - WIDTH / 2) < 12, "found again where the cut says it is"


FAULTS: list[tuple[str, Callable[[Picture], Picture], Verdict, str]] = [
    ("sharpness", lambda p: people.blurred(p, 7), Verdict.BAD, "模糊"),
    ("exposure", lambda p: people.dimmed(p, 0.3), Verdict.BAD, "太暗"),
    ("side_light", lambda p: people.lit_from(p, "left"), Verdict.BAD, "光线偏左"),
    ("side_light", lambda p: people.lit_from(p, "right"), Verdict.BAD, "光线偏右"),
    ("roll", lambda p: people.turned(p, 12), Verdict.WARN, "头歪"),
    ("inside", lambda p: p[:, 405:], Verdict.BAD, "正中"),
    ("eye_distance", lambda p: p[::3, ::3], Verdict.BAD, "靠近"),
    ("background_even", lambda p: people.before(p, "stripes"), Verdict.BAD, "不均匀"),
    ("background_light", lambda p: people.before(p, (90, 90, 90)), Verdict.BAD, "太暗"),
]


@pytest.mark.parametrize(("name", "spoil", "verdict", "words"), FAULTS)
def test_each_fault_is_seen_and_said(
    finder: FaceMatcher, name: str, spoil: Callable[[Picture], Picture], verdict: Verdict, words: str
) -> None:
    found = measure(portrait_of(spoil(people.seen(1)), finder), name)
    assert found.verdict is verdict, found
    assert words in found.sentence


def test_red_eyes_are_seen(finder: FaceMatcher) -> None:
    picture = people.seen(1)
    face, _ = main_face(finder.find(picture))
    assert face is not None
    red = people.red_eyed(picture, (face.right_eye, face.left_eye), 11)
    assert measure(portrait_of(red, finder), "red_eye").verdict is not Verdict.GOOD


def test_two_people_stop_the_capture(finder: FaceMatcher) -> None:
    both = np.concatenate([people.seen(1), people.seen(7)], axis=1)
    made = portrait_of(both, finder)
    assert measure(made, "faces").value == 2
    assert not made.acceptable


def test_an_even_wall_is_made_white_and_that_is_recorded(finder: FaceMatcher) -> None:
    made = portrait_of(people.before(people.seen(1), (190, 196, 188)), finder)
    assert made.corrected
    assert made.picture is not None
    assert made.picture[:40, :40].min() >= 250
    light = measure(made, "background_light")
    assert light.value < 225, "the value as taken"
    assert light.verdict is Verdict.GOOD
    plain = portrait_of(people.before(people.seen(1), (190, 196, 188)), finder, whitening=False)
    assert not plain.corrected
    assert plain.picture is not None
    middle = slice(150, 260), slice(130, 230)
    assert np.array_equal(plain.picture[middle], made.picture[middle]), "the face is never touched"


def test_an_uneven_wall_is_left_alone(finder: FaceMatcher) -> None:
    assert not portrait_of(people.before(people.seen(1), "stripes"), finder).corrected


def test_a_turned_head_is_cut_upright(finder: FaceMatcher) -> None:
    made = portrait_of(people.turned(people.seen(1), 7), finder)
    assert made.picture is not None
    assert abs(made.turned - 7) < 3
    face, _ = main_face(finder.find(made.picture))
    assert face is not None
    assert abs(face.roll) < 3


def test_the_best_of_several_is_the_sharp_straight_one(finder: FaceMatcher) -> None:
    good = people.seen(4)
    several = [people.blurred(good, 4), people.turned(good, 7), good, people.dimmed(good, 0.5)]
    made = [portrait_of(one, finder) for one in several]
    assert max(range(4), key=lambda index: made[index].score) == 2


@settings(max_examples=15)
@given(arrays.arrays(np.uint8, st.tuples(st.integers(1, 90), st.integers(1, 90), st.just(3))))
def test_any_picture_gives_an_answer(picture: Picture) -> None:
    matcher = load(None)
    assert matcher is not None
    made = portrait_of(picture, matcher)
    assert made.picture is None
    assert made.first_sentence == "画面中没有找到人脸，请正对镜头。"


def test_angles_of_a_face() -> None:
    straight = Face(0, 0, 100, 100, (30, 40), (70, 40), (50, 70))
    assert (straight.roll, straight.yaw, straight.pitch, straight.eye_distance) == (0, 0, 0.75, 40)
    tilted = Face(0, 0, 100, 100, (30, 40), (70, 60), (42, 80))
    assert tilted.roll == pytest.approx(26.565, abs=0.01)
    aside = Face(0, 0, 100, 100, (30, 40), (70, 40), (58, 70))
    assert aside.yaw == pytest.approx(0.2)


def test_every_engine_says_why_it_is_or_is_not_here() -> None:
    told = {engine.name: engine for engine in engines(None)}
    assert told["dlib"].active
    assert "仅供参考" in told["dlib"].why
    assert not told["sface"].active
    assert "face_detection_yunet" in told["sface"].why
