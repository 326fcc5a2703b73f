"""A million lines of the log, sealed and checked: how long, in how much memory, and whether one change is found."""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Iterator

from sqlalchemy import Engine, text, update

from portal.access.models import LogEntry
from portal.access.seal import seal
from portal.access.seal_check import Finding, Tail, Wrong, check
from portal.core import clock, scope
from portal.core.db import make_sessions
from tests.bench.ground import Ground
from tests.bench.table import Figure, at_most
from tests.factories import NOON, an_establishment

LINES = 1_000_000
CHECKED, MEBIBYTES = 10, 64
"""Seconds to check them all, and memory of Python's meanwhile."""
TURN = 5
"""Seconds of one turn of sealing: on SQLite nobody writes meanwhile."""
TAMPERED = 654_321
MADE = {
    "sqlite": "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < :many) ",
    "postgresql": "WITH n(i) AS (SELECT generate_series(0, :many - 1)) ",
}
IDS = {"sqlite": "lower(hex(randomblob(16)))", "postgresql": "gen_random_uuid()"}
AT = {
    "sqlite": "strftime('%Y-%m-%d %H:%M:%S', '2026-11-01', '+' || i || ' seconds') || '.000000'",
    "postgresql": "timestamptz '2026-11-01 00:00:00+00' + i * interval '1 second'",
}
NAMES = (
    "id, at, account_id, dossier_id, establishment_id, categories, action, strength, endpoint, request_id, kind, post, "
    "emergency, means"
)


def measure(ground: Ground, _minutes: float) -> Iterator[Figure]:
    for name, url in (("SQLite", ground.sqlite()), ("PostgreSQL", ground.postgres())):
        engine = ground.engine(url)
        filled(engine, LINES)
        yield from _sealed(name, engine)
        yield from _checked(name, engine)


def filled(engine: Engine, many: int) -> None:
    """So many lines of one establishment, one a second, over months."""
    with make_sessions(engine).begin() as db:
        scope.enter(db, scope.everywhere("bench"))
        place, dialect = an_establishment(db), engine.dialect.name
        fresh = IDS[dialect]
        home = place.id.hex if dialect == "sqlite" else str(place.id)
        columns = f"{fresh}, {AT[dialect]}, {fresh}, {fresh}, :home, 'appointments identity planning', 'view', 3, "
        columns += "'planning.appointments', 'ABCD2345', 'staff', 'education', :no, 'page'"
        rows = f"INSERT INTO access_log ({NAMES}) SELECT * FROM ({MADE[dialect]} SELECT {columns} FROM n) AS made"
        if dialect != "sqlite":
            rows = rows.replace(":home", "CAST(:home AS uuid)").replace(":no", "CAST(:no AS boolean)")
        db.execute(text(rows), {"many": many, "home": home, "no": False})


def _sealed(name: str, engine: Engine) -> Iterator[Figure]:
    sessions, longest, began, more = make_sessions(engine), 0.0, time.perf_counter(), True
    with clock.frozen(NOON.replace(year=2027)):
        while more:
            turn = time.perf_counter()
            with sessions.begin() as db:
                more = seal(db).more
            longest = max(longest, time.perf_counter() - turn)
    spent = time.perf_counter() - began
    yield Figure(f"{name}: sealing lines of the log", f"{spent:.1f} s", cases=LINES, exact=False)
    yield at_most(f"{name}: one turn of sealing", longest, TURN, " s", cases=LINES, exact=False)


def _checked(name: str, engine: Engine) -> Iterator[Figure]:
    sessions = make_sessions(engine)
    began = time.perf_counter()
    wrong, sealed = _found(sessions())
    spent = time.perf_counter() - began
    whole = not wrong and sealed == LINES
    yield at_most(f"{name}: checking the sealed log", spent, CHECKED, " s", cases=sealed if whole else 0, exact=False)
    with sessions.begin() as db:
        scope.enter(db, scope.everywhere("bench"))
        at = NOON.replace(day=1, hour=0) + TAMPERED * (NOON.replace(second=1) - NOON)
        db.execute(update(LogEntry).where(LogEntry.at == at).values(endpoint="home.home"))
    tracemalloc.start()
    wrong, _ = _found(sessions())
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    found = [one.wrong for one in wrong] == [Wrong.CHANGED]
    yield at_most(f"{name}: one changed line of the sealed log not found", int(not found), 0, cases=LINES)
    yield at_most(f"{name}: memory of a check", peak / 2**20, MEBIBYTES, " MiB", cases=LINES, exact=False)


def _found(db: object) -> tuple[list[Finding], int]:
    wrong, sealed = [], 0
    with db:  # type: ignore[attr-defined]
        for one in check(db):  # type: ignore[arg-type]
            if isinstance(one, Finding):
                wrong.append(one)
            elif isinstance(one, Tail):
                sealed += one.sealed
    return wrong, sealed
