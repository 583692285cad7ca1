"""The tables of a station's ledger, for SQLite and PostgreSQL alike; no query and no meaning.

`facts` is the ledger. `person_keys`, `blobs`, `settings`, `looks` and `numbers` are the station's own; everything in
PROJECTIONS is derived from facts and may be thrown away and rebuilt at any time.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Date,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)
from sqlalchemy.dialects import postgresql, sqlite

metadata = MetaData()

Ordered = Text().with_variant(Text(collation="C"), "postgresql")
"""Text compared byte by byte on both databases: search keys, prefixes and sort keys depend on it."""
USCC_LENGTH = 18
Number = Integer().with_variant(BigInteger(), "postgresql")
"""A row number: SQLite only makes INTEGER PRIMARY KEY the row itself."""


def _text(name: str, **more: Any) -> Column[str]:
    return Column(name, Text, nullable=False, **more)


def _key(name: str) -> Column[str]:
    return Column(name, Ordered, primary_key=True)


# --- the ledger -----------------------------------------------------------------------------------------------------

facts = Table(
    "facts",
    metadata,
    Column("station", String(40), primary_key=True),
    Column("epoch", Integer, primary_key=True, autoincrement=False),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    _text("subject"),
    Column("city", String(6), nullable=False),
    Column("kind", String(64), nullable=False),
    Column("recorded_at", BigInteger, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    _text("body"),
    Column("signature", LargeBinary),
    Index("facts_of_subject", "subject"),
    sqlite_with_rowid=False,
)

chains = Table(
    "chains",
    metadata,
    Column("station", String(40), primary_key=True),
    Column("epoch", Integer, primary_key=True, autoincrement=False),
    Column("next_seq", BigInteger, nullable=False),
    Column("head", String(64), nullable=False),
    Column("newest", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
"""How far each chain is known: the next expected number, the hash of the last fact, the newest stamp."""

quarantine = Table(
    "quarantine",
    metadata,
    Column("hash", LargeBinary, primary_key=True),
    Column("station", String(40), nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("seq", BigInteger, nullable=False),
    _text("body"),
    Column("signature", LargeBinary),
    _text("why"),
    Column("seen_at", BigInteger, nullable=False),
)
"""Facts that contradict one we hold: kept as evidence, never folded."""

# --- the station's own ----------------------------------------------------------------------------------------------

settings = Table("settings", metadata, Column("name", String(64), primary_key=True), _text("value"))

findings = Table(
    "findings",
    metadata,
    Column("place", Integer, primary_key=True, autoincrement=False),
    Column("condition", String(16), nullable=False),
    _text("about"),
    _text("subject"),
    _text("city"),
    _text("detail"),
)
"""The work list of the last sweep, in its order; this machine's own, made anew by every sweep."""

person_keys = Table(
    "person_keys",
    metadata,
    Column("key_id", String(32), primary_key=True),
    _text("subject"),
    Column("made_at", BigInteger, nullable=False),
    Column("wrapped", LargeBinary),
    Column("offered", Integer, nullable=False, server_default="0"),
    Index("person_keys_of_subject", "subject"),
)
"""`wrapped` is NULL once the key was destroyed; `offered` is the centre's generation that has it."""

blobs = Table(
    "blobs",
    metadata,
    Column("sha256", String(64), primary_key=True),
    _key("subject"),
    Column("media", String(64), nullable=False),
    Column("size", Integer, nullable=False),
    Column("key_id", String(32), nullable=False),
    Column("box", LargeBinary, nullable=False),
    Column("offered", Integer, nullable=False, server_default="0"),
)

looks = Table(
    "looks",
    metadata,
    _key("subject"),
    _key("person"),
    Column("opened", String(16), primary_key=True),
    Column("at_ms", BigInteger, primary_key=True, autoincrement=False),
    Index("looks_by_time", "at_ms"),
    sqlite_with_rowid=False,
)
"""Who opened whose data at this station; never changed, and not deleted before another one is three years newer."""

