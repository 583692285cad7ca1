"""Reads rows of a table as small frozen dataclasses whose fields have the names of its columns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from typing import Any, TypeVar

from sqlalchemy import Column, Connection, Select, Table, select

R = TypeVar("R")
_COLUMNS: dict[tuple[type, Table], list[Column[Any]]] = {}


def columns_of(cls: type[Any], table: Table) -> list[Column[Any]]:
    """The columns of the table that the dataclass has, in the order of its fields."""
    found = _COLUMNS.get((cls, table))
    if found is None:
        found = _COLUMNS[(cls, table)] = [table.c[field.name] for field in fields(cls)]
    return found


def lines_of(cls: Callable[..., R], table: Table) -> Select[Any]:
    """A query that `read` turns into instances of the dataclass."""
    return select(*columns_of(cls, table))  # type: ignore[arg-type]


def read(conn: Connection, cls: Callable[..., R], query: Select[Any]) -> list[R]:
    """One instance for each row of a query made by `lines_of`."""
    return [cls(*row) for row in conn.execute(query)]
