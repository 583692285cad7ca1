"""The search: rows behind the words that were typed, with as few pages of the ledger read as the words allow.

Every key is a prefix search in one b-tree of terms. Of several words the cheapest leads through its terms (or through
the company it means), the others are conditions. A row costs a page to be deciphered (15 us), an entry of an index
nearly nothing: wherever an index can tell, rows are ruled out before any is read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
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

from station.ledger.schema import USCC_LENGTH, roll_companies, roll_terms, roll_workers
from station.ledger.words import Told, Word

COMMON = 20_000
"""A key with more hits than this is looked at no further: another word of the query must narrow it."""
COUNTED = 500
"""How far hits are counted to tell the cheaper word."""
PAGE = 20
"""What reading a row costs, in entries of an index."""
LAST = "\U0010ffff"
"""Greater than every character a term can go on with: the end of a stretch of terms that begin alike."""
LEADING = 8
"""Companies whose workers are listed for a word that means a company; more than these are no search but a list."""


def search(
    conn: Connection, columns: list[Column[Any]], words: list[Word], extra: list[ColumnElement[bool]], limit: int
) -> list[tuple[Any, ...]]:
    """The columns of rows that answer all words, in the order of the roll; none for no words.

    Where there are more answers than asked for, those by the lead's first stretch come before those by its next.
    """
    if not words:
        return []
    led = [word for word in words if word.stretches or word.firms]
    led = [word for word in led if not word.wider] or led
    if not led:
        found = list(conn.execute(select(*columns).where(*(word.condition for word in words), *extra).limit(limit)))
    else:
        lead, empty = (led[0], False) if len(led) == 1 else _cheapest(conn, led)
        others = [word for word in words if word is not lead]
        found = _led(conn, columns, replace(lead, stretches=()) if empty else lead, others, extra, limit)
    place = columns.index(columns[0].table.c.sort_key)
    return [tuple(row)[: len(columns)] for row in sorted(found, key=lambda row: str(row[place]))]


def codes_of(conn: Connection, firms: list[Word], limit: int, only: str | None = None) -> tuple[str, ...]:
    """The codes of the companies that answer all these words; `only` this one if it does."""
    c = roll_companies.c
    extra = [] if only is None else [c.uscc == only]
    return tuple(str(row[0]) for row in search(conn, [c.uscc, c.sort_key, c.subject], firms, extra, limit))


def at_companies(conn: Connection, people: list[Word], firms: list[Word]) -> tuple[list[Word], tuple[str, ...] | None]:
    """Several words, each answered by everybody of the companies it means, too; and the codes of the companies that
    all of them mean, None where they are too many to tell.

    Digits beside another word are the tail of a number, never the beginning of a USCC.
    """
    codes = [
        () if one.number else codes_of(conn, [firm], LEADING + 1) for one, firm in zip(people, firms, strict=True)
    ]
    few = [found if len(found) <= LEADING else () for found in codes]
    wider = [
        one.or_at(_meant(firm), some) if found else one
        for one, firm, found, some in zip(people, firms, codes, few, strict=True)
    ]
    if all(codes) and not all(few):
        return wider, None
    return wider, tuple(code for code in few[0] if all(code in others for others in few))


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


def _meant(firm: Word) -> Select[Any]:
    """The codes of all companies a word means."""
    c, terms = roll_companies.c, roll_terms.c
    within = [
        and_(terms.kind == kind, terms.term >= term, terms.term < term + LAST) for kind, term in firm.stretches
    ]
    return select(c.uscc).join(roll_terms, terms.ref == c.id).where(or_(*within))


def _led(
    conn: Connection,
    columns: list[Column[Any]],
    lead: Word,
    others: list[Word],
    extra: list[ColumnElement[bool]],
    limit: int,
) -> list[Row[Any]]:
    """What the lead finds and the others let pass: by its stretches in their order, then by its companies."""
    found: dict[Any, Row[Any]] = {}
    rows: list[Row[Any]] = []
    table = columns[0].table
    if lead.stretches:
        told = [word.told for word in others if word.told is not None] if lead.number else []
        left = [word.condition for word in others if not lead.number or word.told is None] + extra
        bound = {"scanned": COMMON, "hits": COMMON if left else limit, "limit": limit} | _stretches(lead)
        bound |= {f"told{at}_{n}": pattern for at, one in enumerate(told) for n, pattern in enumerate(one.patterns)}
        if left:
            bound["limit"] = limit * len(lead.stretches)
            rows += conn.execute(_following(columns, len(lead.stretches), told).where(*left), bound)
            rows.sort(key=lambda row: int(row[-1]))
        else:
            rows += conn.execute(_leading(columns, len(lead.stretches), told), bound)
    if lead.firms and len(rows) < limit:
        rows += conn.execute(_of_firms(columns, lead.firms, [*(word.condition for word in others), *extra], limit))
    key = columns.index(table.c.subject)
    for row in rows:
        found.setdefault(row[key], row)
    return list(found.values())[:limit]


def _of_firms(
    columns: list[Column[Any]], firms: tuple[str, ...], conditions: list[ColumnElement[bool]], limit: int
) -> Select[Any]:
    """The columns of the first workers of these companies whom the conditions let pass, told by the index alone."""
    c = roll_workers.c
    first = select(c.id).where(c.company.in_(firms), *conditions).limit(limit)
    return select(*columns).where(c.id.in_(first.subquery().select()))


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
        first = select(hits.c.id, hits.c.sort_key).order_by(hits.c.sort_key, hits.c.id).limit(bindparam("limit"))
        few = first.subquery()
        chosen: Select[Any] = select(*columns)
        query = chosen.join(few, c.id == few.c.id).order_by(few.c.sort_key, c.subject)
        _AT_FIRMS[len(columns)] = query
    return query


_LEADING: dict[tuple[Table, int, int, tuple[int, ...]], Select[Any]] = {}


def _leading(columns: list[Column[Any]], stretches: int, told: list[Told]) -> Select[Any]:
    """The columns of the first rows behind that many stretches of terms, in the order of the stretches; a row that
    several terms lead to is read once. Built once for each shape of what is told."""
    table = columns[0].table
    key = (table, stretches, len(columns), tuple(len(one.patterns) for one in told))
    alike = all(one.companies is None for one in told)
    query = _LEADING.get(key) if alike else None
    if query is None:
        hits = union_all(*(_hits(rank, told) for rank in range(stretches))).subquery()
        rank = func.min(hits.c.rank).label("rank")
        once = select(hits.c.ref, rank).group_by(hits.c.ref).order_by(rank, hits.c.ref)
        few = once.limit(bindparam("limit")).subquery()
        chosen: Select[Any] = select(*columns)
        query = chosen.join(few, table.c.id == few.c.ref).order_by(few.c.rank, few.c.ref)
        if alike:
            _LEADING[key] = query
    return query


def _following(columns: list[Column[Any]], stretches: int, told: list[Told]) -> Select[Any]:
    """The columns and the rank of rows behind that many stretches of terms, read as they come: conditions on the row
    are to be added, and end it at `limit`."""
    ranked = union_all(*(_hits(rank, told) for rank in range(stretches))).subquery()
    chosen: Select[Any] = select(*columns, ranked.c.rank)
    return chosen.join(ranked, columns[0].table.c.id == ranked.c.ref).limit(bindparam("limit"))


def _hits(rank: int, told: Sequence[Told] = ()) -> Select[Any]:
    """(ref, rank) of the first terms of a stretch; wrapped, because a part of a union may not end in LIMIT.

    With conditions at most `scanned` terms are looked at, and of those that pass the first `hits` count.
    """
    c = roll_terms.c
    stretch = (
        c.kind == bindparam(f"kind{rank}"),
        c.term >= bindparam(f"from{rank}"),
        c.term < bindparam(f"to{rank}"),
    )
    first = select(c.ref, *([c.said] if told else []), literal(rank).label("rank")).where(*stretch)
    inner = first.order_by(c.term, c.ref).limit(bindparam("scanned" if told else "hits")).subquery()
    if not told:
        return select(inner.c.ref, inner.c.rank)
    passing = select(inner.c.ref, inner.c.rank).where(*(_passes(inner.c.said, at, one) for at, one in enumerate(told)))
    few = passing.limit(bindparam("hits")).subquery()
    return select(few.c.ref, few.c.rank)


def _passes(said: ColumnElement[str], at: int, told: Told) -> ColumnElement[bool]:
    """The condition `at` that place, its patterns as parameters."""
    any_of = [said.like(bindparam(f"told{at}_{n}"), escape="/") for n in range(len(told.patterns))]
    at_one = [] if told.companies is None else [func.substr(said, -USCC_LENGTH).in_(told.companies)]
    return or_(*any_of, *at_one)


_COSTS: dict[tuple[tuple[int, int, int], ...], Select[Any]] = {}


def _cheapest(conn: Connection, words: list[Word]) -> tuple[Word, bool]:
    """The word by which the fewest pages are read, and whether nobody is behind its stretches."""
    bound: dict[str, Any] = {"hits": COUNTED}
    shapes, rank = [], 0
    for place, word in enumerate(words):
        told = word.number and all(other.told is not None for other in words if other is not word)
        shapes.append((len(word.stretches), 1 if told else PAGE, len(word.firms)))
        bound |= _stretches(word, rank)
        bound |= {f"firm{place}_{at}": uscc for at, uscc in enumerate(word.firms)}
        rank += len(word.stretches)
    costs = conn.execute(_costs(tuple(shapes)), bound).one()
    behind, at_firms = costs[: len(words)], costs[len(words) :]
    least = min(range(len(words)), key=lambda place: int(behind[place]) + int(at_firms[place]))
    return words[least], not behind[least]


def _costs(shapes: tuple[tuple[int, int, int], ...]) -> Select[Any]:
    """What each word would cost as the lead by its stretches, and then what each would by its companies, counted no
    further than matters; built once for words of these shapes: (stretches, the cost of one of their terms, companies).
    """
    query = _COSTS.get(shapes)
    if query is None:
        behind: list[ColumnElement[int]] = []
        at_firms: list[ColumnElement[int]] = []
        rank = 0
        for place, (stretches, each, firms) in enumerate(shapes):
            cost: ColumnElement[int] = literal(0)
            if stretches:
                hits = union_all(*(_hits(rank + at) for at in range(stretches))).subquery()
                cost = each * select(func.count()).select_from(hits).scalar_subquery()
            behind.append(cost.label(f"behind{place}"))
            cost = literal(0)
            if firms:
                codes: list[ColumnElement[str]] = [bindparam(f"firm{place}_{at}") for at in range(firms)]
                theirs = select(roll_workers.c.id).where(roll_workers.c.company.in_(codes)).limit(bindparam("hits"))
                cost = select(func.count()).select_from(theirs.subquery()).scalar_subquery()
            at_firms.append(cost.label(f"at_firms{place}"))
            rank += stretches
        query = select()
        for cost in (*behind, *at_firms):
            query = query.add_columns(cost)
        _COSTS[shapes] = query
    return query


def _stretches(word: Word, first: int = 0) -> dict[str, Any]:
    """The parameters of a word's stretches, numbered from `first` on."""
    bound: dict[str, Any] = {}
    for rank, (kind, term) in enumerate(word.stretches, first):
        bound |= {f"kind{rank}": kind, f"from{rank}": term, f"to{rank}": term + LAST}
    return bound
