"""The file under the ledger: opens SQLite (encrypted by SQLCipher), begins transactions, and turns its errors into
sentences. Knows pragmas and error codes; no table and no fact.

WAL with synchronous=FULL: trust.md §0.6 lost acknowledged commits in 156 of 201 power cuts with NORMAL and in none
with FULL. secure_delete=ON, so that an erased person's key and rows leave no bytes behind (data.md §6).
"""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import QueuePool

from station.domain.errors import Bug, Fault

BUSY_SECONDS = 10.0
"""How long one process waits for another's write; the longest of ours, a batch of 5,000 facts, takes about 0.1 s."""
KEEP_FREE = 500 * 1024 * 1024
"""trust.md §8.2: stop writing while there is still room for the operating system to stay alive."""
PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "fullfsync=ON",
    "foreign_keys=ON",
    "recursive_triggers=ON",  # otherwise INSERT OR REPLACE deletes past the trigger
    "secure_delete=ON",
    "temp_store=MEMORY",
    "cache_size=-16000",
)
_BROKEN = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT)
_BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


class Store:
    """One SQLite file. Writes are one at a time over all threads and processes; reads see one moment each."""

    def __init__(self, path: Path, key: bytes | None = None, *, keep_free: int = KEEP_FREE) -> None:
        self.path = path
        self.encrypted = key is not None
        self._keep_free = keep_free
        self._lock = threading.RLock()
        self._local = threading.local()
        self.engine = _engine(path, key)

    @contextlib.contextmanager
    def reading(self) -> Iterator[Connection]:
        """One consistent moment. Inside a write or a `moment` of the same thread it is that one's own view."""
        mine: Connection | None = getattr(self._local, "conn", None) or getattr(self._local, "view", None)
        if mine is not None:
            with self.sentences():
                yield mine
            return
        with self.sentences(), self.engine.connect() as conn:
            yield conn

    @contextlib.contextmanager
    def moment(self) -> Iterator[Connection]:
        """Every `reading` of this thread inside it sees the same moment and costs no transaction of its own.

        A write inside it is a Bug: what is read after the write would be from before it.
        """
        with self.reading() as conn:
            outer = getattr(self._local, "view", None)
            self._local.view = conn
            try:
                yield conn
            finally:
                self._local.view = outer

    @contextlib.contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction that is durable when the block ends and leaves nothing when it raises.

        A write inside a write of the same thread joins it.
        """
        mine: Connection | None = getattr(self._local, "conn", None)
        if mine is not None:
            with self.sentences():
                yield mine
            return
        if getattr(self._local, "view", None) is not None:
            raise Bug("a write was begun inside a moment")
        after: list[Callable[[], None]] = []
        with self._lock, self.sentences():
            self._check_space()
            with self.engine.connect().execution_options(anxin_write=True) as conn, conn.begin():
                self._local.conn, self._local.after = conn, after
                try:
                    yield conn
                finally:
                    self._local.conn = None
        for act in after:
            act()

    def when_durable(self, act: Callable[[], None]) -> None:
        """Called inside a write: `act` runs once, after the whole transaction is on the disk; never if it fails."""
        self._local.after.append(act)

    def checkpoint(self) -> None:
        """Move everything from the write-ahead log into the file and empty the log."""
        with self._lock, self._bare() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            cursor.fetchall()

    def check_pages(self) -> list[str]:
        """What the engine itself finds wrong with the file: page seals where encrypted, structure always.

        The log is folded in first: a page that a power cut tore while it was being folded in lies whole in the log,
        and the check of seals looks at the file alone.
        """
        found: list[str] = []
        pragmas = [*(["cipher_integrity_check"] if self.encrypted else []), "integrity_check(20)"]
        with self._bare() as cursor:
            for pragma in pragmas:
                try:
                    cursor.execute("PRAGMA wal_checkpoint(FULL)").fetchall()
                    found += [str(row[0]) for row in cursor.execute(f"PRAGMA {pragma}").fetchall() if row[0] != "ok"]
                except (self.engine.dialect.loaded_dbapi.Error, MemoryError) as error:
                    found.append(str(error))  # a page whose seal is broken stops the engine itself
        return found

    def close(self) -> None:
        """Let go of the file; the last one to do so folds the log into it."""
        self.engine.dispose()

    @contextlib.contextmanager
    def sentences(self) -> Iterator[None]:
        """Errors of the engine become Faults; nothing that was acknowledged is touched by any of them."""
        try:
            yield
        except DBAPIError as error:
            known = fault_of(error.orig)
            if known is None:
                raise
            raise known from error
        except MemoryError as error:
            if not self.encrypted:
                raise
            raise broken() from error  # SQLCipher says "out of memory" on every page after one with a broken seal

    @contextlib.contextmanager
    def _bare(self) -> Iterator[Any]:
        """A cursor outside any transaction, for the pragmas that need that."""
        with self.sentences():
            raw = self.engine.raw_connection()
        try:
            yield raw.cursor()
        except self.engine.dialect.loaded_dbapi.Error as error:
            known = fault_of(error)
            if known is None:
                raise
            raise known from error
        finally:
            raw.close()

    def _check_space(self) -> None:
        try:
            free = shutil.disk_usage(self.path.parent).free
        except OSError:
            return  # a file system that cannot say is asked by the write itself
        if free < self._keep_free:
            raise disk_full()


def _engine(path: Path, key: bytes | None) -> Engine:
    dbapi = _cipher() if key is not None else sqlite3
    pragmas = ["cipher_log_level=NONE", f'key="x\'{key.hex()}\'"'] if key is not None else []

    def connect() -> Any:
        raw = dbapi.connect(
            str(path), timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False, cached_statements=256
        )
        try:
            for pragma in (*pragmas, *PRAGMAS):
                raw.execute(f"PRAGMA {pragma}").close()
        except dbapi.Error:
            raw.close()
            raise
        return raw

    engine = create_engine(
        "sqlite+pysqlite:///",
        module=dbapi,
        creator=connect,
        poolclass=QueuePool,
        pool_size=4,
        max_overflow=28,
        hide_parameters=True,  # what is written may be personal and must not reach a log by way of an error
    )

    def begin(conn: Connection) -> None:
        # isolation_level=None stops the driver's own BEGIN, so that DDL is transactional too (data.md §6, Alembic).
        conn.exec_driver_sql("BEGIN IMMEDIATE" if conn.get_execution_options().get("anxin_write") else "BEGIN")

    event.listen(engine, "begin", begin)
    return engine


def _cipher() -> Any:
    try:
        from sqlcipher3 import dbapi2  # a compiled wheel; where it is absent the sentence below says so
    except ImportError:
        raise Fault("本机缺少台账加密组件。", "请重新安装本程序（sqlcipher3-wheels）。", code="cipher_absent") from None
    return dbapi2


def fault_of(error: BaseException | None) -> Fault | None:
    """The sentence for an error of the driver; None when it is not the world's doing but ours."""
    code = getattr(error, "sqlite_errorcode", None)
    if code == sqlite3.SQLITE_ERROR and str(error) == "SQL logic error":
        return broken()  # SQLCipher's word for a page whose seal is broken; our own mistakes are named otherwise
    make = _SENTENCES.get(code & 0xFF) if isinstance(code, int) else None
    return make() if make else None


