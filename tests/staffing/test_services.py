"""Who may be assigned, ended and confirmed by whom; what contradicts itself is refused whole."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from portal.access.models import Kind, Post, Relationship
from portal.access.queries import reached
from portal.access.words import Strength, Viewer
from portal.core import clock
from portal.core.errors import BadInput, NotFound
from portal.core.models import Account, AccountState, DossierState
from portal.staffing import queries, services
from portal.staffing.models import Review
from portal.staffing.rules import QUARTER
from portal.staffing.services import Because
from tests.factories import NOON, a_dossier, a_parent, a_unit, an_account, an_establishment, staff

DAY = timedelta(days=1)


def refused(error):
    return error.value.field, error.value.code


def test_somebody_new_reads_from_their_first_instant_and_it_is_known_who_wrote_it(db, house):
    link = services.enlist(db, " Nora  Petit ", house.wanted(unit_id=house.unit.id), by=house.account("director"))
    assert (link.verified_by, link.proof) == (house.account("director"), "affectation")
    assert db.get(Account, link.account_id).display_name == "Nora Petit"
    seen = reached(db, Viewer(link.account_id, Strength.SUBSTANTIAL))
    assert {one.dossier_id for one in seen} == {house.dossier.id}


def test_an_assignment_of_tomorrow_opens_nothing_today(db, house):
    link = services.enlist(db, "Nora", house.wanted(starts_at=NOON + DAY), by=house.account("director"))
    assert reached(db, Viewer(link.account_id, Strength.SUBSTANTIAL)) == ()
    assert reached(db, Viewer(link.account_id, Strength.SUBSTANTIAL), NOON + DAY)


@pytest.mark.parametrize("who", ["nurse", "educator", "cook"])
def test_only_management_writes_assignments(db, house, who):
    with pytest.raises(BadInput) as error:
        services.enlist(db, "Nora", house.wanted(), by=house.account(who))
    assert refused(error) == ("by", "not_entitled")
    assert db.scalar(select(func.count()).select_from(Account)) == 5


@pytest.mark.parametrize("post", [Post.ADMINISTRATION, Post.SOCIAL_WORK, Post.CARE])
def test_those_who_verify_links_of_families_neither_end_nor_confirm_assignments(db, house, post):
    them = staff(db, house.dossier, post).account_id
    referent = house.wanted(dossier_id=house.dossier.id, referent=True)
    link = services.assign(db, house.account("educator"), referent, by=house.account("director"))
    for act in (
        lambda: services.end(db, link.id, None, by=them, because=Because.LEFT),
        lambda: services.leave(db, house.account("cook"), house.place.id, None, by=them, because=Because.LEFT),
        lambda: services.confirm(db, [link.id], by=them),
        lambda: services.refuse_invitation(db, house.account("cook"), house.place.id, by=them),
    ):
        with pytest.raises(BadInput) as error:
            act()
        assert refused(error) == ("by", "not_entitled")


def test_management_of_one_unit_or_of_another_house_writes_none(db, house):
    head = staff(db, house.dossier, Post.MANAGEMENT, unit_id=house.unit.id)
    far = staff(db, a_dossier(db), Post.MANAGEMENT)
    for one in (head, far):
        with pytest.raises(BadInput) as error:
            services.end(db, house.links["nurse"].id, None, by=one.account_id, because=Because.LEFT)
        assert refused(error) == ("by", "not_entitled")


def test_nobody_changes_or_confirms_their_own_assignment(db, house):
    me = house.account("director")
    for act in (
        lambda: services.assign(db, me, house.wanted(Post.CARE), by=me),
        lambda: services.end(db, house.links["director"].id, None, by=me, because=Because.LEFT),
        lambda: services.leave(db, me, house.place.id, None, by=me, because=Because.LEFT),
        lambda: services.confirm(db, [house.links["director"].id], by=me),
        lambda: services.refuse_invitation(db, me, house.place.id, by=me),
    ):
        with pytest.raises(BadInput) as error:
            act()
        assert refused(error) == ("by", "own_link")


CONTRADICTIONS = [
    ({"referent": True}, ("referent", "of_whom")),
    ({"ends_at": NOON - DAY}, ("ends_at", "past")),
    ({"starts_at": NOON + 3 * DAY, "ends_at": NOON + DAY}, ("ends_at", "before_start")),
    ({"post": Post.NONE}, ("post", "missing")),
]


@pytest.mark.parametrize(("facts", "why"), CONTRADICTIONS, ids=lambda one: "-".join(map(str, one)))
def test_what_contradicts_itself_is_refused_and_leaves_no_account_behind(db, house, facts, why):
    before = db.scalar(select(func.count()).select_from(Account))
    with pytest.raises(BadInput) as error:
        services.enlist(db, "Nora", house.wanted(**facts), by=house.account("director"))
    assert refused(error) == why
    assert db.scalar(select(func.count()).select_from(Account)) == before


def test_a_cook_is_nobody_s_referent(db, house):
    with pytest.raises(BadInput) as error:
        services.assign(
            db,
            house.account("cook"),
            house.wanted(Post.KITCHEN, dossier_id=house.dossier.id, referent=True),
            by=house.account("director"),
        )
    assert refused(error) == ("referent", "not_this_post")


def test_nobody_is_assigned_to_a_young_person_who_left_nor_to_one_of_another_house(db, house):
    house.dossier.state = DossierState.LEFT_READABLE
    other = a_dossier(db, an_establishment(db))
    for dossier, why in ((house.dossier, "left"), (other, "elsewhere")):
        with pytest.raises(BadInput) as error:
            services.assign(
                db, house.account("nurse"), house.wanted(Post.CARE, dossier_id=dossier.id), by=house.account("director")
            )
        assert refused(error) == ("dossier_id", why)


def test_nobody_follows_their_own_family_by_profession(db, house):
    account = an_account(db, "Parent et éducateur")
    a_parent(db, house.dossier, account=account)
    staff(db, house.dossier, Post.EDUCATION, account=account, unit_id=a_unit(db, house.place, "Autre").id)
    with pytest.raises(BadInput) as error:
        services.assign(
            db, account.id, house.wanted(dossier_id=house.dossier.id, referent=True), by=house.account("director")
        )
    assert refused(error) == ("account_id", "family")


def test_the_same_assignment_is_not_written_twice_nor_inside_a_wider_one(db, house):
    director = house.account("director")
    for who, wanted, why in (
        ("nurse", house.wanted(Post.CARE), "twice"),
        ("nurse", house.wanted(Post.CARE, unit_id=house.unit.id), "covered"),
        ("educator", house.wanted(dossier_id=house.dossier.id), "covered"),
    ):
        with pytest.raises(BadInput) as error:
            services.assign(db, house.account(who), wanted, by=director)
        assert refused(error) == ("post", why)
    services.assign(
        db, house.account("educator"), house.wanted(dossier_id=house.dossier.id, referent=True), by=director
    )
    services.assign(db, house.account("nurse"), house.wanted(Post.EDUCATION), by=director)


def test_a_wider_assignment_that_ends_first_covers_nothing_after_it(db, house):
    house.links["nurse"].ends_at = NOON + DAY
    db.flush()
    link = services.assign(
        db, house.account("nurse"), house.wanted(Post.CARE, unit_id=house.unit.id), by=house.account("director")
    )
    assert link.verified_at


def test_a_closed_account_is_assigned_to_nothing(db, house):
    db.get(Account, house.account("nurse")).state = AccountState.CLOSED
    with pytest.raises(BadInput) as error:
        services.assign(db, house.account("nurse"), house.wanted(Post.EDUCATION), by=house.account("director"))
    assert refused(error) == ("account_id", "closed")


def test_ending_takes_effect_at_once_and_says_who_and_why(db, house):
    one = services.end(db, house.links["nurse"].id, None, by=house.account("director"), because=Because.CONTRACT)
    assert (one.ended_by, one.ended_because) == (house.account("director"), "contract")
    assert reached(db, Viewer(one.account_id, Strength.SUBSTANTIAL)) == ()
    with pytest.raises(NotFound):
        services.end(db, one.id, None, by=house.account("director"), because=Because.LEFT)


def test_ending_on_a_day_to_come_leaves_everything_until_then(db, house):
    one = services.end(db, house.links["nurse"].id, NOON + DAY, by=house.account("director"), because=Because.LEFT)
    viewer = Viewer(one.account_id, Strength.SUBSTANTIAL)
    assert reached(db, viewer)
    assert reached(db, viewer, NOON + DAY) == ()


def test_a_departure_ends_everything_here_and_nothing_elsewhere(db, house):
    nurse = house.account("nurse")
    services.assign(db, nurse, house.wanted(dossier_id=house.dossier.id), by=house.account("director"))
    elsewhere = staff(db, a_dossier(db), Post.CARE, account=db.get(Account, nurse))
    with clock.frozen(NOON + DAY):
        ended = services.leave(db, nurse, house.place.id, None, by=house.account("director"), because=Because.LEFT)
    assert len(ended) == 2
    assert all(one.ended_by == house.account("director") and one.ends_at == NOON + DAY for one in ended)
    assert elsewhere.ends_at is None


def test_what_ends_before_it_began_never_counts_and_keeps_nobody_in_the_house(db, house):
    link = services.enlist(db, "Nora", house.wanted(starts_at=NOON + 9 * DAY), by=house.account("director"))
    assert link.account_id not in queries.gone(db)
    services.leave(db, link.account_id, house.place.id, None, by=house.account("director"), because=Because.MISTAKE)
    assert reached(db, Viewer(link.account_id, Strength.SUBSTANTIAL), NOON + 9 * DAY) == ()
    assert link.account_id in queries.gone(db)
    assert link.account_id not in {one.account_id for one in queries.members(db, [house.place.id])}


def test_a_director_sees_off_also_whoever_follows_their_own_child(db, house):
    a_parent(db, house.dossier, account=db.get(Account, house.account("director")))
    services.assign(
        db,
        house.account("educator"),
        house.wanted(dossier_id=house.dossier.id, referent=True),
        by=house.account("deputy"),
    )
    ended = services.leave(
        db, house.account("educator"), house.place.id, None, by=house.account("director"), because=Because.LEFT
    )
    assert {one.ended_by for one in ended} == {house.account("director")}


def test_there_is_always_somebody_who_manages(db, house):
    director, deputy = house.account("director"), house.account("deputy")
    services.end(db, house.links["deputy"].id, NOON + 10 * DAY, by=director, because=Because.CONTRACT)
    with pytest.raises(BadInput) as error:  # in ten days nobody would be left
        services.end(db, house.links["director"].id, None, by=deputy, because=Because.LEFT)
    assert refused(error) == ("ends", "last_director")
    with pytest.raises(BadInput):
        services.leave(db, director, house.place.id, NOON + 20 * DAY, by=deputy, because=Because.LEFT)
    services.leave(db, deputy, house.place.id, None, by=director, because=Because.LEFT)
    assert house.links["director"].ends_at is None


def test_a_director_whose_account_is_closed_does_not_count(db, house):
    third = staff(db, house.dossier, Post.MANAGEMENT)
    db.get(Account, house.account("deputy")).state = AccountState.CLOSED
    db.get(Account, house.account("director")).state = AccountState.CLOSED
    db.flush()
    with pytest.raises(BadInput) as error:
        services.end(db, third.id, None, by=house.account("deputy"), because=Because.LEFT)
    assert refused(error) == ("ends", "last_director")


def test_after_a_quarter_an_assignment_waits_to_be_looked_at_and_the_look_is_kept(db, house):
    me = house.account("director")
    assert queries.to_review(db, [house.place.id], me) == []
    later = house.links["nurse"].verified_at + QUARTER + timedelta(minutes=1)
    with clock.frozen(later):
        waiting = queries.to_review(db, [house.place.id], me)
        assert [one.name for one in waiting] == ["Awa Diarra", "Hélène Dubost", "Rémi Bastian", "Yann Le Gall"]
        assert services.confirm(db, [house.links["nurse"].id, house.links["cook"].id], by=me) == 2
        assert [one.name for one in queries.to_review(db, [house.place.id], me)] == ["Awa Diarra", "Hélène Dubost"]
        (seen,) = queries.member(db, [house.place.id], house.account("nurse")).assignments
    assert (seen.seen_at, seen.seen_by) == (later, "Claire Morvan")
    with clock.frozen(later + QUARTER + DAY):
        assert len(queries.to_review(db, [house.place.id], me)) == 4


def test_a_confirmation_that_names_somebody_else_s_house_or_what_is_over_keeps_none(db, house):
    me, foreign = house.account("director"), staff(db, a_dossier(db), Post.CARE)
    services.end(db, house.links["cook"].id, None, by=me, because=Because.LEFT)
    for other in (foreign.id, house.links["cook"].id):
        with pytest.raises((NotFound, BadInput)):
            services.confirm(db, [house.links["nurse"].id, other], by=me)
    db.flush()
    assert db.scalar(select(func.count()).select_from(Review)) == 0


def test_an_invitation_never_opens_an_account_that_is_also_a_family_s_or_another_house_s(db, house):
    me, nurse = house.account("director"), db.get(Account, house.account("nurse"))
    services.refuse_invitation(db, nurse.id, house.place.id, by=me)
    family = a_parent(db, a_dossier(db), account=nurse)
    for where in (family, staff(db, a_dossier(db), Post.CARE, account=nurse)):
        with pytest.raises(BadInput) as error:
            services.refuse_invitation(db, nurse.id, house.place.id, by=me)
        assert refused(error) == ("account_id", "elsewhere")
        where.ends_at = NOON - DAY
        db.flush()
    services.refuse_invitation(db, nurse.id, house.place.id, by=me)


def test_a_broken_glass_is_no_assignment(db, house):
    db.add(
        Relationship(
            account_id=house.account("cook"),
            establishment_id=house.place.id,
            dossier_id=house.dossier.id,
            kind=Kind.STAFF,
            post=Post.KITCHEN,
            starts_at=NOON - DAY,
            verified_at=NOON,
            emergency="Crise",
        )
    )
    db.flush()
    found = queries.member(db, [house.place.id], house.account("cook"))
    assert len(found.assignments) == 1


def test_what_is_due_is_counted_as_it_is_listed_and_nobody_is_read_for_it(db, house, count):
    """By writing it, by looking at it, by the clock, or because it is over or one's own: the same number."""
    place, mine = house.dossier.establishment_id, house.account("director")
    later = house.links["nurse"].verified_at + QUARTER + timedelta(minutes=1)
    numbers = []
    for at in (house.links["nurse"].verified_at, later, later + QUARTER + DAY):
        with clock.frozen(at):
            listed = sum(len(one.assignments) for one in queries.to_review(db, [place], mine))
            before = count()
            assert queries.count_due(db, [place], mine) == listed
            assert count() - before == 1
            numbers.append(listed)
            chosen = [house.links["nurse"].id] if at == later else []
            services.confirm(db, chosen, by=mine)
            db.commit()
    assert numbers[0] < numbers[1]
    with clock.frozen(later + timedelta(days=1)):
        assert queries.count_due(db, [place], mine) == numbers[1] - 1
