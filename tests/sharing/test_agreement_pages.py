"""« Mes accords » : what was agreed to, receipts, the young person's word, and answers to what is asked."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.access import granting, services
from portal.access.acts import Act
from portal.access.models import Authority, Kind, Post
from portal.access.sharing import Agreement
from portal.access.words import Strength
from portal.core import clock
from portal.core.errors import BadInput
from portal.core.jobs import Job
from portal.sharing import acting
from portal.sharing.models import ActAnswer, ActRequest, Voice
from portal.sharing.services import say
from tests.factories import NOON, a_link, a_parent, staff, viewing
from tests.sharing.scenes import IDENTITY, PLANNING, a_family

ANSWERS = ("yes", "no", "unsure")


@pytest.fixture(autouse=True)
def noon():
    with clock.frozen(NOON):
        yield


@pytest.fixture
def family(db):
    made = a_family(db)
    db.commit()
    return made


def shared(db, family, by=None):
    given = granting.agree(
        db,
        to=family.granny,
        rows=[IDENTITY, PLANNING],
        by=(by or family.mother).account_id,
        ends_at=NOON + timedelta(90),
    )
    db.commit()
    return given[0].receipt


def asked(db, family, act=Act.OUTING, **facts):
    one = acting.ask(db, viewing(family.director), family.dossier, act=act, what="La ferme, jeudi.", **facts)
    db.commit()
    return f"/accords/demandes/{one.id}"


# Receipts


@pytest.mark.parametrize("mode", ["", "easy", "pictures"])
def test_a_mother_finds_what_she_agreed_to_and_takes_it_back_at_once(db, browser, family, mode):
    receipt = shared(db, family)
    mother = browser.reading(mode).sign_in(family.mother.account_id)
    assert f"/accords/{receipt}" in mother.open("/accords/").links()
    page = mother.open(f"/accords/{receipt}")
    for said in ("Odette Grand-Mère", "Inès", "Semaine"):
        assert said in page.text()
    assert page.soup.select_one(f'form[action$="{receipt}/retirer"]')
    mother.submit(f"/accords/{receipt}/retirer", {})
    assert not mother.open(f"/accords/{receipt}").soup.select_one(f'form[action$="{receipt}/retirer"]')
    assert all(db.scalars(select(Agreement.withdrawn_at)))
    assert len(db.scalars(select(Job).where(Job.kind == "deliver:consent")).all()) == 2
    db.commit()


def test_the_other_parent_reads_the_receipt_and_may_take_back_too(db, browser, family):
    receipt = shared(db, family)
    father = browser.sign_in(family.father.account_id)
    assert "Accord de Samia Mère" in father.open(f"/accords/{receipt}").text()
    father.submit(f"/accords/{receipt}/retirer", {})
    assert "Accord terminé" in father.open(f"/accords/{receipt}").text()


def test_the_grandmother_reads_her_receipt_and_takes_nothing_back(db, browser, family):
    receipt = shared(db, family)
    granny = browser.sign_in(family.granny.account_id)
    assert granny.open(f"/accords/{receipt}").soup.select_one(f'form[action$="{receipt}/retirer"]') is None
    granny.submit(f"/accords/{receipt}/retirer", {}, status=404)
    assert db.scalars(select(Agreement.withdrawn_at)).first() is None
    db.commit()


@pytest.mark.parametrize("who", ["stranger", "educator", "director", "another_relative"])
def test_a_receipt_is_not_there_for_anybody_else(db, browser, family, who):
    receipt = shared(db, family)
    reader = {
        "stranger": lambda: a_family(db).mother,
        "another_relative": lambda: a_link(db, family.dossier, Kind.RELATIVE),
    }.get(who, lambda: getattr(family, who))()
    db.commit()
    browser.sign_in(reader.account_id).open(f"/accords/{receipt}", status=404)
    browser.submit(f"/accords/{receipt}/retirer", {}, status=404)
    browser.submit(f"/accords/{receipt}/avis", {"said": "no"}, status=404)


# The young person's word


@pytest.mark.parametrize("said", ANSWERS)
def test_the_young_person_is_asked_and_their_word_is_kept_beside_the_accord(db, browser, family, said):
    receipt = shared(db, family)
    child = browser.reading("pictures").sign_in(family.child.account_id, Strength.ACCOMPANIED)
    page = child.open("/accords/")
    assert "Et toi, tu es d’accord ?" in page.text().replace("\u00a0", " ")
    buttons = page.soup.select(f'form[action$="{receipt}/avis"] button')
    assert [one["value"] for one in buttons] == list(ANSWERS)
    assert {one["class"][0] for one in buttons} == {"tile"}
    assert {one["aria-pressed"] for one in buttons} == {"false"}
    child.submit(f"/accords/{receipt}/avis", {"said": said})
    assert db.scalars(select(Voice.said)).one() == said
    db.commit()
    assert "Et toi, tu es d’accord" not in child.open("/accords/").text()
    assert set(db.scalars(select(Agreement.withdrawn_at))) == {None}
    db.commit()


def test_their_no_changes_no_access_and_is_read_by_the_team_and_by_no_parent(db, browser, family):
    receipt = shared(db, family)
    child = browser.sign_in(family.child.account_id, Strength.ACCOMPANIED)
    child.submit(f"/accords/{receipt}/avis", {"said": "no"})
    assert "Accord donné" in browser.sign_in(family.granny.account_id).open(family.url).text()
    for parent in (family.mother, family.father):
        page = browser.sign_in(parent.account_id).open(f"/accords/{receipt}")
        assert "Sa réponse lui appartient" in page.text()
        assert "Non" not in page.text()
    team = browser.sign_in(family.director.account_id).open(f"/actes/{family.dossier.id}")
    assert "Odette Grand-Mère : nom, photo et groupe, semaine Non" in team.text().replace("\u00a0", " ")


def test_the_parents_page_is_the_same_whatever_the_young_person_said(db, browser, family):
    import re

    receipt = shared(db, family)

    def read():
        mother = browser.sign_in(family.mother.account_id)
        text = "".join(mother.open(url).answer.text for url in (f"/accords/{receipt}", "/accords/", family.url))
        return re.sub(r'(name="csrf_token" value)="[^"]*"', r"\1", text)

    before = read()
    browser.sign_in(family.child.account_id).submit(f"/accords/{receipt}/avis", {"said": "no"})
    assert read() == before


def test_they_change_their_mind_and_the_last_word_counts(db, browser, family):
    receipt = shared(db, family)
    child = browser.sign_in(family.child.account_id, Strength.ACCOMPANIED)
    for number, said in enumerate(("no", "yes")):
        with clock.frozen(NOON + timedelta(minutes=number)):
            child.submit(f"/accords/{receipt}/avis", {"said": said})
    assert "Tu as dit : oui" in child.open(f"/accords/{receipt}").text().replace("\u00a0", " ")
    assert len(db.scalars(select(Voice)).all()) == 2
    db.commit()


def test_nobody_else_speaks_for_them(db, family):
    receipt = shared(db, family)
    for somebody in (family.mother, family.director, family.granny):
        with pytest.raises(BadInput, match="by: not_self"):
            say(db, viewing(somebody), receipt, acting.Said.NO)


# Acts


def test_a_usual_act_is_granted_by_one_parent_and_each_reads_only_their_own_answer(db, browser, family):
    url = asked(db, family)
    mother = browser.sign_in(family.mother.account_id)
    assert url in mother.open("/accords/").links()
    mother.submit(url, {"said": "yes"})
    assert "C’est accordé" in mother.open(url).text()
    father = browser.sign_in(family.father.account_id).open(url)
    assert "accordé" not in father.text()
    assert "Êtes-vous d’accord" in father.text()


def test_a_known_disagreement_stops_it_and_reads_like_any_other_not_now(db, browser, family):
    url, other = asked(db, family), asked(db, family, Act.ACTIVITY)
    browser.sign_in(family.mother.account_id).submit(url, {"said": "yes"})
    browser.submit(other, {"said": "yes"})
    browser.sign_in(family.father.account_id).submit(url, {"said": "no"})
    staff_page = browser.sign_in(family.director.account_id).open(f"/actes/{family.dossier.id}")
    assert "Désaccord : ne pas faire" in staff_page.text().replace("\u00a0", " ")
    closing = db.scalars(select(ActRequest.id).where(ActRequest.act == Act.ACTIVITY)).one()
    db.commit()
    browser.submit(f"/actes/demandes/{closing}/fermer", {})
    told = [browser.sign_in(family.mother.account_id).open(one).text("main p .state") for one in (url, other)]
    assert told == ["Pas pour le moment"] * 2


@pytest.mark.parametrize("said", ANSWERS)
def test_answers_look_alike_and_none_is_chosen_beforehand(db, browser, family, said):
    url = asked(db, family)
    mother = browser.sign_in(family.mother.account_id)
    buttons = mother.open(url).soup.select("button[name=said]")
    assert {(one["class"][0], one["aria-pressed"]) for one in buttons} == {("tile", "false")}
    mother.submit(url, {"said": said})
    pressed = mother.open(url).soup.select("button[aria-pressed=true]")
    assert [one["value"] for one in pressed] == [said]


def test_an_image_waits_for_the_young_person_and_leaves_as_a_consent_once_granted(db, browser, family):
    url = asked(db, family, Act.IMAGE)
    for parent in (family.mother, family.father):
        browser.sign_in(parent.account_id).submit(url, {"said": "yes"})
    assert "Une réponse manque" in browser.open(url).text()
    assert db.scalars(select(Job).where(Job.kind == "deliver:consent")).all() == []
    db.commit()
    child = browser.reading("pictures").sign_in(family.child.account_id, Strength.ACCOMPANIED)
    assert "Tu es d’accord" in child.open(url).text()
    child.submit(url, {"said": "yes"})
    assert child.open(url).soup.select_one("main .state.k-ok")
    child.submit(url, {"said": "back"})
    jobs = db.scalars(select(Job).where(Job.kind == "deliver:consent").order_by(Job.created_at)).all()
    assert [one.args["status"] for one in jobs] == ["active", "inactive"]
    db.commit()


def test_an_answer_taken_back_counts_no_longer_and_stays_on_record(db, browser, family):
    url = asked(db, family)
    mother = browser.sign_in(family.mother.account_id)
    mother.submit(url, {"said": "yes"})
    mother.submit(url, {"said": "back"})
    one = db.scalars(select(ActAnswer)).one()
    assert (one.said, one.ended_at) == ("yes", NOON)
    db.commit()
    staff_page = browser.sign_in(family.director.account_id).open(f"/actes/{family.dossier.id}")
    assert "Il manque des réponses" in staff_page.text()


@pytest.mark.parametrize("who", ["granny", "child", "informed", "withdrawn", "stranger", "educator", "director"])
def test_whoever_does_not_decide_finds_no_question(db, browser, family, who):
    url = asked(db, family)
    reader = {
        "informed": lambda: a_parent(db, family.dossier, Authority.INFORMED),
        "withdrawn": lambda: a_parent(db, family.dossier, Authority.WITHDRAWN),
        "stranger": lambda: a_family(db).father,
    }.get(who, lambda: getattr(family, who))()
    db.commit()
    browser.sign_in(reader.account_id).open(url, status=404)
    browser.submit(url, {"said": "yes"}, status=404)
    assert db.scalars(select(ActAnswer)).all() == []
    db.commit()


@pytest.mark.parametrize("said", ["", "maybe", "granted"])
def test_an_answer_that_is_none_is_refused(db, browser, family, said):
    browser.sign_in(family.mother.account_id).submit(asked(db, family), {"said": said}, status=400)
    assert db.scalars(select(ActAnswer)).all() == []
    db.commit()


def test_what_a_former_holder_answered_counts_no_longer(db, family):
    asked(db, family, Act.SURGERY)
    one = db.scalars(select(ActRequest)).one()
    for parent in (family.mother, family.father):
        acting.answer(db, viewing(parent), one, acting.Said.YES)
    assert acting.is_granted(db, one)
    granting_again = a_parent(db, family.dossier)
    assert not acting.is_granted(db, one)
    services.end(db, granting_again, NOON)
    with clock.frozen(NOON + timedelta(minutes=1)):
        assert acting.is_granted(db, one)


# Staff ask


def test_staff_ask_and_a_form_without_words_comes_back_whole(db, browser, family):
    director = browser.sign_in(family.director.account_id)
    url = f"/actes/{family.dossier.id}"
    page = director.submit(url, {"act": "surgery", "what": " "}, status=422)
    assert page.soup.select_one("option[selected]")["value"] == "surgery"
    director.submit(url, {"act": "surgery", "what": "Ablation d’une dent", "can_say": "no"})
    one = db.scalars(select(ActRequest)).one()
    assert (one.act, one.what, one.can_say, one.asked_by) == (
        Act.SURGERY,
        "Ablation d’une dent",
        False,
        family.director.account_id,
    )
    db.commit()
    assert "Ablation d’une dent" in director.open(url).text()


def test_those_who_decide_are_told_on_their_first_page_and_nobody_else(browser, family):
    browser.sign_in(family.director.account_id).submit(
        f"/actes/{family.dossier.id}", {"act": "outing", "what": "La mer", "can_say": "yes"}
    )
    told = {
        name: "On vous demande un accord" in browser.sign_in(getattr(family, name).account_id).open("/").text()
        for name in ("mother", "father", "granny", "child", "educator")
    }
    assert told == {"mother": True, "father": True, "granny": False, "child": False, "educator": False}


@pytest.mark.parametrize(
    "fields",
    [
        {"act": "nothing", "what": "x", "can_say": "yes"},
        {"what": "x", "can_say": "yes"},
        {"act": "outing", "what": "x" * 301, "can_say": "yes"},
    ],
)
def test_a_form_that_says_nonsense_asks_nothing(db, browser, family, fields):
    browser.sign_in(family.director.account_id).submit(f"/actes/{family.dossier.id}", fields, status=422)
    assert db.scalars(select(ActRequest)).all() == []
    db.commit()


@pytest.mark.parametrize("who", ["mother", "granny", "child", "educator", "nurse"])
def test_only_those_who_see_the_whole_chart_ask(db, browser, family, who):
    reader = getattr(family, who)
    browser.sign_in(reader.account_id).open(f"/actes/{family.dossier.id}", status=404)
    browser.submit(f"/actes/{family.dossier.id}", {"act": "outing", "what": "x"}, status=404)
    with pytest.raises(BadInput, match="not_entitled"):
        acting.ask(db, viewing(reader), family.dossier, act=Act.OUTING, what="x")


def test_a_referent_asks_too(db, browser, family):
    referent = staff(db, family.dossier, Post.EDUCATION, to_dossier=True, referent=True)
    db.commit()
    browser.sign_in(referent.account_id).submit(
        f"/actes/{family.dossier.id}", {"act": "outing", "what": "La mer", "can_say": "yes"}
    )
    assert db.scalars(select(ActRequest.asked_by)).one() == referent.account_id
    db.commit()


@pytest.mark.parametrize("who", ["mother", "child", "educator"])
def test_whoever_does_not_ask_does_not_close(db, browser, family, who):
    asked(db, family)
    one = db.scalars(select(ActRequest)).one()
    db.commit()
    browser.sign_in(getattr(family, who).account_id).submit(f"/actes/demandes/{one.id}/fermer", {}, status=404)
    assert db.scalars(select(ActRequest.closed_at)).one() is None
    db.commit()


def test_closing_a_request_of_another_dossier_is_a_page_that_is_not_there(db, browser, family):
    other = a_family(db)
    asked(db, other)
    one = db.scalars(select(ActRequest)).one()
    db.commit()
    browser.sign_in(family.director.account_id).submit(f"/actes/demandes/{one.id}/fermer", {}, status=404)
    assert db.scalars(select(ActRequest.closed_at)).one() is None
    db.commit()
