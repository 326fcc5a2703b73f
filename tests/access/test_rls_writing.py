"""Behind row-level security nobody writes, changes or takes away what is another's; nor what access is decided from."""

from __future__ import annotations

from contextlib import contextmanager
from uuid import uuid4

import pytest
from sqlalchemy import delete, func, insert, select, text, update
from sqlalchemy.exc import DBAPIError

from portal.access.models import Kind, LogEntry, Reach, Relationship
from portal.access.sharing import Agreement, Perimeter, Restriction
from portal.access.words import Action
from portal.core import policies, scope
from portal.core.models import Account, Dossier
from portal.demo.cast import account_id
from portal.dossier.models import Identity
from portal.inbox.models import Notice
from portal.planning.models import Event, EventPerson
from tests.access.walled import NOW, WALLED, Walled

MOTHER = account_id("mother")
FACTS = ("reach", "relationship", "agreement", "restriction", "perimeter", "opening", "dossier")
"""What access is decided from: changed by its own services, in a scope of their own."""


@pytest.fixture
def mother(wall: Walled):
    """Her session, undone at the end."""
    with wall.as_(scope.account(MOTHER)) as db:
        yield db


@pytest.fixture
def hers(wall: Walled):
    (_, child) = sorted(wall.reached(MOTHER))
    return child


@contextmanager
def refused():
    with pytest.raises(DBAPIError, match="row-level security"):
        yield


def an_event_of(dossier_id, establishment_id):
    facts = {"key": str(uuid4()), "category": "planning", "nature": "school", "title": "Ajouté", "starts_at": NOW}
    return insert(Event).values(dossier_id=dossier_id, establishment_id=establishment_id, **facts)


def home_of(db, dossier_id):
    return db.scalar(select(Dossier.establishment_id).where(Dossier.id == dossier_id))


def test_a_row_is_added_to_a_dossier_in_reach(mother, hers):
    mother.execute(an_event_of(hers, home_of(mother, hers)))
    assert mother.scalar(select(func.count()).select_from(Event).where(Event.title == "Ajouté")) == 1


def test_no_row_is_added_to_a_dossier_out_of_reach(wall, mother):
    with refused():
        mother.execute(an_event_of(wall.stranger, wall.elsewhere))


def test_a_row_does_not_name_an_establishment_that_is_not_the_dossier_s(wall, mother, hers):
    with refused():
        mother.execute(an_event_of(hers, wall.elsewhere))


def test_a_row_is_not_moved_into_a_dossier_out_of_reach(wall, mother):
    with refused():
        mother.execute(update(Event).values(dossier_id=wall.stranger, establishment_id=wall.elsewhere))


@pytest.mark.parametrize("model", [Event, Identity], ids=lambda model: model.__tablename__)
def test_a_change_of_everything_changes_one_s_own(wall, mother, model):
    reached = wall.reached(MOTHER)
    own = sum(row.dossier_id in reached for row in wall.everything(model.__tablename__))
    everything = len(wall.everything(model.__tablename__))
    assert 0 < own < everything
    assert mother.execute(update(model).values(nature="x")).rowcount == own
    assert mother.execute(text(f"DELETE FROM {model.__tablename__}")).rowcount == own


def test_what_is_read_through_an_event_is_written_through_it(wall, mother):
    theirs = next(row.id for row in wall.everything("event") if row.dossier_id == wall.stranger)
    with refused(), mother.begin_nested():
        mother.execute(insert(EventPerson).values(event_id=theirs, position=9, kind="professional"))
    people = mother.scalar(select(func.count()).select_from(EventPerson))
    assert mother.execute(delete(EventPerson)).rowcount == people < len(wall.everything("event_person"))


@pytest.mark.parametrize("persona", ["mother", "aunt", "child", "educator", "director"])
@pytest.mark.parametrize("table", FACTS)
def test_nobody_signed_in_changes_what_access_is_decided_from(wall, persona, table):
    with wall.as_(scope.account(account_id(persona))) as db:
        column = next(iter(db.execute(text(f"SELECT * FROM {table} LIMIT 0")).keys()))
        assert db.execute(text(f"UPDATE {table} SET {column} = {column}")).rowcount == 0
        assert db.execute(text(f"DELETE FROM {table}")).rowcount == 0


def test_nobody_gives_themselves_a_dossier(wall, mother):
    """The wall asks ``reach``: whoever could write it would be through."""
    link = mother.scalars(select(Relationship).where(Relationship.account_id == MOTHER)).first()
    one = mother.scalars(select(Reach).where(Reach.account_id == MOTHER)).first()
    copied = {column.name: getattr(one, column.name) for column in Reach.__table__.c}
    there = {"dossier_id": wall.stranger, "establishment_id": wall.elsewhere}
    tie = {"account_id": MOTHER, "kind": Kind.PARENT, "authority": "full", "starts_at": NOW, "verified_at": NOW}
    given = {"receipt": uuid4(), "given_by": MOTHER, "capacity": "self_minor", "starts_at": NOW}
    for attempt in (
        insert(Reach).values(copied | there),
        insert(Reach).values(copied | {"category": "intimate_care"}),
        insert(Relationship).values(tie | there),
        insert(Relationship).values(tie | {"establishment_id": link.establishment_id, "dossier_id": link.dossier_id}),
        insert(Agreement).values(there | given | {"relationship_id": link.id, "category": "plan"}),
        insert(Perimeter).values(establishment_id=link.establishment_id, version=9, starts_at=NOW),
    ):
        with refused(), mother.begin_nested():
            mother.execute(attempt)


