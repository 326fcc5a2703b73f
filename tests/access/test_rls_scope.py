"""A scope is for one transaction of one session: it ends with it, whatever happens, and the next one begins without."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import event, func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, sessionmaker

from portal.access.words import Strength
from portal.accounts.services import open_session
from portal.core import clock, scope
from portal.core.db import make_engine, make_sessions
from portal.core.jobs import enqueue
from portal.core.work import run_once
from portal.demo.cast import account_id
from portal.dossier.models import Identity
from portal.planning.models import Event
from tests.access.walled import NOW, Walled
from tests.conftest import a_configuration

MOTHER, FATHER = account_id("mother"), account_id("father")


@pytest.fixture
def alone(wall: Walled):
    """Sessions on one single connection: what one leaves there, the next one finds."""
    engine = make_engine(wall.engine.url.render_as_string(hide_password=False), pool_size=1, max_overflow=0)
    with clock.frozen(NOW):
        yield make_sessions(engine)
    engine.dispose()


def seen(db: Session) -> int:
    return db.scalar(select(func.count()).select_from(Identity)) or 0


def connection_of(db: Session) -> int:
    return db.scalar(text("SELECT pg_backend_pid()")) or 0


def leave_by_commit(db):
    db.commit()


def leave_by_rollback(db):
    db.rollback()


def leave_by_an_error(db):
    with pytest.raises(DBAPIError):
        db.execute(text("SELECT 1 / 0"))


@pytest.mark.parametrize("leave", [leave_by_commit, leave_by_rollback, leave_by_an_error])
def test_the_next_session_on_the_same_connection_is_nobody_s(alone, leave):
    with alone() as db:
        scope.enter(db, scope.account(MOTHER))
        assert seen(db) == 2
        same = connection_of(db)
        leave(db)
    with alone() as db:
        assert connection_of(db) == same
        assert seen(db) == 0
        assert db.scalar(text("SELECT current_setting('relie.account', true)")) == ""


@pytest.mark.parametrize("leave", [leave_by_commit, leave_by_rollback])
def test_the_next_transaction_of_a_session_is_in_the_same_scope(alone, leave):
    with alone() as db:
        scope.enter(db, scope.account(MOTHER))
        leave(db)
        assert seen(db) == 2
        scope.enter(db, scope.NOBODY)
        assert seen(db) == 0


def test_a_scope_entered_before_anything_is_asked_costs_nothing_until_then(alone):
    begun: list[object] = []
    event.listen(alone.kw["bind"], "begin", begun.append)
    with alone() as db:
        scope.enter(db, scope.account(MOTHER))
        assert begun == []
        assert seen(db) == 2


def test_a_while_in_another_scope_ends_with_it(alone):
    with alone() as db:
        scope.enter(db, scope.account(MOTHER))
        with scope.within(db, scope.everywhere("test")):
            everybody = seen(db)
            with scope.within(db, scope.NOBODY):
                assert seen(db) == 0
            assert seen(db) == everybody
        assert seen(db) == 2 < everybody
        assert scope.current(db) == scope.account(MOTHER)


def test_a_failure_inside_leaves_the_former_scope(alone):
    with alone() as db:
        scope.enter(db, scope.account(MOTHER))
        with pytest.raises(KeyError), scope.within(db, scope.everywhere("test")):
            raise KeyError
        assert seen(db) == 2


def test_a_transaction_that_failed_inside_begins_anew_in_the_former_scope(alone):
    with alone() as db:
        scope.enter(db, scope.account(MOTHER))
        with pytest.raises(DBAPIError), scope.within(db, scope.everywhere("test")):
            db.execute(text("SELECT 1 / 0"))
        db.rollback()
        assert seen(db) == 2


def test_a_savepoint_that_is_undone_takes_its_scope_with_it(alone):
    with alone() as db:
        scope.enter(db, scope.account(MOTHER))
        assert seen(db) == 2
        with pytest.raises(DBAPIError), db.begin_nested(), scope.within(db, scope.everywhere("test")):
            db.execute(text("SELECT 1 / 0"))
        assert seen(db) == 2
        with scope.within(db, scope.everywhere("test")):
            assert seen(db) > 2


def test_what_waits_is_written_in_the_scope_it_was_made_in(wall, alone):
    facts = {"dossier_id": wall.stranger, "establishment_id": wall.elsewhere, "category": "planning", "starts_at": NOW}
    with alone() as db:
        scope.enter(db, scope.account(MOTHER))
        db.add(Event(**facts, key="slipped in"))
        with pytest.raises(DBAPIError, match="row-level security"), scope.within(db, scope.everywhere("test")):
            pass


def test_what_was_made_inside_is_written_before_leaving(wall, alone):
    facts = {"dossier_id": wall.stranger, "establishment_id": wall.elsewhere, "category": "planning", "starts_at": NOW}
    with alone() as db:
        scope.enter(db, scope.account(MOTHER))
        with scope.within(db, scope.everywhere("test")):
            db.add(one := Event(**facts, key="made inside"))
        assert one.id is not None
        assert one not in db.new
        assert db.scalar(select(Event.id).where(Event.key == "made inside")) is None
        db.rollback()


def test_everything_wants_a_reason():
    with pytest.raises(ValueError, match="why"):
        scope.everywhere("")


def test_a_scope_says_one_thing_and_takes_back_the_former(alone):
    names = ("account", "through", "token", "establishments", "everywhere")
    wanted = (
        scope.account(MOTHER, through=FATHER), scope.token(b"\x01"), scope.establishments(UUID(int=2), UUID(int=1)),
        scope.everywhere("test"), scope.NOBODY,
    )  # fmt: skip
    said = {}
    with alone() as db:
        for one in wanted:
            scope.enter(db, one)
            found = {name: db.scalar(text(f"SELECT current_setting('relie.{name}', true)")) for name in names}
            said[one] = {name: value for name, value in found.items() if value}
    assert list(said.values()) == [
        {"account": str(MOTHER), "through": str(FATHER)},
        {"token": "01"},
        {"establishments": f"{UUID(int=1)},{UUID(int=2)}"},
        {"everywhere": "test"},
        {},
    ]


@pytest.mark.parametrize("instant", ["before", "after"])
def test_the_wall_lives_at_the_instant_of_the_portal_s_clock(alone, wall, instant):
    """A link of the demo begins two Septembers ago: on an earlier day it opens nothing."""
    at = NOW.replace(year=2020) if instant == "before" else NOW
    with clock.frozen(at), alone() as db:
        scope.enter(db, scope.account(MOTHER))
        assert seen(db) == (0 if instant == "before" else 2)


def test_sqlite_is_told_nothing(sqlite_engine):
    told: list[str] = []
    event.listen(sqlite_engine, "before_cursor_execute", lambda *args: told.append(args[2]))
    with make_sessions(sqlite_engine)() as db:
        scope.enter(db, scope.account(MOTHER))
        assert seen(db) == 0
        with scope.within(db, scope.everywhere("test")):
            assert seen(db) == 0
    assert len([sql for sql in told if not sql.startswith("BEGIN")]) == 2


def test_a_job_sees_nothing_until_it_says_for_whom(alone: sessionmaker[Session]):
    found = []

    def look(db, _args):
        found.append(seen(db))
        scope.enter(db, scope.account(MOTHER))
        found.append(seen(db))

    with alone.begin() as db:
        enqueue(db, "look", {})
    assert run_once(alone, {"look": look})
    assert found == [0, 2]


def test_a_page_says_for_whom_once_its_cookie_is_known(wall, alone, tmp_path):
    from portal.app import create_app

    with alone.begin() as db:
        scope.enter(db, scope.account(MOTHER))
        token = open_session(db, MOTHER, Strength.SUBSTANTIAL)
    told: list[dict[str, str]] = []
    event.listen(alone.kw["bind"], "before_cursor_execute", lambda *args: told.append((args[2], args[3])))
    client = create_app(a_configuration(vault_url=f"file://{tmp_path}"), sessions=alone).test_client()
    told.clear()
    with client.session_transaction(base_url="https://localhost") as session:
        session.update(_user_id=token, _fresh=True)
    assert client.get("/rendez-vous/", base_url="https://localhost").status_code == 200
    scopes = [parameters for sql, parameters in told if sql.startswith("SELECT set_config")]
    assert [(one["account"], bool(one["token"]), one["everywhere"]) for one in scopes] == [
        ("", True, ""),
        (str(MOTHER), False, ""),
    ]
    assert told[0][0].startswith("SELECT set_config"), "before the first question"
