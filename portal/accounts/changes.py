"""A way in changed: whoever owns the account is told, so that a change that was not theirs is seen.

The page only asks for a job, in its own transaction: no mail server makes anybody wait, and nothing is told of what was
not committed. A mailbox is read over shoulders: the mail names nobody, and no way in.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from easyread import dates
from portal.access.models import Relationship
from portal.accounts import queries
from portal.connectors.mail import Mailer, MailRefused
from portal.core import clock, scope
from portal.core.errors import BadInput
from portal.core.jobs import GiveUp, enqueue
from portal.core.models import Account, AccountState, Establishment
from portal.core.work import Handler

CHANGED = "accounts.changed"
"""The kind of job that says so: ``{"account": id, "at": instant}``."""
SETTLE = timedelta(minutes=2)
"""A letter and the key that follows it are one change; an owner on the telephone is told while it is fresh."""
PAGE = "/ma-connexion"

Words = Callable[[str, bool, str], str]
"""Language (``fr``), whether in easy words, French sentence → what to write."""
Tell = Callable[[Session, UUID], None]
"""Leaves a notice for this account."""


def _(text: str) -> str:
    """Marks a sentence for the catalogues; the reader's language is known later."""
    return text


SUBJECT = _("Votre façon d’entrer dans Relie a changé")
TEXT = _("Bonjour,\n\nUne façon d’entrer dans votre compte Relie a changé, %(when)s.\n\nSi c’est vous, ne faites rien.")
PHONE = _("Si ce n’est pas vous, appelez tout de suite le %(phone)s.")
OFFICE = _("Si ce n’est pas vous, appelez tout de suite le secrétariat.")
LOOK = _("Pour voir vos connexions\u00a0:\n%(address)s")


def note(db: Session, account_id: UUID) -> None:
    """Ask that this account be told, in the caller's transaction. Several changes in two minutes are told once."""
    at = clock.now()
    said = {"account": str(account_id), "at": at.isoformat()}
    enqueue(db, CHANGED, said, due=at + SETTLE, key=f"{CHANGED}:{account_id}")


def handlers(mailer: Mailer, public_url: str, words: Words, tell: Tell) -> dict[str, Handler]:
    """The job that tells, for the worker. ``tell``: for those who have no e-mail address."""
    return {CHANGED: partial(send_change, mailer=mailer, address=public_url + PAGE, words=words, tell=tell)}


def send_change(db: Session, args: dict[str, Any], *, mailer: Mailer, address: str, words: Words, tell: Tell) -> None:
    """Write that a way in changed, when, where to look and whom to call; without an address, leave a notice."""
    scope.enter(db, scope.everywhere("sign in"))
    account = db.get(Account, UUID(args["account"]))
    if account is None or account.state is not AccountState.ACTIVE:
        return
    if not account.email:
        tell(db, account.id)
        return
    to, say = account.email, partial(words, account.locale, account.mode != "")
    at = clock.local(datetime.fromisoformat(args["at"]), queries.zone_of(db, account.id))
    said = _text(say, dates.moment(at, account.locale), _phones(db, account.id), address)
    db.rollback()  # the server may be slow
    try:
        mailer.send(to, say(SUBJECT), said)
    except MailRefused as refused:
        raise GiveUp(refused.code) from None
    except BadInput:
        raise GiveUp("bad_address") from None


def _text(say: Callable[[str], str], when: str, phones: str, address: str) -> str:
    call = say(PHONE) % {"phone": phones} if phones else say(OFFICE)
    return "\n\n".join((say(TEXT) % {"when": when}, call, say(LOOK) % {"address": address})) + "\n"


def _phones(db: Session, account_id: UUID) -> str:
    """Numbers of the establishments somebody is tied to. Not their names: an institute's name tells of a child."""
    query = (
        select(Establishment.phone)
        .join(Relationship, Relationship.establishment_id == Establishment.id)
        .where(Relationship.account_id == account_id, Establishment.phone != "")
    )
    return ", ".join(number.replace(" ", "\u00a0") for number in sorted(set(db.scalars(query))))
