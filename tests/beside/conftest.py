"""A unit's tablet: staff at it, a young person beside them, and the tablet when it changed hands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.access.models import Post
from portal.accounts.models import SignIn
from tests.browsing import Browser, Page
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


def sessions_of(db: Session, account_id: Any) -> list[SignIn]:
    query = select(SignIn).where(SignIn.account_id == account_id).order_by(SignIn.created_at)
    found = list(db.scalars(query.execution_options(populate_existing=True)))
    db.commit()
    return found
