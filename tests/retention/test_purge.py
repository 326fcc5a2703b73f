"""After a purge nothing is left of somebody who left but the seal of the months in which they were read."""

from __future__ import annotations

import json
import logging
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import JSON, Uuid, func, select
from sqlalchemy import event as event_of

from portal.access import limiting, log
from portal.access.models import LogEntry, Post, Reach, Relationship
from portal.access.queries import Reached
from portal.access.seal import seal
from portal.access.seal_check import Finding, check
from portal.access.seals import Head
from portal.access.sharing import Against, Restriction, Source
from portal.access.words import Action, Category, Nature, Strength, Viewer
from portal.accounts import enrolment
from portal.accounts.enrolments import Enrolment
from portal.accounts.models import SignIn
from portal.accounts.services import open_session
from portal.connectors.dui.intake import Sender
from portal.connectors.dui.records import State
from portal.core import clock
from portal.core.db import Base
from portal.core.jobs import Job
from portal.core.models import Account, AccountState, Dossier, DossierState, Shared
from portal.dossier.models import DuiMessage, Kept
from portal.reception import make_intake
from portal.retention import queries, services
from portal.retention.raw import without_others
from portal.retention.rules import RULES
from portal.safekeeping import erasing
from portal.staffing.models import Review
from tests.conftest import a_configuration
from tests.connectors.dui.writing import FINESS, ZOE, bundle, event, patient, practitioner, raw
from tests.factories import NOON, a_parent, an_account, an_establishment, staff
from tests.matrix.things import shared_models
from tests.retention.conftest import counted, said, where

pytestmark = pytest.mark.turns

TWO_YEARS = 25


@pytest.fixture
def purge(sessions, vault):
    return lambda at=NOON: services.purge(sessions, vault, at)


def test_nothing_is_left_of_somebody_who_left_long_ago(sessions, vault, families, leave, purge, caplog):
    near = families["near"]
    with sessions.begin() as db:
        assert where(db, vault, "nearqz")
        at_work = db.get_one(Account, near.links["educator_other"].account_id)
        at_work.display_name, at_work.email = "Karim", "k@ime.example"  # stays: others live in that group
        others = {place: text.count("childqz") for place, text in said(db, vault).items()}
    leave(near, TWO_YEARS)
    with caplog.at_level(logging.DEBUG):
        done = purge()
    assert done.erased == 1
    with sessions() as db:
        assert where(db, vault, "nearqz") == []
        assert not mentions(db, near.dossier.id)
        assert {place: text.count("childqz") for place, text in said(db, vault).items() if place in others} == others
    assert "nearqz" not in caplog.text


def mentions(db, identifier: UUID) -> list[str]:
    """Columns in which an identifier stands, whatever their type."""
    found = []
    for table in Base.metadata.sorted_tables:
        for column in table.c:
            if (isinstance(column.type, Uuid) and db.scalar(select(column).where(column == identifier).limit(1))) or (
                isinstance(column.type, JSON)
                and any(str(identifier) in json.dumps(value) for value in db.scalars(select(column)))
            ):
                found.append(f"{table.name}.{column.name}")
    return found


def test_every_table_about_people_is_emptied_by_category_and_erased_with_its_dossier(db, families):
    """A new table is here by itself; whatever hangs from one goes with it. Each begins with the same world."""
    near, far = families["near"], families["far"]
    models = shared_models()
    assert models
    for model in models:
        with db.begin_nested() as before:
            name = model.__tablename__
            categories = {row.category for (table, _), row in near.rows.items() if table == name}
            assert categories, f"tests/matrix/things.py writes no row of {name}"
            assert categories <= set(Category)
            for category in sorted(categories):
                assert number(db, model, near, category), (name, category)
                erasing.empty(db, near.dossier.id, [category])
                assert not number(db, model, near, category), (name, category)
                assert number(db, model, far, category), (name, category)
            erasing.erase(db, far.dossier.id)
            assert not db.scalar(select(func.count()).select_from(model).where(model.dossier_id == far.dossier.id)), (
                name
            )
            before.rollback()
        db.expire_all()


def number(db, model, family, category):
    own = (model.dossier_id == family.dossier.id, model.category == category)
    return db.scalar(select(func.count()).select_from(model).where(*own))


def test_a_table_that_names_a_dossier_refers_to_it_or_has_a_rule_of_its_own():
    """Without a foreign key the purge would pass it by."""
    loose = {
        table.name
        for table in Base.metadata.sorted_tables
        for column in table.c
        if column.name in ("dossier_id", "dossier") and not column.foreign_keys
    }
    assert loose == {"access_log"}


