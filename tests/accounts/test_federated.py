"""Coming in by another service, against a provider that runs on this machine: what it proves, and every way to lie."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urljoin, urlsplit

import pytest
import requests
from sqlalchemy import select

from portal.access.models import Post, Relationship
from portal.access.words import Strength
from portal.accounts import enrolment, federated
from portal.accounts.models import Federation, Method, Passkey, SignIn
from portal.app import create_app
from portal.core import clock, scope
from portal.core.db import make_sessions
from portal.core.models import Account, AccountState
from tests.browsing import BASE, Browser, Page
from tests.conftest import a_configuration
from tests.factories import a_dossier, a_parent, an_account, staff
from tests.provider.running import Fake, serving

HERE = "https://localhost"
BACK = "/entrer/retour/essai"


@pytest.fixture(scope="module")
def foundation() -> Iterator[Fake]:
    with serving("enterprise", HERE, ACR="urn:simple urn:strong", STRENGTH="substantial", LABEL="Ma fondation") as fake:
        yield fake


@pytest.fixture(scope="module")
def franceconnect() -> Iterator[Fake]:
    with serving("franceconnect", HERE) as fake:
        yield fake


@pytest.fixture(scope="module")
def franceconnect_plus() -> Iterator[Fake]:
    with serving("franceconnect_plus", HERE) as fake:
        yield fake


@pytest.fixture(scope="module")
def pro_sante() -> Iterator[Fake]:
    with serving("pro_sante_connect", HERE) as fake:
        yield fake


@pytest.fixture
def at(browser, engine, sessions, count, tmp_path):
    """``at(fake)``: a browser on a portal that was told of this service."""

    def open_(fake: Fake, **changes) -> Browser:
        fake.plant()
        provider = replace(fake.provider, **changes)
        settings = a_configuration(vault_url=f"file://{tmp_path / 'vault'}", oidc=(provider,))
        return Browser(create_app(settings, sessions=make_sessions(engine)), sessions, count)

    return open_


@pytest.fixture
def browser():
    """Pages are tried on one database by turns (``tests.running``)."""


@pytest.fixture
def mother(db) -> Account:
    account = an_account(db, "Samia Ouardamel")
    account.identity_checked_at = clock.now()
    a_parent(db, a_dossier(db), account=account)
    db.commit()
    return account


def join(db, fake: Fake, account: Account, subject: str = "camille", *, vouched: bool = True) -> Federation:
    made = federated.add(db, fake.provider, account.id, issuer=fake.provider.issuer, subject=subject, vouched=vouched)
    db.commit()
    return made


def sent(browser: Browser, suite: str = "/rendez-vous/") -> str:
    """Where the portal sends this browser."""
    answer = browser.client.get("/entrer/avec/essai", query_string={"suite": suite}, base_url=BASE)
    assert answer.status_code == 303
    return str(answer.location)


def walk(url: str, person: requests.Session | None = None) -> dict[str, str]:
    """What somebody does there; the question they come back with."""
    person = person or requests.Session()
    for _ in range(10):
        answer = person.get(url, allow_redirects=False, timeout=5)
        assert answer.is_redirect, (answer.status_code, answer.text[:300])
        url = urljoin(url, answer.headers["Location"])
        if url.startswith(HERE):
            return dict(parse_qsl(urlsplit(url).query))
    raise AssertionError(url)


def come_back(browser: Browser, answer: dict[str, str], *, status: int = 303) -> Page:
    found = browser.client.get(BACK, query_string=answer, base_url=BASE)
    assert found.status_code == status, found.text[-1500:]
    return Page(found, 0)


def come_in(browser: Browser, *, status: int = 303, suite: str = "/rendez-vous/") -> Page:
    return come_back(browser, walk(sent(browser, suite)), status=status)


def signed_in(db) -> list[Any]:
    """Sessions that stand; nothing stays open behind."""
    columns = (SignIn.method, SignIn.strength, SignIn.account_id, SignIn.created_at, SignIn.proved_at)
    with make_sessions(db.get_bind(), scope.everywhere("test"))() as fresh:
        return list(fresh.execute(select(*columns).where(SignIn.ended_at.is_(None)).order_by(SignIn.created_at)))


def joined(db) -> list[Any]:
    columns = (Federation.id, Federation.account_id, Federation.subject, Federation.vouched)
    with make_sessions(db.get_bind(), scope.everywhere("test"))() as fresh:
        return list(fresh.execute(select(*columns)))


def opened(db) -> list[tuple[Method, Strength]]:
    return [(one.method, Strength(one.strength)) for one in signed_in(db)]


FEDERATED, LOW, SUBSTANTIAL = Method.FEDERATED, Strength.LOW, Strength.SUBSTANTIAL


# Coming in


def test_somebody_the_directory_knows_comes_in_and_goes_on_to_the_page_they_wanted(at, db, foundation, mother):
    join(db, foundation, mother)
    browser = at(foundation)
    assert "Entrer avec Ma fondation" in browser.open("/entrer").text()
    assert come_in(browser).answer.location == "/rendez-vous/"
    assert opened(db) == [(FEDERATED, SUBSTANTIAL)]
    browser.open("/rendez-vous/")


def test_what_is_asked_is_random_bound_and_says_nothing_of_anybody(at, foundation):
    browser = at(foundation)
    first, second = (dict(parse_qsl(urlsplit(sent(browser)).query)) for _ in range(2))
    assert all(first[name] != second[name] for name in ("state", "nonce", "code_challenge"))
    assert min(len(first["nonce"]), len(first["state"])) >= 43
    assert first["code_challenge_method"] == "S256"
    assert first["scope"] == "openid"
    assert first["acr_values"] == "urn:simple"
    assert first["max_age"] == "43200"


@pytest.mark.parametrize(("checked", "vouched"), [(False, True), (True, False)])
def test_it_opens_little_when_staff_do_not_know_who_holds_the_account(at, db, foundation, mother, checked, vouched):
    join(db, foundation, mother, vouched=vouched)
    mother.identity_checked_at = clock.now() if checked else None
    db.commit()
    come_in(at(foundation))
    assert opened(db) == [(FEDERATED, LOW)]


def test_a_directory_opens_little_until_the_settings_say_otherwise(at, db, foundation, mother):
    join(db, foundation, mother)
    come_in(at(foundation, substantial=False))
    assert opened(db) == [(FEDERATED, LOW)]


def test_a_stronger_level_than_asked_is_enough(at, db, foundation, mother):
    join(db, foundation, mother)
    browser = at(foundation)
    foundation.plant(acr="urn:strong")
    come_in(browser)
    assert opened(db) == [(FEDERATED, SUBSTANTIAL)]


def test_a_proof_of_this_morning_is_no_fresh_proof(at, db, foundation, mother):
    join(db, foundation, mother)
    browser = at(foundation)
    foundation.plant(ts=-7200)
    come_in(browser)
    (one,) = signed_in(db)
    assert timedelta(hours=1, minutes=59) < one.created_at - one.proved_at < timedelta(hours=2, minutes=1)
    asked = browser.client.get("/ma-connexion/cle", base_url=BASE)
    assert asked.location == "/entrer/encore?suite=%2Fma-connexion%2Fcle"


def test_a_fresh_proof_is_asked_for_anew_and_opens_the_change(at, db, foundation, mother):
    join(db, foundation, mother)
    browser = at(foundation)
    foundation.plant(ts=-7200)
    come_in(browser)
    foundation.plant()
    assert browser.open("/entrer/encore").links().count("/entrer/avec/essai?suite=/") == 1
    url = sent(browser, "/ma-connexion/cle")
    assert parse_qs(urlsplit(url).query)["prompt"] == ["login"]
    come_back(browser, walk(url))
    browser.open("/ma-connexion/cle")


# Faults: no session is made


def nothing(db, browser: Browser) -> None:
    assert opened(db) == []
    assert browser.client.get("/rendez-vous/", base_url=BASE).status_code == 303


LIES = {
    "another nonce": {"id_token": {"claims": {"nonce": "n" * 43}}},
    "no nonce": {"id_token": {"without": ["nonce"]}},
    "another audience": {"id_token": {"claims": {"aud": "another"}}},
    "another party": {"id_token": {"claims": {"azp": "another"}}},
    "another issuer": {"id_token": {"claims": {"iss": "https://another.invalid"}}},
    "no signature": {"id_token": {"header": {"alg": "none"}}},
    "signed with the secret": {"id_token": {"header": {"alg": "HS256"}, "by": "secret"}},
    "signed by somebody else": {"id_token": {"by": "another"}},
    "no end": {"id_token": {"without": ["exp"]}},
    "a lower level": {"id_token": {"claims": {"acr": "urn:weak"}}},
    "no level": {"id_token": {"without": ["acr"]}},
    "proved too long ago": {"id_token": {"claims": {"auth_time": 1_500_000_000}}},
    "proved at no time": {"id_token": {"without": ["auth_time"]}},
    "userinfo of somebody else": {"userinfo": {"unsigned": True, "claims": {}}, "id_token": {"claims": {"sub": "eve"}}},
    "the door is shut": {"token_status": 500},
}


@pytest.mark.parametrize("lie", LIES)
def test_a_lie_opens_nothing(at, db, foundation, mother, lie):
    join(db, foundation, mother)
    join(db, foundation, an_account(db, "Eve"), "eve")
    browser = at(foundation)
    foundation.plant(**LIES[lie])
    page = come_in(browser, status=503 if lie == "the door is shut" else 422)
    assert "On ne peut pas entrer ainsi" in page.text()
    nothing(db, browser)


@pytest.mark.parametrize(("seconds", "word"), [(-7200, "L’horloge"), (7200, "L’horloge")])
def test_two_clocks_that_differ_are_named(at, db, foundation, mother, seconds, word):
    join(db, foundation, mother)
    browser = at(foundation)
    then = int(time.time()) + seconds
    late = {"exp": then} if seconds < 0 else {"auth_time": then}
    foundation.plant(id_token={"claims": late})
    assert word in come_in(browser, status=422).text()
    nothing(db, browser)


def test_clocks_may_differ_by_a_minute(at, db, foundation, mother):
    join(db, foundation, mother)
    browser = at(foundation)
    now = int(time.time())
    foundation.plant(id_token={"claims": {"auth_time": now + 60, "iat": now + 60}})
    come_in(browser)
    assert signed_in(db)[0].proved_at <= clock.now()


def another(browser: Browser) -> Browser:
    return Browser(browser.app, browser.sessions, browser.count)


def test_an_answer_to_another_browser_opens_nothing(at, db, foundation, mother):
    """State of another session: login CSRF."""
    join(db, foundation, mother)
    browser = at(foundation)
    victim, answer = another(browser), walk(sent(browser))
    come_back(victim, answer, status=422)
    sent(victim)
    come_back(victim, answer, status=422)
    nothing(db, victim)


def test_a_code_of_another_session_opens_nothing(at, db, foundation, mother):
    """PKCE and nonce of another session: the code was stolen on its way, and is brought with one's own state."""
    join(db, foundation, mother)
    browser = at(foundation)
    thief, stolen = another(browser), walk(sent(browser))
    own = dict(parse_qsl(urlsplit(sent(thief)).query))
    come_back(thief, stolen | {"state": own["state"]}, status=422)
    nothing(db, thief)


