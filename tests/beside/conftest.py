"""A unit's tablet: staff at it, a young person beside them, and the tablet when it changed hands."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.access.limiting import restrict
from portal.access.models import Post
from portal.access.sharing import Against, Source
from portal.access.words import Strength
from portal.accounts import passkey_views, passkeys
from portal.accounts.models import SignIn
from tests.browsing import BASE, Browser, Page
from tests.factories import an_account, staff
from tests.ties import conftest as ties
from tests.ties.conftest import House, come_in, noon, send

__all__ = ["come_in", "noon", "send"]
ties_house = ties.house

MINE = ("dog", "sun", "ice")
OTHERS = ("bus", "bike", "cat")
IMAGES, OVER = "/accompagner/images", "/accompagner/fini"


@pytest.fixture
def house(db: Session, ties_house: House) -> House:
    """The same, with somebody of the young person's unit."""
    account = an_account(db, "Teacher")
    facts = {"account": account, "unit_id": ties_house.unit.id}
    ties_house.links["teacher"] = staff(db, ties_house.dossier, Post.EDUCATION, **facts)
    db.commit()
    return ties_house


@dataclass
class Tablet:
    """One device, and what is done on it."""

    browser: Browser
    house: House
    send: Callable[..., Page]

    @property
    def url(self) -> str:
        return f"/accompagner/{self.house.dossier.id}"

    def helper(self, who: str = "teacher") -> Tablet:
        self.browser.sign_in(self.house.account(who))
        return self

    def give_over(self, status: int = 303, **fields: Any) -> Page:
        return self.send(f"{self.url}/ouvrir", status=status, **fields)

    def show(self, three: Sequence[str] = MINE, status: int = 303) -> Page:
        return self.send(IMAGES, status=status, pictures=list(three))

    def open(self, who: str = "teacher") -> Tablet:
        """From the helper's button to the young person's own pages, whether or not they had pictures."""
        self.helper(who).give_over()
        if "Choisis" in self.browser.open(IMAGES).text("h1"):
            self.show()
        assert self.show().answer.headers["Location"] == "/"
        return self


@pytest.fixture
def tablet(browser: Browser, house: House, send: Callable[..., Page]) -> Tablet:
    return Tablet(browser, house, send)


@dataclass
class Family(Tablet):
    """The same device, and somebody of the family at it."""

    patch: pytest.MonkeyPatch

    def lend(self, who: str = "teacher") -> Family:
        self.helper(who).send(f"{self.url}/famille")
        return self

    def proves(self, who: Any, strength: Strength = Strength.SUBSTANTIAL, status: int = 303) -> Page:
        """Somebody proves who they are, by a passkey whose answer is taken as right."""
        account = self.house.account(who) if isinstance(who, str) else who
        self.patch.setattr(passkeys, "who_answers", lambda *_: SimpleNamespace(account_id=account))
        self.patch.setattr(passkey_views, "strength", lambda _: strength)
        return self.send("/entrer/cle", status=status)

    def enter(self, who: str, strength: Strength = Strength.SUBSTANTIAL) -> Family:
        self.lend().proves(who, strength)
        return self

    def another(self, who: str) -> Browser:
        """Another device, somebody at it."""
        return Browser(self.browser.app, self.browser.sessions, self.browser.count).sign_in(self.house.account(who))

    def cookie(self, put_back: dict[str, Any] | None = None) -> dict[str, Any]:
        """What the device holds; put back, it is a copy that somebody kept."""
        with self.browser.client.session_transaction(base_url=BASE) as cookie:
            if put_back is not None:
                cookie.clear()
                cookie.update(put_back)
            return dict(cookie)


@pytest.fixture
def family(tablet: Tablet, monkeypatch: pytest.MonkeyPatch) -> Family:
    return Family(tablet.browser, tablet.house, tablet.send, monkeypatch)


def ban(db: Session, house: House, who: str) -> None:
    """A judge keeps them away: what is left to them says neither where nor with whom."""
    facts = {"account_id": house.account(who), "rows": [], "proof": "Ordonnance", "by": house.account("director")}
    restrict(db, house.dossier, source=Source.CONTACT_BAN, against=Against.ONE, **facts)
    db.commit()


def event_links(page: Page) -> list[str]:
    return [one for one in page.links() if re.fullmatch(r"/rendez-vous/[0-9a-f-]{36}.*", one)]


def only(db: Session, query: Any) -> Any:
    """The one row of it; the database is nobody's afterwards."""
    found = db.scalars(query.execution_options(populate_existing=True)).one()
    db.commit()
    return found


def sessions_of(db: Session, account_id: Any) -> list[SignIn]:
    query = select(SignIn).where(SignIn.account_id == account_id).order_by(SignIn.created_at)
    found = list(db.scalars(query.execution_options(populate_existing=True)))
    db.commit()
    return found
