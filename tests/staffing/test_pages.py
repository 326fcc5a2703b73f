"""« Équipe », as a director meets it: who works here, an invitation, a departure, the look of each quarter."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.access import services as access
from portal.access.models import Kind, LogEntry, Post, Relationship
from portal.access.words import Strength
from portal.accounts import enrolment
from portal.accounts.enrolments import Enrolment
from portal.accounts.models import Passkey, SignIn
from portal.accounts.services import open_session
from portal.core import clock
from portal.core.errors import BadInput
from portal.core.models import Account
from portal.enlisting import see_off
from portal.staffing import services
from portal.staffing.models import Review
from portal.staffing.rules import QUARTER
from portal.staffing.services import Because
from tests.browsing import Browser
from tests.factories import NOON, a_dossier, an_account, an_establishment, staff
from tests.staffing.conftest import a_passkey

KEY = "x" * 40
NEW = {"name": "Nora Petit", "mail": "", "post": "education", "starts": "", "ends": ""}
NOW = {"because": "left", "ends": ""}


def spaces(text):
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def link_of(db, name):
    found = db.scalar(
        select(Relationship).join(Account, Account.id == Relationship.account_id).where(Account.display_name == name)
    )
    db.commit()
    return found


def test_a_director_reads_who_works_here_as_what_since_when_and_how_they_come_in(db, house, come_in):
    a_passkey(db, house.account("nurse"))
    services.assign(
        db,
        house.account("educator"),
        house.wanted(dossier_id=house.dossier.id, referent=True),
        by=house.account("deputy"),
    )
    open_session(db, house.account("cook"), Strength.LOW)
    db.commit()
    page = come_in("director").open("/equipe")
    assert "5 personnes travaillent ici" in spaces(page.text("h1"))
    said = {one.b.get_text(): spaces(one.get_text(" ", strip=True)) for one in page.soup.select(".people li")}
    assert "Équipe de soins : tout l’établissement" in said["Yann Le Gall"]
    assert "Clé d’accès" in said["Yann Le Gall"]
    assert "Depuis le lundi 19 octobre" in said["Yann Le Gall"]
    assert "Les Érables" in said["Awa Diarra"]
    assert "Affectation à 1 jeune en particulier" in said["Awa Diarra"]
    assert "Dernière venue : mercredi 18 novembre" in said["Rémi Bastian"]
    assert "vous" in said["Claire Morvan"]
    assert "Ilyes" not in page.text()


@pytest.mark.parametrize("who", ["nurse", "educator", "cook"])
def test_to_everybody_else_the_team_does_not_exist(house, come_in, who):
    for path in ("", "/inviter", "/a-revoir", f"/{house.account('nurse')}", f"/{house.account('nurse')}/depart"):
        come_in(who).open(f"/equipe{path}", status=404)


def test_somebody_of_another_house_is_nobody_here(db, house, come_in):
    far = staff(db, a_dossier(db), Post.CARE)
    db.commit()
    for path in ("", "/affecter", "/depart", f"/{far.id}/fin"):
        come_in("director").open(f"/equipe/{far.account_id}{path}", status=404)
    come_in("director").open(f"/equipe/{house.account('nurse')}/{far.id}/fin", status=404)
    come_in("director").submit(f"/equipe/{far.account_id}/invitation", {}, status=404)


def test_the_person_page_names_the_young_people_and_is_a_line_of_their_log(db, house, come_in):
    referent = house.wanted(dossier_id=house.dossier.id, referent=True)
    services.assign(db, house.account("educator"), referent, by=house.account("deputy"))
    db.commit()
    page = come_in("director").open(f"/equipe/{house.account('educator')}")
    assert "référent ou référente : Ilyes Valdombre" in page.text()
    assert db.scalar(select(LogEntry.endpoint).where(LogEntry.dossier_id == house.dossier.id)) == "team.person"


def test_somebody_is_invited_in_two_steps_and_the_invitation_really_serves(db, house, come_in):
    browser = come_in("director")
    answer = browser.submit("/equipe/inviter", NEW | {"where": f"u:{house.unit.id}"}).answer
    link = link_of(db, "Nora Petit")
    assert answer.headers["Location"] == f"/equipe/{link.account_id}"
    assert (link.post, link.unit_id, link.verified_by) == (Post.EDUCATION, house.unit.id, house.account("director"))
    assert "Faire l’invitation" in browser.open(f"/equipe/{link.account_id}").text()
    page = browser.submit(f"/equipe/{link.account_id}/invitation", {}, status=200)
    address = page.soup.select_one("#adresse")["value"]
    number, _, secret = address.partition("#")[2].partition(".")
    assert address.startswith("https://localhost/lettre#")
    assert f"{secret[:4]} {secret[4:]}" in page.text()
    assert page.answer.headers["Cache-Control"] == "no-store"
    one = enrolment.redeem(db, number, secret, secret_key=KEY)
    account = db.get(Account, link.account_id)
    assert (one.account_id, one.replaces, one.handed) == (link.account_id, True, True)
    assert one.expires_at == NOON + timedelta(days=7)
    assert account.identity_checked_by == house.account("director")
    assert secret not in browser.open(f"/equipe/{link.account_id}").answer.text


def test_another_invitation_makes_the_one_before_worth_nothing_and_it_can_be_cancelled(db, house, come_in):
    nurse, secrets = house.account("nurse"), []
    browser = come_in("director")
    for _ in range(2):
        address = browser.submit(f"/equipe/{nurse}/invitation", {}, status=200).soup.select_one("#adresse")["value"]
        secrets.append(address.partition("#")[2].split("."))
    assert "Une invitation attend, jusqu’au mercredi 25 novembre" in browser.open(f"/equipe/{nurse}").text()
    with pytest.raises(BadInput):
        enrolment.look(db, *secrets[0], secret_key=KEY)
    assert enrolment.look(db, *secrets[1], secret_key=KEY)
    db.commit()
    browser.submit(f"/equipe/{nurse}/invitation/annuler", {})
    with pytest.raises(BadInput):
        enrolment.look(db, *secrets[1], secret_key=KEY)


def test_no_invitation_for_oneself_nor_for_an_account_that_serves_elsewhere(db, house, come_in):
    staff(db, a_dossier(db), Post.CARE, account=db.get(Account, house.account("nurse")))
    db.commit()
    browser = come_in("director")
    for who, sentence in (("nurse", "Ce compte sert aussi ailleurs"), ("director", "Vous ne changez pas vos propres")):
        page = browser.submit(f"/equipe/{house.account(who)}/invitation", {}, status=422)
        assert sentence in page.text("[role=alert]")
    assert db.scalar(select(Enrolment.id)) is None


def test_somebody_of_that_name_is_never_guessed_to_be_the_same_person(db, house, come_in):
    browser, said = come_in("director"), NEW | {"name": "yann  le gall", "where": f"e:{house.place.id}"}
    page = browser.submit("/equipe/inviter", said, status=422)
    assert "Quelqu’un de ce nom travaille déjà ici" in page.text()
    assert f"/equipe/{house.account('nurse')}" in page.links()
    browser.submit("/equipe/inviter", said | {"other": "y"})


def test_what_was_typed_stays_when_something_is_refused(house, come_in):
    said = NEW | {
        "where": f"u:{house.unit.id}",
        "starts": "2026-12-01",
        "ends": "2026-11-20",
        "mail": "nora@maison.example",
    }
    page = come_in("director").submit("/equipe/inviter", said, status=422)
    assert "La fin vient avant le début" in page.text()
    assert page.soup.select_one("#name")["value"] == "Nora Petit"
    assert page.soup.select_one("input[name=where][checked]")["value"] == f"u:{house.unit.id}"
    assert (
        "Il manque quelque chose"
        in come_in("director").submit("/equipe/inviter", said | {"mail": "nora"}, status=422).text()
    )


def test_a_unit_of_another_house_is_no_answer(db, house, come_in):
    far = an_establishment(db)
    db.commit()
    page = come_in("director").submit("/equipe/inviter", NEW | {"where": f"e:{far.id}"}, status=422)
    assert "Choisissez une des réponses" in page.text()


def test_one_young_person_is_chosen_among_those_the_director_works_for(db, house, come_in):
    path = f"/equipe/{house.account('educator')}/affecter"
    assert "Ilyes" not in come_in("director").open(path).text()
    page = come_in("director").open(f"{path}?jeune=1")
    assert [one.get_text() for one in page.soup.select("#where option")] == [
        "Choisissez",
        "Ilyes Valdombre, Les Érables",
    ]
    said = {"post": "education", "where": f"d:{house.dossier.id}", "referent": "y", "starts": "", "ends": "2026-12-18"}
    come_in("director").submit(f"{path}?jeune=1", said)
    one = db.scalar(select(Relationship).where(Relationship.referent))
    assert one.account_id == house.account("educator")
    assert one.ends_at.isoformat() == "2026-12-18T23:00:00+00:00"
    db.commit()
    page = come_in("director").submit(f"{path}?jeune=1", said, status=422)
    assert "Cette affectation existe déjà" in page.text()


def test_who_leaves_is_out_at_once_whatever_they_hold(db, house, browser, come_in):
    nurse = house.account("nurse")
    a_passkey(db, nurse)
    open_session(db, nurse, Strength.SUBSTANTIAL)
    waiting = enrolment.issue(db, nurse, secret_key=KEY, establishment_id=house.place.id, by=None, handed=True)
    db.commit()
    page = come_in("director").open(f"/equipe/{nurse}/depart")
    assert "1 affectation prendra fin" in spaces(page.text())
    come_in("director").submit(f"/equipe/{nurse}/depart", NOW)
    assert db.scalar(select(Passkey.id).where(Passkey.account_id == nurse)) is None
    assert db.scalars(select(SignIn.ended_at).where(SignIn.account_id == nurse)).all() == [NOON]
    with pytest.raises(BadInput):
        enrolment.look(db, waiting.number, waiting.secret, secret_key=KEY)
    db.commit()
    page = come_in("director").open(f"/equipe/{nurse}")
    assert "Cette personne ne travaille plus ici" in page.text()
    assert "dit par Claire Morvan" in page.text("details")
    assert "Yann Le Gall" not in come_in("director").open("/equipe").text()
    come_in("director").open(f"/equipe/{nurse}/depart", status=404)
    come_in("director").submit(f"/equipe/{nurse}/invitation", {}, status=404)


def test_one_assignment_less_signs_out_and_leaves_ways_in_to_whoever_still_works_here(db, house, come_in):
    educator = house.account("educator")
    a_passkey(db, educator)
    open_session(db, educator, Strength.SUBSTANTIAL)
    services.assign(db, educator, house.wanted(dossier_id=house.dossier.id, referent=True), by=house.account("deputy"))
    db.commit()
    path = f"/equipe/{educator}/{house.links['educator'].id}/fin"
    assert "Équipe éducative : Les Érables" in spaces(come_in("director").open(path).text())
    come_in("director").submit(path, NOW | {"because": "moved"})
    assert db.scalar(select(Passkey.id).where(Passkey.account_id == educator))
    assert db.scalar(select(SignIn.ended_at).where(SignIn.account_id == educator)) == NOON


def test_who_leaves_on_a_day_to_come_loses_their_ways_in_that_day_without_anybody(db, house, come_in):
    nurse = house.account("nurse")
    a_passkey(db, nurse)
    come_in("director").submit(f"/equipe/{nurse}/depart", NOW | {"ends": "2026-11-20"})
    assert "jusqu’au vendredi 20 novembre" in come_in("director").open(f"/equipe/{nurse}").text()
    see_off(db, {})
    assert db.scalar(select(Passkey.id))
    with clock.frozen(clock.midnight(NOON.date() + timedelta(days=3), "Europe/Paris")):
        see_off(db, {})
    assert db.scalar(select(Passkey.id)) is None


def test_the_last_director_stays(db, house, come_in):
    services.leave(
        db, house.account("deputy"), house.place.id, None, by=house.account("director"), because=Because.LEFT
    )
    db.commit()
    me = house.account("director")
    assert "Mettre fin" not in come_in("director").open(f"/equipe/{me}").text()
    page = come_in("director").submit(f"/equipe/{me}/depart", NOW, status=422)
    assert "Vous ne changez pas vos propres affectations" in page.text()


def test_a_refused_departure_of_two_directors_says_why_and_changes_nothing(db, house, come_in):
    services.end(
        db, house.links["deputy"].id, NOON + timedelta(days=9), by=house.account("director"), because=Because.CONTRACT
    )
    db.commit()
    page = come_in("deputy").submit(f"/equipe/{house.account('director')}/depart", NOW, status=422)
    assert "Il ne resterait personne à la direction" in page.text()
    db.refresh(house.links["director"])
    assert house.links["director"].ends_at is None


def test_every_quarter_management_says_what_is_still_right(db, house, come_in):
    with clock.frozen(NOON + QUARTER):
        assert "4 affectations à revoir" in spaces(come_in("director").open("/").text())
        page = come_in("director").open("/equipe/a-revoir")
        boxes = [one["value"] for one in page.soup.select("input[type=checkbox]")]
        assert len(boxes) == 4
        assert str(house.links["director"].id) not in boxes
        come_in("director").submit("/equipe/a-revoir", {"links": boxes[:3]})
        assert "1 affectation à revoir" in spaces(come_in("director").open("/").text())
        seen = db.scalars(select(Review)).all()
        assert {str(one.relationship_id) for one in seen} == set(boxes[:3])
        assert {(one.said_by, one.said_at) for one in seen} == {(house.account("director"), NOON + QUARTER)}
        db.commit()
        come_in("director").submit("/equipe/a-revoir", {"links": boxes[3]})
        assert "Tout a été revu" in come_in("director").open("/equipe/a-revoir").text()
        assert "à revoir" not in come_in("director").open("/").text()


def test_one_s_own_assignment_is_not_among_those_to_confirm(house, come_in):
    with clock.frozen(NOON + QUARTER):
        own = str(house.links["director"].id)
        page = come_in("director").submit("/equipe/a-revoir", {"links": own}, status=422)
        assert "Choisissez une des réponses" in page.text()


def test_the_first_director_of_an_empty_house_finds_the_team_from_the_first_page(db, browser):
    place = an_establishment(db)

    account = an_account(db, "Première directrice")
    link = access.link(
        db, account_id=account.id, establishment_id=place.id, kind=Kind.STAFF, post=Post.MANAGEMENT, starts_at=NOON
    )
    access.verify(db, link, proof="portal staff add", by=None)
    db.commit()
    browser.sign_in(account.id)
    assert "/equipe" in browser.open("/").links()
    assert "1 personne travaille ici" in spaces(browser.open("/equipe").text("h1"))
    browser.open(f"/equipe/{account.id}")
    browser.submit("/equipe/inviter", NEW | {"where": f"e:{place.id}"})


@pytest.mark.parametrize("mode", ["", "easy", "pictures"])
def test_every_page_reads_in_every_mode(house, come_in, mode):
    nurse = house.account("nurse")
    browser = come_in("director").reading(mode)
    paths = ("", "/inviter", "/a-revoir", f"/{nurse}", f"/{nurse}/affecter", f"/{nurse}/depart")
    for path in (*paths, f"/{nurse}/{house.links['nurse'].id}/fin"):
        browser.open(f"/equipe{path}")


def test_nothing_of_a_name_or_a_secret_goes_to_the_log(house, come_in, caplog):
    browser = come_in("director")
    with caplog.at_level("INFO"):
        browser.submit("/equipe/inviter", NEW | {"where": f"u:{house.unit.id}"})
        page = browser.submit(f"/equipe/{house.account('nurse')}/invitation", {}, status=200)
    secret = page.soup.select_one("#adresse")["value"].rpartition(".")[2]
    assert "staff_invited" in caplog.text
    assert "Nora" not in caplog.text
    assert secret not in caplog.text


def test_a_new_director_comes_in_by_the_invitation_and_manages_once_they_hold_a_passkey(
    db, app, sessions, count, house, come_in
):
    director = come_in("director")
    director.submit("/equipe/inviter", NEW | {"post": "management", "where": f"e:{house.place.id}"})
    account = link_of(db, "Nora Petit").account_id
    address = director.submit(f"/equipe/{account}/invitation", {}, status=200).soup.select_one("#adresse")["value"]
    number, _, secret = address.partition("#")[2].partition(".")
    theirs = Browser(app, sessions, count)
    answer = theirs.submit("/lettre", {"number": number, "secret": secret}).answer
    assert answer.headers["Location"].startswith("/ma-connexion/choisir")
    theirs.open("/equipe", status=403)  # a letter alone manages nothing
    theirs.sign_in(account)
    assert "6 personnes travaillent ici" in spaces(theirs.open("/equipe").text("h1"))
    theirs.submit("/lettre", {"number": number, "secret": secret}, status=422)


def test_somebody_of_the_team_is_found_by_a_few_letters_and_by_their_group(house, come_in):
    found = come_in("director").open("/equipe?qui=helene%20DUB")
    assert "1 personne trouvée" in spaces(found.text("h1"))
    assert "Hélène Dubost" in found.text("ul.people")
    assert "0 personne trouvée" in spaces(come_in("director").open("/equipe?groupe=ailleurs").text("h1"))
    assert "travaillent ici" in spaces(come_in("director").open("/equipe?qui=&groupe=").text("h1"))
