"""What an administrator does with a centre on PostgreSQL: found it, make stations known, revoke them, look at it.

Every act may be repeated. Roles are the server's, not the database's, so a login is made once and then only granted;
the administrator's own login needs CREATEROLE and the database, the clerk's needs neither.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select, text, update

from station.clock import Clock
from station.domain.divisions import PROVINCE
from station.domain.errors import Fault, Refused
from station.domain.identity import check_station_id
from station.ledger.format import upgrade
from station.ledger.schema import insert_new
from station.sync import closing, pushing
from station.sync.central_schema import progress, stations
from station.sync.postgres import PostgresTransactions
from station.sync.sql import CENTRE_STEPS, SqlCentral, say_protocol

OWNER, CENTRE, STATION = "anxin_owner", "anxin_centre", "anxin_station"
READER = "anxin_province"
"""What a login of the province's own stations is a member of as well: it reads every city."""
CLERK_LOGIN = "anxin_clerk"
OLDEST_SERVER = 150_000
LIMITS = {
    # What one login may hold up: a laptop that falls silent is gone within half a minute, not within two hours.
    "idle_in_transaction_session_timeout": "10s",
    "lock_timeout": "10s",
    "statement_timeout": "5min",
    "tcp_keepalives_idle": "10",
    "tcp_keepalives_interval": "3",
    "tcp_keepalives_count": "3",
}


def login_of(station: str) -> str:
    """The role a station logs in as."""
    return f"st-{check_station_id(station)}"


@dataclass(frozen=True, slots=True)
class StationLine:
    """One station as `central status` shows it."""

    station: str
    city: str
    state: str
    epoch: int
    facts: int
    newest_ms: int
    why: str


@dataclass(frozen=True, slots=True)
class CentreStatus:
    """What stands at the centre now."""

    generation: int
    stations: tuple[StationLine, ...]
    facts: int
    unattended: int
    blobs: int
    forks: int


class Administration:
    """The administrator's acts on one database. Raises Fault when the login may not do them."""

    def __init__(self, address: str) -> None:
        self.transactions = PostgresTransactions(address)

    def close(self) -> None:
        self.transactions.close()

    def found(self, clerk_password: str) -> bool:
        """Roles, tables, rights, the clerk's login; whether the tables were new or newer than before."""
        with self.transactions.writing() as conn:
            version = int(conn.execute(text("SHOW server_version_num")).scalar_one())
            if version < OLDEST_SERVER:
                raise Fault("PostgreSQL 的版本过旧。", "请使用 15 或更新的版本。", code="server_old")
            conn.execute(text("SELECT pg_advisory_xact_lock(4230221)"))
            for role in (OWNER, CENTRE, STATION, READER):
                _role(conn, role, "NOLOGIN NOINHERIT" if role == OWNER else "NOLOGIN")
            database = _quoted(conn.execute(text("SELECT current_database()")).scalar_one())
            _say(conn, f"GRANT {OWNER} TO CURRENT_USER")
            _say(conn, f"REVOKE ALL ON DATABASE {database} FROM PUBLIC")
            _say(conn, f"GRANT CREATE ON DATABASE {database} TO {OWNER}")
            _say(conn, f"GRANT CREATE, USAGE ON SCHEMA public TO {OWNER}")
            _say(conn, f"GRANT CONNECT ON DATABASE {database} TO {CENTRE}, {STATION}")
            _role(conn, CLERK_LOGIN, "LOGIN NOCREATEDB NOCREATEROLE")
            _password(conn, CLERK_LOGIN, clerk_password)
            _limit(conn, CLERK_LOGIN)
            _say(conn, f"GRANT {CENTRE} TO {CLERK_LOGIN}")
            _say(conn, f"GRANT {CENTRE} TO CURRENT_USER")
            _say(conn, f"SET LOCAL ROLE {OWNER}")
            fresh = upgrade(conn, CENTRE_STEPS)
            _as_centre(conn)
            say_protocol(conn)
            logins = conn.execute(select(stations.c.login).where(stations.c.login.is_not(None))).scalars().all()
            _say(conn, "RESET ROLE")
            for login in logins:
                _limit(conn, login)
            return fresh

    def add_station(self, station: str, city: str, password: str, *, new_computer: bool = False) -> int:
        """Make a station known and give it a login of its own; the epoch it begins with.

        One that has worked already is only given again to a `new_computer`: its key is forgotten and a new life
        begins, so that the old computer stops writing when it comes back. Raises Refused where that is not said.
        """
        login = login_of(station)
        if not re.fullmatch(r"33\d{4}", city):
            raise Refused("城市代码应为 33 开头的六位数字，例如 330100。请核对后重试。", code="city_code")
        with self.transactions.writing() as conn:
            _role(conn, login, "LOGIN NOCREATEDB NOCREATEROLE NOINHERIT CONNECTION LIMIT 12")
            _say(conn, f"ALTER ROLE {_quoted(login)} LOGIN INHERIT")
            _password(conn, login, password)
            _limit(conn, login)
            _say(conn, f"GRANT {STATION} TO {_quoted(login)}")
            if city == PROVINCE:
                _say(conn, f"GRANT {READER} TO {_quoted(login)}")
            _as_centre(conn)
            row = {"station": station, "city": city, "epoch": 1, "state": "active", "why": "", "login": login}
            conn.execute(insert_new(conn, stations), row)
            known = pushing.lock_station(conn, station)
            if known.city != city:
                raise Refused(f"站点 {station} 已登记在城市 {known.city}，不能改到别的城市。", code="other_city")
            if known.state == "revoked":
                raise Refused(f"站点 {station} 已被停用。请用新的站点代号登记。", code="revoked")
            values: dict[str, Any] = {"login": login}
            if new_computer:
                values |= {"epoch": known.epoch + 1, "state": "active", "why": "", "public_key": None,
                           "key_since": known.epoch + 1}  # fmt: skip
            elif known.public_key is not None:
                raise Refused(
                    f"站点 {station} 已在一台电脑上启用。换电脑请加 --new-computer：开始新的启用期，原电脑不能再写入；"
                    "同一台电脑被冻结、从备份恢复，请用 renew-station。",
                    code="in_use",
                )
            conn.execute(update(stations).where(stations.c.station == station).values(values))
            return int(values.get("epoch", known.epoch))

    def revoke_station(self, station: str, why: str, code: str = "") -> None:
        """Nothing more from that station, at once: its login is closed and its connections are ended.

        With the code of `closing.station_code`, only where the centre holds everything the station holds.
        """
        with self.transactions.writing() as conn:
            login = login_of(station)
            _as_centre(conn)
            pushing.lock_station(conn, station)
            if code:
                closing.check_code(conn, station, code)
            conn.execute(update(stations).where(stations.c.station == station).values(state="revoked", why=why))
            _say(conn, "RESET ROLE")
            _say(conn, f"ALTER ROLE {_quoted(login)} NOLOGIN")
        with self.transactions.writing() as conn:  # committed: whoever connects now is refused
            ended = text("SELECT pg_terminate_backend(pid, 2000) FROM pg_stat_activity WHERE usename = :login")
            conn.execute(ended, {"login": login})

    def renew_station(self, station: str) -> int:
        """A new life for a frozen or restored station, after people looked at why; the new epoch."""
        with self.transactions.writing() as conn:
            _as_centre(conn)
            known = pushing.lock_station(conn, station)
            if known.state == "revoked":
                raise Refused("该站点已被停用，不能重新登记。请用新的站点代号登记。", code="revoked")
            values = {"epoch": known.epoch + 1, "state": "active", "why": ""}
            conn.execute(update(stations).where(stations.c.station == station).values(values))
            return known.epoch + 1

    def status(self) -> CentreStatus:
        """What stands there now, in one moment."""
        with self.transactions.reading() as conn:
            _as_centre(conn)
            return status_of(conn)


