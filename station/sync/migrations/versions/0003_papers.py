"""0003: what the province publishes, and who holds a live permit anywhere in it.

Revision ID: 0003
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

Ordered = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
CENTRAL = Path(__file__).resolve().parents[4] / "resources" / "central"


def upgrade() -> None:
    op.create_table(
        "papers",
        sa.Column("name", Ordered, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("made_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "holders",
        sa.Column("blind", sa.LargeBinary(), nullable=False),
        sa.Column("city", sa.String(6), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("number", sa.String(16), nullable=False),
        sa.PrimaryKeyConstraint("blind"),
    )
    acted = sa.text("kind = 'permit.acted'")
    op.create_index("facts_permit_acted", "facts", ["city", "number"], sqlite_where=acted, postgresql_where=acted)
    if op.get_bind().dialect.name == "postgresql":
        driver: Any = op.get_bind().connection.driver_connection  # many statements at once, and % as it stands
        driver.execute((CENTRAL / "0003_papers.sql").read_text(encoding="utf-8"))
