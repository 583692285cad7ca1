"""A ledger file that is memory: the shipped statements on SQLite without a disk, with points where the power may go.

What a disk does to a commit is the matter of the power-cut runs; here a commit that was reached has happened and one
that was not has not. Stores are kept and filled again, because what SQLAlchemy has compiled for one is worth keeping.
"""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, create_engine, event
from sqlalchemy.pool import StaticPool

from station.ledger.format import LEDGER_STEPS, upgrade
from station.ledger.store import Store
from station.sync.sql import CENTRE_STEPS

LAZY: frozenset[str] = frozenset()
"""Kinds of store that lose their last commit with the power; a planted bug puts one in."""


class PowerCut(Exception):
    """The process is gone. Not a BaseException: for those SQLAlchemy throws the connection away, and memory with it."""


class MemoryStore(Store):
    """`Store` over one connection to memory. `fuse` counts statements and commits down to a power cut."""

    def __init__(self, image: bytes, kind: str) -> None:
        self.kind = kind
        self.path = Path("memory")
        self.encrypted = False
        self._keep_free = 0
        self._lock = threading.RLock()
        self._local = threading.local()
        self._read: Connection | None = None
        self.fuse = 0
        self.lazy = False
        self._durable = image
        self._raw = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False, cached_statements=512)
        self.engine = create_engine("sqlite+pysqlite:///", creator=lambda: self._raw, poolclass=StaticPool)
        event.listen(self.engine, "begin", self._begin)
        event.listen(self.engine, "before_cursor_execute", self._statement)
        self.load(image)

    def load(self, image: bytes) -> None:
        """Begin again with these bytes."""
        self.fuse, self.lazy, self._read, self._durable = 0, self.kind in LAZY, None, image
        self._local.conn = None
        self._raw.deserialize(image)
        for pragma in ("foreign_keys=ON", "recursive_triggers=ON", "temp_store=MEMORY"):
            self._raw.execute(f"PRAGMA {pragma}")

    def image(self) -> bytes:
        """Every byte that is committed: a backup."""
        return self._raw.serialize()

    def restart(self) -> None:
        """What a power cut leaves: with `lazy`, commits since the one before the last are gone."""
        if self._raw.in_transaction:
            self._raw.rollback()
        if self.lazy:
            self.load(self._durable)
        self.fuse, self._read, self._local.conn = 0, None, None

    @contextlib.contextmanager
    def reading(self) -> Iterator[Connection]:
        if self._read is not None:
            yield self._read
            return
        joins = getattr(self._local, "conn", None) is not None
        with super().reading() as conn:
            self._read = None if joins else conn
            try:
                yield conn
            finally:
                self._read = None

    @contextlib.contextmanager
    def writing(self) -> Iterator[Connection]:
        if getattr(self._local, "conn", None) is not None:
            with super().writing() as conn:
                yield conn
            return
        if self.lazy:
            self._durable = self.image()
        with super().writing() as conn:
            yield conn
            self._burn()
        self._burn()

    def rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """A look from outside, past every layer under test."""
        return self._raw.execute(sql, values).fetchall()

    def checkpoint(self) -> None:
        """Memory has no log to fold."""

    def close(self) -> None:
        """Kept for the next seed."""

    def _begin(self, conn: Connection) -> None:
        conn.exec_driver_sql("BEGIN IMMEDIATE" if conn.get_execution_options().get("anxin_write") else "BEGIN")

    def _statement(self, *_: Any) -> None:
        if self.fuse and getattr(self._local, "conn", None) is not None:
            self._burn()

    def _burn(self) -> None:
        if self.fuse:
            self.fuse -= 1
            if not self.fuse:
                raise PowerCut


_IMAGES: dict[str, bytes] = {}
_FREE: dict[str, list[MemoryStore]] = {"ledger": [], "centre": []}


def fresh(kind: str) -> MemoryStore:
    """An empty ledger or centre in the newest format, made once a process by the shipped migrations."""
    if kind not in _IMAGES:
        store = MemoryStore(_nothing(), kind)
        with store.writing() as conn:
            upgrade(conn, LEDGER_STEPS if kind == "ledger" else CENTRE_STEPS)
        _IMAGES[kind] = store.image()
    if _FREE[kind]:
        store = _FREE[kind].pop()
        store.load(_IMAGES[kind])
        return store
    return MemoryStore(_IMAGES[kind], kind)


def give_back(kind: str, stores: list[MemoryStore]) -> None:
    """These stores may be used by the next seed."""
    for store in stores:
        store.restart()
    _FREE[kind] += stores


def _nothing() -> bytes:
    with contextlib.closing(sqlite3.connect(":memory:")) as raw:
        raw.execute("CREATE TABLE t (a)")
        raw.execute("DROP TABLE t")
        return raw.serialize()
