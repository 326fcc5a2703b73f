"""An old backup does not bring back what a purge removed."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from portal.core import clock
from portal.core.models import Account, AccountState, Dossier, DossierState
from portal.dossier.models import Identity, Kept
from portal.planning.models import Event
from portal.retention import services
from portal.safekeeping.declared import What
from tests.factories import NOON
from tests.safekeeping.conftest import home, postgres_home  # noqa: F401 - fixtures
from tests.safekeeping.world import a_world


def left(db, dossier_id, months):
    dossier = db.get_one(Dossier, dossier_id)
    dossier.state, dossier.left_at = DossierState.LEFT, NOON - timedelta(days=31 * months)


def test_what_was_emptied_and_erased_since_the_backup_goes_again(home):  # noqa: F811
    with clock.frozen(NOON):
        with home.sessions().begin() as db:
            world = a_world(db, home.vault)
        with home.sessions().begin() as db:
            left(db, world.erased, 26)
            left(db, world.left, 14)
        backup = home.back_up()
        done = services.purge(home.sessions(), home.vault, NOON)
        assert (done.erased, done.emptied) == (1, 1)
        there, told = home.restored(backup)
        assert told.replayed.done[What.ERASED] == 1
        assert told.replayed.done[What.EMPTIED] == 1
        with there.sessions()() as db:
            assert db.get(Dossier, world.erased) is None
            assert not db.scalars(select(Event).where(Event.dossier_id == world.left)).all()
            assert db.scalars(select(Identity).where(Identity.dossier_id == world.left)).one()
            assert not db.scalars(select(Kept).where(Kept.dossier_id == world.erased)).all()
            closed = db.get_one(Account, world.people["stranger"])
            assert closed.state is AccountState.CLOSED
        assert not there.vault.exists(world.object)
        # its name came back with the backup; the next purge takes it, and has nothing else to do there
        again = services.purge(there.sessions(), there.vault, NOON)
        assert (again.erased, again.emptied, again.accounts) == (0, 0, 1)
        with there.sessions()() as db:
            assert db.get_one(Account, world.people["stranger"]).display_name == ""
