"""A camera watched for two seconds: shaking hands, foreign codes, two cards, silence."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from devices.cameras.photograph import photograph
from devices.contracts import Accept, CodeReader, Frame, Picture, Reading
from devices.errors import Missing
from devices.scanners.ladder import read_frames
from tests.bench.qr_frames import BASE
from tests.devices.codes import READER, card


class Film:
    """A camera that shows these frames, one every 50 ms of its own clock; None is a moment without a frame."""

    def __init__(self, pictures: list[Picture | None], every: float = 0.05) -> None:
        self.pictures = iter(pictures)
        self.every = every
        self.now = 0.0
        self.gone = False

    def monotonic(self) -> float:
        return self.now

    def pause(self, seconds: float) -> None:
        self.now += seconds

    def read(self, timeout: float) -> Frame | None:
        if self.gone:
            raise Missing("摄像头断开了", "camera_gone")
        picture = next(self.pictures, None)
        self.now += timeout if picture is None else self.every
        return None if picture is None else Frame(picture, self.now)

    def close(self) -> None:
        self.gone = True


class Scripted:
    """A reader whose answer is written in the first pixel of a picture; deep readings are counted."""

    def __init__(self, texts: dict[int, tuple[str, ...]], deep: dict[int, tuple[str, ...]] | None = None) -> None:
        self.texts = texts
        self.deep = deep or {}
        self.looked: list[str] = []

    def glance(self, picture: Picture, accept: Accept | None = None) -> tuple[Reading, ...]:
        self.looked.append(f"glance {picture[0, 0, 0]}")
        return tuple(Reading(text) for text in self.texts.get(int(picture[0, 0, 0]), ()))

    def read(self, picture: Picture, accept: Accept | None = None) -> tuple[Reading, ...]:
        self.looked.append(f"read {picture[0, 0, 0]}")
        number = int(picture[0, 0, 0])
        return tuple(Reading(text) for text in (*self.texts.get(number, ()), *self.deep.get(number, ())))

    def why_not(self, picture: Picture) -> str:
        return "too_blurred"


def shot(number: int) -> Picture:
    return np.full((4, 4, 3), number, dtype=np.uint8)


def watch(film: Film, reader: CodeReader, accept: Callable[[str], bool] | None = None, seconds: float = 2.0) -> Any:
    return read_frames(film, reader, accept, seconds, film.monotonic, film.pause)


def test_watching_stops_at_the_first_accepted_frame() -> None:
    reader = Scripted({3: ("ours",), 4: ("never seen",)})
    seen = watch(Film([shot(1), shot(2), shot(3), shot(4)]), reader)
    assert seen.accepted.text == "ours"
    assert (seen.frames, seen.reason, seen.cards) == (3, "", 1)
    assert seen.seconds == pytest.approx(0.15)
    assert seen.picture[0, 0, 0] == 3


def test_a_foreign_code_is_watched_through() -> None:
    reader = Scripted({1: ("foreign",), 2: ("foreign", "ours")})
    seen = watch(Film([shot(1), shot(2)]), reader, lambda text: text == "ours")
    assert seen.accepted.text == "ours"
    assert [reading.text for reading in seen.readings] == ["foreign", "ours"]
    failed = watch(Film([shot(1)]), reader, lambda text: text == "ours")
    assert (failed.accepted, failed.reason) == (None, "other_code")


def test_two_cards_in_view_are_counted() -> None:
    seen = watch(Film([shot(1)]), Scripted({1: ("a", "b", "foreign")}), lambda text: len(text) == 1)
    assert seen.cards == 2


def test_watching_ends_in_time_with_a_reason_and_a_last_deep_look() -> None:
    reader = Scripted({})
    film = Film([shot(number) for number in range(1, 200)])
    seen = watch(film, reader)
    assert seen.accepted is None
    assert seen.reason == "too_blurred"
    assert seen.frames == 40
    assert film.now == pytest.approx(2.0)
    assert reader.looked[-1] == "read 40"
    assert sum(look.startswith("read") for look in reader.looked) == 40 // 6 + 1


def test_what_only_the_deep_look_finds_is_found() -> None:
    seen = watch(Film([shot(1)]), Scripted({}, deep={1: ("worn",)}))
    assert seen.accepted.text == "worn"
    assert seen.frames == 1


def test_no_frame_at_all_has_its_own_reason() -> None:
    film = Film([None] * 3)
    seen = watch(film, Scripted({}))
    assert (seen.reason, seen.frames, seen.picture) == ("no_frame", 0, None)
    assert film.now == pytest.approx(2.0)


def test_a_camera_that_says_none_at_once_is_not_asked_in_a_hot_loop() -> None:
    class Empty(Film):
        asked = 0

        def read(self, timeout: float) -> Frame | None:
            self.asked += 1
            return None

    film = Empty([])
    assert watch(film, Scripted({}), seconds=1.0).reason == "no_frame"
    assert film.asked <= 101


def test_a_camera_that_repeats_itself_to_the_pixel_ends_the_watch() -> None:
    def round_and_round() -> Iterator[Picture]:
        while True:
            yield from (shot(1), shot(2))

    film = Film([])
    film.pictures = round_and_round()
    seen = watch(film, Scripted({}))
    assert seen.frames == 2
    assert film.now < 0.5


def test_a_reader_that_cannot_glance_reads_each_frame_once() -> None:
    class Plain:
        looked = 0

        def read(self, picture: Picture, accept: Accept | None = None) -> tuple[Reading, ...]:
            self.looked += 1
            return ()

        def why_not(self, picture: Picture) -> str:
            return "no_code"

    reader = Plain()
    assert watch(Film([shot(1), shot(2)]), reader, seconds=0.5).reason == "no_code"
    assert reader.looked == 2


def test_a_camera_that_is_gone_is_an_error_not_a_reason() -> None:
    film = Film([shot(1)])
    film.close()
    with pytest.raises(Missing):
        watch(film, Scripted({}))


def test_a_shaking_hand_is_cured_by_the_next_frame() -> None:
    face, text = card(5)
    shaken: list[Picture | None] = [photograph(face, replace(BASE, motion=20.0), seed) for seed in range(2)]
    seen = watch(Film([*shaken, photograph(face, BASE, 9)]), READER)
    assert seen.accepted.text == text
    assert seen.frames == 3
