"""What staff do with letters, and what becomes of one that somebody signed in already holds."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from portal.access.adopting import adopt
from portal.access.models import Relationship
from portal.accounts import enrolment
from portal.accounts.enrolment import Issued
from portal.accounts.enrolments import Enrolment
from portal.core.errors import BadInput, NotFound
from portal.letters import queries
from portal.letters.queries import Person

AT_ONCE = 40
"""Letters of one batch: as many pages are drawn in two seconds."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A new letter and whom it is for. It holds the secret: print it, and forget it."""

    person: Person
    issued: Issued
    handed: bool


def issue(
    db: Session,
    dossier_ids: Collection[UUID],
    account_ids: Collection[UUID],
    *,
    by: UUID,
    handed: bool,
    secret_key: str,
) -> list[Letter]:
    """A letter for each of these people; for those who came in before, one that takes their former ways in away.

    ``dossier_ids``: those ``by`` works with in a post that may. Raises ``NotFound`` when somebody is not among the
    people of these dossiers; ``BadInput`` people « required » or « too_many ». Nothing is made then.
    """
    if not account_ids:
        raise BadInput("people", "required")
    if len(account_ids) > AT_ONCE:
        raise BadInput("people", "too_many")
    known = {one.account_id: one for one in queries.people(db, by, dossier_ids, only=account_ids)}
    if not set(account_ids) <= known.keys():
        raise NotFound
    chosen = [one for one in known.values() if one.account_id in set(account_ids)]
    return [Letter(one, _issue(db, one, by, handed, secret_key), handed) for one in chosen]


def _issue(db: Session, one: Person, by: UUID, handed: bool, secret_key: str) -> Issued:
    return enrolment.issue(
        db,
        one.account_id,
        secret_key=secret_key,
        establishment_id=one.establishment_id,
        by=by,
        handed=handed,
        replaces=one.entered,
    )


def join(db: Session, letter: Enrolment, account_id: UUID, *, code: str, secret_key: str) -> Sequence[Relationship]:
    """Add the links of the letter's account, which nobody ever used, to one's own. The links that came.

    A posted letter asks for its second code first: whoever opened the envelope must not come into somebody else's links
    with an account that is surely known. Raises ``BadInput``: code « unknown »; account_id as ``access.adopting.adopt``
    does, or « used » when the letter's account was.
    """
    if not queries.may_join(db, letter.account_id, account_id):
        raise BadInput("account_id", "used")
    if not letter.handed and letter.confirmed_at is None:
        enrolment.confirm_letter(db, letter, code, secret_key=secret_key)
    links = adopt(db, letter.account_id, account_id)
    enrolment.redeem_beside(db, letter, account_id)
    return links
