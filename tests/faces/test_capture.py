"""Taking a photo by itself: a row of good frames, the best of them, and never anything that is bad."""

from __future__ import annotations

import numpy as np

from station.cards.sitting import HEIGHT, WIDTH, sitting
from station.faces.capture import IN_A_ROW, BestOf, look, ready
from station.faces.engines import load
from station.faces.measures import Measure, Verdict
from station.faces.portrait import Portrait
from tests.faces import people

ANY = np.zeros((2, 2, 3), np.uint8)


def portrait(sharp: float = 0.3, **verdicts: Verdict) -> Portrait:
    measures = [Measure("sharpness", sharp, "", verdicts.pop("sharpness", Verdict.GOOD))]
    measures += [Measure(name, 1, "", verdict, "x") for name, verdict in verdicts.items()]
    return Portrait(ANY, tuple(measures))


def test_a_row_of_good_frames_gives_the_best_of_them() -> None:
    frames = [np.full((2, 2, 3), number, np.uint8) for number in range(6)]
    best = BestOf(3)
    assert best.see(frames[0], portrait()) is None
    assert best.waiting == 2
    assert best.see(frames[1], portrait(yaw=Verdict.WARN)) is None
    assert best.waiting == 3, "a glance aside begins the row anew"
    assert best.see(frames[2], portrait(0.2)) is None
    assert best.see(frames[3], portrait(0.4)) is None
    taken = best.see(frames[4], portrait(0.3))
    assert taken is frames[3]
    assert best.waiting == 3


def test_what_keeps_a_frame_from_being_taken_by_itself() -> None:
    assert ready(portrait())
    assert ready(portrait(background_light=Verdict.WARN)), "the wall can be whitened"
    for name in ("faces", "yaw", "roll", "side_light", "red_eye"):
        assert not ready(portrait(**{name: Verdict.WARN})), name
    assert not ready(portrait(exposure=Verdict.BAD))
    assert not ready(Portrait(None, ()))


def test_the_person_of_a_rehearsal_is_taken_at_the_third_good_frame() -> None:
    finder = load(None)
    assert finder is not None
    frames = sitting(1)
    assert all(frame.shape == (HEIGHT, WIDTH, 3) for frame in frames)
    best, taken = BestOf(), []
    for frame in frames:
        found = best.see(frame, look(frame, finder))
        if found is not None:
            taken.append(found)
    assert len(taken) == 1
    assert len(frames) > IN_A_ROW
    assert not ready(look(frames[0], finder)), "too far away"
    assert not ready(look(frames[1], finder)), "askew"
    assert not ready(look(people.blurred(people.seen(1), 8), finder))
