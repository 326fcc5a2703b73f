"""``visible()`` is ``decide()``: for every item of generated worlds, listed if and only if allowed."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, insert, select

from portal.access import reach, services
from portal.access.actions import GRANTED_ROWS
from portal.access.audience import audience
from portal.access.cases import cases
from portal.access.explain import answer
from portal.access.facts import item_of
from portal.access.models import Authority, Kind, Measure, Post, Reach
from portal.access.perimeter import ROWS, Column, row_name
from portal.access.queries import UndeclaredCategory, one, reached, visible
from portal.access.sharing import Against, Agreement, Opening, Perimeter, Restriction, Source
from portal.access.words import Action, Category, Nature, Scope, Strength, Viewer
from portal.core import clock
from portal.core.errors import BadInput, NeedsStrength, NotFound
from portal.core.models import Account, AccountState, DossierState, Establishment, HiddenFrom
from portal.dossier.models import Contact, Identity
from portal.planning.models import Event
from tests.factories import (
    LONG_AGO,
    NOON,
    a_curator,
    a_dossier,
    a_link,
    a_parent,
    a_unit,
    an_account,
    an_establishment,
    an_event,
    recomputed,
    staff,
    the_young_person,
    viewing,
)


def titles(db, viewer, at=NOON):
    return set(db.scalars(visible(Event, viewer, Event.title, at=at)))


def test_a_parent_reads_the_appointments_of_their_child_and_of_no_other(db):
    mine, other = a_dossier(db), a_dossier(db)
    an_event(db, mine, title="Neurologue")
    an_event(db, other, title="Dentiste")
    mother = a_parent(db, mine)
    assert titles(db, viewing(mother)) == {"Neurologue"}


def test_an_unverified_link_opens_nothing(db):
    dossier = a_dossier(db)
    an_event(db, dossier)
    somebody = a_parent(db, dossier, verified=False)
    assert titles(db, viewing(somebody)) == set()
    services.verify(db, somebody, proof="jugement du 3 mars", by=None)
    assert titles(db, viewing(somebody)) == {"Neurologue"}


def test_a_link_that_ends_closes_at_once(db):
    dossier = a_dossier(db)
    an_event(db, dossier)
    mother = a_parent(db, dossier)
    services.end(db, mother, NOON)
    assert titles(db, viewing(mother), NOON - timedelta(seconds=1)) == {"Neurologue"}
    assert titles(db, viewing(mother), NOON) == set()


def test_parents_stop_seeing_at_midnight_of_the_eighteenth_birthday_and_the_young_person_sees_more(db):
    dossier = a_dossier(db, birth_date=date(2008, 11, 19))
    an_event(db, dossier, nature="justice", title="Audience")
    mother, self_ = a_parent(db, dossier), the_young_person(db, dossier)
    midnight = datetime(2026, 11, 18, 23, 0, tzinfo=UTC)  # 00:00 on the 19th in Paris
    before, after = midnight - timedelta(seconds=1), midnight
    assert titles(db, viewing(mother), before) == {"Audience"}
    assert titles(db, viewing(self_), before) == set()
    assert titles(db, viewing(mother), after) == set()
    assert titles(db, viewing(self_), after) == {"Audience"}


def test_born_on_29_february_comes_of_age_on_1_march(db):
    dossier = a_dossier(db, birth_date=date(2008, 2, 29))
    assert clock.majority(dossier.birth_date, "Europe/Paris") == datetime(2026, 2, 28, 23, 0, tzinfo=UTC)


def test_a_weak_sign_in_reads_the_hour_and_nothing_else(db):
    dossier = a_dossier(db)
    an_event(db, dossier, place="Hôpital")
    an_event(db, dossier, nature="school", title="Réunion d’école")
    mother = a_parent(db, dossier)
    rows = db.execute(visible(Event, viewing(mother, Strength.LOW), Event.starts_at, Event.title, Event.place, at=NOON))
    assert {(bool(row.starts_at), row.title, row.place) for row in rows} == {
        (True, None, None),
        (True, "Réunion d’école", ""),
    }


def test_whole_rows_leave_out_what_only_the_hour_is_open_of(db):
    dossier = a_dossier(db)
    an_event(db, dossier)
    mother = a_parent(db, dossier)
    assert db.scalars(visible(Event, viewing(mother, Strength.LOW), at=NOON)).all() == []


def test_a_hidden_row_and_an_absent_one_are_the_same_error(db):
    event = an_event(db, a_dossier(db))
    stranger = a_parent(db, a_dossier(db))
    for identifier in (event.id, an_account(db).id):
        with pytest.raises(NotFound):
            one(db, Event, identifier, viewing(stranger))
        with pytest.raises(NeedsStrength):
            one(db, Event, identifier, viewing(stranger, Strength.LOW))


def test_an_address_is_read_by_its_own_parent_and_by_staff_who_handle_it(db):
    dossier = a_dossier(db)
    mother, father = a_parent(db, dossier), a_parent(db, dossier)
    secretary = staff(db, dossier, Post.ADMINISTRATION)
    educator = staff(db, dossier, Post.EDUCATION)
    facts = {"dossier_id": dossier.id, "establishment_id": dossier.establishment_id, "category": "household"}
    db.add(Contact(**facts, owner="m", kind="phone", value="01", private_to=mother.account_id))
    db.add(Contact(**facts, owner="f", kind="phone", value="02", private_to=father.account_id))
    db.flush()

    def phones(one):
        return set(db.scalars(visible(Contact, viewing(one), Contact.value, at=NOON)))

    assert (phones(mother), phones(father), phones(educator)) == ({"01"}, {"02"}, set())
    assert phones(secretary) == {"01", "02"}


def test_a_page_reads_only_the_categories_it_declared(db):
    dossier = a_dossier(db)
    an_event(db, dossier)
    an_event(db, dossier, category=Category.PLANNING, nature="", title="Piscine")
    mother = a_parent(db, dossier)
    assert titles(db, viewing(mother, Strength.SUBSTANTIAL, Category.PLANNING)) == {"Piscine"}
    with pytest.raises(UndeclaredCategory):
        visible(Identity, viewing(mother, Strength.SUBSTANTIAL, Category.PLANNING))


def test_staff_of_a_unit_follow_the_young_person_who_changes_unit(db):
    place = an_establishment(db)
    here, there = a_unit(db, place), a_unit(db, place, "Les Saules")
    dossier = a_dossier(db, place, unit_id=here.id)
    an_event(db, dossier)
    educator = staff(db, dossier, Post.EDUCATION, unit_id=here.id)
    assert titles(db, viewing(educator)) == {"Neurologue"}
    dossier.unit_id = there.id
    recomputed(db, dossier)
    assert titles(db, viewing(educator)) == set()


def test_the_scope_of_a_request_lists_dossiers_and_categories_in_one_statement(db, count):
    dossier = a_dossier(db)
    mother = a_parent(db, dossier)
    before = count()
    (scope,) = reached(db, viewing(mother), NOON)
    assert count() - before == 1
    assert scope.dossier_id == dossier.id
    assert {Category.PLANNING, Category.APPOINTMENTS, Category.IDENTITY} <= scope.categories
    assert Category.TREATMENT not in scope.categories


def test_laying_out_again_changes_nothing(db):
    dossier = a_dossier(db)
    a_parent(db, dossier), the_young_person(db, dossier), staff(db, dossier, Post.CARE)
    rows = {tuple(row) for row in db.execute(select(*Reach.__table__.c))}
    reach.recompute(db)
    assert rows == {tuple(row) for row in db.execute(select(*Reach.__table__.c))}
    assert rows


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"kind": Kind.PARENT}, "authority"),
        ({"kind": Kind.MEASURE}, "measure"),
        ({"kind": Kind.STAFF}, "post"),
        ({"kind": Kind.SELF, "post": Post.CARE}, "post"),
        ({"kind": Kind.SELF, "ends_at": LONG_AGO}, "ends_at"),
        ({"kind": Kind.SELF, "to_dossier": False}, "dossier_id"),
    ],
)
def test_contradictory_relationships_are_refused(db, facts, field):
    with pytest.raises(BadInput) as refused:
        a_link(db, a_dossier(db), **facts)
    assert refused.value.field == field


def test_proof_must_be_named(db):
    somebody = a_parent(db, a_dossier(db), verified=False)
    with pytest.raises(BadInput):
        services.verify(db, somebody, proof="  ", by=None)


LINKS = [
    {"kind": Kind.SELF},
    {"kind": Kind.PARENT, "authority": Authority.FULL},
    {"kind": Kind.PARENT, "authority": Authority.INFORMED},
    {"kind": Kind.PARENT, "authority": Authority.WITHDRAWN},
    {"kind": Kind.DELEGATE},
    {"kind": Kind.MEASURE, "measure": Measure.PERSON_REPRESENT},
    {"kind": Kind.MEASURE, "measure": Measure.PERSON_ASSIST},
    {"kind": Kind.MEASURE, "measure": Measure.PROPERTY},
    {"kind": Kind.CHILD_WELFARE},
    {"kind": Kind.RELATIVE},
    *({"kind": Kind.STAFF, "post": post, "to_dossier": False} for post in Post if post),
    {"kind": Kind.STAFF, "post": Post.EDUCATION, "to_dossier": True, "referent": True},
]
DAY = timedelta(days=1)
INSTANTS = [NOON + days * DAY for days in (-400, -1, 0, 1, 400)]
maybe_instant = st.sampled_from([None, None, *INSTANTS])
often = lambda usual, *rare: st.sampled_from([usual] * 3 + list(rare))  # noqa: E731 - a word for the strategies below

worlds = st.fixed_dictionaries(
    {
        "birth": st.sampled_from([date(2014, 1, 1), date(2008, 11, 18), date(2004, 5, 5)]),
        "state": often(DossierState.PRESENT, *DossierState),
        "account": often(AccountState.ACTIVE, AccountState.CLOSED),
        "links": st.lists(
            st.tuples(st.sampled_from(LINKS), often(True, False), often(LONG_AGO, *INSTANTS), maybe_instant),
            min_size=1,
            max_size=2,
        ),
        "versions": st.lists(
            st.dictionaries(
                st.tuples(
                    st.sampled_from([Column.PARENT, Column.PARENT_INFORMED, Column.SELF_MINOR, Column.RELATIVE]),
                    st.sampled_from([(Category.PLANNING, ""), (Category.APPOINTMENTS, "health")]),
                ),
                st.booleans(),
            ),
            max_size=3,
        ),
        "agreements": st.lists(
            st.tuples(
                st.sampled_from(GRANTED_ROWS),
                often(LONG_AGO, *INSTANTS),
                maybe_instant,
                maybe_instant,
                st.sampled_from(["parent_full", "self"]),
            ),
            max_size=3,
        ),
        "restrictions": st.lists(
            st.tuples(
                st.sampled_from(Source),
                st.sampled_from(Against),
                st.sets(st.sampled_from(ROWS), max_size=3),
                often(LONG_AGO, *INSTANTS),
                maybe_instant,
                maybe_instant,
            ),
            max_size=2,
        ),
        "strength": st.sampled_from(list(Strength)),
        "at": st.sampled_from(INSTANTS[1:4]),
    }
)


WORLDS = 40
"""On each database, some thirteen hundred items in each; ``./run bench`` (``tests/bench/agreeing.py``) leads it on."""
PUBLISHED = [0, audience([Column.PARENT]), audience([Column.SELF_MINOR, Column.RELATIVE, Post.CARE])]


def every_item(dossier, at, owners):
    """One event of each kind there can be: category, nature, held or not, hidden from whom, whose, published or not."""
    for category, nature, held, hidden, owner, published in itertools.product(
        (Category.PLANNING, Category.APPOINTMENTS), Nature, (None, at, at + DAY), HiddenFrom, owners, PUBLISHED
    ):
        yield {
            "id": uuid4(), "key": str(uuid4()), "dossier_id": dossier.id, "establishment_id": dossier.establishment_id,
            "category": category, "nature": nature, "title": "Piscine", "kind": "swimming",
            "place": "Le bassin", "starts_at": at,
            "held_until": held, "hidden_from": hidden, "private_to": owner, "published_to": published,
        }  # fmt: skip


def build(db, world):
    """One account with some links to one dossier, an item of every kind in it, and a dossier to be kept out."""
    dossier = a_dossier(db, birth_date=world["birth"], state=world["state"])
    me = an_account(db, state=world["account"])
    links = [
        a_link(db, dossier, account=me, verified=verified, starts_at=starts_at, ends_at=ends_at, **facts)
        for facts, verified, starts_at, ends_at in world["links"]
        if ends_at is None or ends_at > starts_at
    ]
    for number, cells in enumerate(world["versions"]):
        a_version(db, dossier, number, LONG_AGO if number == 0 else INSTANTS[number], cells)
    for one_, facts in itertools.product(links, world["agreements"]):
        an_agreement(db, dossier, one_, *facts)
    for facts in world["restrictions"]:
        a_restriction(db, dossier, me, *facts)
    items = list(every_item(dossier, world["at"], (None, me.id, an_account(db).id)))
    db.execute(insert(Event.__table__), items)
    an_event(db, a_dossier(db))
    recomputed(db, dossier)
    return me, dossier, items


def a_version(db, dossier, number, starts_at, cells):
    perimeter = Perimeter(establishment_id=dossier.establishment_id, version=number, starts_at=starts_at)
    db.add(perimeter)
    db.flush()
    for (column, (category, nature)), is_open in cells.items():
        db.add(Opening(perimeter_id=perimeter.id, column=column, category=category, nature=nature, is_open=is_open))
    db.flush()


def an_agreement(db, dossier, to, row, starts_at, ends_at=None, withdrawn_at=None, capacity="parent_full"):
    if ends_at is None or ends_at > starts_at:
        db.add(
            Agreement(
                dossier_id=dossier.id, establishment_id=dossier.establishment_id, relationship_id=to.id,
                category=row[0], nature=row[1], receipt=uuid4(), given_by=to.account_id, capacity=capacity,
                starts_at=starts_at, ends_at=ends_at, withdrawn_at=withdrawn_at,
            )
        )  # fmt: skip
        db.flush()


def a_restriction(db, dossier, account, source, against, rows, starts_at=LONG_AGO, ends_at=None, lifted_at=None):
    if ends_at is None or ends_at > starts_at:
        db.add(
            Restriction(
                dossier_id=dossier.id, establishment_id=dossier.establishment_id, source=source, against=against,
                account_id=account.id if against is Against.ONE else None, rows=" ".join(map(row_name, rows)),
                starts_at=starts_at, ends_at=ends_at, lifted_at=lifted_at, proof="ordonnance du 3 mars 2026",
            )
        )  # fmt: skip
        db.flush()


def allowed(links, items, viewer, at, action=Action.VIEW):
    """Item → how much of it ``decide()`` shows this viewer, the widest answer of all links; refused ones are left out.

    Each link is asked once about items that are the same to it.
    """

    @cache
    def said(place, what, own):
        decision = answer([links[place]], *what, strength=viewer.strength, at=at, item=own, action=action).decision
        return decision.scope if decision.allowed else None

    mine = [case.audiences(at) for case in links]
    found = {}
    for item in items:
        facts = {name: item[name] for name in ("held_until", "hidden_from", "private_to", "published_to")}
        what = Category(item["category"]), Nature(item["nature"])
        scopes = {
            said(place, what, item_of(**facts, audiences=audiences, account_id=viewer.account_id, at=at))
            for place, audiences in enumerate(mine)
        } - {None}
        if scopes:
            found[item["id"]] = max(scopes, key=[Scope.HOUR, Scope.NO_PLACE, Scope.ALL].index)
    return found


def shown(row):
    return Scope.HOUR if row.kind is None else Scope.NO_PLACE if row.place is None else Scope.ALL


@settings(max_examples=WORLDS, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(worlds)
def test_every_item_is_listed_if_and_only_if_it_is_allowed(db, world):
    with db.begin_nested() as savepoint:
        me, dossier, items = build(db, world)
        viewer, at = Viewer(me.id, world["strength"]), world["at"]
        links = cases(db, dossier_ids=[dossier.id], account_ids=[me.id])
        expected = allowed(links, items, viewer, at)
        rows = db.execute(visible(Event, viewer, Event.id, Event.kind, Event.place, at=at)).all()
        assert {row.id: shown(row) for row in rows} == expected
        whole = db.scalar(select(func.count()).select_from(visible(Event, viewer, at=at).subquery()))
        assert whole == sum(scope is Scope.ALL for scope in expected.values())
        for action in Action:
            if action is not Action.VIEW:
                listed = set(db.scalars(visible(Event, viewer, Event.id, action=action, at=at)))
                assert listed == allowed(links, items, viewer, at, action).keys(), action
        savepoint.rollback()


HEALTH = (Category.APPOINTMENTS, Nature.HEALTH)
WEEK = (Category.PLANNING, Nature.NONE)


def test_what_management_opens_is_seen_from_that_day_until_the_next_version(db):
    dossier = a_dossier(db)
    an_event(db, dossier, category=Category.PLANNING, nature="", title="Piscine")
    a_version(db, dossier, 1, NOON, {(Column.PARENT_INFORMED, WEEK): True})
    a_version(db, dossier, 2, NOON + DAY, {})
    father = viewing(a_parent(db, dossier, Authority.INFORMED))
    seen = [titles(db, father, at) for at in (NOON - DAY, NOON, NOON + DAY)]
    assert seen == [set(), {"Piscine"}, set()]


def test_what_management_closes_is_closed_to_every_parent(db):
    dossier = a_dossier(db)
    an_event(db, dossier)
    a_version(db, dossier, 1, LONG_AGO, {(Column.PARENT, HEALTH): False})
    assert titles(db, viewing(a_parent(db, dossier))) == titles(db, viewing(a_parent(db, dossier))) == set()


def test_a_health_session_of_the_week_waits_for_health_to_be_open(db):
    dossier = a_dossier(db)
    an_event(db, dossier, category=Category.PLANNING, title="Orthophonie")
    a_version(db, dossier, 1, LONG_AGO, {(Column.PARENT_INFORMED, WEEK): True})
    assert titles(db, viewing(a_parent(db, dossier, Authority.INFORMED))) == set()


def test_a_curator_waits_for_an_agreement(db):
    dossier = a_dossier(db, age=20)
    an_event(db, dossier, nature="school")
    curator = a_curator(db, dossier)
    assert titles(db, viewing(curator)) == set()
    an_agreement(db, dossier, curator, (Category.APPOINTMENTS, Nature.NONE), LONG_AGO, capacity="self")
    recomputed(db, dossier)
    assert titles(db, viewing(curator)) == {"Neurologue"}


def test_what_a_parent_agreed_to_ends_when_the_child_is_an_adult(db):
    dossier = a_dossier(db, age=20)
    an_event(db, dossier, nature="school")
    curator = a_curator(db, dossier)
    an_agreement(db, dossier, curator, (Category.APPOINTMENTS, Nature.NONE), LONG_AGO, capacity="parent_full")
    recomputed(db, dossier)
    assert titles(db, viewing(curator)) == set()


def test_somebody_of_the_family_who_works_there_reads_as_family(db):
    dossier = a_dossier(db)
    other = a_dossier(db, db.get(Establishment, dossier.establishment_id))
    aunt = a_link(db, dossier, Kind.RELATIVE)
    a_link(db, dossier, Kind.STAFF, post=Post.CARE, to_dossier=False, account=db.get(Account, aunt.account_id))
    an_event(db, dossier)
    an_event(db, other, title="Dentiste")
    assert titles(db, viewing(aunt)) == {"Dentiste"}


def test_through_the_eyes_of_another_nobody_sees_more_than_both(db):
    dossier = a_dossier(db)
    an_event(db, dossier)
    an_event(db, dossier, title="Audience", nature="justice")
    an_event(db, dossier, title="Gardé", held_until=NOON + DAY)
    mother, educator = a_parent(db, dossier), staff(db, dossier, Post.EDUCATION, to_dossier=True)
    assert titles(db, viewing(mother)) == {"Neurologue", "Audience"}
    assert titles(db, viewing(educator)) == {"Neurologue", "Gardé"}
    both = replace(viewing(mother), through=educator.account_id)
    assert titles(db, both) == {"Neurologue"}
    (scope,) = reached(db, both, NOON)
    assert Category.HOUSEHOLD not in scope.categories
    assert scope.kind is Kind.PARENT


def test_nothing_is_changed_through_the_eyes_of_another(db):
    dossier = a_dossier(db)
    an_event(db, dossier, nature="school")
    mother, director = a_parent(db, dossier), staff(db, dossier, Post.MANAGEMENT)
    both = replace(viewing(mother), through=director.account_id)
    assert db.scalars(visible(Event, viewing(mother), Event.title, action=Action.ANSWER, at=NOON)).all()
    assert not db.scalars(visible(Event, both, Event.title, action=Action.ANSWER, at=NOON)).all()
