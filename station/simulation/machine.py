"""One machine that runs a station: its disk, its clock, its line; dies, starts again, is restored or copied.

The ledger, the desk, the numbers and the journal on it are the shipped ones.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

from station.clock import ClockGuard
from station.domain.facts import Fact
from station.domain.record import Record
from station.ledger.ledger import Ledger, Told
from station.ledger.opening import introduce
from station.ledger.privacy import Privacy
from station.printing.book import finder
from station.printing.journal import Journal
from station.services.desk import Desk
from station.simulation import house
from station.simulation.memory import MemoryStore, PowerCut
from station.simulation.wire import Wire
from station.simulation.world import FIRST_DAY, Violation, Watch, World
from station.sync import exchange as exchanging
from station.sync import marks
from station.sync.exchanged import Exchanged
from station.sync.numbers import Numbers

BLOCK = 2


class PromisingLedger(Ledger):
    """The ledger; what it has said to be saved, the world remembers. Raises Violation for what must not be said."""

    world: World
    guard: ClockGuard

    def append(self, told: Told, *, actor: str) -> list[Fact]:
        return self._promised(super().append(told, actor=actor))

    def decide(self, subject: str, decision: Callable[[Record], Told], *, actor: str) -> list[Fact]:
        return self._promised(super().decide(subject, decision, actor=actor))

    def _promised(self, written: list[Fact]) -> list[Fact]:
        if written and self.frozen:
            raise Violation("I5", f"{self.station} is frozen and wrote {written[0].id}")
        if written and self.guard.behind:
            raise Violation("I11", f"{self.station} wrote {written[0].id} by a clock it knows to be wrong")
        self.world.promise(written)
        return written


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy of a disk, and the true time at which that disk had last been level with the centre."""

    image: bytes
    level_ms: int


class Machine:
    """A laptop at a counter. Everything but `store`, `watch` and `wire` is gone when the power is."""

    def __init__(self, world: World, name: str, station: str, city: str, store: MemoryStore, wire: Wire) -> None:
        self.world, self.name, self.station, self.city = world, name, station, city
        self.store, self.wire = store, wire
        self.watch = Watch(world)
        self.backups: list[Copy] = []
        self.retired = False
        self.revoked = False
        self.before_revoked = 0
        self.level_ms = 0
        self.busy = False
        self._cut: tuple[int, int] | None = None
        self.start()

    def start(self) -> None:
        """A new process over what the disk holds, as `bootstrap.open_desk` does it."""
        self.store.restart()
        with self.store.writing() as conn:
            introduce(conn, self.station, self.city)
        self.guard = ClockGuard(self.watch, build_day=FIRST_DAY)
        keys = house.vault(self.station, self.city)
        seeded = random.Random(self.world.dice.random())
        self.ledger = PromisingLedger(
            self.store, self.station, self.city, self.guard, Privacy(keys, self.city, seeded.randbytes), None
        )
        self.ledger.world, self.ledger.guard = self.world, self.guard
        self.guard.saw_fact(self.ledger.newest_ms << 16)
        self.guard.saw_server_time(marks.level_ms(self.ledger))
        self._level_before_the_cut()
        self.numbers = Numbers(self.ledger, self.wire, block=BLOCK, refill_below=1)
        self.desk = Desk(
            house.settings(self.station, self.city), self.guard, self.ledger, house.keyring(self.guard.today()),
            house.calendar(), house.divisions(), self.wire, self.numbers, self.sync,
            lambda: marks.level_ms(self.ledger),
        )  # fmt: skip

    def journal(self, actor: str) -> Journal:
        return Journal(self.ledger, finder(self.ledger.jobs), self.station, self.guard, actor)

    def sync(self) -> Exchanged:
        """One exchange as the station makes it: the time of a centre that was reached is believed."""
        before = marks.level_ms(self.ledger)
        try:
            done = exchanging.exchange(self.ledger, self.wire)
        except PowerCut:
            self._cut = (before, self.world.ms)
            raise
        self.guard.saw_server_time(done.as_of_ms)
        self.desk.keyring = house.keyring(self.guard.today())
        if done.ok or marks.level_ms(self.ledger) != before:  # level, and with something else to say, is level too
            self.level_ms = self.world.ms
        return done

    def _level_before_the_cut(self) -> None:
        """A disk that was level, and whose power went in the moment after it had said so, was level then."""
        if self._cut is not None and marks.level_ms(self.ledger) != self._cut[0]:
            self.level_ms = self._cut[1]
        self._cut = None

    def reenrol(self) -> int:
        """A supervisor gives the station its next life."""
        return exchanging.reenrol(self.ledger, self.wire)

    def back_up(self) -> None:
        self.backups = [*self.backups[-3:], self.copy()]

    def copy(self) -> Copy:
        """The disk as it is now."""
        return Copy(self.store.image(), self.level_ms)

    def restore(self, copy: Copy) -> None:
        """The disk is as it was when the copy was made, and knows what was known then."""
        self.store.load(copy.image)
        self.level_ms = copy.level_ms
        self.start()
