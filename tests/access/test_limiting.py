"""Restrictions: exactly what the text names, for its dates; only those in charge; a judge's is lifted by two people."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from portal.access import glass, limiting
from portal.access.limiting import BAN_ROWS, OPPOSED_ROWS
from portal.access.models import Authority, Kind, Post
from portal.access.perimeter import ROWS, Row, of_row
from portal.access.queries import places, reached, visible
from portal.access.sharing import Against, Restriction, Source
from portal.access.words import Category, Nature
from portal.core import clock
from portal.core.errors import BadInput
from portal.core.models import Account, Establishment
from portal.dossier.models import Contact
from portal.planning.models import Event, Transport
from tests.factories import (
    NOON,
    a_dossier,
    a_link,
    a_parent,
    a_unit,
    an_event,
    staff,
    the_young_person,
    viewing,
)

pytestmark = pytest.mark.turns

DAY = timedelta(days=1)
WEEK = (Category.PLANNING, Nature.NONE)
HEALTH = (Category.APPOINTMENTS, Nature.HEALTH)
SCHOOL: Row = (Category.APPOINTMENTS, Nature.NONE)


@pytest.fixture(autouse=True)
def noon():
    with clock.frozen(NOON):
        yield


@pytest.fixture
def house(db):
    dossier = a_dossier(db)
    for row in (WEEK, HEALTH, SCHOOL):
        category, nature = of_row(row)
        facts = {"category": category, "nature": nature, "title": f"{category}{nature}"}
        an_event(db, dossier, place="Chez la mère", kind="neurologist", **facts)
    return {
        "dossier": dossier,
        "mother": a_parent(db, dossier),
        "father": a_parent(db, dossier),
        "child": the_young_person(db, dossier),
        "aunt": a_link(db, dossier, Kind.RELATIVE),
        "welfare": a_link(db, dossier, Kind.CHILD_WELFARE),
        "director": staff(db, dossier, Post.MANAGEMENT),
        "secretary": staff(db, dossier, Post.ADMINISTRATION),
        "social": staff(db, dossier, Post.SOCIAL_WORK),
        "nurse": staff(db, dossier, Post.CARE),
        "educator": staff(db, dossier, Post.EDUCATION, to_dossier=True),
    }


def restricted(db, house, source=Source.COURT_ORDER, against=Against.ONE, who="father", by="social", **facts):
    facts = {"rows": [WEEK], "proof": "ordonnance du 3 novembre 2026"} | facts
    account_id = house[who].account_id if against is Against.ONE else None
    return limiting.restrict(
        db, house["dossier"], source=source, against=against, account_id=account_id, by=house[by].account_id, **facts
    )


def events(db, one, at=NOON):
    return {
        (row.title, row.place)
        for row in db.execute(visible(Event, viewing(one), Event.id, Event.title, Event.place, at=at))
    }


def titles(db, one, at=NOON):
    return {title for title, _ in events(db, one, at)}


ALL = {"planningschool", "appointmentshealth", "appointmentsschool"}


def test_an_order_closes_what_it_names_to_whom_it_names_for_its_dates(db, house):
    restricted(db, house, starts_at=NOON + DAY, ends_at=NOON + 3 * DAY)
    seen = [titles(db, house["father"], NOON + days * DAY) for days in (0, 1, 2, 3)]
    assert seen == [ALL, ALL - {"planningschool"}, ALL - {"planningschool"}, ALL]
    assert titles(db, house["mother"], NOON + DAY) == ALL


def test_an_order_follows_the_person_to_any_other_link_of_theirs(db, house):
    restricted(db, house)
    father = db.get(Account, house["father"].account_id)
    again = a_link(db, house["dossier"], Kind.DELEGATE, account=father)
    assert "planningschool" not in titles(db, again)


@pytest.mark.parametrize(
    ("against", "held"),
    [
        (Against.REPRESENTATIVES, {"mother", "father", "welfare"}),
        (Against.FAMILIES, {"mother", "father", "welfare"}),
        (Against.EVERYBODY, {"mother", "father", "welfare", "child"}),
    ],
)
def test_a_freeze_holds_back_those_it_says_and_never_staff(db, house, against, held):
    restricted(db, house, Source.FREEZE, against, by="director", rows=ROWS)
    for who in ("mother", "father", "welfare", "child"):
        assert titles(db, house[who]) == (set() if who in held else ALL), who
    assert titles(db, house["educator"]) == ALL
    aunt = {category for one in reached(db, viewing(house["aunt"]), NOON) for category in one.categories}
    assert (Category.MENUS in aunt) is (against is Against.REPRESENTATIVES)


def test_an_opposition_of_the_young_person_closes_care_to_their_representatives(db, house):
    restricted(db, house, Source.OPPOSITION, Against.REPRESENTATIVES, by="nurse", rows=[HEALTH])
    assert titles(db, house["mother"]) == ALL - {"appointmentshealth"}
    assert titles(db, house["child"]) == ALL


def test_a_contact_ban_keeps_place_address_school_and_week_out_and_leaves_the_matter_of_care(db, house):
    dossier = house["dossier"]
    facts = {"dossier_id": dossier.id, "establishment_id": dossier.establishment_id}
    db.add(Contact(**facts, category="household", owner="f", kind="phone", value="06", private_to=None))
    ride = {"key": "t", "starts_at": NOON + DAY, "origin": "12 rue des Lilas", "category": "planning"}
    db.add(Transport(**facts, nature="health", **ride))
    restricted(db, house, Source.CONTACT_BAN, rows=[])
    columns = (Event.nature, Event.kind, Event.title, Event.place)
    seen = db.execute(visible(Event, viewing(house["father"]), *columns, at=NOON))
    assert [tuple(row) for row in seen] == [("health", "neurologist", None, None)]
    assert db.scalars(visible(Event, viewing(house["father"]), at=NOON)).all() == []
    assert db.scalars(visible(Transport, viewing(house["father"]), Transport.origin, at=NOON)).all() == []
    assert db.scalars(visible(Contact, viewing(house["father"]), Contact.value, at=NOON)).all() == []
    assert not db.scalar(select(places(Event, viewing(house["father"]), NOON)).select_from(Event).limit(1))
    assert events(db, house["mother"]) == {(title, "Chez la mère") for title in ALL}
    assert (
        "12 rue des Lilas" in db.scalars(visible(Transport, viewing(house["mother"]), Transport.origin, at=NOON)).all()
    )


@pytest.mark.parametrize("said", [Event.place.label("where"), func.max(Event.title), Event.note + "!"], ids=str)
def test_what_a_contact_ban_hides_is_read_under_its_own_name_only(house, said):
    """Under another, or inside an expression, the ban would not find it."""
    with pytest.raises(ValueError, match="under its own name"):
        visible(Event, viewing(house["father"]), Event.id, said, at=NOON)


@pytest.mark.parametrize(
    ("source", "by"),
    [
        (Source.COURT_ORDER, "nurse"), (Source.COURT_ORDER, "educator"), (Source.COURT_ORDER, "mother"),
        (Source.CONTACT_BAN, "educator"), (Source.FREEZE, "secretary"), (Source.FREEZE, "social"),
        (Source.OPPOSITION, "director"), (Source.OPPOSITION, "social"), (Source.OPPOSITION, "child"),
    ],
)  # fmt: skip
def test_only_those_in_charge_set_a_restriction(db, house, source, by):
    against = Against.REPRESENTATIVES if source is Source.OPPOSITION else Against.ONE
    with pytest.raises(BadInput, match="not_entitled"):
        restricted(db, house, source, against, by=by, rows=[HEALTH])


def test_staff_of_elsewhere_and_staff_of_the_family_set_nothing(db, house):
    house["elsewhere"] = staff(db, a_dossier(db), Post.MANAGEMENT)
    mother = db.get(Account, house["mother"].account_id)
    house["mother at work"] = a_link(
        db, house["dossier"], Kind.STAFF, post=Post.MANAGEMENT, to_dossier=False, account=mother
    )
    for by in ("elsewhere", "mother at work"):
        with pytest.raises(BadInput, match="not_entitled"):
            restricted(db, house, by=by)


@pytest.mark.parametrize(
    ("facts", "field", "code"),
    [
        ({"rows": []}, "rows", "missing"),
        ({"proof": "  "}, "proof", "missing"),
        ({"ends_at": NOON - DAY}, "ends_at", "before_start"),
        ({"starts_at": NOON - 3 * DAY, "ends_at": NOON - DAY}, "ends_at", "past"),
        ({"who": "director"}, "account_id", "no_link"),
        ({"source": Source.CONTACT_BAN, "against": Against.FAMILIES}, "against", "one_only"),
        (
            {"source": Source.OPPOSITION, "by": "nurse", "against": Against.FAMILIES, "rows": [HEALTH]},
            "against",
            "representatives_only",
        ),
        (
            {"source": Source.OPPOSITION, "by": "nurse", "against": Against.REPRESENTATIVES, "rows": [WEEK]},
            "rows",
            "not_opposable",
        ),
    ],
)
def test_what_contradicts_itself_is_refused_and_nothing_is_saved(db, house, facts, field, code):
    with pytest.raises(BadInput) as refused:
        restricted(db, house, **facts)
    assert (refused.value.field, refused.value.code) == (field, code)
    assert db.scalar(select(func.count()).select_from(Restriction)) == 0


def test_a_judge_s_restriction_is_lifted_by_two_people_and_the_proof(db, house):
    one = restricted(db, house)
    director, social = house["director"].account_id, house["social"].account_id
    with pytest.raises(BadInput, match="two_people"):
        limiting.lift(db, one, by=director)
    with pytest.raises(BadInput, match="proof"):
        limiting.ask_to_lift(db, one, by=social, proof=" ")
    limiting.ask_to_lift(db, one, by=social, proof="mainlevée du 18 novembre 2026")
    assert titles(db, house["father"]) == ALL - {"planningschool"}  # it holds until confirmed
    with pytest.raises(BadInput, match="two_people"):
        limiting.lift(db, one, by=social)
    with pytest.raises(BadInput, match="not_entitled"):
        limiting.lift(db, one, by=house["nurse"].account_id)
    limiting.lift(db, one, by=director)
    assert titles(db, house["father"]) == ALL
    with pytest.raises(BadInput, match="lifted"):
        limiting.lift(db, one, by=director)


def test_management_ends_its_own_freeze_alone(db, house):
    one = restricted(db, house, Source.FREEZE, Against.FAMILIES, by="director", rows=ROWS)
    with pytest.raises(BadInput, match="one_is_enough"):
        limiting.ask_to_lift(db, one, by=house["director"].account_id, proof="x")
    limiting.lift(db, one, by=house["director"].account_id)
    assert titles(db, house["mother"]) == ALL


def test_a_ban_closes_every_row_that_says_where_somebody_is():
    assert set(BAN_ROWS) == {(Category.HOUSEHOLD, Nature.NONE), WEEK, SCHOOL}
    assert HEALTH in OPPOSED_ROWS
    assert WEEK not in OPPOSED_ROWS


def test_an_informed_father_under_no_order_keeps_what_the_law_leaves_him(db, house):
    informed = a_parent(db, house["dossier"], Authority.INFORMED)
    assert Category.IDENTITY in {c for one in reached(db, viewing(informed), NOON) for c in one.categories}


# « Bris de glace »


def broken(db, house, who, reason="crise, parents injoignables"):
    return glass.break_glass(db, house["dossier"], by=who.account_id, reason=reason)


def test_an_educator_of_another_unit_reads_for_four_hours_what_an_emergency_needs(db, house):
    place = db.get(Establishment, house["dossier"].establishment_id)
    educator = staff(db, house["dossier"], Post.EDUCATION, unit_id=a_unit(db, place).id)
    assert titles(db, educator) == set()
    broken(db, house, educator)
    assert titles(db, educator) == ALL
    (scope,) = reached(db, viewing(educator), NOON)
    assert {Category.PROTOCOL, Category.TREATMENT, Category.HOUSEHOLD} <= scope.categories
    assert not scope.categories & {Category.PLAN, Category.WISHES, Category.INTIMATE_CARE}
    assert titles(db, educator, NOON + glass.LASTS) == set()


@pytest.mark.parametrize("who", ["mother", "aunt", "child"])
def test_no_family_breaks_the_glass(db, house, who):
    with pytest.raises(BadInput, match="not_entitled"):
        broken(db, house, house[who])


def test_neither_the_kitchen_nor_another_establishment_nor_somebody_who_left(db, house):
    others = [
        staff(db, house["dossier"], Post.KITCHEN),
        staff(db, a_dossier(db), Post.CARE),
        staff(db, house["dossier"], Post.CARE, ends_at=NOON - DAY),
        staff(db, house["dossier"], Post.CARE, verified=False),
    ]
    for one in others:
        with pytest.raises(BadInput, match="not_entitled"):
            broken(db, house, one)


def test_a_broken_glass_breaks_no_other(db, house):
    """Four hours do not become eight by themselves: one must be at work there."""
    educator = staff(db, house["dossier"], Post.EDUCATION, ends_at=NOON + DAY)
    broken(db, house, educator)
    with clock.frozen(NOON + DAY + timedelta(hours=1)), pytest.raises(BadInput, match="not_entitled"):
        broken(db, house, educator)


def test_a_reason_must_be_said(db, house):
    with pytest.raises(BadInput, match="reason"):
        broken(db, house, house["nurse"], " ")
