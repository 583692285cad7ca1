"""What was typed into a search, as stretches of search keys and conditions on rows; and the search itself.

Every key is a prefix search in one b-tree of terms. Of several words the rarest leads through its terms (or through
the company it means), the others are conditions on the row.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Row,
    Select,
    Table,
    and_,
    bindparam,
    func,
    literal,
    or_,
    select,
    union_all,
)

from station.ledger.schema import roll_companies, roll_terms, roll_workers

DOCUMENTS = ("ID_CARD", "HMT_PERMIT", "FOREIGN_PERMANENT")
COMMON = 20_000
"""A key with more hits than this is looked at no further: another word of the query must narrow it."""
COUNTED = 2_000
"""How far hits are counted to tell the rarer word."""
LAST = "\U0010ffff"
"""Greater than every character a term can go on with: the end of a stretch of terms that begin alike."""


LEADING = 8
"""Companies whose workers are listed for a word that means a company; more than these are no search but a list."""


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a query: the stretches of terms that answer it, the same as a condition on a row, and the few
    companies it may mean besides."""

    stretches: tuple[tuple[str, str], ...]
    condition: ColumnElement[bool]
    firms: tuple[str, ...] = ()

    def or_at(self, conn: Connection, firm: Word) -> Word:
        """The same word beside others, answered by everybody of the companies it means, too.

        Digits beside another word are the tail of a number, never the beginning of a USCC.
        """
        if self.stretches and self.stretches[0][0] == "d":
            return self
        firms = codes_of(conn, [firm], LEADING + 1)
        if not firms:
            return self
        at = roll_workers.c.company.in_(_meant(firm))
        return Word(self.stretches, or_(self.condition, at), firms if len(firms) <= LEADING else ())


def _meant(firm: Word) -> Select[Any]:
    """The codes of all companies a word means."""
    c, terms = roll_companies.c, roll_terms.c
    within = [
        and_(terms.kind == kind, terms.term >= term, terms.term < term + LAST) for kind, term in firm.stretches
    ]
    return select(c.uscc).join(roll_terms, terms.ref == c.id).where(or_(*within))


def codes_of(conn: Connection, firms: list[Word], limit: int, only: str | None = None) -> tuple[str, ...]:
    """The codes of the companies that answer all these words; `only` this one if it does."""
    c = roll_companies.c
    extra = [] if only is None else [c.uscc == only]
    return tuple(str(row[0]) for row in search(conn, [c.uscc, c.sort_key, c.subject], firms, extra, limit))


def words_of(query: str) -> list[str]:
    """At most four words, NFC, without wildcards' meaning: no character of a query is ever a pattern."""
    return unicodedata.normalize("NFC", query).split()[:4]


def of_worker(word: str, subject_of: Callable[[str, str], str]) -> Word:
    c = roll_workers.c
    upper, lower = word.upper(), word.lower()
    digits = upper.isascii() and upper[:-1].isdigit() and (upper[-1].isdigit() or upper[-1] == "X")
    if upper.isascii() and len(upper) in (15, 18) and upper[-3:-1].isdigit():
        whole = c.subject.in_([subject_of(kind, upper) for kind in DOCUMENTS])
        return Word((), whole)
    if digits or word.isdigit():
        back = upper[::-1]
        ends = [column.endswith(upper, autoescape=True) for column in (c.id_tail, c.phone_tail, c.permit_number)]
        starts = c.permit_number.startswith(upper, autoescape=True)
        return Word((("d", back), ("f", back), ("e", back), ("c", upper)), or_(*ends, starts))
    if word.isascii():
        stretches, spelled = _spelled(lower, c, "pi")
        named = func.lower(c.name).contains(lower, autoescape=True)
        return Word((*stretches, ("m", lower), ("n", lower)), or_(named, *spelled))
    return Word((("m", lower), ("n", lower)), func.lower(c.name).contains(lower, autoescape=True))


def of_company(word: str) -> Word:
    c, lower = roll_companies.c, word.lower()
    if word.isascii():
        stretches, spelled = _spelled(lower, c, "PI")
        number = c.uscc.startswith(word.upper(), autoescape=True)
        return Word((("U", word.upper()), *stretches), or_(number, *spelled))
    named = [func.lower(column).contains(lower, autoescape=True) for column in (c.name, c.short_name)]
    return Word((("M", lower), ("N", lower)), or_(*named))


def _spelled(lower: str, c: Any, kinds: str) -> tuple[list[tuple[str, str]], list[ColumnElement[bool]]]:
    """A word in Latin letters as the beginning of a spelling or of initials; punctuation alone is neither."""
    typed = "".join(char for char in lower if char.isalnum())
    if not typed:
        return [], []
    conditions = [(literal(" ") + column).contains(f" {typed}", autoescape=True) for column in (c.readings, c.initials)]
    return [(kind, typed) for kind in kinds], conditions


