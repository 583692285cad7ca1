"""Whose personal data a leak touches (PIPL art. 57): everybody looked at in a time, or everybody this station holds.

The authority is told how many people and which kinds of data, each company which of its own, each person themselves.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from station.domain.authority import Actor, permit_act
from station.domain.days import start_of_day
from station.domain.errors import Refused
from station.domain.identity import mask_number
from station.domain.record import CompanyRecord, fold_worker
from station.domain.worker import WorkerRecord
from station.ledger.looks import Look
from station.services.desk import Desk
from station.services.figures import everybody, say_exported
from station.services.looking import Opened, covers_until, look
from station.services.scans import scans_among
from station.services.staff import LedgerAccounts

RULE = "incident.LIST"
RULE_FOR_NAMES = "worker.EXPORT_MANY"
KINDS = ("identity", "photo", "medical", "insurance", "background", "training", "credit", "scans")
_ALL = frozenset(KINDS)
SHOWN = {
    Opened.FILE: _ALL - {"scans"},
    Opened.SCANS: frozenset({"scans"}),
    Opened.PAPER: frozenset({"identity", "photo"}),
    Opened.EXPORT: _ALL,
    Opened.INCIDENT: frozenset({"identity"}),
}
"""Which kinds of data stand on what was opened."""
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, repr=False)
class Affected:
    """One person: `number` is the permit's, or the subject where there is none. Of an erased one only that is left."""

    subject: str
    number: str
    name: str
    document: str  # masked
    phone: str
    company: str  # USCC, empty where there is none
    kinds: tuple[str, ...]
    erased: bool


@dataclass(frozen=True, slots=True)
class CompanyShare:
    """What one company is to be told, and who is to be called there."""

    uscc: str
    name: str
    contact: str
    phone: str
    people: int
    kinds: dict[str, int]


@dataclass(frozen=True, slots=True)
class Incident:
    """Everybody affected, by company. `began_ms`: looks are known from then on; None where all data are meant."""

    people: tuple[Affected, ...]
    companies: tuple[CompanyShare, ...]
    began_ms: int | None = None

    @property
    def erased(self) -> int:
        """How many of them can only be named by number."""
        return sum(one.erased for one in self.people)

    @property
    def kinds(self) -> dict[str, int]:
        """Of how many people each kind of data is affected."""
        return _counted(self.people)


def looked_at(
    desk: Desk, since: date, until: date, by: str = "", *, actor: Actor, tell: Progress = lambda done, total: None
) -> Incident:
    """Everybody whose data was opened at this station from one day to another, both included; by one account, if named.

    What was opened decides which kinds are affected, as far as this person had them by then. Raises Refused for an
    account nobody ever had: a slip of the pen must not answer "nobody".
    """
    permit_act(RULE, actor)
    if until < since:
        raise Refused("结束日期早于开始日期。", "days_reversed")
    first, end = start_of_day(since), start_of_day(until + timedelta(days=1))
    found: dict[str, list[Look]] = {}
    for one in desk.ledger.looks.between(first, end, _person(desk, by) if by else ""):
        found.setdefault(one.subject, []).append(one)
    people = []
    for done, (subject, looks) in enumerate(found.items(), start=1):
        record = desk.ledger.record(subject)
        if isinstance(record, WorkerRecord):  # else the station itself, which an earlier question looked at
            people.append(_affected(record, _kinds_seen(desk, subject, looks)))
        tell(done, len(found))
    return _noted(desk, people, desk.ledger.looks.began(), actor)


def held_here(desk: Desk, *, actor: Actor, tell: Progress = lambda done, total: None) -> Incident:
    """Everybody whose data this station holds: its disk was stolen, or its files copied. Pictures that were never
    fetched are not on it."""
    permit_act(RULE, actor)
    people = []
    for record in everybody(desk, tell):
        here = desk.ledger.keeping.pictures_of(record.subject)
        scans = scans_among(desk.ledger.facts_of(record.subject))
        pictures = {record.photo.sha256} & here if record.photo is not None else set()
        people.append(_affected(record, _kinds_of(record, bool(pictures), any(one.sha256 in here for one in scans))))
    return _noted(desk, people, None, actor)


