"""The camera of a simulated printing counter, what may be wrong with it, and the reader of its pictures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np

from devices.contracts import Accept, Frame, Picture, Reading
from devices.errors import Missing
from station.simulation.printing_world import World

SIGHTS = ("", "", "", "", "", "", "gone", "black", "old", "two", "other", "preview")
"""What the camera does at a card: nothing unusual; unplugged, dark, a frozen picture, a second card beside, somebody
else's card, or the screen with the preview of the very card in view."""

UNREADABLE, DARK = "~", "!"


def letter(texts: Sequence[str]) -> Picture:
    """A picture that holds texts, one a line."""
    picture = np.zeros((max(1, len(texts)), 64, 3), np.uint8)
    for row, text in enumerate(texts):
        data = text.encode()
        picture[row, 0, 0] = len(data)
        picture[row, 1 : 1 + len(data), 0] = list(data)
    return picture


class Eye:
    """Shows the newest card of the tray, what its sights make of it, or what it is told to show."""

    def __init__(self, world: World, sights: Sequence[str] = ()) -> None:
        self.world = world
        self.shows: Callable[[], Sequence[str]] = self.newest
        self._sights = sights
        self._last: Sequence[str] = ()
        self._at = 0.0

    def newest(self) -> Sequence[str]:
        """The card on top."""
        tray = self.world.tray
        return ([tray[-1].token] if tray[-1].legible else [UNREADABLE]) if tray else []

    def doubled(self, token: str) -> bool:
        """A person sees that more than one card of this token came out."""
        return sum(p.token == token for p in self.world.tray) > 1

    def everything(self) -> Sequence[str]:
        """All cards of the tray side by side."""
        return [p.token if p.legible else UNREADABLE for p in self.world.tray]

    def read(self, timeout: float) -> Frame | None:
        """The next frame."""
        sight = self._sight()
        if sight == "gone":
            raise Missing("摄像头不见了。")
        shown = self._through(sight)
        self._last = shown
        self.world.read.update(shown)
        self._at += 1 / 30
        return Frame(letter(shown), self._at, "fake")

    def _sight(self) -> str:
        """What stands at the card that was begun last, until the next one is. A preview is there before its card."""
        begun = self.world.started
        if self.world.sent[self.world.previewed]:
            return self._at_card(begun - 1)
        before = self._at_card(begun - 1)
        return "preview" if self._at_card(begun) == "preview" else "" if before == "preview" else before

    def _at_card(self, place: int) -> str:
        return self._sights[place] if 0 <= place < len(self._sights) else ""

    def _through(self, sight: str) -> Sequence[str]:
        shown = self.shows()
        if sight == "two":
            return [*shown, "Tbeside"]
        return {"black": [DARK], "old": self._last, "other": ["Tother"], "preview": [self.world.previewed]}.get(
            sight, shown
        )

    def close(self) -> None:
        """Nothing is held open."""


class Eyes:
    """Reads `letter` pictures."""

    def read(self, picture: Picture, accept: Accept | None = None) -> tuple[Reading, ...]:
        """Every text in it."""
        texts = Counter(text for text in _texts(picture) if text not in (UNREADABLE, DARK))
        return tuple(Reading(text, copies=copies) for text, copies in texts.items())

    def why_not(self, picture: Picture) -> str:
        """As the shipped reader says it."""
        shown = _texts(picture)
        return "too_dark" if DARK in shown else "part_covered" if shown else "no_code"


def _texts(picture: Picture) -> list[str]:
    return [bytes(row[1 : 1 + int(row[0, 0]), 0]).decode() for row in picture if row[0, 0]]
