"""« Qui a regardé »: each reads the lines that are theirs to read, in their way of reading, and nobody any other."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, select, update

from portal.access import glass
from portal.access.models import Authority, Kind, LogEntry, Measure, Relationship
from portal.access.sharing import Against, Restriction, Source
from portal.access.words import Strength
from portal.core import clock
from portal.core.models import Dossier
from portal.lookers.models import Naming
from tests.factories import NOON, a_link, a_parent, recomputed
from tests.lookers.conftest import looked

MODES = ["", "easy", "pictures"]


def read(browser, house, who, tail="", **named):
    return browser.sign_in(who.account_id).open(house.url(tail), **named)


def freeze(db, house, starts_at=NOON - timedelta(days=1), **facts):
    """Management froze everything but menus for the parents."""
    one = Restriction(
        **(
            {
                "dossier_id": house.dossier.id,
                "establishment_id": house.dossier.establishment_id,
                "source": Source.FREEZE,
                "against": Against.REPRESENTATIVES,
                "rows": "household",
                "starts_at": starts_at,
                "proof": "signalement, 17/11/2026",
            }
            | facts
        )
    )
    db.add(one)
    db.flush()
    recomputed(db, house.dossier)
    db.commit()
    return one


# Who reads what


@pytest.mark.parametrize("mode", MODES)
def test_the_young_person_reads_everybody_with_their_names(browser, db, house, mode):
    for who in (house.mother, house.father, house.aunt, house.nurse, house.educator, house.young):
        looked(db, house, who)
    text = read(browser.reading(mode), house, house.young).text()
    for name in ("Sophie Carpentier", "Julien Carpentier", "Claire Roussel", "Nadia Soin", "Paul Groupe", "Toi"):
        assert name in text


@pytest.mark.parametrize("mode", MODES)
def test_a_parent_reads_their_own_lines_and_the_professions_of_staff_and_never_the_other_parent(
    browser, db, house, mode
):
    for who in (house.mother, house.father, house.aunt, house.nurse, house.young):
        looked(db, house, who)
    page = read(browser.reading(mode), house, house.mother)
    text = page.text()
    assert "Vous" in text
    assert "Équipe de soins" in text
    for hidden in ("Julien", "Sophie", "Claire", "Nadia", "parent,", "proche"):
        assert hidden not in text
    assert str(house.father.account_id) not in page.answer.text


def test_names_of_staff_show_to_parents_where_management_chose_so(browser, db, house):
    looked(db, house, house.nurse)
    page = browser.sign_in(house.director.account_id).open("/qui-a-regarde/noms")
    for minutes, (said, shown) in enumerate((("yes", True), ("no", False))):
        with clock.frozen(NOON + timedelta(minutes=minutes)):
            browser.sign_in(house.director.account_id)
            _post(browser, "/qui-a-regarde/noms", page, named=said, establishment=_place(page))
            assert ("Nadia Soin" in read(browser, house, house.mother).text()) is shown


def _place(page):
    return page.soup.select_one("[name=establishment]")["value"]


def test_management_reads_every_line_with_names(browser, db, house):
    for who in (house.mother, house.father, house.nurse, house.young):
        looked(db, house, who)
    text = read(browser, house, house.director).text()
    for name in ("Sophie Carpentier", "Julien Carpentier", "Nadia Soin", "Inès"):
        assert name in text


@pytest.mark.parametrize("who", ["stranger", "foreign_director", "nurse", "educator"])
def test_nobody_else_reads_the_log(browser, db, house, who):
    looked(db, house, house.mother)
    page = read(browser, house, getattr(house, who), status=404)
    assert "Sophie" not in page.answer.text


def test_the_log_of_a_dossier_that_does_not_exist_and_of_a_stranger_s_are_one_page(browser, db, house):
    hidden = read(browser, house, house.stranger, status=404)
    absent = browser.open("/qui-a-regarde/00000000-0000-0000-0000-000000000007", status=404)
    assert hidden.text() == absent.text()
    assert hidden.statements == absent.statements


def test_a_parent_whose_child_came_of_age_reads_nothing_any_more(browser, db, house):
    looked(db, house, house.nurse)
    db.execute(update(Dossier).where(Dossier.id == house.dossier.id).values(birth_date=datetime(2008, 11, 18).date()))
    recomputed(db, house.dossier)
    db.commit()
    read(browser, house, house.mother, status=404)


def test_an_ex_parent_who_became_a_relative_reads_their_own_lines_only(browser, db, house):
    """Authority ended at majority; what somebody else agreed to since opens no line of staff."""
    looked(db, house, house.nurse)
    looked(db, house, house.mother)
    db.execute(update(Dossier).where(Dossier.id == house.dossier.id).values(birth_date=datetime(2008, 11, 18).date()))
    mother = db.get_one(Relationship, house.mother.id)
    a_link(db, house.dossier, Kind.MEASURE, measure=Measure.PERSON_ASSIST, account=_account(db, mother))
    recomputed(db, house.dossier)
    db.commit()
    text = read(browser, house, house.mother).text()
    assert "Vous" in text
    assert "Équipe de soins" not in text


@pytest.mark.parametrize(
    ("facts", "reads"),
    [
        ({"kind": Kind.PARENT, "authority": Authority.INFORMED}, False),
        ({"kind": Kind.DELEGATE}, True),
        ({"kind": Kind.CHILD_WELFARE}, True),
        ({"kind": Kind.MEASURE, "measure": Measure.PERSON_REPRESENT}, True),
        ({"kind": Kind.MEASURE, "measure": Measure.PERSON_ASSIST}, False),
        ({"kind": Kind.RELATIVE}, False),
    ],
)
def test_lines_of_staff_are_for_those_who_decide(browser, db, house, facts, reads):
    link = a_link(db, house.dossier, **facts)
    recomputed(db, house.dossier)
    looked(db, house, house.educator, categories="menus")
    assert ("Équipe éducative" in read(browser, house, link).text()) is reads


def test_somebody_who_works_there_reads_of_their_own_child_as_a_parent(browser, db, house):
    director = a_parent(db, house.dossier, account=_account(db, house.director))
    recomputed(db, house.dossier)
    looked(db, house, house.father)
    looked(db, house, house.nurse)
    text = read(browser, house, director).text()
    assert "Julien" not in text
    assert "Équipe de soins" in text


def test_a_broken_glass_opens_no_log(browser, db, house):
    looked(db, house, house.mother)
    link = glass.break_glass(db, house.dossier, by=house.educator.account_id, reason="crise dans le car")
    db.commit()
    read(browser, house, link, status=404)


def test_that_the_young_person_was_at_their_wishes_is_told_to_nobody_else(browser, db, house):
    looked(db, house, house.young, categories="wishes")
    assert "Souhaits" in read(browser, house, house.young).text()
    assert "Souhaits" not in read(browser, house, house.director).text()


# What is told of a line


def test_what_a_parent_does_not_reach_is_not_told_of_staff_either(browser, db, house):
    looked(db, house, house.nurse, categories="appointments intimate_care wishes")
    looked(db, house, house.educator, categories="wishes")
    text = read(browser, house, house.mother).text()
    assert "Équipe de soins" in text
    assert "Équipe éducative" not in text
    for hidden in ("Soins intimes", "Souhaits"):
        assert hidden not in text


def test_the_young_person_is_told_of_all_of_it(browser, db, house):
    looked(db, house, house.nurse, categories="intimate_care treatment")
    text = read(browser, house, house.young).text()
    assert "Traitement, Soins intimes" in text


@pytest.mark.parametrize("mode", MODES)
def test_an_emergency_is_shown_as_such(browser, db, house, mode):
    looked(db, house, house.nurse, emergency=True)
    for who in (house.young, house.mother):
        assert "Accès d’urgence" in read(browser.reading(mode), house, who).text()


def test_a_preview_says_so_to_whom_it_was_and_to_nobody_of_the_family_else(browser, db, house):
    looked(db, house, house.educator, seen_as=house.mother.account_id)
    assert "En regardant ce que vous voyez" in read(browser, house, house.mother).text()
    father = read(browser, house, house.father).text()
    assert "En regardant" not in father
    assert "Équipe éducative" in father


def test_reading_the_log_is_in_the_log_and_said_in_words(browser, db, house):
    read(browser, house, house.mother)
    line = db.scalars(select(LogEntry)).one()
    assert (line.account_id, line.endpoint, line.kind) == (house.mother.account_id, "lookers.dossier", Kind.PARENT)
    db.commit()
    assert "la page « Qui a regardé »" in read(browser, house, house.young).text()


# When


def test_a_day_has_one_line_for_each_person_whatever_the_number_of_pages(browser, db, house):
    for minutes in range(5):
        looked(db, house, house.nurse, at=NOON - timedelta(hours=3, minutes=-minutes), categories="menus")
    looked(db, house, house.nurse, at=NOON, categories="planning")
    page = read(browser, house, house.young)
    assert len(page.soup.select("main .thread > li")) == 1
    assert "Semaine, Menus" in page.text()
    assert "6 fois" in page.text()


def test_days_are_those_of_the_establishment(browser, db, house):
    looked(db, house, house.nurse, at=datetime(2026, 11, 17, 23, 30, tzinfo=UTC))  # half past midnight in Paris
    assert "Aujourd’hui" in read(browser, house, house.young).text("h2")


def test_in_easy_reading_hours_are_parts_of_the_day(browser, db, house):
    looked(db, house, house.nurse, at=NOON - timedelta(hours=3))
    assert "Ce matin" in read(browser.reading("easy"), house, house.young).text()


def test_months_follow_each_other_while_there_are_lines(browser, db, house):
    looked(db, house, house.nurse, at=NOON - timedelta(days=40))
    page = read(browser, house, house.young)
    assert "Aucune ligne à lire" in page.text()
    assert house.url("?mois=2026-10") in page.links()
    before = browser.open(house.url("?mois=2026-10"))
    assert "Octobre 2026" in before.text()
    assert "Équipe de soins" in before.text()
    assert house.url("?mois=2026-11") in before.links()
    assert house.url("?mois=2026-09") not in before.links()


@pytest.mark.parametrize("said", ["2026", "2026-13", "hier", "9999-12", "2026-11-01"])
def test_a_month_that_is_none_is_a_mistake_not_a_failure(browser, house, said):
    read(browser, house, house.young, f"?mois={said}", status=400)


@pytest.mark.parametrize("number", [1, 300])
def test_two_statements_whatever_the_number_of_lines(browser, db, house, number):
    for minutes in range(number):
        looked(db, house, house.nurse, at=NOON - timedelta(minutes=minutes * 37))
    read(browser, house, house.young)
    assert read(browser, house, house.young).statements <= 5  # session, scope, log; card, lines


# A safeguarding freeze


@pytest.fixture
def frozen(db, house):
    looked(db, house, house.nurse, at=NOON - timedelta(days=3), categories="menus")
    looked(db, house, house.educator, at=NOON - timedelta(hours=2), categories="menus")
    looked(db, house, house.father, at=NOON - timedelta(hours=2), categories="menus")
    looked(db, house, house.mother, at=NOON - timedelta(hours=2), categories="menus")
    return freeze(db, house)


def test_during_a_freeze_the_family_reads_what_came_before_and_their_own(browser, db, house, frozen):
    for who in (house.mother, house.young):
        text = read(browser, house, who).text()
        assert "Équipe de soins" in text
        assert "Équipe éducative" not in text
        assert "Julien" not in text
    assert "Vous" in read(browser, house, house.mother).text()


def test_a_freeze_is_told_in_the_words_of_every_other_day(browser, db, house):
    looked(db, house, house.mother, categories="menus")
    free = read(browser, house, house.mother)
    db.execute(delete(LogEntry).where(LogEntry.endpoint == "lookers.dossier"))
    freeze(db, house)
    looked(db, house, house.educator, at=NOON - timedelta(hours=2), categories="menus")
    frozen = read(browser, house, house.mother)
    assert frozen.text("body") == free.text("body")
    assert frozen.statements == free.statements


def test_held_lines_wait_for_management_even_when_the_freeze_is_over(browser, db, house, frozen):
    db.execute(update(Restriction).values(lifted_at=NOON - timedelta(hours=1)))
    recomputed(db, house.dossier)
    db.commit()
    looked(db, house, house.director, at=NOON - timedelta(minutes=5), categories="menus")
    text = read(browser, house, house.mother).text()
    assert "Équipe éducative" not in text
    assert "Direction" in text, "what came after the freeze is not held"


def test_management_reads_held_lines_is_told_that_they_wait_and_shows_them(browser, db, house, frozen):
    page = read(browser, house, house.director)
    assert "Paul Groupe" in page.text()
    assert "Des lignes ne sont pas encore montrées" in page.text()
    _post(browser, house.url("/montrer"), page)
    assert "Des lignes ne sont pas encore montrées" not in read(browser, house, house.director).text()
    assert "Équipe éducative" in read(browser, house, house.mother).text()
    with clock.frozen(NOON + timedelta(hours=1)):
        looked(db, house, house.educator, at=NOON + timedelta(minutes=30), categories="planning")
        assert "Semaine" not in read(browser, house, house.mother).text(), "what is written afterwards waits again"


@pytest.mark.parametrize("who", ["mother", "young", "nurse", "foreign_director"])
def test_only_management_shows_held_lines(browser, db, house, frozen, who):
    page = browser.sign_in(getattr(house, who).account_id).open("/qui-a-regarde/" if who == "nurse" else "/lecture")
    assert _post(browser, house.url("/montrer"), page).status_code == 404
    assert "Équipe éducative" not in read(browser, house, house.mother).text()


# Strength


def test_a_weak_sign_in_is_asked_for_a_stronger_one(browser, db, house):
    browser.sign_in(house.mother.account_id, Strength.LOW).open(house.url(), status=403)


def test_beside_a_helper_the_young_person_reads_staff_and_themselves_not_their_parents(browser, db, house):
    for who in (house.mother, house.nurse):
        looked(db, house, who)
    looked(db, house, house.educator, categories="seizures")
    text = browser.sign_in(house.young.account_id, Strength.ACCOMPANIED).open(house.url()).text()
    assert "Équipe de soins" in text
    for hidden in ("Sophie", "Équipe éducative", "Crises"):
        assert hidden not in text


# The first page


def test_one_s_own_log_is_the_first_page(browser, house):
    answer = browser.sign_in(house.mother.account_id).client.get("/qui-a-regarde/", base_url="https://localhost")
    assert (answer.status_code, answer.location) == (303, house.url())


def test_management_chooses_whose_log_and_others_at_work_write_communications_down(browser, house):
    assert house.url() in browser.sign_in(house.director.account_id).open("/qui-a-regarde/").links()
    links = browser.sign_in(house.nurse.account_id).open("/qui-a-regarde/").links()
    assert house.url() not in links
    assert house.url("/communication") in links


def test_names_are_decided_by_management_of_that_place_alone(browser, db, house):
    browser.sign_in(house.nurse.account_id).open("/qui-a-regarde/noms", status=404)
    page = browser.sign_in(house.foreign_director.account_id).open("/qui-a-regarde/noms")
    answer = _post(browser, "/qui-a-regarde/noms", page, named="yes", establishment=str(house.dossier.establishment_id))
    assert answer.status_code == 404
    assert db.scalars(select(Naming)).all() == []


def _account(db, link):
    from portal.core.models import Account

    return db.get_one(Account, link.account_id)


def _post(browser, path, page, **fields):
    token = page.soup.select_one("[name=csrf_token]")
    data = {"csrf_token": token["value"] if token else "", **fields}
    headers = {"Referer": "https://localhost/", "Sec-Fetch-Site": "same-origin"}
    return browser.client.post(path, base_url="https://localhost", data=data, headers=headers)
