"""« J’ai une lettre »: on a phone, by a parent who never came in before, or who is in already."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from portal.access import queries as access
from portal.access.adopting import adopt
from portal.access.models import Kind, Relationship
from portal.access.sharing import Against, Restriction, Source
from portal.access.words import Category, Strength, Viewer
from portal.accounts import enrolment
from portal.accounts.models import Method, SignIn
from portal.accounts.services import open_session
from portal.core.errors import BadInput
from portal.core.models import AccountState
from portal.dossier.models import Contact
from tests.browsing import BASE
from tests.factories import NOON, a_dossier, a_link, a_parent, an_account, recomputed, the_young_person
from tests.letters.conftest import KEY, account, letter_of, typed
from tests.ties.conftest import contact, named

CHOOSE = "/ma-connexion/choisir"


def sessions_of(db, account_id):
    found = db.scalars(select(SignIn).where(SignIn.account_id == account_id).order_by(SignIn.created_at)).all()
    db.commit()
    return found


def test_the_page_reads_nothing_and_uses_nothing_up(house, issue, phone, db):
    issue()
    page = phone.open("/lettre")
    assert "J’ai une lettre" in page.text("h1")
    assert page.statements <= 1  # whom to call
    assert letter_of(db, house.account("mother")).redeemed_at is None


def test_a_script_takes_the_secret_out_of_the_address_and_the_page_works_without_it(phone):
    page = phone.open("/lettre")
    assert next(one["src"] for one in page.soup.select("script")).startswith("/static/letter.")
    assert page.soup.select_one("form[method=post] input[name=number]")
    assert page.answer.headers["Referrer-Policy"] == "no-referrer"


def test_a_paper_letter_lets_one_choose_a_way_in(db, house, make, phone):
    (paper,) = make("mother")
    answer = phone.submit("/lettre", paper.fields).answer
    assert answer.headers["Location"] == CHOOSE
    (session,) = sessions_of(db, house.account("mother"))
    assert (session.method, session.strength) == (Method.LETTER, Strength.LOW)
    assert account(db, house.account("mother")).identity_checked_by == house.account("secretary")


def test_a_posted_letter_lets_in_and_says_nothing_of_who_it_is(db, house, issue, phone):
    phone.submit("/lettre", typed(issue(handed=False)))
    assert account(db, house.account("mother")).identity_checked_at is None


@pytest.mark.parametrize("change", [{"secret": "22222222"}, {"number": "00000000"}, {"number": "x", "secret": "y"}])
def test_what_does_not_fit_is_refused_with_the_same_words_and_what_was_typed_stays(issue, phone, change):
    page = phone.submit("/lettre", typed(issue()) | change, status=422)
    assert "Ce numéro et ce code ne vont pas ensemble" in page.text(".note")
    assert page.soup.select_one("#number")["value"] == change.get("number", page.soup.select_one("#number")["value"])


def test_refusals_of_any_kind_are_one_page_to_the_byte(db, house, issue, phone):
    """Unknown, wrong, redeemed, revoked: but for what was typed and tokens."""
    used, wrong = issue("father"), issue("mother")
    enrolment.redeem(db, used.number, used.secret, secret_key=KEY)
    db.commit()
    told = set()
    for fields in (
        {"number": "00000000", "secret": "22222222"},
        typed(wrong) | {"secret": "22222222"},
        typed(used),
    ):
        text = phone.submit("/lettre", fields, status=422).answer.text
        for value in (*fields.values(),):
            text = text.replace(value, "")
        told.add(re.sub(r'name="csrf_token" value="[^"]*"', "", text))
    assert len(told) == 1


def test_a_guess_counts_although_the_page_refuses(db, house, issue, phone):
    one = issue()
    for _ in range(enrolment.TRIES):
        phone.submit("/lettre", typed(one) | {"secret": "22222222"}, status=422)
    assert letter_of(db, house.account("mother")).tries == enrolment.TRIES
    phone.submit("/lettre", typed(one), status=422)


def test_trying_number_after_number_from_one_device_is_held_back(issue, phone):
    for number in range(60):
        phone.client.get("/lettre", base_url=BASE) if number == 0 else None
        phone.submit("/lettre", {"number": f"{number:08d}", "secret": "22222222"}, status=422)
    page = phone.submit("/lettre", typed(issue()), status=429)
    assert int(page.answer.headers["Retry-After"]) > 0


def test_a_lost_phone_the_new_letter_ends_what_was_there(db, house, make, phone):
    open_session(db, house.account("mother"), Strength.SUBSTANTIAL, method=Method.PASSKEY)
    db.commit()
    (paper,) = make("mother")
    (lost,) = sessions_of(db, house.account("mother"))
    assert lost.ended_at is None  # not before the letter serves: whoever asked for it may be somebody else
    phone.submit("/lettre", paper.fields)
    lost, new = sessions_of(db, house.account("mother"))
    db.refresh(lost)
    assert (lost.ended_at, new.ended_at, new.method) == (NOON, None, Method.LETTER)


def test_another_site_cannot_redeem_a_letter_in_somebody_s_browser(issue, phone):
    answer = phone.client.post("/lettre", base_url=BASE, data=typed(issue()), headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code in (400, 403, 404)


# The second code


@pytest.fixture
def by_post(db, house, issue, phone):
    """The mother, in by a posted letter."""
    phone.submit("/lettre", typed(issue(handed=False)))
    return phone


def second_code(db, house, who="mother"):
    letter = letter_of(db, house.account(who))
    code = enrolment.second_code(db, letter, by=house.account("secretary"), secret_key=KEY)
    db.commit()
    return code


def test_the_code_read_out_says_who_she_is(db, house, by_post):
    code = second_code(db, house)
    by_post.open("/ma-connexion/code")
    assert by_post.submit("/ma-connexion/code", {"code": code}).answer.headers["Location"].startswith("/entrer")
    assert account(db, house.account("mother")).identity_checked_by == house.account("secretary")


def test_a_wrong_code_is_said_and_counts(db, house, by_post):
    second_code(db, house)
    page = by_post.submit("/ma-connexion/code", {"code": "00000000"}, status=422)
    assert "Ce second code ne convient pas" in page.text(".note")
    assert letter_of(db, house.account("mother")).second_tries == 1
    by_post.submit("/ma-connexion/code", {"code": ""}, status=422)
    assert account(db, house.account("mother")).identity_checked_at is None


def test_the_code_of_somebody_else_says_nothing_of_oneself(db, house, issue, by_post):
    father = issue("father", handed=False)
    enrolment.redeem(db, father.number, father.secret, secret_key=KEY)
    db.commit()
    by_post.submit("/ma-connexion/code", {"code": second_code(db, house, "father")}, status=422)


def test_without_being_in_nobody_types_a_code(phone):
    assert phone.client.get("/ma-connexion/code", base_url=BASE).status_code == 303


# Somebody who is in already


@pytest.fixture
def second_child(db, house):
    """Another child of the mother's, written with an account of its own since nobody knew it was she."""
    dossier = a_dossier(db, age=8)
    named(db, dossier, "Nour", "Valdombre")
    house.links["again"] = a_parent(db, dossier, account=an_account(db, "Samia Ouardamel"), relative_key="M2")
    contact(db, dossier, "M2", "3 rue des Lilas")
    db.commit()
    return dossier


