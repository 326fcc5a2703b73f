"""The portal in this process, opened as somebody signed in, with the statements it sends counted."""

from __future__ import annotations

import gzip
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import Flask
from sqlalchemy import Engine, event, insert
from sqlalchemy.orm import Session, sessionmaker

from portal.access.models import Relationship
from portal.access.words import Category, Strength
from portal.accounts.services import open_session
from portal.app import create_app
from portal.core import clock, scope
from portal.core.db import make_sessions
from portal.core.models import Dossier, Establishment
from portal.dossier.models import Identity
from portal.planning.models import Event, EventPerson
from tests.bench.ground import Ground
from tests.factories import a_dossier, a_parent, an_account

BASE = "https://localhost"
APART = ("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA", "SAVEPOINT", "RELEASE", "SELECT SET_CONFIG")


@dataclass
class Site:
    """A portal and its database. ``sessions`` are the bench's own hand: the portal's say for whom they are."""

    app: Flask
    engine: Engine
    sessions: sessionmaker[Session]


def site(ground: Ground, url: str) -> Site:
    logging.getLogger("portal").addHandler(logging.NullHandler())  # its lines would stand between ours
    engine = ground.engine(url)
    app = create_app(ground.settings(url), sessions=make_sessions(engine))
    return Site(app, engine, make_sessions(engine, scope.everywhere("bench")))


class Visitor:
    """Somebody signed in, asking as a browser does."""

    def __init__(self, where: Site, account_id: UUID, strength: Strength = Strength.SUBSTANTIAL) -> None:
        self.site = where
        self.client = where.app.test_client()
        with where.sessions.begin() as db:
            token = open_session(db, account_id, strength)
        with self.client.session_transaction(base_url=BASE) as session:
            session["_user_id"] = token
            session["_fresh"] = True

    def ask(self, path: str) -> tuple[int, str]:
        """Status and page."""
        answer = self.client.get(path, base_url=BASE, headers={"Accept-Encoding": "gzip"})
        raw = answer.get_data()
        packed = answer.headers.get("Content-Encoding") == "gzip"
        return answer.status_code, (gzip.decompress(raw) if packed else raw).decode()

    def open(self, path: str) -> str:
        """A page that must be there."""
        status, text = self.ask(path)
        if status != 200:
            raise RuntimeError(f"{path} answered {status}")
        return text

    def statements(self, path: str) -> int:
        with listening(self.site.engine) as heard:
            self.open(path)
        return len(heard)


@contextmanager
def listening(engine: Engine) -> Iterator[list[tuple[str, Any]]]:
    """(statement, parameters) of everything sent to this database, what begins and ends transactions apart."""
    heard: list[tuple[str, Any]] = []

    def hear(_connection: Any, _cursor: Any, sql: str, parameters: Any, *_: Any) -> None:
        if not sql.lstrip().upper().startswith(APART):
            heard.append((sql, parameters))

    event.listen(engine, "before_cursor_execute", hear)
    try:
        yield heard
    finally:
        event.remove(engine, "before_cursor_execute", hear)


def a_child(db: Session, place: Establishment, name: str, rows: int) -> tuple[Dossier, UUID]:
    """A young person with ``rows`` rendez-vous from tomorrow on, and as many that are over; one of those to come."""
    dossier = a_dossier(db, place, received_at=clock.now() - timedelta(hours=2))
    owned = {"dossier_id": dossier.id, "establishment_id": place.id}
    db.add(Identity(**owned, category=Category.IDENTITY, given_name=name, family_name="Exemple"))
    db.flush()
    events = [_rendezvous(owned, number) for number in (*range(1, rows + 1), *range(-rows, 0))]
    found: list[UUID] = list(db.scalars(insert(Event).returning(Event.id, sort_by_parameter_order=True), events))
    facts = [{"position": 0, "kind": "professional", "name": "Docteure Saïd", "role": "Neurologue"}]
    facts += [{"position": 1, "kind": "escort", "name": "Paul Nguyen", "role": "Infirmier"}]
    db.execute(insert(EventPerson), [{"event_id": one, **fact} for one in found for fact in facts])
    return dossier, found[0]


def _rendezvous(owned: dict[str, Any], number: int) -> dict[str, Any]:
    at = clock.now() + timedelta(days=number, minutes=number % 7 * 30)
    return {
        **owned, "key": f"RDV-{number}", "category": Category.APPOINTMENTS, "nature": "health",
        "title": "Consultation de neurologie", "starts_at": at, "ends_at": at + timedelta(minutes=45),
        "place": "Hôpital Sainte-Anne", "place_address": "12 rue des Lilas", "bring": "la carte Vitale",
    }  # fmt: skip


def a_mother(db: Session, place: Establishment, children: int, rows: int) -> tuple[Relationship, UUID]:
    """A mother of so many, and one rendez-vous of theirs."""
    somebody, event_id = an_account(db, "Nadia Exemple"), None
    for number in range(children):
        dossier, event_id = a_child(db, place, f"Enfant {number}", rows)
        link = a_parent(db, dossier, account=somebody)
    assert event_id is not None
    return link, event_id