number_blocks = Table(
    "number_blocks",
    metadata,
    Column("division", String(6), primary_key=True),
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("first", Integer, primary_key=True, autoincrement=False),
    Column("last", Integer, nullable=False),
    Column("next", Integer, nullable=False),
    Column("epoch", Integer, nullable=False),
    sqlite_with_rowid=False,
)

# --- projections: derived, rebuilt from facts -----------------------------------------------------------------------

roll_workers = Table(
    "roll_workers",
    metadata,
    Column("id", Number, primary_key=True),
    Column("subject", Ordered, nullable=False, unique=True),
    Column("city", String(6), nullable=False),
    Column("name", Text),
    Column("sort_key", Ordered, nullable=False),
    Column("readings", Text, nullable=False),
    Column("initials", Text, nullable=False),
    Column("id_tail", String(6), nullable=False),
    Column("phone_tail", String(11), nullable=False),
    Column("document_kind", String(32), nullable=False),
    Column("company", String(18), nullable=False),
    Column("permit_number", String(16), nullable=False),
    Column("permit_state", String(16), nullable=False),
    Column("stage", String(24), nullable=False),
    Column("wants_card", Boolean, nullable=False),
    Column("photo", String(64), nullable=False),
    Column("medical_until", Date),
    Column("insurance_until", Date),
    Column("refreshed_on", Date),
    Column("closed", String(32), nullable=False),
    Column("erased", Boolean, nullable=False),
    Column("colours", Text, nullable=False),
    Index("roll_workers_by_name", "sort_key"),
    Index(
        "roll_workers_of_company", "company", "sort_key", "name", "initials", "readings",
        "id_tail", "phone_tail", "permit_number",
    ),  # all a search asks of somebody of a company, so that it reads no row to rule one out
    Index("roll_workers_by_insurance", "insurance_until"),
    Index("roll_workers_by_medical", "medical_until"),
    Index("roll_workers_by_refresh", "refreshed_on"),
)

roll_companies = Table(
    "roll_companies",
    metadata,
    Column("id", Number, primary_key=True),
    Column("subject", Ordered, nullable=False, unique=True),
    Column("uscc", String(18), nullable=False),
    Column("name", Text, nullable=False),
    Column("short_name", Text, nullable=False),
    Column("sort_key", Ordered, nullable=False),
    Column("readings", Text, nullable=False),
    Column("initials", Text, nullable=False),
    Column("division", String(6), nullable=False),
    Column("status", String(24), nullable=False),
    Index("roll_companies_by_name", "sort_key"),
)

roll_terms = Table(
    "roll_terms",
    metadata,
    Column("kind", String(1), primary_key=True),
    Column("term", Ordered, primary_key=True),
    Column("ref", Number, primary_key=True, autoincrement=False),
    Column("said", Text, nullable=False),
    sqlite_with_rowid=False,
)
"""Search keys: every row is computed from one row of `roll_workers` or `roll_companies` (its `id` is `ref`).

The end of a number says whose it is (`rows.said_of`), so that a second word rules it out without its row.
"""

roll_permits = Table(
    "roll_permits",
    metadata,
    Column("number", String(16), primary_key=True),
    _key("subject"),
    _text("application"),
    Column("company", String(18), nullable=False),
    _text("company_name"),
    Column("state", String(16), nullable=False),
    Column("live", Boolean, nullable=False),
    Column("generated_on", Date, nullable=False),
    Column("released_on", Date),
    Column("suspended_on", Date),
    Column("ended_on", Date),
    Column("fresh_since", Date),
    Index("roll_permits_by_freshness", "fresh_since"),
    Index("roll_permits_of_subject", "subject"),
    Index("roll_permits_by_state", "state", "generated_on"),
)

