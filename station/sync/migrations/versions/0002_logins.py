"""0002: a login of its own for every station, facts given back for the clerk to look at; on PostgreSQL the rights.

Revision ID: 0002
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

Ordered = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
CENTRAL = Path(__file__).resolve().parents[4] / "resources" / "central"


def upgrade() -> None:
    op.add_column("stations", sa.Column("login", sa.Text()))
    op.create_index("stations_by_login", "stations", ["login"], unique=True)
    op.create_table(
        "returned",
        sa.Column("city", sa.String(6), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("station", sa.String(40), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("signature", sa.LargeBinary()),
        sa.Column("given_by", sa.String(40), nullable=False),
        sa.Column("verdict", sa.String(16), nullable=False),
        sa.PrimaryKeyConstraint("city", "hash"),
    )
    if op.get_bind().dialect.name == "postgresql":
        driver: Any = op.get_bind().connection.driver_connection  # many statements at once, and % as it stands
        for name in ("0002_rights.sql", "0002_doors.sql"):
            driver.execute((CENTRAL / name).read_text(encoding="utf-8"))
