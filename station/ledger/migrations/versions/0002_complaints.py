"""0002: a projection of the complaints that wait for an answer.

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
    """An empty table; the program refolds when it sees that the rows are of another version."""
    op.create_table(
        "open_complaints",
        sa.Column("subject", Ordered, nullable=False),
        sa.Column("fact", Ordered, nullable=False),
        sa.PrimaryKeyConstraint("subject", "fact"),
    )
