"""Taking a photo by itself: good frames in a row, and the best of them is taken. Knows no camera and no screen."""

from __future__ import annotations

from devices.contracts import Picture
from station.faces.face import FaceFinder
from station.faces.portrait import Portrait, portrait_of

IN_A_ROW = 3
"""Acceptable frames before one is taken: a glance aside or a blink of the light does not make a photo."""


class BestOf:
    """Shown one portrait after the other; says which to take once enough good ones came in a row."""

    def __init__(self, in_a_row: int = IN_A_ROW) -> None:
        self._in_a_row = in_a_row
        self._good: list[tuple[float, Picture]] = []

    def see(self, picture: Picture, made: Portrait) -> Picture | None:
        """The best picture of the row, once there is a row; then it begins anew. None until then."""
        if not ready(made):
            self._good.clear()
            return None
        self._good.append((made.score, picture))
        if len(self._good) < self._in_a_row:
            return None
        best = max(self._good, key=lambda one: one[0])[1]
        self._good.clear()
        return best

    @property
    def waiting(self) -> int:
        """How many more good frames it takes."""
        return self._in_a_row - len(self._good)


def ready(made: Portrait) -> bool:
    """Good enough to be taken without a hand: nothing bad, one face, head straight. The cut mends what remains."""
    spoils = {"faces", "yaw", "roll", "sharpness", "side_light", "red_eye"}
    off = {measure.name for measure in made.measures if measure.verdict.value != "good"}
    return made.acceptable and not off & spoils


def look(picture: Picture, finder: FaceFinder) -> Portrait:
    """A quick look at a live frame: the same measures, without whitening."""
    return portrait_of(picture, finder, quick=True, whitening=False)
