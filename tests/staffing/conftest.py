"""A house with two directors, and those they invite, assign and see off."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from portal.access.models import Post, Relationship
from portal.accounts.models import Passkey
from portal.core import clock
from portal.core.models import Dossier, Establishment, Unit
from portal.dossier.models import Identity
from portal.staffing.rules import Wanted
from tests.browsing import Browser
from tests.factories import NOON, a_dossier, a_unit, an_account, an_establishment, at_once, staff

RECENTLY = NOON - timedelta(days=30)


@dataclass
class House:
    """The establishment, a young person of it, and who works there by name."""

    place: Establishment
    unit: Unit
    dossier: Dossier
    links: dict[str, Relationship] = field(default_factory=dict)

    def account(self, who: str) -> Any:
        return self.links[who].account_id

    def wanted(self, post: Post = Post.EDUCATION, **changes: Any) -> Wanted:
        return Wanted(**({"post": post, "establishment_id": self.place.id, "starts_at": clock.now()} | changes))


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with clock.frozen(NOON):
        yield


@pytest.fixture
def house(db: Session) -> House:
    place = an_establishment(db)
    unit = a_unit(db, place)
    dossier = a_dossier(db, place, unit_id=unit.id, received_at=NOON - timedelta(hours=2))
    db.add(
        Identity(
            dossier_id=dossier.id,
            establishment_id=place.id,
            category="identity",
            given_name="Ilyes",
            family_name="Valdombre",
        )
    )
    found = House(place, unit, dossier)
    names = {"director": "Claire Morvan", "deputy": "Hélène Dubost", "nurse": "Yann Le Gall", "cook": "Rémi Bastian"}
    posts = {"director": Post.MANAGEMENT, "deputy": Post.MANAGEMENT, "nurse": Post.CARE, "cook": Post.KITCHEN}
    with at_once():
        for who, post in posts.items():
            found.links[who] = staff(db, dossier, post, account=an_account(db, names[who]), starts_at=RECENTLY)
            found.links[who].verified_at = RECENTLY
        found.links["educator"] = staff(
            db, dossier, Post.EDUCATION, account=an_account(db, "Awa Diarra"), unit_id=unit.id, starts_at=RECENTLY
        )
        found.links["educator"].verified_at = RECENTLY
    db.commit()
    return found


@pytest.fixture
def come_in(browser: Browser, house: House) -> Callable[[str], Browser]:
    return lambda who: browser.sign_in(house.account(who))


def a_passkey(db: Session, account_id: Any) -> None:
    db.add(
        Passkey(
            account_id=account_id,
            credential_id=account_id.bytes,
            public_key=b"key",
            sign_count=0,
            name="Téléphone",
            synced=False,
            vouched=False,
        )
    )
    db.commit()
