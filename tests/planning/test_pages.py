"""Home, the list and one rendez-vous, as a parent, a young person and a stranger meet them."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from portal.access.models import Authority, LogEntry, Post
from portal.access.words import Category, Strength
from portal.core import clock
from portal.core.models import HiddenFrom
from portal.dossier.models import Identity
from portal.planning.models import EventPerson, EventState, Transport
from tests.factories import NOON, a_dossier, a_parent, a_unit, an_account, an_event, staff, the_young_person

MODES = ("", "easy", "pictures")
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def noon():
    with clock.frozen(NOON):
        yield


def named(db, name, **facts):
    dossier = a_dossier(db, received_at=NOON - timedelta(hours=5), **facts)
    facts = {"dossier_id": dossier.id, "establishment_id": dossier.establishment_id, "category": "identity"}
    db.add(Identity(**facts, given_name=name, family_name="Exemple"))
    db.flush()
    return dossier


def neurologist(db, dossier, **facts):
    """Tomorrow at noon, with everything a rendez-vous may say."""
    event = an_event(
        db,
        dossier,
        place="Hôpital Sainte-Anne",
        place_address="12 rue des Lilas",
        bring="la carte Vitale et le cahier de crises",
        **facts,
    )
    db.add(EventPerson(event_id=event.id, position=0, kind="professional", name="Docteure Saïd", role="Neurologue"))
    db.add(EventPerson(event_id=event.id, position=1, kind="escort", name="Paul Nguyen", role="Infirmier"))
    db.flush()
    return event


def test_a_mother_reads_when_where_with_whom_what_to_bring_and_who_goes_along(db, browser):
    dossier = named(db, "Inès")
    event = neurologist(db, dossier)
    mother = a_parent(db, dossier)
    db.commit()
    page = browser.sign_in(mother.account_id).open(f"/rendez-vous/{event.id}")
    text = page.text()
    assert "Inès" in page.text("h1")
    for fact in (
        "Demain, jeudi 19\u00a0novembre",
        "Docteure Saïd",
        "Hôpital Sainte-Anne",
        "12 rue des Lilas",
        "carte Vitale",
        "Paul Nguyen",
    ):
        assert fact.replace("\u00a0", " ") in text.replace("\u00a0", " ")
    assert "aujourd’hui à 7 h" in page.text(".foot").replace("\u00a0", " ")


@pytest.mark.parametrize("mode", MODES)
def test_every_mode_keeps_the_facts(db, browser, mode):
    dossier = named(db, "Inès")
    event = neurologist(db, dossier)
    mother = a_parent(db, dossier)
    db.commit()
    text = (
        browser.sign_in(mother.account_id).reading(mode).open(f"/rendez-vous/{event.id}").text().replace("Midi", "midi")
    )
    for fact in (
        "19",
        "novembre",
        "midi",
        "Saïd",
        "Hôpital Sainte-Anne",
        "carte Vitale",
        "cahier de crises",
        "Paul Nguyen",
    ):
        assert fact in text, fact


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("path", ["/", "/rendez-vous/"])
def test_lists_say_the_day_the_hour_and_the_child(db, browser, mode, path):
    dossier = named(db, "Inès")
    neurologist(db, dossier)
    mother = a_parent(db, dossier)
    db.commit()
    text = browser.sign_in(mother.account_id).reading(mode).open(path).text().lower()
    assert "demain" in text
    assert "midi" in text
    assert "neurologue" in text
    assert "inès" in text


def test_a_young_person_is_told_of_themselves(db, browser):
    dossier = named(db, "Inès")
    neurologist(db, dossier)
    child = the_young_person(db, dossier)
    db.commit()
    text = browser.sign_in(child.account_id, Strength.ACCOMPANIED).reading("easy").open("/").text()
    assert "tu as" in text.lower()
    assert "Inès" not in text


def test_the_hour_alone_shows_to_a_weak_sign_in_in_every_mode(db, browser):
    dossier = named(db, "Inès")
    event = neurologist(db, dossier)
    a_ride(db, dossier, event)
    mother = a_parent(db, dossier)
    db.commit()
    browser.sign_in(mother.account_id, Strength.LOW)
    for mode in MODES:
        for path in ("/", "/rendez-vous/", f"/rendez-vous/{event.id}"):
            text = browser.reading(mode).open(path).answer.text
            for secret in (
                "Inès",
                "Neurologue",
                "neurologue",
                "Saïd",
                "Sainte-Anne",
                "Lilas",
                "Vitale",
                "Nguyen",
                "Exemple",
                "Taxi",
            ):
                assert secret not in text, (mode, path, secret)
    assert "midi" in browser.reading().open("/").text()


def a_ride(db, dossier, event):
    facts = {
        "dossier_id": dossier.id,
        "establishment_id": dossier.establishment_id,
        "category": "planning",
        "nature": "health",
    }
    db.add(
        Transport(
            **facts, key="ride-1", event_key=event.key, starts_at=event.starts_at - timedelta(minutes=45),
            origin="IME", destination="Hôpital Sainte-Anne", mode="Taxi",
        )
    )  # fmt: skip
    db.flush()


def test_how_one_gets_there_is_told(db, browser):
    dossier = named(db, "Inès")
    event = neurologist(db, dossier)
    a_ride(db, dossier, event)
    mother = a_parent(db, dossier)
    db.commit()
    text = browser.sign_in(mother.account_id).open(f"/rendez-vous/{event.id}").text()
    assert "11 h 15" in text.replace("\u00a0", " ")
    assert "Taxi" in text


def test_a_stranger_meets_the_page_of_a_thing_that_does_not_exist(db, browser, app):
    event = neurologist(db, named(db, "Inès"))
    stranger = a_parent(db, named(db, "Malo"))
    db.commit()
    browser.sign_in(stranger.account_id)
    hidden = browser.open(f"/rendez-vous/{event.id}", status=404)
    absent = browser.open(f"/rendez-vous/{uuid4()}", status=404)
    assert bare(hidden) == bare(absent)
    assert hidden.statements == absent.statements


def test_a_weak_sign_in_is_asked_to_step_up_whether_or_not_the_thing_exists(db, browser):
    event = neurologist(db, named(db, "Inès"))
    stranger = a_parent(db, named(db, "Malo"))
    db.commit()
    browser.sign_in(stranger.account_id, Strength.LOW)
    hidden = browser.open(f"/rendez-vous/{event.id}", status=403)
    absent = browser.open(f"/rendez-vous/{uuid4()}", status=403)
    assert bare(hidden) == bare(absent)


def bare(page):
    """A page without what changes at each request: its reference, its tokens, its own address."""
    text = re.sub(r'(value|href|action)="[^"]*"', "", page.answer.text)
    return re.sub(r"\d{3}\s[2-9A-Z]{4}\s[2-9A-Z]{4}", "", text)


@pytest.mark.parametrize(
    "facts",
    [
        {"held_until": NOON + DAY},
        {"hidden_from": HiddenFrom.REPRESENTATIVES},
        {"hidden_from": HiddenFrom.FAMILIES},
    ],
)
def test_what_is_held_or_hidden_is_nowhere(db, browser, facts):
    dossier = named(db, "Inès")
    event = neurologist(db, dossier, **facts)
    mother = a_parent(db, dossier)
    db.commit()
    browser.sign_in(mother.account_id)
    browser.open(f"/rendez-vous/{event.id}", status=404)
    assert "Neurologue" not in browser.open("/").text() + browser.open("/rendez-vous/").text()


def test_the_father_informed_only_sees_no_rendez_vous(db, browser):
    dossier = named(db, "Inès")
    event = neurologist(db, dossier)
    father = a_parent(db, dossier, Authority.INFORMED)
    db.commit()
    browser.sign_in(father.account_id).open(f"/rendez-vous/{event.id}", status=404)
    assert "Neurologue" not in browser.open("/").text()


@pytest.mark.parametrize("mode", MODES)
def test_a_cancellation_is_said_then_disappears_after_a_fortnight(db, browser, mode):
    dossier = named(db, "Inès")
    neurologist(db, dossier, state=EventState.CANCELLED, cancelled_at=NOON - DAY)
    an_event(
        db,
        dossier,
        title="Dentiste",
        state=EventState.CANCELLED,
        cancelled_at=NOON - 14 * DAY,
        starts_at=NOON + 2 * DAY,
    )
    mother = a_parent(db, dossier)
    db.commit()
    text = browser.sign_in(mother.account_id).reading(mode).open("/rendez-vous/").text().lower()
    assert "annulé" in text
    assert "dentiste" not in text


@pytest.mark.parametrize("mode", MODES)
def test_a_change_of_hour_is_said_in_the_list(db, browser, mode):
    dossier = named(db, "Inès")
    neurologist(db, dossier, state=EventState.MOVED, moved_from=NOON + 3 * DAY)
    mother = a_parent(db, dossier)
    db.commit()
    assert "changé" in browser.sign_in(mother.account_id).reading(mode).open("/rendez-vous/").text()


def test_what_is_over_moves_to_its_own_page(db, browser):
    dossier = named(db, "Inès")
    an_event(db, dossier, title="Dentiste", starts_at=NOON - DAY, ends_at=None)
    an_event(db, dossier, title="Ophtalmo", starts_at=NOON - timedelta(minutes=10), ends_at=NOON + timedelta(minutes=1))
    mother = a_parent(db, dossier)
    db.commit()
    browser.sign_in(mother.account_id)
    now, over = browser.open("/rendez-vous/").text(), browser.open("/rendez-vous/passes").text()
    assert "Ophtalmo" in now
    assert "Ophtalmo" not in over
    assert "Dentiste" in over
    assert "Dentiste" not in now


def test_a_long_list_goes_on_without_losing_or_doubling_anything(db, browser):
    dossier = named(db, "Inès")
    for number in range(120):
        an_event(
            db, dossier, title=f"Rendez-vous n{number:03}", starts_at=NOON + (number // 3) * DAY + DAY, ends_at=None
        )
    mother = a_parent(db, dossier)
    db.commit()
    page = browser.sign_in(mother.account_id).open("/rendez-vous/")
    found = []
    while True:
        found += re.findall(r"n\d{3}", page.text(".thread") if page.soup.h1 else page.answer.text)
        more = page.soup.select_one("a[data-hx-get]")
        if more is None:
            break
        assert browser.open(str(more["href"])).status == 200
        page = browser.open(str(more["data-hx-get"]), fragment=True)
        assert page.soup.h1 is None
    assert sorted(set(found)) == [f"n{number:03}" for number in range(120)]
    assert len(found) == 120


@pytest.mark.parametrize(
    "said",
    [
        *("hier", "2026-11-18T12:00:00_x", "2026-11-18T12:00:00_" + "0" * 32, "_"),
        *(f"{edge}_{'0' * 32}" for edge in ("0001-01-01T00:00:00%2B14:00", "9999-12-31T23:59:59-14:00")),
    ],
)
def test_a_mangled_address_is_a_mistake_not_a_failure(db, browser, said):
    mother = a_parent(db, named(db, "Inès"))
    db.commit()
    browser.sign_in(mother.account_id).open(f"/rendez-vous/?apres={said}", status=400)


@pytest.mark.parametrize(("children", "events"), [(1, 1), (1, 40), (5, 8)])
@pytest.mark.parametrize(("path", "at_most"), [("/", 9), ("/rendez-vous/", 5), ("/rendez-vous/passes", 5)])
def test_as_many_statements_for_one_row_as_for_many(db, browser, children, events, path, at_most):
    """Session, scope, log, and two of the page; one for each feature on home."""
    mother = an_account(db)
    for _ in range(children):
        dossier = named(db, "Inès")
        a_parent(db, dossier, account=mother)
        for number in range(events):
            an_event(db, dossier, starts_at=NOON + (number + 1) * DAY, ends_at=None)
            an_event(db, dossier, starts_at=NOON - (number + 1) * DAY, ends_at=None)
    db.commit()
    assert browser.sign_in(mother.id).open(path).statements == at_most


def test_one_rendez_vous_takes_two_statements_of_its_own(db, browser):
    dossier = named(db, "Inès")
    event = neurologist(db, dossier)
    a_ride(db, dossier, event)
    mother = a_parent(db, dossier)
    db.commit()
    assert browser.sign_in(mother.account_id).open(f"/rendez-vous/{event.id}").statements == 5


def test_every_view_leaves_a_line_for_each_dossier_shown(db, browser):
    mother = an_account(db)
    ines, malo = named(db, "Inès"), named(db, "Malo")
    for dossier in (ines, malo):
        a_parent(db, dossier, account=mother)
        neurologist(db, dossier)
    db.commit()
    browser.sign_in(mother.id).open("/")
    lines = db.scalars(select(LogEntry)).all()
    assert {line.dossier_id for line in lines} == {ines.id, malo.id}
    assert {line.categories for line in lines} == {"appointments identity menus planning"}
    assert {(line.account_id, line.strength, line.endpoint) for line in lines} == {(mother.id, 3, "home.home")}


def test_a_refused_view_leaves_no_line(db, browser):
    event = neurologist(db, named(db, "Inès"))
    stranger = a_parent(db, named(db, "Malo"))
    db.commit()
    browser.sign_in(stranger.account_id).open(f"/rendez-vous/{event.id}", status=404)
    assert db.scalars(select(LogEntry)).all() == []


def test_an_aunt_without_agreement_is_told_whom_to_ask(db, browser):
    from portal.access.models import Kind
    from tests.factories import a_link

    dossier = named(db, "Inès")
    neurologist(db, dossier)
    aunt = a_link(db, dossier, Kind.RELATIVE)
    db.commit()
    text = browser.sign_in(aunt.account_id).open("/").text()
    assert "Rien n’est encore partagé avec vous" in text
    assert "Inès" not in text


def test_an_educator_sees_their_unit_and_no_other(db, browser):
    ines = named(db, "Inès")
    unit = a_unit(db, db.get(type_of_establishment(), ines.establishment_id))
    ines.unit_id = unit.id
    malo = a_dossier(db, db.get(type_of_establishment(), ines.establishment_id))
    an_event(db, malo, title="Dentiste", nature="school")
    neurologist(db, ines)
    educator = staff(db, ines, Post.EDUCATION, unit_id=unit.id)
    db.commit()
    text = browser.sign_in(educator.account_id).open("/").text() + browser.open("/rendez-vous/").text()
    assert "Neurologue" in text
    assert "Dentiste" not in text


def type_of_establishment():
    from portal.core.models import Establishment

    return Establishment


def test_somebody_who_is_not_signed_in_is_led_to_the_entrance_and_back(db, browser):
    answer = browser.client.get("/rendez-vous/", base_url="https://localhost")
    assert answer.status_code == 303
    assert answer.location == "/entrer?suite=%2Frendez-vous%2F"


def test_timetable_rows_are_not_rendez_vous(db, browser):
    dossier = named(db, "Inès")
    event = an_event(db, dossier, category=Category.PLANNING, nature="", title="Piscine")
    mother = a_parent(db, dossier)
    db.commit()
    browser.sign_in(mother.account_id).open(f"/rendez-vous/{event.id}", status=404)
    assert "Piscine" not in browser.open("/rendez-vous/").text()
