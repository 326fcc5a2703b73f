"""Letters: a number and a secret that serve once, tell nothing when they fail, and are never printed again."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.access import services
from portal.accounts import enrolment
from portal.accounts.enrolment import ALPHABET, SECOND_CHANCE, SECRET_SIGNS, TRIES
from portal.accounts.enrolments import Enrolment
from portal.core import clock
from portal.core.errors import BadInput, NotFound
from portal.core.models import Account
from tests.factories import NOON, an_account, an_establishment

KEY = "k" * 40
OTHER_KEY = "o" * 40


@pytest.fixture(autouse=True)
def noon():
    with clock.frozen(NOON):
        yield


@pytest.fixture
def place(db):
    return an_establishment(db)


@pytest.fixture
def mother(db):
    return an_account(db, "Samia Ouardamel")


@pytest.fixture
def secretary(db):
    return an_account(db, "Secretary")


@pytest.fixture
def issue(db, place, mother, secretary):
    def make(account=mother, *, handed=True, **more):
        facts = {"secret_key": KEY, "establishment_id": place.id, "by": secretary.id, "handed": handed} | more
        made = enrolment.issue(db, account.id, **facts)
        db.commit()
        return made

    return make


def redeem(db, number, secret, key=KEY):
    return enrolment.redeem(db, number, secret, secret_key=key)


def refused(db, number, secret, key=KEY):
    with pytest.raises(BadInput) as error:
        redeem(db, number, secret, key)
    db.commit()  # a refusal is kept: it counts a guess
    return error.value.field, error.value.code


UNKNOWN = ("secret", "unknown")


def test_a_letter_has_eight_digits_and_eight_signs_nobody_takes_for_one_another(issue):
    made = issue()
    assert len(made.number) == 8
    assert made.number.isdigit()
    assert len(made.secret) >= 8
    assert set(made.secret) <= set(ALPHABET)
    assert not set("01ILOU") & set(ALPHABET)
    assert made.expires_at == NOON + timedelta(days=30)
    assert made.secret not in repr(made)


def test_the_chance_of_guessing_one_letter_stays_below_one_in_a_million():
    assert TRIES / len(ALPHABET) ** SECRET_SIGNS < 1e-6
    assert SECOND_CHANCE < 1e-6


def test_the_database_holds_no_secret_and_a_hash_of_another_portal_opens_nothing(db, issue):
    made = issue()
    one = db.scalars(select(Enrolment)).one()
    assert made.secret.encode() not in one.secret_hash
    assert refused(db, made.number, made.secret, OTHER_KEY) == UNKNOWN
    assert redeem(db, made.number, made.secret).id == one.id


def test_a_letter_given_by_hand_says_who_holds_the_account(db, issue, mother, secretary):
    made = issue()
    assert redeem(db, made.number, made.secret).account_id == mother.id
    assert (mother.identity_checked_at, mother.identity_checked_by) == (NOON, secretary.id)


def test_a_letter_that_was_posted_says_it_of_nobody_even_of_somebody_known_before(db, issue, mother, secretary):
    mother.identity_checked_at, mother.identity_checked_by = NOON, secretary.id
    made = issue(handed=False)
    redeem(db, made.number, made.secret)
    assert (mother.identity_checked_at, mother.identity_checked_by) == (None, None)


def test_a_letter_serves_once(db, issue):
    made = issue()
    redeem(db, made.number, made.secret)
    db.commit()
    assert refused(db, made.number, made.secret) == UNKNOWN


def test_looking_at_a_letter_does_not_use_it(db, issue):
    made = issue()
    for _ in range(TRIES + 2):
        enrolment.look(db, made.number, made.secret, secret_key=KEY)
    assert redeem(db, made.number, made.secret).redeemed_at == NOON


def test_paper_is_forgiven_its_spaces_hyphens_and_small_letters(db, issue):
    made = issue()
    typed = f" {made.secret[:4].lower()}-{made.secret[4:]} "
    assert redeem(db, f"{made.number[:4]} {made.number[4:]}", typed)


def test_after_thirty_days_a_letter_opens_nothing(db, issue):
    made = issue()
    with clock.frozen(made.expires_at - timedelta(seconds=1)):
        enrolment.look(db, made.number, made.secret, secret_key=KEY)
    with clock.frozen(made.expires_at):
        assert refused(db, made.number, made.secret) == UNKNOWN


def test_ten_wrong_guesses_lock_a_letter_for_good(db, issue):
    made = issue()
    for _ in range(TRIES):
        assert refused(db, made.number, "22222222") == UNKNOWN
    assert refused(db, made.number, made.secret) == UNKNOWN
    assert not enrolment.is_open(db.scalars(select(Enrolment)).one())


def test_nine_wrong_guesses_do_not_and_the_right_one_starts_anew(db, issue):
    made = issue()
    for _ in range(2):
        for _ in range(TRIES - 1):
            refused(db, made.number, "22222222")
        enrolment.look(db, made.number, made.secret, secret_key=KEY)
        db.commit()
    assert redeem(db, made.number, made.secret)


def test_every_refusal_is_the_same_after_the_same_statements(db, issue, mother, count):
    """Unknown number, wrong secret, revoked, redeemed, closed: nothing tells one from another."""
    wrong = issue(an_account(db))
    used = issue(an_account(db))
    redeem(db, used.number, used.secret)
    revoked = issue(gone := an_account(db))
    enrolment.revoke(db, gone.id)
    shut = issue(closed := an_account(db))
    services.close_account(db, closed)
    db.commit()
    told = set()
    for number, secret in (
        ("00000000", "22222222"),
        ("", ""),
        (wrong.number, "22222222"),
        (used.number, used.secret),
        (revoked.number, revoked.secret),
        (shut.number, shut.secret),
    ):
        before = count()
        told.add((refused(db, number, secret), count() - before))
    assert len(told) == 1


def test_a_new_letter_shuts_the_one_before_and_leaves_other_people_theirs(db, issue):
    theirs, first, second = issue(an_account(db)), issue(), issue()
    assert refused(db, first.number, first.secret) == UNKNOWN
    assert redeem(db, second.number, second.secret)
    assert redeem(db, theirs.number, theirs.secret)


def test_revoking_says_how_many_were_open(db, issue, mother):
    issue()
    assert enrolment.revoke(db, mother.id) == 1
    assert enrolment.revoke(db, mother.id) == 0


def test_nobody_makes_their_own_letter_nor_one_for_a_closed_account(db, issue, mother, secretary):
    with pytest.raises(BadInput, match="own_letter"):
        issue(secretary)
    services.close_account(db, mother)
    with pytest.raises(NotFound):
        issue()


def test_of_two_who_redeem_at_once_one_is_let_in(sessions, db, issue):
    made, told = issue(), []
    start = threading.Barrier(2)

    def hand():
        start.wait()
        with clock.frozen(NOON), sessions() as mine:
            try:
                told.append(redeem(mine, made.number, made.secret).number)
            except BadInput as error:
                told.append(error.code)
            mine.commit()

    hands = [threading.Thread(target=hand) for _ in range(2)]
    [one.start() for one in hands]
    [one.join() for one in hands]
    assert sorted(told) == sorted([made.number, "unknown"])


# The second code


@pytest.fixture
def posted(db, issue):
    made = issue(handed=False)
    one = redeem(db, made.number, made.secret)
    db.commit()
    return one


def code_for(db, one, by):
    code = enrolment.second_code(db, one, by=by.id, secret_key=KEY)
    db.commit()
    return code


def not_confirmed(db, account, code):
    with pytest.raises(BadInput, match="code: unknown"):
        enrolment.confirm(db, account.id, code, secret_key=KEY)
    db.commit()
    return db.get_one(Account, account.id).identity_checked_at is None


def test_the_second_code_says_who_holds_the_account_once(db, posted, mother, secretary):
    code = code_for(db, posted, secretary)
    enrolment.confirm(db, mother.id, f"{code[:4]} {code[4:]}", secret_key=KEY)
    assert (mother.identity_checked_at, mother.identity_checked_by) == (NOON, secretary.id)
    with pytest.raises(BadInput, match="unknown"):
        enrolment.confirm(db, mother.id, code, secret_key=KEY)
    with pytest.raises(BadInput, match="no_need"):
        code_for(db, posted, secretary)


def test_without_a_code_given_with_a_wrong_one_or_with_that_of_another_nothing_is_known(
    db, posted, issue, mother, secretary
):
    assert not_confirmed(db, mother, "12345678")
    other = issue(an_account(db), handed=False)
    code = code_for(db, redeem(db, other.number, other.secret), secretary)
    assert not_confirmed(db, mother, code)
    code_for(db, posted, secretary)
    assert not_confirmed(db, mother, "")
    assert not_confirmed(db, secretary, "12345678")


def test_a_letter_that_has_not_served_confirms_nobody(db, issue, mother, secretary):
    issue(handed=False)
    code = code_for(db, db.scalars(select(Enrolment)).one(), secretary)
    assert not_confirmed(db, mother, code)


def test_a_second_code_lasts_half_an_hour_and_five_tries(db, posted, mother, secretary):
    code = code_for(db, posted, secretary)
    with clock.frozen(NOON + enrolment.SECOND_LIFE):
        assert not_confirmed(db, mother, code)
    code = code_for(db, posted, secretary)
    for _ in range(enrolment.SECOND_TRIES):
        assert not_confirmed(db, mother, "x")
    assert not_confirmed(db, mother, code)


def test_a_new_second_code_takes_the_place_of_the_one_before(db, posted, mother, secretary):
    first, second = code_for(db, posted, secretary), code_for(db, posted, secretary)
    assert not_confirmed(db, mother, first)
    enrolment.confirm(db, mother.id, second, secret_key=KEY)
    assert mother.identity_checked_at == NOON


def test_a_letter_given_by_hand_needs_no_second_code_nobody_reads_out_their_own_nor_of_one_revoked(
    db, issue, posted, mother, secretary
):
    issue(aunt := an_account(db))
    handed = db.scalars(select(Enrolment).where(Enrolment.account_id == aunt.id)).one()
    with pytest.raises(BadInput, match="no_need"):
        code_for(db, handed, secretary)
    with pytest.raises(BadInput, match="own_letter"):
        code_for(db, posted, mother)
    issue(uncle := an_account(db), handed=False)
    enrolment.revoke(db, uncle.id)
    with pytest.raises(BadInput, match="over"):
        code_for(db, db.scalars(select(Enrolment).where(Enrolment.account_id == uncle.id)).one(), secretary)
