"""Families accompanied by staff: mandates, and with whose help something was done

Revision ID: 0014
Revises: 0013
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from portal.core import db

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

DATED = db.Instant(timezone=True)
PAPERS = ("form", "letter", "deed")
HELPED = {"agreement": ("helper_id", "withdrawn_with"), "act_answer": ("helper_id",), "voice": ("helper_id",)}
HELPED |= {"correction": ("helper_id",)}
SITS = {"helped_on": "dossier", "mandate_id": "mandate"}


def upgrade() -> None:
    op.create_table(
        "mandate",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), sa.ForeignKey("account.id"), nullable=False),
        sa.Column("dossier_id", sa.Uuid(), sa.ForeignKey("dossier.id"), nullable=False),
        sa.Column("establishment_id", sa.Uuid(), sa.ForeignKey("establishment.id"), nullable=False),
        sa.Column("themes", sa.Text(), nullable=False),
        sa.Column("starts_at", DATED, nullable=False),
        sa.Column("ends_at", DATED, nullable=False),
        sa.Column("paper", sa.Enum(*PAPERS, name="paper", native_enum=False, length=40), nullable=False),
        sa.Column("paper_on", sa.Date(), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), sa.ForeignKey("account.id"), nullable=False),
        sa.Column("recorded_at", DATED, nullable=False),
        sa.Column("withdrawn_at", DATED),
        sa.Column("withdrawn_by", sa.Uuid(), sa.ForeignKey("account.id")),
        sa.Column("withdrawn_with", sa.Uuid(), sa.ForeignKey("account.id")),
        sa.PrimaryKeyConstraint("id", name="pk_mandate"),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_mandate_ends_after_it_starts")),
    )
    op.create_index("ix_mandate_dossier_id", "mandate", ["dossier_id"])
    op.create_index("ix_mandate_account_id", "mandate", ["account_id"])
    for table, names in HELPED.items():
        with op.batch_alter_table(table) as batch:
            for name in names:
                batch.add_column(sa.Column(name, sa.Uuid()))
                batch.create_foreign_key(f"fk_{table}_{name}", "account", [name], ["id"])
    with op.batch_alter_table("sign_in") as batch:
        for name, to in SITS.items():
            batch.add_column(sa.Column(name, sa.Uuid()))
            batch.create_foreign_key(f"fk_sign_in_{name}", to, [name], ["id"])
    with op.batch_alter_table("handover") as batch:
        batch.alter_column("account_id", existing_type=sa.Uuid(), nullable=True)


def downgrade() -> None:
    """Sessions opened by a mandate, and devices given over to a family, are nobody's to read any more."""
    op.execute("DELETE FROM handover")
    op.execute("DELETE FROM sign_in WHERE mandate_id IS NOT NULL OR method = 'mandate'")
    with op.batch_alter_table("handover") as batch:
        batch.alter_column("account_id", existing_type=sa.Uuid(), nullable=False)
    with op.batch_alter_table("sign_in") as batch:
        for name in SITS:
            batch.drop_constraint(f"fk_sign_in_{name}", type_="foreignkey")
            batch.drop_column(name)
    for table, names in HELPED.items():
        with op.batch_alter_table(table) as batch:
            for name in names:
                batch.drop_constraint(f"fk_{table}_{name}", type_="foreignkey")
                batch.drop_column(name)
    op.drop_table("mandate")
