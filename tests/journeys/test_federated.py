"""There and back again in a real browser: cookies, redirects and what another site’s page may do to ours."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from portal.access.models import Post
from portal.access.words import Strength
from portal.accounts import federated
from portal.accounts.models import Method
from portal.core import clock
from portal.core.models import Account
from tests.chromium import carry_axe, violations
from tests.factories import a_dossier, an_account, staff
from tests.journeys import test_entering
from tests.journeys.test_entering import Device, Portal, free_port, running, sign_ins
from tests.journeys.test_letter import a_letter
from tests.provider.running import Fake, serving

pytestmark = pytest.mark.browser
mother, new_device = test_entering.mother, test_entering.new_device
LOW, SUBSTANTIAL = (Method.FEDERATED, Strength.LOW), (Method.FEDERATED, Strength.SUBSTANTIAL)


@pytest.fixture(scope="module", params=["franceconnect"])
def service(request: pytest.FixtureRequest) -> Iterator[tuple[Fake, int]]:
    """The service and the port of the portal it sends people back to."""
    port = free_port()
    with serving(request.param, f"http://localhost:{port}") as fake:
        yield fake, port


by_pro_sante = pytest.mark.parametrize("service", ["pro_sante_connect"], indirect=True, scope="module")


@pytest.fixture
def fake(service: tuple[Fake, int]) -> Fake:
    service[0].plant()
    return service[0]


@pytest.fixture
def portal(service: tuple[Fake, int], sqlite_template: Path, tmp_path: Path) -> Iterator[Portal]:
    with running(sqlite_template, tmp_path, service[1], (service[0].provider,)) as found:
        yield found


def join(portal: Portal, fake: Fake, account: Account) -> None:
    with portal.sessions.begin() as db:
        federated.add(db, fake.provider, account.id, issuer=fake.provider.issuer, subject="camille", vouched=True)


def go_there(page: Page, name: str) -> None:
    page.get_by_role("link", name=f"S’identifier avec {name}").click()


def leave(page: Page) -> None:
    """Out of the portal; the service then asks, as services do, whether it is meant there too."""
    page.evaluate("document.querySelector('form[action=\"/sortir\"]').submit()")
    page.get_by_role("button", name="Leave").click()
    page.wait_for_url("**/entrer?*")


def test_a_relative_comes_in_by_franceconnect_and_leaves_both(
    portal: Portal, fake: Fake, mother: Account, new_device: Callable[[], Device]
) -> None:
    join(portal, fake, mother)
    phone = new_device()
    page = phone.open("/entrer?suite=/rendez-vous/")
    go_there(page, "FranceConnect")
    page.wait_for_url("**/rendez-vous/")
    assert sign_ins(portal, mother) == [LOW]
    leave(page)
    assert sign_ins(portal, mother) == []
    assert "_session" not in {one["name"] for one in phone.context.cookies(fake.url)}, "the service forgot them too"
    page.go_back(wait_until="load")
    page.go_back(wait_until="load")
    assert "Rendez-vous" not in page.inner_text("body")


def test_somebody_unknown_shows_their_letter_and_comes_in_by_franceconnect_from_then_on(
    portal: Portal, fake: Fake, mother: Account, new_device: Callable[[], Device]
) -> None:
    letter = a_letter(portal, mother)
    phone = new_device()
    carry_axe(phone.context)
    page = phone.open("/entrer")
    go_there(page, "FranceConnect")
    assert violations(page) == []
    page.get_by_label("Numéro de la lettre").fill(letter.number)
    page.get_by_label("Code de la lettre").fill(letter.secret)
    page.get_by_role("button", name="Continuer").click()
    page.get_by_role("link", name="Avec FranceConnect").click()
    assert violations(page) == []
    page.get_by_role("button", name="Oui, c’est moi").click()
    page.wait_for_url(f"{portal.url}/")
    leave(page)
    go_there(page, "FranceConnect")
    page.wait_for_url(f"{portal.url}/")
    assert sign_ins(portal, mother) == [LOW]


def test_whoever_says_no_there_reads_on_our_page_what_to_do(
    portal: Portal, fake: Fake, mother: Account, new_device: Callable[[], Device]
) -> None:
    join(portal, fake, mother)
    fake.plant(refuse=True)
    page = new_device().open("/entrer?suite=/rendez-vous/")
    go_there(page, "FranceConnect")
    page.get_by_role("heading", name="On ne peut pas entrer ainsi").wait_for()
    assert "Vous avez arrêté avant la fin. Rien n’a changé." in page.inner_text("main")
    fake.plant()
    page.get_by_role("link", name="Recommencer").click()
    go_there(page, "FranceConnect")
    page.wait_for_url("**/rendez-vous/")


@by_pro_sante
def test_a_nurse_comes_in_by_pro_sante_connect(portal: Portal, fake: Fake, new_device: Callable[[], Device]) -> None:
    with portal.sessions.begin() as db:
        nurse = an_account(db, "Infirmière", identity_checked_at=clock.now())
        staff(db, a_dossier(db), Post.CARE, account=nurse)
    join(portal, fake, nurse)
    page = new_device().open("/entrer")
    go_there(page, "Pro Santé Connect")
    page.wait_for_url(f"{portal.url}/")
    assert sign_ins(portal, nurse) == [SUBSTANTIAL]
    leave(page)
    assert sign_ins(portal, nurse) == []
