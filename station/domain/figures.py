"""Figures of a period, counted from workers' records: what the bureau and the province are told (R44, R48, R63, R65).

Every figure can be counted again from the facts; nothing here names a person.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from station.domain import application, card, parts, permit
from station.domain.days import day_of
from station.domain.deadlines import WorkingCalendar
from station.domain.standing import standing
from station.domain.worker import WorkerRecord

ENDS = (application.Act.REFUSE_CREDIT.value, application.Act.REFUSE_UNFIT.value)


@dataclass(slots=True)
class Figures:
    """Counts of one period, both days inclusive; `*_now` are as of its last day."""

    first: date
    last: date
    applications: Counter[str] = field(default_factory=Counter)  # act -> how often in the period
    refused_for: Counter[str] = field(default_factory=Counter)  # reason -> how often (R63)
    working_days: Counter[int] = field(default_factory=Counter)  # accepted -> released, of those released (R28)
    late: int = 0  # released after the day they were due
    open_now: Counter[str] = field(default_factory=Counter)  # stage -> open applications
    overdue_now: int = 0
    visits: Counter[int] = field(default_factory=Counter)  # visits of the worker per finished application (R44)
    released: int = 0
    ended: Counter[str] = field(default_factory=Counter)  # cause -> permits cancelled or revoked
    paused: Counter[str] = field(default_factory=Counter)  # cause -> pauses
    colours_now: Counter[str] = field(default_factory=Counter)  # colour -> permits that are not ended
    stale_now: int = 0  # badge 信息待更新
    cards: Counter[str] = field(default_factory=Counter)  # act -> cards read back, spoiled, lost, handed over …
    reissued_for: Counter[str] = field(default_factory=Counter)
    entries: int = 0  # 确认入户
    complaints: Counter[str] = field(default_factory=Counter)  # topic -> how often
    stars: Counter[int] = field(default_factory=Counter)
    workers: Counter[str] = field(default_factory=Counter)  # company -> workers who belong to it (R65)
    covered: Counter[str] = field(default_factory=Counter)  # company -> of those, with a permit in force

    @property
    def average_working_days(self) -> Fraction | None:
        """Of the applications released in the period; None without any."""
        count = sum(self.working_days.values())
        return Fraction(sum(days * n for days, n in self.working_days.items()), count) if count else None

    @property
    def coverage(self) -> Fraction | None:
        """Workers with a permit in force among all who belong to a company (R65)."""
        people = sum(self.workers.values())
        return Fraction(sum(self.covered.values()), people) if people else None


def count(records: Iterable[WorkerRecord], first: date, last: date, calendar: WorkingCalendar) -> Figures:
    """The figures of these workers; the records are looked at one by one and not kept."""
    found = Figures(first, last)
    for record in records:
        for papers in record.applications.values():
            _papers(found, papers, calendar)
        for right in record.permits.values():
            _permit(found, record, right)
        for piece in record.cards.values():
            _card(found, piece)
        _door(found, record)
        belongs = record.affiliation
        if belongs is not None and not record.closed:
            found.workers[belongs.company] += 1
            right_now = record.permit
            if right_now is not None and right_now.state is permit.State.ISSUED:
                found.covered[belongs.company] += 1
    return found


def together(parts: Iterable[Figures], first: date, last: date) -> Figures:
    """The figures of several cities as one. A person who is known to two of them counts in both."""
    whole = Figures(first, last)
    for part in parts:
        for name in Figures.__slots__:
            mine, theirs = getattr(whole, name), getattr(part, name)
            if isinstance(mine, Counter):
                mine.update(theirs)
            elif isinstance(mine, int):
                setattr(whole, name, mine + theirs)
    return whole


def _within(found: Figures, day: date) -> bool:
    return found.first <= day <= found.last


def _papers(found: Figures, papers: parts.Application, calendar: WorkingCalendar) -> None:
    if _within(found, day_of(papers.opened_on_ms)):
        found.applications[application.Act.OPEN.value] += 1
    for step in papers.steps:
        if not _within(found, step.on):
            continue
        found.applications[step.act] += 1
        if step.act in ENDS:
            found.refused_for[step.reason] += 1
        if step.act == application.Act.RELEASE.value and papers.accepted_on is not None:
            found.visits[papers.visits] += 1
            found.working_days[calendar.working_days_left(papers.accepted_on, step.on)] += 1
            found.late += papers.due is not None and step.on > papers.due
    if papers.open:
        found.open_now[papers.state.value] += 1
        found.overdue_now += papers.due is not None and found.last > papers.due


def _permit(found: Figures, record: WorkerRecord, right: parts.Permit) -> None:
    for step in right.steps:
        if not _within(found, step.on):
            continue
        if step.act == permit.Act.RELEASE.value:
            found.released += 1
        elif step.act == permit.Act.SUSPEND.value:
            found.paused[step.reason] += 1
        elif step.act in (permit.Act.CANCEL.value, permit.Act.REVOKE.value):
            found.ended[step.reason] += 1
    if right.live and right.state is not permit.State.GENERATED:
        now = standing(record, right.number, found.last)
        found.colours_now[now.colour.value] += 1
        found.stale_now += now.stale


def _card(found: Figures, piece: parts.Card) -> None:
    for step in piece.steps:
        if _within(found, step.on):
            found.cards[step.act] += 1
            if step.act == card.Act.ASK.value and step.reason not in ("", "FIRST_ISSUE"):
                found.reissued_for[step.reason] += 1


def _door(found: Figures, record: WorkerRecord) -> None:
    found.entries += sum(_within(found, day_of(entry.at_ms)) for entry in record.entries)
    found.complaints.update(c.topic for c in record.complaints if _within(found, day_of(c.at_ms)))
    found.stars.update(given.stars for given in record.evaluations if _within(found, day_of(given.at_ms)))
