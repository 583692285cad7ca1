"""Code health at work: the sweep over every worker, the work list, what a scan shows, counts by month.

Nightly where the centre is, weekly at a station, and at every scan where domain.md §14 marks it. A sweep changes
nothing but leaves a fact with its counts; each line of the work list is a person's to settle.
"""

from __future__ import annotations

import functools
import hashlib
import json
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from station.domain import card, facts
from station.domain.days import start_of_day
from station.domain.deadlines import add_months
from station.domain.errors import Refused
from station.domain.health import Finding, counts
from station.domain.health_across import Across
from station.domain.health_seen import Scan, of_host, of_scan, of_symbol
from station.domain.health_visits import of_visits
from station.domain.health_worker import Known, of_history, of_worker
from station.domain.identity import PermitNumber
from station.domain.people import CATEGORIES
from station.domain.record import StationRecord
from station.domain.tiers import printable
from station.domain.worker import WorkerRecord
from station.services.desk import Desk, Done, Topic
from station.services.facing import everybody
from station.services.inspecting import Inspection, same_body
from station.services.issuing import check_of
from station.services.reaching import answers
from station.settings import RESOURCES
from station.sync import marks
from station.trust.token import Token, parse
from station.trust.verdict import judge

SWEPT, SUSPECT = "HEALTH_SWEPT", "CODE_SUSPECT"
REMEMBERED = frozenset({"DEAD-7", "WRONG-1", "WRONG-4", "BAD-3", "BAD-5"})
SUSPECTS_A_DAY = 200
"""Whoever feeds a page with forgeries fills no ledger."""
UNSENT_AFTER_MS = 24 * 3_600_000
NIGHTLY, WEEKLY = 1, 7
SCANS_KEPT_MONTHS = 12
"""Nobody looks at an older scan (domain.md §11.4); why its fact stays in the chain: decisions/0009."""
Progress = Callable[[int, int], None]
Counts = dict[str, dict[str, dict[str, int]]]


@dataclass(frozen=True, slots=True)
class Swept:
    """One sweep: how many workers were looked at, and everything found, the gravest class first."""

    day: date
    workers: int
    findings: tuple[Finding, ...]

    @property
    def counts(self) -> Counts:
        """City -> class -> condition -> how many (R48)."""
        return counts(self.findings)


def sweep(desk: Desk, tell: Progress = lambda done, total: None) -> Done[Swept]:
    """Look at everybody. A cut in between leaves no trace: the fact is written at the end."""
    day = desk.today()
    closed = functools.cache(lambda uscc: not desk.in_business(uscc))
    unsent = marks.unsent_subjects(desk.ledger, desk.clock.now_ms() - UNSENT_AFTER_MS)
    across, found = Across(), list(_of_city(desk))
    kept_from = start_of_day(add_months(day, -SCANS_KEPT_MONTHS))
    total, done = desk.ledger.roll.count(), 0
    for record in everybody(desk):
        across.see(record)
        found += of_worker(record, day, _known(desk, record, day, closed, record.subject in unsent))
        if record.scans or record.entries:
            history = desk.ledger.facts_of(record.subject)
            found += of_history(record.subject, history, kept_from) + of_visits(record.subject, history, day)
        done += 1
        tell(done, total)
    found += across.findings()
    swept = Swept(day, done, tuple(sorted(found, key=lambda one: (_ORDER.index(one.kind.value), one))))
    desk.ledger.worklist.replace(swept.findings)
    note = json.dumps(swept.counts, sort_keys=True, separators=(",", ":"))
    desk.ledger.append([(_subject(desk), facts.StationActed(SWEPT, day, note))], actor="system")
    return Done(swept, frozenset({Topic.PERMITS}))


_ORDER = ("DEAD", "WRONG", "BAD")


def sweep_if_due(desk: Desk, *, nightly: bool = False) -> Swept | None:
    """For timers: the sweep of this day or week, or None when it was made already."""
    return sweep(desk).value if due(desk, nightly=nightly) else None


def due(desk: Desk, *, nightly: bool = False) -> bool:
    """Whether the next sweep is due: a day after the last where the centre is, a week after it elsewhere.

    A machine beside the province's database says `nightly` itself; a station that is its own centre need not.
    """
    last = max((on for on, _ in _sweeps(desk)), default=None)
    every = NIGHTLY if nightly or not desk.settings.central else WEEKLY
    return last is None or (desk.today() - last).days >= every


def by_month(desk: Desk) -> dict[str, Counts]:
    """Month -> counts of the last sweep of that month, and of what scans of that month showed (R48)."""
    told: dict[str, Counts] = {}
    for on, found in sorted(_sweeps(desk), key=lambda sweep: sweep[0]):
        told[f"{on:%Y-%m}"] = found
    for on, condition, _ in _suspects(desk):
        city = told.setdefault(f"{on:%Y-%m}", {}).setdefault(desk.settings.city.code, {})
        row = city.setdefault(condition.partition("-")[0], {})
        row[condition] = row.get(condition, 0) + 1
    return told


def report_scan(desk: Desk, found: Inspection, code: str, shown: str = "") -> list[Finding]:
    """What a scan shows, remembered as a fact of this station: once per condition, code and day, few per day.

    Only what no sweep can see: a forgery, a foreign host, a code nobody issued or the centre does not know, a print
    that says something else. Of a code that is not ours a few digits of its hash are kept, never the code.
    """
    seen = of_inspection(desk, found, shown)
    worth = [one for one in seen if one.condition in REMEMBERED]
    today = desk.today()
    held = {(condition, about) for on, condition, about in _suspects(desk) if on == today} if worth else set()
    for one in worth:
        about = one.about or hashlib.sha256(code.encode()).hexdigest()[:8]
        if (one.condition, about) not in held and len(held) < SUSPECTS_A_DAY:
            held.add((one.condition, about))
            note = f"{one.condition} {about}"
            desk.ledger.append([(_subject(desk), facts.StationActed(SUSPECT, today, note))], actor="system")
    return seen


