"""« Carte du partage » : categories × people of one dossier, each cell asked of ``decide()``. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from portal.access.axes import NO_TIE, Decision, Item, Link, Opened, Rule, Told
from portal.access.decision import ENDS_AT_MAJORITY
from portal.access.explain import WAYS, on_row
from portal.access.facts import Case
from portal.access.granting import cell_of, entitled_rows
from portal.access.models import Post
from portal.access.perimeter import ROWS, Cell, Row
from portal.access.readers import Eye, Reader, as_known, is_told_of
from portal.access.sharing import Agreement


class State(StrEnum):
    """What a cell says, the widest first."""

    OPEN = "open"
    AGREED = "agreed"
    """Open because somebody entitled agreed."""
    BOTH = "own_or_published"
    OWN = "own"
    """One's own part only."""
    PUBLISHED = "published"
    """Only what is published to them."""
    ASKED = "on_agreement"
    """Nobody agreed yet, or no longer."""
    CLOSED = "closed"
    NEVER = "never"


class By(StrEnum):
    """Who decided."""

    SHIPPED = "shipped"
    """The rules the portal comes with."""
    MANAGEMENT = "management"
    AGREEMENT = "agreement"
    MAJORITY = "majority"
    RESTRICTION = "restriction"
    """Told to those who see the whole chart only."""
    UNSAID = "unsaid"
    """Closed: whatever closed it, the family reads the same words."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One cell. Instants are UTC; ``until`` is the first one at which it closes by itself."""

    state: State
    by: By
    since: datetime | None = None
    until: datetime | None = None
    agreement: Agreement | None = None
    relationship_id: UUID | None = None
    may: str = ""
    """What the reader may do with it: « give », « take », or nothing."""


@dataclass(frozen=True, slots=True)
class Person:
    """One column: an account, or staff of one kind (``team``)."""

    key: str
    link: Link
    account_id: UUID | None = None
    team: str = ""
    mine: bool = False


@dataclass(frozen=True, slots=True)
class Chart:
    """What a reader may know of who sees what."""

    reader: Reader
    at: datetime
    people: tuple[Person, ...]
    cells: Mapping[tuple[Row, str], Shown]

    def line(self, row: Row) -> list[tuple[Person, Shown]]:
        return [(one, self.cells[row, one.key]) for one in self.people]


TEAMS = {
    Post.EDUCATION: "education",
    Post.CARE: "care",
    Post.MANAGEMENT: "management",
    Post.ADMINISTRATION: "management",
    Post.SOCIAL_WORK: "social_work",
    Post.KITCHEN: "kitchen",
}
REFERENT, EMERGENCY = "referent", "emergency"
_ORDER = (REFERENT, *dict.fromkeys(TEAMS.values()), EMERGENCY)
_WIDEST = list(State)
_SORT = [Link.SELF, Link.PARENT_FULL, Link.DELEGATE, Link.REPRESENT, Link.ASSIST, Link.CHILD_WELFARE]


def draw(cases: Sequence[Case], reader: Reader, at: datetime) -> Chart:
    """The chart for this reader. ``cases``: every link to the dossier."""
    columns: dict[str, tuple[Person, list[Case]]] = {}
    seen: set[object] = set()
    for case in sorted(cases, key=lambda one: _place(one, at)):
        person, alike = _person(case, reader, at), _alike(case, at)
        if person is not None and alike not in seen:
            seen.add(alike)
            columns.setdefault(person.key, (person, []))[1].append(as_known(case, reader))
    mine = entitled_rows(reader.own, at)
    cells = {
        (row, key): _cell(person, links, row, reader, mine, at)
        for key, (person, links) in columns.items()
        for row in ROWS
    }
    return Chart(reader, at, tuple(person for person, _ in columns.values()), cells)


def _place(case: Case, at: datetime) -> tuple[int, int, datetime]:
    link = case.link_at(at)
    if link is Link.STAFF:
        return 99, _ORDER.index(_team(case)), case.relationship.created_at
    return _SORT.index(link) if link in _SORT else len(_SORT), 0, case.relationship.created_at


def _alike(case: Case, at: datetime) -> object:
    """What makes two links answer the same: of a hundred assignments, a handful. Of a family, each is its own."""
    one = case.relationship
    if case.link_at(at) is not Link.STAFF:
        return one.id
    return one.post, one.referent, bool(one.emergency), one.dossier_id is None, one.unit_id is None


