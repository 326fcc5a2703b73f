"""A family at the desk of the secretary, a letter in somebody's hand, and a device to redeem it on."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pypdfium2
import pytest
from sqlalchemy import select

from portal.accounts import enrolment
from portal.accounts.enrolments import Enrolment
from portal.core.models import Account
from tests.browsing import BASE, Browser
from tests.ties.conftest import House, come_in, house, noon, send

__all__ = ["come_in", "house", "noon", "send"]

KEY = "x" * 40
"""As in ``tests.conftest.a_configuration``."""


@dataclass(frozen=True)
class Paper:
    """What stands on one printed letter."""

    text: str

    @property
    def fields(self) -> dict[str, str]:
        number = re.search(r"\b\d{4} \d{4}\b", self.text)
        secret = re.search(r"^([2-9A-HJ-NP-Z]{4} [2-9A-HJ-NP-Z]{4})\s*$", self.text.split("Code")[-1].strip(), re.M)
        assert number
        assert secret
        return {"number": number[0], "secret": secret[1]}


def read(raw: bytes) -> list[Paper]:
    with pypdfium2.PdfDocument(raw) as document:
        return [Paper(page.get_textpage().get_text_range()) for page in document]


@pytest.fixture
def make(house: House, come_in: Callable[..., Browser]) -> Callable[..., list[Paper]]:
    """The secretary makes letters; the paper that comes out of the printer."""

    def printed(*people: str, given: str = "handed", by: str = "secretary") -> list[Paper]:
        return read(_post(come_in(by), house, people, given))

    return printed


def _post(browser: Browser, house: House, people: tuple[str, ...], given: str) -> bytes:
    token = browser.open("/lecture").soup.select_one("input[name=csrf_token]")["value"]
    chosen = [str(house.account(one)) for one in people]
    answer = browser.client.post(
        "/lettres/papier", base_url=BASE, data={"csrf_token": token, "people": chosen, "given": given}
    )
    assert answer.status_code == 200, answer.text[:400]
    assert answer.mimetype == "application/pdf"
    assert answer.cache_control.no_store
    raw: bytes = answer.data
    return raw


@pytest.fixture
def phone(app: Any, sessions: Any, count: Any) -> Browser:
    """A device nobody is signed in on."""
    return Browser(app, sessions, count)


@pytest.fixture
def issue(db: Any, house: House) -> Callable[..., enrolment.Issued]:
    """A letter without its paper."""

    def made(who: str = "mother", *, handed: bool = True, **more: Any) -> enrolment.Issued:
        facts = {"secret_key": KEY, "establishment_id": house.dossier.establishment_id, "handed": handed}
        facts |= {"by": house.account("secretary")}
        one = enrolment.issue(db, house.account(who), **(facts | more))
        db.commit()
        return one

    return made


def typed(one: enrolment.Issued) -> dict[str, str]:
    return {"number": one.number, "secret": one.secret}


def letter_of(db: Any, account_id: Any) -> Enrolment:
    query = select(Enrolment).where(Enrolment.account_id == account_id).order_by(Enrolment.issued_at.desc())
    found = db.scalars(query.execution_options(populate_existing=True)).first()
    db.commit()
    return found


def account(db: Any, account_id: Any) -> Account:
    found = db.get_one(Account, account_id, populate_existing=True)
    db.commit()
    return found
