"""What staff prepare for a rendez-vous: questions and papers, kept among them or published to the family."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Select, literal, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.access.audience import audience
from portal.access.perimeter import Column
from portal.access.queries import visible
from portal.access.words import Action, Category, Strength, Viewer
from portal.core import clock
from portal.core.errors import BadInput, NeedsStrength, NotFound
from portal.liaison.models import STAFF, Part, Preparation
from portal.planning.models import Event

LONGEST = 2000
LABEL = ("dossier_id", "establishment_id", "category", "nature")


class ToWhom(StrEnum):
    """Who reads a part, besides staff."""

    STAFF = "staff"
    PARENTS = "parents"
    """Those who decide for the young person, and child welfare."""
    BOTH = "both"
    """Them, and the young person."""


_DECIDE = (Column.PARENT, Column.REPRESENT, Column.CHILD_WELFARE)
_THEMSELVES = (Column.SELF_MINOR, Column.SELF_ADULT)
PUBLISHED: Mapping[ToWhom, int] = {
    ToWhom.STAFF: STAFF,
    ToWhom.PARENTS: STAFF | audience([one.value for one in _DECIDE]),
    ToWhom.BOTH: STAFF | audience([one.value for one in (*_DECIDE, *_THEMSELVES)]),
}


@dataclass(frozen=True, slots=True)
class Said:
    """One part, and who reads it."""

    text: str
    to_whom: ToWhom


def to_whom(published_to: int) -> ToWhom:
    """The word for what a row says."""
    return next((word for word, number in PUBLISHED.items() if number == published_to), ToWhom.STAFF)


def texts(viewer: Viewer) -> list[Select[Any]]:
    """What this viewer reads of each part, by ``event_id``, for the page of a rendez-vous to join: ``questions_text``,
    ``questions_published_to``, and so on."""
    return [_text(viewer, part) for part in Part]


def _text(viewer: Viewer, part: Part) -> Select[Any]:
    # Named afterwards: under another name, the text would not be known as one that may say where.
    shown = visible(Preparation, viewer, Preparation.event_id, Preparation.text, Preparation.published_to)
    of = shown.where(Preparation.part == part).subquery()
    named = (of.c.text.label(f"{part}_text"), of.c.published_to.label(f"{part}_published_to"))
    return select(of.c.event_id, *named)


def preparable(viewer: Viewer) -> Select[Any]:
    """Rendez-vous of which this viewer may publish something to the family."""
    chosen = visible(Event, viewer, Event.id.label("event_id"), action=Action.PUBLISH)
    return chosen.where(Event.category == Category.APPOINTMENTS).add_columns(literal(True).label("may_prepare"))


def prepare(db: Session, viewer: Viewer, event_id: UUID, said: Mapping[Part, Said]) -> UUID:
    """Keep these parts in the place of the former ones. The dossier it is about.

    Raises ``NotFound`` (``NeedsStrength``) for whoever may not publish to this family; ``BadInput`` part « too_long ».
    """
    chosen = visible(Event, viewer, action=Action.PUBLISH)
    event = db.scalar(chosen.where(Event.id == event_id, Event.category == Category.APPOINTMENTS))
    if event is None:
        raise NeedsStrength if viewer.strength is not Strength.SUBSTANTIAL else NotFound
    for part, one in said.items():
        if len(one.text.strip()) > LONGEST:
            raise BadInput(part, "too_long")
    for part, one in said.items():
        _keep(db, viewer, event, part, one)
    db.flush()
    dossier_id: UUID = event.dossier_id
    return dossier_id


def _keep(db: Session, viewer: Viewer, event: Event, part: Part, said: Said) -> None:
    facts = {"text": said.text.strip(), "published_to": PUBLISHED[said.to_whom]}
    if not facts["text"]:
        facts["published_to"] = STAFF
    row = _row(db, viewer, event.id, part)
    if row is None and facts["text"]:
        row = _first(db, viewer, event, part, facts)
    if row is None or all(getattr(row, name) == value for name, value in facts.items()):
        return
    for name, value in facts.items():
        setattr(row, name, value)
    row.written_by, row.written_at = viewer.account_id, clock.now()


def _first(db: Session, viewer: Viewer, event: Event, part: Part, facts: Mapping[str, object]) -> Preparation | None:
    """A new row; of two colleagues at once, the second finds that of the first."""
    made = Preparation(
        **{name: getattr(event, name) for name in LABEL},
        **facts,
        event_id=event.id,
        part=part,
        private_to=viewer.account_id,
        written_by=viewer.account_id,
    )
    try:
        with db.begin_nested():
            db.add(made)
    except IntegrityError:
        return _row(db, viewer, event.id, part)
    return None


def _row(db: Session, viewer: Viewer, event_id: UUID, part: Part) -> Preparation | None:
    found: Preparation | None = db.scalar(
        visible(Preparation, viewer).where(Preparation.event_id == event_id, Preparation.part == part)
    )
    return found
