"""A ledger that an older program left is opened by this one: every format there ever was, with everything in it."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, inspect, text

from station.domain.facts import WorkerErased
from station.ledger import log
from station.ledger.format import LEDGER_STEPS, known_versions, version_of
from station.ledger.schema import PROJECTIONS, roll_terms
from station.ledger.store import Store
from tests.ledger.office import COMPANY, KEYS, PERMIT, Office, registered, tables, whole_life

REFOLDED = {"alembic_version", roll_terms.name, *(table.name for table in PROJECTIONS)}


def begin_at(conn: Connection, version: str) -> None:
    """Empty tables as that format had them."""
    config = Config()
    config.set_main_option("script_location", LEDGER_STEPS.as_posix())
    config.attributes["connection"] = conn
    command.upgrade(config, version)


def left_at(path: Path, version: str) -> None:
    """Make the ledger what a program of that format would have left: what is no projection, in its columns."""
    older = path.with_name("older.ledger")
    ours, theirs = Store(path, KEYS["ledger"]), Store(older, KEYS["ledger"])
    with ours.reading() as source, theirs.writing() as target:
        begin_at(target, version)
        for table in sorted(set(inspect(target).get_table_names()) & set(inspect(source).get_table_names()) - REFOLDED):
            columns = [column["name"] for column in inspect(target).get_columns(table)]
            rows = [dict(row) for row in source.execute(text(f"SELECT {', '.join(columns)} FROM {table}")).mappings()]
            if rows:
                places = ", ".join(f":{name}" for name in columns)
                target.execute(text(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places})"), rows)
        log.keep_setting(target, "projections", "of an older program")
        assert version_of(target) == version
    ours.close()
    theirs.close()
    older.replace(path)


@pytest.mark.parametrize("version", known_versions(LEDGER_STEPS)[:-1])
def test_a_ledger_of_an_older_format_is_opened_whole(office: Office, version: str) -> None:
    ledger = office.open()
    ledger.append([("worker:a", one) for one in whole_life()], actor="c")
    ledger.append([("worker:b", registered("李四")), ("worker:b", WorkerErased("本人申请"))], actor="c")
    shown, count, head = tables(ledger), ledger.count(), ledger.own_after(0, limit=100)
    ledger.close()
    left_at(office.path("hz-01"), version)
    again = office.open()
    with again.store.reading() as conn:
        assert version_of(conn) == known_versions(LEDGER_STEPS)[-1]
    assert (again.count(), again.own_after(0, limit=100)) == (count, head)
    assert tables(again) == shown
    assert again.verify().ok
    assert [row.name for row in again.roll.find("王")] == ["王秀英"]
    again.append([("worker:a", registered("王丽"))], actor="c")
    (row,) = again.roll.find("王丽")
    assert (row.company, row.permit_number) == (COMPANY, PERMIT)
