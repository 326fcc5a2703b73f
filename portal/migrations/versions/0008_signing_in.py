"""By what and on which device somebody signed in, and whether staff know who they are

Sessions that stand are ended: nobody knows by what they were opened.

Revision ID: 0008
Revises: 0007
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from portal.core import db

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

DATED = db.Instant(timezone=True)
METHODS = ("passkey", "passphrase", "letter", "federated", "opened", "demo")


def upgrade() -> None:
    op.execute("DELETE FROM sign_in")
    with op.batch_alter_table("sign_in") as batch:
        batch.add_column(
            sa.Column("method", sa.Enum(*METHODS, name="method", native_enum=False, length=40), nullable=False)
        )
        batch.add_column(sa.Column("device", sa.Text(), nullable=False))
        batch.add_column(sa.Column("helper_id", sa.Uuid()))
        batch.add_column(sa.Column("proved_at", DATED, nullable=False))
        batch.create_foreign_key("fk_sign_in_helper_id", "account", ["helper_id"], ["id"])
    with op.batch_alter_table("account") as batch:
        batch.add_column(sa.Column("identity_checked_at", DATED))
        batch.add_column(sa.Column("identity_checked_by", sa.Uuid()))
        batch.create_foreign_key("fk_account_identity_checked_by", "account", ["identity_checked_by"], ["id"])


def downgrade() -> None:
    with op.batch_alter_table("account") as batch:
        batch.drop_constraint("fk_account_identity_checked_by", type_="foreignkey")
        batch.drop_column("identity_checked_by")
        batch.drop_column("identity_checked_at")
    with op.batch_alter_table("sign_in") as batch:
        batch.drop_constraint("fk_sign_in_helper_id", type_="foreignkey")
        for name in ("proved_at", "helper_id", "device", "method"):
            batch.drop_column(name)
