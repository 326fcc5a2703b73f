"""The words of access. Each member says what it means; docs/permissions.md is tested against this file."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from uuid import UUID


class Category(StrEnum):
    """« Rubrique » : the smallest thing shared or not."""

    IDENTITY = "identity"
    """Name, photo, unit, referents."""
    HOUSEHOLD = "household"
    """Addresses, phones, which home, who picks up."""
    PLANNING = "planning"
    """Timetable, nights, transport, absences."""
    APPOINTMENTS = "appointments"
    """Rendez-vous, each with a nature."""
    MENUS = "menus"
    """Meals of the establishment."""
    DIET = "diet"
    """Diet, textures, allergies of one person."""
    PROTOCOL = "protocol"
    """Emergency protocol."""
    TREATMENT = "treatment"
    """Medicines and doses."""
    SEIZURES = "seizures"
    """Seizures declared and their summaries."""
    PLAN = "plan"
    """PIA: the personal support project."""
    WISHES = "wishes"
    """What the young person said they want."""
    DOCUMENTS = "documents"
    """Documents deposited or published."""
    INTIMATE_CARE = "intimate_care"
    """Care of the body: never shared with families by the portal."""


class Nature(StrEnum):
    """What an event is about. Unknown is read as health: the most careful reading."""

    NONE = ""
    """Not an event."""
    HEALTH = "health"
    """Care, therapy, hospital, or not known."""
    SCHOOL = "school"
    """Class, school meeting, exam."""
    SOCIAL = "social"
    """Outing, family visit, administration."""
    JUSTICE = "justice"
    """Judge, court measure."""
    MEETING = "meeting"
    """Meeting about the young person, such as the PIA meeting."""


class Action(StrEnum):
    """What somebody may do with a thing shared with them."""

    VIEW = "view"
    """Read it."""
    DEPOSIT = "deposit"
    """Send a document."""
    EXPRESS = "express"
    """Say a wish, as the young person."""
    ANSWER = "answer"
    """Answer a rendez-vous or a request."""
    REVIEW = "review"
    """Check what a family sent. Never what one sent oneself."""
    PUBLISH = "publish"
    """Share something with families or the young person."""
    ADMINISTER = "administer"
    """Change who sees what."""


class Strength(IntEnum):
    """How surely we know who is signed in (docs/permissions.md)."""

    LOW = 1
    """A passphrase and a code by mail, or FranceConnect eidas1."""
    ACCOMPANIED = 2
    """The young person's space, opened by strongly signed-in staff on this device."""
    SUBSTANTIAL = 3
    """A passkey on an account whose identity staff checked, FranceConnect+, Pro Santé Connect."""


class Scope(StrEnum):
    """How much of a thing is shown."""

    ALL = "all"
    NO_PLACE = "no_place"
    """What and when; neither where nor with whom."""
    HOUR = "hour"
    """Only when it takes place: neither what, where nor with whom."""


@dataclass(frozen=True, slots=True)
class Mandated:
    """What a session opened by a mandate is narrowed to: one dossier, and these categories of it."""

    dossier_id: UUID
    themes: frozenset[Category]


@dataclass(frozen=True, slots=True)
class Viewer:
    """« Personne connectée » : the account asking, with the strength of its sign-in.

    ``serving`` is what the page being served declared: a query for another category is refused. ``through`` is the
    member of staff who looks at what ``account_id`` sees (« Vu par… »): what either may not see is left out.
    ``helper`` sits beside them, and opens nothing: the log says so. ``mandate``: the helper opened this space in their
    place, so it shows what both of them read (``through``), of one dossier and of the themes of that mandate.
    """

    account_id: UUID
    strength: Strength
    serving: frozenset[Category] = frozenset(Category)
    through: UUID | None = None
    helper: UUID | None = None
    mandate: Mandated | None = None

    @property
    def previewer(self) -> UUID | None:
        """Who looks at what somebody else sees, for themselves; a mandate is used for the person who gave it."""
        return self.through if self.mandate is None else None
