"""Looks at a camera for up to two seconds until the code it is told to look for has been read.

It knows frames and time; what makes a text the right one is the caller's `accept`.
"""

from __future__ import annotations

import time
import zlib
from collections.abc import Callable
from typing import Protocol, runtime_checkable

from devices.contracts import Accept, Camera, CodeReader, Frame, FramesRead, Picture, Reading

NO_FRAME, OTHER_CODE = "no_frame", "other_code"
DEEP_EVERY = 6  # of this many frames one is read with every rung, the others at a glance
WAIT = 0.2  # seconds granted to the camera for each frame
PAUSE = 0.01  # seconds between two questions to a camera that says at once that it has nothing


@runtime_checkable
class Glancing(CodeReader, Protocol):
    """A reader that can also be quick."""

    def glance(self, picture: Picture, accept: Accept | None = None) -> tuple[Reading, ...]:
        """As `read`, but done before the camera brings the next frame."""
        ...


def read_frames(
    camera: Camera,
    reader: CodeReader,
    accept: Accept | None = None,
    seconds: float = 2.0,
    monotonic: Callable[[], float] = time.monotonic,
    pause: Callable[[float], None] = time.sleep,
) -> FramesRead:
    """Read frames until an accepted text turns up, `seconds` are over, or the camera repeats itself to the pixel.

    Most frames get a glance, some the whole ladder: shaking hands are cured by the next frame, scratches by the deeper
    rungs. The last frame always gets the whole ladder, so the call may outlast `seconds` by one deep reading.
    Raises Missing when the camera is gone.
    """
    look = _Look(reader, accept or (lambda _text: True))
    began = monotonic()
    end = began + seconds
    while look.accepted is None and (left := end - monotonic()) > 0:
        asked = monotonic()
        frame = camera.read(min(WAIT, left))
        if frame is None:
            if monotonic() - asked < PAUSE:
                pause(min(PAUSE, left))
            continue
        if not look.at(frame):
            break
    if look.accepted is None:
        look.deeper()
    return look.result(monotonic() - began)


class _Look:
    """What the frames so far have shown."""

    def __init__(self, reader: CodeReader, accept: Accept) -> None:
        self._reader = reader
        self._glance = reader.glance if isinstance(reader, Glancing) else reader.read
        self._accept = accept
        self._seen: set[tuple[int, tuple[int, ...]]] = set()
        self._texts: dict[str, Reading] = {}
        self._last: Picture | None = None
        self._last_was_deep = True
        self._cards = 0
        self.accepted: Reading | None = None

    def at(self, frame: Frame) -> bool:
        """Read one frame; False if this very picture was read before: such a camera has nothing new to show."""
        mark = (zlib.crc32(frame.picture.tobytes()), frame.picture.shape)
        if mark in self._seen:
            return False
        self._seen.add(mark)
        deep = len(self._seen) % DEEP_EVERY == 0
        self._take(frame.picture, deep)
        return True

    def deeper(self) -> None:
        """Give the last frame every rung, if it had only a glance."""
        if self._last is not None and not self._last_was_deep:
            self._take(self._last, deep=True)

    def _take(self, picture: Picture, deep: bool) -> None:
        self._last, self._last_was_deep = picture, deep or self._glance == self._reader.read
        readings = (self._reader.read if deep else self._glance)(picture, self._accept)
        for reading in readings:
            self._texts.setdefault(reading.text, reading)
        liked = [reading for reading in readings if self._accept(reading.text)]
        self._cards = max(self._cards, len(liked))
        if liked:
            self.accepted = liked[0]

    def result(self, seconds: float) -> FramesRead:
        return FramesRead(
            readings=tuple(self._texts.values()),
            accepted=self.accepted,
            frames=len(self._seen),
            seconds=seconds,
            reason=self._reason(),
            cards=self._cards,
            picture=self._last,
        )

    def _reason(self) -> str:
        if self.accepted is not None:
            return ""
        if self._last is None:
            return NO_FRAME
        return OTHER_CODE if self._texts else self._reader.why_not(self._last)