def reads(db, account_id):
    db.rollback()
    viewer = Viewer(account_id, Strength.SUBSTANTIAL, frozenset(Category))
    return {one.dossier_id for one in access.reached(db, viewer)}


def test_a_letter_for_a_second_child_is_added_once_she_said_yes(db, house, second_child, issue, come_in, send):
    letter = typed(issue("again"))
    come_in("mother")
    page = send("/lettre", status=200, **letter)
    assert "Ajouter à mon compte" in page.text("h1")
    assert "Nour" in page.text()
    assert "Valdombre" not in page.text()
    assert reads(db, house.account("mother")) == {house.dossier.id}
    assert letter_of(db, house.account("again")).redeemed_at is None
    send("/lettre/ajouter", **letter)
    assert reads(db, house.account("mother")) == {house.dossier.id, second_child.id}
    closed = account(db, house.account("again"))
    assert closed.state is AccountState.CLOSED
    assert letter_of(db, closed.id).joined_to == house.account("mother")
    link = db.get_one(Relationship, house.links["again"].id, populate_existing=True)
    assert (link.account_id, link.proof, link.verified_at is None) == (
        house.account("mother"),
        "livret de famille, 2026",
        False,
    )
    assert set(db.scalars(select(Contact.private_to).where(Contact.dossier_id == second_child.id))) == {link.account_id}


def test_the_letter_says_nothing_of_her_own_account(db, house, second_child, issue, come_in, send):
    """Somebody in her account without being her must not become surely known by a letter of their own."""
    letter = typed(issue("again"))
    come_in("mother")
    send("/lettre/ajouter", **letter)
    assert account(db, house.account("mother")).identity_checked_at is None


