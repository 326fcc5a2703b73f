"""Who may read how much of a dossier's log. Pure: the links of the reader in, an answer out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from portal.access.models import Kind, Post
from portal.access.queries import Reached
from portal.access.words import Category, Strength, Viewer
from portal.core.errors import NeedsStrength, NotFound


class Eye(StrEnum):
    """As what the log is read."""

    YOUNG = "young"
    """The young person: everything, but what a safeguarding freeze holds back."""
    ACCOMPANIED = "accompanied"
    """The young person beside a helper: what is theirs and what staff read, of what such a sign-in opens."""
    FAMILY = "family"
    """Their own lines; those of staff too for whoever decides for the young person. Never another relative's."""
    MANAGEMENT = "management"
    """Everything, of the young people of their establishment."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who may read the log of one dossier."""

    account_id: UUID
    dossier_id: UUID
    establishment_id: UUID
    eye: Eye
    categories: frozenset[Category]
    """What they reach of the dossier now, wishes apart: of others' lines, nothing else is told."""

    @property
    def whole(self) -> bool:
        """Whether every line is theirs to read, a freeze apart."""
        return self.eye in (Eye.YOUNG, Eye.MANAGEMENT)


def reader(viewer: Viewer, scope: Iterable[Reached], dossier_id: UUID) -> Reader:
    """As what this viewer reads the log.

    Raises ``NotFound`` for whoever may not: other staff, a broken glass, a preview (the previewer would read lines that
    are nobody's but the previewed's). ``NeedsStrength`` when the sign-in is too weak.
    """
    links = [one for one in scope if one.dossier_id == dossier_id]
    eye = _eye(links, viewer)
    if eye is None or viewer.through is not None:
        raise NotFound
    if viewer.strength is not Strength.SUBSTANTIAL and eye is not Eye.ACCOMPANIED:
        raise NeedsStrength
    categories = frozenset(category for one in links for category in one.categories) - {Category.WISHES}
    return Reader(viewer.account_id, dossier_id, links[0].establishment_id, eye, categories)


def _eye(links: list[Reached], viewer: Viewer) -> Eye | None:
    """The young person before the family, the family before staff: nobody reads more of their own by working there."""
    kinds = {one.kind for one in links}
    if Kind.SELF in kinds:
        return Eye.ACCOMPANIED if viewer.strength is Strength.ACCOMPANIED else Eye.YOUNG
    if kinds - {Kind.STAFF}:
        return Eye.FAMILY
    manages = any(one.post is Post.MANAGEMENT and not one.emergency for one in links)
    return Eye.MANAGEMENT if manages else None
