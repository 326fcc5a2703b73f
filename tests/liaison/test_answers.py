"""« Je viens », « je ne peux pas » : who may say it, until when, who reads it, and what a change meanwhile does."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from portal.access import limiting
from portal.access.models import Authority, LogEntry, Post
from portal.access.queries import visible
from portal.access.sharing import Against, Source
from portal.access.words import Category, Nature, Strength
from portal.core import clock
from portal.core.jobs import Job
from portal.core.models import Account
from portal.inbox.models import Notice
from portal.liaison.models import EventAnswer
from portal.planning.models import EventState
from tests.factories import a_parent, an_event, staff, viewing
from tests.liaison.conftest import a_home

HOUR = timedelta(hours=1)
MODES = ("", "easy", "pictures")


def said(event, coming="comes", **more):
    return {"coming": coming, "seen": event.starts_at.isoformat(), "reason": ""} | more


def answers(db):
    return db.execute(select(EventAnswer.said_by, EventAnswer.coming, EventAnswer.reason)).all()


def leaving(db):
    return db.scalar(select(func.count()).where(Job.kind == "deliver:response"))


def send(browser, home, event=None, status=303, who=None, strength=Strength.SUBSTANTIAL, **fields):
    event = event or home.event
    browser.sign_in((who or home.mother).account_id, strength)
    return browser.submit(f"/rendez-vous/{event.id}/reponse", said(event, **fields), status=status)


@pytest.mark.parametrize("mode", MODES)
def test_a_mother_answers_and_reads_her_answer(db, browser, home, mode):
    browser.reading(mode).sign_in(home.mother.account_id)
    page = browser.open(f"/rendez-vous/{home.event.id}")
    assert page.soup.select("#reponse form [name=coming][value=comes]")
    assert page.statements <= 5  # session, scope, log, and two
    send(browser, home)
    text = browser.open(f"/rendez-vous/{home.event.id}").text("#reponse")
    assert "Vous venez" in text or "vous venez" in text.lower()


def test_no_word_is_asked_of_somebody_who_cannot_come_but_one_is_kept(db, browser, home):
    send(browser, home, coming="cannot", reason="  Je travaille ce jour-là.  ", other_moment="y")
    assert answers(db) == [(home.mother.account_id, "cannot", "Je travaille ce jour-là.")]
    text = browser.open(f"/rendez-vous/{home.event.id}").text("#reponse")
    assert "Je travaille ce jour-là." in text
    assert "Un autre moment est demandé" in text


def test_the_other_parent_reads_nothing_of_it(db, browser, home):
    send(browser, home, coming="cannot", reason="Secret de la mère")
    page = browser.sign_in(home.father.account_id).open(f"/rendez-vous/{home.event.id}")
    assert "Secret" not in page.answer.text
    assert "Vous ne pouvez pas" not in page.text()
    assert not db.scalars(visible(EventAnswer, viewing(home.father))).all()


def test_staff_of_the_unit_and_the_referent_read_who_said_what_and_who_did_not(db, browser, home):
    send(browser, home, coming="cannot", reason="Je travaille")
    for who in (home.referent, home.educator, home.secretary):
        text = browser.sign_in(who.account_id).open(f"/rendez-vous/{home.event.id}/reponses").text()
        assert "Nadia Exemple" in text
        assert "Ne peut pas" in text
        assert "Je travaille" in text
        assert text.count("Pas encore de réponse") == 2  # the father, and the young person
    listed = browser.open("/rendez-vous/reponses")
    assert "1 personne ne peut pas" in listed.text()
    assert listed.statements <= 5


def test_another_unit_and_families_do_not_open_the_list(db, browser, home):
    for who in (home.elsewhere, home.mother):
        for path in (f"/rendez-vous/{home.event.id}/reponses", "/rendez-vous/reponses"):
            browser.sign_in(who.account_id).open(path, status=404)


@pytest.mark.parametrize("who", ["referent", "educator", "secretary"])
def test_staff_answer_for_nobody(db, browser, home, who):
    send(browser, home, who=getattr(home, who), status=404)
    assert answers(db) == []


def test_a_parent_who_is_only_informed_does_not_answer(db, browser, home):
    informed = a_parent(db, home.dossier, Authority.INFORMED)
    db.commit()
    send(browser, home, who=informed, status=404)
    assert answers(db) == []


def test_an_adult_answers_for_themselves_and_is_asked_as_themselves(db, browser):
    home = a_home(db, age=20, name="Léo")
    page = browser.sign_in(home.child.account_id).open(f"/rendez-vous/{home.event.id}")
    assert "Tu viens ?" in page.text("#reponse").replace("\u00a0", " ")
    send(browser, home, who=home.child)
    send(browser, home, who=home.mother, status=404)  # of age: parental authority ended
    assert answers(db) == [(home.child.account_id, "comes", "")]


def test_a_health_rendez_vous_of_which_only_the_hour_shows_is_not_answered(db, browser, home):
    event = an_event(db, home.dossier)
    db.commit()
    browser.sign_in(home.mother.account_id, Strength.LOW)
    assert not browser.open(f"/rendez-vous/{event.id}").soup.select("#reponse")
    send(browser, home, event, strength=Strength.LOW, status=403)
    assert answers(db) == []


def test_two_taps_send_once(db, browser, home):
    for _ in range(2):
        send(browser, home, reason="Nous serons deux.")
    assert len(answers(db)) == 1
    assert leaving(db) == 1
    assert db.scalars(select(Notice.account_id)).all() == [home.referent.account_id]


def test_one_changes_ones_mind_until_it_begins(db, browser, home):
    send(browser, home)
    send(browser, home, coming="cannot")
    assert [one.coming for one in answers(db)] == ["cannot"]
    assert leaving(db) == 2
    with clock.frozen(home.event.starts_at):
        page = send(browser, home, status=422)
        assert "a commencé" in page.text()
    assert [one.coming for one in answers(db)] == ["cannot"]


def test_an_answer_to_a_rendez_vous_that_moved_meanwhile_is_refused_and_says_what_changed(db, browser, home):
    before = said(home.event, "cannot", reason="Je travaille à midi")
    home.event.starts_at += 3 * HOUR
    home.event.ends_at += 3 * HOUR
    home.event.state = EventState.MOVED
    db.commit()
    page = browser.sign_in(home.mother.account_id).submit(f"/rendez-vous/{home.event.id}/reponse", before, status=422)
    text = page.text("[role=alert]")
    assert "C’était jeudi 19 novembre à midi" in text
    assert "C’est maintenant jeudi 19 novembre à 15" in text
    assert page.soup.select_one("textarea").text == "Je travaille à midi"
    assert page.soup.select_one("input[value=cannot]").has_attr("checked")
    assert page.soup.select_one("[name=seen]")["value"] == home.event.starts_at.isoformat()
    assert answers(db) == []


def test_an_answer_to_one_that_was_cancelled_says_so_and_loses_no_word(db, browser, home):
    home.event.state = EventState.CANCELLED
    db.commit()
    page = send(browser, home, reason="Nous viendrons en train", status=422)
    assert "annulé" in page.text("[role=alert]")
    assert "Nous viendrons en train" in page.text("[role=alert]")
    assert answers(db) == []


def test_an_answer_given_before_it_moved_is_shown_as_such_to_both_sides(db, browser, home):
    send(browser, home)
    home.event.starts_at += HOUR
    home.event.state = EventState.MOVED
    db.commit()
    assert "pour une autre heure" in browser.open(f"/rendez-vous/{home.event.id}").text("#reponse")
    text = browser.sign_in(home.referent.account_id).open(f"/rendez-vous/{home.event.id}/reponses").text()
    assert "Avant le changement d’heure" in text


@pytest.mark.parametrize("wrong", [{"coming": "peut-être"}, {"coming": ""}, {"reason": "x" * 301}])
def test_what_cannot_be_used_comes_back_with_everything_typed(db, browser, home, wrong):
    page = send(browser, home, status=422, **({"reason": "Un mot gardé"} | wrong))
    assert page.soup.select_one("textarea").text.strip() == wrong.get("reason", "Un mot gardé")
    assert answers(db) == []


def test_an_hour_that_is_none_is_not_taken(db, browser, home):
    send(browser, home, seen="demain", status=400)
    assert answers(db) == []


def test_a_contact_ban_closes_the_answer_with_the_rendez_vous(db, browser, home):
    limiting.restrict(
        db,
        home.dossier,
        source=Source.CONTACT_BAN,
        against=Against.ONE,
        account_id=home.father.account_id,
        rows=[(Category.APPOINTMENTS, Nature.SCHOOL)],
        proof="Ordonnance",
        by=home.secretary.account_id,
    )
    db.commit()
    send(browser, home, who=home.father, status=404)
    text = browser.sign_in(home.educator.account_id).open(f"/rendez-vous/{home.event.id}/reponses").text()
    assert "Karim" not in text  # nobody waits for an answer that may not be given


def test_the_referent_finds_a_notice_that_leads_there_and_it_says_nothing_else(db, browser, home):
    send(browser, home, coming="cannot", reason="Je travaille")
    page = browser.sign_in(home.referent.account_id).open("/")
    assert f"/rendez-vous/{home.event.id}/reponses" in page.links()
    assert "travaille" not in page.text()


def test_answering_leaves_a_line_in_the_log(db, browser, home):
    send(browser, home, status=422, coming="")
    assert db.scalars(select(LogEntry).where(LogEntry.endpoint == "liaison.answer")).all()


def test_nothing_typed_is_written_to_the_log_of_the_machine(db, browser, home, caplog):
    with caplog.at_level("INFO", logger="portal"):
        send(browser, home, reason="Motquinedoitpassortir")
        send(browser, home, coming="", reason="Motquinedoitpassortir", status=422)
    assert "Motquinedoitpassortir" not in caplog.text


def test_nobody_is_said_to_keep_a_cancelled_rendez_vous_waiting(db, browser, home):
    home.event.state = EventState.CANCELLED
    db.commit()
    text = browser.sign_in(home.educator.account_id).open(f"/rendez-vous/{home.event.id}/reponses").text()
    assert "Annulé" in text
    assert "Pas encore de réponse" not in text


def test_who_works_with_somebody_else_reads_of_their_own_child_as_family(db, browser, home):
    other = a_home(db, name="Léo")
    staff(db, other.dossier, Post.EDUCATION, to_dossier=True, account=db.get(Account, home.father.account_id))
    db.commit()
    browser.sign_in(home.father.account_id)
    browser.open(f"/rendez-vous/{home.event.id}/reponses", status=404)  # it names whoever else may answer
    listed = browser.open("/rendez-vous/reponses").links()
    assert f"/rendez-vous/{other.event.id}/reponses" in listed
    assert f"/rendez-vous/{home.event.id}/reponses" not in listed
    assert browser.open(f"/rendez-vous/{home.event.id}").soup.select("#reponse form")
