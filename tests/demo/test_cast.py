"""The thirteen people of the demo: each exists, is verified, and sees what the page says of them."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select

from portal.access.explain import explain
from portal.access.models import Relationship
from portal.access.words import Category, Nature, Strength
from portal.core import clock
from portal.core.models import Account, Dossier, Unit
from portal.demo.cast import BY_NAME, ROLES, account_id
from portal.demo.house import unit_key
from portal.demo.leads import dossier_key
from portal.demo.people import people
from portal.dossier.models import Contact, Relative

CHILD, SIBLING, YOUNG_ADULT, PLACED, STRANGER, NEARLY = (dossier_key(number) for number in (1, 2, 3, 4, 20, 41))


@pytest.fixture
def db(demo):
    with demo() as session:
        yield session


def allowed(db, role, key, category, nature=Nature.NONE, strength=Strength.SUBSTANTIAL):
    dossier = db.scalars(select(Dossier).where(Dossier.key == key)).one()
    answer = explain(db, account_id(role), dossier.id, category, nature, strength=strength, at=clock.now())
    return answer.as_json()["allowed"]


def test_the_fifteen_roles_of_the_demo_are_there():
    assert [role.name for role in ROLES] == [
        "mother",
        "father",
        "child",
        "nearly-adult",
        "nearly-adult-mother",
        "young-adult",
        "young-adult-mother",
        "curator",
        "child-welfare",
        "aunt",
        "grandmother",
        "educator",
        "nurse",
        "secretary",
        "director",
    ]


def test_each_has_an_account_that_keeps_its_identifier(db):
    for role in ROLES:
        assert db.get(Account, account_id(role.name)).display_name


def test_whoever_signs_in_surely_was_seen_by_somebody_else_of_the_staff(db):
    for role in ROLES:
        account = db.get(Account, account_id(role.name))
        assert (account.identity_checked_at is not None) is (role.strength is Strength.SUBSTANTIAL)
        assert account.identity_checked_by != account.id


def test_every_link_is_verified_with_its_proof_and_current(db):
    links = db.scalars(select(Relationship)).all()

    assert {link.account_id for link in links} == {account_id(role.name) for role in ROLES}
    for link in links:
        assert link.proof
        assert link.starts_at <= link.verified_at <= clock.now()
        assert link.verified_by == account_id("director")
        assert link.ends_at is None or link.ends_at > clock.now()


def test_links_of_families_name_the_relative_that_the_dui_told(db):
    for link in db.scalars(select(Relationship).where(Relationship.relative_key.is_not(None))):
        told = db.scalars(
            select(Relative).where(Relative.dossier_id == link.dossier_id, Relative.key == link.relative_key)
        ).one()
        assert f"{told.given_name} {told.family_name}" == db.get(Account, link.account_id).display_name


def test_only_a_measure_and_a_placement_have_an_end(db):
    ended = {link.kind.value for link in db.scalars(select(Relationship).where(Relationship.ends_at.is_not(None)))}

    assert ended == {"measure", "child_welfare"}


SEES = [
    ("mother", CHILD, Category.PLANNING, Nature.SOCIAL, True),
    ("mother", SIBLING, Category.APPOINTMENTS, Nature.HEALTH, True),
    ("mother", YOUNG_ADULT, Category.PLANNING, Nature.SOCIAL, False),
    ("father", CHILD, Category.APPOINTMENTS, Nature.HEALTH, True),
    ("father", SIBLING, Category.PLANNING, Nature.SOCIAL, True),
    ("aunt", CHILD, Category.MENUS, Nature.NONE, True),
    ("aunt", CHILD, Category.PLANNING, Nature.SOCIAL, False),
    ("aunt", CHILD, Category.IDENTITY, Nature.NONE, False),
    ("aunt", SIBLING, Category.MENUS, Nature.NONE, False),
    ("grandmother", CHILD, Category.PLANNING, Nature.SOCIAL, True),
    ("grandmother", CHILD, Category.IDENTITY, Nature.NONE, True),
    ("grandmother", CHILD, Category.APPOINTMENTS, Nature.HEALTH, False),
    ("grandmother", SIBLING, Category.PLANNING, Nature.SOCIAL, False),
    ("child", CHILD, Category.PLANNING, Nature.SOCIAL, True),
    ("child", CHILD, Category.APPOINTMENTS, Nature.HEALTH, True),
    ("young-adult", YOUNG_ADULT, Category.TREATMENT, Nature.NONE, True),
    ("young-adult-mother", YOUNG_ADULT, Category.IDENTITY, Nature.NONE, False),
    ("young-adult-mother", YOUNG_ADULT, Category.MENUS, Nature.NONE, False),
    ("curator", YOUNG_ADULT, Category.MENUS, Nature.NONE, True),
    ("curator", YOUNG_ADULT, Category.PLANNING, Nature.SOCIAL, False),
    ("nearly-adult", NEARLY, Category.APPOINTMENTS, Nature.MEETING, True),
    ("nearly-adult", NEARLY, Category.TREATMENT, Nature.NONE, False),
    ("nearly-adult-mother", NEARLY, Category.APPOINTMENTS, Nature.MEETING, True),
    ("nearly-adult-mother", YOUNG_ADULT, Category.APPOINTMENTS, Nature.MEETING, False),
    ("child-welfare", PLACED, Category.APPOINTMENTS, Nature.JUSTICE, True),
    ("child-welfare", PLACED, Category.PLANNING, Nature.SOCIAL, True),
    ("child-welfare", CHILD, Category.PLANNING, Nature.SOCIAL, False),
    ("educator", CHILD, Category.PLANNING, Nature.SOCIAL, True),
    ("educator", CHILD, Category.HOUSEHOLD, Nature.NONE, True),
    ("educator", SIBLING, Category.PLANNING, Nature.SOCIAL, False),
    ("educator", SIBLING, Category.HOUSEHOLD, Nature.NONE, False),
    ("nurse", STRANGER, Category.APPOINTMENTS, Nature.HEALTH, True),
    ("nurse", STRANGER, Category.APPOINTMENTS, Nature.MEETING, False),
    ("nurse", STRANGER, Category.PLANNING, Nature.SCHOOL, False),
    ("secretary", STRANGER, Category.PLANNING, Nature.SOCIAL, True),
    ("secretary", STRANGER, Category.APPOINTMENTS, Nature.MEETING, True),
    ("secretary", STRANGER, Category.HOUSEHOLD, Nature.NONE, True),
    ("secretary", PLACED, Category.APPOINTMENTS, Nature.JUSTICE, False),
    ("director", PLACED, Category.APPOINTMENTS, Nature.JUSTICE, True),
    ("director", STRANGER, Category.HOUSEHOLD, Nature.NONE, True),
    ("director", STRANGER, Category.TREATMENT, Nature.NONE, False),
]


@pytest.mark.parametrize(("role", "key", "category", "nature", "sees"), SEES)
def test_each_sees_what_the_page_says_of_them(db, role, key, category, nature, sees):
    assert allowed(db, role, key, category, nature) is sees


def test_every_role_is_spoken_of_in_that_table():
    assert {role for role, *_ in SEES} == set(BY_NAME)


def test_the_child_accompanied_reads_the_day(db):
    assert allowed(db, "child", CHILD, Category.PLANNING, Nature.SOCIAL, Strength.ACCOMPANIED)


def test_each_parent_owns_their_address_and_nobody_owns_both(db):
    child = db.scalars(select(Dossier).where(Dossier.key == CHILD)).one()
    rows = db.scalars(select(Contact).where(Contact.dossier_id == child.id)).all()
    owners = {row.value: row.private_to for row in rows}

    assert set(owners.values()) == {account_id(one) for one in ("mother", "father", "aunt", "grandmother")}
    assert len([value for value in owners if "\n" in value]) == 4


def test_the_educator_has_a_unit_and_the_young_people_they_follow(db):
    links = db.scalars(select(Relationship).where(Relationship.account_id == account_id("educator"))).all()
    unit = db.scalars(select(Unit).where(Unit.key == unit_key("ERABLES"))).one()
    child = db.scalars(select(Dossier).where(Dossier.key == CHILD)).one()

    assert [link.unit_id for link in links if not link.dossier_id] == [unit.id]
    assert child.id in {link.dossier_id for link in links if link.referent}


def test_the_list_for_the_command_line_is_json_with_every_dossier_one_reaches(db):
    told = {one["role"]: one for one in json.loads(json.dumps(people(db)))}

    assert list(told) == [role.name for role in ROLES]
    assert [one["key"] for one in told["mother"]["dossiers"]] == [CHILD, SIBLING]
    assert told["mother"]["account"] == str(account_id("mother"))
    assert told["mother"]["strengths"] == ["substantial", "low"]
    assert told["child"]["strengths"] == ["accompanied", "substantial", "low"]
    assert len(told["director"]["dossiers"]) == 74
    assert {one["key"] for one in told["educator"]["dossiers"] if "planning" in one["categories"]} >= {CHILD}
    assert told["aunt"]["dossiers"][0]["categories"] == ["documents", "menus", "wishes"]


def test_the_mother_of_an_adult_is_listed_with_the_dossier_that_closed(db):
    told = {one["role"]: one for one in people(db)}

    assert [(one["key"], one["categories"]) for one in told["young-adult-mother"]["dossiers"]] == [(YOUNG_ADULT, [])]


def test_a_database_that_is_no_demo_has_nobody_to_list(sqlite_engine):
    from portal.core.db import make_sessions

    with make_sessions(sqlite_engine)() as empty:
        assert people(empty) == []
