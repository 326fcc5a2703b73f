"""A young person's own tablet: from the referent's button to the young person's pages, and back."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from portal.access import services as access
from portal.access.models import LogEntry
from portal.access.words import Strength
from portal.accounts import changes
from portal.accounts.fresh import FRESH
from portal.accounts.models import Method, Passkey, SignIn
from portal.accounts.strengths import strength_of
from portal.core import clock
from portal.core.jobs import Job
from portal.core.models import Account, Dossier
from portal.tablets.models import TabletCode
from portal.tablets.services import WAITS
from tests.browsing import BASE, Browser
from tests.factories import NOON, a_dossier, an_event, recomputed, staff, the_young_person


def sign_ins(db, account_id) -> list[tuple[Method, Strength]]:
    db.commit()
    query = select(SignIn).where(SignIn.account_id == account_id, SignIn.ended_at.is_(None)).order_by(SignIn.created_at)
    found = [(one.method, one.how) for one in db.scalars(query)]
    db.commit()
    return found


def come_of_age(db, dossier) -> None:
    db.get_one(Dossier, dossier.id).birth_date = NOON.date().replace(year=NOON.year - 19)
    recomputed(db, dossier)
    db.commit()


# From the referent's button to the young person's pages


def test_the_referent_shows_a_code_and_the_tablet_becomes_the_young_persons_key(enrolling, db, house, keys_of):
    an_event(db, house.dossier, nature="school", title="Classe verte", starts_at=NOON + timedelta(hours=3))
    recomputed(db, house.dossier)
    db.commit()
    enrolling.whole()
    (made,) = keys_of(house.account("child"))
    assert (made.enrolled_by, made.vouched) == (house.account("referent"), False)
    assert sign_ins(db, house.account("child")) == [(Method.PASSKEY, Strength.ACCOMPANIED)]
    assert "Classe verte" in enrolling.tablet.open("/rendez-vous/").text()
    assert db.get_one(Account, house.account("child")).mode == "pictures"


def test_the_referents_session_is_never_on_the_tablet(enrolling, db, house):
    enrolling.whole()
    assert sign_ins(db, house.account("referent")) == [(Method.PASSKEY, Strength.SUBSTANTIAL)]
    enrolling.screen.open(enrolling.url)
    page = enrolling.tablet.open("/ma-connexion")
    assert "Referent" not in page.answer.text
    enrolling.tablet.open(enrolling.url, status=404)


def test_afterwards_the_tablet_comes_in_by_itself(enrolling, db, house):
    tablet = enrolling.whole().tablet
    tablet.submit("/sortir", {})
    question = str(tablet.open("/entrer").soup.select_one("form[data-question]")["data-question"])
    tablet.submit("/entrer/cle", {"answer": enrolling.key.answer(question)})
    assert sign_ins(db, house.account("child")) == [(Method.PASSKEY, Strength.ACCOMPANIED)]


def test_a_tablet_someone_is_signed_in_on_is_left_first(enrolling, house):
    enrolling.referent()
    code = enrolling.code()
    enrolling.tablet.sign_in(house.account("mother"))
    assert "Quelqu’un est déjà entré" in enrolling.tablet.open("/tablette", status=422).text()
    enrolling.tell(code, status=422)
    assert enrolling.tablet.client.get("/tablette/cle", base_url=BASE).location == "/tablette"


def test_every_page_of_it_is_drawn_in_each_way_of_reading(enrolling):
    enrolling.referent()
    code = enrolling.code()
    for mode in ("", "easy", "pictures"):
        enrolling.tablet.reading(mode).open("/tablette")
        enrolling.screen.open("/tablettes")
    assert enrolling.tablet.open("/tablette").soup.select("main img.pic")
    enrolling.tell(code)
    page = enrolling.tablet.open("/tablette/cle")
    assert len(page.soup.select("main img.pic")) == 2
    assert "vous" not in page.text().lower().split()


# Who may


@pytest.mark.parametrize("who", ["colleague", "teacher", "nurse", "director", "secretary", "mother", "child"])
def test_to_whoever_is_not_the_referent_it_does_not_exist(enrolling, house, who):
    enrolling.referent(who)
    enrolling.screen.open(enrolling.url, status=404)
    enrolling.screen.submit(f"{enrolling.url}/code", {}, status=404)
    enrolling.screen.submit(f"{enrolling.url}/{uuid4()}/retirer", {}, status=404)


def test_the_referent_of_another_does_not_find_them(enrolling, db, house):
    other = a_dossier(db, unit_id=None)
    link = staff(db, other, "education", to_dossier=True, referent=True)
    house.links["elsewhere"] = link
    recomputed(db, other)
    db.commit()
    enrolling.referent("elsewhere")
    enrolling.screen.open(enrolling.url, status=404)


def test_a_referent_who_came_in_too_weakly_is_asked_for_more(enrolling, house):
    enrolling.screen.sign_in(house.account("referent"), Strength.LOW)
    enrolling.screen.open(enrolling.url, status=403)
    enrolling.screen.submit(f"{enrolling.url}/code", {}, status=403)
    enrolling.screen.open("/tablettes", status=403)


def test_it_takes_a_fresh_proof(enrolling, db, house):
    enrolling.whole()
    (key,) = db.scalars(select(Passkey)).all()
    db.commit()
    with clock.frozen(NOON + FRESH + timedelta(seconds=1)):
        for path in ("code", f"{key.id}/retirer"):
            answer = enrolling.screen.submit(f"{enrolling.url}/{path}", {})
            assert str(answer.answer.location).startswith("/entrer/encore?suite=%2Ftablettes%2F")


def test_without_an_account_or_a_space_nothing_is_offered_and_why_is_not_told(enrolling, db, house):
    access.end(db, house.links["child"], NOON, by=None)
    recomputed(db, house.dossier)
    db.commit()
    page = enrolling.referent().screen.open(enrolling.url)
    assert "Aucune tablette ne peut être ajoutée" in page.text()
    enrolling.screen.submit(f"{enrolling.url}/code", {}, status=404)


def test_the_page_says_whom_it_showed(enrolling, db, house):
    enrolling.referent().screen.open(enrolling.url)
    lines = db.scalars(select(LogEntry).where(LogEntry.dossier_id == house.dossier.id)).all()
    assert [one.endpoint for one in lines] == ["tablets.one"]


# The code


def test_a_code_serves_one_tablet_once(enrolling, house, keys_of):
    enrolling.referent()
    code = enrolling.code()
    enrolling.tell(code)
    other = Browser(enrolling.tablet.app, enrolling.tablet.sessions, enrolling.tablet.count)
    page = other.submit("/tablette", {"code": code}, status=422)
    assert "Ce code n’ouvre rien" in page.text()
    answer = enrolling.key.make(enrolling.question())
    enrolling.keep(answer)
    enrolling.tablet.submit("/sortir", {})
    assert enrolling.tablet.client.get("/tablette/cle", base_url=BASE).location == "/tablette"
    assert len(keys_of(house.account("child"))) == 1


@pytest.mark.parametrize("late", ["code", "key"])
def test_ten_minutes_later_it_opens_nothing(enrolling, house, keys_of, late):
    enrolling.referent()
    code = enrolling.code()
    if late == "key":
        enrolling.tell(code)
    with clock.frozen(NOON + WAITS + timedelta(seconds=1)):
        if late == "code":
            enrolling.tell(code, status=422)
        assert enrolling.tablet.client.get("/tablette/cle", base_url=BASE).location == "/tablette"
    assert keys_of(house.account("child")) == []


def test_a_newer_code_replaces_the_one_before(enrolling):
    enrolling.referent()
    former, newer = enrolling.code(), enrolling.code()
    enrolling.tell(former, status=422)
    enrolling.tell(newer)


def test_a_referent_who_is_one_no_more_lets_nobody_in(enrolling, db, house, keys_of):
    enrolling.referent()
    enrolling.tell(enrolling.code())
    answer = enrolling.key.make(enrolling.question())
    access.end(db, house.links["referent"], NOON, by=None)
    db.commit()
    with clock.frozen(NOON + timedelta(seconds=1)):
        assert enrolling.keep(answer).answer.location == "/tablette"
    assert keys_of(house.account("child")) == []


def test_guesses_are_counted_and_the_database_holds_no_code(enrolling, db):
    enrolling.referent()
    code = enrolling.code()
    (one,) = db.scalars(select(TabletCode)).all()
    db.commit()
    assert code.encode() not in one.code_hash
    for _ in range(20):
        enrolling.tell("AAAAABBBBB", status=422)
    enrolling.tell(code, status=429)


def test_the_code_is_typed_as_people_type(enrolling):
    enrolling.referent()
    code = enrolling.code()
    enrolling.tell(f" {code[:5].lower()} - {code[5:].lower()} ")


def test_an_answer_to_another_question_makes_no_key_and_the_page_says_so(enrolling, house, keys_of):
    enrolling.referent()
    enrolling.tell(enrolling.code())
    page = enrolling.keep(enrolling.key.make(enrolling.question(), origin="https://evil.example"), status=422)
    assert "Ça n’a pas marché" in page.text()
    assert keys_of(house.account("child")) == []
    enrolling.keep()


# What it opens


def test_a_minors_key_is_accompanied_whatever_staff_checked_and_an_adults_is_as_any_adults(enrolling, db, house):
    key = {
        (checked, minor): strength_of(Method.PASSKEY, checked=checked, minor=minor)
        for checked in (0, 1)
        for minor in (0, 1)
    }
    assert {key[0, 1], key[1, 1]} == {Strength.ACCOMPANIED}
    assert (key[0, 0], key[1, 0]) == (Strength.LOW, Strength.SUBSTANTIAL)
    db.get_one(Account, house.account("child")).identity_checked_at = NOON
    db.commit()
    enrolling.whole()
    assert sign_ins(db, house.account("child")) == [(Method.PASSKEY, Strength.ACCOMPANIED)]


@pytest.mark.parametrize(("checked", "opens"), [(True, Strength.SUBSTANTIAL), (False, Strength.LOW)])
def test_an_adults_opens_what_staffs_check_says(enrolling, db, house, checked, opens):
    db.get_one(Account, house.account("child")).identity_checked_at = NOON if checked else None
    come_of_age(db, house.dossier)
    assert "adulte" in enrolling.referent().screen.open(enrolling.url).text()
    enrolling.whole()
    assert sign_ins(db, house.account("child")) == [(Method.PASSKEY, opens)]


def test_the_day_they_come_of_age_a_minors_key_opens_no_more_by_itself(enrolling, db, house):
    db.get_one(Account, house.account("child")).identity_checked_at = NOON
    db.commit()
    tablet = enrolling.whole().tablet
    come_of_age(db, house.dossier)
    tablet.submit("/sortir", {})
    question = str(tablet.open("/entrer").soup.select_one("form[data-question]")["data-question"])
    tablet.submit("/entrer/cle", {"answer": enrolling.key.answer(question)})
    assert sign_ins(db, house.account("child")) == [(Method.PASSKEY, Strength.LOW)]


@pytest.mark.parametrize("path", ["cle", "phrase", "application"])
def test_a_minor_alone_adds_no_way_in(enrolling, path):
    tablet = enrolling.whole().tablet
    tablet.open(f"/ma-connexion/{path}", status=404)
    tablet.submit(f"/ma-connexion/{path}", {"phrase": "girafe bleue sous la pluie", "name": "x"}, status=404)
    assert f"/ma-connexion/{path}" not in tablet.open("/ma-connexion").links()


# Taking it away


def test_the_referent_takes_it_back_and_what_it_opened_is_over(enrolling, db, house, keys_of):
    enrolling.whole()
    page = enrolling.screen.open(enrolling.url)
    (path,) = re.findall(rf"{enrolling.url}/[0-9a-f-]+/retirer", page.answer.text)
    enrolling.screen.submit(path, {})
    assert keys_of(house.account("child")) == []
    assert enrolling.tablet.client.get("/", base_url=BASE).location.startswith("/entrer")
    enrolling.screen.submit(path, {}, status=404)


def test_so_does_the_young_person_though_it_is_their_only_way_in(enrolling, db, house, keys_of):
    tablet = enrolling.whole().tablet
    (one,) = keys_of(house.account("child"))
    tablet.submit(f"/ma-connexion/cle/{one.id}/nom", {"name": "Ma tablette rouge"})
    assert "Ma tablette rouge" in enrolling.screen.open(enrolling.url).text()
    tablet.submit(f"/ma-connexion/cle/{one.id}/retirer", {})
    assert keys_of(house.account("child")) == []


def test_the_referent_takes_back_no_key_that_an_adult_made_alone(enrolling, db, house, keys_of):
    come_of_age(db, house.dossier)
    own = {"credential_id": b"own", "public_key": b"", "sign_count": 0, "name": "CANARI", "synced": False}
    db.add(Passkey(account_id=house.account("child"), **own, vouched=True))
    db.commit()
    (one,) = keys_of(house.account("child"))
    assert "CANARI" not in enrolling.referent().screen.open(enrolling.url).answer.text
    enrolling.screen.submit(f"{enrolling.url}/{one.id}/retirer", {}, status=404)
    assert len(keys_of(house.account("child"))) == 1


def test_nor_a_key_of_somebody_else(enrolling, db, house, keys_of):
    other = the_young_person(db, a_dossier(db))
    facts = {"credential_id": b"x", "public_key": b"", "sign_count": 0, "name": "x", "synced": False, "vouched": False}
    db.add(Passkey(account_id=other.account_id, enrolled_by=house.account("referent"), **facts))
    db.commit()
    (one,) = keys_of(other.account_id)
    enrolling.referent().screen.submit(f"{enrolling.url}/{one.id}/retirer", {}, status=404)
    assert len(keys_of(other.account_id)) == 1


def test_the_young_person_is_told_of_each(enrolling, db, house):
    enrolling.whole()
    jobs = db.scalars(select(Job).where(Job.kind == changes.CHANGED)).all()
    assert [one.args["account"] for one in jobs] == [str(house.account("child"))]
