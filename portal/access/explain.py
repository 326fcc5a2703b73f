"""One decision, replayed and explained: the same question at the same time gives the same answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from portal.access.axes import Decision, Facts, Item, Rule
from portal.access.cases import cases
from portal.access.decision import decide
from portal.access.facts import Case
from portal.access.perimeter import Row, of_row
from portal.access.words import Action, Category, Nature, Scope, Strength

_WIDTH = {Scope.HOUR: 0, Scope.NO_PLACE: 1, Scope.ALL: 2}
WAYS = (Item.PLAIN, Item.MINE, Item.PUBLISHED)
"""Ways in which a row is open to somebody: whole, for their own part, for what is published to them."""
_DEPTH = {rule: depth for depth, rule in enumerate(Rule)}


@dataclass(frozen=True, slots=True)
class Explained:
    """A decision and the facts it was taken on."""

    decision: Decision
    facts: Facts

    def as_json(self) -> dict[str, Any]:
        """``allowed``, ``rule``, ``told``, ``scope`` and ``facts``: words and booleans, never a name."""
        facts = asdict(self.facts)
        facts["strength"] = self.facts.strength.name.lower()
        return {
            "allowed": self.decision.allowed,
            "rule": self.decision.rule.value,
            "told": self.decision.told.value,
            "scope": self.decision.scope.value if self.decision.allowed else None,
            "facts": {name: str(value) if not isinstance(value, bool) else value for name, value in facts.items()},
        }


def explain(
    db: Session,
    account_id: UUID,
    dossier_id: UUID,
    category: Category,
    nature: Nature = Nature.NONE,
    *,
    strength: Strength,
    at: datetime,
    action: Action = Action.VIEW,
    item: Item = Item.PLAIN,
) -> Explained:
    """What this account may do with this dossier at ``at``, and why.

    Several links: one that allows is enough, the widest is told; else the denial that came last in the order of rules.
    No link, or no such dossier or account: the same answer.
    """
    found = cases(db, dossier_ids=[dossier_id], account_ids=[account_id])
    return answer(found, category, nature, strength=strength, at=at, action=action, item=item)


def answer(
    found: Sequence[Case],
    category: Category,
    nature: Nature,
    *,
    strength: Strength,
    at: datetime,
    action: Action = Action.VIEW,
    item: Item = Item.PLAIN,
) -> Explained:
    """The one answer that several links to the same dossier give together."""
    facts = [case.facts(category, nature, strength, at, item) for case in found] or [Facts(strength=strength)]
    answers = [Explained(decide(one, category, nature, action), one) for one in facts]
    return max(
        answers,
        key=lambda one: (one.decision.allowed, _WIDTH[one.decision.scope], _DEPTH[one.decision.rule]),
    )


def on_row(
    found: Sequence[Case],
    row: Row,
    at: datetime,
    *,
    strength: Strength = Strength.SUBSTANTIAL,
    ways: Sequence[Item] = WAYS,
) -> dict[Item, Explained]:
    """What these links of one account say together of a whole row of the perimeter, for each way it may be open."""
    return {item: answer(found, *of_row(row), strength=strength, at=at, item=item) for item in ways}


def is_open(found: Sequence[Case], row: Row, at: datetime, *, ways: Sequence[Item] = WAYS) -> bool:
    """Whether they read something of that row with a sure sign-in, be it only their own part."""
    return any(one.decision.allowed for one in on_row(found, row, at, ways=ways).values())
