"""« Mon enfant est absent, ou en retard » : announced, taken back, seen by the unit. What follows goes in the same
transaction: staff or the family are told, the DUI will be."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.access import actions
from portal.access.models import Reach
from portal.access.queries import visible
from portal.access.words import Action, Category, Strength, Viewer
from portal.core import clock, outbox
from portal.core.errors import BadInput, NeedsStrength, NotFound
from portal.core.models import Dossier, Establishment
from portal.inbox.models import NoticeKind
from portal.inbox.services import tell
from portal.liaison import queries
from portal.liaison.models import STAFF, Absence, Why

ABSENCE = "absence"
"""The kind of event by which the DUI learns of one, or of its end: ``{"absence": id}``."""
LONGEST = 200
AHEAD, AT_ONCE = timedelta(days=180), timedelta(days=31)
"""How far ahead one announces, and how many days together: beyond that, one talks to the unit."""
AT_MOST = 60

COLUMNS = (
    Absence.id,
    Absence.first_day,
    Absence.last_day,
    Absence.back_at,
    Absence.why,
    Absence.note,
    Absence.announced_at,
    Absence.withdrawn_at,
    Absence.seen_at,
    Absence.typed_by,
    Absence.helper_id,
)


@dataclass(frozen=True, slots=True)
class Said:
    """What a family announces. ``form_key``: that of the page it was sent from."""

    first_day: date
    last_day: date
    back_at: datetime | None
    why: Why
    note: str
    form_key: UUID
    typed_by: UUID | None = None
    """Who typed it, when they said it on paper."""


def mine(db: Session, viewer: Viewer, today: date) -> list[Row[Any]]:
    """Each young person this viewer may announce for, with what they announced that is not over; NULLs for nothing.

    One statement. A minor does not announce for themselves: those who decide for them do.
    """
    told = visible(Absence, viewer, Absence.dossier_id, *COLUMNS)
    told = told.where(Absence.announced_by == viewer.account_id, Absence.last_day >= today)
    own = told.subquery()
    reach = _entitled(viewer).subquery()
    columns = [own.c[column.key] for column in COLUMNS]
    query = select(*reach.c, *columns).outerjoin(own, own.c.dossier_id == reach.c.dossier_id)
    return list(db.execute(query.order_by(reach.c.dossier_id, own.c.first_day, own.c.announced_at)))


def announced(db: Session, viewer: Viewer, since: date) -> list[Row[Any]]:
    """For staff: what families announced from that day on, soonest first; what was withdrawn stays, crossed out."""
    query = visible(Absence, viewer, Absence.dossier_id, *COLUMNS).where(Absence.last_day >= since)
    return list(db.execute(query.order_by(Absence.first_day, Absence.announced_at).limit(AT_MOST)))


def announce(db: Session, viewer: Viewer, dossier_id: UUID, said: Said) -> Absence:
    """Keep it, tell the unit and the referent, promise it to the DUI; once, however often the form is sent.

    Raises ``NotFound`` (``NeedsStrength``) for whoever may not; ``BadInput``: first_day « past » or « too_far »,
    last_day « before_start » or « too_long », back_at « past » or « one_day », note « too_long ».
    """
    place = _place(db, viewer, dossier_id)
    _refuse(said, clock.local_date(clock.now(), place.time_zone), place.time_zone)
    made = Absence(
        **asdict(said) | {"note": said.note.strip()},
        dossier_id=dossier_id,
        establishment_id=place.id,
        category=Category.PLANNING,
        announced_by=viewer.account_id,
        private_to=viewer.account_id,
        published_to=STAFF,
    )
    try:
        with db.begin_nested():
            db.add(made)
    except IntegrityError:
        sent = visible(Absence, viewer).where(
            Absence.announced_by == viewer.account_id, Absence.form_key == said.form_key
        )
        found: Absence = db.scalars(sent).one()
        return found
    _pass_on(db, made, NoticeKind.ABSENCE_ANNOUNCED)
    return made


def withdraw(db: Session, viewer: Viewer, absence_id: UUID) -> None:
    """Whoever announced it takes it back; the unit is told. Twice changes nothing. Raises ``NotFound``."""
    one = _one(db, viewer, absence_id, Absence.announced_by == viewer.account_id)
    if one.withdrawn_at is None:
        one.withdrawn_at = clock.now()
        _pass_on(db, one, NoticeKind.ABSENCE_WITHDRAWN)


def see(db: Session, viewer: Viewer, absence_id: UUID, dossier_ids: Collection[UUID]) -> None:
    """The unit saw it, and whoever announced it reads so. ``dossier_ids``: those the viewer works with, a broken glass
    apart: it only reads. Raises ``NotFound``; families see nothing as the unit."""
    theirs = Absence.announced_by != viewer.account_id, Absence.dossier_id.in_(dossier_ids)
    one = _one(db, viewer, absence_id, *theirs)
    if one.seen_at is None:
        one.seen_at, one.seen_by = clock.now(), viewer.account_id
        db.flush()
        tell(db, one.announced_by, NoticeKind.ABSENCE_SEEN, about=one)


def _one(db: Session, viewer: Viewer, absence_id: UUID, *which: ColumnElement[bool]) -> Absence:
    found: Absence | None = db.scalar(visible(Absence, viewer).where(Absence.id == absence_id, *which))
    if found is None:
        raise NeedsStrength if viewer.strength is not Strength.SUBSTANTIAL else NotFound
    return found


def _entitled(viewer: Viewer) -> Select[UUID, str, str, str]:
    """Dossiers of which this viewer may answer for the timetable now, with their place (a minor may not: rule 25)."""
    at = clock.now()
    query = (
        select(Reach.dossier_id, Establishment.time_zone, Establishment.name, Establishment.phone)
        .join(Establishment, Establishment.id == Reach.establishment_id)
        .where(
            Reach.account_id == viewer.account_id,
            Reach.category == Category.PLANNING,
            Reach.nature == "",
            Reach.starts_at <= at,
            Reach.ends_at > at,
            Reach.full_at <= viewer.strength,
            Reach.may.op("&")(actions.bit(Action.ANSWER)) != 0,
        )
    )
    return query.distinct()


def _place(db: Session, viewer: Viewer, dossier_id: UUID) -> Establishment:
    query = select(Establishment).join(Dossier, Dossier.establishment_id == Establishment.id)
    found = db.scalar(
        query.where(Dossier.id == dossier_id, Dossier.id.in_(_entitled(viewer).with_only_columns(Reach.dossier_id)))
    )
    if found is None or viewer.through is not None:
        raise NeedsStrength if viewer.strength is not Strength.SUBSTANTIAL else NotFound
    return found


def _refuse(said: Said, today: date, zone: str) -> None:
    if said.first_day < today or said.first_day > today + AHEAD:
        raise BadInput("first_day", "past" if said.first_day < today else "too_far")
    if not said.first_day <= said.last_day <= said.first_day + AT_ONCE:
        raise BadInput("last_day", "before_start" if said.last_day < said.first_day else "too_long")
    if said.back_at is not None:
        if said.last_day != said.first_day:
            raise BadInput("back_at", "one_day")
        if said.back_at <= clock.now() or clock.local_date(said.back_at, zone) != said.first_day:
            raise BadInput("back_at", "past")
    if len(said.note.strip()) > LONGEST:
        raise BadInput("note", "too_long")


def _pass_on(db: Session, one: Absence, kind: NoticeKind) -> None:
    db.flush()
    for account_id in queries.followers(db, one.dossier_id, unit=True):
        tell(db, account_id, kind, about=one)
    outbox.add(db, ABSENCE, {"absence": str(one.id)})
