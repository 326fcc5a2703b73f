"""What is kept of who works here

Revision ID: 0011
Revises: 0010
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from portal.core import db

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "assignment_review",
        sa.Column("relationship_id", sa.Uuid(), nullable=False),
        sa.Column("establishment_id", sa.Uuid(), nullable=False),
        sa.Column("said_by", sa.Uuid(), nullable=False),
        sa.Column("said_at", db.Instant(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        _key("relationship_id", "relationship"),
        _key("establishment_id", "establishment"),
        _key("said_by", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignment_review")),
    )
    for column in ("relationship_id", "establishment_id"):
        op.create_index(op.f(f"ix_assignment_review_{column}"), "assignment_review", [column])


def downgrade() -> None:
    op.drop_table("assignment_review")


def _key(column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_assignment_review_{column}"))
