"""What the province publishes to every station: the key register and the signed lists of withdrawn permits.

A paper only ever gets a higher version. What it says is judged by whoever reads it, by its signature; nothing here
looks inside.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, select, update

from station.ledger.schema import insert_new
from station.sync.central_schema import papers

REGISTER = "register"


def status_of(city: str) -> str:
    """The name of a city's list of withdrawn permits."""
    return f"status-{city}"


@dataclass(frozen=True, slots=True)
class Paper:
    """One published paper."""

    name: str
    version: int
    data: bytes
    made_ms: int


def publish(conn: Connection, paper: Paper) -> bool:
    """Put a paper up; whether it is newer than the one that hangs there. An older one changes nothing."""
    c = papers.c
    row = {"name": paper.name, "version": paper.version, "data": paper.data, "made_ms": paper.made_ms}
    if conn.execute(insert_new(conn, papers), row).rowcount == 1:
        return True
    newer = update(papers).where(c.name == paper.name, c.version < paper.version).values(row)
    return conn.execute(newer).rowcount == 1


def newer_than(conn: Connection, known: Mapping[str, int]) -> list[Paper]:
    """The papers whose version is higher than the one known here."""
    versions = {row.name: row.version for row in conn.execute(select(papers.c.name, papers.c.version))}
    wanted = [name for name, version in versions.items() if version > known.get(name, 0)]
    rows = conn.execute(select(papers).where(papers.c.name.in_(wanted)).order_by(papers.c.name))
    return [Paper(row.name, row.version, row.data, row.made_ms) for row in rows]
