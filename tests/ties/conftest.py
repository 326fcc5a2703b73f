"""A house with a family whose parents live apart, and those at work who handle their links."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from portal.access.models import Post, Relationship
from portal.access.words import Strength
from portal.core import clock
from portal.core.models import Dossier, Unit
from portal.dossier.models import Contact, Identity, Relative
from tests.browsing import BASE, Browser, Page, inspect
from tests.factories import (
    NOON,
    a_dossier,
    a_parent,
    a_unit,
    an_account,
    an_establishment,
    at_once,
    staff,
    the_young_person,
)

MOTHER_HOME, FATHER_HOME = "3 rue des Lilas\n57000 Metz", "18 chemin du Puits\n54000 Nancy"


@dataclass
class House:
    """A young person, the unit, and links by name."""

    dossier: Dossier
    unit: Unit
    links: dict[str, Relationship] = field(default_factory=dict)

    def account(self, who: str) -> Any:
        return self.links[who].account_id


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with clock.frozen(NOON):
        yield


@pytest.fixture
def house(db: Session) -> House:
    place = an_establishment(db)
    unit = a_unit(db, place)
    dossier = a_dossier(db, place, unit_id=unit.id, received_at=NOON - timedelta(hours=2))
    found = House(dossier, unit)
    named(db, dossier, "Ilyes", "Valdombre")
    posts = {"director": Post.MANAGEMENT, "secretary": Post.ADMINISTRATION, "social": Post.SOCIAL_WORK}
    posts |= {"nurse": Post.CARE, "cook": Post.KITCHEN, "teacher": Post.EDUCATION}
    with at_once():
        for name, post in posts.items():
            found.links[name] = staff(db, dossier, post, account=an_account(db, name.title()))
        found.links |= {
            "mother": a_parent(db, dossier, account=an_account(db, "Samia Ouardamel"), relative_key="M"),
            "father": a_parent(db, dossier, account=an_account(db, "Julien Valdombre"), relative_key="F"),
            "child": the_young_person(db, dossier),
        }
    relative(db, dossier, "M", "Samia", "Ouardamel", "MTH", "Mère")
    relative(db, dossier, "F", "Julien", "Valdombre", "FTH", "Père")
    contact(db, dossier, "M", MOTHER_HOME)
    contact(db, dossier, "F", FATHER_HOME)
    db.commit()
    return found


def named(db: Session, dossier: Dossier, given: str, family: str) -> Identity:
    return _add(db, Identity(**_about(dossier, "identity"), given_name=given, family_name=family))


def relative(
    db: Session, dossier: Dossier, key: str, given: str, family: str, code: str, label: str, **more: Any
) -> Any:
    facts = {"key": key, "given_name": given, "family_name": family, "relation": code, "relation_label": label}
    return _add(db, Relative(**_about(dossier, "household"), **(facts | more)))


def contact(db: Session, dossier: Dossier, owner: str, value: str, kind: str = "address", **more: Any) -> Contact:
    return _add(db, Contact(**_about(dossier, "household"), owner=owner, value=value, kind=kind, **more))


def _about(dossier: Dossier, category: str) -> dict[str, Any]:
    return {"dossier_id": dossier.id, "establishment_id": dossier.establishment_id, "category": category}


def _add(db: Session, thing: Any) -> Any:
    db.add(thing)
    db.flush()
    return thing


@pytest.fixture
def send(browser: Browser) -> Callable[..., Page]:
    """POST a form as whoever is signed in, with the token of a page of theirs; a page that answers is inspected."""

    def post(path: str, *, status: int = 303, **fields: Any) -> Page:
        token = browser.open("/lecture").soup.select_one("input[name=csrf_token]")["value"]
        before = browser.count()
        answer = browser.client.post(
            path, base_url=BASE, data={"csrf_token": token, **fields}, headers={"Referer": BASE}
        )
        page = Page(answer, browser.count() - before)
        assert page.status == status, f"{path}: {page.status}: {page.text()}"
        if status in (200, 422):
            inspect(page)
        return page

    return post


@pytest.fixture
def come_in(browser: Browser, house: House) -> Callable[..., Browser]:
    return lambda who, strength=Strength.SUBSTANTIAL: browser.sign_in(house.account(who), strength)
