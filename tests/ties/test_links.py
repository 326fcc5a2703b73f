"""« Liens », as the secretary meets it on a Monday: what waits, what proves it, what cannot be true."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from portal.access import services
from portal.access.models import Authority, Kind, Measure, Post, Relationship
from portal.core.errors import BadInput
from portal.core.models import Account, AccountState
from portal.dossier.models import Contact
from tests.factories import NOON, a_dossier, a_link, an_account, recomputed, viewing
from tests.ties.conftest import FATHER_HOME, MOTHER_HOME, contact, named, relative

DAY = timedelta(days=1)
SEEN = {"proof": "Livret de famille", "proof_on": "2026-03-02"}
LINK = {"name": "Awa Kouyatré", "link": "relative", "starts": "2026-11-18", "ends": "", "mail": ""}


def links_of(db, dossier):
    query = select(Relationship).where(Relationship.dossier_id == dossier.id)
    found = list(db.scalars(query.execution_options(populate_existing=True)))
    db.commit()
    return found


def test_the_list_says_what_waits_by_young_person_and_what_the_dui_said(db, house, come_in):
    relative(db, house.dossier, "G", "Rose", "Marchal", "GRMTH", "Grand-mère")
    relative(db, house.dossier, "X", "Paul", "Kieffer", "ZZZ", "Tiers digne de confiance")
    relative(db, house.dossier, "T", "Bernard", "Montaloin", "RESPRSN", "Responsable", protection="CURATEUR")
    a_link(db, house.dossier, Kind.RELATIVE, account=an_account(db, "Leïla Ouardamel"), verified=False)
    db.commit()
    page = come_in("secretary").open("/liens")
    assert "3 liens à vérifier" in page.text("h1")
    assert "Leïla Ouardamel" in page.text()
    assert "Le DUI dit « Tiers digne de confiance » : à vous de voir" in page.text().replace("\u00a0", " ")
    assert "Bernard Montaloin" in page.text()
    assert "Rose Marchal" not in page.text()


@pytest.mark.parametrize("who", ["nurse", "teacher", "cook", "mother"])
def test_to_everybody_else_the_list_does_not_exist(house, come_in, who):
    for path in ("/liens", f"/liens/{house.dossier.id}", "/liens/demandes"):
        come_in(who).open(path, status=404)


def test_a_social_worker_writes_links_and_reads_no_address_that_is_not_theirs(db, house, come_in):
    page = come_in("social").open(f"/liens/{house.dossier.id}")
    assert "Samia Ouardamel" in page.text()


def test_a_link_from_the_dui_is_written_and_verified_in_one_page(db, house, come_in, send):
    relative(db, house.dossier, "T", "Céline", "Rivecourte", "RESPRSN", "ASE", role="GUARD")
    contact(db, house.dossier, "T", "celine@departement.invalid", "mail")
    db.commit()
    path = f"/liens/{house.dossier.id}/nouveau?proche=T"
    form = come_in("secretary").open(path)
    assert form.soup.select_one("#name")["value"] == "Céline Rivecourte"
    assert form.soup.select_one("#mail")["value"] == "celine@departement.invalid"
    send(path, name="Céline Rivecourte", link="child_welfare", starts="2026-11-18", ends="2027-06-30", **SEEN)
    one = next(link for link in links_of(db, house.dossier) if link.kind is Kind.CHILD_WELFARE)
    assert (one.relative_key, one.proof, one.verified_by) == (
        "T",
        "Livret de famille, 02/03/2026",
        house.account("secretary"),
    )
    assert one.ends_at.isoformat() == "2027-06-30T22:00:00+00:00"
    assert db.get(Account, one.account_id).display_name == "Céline Rivecourte"
    db.commit()
    assert "Céline" not in come_in("secretary").open("/liens").text("section")


def test_without_a_document_a_link_waits(db, house, come_in, send):
    come_in("secretary")
    send(f"/liens/{house.dossier.id}/nouveau", **LINK, proof="", proof_on="")
    one = next(link for link in links_of(db, house.dossier) if link.kind is Kind.RELATIVE)
    assert one.verified_at is None
    page = come_in("director").open(f"/liens/{house.dossier.id}/{one.id}/verifier")
    assert "Awa Kouyatré" in page.text("h1")
    send(f"/liens/{house.dossier.id}/{one.id}/verifier", **SEEN)
    db.refresh(one)
    assert one.verified_by == house.account("director")


def test_half_a_proof_is_asked_for_again_with_all_that_was_typed(db, house, come_in, send):
    come_in("secretary")
    page = send(f"/liens/{house.dossier.id}/nouveau", status=422, **(LINK | {"proof": "Jugement", "proof_on": ""}))
    assert page.soup.select_one("#proof")["value"] == "Jugement"
    assert page.soup.select_one("#name")["value"] == "Awa Kouyatré"
    assert page.soup.select_one("input[name=link][value=relative]").has_attr("checked")
    assert db.scalar(select(func.count()).select_from(Relationship).where(Relationship.kind == Kind.RELATIVE)) == 0


def test_somebody_of_that_name_is_never_guessed_to_be_the_same_person(db, house, come_in, send):
    other = a_dossier(db, _place(db, house))
    named(db, other, "Camélia", "Valdombre")
    recomputed(db, other)
    db.commit()
    path = f"/liens/{other.id}/nouveau"
    come_in("secretary")
    said = LINK | {"name": "samia ouardamel", "link": "parent_full"} | SEEN
    page = send(path, status=422, **said)
    assert "Dites plus bas si c’est la même personne" in page.text()
    send(path, **said, account=str(house.account("mother")))
    assert {link.account_id for link in links_of(db, other)} == {house.account("mother")}
    send(path, status=422, **(said | {"name": "Somebody Else"}), account=str(house.account("father")))


def _place(db, house):
    from portal.core.models import Establishment

    return db.get(Establishment, house.dossier.establishment_id)


CLASHES = [
    ({"link": "self"}, "Un autre compte est déjà celui de ce jeune"),
    ({"link": "parent_full"}, "Deux personnes exercent déjà l’autorité parentale"),
    ({"link": "represent"}, "Une mesure de protection commence à 18 ans"),
    ({"link": "relative", "starts": "2026-11-18", "ends": "2026-11-10"}, "La fin vient avant le début"),
    ({"link": "parent_full", "starts": "2033-01-01"}, "Ce jeune est majeur"),
    ({"link": "godmother"}, "Choisissez une des réponses"),
    ({"proof_on": "2027-03-02"}, "Cette date n’est pas encore venue"),
    ({"starts": "hier"}, "Écrivez une date"),
]


@pytest.mark.parametrize(("said", "sentence"), CLASHES, ids=lambda value: str(value)[:30])
def test_what_cannot_be_true_is_refused_with_what_to_do_and_nothing_is_kept(db, house, come_in, send, said, sentence):
    before, accounts = len(links_of(db, house.dossier)), db.scalar(select(func.count()).select_from(Account))
    db.commit()
    come_in("secretary")
    page = send(f"/liens/{house.dossier.id}/nouveau", status=422, **(LINK | SEEN | said))
    assert sentence in page.text()
    assert page.soup.select_one("#name")["value"] == "Awa Kouyatré"
    assert len(links_of(db, house.dossier)) == before
    assert db.scalar(select(func.count()).select_from(Account)) == accounts


def test_a_relative_of_the_dui_is_one_person_at_a_time(db, house, come_in, send):
    come_in("secretary")
    page = send(f"/liens/{house.dossier.id}/nouveau?proche=M", status=422, **(LINK | SEEN))
    assert "Un autre compte est déjà ce proche" in page.text()


def test_ending_closes_at_once_says_why_and_reopening_is_a_new_link(db, house, come_in, send):
    come_in("secretary")
    path = f"/liens/{house.dossier.id}/{house.links['father'].id}/fin"
    send(path, status=422, because="", ends="")
    send(path, because="Jugement du 3 mars", ends="")
    page = come_in("father").open("/")
    assert "Rien n’est encore partagé avec vous" in page.text()
    come_in("secretary")
    send(path, status=404, because="Autre chose", ends="")
    page = come_in("secretary").open(f"/liens/{house.dossier.id}")
    assert "Fin : Jugement du 3 mars" in page.text().replace("\u00a0", " ")
    again = page.soup.find("a", string=lambda text: text and "Écrire à nouveau" in text)["href"]
    form = come_in("secretary").open(again)
    assert form.soup.select_one("#name")["value"] == "Julien Valdombre"
    chosen = form.soup.select_one("input[name=account][checked]")["value"]
    send(
        again,
        name="Julien Valdombre",
        account=chosen,
        link="parent_full",
        starts="2026-11-18",
        ends="",
        mail="",
        **SEEN,
    )
    links = [link for link in links_of(db, house.dossier) if link.account_id == house.account("father")]
    assert len(links) == 2


def test_nobody_verifies_or_ends_a_link_of_their_own_family(db, house):
    secretary = db.get(Account, house.account("secretary"))
    a_link(db, house.dossier, Kind.RELATIVE, account=secretary)
    grandmother = a_link(db, house.dossier, Kind.RELATIVE, verified=False)
    for act in (
        lambda: services.verify(db, grandmother, proof="Livret", by=secretary.id),
        lambda: services.end(db, house.links["mother"], by=secretary.id, because="Jugement"),
    ):
        with pytest.raises(BadInput) as refused:
            act()
        assert (refused.value.field, refused.value.code) == ("by", "family")


def test_somebody_at_work_who_is_of_the_family_does_not_find_their_own_dossier_there(db, house, come_in):
    a_link(db, house.dossier, Kind.RELATIVE, account=db.get(Account, house.account("secretary")))
    db.commit()
    come_in("secretary").open(f"/liens/{house.dossier.id}", status=404)


@pytest.mark.parametrize("who", ["nurse", "teacher", "mother"])
def test_verifying_takes_a_post_of_those_who_handle_links(db, house, who):
    waiting = a_link(db, house.dossier, Kind.RELATIVE, verified=False)
    with pytest.raises(BadInput):
        services.verify(db, waiting, proof="Livret", by=house.account(who))


def said(dossier, account, kind, **more):
    return {"account_id": account.id, "establishment_id": dossier.establishment_id, "dossier_id": dossier.id} | {
        "kind": kind,
        "starts_at": more.pop("starts_at", NOON - 400 * DAY),
        **more,
    }


def refused(db, **facts):
    with pytest.raises(BadInput) as error:
        services.link(db, **facts)
    return error.value.field, error.value.code


def test_one_account_has_one_authority_at_a_time(db, house):
    mother = db.get(Account, house.account("mother"))
    facts = said(house.dossier, mother, Kind.PARENT, authority=Authority.INFORMED)
    assert refused(db, **facts) == ("account_id", "twice")
    services.end(db, house.links["mother"], NOON)
    assert services.link(db, **(facts | {"starts_at": NOON}))


def test_a_guardian_may_hold_person_and_property_at_once_but_not_one_of_them_twice(db):
    adult, guardian = a_dossier(db, age=20), an_account(db)
    facts = said(adult, guardian, Kind.MEASURE, measure=Measure.PERSON_REPRESENT)
    services.link(db, **facts)
    assert services.link(db, **(facts | {"measure": Measure.PROPERTY}))
    assert refused(db, **facts) == ("account_id", "twice")


def test_nobody_follows_their_own_family_by_profession(db, house):
    teacher, mother = db.get(Account, house.account("teacher")), db.get(Account, house.account("mother"))
    facts = said(house.dossier, mother, Kind.STAFF, post=Post.EDUCATION)
    assert refused(db, **facts) == ("account_id", "family")
    services.link(db, **(facts | {"account_id": teacher.id}))
    assert refused(db, **said(house.dossier, teacher, Kind.RELATIVE)) == ("account_id", "at_work")


def test_a_young_person_is_nobody_close_to_themselves(db, house):
    child = db.get(Account, house.account("child"))
    assert refused(db, **said(house.dossier, child, Kind.RELATIVE)) == ("kind", "own_dossier")
    mother = db.get(Account, house.account("mother"))
    services.end(db, house.links["child"], NOON)
    assert refused(db, **said(house.dossier, mother, Kind.SELF, starts_at=NOON)) == ("kind", "own_dossier")


def test_a_closed_account_takes_no_new_link_and_no_longer_counts(db, house):
    child = db.get(Account, house.account("child"))
    child.state = AccountState.CLOSED
    db.flush()
    assert refused(db, **said(house.dossier, child, Kind.SELF)) == ("account_id", "closed")
    assert services.link(db, **said(house.dossier, an_account(db), Kind.SELF))


def test_two_parents_may_follow_two_others_but_never_stand_beside_them(db, house):
    third = an_account(db)
    facts = said(house.dossier, third, Kind.PARENT, authority=Authority.FULL)
    assert refused(db, **facts) == ("authority", "two_already")
    assert services.link(db, **(facts | {"authority": Authority.INFORMED}))
    services.end(db, house.links["father"], NOON)
    fourth = said(house.dossier, an_account(db), Kind.PARENT, authority=Authority.FULL, starts_at=NOON)
    assert services.link(db, **fourth)
    assert refused(db, **(fourth | {"account_id": an_account(db).id})) == ("authority", "two_already")


def test_each_parent_reads_their_own_address_once_verified_and_never_the_others(db, house, come_in, send):
    from portal.access.queries import visible
    from portal.households import own_parts

    own_parts(db, [house.dossier.id])
    recomputed(db, house.dossier)

    def addresses(who):
        return set(db.scalars(visible(Contact, viewing(house.links[who]), Contact.value)))

    assert addresses("mother") == {MOTHER_HOME}
    assert addresses("father") == {FATHER_HOME}
    assert addresses("secretary") == {MOTHER_HOME, FATHER_HOME}


def test_verifying_makes_an_address_ones_own(db, house, come_in, send):
    relative(db, house.dossier, "A", "Leïla", "Ouardamel", "AUNT", "Tante")
    home = contact(db, house.dossier, "A", "5 quai Vautrin\n57000 Metz")
    db.commit()
    come_in("secretary")
    send(f"/liens/{house.dossier.id}/nouveau?proche=A", **(LINK | SEEN | {"name": "Leïla Ouardamel"}))
    db.refresh(home)
    aunt = next(link for link in links_of(db, house.dossier) if link.relative_key == "A")
    assert home.private_to == aunt.account_id


def test_the_wrong_account_loses_an_address_to_the_right_one(db, house):
    from portal.households import own_parts

    wrong = a_link(db, house.dossier, Kind.RELATIVE, relative_key="A")
    home = contact(db, house.dossier, "A", "5 quai Vautrin\n57000 Metz")
    own_parts(db, [house.dossier.id])
    services.end(db, wrong, NOON - DAY)
    own_parts(db, [house.dossier.id])
    db.refresh(home)
    assert home.private_to == wrong.account_id
    right = a_link(db, house.dossier, Kind.RELATIVE, relative_key="A")
    own_parts(db, [house.dossier.id])
    db.refresh(home)
    assert home.private_to == right.account_id


def test_pages_of_forty_links_stay_short(db, house, come_in):
    place = _place(db, house)
    for number in range(25):
        dossier = a_dossier(db, place, unit_id=house.unit.id)
        named(db, dossier, f"Jeune{number:02d}", "Exemple")
        a_link(db, dossier, Kind.RELATIVE, verified=False)
        recomputed(db, dossier)
    db.commit()
    page = come_in("secretary").open("/liens")
    assert len(page.soup.select("section h2")) == 20
    assert "25 liens à vérifier" in page.text("h1")
    more = next(link for link in page.links() if "page=2" in link)
    assert len(come_in("secretary").open(more).soup.select("section h2")) == 5
