"""What may be done besides reading: which rows an action exists for, by whom, and while the dossier stands where."""

from __future__ import annotations

from portal.access.perimeter import EVENTS, FAMILY, ROWS, Cell, Column, Row, Who, staff_table
from portal.access.words import Action, Category, Strength
from portal.core.models import DossierState

_DEPOSITS = frozenset(Column) - {Column.SELF_MINOR}
"""A minor reads what is published to them, and sends nothing: they have no part of their own in documents."""
_DECIDE = frozenset({Column.SELF_ADULT, Column.PARENT, Column.REPRESENT})
"""They decide for the young person, or are the young person and an adult: usual acts, and who else may see."""
_ANSWERS = _DECIDE | {Column.CHILD_WELFARE}
"""A minor answers their own rendez-vous besides: a word of theirs, which never counts as that of those who decide."""

_EVENT_ROWS = tuple(row for row in ROWS if row[0] in EVENTS)
GRANTED_ROWS = tuple(row for row in ROWS if Cell.AGREEMENT in FAMILY[row].values())
"""Rows that somebody entitled may grant to somebody else."""

FAMILY_MAY: dict[Action, dict[Row, frozenset[Column]]] = {
    Action.DEPOSIT: {row: _DEPOSITS for row in ROWS if row[0] is Category.DOCUMENTS},
    Action.EXPRESS: {
        row: frozenset({Column.SELF_MINOR, Column.SELF_ADULT}) for row in ROWS if row[0] is Category.WISHES
    },
    Action.ANSWER: {
        row: _ANSWERS | {Column.SELF_MINOR} if row[0] is Category.APPOINTMENTS else _ANSWERS for row in _EVENT_ROWS
    },
    Action.ADMINISTER: {
        row: frozenset(column for column in _DECIDE if FAMILY[row][column] in (Cell.OPEN, Cell.CLOSED))
        for row in GRANTED_ROWS
    },
}
"""On top of what the cell says: nobody does more with a thing than they may read of it. One's own deposit is read as
one's own part; whoever holds only a part of a row does not grant the row."""

STAFF_MAY: dict[Action, dict[Row, frozenset[Who]]] = {
    Action.PUBLISH: staff_table("""
identity              management administration
planning              unit
appointments          unit
appointments:health   care referent administration management
appointments:justice  management social_work referent
menus                 management administration kitchen
diet                  care kitchen
protocol              care
treatment             care
seizures              care
plan                  management referent
documents             management administration care social_work referent
"""),
    Action.REVIEW: staff_table("""
documents             management administration care social_work referent
"""),
    Action.ADMINISTER: {row: frozenset({Who.MANAGEMENT}) for row in ROWS},
}

_WHILE = {
    Action.DEPOSIT: {DossierState.PRE_ADMISSION, DossierState.PRESENT},
    Action.EXPRESS: {DossierState.PRESENT},
    Action.ANSWER: {DossierState.PRESENT},
    Action.REVIEW: {DossierState.PRE_ADMISSION, DossierState.PRESENT, DossierState.LEFT_READABLE},
    Action.PUBLISH: {DossierState.PRE_ADMISSION, DossierState.PRESENT},
    Action.ADMINISTER: {DossierState.PRE_ADMISSION, DossierState.PRESENT, DossierState.LEFT_READABLE},
}
_SURE = frozenset({Action.REVIEW, Action.PUBLISH, Action.ADMINISTER})
_BEFORE_ADMISSION = frozenset({Category.IDENTITY, Category.DOCUMENTS})


def exists(action: Action, row: Row) -> bool:
    """Whether anybody at all may do this to a thing of that row."""
    return action is Action.VIEW or row in FAMILY_MAY.get(action, {}) or row in STAFF_MAY.get(action, {})


def is_time(action: Action, state: DossierState, category: Category) -> bool:
    """Whether a dossier in that state still, or already, allows it. « Grisé » is read and no longer added to."""
    if action is not Action.VIEW and state not in _WHILE[action]:
        return False
    if state is DossierState.PRE_ADMISSION:
        return category in _BEFORE_ADMISSION
    return state in (DossierState.PRESENT, DossierState.LEFT_READABLE)


def strength_for(action: Action) -> Strength:
    """What it takes at least to do it, besides what its row asks for."""
    return Strength.SUBSTANTIAL if action in _SURE else Strength.LOW


def bit(action: Action) -> int:
    """The action as a bit of ``Reach.may``."""
    return 1 << list(Action).index(action)