def test_a_stolen_code_opens_nothing_even_where_there_is_no_pkce(at, db, franceconnect, mother):
    join(db, franceconnect, mother)
    browser = at(franceconnect)
    thief, stolen = another(browser), walk(sent(browser))
    own = dict(parse_qsl(urlsplit(sent(thief)).query))
    come_back(thief, stolen | {"state": own["state"]}, status=422)
    nothing(db, thief)


def test_an_answer_serves_once(at, db, foundation, mother):
    join(db, foundation, mother)
    browser = at(foundation)
    answer = walk(sent(browser))
    kept = browser.client.get_cookie("__Host-relie", domain="localhost")
    come_back(browser, answer)
    come_back(browser, answer, status=422)
    thief = another(browser)
    thief.client.set_cookie("__Host-relie", kept.value, domain="localhost", secure=True)
    come_back(thief, answer, status=422)
    assert len(signed_in(db)) == 1


@pytest.mark.parametrize("sender", ["https://another.invalid", None])
def test_an_answer_in_another_s_name_opens_nothing(at, db, foundation, mother, sender):
    """Mix-up (RFC 9207): this service says whose its answers are, so an answer that does not is not its own."""
    join(db, foundation, mother)
    browser = at(foundation)
    answer = walk(sent(browser)) | {"iss": sender}
    come_back(browser, {name: value for name, value in answer.items() if value}, status=422)
    nothing(db, browser)


