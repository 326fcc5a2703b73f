"""A house where people look: a young person, two parents, an aunt, staff; and lines of the log of November."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from portal.access.models import Kind, LogEntry, Post, Relationship
from portal.access.words import Action
from portal.core import clock, scope
from portal.core.models import Account, Dossier
from portal.dossier.models import Identity
from tests.factories import (
    NOON,
    a_dossier,
    a_link,
    a_parent,
    an_account,
    an_establishment,
    at_once,
    staff,
    the_young_person,
)


@dataclass
class House:
    dossier: Dossier
    young: Relationship
    mother: Relationship
    father: Relationship
    aunt: Relationship
    nurse: Relationship
    educator: Relationship
    director: Relationship
    stranger: Relationship
    foreign_director: Relationship

    def url(self, tail: str = "") -> str:
        return f"/qui-a-regarde/{self.dossier.id}{tail}"


@pytest.fixture
def house(db: Session) -> House:
    scope.enter(db, scope.everywhere("tests"))
    dossier = a_dossier(db, age=14)
    db.add(
        Identity(
            dossier_id=dossier.id, establishment_id=dossier.establishment_id, category="identity", given_name="Inès"
        )
    )
    other = a_dossier(db)
    foreign = a_dossier(db, an_establishment(db))
    with at_once():
        made = House(
            dossier=dossier,
            young=the_young_person(db, dossier, account=an_account(db, "Inès")),
            mother=a_parent(db, dossier, account=an_account(db, "Sophie Carpentier")),
            father=a_parent(db, dossier, account=an_account(db, "Julien Carpentier")),
            aunt=a_link(db, dossier, Kind.RELATIVE, account=an_account(db, "Claire Roussel")),
            nurse=staff(db, dossier, Post.CARE, account=an_account(db, "Nadia Soin")),
            educator=staff(db, dossier, Post.EDUCATION, account=an_account(db, "Paul Groupe")),
            director=staff(db, dossier, Post.MANAGEMENT, account=an_account(db, "Mme Fabre")),
            stranger=a_parent(db, other),
            foreign_director=staff(db, foreign, Post.MANAGEMENT),
        )
    db.commit()
    return made


def looked(
    db: Session, house: House, who: Relationship, *, at: Any = NOON - timedelta(hours=3), **facts: Any
) -> LogEntry:
    """A line: ``who`` looked at the rendez-vous, unless said otherwise."""
    line = LogEntry(
        **(
            {
                "at": at,
                "account_id": who.account_id,
                "dossier_id": house.dossier.id,
                "establishment_id": house.dossier.establishment_id,
                "categories": "appointments",
                "action": Action.VIEW,
                "endpoint": "planning.appointments",
                "request_id": "ABCD2345",
                "kind": who.kind,
                "post": who.post,
            }
            | facts
        )
    )
    db.add(line)
    db.commit()
    return line


@pytest.fixture(autouse=True)
def _noon():
    with clock.frozen(NOON):
        yield


def account(db: Session, one: Relationship) -> Account:
    return db.get_one(Account, one.account_id)


def anybody() -> UUID:
    return UUID(int=7)
