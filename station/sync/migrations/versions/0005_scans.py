"""0005: a fact that deletes a scan takes the picture with it at the centre, too.

Revision ID: 0005
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

CENTRAL = Path(__file__).resolve().parents[4] / "resources" / "central"


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        driver: Any = op.get_bind().connection.driver_connection  # many statements at once, and % as it stands
        driver.execute((CENTRAL / "0005_scans.sql").read_text(encoding="utf-8"))