def test_a_wrong_secret_tells_no_name(house, second_child, issue, come_in, send):
    come_in("mother")
    for path in ("/lettre", "/lettre/ajouter"):
        page = send(path, status=422, **(typed(issue("again")) | {"secret": "22222222"}))
        assert "Nour" not in page.text()


def test_a_posted_letter_is_added_with_its_second_code_only(db, house, second_child, issue, come_in, send):
    """Whoever opened the envelope must not read, surely known, what is another's."""
    letter = typed(issue("again", handed=False))
    come_in("mother")
    assert "second code" in send("/lettre", status=200, **letter).text()
    for code in ("", "00000000"):
        page = send("/lettre/ajouter", status=422, code=code, **letter)
        assert "Ce second code ne convient pas" in page.text(".note")
    assert reads(db, house.account("mother")) == {house.dossier.id}
    send("/lettre/ajouter", code=second_code(db, house, "again"), **letter)
    assert second_child.id in reads(db, house.account("mother"))


def test_a_restriction_against_the_account_of_the_letter_holds_the_other(db, house, second_child, issue, come_in, send):
    db.add(
        Restriction(
            dossier_id=second_child.id,
            establishment_id=second_child.establishment_id,
            source=Source.COURT_ORDER,
            against=Against.ONE,
            account_id=house.account("again"),
            rows="menus",
            starts_at=NOON,
            proof="Jugement",
        )
    )
    recomputed(db, second_child)
    db.commit()
    letter = typed(issue("again"))
    come_in("mother")
    send("/lettre/ajouter", **letter)
    db.rollback()
    viewer = Viewer(house.account("mother"), Strength.SUBSTANTIAL, frozenset(Category))
    open_to_her = next(one for one in access.reached(db, viewer) if one.dossier_id == second_child.id)
    assert Category.MENUS not in open_to_her.categories
    assert Category.IDENTITY in open_to_her.categories


def test_an_account_that_somebody_used_is_added_to_none(db, house, second_child, issue, come_in, send):
    open_session(db, house.account("again"), Strength.LOW)
    db.commit()
    letter = typed(issue("again"))
    come_in("mother")
    page = send("/lettre", status=200, **letter)
    assert "pour un autre compte" in page.text("h1")
    assert "Nour" not in page.text()
    send("/lettre/ajouter", status=422, **letter)
    assert account(db, house.account("again")).state is AccountState.ACTIVE


def test_a_letter_typed_at_a_desk_where_staff_are_in_adds_nothing_to_them(
    db, house, second_child, issue, come_in, send
):
    letter = typed(issue("again", by=house.account("director")))
    come_in("secretary")
    assert "pour un autre compte" in send("/lettre", status=200, **letter).text("h1")
    send("/lettre/ajouter", status=422, **letter)
    assert account(db, house.account("again")).state is AccountState.ACTIVE


def test_nobody_becomes_a_young_person_by_their_letter(db, house, issue, come_in, send):
    grown = a_dossier(db, age=19)
    named(db, grown, "Anatole", "Kouyatré")
    house.links["grown"] = the_young_person(db, grown, account=an_account(db, "Anatole"))
    db.commit()
    letter = typed(issue("grown"))
    come_in("mother")
    page = send("/lettre", status=200, **letter)
    assert "pour un autre compte" in page.text("h1")
    assert "Anatole" not in page.text()
    send("/lettre/ajouter", status=422, **letter)
    with pytest.raises(BadInput, match="own"):
        adopt(db, house.account("grown"), house.account("mother"))
    assert account(db, house.account("grown")).state is AccountState.ACTIVE


def test_a_link_she_has_already_is_said_and_nothing_changes(db, house, issue, come_in, send):
    house.links["again"] = a_link(db, house.dossier, Kind.RELATIVE, account=an_account(db, "Samia"))
    a_link(db, house.dossier, Kind.RELATIVE, account=account(db, house.account("mother")))
    db.commit()
    letter = typed(issue("again"))
    come_in("mother")
    page = send("/lettre/ajouter", status=422, **letter)
    assert "Vous avez déjà ce lien" in page.text(".note")
    assert account(db, house.account("again")).state is AccountState.ACTIVE
    assert letter_of(db, house.account("again")).redeemed_at is None


def test_her_own_letter_typed_while_she_is_in_lets_her_choose_again(db, house, issue, come_in, send):
    come_in("mother")
    assert send("/lettre", **typed(issue())).answer.headers["Location"] == CHOOSE