def test_the_log_takes_one_s_own_lines_and_keeps_all_of_them(mother, hers):
    line = {"dossier_id": hers, "establishment_id": home_of(mother, hers), "categories": "x", "action": Action.VIEW}
    line |= {"endpoint": "x", "request_id": "x", "kind": Kind.PARENT}
    mother.execute(insert(LogEntry).values(line | {"account_id": MOTHER}))
    with refused(), mother.begin_nested():
        mother.execute(insert(LogEntry).values(line | {"account_id": account_id("father")}))
    assert mother.execute(update(LogEntry).values(categories="")).rowcount == 0
    assert mother.execute(delete(LogEntry)).rowcount == 0


def test_who_looks_through_somebody_signs_the_line_of_the_log(wall, hers):
    looking, seen = account_id("director"), MOTHER
    line = {"dossier_id": hers, "categories": "x", "action": Action.VIEW, "endpoint": "x", "request_id": "x"}
    with wall.as_(scope.account(seen, through=looking)) as db:
        line |= {"establishment_id": home_of(db, hers), "kind": Kind.STAFF}
        db.execute(insert(LogEntry).values(line | {"account_id": looking, "seen_as": seen}))
        with refused():
            db.execute(insert(LogEntry).values(line | {"account_id": seen}))


def test_looking_through_somebody_marks_nothing_of_theirs(wall):
    with wall.as_(scope.account(MOTHER, through=account_id("director"))) as db:
        assert db.scalar(select(func.count()).select_from(Notice).where(Notice.account_id == MOTHER)) > 0
        assert db.execute(update(Notice).where(Notice.account_id == MOTHER).values(read_at=NOW)).rowcount == 0
        assert db.execute(update(Account).where(Account.id == MOTHER).values(mode="easy")).rowcount == 0


def test_one_changes_one_s_own_account_and_notices(wall, mother):
    assert mother.execute(update(Account).values(mode="easy")).rowcount == 1
    own = mother.scalar(select(func.count()).select_from(Notice))
    assert own > 0
    assert mother.execute(update(Notice).values(read_at=NOW)).rowcount == own
    with refused():
        mother.execute(update(Notice).values(account_id=account_id("father")))


def test_an_establishment_s_work_changes_its_own_and_no_other_s(wall):
    here = wall.everything("dossier")
    with wall.as_(scope.establishments(wall.elsewhere)) as db:
        assert db.execute(update(Dossier).values(key=Dossier.key)).rowcount == 1
        assert db.execute(delete(Restriction)).rowcount == 1
        db.execute(an_event_of(wall.stranger, wall.elsewhere))
        other = next(row for row in here if row.id != wall.stranger)
        for attempt in (an_event_of(other.id, other.establishment_id), an_event_of(other.id, wall.elsewhere)):
            with refused(), db.begin_nested():
                db.execute(attempt)
        with refused():
            db.execute(update(Dossier).values(establishment_id=other.establishment_id))


@pytest.mark.parametrize("table", WALLED)
def test_without_a_scope_nobody_writes(wall, table):
    with wall.as_(scope.NOBODY) as db:
        column = next(iter(db.execute(text(f"SELECT * FROM {table} LIMIT 0")).keys()))
        assert db.execute(text(f"UPDATE {table} SET {column} = {column}")).rowcount == 0
        assert db.execute(text(f"DELETE FROM {table}")).rowcount == 0
        with refused():
            db.execute(text(f"INSERT INTO {table} SELECT (jsonb_populate_record(NULL::{table}, '{{}}')).*"))


@pytest.mark.parametrize(
    "attempt",
    [
        "TRUNCATE event CASCADE",
        "DROP POLICY relie_select ON event",
        "ALTER TABLE event DISABLE ROW LEVEL SECURITY",
        "ALTER TABLE event NO FORCE ROW LEVEL SECURITY",
        "CREATE POLICY mine ON event USING (true)",
        "SET SESSION AUTHORIZATION postgres",
        "SET ROLE postgres",
        "SET session_replication_role = replica",
        "ALTER ROLE relie_portal BYPASSRLS",
        "CREATE TABLE copy AS SELECT * FROM event",
        "UPDATE alembic_version SET version_num = '0'",
    ],
)
def test_the_role_that_serves_cannot_take_the_wall_away(wall, mother, attempt):
    with pytest.raises(DBAPIError, match=r"must be|permission denied|only roles with"):
        mother.execute(text(attempt))


def test_row_security_switched_off_is_an_error_not_a_way_around(mother):
    mother.execute(text("SET LOCAL row_security = off"))
    with pytest.raises(DBAPIError, match="would be affected by row-level security"):
        mother.execute(select(Event))


def test_every_table_of_the_wall_is_here():
    assert set(FACTS) < set(policies.plans())
