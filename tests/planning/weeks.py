"""A young person with a week, and how to write it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from portal.dossier.models import Identity
from portal.planning.models import Bulletin, EventPerson, Presence, Transport
from tests.factories import NOON, a_dossier, an_event

PARIS = ZoneInfo("Europe/Paris")
TODAY = date(2026, 11, 18)
"""A Wednesday."""


def here(hour: int, minute: int = 0, day: date = TODAY) -> datetime:
    """That hour on the wall clock there."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=PARIS)


def named(db, name="Inès", establishment=None, **facts):
    dossier = a_dossier(db, establishment, received_at=NOON - timedelta(hours=5), **facts)
    _add(db, Identity, dossier, "identity", given_name=name, family_name="Exemple")
    return dossier


def an_activity(db, dossier, title, starts, ends=None, **facts):
    facts = {"category": "planning", "nature": "social", "title": title, "starts_at": starts, "ends_at": ends} | facts
    return an_event(db, dossier, **facts)


def somebody(db, event, name, role="", kind="professional", position=0):
    db.add(EventPerson(event_id=event.id, position=position, kind=kind, name=name, role=role))
    db.flush()


def a_presence(db, dossier, where, starts, ends, first=None, last=None):
    key = f"presence-{where}-{starts.isoformat()}"
    facts = {"where": where, "starts_at": starts, "ends_at": ends, "first_night": first, "last_night": last}
    return _add(db, Presence, dossier, "planning", key=key, **facts)


def a_ride(db, dossier, starts, ends=None, mode="Taxi", **facts):
    facts = {"starts_at": starts, "ends_at": ends, "mode": mode, "nature": ""} | facts
    return _add(db, Transport, dossier, "planning", key=f"ride-{starts or ends}", **facts)


def a_bulletin(db, place, author, first=TODAY, last=None, kind="closure", **facts):
    facts = {"text": "Fermé pour travaux.", "easy_text": "L’IME est fermé."} | facts
    one = Bulletin(
        establishment_id=place, kind=kind, first_day=first, last_day=last or first, published_by=author, **facts
    )
    db.add(one)
    db.flush()
    return one


def _add(db, model, dossier, category, **facts):
    one = model(dossier_id=dossier.id, establishment_id=dossier.establishment_id, category=category, **facts)
    db.add(one)
    db.flush()
    return one
