"""0005: who looked at whose data at this station.

Revision ID: 0005
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

Ordered = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
# 94694400000 ms are 1096 days: three years with the one leap day they can have. Counted between two rows, because a
# trigger that asked for the time would let the clock of this machine alone decide what may go.
SQLITE_LOOKS_STAY = (
    """
    CREATE TRIGGER looks_are_never_changed BEFORE UPDATE ON looks
    BEGIN SELECT RAISE(ABORT, 'looks are never changed'); END
    """,
    """
    CREATE TRIGGER looks_are_kept_three_years BEFORE DELETE ON looks
    WHEN OLD.at_ms > (SELECT max(at_ms) FROM looks) - 94694400000
    BEGIN SELECT RAISE(ABORT, 'looks are kept three years'); END
    """,
)
POSTGRESQL_LOOKS_STAY = (
    """
    CREATE FUNCTION looks_stay() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN
        IF TG_OP <> 'DELETE' THEN RAISE EXCEPTION 'looks are never changed'; END IF;
        IF OLD.at_ms > (SELECT max(at_ms) FROM looks) - 94694400000 THEN
            RAISE EXCEPTION 'looks are kept three years';
        END IF;
        RETURN OLD;
    END $$
    """,
    """
    CREATE TRIGGER looks_stay BEFORE UPDATE OR DELETE ON looks FOR EACH ROW EXECUTE FUNCTION looks_stay()
    """,
    """
    CREATE TRIGGER looks_stay_whole BEFORE TRUNCATE ON looks FOR EACH STATEMENT EXECUTE FUNCTION looks_stay()
    """,
)


def upgrade() -> None:
    """An empty table: before it nobody wrote down who looked."""
    op.create_table(
        "looks",
        sa.Column("subject", Ordered, nullable=False),
        sa.Column("person", Ordered, nullable=False),
        sa.Column("opened", sa.String(16), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("subject", "person", "opened", "at_ms"),
        sqlite_with_rowid=False,
    )
    op.create_index("looks_by_time", "looks", ["at_ms"])
    sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in SQLITE_LOOKS_STAY if sqlite else POSTGRESQL_LOOKS_STAY:
        op.execute(statement)
