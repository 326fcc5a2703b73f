"""One young person with two parents; a week with what a sheet may hold; somebody who prints, and the paper."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pypdfium2
import pytest

from portal.core import clock
from tests.browsing import BASE
from tests.factories import an_event
from tests.liaison.conftest import a_home
from tests.planning.weeks import TODAY, a_bulletin, a_presence, a_ride, an_activity, here, somebody

MONDAY = date(2026, 11, 16)
CODE = re.compile(r"\b[2-9A-HJ-NP-Z]{4} [2-9A-HJ-NP-Z]{4}\b")


@pytest.fixture(autouse=True)
def noon():
    with clock.frozen(here(12)):
        yield


@pytest.fixture
def home(db):
    return a_home(db)


@pytest.fixture
def week(db, home):
    """A rendez-vous of health on Thursday, an activity, a ride, nights, a closure."""
    dossier, thursday = home.dossier, TODAY + timedelta(days=1)
    home.doctor = an_event(
        db, dossier, title="Neurologue", nature="health", starts_at=here(14, 30, thursday),
        ends_at=here(15, 15, thursday),
        place="Hôpital Sainte-Anne", place_address="1 place du Parvis", bring="la carte Vitale", note="Venir à jeun.",
    )  # fmt: skip
    somebody(db, home.doctor, "Docteure Saïd", "Neurologue")
    home.pool = an_activity(db, dossier, "Piscine", here(9, 15), here(10, 45), place="Piscine des Rives")
    a_ride(db, dossier, here(8, 5), here(8, 50), origin="Maison Verte", destination="Grand Portail")
    a_presence(db, dossier, "home", here(18), here(8, 0, thursday), TODAY, TODAY)
    a_bulletin(db, home.place.id, home.secretary.account_id, TODAY + timedelta(days=2))
    db.commit()
    return home


def read(raw):
    """What stands on the paper, page by page, spaces folded."""
    with pypdfium2.PdfDocument(raw) as document:
        pages = [page.get_textpage().get_text_range() for page in document]
    return re.sub(r"\s+", " ", " ".join(pages).replace("\u00a0", " ").replace("\u202f", " "))


def print_one(browser, home, who, reader, **fields):
    """The PDF staff print for this reader, as text."""
    browser.sign_in(who.account_id)
    facts = {
        "reader": str(reader.id),
        "act": "print",
        "mode": "",
        "handing": "handed",
        "le": MONDAY.isoformat(),
    } | fields
    answer = _post(browser, f"/feuilles/{home.dossier.id}", facts | fields)
    assert answer.status_code == 200, answer.status_code
    assert answer.mimetype == "application/pdf"
    assert answer.cache_control.no_store
    return read(answer.data)


def _post(browser, path, fields):
    token = browser.open("/lecture").soup.select_one("input[name=csrf_token]")["value"]
    return browser.client.post(path, base_url=BASE, data={"csrf_token": token} | fields)
