"""What families answer and announce

Revision ID: 0016
Revises: 0015
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from portal.core import db

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

DATED = db.Instant(timezone=True)
HIDDEN = ("", "patient", "representatives", "families")


def _word(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, length=40)


def _shared(table: str, *columns: sa.Column[object], unique: tuple[str, ...] = ()) -> None:
    """A table of rows about a person, each with the label that says who may see it."""
    op.create_table(
        table,
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("dossier_id", sa.Uuid(), sa.ForeignKey("dossier.id"), nullable=False),
        sa.Column("establishment_id", sa.Uuid(), sa.ForeignKey("establishment.id"), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("nature", sa.Text(), nullable=False),
        sa.Column("held_until", DATED),
        sa.Column("hidden_from", _word("hiddenfrom", *HIDDEN), nullable=False),
        sa.Column("private_to", sa.Uuid(), sa.ForeignKey("account.id")),
        sa.Column("published_to", sa.Integer(), nullable=False),
        *columns,
        *([sa.UniqueConstraint(*unique, name=f"uq_{table}_{unique[0]}")] if unique else []),
    )
    op.create_index(f"ix_{table}_dossier_id", table, ["dossier_id"])


def _account(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.Uuid(), sa.ForeignKey("account.id"), nullable=nullable)


def upgrade() -> None:
    _shared(
        "event_answer",
        sa.Column("event_id", sa.Uuid(), sa.ForeignKey("event.id", ondelete="CASCADE"), nullable=False),
        _account("said_by"),
        sa.Column("coming", _word("coming", "comes", "cannot"), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("other_moment", sa.Boolean(), nullable=False),
        sa.Column("for_start", DATED, nullable=False),
        sa.Column("said_at", DATED, nullable=False),
        unique=("event_id", "said_by"),
    )


def downgrade() -> None:
    op.drop_table("event_answer")
