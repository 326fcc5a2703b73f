"""Every WHERE of the portal's own questions removed: the wall alone still shows nobody another family's rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event, literal_column, select, true
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import ORMExecuteState, Session
from sqlalchemy.sql import Select, visitors

from portal.access.queries import reached
from portal.access.words import Strength, Viewer
from portal.accounts.services import open_session
from portal.app import create_app
from portal.core import clock, scope
from portal.core.errors import NeedsStrength, NotFound
from portal.core.models import Dossier
from portal.demo.cast import ROLES, account_id
from portal.dossier.cards import cards
from portal.dossier.models import Identity
from portal.inbox import queries as inbox
from portal.planning import happening
from portal.planning import queries as planning
from portal.planning.models import Event
from tests.access.walled import CANARY, NOW, Walled
from tests.conftest import a_configuration

PERSONAS = [role.name for role in ROLES]
BASE = "https://localhost"
ZONE = "Europe/Paris"

ASKED: dict[str, Callable[[Session, Viewer, UUID], Any]] = {
    "scope": lambda db, viewer, _: reached(db, viewer),
    "appointments": lambda db, viewer, _: planning.upcoming(db, viewer),
    "past appointments": lambda db, viewer, _: planning.past(db, viewer),
    "today and next ones": lambda db, viewer, one: happening.today_and_next(
        db, viewer, [one], clock.local_date(clock.now(), ZONE), ZONE, each=1000
    ),
    "one appointment": lambda db, viewer, one: planning.one(db, viewer, one),
    "names": lambda db, viewer, one: cards(db, viewer, [one]),
    "news": lambda db, viewer, _: inbox.waiting(db, viewer),
}


def without_where(statement: Any) -> Any:
    """The same statement with no condition left, in itself or inside: joins stay, LIMIT goes too."""

    def bare(element: Any) -> None:
        if isinstance(element, Select):
            element._where_criteria = ()
            element._limit_clause = element._fetch_clause = None
            if not element.get_final_froms():  # EXISTS (SELECT * WHERE …) named its table in what it lost
                element._raw_columns = [literal_column("1")]

    return visitors.cloned_traverse(statement, {}, {"select": bare})


@contextmanager
def careless(sessions: Any, found: list[Any]) -> Iterator[None]:
    """Every SELECT of these sessions forgets its WHERE; each row that comes back is kept in ``found``."""

    def forget(state: ORMExecuteState) -> Any:
        if not state.is_select:
            return None
        result = state.invoke_statement(statement=without_where(state.statement)).freeze()
        found.extend(result().all())
        return result()

    event.listen(sessions, "do_orm_execute", forget)
    try:
        yield
    finally:
        event.remove(sessions, "do_orm_execute", forget)


def dossiers_in(rows: list[Any], known: set[UUID]) -> set[UUID]:
    """Every dossier that a row names, in whatever column; of a whole object, its own."""
    values = (value for row in rows for value in row)
    return {getattr(value, "dossier_id", value) for value in values if not isinstance(value, dict | list)} & known


def test_a_statement_without_where_has_none_and_asks_for_everything(db):
    viewer = Viewer(UUID(int=1), Strength.SUBSTANTIAL)
    asked = planning.appointments(viewer).limit(1)
    assert "WHERE" in str(asked)
    assert "WHERE" not in str(without_where(asked))
    assert "WHERE" not in str(without_where(select(Event.id).where(Event.id.in_(select(Identity.id).where(true())))))


@pytest.mark.parametrize("persona", PERSONAS)
@pytest.mark.parametrize("question", ASKED)
def test_no_question_shows_another_family_when_it_forgets_its_where(wall: Walled, persona: str, question: str):
    who = account_id(persona)
    mine, known = wall.reached(who), {row.id for row in wall.everything("dossier")}
    found: list[Any] = []
    nothing = suppress(NoResultFound, NeedsStrength, NotFound)
    with careless(wall.portal, found), wall.as_(scope.account(who)) as db, nothing:
        ASKED[question](db, Viewer(who, Strength.SUBSTANTIAL), wall.stranger)
    assert dossiers_in(found, known) <= mine
    assert CANARY not in repr(found)


def test_without_the_wall_the_same_questions_show_everybody(wall: Walled):
    """Or the test above would prove nothing."""
    known = {row.id for row in wall.everything("dossier")}
    for question in ("appointments", "today and next ones", "names", "scope"):
        found: list[Any] = []
        with careless(wall.portal, found), wall.as_(scope.everywhere("test")) as db:
            ASKED[question](db, Viewer(account_id("mother"), Strength.SUBSTANTIAL), wall.stranger)
        assert wall.stranger in dossiers_in(found, known), question
        assert len(dossiers_in(found, known)) == len(known), question


@pytest.mark.parametrize("persona", PERSONAS)
def test_no_page_shows_another_family_when_nothing_has_a_where(wall: Walled, persona: str, tmp_path):
    """From the cookie on: even the question who is signed in finds that one sign-in and no other."""
    who = account_id(persona)
    mine = wall.reached(who)
    theirs = [row for row in wall.everything("identity") if row.dossier_id not in mine]
    titles = {row.id: row.dossier_id for row in wall.everything("event")}
    with clock.frozen(NOW), wall.portal.begin() as db:
        scope.enter(db, scope.account(who))
        token = open_session(db, who, Strength.SUBSTANTIAL)
    client = create_app(a_configuration(vault_url=f"file://{tmp_path}"), sessions=wall.portal).test_client()
    with client.session_transaction(base_url=BASE) as session:
        session.update(_user_id=token, _fresh=True)
    found: list[Any] = []
    with clock.frozen(NOW), careless(wall.portal, found):
        answers = [client.get(path, base_url=BASE) for path in ("/", "/rendez-vous/", "/rendez-vous/passes")]
    assert found, "pages asked something"
    for answer in answers:
        assert answer.status_code != 303, "somebody is signed in"
        assert CANARY not in answer.text
        assert [one.given_name for one in theirs if f" {one.given_name} " in answer.text and one.given_name] == []
    assert dossiers_in(found, {row.id for row in wall.everything("dossier")}) <= mine
    assert {titles[value] for row in found for value in row if isinstance(value, UUID) and value in titles} <= mine


def test_a_list_made_without_visible_shows_one_s_own(wall: Walled):
    with wall.as_(scope.account(account_id("mother"))) as db:
        assert set(db.scalars(select(Event.dossier_id))) == wall.reached(account_id("mother"))
        assert set(db.scalars(select(Dossier.id))) == wall.reached(account_id("mother"))
