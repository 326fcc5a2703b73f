"""What takes place in a unit, with the absences that families announced. One statement."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, String, cast
from sqlalchemy.orm import Session

from portal.access.queries import visible
from portal.access.words import Viewer
from portal.liaison.models import Absence
from portal.planning import happening
from portal.planning.happening import What


def rows(db: Session, viewer: Viewer, dossiers: Iterable[UUID], first: date, last: date, zone: str) -> list[Row[Any]]:
    """As ``happening.between``; an absence has its days, and in ``ends_at`` the hour one comes at, when late.

    Only what this viewer may read, row by row: a colleague's page may say less, or more.
    """
    wanted = list(dossiers)
    return happening.between(db, viewer, wanted, first, last, zone, [_absences(viewer, wanted, first, last)])


def _absences(viewer: Viewer, dossiers: list[UUID], first: date, last: date) -> Select[Any]:
    columns = (Absence.id, Absence.dossier_id, Absence.first_day, Absence.last_day, Absence.back_at)
    found = (
        visible(Absence, viewer, *columns, Absence.why)
        .where(
            Absence.dossier_id.in_(dossiers),
            Absence.withdrawn_at.is_(None),
            Absence.first_day <= last,
            Absence.last_day >= first,
        )
        .subquery()
    )
    return happening.alike(What.ABSENCE, found, ends_at=found.c.back_at, kind=cast(found.c.why, String(40)))
