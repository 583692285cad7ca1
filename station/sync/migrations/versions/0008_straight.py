"""0008: on PostgreSQL a batch as our own programs write it is read at a quarter of the cost; the tables stay.

Revision ID: 0008
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

CENTRAL = Path(__file__).resolve().parents[4] / "resources" / "central"


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        driver: Any = op.get_bind().connection.driver_connection  # many statements at once, and % as it stands
        driver.execute((CENTRAL / "0008_straight.sql").read_text(encoding="utf-8"))
