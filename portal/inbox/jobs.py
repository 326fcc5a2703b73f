"""Write to somebody that there is something new, and nothing else: a mailbox is read over shoulders."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal.access.words import Strength, Viewer
from portal.connectors.mail import Mailer, MailRefused
from portal.core import clock, scope
from portal.core.errors import BadInput
from portal.core.jobs import GiveUp, enqueue
from portal.core.models import Account, AccountState
from portal.core.work import Handler
from portal.inbox import queries
from portal.inbox.models import Notice
from portal.inbox.services import MAIL

QUIET = timedelta(hours=4)
"""At most one mail a person in that time."""

Words = Callable[[str, bool, str], str]
"""Language (``fr``), whether in easy words, French sentence → what to write."""


def _(text: str) -> str:
    """Marks a sentence for the catalogues; the reader's language is known later."""
    return text


SUBJECT = _("Il y a du nouveau dans Relie")
TEXT = _(
    "Bonjour,\n\nIl y a du nouveau dans Relie. Pour le lire\u00a0:\n%(address)s\n\n"
    "Pour protéger votre vie privée, ce message n’en dit pas plus."
)


def handlers(mailer: Mailer, public_url: str, words: Words) -> dict[str, Handler]:
    """The jobs of the inbox, for the worker."""
    return {MAIL: partial(send_mail, mailer=mailer, public_url=public_url, words=words)}


def send_mail(db: Session, args: dict[str, Any], *, mailer: Mailer, public_url: str, words: Words) -> None:
    """Write to the account if something is still unread, still theirs to see, and not announced yet.

    Nobody is written to twice in ``QUIET``: the job then comes back later. A refused address ends the job, for staff to
    see; a server that is down makes it fail, and it comes back.
    """
    reader = Viewer(UUID(args["account"]), Strength.SUBSTANTIAL)
    scope.enter(db, scope.account(reader.account_id))
    account = db.execute(
        select(Account.email, Account.locale, Account.mode).where(
            Account.id == reader.account_id, Account.state == AccountState.ACTIVE
        )
    ).one_or_none()
    fresh = db.scalars(queries.not_mailed(reader)).all()
    if account is None or not account.email or not fresh:
        return
    last = queries.last_mail(db, reader.account_id)
    if last is not None and clock.now() < last + QUIET:
        enqueue(db, MAIL, args, due=last + QUIET, key=f"{MAIL}:{reader.account_id}")
        return
    db.rollback()  # the server may be slow
    _write(mailer, account.email, partial(words, account.locale, account.mode != ""), public_url)
    db.execute(update(Notice).where(Notice.id.in_(fresh)).values(mailed_at=clock.now()))


def _write(mailer: Mailer, to: str, words: Callable[[str], str], public_url: str) -> None:
    try:
        mailer.send(to, words(SUBJECT), words(TEXT) % {"address": public_url} + "\n")
    except MailRefused as refused:
        raise GiveUp(refused.code) from None
    except BadInput:
        raise GiveUp("bad_address") from None
