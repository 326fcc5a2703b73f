"""A stay that ends closes what it opened, by itself."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from portal.access.queries import visible
from portal.core import clock
from portal.core.jobs import Job
from portal.core.models import DossierState
from portal.core.work import run_once
from portal.dossier import jobs
from portal.dossier.jobs import EVERY, SETTLE, ask_to_settle, settle_stays
from portal.dossier.models import Stay
from portal.planning.models import Event
from tests.factories import LONG_AGO, NOON, a_dossier, a_parent, a_unit, an_establishment, an_event, viewing


def a_stay(db, dossier, ends_at, **more):
    facts = {"dossier_id": dossier.id, "establishment_id": dossier.establishment_id, "category": "identity"}
    db.add(Stay(**facts, **{"key": "stay"} | more, state="present", starts_at=LONG_AGO, ends_at=ends_at))
    db.flush()


def test_the_end_of_a_stay_is_noticed_within_a_quarter_of_an_hour(db, sessions):
    dossier, staying = a_dossier(db), a_dossier(db)
    a_stay(db, dossier, NOON)
    a_stay(db, staying, NOON + timedelta(days=30))
    with clock.frozen(NOON - timedelta(minutes=1)):
        ask_to_settle(db)
    db.commit()
    with clock.frozen(NOON - timedelta(minutes=1) + EVERY):
        assert run_once(sessions, {SETTLE: settle_stays})
    db.expire_all()
    assert dossier.state is DossierState.LEFT_READABLE
    assert staying.state is DossierState.PRESENT


def test_each_turn_asks_for_the_next_and_only_one_waits(db, sessions):
    for _ in range(3):
        with clock.frozen(NOON):
            ask_to_settle(db)
    db.commit()
    with clock.frozen(NOON + EVERY):
        run_once(sessions, {SETTLE: settle_stays})
    (waiting,) = db.scalars(select(Job)).all()
    assert waiting.due == NOON + 2 * EVERY


def test_access_follows_in_the_same_transaction(db):
    """Left readable: still read. What closes for good is asked of ``decide()``, so the same path closes it."""
    dossier = a_dossier(db)
    a_stay(db, dossier, NOON)
    an_event(db, dossier)
    mother = a_parent(db, dossier)
    with clock.frozen(NOON):
        settle_stays(db, {})
    assert db.scalars(visible(Event, viewing(mother), Event.title, at=NOON)).all() == ["Neurologue"]
    dossier.state = DossierState.LEFT
    with clock.frozen(NOON):
        settle_stays(db, {})
    assert dossier.state is DossierState.LEFT


def test_only_whoever_moves_has_their_access_laid_out_again(db, monkeypatch):
    """A stay of last year ended too; a quarter of an hour later nobody goes anywhere."""
    place = an_establishment(db)
    elms, willows = a_unit(db, place), a_unit(db, place, "Les Saules")
    staying, moving, leaving = (a_dossier(db, place, unit_id=elms.id) for _ in range(3))
    for dossier, now in ((staying, elms), (moving, willows)):
        a_stay(db, dossier, NOON - timedelta(days=90), key="last year", unit_id=elms.id)
        a_stay(db, dossier, NOON + timedelta(days=90), unit_id=now.id)
    a_stay(db, leaving, NOON)
    laid = []
    monkeypatch.setattr(jobs.reach, "recompute", lambda _db, dossier_ids: laid.append(set(dossier_ids)))
    for minutes in (0, 15):
        with clock.frozen(NOON + timedelta(minutes=minutes)):
            settle_stays(db, {})
    assert laid == [{moving.id, leaving.id}]
    assert moving.unit_id == willows.id