def test_an_answer_that_comes_after_ten_minutes_opens_nothing(at, db, foundation, mother, monkeypatch):
    join(db, foundation, mother)
    browser = at(foundation)
    answer = walk(sent(browser))
    later = clock.now() + timedelta(minutes=11)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert "Trop de temps a passé" in come_back(browser, answer, status=422).text()
    nothing(db, browser)


def test_who_says_no_there_is_told_that_nothing_changed(at, db, foundation, mother):
    join(db, foundation, mother)
    browser = at(foundation)
    foundation.plant(refuse=True)
    assert "Vous avez arrêté avant la fin" in come_in(browser, status=422).text()
    nothing(db, browser)


def test_a_service_that_is_away_is_said_to_be(at, foundation):
    gone = "http://127.0.0.1:1"
    browser = at(foundation, issuer=gone, discovery=f"{gone}/.well-known/openid-configuration")
    page = browser.open("/entrer/avec/essai", status=503)
    assert "Ma fondation ne répond pas" in page.text()


def test_a_service_that_calls_itself_otherwise_is_not_asked(at, foundation):
    browser = at(foundation, issuer="https://another.invalid")
    browser.open("/entrer/avec/essai", status=503)


def test_a_service_nobody_named_is_not_there(at, foundation):
    browser = at(foundation)
    for path in ("/entrer/avec/autre", "/entrer/retour/autre"):
        browser.open(path, status=404)


