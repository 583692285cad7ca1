"""The roll of workers, permits and companies: finds people by whatever a clerk knows of them. Reads projections only.

Every key is a prefix search in one b-tree of terms (data.md §2: 0.2 ms at a million workers, where LIKE takes 100).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from station.domain.standing import Colour
from station.ledger.lines import columns_of, lines_of, read
from station.ledger.rows import colour_in_cell
from station.ledger.schema import roll_companies, roll_permits, roll_workers
from station.ledger.search import LEADING, at_companies, codes_of, search, workers_at
from station.ledger.store import Store
from station.ledger.words import at_company, of_company, of_spelling, of_worker, spelled_apart, words_of

AT_ONCE = 500
"""Values in one condition; SQLite allows a thousand in its oldest builds."""
R = TypeVar("R")


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
    colours: str

    def colour_on(self, day: date) -> Colour:
        """What the phone code of the permit that counts answers on that day; UNKNOWN where there is none."""
        return colour_in_cell(self.colours, day)


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
    fresh_since: date | None


class Roll:
    """Look-ups. `subject_of` turns (kind of document, whole number) into a subject, so whole numbers need no column."""

    def __init__(self, store: Store, subject_of: Callable[[str, str], str]) -> None:
        self._store = store
        self._subject_of = subject_of

    def find(self, query: str, *, limit: int = 50, company: str | None = None) -> list[WorkerRow]:
        """Workers for what was typed: hanzi anywhere in the name, pinyin or initials from the start, the last digits
        of document, phone or permit, a whole number, or their company by what `find_company` knows of it; several
        words narrow each other, and several of letters alone are one spelling, too (`wang li`). Who answers in person
        comes before who belongs to a company that does; each part in the order of the roll.
        """
        words = words_of(query)
        if not words:
            return []
        columns = columns_of(WorkerRow, roll_workers)
        firms = [of_company(word) for word in words]
        people = [of_worker(word, self._subject_of) for word in words]
        narrow = [] if company is None else [at_company(company)]
        with self._store.reading() as conn:
            codes: tuple[str, ...] | None = None
            if len(words) > 1:
                people, codes = at_companies(conn, people, firms)
            spelled = spelled_apart(words)
            found = search(conn, columns, [of_spelling(spelled), *narrow], [], limit) if spelled else []
            if len(found) < limit:
                known = {row[0] for row in found}
                found += [row for row in search(conn, columns, people + narrow, [], limit) if row[0] not in known]
            if len(found) < limit:
                if codes is None:
                    codes = codes_of(conn, firms, LEADING, company)
                at = [code for code in codes if company in (None, code)]
                found += workers_at(conn, columns, at, limit, known=found)
            return [WorkerRow(*row) for row in found[:limit]]

    def find_company(self, query: str, *, limit: int = 50) -> list[CompanyRow]:
        """Companies by any part of the name, by pinyin, by initials or by the beginning of their USCC."""
        with self._store.reading() as conn:
            words = [of_company(word) for word in words_of(query)]
            return [CompanyRow(*row) for row in search(conn, columns_of(CompanyRow, roll_companies), words, [], limit)]

    def worker(self, subject: str) -> WorkerRow | None:
        return self._first(WorkerRow, lines_of(WorkerRow, roll_workers).where(roll_workers.c.subject == subject))

    def workers(self, subjects: Sequence[str]) -> list[WorkerRow]:
        """The rows of these workers, as far as they are known, in no order."""
        c, found = roll_workers.c, []
        with self._store.reading() as conn:
            for start in range(0, len(subjects), AT_ONCE):
                part = c.subject.in_(subjects[start : start + AT_ONCE])
                found += read(conn, WorkerRow, lines_of(WorkerRow, roll_workers).where(part))
        return found

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

    def fresh_before(self, day: date) -> list[PermitRow]:
        """Live released permits whose half-yearly clock runs since that day or longer, the oldest first."""
        c = roll_permits.c
        query = lines_of(PermitRow, roll_permits).where(c.fresh_since <= day)
        return self._all(PermitRow, query.order_by(c.fresh_since, c.number, c.subject))

    def released_at_closed_companies(self) -> list[PermitRow]:
        """Live released permits of companies that are not in business, or that nobody here knows."""
        c = roll_permits.c
        open_ones = select(roll_companies.c.uscc).where(roll_companies.c.status == "IN_BUSINESS")
        query = lines_of(PermitRow, roll_permits).where(c.live, c.released_on.is_not(None), c.company.not_in(open_ones))
        return self._all(PermitRow, query.order_by(c.number, c.subject))

    def released_in_doubt(self, day: date) -> list[PermitRow]:
        """Released permits whose worker belongs to another company or none, or which are red for good from that day on.

        Whoever is UNFIT or FAILED is among them; most of the others have only let their papers run out.
        """
        p, w = roll_permits.c, roll_workers.c
        last = func.substr(w.colours, -len("2026-11-01 red"))  # "2026-11-01 red" where the last word is red
        red = and_(last.like("% red"), func.substr(last, 1, 10) <= day.isoformat())
        query = lines_of(PermitRow, roll_permits).join(roll_workers, w.permit_number == p.number)
        query = query.where(p.state == "issued", p.subject == w.subject, or_(w.company != p.company, red))
        return self._all(PermitRow, query.order_by(p.number, p.subject))

    def short_names(self, usccs: set[str]) -> dict[str, str]:
        """The short names of these companies, in one look."""
        c = roll_companies.c
        with self._store.reading() as conn:
            query = select(c.uscc, c.short_name).where(c.subject.in_([f"company:{uscc}" for uscc in sorted(usccs)]))
            return {row.uscc: row.short_name for row in conn.execute(query)} if usccs else {}

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

    def ran_out(self, before: date, *, limit: int = 1_000) -> list[WorkerRow]:
        """Who holds a permit in force while medical or insurance ended before that day, by company."""
        c = roll_workers.c
        late = or_(c.medical_until < before, c.insurance_until < before)
        query = lines_of(WorkerRow, roll_workers).where(c.permit_state == "issued", late)
        return self._all(WorkerRow, query.order_by(c.company, c.sort_key).limit(limit))

    def live_count(self) -> int:
        """How many permits are neither cancelled nor revoked."""
        with self._store.reading() as conn:
            return conn.execute(select(func.count()).select_from(roll_permits).where(roll_permits.c.live)).scalar_one()

    def count(self) -> int:
        with self._store.reading() as conn:
            return conn.execute(select(func.count()).select_from(roll_workers)).scalar_one()

    def _all(self, cls: type[R], query: Select[Any]) -> list[R]:
        with self._store.reading() as conn:
            return read(conn, cls, query)

    def _first(self, cls: type[R], query: Select[Any]) -> R | None:
        return next(iter(self._all(cls, query)), None)