def disk_full() -> Fault:
    return Fault("磁盘空间不足，台账已停止写入。", "请清理磁盘后重试，已保存的记录没有丢失。", code="disk_full")


def broken() -> Fault:
    return Fault(
        "台账文件已损坏，或与本机密钥不符。",
        "请立即停止使用，不要删除文件；运行“审计核对”，并从最近的备份恢复。",
        code="ledger_broken",
    )


def _read_only() -> Fault:
    return Fault("台账文件是只读的，无法写入。", "请检查文件和所在文件夹的写入权限。", code="ledger_read_only")


def _busy() -> Fault:
    return Fault("台账正被另一个程序占用。", "请关闭其他正在使用台账的程序（包括杀毒软件）后重试。", code="ledger_busy")


def _not_opened() -> Fault:
    return Fault("台账文件无法打开。", "请检查文件夹是否存在、是否有读写权限。", code="ledger_not_opened")


def _disk() -> Fault:
    return Fault("读写磁盘出错，本次操作没有保存。", "请检查硬盘；已保存的记录没有丢失。", code="disk_error")


_SENTENCES: dict[int, Callable[[], Fault]] = {
    **dict.fromkeys(_BROKEN, broken),
    **dict.fromkeys(_BUSY, _busy),
    sqlite3.SQLITE_READONLY: _read_only,
    sqlite3.SQLITE_PERM: _read_only,
    sqlite3.SQLITE_FULL: disk_full,
    sqlite3.SQLITE_CANTOPEN: _not_opened,
    sqlite3.SQLITE_IOERR: _disk,
}


