"""The portal is served by a role that row-level security holds, or not at all; another one owns the schema."""

from __future__ import annotations

import base64
from uuid import uuid4

import pytest
from click.testing import CliRunner
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from portal import migrations, server
from portal.app import create_app
from portal.cli import main
from portal.core import roles, scope
from portal.core.config import from_environment
from portal.core.db import make_engine, make_sessions
from portal.core.errors import ConfigError
from portal.core.models import Establishment
from portal.dossier.models import Identity
from tests.conftest import a_configuration
from tests.factories import a_dossier, a_parent, an_establishment


class Server:
    """A database of its own on the server of this run, with roles of its own."""

    def __init__(self, url: str) -> None:
        self.name = f"roles_{uuid4().hex[:8]}"
        self.admin = create_engine(url, isolation_level="AUTOCOMMIT")
        self.owner = self.role("owner")
        self.say(f"CREATE DATABASE {self.name} OWNER {self.owner}")
        self.url = url.replace("/postgres?", f"/{self.name}?")

    def say(self, statement: str) -> None:
        with self.admin.connect() as connection:
            connection.execute(text(statement))

    def role(self, name: str, *attributes: str) -> str:
        full = f"{self.name}_{name}"
        self.say(f"CREATE ROLE {full} LOGIN {' '.join(attributes)}")
        return full

    def as_(self, role: str) -> str:
        return make_url(self.url).set(username=role).render_as_string(hide_password=False)

    def end(self) -> None:
        self.say(f"DROP DATABASE {self.name} WITH (FORCE)")
        with self.admin.connect() as connection:
            for (name,) in connection.execute(text(f"SELECT rolname FROM pg_roles WHERE rolname ~ '^{self.name}'")):
                connection.execute(text(f"DROP ROLE {name}"))
        self.admin.dispose()


@pytest.fixture
def postgres(postgres_server):
    made = Server(postgres_server)
    yield made
    made.end()


@pytest.fixture
def portal(postgres, monkeypatch, tmp_path):
    """Runs a command as production would: the portal's role, and the owner's address for what changes the schema."""
    postgres.role("plain")
    for name, value in {
        "RELIE_DATABASE_URL": postgres.as_(f"{postgres.name}_plain"),
        "RELIE_OWNER_DATABASE_URL": postgres.as_(postgres.owner),
        "RELIE_VAULT_URL": f"file://{tmp_path / 'vault'}",
        "RELIE_JOURNAL_FOLDER": str(tmp_path / "journal"),
        "RELIE_SECRET_KEY": "x" * 40,
        "RELIE_VAULT_KEYS": f"one:{base64.b64encode(bytes(32)).decode()}",
        "RELIE_SMTP_URL": "smtp://localhost:1",
    }.items():
        monkeypatch.setenv(name, value)
    (tmp_path / "journal").mkdir()
    return lambda *words: CliRunner().invoke(main, words)


@pytest.fixture
def installed(portal, postgres):
    for words in (("db", "upgrade"), ("db", "grant", f"{postgres.name}_plain")):
        done = portal(*words)
        assert done.exit_code == 0, done.output
    return portal


@pytest.fixture
def app_as(tmp_path):
    """The portal, opened at an address."""
    engines = []

    def make(url):
        engines.append(make_engine(url))
        return create_app(a_configuration(url, vault_url=f"file://{tmp_path}"), sessions=make_sessions(engines[-1]))

    yield make
    for engine in engines:
        engine.dispose()


@pytest.mark.parametrize(
    ("attributes", "said"),
    [
        (("SUPERUSER",), "a superuser"),
        (("BYPASSRLS",), "BYPASSRLS"),
        (("IN ROLE {owner}",), "the owner of the tables"),
        (("NOINHERIT IN ROLE {owner}",), "the owner of the tables"),
        (("NOINHERIT IN ROLE postgres",), "a superuser"),
    ],
)
def test_a_role_that_row_level_security_would_not_hold_is_refused(postgres, installed, app_as, attributes, said):
    role = postgres.role("strong", *(word.format(owner=postgres.owner) for word in attributes))
    with pytest.raises(ConfigError, match=f"RELIE_DATABASE_URL.*{said}"):
        app_as(postgres.as_(role))
    refused = installed("db", "grant", role)
    assert refused.exit_code == 1
    assert "row-level security" in refused.output


def test_the_owner_is_refused(postgres, installed, app_as):
    with pytest.raises(ConfigError, match="the owner of the tables"):
        app_as(postgres.as_(postgres.owner))


