"""« Ce qui est nouveau »: what waits first, then what was seen; each thing leads where the reader may go now."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal.core import clock
from portal.dossier.models import Identity
from portal.inbox.models import NoticeKind
from portal.inbox.services import tell
from tests.factories import NOON, a_dossier, a_parent, an_account, an_establishment, an_event, the_young_person

ADDED, CHANGED, CANCELLED = (
    NoticeKind.APPOINTMENT_ADDED,
    NoticeKind.APPOINTMENT_CHANGED,
    NoticeKind.APPOINTMENT_CANCELLED,
)


@pytest.fixture(autouse=True)
def noon():
    with clock.frozen(NOON):
        yield


@pytest.fixture
def home(db):
    place = an_establishment(db)
    nadia = an_account(db, "Nadia Exemple")
    children = [a_child(db, place, name, nadia) for name in ("Inès", "Tom")]
    db.commit()
    return nadia, children


def a_child(db, place, name, *parents):
    dossier = a_dossier(db, place)
    facts = {"dossier_id": dossier.id, "establishment_id": place.id, "category": "identity"}
    db.add(Identity(**facts, given_name=name, family_name="Exemple"))
    for one in parents:
        a_parent(db, dossier, account=one)
    return dossier


def told(db, account, kind, dossier, hours=0, **changes):
    with clock.frozen(NOON - timedelta(hours=hours)):
        event = an_event(db, dossier, **changes)
        tell(db, account.id, kind, about=event)
    db.commit()
    return event


def test_what_is_new_stands_by_child_and_day_and_leads_to_its_thing(db, home, browser):
    nadia, (ines, tom) = home
    event = told(db, nadia, ADDED, ines)
    told(db, nadia, CHANGED, tom, hours=20)
    told(db, nadia, CANCELLED, tom, hours=72)
    page = browser.sign_in(nadia.id).open("/nouveau")
    assert [one.get_text() for one in page.soup.select("main h3")] == ["Inès", "Tom"]
    assert [one.get_text() for one in page.soup.select("main h4")] == [
        "Aujourd’hui",
        "Hier",
        "Dimanche 15\u00a0novembre",
    ]
    assert f"/rendez-vous/{event.id}" in page.links()
    assert browser.open(f"/rendez-vous/{event.id}").status == 200


def test_a_change_of_the_last_day_is_marked_here_and_on_home(db, home, browser):
    nadia, (ines, _) = home
    told(db, nadia, CHANGED, ines, hours=2)
    told(db, nadia, CANCELLED, ines, hours=20)
    told(db, nadia, CANCELLED, ines, hours=25)
    told(db, nadia, ADDED, ines)
    browser.sign_in(nadia.id)
    for path in ("/nouveau", "/"):
        said = browser.open(path).text()
        assert (said.count("Changé aujourd’hui"), said.count("Changé hier")) == (1, 1), path


def test_one_is_seen_and_goes_below_and_the_other_waits(db, home, browser):
    nadia, (ines, _) = home
    told(db, nadia, ADDED, ines)
    told(db, nadia, CANCELLED, ines)
    browser.sign_in(nadia.id)
    button = browser.open("/nouveau").soup.select_one("#contenu li button")
    done = browser.submit("/nouveau", {"shown": button["value"], "suite": "/nouveau"})
    assert done.answer.headers["Location"] == "/nouveau"
    page = browser.open("/nouveau")
    assert [len(page.soup.select(f'section[aria-labelledby="{one}"] li')) for one in ("a-voir", "deja-vu")] == [1, 1]
    assert len(page.soup.select("main li button")) == 1


def test_all_is_seen_at_once_and_only_what_the_page_showed(db, home, browser):
    nadia, (ines, tom) = home
    told(db, nadia, ADDED, ines)
    told(db, nadia, ADDED, tom)
    page = browser.sign_in(nadia.id).open("/nouveau")
    told(db, nadia, CANCELLED, tom)
    shown = [one["value"] for one in page.soup.select('form.acts input[name="shown"]')]
    browser.submit("/nouveau", {"shown": shown, "suite": "/nouveau"})
    assert "est annulé" in browser.open("/nouveau").text('section[aria-labelledby="a-voir"]')
    assert "est prévu" not in browser.open("/nouveau").text('section[aria-labelledby="a-voir"]')


def test_what_may_no_longer_be_seen_is_no_longer_said_seen_or_not(db, home, browser):
    nadia, (ines, tom) = home
    kept = told(db, nadia, ADDED, tom)
    for seen in (False, True):
        event = told(db, nadia, CHANGED, ines)
        if seen:
            browser.sign_in(nadia.id).submit("/nouveau", {"shown": [str(one) for one in ids(db, event.id)]})
        hide(db, event.id)
    page = browser.sign_in(nadia.id).open("/nouveau")
    assert [link for link in page.links() if link.startswith("/rendez-vous/")][-1:] == [f"/rendez-vous/{kept.id}"]
    assert "a changé" not in page.text()


def test_a_stranger_to_the_family_reads_nothing_of_it(db, home, browser):
    nadia, (ines, _) = home
    told(db, nadia, ADDED, ines)
    karim = an_account(db, "Karim Exemple")
    a_parent(db, ines, account=karim)
    db.commit()
    assert "Rien de nouveau" in browser.sign_in(karim.id).open("/nouveau").text()


@pytest.mark.parametrize("mode", ["", "easy", "pictures"])
def test_a_young_person_reads_it_in_each_way(db, home, browser, mode):
    _, (ines, _) = home
    child = the_young_person(db, ines, account=an_account(db, "Inès"))
    event = an_event(db, ines, nature="school")
    tell(db, child.account_id, CHANGED, about=event)
    db.commit()
    page = browser.sign_in(child.account_id).reading(mode).open("/nouveau")
    assert len(page.soup.select("main h3")) == 1
    assert bool(page.soup.select("main li img")) is (mode == "pictures")


def test_the_page_costs_the_same_for_one_thing_and_for_many(db, home, browser):
    nadia, (ines, tom) = home
    told(db, nadia, ADDED, ines)
    browser.sign_in(nadia.id).open("/nouveau")
    one = browser.open("/nouveau").statements
    for hours in range(20):
        told(db, nadia, CHANGED, tom, hours=hours)
    assert browser.open("/nouveau").statements == one <= 5


def ids(db, item_id):
    from sqlalchemy import select

    from portal.inbox.models import Notice

    return db.scalars(select(Notice.id).where(Notice.item_id == item_id)).all()


def hide(db, item_id):
    from portal.inbox.models import Notice
    from portal.planning.models import Event

    for model, key in ((Event, Event.id), (Notice, Notice.item_id)):
        for one in db.query(model).where(key == item_id):
            one.held_until = clock.FOREVER
    db.commit()
