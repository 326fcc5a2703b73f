"""Give a device over, say that it is you, close the space."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from portal.access.mandates import reads, sits
from portal.access.services import is_of_the_family
from portal.access.words import Category, Strength
from portal.accounts.helping import Beside
from portal.accounts.models import SignIn
from portal.accounts.queries import hash_of, is_staff
from portal.beside import pictures
from portal.beside.models import Handover, PictureCode
from portal.beside.queries import Space
from portal.core import clock, scope
from portal.core.errors import BadInput
from portal.core.models import Account

WAITS = timedelta(minutes=10)
"""How long a device that was given over waits for the young person."""
FAMILY_WAITS = timedelta(minutes=20)
"""How long for the family: a code in a mail takes its time."""
KEPT = timedelta(days=1)
EASIEST = "pictures"
"""How somebody reads who chooses pictures for a code and has chosen nothing else yet."""


@dataclass(frozen=True, slots=True)
class Lent:
    """A device that staff gave over, whether or not it still waits: for this young person, or for their family."""

    id: UUID
    helper_id: UUID
    account_id: UUID | None
    dossier_id: UUID
    waits: bool


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
    choosing = anew or not one.has_code
    return _give(db, WAITS, helper_id=by, account_id=one.account_id, dossier_id=one.dossier_id, choosing=choosing)


@scope.working("beside somebody")
def give_to_family(db: Session, dossier_id: UUID, *, by: UUID) -> str:
    """The same for somebody of the family, who will come in by their own means."""
    return _give(db, FAMILY_WAITS, helper_id=by, account_id=None, dossier_id=dossier_id, choosing=False)


def _give(db: Session, waits: timedelta, **facts: Any) -> str:
    token, at = secrets.token_urlsafe(32), clock.now()
    db.execute(delete(Handover).where(Handover.expires_at < at - KEPT))
    db.add(Handover(token_hash=hash_of(token), expires_at=at + waits, **facts))
    db.flush()
    return token


@scope.working("beside somebody")
def lent(db: Session, token: str) -> Lent | None:
    """What staff gave this device over for; None when nobody knows any more."""
    one, at = db.scalar(select(Handover).where(Handover.token_hash == hash_of(token))), clock.now()
    if one is None:
        return None
    waits = one.served_at is None and one.expires_at > at and _sits(db, one.helper_id, one.dossier_id)
    return Lent(one.id, one.helper_id, one.account_id, one.dossier_id, waits)


@scope.working("beside somebody")
def serve(db: Session, device: Lent, account_id: UUID) -> Beside | None:
    """Who sits beside whoever just proved who they are on this device; None for somebody it does not wait for.

    For the family: whoever reads anything of this dossier by a link of theirs. It serves once.
    """
    whose = device.account_id in (None, account_id)
    theirs = reads(account_id, device.dossier_id, Strength.SUBSTANTIAL, clock.now(), Category)
    if not (device.waits and whose and db.scalar(select(theirs)) and _taken(db, device.id)):
        return None
    return Beside(device.helper_id, device.dossier_id)


@scope.working("beside somebody")
def is_at_work_only(db: Session, device: Lent | None, account_id: UUID) -> bool:
    """Whether this is somebody of the team who comes back to their own work, and nobody of that family."""
    here = device is not None and is_of_the_family(db, device.dossier_id, account_id)
    return is_staff(db, account_id) and not here


def _sits(db: Session, helper_id: UUID, dossier_id: UUID) -> bool:
    return bool(db.scalar(select(sits(helper_id, dossier_id, clock.now()))))


def _taken(db: Session, handover_id: UUID) -> bool:
    served = update(Handover).where(Handover.id == handover_id, Handover.served_at.is_(None))
    return bool(db.execute(served.values(served_at=clock.now())).rowcount == 1)  # type: ignore[attr-defined]  # of an update


@scope.working("beside somebody")
def waiting(db: Session, token: str) -> Waiting | None:
    """What this device waits for; None when it was never given over, too long ago, or served."""
    query = (
        select(Handover, Account.id, Account.display_name, PictureCode.id)
        .join(Account, Account.id == Handover.account_id)
        .outerjoin(PictureCode, PictureCode.account_id == Handover.account_id)
        .where(Handover.token_hash == hash_of(token), Handover.served_at.is_(None), Handover.expires_at > clock.now())
    )
    found = db.execute(query).one_or_none()
    if found is None or not _sits(db, found[0].helper_id, found[0].dossier_id):
        return None
    one, account_id, name, code_id = found
    choosing = one.choosing or not code_id
    return Waiting(one.id, one.helper_id, account_id, one.dossier_id, name, code_id, choosing)


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
    if not _taken(db, device.id):
        raise BadInput("pictures", "other")


@scope.working("beside somebody")
def close(db: Session, dossier_id: UUID) -> None:
    """Whatever staff opened beside people of this dossier ends, wherever it is open, from the next request on."""
    at = clock.now()
    open_now = update(SignIn).where(SignIn.helped_on == dossier_id, SignIn.ended_at.is_(None))
    db.execute(open_now.values(ended_at=at))
    waiting_now = update(Handover).where(Handover.dossier_id == dossier_id, Handover.expires_at > at)
    db.execute(waiting_now.values(expires_at=at))
