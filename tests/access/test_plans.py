"""What a list of one reader reads on SQLite: their dossiers by an index, never everybody's rows."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from portal.access.queries import visible
from portal.access.words import Action, Category, Strength, Viewer
from portal.inbox.models import Notice
from portal.planning.models import Event
from tests.factories import an_account


@pytest.fixture
def engine(sqlite_engine: Engine) -> Engine:
    return sqlite_engine


@pytest.mark.parametrize("model", [Event, Notice])
@pytest.mark.parametrize("strength", [Strength.LOW, Strength.SUBSTANTIAL])
@pytest.mark.parametrize("action", [Action.VIEW, Action.ANSWER])
def test_a_list_looks_its_dossiers_up(db: Session, engine: Engine, model, strength, action) -> None:
    sent = []
    event.listen(engine, "before_cursor_execute", hear := lambda *said: sent.append((said[2], said[3])))
    viewer = Viewer(an_account(db).id, strength, frozenset(Category))
    db.execute(visible(model, viewer, model.id, action=action)).all()
    event.remove(engine, "before_cursor_execute", hear)
    sql, values = sent[-1]
    cursor = db.connection().connection.cursor()
    plan = [row[3] for row in cursor.execute(f"EXPLAIN QUERY PLAN {sql}", values)]
    assert any(line.startswith(f"SEARCH {model.__tablename__} ") for line in plan), plan