def suspects(desk: Desk, days: int = 30) -> list[tuple[date, str, str]]:
    """(day, condition, permit number or hash) of what scans showed lately, the newest first: the forgery report."""
    first = desk.today() - timedelta(days=days)
    return sorted((one for one in _suspects(desk) if one[0] >= first), reverse=True)


def of_inspection(desk: Desk, found: Inspection, shown: str = "") -> list[Finding]:
    """What a scan that was just judged shows; `shown` is the colour a page painted for it, if any."""
    verdict, record = found.verdict, found.record
    number, issue = found.permit_number or "", found.issue_number or 0
    body, printed = True, True
    if verdict.genuine and record is not None and issue and verdict.token is not None:
        signed = record.tokens.get((number, issue))
        body = signed is not None and same_body(signed.token, verdict.token)
        printed = not _current(record, number, issue) or verdict.print_check == check_of(record, number)
    reason = verdict.reasons[0] if verdict.reasons else verdict.kind.value
    scan = Scan(
        number, issue, verdict.genuine, "" if verdict.genuine else str(reason), record is not None, body, printed,
        found.seen, shown, found.colour.value, desk.settings.city.code,
    )  # fmt: skip
    return of_scan(scan)


def _known(
    desk: Desk, record: WorkerRecord, day: date, closed: Callable[[str], bool], unsent: bool
) -> Known:
    """What only this station can say about the record."""
    checks, says, refused = {}, {}, {}
    for key, signed in record.tokens.items():
        if not _current(record, *key):
            continue
        checks[key] = check_of(record, key[0])
        token = parse(signed.token)
        if isinstance(token, Token):
            says[key] = (token.body.permit_number, token.body.issue_number)
        verdict = judge(signed.token, desk.keyring, day)
        if not verdict.genuine:
            refused[key] = str(verdict.reasons[0] if verdict.reasons else verdict.kind.value)
    rights = [right for right in record.permits.values() if right.live]
    return Known(
        closed=frozenset(right.company for right in rights if closed(right.company)),
        unsent=frozenset(record.permits) if unsent else frozenset(),
        checks=checks,
        says=says,
        refused=refused,
        unprintable=_print_trouble(desk, record) if checks else "",
        number_exists=lambda number: _exists(desk, number),
    )


def _print_trouble(desk: Desk, record: WorkerRecord) -> str:
    """Whether the card of the permit that counts could be printed as its record stands today."""
    right, person = record.permit, record.person
    if right is None or not right.live or person is None or person.name is None:
        return ""
    categories = "、".join(CATEGORIES[code] for code in printable(record, right.categories, desk.clock.today()))
    return _unprintable(person.name, right.company_name, categories, desk.settings.city.layout)


def _current(record: WorkerRecord, number: str, issue: int) -> bool:
    """Whether this card is in somebody's hands with today's print on it."""
    piece = record.cards.get((number, issue))
    return piece is not None and piece.state in (*card.LIVE, card.State.VERIFIED)


def _of_city(desk: Desk) -> Iterator[Finding]:
    """The symbol of the layout and the host on every card of the city; a rehearsal's host exists nowhere."""
    city = desk.settings.city
    allowed = tomllib.loads((RESOURCES / "hosts.toml").read_text(encoding="utf-8"))["hosts"]
    wrong = of_host(city.url_prefix, frozenset(allowed), city=city.code)
    if not wrong and not desk.settings.rehearsal:
        wrong = of_host(city.url_prefix, frozenset(allowed), answers=answers(city.url_prefix), city=city.code)
    yield from wrong
    try:
        from station.cards.layout_file import load_layout
        from station.cards.qr import QUIET
    except ImportError:
        return  # no desktop components here (the province's machine): a station looks at the layout
    symbol = load_layout(city.layout).symbol
    yield from of_symbol(city.layout, quiet_modules=QUIET, module_mm=symbol.module_mm, city=city.code)


@functools.lru_cache(maxsize=8192)
def _unprintable(name: str, company: str, categories: str, layout: str) -> str:
    try:
        from station.cards.artwork import unprintable
    except ImportError:
        return ""  # nobody can tell without a raster engine; no card is printed here either
    return unprintable({"name": name, "company": company, "categories": categories}, layout)


def _exists(desk: Desk, number: str) -> bool:
    try:
        PermitNumber.parse(number, desk.divisions)
    except Refused:
        return False
    return True


def _sweeps(desk: Desk) -> list[tuple[date, Counts]]:
    station = desk.ledger.record(_subject(desk))
    acts = station.acts if isinstance(station, StationRecord) else []
    return [(step.on, json.loads(step.note)) for step in acts if step.act == SWEPT]


def _suspects(desk: Desk) -> list[tuple[date, str, str]]:
    station = desk.ledger.record(_subject(desk))
    acts = station.acts if isinstance(station, StationRecord) else []
    told = ((step.on, *step.note.partition(" ")[::2]) for step in acts if step.act == SUSPECT)
    return [(on, condition, about) for on, condition, about in told]


def _subject(desk: Desk) -> str:
    return f"station:{desk.settings.station}"
