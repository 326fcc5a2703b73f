"""Where staff say a young person stands, against what the DUI says; and what a leaver leaves behind."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from portal.access import services
from portal.access.models import Post
from portal.connectors.dui.records import StayState
from portal.core.errors import BadInput
from portal.core.models import DossierState
from portal.core.standing import StaffWord
from portal.dossier.models import Identity, Stay
from portal.dossier.services import settle
from portal.inbox.models import Notice, NoticeKind
from portal.inbox.services import tell
from portal.joining import ended
from tests.factories import NOON, a_unit, an_event, staff
from tests.ties.test_links import _place

DAY = timedelta(days=1)


@pytest.fixture
def stay(db, house):
    """The DUI says they are here, in their unit."""
    label = {"dossier_id": house.dossier.id, "establishment_id": house.dossier.establishment_id, "category": "identity"}
    one = Stay(**label, key="S1", state=StayState.PRESENT, starts_at=NOON - 100 * DAY, unit_id=house.unit.id)
    db.add(one)
    db.commit()
    return one


def path(house, *more):
    return "/".join((f"/liens/{house.dossier.id}/situation", *more))


def test_a_dossier_staff_closed_is_not_opened_again_by_the_dui(db, house, stay, come_in, send):
    come_in("director")
    send(path(house), state="left", unit="", because="Parti en septembre, le DUI est en retard.")
    db.refresh(house.dossier)
    assert house.dossier.state is DossierState.LEFT
    settle(db, [house.dossier.id], NOON)
    db.commit()
    db.refresh(house.dossier)
    assert house.dossier.state is DossierState.LEFT
    db.commit()


def test_what_was_closed_by_mistake_is_opened_again_without_a_name_being_read(db, house, stay, come_in, send):
    come_in("director")
    send(path(house), state="left", unit="", because="Parti en septembre.")
    page = come_in("secretary").open("/liens/fermes")
    assert house.dossier.key in page.text("h2")
    assert "Ilyes" not in page.answer.text
    send("/liens/fermes", status=404, dossier=str(house.unit.id))
    send("/liens/fermes", dossier=str(house.dossier.id))
    assert "Ilyes" in come_in("director").open(f"/liens/{house.dossier.id}").text("h1")
    for who in ("social", "nurse", "mother"):
        come_in(who).open("/liens/fermes", status=404)


def test_staff_are_told_what_the_dui_says_instead(db, house, stay, come_in, send):
    come_in("secretary")
    send(path(house), state="left_readable", unit="", because="Parti vendredi.")
    settle(db, [house.dossier.id], NOON)
    db.commit()
    page = come_in("secretary").open(f"/liens/{house.dossier.id}")
    assert "Le DUI dit autre chose que l’équipe : Présent" in page.text().replace("\u00a0", " ")
    assert "Parti vendredi." in page.text()
    assert "Le DUI dit autre chose" in come_in("secretary").open("/liens").text()


def test_the_dui_is_followed_again_when_staff_say_so(db, house, stay, come_in, send):
    come_in("director")
    send(path(house), state="left_readable", unit="", because="Parti vendredi.")
    assert "Changer la situation" in come_in("director").open(f"/liens/{house.dossier.id}").text()
    send(path(house, "dui"))
    db.refresh(house.dossier)
    assert house.dossier.state is DossierState.PRESENT
    assert db.get(StaffWord, house.dossier.id) is None


def test_the_unit_of_the_dui_counts_while_staff_say_nothing_of_it(db, house, stay):
    other = a_unit(db, _place(db, house), "Les Saules")
    director = house.account("director")
    services.place(db, house.dossier, state=DossierState.PRESENT, by=director, because="Il est là.")
    stay.unit_id = other.id
    settle(db, [house.dossier.id], NOON)
    assert house.dossier.unit_id == other.id
    services.place(db, house.dossier, unit_id=house.unit.id, by=director, because="Revenu aux Érables.")
    settle(db, [house.dossier.id], NOON)
    assert house.dossier.unit_id == house.unit.id
    assert db.get(StaffWord, house.dossier.id).dui_unit_id == other.id


@pytest.mark.parametrize("who", ["nurse", "social", "teacher", "mother"])
def test_only_those_who_run_the_place_say_where_somebody_stands(db, house, come_in, send, who):
    come_in(who).open(path(house), status=404)
    send(path(house), status=404, state="left", because="x")
    with pytest.raises(BadInput):
        services.place(db, house.dossier, state=DossierState.LEFT, by=house.account(who), because="x")


def test_a_situation_needs_its_reason_and_keeps_what_was_chosen(db, house, come_in, send):
    come_in("director")
    page = send(path(house), status=422, state="left", unit=str(house.unit.id), because="")
    assert page.soup.select_one("input[name=state][value=left]").has_attr("checked")
    db.refresh(house.dossier)
    assert house.dossier.state is DossierState.PRESENT


def test_a_leaver_takes_no_news_of_anybody_along(db, house):
    event = an_event(db, house.dossier)
    other = staff(db, house.dossier, Post.MANAGEMENT)
    for account in (house.account("teacher"), other.account_id):
        tell(db, account, NoticeKind.APPOINTMENT_ADDED, about=event)
        tell(db, account, NoticeKind.RECEPTION_REFUSED)
    services.end(db, house.links["teacher"], NOON)
    ended(db, house.account("teacher"))
    assert db.scalar(select(func.count()).select_from(Identity)) == 1
    kinds = select(Notice.kind).where(Notice.account_id == house.account("teacher"))
    assert set(db.scalars(kinds)) == {NoticeKind.RECEPTION_REFUSED}
    assert db.scalar(select(func.count()).where(Notice.account_id == other.account_id)) == 2
