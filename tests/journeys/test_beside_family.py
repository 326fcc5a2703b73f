"""A hall's tablet in a real browser: a relative by the keyboard alone, a mandate without a script, and nothing left."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page

from portal.access.mandates import Paper
from portal.access.models import Post
from portal.access.words import Category
from portal.beside import mandating
from portal.core import clock
from portal.core.models import Account, Dossier
from tests.chromium import carry_axe, violations
from tests.factories import a_parent, an_account, staff
from tests.journeys import test_beside, test_entering
from tests.journeys.conftest import PHONE
from tests.journeys.test_beside import Unit, at_work
from tests.journeys.test_entering import Device, Portal

pytestmark = pytest.mark.browser
portal, new_device, unit = test_entering.portal, test_entering.new_device, test_beside.unit
PLANTED = ("Motplanté", "Ilyes", "Samia", "Nadia")


@pytest.fixture
def mother(portal: Portal, unit: Unit) -> Account:
    """Who gave a mandate, that a secretary wrote down."""
    with portal.sessions.begin() as db:
        dossier = db.get_one(Dossier, unit.dossier_id)
        account = an_account(db, "Samia Ouardamel", identity_checked_at=clock.now())
        a_parent(db, dossier, account=account)
        desk = staff(db, dossier, Post.ADMINISTRATION, account=an_account(db, "Desk"))
        at = clock.now()
        facts = {"starts_at": at, "ends_at": at + timedelta(days=30), "paper": Paper.FORM, "paper_on": at.date()}
        wanted = mandating.Wanted(account_id=account.id, themes=[Category.APPOINTMENTS], **facts)
        mandating.record(db, dossier.id, wanted, by=desk.account_id)
        return account


def press(page: Page, name: str) -> None:
    """Reach a button by Tab alone, and press Enter."""
    for _ in range(90):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent.trim()") == name:
            with page.expect_navigation():
                page.keyboard.press("Enter")
            return
    raise AssertionError(name)


def nothing_is_left(page: Page) -> None:
    for _ in range(6):
        page.go_back()
        assert not [word for word in PLANTED if word in page.content()]
    assert page.evaluate("localStorage.length") == 0
    assert page.evaluate("caches.keys().then(found => found.length)") == 0


def test_a_relative_comes_in_by_their_own_means_by_keyboard_and_nothing_is_left(
    portal: Portal, unit: Unit, mother: Account, new_device: Callable[[], Device]
) -> None:
    tablet = new_device()
    carry_axe(tablet.context)
    tablet.after_a_letter(mother)
    tablet.add_key()
    tablet.context.clear_cookies()
    tablet.offer_nothing()
    at_work(portal, unit, tablet)
    page = tablet.open(f"/accompagner/{unit.dossier_id}")
    assert violations(page) == []
    press(page, "Accompagner la famille")
    page.wait_for_url("**/entrer")
    assert "Avec l’aide de Nadia Soin" in page.inner_text("main")
    assert violations(page) == []
    press(page, "Entrer avec mon appareil")
    page.wait_for_url(f"{portal.url}/")
    assert "Avec l’aide de Nadia Soin" in page.inner_text("main")
    assert "Motplanté" in tablet.open("/rendez-vous/passes").content()
    page.evaluate("localStorage.setItem('left', 'Motplanté')")
    press(page, "J’ai fini")
    page.wait_for_url("**/accompagner/fini")
    nothing_is_left(page)


def test_by_a_mandate_without_a_script_one_looks_and_nothing_is_left(
    portal: Portal, unit: Unit, mother: Account, chromium: Browser, new_device: Callable[[], Device]
) -> None:
    first = new_device()
    at_work(portal, unit, first)
    context = chromium.new_context(viewport=PHONE, locale="fr-FR", java_script_enabled=False)
    context.add_cookies(first.context.cookies())  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"{portal.url}/accompagner/{unit.dossier_id}")
    page.get_by_role("button", name="Ouvrir son espace, avec lui").click()
    page.wait_for_url(f"{portal.url}/")
    assert "on regarde seulement" in page.inner_text("main")
    page.goto(f"{portal.url}/rendez-vous/passes")
    assert "Motplanté" in page.content()
    page.get_by_role("button", name="J’ai fini").click()
    page.wait_for_url("**/accompagner/fini")
    for _ in range(5):
        page.go_back()
        assert not [word for word in PLANTED if word in page.content()]
    context.close()
