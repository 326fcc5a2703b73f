"""What people are called, by their accounts."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core.models import Account


def names_of(db: Session, account_ids: Iterable[UUID | None]) -> dict[UUID, str]:
    """Account → the name it goes by; who is None or unknown is left out. One statement."""
    wanted = {one for one in account_ids if one is not None}
    query = select(Account.id, Account.display_name).where(Account.id.in_(wanted))
    return {row.id: row.display_name for row in db.execute(query)}
