"""A letter in a real browser: the square fills the form and leaves the address, the phone becomes the key."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser
from sqlalchemy import select

from portal.access.words import Strength
from portal.accounts import enrolment
from portal.accounts.enrolments import Enrolment
from portal.accounts.models import Method
from portal.core.models import Account, Establishment
from tests.chromium import carry_axe, violations
from tests.factories import an_account
from tests.journeys import test_entering
from tests.journeys.conftest import PHONE
from tests.journeys.test_entering import Device, Portal, sign_ins

pytestmark = pytest.mark.browser
portal, mother, new_device = test_entering.portal, test_entering.mother, test_entering.new_device


@pytest.fixture
def letter(portal: Portal, mother: Account) -> enrolment.Issued:
    return a_letter(portal, mother)


def a_letter(portal: Portal, account: Account, *, handed: bool = True, replaces: bool = False) -> enrolment.Issued:
    with portal.sessions.begin() as db:
        place = db.scalars(select(Establishment.id)).first()
        assert place
        return enrolment.issue(
            db,
            account.id,
            secret_key=portal.app.extensions["settings"].secret_key,
            establishment_id=place,
            by=None,
            handed=handed,
            replaces=replaces,
        )


def served(portal: Portal, letter: enrolment.Issued) -> bool:
    with portal.sessions() as db:
        query = select(Enrolment.redeemed_at).where(Enrolment.number == letter.number)
        return db.scalar(query) is not None


def test_the_square_of_a_letter_fills_the_form_and_the_phone_becomes_the_key(
    portal: Portal, mother: Account, letter: enrolment.Issued, new_device: Callable[[], Device]
) -> None:
    phone = new_device()
    phone.offer_nothing()
    carry_axe(phone.context)
    asked: list[str] = []
    phone.page.on("request", lambda request: asked.append(f"{request.url} {request.headers} {request.post_data}"))
    page = phone.open(f"/lettre#{letter.number}.{letter.secret}")
    assert page.get_by_label("Numéro de la lettre").input_value() == letter.number
    assert page.get_by_label("Code de la lettre").input_value() == letter.secret
    assert page.url == f"{portal.url}/lettre"
    assert not any(letter.secret in one for one in asked), "nothing sends it before somebody presses"
    assert not served(portal, letter)
    assert violations(page) == []
    page.keyboard.press("Enter")
    page.wait_for_url("**/ma-connexion/choisir")
    assert served(portal, letter)
    phone.add_key()
    phone.leave()
    phone.press_enter()
    page.wait_for_url(f"{portal.url}/")
    assert sign_ins(portal, mother) == [(Method.PASSKEY, Strength.SUBSTANTIAL)]


def test_by_post_the_key_stays_weak_until_the_second_code(
    portal: Portal, mother: Account, new_device: Callable[[], Device]
) -> None:
    phone, letter = new_device(), a_letter(portal, mother, handed=False)
    phone.offer_nothing()
    carry_axe(phone.context)
    page = phone.open(f"/lettre#{letter.number}.{letter.secret}")
    page.get_by_role("button", name="Continuer").click()
    page.wait_for_url("**/ma-connexion/choisir")
    phone.add_key()
    assert {strength for _, strength in sign_ins(portal, mother)} == {Strength.LOW}
    with portal.sessions.begin() as db:
        one = db.scalars(select(Enrolment).where(Enrolment.number == letter.number)).one()
        key = portal.app.extensions["settings"].secret_key
        code = enrolment.second_code(db, one, by=an_account(db, "Secretary").id, secret_key=key)
    phone.open("/ma-connexion/code")
    page.get_by_label("Second code").fill(code)
    assert violations(page) == []
    page.get_by_role("button", name="Continuer").click()
    page.wait_for_url("**/plus-sur*")
    phone.leave()
    phone.press_enter()
    page.wait_for_url(f"{portal.url}/")
    assert (Method.PASSKEY, Strength.SUBSTANTIAL) in sign_ins(portal, mother)


def test_the_lost_phone_is_out_as_soon_as_the_new_letter_serves(
    portal: Portal, mother: Account, new_device: Callable[[], Device]
) -> None:
    lost, new = new_device(), new_device()
    lost.offer_nothing()
    lost.after_a_letter(mother)
    lost.add_key()
    letter = a_letter(portal, mother, replaces=True)
    page = new.open(f"/lettre#{letter.number}.{letter.secret}")
    page.get_by_role("button", name="Continuer").click()
    page.wait_for_url("**/ma-connexion/choisir")
    lost.open("/rendez-vous/")
    assert "/entrer" in lost.page.url
    lost.press_enter()
    lost.page.wait_for_selector(".k-no, .state")
    assert sign_ins(portal, mother) == [(Method.LETTER, Strength.LOW)]


def test_without_a_script_the_two_lines_of_the_paper_are_typed(
    portal: Portal, chromium: Browser, letter: enrolment.Issued
) -> None:
    context = chromium.new_context(viewport=PHONE, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{portal.url}/lettre")
    page.get_by_label("Numéro de la lettre").fill(f"{letter.number[:4]} {letter.number[4:]}")
    page.get_by_label("Code de la lettre").fill(f"{letter.secret[:4].lower()}-{letter.secret[4:]}")
    page.get_by_role("button", name="Continuer").click()
    page.wait_for_url("**/ma-connexion/choisir")
    context.close()
