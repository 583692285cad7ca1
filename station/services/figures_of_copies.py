"""The figures of every city at one of the province's own stations, from its copies: without a network, as of the last
exchange, and the same as the centre counts itself (`figures_of_province`). Names nobody; nobody has a name here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from station.domain.errors import Refused
from station.domain.figures import Figures, count, together
from station.domain.worker import WorkerRecord
from station.ledger.ledger import Ledger
from station.services.desk import Desk
from station.services.figures import PAGE
from station.sync.copies import Copies

Progress = Callable[[int, int], None]


def copies_of(desk: Desk) -> Copies:
    """The copies of this station. Raises Refused at a station of a city, which has none."""
    if desk.copies is None:
        raise Refused("本站是城市站点，没有各市的统计。请在省级站点查看。", "not_the_province")
    return desk.copies


def figures_of_copies(
    desk: Desk, first: date, last: date, tell: Progress = lambda done, total: None, *, only: str = ""
) -> dict[str, Figures]:
    """City -> its figures of the period, both days inclusive, and "" -> the whole province; or of `only` one city.

    Raises Refused when the period is upside down, when this is no station of the province, before any exchange, and
    for a city that has no copy.
    """
    copies = copies_of(desk)
    if last < first:
        raise Refused("统计的起止日期颠倒，请重新选择。", "period")
    cities = copies.cities()
    if not cities:
        raise Refused("还没有取得各市的记录，请先联网同步一次。", "no_copies")
    if only:
        if only not in cities:
            raise Refused(f"没有城市 {only} 的记录。", "no_city")
        cities = [only]
    total, seen = sum(copies.of(city).roll.count() for city in cities), 0

    def counted(ledger: Ledger) -> Iterator[WorkerRecord]:
        nonlocal seen
        for record in workers_of(ledger):
            yield record
            seen += 1
            tell(seen, total)

    found = {city: count(counted(copies.of(city)), first, last, desk.calendar) for city in cities}
    return found if only else found | {"": together(found.values(), first, last)}


def workers_of(ledger: Ledger) -> Iterator[WorkerRecord]:
    """The record of every worker of a copy, in the order of its roll."""
    last = None
    while rows := ledger.roll.page(limit=PAGE, after=last):
        for row in rows:
            record = ledger.record(row.subject)
            if isinstance(record, WorkerRecord):
                yield record
        last = rows[-1]
