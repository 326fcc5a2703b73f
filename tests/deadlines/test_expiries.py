"""What ends within sixty days: listed, told once, and never a restriction to the family."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from portal.access import granting, limiting, services
from portal.access.glass import break_glass
from portal.access.models import Kind, Measure, Post
from portal.access.perimeter import ROWS
from portal.access.sharing import Against, Source
from portal.access.words import Category, Nature
from portal.core import clock
from portal.core.models import Account
from portal.deadlines.expiries import ends
from portal.deadlines.models import Thing, Topic, WarnedEnd
from portal.inbox.models import NoticeKind
from portal.inbox.queries import waiting
from tests.deadlines.people import DAY, a_turn, notices, told
from tests.factories import (
    NOON,
    a_dossier,
    a_link,
    a_parent,
    an_establishment,
    at_once,
    staff,
    the_young_person,
    viewing,
)

pytestmark = pytest.mark.turns

PLANNING = (Category.PLANNING, Nature.NONE)
MENUS_AND_WEEK = [PLANNING, (Category.IDENTITY, Nature.NONE)]


@pytest.fixture(autouse=True)
def today():
    with clock.frozen(NOON):
        yield


@pytest.fixture
def dossier(db):
    return a_dossier(db)


@pytest.fixture
def house(db, dossier):
    with at_once():
        links = {
            "director": staff(db, dossier, Post.MANAGEMENT),
            "secretary": staff(db, dossier, Post.ADMINISTRATION),
            "educator": staff(db, dossier, Post.EDUCATION),
            "mother": a_parent(db, dossier),
        }
    db.commit()
    return links


def a_ban(db, dossier, director, account_id, days):
    return limiting.restrict(
        db,
        dossier,
        source=Source.CONTACT_BAN,
        against=Against.ONE,
        account_id=account_id,
        rows=[],
        proof="ordonnance de protection du 3 juin",
        by=director.account_id,
        ends_at=NOON + days * DAY,
    )


def things(db, dossier, at=NOON):
    db.flush()
    return [one.thing for one in ends(db, at, [dossier.establishment_id])]


def test_links_agreements_and_restrictions_are_listed_the_nearest_first(db, dossier, house):
    father = a_parent(db, dossier)
    a_link(db, dossier, Kind.MEASURE, measure=Measure.PERSON_REPRESENT, ends_at=NOON + 40 * DAY)
    aunt = a_link(db, dossier, Kind.RELATIVE)
    by = house["mother"].account_id
    granting.agree(db, to=aunt, rows=MENUS_AND_WEEK, by=by, ends_at=NOON + 50 * DAY)
    a_ban(db, dossier, house["director"], father.account_id, 30)
    assert things(db, dossier) == [Thing.RESTRICTION, Thing.LINK, Thing.AGREEMENT]
    found = ends(db, NOON, [dossier.establishment_id])
    assert found[2].rows == "identity planning"
    assert (found[2].account_id, found[2].given_by) == (aunt.account_id, by)
    assert found[0].proof == "ordonnance de protection du 3 juin"
    assert not ends(db, NOON, [an_establishment(db).id])


@pytest.mark.parametrize("left", [60, 1])
def test_sixty_days_count(db, dossier, left):
    a_link(db, dossier, Kind.DELEGATE, ends_at=NOON + left * DAY)
    assert things(db, dossier) == [Thing.LINK]
    assert not things(db, dossier, NOON - timedelta(seconds=1) + (left - 60) * DAY)
    assert not things(db, dossier, NOON + left * DAY)


def test_what_no_longer_stands_has_no_end_to_come(db, dossier, house):
    soon = NOON + 20 * DAY
    a_link(db, dossier, Kind.DELEGATE, ends_at=soon, verified=False)
    father, aunt = a_parent(db, dossier), a_link(db, dossier, Kind.RELATIVE)
    by = house["mother"].account_id
    withdrawn = granting.agree(db, to=aunt, rows=[PLANNING], by=by, ends_at=soon)
    granting.withdraw(db, withdrawn, by=by)
    uncle = a_link(db, dossier, Kind.RELATIVE)
    granting.agree(db, to=uncle, rows=[PLANNING], by=by, ends_at=soon)
    with clock.frozen(NOON - DAY):
        services.end(db, uncle, NOON)
    ban = a_ban(db, dossier, house["director"], father.account_id, 20)
    limiting.ask_to_lift(db, ban, by=house["secretary"].account_id, proof="mainlevée")
    limiting.lift(db, ban, by=house["director"].account_id)
    break_glass(db, dossier, by=house["educator"].account_id, reason="malaise")
    assert not things(db, dossier)


def test_those_who_run_the_establishment_are_told_once_and_again_of_something_new(db, dossier, house):
    a_link(db, dossier, Kind.DELEGATE, ends_at=NOON + 59 * DAY)
    db.commit()
    for days in range(5):
        a_turn(db, NOON + days * DAY)
    found = notices(db, NoticeKind.ENDS_SOON)
    assert {one.account_id for one in found} == {house["director"].account_id, house["secretary"].account_id}
    assert {one.created_at for one in found} == {NOON}
    a_link(db, dossier, Kind.DELEGATE, ends_at=NOON + 10 * DAY)
    db.commit()
    a_turn(db, NOON + 6 * DAY)
    assert {one.created_at for one in notices(db, NoticeKind.ENDS_SOON)} == {NOON + 6 * DAY}
    assert db.scalar(select(func.count()).select_from(WarnedEnd)) == 2


def test_an_end_that_comes_sooner_is_told_again(db, dossier, house):
    link = a_link(db, dossier, Kind.DELEGATE, ends_at=NOON + 50 * DAY)
    db.commit()
    a_turn(db)
    services.end(db, link, NOON + 20 * DAY)
    db.commit()
    a_turn(db, NOON + DAY)
    assert {one.created_at for one in notices(db, NoticeKind.ENDS_SOON)} == {NOON + DAY}


def test_an_assignment_of_staff_is_warned_too(db, dossier, house):
    staff(db, dossier, Post.EDUCATION, ends_at=NOON + 30 * DAY)
    db.commit()
    a_turn(db)
    assert len(notices(db, NoticeKind.ENDS_SOON)) == 2


def test_whoever_gave_an_agreement_is_told_once_and_nobody_else_of_the_family(db, dossier, house):
    aunt = a_link(db, dossier, Kind.RELATIVE)
    a_parent(db, dossier)
    by = house["mother"].account_id
    granting.agree(db, to=aunt, rows=MENUS_AND_WEEK, by=by, ends_at=NOON + 30 * DAY)
    db.commit()
    for days in range(3):
        a_turn(db, NOON + days * DAY)
    assert told(db, Topic.AGREEMENT) == [(by, 0)]
    assert [one.kind for one in waiting(db, viewing(house["mother"]))] == [NoticeKind.AGREEMENT_ENDS]


def test_whoever_gave_it_and_is_tied_no_more_is_told_nothing(db, dossier, house):
    aunt = a_link(db, dossier, Kind.RELATIVE)
    granting.agree(db, to=aunt, rows=[PLANNING], by=house["mother"].account_id, ends_at=NOON + 30 * DAY)
    services.end(db, house["mother"], NOON + timedelta(seconds=1))
    db.commit()
    a_turn(db, NOON + DAY)
    assert not told(db, Topic.AGREEMENT)


def test_nobody_of_the_family_is_told_of_a_restriction_not_even_a_secretary_whose_child_it_is(db, dossier, house):
    father = a_parent(db, dossier)
    secretary = db.get_one(Account, house["secretary"].account_id)
    a_parent(db, dossier, account=secretary)
    the_young_person(db, dossier)
    a_ban(db, dossier, house["director"], father.account_id, 30)
    limiting.restrict(
        db,
        dossier,
        source=Source.FREEZE,
        against=Against.FAMILIES,
        rows=ROWS,
        proof="information préoccupante",
        by=house["director"].account_id,
        ends_at=NOON + 20 * DAY,
    )
    db.commit()
    a_turn(db)
    assert {one.account_id for one in notices(db, NoticeKind.ENDS_SOON)} == {house["director"].account_id}
    assert not told(db)
    assert not [one for link in (father, house["mother"]) for one in waiting(db, viewing(link))]


def test_of_a_restriction_only_whoever_may_set_its_like_is_told(db, dossier, house):
    """An opposition is between the young person and care; a freeze is management's."""
    nurse, soon = staff(db, dossier, Post.CARE), NOON + 30 * DAY
    said = {"against": Against.REPRESENTATIVES, "rows": [(Category.TREATMENT, Nature.NONE)], "proof": "entretien"}
    limiting.restrict(db, dossier, source=Source.OPPOSITION, by=nurse.account_id, ends_at=soon, **said)
    db.commit()
    a_turn(db)
    assert not notices(db, NoticeKind.ENDS_SOON)
    freeze = said | {"against": Against.FAMILIES, "rows": ROWS}
    limiting.restrict(db, dossier, source=Source.FREEZE, by=house["director"].account_id, ends_at=soon, **freeze)
    db.commit()
    a_turn(db, NOON + DAY)
    assert {one.account_id for one in notices(db, NoticeKind.ENDS_SOON)} == {house["director"].account_id}
