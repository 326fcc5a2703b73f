"""« Talons » : codes on a sheet, and what staff type of them: the reader's own answer, under the rules of the web.

A code is random, serves once, ends with the rendez-vous (or with the week), and is kept as a mark only. Whoever finds
one learns nothing: only staff who may read what it answers are told what that is.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select, update
from sqlalchemy.orm import Session

from portal.access.preview import Previewed
from portal.access.queries import visible
from portal.access.words import Action, Category, Strength, Viewer
from portal.accounts.enrolment import ALPHABET, tidy
from portal.core import clock, scope
from portal.core.errors import BadInput
from portal.core.keys import derive, marked
from portal.core.models import Account, Dossier, Establishment
from portal.liaison import absences, callbacks, services
from portal.liaison.models import STAFF, Coming, Suits, ToWhom, Why
from portal.liaison.queries import OPEN
from portal.planning.models import Event
from portal.sheets.models import About, Coupon
from portal.sheets.week import SEVEN, Talon, Week

SIGNS = 8
"""30⁸: with twenty wrong tries a quarter of an hour, and some thousand open coupons, nobody meets one by chance."""
_SHOWN = (
    *(Coupon.id, Coupon.dossier_id, Coupon.reader_id, Coupon.about, Coupon.event_id, Coupon.for_start),
    *(Coupon.expires_at, Coupon.used_at, Coupon.used_by),
)


@dataclass(frozen=True, slots=True)
class Answered:
    """What stood on a coupon, typed by staff. Fields that its kind does not ask for are left out."""

    coming: Coming | None = None
    other_moment: bool = False
    words: str = ""
    first_day: date | None = None
    last_day: date | None = None
    to_whom: ToWhom = ToWhom.UNIT
    suits: Suits = Suits.ANY
    phone: str = ""


def issue(db: Session, one: Previewed, week: Week, secret_key: str) -> list[Talon]:
    """A new code for each thing of this sheet that its reader may answer, the soonest first."""
    end = clock.midnight(week.monday + timedelta(days=SEVEN), week.zone)
    if end <= clock.now():
        return []
    events = {m.told.id: m.told for day in week.days for m in day.moments if m.told and not m.away}
    made: list[tuple[Talon, dict[str, Any]]] = []
    with scope.within(db, scope.account(one.account_id)):
        reader = Viewer(one.account_id, Strength.SUBSTANTIAL)
        answerable = db.execute(_answerable(reader, list(events))).all()
        away = any(row.dossier_id == one.dossier_id for row in absences.mine(db, reader, clock.now().date()))
        call = any(row.dossier_id == one.dossier_id for row in callbacks.mine(db, reader))
    for row in answerable:
        label = {"category": Category.APPOINTMENTS, "nature": row.nature, "event_id": row.id}
        made.append(_draw(About.EVENT, label | {"for_start": row.starts_at, "expires_at": row.starts_at}))
    for about, may in ((About.ABSENCE, away), (About.CALL, call)):
        made += [_draw(about, {"category": Category.PLANNING, "expires_at": end})] if may else []
    place = db.scalars(select(Dossier.establishment_id).where(Dossier.id == one.dossier_id)).one()
    for talon, facts in made:
        mark = _mark(secret_key, talon.code)
        whose = {"dossier_id": one.dossier_id, "establishment_id": place, "reader_id": one.account_id}
        db.add(Coupon(**facts, **whose, private_to=one.account_id, published_to=STAFF, code_hash=mark))
    db.flush()
    return [talon for talon, _ in made]


def look(db: Session, staff: Viewer, code: str, *, secret_key: str) -> Row[Any]:
    """The coupon of this code, for staff who read what it answers.

    Raises ``BadInput`` code « unknown » for any other, whatever the reason; « used » and « over » for one they read.
    """
    found = db.execute(
        visible(Coupon, staff, *_SHOWN).where(Coupon.code_hash == _mark(secret_key, read(code)))
    ).one_or_none()
    if found is None or found.reader_id == staff.account_id:  # nobody types for themselves: their own page asks them
        raise BadInput("code", "unknown")
    if found.used_at is not None:
        raise BadInput("code", "used")
    if found.expires_at <= clock.now():
        raise BadInput("code", "over")
    return found


def read(typed: str) -> str:
    """The code in what was typed, or in what a scanner wrote: the whole address behind the square."""
    return tidy(typed.rpartition("=")[2])


def answer(db: Session, staff: Viewer, coupon: Row[Any], said: Answered) -> None:
    """What the reader wrote becomes their answer, as from the page; it says who typed it. The coupon serves no more.

    Raises ``BadInput``: code « used »; whatever the service of liaison refuses, ``liaison.services.Changed`` when the
    rendez-vous is no longer the one that was printed. Nothing is kept then.
    """
    with db.begin_nested():
        mine = update(Coupon).where(Coupon.id == coupon.id, Coupon.used_at.is_(None))
        spent = db.execute(mine.values(used_at=clock.now(), used_by=staff.account_id).returning(Coupon.id)).all()
        if not spent:
            raise BadInput("code", "used")
        with scope.within(db, scope.account(coupon.reader_id)):
            _PASSED_ON[coupon.about](db, Viewer(coupon.reader_id, Strength.SUBSTANTIAL), coupon, said, staff.account_id)


def told(db: Session, staff: Viewer, coupon: Row[Any]) -> tuple[str, str, datetime | None]:
    """Whose answer it is, and to what: a name, the title of the rendez-vous, its hour as it was printed."""
    name = db.scalar(select(Account.display_name).where(Account.id == coupon.reader_id)) or ""
    title = ""
    if coupon.event_id is not None:
        title = db.scalar(visible(Event, staff, Event.title).where(Event.id == coupon.event_id)) or ""
    zone = db.scalars(
        select(Establishment.time_zone)
        .join(Dossier, Dossier.establishment_id == Establishment.id)
        .where(Dossier.id == coupon.dossier_id)
    ).one()
    return name, title, clock.local(coupon.for_start, zone) if coupon.for_start else None


def _answerable(reader: Viewer, event_ids: list[UUID]) -> Any:
    columns = (Event.id, Event.nature, Event.starts_at)
    query = visible(Event, reader, *columns, action=Action.ANSWER).where(
        Event.id.in_(event_ids),
        Event.category == Category.APPOINTMENTS,
        Event.state.in_(OPEN),
        Event.starts_at > clock.now(),
    )
    return query.order_by(Event.starts_at, Event.id)


def _draw(about: About, facts: dict[str, Any]) -> tuple[Talon, dict[str, Any]]:
    code = "".join(secrets.choice(ALPHABET) for _ in range(SIGNS))
    return Talon(about, code, facts.get("event_id")), facts | {"about": about}


def _mark(secret_key: str, code: str) -> bytes:
    return marked(derive(secret_key, "coupons"), code)


def _event(db: Session, reader: Viewer, coupon: Row[Any], said: Answered, by: UUID) -> None:
    if said.coming is None:
        raise BadInput("coming", "required")
    whole = services.Said(said.coming, coupon.for_start, said.words, said.other_moment, by)
    services.answer(db, reader, coupon.event_id, whole)


def _absence(db: Session, reader: Viewer, coupon: Row[Any], said: Answered, by: UUID) -> None:
    if said.first_day is None:
        raise BadInput("first_day", "required")
    last = said.last_day or said.first_day
    whole = absences.Said(said.first_day, last, None, Why.UNSAID, said.words, coupon.id, by)
    absences.announce(db, reader, coupon.dossier_id, whole)


def _call(db: Session, reader: Viewer, coupon: Row[Any], said: Answered, by: UUID) -> None:
    whole = callbacks.Said(said.to_whom, said.suits, said.words, said.phone, coupon.id, by)
    callbacks.ask(db, reader, coupon.dossier_id, whole)


_PASSED_ON: dict[About, Callable[[Session, Viewer, Row[Any], Answered, UUID], None]] = {
    About.EVENT: _event,
    About.ABSENCE: _absence,
    About.CALL: _call,
}
