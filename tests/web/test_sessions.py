"""Signed in means: known to the database, this minute, on this device."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.access.words import Strength
from portal.accounts import services
from portal.accounts.models import SignIn
from portal.core.models import Account, AccountState
from tests.factories import an_account, an_establishment
from tests.web.conftest import HOST, Phone


def is_in(phone: Phone) -> bool:
    """Whether the portal knows who holds this phone."""
    return "/sortir" in phone.get("/attributions").text


def test_signing_in_opens_the_portal(phone: Phone, mother: Account) -> None:
    assert not is_in(phone)
    phone.sign_in(mother.id)
    assert is_in(phone)


def test_the_cookie_stays_with_this_site_and_away_from_scripts(phone: Phone, mother: Account) -> None:
    set_cookie = phone.sign_in(mother.id).headers.getlist("Set-Cookie")
    session = next(one for one in set_cookie if one.startswith("__Host-relie="))
    flags = {part.strip() for part in session.split(";")[1:]}
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= flags
    assert not any(part.startswith(("Domain", "Expires", "Max-Age")) for part in flags), "it ends with the browser"


def test_a_weak_sign_in_outlives_the_browser_because_it_shows_little(phone: Phone, mother: Account) -> None:
    set_cookie = phone.sign_in(mother.id, Strength.LOW).headers.getlist("Set-Cookie")
    assert any(one.startswith("__Host-relie=") and "Expires=" in one for one in set_cookie)


def test_every_cookie_of_every_page_has_all_its_flags(phone: Phone, mother: Account) -> None:
    answers = [phone.get("/lecture"), phone.sign_in(mother.id), phone.post("/lecture", {"mode": "easy"})]
    for cookie in (one for answer in answers for one in answer.headers.getlist("Set-Cookie")):
        assert cookie.startswith("__Host-")
        assert all(flag in cookie for flag in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/")), cookie


def test_a_cookie_changed_by_hand_signs_out(phone: Phone, mother: Account) -> None:
    phone.sign_in(mother.id)
    value = phone.cookie("__Host-relie")
    assert value
    head, _, signature = value.rpartition(".")
    phone.client.set_cookie("__Host-relie", f"{head}.{signature[::-1]}", domain="localhost", secure=True)
    assert not is_in(phone)


def test_signing_out_kills_the_session_itself(new_phone: Callable[[], Phone], mother: Account) -> None:
    phone, thief = new_phone(), new_phone()
    phone.sign_in(mother.id)
    thief.client.set_cookie("__Host-relie", phone.cookie("__Host-relie") or "", domain="localhost", secure=True)
    assert is_in(thief)
    phone.get("/lecture")
    answer = phone.post("/sortir")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/entrer")
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert not is_in(phone)
    assert not is_in(thief), "the old cookie is worth nothing"


def test_signing_out_keeps_the_way_this_device_reads(phone: Phone, mother: Account) -> None:
    phone.get("/lecture")
    phone.post("/lecture", {"mode": "easy"})
    phone.sign_in(mother.id)
    phone.get("/lecture")
    phone.post("/sortir")
    assert 'data-mode="easy"' in phone.get("/entrer").text


def test_signing_out_twice_or_without_being_in_is_no_error(phone: Phone) -> None:
    phone.get("/lecture")
    assert phone.post("/sortir").status_code == 303
    phone.get("/lecture")
    assert phone.post("/sortir").status_code == 303


def test_all_devices_of_an_account_can_be_signed_out_at_once(
    db: Session, new_phone: Callable[[], Phone], mother: Account
) -> None:
    phones, other = [new_phone(), new_phone()], new_phone()
    for phone in phones:
        phone.sign_in(mother.id)
    somebody_else = an_account(db)
    db.commit()
    other.sign_in(somebody_else.id)
    services.end_all(db, mother.id)
    db.commit()
    assert not any(is_in(phone) for phone in phones)
    assert is_in(other)


def test_a_session_prepared_by_somebody_else_opens_nothing(new_phone: Callable[[], Phone], mother: Account) -> None:
    """Fixation: what the phone held before signing in is worth nothing afterwards."""
    attacker, phone = new_phone(), new_phone()
    attacker.get("/lecture")
    planted = attacker.cookie("__Host-relie") or ""
    phone.client.set_cookie("__Host-relie", planted, domain="localhost", secure=True)
    phone.sign_in(mother.id)
    assert phone.cookie("__Host-relie") != planted
    assert not is_in(attacker)
    stolen = attacker.token
    answer = phone.client.post("/lecture", base_url=HOST, data={"csrf_token": stolen, "mode": "easy"})
    assert answer.status_code == 400, "the token of the planted session is refused too"


def test_signing_in_again_ends_the_session_before(new_phone: Callable[[], Phone], mother: Account) -> None:
    phone, thief = new_phone(), new_phone()
    phone.sign_in(mother.id)
    thief.client.set_cookie("__Host-relie", phone.cookie("__Host-relie") or "", domain="localhost", secure=True)
    phone.sign_in(mother.id)
    assert is_in(phone)
    assert not is_in(thief)


def test_a_closed_account_loses_its_sessions_on_the_next_request(db: Session, phone: Phone, mother: Account) -> None:
    phone.sign_in(mother.id)
    mother.state = AccountState.CLOSED
    db.add(mother)
    db.commit()
    assert not is_in(phone)


def test_a_closed_account_cannot_sign_in(db: Session, phone: Phone, mother: Account) -> None:
    mother.state = AccountState.CLOSED
    db.add(mother)
    db.commit()
    assert phone.sign_in(mother.id).status_code == 404
    assert not is_in(phone)
    assert db.scalars(select(SignIn)).all() == []


def test_a_public_page_with_no_use_for_the_account_asks_nothing(phone: Phone, count: Callable[[], int]) -> None:
    before = count()
    phone.get("/pictures/openmoji/nothing.svg")
    phone.get("/attributions")
    assert count() == before


def test_every_sign_in_and_sign_out_is_in_the_log(phone: Phone, mother: Account, lines: list[str]) -> None:
    phone.sign_in(mother.id)
    phone.get("/lecture")
    phone.post("/sortir")
    told = [line for line in lines if str(mother.id) in line]
    assert [event in line for event, line in zip(("signed_in", "signed_out"), told, strict=True)] == [True, True]
    assert "Carpentier" not in "".join(lines)


def test_the_sign_in_page_says_whom_to_call(db: Session, phone: Phone) -> None:
    an_establishment(db, name="IME Les Tilleuls", phone="02 61 91 00 12")
    db.commit()
    html = phone.get("/entrer").text
    assert 'href="tel:0261910012"' in html
    assert "02\u00a061\u00a091\u00a000\u00a012" in html


def test_somebody_already_in_is_not_asked_to_enter(phone: Phone, mother: Account) -> None:
    phone.sign_in(mother.id)
    answer = phone.get("/entrer?suite=/rendez-vous/")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/rendez-vous/")


def test_somebody_who_must_sign_in_is_led_there_and_back(phone: Phone) -> None:
    answer = phone.get("/")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/entrer?suite=%2F")