def test_a_closed_account_stays_shut(at, db, foundation, mother):
    join(db, foundation, mother)
    mother.state = AccountState.CLOSED
    db.commit()
    browser = at(foundation)
    assert come_in(browser).answer.location.startswith("/entrer/inconnu")
    assert opened(db) == []


def test_somebody_else_s_word_does_not_change_who_is_inside(at, db, foundation, mother):
    join(db, foundation, an_account(db, "Eve"), "camille")
    browser = at(foundation).sign_in(mother.id)
    assert "quelqu’un d’autre" in come_in(browser, status=422).text()
    assert [one.account_id for one in signed_in(db)] == [mother.id]


# Nobody is joined yet


def test_one_number_at_two_services_is_two_people(at, db, foundation, franceconnect, mother):
    """Who somebody is there is told by the issuer and the subject together (ASVS V6.8.1)."""
    other = an_account(db, "Somebody else")
    a_parent(db, a_dossier(db), account=other)
    join(db, foundation, mother, "camille")
    join(db, franceconnect, other, "camille")
    come_in(at(foundation))
    assert [one.account_id for one in signed_in(db)] == [mother.id]
    come_in(at(franceconnect))
    assert {one.account_id for one in signed_in(db)} == {mother.id, other.id}


def test_somebody_unknown_is_asked_for_their_letter_and_never_found_by_name(at, db, foundation, mother):
    browser = at(foundation)
    assert come_in(browser).answer.location == "/entrer/inconnu?suite=%2Frendez-vous%2F"
    page = browser.open("/entrer/inconnu")
    assert "Nous ne vous connaissons pas encore" in page.text()
    assert page.soup.select_one('form[action="/lettre"] input[name="number"]')
    assert opened(db) == []


def test_the_letter_then_joins_the_service_to_the_account(at, db, foundation, mother):

    place = db.scalars(select(Relationship.establishment_id)).first()
    letter = enrolment.issue(db, mother.id, secret_key="x" * 40, establishment_id=place, by=None, handed=True)
    db.commit()
    browser = at(foundation)
    come_in(browser)
    browser.submit("/lettre", {"number": letter.number, "secret": letter.secret})
    assert "/ma-connexion/service?suite=/" in browser.open("/ma-connexion/choisir").links()
    assert "Samia Ouardamel" in browser.open("/ma-connexion/service").text()
    assert browser.submit("/ma-connexion/service", {"suite": "/"}).answer.location == "/"
    assert opened(db) == [(FEDERATED, SUBSTANTIAL)]
    come_in(another(browser))
    assert opened(db) == [(FEDERATED, SUBSTANTIAL)] * 2


