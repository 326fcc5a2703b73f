"""Calendars of families, what staff prepare for a rendez-vous, with whose help families answered

Revision ID: 0021
Revises: 0020
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from portal.core import db

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

DATED = db.Instant(timezone=True)
HIDDEN = ("", "patient", "representatives", "families")
ANSWERED = ("event_answer", "absence", "callback")


def _word(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, length=40)


def upgrade() -> None:
    op.create_table(
        "calendar_feed",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("account_id", sa.Uuid(), sa.ForeignKey("account.id"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("made_at", DATED, nullable=False),
        sa.Column("expires_at", DATED, nullable=False),
        sa.Column("used_at", DATED),
        sa.Column("revoked_at", DATED),
        sa.UniqueConstraint("token_hash", name="uq_calendar_feed_token_hash"),
    )
    op.create_index("ix_calendar_feed_account_id", "calendar_feed", ["account_id"])
    op.create_table(
        "preparation",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("dossier_id", sa.Uuid(), sa.ForeignKey("dossier.id"), nullable=False),
        sa.Column("establishment_id", sa.Uuid(), sa.ForeignKey("establishment.id"), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("nature", sa.Text(), nullable=False),
        sa.Column("held_until", DATED),
        sa.Column("hidden_from", _word("hiddenfrom", *HIDDEN), nullable=False),
        sa.Column("private_to", sa.Uuid(), sa.ForeignKey("account.id")),
        sa.Column("published_to", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Uuid(), sa.ForeignKey("event.id", ondelete="CASCADE"), nullable=False),
        sa.Column("part", _word("part", "questions", "documents"), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("written_by", sa.Uuid(), sa.ForeignKey("account.id"), nullable=False),
        sa.Column("written_at", DATED, nullable=False),
        sa.UniqueConstraint("event_id", "part", name="uq_preparation_event_id_part"),
    )
    op.create_index("ix_preparation_dossier_id", "preparation", ["dossier_id"])
    for table in ANSWERED:
        with op.batch_alter_table(table) as batch:
            batch.add_column(sa.Column("helper_id", sa.Uuid()))
            batch.create_foreign_key(f"fk_{table}_helper_id", "account", ["helper_id"], ["id"])


def downgrade() -> None:
    for table in ANSWERED:
        with op.batch_alter_table(table) as batch:
            batch.drop_constraint(f"fk_{table}_helper_id", type_="foreignkey")
            batch.drop_column("helper_id")
    op.drop_table("preparation")
    op.drop_table("calendar_feed")
