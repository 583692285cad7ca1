"""What goes on beside the page: an exchange every few seconds, so that a revocation travels; the sweep of the night."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from types import TracebackType

from station.domain.errors import Fault, Refused

LOG = logging.getLogger("anxin.household")
LONGEST_PAUSE = 300.0


class Beat:
    """Calls `job` in a thread of its own while the block runs; after a failure it waits twice as long, up to 5 min.

    The page goes on without it: what it shows says how old the data are, and past 24 h nothing is green.
    """

    def __init__(self, job: Callable[[], object], seconds: float) -> None:
        self._job = job
        self._seconds = seconds
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="household-beat", daemon=True)

    def __enter__(self) -> Beat:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        pause = self._seconds
        while not self._over.wait(pause):
            try:
                self._job()
            except (Fault, Refused) as trouble:
                pause = min(2 * pause, LONGEST_PAUSE)
                LOG.warning("beat %s, again in %.0f s", trouble.code, pause)
            else:
                pause = self._seconds
