"""Spaces opened beside somebody, and who helped in each line of the log

Revision ID: 0013
Revises: 0012
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from portal.core import db

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

DATED = db.Instant(timezone=True)


def upgrade() -> None:
    op.create_table(
        "picture_code",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("account_id", sa.Uuid(), sa.ForeignKey("account.id"), nullable=False),
        sa.Column("mark", sa.LargeBinary(32), nullable=False),
        sa.Column("set_by", sa.Uuid(), sa.ForeignKey("account.id")),
        sa.Column("created_at", DATED, nullable=False),
        sa.UniqueConstraint("account_id", name="uq_picture_code_account_id"),
    )
    op.create_table(
        "handover",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("token_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("helper_id", sa.Uuid(), sa.ForeignKey("account.id"), nullable=False),
        sa.Column("account_id", sa.Uuid(), sa.ForeignKey("account.id"), nullable=False),
        sa.Column("dossier_id", sa.Uuid(), sa.ForeignKey("dossier.id"), nullable=False),
        sa.Column("choosing", sa.Boolean(), nullable=False),
        sa.Column("expires_at", DATED, nullable=False),
        sa.Column("served_at", DATED),
        sa.UniqueConstraint("token_hash", name="uq_handover_token_hash"),
    )
    op.add_column("access_log", sa.Column("helper_id", sa.Uuid()))


def downgrade() -> None:
    with op.batch_alter_table("access_log") as batch:
        batch.drop_column("helper_id")
    op.drop_table("handover")
    op.drop_table("picture_code")
