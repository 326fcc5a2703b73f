"""Paper on equal terms

Revision ID: 0019
Revises: 0018
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from portal.core import db

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

DATED = db.Instant(timezone=True)
HIDDEN = ("", "patient", "representatives", "families")
HANDING = ("handed", "posted")
ANSWERED = {
    "event_answer": ("event_id", "said_by"),
    "absence": ("announced_by", "form_key"),
    "callback": ("asked_by", "form_key"),
}
"""What families answer, and what each answer is one of: 0016 named that after its first column alone."""


def _word(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, length=40)


def _account(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.Uuid(), sa.ForeignKey("account.id"), nullable=nullable)


def _shared(table: str, *columns: sa.Column[object], unique: tuple[str, ...] = (), index: tuple[str, ...] = ()) -> None:
    """A table of rows about a person, each with the label that says who may see it."""
    op.create_table(
        table,
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("dossier_id", sa.Uuid(), sa.ForeignKey("dossier.id"), nullable=False),
        sa.Column("establishment_id", sa.Uuid(), sa.ForeignKey("establishment.id"), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("nature", sa.Text(), nullable=False),
        sa.Column("held_until", DATED),
        sa.Column("hidden_from", _word("hiddenfrom", *HIDDEN), nullable=False),
        sa.Column("private_to", sa.Uuid(), sa.ForeignKey("account.id")),
        sa.Column("published_to", sa.Integer(), nullable=False),
        _account("reader_id"),
        *columns,
        *([sa.UniqueConstraint(*unique, name=f"uq_{table}_{'_'.join(unique)}")] if unique else []),
    )
    if index:
        op.create_index(f"ix_{table}_{'_'.join(index)}", table, list(index))


def upgrade() -> None:
    _shared(
        "on_paper",
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("menus", sa.Boolean(), nullable=False),
        sa.Column("handing", _word("handing", *HANDING), nullable=False),
        _account("said_by"),
        sa.Column("said_at", DATED, nullable=False),
        sa.Column("ended_at", DATED),
        unique=("dossier_id", "reader_id"),
    )
    _shared(
        "printed_sheet",
        sa.Column("monday", sa.Date(), nullable=False),
        sa.Column("said", sa.JSON(), nullable=False),
        _account("printed_by"),
        sa.Column("printed_at", DATED, nullable=False),
        sa.Column("changed_at", DATED),
        sa.Column("handed_at", DATED),
        _account("handed_by", nullable=True),
        sa.Column("handing", _word("handing", *HANDING)),
        index=("dossier_id", "monday"),
    )
    _shared(
        "coupon",
        sa.Column("about", _word("about", "event", "absence", "call"), nullable=False),
        sa.Column("event_id", sa.Uuid(), sa.ForeignKey("event.id", ondelete="CASCADE")),
        sa.Column("for_start", DATED),
        sa.Column("code_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("printed_at", DATED, nullable=False),
        sa.Column("expires_at", DATED, nullable=False),
        sa.Column("used_at", DATED),
        _account("used_by", nullable=True),
        unique=("code_hash",),
        index=("dossier_id",),
    )
    _shared(
        "contact_made",
        sa.Column("channel", _word("channel", "phone", "meeting"), nullable=False),
        sa.Column("outcome", _word("outcome", "reached", "no_answer", "message"), nullable=False),
        sa.Column("at", DATED, nullable=False),
        _account("noted_by"),
        index=("dossier_id",),
    )
    for table, unique in ANSWERED.items():
        with op.batch_alter_table(table) as batch:
            batch.drop_constraint(f"uq_{table}_{unique[0]}", type_="unique")
            batch.create_unique_constraint(f"uq_{table}_{'_'.join(unique)}", list(unique))
            batch.add_column(sa.Column("typed_by", sa.Uuid()))
            batch.create_foreign_key(f"fk_{table}_typed_by", "account", ["typed_by"], ["id"])


def downgrade() -> None:
    for table, unique in ANSWERED.items():
        with op.batch_alter_table(table) as batch:
            batch.drop_constraint(f"fk_{table}_typed_by", type_="foreignkey")
            batch.drop_column("typed_by")
            batch.drop_constraint(f"uq_{table}_{'_'.join(unique)}", type_="unique")
            batch.create_unique_constraint(f"uq_{table}_{unique[0]}", list(unique))
    for table in ("contact_made", "coupon", "printed_sheet", "on_paper"):
        op.drop_table(table)
