"""10,000 events of 800 dossiers through the real door, and again: time, memory, rows that changed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from portal.core import clock
from portal.core.db import Base, make_engine, make_sessions
from portal.demo.house import FINESS, NAME
from portal.dossier.services import open_establishment
from tests.bench import letters
from tests.bench.ground import Ground
from tests.bench.signed_up import settle
from tests.bench.table import Figure, at_most, written

LOG = {"dui_message"}
"""Every message has its line there, whatever became of it."""
NEWS = {"dossier": {"received_at"}, "dossier_source": {"sent_at", "digest"}, "kept": {"vault_key", "entry"}}
"""When the DUI last spoke, and where its words lie: what a newer message with the same content does change."""
SECONDS, MEBIBYTES = 60, 400
AGAIN, SIGNED_UP = 200, 80
"""Messages sent again; dossiers whose parents and team all have accounts."""


def measure(ground: Ground, _minutes: float) -> Iterator[Figure]:
    world, at = letters.house(), clock.now() - timedelta(hours=5)
    events, url = sum(len(life.happenings) for life in world.lives), _place(ground)
    first = letters.one_each(world, at)
    done = _import(ground, url, first)
    yield from _told(f"import, {written(events)} events of {len(first)} dossiers", done, events)
    before = rows(url)
    _import(ground, url, first[:AGAIN])
    yield at_most("import, same messages again: rows changed", changed(before, rows(url), {}), 0, cases=AGAIN)
    few = replace(world, lives=world.lives[:AGAIN])
    _import(ground, url, letters.one_each(few, at + timedelta(hours=1)))
    yield at_most("import, same content sent later: rows changed", changed(before, rows(url), NEWS), 0, cases=AGAIN)
    whole = _import(ground, _place(ground), [letters.all_in_one(first)])
    yield from _told("import, the same in one message", whole, events)
    yield _morning(ground, at)


def _morning(ground: Ground, at: datetime) -> Figure:
    """Every message also lays out again who may see what: what that costs when everybody has an account."""
    world, url = letters.house(SIGNED_UP, SIGNED_UP * 12), _place(ground)
    _import(ground, url, letters.one_each(world, at))
    later = letters.moved(world)
    nobody = _import(ground, url, letters.one_each(later, at + timedelta(hours=1)))
    accounts = settle(url, world)
    everybody = _import(ground, url, letters.one_each(world, at + timedelta(hours=2)))
    ratio = everybody["cpu"] / nobody["cpu"]
    what = f"import, {accounts} accounts around them / nobody"
    return at_most(what, round(ratio, 2), 1.5, " ×", cases=SIGNED_UP, exact=False)


def _told(what: str, done: dict[str, Any], cases: int) -> Iterator[Figure]:
    alone = round(done["seconds"] - done["waited"], 1)
    said = f"{written(alone)} s (CPU {done['cpu']:.0f}; waited {done['waited']:.0f} for a core)"
    yield at_most(f"{what}: time", alone, SECONDS, " s", cases=cases, exact=False, shown=said)
    yield at_most(f"{what}: memory", round(done["peak"]), MEBIBYTES, " MB", cases=cases, exact=False)


def _import(ground: Ground, url: str, messages: list[bytes]) -> dict[str, Any]:
    """In a fresh process, so that what it needs is what an import needs."""
    folder = ground.new("messages")
    folder.mkdir()
    for place, raw in enumerate(messages):
        (folder / f"{place:05}.json").write_bytes(raw)
    done: dict[str, Any] = json.loads(ground.run("tests.bench.taking", url, ground.new("vault"), folder, limit=300))
    if set(done["states"]) - {"taken", "repeated"}:
        raise RuntimeError(f"messages of ours were not taken: {done['states']} {done['issues']}")
    return done


def _place(ground: Ground) -> str:
    """A new database with the establishment that the messages are about."""
    url = ground.sqlite()
    with make_sessions(ground.engine(url)).begin() as db:
        open_establishment(db, finess=FINESS, name=NAME, organisation="Association des Tilleuls")
    return url


def rows(url: str) -> dict[tuple[str, Any], dict[str, Any]]:
    """Every row of the database, by table and primary key; the log of messages apart."""
    found: dict[tuple[str, Any], dict[str, Any]] = {}
    engine = make_engine(url)
    with engine.connect() as connection:
        for table in Base.metadata.sorted_tables:
            if table.name not in LOG:
                keys = [column.name for column in table.primary_key]
                for row in connection.execute(select(table)).mappings():
                    found[table.name, tuple(row[key] for key in keys)] = dict(row)
    engine.dispose()
    return found


def changed(before: dict[Any, Any], after: dict[Any, Any], but: dict[str, set[str]]) -> int:
    """Rows that came, went or differ, columns named in ``but`` apart."""

    def kept(name: str, row: dict[str, Any]) -> dict[str, Any]:
        return {column: value for column, value in row.items() if column not in but.get(name, ())}

    same = before.keys() & after.keys()
    differ = sum(kept(key[0], before[key]) != kept(key[0], after[key]) for key in same)
    return differ + len(before.keys() ^ after.keys())
