"""SQL statements a page: the same whatever there is to show."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from portal.access.models import Post
from tests.bench.ground import Ground
from tests.bench.pages import Visitor, a_child, a_mother, site
from tests.bench.table import Figure
from tests.factories import an_establishment, staff

LIMIT = 3 + 2
"""Session, scope, log, and two for the page."""
HOME = 3 + 3
"""On home, one for each feature shown there: who, what comes next, what is new."""
WORLDS = {"1 child, 1 row": (1, 1), "1 child, 300 rows": (1, 300), "5 children, 300 rows": (5, 300)}
YOUNG = 40
"""Young people of an establishment whose director looks."""


def measure(ground: Ground, _minutes: float) -> Iterator[Figure]:
    for name, url in (("SQLite", ground.sqlite()), ("PostgreSQL", ground.postgres())):
        where = site(ground, url)
        with where.sessions.begin() as db:
            asking = [_mother(db, *size) for size in WORLDS.values()]
            director = _director(db)
        counted: dict[str, list[int]] = {}
        for account_id, event_id in (*asking, director):
            visitor = Visitor(where, account_id)
            for page, path in paths(event_id).items():
                counted.setdefault(page, []).append(visitor.statements(path))
        for page, found in counted.items():
            yield _told(f"SQL statements, {page}, {name}", found, HOME if page == "home" else LIMIT)


def _told(what: str, found: list[int], limit: int) -> Figure:
    *family, _director_sees = found
    flat = len(set(family)) == 1
    return Figure(what, ", ".join(map(str, found)), f"≤ {limit}, flat", max(found) <= limit and flat, len(found))


def paths(event_id: UUID) -> dict[str, str]:
    """The pages there are."""
    return {
        "home": "/",
        "list": "/rendez-vous/",
        "past": "/rendez-vous/passes",
        "detail": f"/rendez-vous/{event_id}",
    }


def _mother(db, children: int, rows: int) -> tuple[UUID, UUID]:
    link, event_id = a_mother(db, an_establishment(db), children, rows)
    return link.account_id, event_id


def _director(db) -> tuple[UUID, UUID]:
    place = an_establishment(db)
    for number in range(YOUNG):
        dossier, event_id = a_child(db, place, f"Jeune {number}", 3)
    return staff(db, dossier, Post.MANAGEMENT).account_id, event_id
