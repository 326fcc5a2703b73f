"""From rows to facts: what is true of one link at one instant."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from portal.access.audience import REFERENT, audience
from portal.access.axes import Cover, Facts, Item, Link, Opened, Restricted, link_of
from portal.access.decision import column_of
from portal.access.models import Kind, Post, Relationship
from portal.access.perimeter import EVENTS, STAFF_COLUMN, Row, row_name, row_of
from portal.access.sharing import Against, Agreement, Restriction, Source
from portal.access.words import Category, Nature, Strength
from portal.core.models import AccountState, Dossier, HiddenFrom

_HIDDEN = {
    HiddenFrom.PATIENT: Item.HIDDEN_PATIENT,
    HiddenFrom.REPRESENTATIVES: Item.HIDDEN_REPRESENTATIVES,
    HiddenFrom.FAMILIES: Item.HIDDEN_FAMILIES,
}
_REPRESENTATIVES = frozenset(
    {
        Link.PARENT_FULL,
        Link.PARENT_INFORMED,
        Link.PARENT_WITHDRAWN,
        Link.DELEGATE,
        Link.REPRESENT,
        Link.ASSIST,
        Link.PROPERTY,
        Link.CHILD_WELFARE,
    }
)
_OUTLIVE_MAJORITY = frozenset({Link.SELF, Link.REPRESENT})
"""Whose agreements still hold when the young person is an adult: a parent agreed for a child."""


@dataclass(frozen=True, slots=True)
class Version:
    """One version of the perimeter: cells it opens (True) or closes (False), by column and row."""

    starts_at: datetime
    cells: dict[tuple[str, Row], bool]


@dataclass(frozen=True, slots=True)
class Case:
    """One link and all that its decisions need, read once."""

    relationship: Relationship
    account: AccountState
    dossier: Dossier
    majority: datetime
    versions: Sequence[Version] = ()
    """Oldest first."""
    agreements: Sequence[Agreement] = ()
    """Given to this relationship."""
    restrictions: Sequence[Restriction] = ()
    """On this dossier."""
    of_the_family: bool = False
    """A staff link of somebody whom a family link ties to the same young person: at work too, they are family."""

    @property
    def link(self) -> Link:
        """What the link is, whatever its dates."""
        one = self.relationship
        return link_of(one.kind, one.authority, one.measure)

    def facts(
        self, category: Category, nature: Nature, strength: Strength, at: datetime, item: Item = Item.PLAIN
    ) -> Facts:
        """What is true of this link at ``at``, for a thing of this category and nature."""
        row, link = row_of(category, nature), self.link_at(at)
        adult = at >= self.majority and link is not Link.STAFF
        return Facts(
            link=link,
            dossier=self.dossier.state,
            strength=strength,
            adult=adult,
            post=self.relationship.post,
            cover=self._cover(),
            opened=self.opened_at(row, at),
            agreed=self._agreed(row, adult, at),
            restricted=self._restricted(row, at),
            item=item,
        )

    def link_at(self, at: datetime) -> Link:
        """The link as it stands at ``at``: what it is, or why it counts for nothing."""
        one = self.relationship
        if self.account is not AccountState.ACTIVE:
            return Link.CLOSED_ACCOUNT
        if one.verified_at is None:
            return Link.UNVERIFIED
        if at < one.starts_at:
            return Link.NOT_YET
        if one.ends_at is not None and at >= one.ends_at:
            return Link.ENDED
        return Link.NONE if self.of_the_family else self.link

    def turning_points(self) -> set[datetime]:
        """Every instant at which the answer may change without anybody doing anything."""
        one = self.relationship
        points = {one.starts_at, one.ends_at, self.majority}
        points |= {version.starts_at for version in self.versions}
        for agreement in self.agreements:
            points |= {agreement.starts_at, agreement.ends_at, agreement.withdrawn_at}
        for restriction in self._against_this():
            points |= {restriction.starts_at, restriction.ends_at, restriction.lifted_at}
        return {point for point in points if point is not None}

    def audiences(self, at: datetime) -> int:
        """The audiences this link belongs to, as one number."""
        link = self.link_at(at)
        if link is Link.STAFF:
            mine = [self.relationship.post.value] if self.relationship.post is not Post.NONE else []
            return audience([*mine, *([REFERENT] if self._cover() is Cover.REFERENT else [])])
        column = column_of(link, at >= self.majority)
        return audience([column]) if column else 0

    def _cover(self) -> Cover:
        one = self.relationship
        if one.kind is not Kind.STAFF:
            return Cover.NONE
        if one.emergency:
            return Cover.BREAK_GLASS
        if one.dossier_id is not None:
            return Cover.REFERENT if one.referent else Cover.DOSSIER
        if one.unit_id is not None:
            return Cover.UNIT if one.unit_id == self.dossier.unit_id else Cover.NONE
        return Cover.ESTABLISHMENT

    def column_at(self, at: datetime) -> str | None:
        """The column of the perimeter that rules this link; None when it opens nothing by itself."""
        link = self.link_at(at)
        return STAFF_COLUMN if link is Link.STAFF else column_of(link, at >= self.majority)

    def version_at(self, at: datetime) -> Version | None:
        """The version of the perimeter in force; None: everything is as shipped."""
        return next((version for version in reversed(self.versions) if version.starts_at <= at), None)

    def opened_at(self, row: Row, at: datetime) -> Opened:
        """What the version in force says of this link's cell; one it does not name is as shipped."""
        version, column = self.version_at(at), self.column_at(at)
        if version is None or column is None or (column, row) not in version.cells:
            return Opened.SHIPPED
        return Opened.OPEN if version.cells[column, row] else Opened.CLOSED

    def _agreed(self, row: Row, adult: bool, at: datetime) -> bool:
        return any(
            (one.category, one.nature) == row and one.stands(at) and (not adult or one.capacity in _OUTLIVE_MAJORITY)
            for one in self.agreements
        )

    def _restricted(self, row: Row, at: datetime) -> Restricted:
        current = [one for one in self._against_this() if one.stands(at)]
        if any(row_name(row) in one.rows.split() for one in current):
            return Restricted.CLOSED
        if row[0] in EVENTS and any(one.source is Source.CONTACT_BAN for one in current):
            return Restricted.NO_PLACE
        return Restricted.NO

    def _against_this(self) -> Iterable[Restriction]:
        link = self.link
        if link is Link.STAFF:
            return ()
        return (one for one in self.restrictions if _is_against(one, link, self.relationship.account_id))


def item_of(
    *,
    held_until: datetime | None,
    hidden_from: HiddenFrom,
    private_to: UUID | None,
    published_to: int = 0,
    audiences: int = 0,
    account_id: UUID,
    at: datetime,
) -> Item:
    """What a row says of itself to this account, the strictest first. ``audiences``: those the account belongs to."""
    published = bool(published_to & audiences)
    if private_to is not None and private_to != account_id and not published:
        return Item.OTHERS
    if held_until is not None and at < held_until:
        return Item.HELD
    if hidden_from is not HiddenFrom.NOBODY:
        return _HIDDEN[hidden_from]
    if private_to == account_id:
        return Item.MINE
    return Item.PUBLISHED if published else Item.PLAIN


def _is_against(one: Restriction, link: Link, account_id: UUID) -> bool:
    match one.against:
        case Against.ONE:
            return one.account_id == account_id
        case Against.REPRESENTATIVES:
            return link in _REPRESENTATIVES
        case Against.FAMILIES:
            return link is not Link.SELF
        case Against.EVERYBODY:
            return True
