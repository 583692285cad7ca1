"""A station's login in other hands, which know all the centre knows of that station."""

from __future__ import annotations

from typing import Any

from station.clock import COUNTER_BITS
from station.ledger import encoding
from station.ledger.form import canonical
from station.simulation import house
from station.simulation.machine import Machine
from station.simulation.world import DAY_MS

WAYS = ("city", "gap", "ahead", "contradiction")
"""A fact of another city; one whose forerunner is nowhere; one of tomorrow; one that contradicts another."""


def push(what: str, machine: Machine, centre: Any, place: Any) -> None:
    """Send the centre such a fact of that station. Raises what the centre answers."""
    query = "SELECT body FROM facts WHERE station = ? AND epoch = ? ORDER BY seq DESC LIMIT 1"
    known = place.rows(query, machine.station, machine.ledger.epoch)
    if not known:
        return
    last = encoding.trusted(known[0][0])
    follows: dict[str, Any] = {"seq": last.id.seq + 1, "prev": last.hash.hex(), "at": last.recorded_at + 1}
    if what == "city":
        follows["city"] = house.CITIES[1 - house.CITIES.index(machine.city)]
    elif what == "gap":
        follows |= {"seq": last.id.seq + 2, "prev": "ab" * 32}
    elif what == "ahead":
        follows["at"] = (machine.world.ms + DAY_MS) << COUNTER_BITS
    else:
        follows = {"actor": "somebody"}
    centre.push(machine.station, [encoding.read(canonical({**last.fields, **follows}))])
