"""0006: changes that a company reported and that wait for their paper.

Revision ID: 0006
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

Ordered = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """An empty table; the program refolds when it sees that the rows are of another version."""
    op.create_table(
        "open_reports",
        sa.Column("subject", Ordered, nullable=False),
        sa.Column("fact", Ordered, nullable=False),
        sa.PrimaryKeyConstraint("subject", "fact"),
    )
