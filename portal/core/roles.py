"""Two roles in PostgreSQL: one owns the schema, the other serves the portal and owns nothing (docs/decisions/0020)."""

from __future__ import annotations

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import OperationalError

from portal.core.errors import ConfigError

_POWERS = text("""
SELECT
  EXISTS (SELECT FROM pg_roles AS r WHERE r.rolsuper AND pg_has_role(:role, r.oid, 'MEMBER')),
  EXISTS (SELECT FROM pg_roles AS r WHERE r.rolbypassrls AND pg_has_role(:role, r.oid, 'MEMBER')),
  EXISTS (SELECT FROM pg_class AS c WHERE c.relnamespace = current_schema()::regnamespace
          AND c.relkind IN ('r', 'p') AND pg_has_role(:role, c.relowner, 'MEMBER'))
""")
"""Membership counts: what a role may become, it is."""

_ROWS = "SELECT, INSERT, UPDATE, DELETE"


def refuse_powerful(engine: Engine) -> None:
    """Raises ``ConfigError`` when PostgreSQL's row-level security would not hold who signs in here.

    That is a superuser, a role with BYPASSRLS, the owner of our tables (who may take the wall away), or a member of
    one. A database that does not answer is not refused: pages say so themselves, and no worker must die of it.
    """
    if engine.dialect.name != "postgresql":
        return
    try:
        with engine.connect() as connection:
            found = powers(connection, str(connection.scalar(text("SELECT session_user"))))
    except OperationalError:
        return
    if found:
        raise ConfigError(
            f"RELIE_DATABASE_URL signs in as {' and '.join(found)}: row-level security would not hold it. Give the "
            "portal a role of its own (portal db grant), the owner's address to RELIE_OWNER_DATABASE_URL, and read "
            "docs/configuration.md"
        )


def powers(connection: Connection, role: str) -> list[str]:
    """Why row-level security would not hold this role; empty when it would."""
    held = connection.execute(_POWERS, {"role": role}).one()
    words = ("a superuser", "a role with BYPASSRLS", "the owner of the tables")
    return [word for word, one in zip(words, held, strict=True) if one]


def grant(engine: Engine, role: str) -> None:
    """Let a role that exists serve pages and do jobs: read and write rows, of tables to come too, and nothing else.

    Called as the owner. Raises ``ConfigError`` when there is no such role, or row-level security would not hold it.
    """
    if engine.dialect.name != "postgresql":
        raise ConfigError("RELIE_DATABASE_URL is not PostgreSQL: there are no roles to give rights to")
    with engine.begin() as connection:
        if connection.scalar(text("SELECT 1 FROM pg_roles WHERE rolname = :role"), {"role": role}) is None:
            raise ConfigError(f"PostgreSQL has no role {role}: make it first, with createuser")
        found = powers(connection, role)
        if found:
            raise ConfigError(f"{role} is {' and '.join(found)}: row-level security would not hold it")
        quote = connection.dialect.identifier_preparer.quote
        schema, to = quote(str(connection.scalar(text("SELECT current_schema()")))), quote(role)
        for statement in (
            f"GRANT USAGE ON SCHEMA {schema} TO {to}",
            f"GRANT {_ROWS} ON ALL TABLES IN SCHEMA {schema} TO {to}",
            f"REVOKE INSERT, UPDATE, DELETE ON alembic_version FROM {to}",
            f"ALTER DEFAULT PRIVILEGES IN SCHEMA {schema} GRANT {_ROWS} ON TABLES TO {to}",
        ):
            connection.exec_driver_sql(statement)
