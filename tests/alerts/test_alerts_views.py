"""« Comment me prévenir » and « Adresses qui ne répondent pas », as their readers use them."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from portal.access.models import Post
from portal.alerts import queries, services
from portal.alerts.models import AlertPhone, Pace, PushDevice
from portal.connectors.push import Pusher, new_key
from portal.core import clock
from portal.core.jobs import Job
from tests.factories import NOON, a_dossier, a_parent, an_account, staff

CHOSEN = {"means": ["mail"], "pace": "daily", "hour": "18", "weekday": "4", "quiet_from": "21", "quiet_to": "7"}


@pytest.fixture(autouse=True)
def noon():
    with clock.frozen(NOON):
        yield


@pytest.fixture
def home(db):
    dossier = a_dossier(db)
    mother = a_parent(db, dossier, account=an_account(db, "Nadia Exemple", email="nadia@famille.example"))
    secretary = staff(db, dossier, Post.ADMINISTRATION)
    educator = staff(db, dossier, Post.EDUCATION)
    db.commit()
    return dossier, mother.account_id, secretary.account_id, educator.account_id


@pytest.fixture
def means(app):
    app.extensions["texter"] = object()
    app.extensions["pusher"] = Pusher(new_key(), "mailto:a@b.example", ["push.example"])


def test_what_is_chosen_is_kept_and_shown_again(db, home, browser):
    _, nadia, *_ = home
    browser.sign_in(nadia).submit("/me-prevenir", CHOSEN | {"hour": "9", "means": []})
    kept = queries.choice_of(db, nadia)
    assert (kept.pace, kept.hour, kept.by_mail) == (Pace.DAILY, 9, False)
    db.rollback()
    page = browser.open("/me-prevenir")
    assert page.soup.select_one("#hour option[selected]")["value"] == "9"
    assert not page.soup.select('[name="means"][checked]')


@pytest.mark.parametrize(
    ("wrong", "says"),
    [({"hour": "22"}, "heures calmes"), ({"pace": "never"}, "Choisissez"), ({"hour": "x"}, "Choisissez")],
)
def test_what_cannot_be_is_said_and_nothing_typed_is_lost(db, home, browser, wrong, says):
    _, nadia, *_ = home
    page = browser.sign_in(nadia).submit("/me-prevenir", CHOSEN | {"quiet_to": "6"} | wrong, status=422)
    assert says in page.text("[role=alert]")
    assert page.soup.select_one("#quiet_to option[selected]")["value"] == "6"
    assert queries.choice_of(db, nadia).pace is Pace.AT_ONCE


@pytest.mark.parametrize("mode", ["", "easy", "pictures"])
def test_the_page_is_one_in_each_way_of_reading(home, browser, means, mode):
    _, nadia, *_ = home
    page = browser.sign_in(nadia).reading(mode).open("/me-prevenir")
    assert page.soup.select("form[data-push][hidden]")
    assert page.soup.select('form[action$="/telephone"]')


def test_no_text_and_no_push_is_offered_where_the_establishment_has_none(home, browser):
    _, nadia, *_ = home
    page = browser.sign_in(nadia).open("/me-prevenir")
    assert not page.soup.select('form[data-push], form[action$="/telephone"]')
    browser.submit("/me-prevenir/telephone", {"phone": "06 12 34 56 78"}, status=404)
    browser.submit("/me-prevenir/appareil", {}, status=404)


@pytest.mark.parametrize(
    ("typed", "says"), [("06 12 34", "n’existe pas"), ("01 42 34 56 78", "portable"), ("", "Remplissez")]
)
def test_a_number_that_takes_no_text_is_said_and_kept_in_its_box(db, home, browser, means, typed, says):
    _, nadia, *_ = home
    page = browser.sign_in(nadia).submit("/me-prevenir/telephone", {"phone": typed}, status=422)
    assert says in page.text("[role=alert]")
    assert page.soup.select_one("#phone")["value"] == typed
    assert db.scalars(select(AlertPhone)).all() == []


def test_a_number_is_proved_by_its_code_and_taken_back(db, home, browser, means):
    _, nadia, *_ = home
    browser.sign_in(nadia).submit("/me-prevenir/telephone", {"phone": "+33 6 12 34 56 78"})
    phone = db.scalars(select(AlertPhone)).one()
    assert (phone.number, phone.verified_at) == ("+33612345678", None)
    phone.code_hash = services.hash_of_code("x" * 40, phone, "123456")
    db.commit()
    assert "bon code" in browser.submit("/me-prevenir/telephone/code", {"code": "000000"}, status=422).text(
        "[role=alert]"
    )
    browser.submit("/me-prevenir/telephone/code", {"code": "123 456"})
    assert "+33612345678" in browser.open("/me-prevenir").text()
    db.expire_all()
    assert queries.choice_of(db, nadia).by_sms
    db.rollback()
    browser.submit("/me-prevenir/telephone/retirer", {})
    assert db.scalars(select(AlertPhone)).all() == []


def test_codes_are_sent_five_times_a_day_and_no_more(db, home, browser, means):
    _, nadia, *_ = home
    browser.sign_in(nadia)
    for status in (303, 303, 303, 303, 303, 429):
        browser.submit("/me-prevenir/telephone", {"phone": "0612345678"}, status=status)


def test_a_browser_is_added_and_goes_at_sign_out(db, home, browser, means):
    _, nadia, *_ = home
    told = {"endpoint": "https://push.example/1", "p256dh": "k" * 87, "auth": "a" * 22}
    add_here(browser, nadia, told)
    assert "Cet appareil" in browser.open("/me-prevenir").text("#contenu li")
    browser.submit("/sortir", {})
    assert db.scalars(select(PushDevice)).all() == []


def test_a_browser_names_no_other_service_and_is_not_anothers_to_take_away(db, home, browser, means):
    _, nadia, secretary, _ = home
    told = {"endpoint": "https://push.example/1", "p256dh": "k" * 87, "auth": "a" * 22}
    browser.sign_in(nadia).submit("/me-prevenir/appareil", told | {"endpoint": "https://127.0.0.1/"}, status=400)
    add_here(browser, nadia, told)
    device = db.scalars(select(PushDevice.id)).one()
    db.rollback()
    browser.sign_in(secretary).submit(f"/me-prevenir/appareil/{device}/retirer", {}, status=404)
    browser.sign_in(nadia).submit(f"/me-prevenir/appareil/{device}/retirer", {})
    assert db.scalars(select(PushDevice)).all() == []


def test_the_family_reads_that_its_address_does_not_answer(db, home, browser):
    _, nadia, *_ = home
    services.came_back(db, "nadia@famille.example", "5.1.1")
    db.commit()
    assert "ne répond pas" in browser.sign_in(nadia).open("/me-prevenir").text(".note")
    page = browser.open("/")
    assert "Votre adresse électronique ne répond pas" in page.text()
    assert "/me-prevenir" in page.links()


def test_the_secretary_lists_them_says_one_is_corrected_and_nobody_else_does(db, home, browser):
    _, nadia, secretary, educator = home
    services.came_back(db, "nadia@famille.example", "5.1.1")
    db.commit()
    page = browser.sign_in(secretary).open("/adresses")
    assert "Nadia Exemple" in page.text("main li")
    assert "18 novembre" in page.text("main li")
    far = staff(db, a_dossier(db), Post.ADMINISTRATION).account_id
    db.commit()
    for somebody in (nadia, educator):
        browser.sign_in(somebody).open("/adresses", status=404)
    assert "Nadia" not in browser.sign_in(far).open("/adresses").text()
    browser.submit(f"/adresses/{nadia}/corrigee", {}, status=404)
    browser.sign_in(secretary).submit(f"/adresses/{nadia}/corrigee", {})
    assert "Toutes les adresses répondent" in browser.open("/adresses").text()
    assert "Nadia" not in str([job.args for job in db.scalars(select(Job))])


def add_here(browser, account_id, told):
    """As after a real sign-in: the session knows which device it is on."""
    from portal.accounts import device_cookie
    from portal.accounts.models import SignIn
    from tests.browsing import BASE

    browser.sign_in(account_id).submit("/me-prevenir/appareil", told)
    with browser.sessions.begin() as db:
        key = db.scalars(select(PushDevice.device_key)).one()
        for one in db.scalars(select(SignIn).where(SignIn.account_id == account_id)):
            one.device_key = key
    assert browser.client.get_cookie(device_cookie.COOKIE, domain="localhost") or BASE
