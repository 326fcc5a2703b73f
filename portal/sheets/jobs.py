"""Every ten minutes: which printed sheets of this week, or of later ones, say something else than they would now.

Each is asked as it was printed: what its reader and whoever printed it may both see. Days that are over do not count.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.access.words import Strength, Viewer
from portal.core import clock, scope
from portal.core.errors import NotFound
from portal.core.jobs import enqueue
from portal.core.models import Establishment
from portal.sheets.gathering import SHOWN, through
from portal.sheets.models import Sheet
from portal.sheets.said import digests
from portal.sheets.week import SEVEN

CHECK = "sheets.check"
EVERY = timedelta(minutes=10)


def check(db: Session, _args: dict[str, Any]) -> None:
    """Mark them, and ask for the next turn."""
    now = clock.now()
    with scope.within(db, scope.everywhere("sheets")):
        recent = Sheet.monday > now.date() - timedelta(days=SEVEN + 1)
        query = select(Sheet, Establishment.time_zone).join(Establishment, Establishment.id == Sheet.establishment_id)
        for sheet, zone in db.execute(query.where(recent, Sheet.changed_at.is_(None)).order_by(Sheet.id)).all():
            if _says_otherwise(db, sheet, clock.local_date(now, zone).isoformat()):
                sheet.changed_at = now
    ask_to_check(db)


def ask_to_check(db: Session, *, first: bool = False) -> None:
    """One turn waits at a time; at once when a worker starts."""
    enqueue(db, CHECK, {}, due=clock.now() + (timedelta() if first else EVERY), key=CHECK)


def _says_otherwise(db: Session, sheet: Sheet, today: str) -> bool:
    staff = Viewer(sheet.printed_by, Strength.SUBSTANTIAL, frozenset(SHOWN))
    how = {"own": False, "easy": False, "lang": "", "menus": False}
    try:
        found = through(db, staff, sheet.reader_id, sheet.dossier_id, sheet.monday, **how)
    except NotFound:  # one of the two reads nothing of it any more
        return True
    said = digests(found.week.days)
    return any(said[day] != sheet.said.get(day) for day in said if day >= today)
