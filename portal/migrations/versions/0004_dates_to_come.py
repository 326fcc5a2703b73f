"""Since when somebody stands where they do, and when they left; Creton decisions; what was told of dates to come"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from portal.core import db

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

LEFT = "state IN ('left_readable', 'left')"
STAYS = """
UPDATE dossier SET left_at = (SELECT max(s.ends_at) FROM stay AS s WHERE s.dossier_id = dossier.id)
WHERE state IN ('left_readable', 'left')
"""
"""Of those who had left already, the end of their last stay; without one, the day of this migration."""


def upgrade() -> None:
    now = sa.text("CURRENT_TIMESTAMP")
    with op.batch_alter_table("dossier") as batch_op:
        batch_op.add_column(sa.Column("state_since", db.Instant(timezone=True), nullable=False, server_default=now))
        batch_op.add_column(sa.Column("left_at", db.Instant(timezone=True), nullable=True))
    with op.batch_alter_table("dossier") as batch_op:
        batch_op.alter_column("state_since", existing_type=db.Instant(timezone=True), server_default=None)
    op.execute(STAYS)
    op.execute(f"UPDATE dossier SET left_at = state_since WHERE left_at IS NULL AND {LEFT}")  # noqa: S608 - our words
    _creton()
    _told()


def _shared() -> list[sa.Column[object]]:
    hidden = sa.Enum("", "patient", "representatives", "families", name="hiddenfrom", native_enum=False, length=40)
    return [
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dossier_id", sa.Uuid(), nullable=False),
        sa.Column("establishment_id", sa.Uuid(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("nature", sa.Text(), nullable=False),
        sa.Column("held_until", db.Instant(timezone=True), nullable=True),
        sa.Column("hidden_from", hidden, nullable=False),
        sa.Column("private_to", sa.Uuid(), nullable=True),
        sa.Column("published_to", sa.Integer(), nullable=False),
    ]


def _keys(table: str, accounts: tuple[str, ...]) -> list[sa.ForeignKeyConstraint]:
    columns = {"dossier_id": "dossier.id", "establishment_id": "establishment.id"}
    columns |= dict.fromkeys(accounts, "account.id")
    return [sa.ForeignKeyConstraint([name], [to], name=op.f(f"fk_{table}_{name}")) for name, to in columns.items()]


def _creton() -> None:
    op.create_table(
        "creton_decision",
        *_shared(),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("proof", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", db.Instant(timezone=True), nullable=False),
        sa.Column("cancelled_by", sa.Uuid(), nullable=True),
        sa.Column("cancelled_at", db.Instant(timezone=True), nullable=True),
        sa.CheckConstraint("ends_on > decided_on", name=op.f("ck_creton_decision_ends_after_it_is_decided")),
        *_keys("creton_decision", ("private_to", "recorded_by", "cancelled_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_creton_decision")),
    )
    op.create_index("ix_creton_decision_dossier_id", "creton_decision", ["dossier_id"])


def _told() -> None:
    topic = sa.Enum("majority", "creton", "agreement", name="topic", native_enum=False, length=40)
    thing = sa.Enum("link", "agreement", "restriction", name="thing", native_enum=False, length=40)
    op.create_table(
        "reminder",
        *_shared(),
        sa.Column("topic", topic, nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("told_at", db.Instant(timezone=True), nullable=False),
        *_keys("reminder", ("private_to",)),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder")),
        sa.UniqueConstraint(
            "private_to",
            "topic",
            "subject_id",
            "step",
            "day",
            name=op.f("uq_reminder_private_to_topic_subject_id_step_day"),
        ),
    )
    op.create_index("ix_reminder_dossier_id", "reminder", ["dossier_id"])
    op.create_table(
        "warned_end",
        sa.Column("thing", thing, nullable=False),
        sa.Column("thing_id", sa.Uuid(), nullable=False),
        sa.Column("ends_at", db.Instant(timezone=True), nullable=False),
        sa.Column("establishment_id", sa.Uuid(), nullable=False),
        sa.Column("dossier_id", sa.Uuid(), nullable=True),
        sa.Column("warned_at", db.Instant(timezone=True), nullable=False),
        *_keys("warned_end", ()),
        sa.PrimaryKeyConstraint("thing", "thing_id", "ends_at", name=op.f("pk_warned_end")),
    )
    op.create_index("ix_warned_end_dossier_id", "warned_end", ["dossier_id"])
