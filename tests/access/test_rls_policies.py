"""Every table is behind the wall or says why not, in the code, in the database and in the decision record."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import Column, MetaData, Table, Text, Uuid, create_engine, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from portal import migrations
from portal.core import policies, wall
from portal.core.db import Base, WithId
from portal.core.models import Shared
from tests.architecture.test_docs import cells

RECORD = "docs/decisions/0020-a-wall-behind-every-query.md"


def test_every_table_is_planned_or_open_and_never_both():
    tables = {table.name for table in Base.metadata.sorted_tables}
    assert policies.unplanned() == set()
    assert set(policies.plans()) | set(policies.OPEN) == tables
    assert set(policies.plans()) & set(policies.OPEN) == set()
    assert set(policies.PLANS) <= tables, "a plan for a table that is no more"


def test_a_table_that_says_nothing_is_found(monkeypatch):
    bare = Table("bare", MetaData(), Column("id", Uuid, primary_key=True))
    tables = [*Base.metadata.sorted_tables, bare]
    monkeypatch.setattr(type(Base.metadata), "sorted_tables", property(lambda _: tables))
    assert policies.unplanned() == {"bare"}


def test_a_new_row_about_a_person_is_behind_the_wall_before_anybody_thinks_of_it(monkeypatch):
    class Other(DeclarativeBase):
        type_annotation_map = Base.type_annotation_map

    class Person(Other):
        __tablename__ = "account"
        id: Mapped[UUID] = mapped_column(primary_key=True)

    for name in ("dossier", "establishment"):
        Table(name, Other.metadata, Column("id", Uuid, primary_key=True))

    class Diary(WithId, Shared, Other):
        __tablename__ = "diary"
        line: Mapped[str] = mapped_column(Text)

    monkeypatch.setattr(policies, "Base", Other)
    assert set(policies.plans()) == {"diary", "account", "dossier"}
    assert policies.plans()["diary"].read == policies.IN_REACH


def test_the_database_has_the_wall_of_the_models(owner):
    with owner.connect() as connection:
        rows = connection.execute(
            text("SELECT relname, relrowsecurity AND relforcerowsecurity FROM pg_class WHERE relkind = 'r' "
                 "AND relnamespace = 'public'::regnamespace")
        )  # fmt: skip
        walled = dict(iter(rows))
        found = connection.execute(text("SELECT tablename, cmd, permissive FROM pg_policies")).all()
    assert {name for name, behind in walled.items() if behind} == set(policies.plans())
    assert {name for name, behind in walled.items() if not behind} == {*policies.OPEN, "alembic_version"}
    assert sorted((table, command) for table, command, _ in found) == sorted(
        (table, command) for table in policies.plans() for command in ("SELECT", "INSERT", "UPDATE", "DELETE")
    )


def test_every_subquery_of_a_shared_row_is_asked_once_and_not_for_each_row():
    """A subquery that names the row, or stands outside ARRAY(…), would read the table again for each."""
    condition = policies.IN_REACH
    assert condition.startswith("dossier_id = ANY (ARRAY(SELECT")
    for before in condition.split("SELECT")[:-1]:
        assert before.rstrip().endswith(("(ARRAY(", "UNION ALL", "ARRAY("))


@pytest.fixture
def owner(postgres_server):
    engine = create_engine(postgres_server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("DROP DATABASE IF EXISTS laid"))
        connection.execute(text("CREATE DATABASE laid"))
    engine.dispose()
    made = create_engine(postgres_server.replace("/postgres?", "/laid?"))
    migrations.upgrade(made)
    yield made
    made.dispose()


def test_a_wall_of_another_version_is_no_current_one_and_is_built_anew(owner, monkeypatch):
    assert migrations.is_current(owner)
    plan = policies.PLANS["account"]
    monkeypatch.setattr(policies, "PLANS", {**policies.PLANS, "account": policies.Plan("false", "false")})
    assert not migrations.is_current(owner)
    migrations.upgrade(owner)
    assert migrations.is_current(owner)
    monkeypatch.setattr(policies, "PLANS", {**policies.PLANS, "account": plan})
    assert not migrations.is_current(owner)


def test_a_wall_that_was_taken_away_is_missed_and_built_anew(owner):
    with owner.begin() as connection:
        wall.lift(connection)
    assert not migrations.is_current(owner)
    migrations.upgrade(owner)
    assert migrations.is_current(owner)


@pytest.mark.parametrize(
    "harm",
    [
        "ALTER TABLE event DISABLE ROW LEVEL SECURITY",
        "ALTER TABLE event NO FORCE ROW LEVEL SECURITY",
        "DROP POLICY relie_select ON event",
        "CREATE POLICY wider ON event USING (true)",
    ],
)
def test_a_wall_with_a_hole_is_not_the_wall(owner, harm):
    with owner.begin() as connection:
        connection.execute(text(harm))
    assert not migrations.is_current(owner)
    migrations.upgrade(owner)
    assert migrations.is_current(owner)


def test_the_record_holds_every_table():
    planned = {cell.strip("`") for row in cells(RECORD, "Tables") for cell in row[0].split(", ")}
    assert planned == {*policies.plans(), *policies.OPEN}
