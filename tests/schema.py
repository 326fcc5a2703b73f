"""Every table, in an empty database: by the migrations, the way production gets them; and who may use it then."""

from __future__ import annotations

from functools import cache

from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool

from portal import migrations
from portal.core import roles

PORTAL = "relie_portal"
"""The role that serves, in tests as in production: it owns nothing, and row-level security holds it."""


def create_schema(engine: Engine) -> None:
    migrations.upgrade(engine)


def served(url: str) -> str:
    """Make every table in a PostgreSQL database as its owner; the address at which a role of its own serves it."""
    owner = create_engine(url, poolclass=NullPool)
    hasten(owner)
    create_schema(owner)
    with owner.begin() as connection:
        if connection.scalar(text("SELECT 1 FROM pg_roles WHERE rolname = :role"), {"role": PORTAL}) is None:
            connection.execute(text(f"CREATE ROLE {PORTAL} LOGIN"))
    roles.grant(owner, PORTAL)
    return make_url(url).set(username=PORTAL).render_as_string(hide_password=False)


def hasten(owner: Engine) -> None:
    """A server of tests need not outlive a power cut."""
    with owner.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for name in ("fsync", "synchronous_commit", "full_page_writes"):
            connection.execute(text(f"ALTER SYSTEM SET {name} = off"))
        connection.execute(text("SELECT pg_reload_conf()"))


def hastened(engine: Engine) -> Engine:
    """A file of SQLite need not either: its commits wait for no disk."""
    event.listen(engine, "connect", lambda connection, _record: connection.execute("PRAGMA synchronous=OFF"))
    return engine


def owned(url: str) -> str:
    """The same database, as the owner of its schema: to make and empty tables, which the portal may not."""
    address = make_url(url)
    return address.set(username="postgres").render_as_string(hide_password=False) if PORTAL in url else url


_EMPTY = """
DO $$
DECLARE name text; held boolean;
BEGIN
  SET LOCAL session_replication_role = replica;
  FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version' LOOP
    EXECUTE format('SELECT EXISTS (SELECT FROM %I)', name) INTO held;
    IF held THEN EXECUTE format('DELETE FROM %I', name); END IF;
  END LOOP;
END $$
"""
"""Most tables are empty already: deleting a few rows costs a tenth of truncating them all."""


@cache
def _owner(url: str) -> Engine:
    return create_engine(owned(url))


def empty(engine: Engine) -> None:
    """Every table, without a row. PostgreSQL."""
    with _owner(engine.url.render_as_string(hide_password=False)).begin() as connection:
        connection.execute(text(_EMPTY))
