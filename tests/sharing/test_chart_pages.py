"""The chart on screen: list, table, pictures; as parents, a young person, a relative and staff open it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal.access import granting, limiting
from portal.access.models import Kind
from portal.access.perimeter import ROWS
from portal.access.sharing import Against, Source
from portal.access.words import Strength
from portal.core import clock
from tests.factories import NOON, a_link, a_parent
from tests.sharing.scenes import PLANNING, a_family, decide

MODES = ("", "easy", "pictures")


@pytest.fixture(autouse=True)
def noon():
    with clock.frozen(NOON):
        yield


@pytest.fixture
def family(db):
    made = a_family(db)
    granting.agree(db, to=made.granny, rows=[PLANNING], by=made.mother.account_id, ends_at=NOON + timedelta(days=40))
    db.commit()
    return made


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("table", ["", "?tableau=1"])
def test_a_father_reads_who_sees_what_in_each_mode(browser, family, mode, table):
    page = browser.reading(mode).sign_in(family.father.account_id).open(family.url + table)
    assert "Inès" in page.text("h1")
    text = page.text()
    for said in ("Odette Grand-Mère", "Samia Mère"):
        assert said in text
    assert "Julien Père" not in text  # « Vous »


def test_the_list_and_the_table_say_the_same_and_lead_to_each_other(browser, family):
    father = browser.sign_in(family.father.account_id)
    listed, table = father.open(family.url), father.open(f"{family.url}?tableau=1")
    cells = [link for link in listed.links() if link.startswith("/partage/case/")]
    assert sorted(cells) == sorted(link for link in table.links() if link.startswith("/partage/case/"))
    assert len(cells) == 4 * len(ROWS)
    assert f"{family.url}?tableau=1" in listed.links()
    assert family.url in table.links()


def test_each_cell_of_the_list_leads_to_a_page_that_says_who_decided(db, browser, family):
    decide(db, family, parent__plan=True)
    db.commit()
    father = browser.sign_in(family.father.account_id)
    page = father.open(family.cell(family.mother, "plan"))
    assert "Décidé par la direction : carte n° 1" in page.text()
    assert "Jusqu’au" in page.text()
    week = father.open(family.cell(family.granny, "planning")).text()
    assert "Accord de Samia Mère. Depuis le mercredi 18 novembre. Jusqu’au" in week.replace("\u00a0", " ")


@pytest.mark.parametrize("mode", MODES)
def test_the_young_person_reads_their_own_in_an_accompanied_session(browser, family, mode):
    page = browser.reading(mode).sign_in(family.child.account_id, Strength.ACCOMPANIED).open(family.url)
    text = page.text()
    assert "de toi" in page.text("h1")
    assert "Samia Mère" in text
    if mode == "pictures":
        assert "Tu vois" in text
        assert "Voit :" in text
        assert len(page.soup.select("main img.pic")) > 10


def test_a_chart_wants_a_sure_sign_in(browser, family):
    for account_id in (family.mother.account_id, family.child.account_id):
        weak = browser.sign_in(account_id, Strength.LOW)
        weak.open(family.url, status=403)
        weak.open("/accords/", status=403)


def test_a_parent_under_a_ban_finds_no_trace_of_the_other_in_any_page_of_sharing(db, browser, family):
    limiting.restrict(
        db,
        family.dossier,
        source=Source.CONTACT_BAN,
        against=Against.ONE,
        rows=(),
        proof="Ordonnance de protection du 3 novembre 2026",
        by=family.director.account_id,
        account_id=family.father.account_id,
    )
    db.commit()
    father = browser.sign_in(family.father.account_id)
    pages = [father.open(url).answer.text for url in (family.url, f"{family.url}?tableau=1", "/accords/")]
    assert not [text for text in pages if "Samia" in text or "Odette" in text]
    father.open(family.cell(family.mother, "planning"), status=404)
    father.open(family.cell(family.granny, "planning"), status=404)


def test_the_page_of_one_parent_is_the_same_to_the_letter_whether_or_not_a_judge_holds_the_other(db, browser, family):
    import re

    def read():
        text = browser.open(family.url).answer.text
        return re.sub(r'(name="csrf_token" value)="[^"]*"', r"\1", text)

    browser.sign_in(family.mother.account_id)
    before = read()
    limiting.restrict(
        db,
        family.dossier,
        source=Source.COURT_ORDER,
        against=Against.ONE,
        rows=[PLANNING],
        proof="Jugement du 3 novembre 2026",
        by=family.director.account_id,
        account_id=family.father.account_id,
    )
    db.commit()
    assert read() == before


def test_a_grandmother_reads_her_own_column_and_no_other_name(browser, family):
    page = browser.sign_in(family.granny.account_id).open(family.url)
    assert "Accord donné" in page.text()
    assert "Julien" not in page.answer.text
    assert [link for link in page.links() if str(family.mother.id) in link] == []


def test_one_dossier_is_opened_at_once_and_several_are_listed(db, browser, family):
    answer = browser.sign_in(family.father.account_id).client.get("/partage/", base_url="https://localhost")
    assert answer.status_code == 303
    assert answer.headers["Location"].endswith(family.url)
    sibling = a_family(db, name="Tom")
    a_parent(db, sibling.dossier, account=_account(db, family.father))
    db.commit()
    page = browser.open("/partage/")
    assert {family.url, sibling.url} <= set(page.links())
    assert "Inès" in page.text()
    assert "Tom" in page.text()


def test_the_director_reads_the_whole_chart_and_the_educator_none(browser, family):
    director = browser.sign_in(family.director.account_id)
    assert "Samia Mère" in director.open(family.url).text()
    assert f"/actes/{family.dossier.id}" in director.open(family.url).links()
    browser.sign_in(family.educator.account_id).open(family.url, status=404)


def test_a_chart_takes_as_many_statements_for_two_relatives_as_for_fifteen(db, browser, family):
    few = browser.sign_in(family.mother.account_id).open(family.url).statements
    for _ in range(13):
        a_link(db, family.dossier, Kind.RELATIVE)
    db.commit()
    assert browser.open(family.url).statements == few <= 14


@pytest.mark.parametrize("row", ["planning:health", "rien", "appointments:"])
def test_a_row_that_is_none_is_a_page_that_is_not_there(browser, family, row):
    browser.sign_in(family.mother.account_id).open(family.cell(family.granny, row), status=404)


def _account(db, link):
    from portal.core.models import Account

    return db.get_one(Account, link.account_id)
