"""Everything that everybody may do and see: by ``decide()``, and by what lists really answer."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from portal.access.cases import cases
from portal.access.decision import decide
from portal.access.queries import visible
from portal.access.reach import POINTS
from portal.access.words import Action, Category, Scope, Strength, Viewer
from portal.core import clock
from portal.core.models import Account
from portal.dossier.models import DuiClient
from portal.planning.models import Event

WIDE = (Scope.HOUR, Scope.NO_PLACE, Scope.ALL)


def everything(sessions: sessionmaker[Session]) -> set[tuple[Any, ...]]:
    """What can be done, one fact each: nothing here may be more after a restore than it was before."""
    with sessions() as db:
        seen = set(_decided(db))
        for one in db.scalars(select(Account.id)).all():
            seen |= set(_listed(db, one))
        keys = select(DuiClient.id).where(DuiClient.revoked_at.is_(None), DuiClient.expires_at > clock.now())
        seen |= {("key", one) for one in db.scalars(keys)}
        db.rollback()
    return seen


def _decided(db: Session) -> Any:
    """``decide()`` for every link, on what is nobody's in particular."""
    at = clock.now()
    for case in cases(db):
        for category, nature in POINTS:
            facts = case.facts(category, nature, Strength.SUBSTANTIAL, at)
            for action in Action:
                said = decide(facts, category, nature, action)
                for scope in WIDE[: WIDE.index(said.scope) + 1] if said.allowed else ():
                    yield "may", case.relationship.account_id, case.dossier.id, category, nature, action, scope


def _listed(db: Session, account_id: Any) -> Any:
    viewer = Viewer(account_id, Strength.SUBSTANTIAL, frozenset(Category))
    for row in db.execute(visible(Event, viewer, Event.id, Event.title, Event.place)):
        yield from (("sees", account_id, row[0], number, value) for number, value in enumerate(row) if value)
