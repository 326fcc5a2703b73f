"""Requests to correct a link, who ended one and why, what staff say against the DUI, what was withheld of a row"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from portal.core import db

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

STATES = ("pre_admission", "present", "left_readable", "left")


def _state(name: str, *, nullable: bool) -> sa.Column[str]:
    return sa.Column(name, sa.Enum(*STATES, name="dossierstate", native_enum=False, length=40), nullable=nullable)


def _key(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}"))


def upgrade() -> None:
    with op.batch_alter_table("relationship") as batch_op:
        batch_op.add_column(sa.Column("ended_by", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("ended_because", sa.Text(), nullable=False, server_default=""))
        batch_op.create_foreign_key(op.f("fk_relationship_ended_by"), "account", ["ended_by"], ["id"])
    op.create_table(
        "correction",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("dossier_id", sa.Uuid(), nullable=False),
        sa.Column("establishment_id", sa.Uuid(), nullable=False),
        sa.Column("relationship_id", sa.Uuid(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum("asked", "accepted", "refused", name="correctionstate", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("asked_at", db.Instant(timezone=True), nullable=False),
        sa.Column("answered_at", db.Instant(timezone=True), nullable=True),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(state = 'asked') = (answered_at IS NULL)", name=op.f("ck_correction_an_answer_has_its_date")
        ),
        _key("correction", "account_id", "account"),
        _key("correction", "dossier_id", "dossier"),
        _key("correction", "establishment_id", "establishment"),
        _key("correction", "relationship_id", "relationship"),
        _key("correction", "answered_by", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction")),
    )
    op.create_index(op.f("ix_correction_account_id"), "correction", ["account_id"])
    op.create_index(op.f("ix_correction_establishment_id_state"), "correction", ["establishment_id", "state"])
    op.create_table(
        "staff_word",
        sa.Column("dossier_id", sa.Uuid(), nullable=False),
        sa.Column("establishment_id", sa.Uuid(), nullable=False),
        _state("state", nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=True),
        sa.Column("because", sa.Text(), nullable=False),
        sa.Column("said_by", sa.Uuid(), nullable=False),
        sa.Column("said_at", db.Instant(timezone=True), nullable=False),
        _state("dui_state", nullable=True),
        sa.Column("dui_unit_id", sa.Uuid(), nullable=True),
        _key("staff_word", "dossier_id", "dossier"),
        _key("staff_word", "establishment_id", "establishment"),
        _key("staff_word", "unit_id", "unit"),
        _key("staff_word", "said_by", "account"),
        _key("staff_word", "dui_unit_id", "unit"),
        sa.PrimaryKeyConstraint("dossier_id", name=op.f("pk_staff_word")),
    )
    op.create_table(
        "withheld",
        sa.Column("dossier_id", sa.Uuid(), nullable=False),
        sa.Column("establishment_id", sa.Uuid(), nullable=False),
        sa.Column("table_name", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("held_until", db.Instant(timezone=True), nullable=True),
        sa.Column("private_to", sa.Uuid(), nullable=True),
        sa.Column("published_to", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        _key("withheld", "dossier_id", "dossier"),
        _key("withheld", "establishment_id", "establishment"),
        _key("withheld", "private_to", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_withheld")),
        sa.UniqueConstraint("dossier_id", "table_name", "key", name=op.f("uq_withheld_dossier_id_table_name_key")),
    )
    op.create_index(op.f("ix_withheld_establishment_id"), "withheld", ["establishment_id"])
