"""Acts: asked by staff, answered by those who decide, read by each as far as they may know."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.access.acts import (
    WITH_THE_YOUNG_PERSON,
    Act,
    Answerer,
    Outcome,
    Said,
    Standing,
    deciders,
    settle,
)
from portal.access.axes import NO_TIE, Link
from portal.access.cases import cases
from portal.access.facts import Case
from portal.access.readers import Eye, reader_of
from portal.access.words import Viewer
from portal.core import clock, outbox, scope
from portal.core.errors import BadInput
from portal.core.models import Dossier
from portal.sharing.models import ActAnswer, ActRequest
from portal.sharing.services import ACTIVE, CONSENT, INACTIVE

LONGEST = 300


class Told(StrEnum):
    """What of an act's standing somebody of the family reads: never what somebody else answered (decision 0023)."""

    GRANTED = "granted"
    WAITING = "waiting"
    """An answer is missing, whose is not said."""
    NOT_NOW = "not_now"
    """A disagreement, a refusal, the young person's no, or staff who stopped asking: the same words."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One request, as it stands."""

    request: ActRequest
    standing: Standing
    people: tuple[Answerer, ...]
    """Everybody tied to the young person, with what they said."""
    mine: ActAnswer | None = None
    may_answer: bool = False
    helpers: Mapping[UUID, UUID] = field(default_factory=dict)
    """Who answered → who sat beside them. For staff and for oneself."""

    @property
    def told(self) -> Told:
        if self.standing.outcome is Outcome.GRANTED and self.request.closed_at is None:
            return Told.GRANTED
        if self.standing.outcome is Outcome.MISSING and self.request.closed_at is None:
            return Told.WAITING
        return Told.NOT_NOW


def requests(
    db: Session, account_id: UUID, found: Mapping[UUID, Sequence[Case]], at: datetime | None = None
) -> list[Asked]:
    """Every request on these dossiers, newest first. Two statements. ``found``: dossier → its links."""
    at = at or clock.now()
    asked = db.scalars(
        select(ActRequest).where(ActRequest.dossier_id.in_(found)).order_by(ActRequest.asked_at.desc(), ActRequest.id)
    ).all()
    answers = db.scalars(select(ActAnswer).where(ActAnswer.dossier_id.in_(found), ActAnswer.ended_at.is_(None))).all()
    return [
        _asked(one, found[one.dossier_id], [each for each in answers if each.request_id == one.id], account_id, at)
        for one in asked
    ]


@scope.working("act")
def ask(db: Session, viewer: Viewer, dossier: Dossier, *, act: Act, what: str, can_say: bool = True) -> ActRequest:
    """Staff ask those who decide. Raises ``BadInput``: by « not_entitled »; what « missing » or « too_long »."""
    _refuse_unless_whole(db, viewer, dossier.id)
    said = what.strip()
    if not said or len(said) > LONGEST:
        raise BadInput("what", "too_long" if said else "missing")
    one = ActRequest(
        dossier_id=dossier.id,
        establishment_id=dossier.establishment_id,
        act=act,
        what=said,
        can_say=can_say,
        asked_by=viewer.account_id,
    )
    db.add(one)
    db.flush()
    return one


@scope.working("act")
def close(db: Session, viewer: Viewer, one: ActRequest) -> None:
    """Staff no longer ask. What was answered stays; an accord given for it no longer stands."""
    found = _refuse_unless_whole(db, viewer, one.dossier_id)
    before = _standing(db, one, found)
    if one.closed_at is None:
        one.closed_at = clock.now()
        db.flush()
        _announce(db, one, before, Outcome.MISSING)


@scope.working("act")
def answer(db: Session, viewer: Viewer, one: ActRequest, said: Said) -> ActAnswer:
    """This person's answer, in the place of their former one. ``said`` is « yes », « no » or « unsure ».

    Raises ``BadInput``: by « not_entitled » for whoever does not decide this; request « closed »; said « silent ».
    """
    if said is Said.SILENT:
        raise BadInput("said", "silent")
    if one.closed_at is not None:
        raise BadInput("request", "closed")
    found, at = cases(db, dossier_ids=[one.dossier_id]), clock.now()
    mine = _as_what(one, found, viewer.account_id, at)
    if mine is None:
        raise BadInput("by", "not_entitled")
    before = _standing(db, one, found)
    _end(db, one, viewer.account_id, at)
    given = ActAnswer(
        request_id=one.id,
        dossier_id=one.dossier_id,
        establishment_id=one.establishment_id,
        account_id=viewer.account_id,
        capacity=mine,
        said=said,
        said_at=at,
    )
    db.add(given)
    db.flush()
    _announce(db, one, before, _standing(db, one, found))
    return given


