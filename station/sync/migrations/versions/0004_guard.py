"""0004: which protocols the centre speaks stands in its database; on PostgreSQL numbers after a restore, and sizes.

Revision ID: 0004
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

CENTRAL = Path(__file__).resolve().parents[4] / "resources" / "central"


def upgrade() -> None:
    for name in ("protocol", "oldest_protocol"):
        op.add_column("centre", sa.Column(name, sa.Integer(), nullable=False, server_default="1"))
    if op.get_bind().dialect.name == "postgresql":
        driver: Any = op.get_bind().connection.driver_connection  # many statements at once, and % as it stands
        driver.execute((CENTRAL / "0004_guard.sql").read_text(encoding="utf-8"))
