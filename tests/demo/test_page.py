"""The page of the demo: everybody on it, one tap to be them, and nothing of it in a portal that is no demo."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from easyread import pictures
from portal.access.words import Strength
from portal.accounts.models import SignIn
from portal.app import create_app
from portal.connectors.mail import FolderMailer
from portal.core import clock
from portal.core.errors import ConfigError
from portal.core.models import Account
from portal.demo.cast import ROLES, account_id
from portal.demo.views import FACES, GROUPS, MAILS
from tests.browsing import BASE, Browser
from tests.conftest import a_configuration
from tests.demo.conftest import NOW


@pytest.fixture
def browser(demo_app, demo):
    return Browser(demo_app, demo, lambda: 0)


def press(browser, role, **form):
    """Open the page, then press one of its buttons."""
    token = browser.open("/demo").soup.select_one("form[action^='/demo/'] input[name=csrf_token]")["value"]
    return browser.client.post(f"/demo/sign-in/{role}", base_url=BASE, data={"csrf_token": token} | form)


def strengths(demo, role):
    with demo() as db:
        return list(db.scalars(select(SignIn.strength).where(SignIn.account_id == account_id(role))))


def test_everybody_stands_on_the_page_with_a_name_a_face_and_a_sentence(browser, demo):
    page = browser.open("/demo")
    with demo() as db:
        names = [db.get(Account, account_id(role.name)).display_name for role in ROLES]

    assert all(name in page.text() for name in names)
    assert len(page.soup.select("main img.face")) == len(ROLES)
    titles = [title.get_text() for title in page.soup.select("main .who h3")]
    assert len(set(titles)) == len(ROLES)
    assert all(titles)


def test_each_role_is_in_one_group_and_has_a_picture_that_exists():
    grouped = [role for roles in GROUPS.values() for role in roles]

    assert sorted(grouped) == sorted(role.name for role in ROLES) == sorted(FACES)
    assert all(pictures.find(face) for face in FACES.values())
    assert len(set(FACES.values())) == len(FACES)


def test_the_page_says_that_nothing_is_true_and_when_the_dui_last_spoke(browser):
    text = browser.open("/demo").text()

    assert "inventés" in text
    assert "6\u00a0h\u00a010" in browser.open("/demo").soup.select_one("main").get_text()


@pytest.mark.parametrize("mode", ["", "easy", "pictures"])
@pytest.mark.parametrize("lang", ["fr", "en"])
def test_the_page_is_whole_in_each_mode_and_language(browser, mode, lang):
    browser.reading(mode=mode, lang=lang).open("/demo")


@pytest.mark.parametrize("role", [role.name for role in ROLES])
def test_one_tap_signs_in_and_leads_home(browser, demo, role):
    answer = press(browser, role)

    assert (answer.status_code, answer.location) == (303, "/")
    assert len(strengths(demo, role)) == 1
    browser.open("/")


def test_the_child_comes_in_with_an_adult_and_the_others_surely(browser, demo):
    press(browser, "child")
    press(browser, "mother")

    assert strengths(demo, "child") == [Strength.ACCOMPANIED]
    assert strengths(demo, "mother") == [Strength.SUBSTANTIAL]


@pytest.mark.parametrize(
    ("role", "said", "strength"),
    [
        ("mother", "low", Strength.LOW),
        ("mother", "substantial", Strength.SUBSTANTIAL),
        ("child", "low", Strength.LOW),
        ("child", "substantial", Strength.SUBSTANTIAL),
        ("child", "accompanied", Strength.ACCOMPANIED),
    ],
)
def test_one_is_signed_in_as_surely_as_asked(browser, demo, role, said, strength):
    press(browser, role, strength=said)

    assert strengths(demo, role) == [strength]


@pytest.mark.parametrize(("role", "said"), [("mother", "accompanied"), ("mother", "very"), ("child", "3")])
def test_a_strength_that_does_not_exist_signs_nobody_in(browser, demo, role, said):
    assert press(browser, role, strength=said).status_code == 400
    assert strengths(demo, role) == []


@pytest.mark.parametrize("role", ["nobody", "Mother", "../mother", "mother/"])
def test_a_role_that_does_not_exist_is_not_found(browser, role):
    assert press(browser, role).status_code == 404


def test_without_the_page_s_own_token_nobody_is_signed_in(browser, demo):
    answer = browser.client.post("/demo/sign-in/mother", base_url=BASE)

    assert answer.status_code == 400
    assert strengths(demo, "mother") == []


def test_being_somebody_else_ends_being_the_first(browser, demo):
    press(browser, "mother")
    press(browser, "father")

    with demo() as db:
        ended = db.scalars(select(SignIn.ended_at).where(SignIn.account_id == account_id("mother"))).one()
    assert ended is not None


def test_the_mails_that_would_have_left_are_read_there_newest_first(browser, tmp_path):
    folder = FolderMailer(tmp_path / "mail", "relie@localhost")
    for number in range(MAILS + 2):
        with clock.frozen(NOW + timedelta(minutes=number)):
            folder.send("mother@relie.invalid", f"Il y a du nouveau ({number})", "Ouvrez Relie pour le lire.")

    page = browser.open("/demo")

    subjects = re.findall(r"Il y a du nouveau \((\d+)\)", page.text())
    assert subjects == [str(number) for number in range(MAILS + 1, 1, -1)]
    assert "mother@relie.invalid" in page.text()


def test_a_mail_cannot_write_in_the_page(browser, tmp_path):
    FolderMailer(tmp_path / "mail", "relie@localhost").send(
        "a@relie.invalid", "<b>gras</b>", "<script>alert(1)</script>"
    )

    page = browser.open("/demo")

    assert not page.soup.select("main script, main b")


def test_a_portal_that_is_no_demo_has_no_such_page(demo, demo_engine, tmp_path):
    settings = a_configuration(str(demo_engine.url)).with_(vault_url=f"file://{tmp_path}/vault")
    browser = Browser(create_app(settings, sessions=demo), demo, lambda: 0)

    browser.open("/demo", status=404)


def test_a_portal_does_not_start_as_a_demo_on_a_database_that_is_none(sqlite_engine):
    with pytest.raises(ConfigError, match="RELIE_DATABASE_URL"):
        create_app(a_configuration(str(sqlite_engine.url), demo=True))


def test_a_demo_beside_a_mail_server_does_not_start(demo, demo_engine):
    with pytest.raises(ConfigError, match="RELIE_SMTP_URL"):
        create_app(a_configuration(str(demo_engine.url), demo=True, smtp_url="smtps://mail.invalid"), sessions=demo)
