"""How long what is known of somebody is kept: a table, category by state of the dossier, and the few things beside it.

The portal shows a copy: the record of the establishment is the DUI, with its own rules (CSP R1112-7 is not ours). Kept
no longer than its purpose needs (RGPD 5-1-e): two years after leaving at most, the longest the CNIL advises for social
and medico-social care. docs/fr/conservation.md says it in French; a test compares them. A jurist must review both.
"""

from __future__ import annotations

from portal.access.words import Category
from portal.core.models import DossierState

READABLE_FOR = 6
"""Months after leaving during which a dossier is « grisé » : read, no longer added to. Then nobody's table opens it."""

AS_LONG = "-"
"""Kept as long as the dossier stands there."""

_STATES = (DossierState.PRE_ADMISSION, DossierState.PRESENT, DossierState.LEFT_READABLE, DossierState.LEFT)
_TABLE = """
identity      12 - - 24
household     12 - - 6
planning      12 - - 12
appointments  12 - - 12
menus         12 - - 6
diet          12 - - 6
protocol      12 - - 6
treatment     12 - 3 3
seizures      12 - - 12
plan          12 - - 12
wishes        12 - - 24
documents     12 - - 12
intimate_care 12 - 1 1
"""

BECAUSE: dict[Category, str] = {
    Category.IDENTITY: "answering an access request needs to know whose dossier it is (RGPD 15)",
    Category.HOUSEHOLD: "nobody is to be reached any more",
    Category.PLANNING: "what was lived, for the next establishment and the family",
    Category.APPOINTMENTS: "follow-up that goes on elsewhere",
    Category.MENUS: "nothing of anybody but what was told of meals",
    Category.DIET: "health, useful while the next establishment takes over",
    Category.PROTOCOL: "health, useful while the next establishment takes over",
    Category.TREATMENT: "health that goes stale: an old dose is a danger",
    Category.SEIZURES: "health, asked for by the next neurologist",
    Category.PLAN: "the project of the next establishment begins from it",
    Category.WISHES: "the young person's own words are the last to go",
    Category.DOCUMENTS: "given back to the DUI when they were accepted",
    Category.INTIMATE_CARE: "nobody but care reads it, and care has the DUI",
}

ERASED_AFTER = {DossierState.PRE_ADMISSION: 12, DossierState.LEFT: 24}
"""Months after the last news of somebody expected, or after leaving, when the dossier itself goes: links, agreements,
restrictions, reminders, keys, and whatever is left."""

LOG_FOR = 12
"""Months that lines of « Qui a regardé » are kept; the seal of each month stays (CNIL, deliberation 2021-122). Somebody
who left the team keeps their name as long: the lines say who they were."""
RAW_FOR = 1
"""Months that a message of the DUI is kept as it came. Then only what a feature to come still needs of it is."""
REVIEWS_FOR = 24
"""Months that it is kept who said of an assignment that it is right: two years of quarters show that it was done."""
LETTERS_FOR = 3
"""Months that a letter which never served is kept after its end. One that served goes with its account."""
FEEDS_FOR = 3
"""Months that the address of a calendar is kept after its end, by name: its holder still finds that it is over."""
WAYS_FOR = 3
"""Months that ways in are kept, with devices and letters, of whoever is tied to nobody here any more: time to see that
a link was ended by mistake. Those of a closed account go at once: they open nothing."""
MANDATES_FOR = 12
"""Months that a mandate is kept after its end: as long as the lines of the log that were read by it."""
SIGN_INS_FOR = 3
"""Months that an ended sign-in is kept, so that somebody may ask whether it was them."""


def _read(table: str) -> dict[tuple[Category, DossierState], int | None]:
    found: dict[tuple[Category, DossierState], int | None] = {}
    for line in table.strip().splitlines():
        name, *cells = line.split()
        for state, cell in zip(_STATES, cells, strict=True):
            found[Category(name), state] = None if cell == AS_LONG else int(cell)
    return found


RULES = _read(_TABLE)
"""(category, state) → months after leaving (after the last news, for somebody expected); None: kept."""


def gone_by(state: DossierState, months: int) -> frozenset[Category]:
    """Categories to be emptied of a dossier in this state, so many whole months after."""
    return frozenset(
        category for category in Category if (limit := RULES[category, state]) is not None and months >= limit
    )
