"""What a household was shown is remembered as a fact, but not every look: a page that is reloaded fills no ledger.

Per permit, card and colour at most one fact in ten minutes, and one more as soon as twelve further looks were taken, so
that a copied code shows (health_visits). The looks in between are counted in the fact that follows; a page that stops
loses that count. The facts name no household.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass

from station.domain import facts
from station.services.desk import Desk
from station.services.inspecting import Inspection
from station.services.viewseal import MINUTE_MS

HOUSEHOLD = "household"
PAUSE_MS = 10 * MINUTE_MS
FORGOTTEN_MS = 60 * MINUTE_MS
MANY = 12
KEPT_IN_MIND = 20_000
Key = tuple[str, int, str]


@dataclass(slots=True)
class _Since:
    at_ms: int
    looks: int = 0
    told_many: bool = False


class Looks:
    """Counts looks between two facts. In memory, bounded; safe for the threads of one page."""

    def __init__(self) -> None:
        self._since: OrderedDict[Key, _Since] = OrderedDict()
        self._lock = threading.Lock()

    def times(self, key: Key, now_ms: int) -> int:
        """How many looks a fact told now stands for; 0 when none is to be told."""
        with self._lock:
            since = self._since.get(key)
            if since is None or now_ms - since.at_ms >= FORGOTTEN_MS or now_ms < since.at_ms:
                return self._begun(key, now_ms, 1)
            since.looks += 1
            if now_ms - since.at_ms >= PAUSE_MS:
                return self._begun(key, now_ms, since.looks)
            if since.looks < MANY or since.told_many:
                return 0
            since.looks, since.told_many = 0, True
            return MANY

    def _begun(self, key: Key, now_ms: int, looks: int) -> int:
        self._since[key] = _Since(now_ms)
        self._since.move_to_end(key)
        while len(self._since) > KEPT_IN_MIND:
            self._since.popitem(last=False)
        return looks


def remember_look(desk: Desk, looks: Looks, number: str, found: Inspection) -> None:
    """Keep what a household was shown at this moment (WRONG-4), where it is worth a fact."""
    if not found.subject:
        return
    issue, colour = found.issue_number or 0, found.colour.value
    times = looks.times((number, issue, colour), desk.clock.now_ms())
    if times:
        told = facts.HouseholdScanned(number, issue, colour, found.as_of_ms, times)
        desk.ledger.append([(found.subject, told)], actor=HOUSEHOLD)
