"""Row-level security in a database: built from ``core.policies``, lifted for migrations, looked at before serving."""

from __future__ import annotations

from sqlalchemy import Connection, inspect, text

from portal.core import policies

_TABLES = text("""
SELECT c.relname, c.relrowsecurity AND c.relforcerowsecurity,
  array_agg(p.polname::text ORDER BY p.polname) FILTER (WHERE p.polname ~ '^relie_' OR 0 = ANY (p.polroles))
FROM pg_class AS c LEFT JOIN pg_policy AS p ON p.polrelid = c.oid
WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p')
GROUP BY c.oid
""")
"""Table, whether it is behind the wall, our policies and whatever else holds for everybody."""

_LAID = text("""
SELECT obj_description(oid, 'pg_policy') FROM pg_policy
WHERE polrelid = to_regclass('reach') AND polname = 'relie_select'
""")

OURS = ["relie_delete", "relie_insert", "relie_select", "relie_update"]


def stands(connection: Connection) -> bool:
    """Whether the wall of this code stands in this database, without a hole. True where there can be none."""
    if connection.dialect.name != "postgresql":
        return True
    planned = policies.plans()
    for table, behind, found in connection.execute(_TABLES):
        if (behind, found) != ((True, OURS) if table in planned else (False, None)):
            return False
    return bool(connection.scalar(_LAID) == policies.digest())


def lift(connection: Connection) -> None:
    """Take it away, in the caller's transaction: a migration could not change what the policies name."""
    for table, behind, found in connection.execute(_TABLES).all():
        for policy in found or ():
            connection.exec_driver_sql(f'DROP POLICY "{policy}" ON "{table}"')
        if behind:
            connection.exec_driver_sql(f'ALTER TABLE "{table}" DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY')


def lay(connection: Connection) -> None:
    """Build it, in the caller's transaction, where none stands."""
    there = set(inspect(connection).get_table_names())
    for table, plan in policies.plans().items():
        if table in there:  # a model whose migration is still to be written has none
            for statement in policies.statements(table, plan):
                connection.exec_driver_sql(statement)
    connection.exec_driver_sql(f"COMMENT ON POLICY relie_select ON reach IS '{policies.digest()}'")