@pytest.mark.parametrize("start", ["serve", "worker"])
def test_pages_and_jobs_do_not_start_as_the_owner(postgres, installed, monkeypatch, start):
    monkeypatch.setenv("RELIE_DATABASE_URL", postgres.as_(postgres.owner))
    refused = installed(start)
    assert refused.exit_code == 1
    assert "portal db grant" in refused.output
    assert "Traceback" not in refused.output


def test_a_role_of_its_own_serves(postgres, installed, app_as):
    app = app_as(postgres.as_(f"{postgres.name}_plain"))
    assert app.test_client().get("/entrer", base_url="https://localhost").status_code == 200
    server.refuse_unless_ready(from_environment())


def test_pages_do_not_start_before_a_wall_that_was_taken_away(postgres, installed):
    owner = create_engine(postgres.as_(postgres.owner))
    with owner.begin() as connection:
        connection.execute(text("ALTER TABLE identity NO FORCE ROW LEVEL SECURITY"))
    with pytest.raises(ConfigError, match="portal db upgrade"):
        server.refuse_unless_ready(from_environment())
    assert installed("db", "upgrade").exit_code == 0
    server.refuse_unless_ready(from_environment())
    owner.dispose()


def test_a_database_that_does_not_answer_is_for_pages_to_say():
    roles.refuse_powerful(make_engine("postgresql+psycopg://nobody@/nothing?host=/nowhere"))


def test_the_owner_stands_behind_the_wall_too(postgres, installed):
    owner = make_engine(postgres.as_(postgres.owner))
    with make_sessions(owner, scope.everywhere("test")).begin() as db:
        dossier = a_dossier(db)
        db.add(Identity(dossier_id=dossier.id, establishment_id=dossier.establishment_id, category="identity"))
        a_parent(db, dossier)
    with make_sessions(owner)() as db:
        assert db.query(Identity).all() == []
    owner.dispose()


def test_commands_say_that_they_look_after_everything(postgres, installed):
    done = installed("establishment", "add", "--finess", "990000017", "--name", "IME", "--organisation", "Association")
    assert done.exit_code == 0, done.output
    plain = make_engine(postgres.as_(f"{postgres.name}_plain"))
    with make_sessions(plain, scope.everywhere("test")).begin() as db:
        dossier = a_dossier(db, db.query(Establishment).one())
        link = a_parent(db, dossier)
    said = installed("access", "explain", "--viewer", str(link.account_id), "--dossier", dossier.key,
                     "--category", "planning")  # fmt: skip
    assert '"allowed": true' in said.output, said.output
    plain.dispose()


def test_the_role_that_serves_may_use_tables_to_come_and_make_none(postgres, installed):
    owner = create_engine(postgres.as_(postgres.owner))
    with owner.begin() as connection:
        connection.execute(text("CREATE TABLE to_come (id int)"))
    plain = create_engine(postgres.as_(f"{postgres.name}_plain"))
    with plain.begin() as connection:
        connection.execute(text("INSERT INTO to_come VALUES (1)"))
        assert not roles.powers(connection, f"{postgres.name}_plain")
    for attempt in ("CREATE TABLE mine (id int)", "TRUNCATE to_come", "DELETE FROM alembic_version"):
        with pytest.raises(DBAPIError, match="permission denied"), plain.begin() as connection:
            connection.execute(text(attempt))
    owner.dispose()
    plain.dispose()


def test_rights_are_given_again_without_harm_and_to_a_role_that_exists(postgres, installed):
    assert installed("db", "grant", f"{postgres.name}_plain").exit_code == 0
    refused = installed("db", "grant", "no_such_role")
    assert (refused.exit_code, "createuser" in refused.output) == (1, True)
    assert installed("db", "grant", "x; DROP TABLE event; --").exit_code == 1


def test_sqlite_has_no_roles(sqlite_engine):
    roles.refuse_powerful(sqlite_engine)
    with pytest.raises(ConfigError, match="PostgreSQL"):
        roles.grant(sqlite_engine, "somebody")


def test_a_later_migration_writes_rows_although_its_owner_is_behind_the_wall(postgres, installed, monkeypatch):
    owner = make_engine(postgres.as_(postgres.owner))
    with make_sessions(owner, scope.everywhere("test")).begin() as db:
        an_establishment(db)
        a_dossier(db)

    def moved(config, _revision):
        changed = config.attributes["connection"].execute(text("UPDATE dossier SET state = 'left'"))
        assert changed.rowcount == 1

    monkeypatch.setattr(migrations.command, "upgrade", moved)
    monkeypatch.setattr(migrations.wall.policies, "digest", lambda: "another")
    migrations.upgrade(owner)
    owner.dispose()
