"""The guard: who a view serves, what it reads, and that it says whom it showed."""

from __future__ import annotations

import pytest
from flask import Flask, Response, g
from sqlalchemy import select

from portal.access.models import Authority, LogEntry, Post
from portal.access.queries import one, visible
from portal.access.words import Category, Strength
from portal.app import create_app
from portal.core.models import Dossier
from portal.dossier.models import Identity
from portal.web.guard import UnguardedView, for_staff, public, refuse_unguarded_views, serves
from portal.web.page import page
from tests.browsing import BASE
from tests.conftest import a_configuration
from tests.factories import a_dossier, a_parent, an_event, staff


@pytest.fixture
def added(app):
    """Adds a view to the portal of this test, as a feature would."""

    def add(view, rule="/essai"):
        app._got_first_request = False
        app.add_url_rule(rule, view.__name__, view)

    return add


def get(browser, path):
    return browser.client.get(path, base_url=BASE)


def test_the_portal_does_not_start_with_a_route_that_says_nothing(sessions, monkeypatch, tmp_path):
    from portal.home import views

    monkeypatch.delattr(views.home, "guarded_by")
    with pytest.raises(UnguardedView, match=r"home\.home"):
        create_app(a_configuration(vault_url=f"file://{tmp_path}"), sessions=sessions)


def test_a_mark_written_above_the_route_is_seen_as_missing():
    app = Flask("wrong-order")

    @public(because="too high: the route below was already registered without it")
    @app.get("/")
    def home():
        return ""

    refuse_unguarded_views(Flask("nothing", static_folder=None))
    app2 = Flask("bare", static_folder=None)
    app2.add_url_rule("/", "home", lambda: "")
    with pytest.raises(UnguardedView):
        refuse_unguarded_views(app2)


def test_a_view_that_does_not_say_whom_it_showed_is_not_served(db, browser, added):
    @serves(Category.PLANNING)
    def silent(viewer):
        return Response("Inès")

    added(silent)
    mother = a_parent(db, a_dossier(db))
    db.commit()
    browser.sign_in(mother.account_id)
    answer = get(browser, "/essai")
    assert answer.status_code == 500
    assert "Inès" not in answer.text


def test_a_view_that_shows_a_dossier_out_of_reach_is_not_served(db, browser, added):
    other = a_dossier(db)

    @serves(Category.PLANNING)
    def leaking(viewer):
        return page("planning/past.html", about=[other.id], days=[], freshness=None, more="")

    added(leaking)
    mother = a_parent(db, a_dossier(db))
    db.commit()
    browser.sign_in(mother.account_id)
    assert get(browser, "/essai").status_code == 500
    assert db.scalars(select(LogEntry)).all() == []


def test_a_view_that_reads_what_it_did_not_declare_fails(db, browser, added):
    @serves(Category.PLANNING)
    def curious(viewer):
        return str(g.db.scalars(visible(Identity, viewer, Identity.given_name)).all())

    added(curious)
    mother = a_parent(db, a_dossier(db))
    db.commit()
    assert get(browser.sign_in(mother.account_id), "/essai").status_code == 500


def test_a_dossier_in_the_address_is_checked_before_the_view_runs(db, browser, added):
    ran = []

    @serves(Category.PLANNING)
    def about(viewer, dossier_id):
        ran.append(dossier_id)
        g.about = (dossier_id,)
        return "ok"

    added(about, "/essai/<uuid:dossier_id>")
    mine, other = a_dossier(db), a_dossier(db)
    mother = a_parent(db, mine)
    informed = a_parent(db, other, Authority.INFORMED)
    db.commit()
    browser.sign_in(mother.account_id)
    assert get(browser, f"/essai/{mine.id}").status_code == 200
    assert get(browser, f"/essai/{other.id}").status_code == 404
    browser.sign_in(informed.account_id)
    assert get(browser, f"/essai/{other.id}").status_code == 404
    assert ran == [mine.id]


def test_a_failed_log_is_a_refused_view(db, browser, monkeypatch):
    from portal.web import guard

    def broken(*_args, **_facts):
        raise OSError("disk full")

    monkeypatch.setattr(guard.log, "record", broken)
    dossier = a_dossier(db)
    an_event(db, dossier)
    mother = a_parent(db, dossier)
    db.commit()
    answer = get(browser.sign_in(mother.account_id), "/rendez-vous/")
    assert answer.status_code == 500
    assert "Neurologue" not in answer.text


@pytest.mark.parametrize(
    ("post", "facts", "strength", "status"),
    [
        (Post.MANAGEMENT, {}, Strength.SUBSTANTIAL, 200),
        (Post.ADMINISTRATION, {}, Strength.SUBSTANTIAL, 200),
        (Post.MANAGEMENT, {}, Strength.LOW, 403),
        (Post.CARE, {}, Strength.SUBSTANTIAL, 404),
        (Post.EDUCATION, {"to_dossier": True}, Strength.SUBSTANTIAL, 404),
        (Post.MANAGEMENT, {"to_dossier": True}, Strength.SUBSTANTIAL, 404),
        (Post.MANAGEMENT, {"verified": False}, Strength.SUBSTANTIAL, 404),
    ],
)
def test_pages_of_the_establishment_are_for_those_who_run_it(db, browser, added, post, facts, strength, status):
    @for_staff(Post.MANAGEMENT, Post.ADMINISTRATION, because="a test")
    def desk(viewer, establishments):
        return " ".join(map(str, establishments))

    added(desk)
    dossier = a_dossier(db)
    somebody = staff(db, dossier, post, **facts)
    db.commit()
    answer = get(browser.sign_in(somebody.account_id, strength), "/essai")
    assert answer.status_code == status
    if status == 200:
        assert answer.text == str(dossier.establishment_id)


def test_a_family_never_meets_a_page_of_the_establishment(db, browser):
    mother = a_parent(db, a_dossier(db))
    db.commit()
    browser.sign_in(mother.account_id).open("/reception", status=404)
    assert "/reception" not in browser.open("/").links()


def test_a_whole_row_read_by_its_identifier_is_the_one_asked_for(db):
    dossier = a_dossier(db)
    first, _second = an_event(db, dossier), an_event(db, dossier, title="Dentiste")
    mother = a_parent(db, dossier)
    from portal.planning.models import Event
    from tests.factories import viewing

    assert one(db, Event, first.id, viewing(mother)).title == "Neurologue"
    assert db.get(Dossier, dossier.id) is not None


@pytest.mark.parametrize(("host", "status"), [("localhost", 303), ("127.0.0.1:8000", 303), ("evil.example", 400)])
def test_only_our_own_names_are_answered(browser, host, status):
    assert browser.client.get("/", base_url=BASE, headers={"Host": host}).status_code == status
