"""« Fait avec l’aide de… » : who sat beside somebody, kept with whatever they did. One rule, for every table.

Whoever opens a session beside somebody is said once a request (``enter``); a row that carries ``Helped`` keeps it by
itself as it is added, so that nothing new that families do can forget it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, event
from sqlalchemy.orm import Mapped, Session, mapped_column, object_session

KEY = "helper"
"""Where a session's ``info`` keeps it."""


class Helped:
    """A row that says what somebody did: with whose help, too."""

    helper_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    """Who sat beside them as they did it."""


def enter(db: Session, helper_id: UUID | None) -> None:
    """From now on, whoever uses this session of the database has this helper beside them, or nobody."""
    db.info[KEY] = helper_id


def helper(db: Session) -> UUID | None:
    """Who sits beside whoever asks; None for somebody alone."""
    found: UUID | None = db.info.get(KEY)
    return found


def told(helper_id: UUID | None, names: Mapping[UUID, str], *, mine: bool, whole: bool) -> str | None:
    """What a reader is told: a name, "" for somebody of the team, None for nothing at all.

    ``mine``: the reader did it, and knows who sat there. ``whole``: staff who see everything of the sharing. To anybody
    else, how somebody signs in is not theirs to know.
    """
    if helper_id is None or not (mine or whole):
        return None
    return names.get(helper_id, "")


@event.listens_for(Helped, "before_insert", propagate=True)
def _keep(_mapper: Any, _connection: Any, row: Any) -> None:
    db = object_session(row)
    if row.helper_id is None and db is not None:
        row.helper_id = helper(db)
