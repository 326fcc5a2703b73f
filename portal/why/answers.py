"""The answers, from ``decide()``: why somebody reads a page, what stays closed to them, and who else reads it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from portal.access.axes import NO_TIE, Decision, Facts, Item, Link, Opened, Told
from portal.access.decision import ENDS_AT_MAJORITY, column_of, decide
from portal.access.explain import on_row
from portal.access.facts import Case, item_of
from portal.access.models import Post
from portal.access.perimeter import FAMILY, ROWS, Cell, Row
from portal.access.readers import Eye, Reader, as_known, is_told_of, reader_of
from portal.access.sharing import Agreement
from portal.access.words import Category, Nature, Strength
from portal.why.queries import Known, Marks


@dataclass(frozen=True, slots=True)
class Rubric:
    """One category to one person: whether it is open, by what, and what may be told when it is not."""

    category: Category
    nature: Nature
    decision: Decision
    cell: Cell | None
    managed: bool
    """Management's perimeter says so, not the shipped one."""
    agreement: Agreement | None


@dataclass(frozen=True, slots=True)
class Mine:
    """Why the asker reads: their link, and each category of the page."""

    case: Case
    link: Link
    verified_by: str
    ends_at: datetime | None
    """The first instant at which this link stops by itself: its own end, or majority."""
    rubrics: Sequence[Rubric]
    closed: Sequence[Rubric]
    """What they do not read of this young person, of all there is."""


@dataclass(frozen=True, slots=True)
class Other:
    """Somebody else, by name; a team, by its professions."""

    link: Link
    name: str
    sees: str
    """« all », « some » or « none » of what the page shows."""
    posts: tuple[Post, ...] = ()


def mine(known: Known, account_id: UUID, shown: Sequence[Category], strength: Strength, at: datetime) -> Mine:
    """The asker's own answer, by the link that opens most of the page."""
    own = [case for case in known.cases if case.relationship.account_id == account_id]
    case = max(own, key=lambda one: (_opens(one, shown, strength, at), one.link_at(at) not in NO_TIE))
    rubrics = [_rubric(case, category, strength, at) for category in shown]
    closed = [one for row in ROWS if not (one := _row_rubric(case, row, strength, at)).decision.allowed]
    return Mine(
        case=case,
        link=case.link_at(at),
        verified_by=known.names.get(case.relationship.verified_by, "") if case.relationship.verified_by else "",
        ends_at=_end(case, at),
        rubrics=rubrics,
        closed=[one for one in closed if _is_told(one)],
    )


def others(known: Known, asker: Mine, shown: Sequence[Category], marks: Marks | None, at: datetime) -> list[Other]:
    """Who else reads what the page shows, at a sure sign-in: the young person, the family, then staff by profession.

    Of whom the asker may be told, and as far as they may know (``access.readers``): a restriction that holds somebody
    else alone changes nothing here. The page says so, always.
    """
    account_id = asker.case.relationship.account_id
    reader = reader_of(known.cases, account_id, at) or Reader(account_id, Eye.DECIDES, (asker.case,), banned=False)
    rest = [case for case in known.cases if case.relationship.account_id != account_id]
    current = [as_known(case, reader) for case in rest if case.link_at(at) not in NO_TIE]
    family = [case for case in current if case.link_at(at) is not Link.STAFF and is_told_of(case, reader, at)]
    people = [
        Other(case.link_at(at), known.names.get(case.relationship.account_id, ""), _sees(case, shown, marks, at))
        for case in sorted(family, key=lambda one: (one.link_at(at) is not Link.SELF, one.relationship.created_at))
    ]
    return [*people, *_team([case for case in current if case.link_at(at) is Link.STAFF], shown, marks, at)]


def _team(staff: Iterable[Case], shown: Sequence[Category], marks: Marks | None, at: datetime) -> list[Other]:
    """Staff by what they see, each post once, by who sees most; posts are named, people are not."""
    widest: dict[Post, str] = {}
    for case in staff:
        sees = _sees(case, shown, marks, at)
        post = case.relationship.post
        widest[post] = min(sees, widest.get(post, sees), key=ORDER.index)
    return [
        Other(Link.STAFF, "", sees, posts)
        for sees in ORDER
        if (posts := tuple(post for post in Post if widest.get(post) == sees))
    ]


ORDER = ("all", "some", "none")


def _sees(case: Case, shown: Sequence[Category], marks: Marks | None, at: datetime) -> str:
    if marks is not None:
        decisions = [_decide(case, marks.category, marks.nature, at, _item(case, marks, at))]
    else:
        decisions = [_rubric(case, category, Strength.SUBSTANTIAL, at).decision for category in shown]
    allowed = [one for one in decisions if one.allowed]
    if not allowed:
        return "none"
    return "all" if len(allowed) == len(decisions) else "some"


def _item(case: Case, marks: Marks, at: datetime) -> Item:
    return item_of(
        held_until=marks.held_until,
        hidden_from=marks.hidden_from,
        private_to=marks.private_to,
        published_to=marks.published_to,
        audiences=case.audiences(at),
        account_id=case.relationship.account_id,
        at=at,
    )


def _decide(case: Case, category: Category, nature: Nature, at: datetime, item: Item) -> Decision:
    return decide(case.facts(category, nature, Strength.SUBSTANTIAL, at, item), category, nature)


def _rubric(case: Case, category: Category, strength: Strength, at: datetime) -> Rubric:
    """A category as a whole: open when any of its rows is, by the one that opens most."""
    rows = [row for row in ROWS if row[0] is category]
    return max((_row_rubric(case, row, strength, at) for row in rows), key=lambda one: one.decision.allowed)


def _row_rubric(case: Case, row: Row, strength: Strength, at: datetime) -> Rubric:
    ways = list(on_row([case], row, at, strength=strength).values())
    one = next((way for way in ways if way.decision.allowed), ways[0])
    managed = one.facts.opened is not Opened.SHIPPED
    return Rubric(*row, one.decision, _cell(one.facts, row), managed, _agreement(case, row, at))


def _cell(facts: Facts, row: Row) -> Cell | None:
    column = column_of(facts.link, facts.adult)
    return FAMILY[row][column] if column else None


def _agreement(case: Case, row: Row, at: datetime) -> Agreement | None:
    return next((one for one in case.agreements if (one.category, one.nature) == row and one.stands(at)), None)


def _is_told(one: Rubric) -> bool:
    """What exists for families at all; what never leaves the portal is not dangled before anybody."""
    return one.category is not Category.INTIMATE_CARE and one.decision.told is not Told.NOT_FOUND


def _opens(case: Case, shown: Sequence[Category], strength: Strength, at: datetime) -> int:
    return sum(_rubric(case, category, strength, at).decision.allowed for category in shown)


def _end(case: Case, at: datetime) -> datetime | None:
    ends = [case.relationship.ends_at]
    if case.link_at(at) in ENDS_AT_MAJORITY:
        ends.append(case.majority)
    return min((one for one in ends if one is not None and one > at), default=None)