def search(
    conn: Connection, columns: list[Column[Any]], words: list[Word], extra: list[ColumnElement[bool]], limit: int
) -> list[tuple[Any, ...]]:
    """The columns of rows that answer all words, in the order of the roll; none for no words.

    Where there are more answers than asked for, those by the lead's first stretch come before those by its next.
    """
    if not words:
        return []
    table: Any = columns[0].table
    led = [word for word in words if word.stretches or word.firms]
    if not led:
        found = list(conn.execute(select(*columns).where(*(word.condition for word in words), *extra).limit(limit)))
    else:
        lead = led[0] if len(led) == 1 else min(led, key=lambda word: _frequency(conn, word))
        others = [word.condition for word in words if word is not lead] + extra
        found = _led(conn, columns, table, lead, others, limit)
    place = columns.index(table.c.sort_key)
    return [tuple(row)[: len(columns)] for row in sorted(found, key=lambda row: str(row[place]))]


def _led(
    conn: Connection,
    columns: list[Column[Any]],
    table: Table,
    lead: Word,
    others: list[ColumnElement[bool]],
    limit: int,
) -> list[Row[Any]]:
    """What the lead finds and the others let pass: by its stretches in their order, then by its companies."""
    found: dict[Any, Row[Any]] = {}
    rows: list[Row[Any]] = []
    if lead.stretches:
        query = _leading(columns, table, len(lead.stretches))
        bound = {"hits": COMMON if others else limit, "limit": limit * len(lead.stretches)} | _stretches(lead)
        rows += sorted(conn.execute(query.where(*others) if others else query, bound), key=lambda row: int(row[-1]))
    if lead.firms and len(rows) < limit:
        rows += conn.execute(select(*columns).where(roll_workers.c.company.in_(lead.firms), *others).limit(limit))
    key = columns.index(table.c.subject)
    for row in rows:
        found.setdefault(row[key], row)
    return list(found.values())[:limit]


def workers_at(
    conn: Connection, columns: list[Column[Any]], firms: Sequence[str], limit: int, *, known: list[tuple[Any, ...]]
) -> list[tuple[Any, ...]]:
    """The first workers of at most `LEADING` companies, together in the order of the roll, but nobody of `known`."""
    if not firms:
        return []
    key = columns.index(roll_workers.c.subject)
    seen = {row[key] for row in known}
    bound: dict[str, Any] = {f"firm{place}": None for place in range(LEADING)}
    bound |= {f"firm{place}": uscc for place, uscc in enumerate(firms)}
    bound["hits"] = bound["limit"] = limit + len(seen)
    return [tuple(row) for row in conn.execute(_at_firms(columns), bound) if row[key] not in seen]


_AT_FIRMS: dict[int, Select[Any]] = {}


def _at_firms(columns: list[Column[Any]]) -> Select[Any]:
    """The columns of the first workers of the companies `firm0` to `firm7`; built once, NULL finds nobody."""
    query = _AT_FIRMS.get(len(columns))
    if query is None:
        c = roll_workers.c
        parts = []
        for place in range(LEADING):
            first = select(c.id, c.sort_key).where(c.company == bindparam(f"firm{place}")).order_by(c.sort_key)
            inner = first.limit(bindparam("hits")).subquery()
            parts.append(select(inner.c.id, inner.c.sort_key))
        hits = union_all(*parts).subquery()
        # Cut before the join: a row costs a page to be deciphered, an entry of the index does not.
        first = select(hits.c.id, hits.c.sort_key).order_by(hits.c.sort_key, hits.c.id).limit(bindparam("limit"))
        few = first.subquery()
        chosen: Select[Any] = select(*columns)
        query = chosen.join(few, c.id == few.c.id).order_by(few.c.sort_key, c.subject)
        _AT_FIRMS[len(columns)] = query
    return query


_LEADING: dict[tuple[Table, int, int], Select[Any]] = {}


def _leading(columns: list[Column[Any]], table: Table, stretches: int) -> Select[Any]:
    """The columns and the rank of the rows behind that many stretches of terms; built once for each number of them."""
    query = _LEADING.get((table, stretches, len(columns)))
    if query is None:
        ranked = union_all(*(_hits(rank) for rank in range(stretches))).subquery()
        chosen: Select[Any] = select(*columns, ranked.c.rank)
        query = chosen.join(ranked, table.c.id == ranked.c.ref)
        query = _LEADING[(table, stretches, len(columns))] = query.limit(bindparam("limit"))
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


def _frequency(conn: Connection, word: Word) -> int:
    """About how many rows a word has, counted in the database and no further than matters."""
    total = 0
    if word.stretches:
        bound = {"hits": COUNTED} | _stretches(word)
        total += int(conn.execute(_counting(len(word.stretches)), bound).scalar_one())
    if word.firms:
        inner = select(roll_workers.c.id).where(roll_workers.c.company.in_(word.firms)).limit(COUNTED).subquery()
        total += int(conn.execute(select(func.count()).select_from(inner)).scalar_one())
    return total


_COUNTING: dict[int, Select[Any]] = {}


def _counting(stretches: int) -> Select[Any]:
    """How many terms that many stretches have together; built once for each number of them."""
    query = _COUNTING.get(stretches)
    if query is None:
        query = select(func.count()).select_from(union_all(*(_hits(rank) for rank in range(stretches))).subquery())
        _COUNTING[stretches] = query
    return query


def _stretches(word: Word) -> dict[str, Any]:
    """The parameters of a word's stretches."""
    bound: dict[str, Any] = {}
    for rank, (kind, term) in enumerate(word.stretches):
        bound |= {f"kind{rank}": kind, f"from{rank}": term, f"to{rank}": term + LAST}
    return bound
