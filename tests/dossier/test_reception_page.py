"""What the secretary learns of the DUI: silence, refusals, oddities. Never a name."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal.access.models import Post
from portal.connectors.dui.records import State
from portal.core import clock
from portal.dossier.models import DuiMessage
from tests.factories import NOON, a_dossier, staff


@pytest.fixture
def secretary(db):
    return staff(db, a_dossier(db), Post.ADMINISTRATION)


def a_message(db, secretary, *, hours, state=State.TAKEN, **facts):
    facts = {"client": "Airmes", "establishment_id": secretary.establishment_id, "digest": "", "size": 1} | facts
    db.add(DuiMessage(received_at=NOON - timedelta(hours=hours), state=state, **facts))
    db.flush()


def read(db, browser, secretary):
    db.commit()
    with clock.frozen(NOON):
        return browser.sign_in(secretary.account_id).open("/reception").text().replace("\u00a0", " ")


def test_before_any_message_the_page_says_that_families_see_nothing(db, browser, secretary):
    assert "Aucun message n’est encore arrivé" in read(db, browser, secretary)


def test_a_dui_that_speaks_every_morning_is_fine(db, browser, secretary):
    a_message(db, secretary, hours=5)
    text = read(db, browser, secretary)
    assert "dernier message compris il y a 5 heures" in text
    assert "Tout arrive" in text


def test_a_silence_of_more_than_a_day_is_said(db, browser, secretary):
    a_message(db, secretary, hours=26)
    text = read(db, browser, secretary)
    assert "il y a 1 jour 2 heures" in text
    assert "se tait depuis plus d’un jour" in text


def test_refusals_since_the_last_understood_message_are_counted_and_explained(db, browser, secretary):
    a_message(db, secretary, hours=30)
    a_message(
        db,
        secretary,
        hours=2,
        state=State.REFUSED,
        issues=[{"code": "wrong-establishment", "entry": 3, "path": "Patient.identifier[0]"}],
    )
    text = read(db, browser, secretary)
    assert "1 message refusé depuis" in text
    assert "L’établissement nommé n’est pas de ceux que cet expéditeur peut écrire" in text
    assert "Patient.identifier[0]" in text


def test_oddities_are_told_with_their_place(db, browser, secretary):
    a_message(db, secretary, hours=2, warnings=[{"code": "unknown-professional", "entry": 0, "path": "CarePlan"}])
    text = read(db, browser, secretary)
    assert "1 avertissement" in text
    assert "Professionnel inconnu" in text


def test_another_establishment_stays_unseen(db, browser, secretary):
    a_message(db, secretary, hours=2, establishment_id=a_dossier(db).establishment_id)
    assert "Aucun message n’est encore arrivé" in read(db, browser, secretary)


def test_the_page_is_in_the_menu_of_those_who_may_open_it(db, browser, secretary):
    db.commit()
    assert "/reception" in browser.sign_in(secretary.account_id).open("/").links()


def test_a_file_imported_by_hand_is_no_dui_that_went_silent(db, browser, secretary):
    a_message(db, secretary, hours=5)
    a_message(db, secretary, hours=90, client="portal dui import")
    text = read(db, browser, secretary)
    assert "se tait" not in text
    assert "portal dui import" not in text
