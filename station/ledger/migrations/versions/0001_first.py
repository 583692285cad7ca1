"""0001: the ledger, the station's own tables and the projections, as first released.

Revision ID: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

Ordered = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
Number = sa.Integer().with_variant(sa.BigInteger(), "postgresql")

SQLITE_FACTS_STAY = (
    """
    CREATE TRIGGER facts_are_never_changed BEFORE UPDATE ON facts
    BEGIN SELECT RAISE(ABORT, 'facts are never changed'); END
    """,
    """
    CREATE TRIGGER facts_are_never_deleted BEFORE DELETE ON facts
    BEGIN SELECT RAISE(ABORT, 'facts are never deleted'); END
    """,
)
POSTGRESQL_FACTS_STAY = (
    """
    CREATE FUNCTION facts_stay() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'facts are never changed or deleted'; END $$
    """,
    """
    CREATE TRIGGER facts_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON facts
    FOR EACH STATEMENT EXECUTE FUNCTION facts_stay()
    """,
)


def upgrade() -> None:
    op.create_table(
        "facts",
        sa.Column("station", sa.String(40), nullable=False),
        sa.Column("epoch", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("city", sa.String(6), nullable=False),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("signature", sa.LargeBinary()),
        sa.PrimaryKeyConstraint("station", "epoch", "seq"),
        sqlite_with_rowid=False,
    )
    op.create_index("facts_of_subject", "facts", ["subject"])
    op.create_table(
        "chains",
        sa.Column("station", sa.String(40), nullable=False),
        sa.Column("epoch", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("next_seq", sa.BigInteger(), nullable=False),
        sa.Column("head", sa.String(64), nullable=False),
        sa.Column("newest", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("station", "epoch"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "quarantine",
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("station", sa.String(40), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("signature", sa.LargeBinary()),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("hash"),
    )
    op.create_table(
        "settings",
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "person_keys",
        sa.Column("key_id", sa.String(32), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary()),
        sa.Column("offered", sa.Integer(), nullable=False, server_default="0"),
        sa.PrimaryKeyConstraint("key_id"),
    )
    op.create_index("person_keys_of_subject", "person_keys", ["subject"])
    op.create_table(
        "blobs",
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("subject", Ordered, nullable=False),
        sa.Column("media", sa.String(64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("key_id", sa.String(32), nullable=False),
        sa.Column("box", sa.LargeBinary(), nullable=False),
        sa.Column("offered", sa.Integer(), nullable=False, server_default="0"),
        sa.PrimaryKeyConstraint("sha256", "subject"),
    )
    op.create_table(
        "number_blocks",
        sa.Column("division", sa.String(6), nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("first", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.Column("next", sa.Integer(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("division", "year", "first"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "roll_workers",
        sa.Column("id", Number, nullable=False),
        sa.Column("subject", Ordered, nullable=False),
        sa.Column("city", sa.String(6), nullable=False),
        sa.Column("name", sa.Text()),
        sa.Column("sort_key", Ordered, nullable=False),
        sa.Column("readings", sa.Text(), nullable=False),
        sa.Column("initials", sa.Text(), nullable=False),
        sa.Column("id_tail", sa.String(6), nullable=False),
        sa.Column("phone_tail", sa.String(11), nullable=False),
        sa.Column("document_kind", sa.String(32), nullable=False),
        sa.Column("company", sa.String(18), nullable=False),
        sa.Column("permit_number", sa.String(16), nullable=False),
        sa.Column("permit_state", sa.String(16), nullable=False),
        sa.Column("stage", sa.String(24), nullable=False),
        sa.Column("wants_card", sa.Boolean(), nullable=False),
        sa.Column("photo", sa.String(64), nullable=False),
        sa.Column("medical_until", sa.Date()),
        sa.Column("insurance_until", sa.Date()),
        sa.Column("refreshed_on", sa.Date()),
        sa.Column("closed", sa.String(32), nullable=False),
        sa.Column("erased", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("subject"),
    )
    op.create_index("roll_workers_by_insurance", "roll_workers", ["insurance_until"])
    op.create_index("roll_workers_by_medical", "roll_workers", ["medical_until"])
    op.create_index("roll_workers_by_name", "roll_workers", ["sort_key"])
    op.create_index("roll_workers_by_refresh", "roll_workers", ["refreshed_on"])
    op.create_index("roll_workers_of_company", "roll_workers", ["company", "sort_key"])
    op.create_table(
        "roll_companies",
        sa.Column("id", Number, nullable=False),
        sa.Column("subject", Ordered, nullable=False),
        sa.Column("uscc", sa.String(18), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("short_name", sa.Text(), nullable=False),
        sa.Column("sort_key", Ordered, nullable=False),
        sa.Column("readings", sa.Text(), nullable=False),
        sa.Column("initials", sa.Text(), nullable=False),
        sa.Column("division", sa.String(6), nullable=False),
        sa.Column("status", sa.String(24), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("subject"),
    )
    op.create_index("roll_companies_by_name", "roll_companies", ["sort_key"])
    op.create_table(
        "roll_terms",
        sa.Column("kind", sa.String(1), nullable=False),
        sa.Column("term", Ordered, nullable=False),
        sa.Column("ref", Number, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("kind", "term", "ref"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "roll_permits",
        sa.Column("number", sa.String(16), nullable=False),
        sa.Column("subject", Ordered, nullable=False),
        sa.Column("application", sa.Text(), nullable=False),
        sa.Column("company", sa.String(18), nullable=False),
        sa.Column("company_name", sa.Text(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("live", sa.Boolean(), nullable=False),
        sa.Column("generated_on", sa.Date(), nullable=False),
        sa.Column("released_on", sa.Date()),
        sa.Column("suspended_on", sa.Date()),
        sa.Column("ended_on", sa.Date()),
        sa.PrimaryKeyConstraint("number", "subject"),
    )
    op.create_index("roll_permits_by_state", "roll_permits", ["state", "generated_on"])
    op.create_index("roll_permits_of_subject", "roll_permits", ["subject"])
    op.create_table(
        "card_jobs",
        sa.Column("number", sa.String(16), nullable=False),
        sa.Column("issue_number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("subject", Ordered, nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("sure", sa.String(12), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("batch", sa.Text(), nullable=False),
        sa.Column("printer", sa.Text(), nullable=False),
        sa.Column("blank", sa.Text(), nullable=False),
        sa.Column("station", sa.Text(), nullable=False),
        sa.Column("job_sha256", sa.Text(), nullable=False),
        sa.Column("frame_sha256", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("fault", sa.Text(), nullable=False),
        sa.Column("since_ms", sa.BigInteger(), nullable=False),
        sa.Column("activated_on", sa.Date()),
        sa.PrimaryKeyConstraint("number", "issue_number", "subject"),
    )
    op.create_index("card_jobs_by_state", "card_jobs", ["state", "printer"])
    op.create_index("card_jobs_of_batch", "card_jobs", ["batch"])
    op.create_index("card_jobs_of_subject", "card_jobs", ["subject"])
    op.create_table(
        "inbox_applications",
        sa.Column("application", Ordered, nullable=False),
        sa.Column("subject", Ordered, nullable=False),
        sa.Column("company", sa.String(18), nullable=False),
        sa.Column("purpose", sa.String(16), nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.Column("opened_ms", sa.BigInteger(), nullable=False),
        sa.Column("since_ms", sa.BigInteger(), nullable=False),
        sa.Column("accepted_on", sa.Date()),
        sa.Column("due", sa.Date()),
        sa.Column("due_provisional", sa.Boolean(), nullable=False),
        sa.Column("extensions", sa.Integer(), nullable=False),
        sa.Column("overdue", sa.Boolean(), nullable=False),
        sa.Column("visits", sa.Integer(), nullable=False),
        sa.Column("defects", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("application", "subject"),
    )
    op.create_index("inbox_applications_by_stage", "inbox_applications", ["open", "state", "due"])
    op.create_index("inbox_applications_of_company", "inbox_applications", ["company", "state"])
    op.create_index("inbox_applications_of_subject", "inbox_applications", ["subject"])
    op.create_table(
        "conflicts",
        sa.Column("subject", Ordered, nullable=False),
        sa.Column("code", sa.String(32), nullable=False),
        sa.Column("about", Ordered, nullable=False),
        sa.Column("fact", Ordered, nullable=False),
        sa.PrimaryKeyConstraint("subject", "code", "about", "fact"),
    )
    op.create_table(
        "stock_packs",
        sa.Column("subject", Ordered, nullable=False),
        sa.Column("pack", Ordered, nullable=False),
        sa.Column("item", sa.String(16), nullable=False),
        sa.Column("counts", sa.Text(), nullable=False),
        sa.Column("cost_fen", sa.BigInteger(), nullable=False),
        sa.Column("fund", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("subject", "pack"),
    )
    op.create_table(
        "duties",
        sa.Column("subject", Ordered, nullable=False),
        sa.Column("person", Ordered, nullable=False),
        sa.Column("roles", sa.Text(), nullable=False),
        sa.Column("name", sa.Text()),
        sa.PrimaryKeyConstraint("subject", "person"),
    )
    sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in SQLITE_FACTS_STAY if sqlite else POSTGRESQL_FACTS_STAY:
        op.execute(statement)
