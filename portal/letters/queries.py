"""Who of the families has a letter, and what became of it. Whoever asks reaches the dossiers, as the page settled."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session, aliased

from portal.access.models import Kind, Relationship
from portal.accounts import enrolment
from portal.accounts.enrolments import Enrolment
from portal.accounts.models import SignIn
from portal.core import clock, scope
from portal.core.errors import NotFound
from portal.core.models import Account, AccountState, Dossier, Establishment
from portal.core.names import names_of
from portal.dossier.models import Identity


class State(StrEnum):
    """How far somebody is on their way in."""

    NONE = "none"
    """Nobody made them a letter yet."""
    WAITING = "waiting"
    """A letter of theirs may still serve."""
    OVER = "over"
    """Their last letter ended, was revoked or is locked, and never served."""
    TO_CONFIRM = "to_confirm"
    """They came in by a posted letter: who they are is not known yet."""
    IN = "in"


TO_DO = (State.TO_CONFIRM, State.OVER, State.NONE)
"""Where staff have something to do, in that order."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of a family, with their account."""

    account_id: UUID
    name: str
    state: State
    letter: Enrolment | None
    """The latest."""
    entered: bool
    """They came in before: a new letter takes their former ways in away."""
    dossier_ids: tuple[UUID, ...]
    """Of those asked for."""
    establishment_id: UUID


@dataclass(frozen=True, slots=True)
class Made:
    """One letter of somebody's, for their page."""

    letter: Enrolment
    by: str
    open: bool


@scope.working("letter")
def people(
    db: Session, viewer_id: UUID, dossier_ids: Collection[UUID], *, only: Collection[UUID] | None = None
) -> list[Person]:
    """Whoever may get a letter from this member of staff: of verified links to these dossiers, by name.

    Not minors themselves (staff open their space beside them), nor whoever works here (they are invited), nor the
    family of whoever asks. ``only``: of these accounts, and nobody else is read.
    """
    links = _links(db, viewer_id, dossier_ids, only)
    accounts = {one.account_id for one in links}
    letters = _letters(db, accounts)
    seen = set(db.scalars(select(SignIn.account_id).where(SignIn.account_id.in_(accounts)).distinct()))
    found = []
    for account in db.scalars(select(Account).where(Account.id.in_(accounts), Account.state == AccountState.ACTIVE)):
        own = [one for one in links if one.account_id == account.id]
        found.append(_person(account, own, letters.get(account.id, []), account.id in seen))
    return sorted(found, key=lambda one: (one.name.casefold(), one.account_id))


def one(db: Session, viewer_id: UUID, dossier_ids: Collection[UUID], account_id: UUID) -> Person:
    """One of them. Raises ``NotFound``."""
    for found in people(db, viewer_id, dossier_ids, only=[account_id]):
        return found
    raise NotFound


@scope.working("letter")
def history(db: Session, account_id: UUID) -> list[Made]:
    """Every letter of somebody's, the latest first."""
    letters = _letters(db, [account_id]).get(account_id, [])
    names = names_of(db, (one.issued_by for one in letters))
    return [Made(one, names.get(one.issued_by, "") if one.issued_by else "", enrolment.is_open(one)) for one in letters]


@scope.working("letter")
def latest(db: Session, account_id: UUID) -> Enrolment | None:
    """The letter that a second code would be of: the latest that was not revoked."""
    return next((one for one in _letters(db, [account_id]).get(account_id, []) if one.revoked_at is None), None)


@scope.working("letter")
def given_names(db: Session, account_id: UUID) -> list[str]:
    """First names of the young people an account is tied to by links that are verified and not over.

    For whoever has just shown the secret of its letter, and nobody else.
    """
    query = (
        select(Identity.given_name)
        .join(Relationship, Relationship.dossier_id == Identity.dossier_id)
        .where(Relationship.account_id == account_id, Relationship.kind != Kind.STAFF, *_standing())
    )
    return sorted(set(db.scalars(query)) - {""})


