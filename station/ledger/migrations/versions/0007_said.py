"""0007: the ends of numbers say whose they are, and the index of companies what a search asks of their workers.

Revision ID: 0007
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

Ordered = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
Number = sa.Integer().with_variant(sa.BigInteger(), "postgresql")
ASKED = ["company", "sort_key", "name", "initials", "readings", "id_tail", "phone_tail", "permit_number"]


def upgrade() -> None:
    """A table without search keys; the program refolds when it sees that the rows are of another version."""
    op.drop_table("roll_terms")
    op.create_table(
        "roll_terms",
        sa.Column("kind", sa.String(1), nullable=False),
        sa.Column("term", Ordered, nullable=False),
        sa.Column("ref", Number, autoincrement=False, nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "term", "ref"),
        sqlite_with_rowid=False,
    )
    op.drop_index("roll_workers_of_company", "roll_workers")
    op.create_index("roll_workers_of_company", "roll_workers", ASKED)
