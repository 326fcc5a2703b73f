"""« Lettres », at the secretary's desk: who has none, what is printed, what became of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
import segno
from sqlalchemy import event, func, select

from portal.access.models import Kind, Post
from portal.access.words import Strength
from portal.accounts import enrolment
from portal.accounts.enrolments import Enrolment
from portal.accounts.services import open_session
from portal.core import clock
from portal.core.models import Account
from portal.letters import queries
from portal.letters.services import AT_ONCE
from tests.factories import (
    NOON,
    a_dossier,
    a_link,
    a_parent,
    an_account,
    an_establishment,
    recomputed,
    staff,
    the_young_person,
)
from tests.letters.conftest import KEY, account, letter_of
from tests.ties.conftest import named


def labels(page):
    return " ".join(one.get_text(" ") for one in page.soup.select("main .choice label"))


def test_families_without_a_letter_are_listed_by_name_with_whom_they_are_tied_to(house, come_in):
    page = come_in("secretary").open("/lettres")
    assert "2 personnes sans lettre" in page.text("h1")
    assert "Julien Valdombre" in labels(page)
    assert "Ilyes Valdombre" in labels(page)


@pytest.mark.parametrize("who", ["director", "social"])
def test_management_and_social_work_make_letters_too(house, make, who):
    assert len(make("mother", by=who)) == 1


@pytest.mark.parametrize("who", ["nurse", "teacher", "cook", "mother", "child"])
def test_to_everybody_else_the_desk_does_not_exist(house, come_in, send, who):
    browser = come_in(who)
    for path in ("/lettres", f"/lettres/{house.account('father')}"):
        browser.open(path, status=404)
    for path in ("papier", f"{house.account('father')}/annuler", f"{house.account('father')}/code"):
        send(f"/lettres/{path}", status=404, people=house.account("father"), given="handed")


def test_a_secretary_who_came_in_too_weakly_is_asked_for_more(house, come_in):
    come_in("secretary", Strength.LOW).open("/lettres", status=403)


def test_no_letter_is_made_for_a_minor_for_staff_for_an_unverified_link_nor_for_one_s_own_family(db, house, come_in):
    a_link(db, house.dossier, Kind.RELATIVE, account=an_account(db, "Not yet verified"), verified=False)
    both = an_account(db, "Both")
    a_link(db, house.dossier, Kind.RELATIVE, account=both)
    staff(db, a_dossier(db), Post.EDUCATION, account=both)
    db.commit()
    page = come_in("secretary").open("/lettres")
    assert "2 personnes sans lettre" in page.text("h1")
    assert "1 lien à vérifier avant la lettre" in page.text(".note")
    own = a_dossier(db, db.get_one(type(an_establishment(db)), house.dossier.establishment_id))
    named(db, own, "Rose", "Of-the-secretary")
    a_parent(db, own, account=an_account(db, "Other parent"))
    a_link(db, own, Kind.RELATIVE, account=account(db, house.account("secretary")))
    recomputed(db, own)
    db.commit()
    assert "Other parent" not in come_in("secretary").open("/lettres").text()
    assert "Other parent" in come_in("social").open("/lettres").text()


def test_an_adult_gets_a_letter_of_their_own(db, house, come_in):
    place = db.get_one(type(an_establishment(db)), house.dossier.establishment_id)
    grown = a_dossier(db, place, age=19)
    the_young_person(db, grown, account=an_account(db, "Adult"))
    recomputed(db, grown)
    db.commit()
    assert "Adult" in labels(come_in("secretary").open("/lettres"))


def test_a_batch_is_one_page_each_with_number_code_address_telephone_and_three_steps(db, house, make):
    db.get_one(type(an_establishment(db)), house.dossier.establishment_id).phone = "02 61 91 00 12"
    db.commit()
    mother, father = sorted(make("father", "mother"), key=lambda one: "Julien" in one.text)
    assert "Samia Ouardamel" in mother.text
    assert "Julien" not in mother.text
    assert "Ilyes" not in mother.text  # whoever opens the envelope learns of nobody
    assert "localhost/lettre" in mother.text
    assert "02 61 91 00 12" in mother.text.replace("\u00a0", " ")
    assert "appareil photo" in mother.text
    assert mother.fields != father.fields


def test_the_square_holds_the_address_with_the_secret_behind_the_hash(monkeypatch, house, make):
    drawn = []
    real = segno.make
    monkeypatch.setattr(segno, "make", lambda said, **more: drawn.append(said) or real(said, **more))
    (paper,) = make("mother")
    number, secret = (paper.fields[name].replace(" ", "") for name in ("number", "secret"))
    assert drawn == [f"https://localhost/lettre#{number}.{secret}"]


def test_a_posted_letter_says_that_a_second_code_follows_and_a_handed_one_does_not(house, make):
    (posted,) = make("mother", given="posted")
    (handed,) = make("father")
    assert "second code" in posted.text
    assert "second code" not in handed.text


def test_a_letter_speaks_the_language_of_whom_it_is_for(db, house, make):
    account(db, house.account("mother")).locale = "en"
    db.commit()
    (paper,) = make("mother")
    assert "Votre lettre" not in paper.text
    assert "/Lang (en)" in str(paper) or "letter" in paper.text


def test_nobody_chosen_and_no_way_to_send_are_said_at_their_boxes(house, come_in, send):
    come_in("secretary")
    page = send("/lettres/papier", status=422, given="handed")
    assert "Choisissez au moins une personne" in page.text(".note")
    page = send("/lettres/papier", status=422, people=house.account("mother"))
    assert "Choisissez une des réponses" in page.text(".note") or "Remplissez" in page.text(".note")
    assert page.soup.select_one(f'input[value="{house.account("mother")}"][checked]')


def test_more_than_a_batch_holds_is_refused(db, house, come_in, send):
    come_in("secretary")
    many = [an_account(db).id for _ in range(AT_ONCE + 1)]
    db.commit()
    page = send("/lettres/papier", status=422, people=many, given="handed")
    assert "au plus 40" in page.text(".note")


def test_somebody_who_is_not_of_these_dossiers_stops_the_whole_batch(db, house, come_in, send):
    stranger = a_parent(db, a_dossier(db)).account_id
    db.commit()
    come_in("secretary")
    send("/lettres/papier", status=404, people=[house.account("mother"), stranger], given="handed")
    assert db.scalar(select(func.count()).select_from(Enrolment)) == 0


def test_what_was_made_waits_and_can_be_revoked(db, house, make, come_in, send):
    make("mother")
    page = come_in("secretary").open("/lettres?etat=waiting")
    assert "1 lettre pas encore utilisée" in page.text("h1")
    one = f"/lettres/{house.account('mother')}"
    assert "Pas encore utilisée" in come_in("secretary").open(one).text()
    send(f"{one}/annuler")
    assert "Annulée" in come_in("secretary").open(one).text()
    assert letter_of(db, house.account("mother")).revoked_at == NOON
    assert "1 lettre à refaire" in come_in("secretary").open("/lettres").text("h1")


def test_a_letter_past_its_end_and_one_that_is_locked_are_to_be_made_again(db, house, issue, come_in):
    issue("father")
    one = issue("mother")
    for _ in range(enrolment.TRIES):
        with pytest.raises(Exception, match="unknown"):
            enrolment.look(db, one.number, "x", secret_key=KEY)
    db.commit()
    assert "Bloquée" in come_in("secretary").open(f"/lettres/{house.account('mother')}").text()
    with clock.frozen(NOON + timedelta(days=31)):
        page = come_in("secretary").open("/lettres?etat=over")
        assert "2 lettres à refaire" in page.text("h1")
        assert "Trop ancienne" in come_in("secretary").open(f"/lettres/{house.account('father')}").text()


def test_whoever_came_in_before_gets_a_letter_that_replaces(db, house, make):
    open_session(db, house.account("mother"), Strength.LOW)
    db.commit()
    (paper,) = make("mother")
    assert "anciennes façons d’entrer" in paper.text
    assert letter_of(db, house.account("mother")).replaces


def test_the_second_code_is_shown_once_and_only_for_a_posted_letter(db, house, issue, come_in, send):
    issue("mother", handed=False)
    come_in("secretary")
    page = send(f"/lettres/{house.account('mother')}/code", status=200)
    code = page.text(".word").replace(" ", "").replace("\u00a0", "")
    assert len(code) == 8
    assert code not in come_in("secretary").open(f"/lettres/{house.account('mother')}").text().replace("\u00a0", "")
    issue("father")
    come_in("secretary")
    send(f"/lettres/{house.account('father')}/code", status=303)


def test_making_letters_is_in_the_log_of_each_young_person(db, house, make, come_in):
    from portal.access.models import LogEntry

    make("mother")
    lines = db.scalars(select(LogEntry).where(LogEntry.endpoint == "letters.make")).all()
    assert [line.dossier_id for line in lines] == [house.dossier.id]


@pytest.mark.parametrize("assigned", [{}, {"verified": False}, {"starts_at": NOON + timedelta(days=30)}])
def test_whoever_is_also_at_work_has_no_letter_from_the_desk_at_any_of_its_addresses(
    db, house, come_in, send, assigned
):
    """A letter opens the account whole: a secretary would come in as the director who has a child there."""
    both = an_account(db, "Both")
    a_link(db, house.dossier, Kind.RELATIVE, account=both)
    staff(db, a_dossier(db), Post.MANAGEMENT, account=both, **assigned)
    db.commit()
    browser = come_in("secretary")
    send("/lettres/papier", status=404, people=[house.account("mother"), both.id], given="handed")
    browser.open(f"/lettres/{both.id}", status=404)
    for act in ("annuler", "code"):
        send(f"/lettres/{both.id}/{act}", status=404)
    assert db.scalar(select(func.count()).select_from(Enrolment)) == 0


def test_one_person_s_page_reads_nobody_else(sessions, house):
    read = set()
    keep = lambda one, _context: read.add(one.display_name)  # noqa: E731 - what SQLAlchemy passes
    event.listen(Account, "load", keep)
    with sessions() as other:
        queries.one(other, house.account("secretary"), [house.dossier.id], house.account("mother"))
    event.remove(Account, "load", keep)
    assert read == {"Samia Ouardamel"}


@pytest.mark.parametrize(
    ("question", "there", "absent"),
    [
        ("qui=ouardamel", "Samia", "Julien"),
        ("qui=OUARDA%20sam", "Samia", "Julien"),
        ("qui=valdombre%20ilyes", "Samia", "Personne ici"),
        ("qui=zzz", "Personne ici", "Samia"),
        ("groupe=zzz", "Personne ici", "Samia"),
    ],
)
def test_somebody_is_found_by_a_few_letters_of_their_name_or_their_child_s(house, come_in, question, there, absent):
    page = come_in("secretary").open(f"/lettres?{question}")
    assert there in page.text()
    assert absent not in page.text()
    assert page.soup.select_one("#qui")["value"] or question.startswith("groupe")


def test_a_search_changes_nothing_and_what_was_looked_for_stays_with_a_refused_form(house, come_in, send):
    come_in("secretary")
    page = send("/lettres/papier?qui=ouarda", status=422, people=[house.account("mother")])
    assert "Samia" in page.text()
    assert "Julien" not in page.text()
    assert "<script" not in come_in("secretary").open("/lettres?qui=%3Cscript%3E").text("main form")
