"""How much somebody may know of who else sees what. Pure: links in, an answer out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from portal.access.axes import Link
from portal.access.decision import ENDS_AT_MAJORITY, column_of
from portal.access.facts import Case
from portal.access.models import Post
from portal.access.sharing import Against, Restriction, Source


class Eye(StrEnum):
    """Whose eyes a chart is drawn for."""

    WHOLE = "whole"
    """Management, administration and the referent: everything, restrictions included."""
    YOUNG = "young"
    """The young person."""
    DECIDES = "decides"
    """Whoever decides for them: every person, and no restriction that holds somebody else alone."""
    SELF_ONLY = "self_only"
    """Anybody else of the family: what they themselves see."""


_DECIDE = frozenset({Link.PARENT_FULL, Link.DELEGATE, Link.REPRESENT, Link.CHILD_WELFARE})
_RUN = frozenset({Post.MANAGEMENT, Post.ADMINISTRATION})
_EYES = list(Eye)


@dataclass(frozen=True, slots=True)
class Reader:
    """Who looks, at which dossier, with whose eyes."""

    account_id: UUID
    eye: Eye
    own: tuple[Case, ...]
    banned: bool
    """A contact ban holds them: of the family they know the young person, and whom they invited themselves."""


def reader_of(cases: Iterable[Case], account_id: UUID, at: datetime) -> Reader | None:
    """The reader, or None for somebody to whom no chart of this dossier is shown."""
    own = tuple(case for case in cases if case.relationship.account_id == account_id)
    eyes = [eye for case in own if (eye := _eye(case, at)) is not None]
    if not eyes:
        return None
    banned = any(_bans(one, account_id, at) for case in own for one in case.restrictions)
    return Reader(account_id, min(eyes, key=_EYES.index), own, banned)


def is_told_of(case: Case, reader: Reader, at: datetime) -> bool:
    """Whether this reader is told that this family link exists at all."""
    if case.relationship.account_id == reader.account_id or reader.eye is Eye.WHOLE:
        return True
    link = case.link_at(at)
    if column_of(link, at >= case.majority) is None:
        return False  # a link that opens nothing says something of somebody, and nothing of the sharing
    if link is Link.SELF:
        return reader.eye is not Eye.SELF_ONLY
    if reader.banned:
        return any(one.given_by == reader.account_id and one.stands(at) for one in case.agreements)
    return reader.eye in (Eye.DECIDES, Eye.YOUNG)


def as_known(case: Case, reader: Reader) -> Case:
    """The link with those of its restrictions only that this reader may know.

    One's own are felt, so they count. Of somebody else's, those that hold the reader as well; the young person knows
    the others too, but for a safeguarding freeze. What is left out here is left out of every word of the chart.
    """
    if reader.eye is Eye.WHOLE or case.relationship.account_id == reader.account_id:
        return case
    return replace(case, restrictions=[one for one in case.restrictions if _knows(one, reader)])


def _eye(case: Case, at: datetime) -> Eye | None:
    link = case.link_at(at)
    adult = at >= case.majority
    if link is Link.STAFF:
        one = case.relationship
        return Eye.WHOLE if not one.emergency and (one.post in _RUN or one.referent) else None
    if column_of(link, adult) is None or (adult and link in ENDS_AT_MAJORITY):
        return None
    if link is Link.SELF:
        return Eye.YOUNG
    return Eye.DECIDES if link in _DECIDE else Eye.SELF_ONLY


def _knows(one: Restriction, reader: Reader) -> bool:
    if reader.eye is Eye.YOUNG:
        return one.source is not Source.FREEZE or one.against is Against.EVERYBODY
    return one.against is not Against.ONE


def _bans(one: Restriction, account_id: UUID, at: datetime) -> bool:
    return one.source is Source.CONTACT_BAN and one.account_id == account_id and one.stands(at)
