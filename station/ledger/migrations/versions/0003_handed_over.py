"""0003: the day a card left the station, which the cost of a card is divided by.

Revision ID: 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """An empty column; the program refolds when it sees that the rows are of another version."""
    op.add_column("card_jobs", sa.Column("handed_on", sa.Date()))
    op.create_index("card_jobs_by_hand_over", "card_jobs", ["station", "handed_on"])
