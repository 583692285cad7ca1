"""The roll of workers, permits and companies: finds people by whatever a clerk knows of them. Reads projections only.

Every key is a prefix search in one b-tree of terms (data.md §2: 0.2 ms at a million workers, where LIKE takes 100).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Connection, Select, Table, and_, bindparam, func, literal, or_, select, union_all

from station.ledger.lines import columns_of, lines_of, read
from station.ledger.schema import roll_companies, roll_permits, roll_terms, roll_workers
from station.ledger.store import Store

DOCUMENTS = ("ID_CARD", "HMT_PERMIT", "FOREIGN_PERMANENT")
COMMON = 20_000
"""A key with more hits than this is looked at no further: another word of the query must narrow it."""
LAST = "\U0010ffff"
"""Greater than every character a term can go on with: the end of a stretch of terms that begin alike."""
R = TypeVar("R")
L = TypeVar("L", "WorkerRow", "CompanyRow")


@dataclass(frozen=True, slots=True)
class WorkerRow:
    """One line of the roll. `name` is None where the personal key is absent."""

    subject: str
    city: str
    name: str | None
    sort_key: str
    id_tail: str
    phone_tail: str
    document_kind: str
    company: str
    permit_number: str
    permit_state: str
    stage: str
    wants_card: bool
    photo: str
    medical_until: date | None
    insurance_until: date | None
    refreshed_on: date | None
    closed: str
    erased: bool


@dataclass(frozen=True, slots=True)
class CompanyRow:
    """One company of the register."""

    subject: str
    uscc: str
    name: str
    short_name: str
    division: str
    status: str
    sort_key: str


@dataclass(frozen=True, slots=True)
class PermitRow:
    """One permit, whoever has it."""

    number: str
    subject: str
    application: str
    company: str
    company_name: str
    state: str
    live: bool
    generated_on: date
    released_on: date | None
    suspended_on: date | None
    ended_on: date | None


class Roll:
    """Look-ups. `subject_of` turns (kind of document, whole number) into a subject, so whole numbers need no column."""

    def __init__(self, store: Store, subject_of: Callable[[str, str], str]) -> None:
        self._store = store
        self._subject_of = subject_of

    def find(self, query: str, *, limit: int = 50, company: str | None = None) -> list[WorkerRow]:
        """Workers for what was typed: hanzi anywhere in the name, pinyin or initials from the start, the last digits
        of document, phone or permit, a whole number; several words narrow each other. In the order of the roll.
        """
        words = _words(query)
        if not words:
            return []
        with self._store.reading() as conn:
            narrowed = [_of_worker(word, self._subject_of) for word in words]
            extra = [] if company is None else [roll_workers.c.company == company]
            return _search(conn, WorkerRow, roll_workers, narrowed, extra, limit)

    def find_company(self, query: str, *, limit: int = 50) -> list[CompanyRow]:
        """Companies by any part of the name, by pinyin, by initials or by the beginning of their USCC."""
        words = _words(query)
        if not words:
            return []
        with self._store.reading() as conn:
            return _search(conn, CompanyRow, roll_companies, [_of_company(word) for word in words], [], limit)

    def worker(self, subject: str) -> WorkerRow | None:
        return self._first(WorkerRow, lines_of(WorkerRow, roll_workers).where(roll_workers.c.subject == subject))

    def company(self, uscc: str) -> CompanyRow | None:
        query = lines_of(CompanyRow, roll_companies).where(roll_companies.c.subject == f"company:{uscc}")
        return self._first(CompanyRow, query)

    def companies(self, *, limit: int = 100_000) -> list[CompanyRow]:
        """All companies in the order of their names."""
        query = lines_of(CompanyRow, roll_companies).order_by(roll_companies.c.sort_key, roll_companies.c.subject)
        return self._all(CompanyRow, query.limit(limit))

    def permit(self, number: str) -> PermitRow | None:
        """The permit of that number; of two people with one number (WRONG-3), the earlier one."""
        c = roll_permits.c
        query = lines_of(PermitRow, roll_permits).where(c.number == number).order_by(c.generated_on, c.subject).limit(1)
        return self._first(PermitRow, query)

    def subject_of_permit(self, number: str) -> str | None:
        found = self.permit(number)
        return found.subject if found else None

    def permits(
        self, *, state: str | None = None, live: bool | None = None, company: str | None = None
    ) -> list[PermitRow]:
        """Permits by number."""
        c = roll_permits.c
        query = lines_of(PermitRow, roll_permits).order_by(c.number, c.subject)
        if state is not None:
            query = query.where(c.state == state)
        if live is not None:
            query = query.where(c.live == live)
        if company is not None:
            query = query.where(c.company == company)
        return self._all(PermitRow, query)

    def workers_of(self, company: str, *, limit: int = 1_000, after: WorkerRow | None = None) -> list[WorkerRow]:
        """The workers of a company in the order of the roll, from the one after that line on."""
        return self._paged(limit, after, roll_workers.c.company == company)

    def page(self, *, limit: int = 200, after: WorkerRow | None = None) -> list[WorkerRow]:
        """Everybody in the order of the roll, a page at a time: give the last line to get the next page."""
        return self._paged(limit, after)

    def _paged(self, limit: int, after: WorkerRow | None, *narrowed: ColumnElement[bool]) -> list[WorkerRow]:
        c = roll_workers.c
        query = lines_of(WorkerRow, roll_workers).where(*narrowed)
        if after is not None:  # people of one name stand in the order of their subjects
            same = and_(c.sort_key == after.sort_key, c.subject > after.subject)
            query = query.where(c.sort_key >= after.sort_key, or_(c.sort_key > after.sort_key, same))
        return self._all(WorkerRow, query.order_by(c.sort_key, c.subject).limit(limit))

    def running_out(self, paper: str, first: date, last: date) -> list[WorkerRow]:
        """Whose `medical` or `insurance` ends, or whose `refresh` was done, between two days, both inclusive."""
        names = {"medical": "medical_until", "insurance": "insurance_until", "refresh": "refreshed_on"}
        column = roll_workers.c[names[paper]]
        query = lines_of(WorkerRow, roll_workers).where(column.between(first, last))
        return self._all(WorkerRow, query.order_by(column, roll_workers.c.sort_key))

    def count(self) -> int:
        with self._store.reading() as conn:
            return conn.execute(select(func.count()).select_from(roll_workers)).scalar_one()

    def _all(self, cls: type[R], query: Select[Any]) -> list[R]:
        with self._store.reading() as conn:
            return read(conn, cls, query)

    def _first(self, cls: type[R], query: Select[Any]) -> R | None:
        return next(iter(self._all(cls, query)), None)


@dataclass(frozen=True, slots=True)
class _Word:
    """One word of a query: the stretches of terms that answer it, and the same as a condition on a row."""

    stretches: tuple[tuple[str, str], ...]
    condition: ColumnElement[bool]


def _words(query: str) -> list[str]:
    """At most four words, NFC, without wildcards' meaning: no character of a query is ever a pattern."""
    return unicodedata.normalize("NFC", query).split()[:4]


