"""Restrictions: dated limits with their source and proof. Setting one takes one person; lifting a judge's takes two."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from portal.access import reach
from portal.access.models import Post
from portal.access.perimeter import EVENTS, ROWS, Row, row_name
from portal.access.services import is_of_the_family, works_on
from portal.access.sharing import Against, Restriction, Source
from portal.access.words import Category, Nature
from portal.core import clock, scope
from portal.core.errors import BadInput
from portal.core.models import Dossier, Establishment

BY_TWO = frozenset({Source.COURT_ORDER, Source.CONTACT_BAN})
"""Lifted by two people: one asks with the proof, another one confirms."""

SET_BY = {
    Source.COURT_ORDER: frozenset({Post.MANAGEMENT, Post.ADMINISTRATION, Post.SOCIAL_WORK}),
    Source.CONTACT_BAN: frozenset({Post.MANAGEMENT, Post.ADMINISTRATION, Post.SOCIAL_WORK}),
    Source.FREEZE: frozenset({Post.MANAGEMENT}),
    Source.OPPOSITION: frozenset({Post.CARE}),
}
"""Who at work may set it, and lift it."""

BAN_ROWS: tuple[Row, ...] = tuple(
    row
    for row in ROWS
    if row[0] is Category.HOUSEHOLD or (row[0] in EVENTS and row[1] not in (Nature.HEALTH, Nature.JUSTICE))
)
"""What a contact ban always closes: where the other parent lives, who fetches the child when, the school, outings. Of
health and justice the hour and the matter stay, without the place."""

OPPOSED_ROWS: tuple[Row, ...] = tuple(
    row
    for row in ROWS
    if row[1] is Nature.HEALTH or row[0] in (Category.TREATMENT, Category.SEIZURES, Category.DOCUMENTS, Category.DIET)
)
"""What a young person may oppose (CSP L1111-5): the care they asked to keep secret, never the rest."""


@scope.working("restriction")
def restrict(
    db: Session,
    dossier: Dossier,
    *,
    source: Source,
    against: Against,
    rows: Iterable[Row],
    proof: str,
    by: UUID,
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
    account_id: UUID | None = None,
) -> Restriction:
    """Close these rows of the dossier to those it names, from ``starts_at`` (now) to ``ends_at`` (until lifted).

    Raises ``BadInput`` (field, code): by « not_entitled »; account_id « missing », « not_needed » or
    « no_link »; rows « missing » or « not_opposable »; proof « missing »; ends_at « before_start » or « past »; against
    « one_only » for a ban; source « of_age » for the opposition of a minor who is none. Nothing is written then.
    """
    at = clock.now()
    starts = starts_at or at
    chosen = set(rows) | (set(BAN_ROWS) if source is Source.CONTACT_BAN else set())
    _refuse_who(db, dossier, source, by)
    if source is Source.OPPOSITION and at >= _majority(db, dossier):
        raise BadInput("source", "of_age")
    _refuse_whom(db, dossier, source, against, account_id)
    _refuse_what(source, chosen, proof)
    if ends_at is not None and ends_at <= max(starts, at):
        raise BadInput("ends_at", "before_start" if ends_at <= starts else "past")
    one = Restriction(
        dossier_id=dossier.id,
        establishment_id=dossier.establishment_id,
        source=source,
        against=against,
        account_id=account_id,
        rows=" ".join(sorted(row_name(row) for row in chosen)),
        starts_at=starts,
        ends_at=ends_at,
        proof=proof.strip(),
        set_by=by,
    )
    db.add(one)
    reach.recompute(db, dossier_ids=[dossier.id])
    return one


@scope.working("restriction")
def ask_to_lift(db: Session, one: Restriction, *, by: UUID, proof: str) -> None:
    """First of two: name the document that lifts a judge's restriction. It holds until somebody else confirms.

    Raises ``BadInput``: by « not_entitled », proof « missing », restriction « lifted » or « one_is_enough ».
    """
    _refuse_lifted(one)
    if one.source not in BY_TWO:
        raise BadInput("restriction", "one_is_enough")
    if not proof.strip():
        raise BadInput("proof", "missing")
    _refuse_who(db, _dossier(db, one), one.source, by)
    one.lift_asked_by, one.lift_proof = by, proof.strip()
    db.flush()


@scope.working("restriction")
def lift(db: Session, one: Restriction, *, by: UUID) -> None:
    """The restriction ends now. Of a judge's: only after somebody else asked, with the proof (« two_people »)."""
    _refuse_lifted(one)
    _refuse_who(db, _dossier(db, one), one.source, by)
    if one.source in BY_TWO and (one.lift_asked_by is None or one.lift_asked_by == by):
        raise BadInput("by", "two_people")
    one.lifted_by, one.lifted_at = by, clock.now()
    reach.recompute(db, dossier_ids=[one.dossier_id])


def _majority(db: Session, dossier: Dossier) -> datetime:
    zone = db.get_one(Establishment, dossier.establishment_id).time_zone
    return clock.majority(dossier.birth_date, zone)


def _dossier(db: Session, one: Restriction) -> Dossier:
    return db.get_one(Dossier, one.dossier_id)


def _refuse_lifted(one: Restriction) -> None:
    if one.lifted_at is not None:
        raise BadInput("restriction", "lifted")


def _refuse_who(db: Session, dossier: Dossier, source: Source, by: UUID) -> None:
    """Somebody at work now, of the right post, and not of the family."""
    if not works_on(db, dossier.id, by) & SET_BY[source]:
        raise BadInput("by", "not_entitled")


def _refuse_whom(db: Session, dossier: Dossier, source: Source, against: Against, account_id: UUID | None) -> None:
    if (against is Against.ONE) != (account_id is not None):
        raise BadInput("account_id", "missing" if account_id is None else "not_needed")
    if source is Source.CONTACT_BAN and against is not Against.ONE:
        raise BadInput("against", "one_only")
    if source is Source.OPPOSITION and against is not Against.REPRESENTATIVES and against is not Against.ONE:
        raise BadInput("against", "representatives_only")
    if account_id is not None and not is_of_the_family(db, dossier.id, account_id):
        raise BadInput("account_id", "no_link")


def _refuse_what(source: Source, rows: set[Row], proof: str) -> None:
    if not rows:
        raise BadInput("rows", "missing")
    if source is Source.OPPOSITION and not rows <= set(OPPOSED_ROWS):
        raise BadInput("rows", "not_opposable")
    if not proof.strip():
        raise BadInput("proof", "missing")