@scope.working("act")
def take_back(db: Session, viewer: Viewer, one: ActRequest) -> None:
    """Whoever answered answers nothing any more, at once; entitled or not today, one's own word is one's own."""
    found = cases(db, dossier_ids=[one.dossier_id])
    before = _standing(db, one, found)
    _end(db, one, viewer.account_id, clock.now())
    _announce(db, one, before, _standing(db, one, found))


def asked_of(db: Session, one: ActRequest) -> list[UUID]:
    """Accounts that may answer it now, in order."""
    found, at = cases(db, dossier_ids=[one.dossier_id]), clock.now()
    accounts = sorted({case.relationship.account_id for case in found})
    return [who for who in accounts if _as_what(one, found, who, at) is not None]


def may_answer(one: ActRequest, found: Sequence[Case], account_id: UUID, at: datetime) -> bool:
    """Whether this account decides of it, or says what they think of it. ``found``: links of its dossier."""
    return one.closed_at is None and _as_what(one, found, account_id, at) is not None


def is_granted(db: Session, one: ActRequest) -> bool:
    """Whether the act may be done now."""
    return one.closed_at is None and _standing(db, one, cases(db, dossier_ids=[one.dossier_id])) is Outcome.GRANTED


def _end(db: Session, one: ActRequest, account_id: UUID, at: datetime) -> None:
    former = select(ActAnswer).where(
        ActAnswer.request_id == one.id, ActAnswer.account_id == account_id, ActAnswer.ended_at.is_(None)
    )
    for each in db.scalars(former):
        each.ended_at = at
    db.flush()


def _standing(db: Session, one: ActRequest, found: Sequence[Case]) -> Outcome:
    now = next(each for each in requests(db, one.asked_by, {one.dossier_id: found}) if each.request.id == one.id)
    return now.standing.outcome


def _announce(db: Session, one: ActRequest, before: Outcome, after: Outcome) -> None:
    """What the DUI keeps as a Consent: an image that may be shown, or no longer."""
    if one.act in WITH_THE_YOUNG_PERSON and (before is Outcome.GRANTED) != (after is Outcome.GRANTED):
        outbox.add(db, CONSENT, {"act": str(one.id), "status": ACTIVE if after is Outcome.GRANTED else INACTIVE})


def _refuse_unless_whole(db: Session, viewer: Viewer, dossier_id: UUID) -> Sequence[Case]:
    found = cases(db, dossier_ids=[dossier_id])
    reader = reader_of(found, viewer.account_id, clock.now())
    if reader is None or reader.eye is not Eye.WHOLE:
        raise BadInput("by", "not_entitled")
    return found


def _asked(
    one: ActRequest, found: Sequence[Case], answers: Sequence[ActAnswer], account_id: UUID, at: datetime
) -> Asked:
    said = {each.account_id: each.said for each in answers}
    people = tuple(_people(found, said, at))
    adult = bool(found) and at >= found[0].majority
    return Asked(
        one,
        settle(one.act, people, adult=adult, can_say=one.can_say),
        people,
        next((each for each in answers if each.account_id == account_id), None),
        may_answer(one, found, account_id, at),
        {each.account_id: each.helper_id for each in answers if each.helper_id is not None},
    )


def _people(found: Iterable[Case], said: Mapping[UUID, Said], at: datetime) -> Iterable[Answerer]:
    """Once each: somebody with two links answers as what decides most."""
    seen: dict[UUID, Answerer] = {}
    for case in found:
        link, who = case.link_at(at), case.relationship.account_id
        if link in NO_TIE or link is Link.STAFF:
            continue
        one = Answerer(who, link, said.get(who, Said.SILENT))
        seen[who] = min(seen.get(who, one), one, key=lambda each: list(Link).index(each.link))
    return seen.values()


def _as_what(one: ActRequest, found: Sequence[Case], account_id: UUID, at: datetime) -> Link | None:
    """As what this account may answer; the young person answers for their image at any age."""
    people = tuple(_people(found, {}, at))
    adult = bool(found) and at >= found[0].majority
    may = [each for each in deciders(one.act, people, adult=adult) if one.can_say or each.link is not Link.SELF]
    if one.act in WITH_THE_YOUNG_PERSON and one.can_say:
        may += [each for each in people if each.link is Link.SELF]
    return next((each.link for each in may if each.who == account_id), None)
