"""From a message of the DUI to « Du nouveau » on a parent's screen, and a mail that says no more."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from portal.access import limiting
from portal.access.models import Authority, Kind, LogEntry, Post
from portal.access.sharing import Against, Source
from portal.access.words import Strength
from portal.connectors.dui.intake import Sender
from portal.connectors.vault import make_vault
from portal.core import clock
from portal.core.jobs import Job
from portal.core.models import Account, Dossier, Establishment
from portal.inbox.models import Notice
from portal.planning.models import Event
from portal.reception import make_intake
from tests.browsing import BASE
from tests.conftest import a_configuration
from tests.factories import NOON, a_dossier, a_link, a_parent, an_establishment, an_event, staff

DAY = timedelta(days=1)
LOCAL = "https://identifiant-medicosocial-localusager.esante.gouv.fr"


@pytest.fixture(autouse=True)
def noon():
    with clock.frozen(NOON):
        yield


@pytest.fixture
def send(db, sessions, tmp_path):
    """Sends one young person's rendez-vous as the DUI does, ``after`` minutes later than the first message."""
    place = an_establishment(db)
    db.commit()
    settings = a_configuration(vault_url=f"file://{tmp_path / 'sent'}")
    intake = make_intake(settings, sessions, make_vault(settings))

    def take(*appointments, after=0):
        patient = {
            "resourceType": "Patient",
            "id": "p",
            "identifier": [{"system": LOCAL, "value": f"3{place.finess}/1"}],
            "name": [{"family": "Exemple", "given": ["Inès"]}],
            "birthDate": "2014-01-01",
        }
        bundle = {
            "resourceType": "Bundle",
            "type": "transaction",
            "timestamp": (NOON + timedelta(minutes=after)).isoformat(),
            "entry": [
                {"resource": one, "request": {"method": "POST", "url": one["resourceType"]}}
                for one in (patient, *(an_appointment(place, **facts) for facts in appointments))
            ],
        }
        sender = Sender("DUI", {place.finess: db.get(Establishment, place.id)})
        db.commit()
        outcome = intake.take_in(json.dumps(bundle).encode(), sender)
        assert outcome.state == "taken", outcome.issues
        dossier = db.scalar(select(Dossier))
        db.commit()  # a test that reads holds SQLite's lock like anybody else
        return dossier

    take.intake = intake
    return take


def an_appointment(place, key="1", days=2, status="booked", label="N"):
    starts = NOON + days * DAY
    return {
        "meta": {"security": [{"code": label}]},
        "resourceType": "Appointment",
        "id": f"a{key}",
        "identifier": [{"system": "urn:x", "value": f"3{place.finess}/1-EVN-{key}"}],
        "status": status,
        "description": "Neurologue",
        "start": starts.isoformat(),
        "end": (starts + DAY / 24).isoformat(),
        "participant": [{"actor": {"reference": "Patient/p"}, "status": "accepted"}],
    }


def kinds(db):
    found = sorted(db.scalars(select(Notice.kind)))
    db.commit()
    return found


def test_the_first_message_of_a_dossier_announces_nothing(db, send):
    send({})
    assert kinds(db) == []


@pytest.mark.parametrize(
    ("then", "kind"),
    [
        ({"days": 3}, "appointment_changed"),
        ({"status": "cancelled"}, "appointment_cancelled"),
        ({"key": "2"}, "appointment_added"),
    ],
)
def test_what_changes_is_told_to_those_tied_to_the_young_person(db, browser, send, then, kind):
    dossier = send({})
    mother = a_parent(db, dossier)
    db.commit()
    send({**then}, after=1)
    assert kinds(db) == [kind]
    page = browser.sign_in(mother.account_id).open("/")
    assert "Du nouveau" in page.text()
    assert any(link.startswith("/rendez-vous/") for link in page.links())
    assert db.scalar(select(Job.kind).where(Job.kind == "inbox.mail")) == "inbox.mail"


def test_the_same_words_again_announce_nothing(db, send):
    dossier = send({})
    a_parent(db, dossier)
    db.commit()
    send({}, after=1)
    assert kinds(db) == []


def test_what_is_past_is_not_news(db, send):
    dossier = send({"days": -2})
    a_parent(db, dossier)
    db.commit()
    send({"days": -3}, after=1)
    assert kinds(db) == []


def test_a_notice_is_seen_by_nobody_who_may_not_see_the_rendez_vous(db, browser, send):
    dossier = send({})
    informed = a_parent(db, dossier, Authority.INFORMED)
    aunt = a_link(db, dossier, Kind.RELATIVE)
    db.commit()
    send({"days": 3}, after=1)
    for somebody in (informed, aunt):
        assert "Du nouveau" not in browser.sign_in(somebody.account_id).open("/").text()


def test_one_says_that_one_has_seen(db, browser, send):
    dossier = send({})
    mother, father = a_parent(db, dossier), a_parent(db, dossier)
    db.commit()
    send({"days": 3}, after=1)
    page = browser.sign_in(mother.account_id).open("/")
    browser.open("/")  # looking is not saying
    assert say_seen(browser, page).status_code == 303
    assert "Du nouveau" not in browser.open("/").text()
    assert "Du nouveau" in browser.sign_in(father.account_id).open("/").text()


NEWS = '.note:has(form[action="/nouveau"]) li'


def say_seen(browser, page, **headers):
    """Presses « J’ai vu » on a page that is open."""
    fields = page.soup.select('form[action="/nouveau"] input')
    data = {"csrf_token": fields[0]["value"], "shown": [one["value"] for one in fields if one["name"] == "shown"]}
    return browser.client.post("/nouveau", data=data, base_url=BASE, headers=headers)