def test_every_category_a_table_may_hold_has_a_rule():
    for mapper in Base.registry.mappers:
        if issubclass(mapper.class_, Shared):
            for category in mapper.class_.CATEGORIES:
                assert {(category, state) for state in DossierState} <= RULES.keys()


def test_somebody_present_and_somebody_who_just_left_lose_nothing(sessions, vault, families, leave, purge):
    leave(families["near"], 0, DossierState.LEFT_READABLE)
    with sessions() as db:
        before = counted(db)
    assert purge().erased == 0
    with sessions() as db:
        assert counted(db) == before


def test_categories_go_one_after_the_other(sessions, vault, families, leave, purge):
    near = families["near"]
    first = {category for _, category in near.rows}
    for months, state, gone in (
        (1, DossierState.LEFT_READABLE, {"intimate_care"}),
        (3, DossierState.LEFT_READABLE, {"intimate_care", "treatment"}),
        (6, DossierState.LEFT, {"intimate_care", "treatment", "diet", "protocol", "household", "menus"}),
        (12, DossierState.LEFT, {category.value for category in Category} - {"identity", "wishes"}),
    ):
        leave(near, months, state)
        assert purge().emptied == 1
        assert purge().emptied == 0, "the second time there is nothing left to do"
        with sessions() as db:
            held = {
                category
                for model in queries.shared_models()
                for category in db.scalars(select(model.category).where(model.dossier_id == near.dossier.id))
            }
            assert held == first - gone
            assert db.get(Relationship, near.links["stranger"].id) is not None


def test_a_freeze_keeps_everything_and_says_so(sessions, vault, families, leave, purge):
    near = families["near"]
    with sessions.begin() as db:
        director = staff(db, db.get_one(Dossier, near.dossier.id), Post.MANAGEMENT)
        limiting.restrict(
            db,
            db.get_one(Dossier, near.dossier.id),
            source=Source.FREEZE,
            against=Against.FAMILIES,
            rows=[(Category.IDENTITY, Nature.NONE)],
            proof="information préoccupante",
            by=director.account_id,
        )
    leave(near, TWO_YEARS)
    with sessions() as db:
        due = queries.due(db, NOON)
        assert [one.id for one in due.kept_by_freeze] == [near.dossier.id]
    assert (purge().erased, purge().emptied) == (0, 0)
    with sessions.begin() as db:
        freeze = db.scalars(
            select(Restriction).where(Restriction.source == Source.FREEZE, Restriction.dossier_id == near.dossier.id)
        ).one()
        freeze.lifted_at = NOON
    assert purge().erased == 1


def test_somebody_expected_who_never_came_goes_a_year_after_the_last_news(sessions, families, leave, purge):
    leave(families["near"], 11, DossierState.PRE_ADMISSION)
    assert purge().erased == 0
    leave(families["near"], 12, DossierState.PRE_ADMISSION)
    assert purge().erased == 1


def test_the_account_of_the_family_is_closed_signed_out_and_nameless_and_that_of_two_families_is_not(
    sessions, vault, families, leave, purge
):
    near = families["near"]
    stranger = near.links["stranger"].account_id
    with sessions.begin() as db:
        both = a_parent(db, db.get_one(Dossier, near.dossier.id), account=an_account(db, "Both", email="b@f.example"))
        a_parent(db, db.get_one(Dossier, families["far"].dossier.id), account=db.get_one(Account, both.account_id))
        for account in (stranger, both.account_id):
            open_session(db, account, Strength.SUBSTANTIAL)
    leave(near, TWO_YEARS)
    done = purge()
    with sessions() as db:
        one, other = db.get_one(Account, stranger), db.get_one(Account, both.account_id)
        assert (one.state, one.display_name, one.email) == (AccountState.CLOSED, "", None)
        assert (other.state, other.display_name, other.email) == (AccountState.ACTIVE, "Both", "b@f.example")
        signed_in = set(db.scalars(select(SignIn.account_id)))
        assert (other.id in signed_in, stranger in signed_in) == (True, False)
        assert not db.scalars(select(Reach).where(Reach.account_id == stranger)).all()
        assert not db.scalars(select(Job).where(Job.key.contains(str(stranger)))).all()
    assert done.accounts >= 1


