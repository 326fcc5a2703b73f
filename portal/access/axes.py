"""The words a decision is taken on and answers with: at most ten facts in, one rule out."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from portal.access.models import Authority, Kind, Measure, Post
from portal.access.words import Scope, Strength
from portal.core.models import DossierState


class Link(StrEnum):
    """How the asker is tied to the young person now: kind, authority and measure in one word, or why they are not."""

    NONE = "none"
    CLOSED_ACCOUNT = "closed_account"
    UNVERIFIED = "unverified"
    NOT_YET = "not_yet"
    ENDED = "ended"
    SELF = "self"
    PARENT_FULL = "parent_full"
    PARENT_INFORMED = "parent_informed"
    PARENT_WITHDRAWN = "parent_withdrawn"
    DELEGATE = "delegate"
    REPRESENT = "represent"
    ASSIST = "assist"
    PROPERTY = "property"
    CHILD_WELFARE = "child_welfare"
    RELATIVE = "relative"
    TRUSTED = "trusted_person"
    OUTSIDE_DOCTOR = "outside_doctor"
    STAFF = "staff"


NO_TIE = frozenset({Link.NONE, Link.CLOSED_ACCOUNT, Link.UNVERIFIED, Link.NOT_YET, Link.ENDED})


class Cover(StrEnum):
    """How a staff assignment covers this dossier."""

    NONE = ""
    ESTABLISHMENT = "establishment"
    UNIT = "unit"
    DOSSIER = "dossier"
    REFERENT = "referent"
    BREAK_GLASS = "break_glass"
    """Four hours, with a reason, told at once to management and the referent."""


class Opened(StrEnum):
    """What management did with the cell."""

    SHIPPED = "shipped"
    OPEN = "open"
    CLOSED = "closed"


class Restricted(StrEnum):
    """What dated restrictions do to this row for this link; the strictest of them."""

    NO = "no"
    NO_PLACE = "no_place"
    """A contact ban: what, but not where nor with whom."""
    CLOSED = "closed"


class Item(StrEnum):
    """What the thing itself says, apart from its category."""

    PLAIN = "plain"
    HELD = "held"
    HIDDEN_PATIENT = "hidden_patient"
    HIDDEN_REPRESENTATIVES = "hidden_representatives"
    HIDDEN_FAMILIES = "hidden_families"
    MINE = "mine"
    """The asker's own part: own address, own deposit, own wish."""
    OTHERS = "others"
    PUBLISHED = "published"
    """Published to an audience the asker belongs to."""


class Rule(StrEnum):
    """Which rule decided, for the audit. In the order they are asked."""

    ACTION = "action"
    ACCOUNT = "account"
    RELATIONSHIP = "relationship"
    DOSSIER_STATE = "dossier_state"
    STRENGTH = "strength"
    LEGAL_BASIS = "legal_basis"
    RESTRICTION = "restriction"
    PERIMETER = "perimeter"
    AGREEMENT = "agreement"
    HOLD = "hold"
    PERMIT = "permit"


class Told(StrEnum):
    """What the asker may be told: it depends only on facts they may know."""

    OPEN = "open"
    NOT_FOUND = "not_found"
    """No link: as if it did not exist."""
    STEP_UP = "step_up"
    DOSSIER_CLOSED = "dossier_closed"
    MAJORITY = "majority"
    """The young person is an adult: parental authority ended."""
    NOT_SHARED = "not_shared"
    """Closed cell, hold, opposition, freeze, a judge's order, an agreement missing: the same words for all."""


@dataclass(frozen=True, slots=True)
class Facts:
    """The world as far as it matters to one decision: ten axes."""

    link: Link = Link.NONE
    dossier: DossierState = DossierState.PRESENT
    strength: Strength = Strength.LOW
    adult: bool = False
    post: Post = Post.NONE
    cover: Cover = Cover.NONE
    opened: Opened = Opened.SHIPPED
    agreed: bool = False
    restricted: Restricted = Restricted.NO
    item: Item = Item.PLAIN


@dataclass(frozen=True, slots=True)
class Decision:
    """Allowed or not, by which rule, and what may be told. ``scope`` says how much shows when allowed."""

    allowed: bool
    rule: Rule
    told: Told
    scope: Scope = Scope.ALL


def link_of(kind: Kind, authority: Authority, measure: Measure) -> Link:
    """One word for a relationship. A contradictory one (a parent without authority written) is no link at all."""
    match kind:
        case Kind.PARENT:
            return Link(f"parent_{authority}") if authority else Link.NONE
        case Kind.MEASURE:
            return Link(measure.removeprefix("person_")) if measure else Link.NONE
        case _:
            return Link(kind.value)
