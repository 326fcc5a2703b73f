"""Record a Creton decision, cancel one, remember that somebody was told."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.access.axes import Link
from portal.access.cases import cases
from portal.access.models import Post
from portal.access.words import Category
from portal.core import clock, scope
from portal.core.errors import BadInput
from portal.core.models import LEFT, Dossier, DossierState
from portal.deadlines.dates import CRETON_AGE, months_before
from portal.deadlines.models import CretonDecision, Reminder, Topic
from portal.deadlines.queries import SETTLES, zone_of

LONGEST = 24
"""Months. The decision is looked at again every year; a date further away is a slip of the hand."""


@scope.working("creton")
def record(db: Session, dossier: Dossier, *, decided_on: date, ends_on: date, proof: str, by: UUID) -> CretonDecision:
    """The CDAPH keeps this young person here until ``ends_on``, included.

    Raises ``BadInput``: by « not_entitled »; dossier « left »; decided_on « future » or « already »; ends_on
    « before_start », « too_far » or « too_young » (it ends before the age from which such a decision is needed); proof
    « missing ». Nothing is written then.
    """
    _refuse_who(db, dossier, by)
    if dossier.state in LEFT:
        raise BadInput("dossier", "left")
    today = clock.local_date(clock.now(), zone_of(db, dossier.id))
    if decided_on > today:
        raise BadInput("decided_on", "future")
    if ends_on <= decided_on:
        raise BadInput("ends_on", "before_start")
    if ends_on > months_before(decided_on, -LONGEST):
        raise BadInput("ends_on", "too_far")
    if ends_on < clock.birthday(dossier.birth_date, CRETON_AGE):
        raise BadInput("ends_on", "too_young")
    if not proof.strip():
        raise BadInput("proof", "missing")
    if _standing(db, dossier.id, decided_on):
        raise BadInput("decided_on", "already")
    one = CretonDecision(
        dossier_id=dossier.id,
        establishment_id=dossier.establishment_id,
        category=Category.IDENTITY,
        decided_on=decided_on,
        ends_on=ends_on,
        proof=proof.strip(),
        recorded_by=by,
    )
    db.add(one)
    db.flush()
    return one


@scope.working("creton")
def cancel(db: Session, one: CretonDecision, *, by: UUID) -> None:
    """It was written by mistake. It stays, crossed out; cancelling again changes nothing. « not_entitled » as above."""
    _refuse_who(db, db.get_one(Dossier, one.dossier_id), by)
    if one.cancelled_at is None:
        one.cancelled_at, one.cancelled_by = clock.now(), by
    db.flush()


def remind(
    db: Session, dossier: Dossier, account_id: UUID, topic: Topic, *, subject_id: UUID, step: int, day: date, own: bool
) -> Reminder | None:
    """Note that this account is told of ``day``; None when it was told before. ``own``: of the young person's own.

    A step that passed while nobody looked is not told after a later one.
    """
    told = select(Reminder.id).where(
        Reminder.private_to == account_id,
        Reminder.topic == topic,
        Reminder.subject_id == subject_id,
        Reminder.step <= step,
        Reminder.day == day,
    )
    if db.scalars(told.limit(1)).first() is not None:
        return None
    present = dossier.state is DossierState.PRESENT
    one = Reminder(
        dossier_id=dossier.id,
        establishment_id=dossier.establishment_id,
        category=Category.PLANNING if own and present else Category.IDENTITY,
        private_to=account_id,
        topic=topic,
        subject_id=subject_id,
        step=step,
        day=day,
    )
    db.add(one)
    db.flush()
    return one


def earlier(db: Session, one: Reminder) -> list[UUID]:
    """Reminders of the same thing to the same person that this one takes the place of."""
    same = (Reminder.private_to == one.private_to, Reminder.topic == one.topic, Reminder.subject_id == one.subject_id)
    return list(db.scalars(select(Reminder.id).where(*same, Reminder.id != one.id)))


def _standing(db: Session, dossier_id: UUID, decided_on: date) -> bool:
    query = select(CretonDecision.id).where(
        CretonDecision.dossier_id == dossier_id,
        CretonDecision.decided_on == decided_on,
        CretonDecision.cancelled_at.is_(None),
    )
    return db.scalars(query.limit(1)).first() is not None


def _refuse_who(db: Session, dossier: Dossier, by: UUID) -> None:
    """Somebody who works for the whole establishment, in a post that settles such things, and not of the family."""
    for case in cases(db, dossier_ids=[dossier.id], account_ids=[by]):
        link = case.relationship
        whole = link.dossier_id is None and link.unit_id is None
        if case.link_at(clock.now()) is Link.STAFF and whole and link.post in RECORDS:
            return
    raise BadInput("by", "not_entitled")


RECORDS = (*SETTLES, Post.ADMINISTRATION)
"""Who may write a decision down: the secretary opens the letters."""
