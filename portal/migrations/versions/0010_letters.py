"""Letters and invitations, each with its secret

Revision ID: 0010
Revises: 0009
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from portal.core import db

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

DATED = db.Instant(timezone=True)


def upgrade() -> None:
    op.create_table(
        "enrolment",
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("establishment_id", sa.Uuid(), nullable=False),
        sa.Column("issued_by", sa.Uuid(), nullable=True),
        sa.Column("issued_at", DATED, nullable=False),
        sa.Column("expires_at", DATED, nullable=False),
        sa.Column("handed", sa.Boolean(), nullable=False),
        sa.Column("replaces", sa.Boolean(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("redeemed_at", DATED, nullable=True),
        sa.Column("joined_to", sa.Uuid(), nullable=True),
        sa.Column("revoked_at", DATED, nullable=True),
        sa.Column("second_hash", sa.LargeBinary(length=32), nullable=True),
        sa.Column("second_until", DATED, nullable=True),
        sa.Column("second_by", sa.Uuid(), nullable=True),
        sa.Column("second_tries", sa.Integer(), nullable=False),
        sa.Column("confirmed_at", DATED, nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        *(
            sa.ForeignKeyConstraint([name], [f"{table}.id"], name=f"fk_enrolment_{name}")
            for name, table in (
                ("account_id", "account"),
                ("establishment_id", "establishment"),
                ("issued_by", "account"),
                ("joined_to", "account"),
                ("second_by", "account"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name="pk_enrolment"),
        sa.UniqueConstraint("number", name="uq_enrolment_number"),
    )
    op.create_index("ix_enrolment_account_id", "enrolment", ["account_id"])
    op.create_index("ix_enrolment_establishment_id", "enrolment", ["establishment_id"])


def downgrade() -> None:
    op.drop_table("enrolment")
