"""The wire trips over a read past access, and over nothing else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from flask import Flask, Response, g, request
from sqlalchemy import delete, exists, func, select, text, update
from sqlalchemy.orm import Session

from portal.access.models import Reach
from portal.access.queries import visible
from portal.access.words import Category, Viewer
from portal.core.db import Base
from portal.inbox.models import Notice
from portal.planning.models import Event, EventPerson
from portal.web.guard import serves
from tests import tripwire
from tests.browsing import BASE, Browser
from tests.factories import a_dossier, a_parent, an_event

SERVED = serves(Category.APPOINTMENTS, Category.PLANNING, Category.IDENTITY)


@pytest.fixture(params=["sqlite"])
def engine(request: pytest.FixtureRequest) -> Any:
    return request.getfixturevalue("sqlite_engine")


@pytest.fixture
def app(own_app: Flask) -> Flask:
    """Its own: a page is added to it."""
    return own_app


@pytest.fixture
def trips(app: Flask, db: Session, browser: Browser, engine: Any) -> Callable[[Any], list[tripwire.Trip]]:
    """What a view trips over, opened by a mother."""

    def open_(view: Any) -> list[tripwire.Trip]:
        dossier = a_dossier(db)
        event = an_event(db, dossier)
        mother = a_parent(db, dossier)
        db.commit()

        def essai(viewer: Viewer) -> Response:
            view(viewer, event.id)
            return Response(status=204)

        app.add_url_rule("/essai", "essai", SERVED(essai))
        answer = browser.sign_in(mother.account_id).client.get("/essai", base_url=BASE)
        assert answer.status_code == 204
        wire = tripwire.over(engine)
        assert wire is not None
        return wire.take()

    return open_


def read_directly(_viewer: Viewer, event_id: UUID) -> None:
    g.db.scalar(select(Event.title).where(Event.id == event_id))


def count_directly(_viewer: Viewer, _event_id: UUID) -> None:
    g.db.scalar(select(func.count()).select_from(Event))


def read_what_hangs_from_it(_viewer: Viewer, event_id: UUID) -> None:
    g.db.execute(select(EventPerson.name).where(EventPerson.event_id == event_id))


def load_lazily(viewer: Viewer, event_id: UUID) -> None:
    list(g.db.scalars(visible(Event, viewer).where(Event.id == event_id)).one().people)


def change_by_an_identifier_that_was_sent(_viewer: Viewer, event_id: UUID) -> None:
    g.db.execute(update(Notice).where(Notice.item_id == event_id).values(read_at=None))


def erase_by_an_identifier_that_was_sent(_viewer: Viewer, event_id: UUID) -> None:
    g.db.execute(delete(Notice).where(Notice.id == event_id))


def look_beside_reach(_viewer: Viewer, event_id: UUID) -> None:
    """That somebody reaches this dossier is not that this viewer does."""
    reached = exists().where(Reach.dossier_id == Event.dossier_id)
    g.db.scalar(select(Event.title).where(Event.id == event_id, reached))


def write_the_statement_by_hand(_viewer: Viewer, _event_id: UUID) -> None:
    g.db.execute(text("SELECT title FROM event"))


def go_past_sqlalchemy(_viewer: Viewer, _event_id: UUID) -> None:
    g.db.connection().connection.cursor().execute("SELECT title FROM event")


@pytest.mark.parametrize(
    ("view", "table", "columns"),
    [
        (read_directly, "event", {"id", "title"}),
        (count_directly, "event", {""}),
        (read_what_hangs_from_it, "event_person", {"event_id", "name"}),
        (load_lazily, "event_person", {"event_id", "name"}),
        (change_by_an_identifier_that_was_sent, "notice", {"item_id"}),
        (erase_by_an_identifier_that_was_sent, "notice", {"id"}),
        (look_beside_reach, "event", {"title"}),
        (write_the_statement_by_hand, "event", {"title"}),
        (go_past_sqlalchemy, "event", {"title"}),
    ],
)
def test_a_read_past_access_trips(trips: Any, view: Any, table: str, columns: set[str]) -> None:
    (trip,) = trips(view)
    assert (trip.endpoint, trip.table) == ("essai", table)
    assert columns <= set(trip.columns)


def test_the_same_statement_trips_again_though_it_was_prepared_before(trips: Any) -> None:
    def twice(viewer: Viewer, event_id: UUID) -> None:
        read_directly(viewer, event_id)
        read_directly(viewer, event_id)

    assert len(trips(twice)) == 2


def read_as_one_should(viewer: Viewer, event_id: UUID) -> None:
    g.db.execute(visible(Event, viewer, Event.title).where(Event.id == event_id))
    g.db.scalar(select(func.count()).select_from(visible(Event, viewer, Event.id).subquery()))
    people = select(EventPerson.name).where(EventPerson.event_id.in_(visible(Event, viewer, Event.id)))
    g.db.execute(people)


def write_a_new_row(viewer: Viewer, event_id: UUID) -> None:
    """SQLite reads the keys of a row's parents by itself."""
    g.db.add(EventPerson(event_id=event_id, position=7, kind="escort", name="Paul"))
    g.db.flush()


@pytest.mark.parametrize("view", [read_as_one_should, write_a_new_row])
def test_what_goes_through_access_does_not_trip(trips: Any, view: Any) -> None:
    assert trips(view) == []


def test_the_test_that_asked_for_it_fails_and_is_told_why(trips: Any, engine: Any) -> None:
    wire = tripwire.over(engine)
    assert wire is not None
    found = trips(read_directly)
    wire.trips = found
    with pytest.raises(AssertionError, match=r"essai reads event \(id, title\) without access.queries, by: SELECT"):
        tripwire.check(engine)
    tripwire.check(engine)  # said once


def test_a_test_s_own_reads_are_its_own(db: Session, engine: Any) -> None:
    db.scalars(select(Event)).all()
    tripwire.check(engine)


def test_every_row_about_a_person_is_watched() -> None:
    assert {"event", "event_person", "identity", "contact", "notice", "transport"} <= tripwire.people()
    assert not {"account", "dossier", "reach", "dish", "access_log"} & tripwire.people()


def test_what_is_allowed_exists_and_says_why(app: Flask) -> None:
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()}
    for endpoint, table, because in tripwire.lines():
        assert endpoint in endpoints, f"tests/tripwire.tsv: no address is called {endpoint}"
        assert table == "*" or table in Base.metadata.tables, f"tests/tripwire.tsv: no table is called {table}"
        assert because


def test_requests_are_what_it_watches(app: Flask, engine: Any, sessions: Any) -> None:
    with app.test_request_context("/rendez-vous/"):
        assert request.endpoint == "planning.appointments"
        with sessions() as session:
            session.execute(select(Event.title))
    wire = tripwire.over(engine)
    assert wire is not None
    assert [trip.endpoint for trip in wire.take()] == ["planning.appointments"]