def test_an_account_that_was_never_tied_to_anybody_is_left_alone(sessions, families, leave, purge):
    with sessions.begin() as db:
        invited = an_account(db, "Invited", email="i@f.example").id
    leave(families["near"], TWO_YEARS)
    purge()
    with sessions() as db:
        assert db.get_one(Account, invited).display_name == "Invited"


def test_lines_of_the_log_go_by_the_month_and_their_seal_stays(sessions, families, purge):
    near, viewer = families["near"], families["near"].links["stranger"].account_id
    for days in (500, 400, 20):
        with clock.frozen(NOON - _days(days)), sessions.begin() as db:
            a_line(db, near, viewer)
            seal(db)
    with clock.frozen(NOON), sessions.begin() as db:
        seal(db)
    assert purge().log_lines == 2
    with sessions() as db:
        assert db.scalar(select(func.count()).select_from(LogEntry).where(LogEntry.account_id == viewer)) == 1
        assert db.scalar(select(func.count()).select_from(Head).where(Head.purged)) == 2
        assert not [one for one in check(db, []) if isinstance(one, Finding)]


def _days(number):
    return timedelta(days=number)


def a_line(db, family, account_id):
    shown = Reached(
        family.dossier.id, family.place.id, family.links["stranger"].kind, Post.NONE, frozenset({Category.IDENTITY})
    )
    log.record(db, Viewer(account_id, Strength.SUBSTANTIAL), [shown], action=Action.VIEW, endpoint="e", request_id="r")


def test_an_old_sign_in_is_forgotten_and_one_that_lives_is_not(sessions, families, purge):
    viewer = families["near"].links["stranger"].account_id
    for days in (200, 95, 80, 0):
        with clock.frozen(NOON - _days(days)), sessions.begin() as db:
            open_session(db, viewer, Strength.SUBSTANTIAL)
    assert purge().sign_ins == 2
    with sessions() as db:
        mine = select(func.count()).select_from(SignIn).where(SignIn.account_id == viewer, SignIn.device == "")
        assert db.scalar(mine) == 2


def test_a_letter_that_never_served_is_forgotten_and_one_that_did_goes_with_its_account(sessions, families, purge):
    one = families["near"].links["stranger"]
    facts = {"secret_key": "k" * 40, "establishment_id": one.establishment_id, "by": None, "handed": True}
    with sessions.begin() as db:
        for days in (200, 150, 100, 0):
            with clock.frozen(NOON - _days(days)):
                made = enrolment.issue(db, one.account_id, **facts)
                if days == 200:
                    enrolment.redeem(db, made.number, made.secret, secret_key="k" * 40)
    purge()
    with sessions() as db:
        assert set(db.scalars(select(Enrolment.issued_at))) == {NOON - _days(days) for days in (200, 100, 0)}
    with sessions.begin() as db:
        services.anonymise(db, [one.account_id])
        assert db.scalar(select(func.count()).select_from(Enrolment)) == 0


def test_whoever_left_the_team_keeps_their_name_as_long_as_the_log_says_it_and_no_longer(sessions, families, purge):
    near = families["near"]
    with sessions.begin() as db:
        dossier, left = db.get_one(Dossier, near.dossier.id), {}
        for name, days in (("long", 400), ("lately", 300), ("parent", 400)):
            account = an_account(db, name)
            left[name] = staff(db, dossier, Post.CARE, account=account, ends_at=NOON - _days(days)).account_id
        a_parent(db, dossier, account=db.get_one(Account, left["parent"]))
    purge()
    with sessions() as db:
        found = {name: db.get_one(Account, one) for name, one in left.items()}
    kept = {name: (one.display_name, one.state) for name, one in found.items()}
    assert kept["long"] == ("", AccountState.CLOSED)
    assert kept["lately"] == ("lately", AccountState.ACTIVE)
    assert kept["parent"] == ("parent", AccountState.ACTIVE)


def test_who_looked_at_an_assignment_is_forgotten_after_two_years(sessions, families, purge):
    link = families["near"].colleague
    with sessions.begin() as db:
        for days in (740, 720):
            facts = {"relationship_id": link.id, "establishment_id": link.establishment_id}
            db.add(Review(**facts, said_by=families["child"].links["director"].account_id, said_at=NOON - _days(days)))
    purge()
    with sessions() as db:
        assert db.scalars(select(Review.said_at)).all() == [NOON - _days(720)]


# Raw messages

SECRET, OPEN = "zoeqzsecretqz", "hugoqzgoalqz"
GOAL = {"resourceType": "Goal", "lifecycleStatus": "active"}