def test_whoever_is_inside_adds_it_says_yes_and_takes_it_away_again(at, db, foundation, mother):
    db.add(
        Passkey(
            account_id=mother.id,
            credential_id=b"k",
            public_key=b"k",
            sign_count=0,
            name="Clé",
            synced=False,
            vouched=True,
        )
    )
    db.commit()
    browser = at(foundation).sign_in(mother.id)
    assert "/ma-connexion/service/essai" in browser.open("/ma-connexion").links()
    browser.open("/ma-connexion/service/essai")
    assert come_in(browser, suite="/ma-connexion").answer.location.startswith("/ma-connexion/service?")
    assert joined(db) == [], "nothing before they said yes"
    browser.submit("/ma-connexion/service", {"suite": "/ma-connexion"})
    (one,) = joined(db)
    assert (one.account_id, one.subject, one.vouched) == (mother.id, "camille", True)
    assert "Ma fondation" in browser.open("/ma-connexion").text()
    browser.submit(f"/ma-connexion/service/{one.id}/retirer", {})
    assert joined(db) == []


def test_the_last_way_in_stays(at, db, foundation, mother):
    one = join(db, foundation, mother)
    browser = at(foundation).sign_in(mother.id)
    browser.submit(f"/ma-connexion/service/{one.id}/retirer", {}, status=422)


def test_somebody_else_s_service_is_not_mine_to_take_away(at, db, foundation, mother):
    one = join(db, foundation, an_account(db, "Eve"))
    at(foundation).sign_in(mother.id).submit(f"/ma-connexion/service/{one.id}/retirer", {}, status=404)


def test_it_is_added_minutes_after_a_proof_only(at, db, foundation, mother, monkeypatch):
    browser = at(foundation).sign_in(mother.id)
    come_in(browser, suite="/ma-connexion")
    db.query(SignIn).update({"proved_at": clock.now() - timedelta(minutes=11)})
    db.commit()
    answer = browser.submit("/ma-connexion/service", {"suite": "/ma-connexion"}).answer
    assert answer.location == "/ma-connexion/service/essai"
    asked = browser.client.get("/ma-connexion/service/essai", base_url=BASE)
    assert asked.location.startswith("/entrer/encore?")
    assert joined(db) == []


def test_a_passphrase_joins_no_service_to_everything(at, db, foundation, mother):
    browser = at(foundation).sign_in(mother.id, Strength.LOW)
    come_in(browser, suite="/ma-connexion")
    browser.submit("/ma-connexion/service", {"suite": "/ma-connexion"})
    assert [one.vouched for one in joined(db)] == [False]


def test_nobody_joins_what_nothing_proved(at, db, foundation, mother):
    browser = at(foundation).sign_in(mother.id)
    assert browser.submit("/ma-connexion/service", {"suite": "/"}).answer.location == "/ma-connexion"
    assert joined(db) == []


# FranceConnect and FranceConnect+


def test_franceconnect_is_asked_what_it_knows_and_opens_little(at, db, franceconnect, mother):
    join(db, franceconnect, mother)
    browser = at(franceconnect)
    asked = parse_qs(urlsplit(sent(browser)).query)
    assert asked["acr_values"] == ["eidas1"]
    assert {"code_challenge", "max_age"}.isdisjoint(asked)
    come_in(browser)
    assert opened(db) == [(FEDERATED, LOW)]


def test_the_national_services_are_offered_in_their_own_words(at, franceconnect, pro_sante):
    page = at(franceconnect).open("/entrer")
    assert "S’identifier avec FranceConnect" in page.text()
    assert page.soup.select_one("a[href='https://franceconnect.gouv.fr']").text == "Qu’est-ce que FranceConnect\u00a0?"
    assert "S’identifier avec Pro Santé Connect Pour les professionnels." in at(pro_sante).open("/entrer").text()


