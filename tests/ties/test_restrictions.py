"""Restrictions: what they take is said first; who may not set them knows nothing; no output tells what they hide."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from portal.access import limiting
from portal.access.perimeter import ROWS
from portal.access.sharing import Against, Restriction, Source
from portal.access.words import Category, Nature
from portal.planning.models import EventPerson, Transport
from portal.ties.effects import effects
from portal.ties.limits import draft
from tests.factories import NOON, a_dossier, an_event

DAY = timedelta(days=1)
ORDER = {"starts": "", "ends": "2027-06-30", "proof": "Ordonnance du juge", "proof_on": "2026-11-10"}
HEALTH = (Category.APPOINTMENTS, Nature.HEALTH)
WEEK = (Category.PLANNING, Nature.NONE)


def path(house, *more):
    return "/".join((f"/liens/{house.dossier.id}/restrictions", *map(str, more)))


def set_one(db, house, source=Source.CONTACT_BAN, who="father", by="director", rows=(), **more):
    one = limiting.restrict(
        db,
        house.dossier,
        source=source,
        against=Against.ONE,
        account_id=house.account(who),
        rows=rows,
        proof="Ordonnance de protection",
        by=house.account(by),
        **more,
    )
    db.commit()
    return one


def kept(db):
    number = db.scalar(select(func.count()).select_from(Restriction))
    db.commit()
    return number


def test_what_a_judge_takes_from_whom_is_said_before_it_is_kept(db, house, come_in, send):
    come_in("secretary").open(path(house, "nouvelle", "court_order"))
    said = ORDER | {"whom": str(house.account("father")), "rows": ["diet", "appointments:health"]}
    page = send(path(house, "nouvelle", "court_order"), status=200, **said)
    father = page.soup.find("h3", string="Julien Valdombre").parent.get_text(" ", strip=True)
    assert "Ne lira plus" in father
    assert "régime et allergies" in father
    assert "rendez-vous de santé" in father
    assert "Menus" not in father
    mother = page.soup.find("h3", string="Samia Ouardamel").parent.get_text(" ", strip=True)
    assert "Rien ne change" in mother
    assert "30 juin 2027" in page.text()
    assert kept(db) == 0
    fields = {one["name"]: one["value"] for one in page.soup.select("main form input") if one["name"] != "rows"}
    rows = [one["value"] for one in page.soup.select("main input[name=rows]")]
    fields.pop("csrf_token")
    send(path(house, "nouvelle", "court_order"), **fields, rows=rows)
    one = db.scalar(select(Restriction))
    assert (one.source, one.account_id, one.rows) == (
        Source.COURT_ORDER,
        house.account("father"),
        "appointments:health diet",
    )
    assert one.proof == "Ordonnance du juge, 10/11/2026"


def test_the_effect_is_what_decide_answers_on_both_sides(db, house):
    an_event(db, house.dossier)
    ban = draft(
        house.dossier,
        Source.CONTACT_BAN,
        Against.ONE,
        house.account("father"),
        limiting.BAN_ROWS,
        "Ordonnance",
        house.account("director"),
    )
    found = {one.name: one for one in effects(db, house.dossier.id, ban, NOON)}
    father = found["Julien Valdombre"]
    assert set(father.closed) == set(limiting.BAN_ROWS)
    assert set(father.without_place) == {HEALTH, (Category.APPOINTMENTS, Nature.JUSTICE)}
    assert not found["Samia Ouardamel"].touched
    kept_one = set_one(db, house)
    again = {one.name: one for one in effects(db, house.dossier.id, kept_one, NOON)}
    assert again["Julien Valdombre"] == father


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"whom": "", "rows": ["diet"]}, "Remplissez cette case"),
        ({"rows": []}, "Remplissez cette case"),
        ({"rows": ["diet"], "ends": "2026-11-01"}, "La fin vient avant le début"),
        ({"rows": ["diet"], "proof": ""}, "Remplissez cette case"),
        ({"rows": ["godmother"]}, "Choisissez une des réponses"),
    ],
)
def test_an_order_that_cannot_stand_is_refused_and_keeps_nothing(db, house, come_in, send, said, sentence):
    come_in("secretary")
    facts = ORDER | {"whom": str(house.account("father"))} | said
    page = send(path(house, "nouvelle", "court_order"), status=422, **facts)
    assert sentence in page.text()
    assert kept(db) == 0


SOURCES = {
    "director": {"court_order", "contact_ban", "freeze"},
    "secretary": {"court_order", "contact_ban"},
    "social": {"court_order", "contact_ban"},
    "nurse": {"opposition"},
    "teacher": set(),
    "cook": set(),
    "mother": set(),
    "father": set(),
    "child": set(),
}


@pytest.mark.parametrize("who", SOURCES)
def test_each_post_sees_the_sources_it_may_set_and_no_other(house, come_in, who):
    mine = SOURCES[who]
    for source in Source:
        come_in(who).open(path(house, "nouvelle", source.value), status=200 if source.value in mine else 404)
    for page in (path(house), "/restrictions"):
        come_in(who).open(page, status=200 if mine else 404)


def test_a_restriction_is_nothing_to_whoever_may_not_set_it(db, house, come_in):
    one = set_one(db, house)
    for who in ("nurse", "teacher", "cook", "mother", "father", "child"):
        come_in(who).open(path(house, one.id, "levee"), status=404)
    assert "Ordonnance" not in come_in("nurse").open(path(house)).text()
    assert "Restriction en cours" not in come_in("nurse").open("/restrictions").text()
    assert "Restriction en cours" in come_in("social").open("/restrictions").text()


def test_the_opposition_of_a_minor_names_the_article_and_asks_for_the_talk(db, house, come_in, send):
    page = come_in("nurse").open(path(house, "nouvelle", "opposition"))
    assert "L1111-5" in page.text()
    assert {one["value"] for one in page.soup.select("input[name=rows]")} == {
        "appointments:health",
        "diet",
        "documents",
        "seizures",
        "treatment",
    }
    said = {"whom": "representatives", "rows": ["appointments:health"], "starts": "", "ends": ""}
    send(path(house, "nouvelle", "opposition"), status=422, **said, proof="", proof_on="")
    talk = {"proof": "Entretien au bureau, avec Paul", "proof_on": "2026-11-17"}
    send(path(house, "nouvelle", "opposition"), **said, **talk, lu="1")
    assert db.scalar(select(Restriction.source)) is Source.OPPOSITION
    db.commit()
    assert "Opposition" not in come_in("director").open(path(house)).text()


def test_nobody_opposes_for_an_adult(db, house, come_in, send):
    house.dossier.birth_date = house.dossier.birth_date.replace(year=2004)
    db.commit()
    talk = {"proof": "Entretien", "proof_on": "2026-11-17", "starts": "", "ends": ""}
    come_in("nurse")
    page = send(
        path(house, "nouvelle", "opposition"), status=422, whom="representatives", rows=["appointments:health"], **talk
    )
    assert "Ce jeune est majeur" in page.text()


def test_a_freeze_takes_two_taps_and_closes_the_family_at_once(db, house, come_in, send):
    an_event(db, house.dossier)
    db.commit()
    page = come_in("director").open(path(house, "nouvelle", "freeze"))
    assert "Samia Ouardamel" in page.text("h3")
    send(path(house, "nouvelle", "freeze"), status=422, words="")
    send(path(house, "nouvelle", "freeze"), words="Appel du 119 ce matin.")
    for who in ("mother", "father"):
        home = come_in(who).open("/")
        assert "Neurologue" not in home.text()
        assert "gel" not in home.text().lower()
    assert "Neurologue" in come_in("child").open("/").text()
    one = db.scalar(select(Restriction))
    db.commit()
    assert (one.proof, len(one.rows.split())) == ("Appel du 119 ce matin.", len(ROWS))
    come_in("director")
    send(path(house, one.id, "levee"))
    assert "Neurologue" in come_in("mother").open("/").text()


def test_lifting_a_judges_restriction_takes_two_people(db, house, come_in, send):
    one = set_one(db, house)
    seen = {"proof": "Ordonnance de mainlevée", "proof_on": "2026-11-16"}
    come_in("director")
    send(path(house, one.id, "levee"), status=422, proof="", proof_on="")
    page = come_in("director").open(path(house, one.id, "levee"))
    assert "Lira à nouveau" in page.text()
    send(path(house, one.id, "levee"), **seen)
    page = come_in("director").open(path(house, one.id, "levee"))
    assert "Une autre personne doit la confirmer" in page.text()
    send(path(house, one.id, "levee"), status=422)
    db.refresh(one)
    assert one.lifted_at is None
    db.commit()
    come_in("social")
    send(path(house, one.id, "levee"))
    db.refresh(one)
    assert (one.lift_asked_by, one.lifted_by) == (house.account("director"), house.account("social"))


def test_a_restriction_of_another_dossier_is_not_there(db, house, come_in):
    from tests.factories import recomputed
    from tests.ties.test_links import _place

    other = a_dossier(db, _place(db, house))
    recomputed(db, other)
    one = set_one(db, house)
    come_in("director").open(f"/liens/{other.id}/restrictions/{one.id}/levee", status=404)


TELLS = ("Lycée Jean-Moulin", "12 rue des Acacias", "chez sa mère", "Samia", "Docteure Saïd", "Metz", "la clé")


@pytest.mark.parametrize("mode", ["", "easy", "pictures"])
def test_under_a_contact_ban_nothing_tells_where_or_with_whom(db, house, browser, come_in, mode):
    """Neither place, note, nor what a DUI writes in a title, nor who is there, nor a ride. The hour and matter stay."""
    event = an_event(
        db,
        house.dossier,
        title="Neurologue au Lycée Jean-Moulin",
        kind="doctor",
        place="Lycée Jean-Moulin",
        place_address="12 rue des Acacias",
        note="Départ de chez sa mère",
        bring="la clé de chez sa mère",
    )
    db.add(EventPerson(event_id=event.id, position=0, kind="professional", name="Docteure Saïd", role="Neurologue"))
    db.add(EventPerson(event_id=event.id, position=1, kind="relative", name="Samia Ouardamel", role="Mère"))
    label = {"dossier_id": house.dossier.id, "establishment_id": house.dossier.establishment_id}
    ride = {"key": "T1", "event_key": event.key, "category": "appointments", "nature": "health"}
    db.add(Transport(**label, **ride, starts_at=NOON + DAY, origin="Metz", destination="Lycée Jean-Moulin"))
    db.commit()
    come_in("father")
    before = browser.reading(mode).open(f"/rendez-vous/{event.id}").text()
    assert "Lycée Jean-Moulin" in before
    set_one(db, house)
    for page in ("/", "/rendez-vous/", f"/rendez-vous/{event.id}"):
        shown = browser.reading(mode).open(page)
        assert not [word for word in TELLS if word in shown.answer.text], page
        print(repr(mode), page, shown.text()[:900])
    come_in("mother")
    assert "Lycée Jean-Moulin" in browser.reading(mode).open(f"/rendez-vous/{event.id}").text()


def test_a_ban_closes_the_week_and_outings_whole(db, house, come_in):
    outing = an_event(db, house.dossier, nature="social", title="Piscine à Metz")
    db.commit()
    assert "Piscine" in come_in("father").open("/").text()
    set_one(db, house)
    come_in("father").open(f"/rendez-vous/{outing.id}", status=404)
    assert "Piscine" not in come_in("father").open("/").text()