def _of_worker(word: str, subject_of: Callable[[str, str], str]) -> _Word:
    c = roll_workers.c
    upper, lower = word.upper(), word.lower()
    digits = upper.isascii() and upper[:-1].isdigit() and (upper[-1].isdigit() or upper[-1] == "X")
    if upper.isascii() and len(upper) in (15, 18) and upper[-3:-1].isdigit():
        whole = c.subject.in_([subject_of(kind, upper) for kind in DOCUMENTS])
        return _Word((), whole)
    if digits or word.isdigit():
        back = upper[::-1]
        ends = [column.endswith(upper, autoescape=True) for column in (c.id_tail, c.phone_tail, c.permit_number)]
        starts = c.permit_number.startswith(upper, autoescape=True)
        return _Word((("d", back), ("f", back), ("e", back), ("c", upper)), or_(*ends, starts))
    if word.isascii():
        stretches, spelled = _spelled(lower, c, "pi")
        named = func.lower(c.name).contains(lower, autoescape=True)
        return _Word((*stretches, ("m", lower), ("n", lower)), or_(named, *spelled))
    return _Word((("m", lower), ("n", lower)), func.lower(c.name).contains(lower, autoescape=True))


def _of_company(word: str) -> _Word:
    c, lower = roll_companies.c, word.lower()
    if word.isascii():
        stretches, spelled = _spelled(lower, c, "PI")
        number = c.uscc.startswith(word.upper(), autoescape=True)
        return _Word((("U", word.upper()), *stretches), or_(number, *spelled))
    named = [func.lower(column).contains(lower, autoescape=True) for column in (c.name, c.short_name)]
    return _Word((("M", lower), ("N", lower)), or_(*named))


