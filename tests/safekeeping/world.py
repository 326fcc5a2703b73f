"""A small establishment: one dossier and everybody around it, and two more dossiers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from portal.access import reach
from portal.access.models import Kind, Post, Relationship
from portal.access.perimeter import Column
from portal.access.words import Category, Strength
from portal.accounts.services import open_session
from portal.connectors.vault import Vault
from portal.core.models import Account, Dossier, Establishment
from portal.dossier import clients
from portal.dossier.models import Identity, Kept
from portal.planning.models import Event
from tests.factories import NOON, a_dossier, a_link, a_parent, a_unit, an_establishment, an_event, staff
from tests.safekeeping.sharing import a_perimeter, an_agreement

SOON = NOON + timedelta(days=1)


@dataclass
class World:
    """Identifiers, which mean the same in every database this world is restored to."""

    dossier: UUID
    people: dict[str, UUID]
    """Name → account."""
    links: dict[str, UUID]
    events: dict[str, UUID]
    agreement: UUID
    erased: UUID
    left: UUID
    token: str
    """Of the DUI."""
    device: str
    """The father's."""
    object: str
    other_object: str


def a_world(db: Session, vault: Vault) -> World:
    place = an_establishment(db)
    unit = a_unit(db, place)
    dossier, erased, left = (a_dossier(db, place, unit_id=unit.id, received_at=NOON) for _ in range(3))
    for one in (dossier, erased, left):
        _add(db, Identity(**_about(one), category="identity", given_name="Inès", family_name="Exemple"))
    links = {
        "mother": a_parent(db, dossier),
        "father": a_parent(db, dossier),
        "aunt": a_link(db, dossier, Kind.RELATIVE),
        "nurse": staff(db, dossier, Post.CARE),
        "teacher": staff(db, dossier, Post.EDUCATION, unit_id=unit.id),
        "director": staff(db, dossier, Post.MANAGEMENT),
        "stranger": a_parent(db, erased),
        "other": a_parent(db, left),
    }
    given = an_agreement(db, links["aunt"], links["mother"])
    a_perimeter(db, place, {(Column.PARENT, Category.PLAN): True}, starts_at=NOON - timedelta(days=9))
    events = {
        "swimming": an_event(db, dossier, category=Category.PLANNING, nature="", title="Piscine", place="Bassin"),
        "doctor": an_event(db, dossier, title="Neurologue", place="Hôpital"),
        "meeting": an_event(db, dossier, nature="meeting", title="Réunion"),
        "theirs": an_event(db, erased, nature="meeting", title="Ailleurs"),
        "gone": an_event(db, left, nature="meeting", title="Parti"),
    }
    kept = [vault.put(b"message " * 50_000, about=f"dui:{place.finess}") for _ in range(2)]
    for one, name in zip((erased, dossier), kept, strict=True):
        facts = {"key": "1", "resource_type": "Goal", "vault_key": name, "entry": 0, "category": "plan"}
        _add(db, Kept(**_about(one), **facts))
    token = clients.add_client(db, "DUI", [place.finess])
    device = open_session(db, links["father"].account_id, Strength.SUBSTANTIAL)
    db.flush()
    reach.recompute(db)
    return World(
        dossier=dossier.id,
        people={name: link.account_id for name, link in links.items()},
        links={name: link.id for name, link in links.items()},
        events={name: event.id for name, event in events.items()},
        agreement=given.id,
        erased=erased.id,
        left=left.id,
        token=token,
        device=device,
        object=kept[0],
        other_object=kept[1],
    )


def _about(dossier: Dossier) -> dict[str, Any]:
    return {"dossier_id": dossier.id, "establishment_id": dossier.establishment_id}


def _add(db: Session, thing: Any) -> None:
    db.add(thing)
    db.flush()


def link(db: Session, world: World, name: str) -> Relationship:
    return db.get_one(Relationship, world.links[name])


def account(db: Session, world: World, name: str) -> Account:
    return db.get_one(Account, world.people[name])


def event(db: Session, world: World, name: str) -> Event:
    return db.get_one(Event, world.events[name])


def place_of(db: Session, world: World) -> Establishment:
    return db.get_one(Establishment, db.get_one(Dossier, world.dossier).establishment_id)
