"""fold: the facts of any subject -> its record: workers (see `worker`), companies and stations. Pure and total."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import pairwise

from station.domain import facts, fold_book, fold_changes, fold_cover, fold_papers, fold_permits, parts
from station.domain.worker import WorkerRecord


@dataclass(slots=True)
class CompanyRecord:
    """A household-service company as the public register and the association know it."""

    subject: str
    uscc: str = ""
    name: str = ""
    short_name: str = ""
    division: str = ""
    contact: str = ""
    phone: str = ""
    status: str = "IN_BUSINESS"
    status_on: date | None = None
    noticed: dict[tuple[str, str, str, str], date] = field(default_factory=dict)  # line of a letter -> given on
    policies: dict[str, parts.Policy] = field(default_factory=dict)
    city: str = ""
    newest: int = 0

    @property
    def in_business(self) -> bool:
        return self.status == "IN_BUSINESS"


@dataclass(slots=True)
class StationRecord:
    """A station's own life: stock by pack, duties, day closings."""

    subject: str
    packs: dict[str, parts.PackBalance] = field(default_factory=dict)
    duties: dict[str, tuple[str, ...]] = field(default_factory=dict)
    names: dict[str, str | None] = field(default_factory=dict)
    acts: list[parts.Step] = field(default_factory=list)
    mandates: dict[str, parts.Mandate] = field(default_factory=dict)
    city: str = ""
    newest: int = 0


_WRITERS = {**fold_papers.WRITERS, **fold_cover.WRITERS, **fold_changes.WRITERS, **fold_permits.WRITERS}

Record = WorkerRecord | CompanyRecord | StationRecord


def fold(subject: str, told: Iterable[facts.Fact]) -> Record:
    """The record of any subject, by what its name begins with."""
    family = subject.partition(":")[0]
    if family == "company":
        return fold_company(subject, told)
    if family == "station":
        return fold_station(subject, told)
    return fold_worker(subject, told)


def in_agreed_order(told: Iterable[facts.Fact]) -> list[facts.Fact]:
    """Each fact once, in the order every machine agrees on: hybrid clock, station, epoch, number."""
    once = list({fact.id: fact for fact in told}.values())
    if all(one.recorded_at < later.recorded_at for one, later in pairwise(once)):
        return once  # as a chain has them: every stamp of a station is greater than the one before
    return sorted(once, key=lambda fact: fact.order)


def fold_worker(subject: str, told: Iterable[facts.Fact]) -> WorkerRecord:
    """The record of one worker. The same for every order and repetition of the same facts.

    A fact that does not fit the tables never stops the fold: it is kept and named in `conflicts`, and safety wins
    over order (cancelled and revoked stay, a lost card stays lost, of two live permits the earlier one counts, a token
    that was sent twice is no good card).
    """
    record = WorkerRecord(subject)
    for fact in in_agreed_order(told):
        record.newest = fact.recorded_at
        record.city = fact.city
        write = _WRITERS.get(type(fact.payload))
        if write is not None:
            try:
                write(record, fact, fact.payload)
            except ValueError:  # a word of no table: written by another program than ours
                fold_book.conflict(record, "ILLEGAL_STEP", fact.payload.kind, fact)
        if record.reports:
            fold_changes.settle(record, fact)
    fold_permits.settle_cards(record)
    fold_permits.settle_sent_twice(record)
    fold_permits.settle_permits(record)
    return record


def fold_company(subject: str, told: Iterable[facts.Fact]) -> CompanyRecord:
    record = CompanyRecord(subject)
    for fact in in_agreed_order(told):
        record.newest, record.city = fact.recorded_at, fact.city
        p = fact.payload
        if isinstance(p, facts.CompanyRegistered):
            record.uscc, record.name, record.short_name = p.uscc, p.name, p.short_name
            record.division, record.contact, record.phone = p.division, p.contact, p.phone
        elif isinstance(p, facts.CompanyStatusChanged):
            record.status, record.status_on = p.status, p.on
        elif isinstance(p, facts.NoticeGiven):
            record.noticed |= dict.fromkeys(p.lines, p.on)
        else:
            fold_cover.write_policy(record.policies, record.uscc or subject.partition(":")[2], p)
    return record


def fold_station(subject: str, told: Iterable[facts.Fact]) -> StationRecord:
    record = StationRecord(subject)
    for fact in in_agreed_order(told):
        record.newest, record.city = fact.recorded_at, fact.city
        p = fact.payload
        if isinstance(p, facts.StockActed):
            pack = record.packs.get(p.pack) or parts.PackBalance(p.pack, p.item, {})
            counts = {**pack.counts, p.act: pack.counts.get(p.act, 0) + p.count}
            record.packs[p.pack] = replace(
                pack, counts=counts, cost_fen=pack.cost_fen + p.cost_fen, fund=p.fund or pack.fund
            )
        elif isinstance(p, facts.DutyChanged):
            record.duties[p.person], record.names[p.person] = p.roles, p.name
        elif isinstance(p, facts.MandateGiven):
            record.mandates[p.person] = parts.Mandate(p.agency, p.document, p.first, p.last)
        elif isinstance(p, facts.StationActed):
            record.acts.append(parts.Step(p.act, p.on, fact.actor, fact.at_ms, "", p.note, str(fact.id)))
    return record
