"""The decision: a pure table, named rules, deny before permit, default deny. No I/O.

``decide()`` is the truth; ``reach`` is only its answers laid out in time, and ``visible()`` reads those.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from portal.access.models import Authority, Kind, Measure, Post
from portal.access.perimeter import (
    FAMILY,
    POSTS_NAMED,
    STAFF,
    Cell,
    Column,
    Who,
    hour_strength,
    row_of,
    strength_needed,
)
from portal.access.words import Action, Category, Nature, Scope, Strength
from portal.core.models import AccountState, DossierState


class Link(StrEnum):
    """How the asker is tied to the young person: kind, authority and measure in one word."""

    NONE = "none"
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
    STAFF = "staff"


class Standing(StrEnum):
    """Where the link stands on the day asked about."""

    CURRENT = "current"
    UNVERIFIED = "unverified"
    NOT_YET = "not_yet"
    ENDED = "ended"


class Cover(StrEnum):
    """How a staff assignment covers this dossier."""

    NONE = ""
    ESTABLISHMENT = "establishment"
    UNIT = "unit"
    DOSSIER = "dossier"
    REFERENT = "referent"


class Opened(StrEnum):
    """What management did with the cell."""

    SHIPPED = "shipped"
    OPEN = "open"
    CLOSED = "closed"


class Item(StrEnum):
    """What the thing itself says, apart from its category."""

    PLAIN = "plain"
    HELD = "held"
    HIDDEN_PATIENT = "hidden_patient"
    HIDDEN_REPRESENTATIVES = "hidden_representatives"
    HIDDEN_FAMILIES = "hidden_families"
    MINE = "mine"
    OTHERS = "others"


class Rule(StrEnum):
    """Which rule decided, for the audit. In the order they are asked."""

    ACTION = "action"
    ACCOUNT = "account"
    RELATIONSHIP = "relationship"
    DOSSIER_STATE = "dossier_state"
    STRENGTH = "strength"
    LEGAL_BASIS = "legal_basis"
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
    """Closed cell, hold, opposition, agreement missing: the same words for all."""


@dataclass(frozen=True, slots=True)
class Facts:
    """The world as far as it matters to one decision: ten axes."""

    account: AccountState = AccountState.ACTIVE
    link: Link = Link.NONE
    standing: Standing = Standing.CURRENT
    dossier: DossierState = DossierState.PRESENT
    strength: Strength = Strength.LOW
    adult: bool = False
    post: Post = Post.NONE
    cover: Cover = Cover.NONE
    opened: Opened = Opened.SHIPPED
    item: Item = Item.PLAIN


@dataclass(frozen=True, slots=True)
class Decision:
    """Allowed or not, by which rule, and what may be told. ``scope`` says how much shows when allowed."""

    allowed: bool
    rule: Rule
    told: Told
    scope: Scope = Scope.ALL


_COLUMN = {
    Link.PARENT_FULL: Column.PARENT,
    Link.DELEGATE: Column.PARENT,
    Link.PARENT_INFORMED: Column.PARENT_INFORMED,
    Link.REPRESENT: Column.REPRESENT,
    Link.ASSIST: Column.ASSIST,
    Link.CHILD_WELFARE: Column.CHILD_WELFARE,
    Link.RELATIVE: Column.RELATIVE,
    Link.TRUSTED: Column.RELATIVE,
}
_ENDS_AT_MAJORITY = frozenset({Link.PARENT_FULL, Link.PARENT_INFORMED, Link.DELEGATE, Link.CHILD_WELFARE})
_NO_BASIS = frozenset({Link.PARENT_WITHDRAWN, Link.PROPERTY})
_BEFORE_ADMISSION = frozenset({Category.IDENTITY, Category.DOCUMENTS})
_BLIND_TO_BOTH = frozenset({Link.RELATIVE, Link.TRUSTED})


def decide(facts: Facts, category: Category, nature: Nature = Nature.NONE, action: Action = Action.VIEW) -> Decision:
    """May this be done? The first rule that denies answers; whatever is not permitted in so many words is denied."""
    denied = _who(facts, action) or _when(facts, category) or _strength(facts, category, nature)
    if denied:
        return denied
    denied = _staff(facts, category, nature) if facts.link is Link.STAFF else _family(facts, category, nature)
    return denied or _hold(facts, category) or Decision(True, Rule.PERMIT, Told.OPEN, _scope(facts, category, nature))


def column_of(link: Link, adult: bool) -> Column | None:
    """The family column that rules a link; None for one that opens nothing by itself."""
    if link is Link.SELF:
        return Column.SELF_ADULT if adult else Column.SELF_MINOR
    return _COLUMN.get(link)


def link_of(kind: Kind, authority: Authority, measure: Measure) -> Link:
    """One word for a relationship. A contradictory one (a parent without authority written) is no link at all."""
    match kind:
        case Kind.PARENT:
            return Link(f"parent_{authority}") if authority else Link.NONE
        case Kind.MEASURE:
            return Link(measure.removeprefix("person_")) if measure else Link.NONE
        case _:
            return Link(kind.value)


def _deny(rule: Rule, told: Told) -> Decision:
    return Decision(False, rule, told)


def _who(facts: Facts, action: Action) -> Decision | None:
    if action is not Action.VIEW:
        return _deny(Rule.ACTION, Told.NOT_FOUND)
    if facts.account is not AccountState.ACTIVE:
        return _deny(Rule.ACCOUNT, Told.NOT_FOUND)
    if facts.link is Link.NONE or facts.standing is not Standing.CURRENT:
        return _deny(Rule.RELATIONSHIP, Told.NOT_FOUND)
    return None


def _when(facts: Facts, category: Category) -> Decision | None:
    match facts.dossier:
        case DossierState.PRESENT | DossierState.LEFT_READABLE:
            return None
        case DossierState.PRE_ADMISSION if category in _BEFORE_ADMISSION:
            return None
    return _deny(Rule.DOSSIER_STATE, Told.DOSSIER_CLOSED)


def _strength(facts: Facts, category: Category, nature: Nature) -> Decision | None:
    hour = hour_strength(category)
    if _is_whole(facts, category, nature) or (hour is not None and facts.strength >= hour):
        return None
    return _deny(Rule.STRENGTH, Told.STEP_UP)


def _is_whole(facts: Facts, category: Category, nature: Nature) -> bool:
    return facts.strength >= strength_needed(category, nature, young_person=facts.link is Link.SELF)


def _scope(facts: Facts, category: Category, nature: Nature) -> Scope:
    return Scope.ALL if _is_whole(facts, category, nature) else Scope.HOUR


def _family(facts: Facts, category: Category, nature: Nature) -> Decision | None:
    if facts.adult and facts.link in _ENDS_AT_MAJORITY:
        return _deny(Rule.LEGAL_BASIS, Told.MAJORITY)
    column = column_of(facts.link, facts.adult)
    if column is None or facts.link in _NO_BASIS:
        return _deny(Rule.LEGAL_BASIS, Told.NOT_SHARED)
    return _cell(FAMILY[row_of(category, nature)][column], facts)


def _cell(cell: Cell, facts: Facts) -> Decision | None:
    """Management opens a closed cell and closes an open one; it never opens « jamais », nor stands for an agreement."""
    closed = facts.opened is Opened.CLOSED or (cell is Cell.CLOSED and facts.opened is not Opened.OPEN)
    if closed or cell in (Cell.NEVER, Cell.PUBLISHED):
        return _deny(Rule.PERIMETER, Told.NOT_SHARED)
    if cell is Cell.OWN and facts.item is not Item.MINE:
        return _deny(Rule.PERIMETER, Told.NOT_SHARED)
    if cell is Cell.AGREEMENT:
        return _deny(Rule.AGREEMENT, Told.NOT_SHARED)
    return None


def _staff(facts: Facts, category: Category, nature: Nature) -> Decision | None:
    who = STAFF[row_of(category, nature)]
    if any(_is_one_of(facts, one) for one in who):
        return None
    return _deny(Rule.PERIMETER, Told.NOT_SHARED)


def _is_one_of(facts: Facts, who: Who) -> bool:
    match who:
        case Who.ALL:
            return facts.cover is not Cover.NONE
        case Who.ESTABLISHMENT:
            return facts.cover is not Cover.NONE and facts.post is not Post.KITCHEN
        case Who.UNIT:
            near = facts.cover in (Cover.UNIT, Cover.DOSSIER, Cover.REFERENT) and facts.post is not Post.KITCHEN
            return near or (facts.cover is not Cover.NONE and facts.post in (Post.MANAGEMENT, Post.ADMINISTRATION))
        case Who.REFERENT:
            return facts.cover is Cover.REFERENT
        case _:
            return facts.cover is not Cover.NONE and facts.post is POSTS_NAMED[who]


def _hold(facts: Facts, category: Category) -> Decision | None:
    if facts.link is Link.STAFF:
        hidden = facts.item is Item.OTHERS and category is not Category.HOUSEHOLD
    else:
        hidden = facts.item in (Item.HELD, Item.OTHERS, Item.HIDDEN_FAMILIES) or _label_hides(facts)
    return _deny(Rule.HOLD, Told.NOT_SHARED) if hidden else None


def _label_hides(facts: Facts) -> bool:
    """JDV_J08: hidden from the patient, or from the legal representatives. Those who stand near both see neither."""
    match facts.item:
        case Item.HIDDEN_PATIENT:
            return facts.link is Link.SELF or facts.link in _BLIND_TO_BOTH
        case Item.HIDDEN_REPRESENTATIVES:
            return facts.link is not Link.SELF
        case _:
            return False
