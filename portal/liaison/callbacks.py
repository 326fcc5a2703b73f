"""« Rappelez-moi » : asked by a family, taken and done by those it was asked of."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, and_, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.access.models import Kind, Post, Reach, Relationship
from portal.access.queries import posted_to, visible
from portal.access.words import Category, Nature, Strength, Viewer
from portal.core import clock, helped
from portal.core.errors import BadInput, NeedsStrength, NotFound
from portal.core.models import Dossier, Establishment
from portal.inbox.models import NoticeKind
from portal.inbox.services import tell
from portal.liaison import queries
from portal.liaison.models import Callback, CallState, Suits, ToWhom, label

LONGEST, PHONE = 120, 30
SHOWN = timedelta(days=14)
"""How long a request that is over stays on both pages."""
AT_MOST = 60
OVER = frozenset({CallState.DONE, CallState.WITHDRAWN})
STAFF_SAY = frozenset({CallState.TAKEN, CallState.UNREACHED, CallState.DONE})

COLUMNS = (
    Callback.id,
    Callback.to_whom,
    Callback.suits,
    Callback.subject,
    Callback.phone,
    Callback.state,
    Callback.asked_at,
    Callback.handled_at,
    Callback.typed_by,
    Callback.helper_id,
)


@dataclass(frozen=True, slots=True)
class Said:
    """What a family asks. ``form_key``: that of the page it was sent from."""

    to_whom: ToWhom
    suits: Suits
    subject: str
    phone: str
    form_key: UUID
    typed_by: UUID | None = None
    """Who typed it, when they said it on paper."""


def mine(db: Session, viewer: Viewer) -> list[Row[Any]]:
    """Each young person this viewer may ask about, whether the nurse may be asked, and what they asked lately.

    One statement; NULLs for nothing asked. A minor does not ask for themselves here.
    """
    told = visible(Callback, viewer, Callback.dossier_id, *COLUMNS)
    recent = or_(Callback.state.not_in(OVER), Callback.asked_at > clock.now() - SHOWN)
    own = told.where(Callback.asked_by == viewer.account_id, recent).subquery()
    nurse = _reached(viewer, Category.APPOINTMENTS, Nature.HEALTH).with_only_columns(Reach.dossier_id)
    reach = _reached(viewer, Category.PLANNING, Nature.NONE).subquery()
    query = select(
        *reach.c, reach.c.dossier_id.in_(nurse).label("nurse"), *(own.c[column.key] for column in COLUMNS)
    ).outerjoin(own, own.c.dossier_id == reach.c.dossier_id)
    return list(db.execute(query.order_by(reach.c.dossier_id, own.c.asked_at.desc())))


def waiting(db: Session, viewer: Viewer) -> list[Row[Any]]:
    """For staff: who is to be called, oldest first, then what was done lately."""
    recent = or_(Callback.state.not_in(OVER), Callback.asked_at > clock.now() - SHOWN)
    query = visible(Callback, viewer, Callback.dossier_id, Callback.asked_by, *COLUMNS).where(recent)
    return list(db.execute(query.order_by(Callback.state.in_(OVER), Callback.asked_at).limit(AT_MOST)))


def ask(db: Session, viewer: Viewer, dossier_id: UUID, said: Said) -> None:
    """Keep it and tell those it is asked of; once, however often the form is sent.

    While they are still to call, asking the same people anew changes the request. Raises ``NotFound``
    (``NeedsStrength``) for whoever may not; ``BadInput``: subject or phone « too_long ».
    """
    place_id = _place(db, viewer, dossier_id, said.to_whom)
    facts = asdict(said) | {"subject": said.subject.strip(), "phone": said.phone.strip()}
    for name, longest in (("subject", LONGEST), ("phone", PHONE)):
        if len(facts[name]) > longest:
            raise BadInput(name, "too_long")
    one = _open(db, viewer, dossier_id, said.to_whom)
    if one is not None:
        for name in ("suits", "subject", "phone"):
            setattr(one, name, facts[name])
        one.helper_id = helped.helper(db)
        return
    one = Callback(
        **facts,
        **label(said.to_whom),
        dossier_id=dossier_id,
        establishment_id=place_id,
        asked_by=viewer.account_id,
        private_to=viewer.account_id,
    )
    try:
        with db.begin_nested():
            db.add(one)
    except IntegrityError:
        return
    for account_id in _asked(db, dossier_id, place_id, said.to_whom):
        tell(db, account_id, NoticeKind.CALL_ASKED, about=one)


def withdraw(db: Session, viewer: Viewer, callback_id: UUID) -> None:
    """Whoever asked no longer does. Raises ``NotFound``."""
    _change(db, viewer, callback_id, CallState.WITHDRAWN, Callback.asked_by == viewer.account_id)


def say(db: Session, viewer: Viewer, callback_id: UUID, state: CallState, dossier_ids: Collection[UUID]) -> None:
    """Somebody at work took it, called in vain, or called; the family is told. ``dossier_ids``: those the viewer works
    with, a broken glass apart: it only reads. Raises ``NotFound``."""
    if state not in STAFF_SAY:
        raise BadInput("state", "choice")
    theirs = Callback.asked_by != viewer.account_id, Callback.dossier_id.in_(dossier_ids)
    one = _change(db, viewer, callback_id, state, *theirs)
    if one is not None:
        tell(db, one.asked_by, NoticeKind.CALL_CHANGED, about=one)


def _change(db: Session, viewer: Viewer, callback_id: UUID, state: CallState, *which: Any) -> Callback | None:
    """The request in its new state; None when it was over, or stood there already."""
    columns = visible(Callback, viewer, Callback.id, Callback.state).where(Callback.id == callback_id, *which)
    if db.execute(columns).one_or_none() is None:
        raise NeedsStrength if viewer.strength is not Strength.SUBSTANTIAL else NotFound
    one = db.get_one(Callback, callback_id)
    if one.state in OVER or one.state is state:
        return None
    one.state, one.handled_at = state, clock.now()
    if state is not CallState.WITHDRAWN:
        one.handled_by = viewer.account_id
    db.flush()
    return one


def _open(db: Session, viewer: Viewer, dossier_id: UUID, to_whom: ToWhom) -> Callback | None:
    columns = visible(Callback, viewer, Callback.id).where(
        Callback.asked_by == viewer.account_id,
        Callback.dossier_id == dossier_id,
        Callback.to_whom == to_whom,
        Callback.state.not_in(OVER),
    )
    found = db.scalar(columns.limit(1))
    return db.get(Callback, found) if found else None


def _reached(viewer: Viewer, category: Category, nature: Nature) -> Any:
    """Dossiers of the family whose rows of that sort this viewer reads, be it the hour."""
    at = clock.now()
    return (
        select(Reach.dossier_id, Establishment.time_zone, Establishment.name, Establishment.phone.label("place_phone"))
        .join(Establishment, Establishment.id == Reach.establishment_id)
        .join(Relationship, Relationship.id == Reach.relationship_id)
        .join(Dossier, Dossier.id == Reach.dossier_id)
        .where(
            Reach.account_id == viewer.account_id,
            and_(Reach.category == category, Reach.nature == nature),
            Reach.starts_at <= at,
            Reach.ends_at > at,
            Reach.hour_at <= viewer.strength,
            Reach.sees_mine,
            Relationship.kind != Kind.STAFF,
            or_(Relationship.kind != Kind.SELF, Dossier.birth_date <= clock.born_by(at.date())),
        )
        .distinct()
    )


def _place(db: Session, viewer: Viewer, dossier_id: UUID, to_whom: ToWhom) -> UUID:
    row = label(to_whom)
    mine = _reached(viewer, Category(str(row["category"])), Nature(str(row["nature"])))
    query = select(Dossier.establishment_id).where(
        Dossier.id == dossier_id, Dossier.id.in_(mine.with_only_columns(Reach.dossier_id))
    )
    found = db.scalar(query)
    if found is None or viewer.through is not None:
        raise NeedsStrength if viewer.strength is not Strength.SUBSTANTIAL else NotFound
    return found


def _asked(db: Session, dossier_id: UUID, place_id: UUID, to_whom: ToWhom) -> Collection[UUID]:
    match to_whom:
        case ToWhom.UNIT:
            return queries.followers(db, dossier_id, unit=True)
        case ToWhom.REFERENT:
            return queries.followers(db, dossier_id, unit=False, instead=(Post.MANAGEMENT,))
        case ToWhom.SECRETARY:
            return sorted(posted_to(db, place_id, (Post.ADMINISTRATION,)))
        case ToWhom.NURSE:
            return sorted(posted_to(db, place_id, (Post.CARE,)))
