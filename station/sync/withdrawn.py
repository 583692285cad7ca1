"""The province's signed lists of permits that no longer count, one per city, made again when something changed there.

Which permits those are is asked of the same fold as everywhere. A list says nothing of a person (trust.md §4.6).
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, select

from station.clock import Clock
from station.domain.errors import Fault, Refused
from station.domain.permit import State
from station.domain.worker import WorkerRecord
from station.sync import undecided
from station.sync.central_schema import counters, facts, papers, permits
from station.sync.clerk_desk import record_without_keys
from station.sync.papers import Paper, publish, status_of
from station.sync.sql import SqlCentral
from station.trust.signer import Signer
from station.trust.status_bitmap import StatusBitmap
from station.trust.token import check_permit_number

ACTED = "permit.acted"
COUNTING = frozenset({State.GENERATED, State.ISSUED})
LEAST_MS = 60_000
"""A city's list is made at most once a minute: a revocation is at every other station within two."""


def numbers(central: SqlCentral) -> list[str]:
    """Every permit number that was ever given in the province."""
    with central.transactions.reading() as conn:
        return list(conn.scalars(select(permits.c.number).distinct()))


def publish_lists(central: SqlCentral, signers: Sequence[Signer], clock: Clock) -> int:
    """Make the lists that are due and put them up; how many. One city's trouble is its own (`undecided`)."""
    now, made = clock.now_ms(), 0
    with central.transactions.reading() as conn:
        held = {row.name: row for row in conn.execute(select(papers.c.name, papers.c.version, papers.c.made_ms))}
        known = [(row.city, row.number) for row in conn.execute(select(counters.c.city, counters.c.number))]
    for city, number in sorted(known):
        old = held.get(status_of(city))
        signer = _signer(signers, city, clock)
        if signer is None or (old is not None and (old.version >= number or now - old.made_ms < LEAST_MS)):
            continue
        try:
            made += _published(central, city, max(number, 1), now, signer)
        except (Fault, Refused) as error:
            with central.transactions.writing() as conn:
                undecided.note(conn, now, city, undecided.LIST, error.code)
    return made


def _published(central: SqlCentral, city: str, number: int, now_ms: int, signer: Signer) -> bool:
    with central.transactions.reading() as conn:
        listed = list_of(conn, city, number, now_ms)
    with central.transactions.writing() as conn:
        undecided.settle(conn, now_ms, city, undecided.LIST)
        return publish(conn, Paper(status_of(city), listed.generation, listed.signed_by(signer), now_ms))


def list_of(conn: Connection, city: str, number: int, now_ms: int) -> StatusBitmap:
    """The list of a city as of the fact with that number."""
    sizes: dict[tuple[int, int], int] = {}
    for given in conn.scalars(select(permits.c.number).where(permits.c.city == city)):
        if _well_formed(given, city):
            place, last = (int(given[2:6]), int(given[6:10])), int(given[10:])
            sizes[place] = max(sizes.get(place, 0), last)
    acted = select(facts.c.subject).distinct().where(facts.c.city == city, facts.c.kind == ACTED)
    gone: set[str] = set()
    left_out = undecided.unsigned(conn, city)
    for subject in conn.scalars(acted):
        record = record_without_keys(conn, city, subject, left_out)
        if isinstance(record, WorkerRecord):
            ended = [p.number for p in record.permits.values() if p.state not in COUNTING]
            gone.update(number for number in ended if _well_formed(number, city))
    return StatusBitmap.of(city, number, now_ms, sizes, sorted(gone))


def _well_formed(number: str, city: str) -> bool:
    """A number that its own city could give; anything else is on no list and counts nowhere."""
    try:
        check_permit_number(number)
    except Refused:
        return False
    return number[:4] == city[:4] and int(number[10:]) > 0


def _signer(signers: Sequence[Signer], city: str, clock: Clock) -> Signer | None:
    """The city's key of this year."""
    today = clock.today()
    fitting = [s for s in signers if s.key.covers(city) and s.key.sign_from <= today <= s.key.sign_until]
    return fitting[-1] if fitting else None
