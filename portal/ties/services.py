"""What staff do with links, and what families ask of them. Refused, nothing of it is written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.access import services
from portal.access.axes import Link
from portal.access.models import Kind, Relationship
from portal.access.services import VERIFIED_BY, is_of_the_family, works_on
from portal.core import clock, scope
from portal.core.errors import BadInput, NotFound
from portal.core.models import Account, Dossier
from portal.ties.kinds import LINKS
from portal.ties.models import Correction, CorrectionState

LONGEST = 2000
"""Letters of a request: some twenty lines, enough for a reason and a date."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A link as staff write it. ``account_id`` None: a new account, of this name and mail."""

    link: Link
    starts_at: datetime
    ends_at: datetime | None = None
    account_id: UUID | None = None
    name: str = ""
    mail: str = ""
    relative_key: str | None = None
    proof: str = ""
    """Empty: the link waits, and opens nothing."""


@scope.working("link")
def write(db: Session, dossier: Dossier, wanted: Wanted, *, by: UUID) -> Relationship:
    """Write a link down, with its account when it has none, and verify it at once when the document was seen.

    Raises ``BadInput`` (field, code) as ``access.services.link`` and ``verify`` do; name « missing »; relative_key
    « taken » when somebody else already is that relative of the DUI. Nothing is written then.
    """
    _refuse_who(db, dossier.id, by)
    kind, authority, measure = LINKS[wanted.link]
    with db.begin_nested():
        _refuse_taken(db, dossier, wanted)
        one = services.link(
            db,
            account_id=wanted.account_id or _open_account(db, wanted),
            establishment_id=dossier.establishment_id,
            dossier_id=dossier.id,
            kind=kind,
            authority=authority,
            measure=measure,
            starts_at=wanted.starts_at,
            ends_at=wanted.ends_at,
            relative_key=wanted.relative_key,
        )
        if wanted.proof.strip():
            services.verify(db, one, proof=wanted.proof, by=by)
    return one


def _refuse_who(db: Session, dossier_id: UUID, by: UUID) -> None:
    if is_of_the_family(db, dossier_id, by):
        raise BadInput("by", "family")
    if not works_on(db, dossier_id, by) & VERIFIED_BY:
        raise BadInput("by", "not_entitled")


def _refuse_taken(db: Session, dossier: Dossier, wanted: Wanted) -> None:
    if wanted.relative_key is None:
        return
    at = clock.now()
    others = db.scalars(
        select(Relationship).where(
            Relationship.dossier_id == dossier.id, Relationship.relative_key == wanted.relative_key
        )
    )
    if any(one.account_id != wanted.account_id and (one.ends_at is None or one.ends_at > at) for one in others):
        raise BadInput("relative_key", "taken")


def _open_account(db: Session, wanted: Wanted) -> UUID:
    if not wanted.name.strip():
        raise BadInput("name", "missing")
    account = Account(display_name=wanted.name.strip(), email=wanted.mail.strip() or None)
    db.add(account)
    db.flush()
    return account.id


@scope.working("correction")
def ask(db: Session, link_id: UUID, *, by: UUID, words: str) -> Correction:
    """Somebody says that what is written of their own link is not true, in their words.

    Raises ``NotFound`` for a link that is not theirs; ``BadInput``: words « required » or « too_long », or « waiting »
    when they already asked about this link and nobody answered yet.
    """
    link = db.get(Relationship, link_id)
    if link is None or link.account_id != by or link.kind is Kind.STAFF or link.dossier_id is None:
        raise NotFound
    if not words.strip():
        raise BadInput("words", "required")
    if len(words) > LONGEST:
        raise BadInput("words", "too_long")
    waits = select(Correction.id).where(
        Correction.relationship_id == link.id, Correction.state == CorrectionState.ASKED
    )
    if db.scalar(waits.limit(1)) is not None:
        raise BadInput("words", "waiting")
    one = Correction(
        account_id=by,
        dossier_id=link.dossier_id,
        establishment_id=link.establishment_id,
        relationship_id=link.id,
        words=words.strip(),
    )
    db.add(one)
    db.flush()
    return one


@scope.working("correction")
def answer(db: Session, correction_id: UUID, *, by: UUID, accepted: bool, words: str) -> Correction:
    """Staff say yes or no, and why. Saying yes changes no link by itself: whoever answers writes it anew.

    Raises ``NotFound``; ``BadInput``: words « required » or « too_long »; by « family » or « not_entitled »; state
    « answered ».
    """
    one = db.get(Correction, correction_id)
    if one is None:
        raise NotFound
    _refuse_who(db, one.dossier_id, by)
    if not words.strip():
        raise BadInput("words", "required")
    if len(words) > LONGEST:
        raise BadInput("words", "too_long")
    if one.state is not CorrectionState.ASKED:
        raise BadInput("state", "answered")
    one.state = CorrectionState.ACCEPTED if accepted else CorrectionState.REFUSED
    one.answered_at, one.answered_by, one.answer = clock.now(), by, words.strip()
    db.flush()
    return one