@pytest.fixture
def received(sessions, vault):
    """One message about two young people, Zoé and Hugo, taken in by the real door."""
    with sessions.begin() as db:
        place = an_establishment(db, finess=FINESS)
    intake = make_intake(a_configuration(), sessions, vault)
    message = bundle(
        patient(name=[{"family": "Durand", "given": ["Hugo"]}]),
        patient(ZOE, name=[{"family": SECRET, "given": ["Zoé"]}]),
        practitioner(),
        GOAL | {"subject": {"reference": "Patient/123456"}, "description": {"text": OPEN}},
        GOAL | {"subject": {"reference": "Patient/654321"}, "description": {"text": SECRET}},
        event(about="654321", extension=[{"url": f"{EVENT}", "valueString": SECRET}]),
    )
    outcome = intake.take_in(raw(message), Sender("DUI", {FINESS: place}))
    assert outcome.state is State.TAKEN, outcome.issues
    return place


EVENT = "https://interop.esante.gouv.fr/ig/fhir/tddui/StructureDefinition/tddui-event-label"


def dossier_of(db, key):
    return db.scalars(select(Dossier).where(Dossier.key == key)).one()


def test_a_raw_message_about_two_loses_the_one_who_is_erased_and_keeps_the_other_in_their_place(
    sessions, vault, received, purge
):
    with sessions.begin() as db:
        assert any(place.startswith("vault") for place in where(db, vault, SECRET))
        zoe = dossier_of(db, ZOE)
        zoe.state = DossierState.LEFT
        zoe.left_at = NOON - _days(800)
    assert purge().erased == 1
    with sessions() as db:
        assert where(db, vault, SECRET) == []
        kept = db.scalars(select(Kept)).one()
        entries = json.loads(vault.read(kept.vault_key, 1 << 20))["entry"]
        assert entries[kept.entry]["resource"]["description"]["text"] == OPEN
        assert [bool(one) for one in entries] == [False, False, False, True, False, False]
        assert db.scalars(select(DuiMessage.vault_key)).one() == kept.vault_key
        assert list(vault.names()) == [kept.vault_key]


def test_a_raw_message_that_nobody_points_at_is_forgotten_after_a_month(sessions, vault, received, purge):
    with sessions.begin() as db:
        db.execute(Kept.__table__.delete())
    assert purge(NOON + _days(20)).objects == 0
    assert purge(NOON + _days(40)).objects == 1
    with sessions() as db:
        assert not list(vault.names())
        assert db.scalars(select(DuiMessage.vault_key)).one() is None


def test_cutting_twice_changes_nothing_the_second_time(sessions, vault, received, purge):
    assert purge(NOON + _days(40)).objects == 1
    before = sorted(vault.names())
    assert purge(NOON + _days(41)).objects == 0
    assert sorted(vault.names()) == before


def test_what_is_kept_keeps_the_document_it_refers_to():
    document = {"resource": {"resourceType": "DocumentReference", "content": [{"attachment": {"url": "urn:uuid:1"}}]}}
    content = {"fullUrl": "urn:uuid:1", "resource": {"resourceType": "Binary", "data": "AAAA"}}
    other = {"fullUrl": "urn:uuid:2", "resource": {"resourceType": "Binary", "data": "BBBB"}}
    made = json.loads(without_others(json.dumps({"entry": [document, content, other]}).encode(), [0]))
    assert made["entry"] == [document, content, {}]


@pytest.mark.parametrize("commit", ["of the dossier", "of the message"])
def test_a_purge_that_cannot_be_committed_leaves_rows_and_objects_as_they_were(
    engine, sessions, vault, received, purge, commit
):
    with sessions.begin() as db:
        zoe = dossier_of(db, ZOE)
        zoe.state, zoe.left_at = DossierState.LEFT, NOON - _days(800)
    with sessions() as db:
        before = counted(db)
    names, committed = sorted(vault.names()), []

    def full(connection):
        committed.append(connection.scalar(select(Dossier.id).where(Dossier.key == ZOE)))
        if len(committed) == (1 if commit == "of the dossier" else 2):
            raise RuntimeError("the disk is full")

    event_of.listen(engine, "commit", full)
    with pytest.raises(RuntimeError, match="full"):
        purge()
    event_of.remove(engine, "commit", full)
    assert set(committed) == {None}, "they were erased, as far as that transaction went"
    assert sorted(vault.names()) == names
    with sessions() as db:
        assert (counted(db) == before) is (commit == "of the dossier")
        assert len(db.scalars(select(Kept.vault_key)).all()) == (2 if commit == "of the dossier" else 1)