card_jobs = Table(
    "card_jobs",
    metadata,
    Column("number", String(16), primary_key=True),
    Column("issue_number", Integer, primary_key=True, autoincrement=False),
    _key("subject"),
    Column("state", String(24), nullable=False),
    Column("sure", String(12), nullable=False),
    Column("asked_on", Date, nullable=False),
    _text("asked_by"),
    _text("reason"),
    _text("batch"),
    _text("printer"),
    _text("blank"),
    _text("station"),
    _text("job_sha256"),
    _text("frame_sha256"),
    _text("outcome"),
    _text("fault"),
    Column("since_ms", BigInteger, nullable=False),
    Column("activated_on", Date),
    Column("handed_on", Date),
    Index("card_jobs_of_subject", "subject"),
    Index("card_jobs_by_state", "state", "printer"),
    Index("card_jobs_of_batch", "batch"),
    Index("card_jobs_by_hand_over", "station", "handed_on"),
)

inbox_applications = Table(
    "inbox_applications",
    metadata,
    _key("application"),
    _key("subject"),
    Column("company", String(18), nullable=False),
    Column("purpose", String(16), nullable=False),
    Column("state", String(24), nullable=False),
    Column("open", Boolean, nullable=False),
    Column("opened_ms", BigInteger, nullable=False),
    Column("since_ms", BigInteger, nullable=False),
    Column("accepted_on", Date),
    Column("due", Date),
    Column("due_provisional", Boolean, nullable=False),
    Column("extensions", Integer, nullable=False),
    Column("overdue", Boolean, nullable=False),
    Column("visits", Integer, nullable=False),
    Column("defects", Integer, nullable=False),
    Index("inbox_applications_of_subject", "subject"),
    Index("inbox_applications_by_stage", "open", "state", "due"),
    Index("inbox_applications_of_company", "company", "state"),
)

conflicts = Table(
    "conflicts",
    metadata,
    _key("subject"),
    Column("code", String(32), primary_key=True),
    _key("about"),
    _key("fact"),
)

open_complaints = Table("open_complaints", metadata, _key("subject"), _key("fact"))

open_reports = Table("open_reports", metadata, _key("subject"), _key("fact"))

stock_packs = Table(
    "stock_packs",
    metadata,
    _key("subject"),
    _key("pack"),
    Column("item", String(16), nullable=False),
    _text("counts"),
    Column("cost_fen", BigInteger, nullable=False),
    _text("fund"),
)

duties = Table("duties", metadata, _key("subject"), _key("person"), _text("roles"), Column("name", Text))

PROJECTIONS: tuple[Table, ...] = (
    roll_workers,
    roll_companies,
    roll_permits,
    card_jobs,
    inbox_applications,
    conflicts,
    open_complaints,
    open_reports,
    stock_packs,
    duties,
)
"""Tables with a `subject`: what one subject's record says in each. `roll_terms` follows from the first two."""


_STATEMENTS: dict[tuple[str, str, Table], Any] = {}
"""Statements built once: building one costs as much as running it."""


def insert_new(conn: Connection, table: Table) -> Any:
    """INSERT that leaves an existing row alone, in the dialect of the connection."""
    name = conn.dialect.name
    statement = _STATEMENTS.get((name, "new", table))
    if statement is None:
        statement = _STATEMENTS[(name, "new", table)] = _insert(name, table).on_conflict_do_nothing()
    return statement


def upsert(conn: Connection, table: Table) -> Any:
    """INSERT that replaces the other columns of an existing row with the same primary key.

    Columns with a default of the database's own (`offered`) are the row's and stay.
    """
    name = conn.dialect.name
    statement = _STATEMENTS.get((name, "up", table))
    if statement is None:
        insert = _insert(name, table)
        keys = [column.name for column in table.primary_key.columns]
        fresh = {c.name: insert.excluded[c.name] for c in table.columns if not c.primary_key and not c.server_default}
        statement = insert.on_conflict_do_update(index_elements=keys, set_=fresh)
        _STATEMENTS[(name, "up", table)] = statement
    return statement


def _insert(dialect: str, table: Table) -> Any:
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)