def test_franceconnect_plus_opens_everything_where_staff_know_who_holds_the_account(at, db, franceconnect_plus, mother):
    join(db, franceconnect_plus, mother)
    come_in(at(franceconnect_plus))
    assert opened(db) == [(FEDERATED, SUBSTANTIAL)]


def test_franceconnect_plus_is_not_what_franceconnect_proves(at, db, franceconnect_plus, mother):
    join(db, franceconnect_plus, mother)
    browser = at(franceconnect_plus)
    franceconnect_plus.plant(acr="eidas1")
    assert "pas vérifié assez sûrement" in come_in(browser, status=422).text()
    nothing(db, browser)


USERINFO = {
    "unsigned": {"unsigned": True},
    "alg none": {"header": {"alg": "none"}},
    "signed by somebody else": {"by": "another"},
    "of somebody else": {"claims": {"sub": "eve"}},
    "for somebody else": {"claims": {"aud": "another"}},
    "by somebody else": {"claims": {"iss": "https://another.invalid"}},
}


@pytest.mark.parametrize("lie", USERINFO)
def test_a_lie_in_userinfo_opens_nothing(at, db, franceconnect, mother, lie):
    join(db, franceconnect, mother)
    browser = at(franceconnect)
    franceconnect.plant(userinfo=USERINFO[lie])
    come_in(browser, status=422)
    nothing(db, browser)


@pytest.mark.parametrize("what", ["id_token", "userinfo"])
def test_what_a_service_encrypts_is_refused_in_words_and_the_log_says_what_to_set(
    at, db, franceconnect, mother, what, caplog
):
    join(db, franceconnect, mother)
    browser = at(franceconnect)
    franceconnect.plant(encrypted=what)
    assert "chiffre ses réponses, et Relie ne sait pas les lire" in come_in(browser, status=422).text()
    assert "is encrypted: have the service only sign it" in str([vars(one) for one in caplog.records])
    nothing(db, browser)


@pytest.mark.parametrize("fault", ["another nonce", "another audience", "no signature", "signed by somebody else"])
def test_a_lie_of_franceconnect_opens_nothing(at, db, franceconnect, mother, fault):
    join(db, franceconnect, mother)
    browser = at(franceconnect)
    franceconnect.plant(**LIES[fault])
    come_in(browser, status=422)
    nothing(db, browser)


def test_staff_do_not_come_in_by_franceconnect(at, db, franceconnect, mother):
    nurse = an_account(db, "Infirmière")
    staff(db, a_dossier(db), Post.CARE, account=nurse)
    join(db, franceconnect, nurse)
    browser = at(franceconnect)
    assert "n’est pas ouverte à votre compte" in come_in(browser, status=422).text()
    nothing(db, browser)


# Pro Santé Connect


def test_staff_come_in_by_pro_sante_connect_and_see_what_a_key_shows(at, db, pro_sante):
    nurse = an_account(db, "Infirmière")
    nurse.identity_checked_at = clock.now()
    staff(db, a_dossier(db), Post.CARE, account=nurse)
    join(db, pro_sante, nurse)
    come_in(at(pro_sante))
    assert opened(db) == [(FEDERATED, SUBSTANTIAL)]


def test_families_do_not_come_in_by_pro_sante_connect(at, db, pro_sante, mother):
    join(db, pro_sante, mother)
    browser = at(pro_sante)
    come_in(browser, status=422)
    nothing(db, browser)


# Leaving


def leave(browser: Browser) -> Page:
    browser.submit("/sortir", {})
    return Page(browser.client.get("/sortir/service", base_url=BASE), 0)


def test_leaving_here_leads_out_of_the_service_too(at, db, foundation, mother):
    join(db, foundation, mother)
    browser = at(foundation)
    person = requests.Session()
    come_back(browser, walk(sent(browser), person))
    page = leave(browser)
    place = page.soup.select_one("main a.btn.main")["href"]
    assert page.answer.headers["Refresh"] == f"0; url={place}"
    asked = parse_qs(urlsplit(place).query)
    assert place.startswith(f"{foundation.url}/session/end?")
    assert asked["post_logout_redirect_uri"] == ["https://localhost/entrer"]
    assert "op.logoutForm" in person.get(place, timeout=5).text
    assert opened(db) == []