def name_them(desk: Desk, found: Incident, *, actor: Actor, second: Actor) -> Sequence[Affected]:
    """The people themselves, so that each can be told: a list that leaves the station needs two, and stands in the
    ledger. Whoever asks has then looked at everybody on it."""
    permit_act(RULE_FOR_NAMES, actor, second)
    look(desk, [one.subject for one in found.people if not one.erased], Opened.INCIDENT, actor=actor)
    say_exported(desk, f"incident {len(found.people)}", actor, second)
    return found.people


def _noted(desk: Desk, people: Sequence[Affected], began_ms: int | None, actor: Actor) -> Incident:
    """The question is itself a look, at the station as a whole."""
    look(desk, [_station(desk)], Opened.INCIDENT, actor=actor)
    listed = sorted(people, key=lambda one: (one.company, one.number))
    by_company: dict[str, list[Affected]] = {}
    for one in listed:
        by_company.setdefault(one.company, []).append(one)
    shares = [_share(desk, uscc, theirs) for uscc, theirs in by_company.items()]
    return Incident(tuple(listed), tuple(shares), began_ms)


def _station(desk: Desk) -> str:
    return f"station:{desk.settings.station}"


def _person(desk: Desk, by: str) -> str:
    """Whoever has that login, or had it, or is written in the log under that name."""
    accounts = LedgerAccounts(desk.ledger.store).all()
    known = {one.person: one.person for one in accounts} | {one.login: one.person for one in accounts}
    known |= {person: person for person in desk.ledger.looks.people()}
    if by not in known:
        raise Refused("本站没有这个登录名或人员，请核对。", "no_account")
    return known[by]


def _kinds_seen(desk: Desk, subject: str, looks: Sequence[Look]) -> frozenset[str]:
    told = desk.ledger.facts_of(subject)
    seen: frozenset[str] = frozenset()
    for one in looks:
        by_then = [fact for fact in told if fact.at_ms <= covers_until(one.at_ms)]
        record = fold_worker(subject, by_then)
        seen |= SHOWN[Opened(one.opened)] & _kinds_of(record, record.photo is not None, bool(scans_among(by_then)))
    return seen


def _kinds_of(record: WorkerRecord, photo: bool, scans: bool) -> frozenset[str]:
    if record.erased:
        return frozenset()
    has = {
        "identity": record.person is not None, "photo": photo, "medical": bool(record.medicals),
        "insurance": bool(record.insurances), "background": bool(record.backgrounds),
        "training": bool(record.trainings), "credit": record.credit is not None, "scans": scans,
    }  # fmt: skip
    return frozenset(kind for kind, there in has.items() if there)


def _affected(record: WorkerRecord, kinds: frozenset[str]) -> Affected:
    right, person = record.permit, None if record.erased else record.person
    number = right.number if right is not None else record.subject
    document = mask_number(person.number) if person is not None and person.number else ""
    name, phone = (person.name or "", person.phone or "") if person is not None else ("", "")
    sorted_kinds = tuple(kind for kind in KINDS if kind in kinds)
    return Affected(record.subject, number, name, document, phone, _company(record), sorted_kinds, record.erased)


def _company(record: WorkerRecord) -> str:
    """Where they are now, else whom the permit names, else where they were last."""
    if record.affiliation is not None:
        return record.affiliation.company
    if record.permit is not None:
        return record.permit.company
    return record.affiliations[-1].company if record.affiliations else ""


def _share(desk: Desk, uscc: str, people: Sequence[Affected]) -> CompanyShare:
    known = desk.ledger.record(f"company:{uscc}")
    if not uscc or not isinstance(known, CompanyRecord):
        return CompanyShare(uscc, "", "", "", len(people), _counted(people))
    return CompanyShare(uscc, known.name, known.contact, known.phone, len(people), _counted(people))


def _counted(people: Sequence[Affected]) -> dict[str, int]:
    many = Counter(kind for one in people for kind in one.kinds)
    return {kind: many[kind] for kind in KINDS if many[kind]}