def test_saying_that_one_has_seen_silences_only_what_was_on_the_page(db, browser, send):
    dossier = send({})
    mother = a_parent(db, dossier)
    db.commit()
    send(*({"key": f"{number}"} for number in range(2, 9)), after=1)
    page = browser.sign_in(mother.account_id).open("/")
    assert len(page.soup.select(NEWS)) == 5
    send({"status": "cancelled"}, after=2)
    say_seen(browser, page)
    left = browser.open("/")
    assert len(left.soup.select(NEWS)) == 3
    assert "Un rendez-vous est annulé" in left.text()


def test_a_weak_sign_in_cannot_silence_the_cancellation_it_never_showed(db, browser, send):
    dossier = send({}, {"key": "2"})
    mother = a_parent(db, dossier)
    db.commit()
    send({"status": "cancelled"}, after=1)
    page = browser.sign_in(mother.account_id).open("/")
    browser.sign_in(mother.account_id, Strength.LOW)
    say_seen(browser, page)
    assert "Un rendez-vous est annulé" in browser.sign_in(mother.account_id).open("/").text()


def test_a_script_that_says_it_is_shown_the_way_home(db, browser, send):
    dossier = send({})
    mother = a_parent(db, dossier)
    db.commit()
    send({"days": 3}, after=1)
    page = browser.sign_in(mother.account_id).open("/")
    done = say_seen(browser, page, **{"HX-Request": "true"})
    assert (done.status_code, done.headers["HX-Redirect"]) == (204, "/")


def test_hiding_a_rendez_vous_hides_what_was_told_of_it(db, browser, send):
    dossier = send({})
    mother = a_parent(db, dossier)
    db.commit()
    send({"days": 3}, after=1)
    send({"days": 3, "label": "INVISIBLE_REPRESENTANTS_LEGAUX"}, after=2)
    assert "Du nouveau" not in browser.sign_in(mother.account_id).open("/").text()
    send({"days": 3}, after=3)
    assert "Du nouveau" in browser.sign_in(mother.account_id).open("/").text()


def test_a_rendez_vous_withdrawn_takes_its_notice_along(db, browser, send):
    dossier = send({})
    mother = a_parent(db, dossier)
    db.commit()
    send({"days": 3}, after=1)
    send({"status": "entered-in-error"}, after=2)
    assert db.scalars(select(Event)).all() == []
    db.commit()
    page = browser.sign_in(mother.account_id).open("/")
    for link in page.links():
        if link.startswith("/rendez-vous/") and len(link) > 30:
            browser.open(link)


def test_a_refused_message_is_told_to_those_who_run_the_establishment_and_to_nobody_else(db, browser, send):
    dossier = send({})
    secretary, nurse = staff(db, dossier, Post.ADMINISTRATION), staff(db, dossier, Post.CARE)
    mother = a_parent(db, dossier)
    db.commit()
    sender = Sender("DUI", {"x": db.get(Establishment, dossier.establishment_id)})
    db.commit()
    refused = send.intake.take_in(b"{", sender)
    assert refused.state == "refused"
    page = browser.sign_in(secretary.account_id).open("/")
    assert "Un message du DUI est refusé" in page.text()
    assert "/reception" in page.links()
    for somebody in (nurse, mother):
        assert "refusé" not in browser.sign_in(somebody.account_id).open("/").text()


def test_many_refused_messages_are_one_line(db, browser, send):
    dossier = send({})
    secretary = staff(db, dossier, Post.ADMINISTRATION)
    sender = Sender("DUI", {"x": db.get(Establishment, dossier.establishment_id)})
    db.commit()
    for _ in range(3):
        send.intake.take_in(b"{", sender)
    assert kinds(db) == ["reception_refused"]
    assert len(browser.sign_in(secretary.account_id).open("/").soup.select(".note li")) == 1


def test_a_director_who_reads_there_of_their_own_child_leaves_a_line(db, browser, send):
    dossier = send({})
    mother = a_parent(db, dossier)
    at_work = a_dossier(db)
    staff(db, at_work, Post.MANAGEMENT, account=db.get(Account, mother.account_id))
    for days in (0, 1):
        an_event(db, at_work, starts_at=NOON + days * DAY + DAY / 2, ends_at=None)
    db.commit()
    send({"days": 3}, after=1)
    assert "Du nouveau" in browser.sign_in(mother.account_id).open("/").text()
    assert set(db.scalars(select(LogEntry.dossier_id))) == {dossier.id, at_work.id}


def test_whoever_may_not_know_where_is_not_told_that_the_place_changed(db, send):
    """A contact ban: that it takes place elsewhere now is nothing they can read, and nothing to make them look."""
    dossier = send({})
    mother, father, director = a_parent(db, dossier), a_parent(db, dossier), staff(db, dossier, Post.MANAGEMENT)
    limiting.restrict(
        db,
        db.get(Dossier, dossier.id),
        source=Source.CONTACT_BAN,
        against=Against.ONE,
        account_id=father.account_id,
        rows=(),
        proof="Ordonnance de protection",
        by=director.account_id,
    )
    db.execute(update(Event).values(place="Hôpital Sainte-Anne"))
    db.commit()
    send({}, after=1)
    assert list(db.scalars(select(Notice.account_id))) == [mother.account_id]
    db.commit()
    send({"days": 3}, after=2)
    assert set(db.scalars(select(Notice.account_id))) == {mother.account_id, father.account_id}
