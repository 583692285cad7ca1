"""What a destroyed disk takes with it: facts that are nowhere else, and the memory of what was sent to a printer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from station.domain.facts import CardActed, FactId
from station.ledger import encoding
from station.simulation.machine import Machine

if TYPE_CHECKING:
    from station.simulation.province import Province


def own_facts(machine: Machine) -> set[FactId]:
    """What this disk holds of its own station."""
    rows = machine.store.rows("SELECT station, epoch, seq FROM facts WHERE station = ?", machine.station)
    return {FactId(*row) for row in rows}


def lose(province: Province, machine: Machine, held: set[FactId]) -> None:
    """Facts a disk held that are nowhere else now: nobody can bring them back, and nobody is promised it."""
    there = {FactId(*row) for row in province.centre_store.rows("SELECT station, epoch, seq FROM facts")}
    for one in province.machines:
        there |= own_facts(one) if one.station == machine.station else set()
    province.world.destroyed |= held - there
    province.world.unsure |= _sent_by_nobody(province)


def _sent_by_nobody(province: Province) -> set[tuple[str, int]]:
    """Tokens whose bytes left, as far as the world remembers and no surviving fact does."""
    noted = province.centre_store.rows("SELECT body FROM facts WHERE kind = ?", CardActed.kind)
    for one in province.machines:
        noted += one.store.rows("SELECT body FROM facts WHERE kind = ?", CardActed.kind)
    told = [encoding.trusted(body).fields["data"] for (body,) in noted]
    known = {(data["number"], data["issue_number"]) for data in told if data["act"] == "send"}
    return {(number, issue) for _, number, issue in province.world.sent} - known
