"""What families say, and what follows in the same transaction: staff are told, the DUI will be."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.access.words import Strength, Viewer
from portal.core import clock, helped, outbox
from portal.core.errors import BadInput, NeedsStrength, NotFound, PortalError
from portal.inbox.models import NoticeKind
from portal.inbox.services import tell
from portal.liaison import queries
from portal.liaison.models import STAFF, Coming, EventAnswer
from portal.planning.models import Event

RESPONSE = "response"
"""The kind of event by which the DUI learns of an answer: ``{"answer": id}``."""
LONGEST = 300
"""Signs of a sentence somebody adds."""
LABEL = ("dossier_id", "establishment_id", "category", "nature")


class Changed(PortalError):
    """The rendez-vous is not what the reader answered for: it moved, or it is cancelled. Nothing was kept."""


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody says of a rendez-vous. ``for_start``: the hour that stood on the page they answered from.

    ``typed_by``: who typed it, when they said it on paper.
    """

    coming: Coming
    for_start: datetime
    reason: str = ""
    other_moment: bool = False
    typed_by: UUID | None = None


def answer(db: Session, viewer: Viewer, event_id: UUID, said: Said) -> EventAnswer:
    """Keep this answer in the place of the former one, tell the referent, promise it to the DUI.

    The same answer again changes nothing and tells nobody: a second tap, a page sent twice. Raises ``NotFound`` (or
    ``NeedsStrength``) for whoever may not answer, ``Changed`` when the rendez-vous changed since the page was drawn,
    ``BadInput``: event « over » once it began, reason « too_long ».
    """
    event = queries.event(db, viewer, event_id)
    if event is None:
        raise NeedsStrength if viewer.strength is not Strength.SUBSTANTIAL else NotFound
    if event.state not in queries.OPEN or event.starts_at != said.for_start:
        raise Changed
    if event.starts_at <= clock.now():
        raise BadInput("event", "over")
    said = replace(said, reason=said.reason.strip())
    if len(said.reason) > LONGEST:
        raise BadInput("reason", "too_long")
    one = queries.own(db, viewer, event_id)
    if one is None:
        one, is_new = _first(db, viewer, event, said)
        if is_new:
            return _pass_on(db, one)
    if all(getattr(one, name) == value for name, value in asdict(said).items()):
        return one
    for name, value in asdict(said).items():
        setattr(one, name, value)
    one.said_at, one.helper_id = clock.now(), helped.helper(db)
    return _pass_on(db, one)


def _first(db: Session, viewer: Viewer, event: Event, said: Said) -> tuple[EventAnswer, bool]:
    """The row of this person, and whether it is new: of two taps at once, the second finds that of the first."""
    made = EventAnswer(
        **{name: getattr(event, name) for name in LABEL},
        event_id=event.id,
        said_by=viewer.account_id,
        private_to=viewer.account_id,
        published_to=STAFF,
        **asdict(said),
    )
    try:
        with db.begin_nested():
            db.add(made)
    except IntegrityError:
        found = queries.own(db, viewer, event.id)
        if found is None:
            raise
        return found, False
    return made, True


def _pass_on(db: Session, one: EventAnswer) -> EventAnswer:
    db.flush()
    for account_id in queries.followers(db, one.dossier_id, unit=False):
        tell(db, account_id, NoticeKind.EVENT_ANSWERED, about=one, params={"event": str(one.event_id)})
    outbox.add(db, RESPONSE, {"answer": str(one.id)})
    return one
