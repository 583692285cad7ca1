"""The calm after the faults: lines up, clocks right, supervisors at work; all must be done within a few rounds."""

from __future__ import annotations

from station.domain.errors import Fault, Refused
from station.domain.facts import FactId
from station.simulation import losses
from station.simulation.machine import Machine
from station.simulation.province import Province
from station.simulation.world import MINUTE, Violation

ROUNDS = 7
"""A frozen station needs: see it, enrol again, pull, be asked by the clerk, pull again."""


def calm(province: Province) -> None:
    """End all faults, then let everybody exchange until nothing moves. Raises Violation where it does not end."""
    _mend(province)
    for _ in range(ROUNDS):
        province.world.ms += MINUTE + 1_000  # what the clerk could not decide it asks about again every minute
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
    held = losses.own_facts(machine)
    there = province.centre_store.rows("SELECT station, epoch, seq FROM facts WHERE station = ?", machine.station)
    keep = {tuple(row) for row in there}
    others = [m for m in province.machines if m.station == machine.station and not m.retired]
    for other in others:
        keep |= {(f.station, f.epoch, f.seq) for f in losses.own_facts(other)}
    province.world.destroyed |= {f for f in held if (f.station, f.epoch, f.seq) not in keep}


def _round(province: Province, machine: Machine) -> bool:
    """One exchange, and what a supervisor does about what it says; whether all is well."""
    province.world.calls = 0
    try:
        done = machine.sync()
        if done.ok and not machine.ledger.frozen:
            return not (done.pushed or done.given_back)  # what came new to the centre, others must read
        if forked := forks(province, machine):
            _replace(province, machine, forked, told=bool(done.alarms))
        elif machine.ledger.frozen:
            machine.reenrol()
        province.world.note(f"{machine.name}: {done.sentence}")
    except Refused as no:
        province.world.note(f"{machine.name}: refused {no.code}")
    except Fault as fault:
        province.world.note(f"{machine.name}: fault {fault.code}")
    return False


def forks(province: Province, machine: Machine) -> set[FactId]:
    """Identities of this station under which this disk and the centre hold different facts."""
    query = "SELECT epoch, seq, hash FROM facts WHERE station = ?"
    theirs = {row[:2]: row[2] for row in province.centre_store.rows(query, machine.station)}
    ours = {row[:2]: row[2] for row in machine.store.rows(query, machine.station)}
    return {FactId(machine.station, *key) for key, hash_ in ours.items() if theirs.get(key, hash_) != hash_}


def _replace(province: Province, machine: Machine, forked: set[FactId], *, told: bool) -> None:
    """A forked disk cannot be joined again: the station begins anew from the centre. Only an attack leads here."""
    if machine.station not in province.attacked:
        raise Violation("I5", f"{machine.name} forked without an attack")
    centre = province.centre_store
    ((life,),) = centre.rows("SELECT epoch FROM stations WHERE station = ?", machine.station)
    of_now = any(fact.epoch >= life for fact in forked)  # what parted in a life that is over is told, and not sent
    if not told or (of_now and not machine.ledger.frozen):
        raise Violation("I5", f"{machine.name} forked and was not {'frozen' if told else 'told'}")
    if of_now and not centre.rows("SELECT 1 FROM forks WHERE station = ?", machine.station):
        raise Violation("I5", f"{machine.name} forked and the centre kept no evidence")
    held = losses.own_facts(machine)
    province.machines[province.machines.index(machine)] = province.machine(
        machine.name, machine.station, machine.city
    )
    rows = centre.rows("SELECT station, epoch, seq FROM facts WHERE station = ?", machine.station)
    province.world.destroyed |= held - {FactId(*row) for row in rows} | forked
    province.world.note(f"{machine.name}: a new machine")
