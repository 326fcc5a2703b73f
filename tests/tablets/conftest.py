"""A referent with a screen, and a young person with a tablet of their own."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.access.models import Post
from portal.access.words import Strength
from portal.accounts.models import Method, Passkey
from portal.accounts.services import open_session
from tests.accounts.test_passkeys import Key
from tests.browsing import BASE, Browser, Page
from tests.factories import an_account, staff
from tests.ties import conftest as ties
from tests.ties.conftest import House, come_in, noon, send

__all__ = ["come_in", "noon", "send"]
ties_house = ties.house


@pytest.fixture
def house(db: Session, ties_house: House) -> House:
    """The same, with the young person's referent."""
    facts = {"account": an_account(db, "Referent"), "to_dossier": True, "referent": True}
    ties_house.links["referent"] = staff(db, ties_house.dossier, Post.EDUCATION, **facts)
    near = {"account": an_account(db, "Colleague"), "to_dossier": True}
    ties_house.links["colleague"] = staff(db, ties_house.dossier, Post.EDUCATION, **near)
    db.commit()
    return ties_house


@dataclass
class Enrolling:
    """The referent's own device, and the tablet: two browsers."""

    screen: Browser
    tablet: Browser
    house: House
    key: Key = field(init=False)

    def __post_init__(self) -> None:
        self.key = Key(self.house.account("child"))

    @property
    def url(self) -> str:
        return f"/tablettes/{self.house.dossier.id}"

    def referent(self, who: str = "referent", method: Method = Method.PASSKEY) -> Enrolling:
        """Signed in a moment ago, by a key."""
        with self.screen.sessions.begin() as db:
            token = open_session(db, self.house.account(who), Strength.SUBSTANTIAL, method=method, staff=True)
        with self.screen.client.session_transaction(base_url=BASE) as session:
            session["_user_id"], session["_fresh"] = token, True
        return self

    def code(self) -> str:
        page = self.screen.submit(f"{self.url}/code", {}, status=200)
        return re.sub(r"\s", "", page.soup.select_one("figcaption .n").get_text())

    def tell(self, code: str, status: int = 303) -> Page:
        return self.tablet.submit("/tablette", {"code": code}, status=status)

    def question(self) -> str:
        return str(self.tablet.open("/tablette/cle").soup.select_one("form[data-question]")["data-question"])

    def keep(self, answer: str | None = None, status: int = 303) -> Page:
        said = answer or self.key.make(self.question())
        return self.tablet.submit("/tablette/cle", {"answer": said}, status=status)

    def whole(self) -> Enrolling:
        self.referent().tell(self.code())
        self.keep()
        return self


@pytest.fixture
def enrolling(browser: Browser, house: House) -> Enrolling:
    return Enrolling(browser, Browser(browser.app, browser.sessions, browser.count), house)


@pytest.fixture
def keys_of(db: Session) -> Callable[[Any], list[Passkey]]:
    def read(account_id: Any) -> list[Passkey]:
        db.commit()
        query = select(Passkey).where(Passkey.account_id == account_id)
        found = list(db.scalars(query.execution_options(populate_existing=True)))
        db.commit()
        return found

    return read
