"""A young person's own tablet in a real Chromium: the square, the finger, their own pages, nothing of the referent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser

from portal.access.models import Post
from portal.access.words import Strength
from portal.accounts.models import Method, Passkey
from portal.accounts.services import open_session
from portal.core import clock
from portal.core.models import Account
from portal.dossier.models import Identity
from tests.chromium import carry_axe, violations
from tests.factories import a_dossier, an_account, an_establishment, an_event, staff, the_young_person
from tests.journeys import test_entering
from tests.journeys.test_entering import Device, Portal, sign_ins

pytestmark = pytest.mark.browser
portal, new_device = test_entering.portal, test_entering.new_device


@dataclass
class Two:
    referent: Account
    young: Account
    dossier_id: Any


@pytest.fixture
def two(portal: Portal) -> Two:
    with portal.sessions.begin() as db:
        place = an_establishment(db)
        dossier = a_dossier(db, place)
        about = {"dossier_id": dossier.id, "establishment_id": place.id, "category": "identity"}
        db.add(Identity(**about, given_name="Ilyes", family_name="Valdombre"))
        referent, young = an_account(db, "Nadia Soin"), an_account(db, "Ilyes")
        staff(db, dossier, Post.EDUCATION, account=referent, to_dossier=True, referent=True)
        the_young_person(db, dossier, account=young)
        later = {"starts_at": clock.now() + timedelta(hours=1), "ends_at": clock.now() + timedelta(hours=2)}
        an_event(db, dossier, nature="school", title="Classe verte", **later)
        return Two(referent, young, dossier.id)


def shown(portal: Portal, two: Two, screen: Device) -> str:
    """The code on the referent's own screen."""
    with portal.sessions.begin() as db:
        screen.carry(open_session(db, two.referent.id, Strength.SUBSTANTIAL, method=Method.PASSKEY))
    carry_axe(screen.context)
    page = screen.open(f"/tablettes/{two.dossier_id}")
    assert violations(page) == []
    page.get_by_role("button", name="Ajouter une tablette").click()
    page.locator("figcaption .n").wait_for()
    assert violations(page) == []
    return page.locator("figcaption .n").inner_text().replace(" ", "").replace("\u00a0", "")


def test_from_the_square_to_the_week_and_in_again_then_taken_back(
    portal: Portal, two: Two, new_device: Callable[[], Device]
) -> None:
    screen, tablet = new_device(), new_device()
    code = shown(portal, two, screen)
    carry_axe(tablet.context)
    tablet.offer_nothing()
    page = tablet.open(f"/tablette#{code}")
    assert page.locator("#code").input_value() == code
    assert "#" not in page.url, "neither history nor the next page knows it"
    assert violations(page) == []
    page.keyboard.press("Enter")  # the button has the focus
    page.wait_for_url("**/tablette/cle")
    assert violations(page) == []
    page.get_by_role("button", name="C’est ma tablette").press("Enter")
    page.wait_for_url(f"{portal.url}/")
    assert "Nadia" not in page.content()
    assert sign_ins(portal, two.young) == [(Method.PASSKEY, Strength.ACCOMPANIED)]
    tablet.leave()
    tablet.press_enter()
    page.wait_for_url(f"{portal.url}/")
    assert "Classe verte" in tablet.open("/rendez-vous/").inner_text("main")
    screen.open(f"/tablettes/{two.dossier_id}").get_by_role("button", name="Retirer cette tablette").click()
    screen.page.get_by_text("Aucune tablette").wait_for()
    assert tablet.open("/").url.startswith(f"{portal.url}/entrer")
    with portal.sessions() as db:
        assert db.query(Passkey).count() == 0


def test_a_tablet_that_does_not_know_who_holds_it_becomes_no_key(
    portal: Portal, two: Two, new_device: Callable[[], Device]
) -> None:
    screen, tablet = new_device(), new_device()
    code = shown(portal, two, screen)
    tablet.tool.send("WebAuthn.setUserVerified", {"authenticatorId": tablet.sensor, "isUserVerified": False})
    tablet.open(f"/tablette#{code}").keyboard.press("Enter")
    tablet.page.wait_for_url("**/tablette/cle")
    tablet.page.get_by_role("button", name="C’est ma tablette").click()
    tablet.page.get_by_text("L’appareil n’a pas donné la clé").wait_for()
    assert sign_ins(portal, two.young) == []


def test_without_a_script_the_code_is_typed_and_the_page_says_what_to_do(
    portal: Portal, two: Two, chromium: Browser, new_device: Callable[[], Device]
) -> None:
    code = shown(portal, two, new_device())
    context = chromium.new_context(java_script_enabled=False, locale="fr-FR")
    page = context.new_page()
    page.goto(f"{portal.url}/tablette")
    page.get_by_label("Code").fill(code)
    page.get_by_role("button", name="Continuer").click()
    page.wait_for_url("**/tablette/cle")
    assert "Demande à ton référent" in page.inner_text("main")
    context.close()
