"""Signing in, inviting a colleague, reading what everybody may read: by keyboard alone, the first without a script."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import select

from portal.access.models import Post
from portal.access.words import Strength
from portal.accounts import codes, passphrases
from portal.accounts.models import Authenticator, Method
from portal.accounts.services import open_session
from portal.core import clock
from portal.core.models import Account, Establishment
from tests.accounts.conftest import PHRASE
from tests.accounts.conftest import cheap as cheap
from tests.chromium import carry_axe, violations
from tests.factories import a_dossier, an_account, staff
from tests.journeys import test_entering
from tests.journeys.conftest import PHONE
from tests.journeys.test_entering import Device, Portal, sign_ins

SECRET = bytes(codes.SECRET_BYTES)
pytestmark = pytest.mark.browser
portal, mother, new_device = test_entering.portal, test_entering.mother, test_entering.new_device


def tab_to(page: Page, what: str) -> None:
    """Tab until the thing of this selector is where the keyboard is."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.locator(f":is({what}):focus").count():
            return
    raise AssertionError(f"no Tab leads to {what}")


def press(page: Page, what: str, key: str = "Enter") -> None:
    """Go there, press, and wait for the page that follows."""
    tab_to(page, what)
    with page.expect_navigation():
        page.keyboard.press(key)


def test_a_phrase_and_a_code_by_keyboard_without_a_script(portal: Portal, mother: Account, chromium: Browser) -> None:
    key = portal.app.extensions["settings"].secret_key
    with portal.sessions.begin() as db:
        db.get_one(Account, mother.id).email = "samia@famille.invalid"
        passphrases.keep(db, mother.id, passphrases.hashed(PHRASE))
        db.add(Authenticator(account_id=mother.id, sealed=codes.sealed(key, mother.id, SECRET)))
    context = chromium.new_context(viewport=PHONE, locale="fr-FR", java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{portal.url}/entrer")
    tab_to(page, "summary")
    page.keyboard.press("Enter")
    tab_to(page, "#who")
    page.keyboard.type("samia@famille.invalid")
    tab_to(page, "#phrase")
    page.keyboard.type("girafe rouge sous la pluie")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    press(page, "a[href='#phrase']")
    page.keyboard.type(PHRASE)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    other = chromium.new_context(viewport=PHONE, storage_state=context.storage_state())
    carry_axe(other)
    seen = other.new_page()
    seen.goto(page.url)
    assert seen.locator("#code").count()
    assert violations(seen) == []
    other.close()
    tab_to(page, "#code")
    page.keyboard.type(codes.totp(SECRET, int(clock.now().timestamp()) // codes.STEP_SECONDS))
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert sign_ins(portal, mother) == [(Method.PASSPHRASE, Strength.LOW)]
    context.close()


def test_a_director_invites_a_colleague_by_keyboard(portal: Portal, new_device: Callable[[], Device]) -> None:
    with portal.sessions.begin() as db:
        director = an_account(db, "Aminata Garambert")
        staff(db, a_dossier(db), Post.MANAGEMENT, account=director)
        place = db.scalars(select(Establishment.id)).first()
        token = open_session(db, director.id, Strength.SUBSTANTIAL, method=Method.PASSKEY)
    desk = new_device()
    carry_axe(desk.context)
    desk.carry(token)
    page = desk.open("/equipe")
    press(page, "main a[href='/equipe/inviter']")
    tab_to(page, "#name")
    page.keyboard.type("Odile Urbanelle")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert violations(page) == [], "what is missing is said, beside its boxes"
    tab_to(page, "input[name=post]")
    page.keyboard.press("Space")
    tab_to(page, "input[name=where]")
    page.keyboard.press("Space")
    press(page, "main button.main")
    assert "Odile Urbanelle" in page.inner_text("h1")
    assert violations(page) == []
    assert place


def test_everything_public_is_reached_by_keyboard_from_the_entrance(portal: Portal, chromium: Browser) -> None:
    context = chromium.new_context(viewport=PHONE, locale="fr-FR", java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{portal.url}/entrer")
    for path in ("/vos-donnees", "/vos-droits", "/conditions", "/accessibilite", "/lettre"):
        press(page, f"a[href='{path}']")
        assert page.url == f"{portal.url}{path}"
        press(page, "a.skip")
        assert page.locator("main:target").count()
        page.goto(f"{portal.url}/entrer") if path == "/accessibilite" else None
    context.close()
