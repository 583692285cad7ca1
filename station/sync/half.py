"""One half of an exchange, upwards or downwards: who talks with whom, what was done so far, and whether to stop."""

from __future__ import annotations

from collections.abc import Callable

from station.ledger import log
from station.ledger.ledger import Ledger
from station.sync.central import Central, Position, Welcome
from station.sync.exchanged import Exchanged

Progress = Callable[[str, int, int], None]
"""Called with (step, done, total); step is keys, blobs, push or pull."""
Cancelled = Callable[[], bool]


class Half:
    """Both halves of one exchange write into one `result`, and stop where they are told to."""

    def __init__(
        self, ledger: Ledger, central: Central, progress: Progress, cancelled: Cancelled, result: Exchanged
    ) -> None:
        self._ledger = ledger
        self._central = central
        self._tell = progress
        self._cancelled = cancelled
        self._result = result

    def stopped(self) -> bool:
        """Whether this exchange is to end where it is."""
        self._result.cancelled = self._result.cancelled or self._cancelled()
        return self._result.cancelled

    def _chains(self) -> list[log.Chain]:
        with self._ledger.store.reading() as conn:
            return log.all_chains(conn)


def position_in(welcome: Welcome, epoch: int) -> Position:
    """Up to where the centre has that life of this station."""
    return welcome.epochs.get(epoch, Position())
