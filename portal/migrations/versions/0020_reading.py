"""How each person reads

Revision ID: 0020
Revises: 0019
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

ADDED = ("reading", "reading_own")


def upgrade() -> None:
    """Nobody chose any of it yet."""
    with op.batch_alter_table("account") as batch:
        for name in ADDED:
            batch.add_column(sa.Column(name, sa.Text(), nullable=False, server_default=""))
    with op.batch_alter_table("account") as batch:
        for name in ADDED:
            batch.alter_column(name, server_default=None)


def downgrade() -> None:
    """How everybody reads and listens, beside the mode, the colours and the language, is forgotten."""
    with op.batch_alter_table("account") as batch:
        for name in reversed(ADDED):
            batch.drop_column(name)
