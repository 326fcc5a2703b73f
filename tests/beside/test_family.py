"""Somebody of the family beside staff, by their own means: what they do says with whose help, and nothing stays."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from portal.access.acts import Act, Said
from portal.access.limiting import restrict
from portal.access.models import Kind, LogEntry, Post, Relationship
from portal.access.reach import recompute
from portal.access.sharing import Against, Agreement, Source
from portal.access.words import Category, Nature, Strength, Viewer
from portal.beside.models import Handover
from portal.core import clock
from portal.core.models import Account
from portal.sharing import acting
from portal.sharing.models import ActAnswer, Voice
from portal.ties.models import Correction
from tests.beside.conftest import OVER, ban, event_links, only, sessions_of
from tests.browsing import BASE
from tests.factories import NOON, a_dossier, a_link, a_parent, an_account, an_event, recomputed, staff

WIPE = '"cache", "storage"'


# Handing the tablet over


@pytest.mark.parametrize("who", ["cook", "mother", "child"])
def test_to_anybody_who_sits_beside_nobody_it_does_not_exist(tablet, who):
    tablet.helper(who).send(f"{tablet.url}/famille", status=404)


def test_the_helper_is_out_and_the_entrance_says_who_will_sit_there(family, db, house):
    family.lend()
    assert all(one.ended_at for one in sessions_of(db, house.account("teacher")))
    page = family.browser.open("/entrer")
    assert "Avec l’aide de Teacher" in page.text("main")
    assert page.soup.select(f'form[action="{OVER}"] button')
    assert "Ilyes" not in page.answer.text


def test_their_session_carries_the_helper_keeps_its_strength_and_lasts_45_minutes(family, db, house):
    for strength in (Strength.LOW, Strength.SUBSTANTIAL):
        family.enter("mother", strength)
        one = sessions_of(db, house.account("mother"))[-1]
        assert (one.helper_id, one.helped_on) == (house.account("teacher"), house.dossier.id)
        assert (one.strength, one.expires_at) == (strength, NOON + timedelta(minutes=45))
        assert "Avec l’aide de Teacher" in family.browser.open("/").text("main")
        family.send(OVER)


def test_the_tablet_becomes_nobody_s_own_device(family, db, house):
    """Or strangers in the hall would guess from a device that the account knows; and a cookie would outlive the day."""
    family.enter("mother", Strength.LOW)
    (one,) = sessions_of(db, house.account("mother"))
    assert one.device_key is None
    cookie = family.browser.client.get_cookie("__Host-relie", domain="localhost")
    assert cookie is None or cookie.expires is None


def test_coming_in_more_surely_keeps_the_helper_and_the_end(family, db, house):
    family.enter("mother", Strength.LOW)
    with clock.frozen(NOON + timedelta(minutes=30)):
        family.proves("mother", Strength.SUBSTANTIAL)
        one = sessions_of(db, house.account("mother"))[-1]
        assert (one.helper_id, one.strength) == (house.account("teacher"), Strength.SUBSTANTIAL)
        assert one.expires_at == NOON + timedelta(minutes=45)


def test_the_other_parent_comes_in_as_themself(family, db, house):
    family.enter("father")
    assert sessions_of(db, house.account("mother")) == []


def test_a_family_of_somebody_else_does_not_come_in_there(family, db, house):
    other = a_dossier(db)
    stranger = a_parent(db, other, account=an_account(db, "Stranger"))
    db.commit()
    family.lend()
    page = family.proves(stranger.account_id, status=403)
    assert "Votre espace ne s’ouvre pas ici" in page.text("h1")
    assert sessions_of(db, stranger.account_id) == []


def test_after_twenty_minutes_nobody_of_the_family_comes_in_as_if_at_home(family, db, house):
    family.lend()
    with clock.frozen(NOON + timedelta(minutes=20, seconds=1)):
        family.proves("mother", status=403)
        assert sessions_of(db, house.account("mother")) == []
        assert "Avec l’aide" not in family.browser.open("/entrer").text("main")


def test_it_serves_once_even_with_the_cookie_of_before(family, db, house):
    family.lend()
    before = family.cookie()
    family.proves("mother")
    family.send(OVER)
    family.cookie(before)
    family.proves("father", status=403)
    assert sessions_of(db, house.account("father")) == []


def test_staff_come_back_to_their_own_work_by_the_same_entrance(family, db, house):
    family.lend()
    family.proves("nurse")
    (one,) = sessions_of(db, house.account("nurse"))
    assert (one.helper_id, one.helped_on) == (None, None)


def test_staff_who_are_of_that_family_come_in_beside_the_helper(family, db, house):
    """A mother who works there too, beside a colleague: as long as anybody."""
    staff(db, house.dossier, Post.CARE, account=db.get_one(Account, house.account("mother")))
    recomputed(db, house.dossier)
    db.commit()
    family.enter("mother")
    assert sessions_of(db, house.account("mother"))[-1].helper_id == house.account("teacher")


def test_a_freeze_that_closes_everything_lets_nobody_in_and_is_not_told(family, db, house):
    every = [(one, Nature.NONE) for one in Category if one not in (Category.APPOINTMENTS, Category.INTIMATE_CARE)]
    every += [(Category.APPOINTMENTS, one) for one in (Nature.NONE, Nature.HEALTH, Nature.JUSTICE)]
    facts = {"rows": every, "proof": "Protection", "by": house.account("director")}
    restrict(db, house.dossier, source=Source.FREEZE, against=Against.FAMILIES, **facts)
    db.commit()
    family.lend()
    page = family.proves("mother", status=403)
    assert "gel" not in page.text("main")
    assert sessions_of(db, house.account("mother")) == []


def test_under_a_contact_ban_the_place_stays_hidden_beside_staff_too(family, db, house):
    an_event(db, house.dossier, place="Hôpital Motcaché", title="Motcaché")
    ban(db, house, "father")
    family.enter("father")
    page = family.browser.open("/rendez-vous/")
    assert event_links(page)
    assert "Motcaché" not in page.answer.text
    assert "Motcaché" not in family.browser.open(event_links(page)[0]).answer.text
    family.send(OVER)
    family.enter("mother")
    assert "Motcaché" in family.browser.open("/rendez-vous/").answer.text


# A letter has no business on a hall's tablet


def test_a_letter_is_not_used_up_there(family):
    family.lend()
    page = family.send("/lettre", status=422, number="12345678", secret="K7PM4Q2T")
    assert "ne sert pas ici" in page.text("main")
    family.proves("mother")
    assert "ne sert pas ici" in family.send("/lettre", status=422, number="12345678", secret="K7PM4Q2T").text("main")


def test_no_way_in_is_added_or_removed_there(family):
    family.enter("mother")
    for path in ("/ma-connexion/cle", "/ma-connexion/phrase"):
        assert family.browser.client.get(path, base_url=BASE).headers["Location"].startswith("/entrer/encore")


# With whose help


def _agreed(family, db, house):
    aunt = a_link(db, house.dossier, Kind.RELATIVE, account=an_account(db, "Aunt"))
    db.commit()
    family.send(f"/partage/case/{aunt.id}/planning/donner")
    return only(db, select(Agreement).where(Agreement.relationship_id == aunt.id))


def test_an_agreement_says_with_whose_help_it_was_given_and_taken_back(family, db, house, come_in):
    family.enter("mother")
    given = _agreed(family, db, house)
    assert given.helper_id == house.account("teacher")
    receipt = f"/accords/{given.receipt}"
    assert "Avec l’aide de Teacher" in family.browser.open(receipt).text("main h1 ~ *")
    family.send(f"{receipt}/retirer")
    db.refresh(given)
    db.commit()
    assert (given.withdrawn_by, given.withdrawn_with) == (house.account("mother"), house.account("teacher"))
    family.send(OVER)
    alone = come_in("mother").open(receipt).text("main")
    assert alone.count("Avec l’aide de Teacher") == 2


def test_the_other_parent_is_not_told_that_she_was_helped(family, db, house, come_in):
    family.enter("mother")
    given = _agreed(family, db, house)
    family.send(OVER)
    page = come_in("father").open(f"/accords/{given.receipt}")
    assert "Samia" in page.text("main")
    assert "aide de" not in page.text("main")


def test_the_paper_of_it_says_so_too(family, db, house, monkeypatch):
    printed = []
    monkeypatch.setattr("portal.connectors.paper.compile", lambda _name, said: printed.append(said) or b"%PDF")
    family.enter("mother")
    given = _agreed(family, db, house)
    family.browser.client.get(f"/accords/{given.receipt}/papier", base_url=BASE)
    assert "Avec l’aide de Teacher" in str(printed[0]["facts"])


def test_an_answer_to_an_act_says_so_to_whoever_answered_and_to_staff(family, db, house, come_in):
    director = Viewer(house.account("director"), Strength.SUBSTANTIAL)
    one = acting.ask(db, director, house.dossier, act=Act.OUTING, what="La mer")
    db.commit()
    family.enter("mother")
    family.send(f"/accords/demandes/{one.id}", said="yes")
    given = only(db, select(ActAnswer))
    assert (given.said, given.helper_id) == (Said.YES, house.account("teacher"))
    assert "Avec l’aide de Teacher" in family.browser.open(f"/accords/demandes/{one.id}").text("main h1 ~ *")
    family.send(OVER)
    assert "Avec l’aide de Teacher" in come_in("director").open(f"/actes/{house.dossier.id}").text("main")
    assert "aide de" not in come_in("father").open(f"/accords/demandes/{one.id}").text("main")


def test_a_correction_says_so_to_staff_and_to_whoever_asked(family, db, house, come_in):
    family.enter("mother")
    mine = house.links["mother"]
    family.send(f"/mes-liens/{mine.id}", words="Ce n’est plus vrai.")
    asked = only(db, select(Correction))
    assert asked.helper_id == house.account("teacher")
    assert "Avec l’aide de Teacher" in family.browser.open("/mes-liens").text("main li")
    family.send(OVER)
    desk = come_in("secretary")
    assert "Avec l’aide de Teacher" in desk.open("/liens/demandes").text("main")
    assert "Avec l’aide de Teacher" in desk.open(f"/liens/demandes/{asked.id}").text("main")


def test_what_a_young_person_says_of_an_agreement_says_so(tablet, family, db, house, come_in):
    family.enter("mother")
    given = _agreed(family, db, house)
    family.send(OVER)
    tablet.open()
    tablet.send(f"/accords/{given.receipt}/avis", said="no")
    said = only(db, select(Voice))
    assert said.helper_id == house.account("teacher")
    assert "Avec l’aide de Teacher" in tablet.browser.open(f"/accords/{given.receipt}").text("main h2 ~ *")
    tablet.send(OVER)
    assert "Avec l’aide de Teacher" in come_in("director").open(f"/actes/{house.dossier.id}").text("main")


def test_what_is_done_alone_names_no_helper(db, house, come_in, send):
    come_in("mother")
    send(f"/mes-liens/{house.links['mother'].id}", words="Ce n’est plus vrai.")
    assert db.scalars(select(Correction.helper_id)).all() == [None]


def test_the_log_names_the_helper(family, db, house):
    an_event(db, house.dossier, nature="school")
    db.commit()
    family.enter("mother")
    family.browser.open("/rendez-vous/")
    lines = db.scalars(select(LogEntry.helper_id).where(LogEntry.account_id == house.account("mother"))).all()
    assert set(lines) == {house.account("teacher")}


# The end


def test_at_its_end_nothing_is_left_and_nobody_is_named(family, db, house):
    family.enter("mother")
    answer = family.send(OVER).answer
    assert answer.headers["Clear-Site-Data"] == WIPE
    page = family.browser.open(OVER)
    assert not {"Samia", "Ilyes", "Teacher"} & set(page.answer.text.split())
    assert all(one.ended_at for one in sessions_of(db, house.account("mother")))


def test_stopping_before_anybody_came_in_leaves_an_ordinary_entrance(family):
    family.lend()
    family.send(OVER)
    assert "Avec l’aide" not in family.browser.open("/entrer").text("main")


def _moved(db, house):
    house.dossier.unit_id = None
    recompute(db, dossier_ids=[house.dossier.id])


def _closed(db, house):
    db.get_one(Account, house.account("teacher")).state = "closed"
    recompute(db, account_ids=[house.account("teacher")])


@pytest.mark.parametrize("happens", [_moved, _closed])
@pytest.mark.parametrize("who", ["mother", "child"])
def test_when_the_helper_loses_the_dossier_the_session_is_over_at_the_next_request(
    tablet, family, db, house, who, happens
):
    tablet.open() if who == "child" else family.enter("mother")
    happens(db, house)
    db.commit()
    answer = family.browser.client.get("/rendez-vous/", base_url=BASE)
    assert answer.headers["Location"].startswith("/entrer")
    assert answer.headers["Clear-Site-Data"] == WIPE
    assert all(one.ended_at for one in sessions_of(db, house.account(who)))


@pytest.mark.parametrize("who", ["mother", "child"])
def test_an_assignment_that_ends_by_date_takes_the_session_with_it(tablet, family, db, house, who):
    later = NOON + timedelta(minutes=20)
    db.execute(update(Relationship).where(Relationship.id == house.links["teacher"].id).values(ends_at=later))
    recompute(db, account_ids=[house.account("teacher")])
    db.commit()
    tablet.open() if who == "child" else family.enter("mother")
    with clock.frozen(later - timedelta(seconds=1)):
        family.browser.open("/rendez-vous/")
    with clock.frozen(later):
        assert family.browser.client.get("/", base_url=BASE).headers["Location"].startswith("/entrer")


def test_a_session_that_ended_so_does_not_come_back_with_the_assignment(family, db, house):
    family.enter("mother")
    cookie, unit = family.cookie(), house.dossier.unit_id
    _moved(db, house)
    db.commit()
    family.browser.client.get("/", base_url=BASE)
    house.dossier.unit_id = unit
    recompute(db, dossier_ids=[house.dossier.id])
    db.commit()
    family.cookie(cookie)
    assert family.browser.client.get("/", base_url=BASE).headers["Location"].startswith("/entrer")


def test_closing_from_a_desk_ends_what_is_open_and_what_waits(family, db, house, app, sessions, count):
    family.enter("mother")
    desk = family.another("nurse")
    assert "Cet espace est ouvert" in desk.open(family.url).text(".note")
    desk.submit(f"{family.url}/fermer", {})
    assert family.browser.client.get("/", base_url=BASE).headers["Location"].startswith("/entrer")
    family.lend()
    family.another("nurse").submit(f"{family.url}/fermer", {})
    family.proves("mother", status=403)


def test_a_helper_who_leaves_while_the_tablet_waits_helps_nobody(family, db, house):
    family.lend()
    _moved(db, house)
    db.commit()
    family.proves("mother", status=403)
    assert db.scalars(select(Handover.served_at)).all() == [None]
