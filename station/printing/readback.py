"""What the camera reads against what was asked. Compares and reports; decides nothing and writes nothing."""

from __future__ import annotations

import hashlib
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum

from devices.contracts import Camera, CodeReader, Frame, Picture
from devices.errors import DeviceError
from station.domain.health_seen import FRAMES, NEEDED, of_readback, of_symbol
from station.printing.evidence import Flaw, Seen

SECONDS = 2.0  # trust.md §4.2: the reader must keep trying for 2 s
MOST_FRAMES = 120  # 2 s of the fastest webcam; a folder of stills delivers without end
LONGEST_WAIT = 0.25  # so that a camera without frames is asked again while somebody moves the card

SameToken = Callable[[str, str], bool]
"""(text read, token asked for) -> equal by the 15 signed bytes (trust.md §4.3)."""
IsCode = Callable[[str], bool]
"""Whether a text has the form of one of our card codes at all."""


class Verdict(Enum):
    """What one look found; the first that applies in this order when frames differ."""

    MATCH = "match"
    TWO_CARDS = "two_cards"
    OTHER_TOKEN = "other_token"
    NOT_A_CODE = "not_a_code"
    UNREADABLE = "unreadable"
    NO_CARD = "no_card"


_SEEN = {
    Verdict.MATCH: Seen.THIS,
    Verdict.OTHER_TOKEN: Seen.OTHER,
    Verdict.NOT_A_CODE: Seen.OTHER,
    Verdict.UNREADABLE: Seen.UNREADABLE,
    Verdict.NO_CARD: Seen.NOTHING,
}
_RANK = {verdict: rank for rank, verdict in enumerate(Verdict)}


@dataclass(frozen=True, slots=True)
class ReadBack:
    """The answer of a look. `frame_sha256` is the frame it rests on, "" without one."""

    verdict: Verdict
    frame_sha256: str = ""
    frames: int = 0
    cards_seen: int = 0
    ms: float = 0.0
    reason: str = ""  # stable word: why nothing was read, or what the camera reported
    ours: bool = False  # the token asked for is in view
    contrast: float = -1.0  # the best of the symbol asked for; -1 = not known
    tried: int = 0  # the frames that were judged, from the first that gave the token asked for
    read: int = 0  # how many of them gave it

    @property
    def flaw(self) -> Flaw:
        """Why a card that was read is no good card all the same: BAD-1, BAD-4 (domain.md §14)."""
        if of_readback("", read=self.read, frames=self.tried, expected="", decoded=""):
            return Flaw.OFTEN_UNREAD
        if self.contrast >= 0 and of_symbol("", contrast=self.contrast):
            return Flaw.PALE
        return Flaw.NONE

    @property
    def seen(self) -> Seen:
        """The same in the words of the evidence table; without a frame nobody has looked."""
        if not self.frames:
            return Seen.NOT_LOOKED
        if self.verdict is Verdict.TWO_CARDS:
            return Seen.THIS if self.ours else Seen.OTHER
        return _SEEN[self.verdict]


def read_back(
    reader: CodeReader,
    camera: Camera,
    expected: str,
    same_token: SameToken,
    *,
    is_code: IsCode,
    seconds: float = SECONDS,
    timer: Callable[[], float] = time.monotonic,
) -> ReadBack:
    """Look for the token `expected` until three of five frames gave it or `seconds` are over. One frame is tried.

    The five are the newest, from the first one that gave it: a card that is still being put down is not held against
    it. Never raises for the camera: what it reports is the reason.
    """
    began = timer()
    best, frames, contrast = ReadBack(Verdict.NO_CARD, reason="no_frame"), 0, -1.0
    newest: deque[bool] = deque(maxlen=FRAMES)
    for _ in range(MOST_FRAMES):
        left = seconds - (timer() - began)
        if frames and left <= 0:
            break
        try:
            frame = camera.read(min(max(left, LONGEST_WAIT / 5), LONGEST_WAIT))
        except DeviceError as gone:
            best = replace(best, reason=gone.code) if best.verdict is Verdict.NO_CARD else best
            break
        if frame is not None:
            frames += 1
            found = examine(reader, frame, expected, same_token, is_code)
            if _RANK[found.verdict] <= _RANK[best.verdict]:
                best = found
            contrast = max(contrast, found.contrast)
            if found.ours or newest:
                newest.append(found.ours)
            if sum(newest) >= NEEDED and best.verdict is Verdict.MATCH:
                break
        elif left <= 0:
            break
    ms = (timer() - began) * 1000
    return replace(best, frames=frames, ms=ms, contrast=contrast, tried=len(newest), read=sum(newest))


def examine(reader: CodeReader, frame: Frame, expected: str, same_token: SameToken, is_code: IsCode) -> ReadBack:
    """What one frame shows: our token, other card codes, something else, or why nothing was read.

    A second card beside ours is named where the same look reads it; it is no danger to ours, only to the order of work.
    """
    readings = reader.read(frame.picture, lambda text: same_token(text, expected))
    texts = {reading.text for reading in readings}
    own = [reading for reading in readings if same_token(reading.text, expected)]
    mine, contrast = bool(own), max((reading.contrast for reading in own), default=-1.0)
    strangers = {text for text in texts if is_code(text) and not same_token(text, expected)}
    seen = sum(reading.copies for reading in own) + len(strangers)
    digest = frame_digest(frame.picture)
    if seen > 1:
        return ReadBack(Verdict.TWO_CARDS, digest, cards_seen=seen, reason="two_cards", ours=mine, contrast=contrast)
    if mine:
        return ReadBack(Verdict.MATCH, digest, cards_seen=1, ours=True, contrast=contrast)
    if strangers:
        return ReadBack(Verdict.OTHER_TOKEN, digest, cards_seen=1, reason="other_token")
    if texts:
        return ReadBack(Verdict.NOT_A_CODE, digest, reason="not_a_code")
    reason = reader.why_not(frame.picture)
    return ReadBack(Verdict.NO_CARD if reason == "no_code" else Verdict.UNREADABLE, digest, reason=reason)


def frame_digest(picture: Picture) -> str:
    """SHA-256 of a frame's shape and pixels: which picture a verification rests on."""
    digest = hashlib.sha256(repr(picture.shape).encode("ascii"))
    digest.update(picture.tobytes())
    return digest.hexdigest()
