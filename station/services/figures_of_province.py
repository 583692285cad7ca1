"""The figures of every city as the centre counts them, and of the province together (R48, R65). Names nobody: the
centre folds the facts without anybody's personal key."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from sqlalchemy import Connection, distinct, func, select

from station.domain.deadlines import WorkingCalendar
from station.domain.errors import Refused
from station.domain.figures import Figures, count, together
from station.domain.record import fold
from station.domain.worker import WorkerRecord
from station.ledger import encoding
from station.ledger.encoding import RawFact
from station.sync.central_schema import counters, facts
from station.sync.pushing import NoKeys
from station.sync.sql import SqlCentral

PAGE = 500
FIRST, BEYOND = "worker:", "worker;"
"""All subjects that are workers stand between these two."""
Progress = Callable[[int, int], None]


def figures_of_cities(
    central: SqlCentral, first: date, last: date, calendar: WorkingCalendar, tell: Progress = lambda done, total: None
) -> dict[str, Figures]:
    """City -> its figures of the period, both days inclusive, and "" -> the whole province.

    One moment of the database. Raises Refused when the period is upside down.
    """
    if last < first:
        raise Refused("统计的起止日期颠倒，请重新选择。", "period")
    found: dict[str, Figures] = {}
    seen = 0
    with central.transactions.reading() as conn:
        cities = list(conn.scalars(select(counters.c.city).order_by(counters.c.city)))
        whose = facts.c.city.in_(cities) & (facts.c.subject >= FIRST) & (facts.c.subject < BEYOND)
        per_city = select(func.count(distinct(facts.c.subject))).where(whose).group_by(facts.c.city)
        total = sum(conn.scalars(per_city))

        def counted(city: str) -> Iterator[WorkerRecord]:
            nonlocal seen
            for record in workers_of(conn, city):
                yield record
                seen += 1
                tell(seen, total)

        for city in cities:
            found[city] = count(counted(city), first, last, calendar)
    return found | {"": together(found.values(), first, last)}


def workers_of(conn: Connection, city: str) -> Iterator[WorkerRecord]:
    """The record of every worker of a city, by the facts the centre holds; nobody has a name in it."""
    c, last = facts.c, ""
    while True:
        within = (c.city == city, c.subject >= FIRST, c.subject < BEYOND, c.subject > last)
        names = list(conn.scalars(select(c.subject).distinct().where(*within).order_by(c.subject).limit(PAGE)))
        if not names:
            return
        last = names[-1]
        rows = select(c.subject, c.body, c.signature).where(c.city == city, c.subject.between(names[0], last))
        by_subject: dict[str, list[RawFact]] = {name: [] for name in names}
        for row in conn.execute(rows):
            by_subject[row.subject].append(encoding.trusted(row.body, row.signature))
        for name, raws in by_subject.items():
            record = fold(name, [encoding.fact_of(raw, NoKeys()) for raw in raws])
            if isinstance(record, WorkerRecord):
                yield record

