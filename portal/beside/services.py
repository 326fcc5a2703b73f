"""Give a device over, say that it is you, close the space."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from portal.accounts.models import Method, SignIn
from portal.accounts.queries import hash_of
from portal.beside import pictures
from portal.beside.models import Handover, PictureCode
from portal.beside.queries import Space
from portal.core import clock, scope
from portal.core.errors import BadInput
from portal.core.models import Account

WAITS = timedelta(minutes=10)
"""How long a device that was given over waits for the young person."""
KEPT = timedelta(days=1)
EASIEST = "pictures"
"""How somebody reads who chooses pictures for a code and has chosen nothing else yet."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A device that waits for somebody to say that it is them."""

    id: UUID
    helper_id: UUID
    account_id: UUID
    dossier_id: UUID
    name: str
    code_id: UUID | None
    choosing: bool


@scope.working("beside somebody")
def give_over(db: Session, one: Space, *, by: UUID, anew: bool) -> str:
    """The token of a device that was given over, which nobody can find again. The caller checked that it may be.

    ``anew``: other pictures are chosen first, as they are the first time.
    """
    token, at = secrets.token_urlsafe(32), clock.now()
    db.execute(delete(Handover).where(Handover.expires_at < at - KEPT))
    db.add(
        Handover(
            token_hash=hash_of(token),
            helper_id=by,
            account_id=one.account_id,
            dossier_id=one.dossier_id,
            choosing=anew or not one.has_code,
            expires_at=at + WAITS,
        )
    )
    db.flush()
    return token


@scope.working("beside somebody")
def waiting(db: Session, token: str) -> Waiting | None:
    """What this device waits for; None when it was never given over, too long ago, or served."""
    query = (
        select(Handover, Account.display_name, PictureCode.id)
        .join(Account, Account.id == Handover.account_id)
        .outerjoin(PictureCode, PictureCode.account_id == Handover.account_id)
        .where(Handover.token_hash == hash_of(token), Handover.served_at.is_(None), Handover.expires_at > clock.now())
    )
    found = db.execute(query).one_or_none()
    if found is None:
        return None
    one, name, code_id = found
    return Waiting(one.id, one.helper_id, one.account_id, one.dossier_id, name, code_id, one.choosing or not code_id)


@scope.working("beside somebody")
def choose(db: Session, device: Waiting, said: Collection[str], *, secret_key: str) -> None:
    """These are their pictures from now on. Raises ``BadInput`` as ``pictures.chosen`` does."""
    three = pictures.chosen(said)
    db.execute(delete(PictureCode).where(PictureCode.account_id == device.account_id))
    mark = pictures.mark(secret_key, device.account_id.bytes, three)
    db.add(PictureCode(account_id=device.account_id, mark=mark, set_by=device.helper_id))
    db.execute(update(Handover).where(Handover.id == device.id).values(choosing=False))
    db.execute(
        update(Account).where(Account.id == device.account_id, Account.mode == "").values(mode=EASIEST),
    )
    db.flush()


@scope.working("beside somebody")
def confirm(db: Session, device: Waiting, said: Collection[str], *, secret_key: str) -> None:
    """The young person says that it is them. Raises ``BadInput`` « pictures: three » or « pictures: other »."""
    three = pictures.chosen(said)
    kept = db.scalar(select(PictureCode.mark).where(PictureCode.account_id == device.account_id))
    if kept is None or not hmac.compare_digest(kept, pictures.mark(secret_key, device.account_id.bytes, three)):
        raise BadInput("pictures", "other")
    served = update(Handover).where(Handover.id == device.id, Handover.served_at.is_(None))
    if db.execute(served.values(served_at=clock.now())).rowcount != 1:  # type: ignore[attr-defined]  # of an update
        raise BadInput("pictures", "other")


@scope.working("beside somebody")
def close(db: Session, account_id: UUID) -> None:
    """Every space of theirs that staff opened ends, wherever it is open, from the next request on."""
    db.execute(
        update(SignIn)
        .where(SignIn.account_id == account_id, SignIn.method == Method.OPENED, SignIn.ended_at.is_(None))
        .values(ended_at=clock.now())
    )
    at = clock.now()
    db.execute(
        update(Handover).where(Handover.account_id == account_id, Handover.expires_at > at).values(expires_at=at)
    )
