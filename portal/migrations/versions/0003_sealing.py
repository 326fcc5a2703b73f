"""Lines of the log say as what they were read and by which means; seals and heads; names and held lines"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from portal.core import db

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

PARENTS = ["parent", "delegate", "measure", "child_welfare"]
KINDS = ["self", *PARENTS, "relative", "trusted_person", "outside_doctor", "staff"]
POSTS = ["", "management", "administration", "care", "education", "social_work", "kitchen"]
MEANS = ["page", "paper", "phone", "read_aloud"]


def _word(words: list[str], name: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, length=40)


ADDED = (
    ("kind", _word(KINDS, "kind"), "staff"),
    ("post", _word(POSTS, "post"), ""),
    ("emergency", sa.Boolean(), sa.false()),
    ("means", _word(MEANS, "means"), "page"),
)
"""Column, type, and what lines already there say until the link they were read by is looked up."""

FAMILY = """
UPDATE access_log SET kind = (
    SELECT min(r.kind) FROM relationship AS r
    WHERE r.account_id = access_log.account_id AND r.dossier_id = access_log.dossier_id AND r.kind <> 'staff')
WHERE EXISTS (
    SELECT 1 FROM relationship AS r
    WHERE r.account_id = access_log.account_id AND r.dossier_id = access_log.dossier_id AND r.kind <> 'staff')
"""
STAFF = """
UPDATE access_log SET post = coalesce((
    SELECT min(r.post) FROM relationship AS r
    WHERE r.account_id = access_log.account_id AND r.establishment_id = access_log.establishment_id
    AND r.kind = 'staff'), '')
WHERE kind = 'staff'
"""


def upgrade() -> None:
    with op.batch_alter_table("access_log") as batch_op:
        for name, kind, known in ADDED:
            batch_op.add_column(sa.Column(name, kind, nullable=False, server_default=known))
        batch_op.add_column(sa.Column("to_relationship", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("told_at", db.Instant(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("seen_as", sa.Uuid(), nullable=True))
        batch_op.drop_index("ix_access_log_account_id_at")
        batch_op.create_index("ix_access_log_establishment_id_at", ["establishment_id", "at"])
    op.execute(FAMILY)
    op.execute(STAFF)
    with op.batch_alter_table("access_log") as batch_op:
        for name, kind, _known in ADDED:
            batch_op.alter_column(name, existing_type=kind, server_default=None)
    _seals()
    _decisions()


def _seals() -> None:
    op.create_table(
        "access_head",
        sa.Column("establishment_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("length", sa.Integer(), nullable=False),
        sa.Column("last", sa.LargeBinary(length=32), nullable=False),
        sa.Column("until", db.Instant(timezone=True), nullable=False),
        sa.Column("purged", sa.Boolean(), nullable=False),
        sa.Column("written_at", db.Instant(timezone=True), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("establishment_id", "number", name=op.f("pk_access_head")),
    )
    op.create_table(
        "access_seal",
        sa.Column("establishment_id", sa.Uuid(), nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("establishment_id", "month", "position", name=op.f("pk_access_seal")),
        sa.UniqueConstraint("entry_id", name=op.f("uq_access_seal_entry_id")),
    )


def _decisions() -> None:
    op.create_table(
        "log_naming",
        sa.Column("establishment_id", sa.Uuid(), nullable=False),
        sa.Column("named", sa.Boolean(), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=False),
        sa.Column("decided_at", db.Instant(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["decided_by"], ["account.id"], name=op.f("fk_log_naming_decided_by")),
        sa.ForeignKeyConstraint(
            ["establishment_id"], ["establishment.id"], name=op.f("fk_log_naming_establishment_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log_naming")),
    )
    op.create_index("ix_log_naming_establishment_id_decided_at", "log_naming", ["establishment_id", "decided_at"])
    op.create_table(
        "log_release",
        sa.Column("dossier_id", sa.Uuid(), nullable=False),
        sa.Column("establishment_id", sa.Uuid(), nullable=False),
        sa.Column("until", db.Instant(timezone=True), nullable=False),
        sa.Column("released_by", sa.Uuid(), nullable=False),
        sa.Column("released_at", db.Instant(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_log_release_dossier_id")),
        sa.ForeignKeyConstraint(
            ["establishment_id"], ["establishment.id"], name=op.f("fk_log_release_establishment_id")
        ),
        sa.ForeignKeyConstraint(["released_by"], ["account.id"], name=op.f("fk_log_release_released_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log_release")),
    )
    op.create_index("ix_log_release_dossier_id", "log_release", ["dossier_id"])
