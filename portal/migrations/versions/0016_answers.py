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
WHY = ("not_well", "appointment", "family", "transport", "other", "unsaid")
CALLS = ("waiting", "taken", "unreached", "done", "withdrawn")
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
    _shared(
        "absence",
        _account("announced_by"),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("back_at", DATED),
        sa.Column("why", _word("why", *WHY), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("form_key", sa.Uuid(), nullable=False),
        sa.Column("announced_at", DATED, nullable=False),
        sa.Column("withdrawn_at", DATED),
        sa.Column("seen_at", DATED),
        _account("seen_by", nullable=True),
        unique=("announced_by", "form_key"),
    )
    _shared(
        "callback",
        _account("asked_by"),
        sa.Column("to_whom", _word("towhom", "unit", "referent", "secretary", "nurse"), nullable=False),
        sa.Column("suits", _word("suits", "any", "morning", "midday", "afternoon", "evening"), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("form_key", sa.Uuid(), nullable=False),
        sa.Column("asked_at", DATED, nullable=False),
        sa.Column("state", _word("callstate", *CALLS), nullable=False),
        _account("handled_by", nullable=True),
        sa.Column("handled_at", DATED),
        unique=("asked_by", "form_key"),
    )


def downgrade() -> None:
    op.drop_table("callback")
    op.drop_table("absence")
    op.drop_table("event_answer")
