"""The calm after the faults: lines up, clocks right, supervisors at work; all must be done within a few rounds."""

from __future__ import annotations

from station.domain.errors import Fault, Refused
from station.simulation.machine import Machine
from station.simulation.province import Province
from station.simulation.world import MINUTE, Violation

ROUNDS = 7
"""A frozen station needs: see it, enrol again, pull, be asked by the clerk, pull again."""


def calm(province: Province) -> None:
    """End all faults, then let everybody exchange until nothing moves. Raises Violation where it does not end."""
    _mend(province)
    for _ in range(ROUNDS):
        fine = [_round(province, machine) for machine in province.machines if not machine.retired]
        told = province.attend()
        if all(fine) and not told:
            return
    stuck = [m.name for m in province.machines if not m.retired]
    raise Violation("I12", f"not level after {ROUNDS} rounds: {stuck}; {province.world.diary[-1]}")


def _mend(province: Province) -> None:
    world = province.world
    newest = 0
    for machine in province.machines:
        machine.wire.up, machine.wire.bad, machine.watch.off_ms, machine.store.fuse = True, 0.0, 0, 0
        newest = max(newest, machine.ledger.newest_ms)
    province.centre_store.fuse = 0
    world.ms = max(world.ms, newest) + MINUTE
    while world.late:
        try:
            world.late.pop()()
        except (Refused, Fault) as no:
            world.note(f"a late copy is refused: {no.code}")
    names: set[str] = set()
    for machine in province.machines:
        if machine.station in names:
            _retire(province, machine)
        names.add(machine.station)
        if machine.revoked:
            _retire(province, machine)
        if not machine.retired:
            machine.start()


def _retire(province: Province, machine: Machine) -> None:
    """This machine is taken away for good; what only it knew goes with it."""
    machine.retired = True
    held = province.own_facts(machine)
    there = province.centre_store.rows("SELECT station, epoch, seq FROM facts WHERE station = ?", machine.station)
    keep = {tuple(row) for row in there}
    others = [m for m in province.machines if m.station == machine.station and not m.retired]
    for other in others:
        keep |= {(f.station, f.epoch, f.seq) for f in province.own_facts(other)}
    province.world.destroyed |= {f for f in held if (f.station, f.epoch, f.seq) not in keep}


def _round(province: Province, machine: Machine) -> bool:
    """One exchange, and what a supervisor does about what it says; whether all is well."""
    try:
        done = machine.sync()
        if done.ok and not machine.ledger.frozen:
            return not done.pushed
        if forked(province, machine):
            _replace(province, machine, told=bool(done.alarms))
        elif machine.ledger.frozen:
            machine.reenrol()
        province.world.note(f"{machine.name}: {done.sentence}")
    except Refused as no:
        province.world.note(f"{machine.name}: refused {no.code}")
    except Fault as fault:
        province.world.note(f"{machine.name}: fault {fault.code}")
    return False


def forked(province: Province, machine: Machine) -> bool:
    """Whether this disk and the centre hold different facts under one identity of this station."""
    query = "SELECT epoch, seq, hash FROM facts WHERE station = ?"
    theirs = {row[:2]: row[2] for row in province.centre_store.rows(query, machine.station)}
    ours = {row[:2]: row[2] for row in machine.store.rows(query, machine.station)}
    return any(theirs.get(key, hash_) != hash_ for key, hash_ in ours.items())


def _replace(province: Province, machine: Machine, *, told: bool) -> None:
    """A forked disk cannot be joined again: the station begins anew from the centre. Only an attack leads here."""
    if machine.station not in province.attacked:
        raise Violation("I5", f"{machine.name} forked without an attack")
    if not told or not machine.ledger.frozen:
        raise Violation("I5", f"{machine.name} forked and was not frozen")
    held = province.own_facts(machine)
    new = province.machine(machine.name, machine.station, machine.city)
    province.machines[province.machines.index(machine)] = new
    rows = province.centre_store.rows("SELECT station, epoch, seq FROM facts WHERE station = ?", machine.station)
    province.world.destroyed |= {f for f in held if (f.station, f.epoch, f.seq) not in {tuple(r) for r in rows}}
    query = "SELECT epoch, seq, hash FROM facts WHERE station = ?"
    theirs = {row[:2]: row[2] for row in province.centre_store.rows(query, machine.station)}
    for epoch, seq, hash_ in machine.store.rows(query, machine.station):
        if theirs.get((epoch, seq), hash_) != hash_:
            province.world.destroyed |= {f for f in held if (f.epoch, f.seq) == (epoch, seq)}
    province.world.note(f"{machine.name}: a new machine")