@scope.working("letter")
def may_join(db: Session, from_id: UUID, to_id: UUID) -> bool:
    """Whether the first account was never used, so that its links may become the second's.

    Neither may work here, and nobody becomes the young person: their own account stays theirs.
    """
    used = db.scalar(select(SignIn.id).where(SignIn.account_id == from_id).limit(1)) is not None
    served = any(one.redeemed_at is not None for one in _letters(db, [from_id]).get(from_id, []))
    own = and_(Relationship.account_id == from_id, Relationship.kind == Kind.SELF)
    at_work = and_(Relationship.account_id.in_([from_id, to_id]), *_at_work())
    return not used and not served and db.scalar(select(Relationship.id).where(own | at_work).limit(1)) is None


@scope.working("letter")
def place_of(db: Session, establishment_id: UUID) -> Establishment:
    return db.get_one(Establishment, establishment_id)


def _links(
    db: Session, viewer_id: UUID, dossier_ids: Collection[UUID], only: Collection[UUID] | None
) -> list[Relationship]:
    works = aliased(Relationship)
    own_family = select(Relationship.dossier_id).where(
        Relationship.account_id == viewer_id, Relationship.kind != Kind.STAFF, Relationship.dossier_id.is_not(None)
    )
    query = (
        select(Relationship, Dossier.birth_date, Establishment.time_zone)
        .join(Dossier, Dossier.id == Relationship.dossier_id)
        .join(Establishment, Establishment.id == Dossier.establishment_id)
        .where(
            Relationship.dossier_id.in_(dossier_ids),
            Relationship.dossier_id.not_in(own_family),
            Relationship.kind.not_in([Kind.STAFF, Kind.OUTSIDE_DOCTOR]),
            Relationship.account_id.not_in(select(works.account_id).where(*_at_work(works))),
            *_standing(),
        )
        .order_by(Relationship.created_at, Relationship.id)
    )
    if only is not None:
        query = query.where(Relationship.account_id.in_(only))
    now = clock.now()
    return [
        link
        for link, born, zone in db.execute(query)
        if link.kind is not Kind.SELF or now >= clock.majority(born, zone)
    ]


def _standing() -> tuple[ColumnElement[bool], ...]:
    return (
        Relationship.verified_at.is_not(None),
        Relationship.ends_at.is_(None) | (Relationship.ends_at > clock.now()),
    )


def _at_work(link: type[Relationship] = Relationship) -> tuple[ColumnElement[bool], ...]:
    """Work that is not over, verified or not."""
    return link.kind == Kind.STAFF, link.ends_at.is_(None) | (link.ends_at > clock.now())


def _letters(db: Session, account_ids: Iterable[UUID]) -> dict[UUID, list[Enrolment]]:
    query = select(Enrolment).where(Enrolment.account_id.in_(list(account_ids)))
    found: dict[UUID, list[Enrolment]] = {}
    for letter in db.scalars(query.order_by(Enrolment.issued_at.desc(), Enrolment.id)):
        found.setdefault(letter.account_id, []).append(letter)
    return found


def _person(account: Account, links: list[Relationship], letters: list[Enrolment], seen: bool) -> Person:
    served = next((one for one in letters if one.redeemed_at is not None), None)
    return Person(
        account_id=account.id,
        name=account.display_name,
        state=_state(account, letters, served, seen),
        letter=letters[0] if letters else None,
        entered=seen or served is not None,
        dossier_ids=tuple(dict.fromkeys(one.dossier_id for one in links if one.dossier_id)),
        establishment_id=links[0].establishment_id,
    )


def _state(account: Account, letters: list[Enrolment], served: Enrolment | None, seen: bool) -> State:
    if letters and enrolment.is_open(letters[0]):
        return State.WAITING
    if served is not None and not served.handed and account.identity_checked_at is None:
        return State.TO_CONFIRM
    if served is not None or seen:
        return State.IN
    return State.OVER if letters else State.NONE
