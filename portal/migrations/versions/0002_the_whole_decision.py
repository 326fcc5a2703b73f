"""Perimeters by version, agreements, restrictions, publication; every action laid out in reach"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from portal.core import db

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

SHARED = ("contact", "event", "identity", "kept", "notice", "presence", "referent", "relative", "stay", "transport")
REACH = (
    ("sees_mine", sa.Boolean()),
    ("sees_place", sa.Boolean()),
    ("published_to", sa.Integer()),
    ("may", sa.Integer()),
)


def upgrade() -> None:
    op.create_table(
        "perimeter",
        sa.Column("establishment_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("starts_at", db.Instant(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("because", sa.Text(), nullable=False),
        sa.Column("created_at", db.Instant(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["decided_by"], ["account.id"], name=op.f("fk_perimeter_decided_by")),
        sa.ForeignKeyConstraint(["establishment_id"], ["establishment.id"], name=op.f("fk_perimeter_establishment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_perimeter")),
        sa.UniqueConstraint("establishment_id", "starts_at", name=op.f("uq_perimeter_establishment_id_starts_at")),
        sa.UniqueConstraint("establishment_id", "version", name=op.f("uq_perimeter_establishment_id_version")),
    )
    op.create_table(
        "restriction",
        sa.Column("dossier_id", sa.Uuid(), nullable=False),
        sa.Column("establishment_id", sa.Uuid(), nullable=False),
        sa.Column(
            "source",
            sa.Enum("court_order", "contact_ban", "freeze", "opposition", name="source", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column(
            "against",
            sa.Enum("one", "representatives", "families", "everybody", name="against", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("perimeter_rows", sa.Text(), nullable=False),
        sa.Column("starts_at", db.Instant(timezone=True), nullable=False),
        sa.Column("ends_at", db.Instant(timezone=True), nullable=True),
        sa.Column("proof", sa.Text(), nullable=False),
        sa.Column("set_by", sa.Uuid(), nullable=True),
        sa.Column("lift_asked_by", sa.Uuid(), nullable=True),
        sa.Column("lift_proof", sa.Text(), nullable=False),
        sa.Column("lifted_by", sa.Uuid(), nullable=True),
        sa.Column("lifted_at", db.Instant(timezone=True), nullable=True),
        sa.Column("created_at", db.Instant(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(against = 'one') = (account_id IS NOT NULL)", name=op.f("ck_restriction_one_names_an_account")
        ),
        sa.CheckConstraint("ends_at IS NULL OR ends_at > starts_at", name=op.f("ck_restriction_ends_after_it_starts")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_restriction_account_id")),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_restriction_dossier_id")),
        sa.ForeignKeyConstraint(
            ["establishment_id"], ["establishment.id"], name=op.f("fk_restriction_establishment_id")
        ),
        sa.ForeignKeyConstraint(["lift_asked_by"], ["account.id"], name=op.f("fk_restriction_lift_asked_by")),
        sa.ForeignKeyConstraint(["lifted_by"], ["account.id"], name=op.f("fk_restriction_lifted_by")),
        sa.ForeignKeyConstraint(["set_by"], ["account.id"], name=op.f("fk_restriction_set_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_restriction")),
    )
    with op.batch_alter_table("restriction", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_restriction_dossier_id"), ["dossier_id"], unique=False)

    op.create_table(
        "agreement",
        sa.Column("dossier_id", sa.Uuid(), nullable=False),
        sa.Column("establishment_id", sa.Uuid(), nullable=False),
        sa.Column("relationship_id", sa.Uuid(), nullable=False),
        sa.Column(
            "category",
            sa.Enum(
                "identity",
                "household",
                "planning",
                "appointments",
                "menus",
                "diet",
                "protocol",
                "treatment",
                "seizures",
                "plan",
                "wishes",
                "documents",
                "intimate_care",
                name="category",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("nature", sa.Text(), nullable=False),
        sa.Column("receipt", sa.Uuid(), nullable=False),
        sa.Column("given_by", sa.Uuid(), nullable=False),
        sa.Column("capacity", sa.Text(), nullable=False),
        sa.Column("starts_at", db.Instant(timezone=True), nullable=False),
        sa.Column("ends_at", db.Instant(timezone=True), nullable=True),
        sa.Column("withdrawn_at", db.Instant(timezone=True), nullable=True),
        sa.Column("withdrawn_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", db.Instant(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("ends_at IS NULL OR ends_at > starts_at", name=op.f("ck_agreement_ends_after_it_starts")),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_agreement_dossier_id")),
        sa.ForeignKeyConstraint(["establishment_id"], ["establishment.id"], name=op.f("fk_agreement_establishment_id")),
        sa.ForeignKeyConstraint(["given_by"], ["account.id"], name=op.f("fk_agreement_given_by")),
        sa.ForeignKeyConstraint(["relationship_id"], ["relationship.id"], name=op.f("fk_agreement_relationship_id")),
        sa.ForeignKeyConstraint(["withdrawn_by"], ["account.id"], name=op.f("fk_agreement_withdrawn_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement")),
    )
    with op.batch_alter_table("agreement", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_agreement_dossier_id"), ["dossier_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_agreement_relationship_id"), ["relationship_id"], unique=False)

    for table in SHARED:
        with op.batch_alter_table(table) as batch_op:
            batch_op.add_column(sa.Column("published_to", sa.Integer(), nullable=False, server_default="0"))
    with op.batch_alter_table("relationship") as batch_op:
        batch_op.add_column(sa.Column("emergency", sa.Text(), nullable=False, server_default=""))
    op.drop_table("opening")  # no door of the portal ever wrote one
    op.create_table(
        "opening",
        sa.Column("perimeter_id", sa.Uuid(), nullable=False),
        sa.Column("perimeter_column", sa.Text(), nullable=False),
        sa.Column(
            "category",
            sa.Enum(
                "identity",
                "household",
                "planning",
                "appointments",
                "menus",
                "diet",
                "protocol",
                "treatment",
                "seizures",
                "plan",
                "wishes",
                "documents",
                "intimate_care",
                name="category",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("nature", sa.Text(), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["perimeter_id"], ["perimeter.id"], name=op.f("fk_opening_perimeter_id")),
        sa.PrimaryKeyConstraint("perimeter_id", "perimeter_column", "category", "nature", name=op.f("pk_opening")),
    )
    op.execute("DELETE FROM reach")  # ``portal db upgrade`` lays every answer out again
    with op.batch_alter_table("reach") as batch_op:
        for name, kind in REACH:
            batch_op.add_column(sa.Column(name, kind, nullable=False))
