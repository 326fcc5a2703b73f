"""How each person is told, and addresses that do not answer

Revision ID: 0018
Revises: 0017
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from portal.core import db

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

DATED = db.Instant(timezone=True)
PACES = ("at_once", "daily", "weekly")


def upgrade() -> None:
    op.create_table(
        "alert_choice",
        *_of_account(unique=True),
        sa.Column("by_mail", sa.Boolean(), nullable=False),
        sa.Column("by_sms", sa.Boolean(), nullable=False),
        sa.Column("pace", sa.Enum(*PACES, name="pace", native_enum=False, length=40), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("hour", "weekday", "quiet_from", "quiet_to")),
    )
    op.create_table(
        "alert_phone",
        *_of_account(unique=True),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(32)),
        sa.Column("code_until", DATED),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("verified_at", DATED),
    )
    op.create_table(
        "push_device",
        *_of_account(unique=False),
        sa.Column("device_key", sa.LargeBinary(32), nullable=False),
        sa.Column("endpoint", sa.Text(), nullable=False, unique=True),
        sa.Column("p256dh", sa.Text(), nullable=False),
        sa.Column("auth", sa.Text(), nullable=False),
        sa.Column("created_at", DATED, nullable=False),
    )
    op.create_index("ix_push_device_account_id", "push_device", ["account_id"])
    op.create_table(
        "dead_address",
        *_of_account(unique=True),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("since", DATED, nullable=False),
    )


def _of_account(*, unique: bool) -> tuple[sa.Column[Any], sa.Column[Any]]:
    account = sa.Column("account_id", sa.Uuid(), sa.ForeignKey("account.id"), nullable=False, unique=unique or None)
    return sa.Column("id", sa.Uuid(), primary_key=True), account


def downgrade() -> None:
    for table in ("dead_address", "push_device", "alert_phone", "alert_choice"):
        op.drop_table(table)
