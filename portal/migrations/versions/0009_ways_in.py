"""Ways in that an account has, and how often somebody tried

Revision ID: 0009
Revises: 0008
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from portal.core import db

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

DATED = db.Instant(timezone=True)


def upgrade() -> None:
    with op.batch_alter_table("sign_in") as batch:
        batch.add_column(sa.Column("device_key", sa.LargeBinary(32)))
    for name, columns in _OWN.items():
        op.create_table(
            name,
            sa.Column("id", sa.Uuid(), primary_key=True),
            sa.Column("account_id", sa.Uuid(), sa.ForeignKey("account.id"), nullable=False),
            *columns(),
        )
    op.create_index("ix_passkey_account_id", "passkey", ["account_id"])
    op.create_index("ix_second_step_expires_at", "second_step", ["expires_at"])
    op.create_table(
        "spent_challenge",
        sa.Column("hash", sa.LargeBinary(32), primary_key=True),
        sa.Column("until", DATED, nullable=False),
    )
    op.create_index("ix_spent_challenge_until", "spent_challenge", ["until"])
    op.create_table(
        "attempt",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("key", sa.LargeBinary(32), nullable=False),
        sa.Column("at", DATED, nullable=False),
    )
    op.create_index("ix_attempt_key_at", "attempt", ["key", "at"])
    op.create_index("ix_attempt_at", "attempt", ["at"])


def downgrade() -> None:
    for name in ("attempt", "spent_challenge", *_OWN):
        op.drop_table(name)
    with op.batch_alter_table("sign_in") as batch:
        batch.drop_column("device_key")


def _passkey() -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("credential_id", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("synced", sa.Boolean(), nullable=False),
        sa.Column("vouched", sa.Boolean(), nullable=False),
        sa.Column("created_at", DATED, nullable=False),
        sa.Column("used_at", DATED),
        sa.UniqueConstraint("credential_id", name="uq_passkey_credential_id"),
    ]


def _passphrase() -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("created_at", DATED, nullable=False),
        sa.UniqueConstraint("account_id", name="uq_passphrase_account_id"),
    ]


def _authenticator() -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        sa.Column("created_at", DATED, nullable=False),
        sa.UniqueConstraint("account_id", name="uq_authenticator_account_id"),
    ]


def _second_step() -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("token_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("by_app", sa.Boolean(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(32)),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("expires_at", DATED, nullable=False),
        sa.UniqueConstraint("token_hash", name="uq_second_step_token_hash"),
    ]


_OWN = {
    "passkey": _passkey,
    "passphrase": _passphrase,
    "authenticator": _authenticator,
    "second_step": _second_step,
}