def status_of(conn: Connection) -> CentreStatus:
    """The same on a connection that may read everything."""
    p = progress.c
    counted: dict[str, tuple[int, int]] = {}
    for row in conn.execute(select(p.station, p.next_seq, p.newest)):
        held, newest = counted.get(row.station, (0, 0))
        counted[row.station] = held + row.next_seq - 1, max(newest, row.newest >> 16)
    lines = tuple(
        StationLine(s.station, s.city, s.state, s.epoch, *counted.get(s.station, (0, 0)), s.why)
        for s in conn.execute(pushing.STATES.order_by(stations.c.station))
    )
    total = conn.execute(text("SELECT coalesce(sum(number), 0), coalesce(sum(number - attended), 0) FROM counters"))
    numbers = total.one()
    generation: int = conn.execute(text("SELECT generation FROM centre")).scalar_one()
    held_blobs: int = conn.execute(text("SELECT count(*) FROM blobs WHERE box IS NOT NULL")).scalar_one()
    found_forks: int = conn.execute(text("SELECT count(*) FROM forks")).scalar_one()
    return CentreStatus(generation, lines, int(numbers[0]), int(numbers[1]), held_blobs, found_forks)


def province(address: str, clock: Clock) -> SqlCentral:
    """The whole centre under the clerk's login: every city, the same statements as embedded."""
    return SqlCentral(PostgresTransactions(address, role=CENTRE), clock)


def _as_centre(conn: Connection) -> None:
    _say(conn, f"SET LOCAL ROLE {CENTRE}")


def _role(conn: Connection, name: str, options: str) -> None:
    known = conn.execute(text("SELECT 1 FROM pg_roles WHERE rolname = :name"), {"name": name}).first()
    if known is None:
        _say(conn, f"CREATE ROLE {_quoted(name)} {options}")


def _limit(conn: Connection, role: str) -> None:
    for name, value in LIMITS.items():
        _say(conn, f"ALTER ROLE {_quoted(role)} SET {name} = '{value}'")


def _password(conn: Connection, role: str, password: str) -> None:
    """Sent as a SCRAM verifier, so that the password itself is in no log of the server."""
    driver: Any = conn.connection.driver_connection
    verifier = driver.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256").decode("ascii")
    _say(conn, f"ALTER ROLE {_quoted(role)} PASSWORD '{verifier}'")


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _say(conn: Connection, statement: str) -> None:
    conn.exec_driver_sql(statement.replace("%", "%%"))
