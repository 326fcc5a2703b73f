"""Random visits to the demo's establishment: a page shows a dossier if and only if the log tells of it."""

from __future__ import annotations

import random
import re
import time
from collections import Counter
from collections.abc import Iterator
from uuid import UUID, uuid4

from sqlalchemy import select

from portal.access.decision import Item
from portal.access.explain import explain
from portal.access.facts import item_of
from portal.access.models import LogEntry
from portal.access.words import Category, Nature, Strength
from portal.connectors.vault import make_vault
from portal.core import clock
from portal.demo import build
from portal.demo.cast import ROLES, account_id
from portal.planning.models import Event
from tests.bench.ground import Ground
from tests.bench.pages import Site, Visitor, site

LINK = re.compile(r'href="/rendez-vous/([0-9a-f-]{36})"')
LISTS = ("/", "/rendez-vous/", "/rendez-vous/passes")


def visits(ground: Ground, seconds: float, seed: int) -> Iterator[Counter[str]]:
    """By everybody of the demo, at every strength of sign-in, to pages of their own and of others."""
    url = ground.sqlite()
    where = site(ground, url)
    configured = ground.settings(url, demo=True)
    build.build(configured, where.sessions, make_vault(configured))
    chance = random.Random(seed)
    with where.sessions() as db:
        events = {row.id: row for row in db.scalars(select(Event).where(Event.category == Category.APPOINTMENTS))}
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        yield Counter({f"answered {_visit(where, events, chance)}": 1})


def _visit(where: Site, events: dict[UUID, Event], chance: random.Random) -> int:
    """One page asked for, and its answer."""
    who, strength = account_id(chance.choice(ROLES).name), chance.choice(list(Strength))
    visitor = Visitor(where, who, strength)
    if chance.random() < 0.4:
        path = chance.choice(LISTS)
        status, text = visitor.ask(path)
        shown = {events[UUID(found)].dossier_id for found in LINK.findall(text)}
        told = _told(where, who)
        assert status == 200, f"{path} answered {status}"
        assert shown <= told.keys(), f"{path} shows dossiers that the log does not tell"
        assert path == "/" or shown == told.keys(), f"{path}: the log tells dossiers that it does not show"
    else:
        event = chance.choice(list(events.values())) if chance.random() < 0.9 else None
        status, _ = visitor.ask(f"/rendez-vous/{event.id if event else uuid4()}")
        told = _told(where, who)
        seen = event is not None and _may(where, who, strength, event)
        assert (status == 200) == seen, f"a rendez-vous answered {status} and the decision is {seen}"
        assert set(told) == ({event.dossier_id} if event is not None and seen else set())
    assert all(times == 1 for times in told.values()), "a dossier was told twice for one page"
    return status


def _told(where: Site, who: UUID) -> Counter[UUID]:
    """Dossiers told by the log since the last visit; forgotten then, so that each visit stands alone."""
    with where.sessions.begin() as db:
        told = Counter(db.scalars(select(LogEntry.dossier_id).where(LogEntry.account_id == who)))
        db.execute(LogEntry.__table__.delete())
    return told


def _may(where: Site, who: UUID, strength: Strength, event: Event) -> bool:
    """What the decision itself says, asked about the row."""
    at = clock.now()
    item: Item = item_of(
        held_until=event.held_until,
        hidden_from=event.hidden_from,
        private_to=event.private_to,
        account_id=who,
        at=at,
    )
    label = (Category(event.category), Nature(event.nature))
    with where.sessions() as db:
        decision = explain(db, who, event.dossier_id, *label, strength=strength, at=at, item=item).decision
    return decision.allowed
