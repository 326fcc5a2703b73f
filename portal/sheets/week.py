"""One sheet before it is drawn: whose week, for whom, and what stands on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from portal.menus.queries import Table
from portal.planning.moments import Day
from portal.sheets.models import About

SEVEN = 7
WRITTEN = ("fr", "en")
"""Languages that everything on a sheet is written in, and whose letters the font of our papers has."""


def written(lang: str) -> str:
    """The language a sheet is printed in for somebody who reads ``lang``: it is wholly in one."""
    return lang if lang in WRITTEN else WRITTEN[0]


@dataclass(frozen=True, slots=True)
class Talon:
    """A coupon to print: the only place where its code stands."""

    about: About
    code: str
    event_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Week:
    """``to``: the reader's name; "" when they print it themselves."""

    name: str
    """First name of the young person."""
    own: bool
    """The reader is the young person."""
    to: str
    place: str
    phone: str
    zone: str
    days: Sequence[Day]
    easy: bool
    lang: str
    received_at: datetime | None
    tables: Sequence[Table] = ()
    talons: Sequence[Talon] = ()
    private: bool = False
    """Staff printed it: what they may not read themselves is not on it."""

    @property
    def monday(self) -> date:
        return self.days[0].on
