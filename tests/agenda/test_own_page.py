"""« Mon agenda » : an address is made after a fresh proof, shown once, listed, taken back; by its owner alone."""

from __future__ import annotations

import json
import logging
import re
from datetime import timedelta
from io import StringIO
from types import SimpleNamespace
from uuid import uuid4

import pytest
from gunicorn.config import Config
from sqlalchemy import func, select

from portal.access.words import Strength
from portal.accounts.models import Attempt, CalendarFeed, Method
from portal.accounts.services import open_session
from portal.agenda import services as feeds
from portal.agenda.views import WRONG
from portal.core import clock
from portal.server import Lines
from portal.web.logs import LOGGER, OneLine
from tests.agenda.test_feed import made, pull
from tests.browsing import BASE
from tests.factories import NOON, a_dossier, a_parent, an_event, the_young_person

MODES = ("", "easy", "pictures")


@pytest.fixture(autouse=True)
def noon():
    with clock.frozen(NOON):
        yield


@pytest.fixture
def home(db):
    dossier = a_dossier(db, received_at=NOON)
    an_event(db, dossier)
    found = SimpleNamespace(mother=a_parent(db, dossier), child=the_young_person(db, dossier))
    db.commit()
    return found


def address(page):
    return page.soup.select_one("#adresse").text.removeprefix(BASE)


def kept(db):
    return db.scalars(select(CalendarFeed)).all()


@pytest.mark.parametrize("mode", MODES)
def test_a_mother_makes_one_and_it_serves(db, browser, home, mode):
    browser.reading(mode).sign_in(home.mother.account_id)
    assert "heure" in browser.open("/mon-agenda").text()
    page = browser.submit("/mon-agenda", {"name": "Mon téléphone"}, status=200)
    path = re.search(r"/agenda/[\w-]{43}\.ics", page.soup.select_one("#adresse").text)[0]
    assert page.soup.select_one("a[href^=webcal]")["href"].endswith(path)
    assert pull(browser, path).mimetype == "text/calendar"
    token = path.split("/")[2].removesuffix(".ics")
    assert token not in repr([vars(one) for one in kept(db)])
    db.commit()
    listed = browser.open("/mon-agenda")
    assert "Mon téléphone" in listed.text()
    assert token not in listed.answer.text


def test_it_is_taken_back_by_whoever_made_it_and_nobody_else(db, browser, home):
    path = made(db, home.mother)
    (one,) = kept(db)
    db.commit()
    browser.sign_in(home.child.account_id).submit(f"/mon-agenda/{one.id}/retirer", {}, status=404)
    browser.sign_in(home.mother.account_id)
    for _ in range(2):
        browser.submit(f"/mon-agenda/{one.id}/retirer", {})
    assert "Retirée" in browser.open("/mon-agenda").text()
    pull(browser, path, status=404)


def test_an_old_proof_makes_none_and_takes_none_back(db, browser, home):
    made(db, home.mother)
    (one,) = kept(db)
    db.commit()
    browser.sign_in(home.mother.account_id)
    with clock.frozen(NOON + timedelta(minutes=11)):
        for path in ("/mon-agenda", f"/mon-agenda/{one.id}/retirer"):
            page = browser.submit(path, {"name": "Autre"})
            assert page.answer.headers["Location"].startswith("/entrer/encore")
    db.expire_all()
    assert [each.revoked_at for each in kept(db)] == [None]


@pytest.mark.parametrize("method", [Method.OPENED, Method.PASSKEY])
def test_a_minor_makes_none_alone_or_helped(db, browser, home, method):
    with browser.sessions.begin() as own:
        token = open_session(own, home.child.account_id, Strength.ACCOMPANIED, method=method)
    with browser.client.session_transaction(base_url=BASE) as session:
        session.update(_user_id=token, _fresh=True)
    assert not browser.open("/mon-agenda").soup.select("form[action='/mon-agenda']")
    browser.submit("/mon-agenda", {"name": "Ma tablette"}, status=404)
    assert kept(db) == []


def test_what_is_missing_too_long_or_one_too_many_is_said_in_the_page(db, browser, home):
    browser.sign_in(home.mother.account_id)
    assert browser.submit("/mon-agenda", {"name": ""}, status=422).soup.select(".k-no")
    page = browser.submit("/mon-agenda", {"name": "é" * 41}, status=422)
    assert page.soup.select_one("#name")["value"] == "é" * 41
    for number in range(feeds.AT_MOST):
        made(db, home.mother, f"n° {number}")
    assert "cinq" in browser.submit("/mon-agenda", {"name": "Une de plus"}, status=422).text()


def test_wrong_addresses_are_bounded_and_a_right_one_is_never_refused(db, browser, home):
    path = made(db, home.mother)
    for _ in range(3):
        pull(browser, f"/agenda/{uuid4().hex}.ics", status=404)
    keys = [one for (one,) in db.execute(select(Attempt.key).distinct())]
    for key in keys:
        db.add_all(Attempt(key=key, at=NOON) for _ in range(WRONG.per_account))
    db.commit()
    before = db.scalar(select(func.count()).select_from(Attempt))
    assert pull(browser, "/agenda/wrong.ics", status=429).headers["Retry-After"]
    assert db.scalar(select(func.count()).select_from(Attempt)) == before  # no more is written for it
    pull(browser, path)


def test_no_line_of_any_log_holds_the_address(db, browser, home, monkeypatch):
    """Served, refused, and when something of ours fails: a secret is in the address itself."""
    path = made(db, home.mother)
    token, written = path.split("/")[2].removesuffix(".ics"), StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(OneLine())
    LOGGER.addHandler(handler)
    try:
        pull(browser, path)
        monkeypatch.setattr("portal.agenda.queries.coming", lambda *_: 1 / 0)
        answer = pull(browser, path, status=500)
        wrong = pull(browser, f"{path}x", status=404)
    finally:
        LOGGER.removeHandler(handler)
    assert '"endpoint": "agenda.feed"' in written.getvalue()
    assert "ZeroDivisionError" in written.getvalue()
    assert token not in written.getvalue() + answer.text + wrong.text


def test_the_server_under_the_pages_complains_without_an_address():
    lines = Lines(Config())
    (handler,) = [one for one in lines.error_log.handlers if getattr(one, "_gunicorn", False)]
    handler.setStream(written := StringIO())
    lines.exception("Error handling request %s", "/agenda/secret.ics")
    lines.warning("Invalid request from ip=%s: %s", "127.0.0.1", "Invalid HTTP request line: 'GET /agenda/secret.ics'")
    said = [json.loads(line) for line in written.getvalue().splitlines()]
    assert len(said) == 2
    assert "secret" not in written.getvalue()


def test_the_list_of_rendez_vous_leads_there_for_families_alone(db, browser, home):
    assert "/mon-agenda" in browser.sign_in(home.mother.account_id).open("/rendez-vous/").links()
