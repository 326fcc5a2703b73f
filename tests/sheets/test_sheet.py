"""The sheet of a week: what stands on it, who may print what for whom, and the line each print leaves."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from portal.access import limiting
from portal.access.models import LogEntry, Means
from portal.access.sharing import Against, Source
from portal.access.words import Strength
from portal.core.models import Account, HiddenFrom
from tests.browsing import BASE
from tests.factories import an_event, recomputed
from tests.planning.weeks import here
from tests.sheets.conftest import MONDAY, print_one, read

WHOLE = (
    *("14 h 30", "15 h 15", "9 h 15", "10 h 45", "8 h 05", "8 h 50", "Neurologue", "Docteure Saïd"),
    *("Hôpital Sainte-Anne", "1 place du Parvis", "la carte Vitale", "Venir à jeun", "Piscine", "Piscine des Rives"),
    *("Maison Verte", "Grand Portail", "Fermé", "Nadia Exemple", "lundi 16 novembre", "dimanche 22 novembre 2026"),
)


def papers(db):
    return db.scalars(select(LogEntry).where(LogEntry.means == Means.PAPER)).all()


@pytest.mark.parametrize("mode", ["", "easy"])
def test_a_sheet_says_everything_of_the_week_to_whom_it_is_for(db, browser, week, mode):
    text = print_one(browser, week, week.secretary, week.mother, mode=mode)
    missing = [one for one in WHOLE if one.lower() not in text.lower()]
    assert missing == []
    assert "Karim" not in text
    assert "appelez le 02 61 91 00 12" in text.lower()


def test_printing_leaves_a_line_for_whom_and_of_what(db, browser, week):
    print_one(browser, week, week.secretary, week.mother)
    (line,) = papers(db)
    assert (line.account_id, line.to_relationship) == (week.secretary.account_id, week.mother.id)
    assert set(line.categories.split()) == {"planning", "appointments", "appointments:health", "identity"}
    text = browser.sign_in(week.mother.account_id).open(f"/qui-a-regarde/{week.dossier.id}").text()
    assert "Sur papier, à vous" in text


def test_a_sheet_holds_nothing_that_its_reader_may_not_see(db, browser, week):
    an_event(db, week.dossier, title="Secret de soins", hidden_from=HiddenFrom.FAMILIES, starts_at=here(16))
    an_event(db, week.dossier, title="Visite du père", private_to=week.father.account_id, starts_at=here(17))
    db.commit()
    text = print_one(browser, week, week.secretary, week.mother)
    assert "Secret" not in text
    assert "Visite du père" not in text
    browser.sign_in(week.father.account_id)
    answer = browser.client.get(f"/feuille/{week.dossier.id}/semaine.pdf?le={MONDAY}", base_url=BASE)
    assert "Visite du père" in read(answer.data)


def test_a_sheet_holds_nothing_that_whoever_prints_it_may_not_see(db, browser, week):
    an_event(db, week.dossier, title="Audience", nature="justice", starts_at=here(16))
    db.commit()
    assert "Audience" not in print_one(browser, week, week.educator, week.mother)
    assert "Audience" in print_one(browser, week, week.referent, week.mother)


def test_a_contact_ban_keeps_every_place_out_of_the_sheet(db, browser, week):
    limiting.restrict(
        db, week.dossier, source=Source.CONTACT_BAN, against=Against.ONE, rows=(), proof="Ordonnance du 2 novembre",
        by=week.secretary.account_id, account_id=week.father.account_id,
    )  # fmt: skip
    db.commit()
    text = print_one(browser, week, week.secretary, week.father)
    assert "14 h 30" in text
    assert not [word for word in ("Sainte-Anne", "Parvis", "Rives", "Saïd", "Maison Verte") if word in text]


def test_nobody_prints_for_a_link_that_is_over_or_of_elsewhere(db, browser, week):
    week.mother.ends_at = here(11)
    recomputed(db, week.dossier)
    db.commit()
    browser.sign_in(week.secretary.account_id)
    browser.submit(f"/feuilles/{week.dossier.id}", {"reader": str(week.mother.id), "act": "print"}, status=404)
    for who in (week.elsewhere, week.father):
        browser.sign_in(who.account_id)
        browser.submit(f"/feuilles/{week.dossier.id}", {"reader": str(week.father.id), "act": "print"}, status=404)
    assert papers(db) == []


def test_a_family_prints_for_itself_and_the_line_says_paper(db, browser, week):
    browser.sign_in(week.father.account_id)
    page = browser.open(f"/feuille/{week.dossier.id}")
    assert "la semaine sur papier" in page.text("h1")
    assert page.statements <= 5
    answer = browser.client.get(f"/feuille/{week.dossier.id}/semaine.pdf?le={MONDAY}&lecture=facile", base_url=BASE)
    text = read(answer.data)
    assert "Neurologue" in text or "neurologue" in text
    assert "À découper" not in text  # they answer here
    (line,) = papers(db)
    assert (line.account_id, line.to_relationship) == (week.father.account_id, None)


def test_a_weak_sign_in_prints_the_hour_of_a_health_rendez_vous_and_nothing_else(db, browser, week):
    browser.sign_in(week.mother.account_id, Strength.LOW)
    text = read(browser.client.get(f"/feuille/{week.dossier.id}/semaine.pdf?le={MONDAY}", base_url=BASE).data)
    assert "14 h 30" in text
    assert not [word for word in ("Neurologue", "Saïd", "Sainte-Anne", "Vitale", "jeun") if word in text]


def test_the_week_of_a_group_shows_each_as_whoever_prints_sees_them(db, browser, week):
    an_event(db, week.dossier, title="Audience", nature="justice", starts_at=here(16))
    db.commit()
    browser.sign_in(week.educator.account_id)
    answer = browser.client.get(f"/feuilles/groupe.pdf?groupe=Les Érables&le={MONDAY}", base_url=BASE)
    text = read(answer.data)
    assert "Inès Exemple" in text
    assert "9 h 15" in text
    assert "Audience" not in text
    assert [one.dossier_id for one in papers(db)] == [week.dossier.id]
    browser.sign_in(week.mother.account_id).open("/feuilles/groupe.pdf?groupe=Les Érables", status=404)


def test_a_sheet_is_in_the_language_its_reader_chose(db, browser, week):
    db.get_one(Account, week.mother.account_id).locale = "en"
    db.commit()
    text = print_one(browser, week, week.secretary, week.mother)
    assert "Thursday" in text
    assert "2:30 pm" in text.replace("2.30", "2:30").lower()


def test_what_is_no_week_is_said(db, browser, week):
    browser.sign_in(week.mother.account_id)
    for said in ("demain", "9999-12-31", "1999-01-01"):
        browser.open(f"/feuille/{week.dossier.id}?le={said}", status=400)
