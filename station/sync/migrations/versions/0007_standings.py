"""0007: what every permit of the province answers, without its person; since which life a station's key is its key.

Revision ID: 0007
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

CENTRAL = Path(__file__).resolve().parents[4] / "resources" / "central"


def upgrade() -> None:
    op.create_table(
        "standings",
        sa.Column("city", sa.String(6), nullable=False),
        sa.Column("number", sa.String(16), nullable=False),
        sa.Column("colours", sa.Text(), nullable=False),
        sa.Column("issue", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("city", "number"),
    )
    op.create_index("standings_by_number", "standings", ["number"])
    op.add_column("stations", sa.Column("key_since", sa.Integer(), nullable=False, server_default="1"))
    if op.get_bind().dialect.name == "postgresql":
        driver: Any = op.get_bind().connection.driver_connection  # many statements at once, and % as it stands
        driver.execute((CENTRAL / "0007_standings.sql").read_text(encoding="utf-8"))
