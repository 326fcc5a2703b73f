"""What everybody may read of this portal, before signing in: data, rights, accessibility, terms."""

from __future__ import annotations

import re
from typing import Any

import pytest

from portal.about import queries
from portal.access.words import Category
from portal.core.models import DossierState
from portal.retention import rules
from tests.browsing import Browser
from tests.conftest import a_configuration
from tests.factories import an_establishment

PAGES = ("/vos-donnees", "/vos-droits", "/accessibilite", "/conditions")
TOLD = {
    "controller": "Association gestionnaire, 1 rue de l’Exemple",
    "dpo": "dpd@association.invalid",
    "hosting": "Hébergeur, 2 rue de l’Exemple",
}


def told(browser: Browser, **changes: str) -> Browser:
    browser.app.extensions["settings"] = browser.app.extensions["settings"].with_(**(TOLD | changes))
    return browser


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize(("mode", "lang"), [("", "fr"), ("easy", "fr"), ("pictures", "fr"), ("", "en"), ("easy", "en")])
def test_each_page_is_read_by_whoever_comes_in_every_way_of_reading(browser, path, mode, lang):
    page = browser.reading(mode, lang=lang).open(path)
    assert len(page.text()) > 300
    assert "RELIE_" not in page.text()


@pytest.mark.parametrize("path", ["/entrer", "/lettre", "/lecture", "/attributions", "/rien"])
def test_every_page_leads_to_them_from_its_foot(browser, path):
    page = browser.open(path, status=404 if path == "/rien" else 200)
    assert set(PAGES) <= {str(link["href"]) for link in page.soup.select("footer a[href]")}


def test_the_notice_names_who_answers_and_where_to_write(browser):
    told(browser)
    data, rights, terms = (browser.open(path).text() for path in ("/vos-donnees", "/vos-droits", "/conditions"))
    assert TOLD["controller"] in data
    assert TOLD["hosting"] in data
    assert TOLD["dpo"] in rights
    assert TOLD["controller"] in terms
    assert TOLD["hosting"] in terms


def test_what_was_not_configured_says_whom_to_call_instead(browser, db):
    an_establishment(db, name="IME Les Tilleuls", phone="02 61 91 00 12")
    db.commit()
    data = browser.open("/vos-donnees")
    assert "L’établissement en répond. Appelez-le" in data.text()
    assert "tel:0261910012" in data.links()
    rights = browser.open("/vos-droits")
    assert "demandez le délégué à la protection des données" in rights.text()
    assert "tel:0261910012" in rights.links()


def test_what_the_establishment_wrote_stays_text(browser):
    page = told(browser, controller="<b>A & B</b>").open("/vos-donnees")
    assert "<b>A & B</b>" in page.text()


def test_every_duration_on_the_page_is_the_one_that_is_kept_to(browser):
    text = browser.open("/vos-donnees").text().replace("\u00a0", " ")
    left = {rules.RULES[one, DossierState.LEFT] for one in Category}
    said = {int(number) for number in re.findall(r"(\d+) mois", text)}
    assert set(re.findall(r"(\d+) mois après le départ", text)) == {str(one) for one in left}
    assert said == left | {
        rules.READABLE_FOR,
        rules.ERASED_AFTER[DossierState.PRE_ADMISSION],
        rules.LOG_FOR,
        rules.SIGN_INS_FOR,
        rules.LETTERS_FOR,
        rules.RAW_FOR,
    }


def test_a_rule_that_changes_changes_the_page(browser, monkeypatch):
    monkeypatch.setitem(rules.RULES, (Category.TREATMENT, DossierState.LEFT), 5)
    text = browser.open("/vos-donnees").text().replace("\u00a0", " ")
    assert "5 mois après le départ : Traitement" in text


def test_the_notice_names_every_kind_of_rendez_vous_there_is(browser):
    text = browser.open("/vos-donnees").text()
    for said in ("Rendez-vous de santé", "Rendez-vous avec la justice", "Rendez-vous d’école"):
        assert said in text


def test_every_category_goes_at_one_time_after_leaving():
    listed = [one for _, those in queries.kept_after_leaving() for one in those]
    assert sorted(listed) == sorted(Category)


def test_the_state_of_accessibility_is_said_on_every_page_as_the_law_wants(browser):
    assert "Accessibilité : non conforme" in browser.open("/entrer").text("footer").replace("\u00a0", " ")
    text = browser.open("/accessibilite").text()
    assert "Aucun audit" in text
    assert "lecteur d’écran" in text


def test_the_start_says_which_words_of_the_establishment_are_missing(engine, tmp_path, monkeypatch):
    from portal.app import create_app
    from portal.core.db import make_sessions
    from portal.web import logs

    seen: list[tuple[str, Any]] = []
    monkeypatch.setattr(logs, "event", lambda name, *_, **fields: seen.append((name, fields.get("setting"))))
    for changes in ({"dpo": "dpd@association.invalid"}, TOLD, {"demo": False}):
        seen.clear()
        create_app(a_configuration(vault_url=f"file://{tmp_path}", **changes), sessions=make_sessions(engine))
        lacking = sorted(str(setting) for name, setting in seen if name == "about_incomplete")
        assert lacking == sorted(name for field, name in queries.NEEDED.items() if field not in changes)
