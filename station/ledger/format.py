"""Which format a database has and how it gets to ours, step by step; knows versions, not what is in the tables.

Alembic is loaded only when there is something to do: an ordinary start reads one row instead (data.md §6: 3-4 ms).
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from station.domain.errors import Fault

LEDGER_STEPS = Path(__file__).with_name("migrations")


def version_of(conn: Connection) -> str | None:
    """The format of the database, or None for a fresh one."""
    if not inspect(conn).has_table("alembic_version"):
        return None
    return conn.execute(text("SELECT version_num FROM alembic_version")).scalar()


def known_versions(steps: Path) -> list[str]:
    """The formats this program can read, oldest first."""
    return sorted(file.name.partition("_")[0] for file in (steps / "versions").glob("[0-9]*.py"))


def upgrade(conn: Connection, steps: Path = LEDGER_STEPS) -> bool:
    """Bring the database to the newest format inside the caller's transaction; whether there was anything to do.

    Raises Fault when it was written by a newer program. A step that fails leaves the old format whole.
    """
    known, held = known_versions(steps), version_of(conn)
    if held == known[-1]:
        return False
    if held is not None and held not in known:
        raise Fault("这个台账由更新版本的程序写成。", "请先升级本程序，再打开台账。", code="format_newer")
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", steps.as_posix().replace("%", "%%"))
    config.attributes["connection"] = conn
    command.upgrade(config, "head")
    return True
