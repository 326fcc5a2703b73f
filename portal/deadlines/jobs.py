"""Once a day: who is to be told of a date to come, and was not yet. ``portal.reminding`` tells them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.access.axes import Link
from portal.access.cases import cases
from portal.access.facts import Case
from portal.access.models import Kind
from portal.access.queries import posted_to
from portal.core import clock
from portal.core.jobs import enqueue
from portal.core.models import Dossier
from portal.deadlines.dates import after_last, majority_day, step_reached
from portal.deadlines.expiries import WARNED, End, ends, is_known
from portal.deadlines.majority import PROTECTS, TOLD, is_referent
from portal.deadlines.models import CretonDecision, Reminder, Thing, Topic, WarnedEnd
from portal.deadlines.queries import HERE, SETTLES, by_dossier, coming_of_age
from portal.deadlines.services import remind

REMIND = "deadlines.remind"
HOUR = time(4, 30)
"""In UTC: in Paris, in La Réunion and in Martinique it is then the same day."""


@dataclass(frozen=True, slots=True)
class Told:
    """Somebody to tell now. ``about``: the reminder that says of what; None for a list that runs the establishment."""

    account_id: UUID
    about: Reminder | None


def majorities(db: Session, establishment_id: UUID, now: datetime, zone: str) -> Iterator[Told]:
    """The young person, parents, delegates, child welfare and the referent, once for each step."""
    today = clock.local_date(now, zone)
    near = {one.id: one for one in coming_of_age(db, [establishment_id], now) if step_reached(_of_age(one), today)}
    for dossier_id, links in by_dossier(db, near).items():
        dossier = near[dossier_id]
        day = _of_age(dossier)
        for account_id, own in _told_of_majority(links, now):
            yield from _told(db, dossier, account_id, Topic.MAJORITY, dossier_id, day, today, own)


def cretons(db: Session, establishment_id: UUID, now: datetime, zone: str) -> Iterator[Told]:
    """Management, social work, the referent, the adult and whoever represents them, before a decision ends."""
    today = clock.local_date(now, zone)
    query = (
        select(CretonDecision, Dossier)
        .join(Dossier, Dossier.id == CretonDecision.dossier_id)
        .where(CretonDecision.cancelled_at.is_(None), CretonDecision.ends_on >= today)
        .where(Dossier.establishment_id == establishment_id, Dossier.state.in_(HERE))
        .order_by(CretonDecision.ends_on.desc(), CretonDecision.id)
    )
    last: dict[UUID, tuple[CretonDecision, Dossier]] = {}
    for decision, dossier in db.execute(query):
        last.setdefault(dossier.id, (decision, dossier))  # one that was renewed needs nothing more
    near = {key: one for key, one in last.items() if step_reached(after_last(one[0].ends_on), today)}
    at_work = posted_to(db, establishment_id, SETTLES, now)
    for dossier_id, links in by_dossier(db, near).items():
        decision, dossier = near[dossier_id]
        day = after_last(decision.ends_on)
        for account_id, own in _told_of_creton(links, now, at_work):
            yield from _told(db, dossier, account_id, Topic.CRETON, decision.id, day, today, own)


def expiries(db: Session, establishment_id: UUID, now: datetime, zone: str) -> Iterator[Told]:
    """Those who run the establishment, of all that ends soon; of an agreement, whoever gave it too.

    Nobody of a young person's own family is told here of what ends about them, though they work there, and of a
    restriction nobody whose post may not set one of its kind.
    """
    told = _warned(db, establishment_id, now)
    fresh = [one for one in ends(db, now, [establishment_id]) if (one.thing, one.thing_id, one.ends_at) not in told]
    if not fresh:
        return
    db.add_all(
        WarnedEnd(
            thing=one.thing,
            thing_id=one.thing_id,
            ends_at=one.ends_at,
            establishment_id=one.establishment_id,
            dossier_id=one.dossier_id,
        )
        for one in fresh
    )
    db.flush()
    families = _families(db, fresh)
    at_work = {post: posted_to(db, establishment_id, (post,), now) for post in WARNED}
    for account_id in sorted(set[UUID]().union(*at_work.values())):
        posts = [post for post in WARNED if account_id in at_work[post]]
        if any(is_known(one, posts) and account_id not in families.get(one.dossier_id, ()) for one in fresh):
            yield Told(account_id, None)
    for one in fresh:
        if one.thing is Thing.AGREEMENT:
            yield from _giver(db, one, now, zone)


def ask_to_remind(db: Session, *, first: bool = False) -> None:
    """One turn a day, however many workers start; at once when a worker starts, which may have been down for a week."""
    now = clock.now()
    next_turn = datetime.combine(now.date(), HOUR, now.tzinfo)
    due = now if first else next_turn if next_turn > now else next_turn + timedelta(days=1)
    enqueue(db, REMIND, {}, due=due, key=REMIND)


def _of_age(dossier: Dossier) -> date:
    return majority_day(dossier.birth_date)


def _told_of_majority(links: Sequence[Case], now: datetime) -> list[tuple[UUID, bool]]:
    """(account, whether it is the young person's own), in one order, each once."""
    found = {
        (case.relationship.account_id, case.link_at(now) is Link.SELF)
        for case in links
        if case.link_at(now) in TOLD or is_referent(case, now)
    }
    return sorted(found)


def _told_of_creton(links: Sequence[Case], now: datetime, at_work: set[UUID]) -> list[tuple[UUID, bool]]:
    found = set()
    for case in links:
        link, account_id = case.link_at(now), case.relationship.account_id
        settles = link is Link.STAFF and (account_id in at_work or is_referent(case, now))
        if settles or link is Link.SELF or link in PROTECTS:
            found.add((account_id, link is Link.SELF))
    return sorted(found)


def _told(
    db: Session, dossier: Dossier, account_id: UUID, topic: Topic, subject_id: UUID, day: date, today: date, own: bool
) -> Iterator[Told]:
    step = step_reached(day, today)
    assert step is not None, "only what is near was looked up"
    one = remind(db, dossier, account_id, topic, subject_id=subject_id, step=step, day=day, own=own)
    if one is not None:
        yield Told(account_id, one)


def _warned(db: Session, establishment_id: UUID, now: datetime) -> set[tuple[Thing, UUID, datetime]]:
    """Ends to come that were told already."""
    query = select(WarnedEnd.thing, WarnedEnd.thing_id, WarnedEnd.ends_at)
    here = query.where(WarnedEnd.establishment_id == establishment_id, WarnedEnd.ends_at > now)
    return {(thing, thing_id, ends_at) for thing, thing_id, ends_at in db.execute(here)}


def _families(db: Session, found: Sequence[End]) -> dict[UUID | None, set[UUID]]:
    families: dict[UUID | None, set[UUID]] = {}
    for case in cases(db, dossier_ids={one.dossier_id for one in found if one.dossier_id}):
        if case.relationship.kind is not Kind.STAFF:
            families.setdefault(case.dossier.id, set()).add(case.relationship.account_id)
    return families


def _giver(db: Session, one: End, now: datetime, zone: str) -> Iterator[Told]:
    """Whoever gave it, while some link still ties them to the young person."""
    assert one.dossier_id is not None
    assert one.given_by is not None
    mine = cases(db, dossier_ids=[one.dossier_id], account_ids=[one.given_by])
    links = {case.link_at(now) for case in mine} & (TOLD | PROTECTS)
    if not links:
        return
    day = clock.local_date(one.ends_at, zone)
    reminder = remind(
        db,
        mine[0].dossier,
        one.given_by,
        Topic.AGREEMENT,
        subject_id=one.thing_id,
        step=0,
        day=day,
        own=Link.SELF in links,
    )
    if reminder is not None:
        yield Told(one.given_by, reminder)
