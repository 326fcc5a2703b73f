"""The demo behind row-level security, beside another establishment: who reaches what there, and raw SQL as anybody."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from dataclasses import replace as but
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Column, Engine, create_engine, insert, select, text
from sqlalchemy.orm import Session, sessionmaker

from portal.access.models import Kind, LogEntry, Post, Reach, Relationship
from portal.access.sharing import Against, Agreement, Opening, Perimeter, Restriction, Source
from portal.access.words import Action, Category, Strength
from portal.accounts.services import open_session
from portal.connectors.vault import make_vault
from portal.core import clock, policies, scope
from portal.core.db import Base, Instant, make_engine, make_sessions
from portal.core.models import Dossier, Establishment, Shared
from portal.core.scope import Scope
from portal.demo import build
from portal.demo.imagine import imagine
from portal.demo.world import World
from portal.dossier.models import Identity
from portal.inbox.models import Notice, NoticeKind
from portal.inbox.services import tell
from portal.planning.models import Event, EventPerson
from tests.conftest import a_configuration
from tests.factories import a_parent, an_account, an_establishment, an_event, staff, the_young_person
from tests.schema import owned, served

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
CANARY = "Serin-des-Canaries"
"""In every text of the other establishment: it may be read nowhere in this one."""
YOUNG = 6


@dataclass
class Walled:
    """A whole demo in PostgreSQL, as the portal's own role meets it."""

    engine: Engine
    portal: sessionmaker[Session]
    """As the portal opens sessions: for nobody, until it says for whom."""
    elsewhere: UUID
    """The other establishment."""
    stranger: UUID
    """A dossier there."""

    @contextmanager
    def as_(self, wanted: Scope) -> Iterator[Session]:
        """A session in that scope. Whatever it writes is undone."""
        with clock.frozen(NOW), self.portal() as db:
            scope.enter(db, wanted)
            yield db
            db.rollback()

    def reached(self, account_id: UUID) -> set[UUID]:
        """Dossiers an account reaches, as ``reach`` says when nothing is in the way."""
        with self.as_(scope.everywhere("test")) as db:
            return set(
                db.scalars(
                    select(Reach.dossier_id).where(
                        Reach.account_id == account_id, Reach.starts_at <= NOW, Reach.ends_at > NOW
                    )
                )
            )

    def rows(self, wanted: Scope, table: str) -> list[Any]:
        """Every row of a table, without any condition."""
        with self.as_(wanted) as db:
            return list(db.execute(text(f"SELECT * FROM {table}")))

    def everything(self, table: str) -> list[Any]:
        """Every row there is, as the owner, who is behind no wall in tests."""
        owner = create_engine(owned(self.engine.url.render_as_string(hide_password=False)))
        with owner.connect() as connection:
            found = list(connection.execute(text(f"SELECT * FROM {table}")))
        owner.dispose()
        return found


@contextmanager
def walled(server: str) -> Iterator[Walled]:
    """Made once: a database of its own on the server of this run."""
    name = f"walled_{uuid4().hex[:8]}"
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    admin.dispose()
    engine = make_engine(served(server.replace("/postgres?", f"/{name}?")))
    portal = make_sessions(engine)
    with clock.frozen(NOW):
        _build(engine, portal)
        with make_sessions(engine, scope.everywhere("test")).begin() as db:
            here, young = db.scalars(select(Establishment)).one(), db.scalars(select(Dossier)).all()
            place, stranger = _another_house(db)
            for dossier in (*young, stranger):
                _shared_with_everybody_tied(db, dossier)
            for one in (here, place):
                _decided(db, one.id)
    yield Walled(engine, portal, place.id, stranger.id)
    engine.dispose()


def _build(engine: Engine, portal: sessionmaker[Session]) -> None:
    """Through the doors that production uses, each in the scope it gives itself; a few young people only."""

    def first_ones(today: Any) -> World:
        world = imagine(today)
        chosen = [at for at, one in enumerate(world.young) if one.role or at < YOUNG]
        return but(world, young=tuple(world.young[at] for at in chosen), lives=tuple(world.lives[at] for at in chosen))

    settings = a_configuration(engine.url.render_as_string(hide_password=False), demo=True)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(build, "imagine", first_ones)
        patched.setattr(build, "menu_files", lambda year, seed: iter(()))
        build.build(settings, portal, make_vault(settings))


