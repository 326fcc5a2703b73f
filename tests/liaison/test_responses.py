"""What leaves for the DUI of an answer: a FHIR AppointmentResponse, as it stands when it leaves."""

from __future__ import annotations

import json

from portal.connectors.dui.outgoing import Folder
from portal.connectors.dui.response import event_identifier
from portal.core.work import run_once
from portal.liaison import services
from portal.liaison.jobs import handlers
from portal.liaison.models import Coming
from tests.factories import viewing


def work(sessions, folder):
    while run_once(sessions, handlers(Folder(folder))):
        pass
    return [json.loads(path.read_text()) for path in sorted(folder.glob("*.json"))]


def say(db, home, coming, who="mother", **more):
    said = services.Said(Coming(coming), home.event.starts_at, **more)
    one = services.answer(db, viewing(getattr(home, who)), home.event.id, said)
    db.commit()
    return one


def test_an_answer_leaves_as_a_participants_status_that_names_nobody(db, sessions, home, tmp_path):
    home.event.key = f"3{home.place.finess}/77-EVN-1"
    home.mother.relative_key = f"{home.dossier.key}-CONTACT-1"
    db.commit()
    one = say(db, home, "cannot", reason="Je travaille", other_moment=True)
    (bundle,) = work(sessions, tmp_path)
    (entry,) = bundle["entry"]
    made = entry["resource"]
    assert made["resourceType"] == "AppointmentResponse"
    assert made["participantStatus"] == "declined"
    assert made["appointment"]["identifier"] == {
        "system": "https://identifiant-medicosocial-evenement.esante.gouv.fr",
        "value": home.event.key,
    }
    assert made["actor"]["identifier"]["value"] == home.mother.relative_key
    assert made["comment"] == "Demande un autre moment. Je travaille"
    assert entry["request"]["method"] == "PUT"
    assert one.id.urn in entry["request"]["url"]
    written = json.dumps(bundle, ensure_ascii=False)
    assert "Nadia" not in written
    assert "Équipe de suivi" not in written


def test_what_waited_leaves_as_it_is_now_and_not_as_it_was(db, sessions, home, tmp_path):
    say(db, home, "comes")
    say(db, home, "cannot")
    found = [bundle["entry"][0]["resource"]["participantStatus"] for bundle in work(sessions, tmp_path)]
    assert found == ["declined", "declined"]


def test_the_young_person_answers_as_the_patient(db, sessions, home, tmp_path):
    say(db, home, "comes", who="child")
    (bundle,) = work(sessions, tmp_path)
    actor = bundle["entry"][0]["resource"]["actor"]
    assert (actor["type"], actor["identifier"]["value"]) == ("Patient", home.dossier.key)


def test_a_rendez_vous_that_went_takes_its_answers_along(db, sessions, home, tmp_path):
    say(db, home, "comes")
    db.delete(home.event)
    db.commit()
    assert work(sessions, tmp_path) == []


def test_a_key_of_any_system_becomes_the_identifier_it_came_from():
    assert event_identifier("urn:x|12|3") == {"system": "urn:x|12", "value": "3"}
    assert event_identifier("plain") == {"value": "plain"}
