"""0006: what the clerk could not decide; facts given back are kept by giver; on PostgreSQL the door reads headers as
strictly as a station does.

Revision ID: 0006
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

CENTRAL = Path(__file__).resolve().parents[4] / "resources" / "central"


def upgrade() -> None:
    op.create_table(
        "undecided",
        sa.Column("city", sa.String(6), nullable=False),
        sa.Column("code", sa.String(8), nullable=False),
        sa.Column("station", sa.String(40), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("why", sa.String(40), nullable=False),
        sa.Column("seen_ms", sa.BigInteger(), nullable=False),
        sa.Column("tried_ms", sa.BigInteger(), nullable=False),
        sa.Column("settled_ms", sa.BigInteger()),
        sa.PrimaryKeyConstraint("city", "code", "station", "epoch", "seq"),
    )
    if op.get_bind().dialect.name == "postgresql":
        driver: Any = op.get_bind().connection.driver_connection  # many statements at once, and % as it stands
        driver.execute((CENTRAL / "0006_undecided.sql").read_text(encoding="utf-8"))
        return
    op.rename_table("returned", "returned_before")  # SQLite changes no primary key in place
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
        sa.PrimaryKeyConstraint("city", "hash", "given_by"),
    )
    op.execute("INSERT INTO returned SELECT * FROM returned_before")
    op.drop_table("returned_before")
