"""0001: the centre's tables, as first released.

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
        "centre",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("generation", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "stations",
        sa.Column("station", sa.String(40), nullable=False),
        sa.Column("city", sa.String(6), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("public_key", sa.LargeBinary()),
        sa.PrimaryKeyConstraint("station"),
    )
    op.create_table(
        "progress",
        sa.Column("city", sa.String(6), nullable=False),
        sa.Column("station", sa.String(40), nullable=False),
        sa.Column("epoch", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("next_seq", sa.BigInteger(), nullable=False),
        sa.Column("head", sa.String(64), nullable=False),
        sa.Column("newest", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("city", "station", "epoch"),
    )
    op.create_table(
        "counters",
        sa.Column("city", sa.String(6), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("newest", sa.BigInteger(), nullable=False),
        sa.Column("attended", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("city"),
    )
    op.create_table(
        "facts",
        sa.Column("city", sa.String(6), nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("station", sa.String(40), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("signature", sa.LargeBinary()),
        sa.PrimaryKeyConstraint("city", "number"),
        sa.UniqueConstraint("city", "station", "epoch", "seq"),
    )
    op.create_index("facts_of_city_subject", "facts", ["city", "subject"])
    op.create_table(
        "forks",
        sa.Column("city", sa.String(6), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("station", sa.String(40), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("signature", sa.LargeBinary()),
        sa.Column("seen_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("city", "hash"),
    )
    op.create_table(
        "permits",
        sa.Column("city", sa.String(6), nullable=False),
        sa.Column("number", sa.String(16), nullable=False),
        sa.Column("subject", Ordered, nullable=False),
        sa.PrimaryKeyConstraint("city", "number", "subject"),
    )
    op.create_index("permits_by_number", "permits", ["number"])
    op.create_table(
        "person_keys",
        sa.Column("city", sa.String(6), nullable=False),
        sa.Column("key_id", sa.String(32), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary()),
        sa.PrimaryKeyConstraint("city", "key_id"),
    )
    op.create_index("person_keys_of_city_subject", "person_keys", ["city", "subject"])
    op.create_table(
        "blobs",
        sa.Column("city", sa.String(6), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("subject", Ordered, nullable=False),
        sa.Column("media", sa.String(64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("key_id", sa.String(32), nullable=False),
        sa.Column("box", sa.LargeBinary()),
        sa.PrimaryKeyConstraint("city", "sha256", "subject"),
    )
    op.create_table(
        "number_heads",
        sa.Column("division", sa.String(6), nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("next", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("division", "year"),
    )
    op.create_table(
        "number_blocks",
        sa.Column("division", sa.String(6), nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("first", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.Column("city", sa.String(6), nullable=False),
        sa.Column("station", sa.String(40), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("leased_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("division", "year", "first"),
        sa.UniqueConstraint("division", "year", "last"),
    )
    op.create_index("number_blocks_of_station", "number_blocks", ["station", "epoch"])
    sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in SQLITE_FACTS_STAY if sqlite else POSTGRESQL_FACTS_STAY:
        op.execute(statement)
    op.execute("INSERT INTO centre (id, generation) VALUES (1, 1)")
