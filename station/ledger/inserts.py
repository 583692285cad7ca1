"""Rows of many subjects, gathered and written table by table: one statement per hundred rows, no query per subject."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain
from typing import Any

from sqlalchemy import Connection, Dialect, Table, insert

AT_ONCE = 5_000
"""Rows that wait before they are written: 5 MB of them."""
IN_ONE = 100
"""Rows in one statement: a fifth quicker than row by row, and far below what an engine takes of parameters."""
Value = Callable[[Any], Any]


class Inserts:
    """New rows of one transaction. They are in the tables once `write` has returned, and not surely before.

    A row of a key that is there already raises, and the transaction with it.
    """

    def __init__(self, conn: Connection) -> None:
        self._conn = conn
        self._waiting: dict[Table, list[tuple[Any, ...]]] = {}
        self._count = 0

    def add(self, table: Table, rows: Iterable[Mapping[str, Any]]) -> None:
        """Every row names every column of the table."""
        _, columns = _statement(table, self._conn.dialect)
        waiting = self._waiting.setdefault(table, [])
        before = len(waiting)
        for row in rows:
            waiting.append(tuple([row[name] if value is None else value(row[name]) for name, value in columns]))
        self._count += len(waiting) - before
        if self._count >= AT_ONCE:
            self.write()

    def write(self) -> None:
        """Everything added so far."""
        for table, rows in self._waiting.items():
            insert_rows(self._conn, _statement(table, self._conn.dialect)[0], rows)
        self._waiting, self._count = {}, 0


def insert_rows(conn: Connection, statement: str, rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert rows by a statement that ends with the places of one row, `(?, ?)`. Past the compiler, which costs as much
    per row as the engine does."""
    whole = len(rows) - len(rows) % IN_ONE
    if whole:
        head, start, row = statement.rpartition("(")
        many = head + ", ".join([start + row] * IN_ONE)
        conn.exec_driver_sql(many, [tuple(chain(*rows[at : at + IN_ONE])) for at in range(0, whole, IN_ONE)])
    if whole < len(rows):
        conn.exec_driver_sql(statement, list(rows[whole:]))


_STATEMENTS: dict[tuple[str, Table], tuple[str, tuple[tuple[str, Value | None], ...]]] = {}


def _statement(table: Table, dialect: Dialect) -> tuple[str, tuple[tuple[str, Value | None], ...]]:
    """The text of the statement for one row; per column its name and what the compiler would make of its value."""
    found = _STATEMENTS.get((dialect.name, table))
    if found is None:
        names = [column.name for column in table.columns]
        made = insert(table).compile(dialect=dialect, column_keys=names)
        columns = []
        for name in made.positiontup or names:
            columns.append((name, table.c[name].type.dialect_impl(dialect).bind_processor(dialect)))
        found = _STATEMENTS[(dialect.name, table)] = (str(made), tuple(columns))
    return found