def _team(case: Case) -> str:
    one = case.relationship
    if one.emergency:
        return EMERGENCY
    return REFERENT if one.referent else TEAMS.get(one.post, "")


def _person(case: Case, reader: Reader, at: datetime) -> Person | None:
    link = case.link_at(at)
    if link in NO_TIE:
        return None
    if link is not Link.STAFF:
        account_id = case.relationship.account_id
        own = account_id == reader.account_id
        return Person(str(account_id), link, account_id, mine=own) if is_told_of(case, reader, at) else None
    team = _team(case)
    shown = bool(team) and (team != EMERGENCY or reader.eye is Eye.WHOLE) and reader.eye is not Eye.SELF_ONLY
    return Person(team, link, team=team) if shown else None


def _cell(
    person: Person, links: Iterable[Case], row: Row, reader: Reader, mine: Mapping[Row, Link], at: datetime
) -> Shown:
    lasting = sorted(links, key=lambda case: case.relationship.ends_at is not None)  # the same link, whatever the order
    widest = min((_one(case, row, reader, at) for case in lasting), key=lambda one: _WIDEST.index(one.state))
    return _with_what_may_be_done(widest, person, row, reader, mine)


def _with_what_may_be_done(one: Shown, person: Person, row: Row, reader: Reader, mine: Mapping[Row, Link]) -> Shown:
    may = ""
    if one.state is State.ASKED and row in mine and not person.mine:
        may = "give"
    elif one.state is State.AGREED and one.agreement:
        may = "take" if row in mine or one.agreement.given_by == reader.account_id else ""
    return Shown(one.state, one.by, one.since, one.until, one.agreement, one.relationship_id, may)


def _one(case: Case, row: Row, reader: Reader, at: datetime) -> Shown:
    """What one link says of one row."""
    answers = {item: one.decision for item, one in on_row([case], row, at).items()}
    state = _state(case, row, answers, at)
    agreement = next((one for one in case.agreements if (one.category, one.nature) == row and one.stands(at)), None)
    return Shown(
        state,
        _by(case, row, state, answers[Item.PLAIN], reader, at),
        _since(case, state, agreement, at),
        _until(case, state, agreement, at),
        agreement if state is State.AGREED else None,
        case.relationship.id,
    )


def _state(case: Case, row: Row, answers: Mapping[Item, Decision], at: datetime) -> State:
    shipped = cell_of(case, row, at)
    plain, own, published = (answers[item].allowed for item in WAYS)
    if plain:
        return State.AGREED if shipped is Cell.AGREEMENT else State.OPEN
    if published:
        return State.BOTH if own and case.link_at(at) is not Link.STAFF else State.PUBLISHED
    if own:
        return State.OWN
    if shipped is Cell.NEVER:
        return State.NEVER
    return State.ASKED if answers[Item.PLAIN].rule is Rule.AGREEMENT else State.CLOSED


def _by(case: Case, row: Row, state: State, plain: Decision, reader: Reader, at: datetime) -> By:
    if state in (State.AGREED, State.ASKED):
        return By.AGREEMENT
    if state is State.CLOSED and plain.told is Told.MAJORITY:
        return By.MAJORITY
    if state is State.CLOSED and reader.eye is not Eye.WHOLE:
        return By.UNSAID
    if state is State.CLOSED and plain.rule is Rule.RESTRICTION:
        return By.RESTRICTION
    return By.MANAGEMENT if state is not State.NEVER and case.opened_at(row, at) is not Opened.SHIPPED else By.SHIPPED


def _since(case: Case, state: State, agreement: Agreement | None, at: datetime) -> datetime | None:
    if state in (State.ASKED, State.CLOSED, State.NEVER):
        return None
    if state is State.AGREED and agreement:
        return agreement.starts_at
    version = case.version_at(at)
    decided = version.starts_at if version else None
    if case.link_at(at) is Link.STAFF:
        return decided  # of a team: when somebody was hired is nobody's business
    return max(case.relationship.starts_at, decided or case.relationship.starts_at)


def _until(case: Case, state: State, agreement: Agreement | None, at: datetime) -> datetime | None:
    if state in (State.ASKED, State.CLOSED, State.NEVER) or case.link_at(at) is Link.STAFF:
        return None
    ends = [case.relationship.ends_at, agreement.ends_at if state is State.AGREED and agreement else None]
    if case.link_at(at) in ENDS_AT_MAJORITY:
        ends.append(case.majority)
    return min((end for end in ends if end is not None), default=None)
