"""The decision: a pure table, named rules, deny before permit, default deny. No I/O.

``decide()`` is the truth; ``reach`` is only its answers laid out in time, and ``visible()`` reads those. What the rules
mean stands in docs/fr/regles-d-acces.md, from which a second engine is written and compared with this one.
"""

from __future__ import annotations

from portal.access import actions
from portal.access.axes import NO_TIE, Cover, Decision, Facts, Item, Link, Opened, Restricted, Rule, Told
from portal.access.models import Post
from portal.access.perimeter import (
    FAMILY,
    POSTS_NAMED,
    STAFF,
    Cell,
    Column,
    Row,
    Who,
    hour_strength,
    row_of,
    strength_needed,
)
from portal.access.words import Action, Category, Nature, Scope

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
ENDS_AT_MAJORITY = frozenset({Link.PARENT_FULL, Link.PARENT_INFORMED, Link.DELEGATE, Link.CHILD_WELFARE})
_BLIND_TO_BOTH = frozenset({Link.RELATIVE, Link.TRUSTED})
_ANYWHERE = frozenset({Cover.ESTABLISHMENT, Cover.UNIT, Cover.DOSSIER, Cover.REFERENT})
_NEAR = frozenset({Cover.UNIT, Cover.DOSSIER, Cover.REFERENT})
_RUN_THE_PLACE = frozenset({Post.MANAGEMENT, Post.ADMINISTRATION})


def decide(facts: Facts, category: Category, nature: Nature = Nature.NONE, action: Action = Action.VIEW) -> Decision:
    """May this be done? The first rule that denies answers; whatever is not permitted in so many words is denied."""
    row = row_of(category, nature)
    denied = _who(facts, row, action) or _when(facts, category, action) or _strength(facts, category, nature, action)
    if denied:
        return denied
    denied = _staff(facts, row, action) if facts.link is Link.STAFF else _family(facts, row, action)
    denied = denied or _hold(facts, row, action)
    return denied or Decision(True, Rule.PERMIT, Told.OPEN, _scope(facts, category, nature))


def column_of(link: Link, adult: bool) -> Column | None:
    """The family column that rules a link; None for one that opens nothing by itself."""
    if link is Link.SELF:
        return Column.SELF_ADULT if adult else Column.SELF_MINOR
    return _COLUMN.get(link)


def _deny(rule: Rule, told: Told) -> Decision:
    return Decision(False, rule, told)


def _who(facts: Facts, row: Row, action: Action) -> Decision | None:
    if not actions.exists(action, row):
        return _deny(Rule.ACTION, Told.NOT_FOUND)
    if facts.link is Link.CLOSED_ACCOUNT:
        return _deny(Rule.ACCOUNT, Told.NOT_FOUND)
    if facts.link in NO_TIE:
        return _deny(Rule.RELATIONSHIP, Told.NOT_FOUND)
    return None


def _when(facts: Facts, category: Category, action: Action) -> Decision | None:
    if actions.is_time(action, facts.dossier, category):
        return None
    return _deny(Rule.DOSSIER_STATE, Told.DOSSIER_CLOSED)


def _strength(facts: Facts, category: Category, nature: Nature, action: Action) -> Decision | None:
    hour = hour_strength(category) if action is Action.VIEW else None
    is_sure = facts.strength >= actions.strength_for(action)
    if (is_sure and _is_whole(facts, category, nature)) or (hour is not None and facts.strength >= hour):
        return None
    return _deny(Rule.STRENGTH, Told.STEP_UP)


def _is_whole(facts: Facts, category: Category, nature: Nature) -> bool:
    return facts.strength >= strength_needed(category, nature, young_person=facts.link is Link.SELF)


def _scope(facts: Facts, category: Category, nature: Nature) -> Scope:
    if not _is_whole(facts, category, nature):
        return Scope.HOUR
    return Scope.NO_PLACE if facts.restricted is Restricted.NO_PLACE else Scope.ALL


def _family(facts: Facts, row: Row, action: Action) -> Decision | None:
    if facts.adult and facts.link in ENDS_AT_MAJORITY:
        return _deny(Rule.LEGAL_BASIS, Told.MAJORITY)
    column = column_of(facts.link, facts.adult)
    if column is None or (action is not Action.VIEW and column not in actions.FAMILY_MAY.get(action, {}).get(row, ())):
        return _deny(Rule.LEGAL_BASIS, Told.NOT_SHARED)
    if facts.restricted is Restricted.CLOSED:
        return _deny(Rule.RESTRICTION, Told.NOT_SHARED)
    return _cell(FAMILY[row][column], facts)


