"""What leaves for the DUI: a FHIR Consent for each agreement and each end, and never a late yes over a no."""

from __future__ import annotations

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from portal.access import granting
from portal.access.acts import Act, Said
from portal.connectors.dui.consent import Accord, Somebody, consent
from portal.connectors.dui.outgoing import Folder, Nobody, make_outgoing
from portal.core import clock
from portal.core.jobs import GiveUp, Job
from portal.core.work import run_once
from portal.sharing import acting, services
from portal.sharing.jobs import deliver, handlers
from portal.sharing.queries import agreements
from tests.conftest import a_configuration
from tests.factories import NOON, viewing
from tests.sharing.scenes import PLANNING, a_family


@pytest.fixture(autouse=True)
def noon():
    with clock.frozen(NOON):
        yield


@pytest.fixture
def family(db):
    made = a_family(db)
    made.granny.relative_key = f"{made.dossier.key}-CONTACT-3"
    db.commit()
    return made


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "dui"


def work(sessions, folder):
    while run_once(sessions, handlers(Folder(folder))):
        pass
    return [
        json.loads(path.read_text()) for path in sorted(folder.glob("*.json"), key=lambda one: one.stat().st_mtime_ns)
    ]


def resource(bundle):
    (entry,) = bundle["entry"]
    return entry["resource"]


def shared(db, family, ends_at=None):
    receipt = services.grant(db, viewing(family.mother), family.granny, [PLANNING], ends_at)
    db.commit()
    return receipt


def test_a_grant_leaves_as_a_consent_that_names_nobody(db, sessions, family, folder):
    shared(db, family, NOON + timedelta(days=30))
    (bundle,) = work(sessions, folder)
    said = resource(bundle)
    one = db.scalars(select(granting.Agreement)).one()
    assert (said["resourceType"], said["status"]) == ("Consent", "active")
    assert said["category"][0]["coding"][0] == {"system": "http://loinc.org", "code": "59284-0"}
    assert said["scope"]["coding"][0]["code"] == "patient-privacy"
    assert said["identifier"][0]["value"] == one.id.urn
    assert said["patient"]["identifier"]["value"] == family.dossier.key
    assert said["provision"]["code"][0]["coding"][0] == {"system": "urn:relie:rubrique", "code": "planning"}
    assert said["provision"]["actor"][0]["reference"]["identifier"]["value"] == family.granny.relative_key
    assert said["provision"]["period"]["end"].startswith("2026-12-18")
    assert bundle["entry"][0]["request"]["method"] == "PUT"
    assert one.id.urn in bundle["entry"][0]["request"]["url"]
    written = json.dumps(bundle, ensure_ascii=False)
    assert not [name for name in ("Odette", "Samia", "Inès") if name in written]
    db.commit()


def test_a_withdrawal_ends_the_same_consent(db, sessions, family, folder):
    receipt = shared(db, family)
    work(sessions, folder)
    with clock.frozen(NOON + timedelta(hours=1)):
        services.withdraw(db, viewing(family.mother), agreements(db, receipt))
        db.commit()
        first, second = map(resource, work(sessions, folder))
    assert [first["status"], second["status"]] == ["active", "inactive"]
    assert first["identifier"] == second["identifier"]
    assert second["provision"]["period"]["end"].startswith("2026-11-18T12:00")


def test_a_grant_delivered_late_does_not_give_back_what_was_withdrawn(db, sessions, family, folder):
    receipt = shared(db, family)
    services.withdraw(db, viewing(family.mother), agreements(db, receipt))
    db.commit()
    assert [resource(one)["status"] for one in work(sessions, folder)] == ["inactive", "inactive"]


def test_an_image_granted_leaves_with_everybody_who_said_yes(db, sessions, family, folder):
    one = acting.ask(db, viewing(family.director), family.dossier, act=Act.IMAGE, what="Le journal de juin")
    for who in (family.mother, family.father, family.child):
        acting.answer(db, viewing(who), one, Said.YES)
    db.commit()
    (bundle,) = work(sessions, folder)
    said = resource(bundle)
    assert said["provision"]["code"][0]["coding"][0] == {"system": "urn:relie:acte", "code": "image"}
    assert len(said["performer"]) == 3
    assert [one["type"] for one in said["performer"]].count("Patient") == 1
    assert "actor" not in said["provision"]
    assert "journal" not in json.dumps(bundle)


def test_nothing_is_promised_of_a_grant_that_is_refused(db, family):
    with pytest.raises(Exception, match="not_entitled"):
        services.grant(db, viewing(family.nurse), family.granny, [PLANNING])
    db.rollback()
    assert db.scalars(select(Job).where(Job.kind == "deliver:consent")).all() == []
    db.commit()


def test_without_a_place_to_send_to_the_job_is_kept_for_staff_to_see(db, sessions, family):
    shared(db, family)
    run_once(sessions, handlers(Nobody()))
    one = db.scalars(select(Job).where(Job.kind == "deliver:consent")).one()
    assert one.died_at is not None
    assert "no_receiver" in one.error
    db.commit()


def test_an_agreement_that_is_gone_is_given_up(db, folder):
    with pytest.raises(GiveUp, match="gone"):
        deliver(db, {"agreement": str(uuid4()), "status": "active", "event": str(uuid4())}, outgoing=Folder(folder))
    db.rollback()


def test_the_settings_say_where(tmp_path):
    assert isinstance(make_outgoing(a_configuration()), Nobody)
    assert isinstance(make_outgoing(a_configuration(dui_folder=tmp_path)), Folder)


def test_a_file_is_whole_private_and_the_same_event_is_one_file(folder):
    event = uuid4()
    for number in (1, 2):
        Folder(folder).send(event, {"number": number})
    (path,) = folder.iterdir()
    assert json.loads(path.read_text()) == {"number": 2}
    assert path.stat().st_mode & 0o077 == 0


def test_what_is_no_consent_is_never_sent():
    with pytest.raises(ValueError):
        consent(
            Accord(
                id=uuid4(), active=True, patient_key="", finess="", said_at=NOON, starts_at=NOON, ends_at=None,
                given_by=[Somebody(uuid4())], to=(), codes=[""],
            )
        )  # fmt: skip
