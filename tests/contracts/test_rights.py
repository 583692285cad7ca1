"""Who may do what at the centre: every statement of rights.csv as each of six callers, and the catalogue itself.

The table is written by hand; a cell is `N rows`, `done`, `denied` (no right), `policy` (row security), a refusal's
code, or the SQLSTATE. Facts of 330100 and 330200 are there when it is asked; `whole` is a station of the province.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text

from station.clock import FixedClock
from station.domain import facts
from station.domain.divisions import PROVINCE
from station.sync.administration import CENTRE, OWNER, READER, STATION
from tests.central_server import PgServer
from tests.contracts.province import PASSWORD, Logins
from tests.contracts.test_central import CITY, DAY, OTHER_CITY, SUBJECT, Pen, box, key

pytestmark = pytest.mark.postgres
TABLE = Path(__file__).with_name("rights.csv")
LOGINS = {
    "own": "st-hz-01", "neighbour": "st-hz-02", "other": "st-nb-01", "revoked": "st-hz-09", "pooled": "st-pool",
    "whole": "st-zj-01",
}  # fmt: skip
CALLERS = tuple(LOGINS)
ROWS = list(csv.DictReader(TABLE.read_text(encoding="utf-8").splitlines(), delimiter="|"))


@pytest.fixture(scope="module")
def province(pg_server: PgServer) -> Iterator[Logins]:
    clock = FixedClock.on(DAY)
    made = Logins(pg_server, clock)
    for station, city in (("hz-01", CITY), ("hz-02", CITY), ("hz-09", CITY), ("nb-01", OTHER_CITY)):
        made.enrol(station, city)
        pen = Pen(clock, station, city)
        told = facts.PermitGenerated(f"{city[:4]}022026000123", "A-1", "X", "好阿姨", ("HOUSEWORK",), DAY)
        made.push(station, [*pen("A", "B"), *pen(told, subject=f"worker:{station}")])
    made.enrol("zj-01", PROVINCE)
    made.put_keys("hz-01", [key("a")])
    made.put_blob("hz-01", box("ab" * 32, "a" * 32))
    made.lease_numbers("hz-01", "330102", 2026, 10)
    made.lease_numbers("nb-01", "330203", 2026, 10)
    with made.admin.transactions.writing() as conn:
        conn.execute(text("UPDATE stations SET state = 'revoked' WHERE station = 'hz-09'"))
        conn.execute(text("SET LOCAL ROLE anxin_centre"))
        conn.execute(text("INSERT INTO papers (name, version, data, made_ms) VALUES ('register', 7, '', 1)"))
        line = "('330100', '3301022026000001', '0001-01-01 green', 1)"
        conn.execute(text(f"INSERT INTO standings (city, number, colours, issue) VALUES {line}"))
        conn.execute(text("RESET ROLE"))
        conn.execute(text("DROP ROLE IF EXISTS \"st-pool\""))
        conn.execute(text(f"CREATE ROLE \"st-pool\" LOGIN PASSWORD '{PASSWORD}' IN ROLE {STATION}"))
    yield made
    made.close()


def outcome(province: Logins, caller: str, statement: str) -> str:
    """What one caller gets for one statement, in a transaction that never happened."""
    dsn = province.server.dsn(province.name, LOGINS[caller], PASSWORD)
    with psycopg.connect(dsn) as conn:
        try:
            for part in statement.split(";;"):
                cursor = conn.execute(part.strip().encode())
            found = "done" if cursor.rowcount < 0 else f"{cursor.rowcount} rows"
            if cursor.description is not None and cursor.description[0].name in ("push", "n", "lease_numbers"):
                value = (cursor.fetchone() or [None])[0]
                found = value.get("refused", "taken") if isinstance(value, dict) else str(value)
        except psycopg.Error as error:
            conn.rollback()
            message = error.diag.message_primary or ""
            if error.sqlstate == "AX001":
                return message
            if error.sqlstate == "42501":
                return "policy" if "row-level security" in message else "denied"
            return str(error.sqlstate)
        conn.rollback()
        return found


@pytest.mark.parametrize("row", ROWS, ids=[row["statement"][:60] for row in ROWS])
def test_each_caller_gets_what_the_table_says(province: Logins, row: dict[str, str]) -> None:
    got = {caller: outcome(province, caller, row["statement"]) for caller in CALLERS}
    assert got == {caller: row[caller] for caller in CALLERS}


def test_the_table_is_long_enough_to_mean_something() -> None:
    assert len(ROWS) >= 40
    assert len({row["statement"] for row in ROWS}) == len(ROWS)


CATALOGUE = {
    "tables without FORCEd row security": """
        SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
        AND relname <> 'alembic_version' AND NOT (relrowsecurity AND relforcerowsecurity)""",
    "tables without a policy": """
        SELECT relname FROM pg_class c WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
        AND relname <> 'alembic_version' AND NOT EXISTS (SELECT 1 FROM pg_policy p WHERE p.polrelid = c.oid)""",
    "views of any kind": """
        SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('v', 'm', 'f')""",
    "policies on a setting anybody may set": """
        SELECT polname FROM pg_policy WHERE pg_get_expr(polqual, polrelid) ~ 'current_setting|current_user'""",
    "definer functions without a fixed path": """
        SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prosecdef
        AND NOT coalesce('search_path=pg_catalog, public, pg_temp' = ANY (proconfig), false)""",
    "functions open to everybody": """
        SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace
        AND (proacl IS NULL OR array_to_string(proacl, ',') ~ '(^|,)=')""",
    "things that somebody else owns": f"""
        SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relowner <> '{OWNER}'::regrole
        UNION ALL SELECT proname FROM pg_proc
        WHERE pronamespace = 'public'::regnamespace AND proowner <> '{OWNER}'::regrole""",
    "rights to delete, truncate or hang a trigger": f"""
        SELECT table_name FROM information_schema.role_table_grants WHERE table_schema = 'public'
        AND grantee <> '{OWNER}' AND privilege_type IN ('DELETE', 'TRUNCATE', 'TRIGGER', 'REFERENCES')""",
    "rights to change a fact": f"""
        SELECT grantee FROM information_schema.role_table_grants WHERE table_name IN ('facts', 'forks', 'permits')
        AND grantee <> '{OWNER}' AND privilege_type = 'UPDATE'""",
    "rights of stations to write a table": f"""
        SELECT table_name FROM information_schema.role_table_grants
        WHERE grantee IN ('{STATION}', '{READER}', 'PUBLIC') AND table_schema = 'public'
        AND privilege_type <> 'SELECT'""",
    "roles of ours that may log in as owner, pass policies or make roles": f"""
        SELECT rolname FROM pg_roles WHERE (rolname LIKE 'st-%' OR rolname LIKE 'anxin!_%' ESCAPE '!')
        AND rolname <> current_user
        AND (rolbypassrls OR rolsuper OR rolcreaterole
             OR (rolname IN ('{OWNER}', '{CENTRE}', '{STATION}', '{READER}') AND rolcanlogin))""",
    "members of the owner": f"""
        SELECT m.member::regrole::text FROM pg_auth_members m
        WHERE m.roleid = '{OWNER}'::regrole AND m.member::regrole::text <> current_user""",
}
DOORS = {
    "give_back(text,text)", "introduce(bytea)", "lease_numbers(text,integer,integer)", "now_ms()", "push(text,text)",
    "put_blob(text,text,text,integer,text,bytea)", "put_key(text,text,bigint,bytea)", "renew()", "my_city()",
    "standing_of(text)",
}  # fmt: skip
"""Reviewed: each names its caller by session_user and touches nothing outside that station's city; `standing_of` says
the colours of one whole number of any city, and nothing of its person."""


@pytest.mark.parametrize("what", CATALOGUE)
def test_the_catalogue_holds_no(province: Logins, what: str) -> None:
    with province.admin.transactions.reading() as conn:
        found = [str(row[0]) for row in conn.execute(text(CATALOGUE[what]))]
    assert found == []


def test_a_station_of_the_province_reads_three_tables_more_and_no_other(province: Logins) -> None:
    with province.admin.transactions.reading() as conn:
        granted = conn.execute(text(f"""
            SELECT table_name, privilege_type FROM information_schema.role_table_grants
            WHERE grantee = '{READER}'"""))  # fmt: skip
        assert {tuple(row) for row in granted} == {(name, "SELECT") for name in ("counters", "facts", "progress")}


def test_stations_may_call_the_reviewed_functions_and_no_other(province: Logins) -> None:
    with province.admin.transactions.reading() as conn:
        callable_ = conn.execute(text(f"""
            SELECT oid::regprocedure::text FROM pg_proc WHERE pronamespace = 'public'::regnamespace
            AND has_function_privilege('{STATION}', oid, 'EXECUTE')"""))  # fmt: skip
        assert {str(row[0]) for row in callable_} == DOORS


def test_row_security_uses_the_index(province: Logins) -> None:
    """data.md §5: a policy that is not indexable costs 100 to 300 times a page."""
    dsn = province.server.dsn(province.name, "st-hz-01", PASSWORD)
    with psycopg.connect(dsn) as conn:
        conn.execute("SET enable_seqscan = off")
        page = "SELECT body FROM facts WHERE city = '330100' AND number > 0 ORDER BY number LIMIT 10"
        plan = "\n".join(str(row[0]) for row in conn.execute(f"EXPLAIN {page}".encode()))
        assert "facts_pkey" in plan
        assert "InitPlan" in plan, "the caller's city is looked up once per statement, not once per row"
        alone = "\n".join(str(row[0]) for row in conn.execute("EXPLAIN SELECT count(*) FROM facts"))
        assert "Index Cond: (city = $0)" in alone, alone


def test_a_revoked_station_cannot_log_in_and_its_connections_end(province: Logins) -> None:
    province.admin.add_station("hz-07", CITY, PASSWORD)
    dsn = province.server.dsn(province.name, "st-hz-07", PASSWORD)
    with psycopg.connect(dsn, autocommit=True) as conn:
        assert conn.execute("SELECT station FROM stations").fetchall() == [("hz-07",)]
        province.admin.revoke_station("hz-07", "被盗")
        with pytest.raises(psycopg.OperationalError):
            for _ in range(100):
                conn.execute("SELECT pg_sleep(0.05)")
    with pytest.raises(psycopg.OperationalError, match="not permitted to log in"):
        psycopg.connect(dsn)


def test_a_station_of_the_province_that_is_revoked_reads_nothing(province: Logins) -> None:
    dsn = province.server.dsn(province.name, "st-zj-01", PASSWORD)
    with psycopg.connect(dsn, autocommit=True) as conn, psycopg.connect(province.server.dsn(province.name)) as admin:
        assert conn.execute("SELECT count(DISTINCT city) FROM facts").fetchone() == (2,)
        admin.execute("UPDATE stations SET state = 'revoked' WHERE station = 'zj-01'")
        admin.commit()
        for table in ("facts", "progress", "counters"):
            assert conn.execute(f"SELECT count(*) FROM {table}".encode()).fetchone() == (0,), table
        admin.execute("UPDATE stations SET state = 'active' WHERE station = 'zj-01'")


def test_the_subject_of_these_tests_exists(province: Logins) -> None:
    assert [raw.subject for raw in province.facts_of(CITY, SUBJECT)]
