"""Who somebody else says one is

Revision ID: 0012
Revises: 0011
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from portal.core import db

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

DATED = db.Instant(timezone=True)
OF_PROVIDER = {"provider": sa.Text, "provider_sid": sa.Text, "provider_hint": sa.LargeBinary}


def upgrade() -> None:
    with op.batch_alter_table("sign_in") as batch:
        for name, kind in OF_PROVIDER.items():
            batch.add_column(sa.Column(name, kind()))
    op.create_table(
        "federation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("vouched", sa.Boolean(), nullable=False),
        sa.Column("linked_at", DATED, nullable=False),
        sa.Column("used_at", DATED, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_federation"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_federation_account_id"),
        sa.UniqueConstraint("issuer", "subject", name="uq_federation_issuer_subject"),
    )
    op.create_index("ix_federation_account_id", "federation", ["account_id"])


def downgrade() -> None:
    op.drop_table("federation")
    with op.batch_alter_table("sign_in") as batch:
        for name in OF_PROVIDER:
            batch.drop_column(name)
