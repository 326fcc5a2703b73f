"""« Majorité sans solution » : who could read or decide, by the decision itself."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal.access import granting, services
from portal.access.axes import Link
from portal.access.models import Authority, Kind, Measure
from portal.access.words import Category, Nature
from portal.core import clock
from portal.core.models import Account
from portal.deadlines.gaps import Missing, gap
from portal.deadlines.majority import change, endings
from portal.deadlines.queries import by_dossier, coming_of_age
from tests.deadlines.people import BIRTHDAY, an_adult, nearly_adult, noon
from tests.factories import NOON, a_curator, a_dossier, a_link, a_parent, an_establishment, staff, the_young_person


def of(db, dossier, now=NOON):
    db.flush()
    return gap(by_dossier(db, [dossier.id])[dossier.id], now)


def guardian(db, dossier, **facts):
    return a_link(db, dossier, Kind.MEASURE, measure=Measure.PERSON_REPRESENT, **facts)


@pytest.mark.parametrize("young", [nearly_adult, an_adult])
def test_parents_alone_are_no_solution(db, young):
    dossier = young(db)
    a_parent(db, dossier)
    a_link(db, dossier, Kind.RELATIVE)
    found = of(db, dossier)
    assert found is not None
    assert found.missing == (Missing.NO_ACCOUNT, Missing.NO_MEASURE)
    assert found.at == max(NOON, found.majority)


@pytest.mark.parametrize("tie", [the_young_person, guardian])
def test_the_adult_or_a_guardian_is_a_solution(db, tie):
    dossier = nearly_adult(db)
    a_parent(db, dossier)
    tie(db, dossier)
    assert of(db, dossier) is None


def test_a_curator_is_one_once_the_adult_agreed_and_the_adult_can_only_agree_when_they_are_there(db):
    dossier = an_adult(db)
    curator = a_curator(db, dossier)
    found = of(db, dossier)
    assert found is not None
    assert found.missing == (Missing.NO_ACCOUNT, Missing.NOT_AGREED)
    oneself = the_young_person(db, dossier)
    with clock.frozen(NOON):
        granting.agree(db, to=curator, rows=[(Category.IDENTITY, Nature.NONE)], by=oneself.account_id)
        services.end(db, oneself)
    assert of(db, dossier, NOON + timedelta(hours=1)) is None


def test_a_link_not_verified_yet_an_ended_one_and_a_closed_account_are_told_apart(db):
    one, two, three = (an_adult(db) for _ in range(3))
    the_young_person(db, one, verified=False)
    the_young_person(db, two, ends_at=NOON)
    link = the_young_person(db, three)
    services.close_account(db, db.get_one(Account, link.account_id))
    found = [of(db, dossier) for dossier in (one, two, three)]
    assert [each.missing[0] for each in found if each] == [Missing.UNVERIFIED, Missing.CLOSED, Missing.CLOSED]


def test_a_measure_that_ends_before_the_birthday_is_none(db):
    dossier = nearly_adult(db)
    guardian(db, dossier, ends_at=noon(BIRTHDAY) - timedelta(days=2))
    found = of(db, dossier)
    assert found is not None
    assert found.missing == (Missing.NO_ACCOUNT, Missing.MEASURE_ENDS)


def test_a_measure_on_property_only_opens_nothing(db):
    dossier = an_adult(db)
    a_link(db, dossier, Kind.MEASURE, measure=Measure.PROPERTY)
    found = of(db, dossier)
    assert found is not None
    assert Missing.NO_MEASURE in found.missing


def test_the_list_begins_six_months_before_and_not_a_day_earlier(db):
    place = an_establishment(db)
    dossier = nearly_adult(db, place)
    a_dossier(db, place, age=12)
    begins = clock.midnight(BIRTHDAY.replace(year=2026, month=8), "Europe/Paris")
    assert not coming_of_age(db, [place.id], begins - timedelta(seconds=1))
    assert [one.id for one in coming_of_age(db, [place.id], begins)] == [dossier.id]
    assert not coming_of_age(db, [an_establishment(db).id], begins)


def test_what_ends_for_a_parent_is_what_they_read_the_instant_before(db):
    dossier = nearly_adult(db)
    mother, aunt = a_parent(db, dossier), a_link(db, dossier, Kind.RELATIVE)
    links = by_dossier(db, [dossier.id])[dossier.id]
    mine = [case for case in links if case.relationship.id == mother.id]
    lost = {category for category, _ in change(mine).lost}
    assert {Category.PLANNING, Category.APPOINTMENTS, Category.HOUSEHOLD, Category.MENUS} <= lost
    assert not lost & {Category.TREATMENT, Category.INTIMATE_CARE}
    assert not change(mine).gained
    assert [one.account_id for one in endings(links)] == [mother.account_id]
    assert aunt.account_id not in {one.account_id for one in endings(links)}


def test_what_a_parent_agreed_for_a_child_ends_with_the_childhood(db):
    dossier = nearly_adult(db)
    mother, aunt = a_parent(db, dossier), a_link(db, dossier, Kind.RELATIVE)
    with clock.frozen(NOON):
        granting.agree(db, to=aunt, rows=[(Category.PLANNING, Nature.NONE)], by=mother.account_id)
    found = endings(by_dossier(db, [dossier.id])[dossier.id])
    assert [(one.link, one.rows) for one in found][1:] == [(Link.RELATIVE, [(Category.PLANNING, Nature.NONE)])]


def test_a_parent_from_whom_a_judge_took_everything_is_listed_like_the_other(db):
    """Else the young person would read the judge's decision in what is not there."""
    from portal.access.limiting import restrict
    from portal.access.models import Post
    from portal.access.perimeter import ROWS
    from portal.access.sharing import Against, Source

    dossier = nearly_adult(db)
    mother, father = a_parent(db, dossier), a_parent(db, dossier)
    director = staff(db, dossier, Post.MANAGEMENT)
    with clock.frozen(NOON):
        restrict(
            db,
            dossier,
            source=Source.COURT_ORDER,
            against=Against.ONE,
            account_id=father.account_id,
            rows=ROWS,
            proof="ordonnance",
            by=director.account_id,
        )
    found = {one.account_id: one.link for one in endings(by_dossier(db, [dossier.id])[dossier.id])}
    assert found == {mother.account_id: Link.PARENT_FULL, father.account_id: Link.PARENT_FULL}


def test_the_young_person_gains_what_the_table_gives_an_adult(db):
    dossier = nearly_adult(db)
    the_young_person(db, dossier)
    gained = {category for category, _ in change(by_dossier(db, [dossier.id])[dossier.id]).gained}
    assert {Category.TREATMENT, Category.SEIZURES} <= gained


def test_a_parent_without_authority_ends_nothing(db):
    dossier = nearly_adult(db)
    a_parent(db, dossier, Authority.WITHDRAWN)
    assert not endings(by_dossier(db, [dossier.id])[dossier.id])
