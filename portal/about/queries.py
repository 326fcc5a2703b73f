"""What public pages say that is settled elsewhere: how long things are kept, and who answers for this portal."""

from __future__ import annotations

from dataclasses import dataclass

from portal.access.words import Category
from portal.core.config import Settings
from portal.core.models import DossierState
from portal.retention import rules

NEEDED = {"controller": "RELIE_CONTROLLER", "dpo": "RELIE_DPO", "hosting": "RELIE_HOSTING"}
"""What a running portal must be told for its public pages to be whole: field of ``Responsible`` → its setting."""


@dataclass(frozen=True, slots=True)
class Responsible:
    """Who answers, as the establishment wrote it; empty where it wrote nothing, and the page says whom to call."""

    controller: str
    dpo: str
    hosting: str


def responsible(settings: Settings) -> Responsible:
    return Responsible(settings.controller, settings.dpo, settings.hosting)


def missing(settings: Settings) -> list[str]:
    """Settings whose absence leaves a public page incomplete."""
    return [variable for name, variable in NEEDED.items() if not getattr(settings, name)]


def kept_after_leaving() -> list[tuple[int, list[Category]]]:
    """Months after leaving → categories that go then, the soonest first. From ``retention.rules``, and nowhere else."""
    found: dict[int, list[Category]] = {}
    for category in Category:
        months = rules.RULES[category, DossierState.LEFT]
        assert months is not None, "nothing of somebody who left is kept for ever"
        found.setdefault(months, []).append(category)
    return sorted(found.items())


def durations() -> dict[str, int]:
    """Months that the other things are kept, by the name templates use."""
    return {
        "readable": rules.READABLE_FOR,
        "erased": rules.ERASED_AFTER[DossierState.LEFT],
        "never_came": rules.ERASED_AFTER[DossierState.PRE_ADMISSION],
        "log": rules.LOG_FOR,
        "sign_ins": rules.SIGN_INS_FOR,
        "letters": rules.LETTERS_FOR,
        "raw": rules.RAW_FOR,
    }
