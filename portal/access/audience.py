"""To whom a thing is published: a set of audiences, kept as one whole number beside the thing (``published_to``)."""

from __future__ import annotations

from collections.abc import Iterable

from portal.access.models import Post
from portal.access.perimeter import Column

REFERENT = "referent"
AUDIENCES: tuple[str, ...] = (
    *(column.value for column in Column),
    *(post.value for post in Post if post is not Post.NONE),
    REFERENT,
)
"""Never change the order, only add: the numbers are kept."""


def audience(names: Iterable[str]) -> int:
    """These audiences as one number: columns of the perimeter, posts of staff, « referent ».

    Raises ``ValueError`` for a word that is no audience.
    """
    number = 0
    for name in names:
        number |= 1 << AUDIENCES.index(name)
    return number


def named(number: int) -> tuple[str, ...]:
    """The audiences in a number, in their order."""
    return tuple(name for place, name in enumerate(AUDIENCES) if number >> place & 1)
