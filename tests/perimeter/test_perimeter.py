"""Management opens and closes the perimeter: it sees the effect first, each decision is a version, none is lost."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from portal.access.models import Authority, Kind, Post
from portal.access.opening import cells_of, decide_perimeter, in_force, openable
from portal.access.perimeter import FAMILY, STAFF_COLUMN, Cell, Column
from portal.access.queries import visible
from portal.access.sharing import Perimeter
from portal.access.words import Category, Nature
from portal.core import clock
from portal.core.errors import BadInput
from portal.core.models import Establishment
from portal.perimeter import forms
from portal.perimeter.queries import effects
from portal.planning.models import Event
from tests.factories import NOON, a_dossier, a_link, a_parent, an_establishment, an_event, at_once, staff, viewing

WEEK = (Category.PLANNING, Nature.NONE)
TREATMENT = (Category.TREATMENT, Nature.NONE)
HEALTH = (Category.APPOINTMENTS, Nature.HEALTH)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def noon():
    with clock.frozen(NOON):
        yield


@pytest.fixture
@at_once()
def house(db):
    dossier = a_dossier(db)
    return {
        "dossier": dossier,
        "establishment_id": dossier.establishment_id,
        "director": staff(db, dossier, Post.MANAGEMENT),
        "mother": a_parent(db, dossier),
        "informed": a_parent(db, dossier, Authority.INFORMED),
    }


def decided(db, house, cells, **facts):
    facts = {"by": house["director"].account_id, "because": "avis du conseil de la vie sociale"} | facts
    return decide_perimeter(db, house["establishment_id"], cells, **facts)


def weeks(db, one, at=NOON):
    return len(db.scalars(visible(Event, viewing(one), Event.id, at=at)).all())


def test_what_is_opened_is_read_at_once_and_a_new_version_takes_its_place(db, house):
    an_event(db, house["dossier"], category=Category.PLANNING, nature="")
    decided(db, house, {(Column.PARENT_INFORMED, WEEK): True})
    assert weeks(db, house["informed"]) == 1
    with clock.frozen(NOON + DAY):
        decided(db, house, {})
    assert [weeks(db, house["informed"], at) for at in (NOON, NOON + DAY)] == [1, 0]


def test_a_version_may_start_later(db, house):
    an_event(db, house["dossier"], category=Category.PLANNING, nature="")
    decided(db, house, {(Column.PARENT_INFORMED, WEEK): True}, starts_at=NOON + DAY)
    assert [weeks(db, house["informed"], at) for at in (NOON, NOON + DAY)] == [0, 1]


def test_seizures_open_to_the_unit_when_management_says_so(db, house):
    educator = staff(db, house["dossier"], Post.EDUCATION, to_dossier=True)
    seizures = (Category.SEIZURES, Nature.NONE)

    def reads():
        return any(one.categories & {Category.SEIZURES} for one in _reached(db, educator))

    assert not reads()
    decided(db, house, {(STAFF_COLUMN, seizures): True})
    assert reads()


def _reached(db, one):
    from portal.access.queries import reached

    return reached(db, viewing(one), NOON)


@pytest.mark.parametrize(
    ("facts", "cells", "field", "code"),
    [
        ({}, {(Column.PARENT, (Category.INTIMATE_CARE, Nature.NONE)): True}, "cells", "not_openable"),
        ({}, {(Column.RELATIVE, WEEK): True}, "cells", "not_openable"),  # that is for families to agree to
        ({}, {(STAFF_COLUMN, WEEK): True}, "cells", "not_openable"),
        ({"because": " "}, {}, "because", "missing"),
        ({"starts_at": NOON - DAY}, {}, "starts_at", "past"),
    ],
)
def test_what_management_may_not_decide_is_refused_and_nothing_is_written(db, house, facts, cells, field, code):
    with pytest.raises(BadInput) as refused:
        decided(db, house, cells, **facts)
    assert (refused.value.field, refused.value.code) == (field, code)
    assert in_force(db, house["establishment_id"]) is None


def test_only_management_of_that_establishment_decides(db, house):
    others = [
        house["mother"],
        staff(db, house["dossier"], Post.ADMINISTRATION),
        staff(db, a_dossier(db), Post.MANAGEMENT),
        staff(db, house["dossier"], Post.MANAGEMENT, to_dossier=True),
    ]
    for one in others:
        with pytest.raises(BadInput, match="not_entitled"):
            decided(db, house, {}, by=one.account_id)


@pytest.mark.parametrize("later", [timedelta(0), -DAY])
def test_two_versions_are_never_in_force_at_once(db, house, later):
    decided(db, house, {}, starts_at=NOON + 2 * DAY)
    with pytest.raises(BadInput, match="already_one"):
        decided(db, house, {}, starts_at=NOON + 2 * DAY + later)
    assert db.scalar(select(func.count()).select_from(Perimeter)) == 1


def test_a_cell_is_opened_or_closed_never_what_it_already_is():
    for row, cells in FAMILY.items():
        for column, cell in cells.items():
            assert openable(column, row) == {Cell.NEVER: (), Cell.CLOSED: (True,)}.get(cell, (False,))


def test_boxes_ticked_as_shipped_change_nothing_and_any_other_comes_back_as_it_was():
    assert forms.cells_of(sorted(forms.ticked_of({}))) == {}
    for cell in forms.changeable():
        one = {cell: not forms.shipped(*cell)}
        assert forms.cells_of(sorted(forms.ticked_of(one))) == one


def test_the_effect_is_counted_in_people_young_people_and_things(db, house, count):
    place = db.get(Establishment, house["establishment_id"])
    other = a_dossier(db, place)
    a_parent(db, other), a_parent(db, other)
    for dossier in (house["dossier"], other, a_dossier(db)):
        an_event(db, dossier), an_event(db, dossier, category=Category.PLANNING, nature="health")
    before = count()
    (one,) = effects(db, place.id, {(Column.PARENT, HEALTH): False}, NOON)
    few = count() - before
    assert (one.column, one.row, one.opens) == ("parent", HEALTH, False)
    assert (one.people, one.dossiers, one.things) == (3, 2, 4)
    for _ in range(5):
        a_parent(db, a_dossier(db, place))
    before = count()
    effects(db, place.id, {(Column.PARENT, HEALTH): False}, NOON)
    assert count() - before == few


def test_the_effect_is_what_then_happens(db, house):
    an_event(db, house["dossier"], category=Category.PLANNING, nature="")
    cells = {(Column.PARENT_INFORMED, WEEK): True, (Column.PARENT, TREATMENT): True}
    told = {(one.column, one.row): one.people for one in effects(db, house["establishment_id"], cells, NOON)}
    assert told == {("parent_informed", WEEK): 1, ("parent", TREATMENT): 1}
    decided(db, house, cells)
    assert weeks(db, house["informed"]) == 1
    assert effects(db, house["establishment_id"], cells, NOON) == []


# The screens


def post(browser, path, *, status, **fields):
    return browser.submit(path, fields, status=status)


def path_of(house):
    return f"/perimetre/{house['establishment_id']}"


def ticked(page):
    return [str(box["value"]) for box in page.soup.select("input[name=cell][checked]")]


def test_a_director_tries_sees_the_effect_decides_and_goes_back(db, browser, house):
    db.commit()
    browser.sign_in(house["director"].account_id)
    page = browser.open(path_of(house))
    shipped = ticked(page)
    assert "parent|treatment" not in shipped
    wanted = [*shipped, "parent|treatment"]
    effect = post(browser, path_of(house) + "/effet", status=200, cell=wanted)
    assert "1 personne" in effect.text()
    assert db.scalar(select(func.count()).select_from(Perimeter)) == 0
    db.commit()
    post(browser, path_of(house), status=303, cell=wanted, because="avis du conseil", starts_on="")
    assert "parent|treatment" in ticked(browser.open(path_of(house)))
    again = browser.open(path_of(house) + "?version=1")
    assert "Version 1" in again.text()
    assert cells_of(db, in_force(db, house["establishment_id"]).id) == {("parent", TREATMENT): True}


def test_a_version_is_restored_as_a_new_one(db, browser, house):
    decided(db, house, {(Column.PARENT, TREATMENT): True})
    with clock.frozen(NOON + DAY):
        decided(db, house, {})
        db.commit()
        browser.sign_in(house["director"].account_id)
        page = browser.open(path_of(house) + "?version=1")
        assert "parent|treatment" in ticked(page)
        assert "Vous regardez une autre version" in page.text()
    with clock.frozen(NOON + 2 * DAY):
        browser.sign_in(house["director"].account_id)
        post(browser, path_of(house), status=303, cell=ticked(page), because="retour", starts_on="")
        db.rollback()
        now = in_force(db, house["establishment_id"])
        assert (now.version, cells_of(db, now.id)) == (3, {("parent", TREATMENT): True})


@pytest.mark.parametrize(("because", "starts_on"), [("", ""), ("raison", "2020-01-01"), ("raison", "pas une date")])
def test_what_was_ticked_and_typed_is_kept_when_something_is_missing(db, browser, house, because, starts_on):
    db.commit()
    browser.sign_in(house["director"].account_id)
    answer = post(browser, path_of(house), status=422, cell=["parent|treatment"], because=because, starts_on=starts_on)
    assert 'value="parent|treatment"' in answer.answer.text
    assert f'value="{because}"' in answer.answer.text
    assert f'value="{starts_on}"' in answer.answer.text
    assert db.scalar(select(func.count()).select_from(Perimeter)) == 0


def test_a_box_that_is_nobody_s_to_tick_is_refused(db, browser, house):
    db.commit()
    browser.sign_in(house["director"].account_id)
    for cell in ("parent|intimate_care", "parent|nonsense", "|", "relative|household"):
        post(browser, path_of(house) + "/effet", status=400, cell=[cell])


@pytest.mark.parametrize("who", ["mother", "elsewhere", "secretary"])
def test_nobody_else_meets_the_page(db, browser, house, who):
    others = {
        "mother": house["mother"],
        "elsewhere": staff(db, a_dossier(db, an_establishment(db)), Post.MANAGEMENT),
        "secretary": staff(db, house["dossier"], Post.ADMINISTRATION),
    }
    db.commit()
    browser.sign_in(others[who].account_id).open(path_of(house), status=404)
    post(browser, path_of(house), status=404, cell=[], because="x", starts_on="")


@pytest.mark.parametrize("mode", ["", "easy", "pictures"])
def test_the_table_says_every_cell(db, browser, house, mode):
    a_link(db, house["dossier"], Kind.RELATIVE)
    db.commit()
    page = browser.sign_in(house["director"].account_id).reading(mode).open(path_of(house))
    cells = page.soup.select("table.map tbody td")
    assert len(cells) == len(FAMILY) * (len(Column) + 1)
    assert all(cell.get_text(strip=True) for cell in cells)
