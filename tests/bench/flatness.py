"""The same questions asked of a small and of a large database: what they read must not grow.

Counted, not timed: steps of SQLite's machine, and pages that PostgreSQL touched. The same people ask both times.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import Any
from uuid import UUID

from sqlalchemy import Engine, event

from portal.core import scope
from portal.core.db import make_sessions
from tests.bench import crowd
from tests.bench.crowd import Crowd, copied, first_family
from tests.bench.ground import Ground
from tests.bench.pages import Site, Visitor, listening, site
from tests.bench.table import Figure, at_most, written

Asked = tuple[str, UUID, str]
"""(page, account, path)."""
Reads = dict[tuple[str, str], list[float]]
"""(page, first words of a statement) → what it read, once for each who asked."""

LITE, LARGE = (1_000, 10_000), (5_000, 25_000)
"""Families of two children: 2,000 to 20,000 dossiers on SQLite, to 50,000 on PostgreSQL."""
GROWTH = {"SQLite": 1.05, "PostgreSQL": 1.25}
WEEK = ("list of a young person", "rendez-vous")
BUFFERS = 16
"""Pages of memory that the coming weeks of one dossier may touch."""
ASKING, APART = 8, 120
"""Mothers and directors who ask; families between one mother and the next."""
YEARS = 10


def measure(ground: Ground, _minutes: float) -> Iterator[Figure]:
    yield from _grown("SQLite", "steps", site(ground, ground.sqlite()), LITE, steps)
    yield from _aged(ground)
    yield from _grown("PostgreSQL", "buffers", site(ground, ground.postgres()), LARGE, buffers)


def _grown(
    name: str, unit: str, where: Site, sizes: tuple[int, int], read: Callable[[Site, Iterable[Asked]], Reads]
) -> Iterator[Figure]:
    with where.sessions.begin() as db:
        first = first_family(db)
    small, large = sizes
    crowd.grow(where.engine, first, 1, small)
    before = read(where, asking(first))
    crowd.grow(where.engine, first, small + 1, large)
    after = read(where, asking(first))
    scale = f"{small * crowd.CHILDREN:,} → {large * crowd.CHILDREN:,}".replace(",", " ")
    for page in dict.fromkeys(page for page, _ in after):
        yield _compared(f"{name} {unit}, {page}, {scale} dossiers", name, whole(before, page), whole(after, page))
    for page, statement in after:
        few, many = mean(before[page, statement]), mean(after[page, statement])
        if many > few * GROWTH[name] and many > few + 2:  # one level more of an index is no growth
            yield _compared(f"{name} {unit}, {page}: {statement}", name, few, many)
    if unit == "buffers":
        many = mean(after[WEEK])
        yield at_most(f"{name} {unit}, {': '.join(WEEK)}", round(many, 1), BUFFERS, cases=len(after[WEEK]))


def _compared(what: str, name: str, few: float, many: float) -> Figure:
    grown = round(many / max(few, 1), 3)
    shown = f"{written(grown)} × ({written(round(few))} → {written(round(many))})"
    return at_most(what, grown, GROWTH[name], " ×", cases=ASKING, shown=shown)


def whole(found: Reads, page: str) -> float:
    """What all statements of a page read together."""
    return sum(mean(values) for (of, _), values in found.items() if of == page)


def _aged(ground: Ground) -> Iterator[Figure]:
    """Ten years of one family: what is over must not weigh on what is to come."""
    where = site(ground, ground.sqlite())
    with where.sessions.begin() as db:
        first = first_family(db)
    crowd.grow(where.engine, first, 1, crowd.HOUSE)
    asked = [(page, who, path) for page, who, path in asking(first, 1) if "mother" in page]
    before = steps(where, asked)
    crowd.age(where.engine, first, 1, YEARS * 365)
    after = steps(where, asked)
    for page, statement in before:
        if statement == "rendez-vous":
            few, many = before[page, statement][0], after[page, statement][0]
            yield _compared(f"SQLite steps, {page}: {statement}, {YEARS} years later", "SQLite", few, many)


def mean(values: list[float]) -> float:
    return sum(values) / len(values)


def asking(first: Crowd, many: int = ASKING) -> Iterator[Asked]:
    """Mothers and directors of the small database, spread over it."""
    for number in range(1, many * APART, APART):
        mother = copied(first.mother, number)
        yield "home of a mother", mother, "/"
        yield "list of a mother", mother, "/rendez-vous/"
        yield "list of a young person", copied(first.child, number), "/rendez-vous/"
        yield "detail", mother, f"/rendez-vous/{copied(first.event, number)}"
    for house in range(many):
        yield "list of a director", copied(first.director, house), "/rendez-vous/"


def steps(where: Site, asked: Iterable[Asked]) -> Reads:
    """Steps of SQLite's machine between the start of each statement and that of the next one."""
    found: Reads = defaultdict(list)
    for page, account_id, path in asked:
        visitor = Visitor(where, account_id)
        visitor.open(path)  # compiles what it needs to
        for statement, spent in _stepped(where.engine, visitor, path):
            found[page, statement].append(spent)
    return found


def _stepped(engine: Engine, visitor: Visitor, path: str) -> list[tuple[str, int]]:
    clock = [0]
    marks: list[tuple[str, int]] = []

    def tick() -> int:
        clock[0] += 1
        return 0

    def hear(_connection: Any, cursor: Any, sql: str, *_: Any) -> None:
        cursor.connection.set_progress_handler(tick, 1)
        marks.append((sql, clock[0]))

    event.listen(engine, "before_cursor_execute", hear)
    try:
        visitor.open(path)
    finally:
        event.remove(engine, "before_cursor_execute", hear)
        engine.dispose()  # the counter goes with its connection
    ends = [at for _, at in marks[1:]] + [clock[0]]
    return [(_named(sql), end - at) for (sql, at), end in zip(marks, ends, strict=True) if _named(sql)]


def buffers(where: Site, asked: Iterable[Asked]) -> Reads:
    """Pages that PostgreSQL touched for each question, as it tells itself, once they are in its memory."""
    found: Reads = defaultdict(list)
    for page, account_id, path in asked:
        visitor = Visitor(where, account_id)
        with listening(where.engine) as heard:
            visitor.open(path)
        with make_sessions(where.engine, scope.account(account_id))() as db:
            for sql, parameters in heard:
                if _named(sql):
                    plan = explained(db.connection(), sql, parameters)
                    touched = plan.get("Shared Hit Blocks", 0) + plan.get("Shared Read Blocks", 0)
                    found[page, _named(sql)].append(touched)
    return found


def explained(connection: Any, sql: str, parameters: Any) -> dict[str, Any]:
    asked = f"EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON) {sql}"
    plan: dict[str, Any] = connection.exec_driver_sql(asked, parameters).scalar_one()[0]["Plan"]
    return plan


NAMES = (
    ("FROM sign_in", "session"),
    ("reach.dossier_id, reach.establishment_id", "scope"),
    ("FROM dossier", "who"),
    ("notice", "news"),
    ("event_person", "one rendez-vous"),
    ("FROM event", "rendez-vous"),
)


def _named(sql: str) -> str:
    """Our word for a question; "" for what asks nothing."""
    if not sql.startswith(("SELECT", "WITH")):
        return ""
    return next((name for part, name in NAMES if part in sql), "another")