def test_leaving_serves_once_and_needs_no_service_when_none_opened_the_session(at, db, foundation, mother):
    join(db, foundation, mother)
    browser = at(foundation)
    come_in(browser)
    leave(browser)
    assert browser.client.get("/sortir/service", base_url=BASE).location == "/entrer"
    other = another(browser).sign_in(mother.id)
    assert other.submit("/sortir", {}).answer.location == "/entrer"


def test_what_the_database_keeps_of_the_token_is_sealed(at, db, foundation, mother):
    join(db, foundation, mother)
    come_in(at(foundation))
    with make_sessions(db.get_bind(), scope.everywhere("test"))() as fresh:
        hint = fresh.scalars(select(SignIn.provider_hint)).one()
    assert b"camille" not in hint
    assert b"eyJ" not in hint
    assert federated.opened("x" * 40, hint).count(".") == 2
    assert federated.opened("y" * 40, hint) == ""


EVENT = {"http://schemas.openid.net/event/backchannel-logout": {}}


def logout_token(fake: Fake, *, header: dict[str, str] | None = None, by: str = "", **changes: Any) -> str:
    claims = {"iss": fake.provider.issuer, "aud": "relie", "iat": int(time.time()), "jti": "one", "events": EVENT}
    claims |= {"sub": "camille"} | changes
    return fake.sign({name: value for name, value in claims.items() if value is not None}, header=header or {}, by=by)


def tell(browser: Browser, token: str, name: str = "essai") -> int:
    answer = browser.app.test_client().post(f"/entrer/deconnexion/{name}", data={"logout_token": token}, base_url=BASE)
    assert answer.headers["Cache-Control"] == "no-store"
    return answer.status_code


def test_the_service_says_who_left_and_they_are_out_here(at, db, foundation, mother):
    join(db, foundation, mother)
    browser = at(foundation)
    come_in(browser)
    come_in(another(browser))
    another(browser).sign_in(mother.id)
    assert tell(browser, logout_token(foundation)) == 200
    assert [method for method, _ in opened(db)] == [Method.DEMO], "what the service did not open stays"


def test_the_service_ends_the_one_session_it_names(at, db, foundation, mother):
    join(db, foundation, mother)
    browser = at(foundation)
    foundation.plant(id_token={"claims": {"sid": "first"}})
    come_in(browser)
    foundation.plant(id_token={"claims": {"sid": "second"}})
    come_in(another(browser))
    assert tell(browser, logout_token(foundation, sub=None, sid="first")) == 200
    assert len(signed_in(db)) == 1
    assert tell(browser, logout_token(foundation, sub="eve", sid="second", jti="two")) == 200
    assert len(signed_in(db)) == 1, "a session of somebody else is not theirs to end"


WRONG: dict[str, dict[str, Any]] = {
    "no signature": {"header": {"alg": "none"}},
    "signed with the secret": {"header": {"alg": "HS256"}, "by": "secret"},
    "signed by somebody else": {"by": "another"},
    "another audience": {"aud": "another"},
    "another issuer": {"iss": "https://another.invalid"},
    "an id token": {"nonce": "n"},
    "no event": {"events": None},
    "another event": {"events": {"http://schemas.openid.net/event/other": {}}},
    "nobody": {"sub": None},
    "no name of its own": {"jti": None},
    "long ago": {"iat": 1_500_000_000},
    "no instant": {"iat": None},
    "over": {"exp": 1_500_000_000},
    "a token of another kind": {"header": {"typ": "at+jwt"}},
}


@pytest.mark.parametrize("fault", WRONG)
def test_a_false_word_that_somebody_left_ends_nothing(at, db, foundation, mother, fault):
    join(db, foundation, mother)
    browser = at(foundation)
    come_in(browser)
    assert tell(browser, logout_token(foundation, **WRONG[fault])) == 400
    assert len(signed_in(db)) == 1


def test_a_word_that_somebody_left_serves_once(at, db, foundation, mother):
    join(db, foundation, mother)
    browser = at(foundation)
    token = logout_token(foundation)
    assert tell(browser, token) == 200
    come_in(browser)
    assert tell(browser, token) == 400
    assert tell(browser, token, "autre") == 400
    assert len(signed_in(db)) == 1
