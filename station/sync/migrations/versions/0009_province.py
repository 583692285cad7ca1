"""0009: on PostgreSQL the province's own stations read the facts of every city; the tables stay.

Revision ID: 0009
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

CENTRAL = Path(__file__).resolve().parents[4] / "resources" / "central"


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        driver: Any = op.get_bind().connection.driver_connection  # many statements at once, and % as it stands
        driver.execute((CENTRAL / "0009_province.sql").read_text(encoding="utf-8"))
