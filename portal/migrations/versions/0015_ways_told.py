"""A young person's own tablet

Revision ID: 0015
Revises: 0014
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from portal.core import db

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


DATED = db.Instant(timezone=True)


def upgrade() -> None:
    op.create_table(
        "tablet_code",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("code_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(32)),
        sa.Column("account_id", sa.Uuid(), sa.ForeignKey("account.id"), nullable=False),
        sa.Column("dossier_id", sa.Uuid(), sa.ForeignKey("dossier.id"), nullable=False),
        sa.Column("referent_id", sa.Uuid(), sa.ForeignKey("account.id"), nullable=False),
        sa.Column("expires_at", DATED, nullable=False),
        sa.Column("served_at", DATED),
        sa.UniqueConstraint("code_hash", name="uq_tablet_code_code_hash"),
        sa.UniqueConstraint("token_hash", name="uq_tablet_code_token_hash"),
    )
    with op.batch_alter_table("passkey") as batch:
        batch.add_column(sa.Column("enrolled_by", sa.Uuid()))
        batch.create_foreign_key("fk_passkey_enrolled_by", "account", ["enrolled_by"], ["id"])


def downgrade() -> None:
    """Tablets that a referent made keys are keys of their owners, as those of before."""
    with op.batch_alter_table("passkey") as batch:
        batch.drop_constraint("fk_passkey_enrolled_by", type_="foreignkey")
        batch.drop_column("enrolled_by")
    op.drop_table("tablet_code")