def _another_house(db: Session) -> tuple[Establishment, Dossier]:
    """An establishment whose every text sings."""
    place = an_establishment(db)  # its name is public
    dossier = Dossier(establishment_id=place.id, key=CANARY, birth_date=datetime(2014, 5, 2).date())
    db.add(dossier)
    db.flush()
    owned_by = {"dossier_id": dossier.id, "establishment_id": place.id}
    db.add(Identity(**owned_by, category=Category.IDENTITY, given_name=CANARY, family_name=CANARY))
    one = an_event(db, dossier, title=CANARY, place=CANARY, starts_at=NOW.replace(hour=15))
    db.add(EventPerson(event_id=one.id, position=0, kind="professional", name=CANARY, role=CANARY))
    somebody = an_account(db, CANARY)
    for table in (model.__table__ for model in SHARED if model not in (Identity, Event, Notice)):
        db.execute(
            insert(table).values(owned_by | {c.name: _any_of(c, somebody.id, one.id) for c in table.c if _wants(c)})
        )
    for tie in (a_parent, the_young_person):
        tie(db, dossier, account=an_account(db, CANARY))
    staff(db, dossier, Post.MANAGEMENT, account=an_account(db, CANARY))
    return place, dossier


def _wants(column: Column[Any]) -> bool:
    """Whether a row cannot be without it; who it is about is known already."""
    return not column.nullable and column.name not in ("dossier_id", "establishment_id")


def _any_of(column: Column[Any], somebody: UUID, about: UUID) -> Any:
    """Something that fits there, and sings if it can. ``about``: the rendez-vous, for what speaks of one."""
    kind = column.type.python_type
    at = NOW + timedelta(days="end" in column.name)  # nothing ends before it starts
    if isinstance(column.type, Instant):
        return at
    named = {key.column.table.name for key in column.foreign_keys}
    known = about if "event" in named else somebody if named else uuid4()
    values = {str: CANARY, UUID: known, date: at.date(), bool: True, int: 1, object: {}, bytes: uuid4().bytes * 2}
    return next(iter(kind)) if issubclass(kind, Enum) else values[kind]


def _shared_with_everybody_tied(db: Session, dossier: Dossier) -> None:
    """A notice, a line of the log, a sign-in, an agreement and a restriction around each dossier."""
    about = db.scalars(select(Event).where(Event.dossier_id == dossier.id).limit(1)).one()
    ties = db.scalars(select(Relationship).where(Relationship.dossier_id == dossier.id)).all()
    owned_by = {"dossier_id": dossier.id, "establishment_id": dossier.establishment_id}
    for tie in ties:
        tell(db, tie.account_id, NoticeKind.APPOINTMENT_ADDED, about=about)
        open_session(db, tie.account_id, Strength.LOW)
        said = {"categories": "appointments", "action": Action.VIEW, "endpoint": "x", "request_id": "x"}
        db.execute(insert(LogEntry).values(**owned_by, **said, account_id=tie.account_id, kind=Kind.PARENT))
    giver = next((tie for tie in ties if tie.kind is not Kind.STAFF), None)
    if giver is None:
        return
    what = {"category": Category.WISHES, "receipt": uuid4(), "given_by": giver.account_id, "capacity": "self_minor"}
    db.add(Agreement(**owned_by, **what, relationship_id=giver.id, starts_at=NOW))
    closed = {"source": Source.FREEZE, "against": Against.FAMILIES, "rows": "documents", "proof": CANARY}
    db.add(Restriction(**owned_by, **closed, starts_at=NOW))


def _decided(db: Session, establishment_id: UUID) -> None:
    if db.scalars(select(Perimeter).where(Perimeter.establishment_id == establishment_id)).first():
        return  # the demo decided by itself
    version = Perimeter(establishment_id=establishment_id, version=1, starts_at=NOW)
    db.add(version)
    db.flush()
    db.add(Opening(perimeter_id=version.id, column="parent_full", category=Category.PLAN, is_open=True))


SHARED = [mapper.class_ for mapper in Base.registry.mappers if issubclass(mapper.class_, Shared)]

WALLED = sorted(policies.plans())
"""Every table behind the wall."""