def _cell(cell: Cell, facts: Facts) -> Decision | None:
    """Management opens a closed cell and closes an open one; it never opens « jamais », nor stands for an agreement."""
    match cell:
        case Cell.OPEN | Cell.AGREEMENT:
            is_open = facts.opened is not Opened.CLOSED
        case Cell.CLOSED:
            is_open = facts.opened is Opened.OPEN
        case Cell.OWN:
            is_open = facts.opened is not Opened.CLOSED and facts.item is Item.MINE
        case Cell.PUBLISHED:
            is_open = facts.opened is not Opened.CLOSED and facts.item is Item.PUBLISHED
        case Cell.OWN_OR_PUBLISHED:
            is_open = facts.opened is not Opened.CLOSED and facts.item in (Item.MINE, Item.PUBLISHED)
        case _:
            is_open = False
    if not is_open:
        return _deny(Rule.PERIMETER, Told.NOT_SHARED)
    if cell is Cell.AGREEMENT and not facts.agreed:
        return _deny(Rule.AGREEMENT, Told.NOT_SHARED)
    return None


def _staff(facts: Facts, row: Row, action: Action) -> Decision | None:
    table = STAFF if action is Action.VIEW else actions.STAFF_MAY.get(action, {})
    who = table.get(row, frozenset())
    if not any(_is_one_of(facts, one) for one in who):
        return _deny(Rule.PERIMETER, Told.NOT_SHARED)
    if Who.PUBLISHED in who and facts.item not in (Item.MINE, Item.PUBLISHED):
        return _deny(Rule.PERIMETER, Told.NOT_SHARED)
    return None


def _is_one_of(facts: Facts, who: Who) -> bool:
    if facts.post is Post.NONE:
        return False
    if facts.cover is Cover.BREAK_GLASS:
        return who is Who.ALL or (who is Who.GLASS and facts.post is not Post.KITCHEN)
    at_work = facts.cover in _ANYWHERE
    match who:
        case Who.ALL:
            return at_work
        case Who.ESTABLISHMENT:
            return at_work and facts.post is not Post.KITCHEN
        case Who.UNIT:
            return at_work and _is_of_the_unit(facts)
        case Who.UNIT_IF_OPENED:
            return at_work and _is_of_the_unit(facts) and facts.opened is Opened.OPEN
        case Who.REFERENT:
            return at_work and facts.cover is Cover.REFERENT and facts.post is not Post.KITCHEN
        case Who.GLASS | Who.PUBLISHED:
            return False
        case _:
            return at_work and facts.post is POSTS_NAMED[who]


def _is_of_the_unit(facts: Facts) -> bool:
    if facts.post in _RUN_THE_PLACE:
        return True
    return facts.cover in _NEAR and facts.post is not Post.KITCHEN


def _hold(facts: Facts, row: Row, action: Action) -> Decision | None:
    if facts.link is Link.STAFF:
        hidden = _kept_from_staff(facts, row[0], action)
    else:
        hidden = facts.item in (Item.HELD, Item.OTHERS, Item.HIDDEN_FAMILIES) or _label_hides(facts)
    return _deny(Rule.HOLD, Told.NOT_SHARED) if hidden else None


def _kept_from_staff(facts: Facts, category: Category, action: Action) -> bool:
    """Nobody approves what they sent. A part of somebody's own is for those who handle it: addresses, deposits."""
    if action is Action.REVIEW:
        return facts.item is Item.MINE
    handled = category is Category.HOUSEHOLD or (category is Category.DOCUMENTS and action is Action.PUBLISH)
    return facts.item is Item.OTHERS and not handled


def _label_hides(facts: Facts) -> bool:
    """JDV_J08: hidden from the patient, or from the legal representatives. Those who stand near both see neither."""
    match facts.item:
        case Item.HIDDEN_PATIENT:
            return facts.link is Link.SELF or facts.link in _BLIND_TO_BOTH
        case Item.HIDDEN_REPRESENTATIVES:
            return facts.link is not Link.SELF
        case _:
            return False
