"""Changes of what access is decided from: ending only takes away, and no two changes cross."""

from __future__ import annotations

from datetime import timedelta
from threading import Thread

from portal.access import services
from portal.access.queries import visible
from portal.core import clock
from portal.core.models import Dossier, DossierState
from portal.planning.models import Event
from tests.factories import NOON, a_dossier, a_parent, an_event, recomputed, viewing

DAY = timedelta(days=1)


def titles(db, one, at=NOON):
    return set(db.scalars(visible(Event, viewing(one), Event.title, at=at)))


def test_ending_a_link_that_is_over_does_not_open_it_again(db):
    dossier = a_dossier(db)
    an_event(db, dossier)
    father = a_parent(db, dossier, ends_at=NOON - DAY)
    services.end(db, father, NOON + DAY)
    assert titles(db, father) == set()
    assert father.ends_at == NOON - DAY


def test_a_link_may_be_ended_sooner_than_was_said(db):
    dossier = a_dossier(db)
    an_event(db, dossier)
    father = a_parent(db, dossier, ends_at=NOON + DAY)
    services.end(db, father, NOON - DAY)
    assert titles(db, father) == set()


def test_a_link_verified_while_somebody_leaves_opens_nothing(db, sessions):
    """Each change sees what the other did: neither lays out answers to facts that are no more."""
    dossier = a_dossier(db)
    an_event(db, dossier)
    father = a_parent(db, dossier, verified=False)
    db.commit()

    def verify():
        with sessions.begin() as other:
            services.verify(other, other.merge(father), proof="livret de famille", by=None)

    verifying = Thread(target=verify)
    with sessions.begin() as other:
        found = other.get(Dossier, dossier.id)
        found.state = DossierState.LEFT
        recomputed(other, found)
        verifying.start()
        verifying.join(1)
    verifying.join(20)
    db.refresh(father)
    assert father.verified_at is not None
    assert titles(db, father) == set()


def test_a_dossier_read_before_somebody_else_closed_it_is_read_again(db, sessions):
    dossier = a_dossier(db)
    an_event(db, dossier)
    father = a_parent(db, dossier, verified=False)
    db.commit()
    with sessions() as mine:
        held, link = mine.get(Dossier, dossier.id), mine.merge(father)
        mine.commit()
        with sessions.begin() as other:
            other.get(Dossier, dossier.id).state = DossierState.LEFT
        assert held.state is DossierState.PRESENT
        services.verify(mine, link, proof="livret de famille", by=None)
        mine.commit()
    assert titles(db, father) == set()


def test_what_a_change_did_not_write_yet_counts_too(db):
    with clock.frozen(NOON):
        dossier = a_dossier(db)
        an_event(db, dossier)
        father = a_parent(db, dossier)
        dossier.state = DossierState.LEFT
        recomputed(db, dossier)
        assert titles(db, father) == set()
