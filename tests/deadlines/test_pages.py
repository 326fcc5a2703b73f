"""Each page, to each reader, in each way of reading, on both databases."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from portal.access import granting, limiting
from portal.access.models import Authority, Kind, LogEntry, Measure, Post
from portal.access.sharing import Against, Source
from portal.access.words import Category, Nature, Strength
from portal.core import clock
from portal.deadlines.models import CretonDecision
from portal.dossier.models import Identity
from tests.browsing import BASE
from tests.deadlines.people import BIRTHDAY, DAY, a_decision, a_turn, an_adult, nearly_adult
from tests.factories import (
    NOON,
    a_curator,
    a_dossier,
    a_link,
    a_parent,
    a_unit,
    an_account,
    an_establishment,
    at_once,
    recomputed,
    staff,
    the_young_person,
)

MODES = ("", "easy", "pictures")


@pytest.fixture(autouse=True)
def today():
    with clock.frozen(NOON):
        yield


def named(db, dossier, given):
    """Also lays out who reads this dossier: staff were there before it."""
    db.add(
        Identity(
            dossier_id=dossier.id,
            establishment_id=dossier.establishment_id,
            category=Category.IDENTITY,
            given_name=given,
            family_name="Kermeuil",
        )
    )
    recomputed(db, dossier)


@pytest.fixture
def house(db):
    place = an_establishment(db, phone="02 61 91 00 12")
    unit = a_unit(db, place)
    dossier = nearly_adult(db, place, unit_id=unit.id)
    named(db, dossier, "Nour")
    with at_once():
        links = {
            "self": the_young_person(db, dossier, account=an_account(db, "Nour Kermeuil")),
            "mother": a_parent(db, dossier, account=an_account(db, "Rachel Vaneau")),
            "informed": a_parent(db, dossier, Authority.INFORMED, account=an_account(db, "Paul Kermeuil")),
            "aunt": a_link(db, dossier, Kind.RELATIVE, account=an_account(db, "Leïla Vaneau")),
            "guardian": a_link(
                db,
                dossier,
                Kind.MEASURE,
                measure=Measure.PERSON_REPRESENT,
                ends_at=NOON + 400 * DAY,
                account=an_account(db, "Odette Longueroche"),
            ),
            "referent": staff(
                db, dossier, Post.EDUCATION, to_dossier=True, referent=True, account=an_account(db, "Élise Jouvrence")
            ),
            "educator": staff(db, dossier, Post.EDUCATION, unit_id=unit.id),
            "nurse": staff(db, dossier, Post.CARE),
            "social": staff(db, dossier, Post.SOCIAL_WORK),
            "secretary": staff(db, dossier, Post.ADMINISTRATION),
            "director": staff(db, dossier, Post.MANAGEMENT),
        }
    db.commit()
    return dossier, links


def page_of(dossier):
    return f"/majorite/{dossier.id}"


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("who", ["self", "mother", "informed", "guardian", "referent", "director", "social"])
def test_the_page_of_a_majority_is_a_page_to_whom_it_concerns(browser, house, who, mode):
    dossier, links = house
    page = browser.sign_in(links[who].account_id).reading(mode).open(page_of(dossier))
    assert "18 ans" in page.text()
    assert ("02\u00a061" in str(page.soup)) is (who not in ("referent", "director", "social"))


@pytest.mark.parametrize("who", ["aunt", "educator", "nurse"])
def test_it_does_not_exist_for_anybody_else(browser, house, who):
    dossier, links = house
    browser.sign_in(links[who].account_id).open(page_of(dossier), status=404)


def test_the_young_person_reads_whose_access_ends_and_is_called_tu(browser, house):
    dossier, links = house
    text = browser.sign_in(links["self"].account_id).open(page_of(dossier)).text()
    assert "Rachel Vaneau ne lira plus ton dossier" in text
    assert "Paul Kermeuil ne lira plus" in text
    assert "Élise Jouvrence" in text
    assert "Leïla" not in text
    assert "vous" not in text.lower().replace("rendez-vous", "")


def test_the_young_person_reads_it_in_their_own_space_opened_by_an_adult_beside_them(browser, house):
    dossier, links = house
    page = browser.sign_in(links["self"].account_id, Strength.ACCOMPANIED).open(page_of(dossier))
    assert "18 février" in page.text()


@pytest.mark.parametrize(
    ("who", "strength"), [("self", Strength.LOW), ("mother", Strength.LOW), ("director", Strength.LOW)]
)
def test_a_weak_sign_in_is_asked_to_come_in_more_surely(browser, house, who, strength):
    dossier, links = house
    page = browser.sign_in(links[who].account_id, strength).open(page_of(dossier), status=403)
    assert "février" not in page.text()


def test_a_parent_reads_their_own_link_and_nobody_elses(browser, house):
    dossier, links = house
    text = browser.sign_in(links["mother"].account_id).open(page_of(dossier)).text()
    assert "Vous ne lirez plus" in text
    assert "semaine" in text
    for name in ("Paul", "Leïla", "Odette"):
        assert name not in text


def test_a_guardian_reads_that_nothing_changes_and_when_their_measure_ends(browser, house):
    dossier, links = house
    text = browser.sign_in(links["guardian"].account_id).open(page_of(dossier)).text()
    assert "Votre lien ne change pas" in text
    assert "2027" in text


def test_what_a_judge_closed_to_a_parent_is_in_no_word_of_their_page_nor_of_the_others(db, browser, house):
    dossier, links = house
    limiting.restrict(
        db,
        dossier,
        source=Source.COURT_ORDER,
        against=Against.ONE,
        account_id=links["mother"].account_id,
        rows=[(Category.PLANNING, Nature.NONE), (Category.APPOINTMENTS, Nature.HEALTH)],
        proof="ordonnance du 3 juin",
        by=links["director"].account_id,
    )
    db.commit()
    text = browser.sign_in(links["mother"].account_id).open(page_of(dossier)).text()
    assert "semaine" not in text
    assert "rendez-vous de santé" not in text
    young = browser.sign_in(links["self"].account_id).open(page_of(dossier)).text()
    assert "Rachel Vaneau ne lira plus ton dossier" in young
    assert "ordonnance" not in young


def test_what_a_parent_agreed_to_for_an_aunt_is_told_to_the_young_person(db, browser, house):
    dossier, links = house
    granting.agree(db, to=links["aunt"], rows=[(Category.PLANNING, Nature.NONE)], by=links["mother"].account_id)
    db.commit()
    text = browser.sign_in(links["self"].account_id).open(page_of(dossier)).text()
    assert "Leïla Vaneau lisait des choses avec l’accord d’un parent" in text


@pytest.mark.parametrize("zone", ["Europe/Paris", "Indian/Reunion", "America/Martinique"])
def test_at_midnight_there_a_parent_reads_nothing_and_the_adult_their_page(db, browser, zone):
    """Through the application, an instant before and at the birthday: nobody did anything."""
    dossier = nearly_adult(db, an_establishment(db, time_zone=zone))
    named(db, dossier, "Nour")
    mother, oneself = a_parent(db, dossier), the_young_person(db, dossier)
    director = staff(db, dossier, Post.MANAGEMENT)
    db.commit()
    midnight = clock.midnight(BIRTHDAY, zone)
    moment = timedelta(microseconds=1)
    for at, seen in ((midnight - moment, 200), (midnight, 404), (midnight + DAY, 404)):
        with clock.frozen(at):
            browser.sign_in(mother.account_id).open(page_of(dossier), status=seen)
            home = browser.open("/").text()
            assert ("Nour" in home) is (seen == 200)
            assert "Tes 18 ans" in browser.sign_in(oneself.account_id).open(page_of(dossier)).text()
            assert "Nour" in browser.sign_in(director.account_id).open(page_of(dossier)).text()
    with clock.frozen(midnight):
        assert "Tu es adulte" in browser.sign_in(oneself.account_id).open(page_of(dossier)).text()


def test_reading_it_is_one_line_of_the_log(db, browser, house):
    dossier, links = house
    browser.sign_in(links["mother"].account_id).open(page_of(dossier))
    line = db.scalars(select(LogEntry)).one()
    assert (line.dossier_id, line.categories, line.account_id) == (dossier.id, "identity", links["mother"].account_id)


def test_the_notice_leads_there_from_home(db, browser, house):
    dossier, links = house
    a_turn(db, NOON)
    for who in ("self", "mother", "informed", "referent"):
        assert page_of(dossier) in browser.sign_in(links[who].account_id).open("/").links(), who


def test_without_a_solution_is_the_directors_list(db, browser, house):
    dossier, links = house
    alone = an_adult(db, _place(db, dossier))
    named(db, alone, "Sacha")
    a_parent(db, alone)
    child = a_dossier(db, _place(db, dossier))
    named(db, child, "Lina")
    db.commit()
    for who in ("director", "social"):
        page = browser.sign_in(links[who].account_id).open("/majorite")
        assert "Sacha" in page.text()
        assert "Nour" not in page.text("h2")
        assert "Lina" not in page.text()
        assert f"/majorite/{alone.id}" in page.links()
    for who in ("mother", "self", "educator", "nurse", "secretary", "referent"):
        browser.sign_in(links[who].account_id).open("/majorite", status=404)


def _place(db, dossier):
    from portal.core.models import Establishment

    return db.get_one(Establishment, dossier.establishment_id)


def test_the_number_of_statements_does_not_grow_with_the_list(db, browser, house):
    dossier, links = house
    browser.sign_in(links["director"].account_id)
    named(db, an_adult(db, _place(db, dossier)), "Sacha")
    db.commit()
    one = browser.open("/majorite").statements
    for _ in range(6):
        named(db, an_adult(db, _place(db, dossier)), "Sacha")
    db.commit()
    assert browser.open("/majorite").statements == one


# Échéances


def a_week_of_ends(db, dossier, links):
    father = a_parent(db, dossier, account=an_account(db, "Marc Roussel"))
    limiting.restrict(
        db,
        dossier,
        source=Source.CONTACT_BAN,
        against=Against.ONE,
        account_id=father.account_id,
        rows=[],
        proof="ordonnance de protection du 3 juin",
        by=links["director"].account_id,
        ends_at=NOON + 30 * DAY,
    )
    granting.agree(
        db,
        to=links["aunt"],
        rows=[(Category.PLANNING, Nature.NONE)],
        by=links["mother"].account_id,
        ends_at=NOON + 20 * DAY,
    )
    staff(db, dossier, Post.EDUCATION, ends_at=NOON + 10 * DAY, account=an_account(db, "Karim Estavin"))
    db.commit()


def test_those_who_run_the_establishment_read_what_ends_when_why_and_what_to_do(db, browser, house):
    dossier, links = house
    a_week_of_ends(db, dossier, links)
    for who in ("director", "secretary"):
        text = browser.sign_in(links[who].account_id).open("/echeances").text()
        places = [text.index(word) for word in ("Karim Estavin", "Leïla Vaneau", "Marc Roussel")]
        assert places == sorted(places)
        assert "ordonnance de protection du 3 juin" in text
        assert "Donné par Rachel Vaneau" in text
        assert "nouvelle preuve" in text


@pytest.mark.parametrize("who", ["self", "mother", "aunt", "guardian", "educator", "nurse", "social", "referent"])
def test_nobody_else_reads_it(db, browser, house, who):
    dossier, links = house
    a_week_of_ends(db, dossier, links)
    browser.sign_in(links[who].account_id).open("/echeances", status=404)


def test_a_secretary_reads_nothing_there_of_her_own_child(db, browser, house):
    from portal.core.models import Account

    dossier, links = house
    a_week_of_ends(db, dossier, links)
    a_parent(db, dossier, account=db.get_one(Account, links["secretary"].account_id))
    named(db, a_dossier(db, _place(db, dossier)), "Lina")
    db.commit()
    text = browser.sign_in(links["secretary"].account_id).open("/echeances").text()
    assert "Karim Estavin" in text
    for word in ("Marc", "ordonnance", "Leïla", "Interdiction"):
        assert word not in text


# Creton


@pytest.fixture
def kept(db, house):
    dossier, links = house
    adult = an_adult(db, _place(db, dossier))
    named(db, adult, "Anatole")
    mine = {
        "adult": the_young_person(db, adult),
        "curator": a_curator(db, adult),
        "guardian": a_link(db, adult, Kind.MEASURE, measure=Measure.PERSON_REPRESENT),
        "mother": a_parent(db, adult),
        "referent": staff(db, adult, Post.EDUCATION, to_dossier=True, referent=True),
    }
    db.commit()
    return adult, links | mine


def token(browser, path):
    page = browser.open(path)
    return page.soup.select_one("input[name=csrf_token]")["value"]


def send(browser, path, **form):
    form["csrf_token"] = token(browser, "/cretons")
    return browser.client.post(path, base_url=BASE, data=form, headers={"Referer": BASE})


GOOD = {"decided_on": "2026-01-15", "ends_on": "2027-01-14", "proof": "Notification de la CDAPH 2026-118"}


@pytest.mark.parametrize("who", ["director", "secretary", "social"])
def test_staff_record_a_decision_and_read_it_back(db, browser, kept, who):
    adult, links = kept
    browser.sign_in(links[who].account_id)
    assert "Aucune décision notée" in browser.open("/cretons").text()
    answer = send(browser, f"/cretons/{adult.id}", **GOOD)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/cretons/{adult.id}")
    assert "Notification de la CDAPH 2026-118" in browser.open(f"/cretons/{adult.id}").text()
    assert "À renouveler avant" in browser.open("/cretons").text()
    assert db.scalars(select(CretonDecision.recorded_by)).one() == links[who].account_id


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"ends_on": "2025-01-14"}, "La fin vient avant le début"),
        ({"decided_on": "2026-12-01"}, "Cette date n’est pas encore passée"),
        ({"ends_on": "2030-01-14"}, "plus de deux ans"),
        ({"decided_on": "quinze janvier"}, "Écrivez une date"),
        ({"proof": ""}, "Remplissez cette case"),
        ({"proof": "x" * 301}, "trop long"),
    ],
)
def test_a_mistake_is_said_beside_its_box_and_what_was_typed_stays(db, browser, kept, wrong, words):
    adult, links = kept
    answer = send(browser.sign_in(links["director"].account_id), f"/cretons/{adult.id}", **(GOOD | wrong))
    assert answer.status_code == 422
    assert words in answer.text
    assert answer.text.count('aria-invalid="true"') == 1
    assert (GOOD | wrong)["proof"] in answer.text
    assert not db.scalars(select(CretonDecision)).all()


def test_a_decision_written_by_mistake_is_crossed_out(db, browser, kept):
    adult, links = kept
    decision = a_decision(db, adult, links["director"].account_id)
    db.commit()
    browser.sign_in(links["secretary"].account_id)
    assert send(browser, f"/cretons/{adult.id}/annuler", decision=str(decision.id)).status_code == 303
    assert "CDAPH 2026-118" not in browser.open(f"/cretons/{adult.id}").text()
    db.expire_all()
    assert db.get_one(CretonDecision, decision.id).cancelled_by == links["secretary"].account_id


@pytest.mark.parametrize("who", ["adult", "mother", "curator", "guardian", "referent", "educator", "nurse"])
def test_nobody_else_writes(db, browser, kept, who):
    adult, links = kept
    decision = a_decision(db, adult, links["director"].account_id)
    db.commit()
    browser.sign_in(links[who].account_id)
    form = {"csrf_token": browser.open("/lecture").soup.select_one("input[name=csrf_token]")["value"]}
    for path, said in ((f"/cretons/{adult.id}", GOOD), (f"/cretons/{adult.id}/annuler", {"decision": decision.id})):
        answer = browser.client.post(path, base_url=BASE, data=form | said, headers={"Referer": BASE})
        assert answer.status_code == 404
    db.expire_all()
    assert [one.cancelled_at for one in db.scalars(select(CretonDecision))] == [None]
    db.rollback()
    browser.open("/cretons", status=404)


def test_a_decision_of_one_dossier_is_not_cancelled_through_another(db, browser, kept):
    adult, links = kept
    other = an_adult(db, _place(db, adult))
    named(db, other, "Zoé")
    decision = a_decision(db, adult, links["director"].account_id)
    db.commit()
    browser.sign_in(links["director"].account_id)
    assert send(browser, f"/cretons/{other.id}/annuler", decision=str(decision.id)).status_code == 404
    assert send(browser, f"/cretons/{other.id}/annuler", decision="no identifier").status_code == 404


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("who", ["adult", "guardian", "referent"])
def test_the_adult_their_guardian_and_the_referent_read_until_when(db, browser, kept, who, mode):
    adult, links = kept
    a_decision(db, adult, links["director"].account_id)
    db.commit()
    page = browser.sign_in(links[who].account_id).reading(mode).open(f"/cretons/{adult.id}")
    assert "14 janvier 2027" in page.text()
    assert not page.soup.select("form[action^='/cretons']")


@pytest.mark.parametrize("who", ["mother", "nurse", "educator"])
def test_it_does_not_exist_for_others_nor_before_a_decision(db, browser, kept, who):
    adult, links = kept
    browser.sign_in(links["adult"].account_id).open(f"/cretons/{adult.id}", status=404)
    a_decision(db, adult, links["director"].account_id)
    db.commit()
    browser.sign_in(links[who].account_id).open(f"/cretons/{adult.id}", status=404)


def test_a_curator_without_agreement_does_not_read_it(db, browser, kept):
    adult, links = kept
    a_decision(db, adult, links["director"].account_id)
    db.commit()
    browser.sign_in(links["curator"].account_id).open(f"/cretons/{adult.id}", status=404)


def test_an_overdue_decision_comes_first_and_says_since_when(db, browser, kept):
    adult, links = kept
    a_decision(db, adult, links["director"].account_id, decided_on=date(2025, 11, 1), ends_on=date(2026, 10, 31))
    other = an_adult(db, _place(db, adult))
    named(db, other, "Zoé")
    a_decision(db, other, links["director"].account_id, ends_on=date(2027, 11, 14))
    db.commit()
    text = browser.sign_in(links["director"].account_id).open("/cretons").text()
    assert text.index("Anatole") < text.index("Zoé")
    assert "Dépassée depuis" in text
    assert "En cours jusqu’au" in text
