"""What the camera reads against what was asked: a look of a few frames."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pytest

from devices.contracts import Frame
from devices.errors import Missing
from station.printing.evidence import Flaw, Seen
from station.printing.readback import MOST_FRAMES, ReadBack, Verdict, frame_digest, read_back
from tests.printing.fakes import FakeReader, is_code, letter, same_token


class Script:
    """A camera that shows one list of texts after another; None is no frame, an error is raised."""

    def __init__(self, *frames: Sequence[str] | Exception | None, tick: float = 0.1) -> None:
        self.frames = list(frames)
        self.now, self.tick = 5.0, tick
        self.waits: list[float] = []

    def read(self, timeout: float) -> Frame | None:
        self.waits.append(timeout)
        self.now += self.tick
        shown = self.frames.pop(0) if self.frames else None
        if isinstance(shown, Exception):
            raise shown
        return None if shown is None else Frame(letter(shown), self.now)

    def close(self) -> None:
        pass

    def timer(self) -> float:
        return self.now


def look(camera: Script, seconds: float = 2.0, timer: Callable[[], float] | None = None) -> ReadBack:
    return read_back(
        FakeReader(), camera, "T1", same_token, is_code=is_code, seconds=seconds, timer=timer or camera.timer
    )


@pytest.mark.parametrize(
    ("frame", "verdict", "cards", "reason", "seen"),
    [
        (["T1"], Verdict.MATCH, 1, "", Seen.THIS),
        (["T1", "T1"], Verdict.TWO_CARDS, 2, "two_cards", Seen.THIS),
        (["T1", "T2"], Verdict.TWO_CARDS, 2, "two_cards", Seen.THIS),
        (["T2", "T3"], Verdict.TWO_CARDS, 2, "two_cards", Seen.OTHER),
        (["T1", "a poster"], Verdict.MATCH, 1, "", Seen.THIS),
        (["T2"], Verdict.OTHER_TOKEN, 1, "other_token", Seen.OTHER),
        (["a poster"], Verdict.NOT_A_CODE, 0, "not_a_code", Seen.OTHER),
        (["~"], Verdict.UNREADABLE, 0, "part_covered", Seen.UNREADABLE),
        ([], Verdict.NO_CARD, 0, "no_code", Seen.NOTHING),
    ],
)
def test_one_frame(frame: list[str], verdict: Verdict, cards: int, reason: str, seen: Seen) -> None:
    found = look(Script(frame), seconds=0)
    assert (found.verdict, found.cards_seen, found.reason, found.seen) == (verdict, cards, reason, seen)
    assert found.frame_sha256 == frame_digest(letter(frame))
    assert found.frames == 1


def test_the_third_frame_that_matches_ends_the_look() -> None:
    camera = Script([], ["T2"], ["T1"], ["T1", "T2"], ["T1"], ["T1"])
    found = look(camera)
    assert (found.verdict, found.frames, found.tried, found.read) == (Verdict.MATCH, 5, 3, 3)
    assert len(camera.waits) == 5
    assert found.frame_sha256 == frame_digest(letter(["T1"]))
    assert found.ms == pytest.approx(500, rel=1e-6)
    assert found.flaw is Flaw.NONE


NOT, OURS = ["~"], ["T1"]


@pytest.mark.parametrize(
    ("frames", "tried", "read", "flaw"),
    [
        ([OURS, NOT, OURS, NOT, OURS], 5, 3, Flaw.NONE),
        ([OURS, NOT, OURS, NOT, NOT], 5, 2, Flaw.OFTEN_UNREAD),
        ([OURS, NOT, NOT, NOT, NOT, OURS, OURS, OURS], 5, 3, Flaw.NONE),  # it was turned and lies flat now
        ([NOT] * 7 + [OURS, OURS, OURS], 3, 3, Flaw.NONE),  # it was being put down
        ([OURS, NOT, NOT, NOT], 4, 1, Flaw.OFTEN_UNREAD),  # the camera is slow: three can no longer be reached
        ([OURS, NOT, NOT], 3, 1, Flaw.NONE),
        ([OURS], 1, 1, Flaw.NONE),
        ([OURS, [], [], [], []], 5, 1, Flaw.OFTEN_UNREAD),
        ([OURS, ["T2"], ["T2"], ["T2"]], 4, 1, Flaw.OFTEN_UNREAD),
        ([NOT] * 6, 0, 0, Flaw.NONE),  # unread is another matter
    ],
)
def test_three_of_five_frames(frames: list[list[str]], tried: int, read: int, flaw: Flaw) -> None:
    """BAD-1 (domain.md §14)."""
    found = look(Script(*frames, tick=0.2))
    assert (found.tried, found.read, found.flaw) == (tried, read, flaw)
    assert found.ms <= 2_200, "the time of a look does not grow with the frames it wants"


@pytest.mark.parametrize(("contrast", "flaw"), [(0.39, Flaw.PALE), (0.4, Flaw.NONE), (-1.0, Flaw.NONE)])
def test_a_pale_symbol_that_reads_is_no_good_card(contrast: float, flaw: Flaw) -> None:
    """BAD-4: the best of the frames counts, and a reader that measures nothing accuses nobody."""

    class Measuring(FakeReader):
        shades = iter((contrast - 0.2, contrast, contrast - 0.2))

        def read(self, picture, accept=None):  # type: ignore[no-untyped-def]
            found = super().read(picture, accept)
            return tuple(replace(one, contrast=next(self.shades) if contrast > 0 else -1.0) for one in found)

    camera = Script(OURS, OURS, OURS)
    found = read_back(Measuring(), camera, "T1", same_token, is_code=is_code, timer=camera.timer)
    assert (found.contrast, found.flaw, found.seen) == (contrast, flaw, Seen.THIS)


def test_the_most_telling_frame_is_kept() -> None:
    assert look(Script([], ["T2"], ["~"], [])).verdict is Verdict.OTHER_TOKEN
    assert look(Script(["T1", "T2"], ["T2"])).verdict is Verdict.TWO_CARDS
    assert look(Script(["~"], [], ["a poster"])).verdict is Verdict.NOT_A_CODE


def test_it_looks_for_two_seconds_and_no_longer() -> None:
    camera = Script(*[["~"]] * 50)
    found = look(camera)
    assert 19 <= found.frames <= 21
    assert all(0.05 <= wait <= 0.25 for wait in camera.waits)


def test_a_camera_without_frames_ends_too() -> None:
    found = look(Script(tick=0.25))
    assert (found.verdict, found.frames, found.seen) == (Verdict.NO_CARD, 0, Seen.NOT_LOOKED)
    assert (found.reason, found.frame_sha256) == ("no_frame", "")
    standing = Script()
    assert look(standing, timer=lambda: 0.0).frames == 0
    assert len(standing.waits) == MOST_FRAMES


def test_no_time_is_still_one_frame() -> None:
    assert look(Script(["T1"]), seconds=0).verdict is Verdict.MATCH
    assert look(Script(None, ["T1"]), seconds=0).frames == 0


def test_a_camera_that_goes_is_a_reason_and_what_was_seen_stays() -> None:
    gone = look(Script(Missing("没了")))
    assert (gone.verdict, gone.reason, gone.seen) == (Verdict.NO_CARD, "missing", Seen.NOT_LOOKED)
    kept = look(Script(["T2"], Missing("没了")))
    assert (kept.verdict, kept.reason) == (Verdict.OTHER_TOKEN, "other_token")
    assert look(Script([], Missing("没了"))).reason == "missing"


def test_what_is_looked_for_is_told_to_the_reader() -> None:
    """So that a foreign code in view cannot end the search before ours is found (devices.contracts.CodeReader)."""
    asked = []

    class Curious(FakeReader):
        def read(self, picture, accept=None):  # type: ignore[no-untyped-def]
            asked.append((accept("T1"), accept("T2")))
            return super().read(picture, accept)

    camera = Script(["T1", "T2"])
    found = read_back(Curious(), camera, "T1", same_token, is_code=is_code, seconds=0, timer=camera.timer)
    assert found.cards_seen == 2
    assert asked == [(True, False)]


def test_the_digest_tells_pictures_apart() -> None:
    assert frame_digest(np.zeros((2, 4, 3), np.uint8)) != frame_digest(np.zeros((4, 2, 3), np.uint8))
