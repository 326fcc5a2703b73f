"""What the page of the demo reads: names of invented people, and when the DUI last spoke. Nothing about a dossier."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.connectors.dui.records import State
from portal.core import scope
from portal.core.models import Account
from portal.demo.cast import ROLES, account_id
from portal.dossier.models import DuiMessage


def names(db: Session) -> dict[UUID, str]:
    """Account → name, for everybody of the demo."""
    wanted = select(Account).where(Account.id.in_([account_id(role.name) for role in ROLES]))
    with scope.within(db, scope.everywhere("demo")):  # nobody is signed in yet
        return {account.id: account.display_name for account in db.scalars(wanted)}


def last_message_at(db: Session) -> datetime | None:
    """When the newest message taken in was sent; None when none was."""
    return db.scalar(select(func.max(DuiMessage.sent_at)).where(DuiMessage.state == State.TAKEN))
