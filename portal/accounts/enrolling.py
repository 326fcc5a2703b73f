"""What follows a letter or an invitation: one session to choose how to come in. And losing every way in at once."""

from __future__ import annotations

from urllib.parse import urlencode
from uuid import UUID

from flask import Response, session
from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from portal.accounts import changes
from portal.accounts.models import WAYS, CalendarFeed, Method, SecondStep
from portal.accounts.services import end_all
from portal.accounts.strengths import strength_of
from portal.accounts.views import sign_in
from portal.core import clock, scope
from portal.web import nexts
from portal.web.page import go

CARRIED = ("proved",)
"""What a browser still waits for after a letter: a service just said who they are (``federated_views``)."""


def begin(account_id: UUID, *, suite: str = "/") -> Response:
    """Sign in whoever redeemed a letter or an invitation for this account, and lead them to choose how to come in.

    Raises ``NotFound`` for an account that was closed. ``suite``: one of our pages, for afterwards.
    """
    waiting = {name: session[name] for name in CARRIED if name in session}
    sign_in(account_id, strength_of(Method.LETTER), method=Method.LETTER)
    session.update(waiting)
    after = nexts.safe(suite)
    return go("/ma-connexion/choisir" + (f"?{urlencode({'suite': after})}" if after != nexts.HOME else ""))


@scope.working("ways in")
def revoke_all(db: Session, account_id: UUID) -> None:
    """Every way in of this account goes, with the addresses of its calendars, and every session ends, at once.

    For a phone that was lost, and for whoever leaves; the caller checked that it may. Does not commit.
    """
    for kind in WAYS:
        db.execute(delete(kind).where(kind.account_id == account_id))
    db.execute(delete(SecondStep).where(SecondStep.account_id == account_id))
    feeds = update(CalendarFeed).where(CalendarFeed.account_id == account_id, CalendarFeed.revoked_at.is_(None))
    db.execute(feeds.values(revoked_at=clock.now()))
    end_all(db, account_id)
    changes.note(db, account_id)