def _spelled(lower: str, c: Any, kinds: str) -> tuple[list[tuple[str, str]], list[ColumnElement[bool]]]:
    """A word in Latin letters as the beginning of a spelling or of initials; punctuation alone is neither."""
    typed = "".join(char for char in lower if char.isalnum())
    if not typed:
        return [], []
    conditions = [(literal(" ") + column).contains(f" {typed}", autoescape=True) for column in (c.readings, c.initials)]
    return [(kind, typed) for kind in kinds], conditions


def _search(
    conn: Connection, cls: type[L], table: Table, words: list[_Word], extra: list[Any], limit: int
) -> list[L]:
    """Rows that answer all words, in the order of the roll.

    The rarest word leads through its terms, the others are conditions on the row. Where there are more answers than
    asked for, those by the lead's first stretch come before those by its next.
    """
    leads = [word for word in words if word.stretches]
    if not leads:
        query = lines_of(cls, table).where(and_(*(word.condition for word in words), *extra)).limit(limit)
        return sorted(read(conn, cls, query), key=_by_name)
    lead = leads[0] if len(leads) == 1 else min(leads, key=lambda word: _frequency(conn, word))
    others = [word.condition for word in words if word is not lead] + extra
    query = _leading(cls, table, len(lead.stretches))
    bound: dict[str, Any] = {"hits": COMMON if others else limit, "limit": limit * len(lead.stretches)}
    for rank, (kind, term) in enumerate(lead.stretches):
        bound |= {f"kind{rank}": kind, f"from{rank}": term, f"to{rank}": term + LAST}
    rows = conn.execute(query.where(*others) if others else query, bound).all()
    found: dict[int, L] = {}
    for row in sorted(rows, key=lambda row: row[1]):
        if row[0] not in found:
            found[row[0]] = cls(*row[2:])
    return sorted(list(found.values())[:limit], key=_by_name)


def _by_name(line: WorkerRow | CompanyRow) -> str:
    return line.sort_key


_LEADING: dict[tuple[Table, int], Select[Any]] = {}


def _leading(cls: type[Any], table: Table, stretches: int) -> Select[Any]:
    """id, rank and line of the rows behind that many stretches of terms; built once for each number of them."""
    query = _LEADING.get((table, stretches))
    if query is None:
        ranked = union_all(*(_hits(rank) for rank in range(stretches))).subquery()
        query = select(table.c.id, ranked.c.rank, *columns_of(cls, table)).join(ranked, table.c.id == ranked.c.ref)
        query = _LEADING[(table, stretches)] = query.limit(bindparam("limit"))
    return query


def _hits(rank: int) -> Select[Any]:
    """(ref, rank) of the first terms of a stretch; wrapped, because a part of a union may not end in LIMIT."""
    c = roll_terms.c
    stretch = (
        c.kind == bindparam(f"kind{rank}"),
        c.term >= bindparam(f"from{rank}"),
        c.term < bindparam(f"to{rank}"),
    )
    first = select(c.ref, literal(rank).label("rank")).where(*stretch).order_by(c.term, c.ref)
    inner = first.limit(bindparam("hits")).subquery()
    return select(inner.c.ref, inner.c.rank)


def _frequency(conn: Connection, word: _Word) -> int:
    """About how many rows a word has, counted in the database and no further than matters."""
    total = 0
    for kind, term in word.stretches:
        stretch = {"hits": 2_000, "kind0": kind, "from0": term, "to0": term + LAST}
        total += int(conn.execute(_COUNTED, stretch).scalar_one())
    return total


_COUNTED = select(func.count()).select_from(_hits(0).subquery())
