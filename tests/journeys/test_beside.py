"""A unit's tablet in a real browser: given over, pictures by keyboard alone and without a script, nothing left."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page

from portal.access.models import Post
from portal.access.words import Strength
from portal.accounts.models import Method
from portal.accounts.services import open_session
from portal.core import clock
from portal.core.models import Account
from portal.dossier.models import Identity
from tests.chromium import carry_axe, violations
from tests.factories import a_dossier, a_unit, an_account, an_establishment, an_event, staff, the_young_person
from tests.journeys import test_entering
from tests.journeys.conftest import PHONE
from tests.journeys.test_entering import Device, Portal

pytestmark = pytest.mark.browser
portal, new_device = test_entering.portal, test_entering.new_device
MINE = ("dog", "sun", "ice")


@dataclass
class Unit:
    helper: Account
    young: Account
    dossier_id: object


@pytest.fixture
def unit(portal: Portal) -> Unit:
    with portal.sessions.begin() as db:
        place = an_establishment(db)
        group = a_unit(db, place)
        dossier = a_dossier(db, place, unit_id=group.id)
        about = {"dossier_id": dossier.id, "establishment_id": place.id, "category": "identity"}
        db.add(Identity(**about, given_name="Ilyes", family_name="Valdombre"))
        helper, young = an_account(db, "Nadia Soin"), an_account(db, "Ilyes")
        staff(db, dossier, Post.EDUCATION, account=helper, unit_id=group.id)
        the_young_person(db, dossier, account=young)
        an_event(db, dossier, nature="school", title="Motplanté", starts_at=clock.now(), ends_at=clock.now())
        return Unit(helper, young, dossier.id)


def at_work(portal: Portal, unit: Unit, device: Device) -> None:
    with portal.sessions.begin() as db:
        device.carry(open_session(db, unit.helper.id, Strength.SUBSTANTIAL, method=Method.PASSKEY))


def by_keyboard(page: Page) -> None:
    """Tab from picture to picture, space to choose, Enter to send."""
    page.locator("h1").click()
    left = set(MINE)
    for _ in range(60):
        page.keyboard.press("Tab")
        word = page.evaluate("document.activeElement.value || ''")
        if word in left:
            page.keyboard.press("Space")
            left.discard(word)
        if not left:
            break
    assert not left
    with page.expect_navigation():
        page.keyboard.press("Enter")


def given_over(portal: Portal, unit: Unit, device: Device) -> Page:
    at_work(portal, unit, device)
    page = device.open(f"/accompagner/{unit.dossier_id}")
    page.get_by_role("button", name="Ouvrir l’espace").click()
    page.wait_for_url("**/accompagner/images")
    return page


def test_from_the_helper_s_button_to_the_end_by_keyboard_and_nothing_is_left(
    portal: Portal, unit: Unit, new_device: Callable[[], Device]
) -> None:
    tablet = new_device()
    carry_axe(tablet.context)
    page = given_over(portal, unit, tablet)
    assert violations(page) == []
    by_keyboard(page)
    assert "Montre tes 3 images" in page.inner_text("main")
    by_keyboard(page)
    page.wait_for_url(f"{portal.url}/")
    assert "Avec l’aide de Nadia Soin" in page.inner_text("main")
    assert violations(page) == []
    page.evaluate("localStorage.setItem('left', 'Motplanté')")
    page.get_by_role("button", name="J’ai fini").click()
    page.wait_for_url("**/accompagner/fini")
    assert violations(page) == []
    assert page.evaluate("localStorage.length") == 0
    for _ in range(4):
        page.go_back()
        assert "Motplanté" not in page.content()
        assert "Ilyes" not in page.content()
        assert "Nadia" not in page.content()


def test_without_a_script_the_same_pages_do(
    portal: Portal, unit: Unit, chromium: Browser, new_device: Callable[[], Device]
) -> None:
    first = new_device()
    page = given_over(portal, unit, first)
    context = chromium.new_context(viewport=PHONE, locale="fr-FR", java_script_enabled=False)
    context.add_cookies(first.context.cookies())  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"{portal.url}/accompagner/images")
    for _ in range(2):
        for word in MINE:
            page.locator(f"label[for=image-{word}]").click()
        page.locator("main form button").click()
    page.wait_for_url(f"{portal.url}/")
    assert "Avec l’aide de Nadia Soin" in page.inner_text("main")
    page.get_by_role("button", name="J’ai fini").click()
    page.wait_for_url("**/accompagner/fini")
    page.go_back()
    assert "Nadia" not in page.content()
    context.close()
