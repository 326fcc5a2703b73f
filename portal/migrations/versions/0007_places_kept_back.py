"""Find the few answers that keep places back without reading the others.

Revision ID: 0007
Revises: 0006
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

FEW = sa.text("NOT sees_place")


def upgrade() -> None:
    op.create_index("ix_reach_kept_back", "reach", ["account_id"], postgresql_where=FEW, sqlite_where=FEW)


def downgrade() -> None:
    op.drop_index("ix_reach_kept_back", "reach")
