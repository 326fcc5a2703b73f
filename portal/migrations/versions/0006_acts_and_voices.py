"""Acts asked of those who decide, their answers, and the young person's own word on agreements"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from portal.core import db

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

ACTS = (
    "outing",
    "transport",
    "activity",
    "usual_care",
    "share_planning",
    "surgery",
    "orientation",
    "travel_abroad",
    "religion",
    "image",
)
PLACE = {"dossier_id": "dossier", "establishment_id": "establishment"}


def _said() -> sa.Enum:
    return sa.Enum("", "yes", "no", "unsure", name="said", native_enum=False, length=40)


def _kept(table: str, *columns: sa.Column[object], keys: dict[str, str]) -> None:
    """A table of rows on one dossier."""
    refers = PLACE | keys
    op.create_table(
        table,
        sa.Column("id", sa.Uuid(), nullable=False),
        *(sa.Column(name, sa.Uuid(), nullable=False) for name in refers),
        *columns,
        *(
            sa.ForeignKeyConstraint([name], [f"{to}.id"], name=op.f(f"fk_{table}_{name}"))
            for name, to in refers.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    op.create_index(f"ix_{table}_dossier_id", table, ["dossier_id"])


def upgrade() -> None:
    _kept(
        "act_request",
        sa.Column("act", sa.Enum(*ACTS, name="act", native_enum=False, length=40), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("can_say", sa.Boolean(), nullable=False),
        sa.Column("asked_at", db.Instant(timezone=True), nullable=False),
        sa.Column("closed_at", db.Instant(timezone=True), nullable=True),
        keys={"asked_by": "account"},
    )
    _kept(
        "act_answer",
        sa.Column("capacity", sa.Text(), nullable=False),
        sa.Column("said", _said(), nullable=False),
        sa.Column("said_at", db.Instant(timezone=True), nullable=False),
        sa.Column("ended_at", db.Instant(timezone=True), nullable=True),
        keys={"request_id": "act_request", "account_id": "account"},
    )
    op.create_index("ix_act_answer_request_id", "act_answer", ["request_id"])
    _kept(
        "voice",
        sa.Column("receipt", sa.Uuid(), nullable=False),
        sa.Column("said", _said(), nullable=False),
        sa.Column("said_at", db.Instant(timezone=True), nullable=False),
        keys={"account_id": "account"},
    )
