"""Send the code that follows a passphrase. It is made here, as the mail leaves, and kept nowhere but as its hash."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.accounts.codes import MAIL, draw, hash_of_code
from portal.accounts.models import SecondStep
from portal.connectors.mail import Mailer, MailRefused
from portal.core import clock, scope
from portal.core.errors import BadInput
from portal.core.jobs import GiveUp
from portal.core.models import Account, AccountState
from portal.core.work import Handler

Words = Callable[[str, bool, str], str]
"""Language (``fr``), whether in easy words, French sentence → what to write."""


def _(text: str) -> str:
    """Marks a sentence for the catalogues; the reader's language is known later."""
    return text


SUBJECT = _("Votre code pour entrer dans Relie")
TEXT = _(
    "Bonjour,\n\nVotre code pour entrer dans Relie\u00a0: %(code)s\n\nIl sert une fois, pendant 10 minutes. "
    "Ne le donnez à personne, même au téléphone.\n\n"
    "Si vous n’avez rien demandé, quelqu’un connaît votre phrase secrète\u00a0: changez-la."
)


def handlers(mailer: Mailer, secret_key: str, words: Words) -> dict[str, Handler]:
    """The jobs of signing in, for the worker."""
    return {MAIL: partial(send_code, mailer=mailer, secret_key=secret_key, words=words)}


def send_code(db: Session, args: dict[str, Any], *, mailer: Mailer, secret_key: str, words: Words) -> None:
    """Send a code to whoever still waits for one. Sent again after a failure, it is another code."""
    scope.enter(db, scope.everywhere("sign in"))
    step_id = UUID(args["step"])
    found = db.execute(
        select(Account.email, Account.locale, Account.mode)
        .join(SecondStep, SecondStep.account_id == Account.id)
        .where(SecondStep.id == step_id, SecondStep.expires_at > clock.now(), Account.state == AccountState.ACTIVE)
    ).one_or_none()
    if found is None or not found.email:
        return
    say, code = partial(words, found.locale, found.mode != ""), draw()
    db.rollback()  # the server may be slow
    try:
        mailer.send(found.email, say(SUBJECT), say(TEXT) % {"code": f"{code[:4]} {code[4:]}"} + "\n")
    except MailRefused as refused:
        raise GiveUp(refused.code) from None
    except BadInput:
        raise GiveUp("bad_address") from None
    if step := db.get(SecondStep, step_id):
        step.code_hash = hash_of_code(secret_key, step_id, code)
