"""What happens beside a change of links: whose address is whose, who is told, what a leaver leaves behind.

``ties`` knows no inbox and no dossier: it asks here (``ties.joints.Joints``).
"""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from portal.access import reach
from portal.access.models import Kind, Post, Relationship
from portal.access.queries import posted_to, visible
from portal.access.services import VERIFIED_BY, works_on
from portal.access.words import Viewer
from portal.core import clock, scope
from portal.core.models import Dossier, DossierState, Unit
from portal.dossier.models import Contact, Identity, Relative
from portal.dossier.services import settle as settle_by_stays
from portal.households import own_parts
from portal.inbox.models import NoticeKind
from portal.inbox.services import forget_out_of_reach, tell
from portal.planning.homes import plain
from portal.ties.joints import CloseOne, Found
from portal.ties.models import Correction

_CLOSE = (
    Relative.dossier_id,
    Relative.key,
    Relative.given_name,
    Relative.family_name,
    Relative.relation,
    Relative.relation_label,
    Relative.role,
    Relative.protection,
    Relative.protection_label,
)


def close_ones(db: Session, viewer: Viewer, dossier_ids: Collection[UUID]) -> list[CloseOne]:
    """Those close to these young people whom the viewer may read of, by name."""
    rows = db.execute(visible(Relative, viewer, *_CLOSE).where(Relative.dossier_id.in_(dossier_ids))).all()
    mails = visible(Contact, viewer, Contact.dossier_id, Contact.owner, Contact.value).where(
        Contact.dossier_id.in_(dossier_ids), Contact.kind == "mail"
    )
    last_wins = mails.order_by(Contact.position.desc())
    mail = {(dossier_id, owner): value for dossier_id, owner, value in db.execute(last_wins)}
    found = [
        CloseOne(
            dossier_id=row.dossier_id,
            key=row.key,
            name=f"{row.given_name} {row.family_name}".strip(),
            mail=mail.get((row.dossier_id, row.key), ""),
            relation=row.relation,
            relation_label=row.relation_label,
            role=row.role,
            protection=row.protection,
            protection_label=row.protection_label,
        )
        for row in rows
    ]
    return sorted(found, key=lambda one: (one.name, one.key))


def verified(db: Session, link: Relationship) -> None:
    """Their address and telephone are theirs, and no more the other parent's to read."""
    if link.dossier_id is not None:
        with scope.within(db, scope.establishments(link.establishment_id)):
            own_parts(db, [link.dossier_id])


def ended(db: Session, account_id: UUID) -> None:
    """What they were told about people they reach nothing of any more goes at once."""
    forget_out_of_reach(db, account_id)


def asked(db: Session, one: Correction) -> None:
    """Tell whoever may answer. The notice says nothing of anybody."""
    with scope.within(db, scope.establishments(one.establishment_id)):
        posted = posted_to(db, one.establishment_id, VERIFIED_BY)
        able = {account for account in posted if works_on(db, one.dossier_id, account)}  # not their own family's
    for account_id in sorted(able):
        tell(db, account_id, NoticeKind.CORRECTION_ASKED)


def answered(db: Session, one: Correction) -> None:
    """Tell whoever asked."""
    tell(db, one.account_id, NoticeKind.CORRECTION_ANSWERED)


def broken(db: Session, link: Relationship) -> None:
    """Tell management and the referent at once, but not whoever broke the glass."""
    with scope.within(db, scope.establishments(link.establishment_id)):
        told = posted_to(db, link.establishment_id, (Post.MANAGEMENT,)) | set(db.scalars(_referents(link)))
        identity = db.scalar(select(Identity).where(Identity.dossier_id == link.dossier_id))
    for account_id in sorted(told - {link.account_id}):
        tell(db, account_id, NoticeKind.GLASS_BROKEN, about=identity)


def settle(db: Session, dossier: Dossier) -> None:
    """By the stays the DUI told, at once."""
    with scope.within(db, scope.establishments(dossier.establishment_id)):
        settle_by_stays(db, [dossier.id], clock.now())
        reach.recompute(db, dossier_ids=[dossier.id])


def find(db: Session, establishment_id: UUID, unit_id: UUID, given_name: str) -> list[Found]:
    """Whoever is present in this unit under this very first name; the caller logs that they were found."""
    wanted = plain(given_name)
    query = (
        select(Dossier, Identity.given_name, Identity.family_name, Unit.name)
        .join(Identity, Identity.dossier_id == Dossier.id)
        .join(Unit, Unit.id == Dossier.unit_id)
        .where(
            Dossier.establishment_id == establishment_id,
            Dossier.unit_id == unit_id,
            Dossier.state == DossierState.PRESENT,
        )
    )
    with scope.within(db, scope.establishments(establishment_id)):
        rows = db.execute(query).all()
    named = [row for row in rows if wanted and plain(row.given_name) == wanted]
    named.sort(key=lambda row: row.family_name)
    return [Found(row[0], row.given_name, row.family_name[:1], row[3]) for row in named]


def _referents(link: Relationship) -> Select[UUID]:
    at = clock.now()
    return select(Relationship.account_id).where(
        Relationship.dossier_id == link.dossier_id,
        Relationship.kind == Kind.STAFF,
        Relationship.referent.is_(True),
        Relationship.verified_at.is_not(None),
        Relationship.starts_at <= at,
        Relationship.ends_at.is_(None) | (Relationship.ends_at > at),
    )
