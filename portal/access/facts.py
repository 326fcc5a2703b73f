"""From rows to facts: what is true of one link at one instant."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.access.decision import Cover, Facts, Item, Link, Opened, Standing, column_of, link_of
from portal.access.models import Kind, Opening, Relationship
from portal.access.perimeter import row_of
from portal.access.words import Category, Nature, Strength
from portal.core import clock
from portal.core.models import Account, AccountState, Dossier, Establishment, HiddenFrom

_HIDDEN = {
    HiddenFrom.PATIENT: Item.HIDDEN_PATIENT,
    HiddenFrom.REPRESENTATIVES: Item.HIDDEN_REPRESENTATIVES,
    HiddenFrom.FAMILIES: Item.HIDDEN_FAMILIES,
}

_ANEW = {"populate_existing": True}
"""What this session read before may have been changed by another since."""


@dataclass(frozen=True, slots=True)
class Case:
    """One link and all that its decisions need, read once."""

    relationship: Relationship
    account: AccountState
    dossier: Dossier
    majority: datetime
    openings: Sequence[Opening]

    @property
    def link(self) -> Link:
        one = self.relationship
        return link_of(one.kind, one.authority, one.measure)

    def facts(
        self, category: Category, nature: Nature, strength: Strength, at: datetime, item: Item = Item.PLAIN
    ) -> Facts:
        """What is true of this link at ``at``, for a thing of this category and nature."""
        adult = at >= self.majority
        return Facts(
            account=self.account,
            link=self.link,
            standing=self._standing(at),
            dossier=self.dossier.state,
            strength=strength,
            adult=adult,
            post=self.relationship.post,
            cover=self._cover(),
            opened=self._opened(category, nature, adult, at),
            item=item,
        )

    def turning_points(self) -> set[datetime]:
        """Every instant at which the answer may change without anybody doing anything."""
        points = {self.relationship.starts_at, self.majority}
        points |= {one.starts_at for one in self.openings}
        points |= {one.ends_at for one in self.openings if one.ends_at}
        if self.relationship.ends_at:
            points.add(self.relationship.ends_at)
        return points

    def _standing(self, at: datetime) -> Standing:
        one = self.relationship
        if one.verified_at is None:
            return Standing.UNVERIFIED
        if at < one.starts_at:
            return Standing.NOT_YET
        if one.ends_at is not None and at >= one.ends_at:
            return Standing.ENDED
        return Standing.CURRENT

    def _cover(self) -> Cover:
        one = self.relationship
        if one.kind is not Kind.STAFF:
            return Cover.NONE
        if one.dossier_id is not None:
            return Cover.REFERENT if one.referent else Cover.DOSSIER
        if one.unit_id is not None:
            return Cover.UNIT if one.unit_id == self.dossier.unit_id else Cover.NONE
        return Cover.ESTABLISHMENT

    def _opened(self, category: Category, nature: Nature, adult: bool, at: datetime) -> Opened:
        """Deny beats permit, in whatever order the rows stand."""
        column = column_of(self.link, adult)
        row = row_of(category, nature)
        current = [
            one.is_open
            for one in self.openings
            if one.column == column
            and (one.category, one.nature) == row
            and one.starts_at <= at
            and (one.ends_at is None or at < one.ends_at)
        ]
        if not current:
            return Opened.SHIPPED
        return Opened.OPEN if all(current) else Opened.CLOSED


def cases(
    db: Session, *, dossier_ids: Iterable[UUID] | None = None, account_ids: Iterable[UUID] | None = None
) -> list[Case]:
    """Every link to these dossiers, or of these accounts; staff assignments spread over the dossiers they cover.

    As they stand in the database now: what the caller changed must have been flushed.
    """
    query = (
        select(Relationship, Account.state, Dossier, Establishment.time_zone)
        .join(Account, Account.id == Relationship.account_id)
        .join(Dossier, Dossier.establishment_id == Relationship.establishment_id)
        .join(Establishment, Establishment.id == Dossier.establishment_id)
        .where(
            (Relationship.dossier_id == Dossier.id)
            | (
                Relationship.dossier_id.is_(None)
                & (Relationship.unit_id.is_(None) | (Relationship.unit_id == Dossier.unit_id))
            )
        )
    )
    if dossier_ids is not None:
        query = query.where(Dossier.id.in_(list(dossier_ids)))
    if account_ids is not None:
        query = query.where(Relationship.account_id.in_(list(account_ids)))
    rows = db.execute(query.execution_options(**_ANEW)).all()
    openings = _openings(db, {dossier.establishment_id for _, _, dossier, _ in rows})
    return [
        Case(link, state, dossier, clock.majority(dossier.birth_date, zone), openings.get(dossier.establishment_id, ()))
        for link, state, dossier, zone in rows
    ]


def item_of(
    *,
    held_until: datetime | None,
    hidden_from: HiddenFrom,
    private_to: UUID | None,
    account_id: UUID,
    at: datetime,
) -> Item:
    """What a row says of itself to this account, the strictest first."""
    if private_to is not None and private_to != account_id:
        return Item.OTHERS
    if held_until is not None and at < held_until:
        return Item.HELD
    if hidden_from is not HiddenFrom.NOBODY:
        return _HIDDEN[hidden_from]
    return Item.MINE if private_to is not None else Item.PLAIN


def _openings(db: Session, establishments: set[UUID]) -> dict[UUID, list[Opening]]:
    found: dict[UUID, list[Opening]] = {}
    query = select(Opening).where(Opening.establishment_id.in_(establishments))
    for one in db.scalars(query.execution_options(**_ANEW)):
        found.setdefault(one.establishment_id, []).append(one)
    return found
