"""A run while its printers come and go: which of them has which order, how many work, how far the whole run is.

Shared between the threads of the printers. The journal is what keeps a card from being made twice; this only spares
printers the way to an order that another one has.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence

from station.printing.batch import Turn
from station.printing.progress import Progress, progress_of
from station.printing.queue import Item, Place


class Claims:
    """Which orders the printers of one run have taken. Shared between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._taken: set[str] = set()
        self._stopped = False

    def take(self, number: str) -> bool:
        """True for the first printer that asks for this order, as long as the run goes on."""
        with self._lock:
            if self._stopped or number in self._taken:
                return False
            self._taken.add(number)
            return True

    def give_back(self, number: str) -> None:
        """The printer that took it stopped before it: another one may have it."""
        with self._lock:
            self._taken.discard(number)

    def stop(self) -> None:
        """Every printer ends after the card it is making."""
        with self._lock:
            self._stopped = True


class Going:
    """One run under way. A printer that stopped for a person may join again while the others go on."""

    def __init__(self, known: Sequence[Item]) -> None:
        self.known = known
        self.claims = Claims()
        self._lock = threading.Lock()
        self._working = 0
        self._now = progress_of([item.card for item in known if item.place is Place.DONE], len(known))

    @property
    def progress(self) -> Progress:
        """How far the run is, over all its printers."""
        return self._now

    def join(self, printers: int) -> None:
        """So many more printers work on it."""
        with self._lock:
            self._working += printers

    def leave(self, printers: int) -> None:
        """So many have ended, or wait for a person."""
        with self._lock:
            self._working -= printers

    def after(self, turn: Turn) -> tuple[Progress, float | None]:
        """How far it is after this turn, and the seconds left at the pace of the latest cards."""
        with self._lock:
            if turn.printed is not None and turn.printed.active:
                self._now = self._now.plus(turn.printed.card)
            elif not turn.stopped:
                self._now = self._now.refuse()
            left = self._now.seconds_left
            return self._now, None if left is None else left / max(self._working - turn.stopped, 1)
