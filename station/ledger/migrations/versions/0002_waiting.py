"""0002: complaints that wait for an answer, and what the last sweep of the codes found.

Revision ID: 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

Ordered = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Empty tables; the program refolds when it sees that the rows are of another version."""
    op.create_table(
        "open_complaints",
        sa.Column("subject", Ordered, nullable=False),
        sa.Column("fact", Ordered, nullable=False),
        sa.PrimaryKeyConstraint("subject", "fact"),
    )
    op.create_table(
        "findings",
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("condition", sa.String(16), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("city", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("place"),
    )
