"""Opening an establishment, and saying it again otherwise."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from portal.access.queries import visible
from portal.core.errors import BadInput
from portal.dossier.opening import open_establishment
from portal.planning.models import Event
from tests.factories import a_dossier, a_parent, an_event, viewing

FACTS = {"finess": "080000017", "name": "IME des Îles", "organisation": "Association des Tilleuls"}


def test_another_time_zone_moves_the_midnight_of_majority(db: Session) -> None:
    place = open_establishment(db, **FACTS)
    dossier = a_dossier(db, place, birth_date=date(2008, 11, 19))
    an_event(db, dossier)
    mother = viewing(a_parent(db, dossier))
    open_establishment(db, **FACTS, time_zone="Pacific/Auckland")
    midnight = datetime(2026, 11, 18, 11, 0, tzinfo=UTC)  # 00:00 on the 19th there

    def titles(at: datetime) -> list[str]:
        return list(db.scalars(visible(Event, mother, Event.title, at=at)))

    assert (titles(midnight - timedelta(seconds=1)), titles(midnight)) == (["Neurologue"], [])


def test_a_zone_nobody_knows_is_refused(db: Session) -> None:
    with pytest.raises(BadInput):
        open_establishment(db, **FACTS, time_zone="Europe/Pariss")
