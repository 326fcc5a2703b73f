"""Closures and messages of the day; when the hour of an event changed

Revision ID: 0017
Revises: 0016
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from portal.core import db

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

KINDS = ("closure", "school_holidays", "message")
DATED = db.Instant(timezone=True)


def upgrade() -> None:
    op.create_table(
        "bulletin",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("establishment_id", sa.Uuid(), sa.ForeignKey("establishment.id"), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), sa.ForeignKey("unit.id")),
        sa.Column("kind", sa.Enum(*KINDS, name="kind", native_enum=False, length=40), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("easy_text", sa.Text(), nullable=False),
        sa.Column("published_by", sa.Uuid(), sa.ForeignKey("account.id"), nullable=False),
        sa.Column("published_at", DATED, nullable=False),
        sa.Column("withdrawn_at", DATED),
    )
    op.create_index("ix_bulletin_establishment_id_last_day", "bulletin", ["establishment_id", "last_day"])
    op.add_column("event", sa.Column("moved_at", DATED))


def downgrade() -> None:
    with op.batch_alter_table("event") as batch:
        batch.drop_column("moved_at")
    op.drop_table("bulletin")
