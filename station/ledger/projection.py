"""Keeps the tables of projections equal to what the records say; knows rows and differences, not their meaning."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from sqlalchemy import Column, Connection, Table, bindparam, delete, insert, select, tuple_, update

from station.ledger.inserts import Inserts
from station.ledger.rows import Row, Rows, Term, terms_of_company, terms_of_worker
from station.ledger.schema import PROJECTIONS, insert_new, roll_companies, roll_terms, roll_workers

Terms = Callable[[Mapping[str, Any]], set[Term]]
SEARCHED: Mapping[str, Terms] = {roll_workers.name: terms_of_worker, roll_companies.name: terms_of_company}
FAMILIES: Mapping[str, tuple[Table, ...]] = {
    "company": tuple(table for table in PROJECTIONS if table.name == "roll_companies"),
    "station": tuple(table for table in PROJECTIONS if table.name in ("stock_packs", "duties")),
}
"""Which tables a subject can appear in, by what its name begins with; anybody else is folded as a worker."""
OF_WORKER = tuple(table for table in PROJECTIONS if not any(table in group for group in FAMILIES.values()))

_SELECT = {table.name: select(table).where(table.c.subject == bindparam("subject")) for table in PROJECTIONS}


def tables_of(subject: str) -> tuple[Table, ...]:
    """The tables that may hold rows of this subject."""
    return FAMILIES.get(subject.partition(":")[0], OF_WORKER)


def project(conn: Connection, fresh: Inserts, subject: str, wanted: Rows, was: Rows | None = None) -> None:
    """Make the rows of one subject what they should be, touching only what differs. New ones may wait in `fresh`, which
    the caller writes before the subject comes again.

    `was` promises what the rows are now (what the record before the newest facts says); tables in which nothing
    changed are then left alone, and where it says there are no rows nobody looks for any.
    """
    for table in tables_of(subject):
        rows = wanted.get(table.name, [])
        before = None if was is None else was.get(table.name, [])
        if before == rows:
            continue
        held = [] if before == [] else list(conn.execute(_SELECT[table.name], {"subject": subject}).mappings())
        if table.name in SEARCHED:
            _project_searched(conn, table, rows, held)
        elif rows or held:
            _project_plain(conn, fresh, table, rows, held)


def stored(conn: Connection, subject: str) -> tuple[Rows, set[Term]]:
    """The rows a subject has now, without row numbers, and the search keys that point at them."""
    found: Rows = {}
    terms: set[Term] = set()
    for table in tables_of(subject):
        held = conn.execute(_SELECT[table.name], {"subject": subject}).mappings().all()
        rows = [dict(row) for row in held]
        if table.name in SEARCHED:
            for row in rows:
                terms |= _terms_held(conn, row["id"], SEARCHED[table.name](row))
        found[table.name] = [{name: value for name, value in row.items() if name != "id"} for row in rows]
    return found, terms


def terms_of(wanted: Rows) -> set[Term]:
    """The search keys that belong to these rows."""
    return {term for name, terms in SEARCHED.items() for row in wanted.get(name, []) for term in terms(row)}


def differs(wanted: Rows, held: Rows) -> str | None:
    """The first table in which the two are not the same set of rows."""
    for name in sorted(wanted.keys() | held.keys()):
        if _as_set(wanted.get(name, [])) != _as_set(held.get(name, [])):
            return name
    return None


def subjects_shown(conn: Connection) -> Iterator[str]:
    """Every subject that has a row anywhere; one may come more than once."""
    for table in PROJECTIONS:
        yield from conn.scalars(select(table.c.subject).distinct())


def clear(conn: Connection) -> None:
    """Forget all projections; the facts are untouched."""
    for table in (roll_terms, *PROJECTIONS):
        conn.execute(delete(table))


def _project_searched(conn: Connection, table: Table, rows: list[Row], held: list[Any]) -> None:
    """A subject has at most one row here. Its number stays, and only search keys that changed are touched."""
    terms_of = SEARCHED[table.name]
    old = terms_of(held[0]) if held else set()
    if not rows:
        if held:
            _forget(conn, held[0]["id"], old)
            conn.execute(delete(table).where(table.c.id == held[0]["id"]))
        return
    row, new = rows[0], terms_of(rows[0])
    if held:
        ref = held[0]["id"]
        changed = {name: value for name, value in row.items() if held[0][name] != value}
        if changed:
            conn.execute(update(table).where(table.c.id == ref).values(changed))
    else:
        key = conn.execute(insert(table), row).inserted_primary_key
        ref = key[0] if key else None
    _forget(conn, ref, old - new)
    if new - old:
        found = [{"kind": kind, "term": term, "ref": ref, "said": said} for kind, term, said in sorted(new - old)]
        conn.execute(insert_new(conn, roll_terms), found)


def _project_plain(conn: Connection, fresh: Inserts, table: Table, rows: list[Row], held: list[Any]) -> None:
    if not held:
        fresh.add(table, rows)
        return
    keys = [column.name for column in table.primary_key.columns]
    wanted = {tuple(row[key] for key in keys): row for row in rows}
    known = {tuple(row[key] for key in keys): dict(row) for row in held}
    for key, row in known.items():
        if wanted.get(key) != row:
            conn.execute(delete(table).where(*_at(table, keys, key)))
    fresh.add(table, [row for key, row in wanted.items() if known.get(key) != row])


def _at(table: Table, keys: list[str], values: tuple[Any, ...]) -> list[Any]:
    columns: list[Column[Any]] = [table.c[key] for key in keys]
    return [column == value for column, value in zip(columns, values, strict=True)]


def _forget(conn: Connection, ref: Any, terms: set[Term]) -> None:
    if terms:
        c = roll_terms.c
        gone = delete(roll_terms).where(
            c.kind == bindparam("k"), c.term == bindparam("t"), c.ref == bindparam("r")
        )
        conn.execute(gone, [{"k": kind, "t": term, "r": ref} for kind, term, _ in sorted(terms)])


def _terms_held(conn: Connection, ref: int, terms: set[Term]) -> set[Term]:
    c = roll_terms.c
    keys = sorted({(kind, term) for kind, term, _ in terms})
    query = select(c.kind, c.term, c.said).where(c.ref == ref, tuple_(c.kind, c.term).in_(keys))
    return {(row.kind, row.term, row.said) for row in conn.execute(query)}


def _as_set(rows: list[Row]) -> set[tuple[tuple[str, Any], ...]]:
    return {tuple(sorted(row.items(), key=lambda item: item[0])) for row in rows}
