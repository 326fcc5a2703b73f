"""The schema that migrations make is the one the models say, on both databases."""

from __future__ import annotations

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.util import CommandError
from sqlalchemy import Column, Integer, func, inspect, select, text

from portal import migrations
from portal.core.db import Base, make_engine, make_sessions
from portal.core.models import Dossier
from portal.planning.models import EventPerson
from tests.factories import a_dossier, an_event


def test_models_and_migrations_agree(engine):
    migrations.check(engine)


def test_a_model_ahead_of_its_migration_is_seen(engine):
    table = Base.metadata.tables["mark"]
    column = Column("forgotten", Integer)
    table.append_column(column)
    try:
        with pytest.raises(CommandError):
            migrations.check(engine)
    finally:
        table._columns.remove(column)  # the metadata is everybody's: leave it as it was


def test_every_table_and_index_has_a_name_of_ours(engine):
    """An unnamed constraint cannot be changed by a later migration on SQLite."""
    found = inspect(engine)
    for name in Base.metadata.tables:
        for constraint in found.get_unique_constraints(name) + found.get_foreign_keys(name):
            assert constraint["name"], name


def test_an_empty_database_is_not_current_and_an_upgraded_one_is(tmp_path):
    engine = make_engine(f"sqlite:///{tmp_path / 'new.db'}")
    assert not migrations.is_current(engine)
    migrations.upgrade(engine)
    assert migrations.is_current(engine)


def test_sqlite_is_set_to_keep_what_it_said_it_kept(tmp_path):
    with make_engine(f"sqlite:///{tmp_path / 'new.db'}").connect() as connection:
        read = {
            name: connection.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert read == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 10000}


def test_a_table_made_anew_keeps_the_rows_that_refer_to_it(sqlite_engine, monkeypatch):
    """Alembic's batch mode drops the old table: with references enforced, a cascade would empty the others."""
    sessions = make_sessions(sqlite_engine)
    with sessions.begin() as db:
        event = an_event(db, a_dossier(db))
        db.add(EventPerson(event_id=event.id, position=0, kind="professional", name="Docteure Saïd"))

    def remake(config, _revision):
        operations = Operations(MigrationContext.configure(config.attributes["connection"]))
        with operations.batch_alter_table("event", recreate="always") as batch:
            batch.alter_column("title", nullable=True)

    monkeypatch.setattr(migrations.command, "upgrade", remake)
    migrations.upgrade(sqlite_engine)
    with sessions() as db:
        assert db.scalar(select(func.count()).select_from(EventPerson)) == 1
        assert db.scalar(text("PRAGMA foreign_keys")) == 1


def test_a_migration_that_leaves_rows_pointing_nowhere_changes_nothing(sqlite_engine, monkeypatch):
    with make_sessions(sqlite_engine).begin() as db:
        an_event(db, a_dossier(db))
    monkeypatch.setattr(
        migrations.command,
        "upgrade",
        lambda config, _: config.attributes["connection"].execute(text("DELETE FROM dossier")),
    )
    with pytest.raises(migrations.BrokenReferences, match="event"):
        migrations.upgrade(sqlite_engine)
    with make_sessions(sqlite_engine)() as db:
        assert db.scalar(select(func.count()).select_from(Dossier)) == 1
