"""0004: the colours to come of each worker, and since when each permit is fresh.

Revision ID: 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Empty columns; the program refolds when it sees that the rows are of another version."""
    op.add_column("roll_workers", sa.Column("colours", sa.Text(), nullable=False, server_default=""))
    with op.batch_alter_table("roll_workers") as table:
        table.alter_column("colours", server_default=None)  # from here on the fold writes it, or nobody
    op.add_column("roll_permits", sa.Column("fresh_since", sa.Date(), nullable=True))
    op.create_index("roll_permits_by_freshness", "roll_permits", ["fresh_since"])
