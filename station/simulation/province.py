"""Stations and the centre of one simulated province, and what each step of a story does to them."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any, Protocol

from station.domain.errors import Fault, Refused
from station.services.clerk import signing_clerk
from station.services.province import provincial_clerk
from station.simulation import counter, house, losses, strangers
from station.simulation.machine import Machine
from station.simulation.memory import MemoryStore, PowerCut, fresh, give_back
from station.simulation.story import Step, theme_of
from station.simulation.wire import Wire
from station.simulation.world import DAY_MS, HOUR, MINUTE, Violation, World
from station.sync.clerk import attend
from station.sync.sql import SqlCentral
from station.trust.signer import Signer

ENROLLING = 60
"""Of a line that loses four calls in ten, so many are never lost one after the other."""
CLOCKS = (0, 0, 4 * MINUTE, -4 * MINUTE, 9 * MINUTE, -2 * HOUR, -3 * DAY_MS, -400 * DAY_MS, 30 * DAY_MS)


class Place(Protocol):
    """Where the centre's facts lie: memory in the fast loop, a real PostgreSQL in the slow one. `fuse` counts
    statements and commits down to a power cut."""

    fuse: int

    def rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]: ...

    def image(self) -> bytes: ...

    def load(self, image: bytes) -> None: ...

    def restart(self) -> None: ...


CentreMaker = Callable[[Any, World], SqlCentral]
"""Makes the centre over its place."""


class Province:
    """Everything of one seed."""

    def __init__(
        self, seed: int, stations: int, *, place: Place | None = None, make: CentreMaker = SqlCentral
    ) -> None:
        self.seed = seed
        self._people = theme_of(seed).people
        self.world = World(random.Random(seed))
        self.stores: list[MemoryStore] = []
        self._memory = fresh("centre") if place is None else None
        self.centre_store: Any = place or self._memory
        self._make = make
        self.centre = make(self.centre_store, self.world)
        self.centre_backups: list[bytes] = []
        self.generation = 1  # the highest there ever was: beside the centre's keys, not in its database
        self.attacked: set[str] = set()
        self.deep = 0
        self.machines: list[Machine] = []
        self.signers: list[Signer] = house.founding().signers()
        for index in range(stations):
            far = stations > 2 and index == stations - 1
            self._open(f"s{index + 1}", house.CITIES[1 if far else 0])

    def _open(self, station: str, city: str) -> None:
        self.centre.enrol(station, city)
        self.machines.append(self.machine(station, station, city))

    def machine(self, name: str, station: str, city: str) -> Machine:
        """A new machine with an empty disk."""
        store = fresh("ledger")
        self.stores.append(store)
        return Machine(self.world, name, station, city, store, Wire(self.world, lambda: self.centre, self.meanwhile))

    def close(self) -> None:
        """Hand the stores to the next seed."""
        give_back("ledger", self.stores)
        give_back("centre", [self._memory] if self._memory else [])

    def play(self, step: Step) -> None:
        """One step; failures of rule and world are part of life."""
        self.world.dice = random.Random(step.seed)
        self.world.calls *= bool(self.deep)
        machine = self.machines[step.place % len(self.machines)]
        if machine.retired:
            return
        self.world.ms += self.world.dice.randrange(1_000, 5 * MINUTE)
        try:
            getattr(self, f"_{step.kind}")(machine)
        except PowerCut:
            self.world.note(f"{machine.name}: power cut")
            machine.start()
        except Refused as no:
            self.world.note(f"{machine.name}: refused {no.code}")
        except Fault as fault:
            self.world.note(f"{machine.name}: fault {fault.code}")
        finally:
            machine.busy = machine.wire.hole = False

    def meanwhile(self) -> None:
        """While one waits for the centre, another acts."""
        if self.deep or self.world.dice.random() < 0.3:
            return
        self.deep += 1
        try:
            other = self.world.dice.choice(self.machines)
            if other.busy or other.retired:
                return
            self.play(Step(self.world.dice.choice(("work", "sync", "clerk")), self.machines.index(other), self._seed()))
        finally:
            self.deep -= 1

    def _seed(self) -> int:
        return self.world.dice.randrange(1 << 30)

    # --- steps ------------------------------------------------------------------------------------------------------

    def _work(self, machine: Machine) -> None:
        counter.serve(machine, self.world.dice.randrange(1, 6), self._people)

    def _case(self, machine: Machine) -> None:
        """One person stays until all is done that can be."""
        counter.serve(machine, self.world.dice.randrange(8, 20), self._people)

    def _sync(self, machine: Machine) -> None:
        machine.busy = True
        machine.wire.bad = self.world.dice.choice((0.0, 0.05, 0.4))
        dice = self.world.dice
        done = machine.sync()
        self.world.dice = dice
        machine.wire.bad = 0.0
        self.world.note(f"{machine.name}: sync +{done.pushed} -{done.pulled} {'level' if done.ok else done.alarms[:1]}")

    def _clerk(self, machine: Machine) -> None:
        told = self.attend()
        self.world.note(f"centre: clerk tells {told}")

    def attend(self) -> int:
        """The clerk of the centre looks at what came; it may be killed."""
        try:
            signing = signing_clerk(self.signers, self.world)
            clerk = provincial_clerk(signing, self.world, house.BLIND_KEY, house.city_key)
            return attend(self.centre, clerk, house.city_key)
        except PowerCut:
            self.centre_store.restart()
            self.world.note("centre: the clerk is killed")
            return 0

    def _time(self, machine: Machine) -> None:
        passed = self.world.dice.choice((HOUR, 5 * HOUR, DAY_MS, 3 * DAY_MS, 20 * DAY_MS))
        self.world.ms += passed
        self.world.note(f"{passed // HOUR} h pass")

    def _cut(self, machine: Machine) -> None:
        """Power will go at some statement or commit of the next act."""
        machine.store.fuse = self.world.dice.randrange(1, 60)
        self._work(machine) if self.world.chance(0.5) else self._sync(machine)
        machine.store.fuse = 0

    def _centre_cut(self, machine: Machine) -> None:
        """The centre's power goes: while nobody asks it anything, or at some statement or commit."""
        if self.world.chance(0.3):
            self.centre_store.restart()
            self.world.note("centre: power cut")
            return
        self.centre_store.fuse = self.world.dice.randrange(1, self.world.dice.choice((12, 60)))
        self._sync(machine) if self.world.chance(0.6) else self._clerk(machine)
        self.centre_store.fuse = 0

    def _line(self, machine: Machine) -> None:
        machine.wire.up = not machine.wire.up
        self.world.note(f"{machine.name}: line {'up' if machine.wire.up else 'down'}")

    def _clock(self, machine: Machine) -> None:
        dice = self.world.dice
        off = dice.choice(CLOCKS)
        machine.watch.off_ms = off
        self.world.note(f"{machine.name}: clock off by {off // MINUTE} min")

    def _backup(self, machine: Machine) -> None:
        machine.back_up()
        self.world.note(f"{machine.name}: backup")

    def _restore(self, machine: Machine) -> None:
        """The disk dies; the newest or an older backup comes back, and a supervisor enrols the station again. Nobody is
        served before that has worked: what an old disk writes by itself is the matter of `_silent`."""
        if not machine.backups or not machine.wire.up:
            return
        self._put_back(machine)
        machine.busy = True
        for _ in range(ENROLLING):
            try:
                machine.reenrol()
                return
            except Fault as fault:
                self.world.note(f"{machine.name}: not enrolled, {fault.code}")
        raise Violation("I12", f"{machine.name} could not be enrolled in {ENROLLING} tries")

    def _silent(self, machine: Machine) -> None:
        """Somebody copies an old file back and says nothing."""
        if machine.backups:
            self.attacked.add(machine.station)
            self._put_back(machine)

    def _put_back(self, machine: Machine) -> None:
        copy = self.world.dice.choice(machine.backups)
        held = losses.own_facts(machine)
        machine.restore(copy)
        losses.lose(self, machine, held)
        self.centre_backups.clear()  # two disasters at once are not promised against
        self.world.note(f"{machine.name}: restored from a backup")

    def _clone(self, machine: Machine) -> None:
        """The disk is copied; two machines now have one identity."""
        if any(m.station == machine.station and m is not machine for m in self.machines):
            return
        self.attacked.add(machine.station)
        twin = self.machine(f"{machine.station}'", machine.station, machine.city)
        twin.restore(machine.copy())
        self.machines.append(twin)
        self.world.note(f"{machine.name}: disk cloned")

    def _centre_backup(self, machine: Machine) -> None:
        self.centre_backups = [*self.centre_backups[-2:], self.centre_store.image()]
        self.world.note("centre: backup")

    def _centre_restore(self, machine: Machine) -> None:
        if not self.centre_backups:
            return
        self.centre_store.load(self.world.dice.choice(self.centre_backups))
        self.centre = self._make(self.centre_store, self.world)
        for one in self.machines:
            if one.revoked:
                self.centre.revoke(one.station, "stolen")
        self.world.acknowledged.clear()
        self.generation = self.centre.restored(self.generation)
        self.world.note(f"centre: restored from a backup, generation {self.generation}")

    def _revoke(self, machine: Machine) -> None:
        if machine.station in self.attacked or sum(not m.revoked for m in self.machines) < 3:
            return
        machine.revoked = True
        machine.before_revoked = len(
            self.centre_store.rows("SELECT 1 FROM facts WHERE station = ?", machine.station)
        )
        self.centre.revoke(machine.station, "stolen")
        self.world.note(f"{machine.name}: revoked")

    def _reenrol(self, machine: Machine) -> None:
        if machine.ledger.frozen:
            machine.reenrol()
            self.world.note(f"{machine.name}: enrolled again")

    def _late(self, machine: Machine) -> None:
        """A copy of an old message arrives."""
        if not self.world.late:
            return
        call = self.world.late.pop(self.world.dice.randrange(len(self.world.late)))
        self.world.note("a late copy of a message arrives")
        call()

    def _hostile(self, machine: Machine) -> None:
        """A station's login in other hands."""
        what = self.world.dice.choice(strangers.WAYS)
        if what == "contradiction":
            self.attacked.add(machine.station)
        self.world.note(f"{machine.name}: its login in other hands, {what}")
        strangers.push(what, machine, self.centre, self.centre_store)

    def _hole(self, machine: Machine) -> None:
        """Something on the way loses a fact in the middle of a page."""
        machine.wire.hole = True
        self._sync(machine)
