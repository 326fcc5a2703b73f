"""A line says by itself as what somebody read: links end and posts change, and the line stays."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from portal.access import glass, log, queries
from portal.access.models import Kind, LogEntry, Means, Post
from portal.access.words import Action, Category, Strength, Viewer
from portal.core import clock, scope
from portal.core.models import Account
from tests.factories import NOON, a_dossier, a_parent, recomputed, staff, the_young_person, viewing


@pytest.fixture(autouse=True)
def _noon(db):
    scope.enter(db, scope.everywhere("tests"))
    with clock.frozen(NOON):
        yield


@pytest.fixture
def dossier(db):
    return a_dossier(db)


def recorded(db, viewer):
    log.record(db, viewer, queries.reached(db, viewer), action=Action.VIEW, endpoint="home.home", request_id="ABCD2345")
    return db.scalars(select(LogEntry)).all()


@pytest.mark.parametrize(
    ("make", "kind", "post"),
    [
        (lambda db, dossier: a_parent(db, dossier), Kind.PARENT, Post.NONE),
        (lambda db, dossier: the_young_person(db, dossier), Kind.SELF, Post.NONE),
        (lambda db, dossier: staff(db, dossier, Post.CARE), Kind.STAFF, Post.CARE),
    ],
    ids=["parent", "self", "staff"],
)
def test_a_line_says_as_what_it_was_read(db, dossier, make, kind, post):
    link = make(db, dossier)
    recomputed(db, dossier)
    (line,) = recorded(db, viewing(link))
    assert (line.kind, line.post, line.emergency, line.means) == (kind, post, False, Means.PAGE)
    assert (line.to_relationship, line.told_at, line.seen_as) == (None, None, None)


def test_a_broken_glass_is_said(db, dossier):
    link = staff(db, dossier, Post.EDUCATION)
    glass.break_glass(db, dossier, by=link.account_id, reason="malaise à la piscine")
    (line,) = recorded(db, viewing(link))
    assert (line.kind, line.post, line.emergency) == (Kind.STAFF, Post.EDUCATION, True)


def test_somebody_of_the_family_who_works_there_reads_as_family(db, dossier):
    link = staff(db, dossier, Post.CARE)
    a_parent(db, dossier, account=db.get_one(Account, link.account_id))
    recomputed(db, dossier)
    (line,) = recorded(db, viewing(link))
    assert line.kind is Kind.PARENT


def test_one_line_a_dossier_with_what_the_page_serves(db, dossier):
    other = a_dossier(db)
    mother = a_parent(db, dossier)
    a_parent(db, other, account=db.get_one(Account, mother.account_id))
    for one in (dossier, other):
        recomputed(db, one)
    found = recorded(db, viewing(mother, Strength.SUBSTANTIAL, Category.MENUS, Category.IDENTITY))
    assert {line.dossier_id for line in found} == {dossier.id, other.id}
    assert {line.categories for line in found} == {"identity menus"}


def test_of_a_preview_it_is_the_previewer_who_read_at_work(db, dossier):
    mother, director = a_parent(db, dossier), staff(db, dossier, Post.MANAGEMENT)
    recomputed(db, dossier)
    viewer = Viewer(mother.account_id, Strength.SUBSTANTIAL, through=director.account_id)
    (line,) = recorded(db, viewer)
    assert (line.account_id, line.seen_as) == (director.account_id, mother.account_id)
    assert (line.kind, line.post) == (Kind.STAFF, Post.MANAGEMENT)


def test_nothing_shown_is_no_line(db, dossier):
    log.record(db, viewing(a_parent(db, dossier)), [], action=Action.VIEW, endpoint="home.home", request_id="A")
    assert db.scalars(select(LogEntry)).all() == []
