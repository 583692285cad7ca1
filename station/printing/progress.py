"""How far a run is and how long it will still take, from the times in the journal; knows no printer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from station.domain import parts
from station.domain.card import Act

LATEST = 10  # cards the pace is taken from: a warm printer is faster than its first card


@dataclass(frozen=True, slots=True)
class Progress:
    """Cards of a run: all, read back, refused for now; and the pace of the latest ones."""

    total: int
    done: int = 0
    refused: int = 0
    seconds: tuple[float, ...] = ()

    @property
    def left(self) -> int:
        return max(0, self.total - self.done - self.refused)

    @property
    def seconds_per_card(self) -> float | None:
        """The average of the latest cards; None before the first."""
        return sum(self.seconds) / len(self.seconds) if self.seconds else None

    @property
    def seconds_left(self) -> float | None:
        """What the cards still to do will take at this pace."""
        pace = self.seconds_per_card
        return None if pace is None else pace * self.left

    def plus(self, piece: parts.Card | None) -> Progress:
        """One more card was read back."""
        took = None if piece is None else seconds_of(piece)
        seconds = self.seconds if took is None else (*self.seconds, took)[-LATEST:]
        return replace(self, done=self.done + 1, seconds=seconds)

    def refuse(self) -> Progress:
        """One order may not be printed now."""
        return replace(self, refused=self.refused + 1)


def progress_of(done: Iterable[parts.Card | None], total: int) -> Progress:
    """The progress of a run of `total` cards of which these are done."""
    now = Progress(total)
    for piece in sorted(done, key=_when):
        now = now.plus(piece)
    return now


def _when(piece: parts.Card | None) -> int:
    return piece.steps[-1].at_ms if piece is not None and piece.steps else 0


def seconds_of(piece: parts.Card) -> float | None:
    """From RESERVE to ACTIVATE of one card; None when it never got there."""
    at = {step.act: step.at_ms for step in piece.steps}
    began, ended = at.get(Act.RESERVE.value), at.get(Act.ACTIVATE.value)
    return None if began is None or ended is None else (ended - began) / 1000
