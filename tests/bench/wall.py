"""What row-level security costs, and what it saves when a question forgets its WHERE: pages of PostgreSQL's memory.

The list of a family is asked by the role that serves, then by the owner, whom nothing holds back in a bench. Pages are
exact; times are ratios of the two, asked in turn.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from sqlalchemy import Engine, select
from sqlalchemy.dialects import postgresql

from portal.access.models import Reach
from portal.core import scope
from portal.core.db import make_sessions
from portal.planning.models import Event
from portal.planning.queries import COLUMNS
from tests.bench import crowd
from tests.bench.crowd import Crowd, copied, first_family
from tests.bench.flatness import BUFFERS, GROWTH, explained, mean
from tests.bench.ground import Ground
from tests.bench.pages import Site, Visitor, listening, site
from tests.bench.table import Figure, at_most, written
from tests.schema import owned

SIZES = (1_000, 5_000)
"""Families of two children."""
ASKING, APART = 8, 120
HALF_MORE = 1.5
"""What the wall may make of the time of a list. A bare prototype was measured at a third more."""
TIMES = 300

CARELESS = str(select(*COLUMNS).compile(dialect=postgresql.dialect()))
"""The list of rendez-vous without any condition, as a page that forgot ``visible()`` would ask it."""


def measure(ground: Ground, _minutes: float) -> Iterator[Figure]:
    where = site(ground, ground.postgres())
    bare = ground.engine(owned(where.engine.url.render_as_string(hide_password=False)))
    with where.sessions.begin() as db:
        first = first_family(db)
    crowd.grow(where.engine, first, 1, SIZES[0])
    before = [touched(where.engine, who, CARELESS) for who in people(first)]
    crowd.grow(where.engine, first, SIZES[0] + 1, SIZES[1])
    after = [touched(where.engine, who, CARELESS) for who in people(first)]
    yield _forgotten(before, after)
    yield at_most("… rows of another family", sum(foreign(where, who) for who in people(first)), 0, cases=2 * ASKING)
    for name, who in (("a young person", copied(first.child, 1)), ("a mother", copied(first.mother, 1))):
        yield from _costs(where, bare, name, who)


def people(first: Crowd) -> list[UUID]:
    """Young people and mothers, spread over the families there were at first."""
    numbers = range(1, ASKING * APART, APART)
    return [copied(one, number) for number in numbers for one in (first.child, first.mother)]


def touched(engine: Engine, account_id: UUID, sql: str, parameters: Any = None) -> int:
    """Pages of memory that a question touches, asked for this account."""
    with make_sessions(engine, scope.account(account_id))() as db:
        plan = explained(db.connection(), sql, parameters)
    return int(plan.get("Shared Hit Blocks", 0) + plan.get("Shared Read Blocks", 0))


def foreign(where: Site, account_id: UUID) -> int:
    """Rows of dossiers out of reach that the careless list brings."""
    mine = select(Reach.dossier_id).where(Reach.account_id == account_id)
    with make_sessions(where.engine, scope.account(account_id))() as db:
        shown = set(db.scalars(select(Event.dossier_id)))
    with where.sessions() as db:
        return len(shown - set(db.scalars(mine)))


def _forgotten(before: list[int], after: list[int]) -> Figure:
    few, many = mean([float(one) for one in before]), mean([float(one) for one in after])
    shown = f"{written(max(after))} ({written(round(many / few, 3))} × from {SIZES[0] * 2} to {SIZES[1] * 2} dossiers)"
    reached = max(after) <= BUFFERS and many <= few * GROWTH["PostgreSQL"]
    goal = f"≤ {BUFFERS}, ≤ {GROWTH['PostgreSQL']} ×"
    return Figure("buffers, rendez-vous of a family, every WHERE removed", shown, goal, reached, len(after))


def _costs(where: Site, bare: Engine, name: str, account_id: UUID) -> Iterator[Figure]:
    """With the wall, then without."""
    with listening(where.engine) as heard:
        Visitor(where, account_id).open("/rendez-vous/")
    sql, parameters = next((sql, values) for sql, values in heard if "FROM event" in sql)
    asked = {where.engine: sql, bare: alone(sql, account_id)}
    behind, free = (touched(engine, account_id, said, parameters) for engine, said in asked.items())
    yield Figure(f"buffers, list of {name}, with the wall / without", f"{behind} / {free}", cases=1)
    ratio = round(timed(asked, account_id, parameters), 2)
    yield at_most(
        f"time of that list of {name}, with the wall / without", ratio, HALF_MORE, " ×", cases=TIMES, exact=False
    )


def alone(sql: str, account_id: UUID) -> str:
    """The same list as it would be asked if there were no wall: its dossiers named, for an index to find its rows."""
    mine = f"SELECT dossier_id FROM reach WHERE account_id = '{account_id}' AND ends_at > now()"
    named = sql.replace("WHERE true AND", f"WHERE event.dossier_id = ANY (ARRAY({mine})) AND", 1)
    assert named != sql, "the wall no longer stands for the dossiers (access.rows)"
    return named


def timed(asked: dict[Engine, str], account_id: UUID, parameters: Any) -> float:
    """How many times longer the first question takes than the second: the median of both, asked in turn."""
    spent: dict[Engine, list[float]] = {engine: [] for engine in asked}
    opened = {engine: make_sessions(engine, scope.account(account_id))() for engine in asked}
    try:
        for _ in range(TIMES):
            for engine, db in opened.items():
                connection = db.connection()
                began = time.perf_counter()
                connection.exec_driver_sql(asked[engine], parameters).all()
                spent[engine].append(time.perf_counter() - began)
    finally:
        for db in opened.values():
            db.close()
    behind, free = (statistics.median(times) for times in spent.values())
    return behind / free
