"""The matrix finds what it is there to find: planted in a portal of its own, each fault is said in a sentence."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask import Blueprint, Response, g
from sqlalchemy import delete, select

from portal.access.words import Category, Viewer
from portal.core.db import make_engine
from portal.core.errors import NotFound
from portal.inbox.models import Notice
from portal.planning.models import Event
from portal.web.guard import public, serves
from portal.web.page import go
from tests.matrix import objects, table
from tests.matrix.conftest import a_door
from tests.matrix.people import PERSONAS
from tests.matrix.routes import Route, routes
from tests.matrix.trying import Trial
from tests.schema import hastened

bp = Blueprint("planted", __name__, url_prefix="/faute")


@bp.get("/brut/<uuid:event_id>")
@serves(Category.APPOINTMENTS)
def raw(_viewer: Viewer, event_id: UUID) -> Response:
    """Reads the row itself, past access."""
    found = g.db.scalar(select(Event.title).where(Event.id == event_id))
    if found is None:
        raise NotFound
    g.about = ()
    return Response(found, mimetype="text/html")


@bp.get("/existe/<uuid:event_id>")
@serves(Category.APPOINTMENTS)
def exists(_viewer: Viewer, event_id: UUID) -> Response:
    """The same page either way, and one statement more when it is there."""
    if g.db.scalar(select(Event.id).where(Event.id == event_id)):
        g.db.execute(select(Event.id).limit(1))
    raise NotFound


@bp.post("/efface")
@serves(Category.APPOINTMENTS)
def erases(_viewer: Viewer) -> Response:
    """Believes the identifier that the form gives."""
    from flask import request

    g.db.execute(delete(Notice).where(Notice.id == request.form.get("shown", type=UUID)))
    return go("/")


@bp.get("/nouvelle")
@public(because="a page that nobody wrote a row for")
def new() -> Response:
    return Response("ok", mimetype="text/html")


@pytest.fixture(scope="module")
def planted(noon: None, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trial]:
    folder = tmp_path_factory.mktemp("planted")
    path = folder / "relie.db"
    shutil.copy(sqlite_template, path)
    engine = hastened(make_engine(f"sqlite:///{path}"))
    door = a_door(engine, folder)
    door.app._got_first_request = False
    door.app.register_blueprint(bp)
    yield Trial(door, None, door.digest())
    engine.dispose()


def route(planted: Trial, name: str) -> Route:
    return next(one for one in routes(planted.door.app) if one.endpoint == f"planted.{name}")


def row(name: str, thing: str, outcome: str, method: str = "GET") -> table.Row:
    return table.Row(f"planted.{name}", method, thing, dict.fromkeys(PERSONAS, outcome))


def test_a_new_route_is_named_with_the_line_it_lacks(planted: Trial) -> None:
    lines = planted.missing(routes(planted.door.app), table.rows())
    assert "planted.new\tGET\t-\tpage: *" in lines
    assert "planted.raw\tGET\tforeign" in "\n".join(lines)


def test_a_view_that_reads_past_access_is_found_by_its_words(planted: Trial) -> None:
    said = "\n".join(planted.row(row("raw", "foreign", "404"), [route(planted, "raw")]))
    assert "mother, GET /faute/brut/<uuid:event_id> (planted.raw), event_id of others" in said
    assert "the table says 404, the portal answers page" in said
    assert "tells 'farqzappointmentsqz'" in said
    assert "event_id of somebody else’s: body differs from what does not exist: 'nearqz" in said


def test_a_statement_more_for_what_exists_is_found(planted: Trial) -> None:
    said = "\n".join(planted.row(row("exists", "foreign", "404"), [route(planted, "exists")]))
    assert "mother, GET /faute/existe/<uuid:event_id>, event_id of somebody else’s: statements differs" in said
    assert "tells" not in said


def test_a_form_that_changes_what_belongs_to_others_is_found(planted: Trial, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(objects.FORMS, "planted.erases", objects.FORMS["inbox.seen"])
    said = "\n".join(planted.row(row("erases", "-", "go", "POST"), [route(planted, "erases")]))
    assert "mother, POST /faute/efface: naming what is somebody else’s changed a row" in said


def test_a_row_of_an_answer_that_changed_is_found(planted: Trial) -> None:
    said = list(planted.row(row("new", "-", "404"), [route(planted, "new")]))
    assert len(said) == len(PERSONAS)
    assert said[0] == "nobody, GET /faute/nouvelle (planted.new): the table says 404, the portal answers page"


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("home.home\tGET\tpage: *", "four cells"),
        ("home.home\tGET\tmine\tpage: *", "'mine' is none of"),
        ("home.home\tGET\t-\tok: *", "'ok' is none of"),
        ("home.home\tGET\t-\tpage: aunt · 404: *", "nobody is called 'aunt'"),
        ("home.home\tGET\t-\tpage: mother father", "nothing for "),
    ],
)
def test_a_line_that_says_nothing_sure_is_refused(line: str, says: str) -> None:
    with pytest.raises(table.BadTable, match=says):
        table.read(line)


def test_the_first_that_names_somebody_counts(planted: Any) -> None:
    read = table.read("home.home\tGET\t-\tstep_up: weak · page: *")
    assert (read.answers["weak"], read.answers["mother"]) == ("step_up", "page")
    assert table.written(*read.key, read.answers) == "home.home\tGET\t-\tstep_up: weak · page: *"


def test_every_family_has_a_thing_of_every_kind(planted: Trial) -> None:
    """The world grows with the models: a foreign thing of each is there to be looked for."""
    from tests.matrix.things import ONLY, shared_models

    for family in planted.door.families.values():
        for model in shared_models():
            for category in ONLY.get(model.__tablename__, model.CATEGORIES):
                assert (model.__tablename__, category) in family.rows
