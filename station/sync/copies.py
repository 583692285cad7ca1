"""Copies of every city's facts at one of the province's own stations: to be counted and looked at, never written to.

Each city has a ledger file of its own, so that one city's trouble is not another's. Nobody has a name in a copy: the
keys of a city's people stay in the city.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from station.domain.divisions import PROVINCE
from station.domain.errors import Fault
from station.ledger.ledger import Ledger
from station.sync import marks
from station.sync.central import Welcome
from station.sync.exchanged import Exchanged
from station.sync.half import Cancelled, Progress
from station.sync.reading import Reading
from station.sync.remote import RemoteCentral

READ_ONLY = "这是其他城市记录的副本，只供查看和统计，不能写入。"
LOST = "副本文件损坏或不见了。请删除本站 cities 文件夹里这个城市的文件，下次同步会重新读取。"
OF_ONE_CITY = frozenset({"gap", "other_city_sent", "centre_pages", "fact_malformed"})
"""Faults of one city's facts: told, and the other cities are read all the same."""
OF_ONE_FILE = frozenset({"ledger_broken", "ledger_gone"})
LEVEL_EVERY_MS = 60_000
"""That a copy is level is written down every minute: eleven files wait for the disk."""
OpenLedger = Callable[[Path, str], Ledger]
"""(file, city) -> the ledger in it, begun where there is none."""


class _CityReading(Reading):
    """A city's facts without anybody's keys."""

    def _fetch_keys(self, key_ids: Sequence[str], generation: int) -> None:
        """There is none to be had."""


class Copies:
    """The copies in one folder, each opened when it is first wanted; from any thread. To be closed."""

    def __init__(self, folder: Path, open_ledger: OpenLedger) -> None:
        self._folder = folder
        self._open_ledger = open_ledger
        self._open: dict[str, Ledger] = {}
        self._lock = threading.Lock()

    def cities(self) -> list[str]:
        """The cities that were read so far, by code."""
        return sorted(path.stem for path in self._folder.glob("33*.ledger"))

    def of(self, city: str) -> Ledger:
        """The copy of that city. Raises Fault where its file cannot be opened."""
        with self._lock:
            if city not in self._open:
                self._folder.mkdir(exist_ok=True)
                ledger = self._open_ledger(self._folder / f"{city}.ledger", city)
                if not ledger.frozen:
                    ledger.freeze(READ_ONLY)
                self._open[city] = ledger
            return self._open[city]

    def as_of_ms(self, city: str) -> int:
        """Server time at which the copy was last level with the centre; 0 while it never was."""
        return marks.level_ms(self.of(city))

    def read(
        self, central: RemoteCentral, station: str, done: Exchanged, progress: Progress, cancelled: Cancelled
    ) -> None:
        """Bring every copy level and add what became of it to `done`, the exchange of the station's own city.

        Trouble with one city is an alarm that names it; the way to the centre failing is raised.
        """
        welcome = central.progress(station)
        for city in central.cities():
            if city == PROVINCE:
                continue
            found = Exchanged()
            try:
                self._read(city, central, welcome, progress, cancelled, found)
            except Fault as fault:
                if fault.code not in OF_ONE_CITY | OF_ONE_FILE:
                    raise
                found.alarms.append(LOST if fault.code in OF_ONE_FILE else fault.sentence)
            done.pulled += found.pulled
            done.tally_equal = done.tally_equal and found.tally_equal
            done.alarms += [f"{city}：{alarm}" for alarm in found.alarms]
            if found.cancelled:
                done.cancelled = True
                return

    def _read(
        self, city: str, central: RemoteCentral, welcome: Welcome, progress: Progress, cancelled: Cancelled,
        found: Exchanged,
    ) -> None:  # fmt: skip
        ledger = self.of(city)
        _CityReading(ledger, central, progress, cancelled, found).until_level(welcome)
        if found.tally_equal and marks.level_due(ledger, welcome.now_ms, LEVEL_EVERY_MS):
            marks.level(ledger, welcome.now_ms)

    def close(self) -> None:
        """Let go of every file."""
        with self._lock:
            for ledger in self._open.values():
                ledger.close()
            self._open.clear()
