"""When somebody left, whoever says so; and « grisé » that closes by itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from portal.access import services as access
from portal.access.words import Strength
from portal.connectors.dui.intake import Sender
from portal.core import clock
from portal.core.jobs import Job
from portal.core.models import LEFT, Dossier, DossierState
from portal.deadlines.dates import months_before
from portal.inbox.queries import visible
from portal.planning.models import Event
from portal.reception import make_intake
from portal.retention.jobs import CLOSE, ask_to_close, close_old
from portal.retention.queries import aging
from portal.retention.rules import READABLE_FOR
from tests.conftest import a_configuration
from tests.connectors.dui.writing import FINESS, bundle, patient, raw, stay
from tests.factories import NOON, a_dossier, a_parent, an_establishment, an_event, viewing
from tests.retention.conftest import vault  # noqa: F401 - the fixture stands beside


@given(st.lists(st.sampled_from(DossierState), min_size=1, max_size=6))
def test_whatever_happens_who_left_has_a_date_and_who_has_not_none(states):
    dossier = Dossier(state=DossierState.PRESENT)
    for day, state in enumerate(states):
        before, at = dossier.state, NOON + timedelta(days=day)
        with clock.frozen(at):
            dossier.state = state
        assert (dossier.left_at is not None) is (state in LEFT)
        if state is not before:
            assert dossier.state_since == at


def test_closing_what_is_grise_does_not_move_the_day_they_left():
    dossier = Dossier(state=DossierState.LEFT_READABLE)
    dossier.left_at = NOON - timedelta(days=200)
    dossier.state = DossierState.LEFT
    assert dossier.left_at == NOON - timedelta(days=200)
    dossier.state = DossierState.PRESENT
    assert dossier.left_at is None


def test_staff_who_place_somebody_elsewhere_date_it(db):
    dossier = a_dossier(db)
    with clock.frozen(NOON):
        access.place(db, dossier, state=DossierState.LEFT_READABLE)
    db.flush()
    db.expire_all()
    assert db.get_one(Dossier, dossier.id).left_at == NOON


@pytest.mark.parametrize(
    ("end", "left"),
    [
        ("2026-09-01", datetime(2026, 8, 31, 22, tzinfo=UTC)),
        (None, NOON),
        ("2027-03-01", NOON),
    ],
)
def test_a_message_that_says_somebody_left_dates_it_by_the_end_of_their_stay(sessions, vault, end, left):  # noqa: F811
    with clock.frozen(NOON), sessions.begin() as db:
        place = an_establishment(db, finess=FINESS)
    intake = make_intake(a_configuration(), sessions, vault)
    period = {"start": "2024-09-02"} | ({"end": end} if end else {})
    with clock.frozen(NOON):
        intake.take_in(raw(bundle(patient(), stay(status="finished", period=period))), Sender("DUI", {FINESS: place}))
    with sessions() as db:
        dossier = db.scalars(select(Dossier)).one()
        assert dossier.state is DossierState.LEFT_READABLE
        assert dossier.left_at is not None
        assert abs(dossier.left_at - left) <= timedelta(days=1)


def test_grise_is_read_for_six_months_and_closes_by_itself(db):
    dossier = a_dossier(db)
    event = an_event(db, dossier, nature="school")
    mother = a_parent(db, dossier)
    left_on = months_before(NOON.date(), READABLE_FOR)
    access.place(db, dossier, state=DossierState.LEFT_READABLE)
    dossier.left_at = clock.midnight(left_on, "Europe/Paris")
    db.commit()
    for at, state, reads in (
        (NOON - timedelta(days=1), DossierState.LEFT_READABLE, True),
        (NOON, DossierState.LEFT, False),
    ):
        with clock.frozen(at):
            close_old(db, {})
            db.commit()
            assert db.get_one(Dossier, dossier.id).state is state
            found = db.scalars(visible(Event, viewing(mother, Strength.SUBSTANTIAL), Event.id)).all()
            assert (event.id in found) is reads


def test_the_daily_turn_removes_nothing(db):
    dossier = a_dossier(db, state=DossierState.LEFT)
    dossier.left_at = NOON - timedelta(days=3000)
    event = an_event(db, dossier)
    db.commit()
    with clock.frozen(NOON):
        close_old(db, {})
        ask_to_close(db)
    db.commit()
    assert db.get(Event, event.id) is not None
    assert len(db.scalars(select(Job).where(Job.kind == CLOSE)).all()) == 1


def test_once_closed_counts_still_from_the_day_they_left(db):
    dossier = a_dossier(db, state=DossierState.LEFT_READABLE)
    dossier.left_at = clock.midnight(months_before(NOON.date(), 20), "Europe/Paris")
    with clock.frozen(NOON):
        access.place(db, dossier, state=DossierState.LEFT)
        assert [one.months for one in aging(db, NOON)] == [20]
