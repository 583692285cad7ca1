"""Transactions on PostgreSQL for the centre: a pool of connections, and the server's errors turned into sentences.

Knows logins, networks and error codes; no table and no fact. Several hosts in one address are one centre: the one
that takes writes is looked for (data.md §1), and what failed may be repeated because facts have identities.
"""

from __future__ import annotations

import contextlib
import selectors
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError, DisconnectionError

from station.domain.errors import Fault, Refused
from station.sync.refusals import refusal_of

DEFAULTS = {
    # Noticed within seconds when the other end is gone without a word.
    "connect_timeout": "3",
    "tcp_user_timeout": "5000",
    "keepalives_idle": "10",
    "keepalives_interval": "3",
    "keepalives_count": "3",
    "application_name": "anxin-station",
    "client_encoding": "UTF8",
}
REFUSED_HERE = "AX001"
"""SQLSTATE of a refusal by our own functions."""
IDLE_SECONDS = 2.0
SCHEMES = ("postgresql", "postgres")
FILES = frozenset({"sslrootcert", "sslcert", "sslkey"})
LOGIN = "{login}"


def is_postgres(address: str) -> bool:
    """Whether that address names a centre on PostgreSQL."""
    return urlsplit(address).scheme in SCHEMES


def full_address(address: str) -> str:
    """The address with our time limits, and the primary looked for where several hosts are named."""
    parts = urlsplit(address)
    if parts.scheme not in SCHEMES:
        raise Fault("省级平台的地址不正确。", "请写成 postgresql://…，见部署说明。", code="centre_address")
    said = dict(parse_qsl(parts.query))
    several = "," in parts.netloc or "," in said.get("host", "")
    defaults = {**DEFAULTS, **({"target_session_attrs": "read-write"} if several else {})}
    return urlunsplit(parts._replace(scheme="postgresql", query=urlencode({**defaults, **said})))


def with_login(address: str, user: str, password: str, folder: Path) -> str:
    """The address with that login; an address that names a user of its own keeps it.

    `{login}` stands for the login's name, so that one address serves every station with a certificate of its own;
    certificate files are of `folder` unless they say where they are.
    """
    parts = urlsplit(address)
    said = [
        (name, str(folder / value.replace(LOGIN, user)) if name in FILES else value)
        for name, value in parse_qsl(parts.query)
    ]
    parts = parts._replace(query=urlencode(said))
    if "@" not in parts.netloc:
        parts = parts._replace(netloc=f"{quote(user)}:{quote(password)}@{parts.netloc}")
    return urlunsplit(parts)


class PostgresTransactions:
    """Where transactions come from when the centre is PostgreSQL. Reads see one moment each."""

    def __init__(self, address: str, *, pool: int = 4, role: str = "") -> None:
        import psycopg

        given = full_address(address)

        def connect() -> Any:
            # `role` is in the start-up packet, so a connection that may not take it is never made.
            return psycopg.connect(given, prepare_threshold=5, options=f"-c role={role}" if role else "")

        self.engine: Engine = create_engine(
            "postgresql+psycopg://", creator=connect, pool_size=pool, max_overflow=16, hide_parameters=True,
        )  # fmt: skip
        event.listen(self.engine, "checkout", _check_idle)
        event.listen(self.engine, "checkin", _note_use)

    @contextlib.contextmanager
    def reading(self) -> Iterator[Connection]:
        with sentences(), self.engine.connect() as plain:
            conn = plain.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            with conn.begin():
                yield conn

    @contextlib.contextmanager
    def asking(self) -> Iterator[Connection]:
        """For one statement: a moment of its own without a transaction around it, one way to the server and back."""
        with sentences(), self.engine.connect() as plain:
            yield plain.execution_options(isolation_level="AUTOCOMMIT")

    @contextlib.contextmanager
    def writing(self) -> Iterator[Connection]:
        with sentences(), self.engine.connect() as conn, conn.begin():
            yield conn

    def close(self) -> None:
        self.engine.dispose()


def _note_use(conn: Any, record: Any) -> None:
    record.info["used"] = time.monotonic()


def _check_idle(conn: Any, record: Any, proxy: Any) -> None:
    """Whether a connection still stands, before work is begun on it: one that the server ended has its last word
    waiting, which costs nothing to see; one that was idle is asked."""
    with selectors.DefaultSelector() as waiting:
        waiting.register(conn.fileno(), selectors.EVENT_READ)
        if waiting.select(0):
            raise DisconnectionError
    if time.monotonic() - record.info.get("used", time.monotonic()) < IDLE_SECONDS:
        return
    import psycopg

    try:
        conn.execute("SELECT 1")
        conn.rollback()
    except psycopg.Error as error:
        raise DisconnectionError from error


@contextlib.contextmanager
def sentences() -> Iterator[None]:
    """Errors of the server become Refused or Fault. What was acknowledged is touched by none of them."""
    try:
        yield
    except DBAPIError as error:
        known = failure_of(error.orig)
        if known is None:
            raise
        raise known from error


def failure_of(error: BaseException | None) -> Refused | Fault | None:
    """The sentence for an error of the driver; None when it is ours and not the world's."""
    import psycopg

    state = getattr(error, "sqlstate", None) or ""
    if state == REFUSED_HERE and isinstance(error, psycopg.Error):
        return refusal_of(error.diag.message_primary or "", error.diag.message_detail or "")
    text = str(error)
    if "not permitted to log in" in text:
        return refusal_of("revoked", "")
    if state.startswith("28") or "authentication failed" in text or "no pg_hba.conf entry" in text:
        return Fault("省级平台不认可本站的登录。", "请核对口令或证书是否到期，再联系省级平台。", code="centre_login")
    if "certificate" in text or "SSL" in text:
        return Fault(
            "与省级平台的加密连接没有建立。", "请核对证书文件、有效期和本机时间，再联系省级平台。", code="centre_tls"
        )
    if state in ("40001", "40P01", "25006", "55P03", "57014", "25P03"):
        return Fault("省级平台正忙或正在切换，本次没有完成。", "稍后会自动再试；记录不会丢失。", code="centre_busy")
    if state.startswith("53"):
        return Fault("省级平台的磁盘或连接数已满。", "请联系省级平台管理员；记录不会丢失。", code="centre_full")
    if state == "42501":
        return Refused("本站的登录无权做此操作。请联系省级平台管理员。", code="centre_forbidden")
    if state in ("42703", "42883", "42P01"):
        # A column, function or table this program knows and the centre does not: it was not upgraded yet.
        return Fault("省级平台的版本过旧，暂不能同步。", "请联系省级平台管理员；记录不会丢失。", code="too_new")
    if isinstance(error, psycopg.OperationalError | psycopg.InterfaceError):
        return Fault(
            "连接不上省级平台。", "请检查网络；记录已保存在本站，联网后会自动上传。", code="centre_unreachable"
        )
    return None
